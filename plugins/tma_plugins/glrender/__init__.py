"""Renderer of tabletop scenes by OpenGL, through pyrender's EGL context: needs no display."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Solid objects by OpenGL, on a GPU or without one")


@tma.hookimpl
def tma_renderers() -> list[tma.Contribution]:
    """One renderer: `pyrender`."""
    return [
        tma.Contribution(
            "pyrender",
            "tma_plugins.glrender.renderer:GlRenderer",
            summary="Solid objects by OpenGL, headless: PNG and MP4",
            consumes=("tabletop", "tabletop-video", "bodies", "bodies-video"),
            makes=("image/png", "video/mp4"),
            needs="tma_plugins.glrender.needs:lacking",
            config="tma_plugins.glrender.settings:GlSettings",
        )
    ]
