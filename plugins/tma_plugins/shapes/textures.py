"""Material patterns: brightness from -1 (darkest) to 1 (lightest), 0 being the colour itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tma_plugins.shapes.palette import SCALE

Map = NDArray[np.int16]
PLAIN = "plain"
"""Smooth and shiny. No material: a plain car is metal to some and plastic to others."""


def _axes(side: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Column and row numbers, broadcastable to (side, side)."""
    along = np.arange(side, dtype=float)
    return along[None, :], along[:, None]


def _plain(side: int) -> NDArray[np.float64]:
    return np.zeros((side, side))


def _wood(side: int) -> NDArray[np.float64]:
    x, y = _axes(side)
    field = y / 15 + 0.5 * np.sin(x / 47) + 0.22 * np.sin(x / 19 + y / 60)
    knots = np.zeros((side, side))
    for cx, cy in ((80, 104), (204, 168), (150, 40), (60, 226)):
        distance = ((x - cx) / 34) ** 2 + ((y - cy) / 15) ** 2
        field = field + 2.4 * np.exp(-distance)
        knots += np.exp(-8 * distance)
    lines = np.abs((field % 1) - 0.5) * 2
    grain = np.where(lines > 0.72, -0.75 * (lines - 0.72) / 0.28 - 0.1, 0.16)
    return grain - 0.8 * knots


def _brick(side: int) -> NDArray[np.float64]:
    x, y = _axes(side)
    height, width, gap = 26, 52, 5
    row = (y // height).astype(int)
    shifted = x + (row % 2) * (width // 2)
    column = (shifted // width).astype(int)
    tone = ((row * 5 + column * 3) % 7 - 3) * 0.075 - 0.08
    mortar = (y % height < gap) | (shifted % width < gap)
    return np.where(mortar, 1.0, tone)


def _metal(side: int) -> NDArray[np.float64]:
    x, y = _axes(side)
    across = (x + 0.45 * y) % 118
    sheen = 1.05 * np.exp(-(((across - 38) / 12) ** 2)) + 0.5 * np.exp(-(((across - 64) / 6) ** 2))
    shadow = -0.5 * np.exp(-(((across - 96) / 17) ** 2))
    brushed = 0.05 * np.sin(y * 2.1) + 0.04 * np.sin(y * 0.83 + 1)
    rivet_x, rivet_y = x % 48 - 24, y % 48 - 24
    far = np.hypot(rivet_x, rivet_y)
    lit = np.hypot(rivet_x + 2, rivet_y + 2)
    rivets = np.where(far < 6.5, np.where(lit < 3.2, 1.0, -0.85), 0.0)
    base: NDArray[np.float64] = sheen + shadow + brushed - 0.08
    return np.where(rivets != 0, rivets, base)


def _fabric(side: int) -> NDArray[np.float64]:
    x, y = _axes(side)
    period = 40
    wide = 0.42 * (x % period < period / 2) + 0.42 * (y % period < period / 2)
    thread = 0.1 * (((x + y) // 3) % 2)
    return 0.42 - wide - thread + 0.05


def _wicker(side: int) -> NDArray[np.float64]:
    x, y = _axes(side)
    block, strand = 30, 10
    flat = ((x // block + y // block) % 2) == 0
    across = np.where(flat, y % strand, x % strand) / strand
    along = np.where(flat, x % block, y % block) / block
    bulge = np.sin(np.pi * across) * (0.35 + 0.65 * np.sin(np.pi * along))
    tone = 1.15 * bulge - 0.6
    return np.where(across < 0.14, -1.0, tone)


_MAKERS: dict[str, Callable[[int], NDArray[np.float64]]] = {
    PLAIN: _plain,
    "wood": _wood,
    "brick": _brick,
    "metal": _metal,
    "fabric": _fabric,
    "wicker": _wicker,
}
MATERIALS = tuple(name for name in _MAKERS if name != PLAIN)
GLOSS = {PLAIN: 0, "metal": 1, "wood": 3}
"""By how many powers of two mirrored light is weakened; not listed: none is mirrored."""


@cache
def texture(material: str, side: int) -> Map:
    """The pattern of `material` (or `PLAIN`), (side, side), times `SCALE`; not to be written to.

    Raises:
        KeyError: no such material.
    """
    return (_MAKERS[material](side).clip(-1, 1) * SCALE).round().astype(np.int16)
