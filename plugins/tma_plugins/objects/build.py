"""From an object's parts to a GLB: normals, textures, and one size and place for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from tma_plugins.objects import glb
from tma_plugins.objects.kit.part import Floats, Ints, Part
from tma_plugins.objects.palette import COLOURS, FIXED, Colour, accent, parse_hex
from tma_plugins.objects.textures import FINISHES, REPEATS, TILE, texture
from tma_plugins.stickers.png import encode

_SQUARE = 8


@dataclass(frozen=True)
class Look:
    """What the dominant role is like.

    Attributes:
        color, material, pattern: the asset's; material "" is paint.
        level: whether stripes run around, not up.
    """

    color: str
    material: str = ""
    pattern: str = "plain"
    level: bool = False


def build(parts: Sequence[Part], look: Look) -> bytes:
    """The parts as a GLB of size 1, standing on y = 0 above the origin.

    The size is the greater of the height and the diameter about the upright axis through the
    middle. Parts of one finish share a draw call.

    Raises:
        ValueError: no parts, or a role that there is not.
    """
    return assemble(*normalise(parts), look)


def assemble(placed: Sequence[Part], scale: float, look: Look) -> bytes:
    """Parts as a GLB, where they are.

    Args:
        placed: the parts, whose texture coordinates are in the unit that they were designed in.
        scale: by what they were scaled since.
        look: of the dominant role.

    Raises:
        ValueError: a role that there is not.
    """
    colours: list[Colour] = []
    groups: dict[tuple[str, float], list[tuple[Part, int]]] = {}
    for part in placed:
        kind, colour = resolve(part.role, look)
        if colour not in colours:
            colours.append(colour)
        groups.setdefault((kind, 0.0), []).append((part, colours.index(colour)))
    squares = np.repeat(np.repeat(np.array([colours], np.uint8), _SQUARE, 0), _SQUARE, 1)
    palette = encode(Image.fromarray(squares))
    order = ("body", "matte", "metal", "glass")
    surfaces = []
    for kind, _ in sorted(groups, key=lambda key: order.index(key[0])):
        members = groups[kind, 0.0]
        if kind == "body":
            image = texture(look.material, look.color, look.pattern, look.level)
            uvs = [_tiled(part, scale) for part, _ in members]
            finish = FINISHES[look.material]
        else:
            image = palette
            uvs = [
                np.full((len(part.faces), 3, 2), [(place + 0.5) / len(colours), 0.5])
                for part, place in members
            ]
            finish = FINISHES["metal" if kind == "metal" else "glass" if kind == "glass" else ""]
        arrays = merge([corners(part, uv) for (part, _), uv in zip(members, uvs, strict=True)])
        surfaces.append(
            glb.Surface(*arrays, image, finish.metallic, finish.roughness, finish.alpha)
        )
    # What can be seen through comes last.
    surfaces.sort(key=lambda s: s.alpha < 1)
    return glb.write(surfaces)


def normalise(parts: Sequence[Part]) -> tuple[list[Part], float]:
    """The parts at size 1, above the origin, standing on y = 0; and by what they were scaled.

    Raises:
        ValueError: there are none, or they have no extent.
    """
    if not parts:
        raise ValueError("an object needs parts")
    points = np.concatenate([part.vertices for part in parts])
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    radius = float(np.hypot(points[:, 0] - middle[0], points[:, 2] - middle[2]).max())
    size = max(float(high[1] - low[1]), 2 * radius)
    if not np.isfinite(size) or size <= 0:
        raise ValueError("an object needs extent")
    moved = [p.at(-middle[0], -low[1], -middle[2]) for p in parts]
    return [
        Part(p.vertices / size, p.faces, p.uv, p.girth, p.crease, p.role, p.solid) for p in moved
    ], 1 / size


def resolve(role: str, look: Look) -> tuple[str, Colour]:
    """A role's finish (body, matte, metal, glass) and colour.

    Raises:
        ValueError: no such role.
    """
    name, mark, code = role.partition("#")
    own = parse_hex(f"#{code}") if mark else None
    if name == "body" and own is None:
        return "body", COLOURS[look.color]
    if name == "trim" and own is None:
        return "matte", COLOURS[look.color]
    if name == "accent" and own is None:
        return "matte", accent(look.color)
    if name in ("metal", "glass"):
        return name, own or FIXED[name]
    if name in FIXED and own is None:
        return "matte", FIXED[name]
    if name == "" and own is not None:
        return "matte", own
    raise ValueError(f"there is no role {role!r}")


def _tiled(part: Part, scale: float) -> Floats:
    """Texture coordinates in tiles; what runs around meets itself."""
    uv = part.uv * (scale / TILE)
    if part.girth:
        tiles = part.girth * scale / TILE
        whole = round(tiles) if tiles > 0.75 else max(1, round(tiles * REPEATS)) / REPEATS
        uv = uv * np.array([max(whole, 1 / REPEATS) / tiles, 1.0])
    return uv


def corners(part: Part, uv: Floats) -> tuple[Floats, Floats, Floats, Ints]:
    """Vertices, normals, uv and faces of a part, sharp where faces meet at `crease` or more."""
    sides = part.vertices[part.faces]
    across = np.cross(sides[:, 1] - sides[:, 0], sides[:, 2] - sides[:, 0])
    size = np.linalg.norm(across, axis=1, keepdims=True)
    flat = across / np.maximum(size, 1e-30)
    angles = _angles(sides)
    spot = part.faces.reshape(-1)
    face = np.repeat(np.arange(len(part.faces)), 3)
    order = np.argsort(spot, kind="stable")
    counts = np.bincount(spot, minlength=len(part.vertices))
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    # Every pair of corners at a vertex: repeat each corner by how many meet there.
    many = counts[spot]
    mine = np.repeat(np.arange(len(spot)), many)
    nth = np.arange(len(mine)) - np.repeat(np.cumsum(many) - many, many)
    other = order[starts[spot[mine]] + nth]
    alike = (flat[face[mine]] * flat[face[other]]).sum(1) > np.cos(np.radians(part.crease)) - 1e-9
    weight = np.where(alike, angles.reshape(-1)[other], 0.0)[:, None]
    normals = np.add.reduceat(flat[face[other]] * weight, np.cumsum(many) - many, axis=0)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.where(length > 1e-9, normals / np.maximum(length, 1e-30), flat[face])
    texel = uv.reshape(-1, 2)
    keys = np.concatenate(
        [spot[:, None], np.round(normals * 1e4), np.round(texel * 1e5)], axis=1
    ).astype(np.int64)
    _, first, place = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return part.vertices[spot[first]], normals[first], texel[first], place.reshape(-1, 3)


def _angles(sides: Floats) -> Floats:
    """The angle at each corner of the triangles (m, 3, 3), in radians."""
    ahead, back = np.roll(sides, -1, 1) - sides, np.roll(sides, 1, 1) - sides
    lengths = np.linalg.norm(ahead, axis=2) * np.linalg.norm(back, axis=2)
    cosine = (ahead * back).sum(2) / np.maximum(lengths, 1e-30)
    result: Floats = np.arccos(np.clip(cosine, -1, 1))
    return result


def merge(
    pieces: Sequence[tuple[Floats, Floats, Floats, Ints]],
) -> tuple[Floats, Floats, Floats, Ints]:
    """Several indexed triangle sets as one."""
    offsets = np.cumsum([0, *(len(p[0]) for p in pieces[:-1])])
    return (
        np.concatenate([p[0] for p in pieces]),
        np.concatenate([p[1] for p in pieces]),
        np.concatenate([p[2] for p in pieces]),
        np.concatenate([p[3] + o for p, o in zip(pieces, offsets, strict=True)]),
    )
