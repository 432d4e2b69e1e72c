"""Solids of revolution about the y axis, and what is made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import cos, pi, radians, sin

import numpy as np

from tma_plugins.objects.kit.part import Floats, Part, box_uv, join, sheet, surface

Point = tuple[float, float]
SEGMENTS = 32


def lathe(
    profile: Sequence[Point], *, segments: int = SEGMENTS, turned: bool = False, crease: float = 38
) -> Part:
    """The solid between a turned profile and the axis; closed at both ends.

    Args:
        profile: (radius, height) from the bottom up along the outside. It may go on down the
            inside again, for a vessel: it then ends on the axis, at the inner floor.
        segments: sides; 6 makes a pencil.
        turned: whether a flat side, not an edge, looks forward.
        crease: degrees from which on an edge is sharp.

    Raises:
        ValueError: fewer than two points, or a negative radius.
    """
    points = np.array(profile, dtype=float)
    if len(points) < 2 or (points[:, 0] < 0).any():
        raise ValueError("a profile needs two points or more, and no negative radius")
    ends = [[[0.0, y]] if r > 0 else np.empty((0, 2)) for r, y in (points[0], points[-1])]
    points = np.concatenate([ends[0], points, ends[1]])
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    girth = 2 * pi * float(points[:, 0].max())
    turns = np.arange(segments + 1) / segments
    angles = 2 * pi * (turns[:-1] + (0.5 / segments if turned else 0.0)) + pi  # seam at the back
    radius, height = points[:, :1], points[:, 1:]
    grid = np.stack(
        [
            radius * np.sin(angles),
            np.broadcast_to(height, (len(points), segments)),
            radius * np.cos(angles),
        ],
        axis=2,
    )
    u, v = np.broadcast_arrays(turns[None, :] * girth, along[:, None])
    part = surface(*sheet(grid, np.stack([u, v], axis=2), around=True), girth=girth, crease=crease)
    return replace(part, uv=_flat_ends(part))


def _flat_ends(part: Part) -> Floats:
    """Its uv, but projected where it is level: a texture that converges there looks odd."""
    corners = part.vertices[part.faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    level = np.abs(normals[:, 1]) > 0.97 * np.linalg.norm(normals, axis=1)
    return np.where(level[:, None, None], box_uv(part.vertices, part.faces), part.uv)


def arc(
    cx: float,
    cy: float,
    r: float,
    start: float,
    end: float,
    steps: int = 6,
    ry: float | None = None,
) -> list[Point]:
    """Points on a circle or (`ry` given) an ellipse; degrees counterclockwise from the right."""
    angles = (radians(start + (end - start) * k / steps) for k in range(steps + 1))
    return [(cx + r * cos(a), cy + (r if ry is None else ry) * sin(a)) for a in angles]


def curve(points: Sequence[Sequence[float]], steps: int = 6, closed: bool = False) -> list[Point]:
    """A smooth curve through points of a plane (Catmull-Rom), `steps` pieces between two."""
    line = curve3([(*p, 0.0) for p in points], steps, closed)
    return [(float(x), float(y)) for x, y, _ in line]


def curve3(points: Sequence[Sequence[float]], steps: int = 6, closed: bool = False) -> Floats:
    """A smooth curve (n, 3) through points of space (Catmull-Rom); passes through all of them."""
    given = np.array(points, dtype=float)
    if closed:
        padded = np.concatenate([given[-1:], given, given[:2]])
    else:
        first, last = 2 * given[0] - given[1], 2 * given[-1] - given[-2]
        padded = np.concatenate([[first], given, [last]])
    t = (np.arange(steps) / steps)[:, None, None]
    a, b, c, d = (padded[k : len(padded) - 3 + k] for k in range(4))
    cubic = -a + 3 * b - 3 * c + d
    pieces = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + cubic * t**3)
    line: Floats = pieces.transpose(1, 0, 2).reshape(-1, 3)
    return line if closed else np.concatenate([line, given[-1:]])


def cylinder(
    radius: float,
    height: float,
    *,
    bevel: float = 0.0,
    top: float | None = None,
    segments: int = SEGMENTS,
) -> Part:
    """A cylinder that stands on y = 0, or a cone's stump if `top` gives its upper radius."""
    upper = radius if top is None else top
    b = min(bevel, height / 2, radius * 0.9, upper * 0.9)
    if b <= 0:
        return lathe([(radius, 0), (upper, height)], segments=segments)
    low, high = arc(radius - b, b, b, -90, 0, 3), arc(upper - b, height - b, b, 0, 90, 3)
    return lathe([*low, *high], segments=segments)


def cone(radius: float, height: float, *, segments: int = SEGMENTS, tip: float = 0.0) -> Part:
    """A cone that stands on y = 0; its tip is a ball of radius `tip`."""
    if tip <= 0:
        rows = [(radius * (1 - k / 4), height * k / 4) for k in range(5)]
        return lathe(rows, segments=segments)
    slope = np.degrees(np.arctan2(radius, height))
    return lathe([(radius, 0), *arc(0, height - tip, tip, slope, 90, 5)], segments=segments)


def ball(
    radius: float, y: float | None = None, z: float | None = None, *, segments: int = 24
) -> Part:
    """A ball about the origin, or an ellipsoid if `y` or `z` give its other two radii."""
    part = lathe(arc(0, 0, radius, -90, 90, segments // 2), segments=segments, crease=180)
    tall, deep = radius if y is None else y, radius if z is None else z
    return part if tall == deep == radius else part.scale(1, tall / radius, deep / radius)


def capsule(radius: float, height: float, *, segments: int = 20) -> Part:
    """A cylinder with round ends, `height` high in all, that stands on y = 0."""
    low, high = arc(0, radius, radius, -90, 0, 6), arc(0, height - radius, radius, 0, 90, 6)
    return lathe([*low, *high], segments=segments, crease=180)


def torus(radius: float, thickness: float, *, segments: int = 32, sides: int = 16) -> Part:
    """A ring about the y axis; `radius` to the middle of the tube, `thickness` is its radius."""
    turns, rounds = np.arange(segments + 1) / segments, np.arange(sides + 1) / sides
    a, b = 2 * pi * turns[None, :-1] + pi, 2 * pi * rounds[:, None] + pi
    far = radius + thickness * np.cos(b)
    grid = np.stack(
        [
            far * np.sin(a),
            np.broadcast_to(thickness * np.sin(b), far.shape) * np.ones_like(a),
            far * np.cos(a),
        ],
        axis=2,
    )
    girth = 2 * pi * radius
    u, v = np.broadcast_arrays(turns[None, :] * girth, rounds[:, None] * 2 * pi * thickness)
    return surface(*join(sheet(grid, np.stack([u, v], 2), around=True)), girth=girth, crease=180)
