"""Asset source for scene graphs in the format of GQA and Visual Genome, with their pictures."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Photographs with scene graphs in GQA's format")


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    """One source: `gqa?root=FOLDER`."""
    return [
        tma.Contribution(
            "gqa",
            "tma_plugins.gqa.source:GqaSource",
            summary="GQA's scene graphs (*_sceneGraphs.json) and pictures: ?root=FOLDER",
            makes=("photo",),
            config="tma_plugins.gqa.source:GqaConfig",
        )
    ]
