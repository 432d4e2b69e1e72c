"""Tubes along curves, and bodies between cross-sections."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi

import numpy as np

from tma_plugins.objects.kit.flat import fan, triangulate
from tma_plugins.objects.kit.part import Floats, Part, box_uv, join, sheet, surface


def tube(
    path: Sequence[Sequence[float]] | Floats,
    radius: float | Sequence[float],
    *,
    sides: int = 12,
    closed: bool = False,
    flat: float = 1.0,
    up: Sequence[float] = (0.0, 0.0, 1.0),
    crease: float = 50.0,
) -> Part:
    """A round bar along a path; use `curve3` to make the path smooth.

    Args:
        path: (n, 3) points.
        radius: everywhere, or at each point. A radius of 0 at an end makes a point there.
        sides: of its cross-section.
        closed: whether the last point is joined to the first; else the ends are capped.
        flat: the cross-section's extent along `up` as a share of that across.
        up: direction that the cross-section keeps towards, where `flat` is not 1.
        crease: degrees from which on an edge is sharp.
    """
    line = np.array(path, dtype=float)
    radii = np.broadcast_to(np.array(radius, dtype=float), len(line))
    across, upward = _frames(line, closed, np.array(up, dtype=float))
    rounds = np.arange(sides + 1) / sides
    c, s = np.cos(2 * pi * rounds[:-1]), np.sin(2 * pi * rounds[:-1])
    offsets = across[:, None] * c[:, None] + flat * upward[:, None] * s[:, None]
    grid = line[:, None] + radii[:, None, None] * offsets
    steps = np.linalg.norm(np.diff(line, axis=0, append=line[:1]), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    girth = 2 * pi * float(radii.max()) * (1 + flat) / 2
    rows = len(line) + closed
    u, v = np.broadcast_arrays(rounds[None, :] * girth, along[:rows, None])
    uv = np.stack([u, v], axis=2)
    if closed:
        return surface(
            *sheet(np.concatenate([grid, grid[:1]]), uv, around=True), girth=girth, crease=crease
        )
    cap = fan(sides)
    lids = [(grid[0], cap[:, ::-1]), (grid[-1], cap)]
    pieces = [(v, f, box_uv(v, f)) for v, f in lids]
    return surface(*join(sheet(grid, uv, around=True), *pieces), girth=girth, crease=crease)


def _frames(line: Floats, closed: bool, up: Floats) -> tuple[Floats, Floats]:
    """Two unit vectors across the path at each point, turning as little as they can."""
    turned = np.roll(line, -1, 0) - np.roll(line, 1, 0)
    ahead = turned if closed else np.gradient(line, axis=0)
    ahead = ahead / np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-12)
    across = np.empty_like(line)
    first = np.cross(up, ahead[0])
    if np.linalg.norm(first) < 1e-3:
        first = np.cross([1.0, 0.0, 0.0], ahead[0])
    if np.linalg.norm(first) < 1e-3:
        first = np.cross([0.0, 1.0, 0.0], ahead[0])
    current = first
    for i, direction in enumerate(ahead):
        current = current - direction * (current @ direction)
        current = current / max(float(np.linalg.norm(current)), 1e-12)
        across[i] = current
    return across, np.cross(ahead, across)


def loft(sections: Sequence[Sequence[Sequence[float]] | Floats], *, crease: float = 38) -> Part:
    """The body between closed cross-sections of equal numbers of points; ends are filled.

    Args:
        sections: each (n, 3), counterclockwise as seen from the last one's side. They need not be
            plane nor convex, but seen along the body none may cross itself.
        crease: degrees from which on an edge is sharp.
    """
    rings = np.array(sections, dtype=float)
    steps = np.linalg.norm(np.diff(rings, axis=0), axis=2).mean(axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    edges = np.linalg.norm(np.diff(rings, axis=1, append=rings[:, :1]), axis=2)
    around = np.concatenate([[0.0], np.cumsum(edges.max(axis=0))])
    u, v = np.broadcast_arrays(around[None, :], along[:, None])
    pieces = [sheet(rings, np.stack([u, v], axis=2), around=True)]
    for outline, last in ((rings[0], False), (rings[-1], True)):
        cap = _fill(outline, rings[-1].mean(0) - rings[0].mean(0))
        faces = cap if last else cap[:, ::-1]
        pieces.append((outline, faces, box_uv(outline, faces)))
    return surface(*join(*pieces), girth=float(around[-1]), crease=crease)


def _fill(outline: Floats, ahead: Floats) -> np.ndarray:
    """Triangles of an outline that runs counterclockwise as seen from where `ahead` points."""
    ahead = ahead / max(float(np.linalg.norm(ahead)), 1e-12)
    right = np.cross([0.0, 1.0, 0.0] if abs(ahead[1]) < 0.9 else [0.0, 0.0, 1.0], ahead)
    right = right / np.linalg.norm(right)
    plane = np.stack([outline @ right, outline @ np.cross(ahead, right)], axis=1)
    if np.ptp(plane, axis=0).max() < 1e-9:
        return fan(len(outline))
    return triangulate(plane)


def oval(
    y: float,
    rx: float,
    rz: float,
    *,
    x: float = 0.0,
    z: float = 0.0,
    n: int = 24,
    square: float = 2.0,
) -> Floats:
    """A level cross-section for `loft`: an ellipse at height y; `square` > 2 makes it boxy."""
    angles = 2 * pi * np.arange(n) / n + pi
    c, s = np.cos(angles), np.sin(angles)
    power = 2 / square
    px, pz = np.sign(s) * np.abs(s) ** power, np.sign(c) * np.abs(c) ** power
    return np.stack([x + rx * px, np.full(n, y), z + rz * pz], axis=1)
