"""Base colour textures of materials and patterns; each repeats without a seam, both ways.

A tile covers `TILE` of an object whose size is 1. Tones run from -1 (black) over 0 (the colour
itself) to 1 (white).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tma_plugins.objects.palette import COLOURS, SECOND
from tma_plugins.stickers.png import encode

TILE = 0.5
SIDE = 192
REPEATS = 3
"""Stripes or dots a tile; checks come in twice as many squares."""

_STEPS = 24
"""Tones a side of 0: few, so that textures are small files and rounding decides nothing."""

Map = NDArray[np.float64]


@dataclass(frozen=True)
class Finish:
    """How a material mirrors light.

    Attributes:
        metallic, roughness, alpha: as glTF has them.
        plain: it shows no pattern.
    """

    metallic: float
    roughness: float
    alpha: float = 1.0
    plain: bool = False


FINISHES: dict[str, Finish] = {
    "": Finish(0.0, 0.38),
    "wood": Finish(0.0, 0.62),
    "metal": Finish(0.45, 0.3),
    "glass": Finish(0.0, 0.06, alpha=0.72, plain=True),
    "plastic": Finish(0.0, 0.16),
    "ceramic": Finish(0.0, 0.16),
    "stone": Finish(0.0, 0.9, plain=True),
    "textile": Finish(0.0, 1.0),
    "rubber": Finish(0.0, 1.0),
}
"""By material; "" is paint, where no material is stated."""


def _axes() -> tuple[Map, Map]:
    """Columns to the right and rows upwards, 0 to 1, broadcastable to (SIDE, SIDE)."""
    along = (np.arange(SIDE) + 0.5) / SIDE
    return along[None, :], along[::-1, None]


def _noise(seed: int, across: float, up: float) -> Map:
    """Smooth periodic noise of standard deviation 1; bumps of these sizes, in tiles."""
    rng = np.random.Generator(np.random.PCG64(seed))
    spectrum = np.fft.rfft2(rng.standard_normal((SIDE, SIDE)))
    fy, fx = np.fft.fftfreq(SIDE, 1 / SIDE)[:, None], np.fft.rfftfreq(SIDE, 1 / SIDE)[None, :]
    spectrum *= np.exp(-((fx * across) ** 2 + (fy * up) ** 2))
    field = np.fft.irfft2(spectrum, s=(SIDE, SIDE))
    result: Map = (field - field.mean()) / field.std()
    return result


def _paint() -> Map:
    return np.zeros((SIDE, SIDE))


def _wood() -> Map:
    x, _ = _axes()
    rings = 6 * x + 0.34 * _noise(3, 0.3, 0.9) + 0.05 * _noise(4, 0.02, 0.6)
    line = np.abs((rings % 1) - 0.5) * 2
    fibres = _noise(5, 0.008, 0.3)
    grain: Map = 0.16 - 0.56 * np.clip((line - 0.35) / 0.65, 0, 1) ** 1.6 + 0.07 * fibres
    return grain


def _metal() -> Map:
    x, _ = _axes()
    brushed = 0.08 * _noise(7, 0.4, 0.006)
    wave = np.cos(2 * np.pi * x) + 0.6 * np.cos(4 * np.pi * x + 1.0)
    sheen = 0.5 * np.clip(wave - 0.45, 0, None) - 0.22 * np.clip(-wave - 0.2, 0, None)
    return 0.05 + sheen + brushed


def _glass() -> Map:
    x, y = _axes()
    phase = (2 * x + y) % 1
    streaks = [np.exp(-(((phase - at) / wide) ** 2)) for at, wide in ((0.3, 0.07), (0.5, 0.03))]
    result: Map = 0.06 + 0.7 * (streaks[0] + streaks[1])
    return result


def _ceramic() -> Map:
    near = _cells(44, seed=11)
    crackle = np.clip(1 - (near[1] - near[0]) / 0.011, 0, 1)
    specks = np.clip(_noise(12, 0.012, 0.012) - 2.1, 0, 0.6)
    glaze: Map = 0.06 - 0.36 * crackle - 0.7 * specks
    return glaze


def _cells(count: int, seed: int) -> Map:
    """Distances to the nearest and the second nearest of some points, (2, SIDE, SIDE)."""
    rng = np.random.Generator(np.random.PCG64(seed))
    x, y = _axes()
    far = []
    for px, py in rng.random((count, 2)):
        dx, dy = np.abs(x - px), np.abs(y - py)
        far.append(np.hypot(np.minimum(dx, 1 - dx), np.minimum(dy, 1 - dy)))
    result: Map = np.sort(np.stack(far), axis=0)[:2]
    return result


def _stone() -> Map:
    grains = _noise(21, 0.026, 0.026)
    dark, light = np.clip(2 * (grains - 0.9), 0, 0.9), np.clip(2 * (-grains - 0.9), 0, 0.9)
    clouds = 0.1 * _noise(22, 0.2, 0.2)
    return clouds + 0.05 * _noise(23, 0.008, 0.008) - 0.6 * dark + 0.55 * light


def _textile() -> Map:
    x, y = _axes()
    threads = 16
    over = (np.floor(x * threads) + np.floor(y * threads)) % 2 == 0
    across, up = (x * threads) % 1, (y * threads) % 1
    bulge = np.where(over, np.sin(np.pi * across), np.sin(np.pi * up))
    run = np.where(over, np.sin(np.pi * up), np.sin(np.pi * across))
    woven: Map = 0.42 * bulge * (0.4 + 0.6 * run) - 0.28 + np.where(over, 0.02, -0.02)
    return woven


def _rubber() -> Map:
    """Dull, with a grain too fine to be cloth."""
    rubbed: Map = -0.06 + 0.05 * _noise(23, 0.006, 0.006)
    return rubbed


_TONES: dict[str, Callable[[], Map]] = {
    "": _paint,
    "wood": _wood,
    "metal": _metal,
    "glass": _glass,
    "plastic": _paint,
    "ceramic": _ceramic,
    "stone": _stone,
    "textile": _textile,
    "rubber": _rubber,
}


@cache
def tones(material: str) -> Map:
    """The tones of a material, (SIDE, SIDE), -1 to 1. Raises KeyError."""
    return np.round(_TONES[material]().clip(-1, 1) * _STEPS) / _STEPS


@cache
def share(pattern: str, level: bool) -> Map:
    """How much of a pattern's second colour each pixel has, (SIDE, SIDE), 0 to 1.

    Args:
        pattern: plain, striped, dotted or checked.
        level: stripes run around, not up.

    Raises:
        KeyError: no such pattern.
    """
    x, y = _axes()
    if pattern == "plain":
        return np.zeros((SIDE, SIDE))
    if pattern == "striped":
        phase = (np.broadcast_to(y if level else x, (SIDE, SIDE)) * REPEATS) % 1
        return _edge(0.17 - np.abs(phase - 0.5))
    if pattern == "dotted":
        rows = y * REPEATS * 2
        shift = 0.5 * (np.floor(rows) % 2)
        across, up = (x * REPEATS + shift) % 1 - 0.5, (rows % 1 - 0.5) / 2
        return _edge(0.2 - np.hypot(across, up))
    if pattern == "checked":
        a, b = ((v * REPEATS) % 1 for v in (x, y))
        squares: Map = 0.62 * ((a < 0.5) != (b < 0.5))
        return squares
    raise KeyError(pattern)


def _edge(inside: Map) -> Map:
    """0 to 1 over about a pixel and a half, in eight steps."""
    steps = np.round(np.clip(inside * SIDE / REPEATS / 1.5 + 0.5, 0, 1) * 8) / 8
    result: Map = steps
    return result


@cache
def texture(material: str, color: str, pattern: str, level: bool) -> bytes:
    """A tile as a PNG file, RGB. Raises KeyError."""
    base, second = (np.array(c, dtype=float) for c in (COLOURS[color], SECOND[color]))
    mix = share(pattern, level)[..., None]
    flat = base * (1 - mix) + second * mix
    tone = tones(material)[..., None]
    if color == "black":  # nothing is darker: textures show as lighter tones
        tone = np.where(tone < 0, -0.6 * tone, 0.5 * tone)
    if color == "white":  # lines look darker on it than on anything else
        tone = 0.55 * tone
    toward = np.where(tone > 0, 255.0, 0.0)
    pixels = flat + (toward - flat) * np.abs(tone)
    return encode(Image.fromarray(pixels.round().astype(np.uint8)))
