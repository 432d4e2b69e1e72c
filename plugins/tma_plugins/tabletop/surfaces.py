"""Patterns of table tops, made by program: wood, stone, cloth and the like."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tma import MediaError

Array = NDArray[np.float32]
Color = tuple[int, int, int]
_Maker = Callable[[np.random.Generator, int], Array]


def surface_texture(name: str, seed: int, size: int) -> NDArray[np.uint8]:
    """A surface's pattern, which repeats without a seam.

    Args:
        name: one of `SURFACES`.
        seed: not negative; another seed, another piece of the same material.
        size: pixels on a side.

    Returns:
        (size, size, 3) sRGB.

    Raises:
        MediaError: there is no surface of that name.
    """
    if name not in _MAKERS:
        raise MediaError(f"no surface {name!r}", hint=f"surfaces: {', '.join(SURFACES)}")
    rng = np.random.default_rng([zlib.crc32(name.encode()), seed])
    return np.asarray((_MAKERS[name](rng, size).clip(0, 255) + 0.5).astype(np.uint8))


def _grid(rng: np.random.Generator, size: int, down: int, across: int) -> Array:
    """Smooth noise from -1 to 1 with so many bumps along each side."""
    values = rng.uniform(-1, 1, (down, across)).astype(np.float32)
    for axis, cells in ((0, down), (1, across)):
        at = np.arange(size, dtype=np.float32) * np.float32(cells / size)
        low = at.astype(np.int64)
        part = at - low
        part = part * part * (3 - 2 * part)
        shape = [1, 1]
        shape[axis] = size
        part = part.reshape(shape)
        first, second = values.take(low % cells, axis), values.take((low + 1) % cells, axis)
        values = first * (1 - part) + second * part
    return values


def _cloud(rng: np.random.Generator, size: int, down: int, across: int, octaves: int = 5) -> Array:
    """Noise with details of details, about -1 to 1."""
    total, weight = np.zeros((size, size), np.float32), 0.0
    for octave in range(octaves):
        share = 0.55**octave
        cells = min(down * 2**octave, size), min(across * 2**octave, size)
        total += np.float32(share) * _grid(rng, size, *cells)
        weight += share
    return total / np.float32(weight)


def _blend(colors: list[Color], share: Array) -> Array:
    """Colours along a scale from 0 to 1."""
    stops = np.linspace(0, 1, len(colors))
    table = np.array(colors, np.float32)
    flat = share.clip(0, 1)
    mixed = [np.interp(flat, stops, table[:, i]) for i in range(3)]
    return np.stack(mixed, axis=-1).astype(np.float32)


def _wood(colors: list[Color], planks: int, rings: float) -> _Maker:
    def make(rng: np.random.Generator, size: int) -> Array:
        down = np.arange(size, dtype=np.float32)[:, None] / size
        board = (down * planks).astype(np.int64)[:, 0]
        shift = rng.integers(0, size, planks)
        warp = _cloud(rng, size, 4 * planks, 2, 4)
        fibre = _cloud(rng, size, 48 * planks, 6, 3)
        columns = (np.arange(size)[None, :] + shift[board][:, None]) % size
        warp, fibre = (np.take_along_axis(a, columns, axis=1) for a in (warp, fibre))
        grain = np.sin((down * planks * rings + warp * 1.6) * 2 * np.pi)
        tone = rng.uniform(-0.10, 0.10, planks).astype(np.float32)[board][:, None]
        color = _blend(colors, 0.5 + 0.16 * grain + 0.30 * fibre + 0.25 * warp + tone)
        edge = np.abs((down * planks + 0.5) % 1 - 0.5) / planks * size
        color *= np.where(edge < size / 1000 + 0.5, 0.62, 1.0)[..., None]
        return color

    return make


def _marble(colors: list[Color]) -> _Maker:
    def make(rng: np.random.Generator, size: int) -> Array:
        warp = _cloud(rng, size, 3, 3, 6)
        vein = 1 - np.abs(_cloud(rng, size, 3, 2, 6) * 2.2 + warp * 0.8)
        fine = 1 - np.abs(_cloud(rng, size, 8, 7, 5) * 3)
        return _blend(colors, 0.75 * vein.clip(0, 1) ** 6 + 0.25 * fine.clip(0, 1) ** 5
                      + 0.12 * (warp + 0.6))  # fmt: skip

    return make


def _speckled(colors: list[Color], grains: int, rough: float) -> _Maker:
    def make(rng: np.random.Generator, size: int) -> Array:
        fine = _cloud(rng, size, grains, grains, 3)
        return _blend(colors, 0.5 + np.float32(rough) * fine + 0.15 * _cloud(rng, size, 5, 5, 4))

    return make


def _woven(colors: list[Color], threads: int, checks: int = 0) -> _Maker:
    def make(rng: np.random.Generator, size: int) -> Array:
        at = np.arange(size, dtype=np.float32) / size
        wave = np.sin(at * threads * 2 * np.pi)
        weave = wave[:, None] * wave[None, :] + 0.5 * _cloud(rng, size, threads, threads, 2)
        share = 0.5 + 0.22 * weave + 0.10 * _cloud(rng, size, 6, 6, 4)
        if checks:
            stripe = (at * checks % 1 < 0.5).astype(np.float32)
            share = 0.82 * (stripe[:, None] + stripe[None, :]) / 2 + 0.18 * share
        return _blend(colors, share)

    return make


def _tiled(colors: list[Color], grout: Color, tiles: int) -> _Maker:
    def make(rng: np.random.Generator, size: int) -> Array:
        at = np.arange(size, dtype=np.float32) * np.float32(tiles / size)
        cell = at.astype(np.int64)
        tone = rng.uniform(-0.22, 0.22, (tiles, tiles)).astype(np.float32)[cell][:, cell]
        color = _blend(colors, 0.5 + tone + 0.22 * _cloud(rng, size, 12, 12, 5))
        gap = np.minimum(at % 1, 1 - at % 1) < 0.02
        color[gap[:, None] | gap[None, :]] = grout
        return color

    return make


_MAKERS: dict[str, _Maker] = {
    "oak": _wood([(140, 100, 58), (186, 145, 94), (214, 178, 128)], 5, 3.0),
    "walnut": _wood([(58, 37, 24), (92, 62, 42), (126, 90, 62)], 4, 3.5),
    "pine": _wood([(186, 140, 84), (222, 184, 128), (238, 208, 160)], 6, 2.5),
    "ash": _wood([(150, 138, 122), (186, 176, 160), (208, 200, 188)], 5, 3.0),
    "marble": _marble([(228, 226, 222), (206, 204, 202), (150, 150, 152)]),
    "black-marble": _marble([(34, 34, 38), (58, 58, 64), (190, 186, 180)]),
    "granite": _speckled([(84, 82, 84), (136, 130, 128), (188, 180, 174)], 128, 0.4),
    "slate": _speckled([(58, 66, 74), (80, 90, 98), (102, 112, 120)], 24, 0.4),
    "concrete": _speckled([(150, 150, 148), (176, 176, 172), (196, 196, 192)], 64, 0.35),
    "cork": _speckled([(120, 82, 48), (178, 132, 84), (206, 164, 112)], 80, 0.4),
    "linen": _woven([(190, 180, 160), (214, 206, 188), (228, 222, 208)], 160),
    "felt": _speckled([(44, 84, 62), (58, 104, 78), (72, 122, 94)], 256, 0.5),
    "gingham": _woven([(232, 230, 224), (184, 198, 216), (136, 160, 194)], 128, 16),
    "tiles": _tiled([(196, 206, 204), (214, 222, 218), (228, 234, 230)], (172, 174, 170), 8),
    "terracotta": _tiled([(160, 88, 60), (186, 110, 78), (206, 134, 100)], (176, 142, 118), 6),
}

SURFACES = tuple(_MAKERS)
"""Names of all surfaces."""
