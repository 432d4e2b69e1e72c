"""Rendered scenes and videos of which everything is known: pictures and clips with graphs."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Rendered rooms, and people in them, with exact scene graphs")


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    """Two sources: `rendered-scenes` and `rendered-videos`."""
    return [
        tma.Contribution(
            "rendered-scenes",
            "tma_plugins.rendered.sources:RenderedScenes",
            summary="Pictures of furnished rooms with exact scene graphs, made on demand",
            makes=("photo",),
            config="tma_plugins.rendered.sources:SceneSettings",
        ),
        tma.Contribution(
            "rendered-videos",
            "tma_plugins.rendered.sources:RenderedVideos",
            summary="Videos of a person who does things, with exact key frames, made on demand",
            makes=("clip",),
            config="tma_plugins.rendered.sources:VideoSettings",
            version="1.1",
        ),
    ]
