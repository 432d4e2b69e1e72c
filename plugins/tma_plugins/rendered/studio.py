"""Which renderer draws rendered scenes: OpenGL where it is, ray casting everywhere."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Literal

from tma import Renderer, Scene
from tma_plugins.codestamp import code_of
from tma_plugins.rendered.stock import Stock

Choice = Literal["auto", "pyrender", "raycast"]

GEOMETRY = "rendered", "objects", "raycast", "tabletop"
"""Families of modules that decide what graphs say."""


def chosen(choice: Choice) -> str:
    """`pyrender` or `raycast`."""
    if choice != "auto":
        return choice
    from tma_plugins.glrender.needs import lacking

    return "raycast" if lacking() else "pyrender"


def geometry_stamp() -> str:
    """Changes whenever graphs of the same settings might."""
    return f"{code_of(*GEOMETRY)} embreex {version('embreex')}"


def drawing_stamp(choice: Choice) -> str:
    """Changes whenever pictures of the same settings might."""
    name = chosen(choice)
    stamp = f"{name} {code_of(*GEOMETRY, 'glrender')} av {version('av')}"
    if name == "pyrender":
        from tma_plugins.glrender import devices

        stamp += f" {devices.driver()}"
    return stamp


def draw(scene: Scene, choice: Choice) -> bytes:
    """A scene's picture or video. Raises MediaError, AssetError."""
    renderer, stock = _at_hand(chosen(choice))
    return renderer.render(scene, stock).data


@cache
def _at_hand(name: str) -> tuple[Renderer, Stock]:
    if name == "pyrender":
        from tma_plugins.glrender.renderer import GlRenderer

        return GlRenderer(), Stock()
    from tma_plugins.raycast.renderer import RaycastRenderer

    return RaycastRenderer(), Stock()
