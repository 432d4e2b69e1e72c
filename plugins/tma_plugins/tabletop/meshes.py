"""Meshes as renderers of tabletop scenes use them: checked, upright, and of unit size."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

import tma
from tma import AssetError
from tma_plugins.bytecache import ByteCache
from tma_plugins.tabletop import textures
from tma_plugins.tabletop.circle import smallest_circle
from tma_plugins.tabletop.flatten import Look, Patch, patches
from tma_plugins.tabletop.gltf import Glb

Color = tuple[float, float, float, float]
Floats = NDArray[np.float64]
Pictures = dict[int, NDArray[np.uint8]]
T = TypeVar("T", bound=np.generic)
_FLAT = 1e-6
"""Share of its longest side below which a mesh counts as having no thickness."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a mesh file may hold at most; by default what `tma.Limits` says.

    Attributes:
        bytes: of the file.
        faces: triangles, copies in the scene graph counted each.
        vertices: points, copies counted each.
        pixels: of one texture.
        side: larger textures are reduced to that many pixels on their longer side.
    """

    bytes: int = field(default_factory=lambda: tma.Limits.current().bytes)
    faces: int = field(default_factory=lambda: tma.Limits.current().faces)
    vertices: int = field(default_factory=lambda: tma.Limits.current().vertices)
    pixels: int = field(default_factory=lambda: tma.Limits.current().pixels)
    side: int = 1024


@dataclass(frozen=True, slots=True)
class Surface:
    """Triangles of one material; all arrays are read-only and C-contiguous.

    Attributes:
        vertices: (n, 3) float32 in the axes of tabletop scenes: x right, y away, z up.
        faces: (m, 3) int32, counterclockwise as seen from outside.
        normals: (n, 3) float32 of unit length.
        uv: (n, 2) float32, origin at the texture's top left, repeating; None without texture.
        texture: (h, w, 3 or 4) uint8, sRGB, alpha not premultiplied; None without.
        colors: (n, 4) float32 linear RGBA, a factor of the base colour; None if it is 1.
        color: linear RGBA, a factor of the base colour.
        metallic, roughness: 0 to 1.
        alpha: `OPAQUE` (alpha means nothing), `MASK` (seen where alpha >= `cutoff`) or `BLEND`.
        cutoff: for `MASK`.
    """

    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    normals: NDArray[np.float32]
    uv: NDArray[np.float32] | None = None
    texture: NDArray[np.uint8] | None = None
    colors: NDArray[np.float32] | None = None
    color: Color = (1.0, 1.0, 1.0, 1.0)
    metallic: float = 0.0
    roughness: float = 0.8
    alpha: str = "OPAQUE"
    cutoff: float = 0.5

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        arrays = (self.vertices, self.faces, self.normals, self.uv, self.texture, self.colors)
        return sum(a.nbytes for a in arrays if a is not None)


@dataclass(frozen=True, slots=True)
class Mesh:
    """An object of unit size, standing on z = 0 with its front towards -y.

    The upright cylinder around it has the z axis as its axis, and 1 is the greater of its height
    and its diameter: times `Standing.size`, turned by `Pose.yaw` and shifted to the pose's x and y
    it is where the scene wants it.

    Attributes:
        sha256: of the file.
        surfaces: at least one, none empty.
        height, diameter: of that cylinder.
        unit: length, in the file's units, that is 1 here.
        foot: where the file has this mesh's origin, in its units and the axes used here.
    """

    sha256: str
    surfaces: tuple[Surface, ...]
    height: float
    diameter: float
    unit: float
    foot: tuple[float, float, float]

    @property
    def own(self) -> NDArray[np.float64]:
        """(4, 4) from here to the file's own frame and units."""
        matrix = np.diag([self.unit, self.unit, self.unit, 1.0])
        matrix[:3, 3] = self.foot
        return matrix

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return sum(s.nbytes for s in self.surfaces)

    @property
    def faces(self) -> int:
        """How many triangles it has."""
        return sum(len(s.faces) for s in self.surfaces)


