"""The OpenGL renderer of tabletop scenes: geometry, light, reports, and bytes that never change."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
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
    Backdrop,
    Camera,
    Light,
    Media,
    MediaError,
    Motion,
    Standing,
    Stickers,
    Tabletop,
    TabletopVideo,
    View,
)
from tma.frames import read_frames
from tma_plugins.glrender import devices, needs
from tma_plugins.glrender.closed import closed
from tma_plugins.glrender.optics import lamps_of, seen_from
from tma_plugins.glrender.settings import GlSettings
from tma_plugins.raycast.renderer import RaycastRenderer
from tma_plugins.tabletop.meshes import Surface, load_mesh
from tma_plugins.tabletop.staging import draw_stage

if needs.lacking():
    if os.environ.get("CI"):  # what runs nowhere is tested nowhere
        pytest.fail(f"pyrender can't run here: {needs.lacking()}", pytrace=False)
    pytest.skip(needs.lacking(), allow_module_level=True)

from tma_plugins.glrender import compat
from tma_plugins.glrender.painter import Painter, painting
from tma_plugins.glrender.renderer import GlRenderer

FLAT = Camera(elevation=1, distance=100, target=(0.0, 0.5), fov=2)
"""Nearly without perspective: 3.5 table units high."""
SKY = Light(kind="sun", position=(0.0, 0.0, 5.0), intensity=0.6)
WHITE = [255, 255, 255, 255]


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


def board(mode: str) -> bytes:
    """Red on the right, a hole on the left."""
    picture = Image.new("RGBA", (30, 16), (255, 0, 0, 255))
    picture.paste((255, 0, 0, 0), (0, 0, 15, 16))
    mesh = trimesh.creation.box((1, 1, 0.02))
    mesh.visual = trimesh.visual.TextureVisuals(uv=mesh.vertices[:, :2] + 0.5)
    return glb(mesh, baseColorTexture=picture, alphaMode=mode)


def standing(asset: str, x: float = 0, y: float = 0, **more: Any) -> Standing:
    return Standing(row=0, column=0, asset=asset, mesh="m", position=(x, y), size=1.0).model_copy(
        update=more
    )


def tabletop(*objects: Standing, **more: Any) -> Tabletop:
    settings: dict[str, Any] = {"width": 128, "height": 128, "lights": (SKY,), **more}
    return Tabletop(grid=3, objects=objects, **settings)


def draw(
    scene: Tabletop | TabletopVideo, *settings: GlSettings, **meshes: bytes
) -> tuple[Media, View]:
    media = GlRenderer(*settings).render(scene, Pack(**meshes))
    return media, View.model_validate(media.report)


def pixels(data: bytes) -> NDArray[np.uint8]:
    with Image.open(BytesIO(data)) as image:
        return np.array(image)


MESHES = {
    "red": ball(baseColorFactor=[220, 30, 30, 255]),
    "wall": panel(baseColorFactor=[40, 90, 200, 255], metallicFactor=0.8, roughnessFactor=0.3),
    "glass": ball(baseColorFactor=[40, 200, 90, 90], alphaMode="BLEND"),
    "ring": glb(trimesh.creation.torus(0.4, 0.12), baseColorFactor=[230, 200, 20, 255]),
    "board": board("MASK"),
}


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


# Where things are


def test_the_matrix_is_the_cameras() -> None:
    camera = Camera(elevation=35, distance=7, target=(0.1, 0.2), fov=40)
    matrix = seen_from(camera, aspect=1.5)
    for point in ((0.3, -0.4, 0.5), (-1.0, 2.0, 0.0), (0.0, 0.0, 1.0)):
        x, y, _, w = matrix @ [*point, 1]
        right, down, depth = camera.project(point)
        assert (x / w * 1.5 / 2, -y / w / 2, w) == pytest.approx((right, down, depth))


@pytest.mark.parametrize("place", [(0, 0), (1, 1), (-1.2, 0.7), (0.4, -1.3)])
@pytest.mark.parametrize("size", [(256, 256), (320, 180), (121, 261)])
def test_objects_are_where_the_camera_projects_them(
    place: tuple[float, float], size: tuple[int, int]
) -> None:
    camera = Camera(elevation=35, distance=7, target=(0.1, 0.2), fov=40)
    bead = standing("bead", *place, size=0.2)
    scene = tabletop(bead, camera=camera, width=size[0], height=size[1])
    _, view = draw(scene, bead=MESHES["red"])
    left, top, right, bottom = view.objects[0].box[0]
    across, down, _ = camera.project((place[0], place[1], 0.1))
    wanted = size[0] / 2 + across * size[1], size[1] / 2 + down * size[1]
    if abs(across) * size[1] < size[0] / 2 - 10:
        assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx(wanted, abs=1)


def test_the_report_is_of_what_the_picture_shows() -> None:
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


# What is hidden and cut


@pytest.mark.parametrize(("x", "share"), [(-1.0, 0.0), (-0.5, 0.5), (-0.25, 0.75), (0.0, 1.0)])
def test_the_hidden_share_is_right(x: float, share: float) -> None:
    scene = tabletop(standing("back", 0, 1), standing("front", x, -1), camera=FLAT)
    _, view = draw(scene, back=MESHES["wall"], front=MESHES["wall"])
    assert view.objects[0].hidden[0] == pytest.approx(share, abs=0.04)
    assert view.objects[1].hidden == (0.0,)
    assert view.objects[0].cut == (0.0,)


@pytest.mark.parametrize(("x", "share"), [(1.2, 0.0), (1.745, 0.5), (1.995, 0.75), (9, 1.0)])
def test_the_cut_share_is_right(x: float, share: float) -> None:
    _, view = draw(tabletop(standing("wall", x), camera=FLAT), **MESHES)
    assert view.objects[0].cut[0] == pytest.approx(share, abs=0.03)
    assert view.objects[0].hidden == ((0.0,) if x < 9 else (1.0,))


@pytest.mark.parametrize("size", [(1200, 1200), (64, 1100)])
def test_large_pictures_are_counted_in_part(size: tuple[int, int]) -> None:
    camera = FLAT.model_copy(update={"fov": 4})
    back, front = standing("wall", 0, 1), standing("wall", -0.1 * min(size) / 64, -1)
    front = front.model_copy(update={"position": (-0.5, -1.0)})
    scene = tabletop(back, front, camera=camera, width=size[0], height=size[1])
    _, view = draw(scene, **MESHES)
    small = scene.model_copy(update={"width": size[0] // 2, "height": size[1] // 2})
    _, other = draw(small, **MESHES)
    for one, half in zip(view.objects, other.objects, strict=True):
        assert one.hidden[0] == pytest.approx(half.hidden[0], abs=0.02)
        assert one.cut[0] == pytest.approx(half.cut[0], abs=0.02)


def test_holes_in_textures_are_holes() -> None:
    shown = {
        mode: draw(
            tabletop(standing("board"), standing("red", 0, 1), camera=FLAT),
            board=board(mode),
            red=MESHES["red"],
        )[1]
        for mode in ("OPAQUE", "MASK", "BLEND")
    }
    whole = shown["OPAQUE"].objects[0].pixels[0]
    assert shown["OPAQUE"].objects[1].hidden[0] > 0.9
    for mode in ("MASK", "BLEND"):
        assert shown[mode].objects[0].pixels[0] == pytest.approx(whole / 2, rel=0.06)
        assert shown[mode].objects[1].hidden[0] == pytest.approx(0.5, abs=0.05)


# Which meshes have an inside


def _surfaces(mesh: Any, parts: int = 1, **material: Any) -> tuple[Surface, ...]:
    """Those of a mesh whose faces are shared out among materials."""
    scene = trimesh.Scene()
    for n in range(parts):
        piece = mesh.submesh([np.arange(len(mesh.faces)) % parts == n], append=True)
        look = PBRMaterial(metallicFactor=n / 10, **material)
        piece.visual = trimesh.visual.TextureVisuals(material=look)
        scene.add_geometry(piece)
    return load_mesh(scene.export(file_type="glb", include_normals=True), "it").surfaces


def test_bodies_are_closed_whatever_they_are_made_of() -> None:
    torus = trimesh.creation.torus(0.4, 0.1)
    assert closed(_surfaces(torus)) == [True]
    assert closed(_surfaces(torus, parts=3)) == [True] * 3
    two = trimesh.util.concatenate([torus, trimesh.creation.icosphere(2)])
    assert closed(_surfaces(two, parts=2)) == [True] * 2


def test_what_has_gaps_or_is_inside_out_is_not_closed() -> None:
    ball = trimesh.creation.icosphere(2)
    gap = ball.submesh([np.arange(len(ball.faces) - 1)], append=True)
    assert closed(_surfaces(gap)) == [False]
    inverted = ball.copy()
    inverted.invert()
    assert closed(_surfaces(inverted)) == [False]
    assert closed(_surfaces(trimesh.util.concatenate([inverted, trimesh.creation.box()]))) == [
        False
    ]
    assert closed(_surfaces(ball, baseColorFactor=[255, 255, 255, 99], alphaMode="BLEND")) == [
        False
    ]


def test_what_is_inside_out_is_seen_all_the_same() -> None:
    mesh = trimesh.creation.icosphere(3)
    mesh.invert()
    scene = tabletop(standing("odd"), camera=FLAT, ambient=1.0, lights=())
    media, view = draw(scene, odd=glb(mesh, baseColorFactor=[255, 0, 0, 255]))
    assert view.objects[0].pixels[0] > 800
    shown = _at(media, FLAT, (0.0, 0.0, 0.5))
    assert shown[0] > 200 > 60 > shown[2]


# What it looks like


def _at(media: Media, camera: Camera, point: tuple[float, float, float]) -> NDArray[np.uint8]:
    picture = pixels(media.data)
    height, width = picture.shape[:2]
    across, down, _ = camera.project(point)
    row, column = round(height / 2 + down * height), round(width / 2 + across * height)
    return np.asarray(picture[row, column])


def _srgb(light: float) -> float:
    return float(255 * (1.055 * light ** (1 / 2.4) - 0.055))


@pytest.mark.parametrize("kind", ["spot", "point", "sun"])
@pytest.mark.parametrize("height", [3.0, 6.0])
def test_a_light_is_as_bright_as_it_says(kind: str, height: float) -> None:
    """Whatever its distance: at the target, on white that faces it."""
    box = glb(trimesh.creation.box((1, 0.5, 1)), baseColorFactor=WHITE)
    top = (0.0, 0.0, 0.5)
    light = Light.model_validate(
        {"kind": kind, "position": (0, 0, height), "target": top, "intensity": 0.5}
    )
    foot = standing("box", size=2**0.5)
    scene = tabletop(foot, lights=(light,), ambient=0.0, camera=Camera(elevation=60))
    media, _ = draw(scene, box=box)
    assert _at(media, scene.camera, top) == pytest.approx(_srgb(0.5 * 0.96), abs=6)


def test_light_from_everywhere_is_as_bright_as_it_says() -> None:
    scene = tabletop(standing("white"), camera=FLAT, lights=(), ambient=0.5)
    media, _ = draw(scene, white=panel(baseColorFactor=WHITE))
    # A little less than from above on what faces the viewer.
    assert _at(media, FLAT, (0.0, 0.0, 0.5)) == pytest.approx(_srgb(0.5 * 0.9), abs=6)


@pytest.mark.parametrize("kind", ["spot", "point", "sun"])
def test_shadows_fall_where_the_light_is_kept_out(kind: str) -> None:
    camera = Camera()
    brightness = {}
    for shadows in (True, False):
        light = Light.model_validate(
            {"kind": kind, "position": (-3, 0, 3), "intensity": 0.8, "shadows": shadows}
        )
        scene = tabletop(standing("red"), lights=(light,), camera=camera)
        for asked in (True, False):
            media, _ = draw(scene, GlSettings(shadows=asked), **MESHES)
            for name, place in (("behind", (0.8, 0.0, 0.0)), ("before", (-1.0, -0.8, 0.0))):
                brightness[name, shadows and asked] = int(_at(media, camera, place).sum())
    assert brightness["behind", True] < brightness["behind", False] * 0.75
    assert brightness["before", True] == pytest.approx(brightness["before", False], abs=3)


def test_clear_things_throw_lighter_shadows() -> None:
    light = Light(position=(-3.0, 0.0, 3.0), intensity=0.8, shadows=True)
    values = []
    for name in ("red", "glass", None):
        objects = [standing("red", 0, 3)] + ([standing(name)] if name else [])
        media, _ = draw(tabletop(*objects, lights=(light,)), **MESHES)
        values.append(int(_at(media, Camera(), (0.9, 0.0, 0.0)).sum()))
    assert values[0] * 1.1 < values[1] < values[2] / 1.04


def test_glass_shows_what_is_behind() -> None:
    def middle(alpha: int) -> NDArray[np.uint8]:
        media, _ = draw(
            tabletop(standing("back", 0, 1), standing("front", 0, -1), camera=FLAT, ambient=1.0),
            back=panel(baseColorFactor=[255, 0, 0, 255]),
            front=panel(baseColorFactor=[0, 255, 0, alpha], alphaMode="BLEND"),
        )
        return _at(media, FLAT, (0.0, 0.0, 0.5))

    clear, solid = middle(60), middle(255)
    assert solid[0] < 60 < 200 < solid[1]
    assert clear[0] > 100
    assert clear[1] > 100


def test_the_order_of_objects_changes_nothing_of_glass() -> None:
    scene = busy()
    turned = scene.model_copy(update={"objects": scene.objects[::-1]})
    one, other = (pixels(draw(s, **MESHES)[0].data).astype(int) for s in (scene, turned))
    assert np.abs(one - other).max() <= 1


def test_edges_are_smooth_and_smoother_if_asked() -> None:
    scene = tabletop(standing("white", yaw=10.0), ambient=1.0, lights=())
    white = panel(baseColorFactor=WHITE)
    pictures = [pixels(draw(scene, GlSettings(supersample=n), white=white)[0].data) for n in (1, 2)]
    assert pictures[0].shape == pictures[1].shape
    shades = [len(np.unique(p[..., 0])) for p in pictures]
    assert shades[0] > 5
    assert np.abs(pictures[0].astype(int) - pictures[1]).mean() < 2


def test_the_backdrop_is_as_stated() -> None:
    backdrop = Backdrop(colors=((10, 120, 240), (200, 100, 50)))
    media, view = draw(tabletop(camera=FLAT, lights=(), ambient=1.0, backdrop=backdrop))
    picture = pixels(media.data).astype(int)
    assert picture[0, 0] == pytest.approx((10, 120, 240), abs=2)
    assert (picture[40, 0] == picture[40, 127]).all()
    assert view.objects == ()


def test_textures_stand_upright() -> None:
    picture = Image.new("RGB", (9, 8), (255, 0, 0))  # rows of 27 bytes
    picture.paste((0, 0, 255), (0, 0, 9, 4))  # blue above
    mesh = trimesh.creation.box((1, 1, 0.02))
    mesh.visual = trimesh.visual.TextureVisuals(uv=mesh.vertices[:, :2] + 0.5)
    scene = tabletop(standing("flag"), camera=FLAT, ambient=1.0, lights=())
    media, _ = draw(scene, flag=glb(mesh, baseColorTexture=picture))
    above, below = (_at(media, FLAT, (0.0, 0.0, z)).astype(int) for z in (0.75, 0.25))
    assert above[2] > 200 > 60 > above[0]
    assert below[0] > 200 > 60 > below[2]


# Beside the ray caster


@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_the_ray_caster(seed: int) -> None:
    scene = busy(seed)
    media, view = draw(scene, **MESHES)
    other = RaycastRenderer().render(scene, Pack(**MESHES))
    for one, two in zip(view.objects, View.model_validate(other.report).objects, strict=True):
        assert one.pixels[0] == pytest.approx(two.pixels[0], abs=6)
        assert one.hidden[0] == pytest.approx(two.hidden[0], abs=0.01)
        assert one.box[0] == pytest.approx(two.box[0], abs=1)
    apart = np.abs(pixels(media.data).astype(int) - pixels(other.data))
    assert apart.mean() < 4
    assert np.median(apart) <= 2


# Bytes


def film(**more: Any) -> TabletopVideo:
    still = busy()
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


def test_videos_show_every_frame() -> None:
    media, view = draw(film(), **MESHES)
    assert media.media_type == "video/mp4"
    frames = read_frames(media.data)
    assert [f.shape for f in frames] == [(96, 96, 3)] * 6
    moving, turning, resting = view.objects
    lefts = [box[0] for box in moving.box]
    assert lefts == sorted(lefts)
    assert lefts[-1] - lefts[0] > 5
    assert all(len(v) == 6 for v in (resting.pixels, resting.hidden, resting.cut, resting.change))
    assert max(turning.change) > max(resting.change)


@pytest.fixture
def cramped(monkeypatch: pytest.MonkeyPatch) -> None:
    """No room on the card: everything is freed after each scene."""
    with painting() as painter:
        monkeypatch.setattr(painter.shelf, "_limit", 0)


@pytest.mark.usefixtures("cramped")
def test_what_was_drawn_before_changes_no_byte() -> None:
    scenes: list[Tabletop | TabletopVideo] = [
        busy(0),
        film(),
        busy(1, width=64, height=80),
        busy(2),
    ]
    first = [draw(scene, **MESHES)[0].data for scene in scenes]
    with painting() as painter:
        assert (len(painter.shelf), painter.shelf.held) == (0, 0)
    for scene, data in list(zip(scenes, first, strict=True))[::-1]:
        assert draw(scene, **MESHES)[0].data == data


def test_kept_models_change_no_byte() -> None:
    scenes: list[Tabletop | TabletopVideo] = [busy(0), film(), busy(1)]
    first = [draw(scene, **MESHES)[0].data for scene in scenes]
    with painting() as painter:
        held = painter.shelf.held
    assert held > 0
    assert [draw(scene, **MESHES)[0].data for scene in scenes] == first
    with painting() as painter:
        assert painter.shelf.held == held


_SCRIPT = """
import hashlib, sys
sys.path.insert(0, {folder!r})
from test_glrender import MESHES, busy, draw, film
print([hashlib.sha256(draw(scene, **MESHES)[0].data).hexdigest() for scene in (busy(), film())])
"""


@pytest.mark.slow
def test_bytes_are_the_same_in_every_process(request: pytest.FixtureRequest) -> None:
    scenes: list[Tabletop | TabletopVideo] = [busy(), film()]
    here = [hashlib.sha256(draw(scene, **MESHES)[0].data).hexdigest() for scene in scenes]
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT.format(folder=str(request.path.parent))],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert done.stdout.strip() == str(here)


def test_threads_take_turns() -> None:
    scene = busy(width=64, height=64)
    found = [draw(scene, **MESHES)[0].data]

    def work() -> None:
        found.append(draw(scene, **MESHES)[0].data)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


# What can't be drawn


def test_other_scenes_are_refused() -> None:
    with pytest.raises(MediaError, match="stickers"):
        GlRenderer().render(Stickers(grid=1, cells=()), Pack())


@pytest.mark.parametrize(("count", "shadows"), [(17, False), (5, True)])
def test_too_many_lights_are_refused(count: int, shadows: bool) -> None:
    lights = (SKY.model_copy(update={"shadows": shadows}),) * count
    with pytest.raises(MediaError, match="at most 16 and 4") as error:
        lamps_of(tabletop(standing("red"), lights=lights), True)
    assert "raycast" in (error.value.hint or "")


def test_a_light_needs_a_direction() -> None:
    light = Light(position=(0.0, 0.0, 0.0))
    with pytest.raises(MediaError, match="points at"):
        draw(tabletop(lights=(light,)))


def test_a_broken_mesh_leaves_the_renderer_as_it_was() -> None:
    scene = busy(width=64, height=64)
    before = draw(scene, **MESHES)[0].data
    with pytest.raises(AssetError, match="not a GLB file"):
        draw(scene, **{**MESHES, "red": b"broken"})
    assert draw(scene, **MESHES)[0].data == before


def test_without_libraries_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(name)

    assert needs.lacking() == ""
    monkeypatch.setattr("ctypes.CDLL", missing)
    assert "apt-get install libegl1 libgl1" in needs.lacking()
    monkeypatch.undo()
    monkeypatch.setenv("PYOPENGL_PLATFORM", "osmesa")
    assert "osmesa" in needs.lacking()


def test_a_device_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EGL_DEVICE_ID", "99")
    with pytest.raises(MediaError, match="EGL device 99") as error:
        Painter()
    assert "--renderer raycast" in (error.value.hint or "")


def test_graphics_cards_come_before_software(monkeypatch: pytest.MonkeyPatch) -> None:
    extensions = [
        b"EGL_MESA_device_software EGL_EXT_device_drm_render_node",
        b"EGL_NV_device_cuda EGL_EXT_device_drm EGL_EXT_device_persistent_id",
        b"EGL_EXT_device_drm EGL_EXT_device_drm_render_node",
        b"",
    ]
    tried: list[str] = []

    def refuse(device: str) -> None:
        tried.append(device)
        raise MediaError(f"not {device}")

    monkeypatch.delenv("EGL_DEVICE_ID", raising=False)
    monkeypatch.setattr(devices, "_devices", lambda: list(range(4)))
    monkeypatch.setattr(devices, "_extensions", lambda device: extensions[device])
    monkeypatch.setattr(compat, "_opened", refuse)
    with pytest.raises(MediaError, match="not 0"):
        compat.open_context()
    assert tried == ["1", "2", "3", "0"]


def test_a_device_is_software_where_its_driver_is() -> None:
    """What EGL says of each device here agrees with who draws on it."""
    found = [devices._extensions(device) for device in devices._devices()]
    assert found
    for number, extensions in enumerate(found):
        drawn_by = devices._driver(str(number))
        assert devices.is_software(extensions) == ("llvmpipe" in drawn_by or "swrast" in drawn_by)


def test_the_driver_is_the_one_that_draws() -> None:
    gl = compat.gl
    with painting():
        drawing = [gl.glGetString(s).decode() for s in (gl.GL_VENDOR, gl.GL_RENDERER)]
        drawing.append(gl.glGetString(gl.GL_VERSION).decode())
    assert devices.driver() == ", ".join(drawing)
    assert f"OpenGL by {devices.driver()}" in GlRenderer().environment()


_LIGHT = """
import sys
from tma_plugins.glrender import devices, needs
assert not needs.lacking()
print(devices.driver())
assert not {"OpenGL", "pyrender", "trimesh", "numpy"} & set(sys.modules)
"""


def test_the_driver_is_told_without_drawing() -> None:
    """In a process that never imports OpenGL; and telling it takes no context away."""
    done = subprocess.run(
        [sys.executable, "-c", _LIGHT], check=True, capture_output=True, text=True
    )
    before = draw(busy(width=64, height=64), **MESHES)[0].data
    devices._driver.cache_clear()
    assert devices.driver() == done.stdout.strip()
    assert draw(busy(width=64, height=64), **MESHES)[0].data == before


def test_a_driver_that_can_not_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in ("99", "first"):
        monkeypatch.setenv("EGL_DEVICE_ID", number)
        assert devices.driver() == ""
    assert "OpenGL by an unknown driver" in GlRenderer().environment()
