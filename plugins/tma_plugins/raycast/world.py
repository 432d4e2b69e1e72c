"""All triangles of a scene in one array, with what is needed to shade a point of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from numpy.typing import NDArray

from tma_plugins.raycast.mipmap import Mipmap
from tma_plugins.tabletop.meshes import Surface

Array = NDArray[np.float32]
Ints = NDArray[np.int32]

LAYERS = 8
"""Surfaces that a ray passes at most."""
STEP = 1e-4
"""How far behind a surface, in table units, a ray that passes it goes on."""
NOTHING = -1
"""Object number where a ray hits no object."""


class Hits(NamedTuple):
    """Where rays hit first.

    Attributes:
        face: (n,) int32, -1 where they hit nothing.
        u, v: (n,) weights of the face's second and third corner.
        distance: (n,) in lengths of the ray's direction; meaningless without a hit.
    """

    face: Ints
    u: Array
    v: Array
    distance: Array

    def of(self, chosen: NDArray[np.bool_]) -> Hits:
        """Those of some of the rays."""
        return Hits(self.face[chosen], self.u[chosen], self.v[chosen], self.distance[chosen])


class Rays:
    """Casts rays at triangles.

    Args:
        vertices: (n, 3) float32.
        faces: (m, 3) int32; may be empty.
    """

    def __init__(self, vertices: Array, faces: Ints) -> None:
        # Robust: no ray slips through between two triangles.
        self._scene = EmbreeScene(robust=True)
        self._some = len(faces) > 0
        if self._some:
            TriangleMesh(self._scene, vertices, np.ascontiguousarray(faces))

    def cast(self, origins: Array, directions: Array) -> Hits:
        """Where each ray hits first; both arguments are (n, 3) float32."""
        count = len(origins)
        if not (self._some and count):
            nothing = np.zeros(count, np.float32)
            return Hits(np.full(count, -1, np.int32), nothing, nothing, nothing)
        found = self._scene.run(origins, directions, output=1)
        return Hits(found["primID"], found["u"], found["v"], found["tfar"])

    def blocked(self, origins: Array, directions: Array, reach: Array) -> NDArray[np.bool_]:
        """Whether anything lies on each ray nearer than `reach` lengths of its direction."""
        if not (self._some and len(origins)):
            return np.zeros(len(origins), np.bool_)
        # Whatever is hit, embree answers 0, and -1 where nothing is.
        found: Ints = self._scene.run(origins, directions, query="OCCLUDED", dists=reach)
        return np.asarray(found != -1)


@dataclass(frozen=True, slots=True)
class Placed:
    """A surface in the scene.

    Attributes:
        surface: in its mesh's own frame.
        owner: number of the thing that it belongs to, `NOTHING` for the table and the like.
        place: (4, 4) from the mesh's frame to the scene: scales alike in all directions.
        mipmap: of its texture, if it has one.
        shadow: whether it throws shadows.
    """

    surface: Surface
    owner: int
    place: NDArray[np.float64]
    mipmap: Mipmap | None = None
    shadow: bool = True

    @property
    def size(self) -> float:
        """By what lengths are scaled."""
        return float(np.linalg.norm(self.place[:3, 0]))

    def vertices(self) -> Array:
        """(n, 3) in the scene."""
        moved = self.surface.vertices @ self.place[:3, :3].T + self.place[:3, 3]
        return np.ascontiguousarray(moved, np.float32)

    def normals(self) -> Array:
        """(n, 3) in the scene."""
        turned = self.surface.normals @ (self.place[:3, :3].T / self.size)
        return np.ascontiguousarray(turned, np.float32)


class Coats(NamedTuple):
    """What surfaces are made of: row i belongs to surface i.

    Attributes:
        color: (k, 4) linear RGBA.
        metallic, roughness, cutoff: (k,).
        blends, masks: (k,) bool, what alpha means.
        owner: (k,) object numbers.
    """

    color: Array
    metallic: Array
    roughness: Array
    cutoff: Array
    blends: NDArray[np.bool_]
    masks: NDArray[np.bool_]
    owner: Ints


class World:
    """The triangles of some placed surfaces.

    Attributes:
        vertices, normals: (n, 3) float32.
        uv: (n, 2) float32, zeros where there is no texture.
        colors: (n, 4) float32 factors, None if no surface has any.
        faces: (m, 3) int32.
        coat: (m,) int32, the surface of each face.
        coats: the surfaces' materials.
        mipmaps: of their textures, None where they have none.
        texels: (m,) float32, texture pixels a table unit on each face.
    """

    def __init__(self, placed: Sequence[Placed]) -> None:
        parts = [p.surface for p in placed]
        counts = [len(s.vertices) for s in parts]
        starts = np.cumsum([0, *counts])
        self.vertices = np.concatenate([p.vertices() for p in placed])
        self.normals = np.concatenate([p.normals() for p in placed])
        self.uv = np.concatenate([_or_zeros(s.uv, n) for s, n in zip(parts, counts, strict=True)])
        self.colors = None
        if any(s.colors is not None for s in parts):
            self.colors = np.concatenate(
                [_or_ones(s.colors, n) for s, n in zip(parts, counts, strict=True)]
            )
        self.faces = np.concatenate(
            [s.faces + np.int32(start) for s, start in zip(parts, starts, strict=False)]
        )
        sizes = [len(s.faces) for s in parts]
        self.coat: Ints = np.repeat(np.arange(len(parts), dtype=np.int32), sizes)
        self.coats = _coats(placed)
        self.mipmaps = [p.mipmap for p in placed]
        self.texels = np.concatenate([_texels(p) for p in placed])
        self.rays = Rays(self.vertices, self.faces)
        clear, holed = self.coats.blends[self.coat], self.coats.masks[self.coat]
        casts = np.array([p.shadow for p in placed])[self.coat]
        solid = casts & ~clear & ~holed
        self._solid = self.rays if solid.all() else Rays(self.vertices, self.faces[solid])
        self._clear = Rays(self.vertices, self.faces[casts & clear])
        self._holed_faces = np.flatnonzero(casts & holed)
        self._holed = Rays(self.vertices, self.faces[self._holed_faces])

    def passing(self, origins: Array, directions: Array, reach: Array, through: float) -> Array:
        """Share of light that gets along each ray: none through solid things, all through holes.

        Args:
            origins: as of `Rays.blocked`.
            directions: likewise.
            reach: likewise.
            through: share that gets through see-through surfaces.
        """
        light = np.where(self._solid.blocked(origins, directions, reach), 0.0, 1.0)
        light *= np.where(self._clear.blocked(origins, directions, reach), through, 1.0)
        light[self._stopped(origins, directions, reach)] = 0.0
        return light.astype(np.float32)

    def _stopped(self, origins: Array, directions: Array, reach: Array) -> NDArray[np.bool_]:
        """Whether each ray meets a surface with holes where there is none."""
        stopped = np.zeros(len(origins), np.bool_)
        passed = np.zeros(len(origins), np.float32)
        step = np.float32(STEP) / np.linalg.norm(directions, axis=1).astype(np.float32)
        left = np.arange(len(origins))
        for _ in range(LAYERS):
            beam = directions[left]
            hits = self._holed.cast(origins[left] + beam * passed[left][:, None], beam)
            met = (hits.face >= 0) & (passed[left] + hits.distance < reach[left])
            left, hits = left[met], hits.of(met)
            if not len(left):
                break
            passed[left] += hits.distance + step[left]
            hits = hits._replace(face=self._holed_faces[hits.face].astype(np.int32))
            there = self.color(hits, np.ones(len(left), np.float32))[:, 3] > 0
            stopped[left[there]] = True
            left = left[~there]
        return stopped

    def color(self, hits: Hits, coarse: Array) -> Array:
        """Material colours where faces are hit, (n, 4) linear RGBA with the coverage as alpha.

        Args:
            hits: (n,) of faces; all of them must have hit something.
            coarse: (n,) as of `Mipmap.sample`.
        """
        corners, weights = self.corners(hits)
        coat, coats = self.coat[hits.face], self.coats
        color = coats.color[coat]
        if self.colors is not None:
            color = color * mix(self.colors, corners, weights)
        for index, mipmap in enumerate(self.mipmaps):
            if mipmap is None:
                continue
            here = np.flatnonzero(coat == index)
            if len(here):
                uv = mix(self.uv, corners[here], weights[here])
                color[here] *= mipmap.sample(uv, coarse[here])
        color[:, 3] = np.where(
            coats.masks[coat],
            color[:, 3] >= coats.cutoff[coat],
            np.where(coats.blends[coat], color[:, 3], np.float32(1)),
        )
        return np.asarray(color)

    def corners(self, hits: Hits) -> tuple[Ints, Array]:
        """The faces' corners, (n, 3) vertex numbers, and their weights where they are hit."""
        weights: Array = np.stack([1 - hits.u - hits.v, hits.u, hits.v], axis=1)[:, :, None]
        return self.faces[hits.face], weights


