"""The ray casting renderer of tabletop scenes, and cutouts of meshes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray
from PIL import Image
from trimesh.visual.material import PBRMaterial

from tma import (
    AssetError,
    AssetReader,
    Camera,
    Light,
    Media,
    MediaError,
    Motion,
    Standing,
    Stickers,
    Table,
    Tabletop,
    TabletopVideo,
    View,
)
from tma_plugins.raycast.mipmap import LINEAR, Mipmap
from tma_plugins.raycast.renderer import RaycastRenderer
from tma_plugins.raycast.stills import render_cutout
from tma_plugins.raycast.tracing import encoded
from tma_plugins.tabletop.video import encode_mp4

FLAT = Camera(elevation=1, distance=100, target=(0.0, 0.5), fov=2)
"""Nearly without perspective: 3.5 table units high."""
SKY = Light(kind="sun", position=(0.0, 0.0, 5.0), intensity=0.6)


class Pack(AssetReader):
    """Assets by id; every one has a mesh `m`."""

    def __init__(self, **meshes: bytes) -> None:
        self._meshes = meshes

    def read(self, asset_id: str, form: str, name: str) -> bytes:
        assert (form, name) == ("mesh", "m")
        return self._meshes[asset_id]

    def sha256(self, asset_id: str, form: str, name: str) -> str:
        return hashlib.sha256(self.read(asset_id, form, name)).hexdigest()


def glb(mesh: Any, **material: Any) -> bytes:
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
    return glb(trimesh.creation.icosphere(4), **material)


def standing(asset: str, x: float = 0, y: float = 0, **more: Any) -> Standing:
    return Standing(row=0, column=0, asset=asset, mesh="m", position=(x, y), size=1.0).model_copy(
        update=more
    )


def tabletop(*objects: Standing, **more: Any) -> Tabletop:
    settings: dict[str, Any] = {"width": 128, "height": 128, "lights": (SKY,), **more}
    return Tabletop(grid=3, objects=objects, **settings)


def draw(scene: Tabletop | TabletopVideo, **meshes: bytes) -> tuple[Media, View]:
    media = RaycastRenderer().render(scene, Pack(**meshes))
    return media, View.model_validate(media.report)


def pixels(data: bytes) -> NDArray[np.uint8]:
    with Image.open(BytesIO(data)) as image:
        return np.array(image)


# Where things are


@pytest.mark.parametrize("place", [(0, 0), (1, 1), (-1.2, 0.7), (0.4, -1.3)])
@pytest.mark.parametrize("size", [(256, 256), (320, 180), (120, 260)])
def test_objects_are_where_the_camera_projects_them(
    place: tuple[float, float], size: tuple[int, int]
) -> None:
    camera = Camera(elevation=35, distance=7, target=(0.1, 0.2), fov=40)
    bead = standing("bead", *place, size=0.2)
    scene = tabletop(bead, camera=camera, width=size[0], height=size[1])
    _, view = draw(scene, bead=ball())
    left, top, right, bottom = view.objects[0].box[0]
    across, down, _ = camera.project((place[0], place[1], 0.1))
    wanted = size[0] / 2 + across * size[1], size[1] / 2 + down * size[1]
    if abs(across) * size[1] < size[0] / 2 - 10:
        assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx(wanted, abs=1)


def test_pixels_are_those_of_the_object() -> None:
    colors = {"red": [255, 0, 0, 255], "green": [0, 255, 0, 255], "blue": [0, 0, 255, 255]}
    meshes = {name: ball(baseColorFactor=color) for name, color in colors.items()}
    scene = tabletop(*(standing(n, x - 1.2) for n, x in zip(colors, (0, 1.2, 2.4), strict=True)))
    media, view = draw(scene, **meshes)
    picture = pixels(media.data).astype(int)
    for channel, seen in enumerate(view.objects):
        own = picture[..., channel] - np.delete(picture, channel, axis=2).max(axis=2) > 60
        rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
        assert seen.pixels[0] == pytest.approx(own.sum(), rel=0.05)
        assert seen.box[0] == pytest.approx(
            (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1), abs=1
        )
        assert (seen.hidden, seen.cut, seen.change) == ((0.0,), (0.0,), (0.0,))


def test_size_and_turn_are_the_scenes() -> None:
    plank = glb(trimesh.creation.box((1, 0.2, 0.05)))
    widths = []
    for size, yaw in ((1.0, 0), (2.0, 0), (1.0, 60), (1.0, 90)):
        scene = tabletop(standing("plank", size=size, yaw=yaw), camera=FLAT, width=256, height=256)
        left, _, right, _ = draw(scene, plank=plank)[1].objects[0].box[0]
        widths.append((right - left) / 256 * 200 * np.tan(np.radians(1)))
    assert widths == pytest.approx([1, 2, 0.54, 0.05], abs=0.04)


# What is hidden and cut


@pytest.mark.parametrize(("x", "share"), [(-1.0, 0.0), (-0.5, 0.5), (-0.25, 0.75), (0.0, 1.0)])
def test_the_hidden_share_is_right(x: float, share: float) -> None:
    scene = tabletop(standing("back", 0, 1), standing("front", x, -1), camera=FLAT)
    _, view = draw(scene, back=panel(), front=panel())
    assert view.objects[0].hidden[0] == pytest.approx(share, abs=0.04)
    assert view.objects[1].hidden == (0.0,)
    assert view.objects[0].cut == (0.0,)


@pytest.mark.parametrize(("x", "share"), [(1.2, 0.0), (1.745, 0.5), (1.995, 0.75)])
def test_the_cut_share_is_right(x: float, share: float) -> None:
    _, view = draw(tabletop(standing("panel", x), camera=FLAT), panel=panel())
    assert view.objects[0].cut[0] == pytest.approx(share, abs=0.03)
    assert view.objects[0].hidden == (0.0,)


def test_what_is_not_seen_at_all() -> None:
    _, view = draw(tabletop(standing("panel", 9), camera=FLAT), panel=panel())
    (seen,) = view.objects
    assert (seen.pixels, seen.box, seen.cut) == ((0,), ((0, 0, 0, 0),), (1.0,))


def test_holes_in_textures_are_holes() -> None:
    picture = Image.new("RGBA", (16, 16), (255, 0, 0, 255))
    picture.paste((255, 0, 0, 0), (0, 0, 8, 16))
    board = trimesh.creation.box((1, 1, 0.02))
    board.visual = trimesh.visual.TextureVisuals(uv=board.vertices[:, :2] + 0.5)
    shown = {
        mode: draw(
            tabletop(standing("board"), standing("ball", 0, 1), camera=FLAT),
            board=glb(board.copy(), baseColorTexture=picture, alphaMode=mode),
            ball=ball(),
        )[1]
        for mode in ("OPAQUE", "MASK")
    }
    assert shown["MASK"].objects[0].pixels[0] == pytest.approx(
        shown["OPAQUE"].objects[0].pixels[0] / 2, rel=0.06
    )
    assert shown["OPAQUE"].objects[1].hidden[0] > 0.9
    assert shown["MASK"].objects[1].hidden[0] == pytest.approx(0.5, abs=0.05)


# What it looks like


def _at(media: Media, camera: Camera, point: tuple[float, float, float]) -> NDArray[np.uint8]:
    picture = pixels(media.data)
    height, width = picture.shape[:2]
    across, down, _ = camera.project(point)
    row, column = round(height / 2 + down * height), round(width / 2 + across * height)
    return np.asarray(picture[row, column])


@pytest.mark.parametrize("kind", ["spot", "point", "sun"])
@pytest.mark.parametrize("height", [3.0, 6.0])
def test_a_light_is_as_bright_as_it_says(kind: str, height: float) -> None:
    """Whatever its distance: at the target, on white that faces it."""
    box = glb(trimesh.creation.box((1, 0.5, 1)), baseColorFactor=[255, 255, 255, 255])
    foot = standing("box", size=2**0.5)
    top = (0.0, 0.0, 0.5)
    light = Light.model_validate(
        {"kind": kind, "position": (0, 0, height), "target": top, "intensity": 0.5}
    )
    scene = tabletop(foot, lights=(light,), ambient=0.0, camera=Camera(elevation=60))
    media, _ = draw(scene, box=box)
    wanted = encoded(np.array([0.5 * 0.96], np.float32))[0] * 255
    assert _at(media, scene.camera, top) == pytest.approx(wanted, abs=6)


def test_shadows_fall_where_the_light_is_kept_out() -> None:
    camera = Camera()
    brightness = {}
    for shadows in (True, False):
        light = Light(position=(-3.0, 0.0, 3.0), intensity=0.8, shadows=shadows)
        media, _ = draw(tabletop(standing("ball"), lights=(light,), camera=camera), ball=ball())
        for name, place in (("behind", (0.8, 0.0, 0.0)), ("before", (-1.0, -0.8, 0.0))):
            brightness[name, shadows] = int(_at(media, camera, place).sum())
    assert brightness["behind", True] < brightness["behind", False] * 0.75
    assert brightness["before", True] == brightness["before", False]


def test_glass_shows_what_is_behind() -> None:
    def middle(alpha: int) -> NDArray[np.uint8]:
        green = [0, 255, 0, alpha]
        media, _ = draw(
            tabletop(standing("back", 0, 1), standing("front", 0, -1), camera=FLAT, ambient=1.0),
            back=panel(baseColorFactor=[255, 0, 0, 255]),
            front=panel(baseColorFactor=green, alphaMode="BLEND"),
        )
        return _at(media, FLAT, (0.0, 0.0, 0.5))

    clear, solid = middle(60), middle(255)
    assert solid[0] < 60 < 200 < solid[1]
    assert clear[0] > 100
    assert clear[1] > 100


def test_edges_are_smooth() -> None:
    white = panel(baseColorFactor=[255, 255, 255, 255])
    scene = tabletop(standing("panel", yaw=0.0), camera=FLAT, ambient=1.0, lights=())
    scene = scene.model_copy(update={"camera": Camera(elevation=30, distance=4, target=(0, 0.5))})
    media, _ = draw(scene, panel=white)
    assert len(np.unique(pixels(media.data)[64, :, 0])) > 2


@pytest.mark.parametrize("surface", ["oak", "marble", "tiles"])
def test_tables_have_their_surface(surface: str) -> None:
    media, view = draw(tabletop(table=Table(surface=surface)))
    picture = pixels(media.data)
    assert view.objects == ()
    assert picture.std(axis=(0, 1)).max() > 10
    other, _ = draw(tabletop(table=Table(surface=surface, seed=1)))
    assert other.data != media.data


def test_coarse_levels_of_a_texture_are_its_mean() -> None:
    board = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)
    mipmap = Mipmap(np.stack([board] * 3, axis=2))
    uv = np.random.default_rng(0).random((50, 2)).astype(np.float32)
    fine = mipmap.sample(uv, np.ones(50, np.float32))
    coarse = mipmap.sample(uv, np.full(50, 64, np.float32))
    assert fine[:, 0].std() > 0.1
    assert coarse[:, 0] == pytest.approx(LINEAR[128], abs=0.02)
    assert coarse[:, 3] == pytest.approx(1)


# Videos


def _film(**more: Any) -> TabletopVideo:
    still = standing("ball", -1, 0.5, size=0.7)
    moving = standing("panel", 0.5, -0.5, size=0.7, motion=Motion(shift=(0.6, 0.0), turn=40))
    settings: dict[str, Any] = {"width": 96, "height": 96, "lights": (SKY,), "frames": 5, **more}
    return TabletopVideo(grid=3, objects=(still, moving), **settings)


def test_a_video_reports_every_frame() -> None:
    media, view = draw(_film(), ball=ball(), panel=panel())
    assert media.media_type == "video/mp4"
    still, moving = view.objects
    assert all(len(values) == 5 for values in (still.pixels, still.box, moving.hidden))
    assert len(set(still.box)) == len(set(still.pixels)) == 1
    assert still.change == (0.0,) * 5
    lefts = [box[0] for box in moving.box]
    assert lefts == sorted(lefts)
    assert lefts[-1] - lefts[0] > 8
    assert moving.change[0] == 0
    assert min(moving.change[1:]) > 0.5


def test_a_video_can_be_played() -> None:
    import av

    media, _ = draw(_film(fps=4.0), ball=ball(), panel=panel())
    with av.open(BytesIO(media.data), "r") as container:
        (stream,) = container.streams.video
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        assert stream.average_rate == 4
        assert stream.codec_context.pix_fmt == "yuv420p"
    first, _ = draw(tabletop(*_film().objects, width=96, height=96), ball=ball(), panel=panel())
    assert len(frames) == 5
    difference = np.abs(frames[0].astype(int) - pixels(first.data).astype(int))
    assert difference.mean() < 4


def test_videos_of_no_sense_are_refused() -> None:
    with pytest.raises(MediaError, match="at least one frame"):
        encode_mp4([], 4.0)
    with pytest.raises(MediaError, match="97 x 96 pixels can't be encoded"):
        draw(_film(width=97), ball=ball(), panel=panel())
    with pytest.raises(MediaError, match="all be of one size"):
        encode_mp4([np.zeros((s, s, 3), np.uint8) for s in (16, 32)], 4.0)


# The contract


SCRIPT = """
import hashlib, sys, trimesh
from tma import *
from tma_plugins.raycast.renderer import RaycastRenderer
from tma_plugins.raycast.stills import render_cutout
data = sys.stdin.buffer.read()
class Pack(AssetReader):
    def read(self, *where): return data
    def sha256(self, *where): return hashlib.sha256(data).hexdigest()
