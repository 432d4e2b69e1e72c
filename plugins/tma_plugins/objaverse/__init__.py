"""Asset source for the published Task-Me-Anything source data: objects from Objaverse."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="The published Task-Me-Anything source data, from your disk")


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    """One source: `objaverse?root=FOLDER`."""
    return [
        tma.Contribution(
            "objaverse",
            "tma_plugins.objaverse.source:ObjaverseSource",
            summary="Objects of the published source data: ?root=FOLDER",
            makes=("sticker", "mesh"),
            config="tma_plugins.objaverse.source:ObjaverseConfig",
        )
    ]
