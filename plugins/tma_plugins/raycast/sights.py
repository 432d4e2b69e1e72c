"""Cameras as bundles of rays."""

from __future__ import annotations

import math

import numpy as np

from tma_plugins.raycast.tracing import Sight
from tma_plugins.raycast.world import Array


def looking(elevation: float, fov: float, left: float, top: float, pixel: float) -> Sight:
    """Rays of a level camera that looks towards +y and down, as `tma.Camera.project` has it.

    Distances along the rays are depths along the line of sight.

    Args:
        elevation: degrees between the line of sight and the table.
        fov: vertical angle of view in degrees, of a picture of height 1.
        left: of the picture's left upper corner from the middle, in that unit.
        top: likewise.
        pixel: width of a pixel in that unit.
    """
    angle = math.radians(elevation)
    slope = 2 * math.tan(math.radians(fov) / 2)
    forward = np.array([0, math.cos(angle), -math.sin(angle)], np.float32)
    up = np.array([0, math.sin(angle), math.cos(angle)], np.float32)

    def sight(xs: Array, ys: Array) -> Array:
        right = ((np.float64(left) + xs * np.float64(pixel)) * slope).astype(np.float32)
        down = ((np.float64(top) + ys * np.float64(pixel)) * slope).astype(np.float32)
        beams = forward - down[:, None] * up
        beams[:, 0] += right
        return np.ascontiguousarray(beams, np.float32)

    return sight


def pixel_width(fov: float, pixel: float) -> float:
    """Width of a pixel, given as in `looking`, at distance 1 in table units."""
    return 2 * math.tan(math.radians(fov) / 2) * pixel
