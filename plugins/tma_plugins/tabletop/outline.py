"""Where upright cylinders are seen, many at a time."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tma import Camera

Floats = NDArray[np.float64]

_ANGLES = np.linspace(0, 2 * np.pi, 12, endpoint=False)
RIM = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=-1) / math.cos(math.pi / 12)
"""A polygon around the unit circle."""


class Outline:
    """`Camera.project` for arrays, and its inverse on the table."""

    def __init__(self, camera: Camera) -> None:
        angle = math.radians(camera.elevation)
        self._sin, self._cos = math.sin(angle), math.cos(angle)
        _, self._y, self._z = camera.position
        self._scale = 0.5 / math.tan(math.radians(camera.fov) / 2)

    def project(self, places: Floats, heights: Floats) -> tuple[Floats, Floats, Floats]:
        """(right, down, depth) of points, see `Camera.project`.

        Args:
            places: (..., 2), (x, y) in table units.
            heights: (...) z.
        """
        y, z = places[..., 1] - self._y, heights - self._z
        depth = y * self._cos - z * self._sin
        up = y * self._sin + z * self._cos
        scale = self._scale / depth
        return places[..., 0] * scale, -up * scale, depth

    def along(self, down: Floats) -> Floats:
        """The y of points of the table that are seen `down` from the picture's middle."""
        rise = self._scale * self._sin + down * self._cos
        return np.asarray(self._y + self._z * (self._scale * self._cos - down * self._sin) / rise)

    def across(self, right: Floats, down: Floats) -> Floats:
        """The x of points of the table that are seen there."""
        depth = (self.along(down) - self._y) * self._cos + self._z * self._sin
        return np.asarray(right * depth / self._scale)

    def box(self, places: Floats, sizes: Floats) -> Floats:
        """(..., 4) boxes around cylinders as high as wide: left, top, right, bottom.

        Args:
            places: (..., 2) the middles of their feet.
            sizes: diameters and heights, of a shape that broadcasts to places[..., 0].
        """
        size = np.broadcast_to(sizes, places.shape[:-1])
        rim = places[..., None, :] + RIM * size[..., None, None] / 2
        sides, heights = [], []
        for share in (0.0, 1.0):
            right, down, _ = self.project(
                rim, np.broadcast_to((share * size)[..., None], rim.shape[:-1])
            )
            sides.append(right)
            heights.append(down)
        right, down = np.concatenate(sides, axis=-1), np.concatenate(heights, axis=-1)
        return np.stack([right.min(-1), down.min(-1), right.max(-1), down.max(-1)], axis=-1)
