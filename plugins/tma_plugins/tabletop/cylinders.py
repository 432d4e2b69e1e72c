"""Upright cylinders around objects: where they are seen, and a camera that has them all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np

from tma import Camera
from tma_plugins.tabletop.outline import RIM, Floats, Outline

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
    angle = math.radians(elevation)
    sight = np.array([math.cos(angle), -math.sin(angle)])  # y and z of the line of sight
    up = np.array([math.sin(angle), math.cos(angle)])
    scale = 0.5 / math.tan(math.radians(fov) / 2)
    tall, wide = 0.5 - margin, aspect / 2 - margin
    across, along = _points(cylinders)
    # Each edge of the picture is a plane through the camera, of a direction that does not depend
    # on where the camera is; all points must lie on the inner side.
    planes = np.array([scale * up - tall * sight, -scale * up - tall * sight])
    touching = np.linalg.solve(planes, (along @ planes.T).max(axis=0))
    beyond = float((scale * np.abs(across) / wide - along @ sight).max())
    back = min(float(touching @ sight), -beyond)
    depth, height = along @ sight - back, along @ up
    place = back * sight + _middle(height, depth) * up
    distance = math.ceil(place[1] / math.sin(angle) * 10_000) / 10_000
    look = place[0] + distance * math.cos(angle)
    return Camera(
        elevation=elevation, distance=distance, fov=fov, target=(round(float(look), 4), 0.0)
    )


def _points(cylinders: Sequence[Cylinder]) -> tuple[Floats, Floats]:
    """Points around the cylinders: (n,) x, and (n, 2) y and z."""
    rows = np.array(cylinders, np.float64)
    rim = rows[:, None, :2] + RIM * rows[:, None, 2:] / 2
    flat = np.concatenate([rim, rim]).reshape(-1, 2)
    heights = np.repeat([np.zeros(len(rows)), rows[:, 2]], len(RIM), axis=None)
    return flat[:, 0], np.stack([flat[:, 1], heights], axis=1)


def _middle(height: Floats, depth: Floats) -> float:
    """How high a camera must be for as much space above the points as below them.

    Args:
        height: (n,) of the points along the camera's upright axis.
        depth: (n,) their distances along its line of sight, all positive.
    """
    low, high = float(height.min()), float(height.max())
    for _ in range(_STEPS):
        middle = (low + high) / 2
        seen = (height - middle) / depth
        low, high = (middle, high) if seen.max() > -seen.min() else (low, middle)
    return middle