class MeshCache:
    """Keeps the meshes that were used last, up to so many bytes of arrays."""

    def __init__(self, limit: int = 512 * 2**20, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._kept: ByteCache[str, Mesh] = ByteCache(limit, lambda mesh: mesh.nbytes)

    def get(self, sha256: str, read: Callable[[], bytes], name: str) -> Mesh:
        """The mesh of the file with this hash, loaded now if it isn't kept.

        Args:
            sha256: of the file's bytes, as `AssetReader.sha256` gives it.
            read: gives the bytes.
            name: of the asset and variant or of the file, for errors.

        Raises:
            AssetError: as of `load_mesh` and `read`.
        """
        return self._kept.get(sha256, lambda: load_mesh(read(), name, limits=self._limits))


def load_mesh(data: bytes, name: str, *, limits: Limits | None = None) -> Mesh:
    """A GLB file as a mesh of unit size.

    Nodes are flattened, skins posed at rest, triangles grouped by material. Files without normals
    get flat ones. Of metallic-roughness textures the mean is taken, larger textures are reduced.

    Args:
        data: the file's bytes; they are distrusted.
        name: what an error calls it.
        limits: the default ones if None.

    Raises:
        AssetError: the file is broken, too large, empty or flat, refers to other files, or needs
            an extension that is not supported.
    """
    limits = limits or Limits()
    if len(data) > limits.bytes:
        raise AssetError(
            f"{name}: has {len(data)} bytes; at most {limits.bytes} are read",
            hint="simplify the mesh, reduce its textures, or raise [limits] in tma.toml",
        )
    try:
        return _load(data, limits)
    except ValueError as error:
        raise AssetError(f"{name}: {error}") from None
    except (IndexError, KeyError, TypeError, AttributeError, OverflowError) as error:
        # Of indices that lead nowhere and of extensions with fields of another type.
        raise AssetError(f"{name}: is a broken GLB file: {type(error).__name__}: {error}") from None


def _load(data: bytes, limits: Limits) -> Mesh:
    glb = Glb(data)
    with np.errstate(all="ignore"):  # what is not finite is refused below
        groups = _grouped(list(patches(glb, limits.faces, limits.vertices)))
        merged = [_merged(look, members) for look, members in groups.items()]
        merged = [patch for patch in merged if len(patch.faces)]
        if not merged:
            raise ValueError("has no faces")
        points = np.concatenate([patch.vertices for patch in merged])
        if not np.isfinite(points).all():
            raise ValueError("has coordinates that are not finite numbers")
        frame = _frame(points)
        pictures: Pictures = {}
        surfaces = tuple(_surface(glb, patch, frame, limits, pictures) for patch in merged)
    foot, _, scale, diameter = frame
    height = float(np.ptp(points[:, 1]) * scale)
    return Mesh(
        sha256=hashlib.sha256(data).hexdigest(),
        surfaces=surfaces,
        height=height,
        diameter=float(diameter * scale),
        unit=1 / scale,
        foot=(float(foot[0]), -float(foot[2]), float(foot[1])),
    )


def _grouped(found: list[Patch]) -> dict[Look, list[Patch]]:
    groups: dict[Look, list[Patch]] = {}
    for patch in found:
        # Whether alpha is blended shows only where it is below 1.
        look = patch.look
        if look.alpha == "BLEND" and look.image is None and patch.colors is None:
            look = look if patch.factor[3] < 1 else look._replace(alpha="OPAQUE")
        groups.setdefault(look, []).append(patch)
    return groups


def _merged(look: Look, members: list[Patch]) -> Patch:
    """One patch of several with a common look; their factors move into vertex colours."""
    members = [_compact(m) for m in members]
    shared = len({m.factor for m in members}) == 1
    factor = members[0].factor if shared else (1.0, 1.0, 1.0, 1.0)
    colors = None
    if not shared or any(m.colors is not None for m in members):
        colors = np.concatenate([_colors(m, not shared) for m in members])
    starts = np.cumsum([0, *(len(m.vertices) for m in members)])
    uv = None
    if look.image is not None:
        uv = np.concatenate([m.uv for m in members if m.uv is not None])
    return Patch(
        look,
        factor,
        np.concatenate([m.vertices for m in members]),
        np.concatenate([m.faces + start for m, start in zip(members, starts, strict=False)]),
        np.concatenate([m.normals for m in members if m.normals is not None]),
        uv,
        colors,
    )


def _colors(patch: Patch, with_factor: bool) -> Floats:
    own = np.ones((len(patch.vertices), 4)) if patch.colors is None else patch.colors
    return own * np.array(patch.factor) if with_factor else own


def _compact(patch: Patch) -> Patch:
    """Without unused vertices, and with normals: those of the faces where the file has none."""
    faces, corners = patch.faces, patch.vertices[patch.faces]
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    if patch.normals is None:
        used = faces.reshape(-1)
        faces = np.arange(len(used)).reshape(-1, 3)
        normals = np.repeat(flat, 3, axis=0)
    else:
        used, inverse = np.unique(faces, return_inverse=True)
        faces = inverse.reshape(-1, 3)
        normals = patch.normals[used]
    lengths = np.linalg.norm(normals, axis=1)
    wrong = ~(np.isfinite(lengths) & (lengths > 1e-20))
    if wrong.any():
        whole = np.zeros_like(normals)
        for corner in range(3):
            np.add.at(whole, faces[:, corner], flat)
        normals = np.where(wrong[:, None], whole, normals)
        lengths = np.linalg.norm(normals, axis=1)
    up = np.array([0.0, 1.0, 0.0])
    ok = lengths > 1e-300
    normals = np.where(ok[:, None], normals / np.where(ok, lengths, 1.0)[:, None], up)
    return Patch(
        patch.look,
        patch.factor,
        patch.vertices[used],
        faces,
        normals,
        None if patch.uv is None else patch.uv[used],
        None if patch.colors is None else patch.colors[used],
    )


def _frame(points: Floats) -> tuple[Floats, float, float, float]:
    """Foot of the upright cylinder's axis, height, scale to unit size, and the diameter."""
    low, high = points.min(axis=0), points.max(axis=0)
    sides = high - low
    if not sides.max() > 0 or not np.isfinite(sides).all():
        raise ValueError("has no size: all its points are one")
    if sides.min() <= _FLAT * sides.max():
        raise ValueError(f"has no volume: it is flat along {'xyz'[int(sides.argmin())]}")
    # In unit size first, so that squares of lengths neither vanish nor overflow.
    x, z, radius = smallest_circle((points[:, [0, 2]] - low[[0, 2]]) / sides.max())
    foot = np.array([low[0] + x * sides.max(), low[1], low[2] + z * sides.max()])
    diameter = 2 * radius * float(sides.max())
    return foot, float(sides[1]), 1 / max(float(sides[1]), diameter), diameter


def _upright(vectors: Floats) -> NDArray[np.float32]:
    """From glTF's axes (y up, front to +z) to the scene's (z up, front to -y)."""
    turned = np.stack([vectors[:, 0], -vectors[:, 2], vectors[:, 1]], axis=1)
    return _sealed(turned.astype(np.float32))


def _sealed(array: NDArray[T]) -> NDArray[T]:
    array.flags.writeable = False
    return array


def _surface(
    glb: Glb,
    patch: Patch,
    frame: tuple[Floats, float, float, float],
    limits: Limits,
    pictures: Pictures,
) -> Surface:
    """A patch in the scene's frame, with its texture, which others may share (`pictures`)."""
    foot, _, scale, _ = frame
    look = patch.look
    metallic, roughness = look.metallic, look.roughness
    if look.rough_image is not None:
        means = _means(glb, look.rough_image, limits)
        metallic, roughness = metallic * means[2], roughness * means[1]
    texture = None
    if look.image is not None:
        if look.image not in pictures:
            picture = textures.decode(glb.image(look.image), limits.pixels, limits.side)
            pictures[look.image] = _sealed(picture)
        texture = pictures[look.image]
    with np.errstate(over="ignore"):
        uv, colors = (None if a is None else a.astype(np.float32) for a in (patch.uv, patch.colors))
    for values in (uv, colors):
        if values is not None and not np.isfinite(values).all():
            raise ValueError("has texture coordinates or colours that are not finite numbers")
    alpha = look.alpha
    if alpha == "BLEND" and patch.factor[3] >= 1 and (texture is None or texture.shape[2] == 3):
        # Many programs mark all that they write so; nothing here can be seen through.
        alpha = alpha if colors is not None and (colors[:, 3] < 1).any() else "OPAQUE"
    return Surface(
        vertices=_upright((patch.vertices - foot) * scale),
        faces=_sealed(patch.faces.astype(np.int32)),
        normals=_upright(patch.normals if patch.normals is not None else patch.vertices),
        uv=None if uv is None else _sealed(uv),
        texture=texture,
        colors=None if colors is None else _sealed(colors.clip(0, 1)),
        color=_unit(patch.factor),
        metallic=float(np.clip(metallic, 0, 1)),
        roughness=float(np.clip(roughness, 0, 1)),
        alpha=alpha,
        cutoff=look.cutoff,
    )


def _unit(color: Color) -> Color:
    red, green, blue, alpha = (min(1.0, max(0.0, float(c))) for c in color)
    return red, green, blue, alpha


def _means(glb: Glb, image: int, limits: Limits) -> list[float]:
    picture = textures.decode(glb.image(image), limits.pixels, 64)
    return [float(v) for v in picture[..., :3].mean(axis=(0, 1)) / 255]
