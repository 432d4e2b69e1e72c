"""Renderer of solid objects by ray casting: needs no graphics library of the system."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Solid objects by ray casting, without any GL")


@tma.hookimpl
def tma_renderers() -> list[tma.Contribution]:
    """One renderer: `raycast`."""
    return [
        tma.Contribution(
            "raycast",
            "tma_plugins.raycast.renderer:RaycastRenderer",
            summary="Solid objects by ray casting (no GL): PNG and MP4",
            version="1.2",
            consumes=("tabletop", "tabletop-video", "bodies", "bodies-video"),
            makes=("image/png", "video/mp4"),
        )
    ]