lights = (Light(position=(-2, -2, 4), shadows=True), Light(kind="point", position=(2, -2, 3)))
objects = tuple(
    Standing(row=0, column=0, asset="a", mesh="m", position=(x, 0), size=0.8, yaw=40 * x,
             motion=Motion(turn=30))
    for x in (-1, 0, 1)
)
same = dict(grid=3, objects=objects, lights=lights, width=96, height=96)
renderer = RaycastRenderer()
for scene in (Tabletop(**same), TabletopVideo(frames=3, **same), Tabletop(**same)):
    media = renderer.render(scene, Pack())
    print(hashlib.sha256(media.data).hexdigest(), media.report)
print(hashlib.sha256(render_cutout(data, yaw=30, elevation=20, size=80)).hexdigest())
"""


def test_bytes_are_the_same_in_every_process() -> None:
    data = ball(baseColorFactor=[200, 90, 30, 140], alphaMode="BLEND", roughnessFactor=0.3)
    outputs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            check=True,
            capture_output=True,
            input=data,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.splitlines()
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0][0] == outputs[0][2]


def test_other_scenes_are_refused() -> None:
    with pytest.raises(MediaError, match="can't draw a scene of kind 'stickers'"):
        RaycastRenderer().render(Stickers(grid=2, cells=()), Pack())
    with pytest.raises(MediaError, match="no surface 'cheese'"):
        draw(tabletop(table=Table(surface="cheese")))
    with pytest.raises(MediaError, match="a light stands at the place that it points at"):
        draw(tabletop(lights=(Light(position=(0.0, 0.0, 0.0)),)))


def test_broken_meshes_name_the_asset() -> None:
    with pytest.raises(AssetError, match="asset box: mesh 'm': is not a GLB file"):
        draw(tabletop(standing("box")), box=b"nonsense")


# Cutouts


def _faces(colors: Mapping[str, list[int]]) -> bytes:
    """A cube whose sides, by glTF's axes, have these colours; the others are black."""
    box = trimesh.creation.box((1, 1, 1))
    shown = np.zeros((12, 4), np.uint8) + np.array([0, 0, 0, 255], np.uint8)
    for side, color in colors.items():
        axis, sign = "xyz".index(side[1]), 1 if side[0] == "+" else -1
        shown[box.face_normals[:, axis] * sign > 0.5] = [*color, 255]
    box.visual.face_colors = shown
    box.unmerge_vertices()
    return glb(box)


