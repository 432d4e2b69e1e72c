"""Upright cylinders around objects: where they are seen, and a camera that has them all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from tma import Camera
from tma_plugins.tabletop.outline import Outline

Cylinder = tuple[float, float, float]
"""(x, y, size): the middle of its foot; its diameter and its height are `size`."""

_STEPS = 40


def box_of(camera: Camera, cylinders: Sequence[Cylinder]) -> tuple[float, float, float, float]:
    """The box in which cylinders are seen: left, top, right, bottom, as of `Camera.project`."""
    rows = np.array(cylinders, np.float64)
    boxes = Outline(camera).box(rows[:, :2], rows[:, 2])
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = boxes[:, 2:].max(axis=0).tolist()
    return left, top, right, bottom


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
