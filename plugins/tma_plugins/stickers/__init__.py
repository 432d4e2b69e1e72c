"""Renderer of `stickers` scenes: object pictures in the cells of a grid, drawn with Pillow."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Object pictures on a grid")


@tma.hookimpl
def tma_renderers() -> list[tma.Contribution]:
    """One renderer: `stickers`."""
    return [
        tma.Contribution(
            "stickers",
            "tma_plugins.stickers.renderer:StickersRenderer",
            version="1.1",
            summary="Object pictures in grid cells, as PNG",
            consumes=("stickers",),
            makes=("image/png",),
            config="tma_plugins.stickers.renderer:StickersConfig",
        )
    ]
