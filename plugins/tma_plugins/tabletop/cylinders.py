"""Upright cylinders around objects: where they are seen, and a camera that has them all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tma import Camera

Cylinder = tuple[float, float, float]
"""(x, y, size): the middle of its foot; its diameter and its height are `size`."""

Floats = NDArray[np.float64]

_ANGLES = np.linspace(0, 2 * np.pi, 12, endpoint=False)
_RIM = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)]) / math.cos(math.pi / 12) / 2
"""A polygon around the circle of diameter 1."""
_STEPS = 40


def box_of(camera: Camera, cylinders: Sequence[Cylinder]) -> tuple[float, float, float, float]:
    """The box in which cylinders are seen: left, top, right, bottom, as of `Camera.project`."""
    x, y, size = np.array(cylinders, np.float64).T[:, :, None]
    across, away = x + size * _RIM[0], y + size * _RIM[1]
    points = [np.concatenate([a, a]).ravel() for a in (across, away)]
    heights = np.concatenate([0 * across, 0 * across + size]).ravel()
    right, down, _ = _project(camera, points[0], points[1], heights)
    return float(right.min()), float(down.min()), float(right.max()), float(down.max())


def gap(one: Cylinder, other: Cylinder) -> float:
    """How far apart two cylinders stand; negative if they overlap."""
    return math.hypot(one[0] - other[0], one[1] - other[1]) - (one[2] + other[2]) / 2


@cache
def fitted_camera(
    cylinders: tuple[Cylinder, ...],
    elevation: float,
    fov: float,
    aspect: float = 1.0,
    margin: float = 0.03,
) -> Camera:
    """The nearest camera that has all cylinders in its picture, in the middle from top to bottom.

    Args:
        cylinders: at least one.
        elevation: of the camera, in degrees.
        fov: of the camera, in degrees.
        aspect: the picture's width through its height.
        margin: share of the picture's height that stays free at each edge.
    """
    far = 2 + max(math.hypot(x, y) + size for x, y, size in cylinders)
    near, away = far, 60 * far
    for _ in range(_STEPS):
        distance = (near + away) / 2
        camera = _centred(cylinders, Camera(elevation=elevation, distance=distance, fov=fov), far)
        left, top, right, bottom = box_of(camera, cylinders)
        wide = max(-left, right) > aspect / 2 - margin
        near, away = (
            (distance, away) if wide or max(-top, bottom) > 0.5 - margin else (near, distance)
        )
    camera = Camera(elevation=elevation, distance=round(away, 3), fov=fov)
    return _centred(cylinders, camera, far)


def _centred(cylinders: tuple[Cylinder, ...], camera: Camera, far: float) -> Camera:
    """The camera that looks at such a place that the space above and below is the same."""
    low, high = -far, far
    for _ in range(_STEPS):
        middle = (low + high) / 2
        camera = camera.model_copy(update={"target": (round(middle, 3), 0.0)})
        _, top, _, bottom = box_of(camera, cylinders)
        low, high = (middle, high) if -top > bottom else (low, middle)
    return camera


def _project(camera: Camera, x: Floats, y: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
    """`Camera.project` of many points: its formula serves arrays as well."""
    found: tuple[Floats, Floats, Floats] = camera.project((x, y, z))  # type: ignore[assignment,arg-type]
    return found
