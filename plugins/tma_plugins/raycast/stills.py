"""Pictures of one mesh, cut out: what stickers are made of."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from tma import MediaError
from tma_plugins.raycast.mipmap import Mipmap
from tma_plugins.raycast.shading import Lamp, unit
from tma_plugins.raycast.sights import looking, pixel_width
from tma_plugins.raycast.tracing import Light, picture
from tma_plugins.raycast.world import Array, Placed, World
from tma_plugins.stickers.png import encode
from tma_plugins.tabletop.meshes import Limits, Mesh, load_mesh

_FOV = 20.0
_DISTANCE = 5.0
_AMBIENT = 0.32
_LEAST = 256
_LAMPS = (
    ((-3.0, -4.0, 5.0), 0.78, True),
    ((4.0, -4.0, 2.0), 0.22, False),
    ((1.0, 4.0, 4.0), 0.35, False),
)
"""Where the key, fill and back light are, how bright, and whether they throw shadows."""


def render_cutout(
    glb: bytes, *, yaw: float, elevation: float, size: int, name: str = "mesh"
) -> bytes:
    """A mesh as seen from its front, turned and from above: a PNG with alpha, tightly framed.

    Args:
        glb: the mesh's file.
        yaw: degrees by which the mesh is turned, counterclockwise as seen from above.
        elevation: degrees from which it is looked down at, from 0 (level) to 90 (from above).
        size: pixels of the picture's longer side, 8 to 4096.
        name: what an error calls the mesh.

    Raises:
        AssetError: as of `load_mesh`.
        MediaError: elevation or size is out of range.
    """
    # Twice the picture's pixels are more than it can show of a texture.
    limits = Limits(side=max(_LEAST, 2 * size))
    return cutout(load_mesh(glb, name, limits=limits), yaw=yaw, elevation=elevation, size=size)


def cutout(mesh: Mesh, *, yaw: float, elevation: float, size: int) -> bytes:
    """As `render_cutout`, of a mesh that is loaded already.

    Raises:
        MediaError: elevation or size is out of range.
    """
    if not (0 <= elevation <= 90 and 8 <= size <= 4096):
        raise MediaError(f"cutout: elevation {elevation} or size {size} is out of range")
    cos, sin = math.cos(math.radians(yaw)), math.sin(math.radians(yaw))
    turn = np.array([[cos, -sin, 0, 0], [sin, cos, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    placed = [
        Placed(s, 0, turn, mipmap=None if s.texture is None else Mipmap(s.texture))
        for s in mesh.surfaces
    ]
    world = World(placed)
    angle = math.radians(elevation)
    eye = np.array(
        [0, -_DISTANCE * math.cos(angle), mesh.height / 2 + _DISTANCE * math.sin(angle)],
        np.float32,
    )
    left, top, right, bottom = _extent(world.vertices - eye, angle)
    pixel = max(right - left, bottom - top) / (size - 2)
    width = min(size, math.ceil((right - left) / pixel) + 2)
    height = min(size, math.ceil((bottom - top) / pixel) + 2)
    left, top = (left + right - width * pixel) / 2, (top + bottom - height * pixel) / 2
    shown = picture(
        world,
        Light(_lamps(mesh), _AMBIENT),
        eye,
        looking(elevation, _FOV, left, top, pixel),
        (width, height),
        pixel=pixel_width(_FOV, pixel),
    )
    cover = shown.cover[..., None]
    pixels = np.concatenate([shown.color / np.maximum(cover, 1e-6), cover], axis=2)
    return encode(Image.fromarray((pixels.clip(0, 1) * 255 + 0.5).astype(np.uint8), "RGBA"))


def _extent(points: Array, angle: float) -> tuple[float, float, float, float]:
    """What `tma.Camera.project` gives for points relative to the eye: left, top, right, bottom."""
    depth = points[:, 1] * math.cos(angle) - points[:, 2] * math.sin(angle)
    up = points[:, 1] * math.sin(angle) + points[:, 2] * math.cos(angle)
    scale = 0.5 / math.tan(math.radians(_FOV) / 2) / depth
    across, down = points[:, 0] * scale, -up * scale
    return float(across.min()), float(down.min()), float(across.max()), float(down.max())


def _lamps(mesh: Mesh) -> list[Lamp]:
    lamps = []
    for position, power, shadows in _LAMPS:
        place = np.array(position, np.float32)
        beam = unit(np.array([[0, 0, mesh.height / 2]], np.float32) - place)[0]
        color = np.full(3, power, np.float32)
        lamps.append(Lamp(place, beam, color, None, None, shadows))
    return lamps