@pytest.mark.parametrize(
    ("yaw", "channel"), [(0, 0), (90, 1), (-90, 2)]
)  # the front; then what was at the viewer's left; then at the right
def test_cutouts_show_the_side_that_faces_the_viewer(yaw: float, channel: int) -> None:
    cube = _faces({"+z": [255, 0, 0], "-x": [0, 255, 0], "+x": [0, 0, 255]})
    picture = pixels(render_cutout(cube, yaw=yaw, elevation=0, size=64))
    middle = picture[32, 32].astype(int)
    assert middle[3] == 255
    assert middle[channel] == max(middle[:3]) > 100
    assert sorted(middle[:3])[1] < 90


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 1, 0.5), (0.2, 2, 0.2)])
@pytest.mark.parametrize("elevation", [0, 25, 90])
def test_cutouts_are_tight_and_clear_around(
    shape: tuple[float, float, float], elevation: float
) -> None:
    data = glb(trimesh.creation.box(shape))
    picture = pixels(render_cutout(data, yaw=25, elevation=elevation, size=96))
    assert max(picture.shape[:2]) == 96
    alpha = picture[..., 3]
    assert alpha.max() == 255
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    assert max(rows[0], columns[0]) <= 2
    assert rows[-1] >= picture.shape[0] - 3
    assert columns[-1] >= picture.shape[1] - 3
    assert len(np.unique(alpha)) > 2  # smooth edges


def test_cutouts_of_no_sense_are_refused() -> None:
    for elevation, size in ((-1, 64), (91, 64), (20, 4), (20, 10_000)):
        with pytest.raises(MediaError, match="out of range"):
            render_cutout(panel(), yaw=0, elevation=elevation, size=size)
    with pytest.raises(AssetError, match=r"thing\.glb: is not a GLB file"):
        render_cutout(b"", yaw=0, elevation=20, size=64, name="thing.glb")