def mix(values: Array, corners: Ints, weights: Array) -> Array:
    """What vertices have, (n, k), in between them: of `World.corners`."""
    first, second, third = (values[corners[:, i]] for i in range(3))
    return np.asarray(first * weights[:, 0] + second * weights[:, 1] + third * weights[:, 2])


def _or_zeros(values: Array | None, count: int) -> Array:
    return np.zeros((count, 2), np.float32) if values is None else values


def _or_ones(values: Array | None, count: int) -> Array:
    return np.ones((count, 4), np.float32) if values is None else values


def _coats(placed: Sequence[Placed]) -> Coats:
    parts = [p.surface for p in placed]
    return Coats(
        color=np.array([s.color for s in parts], np.float32),
        metallic=np.array([s.metallic for s in parts], np.float32),
        roughness=np.array([s.roughness for s in parts], np.float32),
        cutoff=np.array([s.cutoff for s in parts], np.float32),
        blends=np.array([s.alpha == "BLEND" for s in parts], np.bool_),
        masks=np.array([s.alpha == "MASK" for s in parts], np.bool_),
        owner=np.array([p.owner for p in placed], np.int32),
    )


def _texels(placed: Placed) -> Array:
    surface = placed.surface
    if surface.uv is None or surface.texture is None:
        return np.zeros(len(surface.faces), np.float32)
    high, wide = surface.texture.shape[:2]
    corners = surface.uv[surface.faces] * np.array([wide, high], np.float32)
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    texels = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    points = surface.vertices[surface.faces]
    area = np.linalg.norm(
        np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0]), axis=1
    )
    return np.asarray(np.sqrt(texels / np.maximum(area, 1e-12)) / placed.size, np.float32)
