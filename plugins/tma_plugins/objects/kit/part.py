"""A part of an object: one closed surface with texture coordinates, in one role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_GRAIN = 1e-7


@dataclass(frozen=True, eq=False)
class Part:
    """A triangulated surface; x points right, y up and z forward, towards the viewer.

    Attributes:
        vertices: (n, 3).
        faces: (m, 3) places in `vertices`, counterclockwise as seen from outside.
        uv: (m, 3, 2) texture coordinates of each face's corners, in the unit of the vertices:
            u around or across, v up or along.
        girth: if not 0, u runs once around in this length, and a texture must meet itself there.
        crease: degrees between two faces from which on their common edge is sharp.
        role: what it is made of; see `tma_plugins.objects.roles`.
        solid: whether the surface is closed.
    """

    vertices: Floats
    faces: Ints
    uv: Floats
    girth: float = 0.0
    crease: float = 38.0
    role: str = "body"
    solid: bool = True

    def paint(self, role: str) -> Part:
        """The part in another role."""
        return replace(self, role=role)

    def sharp(self, crease: float) -> Part:
        """The part with another crease angle: 0 for facets, 180 for no edge at all."""
        return replace(self, crease=crease)

    def at(self, x: float = 0, y: float = 0, z: float = 0) -> Part:
        """The part moved."""
        return replace(self, vertices=self.vertices + np.array([x, y, z], dtype=float))

    def turn(self, x: float = 0, y: float = 0, z: float = 0) -> Part:
        """The part turned about the x, then the y, then the z axis, by degrees.

        Positive turns are counterclockwise for somebody at whom the axis points.
        """
        matrix = np.eye(3)
        for axis, angle in enumerate((x, y, z)):
            if angle:
                matrix = _rotation(axis, angle) @ matrix
        return replace(self, vertices=self.vertices @ matrix.T)

    def scale(self, x: float, y: float | None = None, z: float | None = None) -> Part:
        """The part stretched along the axes: all alike if only one factor is given.

        A negative factor mirrors. Texture coordinates are stretched by the mean of the factors.
        """
        factors = np.array([x, x if y is None else y, x if z is None else z], dtype=float)
        mean = float(np.abs(factors).mean())
        flipped = np.prod(factors) < 0
        return replace(
            self,
            vertices=self.vertices * factors,
            faces=self.faces[:, ::-1] if flipped else self.faces,
            uv=(self.uv[:, ::-1] if flipped else self.uv) * mean,
            girth=self.girth * mean,
        )

    def mirror(self) -> Part:
        """The part with left and right exchanged."""
        return self.scale(-1, 1, 1)

    def bend(self, curve: float) -> Part:
        """The part bent about an axis along z: what stands on the y axis leans over to the right.

        Args:
            curve: degrees by which a unit of height turns.
        """
        if not curve:
            return self
        radius = 1 / radians(curve)
        across, height, depth = self.vertices.T
        angle = height / radius
        bent = (radius - (radius - across) * np.cos(angle), (radius - across) * np.sin(angle))
        return replace(self, vertices=np.stack([*bent, depth], axis=1))

    def taper(self, top: float) -> Part:
        """The part made wider or narrower with height: by `top` at its top, not at its bottom."""
        height = self.vertices[:, 1]
        share = (height - height.min()) / (np.ptp(height) or 1.0)
        factor = 1 + (top - 1) * share
        scales = np.stack([factor, np.ones_like(factor), factor], axis=1)
        return replace(self, vertices=self.vertices * scales)

    def planar(self) -> Part:
        """The part with its texture projected along the axes, as on a block."""
        return replace(self, uv=box_uv(self.vertices, self.faces), girth=0.0)

    def box(self) -> tuple[Floats, Floats]:
        """The lowest and the highest coordinates, (3,) each."""
        return self.vertices.min(axis=0), self.vertices.max(axis=0)


def _rotation(axis: int, degrees: float) -> Floats:
    c, s = cos(radians(degrees)), sin(radians(degrees))
    matrix = np.eye(3)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix[i, i], matrix[i, j], matrix[j, i], matrix[j, j] = c, -s, s, c
    return matrix


def surface(
    vertices: Floats, faces: Ints, uv: Floats, *, girth: float = 0.0, crease: float = 38.0
) -> Part:
    """A part from faces whose corners may coincide: welds them and drops faces without area."""
    keys = np.round(vertices / _GRAIN).astype(np.int64)
    _, first, place = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    faces = place.reshape(-1)[faces]
    a, b, c = faces.T
    whole = (a != b) & (b != c) & (c != a)
    return Part(vertices[first], faces[whole], uv[whole], girth, crease)


def sheet(grid: Floats, uv: Floats, *, around: bool) -> tuple[Floats, Ints, Floats]:
    """Two triangles for each cell of a grid of points.

    Args:
        grid: (rows, columns, 3); seen from outside, rows run up and columns to the right.
        uv: (rows, columns, 2), or (rows, columns + 1, 2) if the last column meets the first.
        around: whether it does.

    Returns:
        vertices, faces and the corners' uv, as `surface` takes them.
    """
    rows, columns = grid.shape[:2]
    across = columns if around else columns - 1
    i, j = (a.reshape(-1) for a in np.mgrid[: rows - 1, :across])
    right = (j + 1) % columns
    low, low_right = i * columns + j, i * columns + right
    high, high_right = low + columns, low_right + columns
    faces = np.concatenate(
        [np.stack([low, low_right, high_right], 1), np.stack([low, high_right, high], 1)]
    )
    corner = {"ll": uv[i, j], "lr": uv[i, j + 1], "hr": uv[i + 1, j + 1], "hl": uv[i + 1, j]}
    uvs = np.concatenate(
        [
            np.stack([corner["ll"], corner["lr"], corner["hr"]], 1),
            np.stack([corner["ll"], corner["hr"], corner["hl"]], 1),
        ]
    )
    return grid.reshape(-1, 3), faces.astype(np.int64), uvs


def join(*pieces: tuple[Floats, Ints, Floats]) -> tuple[Floats, Ints, Floats]:
    """Several pieces (vertices, faces, uv) as one."""
    offsets = np.cumsum([0, *(len(v) for v, _, _ in pieces[:-1])])
    return (
        np.concatenate([v for v, _, _ in pieces]),
        np.concatenate([f + o for (_, f, _), o in zip(pieces, offsets, strict=True)]),
        np.concatenate([u for _, _, u in pieces]),
    )


def box_uv(vertices: Floats, faces: Ints) -> Floats:
    """Texture coordinates by projection along the axis that each face looks along most.

    Sides get v upwards, top and bottom v backwards, so that a grain runs up and back.
    """
    corners = vertices[faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    # A tiny bias decides ties the same way everywhere.
    axis = np.argmax(np.abs(normals) * np.array([1.0, 1.0001, 1.0002]), axis=1)
    across = np.array([2, 0, 0])[axis]
    up = np.array([1, 2, 1])[axis]
    index = np.arange(len(faces))[:, None], np.arange(3)[None, :]
    return np.stack([corners[*index, across[:, None]], corners[*index, up[:, None]]], axis=2)


def ring(parts: Part | Sequence[Part], count: int, start: float = 0.0) -> list[Part]:
    """`count` copies of what is given, spread evenly about the y axis."""
    given = [parts] if isinstance(parts, Part) else list(parts)
    return [part.turn(y=start + 360 * k / count) for k in range(count) for part in given]


def both(*parts: Part) -> list[Part]:
    """The parts and their mirror images: legs, wheels, ears."""
    return [*parts, *(part.mirror() for part in parts)]
