"""Asset source for videos in the layout of Action Genome, AGQA and Charades."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Videos with scene graphs in Action Genome's layout")


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    """One source: `action-genome?root=FOLDER`."""
    return [
        tma.Contribution(
            "action-genome",
            "tma_plugins.actiongenome.source:ActionGenomeSource",
            summary="Action Genome's and AGQA's graphs with Charades' videos: ?root=FOLDER",
            makes=("clip",),
            config="tma_plugins.actiongenome.source:ActionGenomeConfig",
        )
    ]
