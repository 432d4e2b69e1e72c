"""Asset source for your own annotated pictures and videos: scene graphs as JSON lines."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Your own annotated pictures and videos")


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    """One source: `graphs?file=GRAPHS.jsonl`."""
    return [
        tma.Contribution(
            "graphs",
            "tma_plugins.graphs.source:GraphsSource",
            summary="Scene graphs of pictures and videos, a line of JSON each: ?file=GRAPHS.jsonl",
            makes=("photo", "clip"),
            config="tma_plugins.graphs.source:GraphsConfig",
            opens=(("*.jsonl", "file"),),
        )
    ]
