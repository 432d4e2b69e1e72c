"""Renderers of pictures and videos as they are: the source's bytes, made smaller if asked."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Real pictures and videos, as they are")


@tma.hookimpl
def tma_renderers() -> list[tma.Contribution]:
    """Two renderers: `photo` and `clip`."""
    return [
        tma.Contribution(
            "photo",
            "tma_plugins.footage.renderers:PhotoRenderer",
            summary="Pictures with scene graphs: the source's file, or smaller: ?longest=PIXELS",
            consumes=("photo",),
            makes=("image/png", "image/jpeg", "image/webp"),
            config="tma_plugins.footage.renderers:PhotoConfig",
        ),
        tma.Contribution(
            "clip",
            "tma_plugins.footage.renderers:ClipRenderer",
            summary="Videos with scene graphs: the source's file",
            consumes=("clip",),
            makes=("video/mp4",),
        ),
    ]
