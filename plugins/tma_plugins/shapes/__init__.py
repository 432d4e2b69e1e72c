"""Asset source of drawn objects: exact category, colour, material and shape, with no files."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Toy-like drawn objects, part of the package")


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    """One source: `shapes`."""
    return [
        tma.Contribution(
            "shapes",
            "tma_plugins.shapes.source:ShapesSource",
            summary="Drawn objects of exact colour, material and shape; needs no files",
            makes=("sticker",),
        )
    ]
