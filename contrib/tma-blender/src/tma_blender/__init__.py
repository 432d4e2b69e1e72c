"""Renderer for `tma`: tabletop scenes by Blender's Cycles, in an environment of its own."""

from __future__ import annotations

import os

import tma

PYTHON = "TMA_BLENDER_PYTHON"
"""Environment variable: the Python interpreter that can `import bpy`."""


def lacking() -> str:
    """What this machine lacks, as far as a glance can tell."""
    return "" if os.environ.get(PYTHON) else f"{PYTHON} names no Python with Blender (bpy)"


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Tabletop scenes by Blender's path tracer")


@tma.hookimpl
def tma_renderers() -> list[tma.Contribution]:
    """One renderer: `blender`, or `blender?samples=64&python=FILE`."""
    return [
        tma.Contribution(
            "blender",
            "tma_blender.renderer:BlenderRenderer",
            summary="Tabletop scenes path-traced by Blender's Cycles: ?samples=N&python=FILE",
            consumes=("tabletop", "tabletop-video"),
            makes=("image/png", "video/mp4"),
            needs="tma_blender:lacking",
            config="tma_blender.renderer:BlenderConfig",
        )
    ]
