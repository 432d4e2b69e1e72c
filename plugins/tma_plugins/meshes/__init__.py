"""Asset source for a folder of your own: GLB, OBJ, PLY and STL meshes, PNG pictures."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Your own meshes and pictures, from a folder")


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    """One source: `meshes?root=FOLDER`."""
    return [
        tma.Contribution(
            "meshes",
            "tma_plugins.meshes.source:MeshesSource",
            summary="Meshes (GLB, OBJ, PLY, STL) and PNGs, a folder a category: ?root=FOLDER",
            makes=("mesh", "sticker"),
            config="tma_plugins.meshes.source:MeshesConfig",
            opens=(("/", "root"),),
        )
    ]
