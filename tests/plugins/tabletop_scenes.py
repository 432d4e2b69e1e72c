"""Tabletop scenes that every renderer can draw, their meshes, and what a picture shows."""

from __future__ import annotations

import hashlib
import os
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray
from PIL import Image
from trimesh.visual.material import PBRMaterial

from tma import (
    AssetReader,
    Camera,
    Light,
    Media,
    Motion,
    Renderer,
    Standing,
    Tabletop,
    TabletopVideo,
    View,
)
from tma_plugins.glrender import needs
from tma_plugins.raycast.renderer import RaycastRenderer
from tma_plugins.tabletop.staging import draw_stage

Scene = Tabletop | TabletopVideo

FLAT = Camera(elevation=1, distance=100, target=(0.0, 0.5), fov=2)
"""Nearly without perspective: 3.5 table units high."""
SKY = Light(kind="sun", position=(0.0, 0.0, 5.0), intensity=0.6)
WHITE = [255, 255, 255, 255]

RENDERERS = ("pyrender", "raycast")
"""What `renderer` makes."""


# Renderers


def require_opengl() -> None:
    """Skip what needs OpenGL where there is none; fail in CI: what runs nowhere is not tested."""
    if missing := needs.lacking():
        if os.environ.get("CI"):
            pytest.fail(f"pyrender can't run here: {missing}", pytrace=False)
        pytest.skip(missing, allow_module_level=True)


def renderer(name: str) -> Renderer:
    """A fresh one of `RENDERERS`; needs OpenGL for no other one than `pyrender`."""
    if name == "raycast":
        return RaycastRenderer()
    from tma_plugins.glrender.renderer import GlRenderer

    return GlRenderer()


class Pack(AssetReader):
    """Assets by id; every one has a mesh `m`."""

    def __init__(self, **meshes: bytes) -> None:
        self._meshes = meshes

    def read(self, asset_id: str, form: str, name: str) -> bytes:
        assert (form, name) == ("mesh", "m")
        return self._meshes[asset_id]

    def sha256(self, asset_id: str, form: str, name: str) -> str:
        return hashlib.sha256(self.read(asset_id, form, name)).hexdigest()


class Drawn(NamedTuple):
    """A picture or a video, and what it shows of each object."""

    media: Media
    view: View


def draw(by: Renderer, scene: Scene, **meshes: bytes) -> Drawn:
    """What a renderer makes of a scene of these meshes."""
    media = by.render(scene, Pack(**meshes))
    return Drawn(media, View.model_validate(media.report))


# Meshes


def glb(mesh: Any, **material: Any) -> bytes:
    """A mesh as a file: in its own colours, or of a material that is dull if it says no more."""
    if material:
        look = PBRMaterial(**{"metallicFactor": 0.0, "roughnessFactor": 1.0, **material})
        uv = getattr(mesh.visual, "uv", None)
        mesh.visual = trimesh.visual.TextureVisuals(uv=uv, material=look)
    data = mesh.export(file_type="glb", include_normals=True)
    assert isinstance(data, bytes)
    return data


def panel(**material: Any) -> bytes:
    """As wide as high, seen from its front."""
    return glb(trimesh.creation.box((1, 1, 0.02)), **material)


def ball(**material: Any) -> bytes:
    """As wide as high from wherever it is seen."""
    return glb(trimesh.creation.icosphere(4), **material)


def poster(picture: Image.Image, part: float = 1.0, **material: Any) -> bytes:
    """A panel that shows the middle part of a picture, upright, on its front."""
    mesh = trimesh.creation.box((1, 1, 0.02))
    mesh.visual = trimesh.visual.TextureVisuals(uv=mesh.vertices[:, :2] * part + 0.5)
    return glb(mesh, baseColorTexture=picture, **material)


