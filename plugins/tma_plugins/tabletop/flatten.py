"""A glTF scene graph as plain triangles, still in glTF's axes and units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tma_plugins.tabletop.gltf import Glb, Material, Primitive, TextureInfo

Floats = NDArray[np.float64]


class Look(NamedTuple):
    """A material: triangles with equal looks make one surface.

    Attributes:
        image: index of the base colour's picture, None without.
        rough_image: index of the picture of roughness (green) and metalness (blue).
        metallic, roughness: factors, 0 to 1.
        alpha: `OPAQUE`, `MASK` or `BLEND`.
        cutoff: alpha from which on `MASK` shows anything.
    """

    image: int | None = None
    rough_image: int | None = None
    metallic: float = 0.0
    roughness: float = 0.8
    alpha: str = "OPAQUE"
    cutoff: float = 0.5


@dataclass(frozen=True, slots=True)
class Patch:
    """Triangles of one look.

    Attributes:
        look: their material.
        factor: base colour, linear RGBA.
        vertices: (n, 3).
        faces: (m, 3) indices of vertices.
        normals: (n, 3), not of unit length; None if the file has none.
        uv: (n, 2), origin at the picture's top left; None if the file has none.
        colors: (n, 4) linear RGBA by which `factor` is multiplied, or None.
    """

    look: Look
    factor: tuple[float, float, float, float]
    vertices: Floats
    faces: NDArray[np.int64]
    normals: Floats | None
    uv: Floats | None
    colors: Floats | None


def patches(glb: Glb, max_faces: int, max_vertices: int) -> Iterator[Patch]:
    """The triangles that the file's scene shows, node by node in the file's order.

    Raises:
        ValueError, IndexError, KeyError: a contradiction in the file, too many faces or vertices.
    """
    nodes = glb.document.nodes
    world: dict[int, Floats] = {}
    order: list[int] = []
    waiting = [(i, np.eye(4)) for i in reversed(glb.roots())]
    while waiting:
        index, above = waiting.pop()
        if index in world:
            raise ValueError(f"nodes.{index}: stands in the scene twice or below itself")
        world[index] = above @ nodes[index].local()
        order.append(index)
        waiting.extend((child, world[index]) for child in reversed(nodes[index].children))
    left = [max_faces, max_vertices]
    for index in order:
        node = nodes[index]
        if node.mesh is None:
            continue
        for primitive in glb.document.meshes[node.mesh].primitives:
            if primitive.mode not in (4, 5, 6):
                continue
            patch = _patch(glb, primitive, world, index, left)
            left = [left[0] - len(patch.faces), left[1] - len(patch.vertices)]
            yield patch


def _patch(
    glb: Glb, primitive: Primitive, world: dict[int, Floats], index: int, left: Sequence[int]
) -> Patch:
    at = primitive.attributes
    # Counted before any array is made, in units that every mode reaches.
    points = glb.document.accessors[at["POSITION"]].count
    count = points if primitive.indices is None else glb.document.accessors[primitive.indices].count
    if (count // 3 if primitive.mode == 4 else count - 2) > left[0]:
        raise ValueError("has too many faces")
    if points > left[1]:
        raise ValueError("has too many vertices")
    vertices = np.asarray(glb.array(at["POSITION"]), np.float64)
    if vertices.shape[1:] != (3,):
        raise ValueError("POSITION: must be of type VEC3")
    faces = _faces(glb, primitive, len(vertices))
    look, factor, info = _look(glb, primitive)
    normals = _attribute(glb, at.get("NORMAL"), 3, len(vertices))
    colors = _attribute(glb, at.get("COLOR_0"), None, len(vertices))
    uv = None
    if info is not None:
        uv = _attribute(glb, at.get(f"TEXCOORD_{_set(info)}"), 2, len(vertices))
        uv = None if uv is None else _moved(uv, info)
    if uv is None:
        look = look._replace(image=None)
    if colors is not None and colors.shape[1] == 3:
        colors = np.hstack([colors, np.ones((len(colors), 1))])
    skinned = glb.document.nodes[index].skin is not None
    if not skinned and np.linalg.det(world[index][:3, :3]) < 0:
        faces = faces[:, ::-1]  # a mirror turns the triangles' sides around
    vertices, normals = _placed(glb, primitive, vertices, normals, world, index)
    return Patch(look, factor, vertices, faces, normals, uv, colors)


def _attribute(glb: Glb, index: int | None, width: int | None, count: int) -> Floats | None:
    if index is None:
        return None
    values = np.asarray(glb.array(index), np.float64)
    if len(values) != count or values.shape[1] != (width or values.shape[1]):
        raise ValueError(f"accessors.{index}: has not the shape that its mesh needs")
    return values


def _faces(glb: Glb, primitive: Primitive, count: int) -> NDArray[np.int64]:
    if primitive.indices is None:
        order = np.arange(count)
    else:
        order = np.asarray(glb.array(primitive.indices), np.int64).reshape(-1)
    if order.size and not 0 <= order.min() <= order.max() < count:
        raise ValueError("a face uses a vertex that does not exist")
    if primitive.mode == 4:
        return order[: len(order) // 3 * 3].reshape(-1, 3)
    if len(order) < 3:
        return np.zeros((0, 3), np.int64)
    if primitive.mode == 6:
        fan = np.stack([np.full(len(order) - 2, order[0]), order[1:-1], order[2:]], axis=1)
        return np.asarray(fan)
    strip = np.stack([order[:-2], order[1:-1], order[2:]], axis=1)
    strip[1::2, :2] = strip[1::2, 1::-1]
    return strip


def _look(
    glb: Glb, primitive: Primitive
) -> tuple[Look, tuple[float, float, float, float], TextureInfo | None]:
    if primitive.material is None:
        return Look(), (1.0, 1.0, 1.0, 1.0), None
    material: Material = glb.document.materials[primitive.material]
    pbr, glossy = material.pbr_metallic_roughness, material.glossy()
    rough = None
    if glossy is None:
        info, factor = pbr.base_color_texture, pbr.base_color_factor
        metallic, roughness = pbr.metallic_factor, pbr.roughness_factor
        if pbr.metallic_roughness_texture is not None:
            rough = glb.document.textures[pbr.metallic_roughness_texture.index].image()
    else:
        info, factor = glossy.diffuse_texture, glossy.diffuse_factor
        metallic, roughness = 0.0, 1.0 - glossy.glossiness_factor
    image = None if info is None else glb.document.textures[info.index].image()
    look = Look(image, rough, metallic, roughness, material.alpha_mode, material.alpha_cutoff)
    return look, factor, info


def _set(info: TextureInfo) -> int:
    moved = info.extensions.get("KHR_texture_transform", {}).get("texCoord")
    return moved if isinstance(moved, int) else info.tex_coord


def _moved(uv: Floats, info: TextureInfo) -> Floats:
    """Texture coordinates after KHR_texture_transform."""
    change = info.extensions.get("KHR_texture_transform", {})
    angle = float(change.get("rotation", 0.0))
    scaled = uv * np.array(change.get("scale", (1, 1)), np.float64)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    # The extension's matrix turns clockwise in a space whose y points down.
    return np.asarray(scaled @ turn + np.array(change.get("offset", (0, 0)), np.float64))


def _placed(
    glb: Glb,
    primitive: Primitive,
    vertices: Floats,
    normals: Floats | None,
    world: dict[int, Floats],
    index: int,
) -> tuple[Floats, Floats | None]:
    """Vertices and normals in the scene's frame; those with a skin follow its joints."""
    skin = glb.document.nodes[index].skin
    at = primitive.attributes
    if skin is None or "JOINTS_0" not in at or "WEIGHTS_0" not in at:
        matrix = world[index]
        cofactors = _cofactors(matrix[:3, :3])
        moved = vertices @ matrix[:3, :3].T + matrix[:3, 3]
        return moved, None if normals is None else normals @ cofactors.T
    bones = glb.document.skins[skin]
    inverse = np.broadcast_to(np.eye(4), (len(bones.joints), 4, 4))
    if bones.inverse_bind_matrices is not None:
        inverse = np.asarray(glb.array(bones.inverse_bind_matrices), np.float64)
        inverse = inverse.reshape(-1, 4, 4).swapaxes(1, 2)[: len(bones.joints)]
    joints = np.stack([world.get(j, np.eye(4)) for j in bones.joints]) @ inverse
    weights = np.asarray(glb.array(at["WEIGHTS_0"]), np.float64)
    weights = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
    which = np.asarray(glb.array(at["JOINTS_0"]), np.int64)
    each = np.einsum("nj,njkl->nkl", weights, joints[which])
    moved = np.einsum("nkl,nl->nk", each[:, :3, :3], vertices) + each[:, :3, 3]
    if normals is not None:
        normals = np.einsum("nkl,nl->nk", each[:, :3, :3], normals)
    return moved, normals


def _cofactors(matrix: Floats) -> Floats:
    """What turns normals: the inverse transposed but for its size, also of flat matrices."""
    a, b, c = matrix
    mirrored = -1.0 if np.linalg.det(matrix) < 0 else 1.0
    return mirrored * np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)])
