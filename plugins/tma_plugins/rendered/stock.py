"""What scenes are built of: meshes by id, as files for renderers and as bare shapes for geometry.

Ids are `CATEGORY-NUMBER` for the embedded objects and furniture, `CATEGORY-NUMBER/door` for the
door of a piece that opens, `slab/PAINT/WxDxH` for a box and `limb/PAINT/RxH` for a capsule, in
metres, `figure/PART/PAINT,...` for a part of a person. A paint is `#rrggbb`, or `SURFACE.SEED` with
a surface of tabletop scenes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial import ConvexHull

from tma import AssetError
from tma_plugins.bytecache import ByteCache
from tma_plugins.objects import glb
from tma_plugins.objects.build import Look, assemble, build, corners, normalise
from tma_plugins.objects.kit import Part, box, capsule
from tma_plugins.objects.kit.maker import Kind
from tma_plugins.objects.library import kinds
from tma_plugins.objects.palette import parse_hex
from tma_plugins.objects.variants import look, maker
from tma_plugins.rendered.anatomy import figure_part
from tma_plugins.rendered.furniture import FURNITURE, Piece, piece
from tma_plugins.stickers.png import encode
from tma_plugins.tabletop.surfaces import surface_texture

Floats = NDArray[np.float64]

_KEPT_BYTES = 192 * 2**20
_SURFACE_PIXELS = 512
_TILE = 1.6
"""Metres that one copy of a surface's texture covers."""


@cache
def kinds_by_id() -> dict[str, Kind]:
    """All categories; furniture of this package stands for the objects' of the same id."""
    return {kind.id: kind for kind in kinds()} | FURNITURE


def parsed(asset_id: str) -> tuple[Kind, int]:
    """The category and the number that an id states. Raises AssetError."""
    slug, _, number = asset_id.rpartition("-")
    if slug not in kinds_by_id() or not number.isdecimal():
        raise AssetError(f"{asset_id}: rendered scenes have no such object")
    return kinds_by_id()[slug], int(number)


def look_of(asset_id: str) -> Look:
    """Colour, material and pattern of an object. Raises AssetError."""
    return look(*parsed(asset_id))


@lru_cache(maxsize=1024)
def furniture(asset_id: str) -> tuple[Piece, float, Floats]:
    """A piece of furniture, its unit in metres, and where its own origin is as designed."""
    kind, number = parsed(asset_id)
    made = piece(kind.id, maker(kind, number, look(kind, number)))
    parts = made.parts
    points = np.concatenate([p.vertices for p in parts])
    low, high = points.min(axis=0), points.max(axis=0)
    middle = np.array([(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2])
    return made, 1 / normalise(parts)[1], middle


@dataclass(frozen=True, eq=False)
class Shape:
    """A mesh without its looks, in the axes of scenes: x right, y away, z up.

    Attributes:
        vertices: (n, 3) float32, in its file's frame and units.
        faces: (m, 3) int32.
        outline: (k, 2) its convex outline from above, counterclockwise.
        low, high: (3,) of the box around it.
    """

    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    outline: Floats
    low: Floats
    high: Floats

    @property
    def extent(self) -> Floats:
        """(3,) width, depth and height."""
        return self.high - self.low


@lru_cache(maxsize=2048)
def shape(asset_id: str) -> Shape:
    """The bare mesh of an id. Raises AssetError."""
    parts = _parts(asset_id)
    starts = np.cumsum([0, *(len(p.vertices) for p in parts)])
    x, y, z = np.concatenate([p.vertices for p in parts]).T
    vertices = np.stack([x, -z, y], axis=1).astype(np.float32)
    faces = np.concatenate([p.faces + n for p, n in zip(parts, starts, strict=False)])
    flat = vertices[:, :2].astype(np.float64)
    outline = flat[ConvexHull(flat).vertices]
    low, high = (f(axis=0).astype(np.float64) for f in (vertices.min, vertices.max))
    return Shape(vertices, faces.astype(np.int32), outline, low, high)


def _parts(asset_id: str) -> list[Part]:
    """The parts as they are in the file."""
    if asset_id.startswith(("slab/", "limb/")):
        return [_simple(asset_id)]
    if asset_id.startswith("figure/"):
        return figure_part(asset_id)
    if asset_id.endswith("/door"):
        return _door(asset_id)
    kind, number = parsed(asset_id)
    return normalise(list(kind.make(maker(kind, number, look(kind, number)))))[0]


def _simple(asset_id: str) -> Part:
    try:
        what, _, sizes = asset_id.split("/")
        numbers = [float(n) for n in sizes.split("x")]
        if what == "slab":
            w, d, h = numbers
            return box(w, h, d, min(0.008, min(numbers) / 4), steps=1).planar()
        r, h = numbers
        return capsule(r, h, segments=16)
    except ValueError:
        raise AssetError(f"{asset_id}: is no slab or limb") from None


def _door(asset_id: str) -> list[Part]:
    """A door about its hinge, at the scale of its piece."""
    made, size, middle = furniture(asset_id.removesuffix("/door"))
    if made.door is None:
        raise AssetError(f"{asset_id}: has no door")
    parts, (x, z) = made.door
    moved = [p.at(-x, -middle[1], -z) for p in parts]
    return [replace(p, vertices=p.vertices / size) for p in moved]


class Stock:
    """Meshes as GLB files, made when asked for. Implements `tma.AssetReader`."""

    def __init__(self) -> None:
        self._files: ByteCache[str, tuple[bytes, str]] = ByteCache(
            _KEPT_BYTES, lambda made: len(made[0])
        )

    def _file(self, asset_id: str) -> tuple[bytes, str]:
        def make() -> tuple[bytes, str]:
            data = _glb(asset_id)
            return data, hashlib.sha256(data).hexdigest()

        return self._files.get(asset_id, make)

    def read(self, asset_id: str, form: str, name: str) -> bytes:
        """The mesh of an id. Raises AssetError."""
        return self._file(asset_id)[0]

    def derived(
        self, asset_id: str, form: str, name: str, how: str, make: Callable[[bytes], bytes]
    ) -> bytes:
        """`make` of the mesh; nothing is kept."""
        return make(self.read(asset_id, form, name))

    def sha256(self, asset_id: str, form: str, name: str) -> str:
        """The hash of that mesh. Raises AssetError."""
        return self._file(asset_id)[1]


def _glb(asset_id: str) -> bytes:
    if asset_id.startswith(("slab/", "limb/")):
        paint = asset_id.split("/")[1]
        image, roughness = _paint(paint)
        part = _simple(asset_id)
        arrays = corners(part, part.uv / _TILE)
        return glb.write([glb.Surface(*arrays, image, 0.0, roughness)])
    if asset_id.startswith("figure/"):
        return assemble(figure_part(asset_id), 1.0, Look("white"))
    if asset_id.endswith("/door"):
        piece_id = asset_id.removesuffix("/door")
        seen = look_of(piece_id)
        return assemble(_door(asset_id), 1 / furniture(piece_id)[1], seen)
    kind, number = parsed(asset_id)
    seen = look(kind, number)
    return build(list(kind.make(maker(kind, number, seen))), seen)


@lru_cache(maxsize=64)
def _paint(paint: str) -> tuple[bytes, float]:
    """A base colour texture as PNG, and its roughness."""
    try:
        if paint.startswith("#"):
            return encode(Image.new("RGB", (8, 8), parse_hex(paint))), 0.85
    except ValueError as error:
        raise AssetError(str(error)) from None
    name, _, seed = paint.partition(".")
    return encode(Image.fromarray(surface_texture(name, int(seed), _SURFACE_PIXELS))), 0.6
