"""Boxes, and plane outlines given thickness."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, radians, sin

import numpy as np

from tma_plugins.objects.kit.part import Floats, Ints, Part, box_uv, surface

Point = tuple[float, float]


def box(width: float, height: float, depth: float, r: float = 0.0, steps: int = 2) -> Part:
    """A box with edges rounded by `r`; stands on y = 0, its middle above the origin."""
    size = np.array([width, height, depth])
    r = min(r, float(size.min()) / 2)
    if r <= 0:
        return _ruled([_rectangle(width, depth, 0.0, 0)] * 2, [0.0, height])
    angles = [90 * k / steps for k in range(steps + 1)]
    low = [(r - r * cos(radians(a)), r - r * sin(radians(a))) for a in reversed(angles)]
    rings = [(h, inset) for inset, h in low] + [(height - h, inset) for inset, h in reversed(low)]
    outlines = [_rectangle(width - 2 * i, depth - 2 * i, r - i, steps) for _, i in rings]
    return _ruled(outlines, [h for h, _ in rings])


def _rectangle(width: float, depth: float, r: float, steps: int) -> list[Point]:
    """An outline in (x, z), the corners rounded by `r`; counterclockwise from above."""
    corners = []
    for quarter, (sx, sz) in enumerate(((1, 1), (1, -1), (-1, -1), (-1, 1))):
        cx, cz = sx * (width / 2 - r), sz * (depth / 2 - r)
        for k in range(steps + 1):
            angle = pi / 2 * (1 - quarter - (k / steps if steps else 0))
            corners.append((cx + r * cos(angle), cz + r * sin(angle)))
    return corners


def _ruled(outlines: Sequence[Sequence[Point]], heights: Sequence[float]) -> Part:
    rings = [
        np.array([(x, h, z) for x, z in outline], dtype=float)
        for outline, h in zip(outlines, heights, strict=True)
    ]
    count = len(rings[0])
    middle = fan(count)
    return solid(rings, middle[:, ::-1], middle)


def fan(count: int) -> Ints:
    """Triangles (count - 2, 3) that fill a convex outline."""
    return np.array([(0, k, k + 1) for k in range(1, count - 1)], dtype=np.int64)


def solid(rings: Sequence[Floats], bottom: Ints, top: Ints, crease: float = 38) -> Part:
    """The body between closed outlines of equal length, one above the other.

    Args:
        rings: each (n, 3), counterclockwise as seen from the last one's side.
        bottom: triangles that fill the first outline, seen from below.
        top: triangles that fill the last outline.
        crease: degrees from which on an edge is sharp.
    """
    count = len(rings[0])
    vertices = np.concatenate(rings)
    j = np.arange(count)
    k = (j + 1) % count
    faces = [bottom]
    for i in range(len(rings) - 1):
        low, high = i * count, (i + 1) * count
        faces += [np.stack([low + j, low + k, high + k], 1)]
        faces += [np.stack([low + j, high + k, high + j], 1)]
    faces.append(top + (len(rings) - 1) * count)
    every = np.concatenate(faces)
    return surface(vertices, every, box_uv(vertices, every), crease=crease)


def extrude(
    outline: Sequence[Sequence[float]], depth: float, bevel: float = 0.0, crease: float = 38
) -> Part:
    """A plane outline given thickness along z, half of it before z = 0 and half behind.

    Args:
        outline: (x, y) points in either sense, not crossing itself; need not be convex.
        depth: thickness.
        bevel: how far edges are cut off, front and back; small against the outline's details.
        crease: degrees from which on an edge is sharp.

    Raises:
        ValueError: the outline crosses itself.
    """
    points = np.array([(p[0], p[1]) for p in outline], dtype=float)
    if area(points) < 0:
        points = points[::-1]
    inner = inset(points, bevel) if bevel > 0 else points
    front = triangulate(points)
    levels = [(inner, -depth / 2), (inner, depth / 2)]
    if bevel > 0:
        levels[1:1] = [(points, bevel - depth / 2), (points, depth / 2 - bevel)]
    rings = [np.column_stack([p, np.full(len(p), z)]) for p, z in levels]
    return solid(rings, front[:, ::-1], front, crease)


def area(points: Floats) -> float:
    """Signed area of a closed outline (n, 2): positive if it runs counterclockwise."""
    x, y = points.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def inset(points: Floats, by: float) -> Floats:
    """A counterclockwise outline (n, 2), its edges moved inwards (mitred, at most 2.5 times)."""
    before, after = points - np.roll(points, 1, 0), np.roll(points, -1, 0) - points
    normals = [np.stack([-d[:, 1], d[:, 0]], 1) for d in (before, after)]
    a, b = (n / np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-12) for n in normals)
    middle = a + b
    square = np.maximum((middle * middle).sum(1, keepdims=True), 4 / 2.5**2)
    moved: Floats = points + middle * (2 * by / square)
    return moved


def triangulate(points: Floats) -> Ints:
    """Triangles (n - 2, 3) that fill a counterclockwise outline (n, 2), by cutting off ears.

    Raises:
        ValueError: the outline crosses itself.
    """
    left = list(range(len(points)))
    found: list[tuple[int, int, int]] = []
    while len(left) > 3:
        at = next((i for i in range(len(left)) if _is_ear(points, left, i)), None)
        if at is None:
            raise ValueError("the outline crosses itself")
        found.append((left[at - 1], left[at], left[(at + 1) % len(left)]))
        del left[at]
    if _cross(*points[left]) < -1e-12:
        raise ValueError("the outline crosses itself")
    return np.array([*found, tuple(left)], dtype=np.int64)


def _is_ear(points: Floats, left: list[int], i: int) -> bool:
    corner = [left[i - 1], left[i], left[(i + 1) % len(left)]]
    a, b, c = points[corner]
    if _cross(a, b, c) <= 1e-14:
        return False
    others = points[[k for k in left if k not in corner]]
    sides = [_cross(p, q, others) for p, q in ((a, b), (b, c), (c, a))]
    return not bool((np.minimum.reduce(sides) >= -1e-14).any())


def _cross(a: Floats, b: Floats, c: Floats) -> Floats:
    """Twice the signed area of the triangles a, b, c; c may be many points."""
    result: Floats = (b[0] - a[0]) * (c[..., 1] - a[1]) - (b[1] - a[1]) * (c[..., 0] - a[0])
    return result


def star(points: int, outer: float, inner: float, start: float = 90.0) -> list[Point]:
    """The outline of a star, a gear or, with equal radii, a regular polygon of 2 * points."""
    angles = [radians(start + 180 * k / points) for k in range(2 * points)]
    radii = [outer if k % 2 == 0 else inner for k in range(2 * points)]
    return [(r * cos(a), r * sin(a)) for r, a in zip(radii, angles, strict=True)]


def regular(corners: int, radius: float, start: float = 90.0) -> list[Point]:
    """The outline of a regular polygon."""
    angles = [radians(start + 360 * k / corners) for k in range(corners)]
    return [(radius * cos(a), radius * sin(a)) for a in angles]
