"""Textures at halved and halved sizes, so that distant ones don't flicker."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Bytes = NDArray[np.uint8]


def _linear_table() -> Array:
    value = np.arange(256) / 255
    low, high = value / 12.92, ((value + 0.055) / 1.055) ** 2.4
    return np.where(value <= 0.04045, low, high).astype(np.float32)


LINEAR = _linear_table()
"""Linear light, 0 to 1, of each 8-bit sRGB value (IEC 61966-2-1)."""


class Mipmap:
    """A texture that can be asked for its colour anywhere, at any coarseness.

    Args:
        texture: (h, w, 3 or 4) uint8, sRGB.
    """

    def __init__(self, texture: Bytes) -> None:
        level = np.full((*texture.shape[:2], 4), 255, np.uint8)
        level[..., : texture.shape[2]] = texture
        self._levels = [level]
        while max(level.shape[:2]) > 1:
            level = _halved(level)
            self._levels.append(level)

    @property
    def nbytes(self) -> int:
        """Bytes of its levels."""
        return sum(level.nbytes for level in self._levels)

    def sample(self, uv: Array, coarse: Array) -> Array:
        """Colours, (n, 4) linear RGBA.

        Args:
            uv: (n, 2), origin at the top left, repeating.
            coarse: (n,) how many of the texture's pixels one pixel of the picture covers.
        """
        # Rounded down: what lies slanted must not be blurred along its short side too.
        wanted = np.log2(np.maximum(coarse, 1.0)).astype(np.int32)
        wanted = np.minimum(wanted, len(self._levels) - 1)
        result = np.empty((len(uv), 4), np.float32)
        for index in np.unique(wanted):
            here = np.flatnonzero(wanted == index)
            result[here] = _bilinear(self._levels[index], uv[here])
        return result


def _halved(level: Bytes) -> Bytes:
    for axis in (0, 1):
        size = level.shape[axis]
        if size > 1:
            pair = np.moveaxis(level, axis, 0)[: size - size % 2].astype(np.uint16)
            level = np.moveaxis(((pair[::2] + pair[1::2] + 1) // 2).astype(np.uint8), 0, axis)
    return np.ascontiguousarray(level)


def _bilinear(level: Bytes, uv: Array) -> Array:
    high, wide = level.shape[:2]
    x = uv[:, 0] * np.float32(wide) - np.float32(0.5)
    y = uv[:, 1] * np.float32(high) - np.float32(0.5)
    left, top = np.floor(x), np.floor(y)
    fx, fy = (x - left)[:, None], (y - top)[:, None]
    x0, y0 = left.astype(np.int64) % wide, top.astype(np.int64) % high
    x1, y1 = (x0 + 1) % wide, (y0 + 1) % high
    flat = level.reshape(-1, 4)
    upper = _light(flat[y0 * wide + x0]) * (1 - fx) + _light(flat[y0 * wide + x1]) * fx
    lower = _light(flat[y1 * wide + x0]) * (1 - fx) + _light(flat[y1 * wide + x1]) * fx
    return np.asarray(upper * (1 - fy) + lower * fy)


def _light(texels: Bytes) -> Array:
    result = LINEAR[texels]
    result[:, 3] = texels[:, 3] / np.float32(255)
    return result