def board(mode: str, width: int = 30) -> bytes:
    """Red on the right, a hole on the left; of a texture so many pixels wide."""
    picture = Image.new("RGBA", (width, 16), (255, 0, 0, 255))
    picture.paste((255, 0, 0, 0), (0, 0, width // 2, 16))
    # at the seam, where hole and red meet, alpha would be the cutoff: there or not by rounding
    return poster(picture, part=0.8, alphaMode=mode)


MESHES = {
    "red": ball(baseColorFactor=[220, 30, 30, 255]),
    "wall": panel(baseColorFactor=[40, 90, 200, 255], metallicFactor=0.8, roughnessFactor=0.3),
    "glass": ball(baseColorFactor=[40, 200, 90, 90], alphaMode="BLEND"),
    "ring": glb(trimesh.creation.torus(0.4, 0.12), baseColorFactor=[230, 200, 20, 255]),
    "board": board("MASK"),
}
"""Of every kind: round, flat and shiny, clear, with a hole through it, with one in its texture."""


# Scenes


def standing(asset: str, x: float = 0, y: float = 0, **more: Any) -> Standing:
    """An object at a place of the table, of size 1 if nothing else is said."""
    return Standing(row=0, column=0, asset=asset, mesh="m", position=(x, y), size=1.0).model_copy(
        update=more
    )


def tabletop(*objects: Standing, **more: Any) -> Tabletop:
    """A small picture under the sky."""
    settings: dict[str, Any] = {"width": 128, "height": 128, "lights": (SKY,), **more}
    return Tabletop(grid=3, objects=objects, **settings)


def busy(seed: int = 0, **more: Any) -> Tabletop:
    """All the meshes on a 3 x 3 grid, dressed like a task's."""
    rng = np.random.default_rng(seed)
    camera = Camera(elevation=35, distance=7.0, fov=34)
    names = sorted(MESHES)
    objects = [
        standing(names[(i + seed) % len(names)], i % 3 - 1.0, 1.0 - i // 3, size=0.7, yaw=20.0 * i)
        for i in range(9)
    ]
    stage = draw_stage(rng, camera)
    return tabletop(*objects, **{**stage._asdict(), "width": 192, "height": 192, **more})


def film(seed: int = 0, **more: Any) -> TabletopVideo:
    """The front row of a busy scene: one moves to the right, one turns, one rests."""
    still = busy(seed)
    parts = Motion(shift=(0.4, 0.0)), Motion(turn=90.0), None
    objects = [
        o.model_copy(update={"motion": m}) for o, m in zip(still.objects[6:], parts, strict=True)
    ]
    settings: dict[str, Any] = {"width": 96, "height": 96, "frames": 6, **more}
    return TabletopVideo(
        grid=3,
        objects=objects,
        camera=still.camera,
        lights=still.lights,
        table=still.table,
        **settings,
    )


def digests(by: Renderer) -> list[tuple[str, str]]:
    """Of files and reports of some scenes, the first one drawn once more at the end.

    They have lights and materials of every kind, and objects that move.
    """
    lights = (
        Light(position=(-2.0, -2.0, 4.0), shadows=True),
        Light(kind="point", position=(2.0, -2.0, 3.0)),
    )
    row = [standing("dim", x, size=0.8, yaw=40.0 * x, motion=Motion(turn=30)) for x in (-1, 0, 1)]
    row_of: dict[str, Any] = {
        "grid": 3,
        "objects": row,
        "lights": lights,
        "width": 96,
        "height": 96,
    }
    scenes = Tabletop(**row_of), TabletopVideo(frames=3, **row_of), busy(), film()
    dim = ball(baseColorFactor=[200, 90, 30, 140], alphaMode="BLEND", roughnessFactor=0.3)
    found = []
    for scene in (*scenes, scenes[0]):
        media, _ = draw(by, scene, dim=dim, **MESHES)
        found.append((hashlib.sha256(media.data).hexdigest(), str(media.report)))
    return found


# Pictures


def pixels(data: bytes) -> NDArray[np.uint8]:
    """Those of a picture's file, (h, w, channels)."""
    with Image.open(BytesIO(data)) as image:
        return np.array(image)


def color_at(media: Media, camera: Camera, point: tuple[float, float, float]) -> NDArray[np.uint8]:
    """The colour of the pixel that shows a point."""
    picture = pixels(media.data)
    height, width = picture.shape[:2]
    across, down, _ = camera.project(point)
    row, column = round(height / 2 + down * height), round(width / 2 + across * height)
    return np.asarray(picture[row, column])


def srgb(light: float) -> float:
    """Light from 0 to 1, as of pixels."""
    return float(255 * (1.055 * light ** (1 / 2.4) - 0.055))
