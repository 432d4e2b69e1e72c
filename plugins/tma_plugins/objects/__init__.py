"""Asset source of modelled objects: exact category, colour, material and pattern, no files."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Everyday things as solid objects, part of the package")


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    """One source: `objects`."""
    return [
        tma.Contribution(
            "objects",
            "tma_plugins.objects.source:ObjectsSource",
            config="tma_plugins.objects.source:Settings",
            summary="Everyday things of exact colour, material and pattern; needs no files",
            makes=("mesh", "sticker"),
        )
    ]
