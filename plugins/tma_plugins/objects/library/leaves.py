"""What fruit and plants share: leaves, stalks, and smooth round bodies."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi, sin

from tma_plugins.objects.kit import Part, curve, curve3, lathe, tube

GREEN = "#3f9a3c"
DEEP = "#2c7a37"
STALK = "#6b4a2b"
GOLDEN = 137.508
"""Degrees by which seeds follow each other on a spiral that covers evenly."""


def leaf(
    points: Sequence[Sequence[float]],
    width: float,
    *,
    up: Sequence[float] = (0.0, 0.0, 1.0),
    thick: float = 0.22,
    widest: float = 0.45,
    role: str = GREEN,
) -> Part:
    """A flat leaf along a smooth path, pointed at both ends.

    Args:
        points: the path, (n, 3).
        width: half of it, where it is widest.
        up: direction that its flat side looks to.
        thick: its thickness as a share of its width.
        widest: where along the path, 0 to 1, it is widest.
        role: its paint.
    """
    path = curve3(points, 4)
    last = len(path) - 1
    bends = [
        0.5 * t / widest if t < widest else 1 - 0.5 * (1 - t) / (1 - widest) for t in _to(last)
    ]
    radii = [width * max(sin(pi * bend), 0.0) for bend in bends]
    radii[0] = radii[-1] = 0.0
    return tube(path, radii, flat=thick, up=up, sides=8, crease=70).paint(role)


def _bent(t: float, widest: float) -> float:
    """The place 0 to 1, stretched so that `widest` comes to lie in the middle."""
    return 0.5 * t / widest if t < widest else 1 - 0.5 * (1 - t) / (1 - widest)


def _to(last: int) -> list[float]:
    return [k / last for k in range(last + 1)]


def stalk(points: Sequence[Sequence[float]], low: float, high: float, role: str = STALK) -> Part:
    """A stalk along a smooth path, as thick as `low` at its foot and `high` at its end."""
    path = curve3(points, 4)
    radii = [low + (high - low) * t for t in _to(len(path) - 1)]
    return tube(path, radii, sides=10).paint(role)


def turned(points: Sequence[tuple[float, float]], steps: int = 5) -> Part:
    """A smooth solid of revolution through (radius, height) points, all edges rounded."""
    return lathe([(max(x, 0.0), y) for x, y in curve(points, steps)], crease=180)
