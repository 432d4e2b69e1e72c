"""Thin patches on a ball: the panels of a football, continents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from tma_plugins.objects.kit import Part
from tma_plugins.objects.kit.flat import area, triangulate
from tma_plugins.objects.kit.part import Floats, Ints, box_uv, surface

_SINK = 0.94
"""How deep a patch goes into its ball, so that it is a closed surface."""


def patch(outline: Sequence[Sequence[float]], onto: Callable[[Floats], Floats], r: float) -> Part:
    """A patch whose outer side has the distance `r` from the origin.

    Args:
        outline: (x, y) points, not crossing itself.
        onto: gives the directions (n, 3) for such points; seen from outside it keeps their sense.
        r: a bit more than the ball's radius.
    """
    flat = np.array(outline, dtype=float)
    if area(flat) < 0:
        flat = flat[::-1]
    faces = triangulate(flat)
    rim = np.arange(len(flat))
    for _ in range(2):
        flat, faces, rim = _split(flat, faces, rim)
    ahead = onto(flat)
    ahead = ahead / np.linalg.norm(ahead, axis=1, keepdims=True)
    count = len(flat)
    after = np.roll(rim, -1)
    walls = [
        np.stack([rim + count, after + count, after], 1),
        np.stack([rim + count, after, rim], 1),
    ]
    every = np.concatenate([faces, faces[:, ::-1] + count, *walls])
    vertices = np.concatenate([ahead * r, ahead * (r * _SINK)])
    return surface(vertices, every, box_uv(vertices, every))


def _split(points: Floats, faces: Ints, rim: Ints) -> tuple[Floats, Ints, Ints]:
    """Each triangle cut into four; `rim` lists the border's points in order."""
    found: dict[tuple[int, int], int] = {}
    more = list(points)

    def middle(a: int, b: int) -> int:
        pair = (min(a, b), max(a, b))
        if pair not in found:
            found[pair] = len(more)
            more.append((points[a] + points[b]) / 2)
        return found[pair]

    cut = []
    for a, b, c in faces.tolist():
        ab, bc, ca = middle(a, b), middle(b, c), middle(c, a)
        cut += [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    border: list[int] = []
    for a, b in zip(rim.tolist(), np.roll(rim, -1).tolist(), strict=True):
        border += [a, middle(a, b)]
    return np.array(more), np.array(cut, dtype=np.int64), np.array(border, dtype=np.int64)


def tangent(middle: Sequence[float], up: Sequence[float]) -> Callable[[Floats], Floats]:
    """`onto` for outlines drawn on the plane that touches the unit ball at `middle`."""
    out = np.array(middle, dtype=float) / np.linalg.norm(middle)
    top = np.array(up, dtype=float)
    top = top - out * (top @ out)
    top = top / np.linalg.norm(top)
    right = np.cross(top, out)
    return lambda points: out + points[:, :1] * right + points[:, 1:] * top


def globe_onto(points: Floats) -> Floats:
    """`onto` for outlines in degrees of longitude (eastwards, 0 at the front) and latitude."""
    lon, lat = np.radians(points).T
    return np.stack([np.sin(lon) * np.cos(lat), np.sin(lat), np.cos(lon) * np.cos(lat)], axis=1)


def aimed(part: Part, middle: Sequence[float], up: Sequence[float]) -> Part:
    """The part turned so that what looked forward looks towards `middle`, its top to `up`."""
    out = np.array(middle, dtype=float) / np.linalg.norm(middle)
    top = np.array(up, dtype=float)
    top = top - out * (top @ out)
    top = top / np.linalg.norm(top)
    axes = np.stack([np.cross(top, out), top, out])
    return replace(part, vertices=part.vertices @ axes)
