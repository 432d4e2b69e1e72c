"""The smallest circle around points."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_SLACK = 1e-9


def smallest_circle(points: Array) -> tuple[float, float, float]:
    """The smallest circle that holds all points: (x, y, radius).

    Starts with one point and takes the farthest point outside into the few that support the
    circle until none is outside (B. Gaertner, "Fast and robust smallest enclosing balls", 1999).

    Args:
        points: (n, 2), n at least 1, finite.
    """
    support = points[:1]
    center, radius = points[0], 0.0
    for _ in range(1000):
        away = np.hypot(*(points - center).T)
        far = int(away.argmax())
        if away[far] <= radius * (1 + _SLACK) + 1e-300:
            break
        support, center, radius = _around(np.vstack([support, points[far]]))
    return float(center[0]), float(center[1]), float(radius)


def _around(points: Array) -> tuple[Array, Array, float]:
    """The smallest circle around at most 4 points: the points on it, its centre, its radius."""
    best: tuple[Array, Array, float] | None = None
    for count in (2, 3):
        for chosen in combinations(range(len(points)), count):
            some = points[list(chosen)]
            center = _center(some)
            radius = float(np.hypot(*(some - center).T).max())
            if (best is None or radius < best[2]) and np.all(
                np.hypot(*(points - center).T) <= radius * (1 + _SLACK)
            ):
                best = some, center, radius
    if best is None:  # rounding only: the box around them serves
        center = (points.min(axis=0) + points.max(axis=0)) / 2
        best = points[:3], center, float(np.hypot(*(points - center).T).max())
    return best


def _center(points: Array) -> Array:
    """The middle of two points, or of the circle through three."""
    if len(points) == 2:
        return np.asarray(points.mean(axis=0))
    edges = points[1:] - points[0]
    twice = 2 * float(edges[0, 0] * edges[1, 1] - edges[0, 1] * edges[1, 0])
    if abs(twice) < 1e-300:
        return np.asarray((points.min(axis=0) + points.max(axis=0)) / 2)
    squares = (edges**2).sum(axis=1)
    x = edges[1, 1] * squares[0] - edges[0, 1] * squares[1]
    y = edges[0, 0] * squares[1] - edges[1, 0] * squares[0]
    return np.asarray(points[0] + np.array([x, y]) / twice)
