"""Which meshes have an inside that nobody sees: half of their triangles need not be drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tma_plugins.tabletop.meshes import Surface


def closed(surfaces: Sequence[Surface]) -> list[bool]:
    """Of each surface, whether from outside none of its triangles is ever seen from behind.

    Surfaces of different materials may close each other's gaps.
    """
    solid = [s for s in surfaces if s.alpha == "OPAQUE"]
    if solid and _bounds_a_body(solid):
        return [s.alpha == "OPAQUE" for s in surfaces]
    return [s.alpha == "OPAQUE" and _bounds_a_body([s]) for s in surfaces]


def _bounds_a_body(surfaces: Sequence[Surface]) -> bool:
    """Whether at every edge as many triangles turn one way as the other, all sides outward."""
    vertices = np.concatenate([s.vertices for s in surfaces]) + np.float32(0)  # there is one zero
    starts = np.cumsum([0, *(len(s.vertices) for s in surfaces)])
    faces = np.concatenate([s.faces + n for s, n in zip(surfaces, starts, strict=False)])
    rows = np.ascontiguousarray(vertices).view(np.dtype((np.void, 12))).ravel()
    _, first, welded = np.unique(rows, return_index=True, return_inverse=True)
    corners = welded[faces].astype(np.int64)
    a, b, c = corners.T
    corners = corners[(a != b) & (b != c) & (c != a)]
    places = vertices[first].astype(np.float64)
    return bool(len(corners)) and _balanced(corners) and _outward(places, corners)


def _balanced(corners: NDArray[np.int64]) -> bool:
    count = int(corners.max()) + 1
    start, end = corners.ravel(), np.roll(corners, -1, axis=1).ravel()
    return bool((np.sort(start * count + end) == np.sort(end * count + start)).all())


def _outward(places: NDArray[np.float64], corners: NDArray[np.int64]) -> bool:
    """Whether every connected piece has a positive volume."""
    count = len(places)
    start, end = corners.ravel(), np.roll(corners, -1, axis=1).ravel()
    graph = coo_array((np.ones(len(start), np.int8), (start, end)), shape=(count, count))
    _, piece = connected_components(graph, directed=False)
    a, b, c = (places[corners[:, i]] for i in range(3))
    volumes = np.einsum("ij,ij->i", a, np.cross(b, c))
    pieces = piece[corners[:, 0]]
    sums = np.bincount(pieces, volumes)
    return bool((sums[np.unique(pieces)] > 0).all())
