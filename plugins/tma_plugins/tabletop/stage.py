"""What all renderers of tabletop scenes agree on: the table's shape, spots' cones, the backdrop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tma import Backdrop, Table
from tma_plugins.tabletop.meshes import Surface

Point = tuple[float, float, float]

SPOT_INNER, SPOT_OUTER = 32.0, 48.0
"""Degrees from a spot's axis where its light starts to fade, and where it ends.

Between them its share is the square of the way from one cosine to the other."""

THICKNESS = 0.14
"""Of the table's top, in table units."""

SUNK = 0.002
"""How far below z = 0 the table's top is, so that no object's foot lies in the same plane."""

TILE = 3.0
"""Table units that one copy of a surface's texture covers."""


def table_surface(table: Table, texture: NDArray[np.uint8], roughness: float = 0.5) -> Surface:
    """The table's top, with its edges.

    Args:
        table: how large it is.
        texture: (n, n, 3) uint8 sRGB; it repeats every `TILE` table units.
        roughness: 0 to 1.
    """
    x, y, z = table.width / 2, table.depth / 2, THICKNESS
    # Corners counterclockwise from outside, the outward normal, and the axes of the pattern.
    sides: list[tuple[list[Point], Point, tuple[int, int]]] = [
        ([(-x, -y, 0), (x, -y, 0), (x, y, 0), (-x, y, 0)], (0, 0, 1), (0, 1)),
        ([(-x, -y, -z), (x, -y, -z), (x, -y, 0), (-x, -y, 0)], (0, -1, 0), (0, 2)),
        ([(x, -y, -z), (x, y, -z), (x, y, 0), (x, -y, 0)], (1, 0, 0), (1, 2)),
        ([(-x, y, -z), (-x, -y, -z), (-x, -y, 0), (-x, y, 0)], (-1, 0, 0), (1, 2)),
        ([(x, y, -z), (-x, y, -z), (-x, y, 0), (x, y, 0)], (0, 1, 0), (0, 2)),
    ]
    corners = np.array([c for side in sides for c in side[0]], np.float32)
    axes = np.array([side[2] for side in sides for _ in range(4)])
    corners[:, 2] -= np.float32(SUNK)
    uv = np.take_along_axis(corners, axes, axis=1) / np.float32(TILE) + np.float32(0.5)
    uv[:, 1] = 1 - uv[:, 1]
    square = np.array([[0, 1, 2], [0, 2, 3]])
    return Surface(
        vertices=corners,
        faces=np.concatenate([square + 4 * i for i in range(len(sides))]).astype(np.int32),
        normals=np.repeat(np.array([side[1] for side in sides], np.float32), 4, axis=0),
        uv=np.ascontiguousarray(uv, np.float32),
        texture=texture,
        roughness=roughness,
    )


def backdrop_rows(backdrop: Backdrop, height: int) -> NDArray[np.float32]:
    """The backdrop's colour in each row of a picture, (height, 3) sRGB from 0 to 1."""
    colors = np.array(backdrop.colors, np.float64) / 255
    stops = np.linspace(0, 1, len(colors))
    rows = (np.arange(height) + 0.5) / height
    return np.stack([np.interp(rows, stops, colors[:, i]) for i in range(3)], axis=1).astype(
        np.float32
    )
