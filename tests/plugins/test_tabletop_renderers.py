"""What holds for every renderer of tabletop scenes: where things are, how they look, reports."""

from __future__ import annotations

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

from tma import (
    AssetError,
    Backdrop,
    Camera,
    Light,
    MediaError,
    Motion,
    Renderer,
    Stickers,
    Table,
    TabletopVideo,
)
from tma.frames import read_frames

from .tabletop_scenes import (
    FLAT,
    MESHES,
    RENDERERS,
    SKY,
    WHITE,
    Pack,
    Scene,
    ball,
    board,
    busy,
    color_at,
    digests,
    draw,
    film,
    glb,
    panel,
    pixels,
    poster,
    renderer,
    require_opengl,
    srgb,
    standing,
    tabletop,
)


@pytest.fixture(params=RENDERERS)
def name(request: pytest.FixtureRequest) -> str:
    """Of one renderer after the other; without OpenGL there is one less."""
    if request.param == "pyrender":
        require_opengl()
    return str(request.param)


@pytest.fixture
def by(name: str) -> Renderer:
    """A renderer that has drawn nothing yet."""
    return renderer(name)


# Where things are


@pytest.mark.parametrize("place", [(0, 0), (1, 1), (-1.2, 0.7), (0.4, -1.3)])
@pytest.mark.parametrize("size", [(256, 256), (320, 180), (120, 260), (121, 261)])
def test_objects_are_where_the_camera_projects_them(
    by: Renderer, place: tuple[float, float], size: tuple[int, int]
) -> None:
    camera = Camera(elevation=35, distance=7, target=(0.1, 0.2), fov=40)
    bead = standing("bead", *place, size=0.2)
    scene = tabletop(bead, camera=camera, width=size[0], height=size[1])
    _, view = draw(by, scene, bead=ball())
    left, top, right, bottom = view.objects[0].box[0]
    across, down, _ = camera.project((place[0], place[1], 0.1))
    wanted = size[0] / 2 + across * size[1], size[1] / 2 + down * size[1]
    if abs(across) * size[1] < size[0] / 2 - 10:
        assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx(wanted, abs=1)


def test_the_report_is_of_what_the_picture_shows(by: Renderer) -> None:
    colors = {"red": [255, 0, 0, 255], "green": [0, 255, 0, 255], "blue": [0, 0, 255, 255]}
    meshes = {name: ball(baseColorFactor=color) for name, color in colors.items()}
    scene = tabletop(*(standing(n, x - 1.2) for n, x in zip(colors, (0, 1.2, 2.4), strict=True)))
    media, view = draw(by, scene, **meshes)
    picture = pixels(media.data).astype(int)
    for channel, seen in enumerate(view.objects):
        own = picture[..., channel] - np.delete(picture, channel, axis=2).max(axis=2) > 60
        rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
        assert seen.pixels[0] == pytest.approx(own.sum(), rel=0.05)
        assert seen.box[0] == pytest.approx(
            (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1), abs=1
        )
        assert (seen.hidden, seen.cut, seen.change) == ((0.0,), (0.0,), (0.0,))


def test_size_and_turn_are_the_scenes(by: Renderer) -> None:
    plank = glb(trimesh.creation.box((1, 0.2, 0.05)))
    widths = []
    for size, yaw in ((1.0, 0), (2.0, 0), (1.0, 60), (1.0, 90)):
        scene = tabletop(standing("plank", size=size, yaw=yaw), camera=FLAT, width=256, height=256)
        left, _, right, _ = draw(by, scene, plank=plank).view.objects[0].box[0]
        widths.append((right - left) / 256 * 200 * np.tan(np.radians(1)))
    assert widths == pytest.approx([1, 2, 0.54, 0.05], abs=0.04)


# What is hidden and cut


@pytest.mark.parametrize(("x", "share"), [(-1.0, 0.0), (-0.5, 0.5), (-0.25, 0.75), (0.0, 1.0)])
@pytest.mark.parametrize("wall", [panel(), MESHES["wall"]], ids=["bare", "shiny"])
def test_the_hidden_share_is_right(by: Renderer, wall: bytes, x: float, share: float) -> None:
    scene = tabletop(standing("back", 0, 1), standing("front", x, -1), camera=FLAT)
    _, view = draw(by, scene, back=wall, front=wall)
    assert view.objects[0].hidden[0] == pytest.approx(share, abs=0.04)
    assert view.objects[1].hidden == (0.0,)
    assert view.objects[0].cut == (0.0,)


@pytest.mark.parametrize(("x", "share"), [(1.2, 0.0), (1.745, 0.5), (1.995, 0.75)])
def test_the_cut_share_is_right(by: Renderer, x: float, share: float) -> None:
    _, view = draw(by, tabletop(standing("wall", x), camera=FLAT), **MESHES)
    assert view.objects[0].cut[0] == pytest.approx(share, abs=0.03)
    assert view.objects[0].hidden == (0.0,)


def test_what_is_not_seen_at_all(by: Renderer) -> None:
    _, view = draw(by, tabletop(standing("wall", 9), camera=FLAT), **MESHES)
    (seen,) = view.objects
    assert (seen.pixels, seen.box) == ((0,), ((0, 0, 0, 0),))
    assert (seen.hidden, seen.cut) == ((1.0,), (1.0,))


# rows of 30 texels fill no round number of bytes; what blends is seen half a texel farther
@pytest.mark.parametrize(("mode", "width"), [("MASK", 16), ("MASK", 30), ("BLEND", 30)])
def test_holes_in_textures_are_holes(by: Renderer, mode: str, width: int) -> None:
    scene = tabletop(standing("board"), standing("red", 0, 1), camera=FLAT)
    solid, holed = (
        draw(by, scene, board=board(m, width), red=MESHES["red"]).view.objects
        for m in ("OPAQUE", mode)
    )
    assert solid[1].hidden[0] > 0.9
    assert holed[0].pixels[0] == pytest.approx(solid[0].pixels[0] / 2, rel=0.06)
    assert holed[1].hidden[0] == pytest.approx(0.5, abs=0.05)


def test_what_is_inside_out_is_seen_all_the_same(by: Renderer) -> None:
    mesh = trimesh.creation.icosphere(3)
    mesh.invert()
    scene = tabletop(standing("odd"), camera=FLAT, ambient=1.0, lights=())
    media, view = draw(by, scene, odd=glb(mesh, baseColorFactor=[255, 0, 0, 255]))
    assert view.objects[0].pixels[0] > 800
    shown = color_at(media, FLAT, (0.0, 0.0, 0.5))
    assert shown[0] > 200 > 60 > shown[2]


# What it looks like


@pytest.mark.parametrize("kind", ["spot", "point", "sun"])
@pytest.mark.parametrize("height", [3.0, 6.0])
def test_a_light_is_as_bright_as_it_says(by: Renderer, kind: str, height: float) -> None:
    """Whatever its distance: at the target, on white that faces it."""
    box = glb(trimesh.creation.box((1, 0.5, 1)), baseColorFactor=WHITE)
    top = (0.0, 0.0, 0.5)
    light = Light.model_validate(
        {"kind": kind, "position": (0, 0, height), "target": top, "intensity": 0.5}
    )
    foot = standing("box", size=2**0.5)
    scene = tabletop(foot, lights=(light,), ambient=0.0, camera=Camera(elevation=60))
    media, _ = draw(by, scene, box=box)
    assert color_at(media, scene.camera, top) == pytest.approx(srgb(0.5 * 0.96), abs=6)


def test_light_from_everywhere_is_as_bright_as_it_says(by: Renderer) -> None:
    scene = tabletop(standing("white"), camera=FLAT, lights=(), ambient=0.5)
    media, _ = draw(by, scene, white=panel(baseColorFactor=WHITE))
    # A little less than from above on what faces the viewer.
    assert color_at(media, FLAT, (0.0, 0.0, 0.5)) == pytest.approx(srgb(0.5 * 0.9), abs=6)


@pytest.mark.parametrize("kind", ["spot", "point", "sun"])
def test_shadows_fall_where_the_light_is_kept_out(by: Renderer, kind: str) -> None:
    camera = Camera()
    brightness = {}
    for shadows in (True, False):
        light = Light.model_validate(
            {"kind": kind, "position": (-3, 0, 3), "intensity": 0.8, "shadows": shadows}
        )
        media, _ = draw(by, tabletop(standing("red"), lights=(light,), camera=camera), **MESHES)
        for name, place in (("behind", (0.8, 0.0, 0.0)), ("before", (-1.0, -0.8, 0.0))):
            brightness[name, shadows] = int(color_at(media, camera, place).sum())
    assert brightness["behind", True] < brightness["behind", False] * 0.75
    assert brightness["before", True] == pytest.approx(brightness["before", False], abs=3)


def test_holes_in_textures_throw_no_shadow(by: Renderer) -> None:
    """A board between the table and a low sun, whose left half is a hole."""
    camera = Camera(elevation=60)
    sun = Light(kind="sun", position=(0.0, 3.0, 3.0), intensity=0.8, shadows=True)
    lights = {"lights": (sun,), "camera": camera}
    bare, _ = draw(by, tabletop(**lights), **MESHES)
    media, _ = draw(by, tabletop(standing("board"), **lights), **MESHES)
    left, right = (-0.25, -0.5, 0.0), (0.25, -0.5, 0.0)
    assert color_at(media, camera, left) == pytest.approx(color_at(bare, camera, left), abs=3)
    shade, lit = (int(color_at(m, camera, right).sum()) for m in (media, bare))
    assert shade < lit * 0.75


def test_clear_things_throw_lighter_shadows(by: Renderer) -> None:
    light = Light(position=(-3.0, 0.0, 3.0), intensity=0.8, shadows=True)
    values = []
    for name in ("red", "glass", None):
        objects = [standing("red", 0, 3)] + ([standing(name)] if name else [])
        media, _ = draw(by, tabletop(*objects, lights=(light,)), **MESHES)
        values.append(int(color_at(media, Camera(), (0.9, 0.0, 0.0)).sum()))
    assert values[0] * 1.1 < values[1] < values[2] / 1.04


def test_glass_shows_what_is_behind(by: Renderer) -> None:
    def middle(alpha: int) -> NDArray[np.uint8]:
        media, _ = draw(
            by,
            tabletop(standing("back", 0, 1), standing("front", 0, -1), camera=FLAT, ambient=1.0),
            back=panel(baseColorFactor=[255, 0, 0, 255]),
            front=panel(baseColorFactor=[0, 255, 0, alpha], alphaMode="BLEND"),
        )
        return color_at(media, FLAT, (0.0, 0.0, 0.5))

    clear, solid = middle(60), middle(255)
    assert solid[0] < 60 < 200 < solid[1]
    assert clear[0] > 100
    assert clear[1] > 100


def test_the_order_of_objects_changes_nothing_of_glass(by: Renderer) -> None:
    scene = busy()
    turned = scene.model_copy(update={"objects": scene.objects[::-1]})
    one, other = (pixels(draw(by, s, **MESHES).media.data).astype(int) for s in (scene, turned))
    assert np.abs(one - other).max() <= 1


def test_edges_are_smooth(by: Renderer) -> None:
    scene = tabletop(standing("white", yaw=10.0), ambient=1.0, lights=())
    level = scene.objects[0].model_copy(update={"yaw": 0.0})
    camera = Camera(elevation=30, distance=4, target=(0, 0.5))
    near = scene.model_copy(update={"objects": (level,), "camera": camera})
    white = panel(baseColorFactor=WHITE)
    shades = [pixels(draw(by, s, white=white).media.data)[..., 0] for s in (scene, near)]
    assert len(np.unique(shades[0])) > 5
    assert len(np.unique(shades[1][64])) > 2


def test_the_backdrop_is_as_stated(by: Renderer) -> None:
    backdrop = Backdrop(colors=((10, 120, 240), (200, 100, 50)))
    media, view = draw(by, tabletop(camera=FLAT, lights=(), ambient=1.0, backdrop=backdrop))
    picture = pixels(media.data).astype(int)
    assert picture[0, 0] == pytest.approx((10, 120, 240), abs=2)
    assert (picture[40, 0] == picture[40, 127]).all()
    assert view.objects == ()


@pytest.mark.parametrize("surface", ["oak", "marble", "tiles"])
def test_tables_have_their_surface(by: Renderer, surface: str) -> None:
    media, view = draw(by, tabletop(table=Table(surface=surface)))
    picture = pixels(media.data)
    assert view.objects == ()
    assert picture.std(axis=(0, 1)).max() > 10
    other, _ = draw(by, tabletop(table=Table(surface=surface, seed=1)))
    assert other.data != media.data


def test_textures_stand_upright(by: Renderer) -> None:
    picture = Image.new("RGB", (9, 8), (255, 0, 0))  # rows of 27 bytes
    picture.paste((0, 0, 255), (0, 0, 9, 4))  # blue above
    scene = tabletop(standing("flag"), camera=FLAT, ambient=1.0, lights=())
    media, _ = draw(by, scene, flag=poster(picture))
    above, below = (color_at(media, FLAT, (0.0, 0.0, z)).astype(int) for z in (0.75, 0.25))
    assert above[2] > 200 > 60 > above[0]
    assert below[0] > 200 > 60 > below[2]


# Videos


def _pair(**more: Any) -> TabletopVideo:
    """One stands still, one moves to the right and turns; nothing throws shadows."""
    still = standing("ball", -1, 0.5, size=0.7)
    moving = standing("panel", 0.5, -0.5, size=0.7, motion=Motion(shift=(0.6, 0.0), turn=40))
    settings: dict[str, Any] = {"width": 96, "height": 96, "lights": (SKY,), "frames": 5, **more}
    return TabletopVideo(grid=3, objects=(still, moving), **settings)


def test_a_video_reports_every_frame(by: Renderer) -> None:
    media, view = draw(by, _pair(), ball=ball(), panel=panel())
    assert media.media_type == "video/mp4"
    still, moving = view.objects
    for seen in view.objects:
        values = seen.pixels, seen.box, seen.hidden, seen.cut, seen.change
        assert [len(v) for v in values] == [5] * 5
    assert len(set(still.box)) == len(set(still.pixels)) == 1
    assert still.change == (0.0,) * 5
    lefts = [box[0] for box in moving.box]
    assert lefts == sorted(lefts)
    assert lefts[-1] - lefts[0] > 8
    assert moving.change[0] == 0
    assert min(moving.change[1:]) > 0.5


def test_a_video_shows_what_moves_and_turns(by: Renderer) -> None:
    media, view = draw(by, film(), **MESHES)
    assert [f.shape for f in read_frames(media.data)] == [(96, 96, 3)] * 6
    moving, turning, resting = view.objects
    lefts = [box[0] for box in moving.box]
    assert lefts == sorted(lefts)
    assert lefts[-1] - lefts[0] > 5
    for seen in view.objects:
        values = seen.pixels, seen.box, seen.hidden, seen.cut, seen.change
        assert [len(v) for v in values] == [6] * 5
    assert max(turning.change) > max(resting.change)


def test_a_video_can_be_played(by: Renderer) -> None:
    import av

    media, _ = draw(by, _pair(fps=4.0), ball=ball(), panel=panel())
    with av.open(BytesIO(media.data), "r") as container:
        (stream,) = container.streams.video
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        assert stream.average_rate == 4
        assert stream.codec_context.pix_fmt == "yuv420p"
    still = tabletop(*_pair().objects, width=96, height=96)
    first, _ = draw(by, still, ball=ball(), panel=panel())
    assert len(frames) == 5
    assert np.abs(frames[0].astype(int) - pixels(first.data)).mean() < 4


# Both side by side

NEAR = Camera(elevation=50, distance=3.2, target=(0.8, -0.4), fov=40)
"""Cuts many objects of a busy scene."""
LOW = Camera(elevation=12, distance=6.0, fov=36)
"""Hides many of them."""


def _dance(seed: int, camera: Camera) -> TabletopVideo:
    """A busy scene all of whose objects move and turn, each its own way."""
    rng = np.random.default_rng(seed)
    objects = [
        o.model_copy(
            update={
                "motion": Motion(shift=tuple(rng.uniform(-0.5, 0.5, 2)), turn=rng.uniform(-90, 90))
            }
        )
        for o in busy(seed).objects
    ]
    return film(seed, width=240, height=180, frames=4).model_copy(
        update={"objects": tuple(objects), "camera": camera}
    )


SCENES: dict[str, Scene] = {
    "picture 0": busy(0),
    "picture 1": busy(1),
    "picture 2": busy(2),
    "picture, cut": busy(2, camera=NEAR, width=200, height=160),
    "picture, hidden": busy(3, camera=LOW, width=200, height=160),
    "video": film(3),
    "video, cut": _dance(0, NEAR),
    "video, hidden": _dance(1, LOW),
}


@pytest.mark.parametrize("which", SCENES)
def test_both_renderers_report_the_same(which: str) -> None:
    """But for pixels whose centres are all but on an edge."""
    require_opengl()
    one, other = (draw(renderer(n), SCENES[which], **MESHES).view.objects for n in RENDERERS)
    for a, b in zip(one, other, strict=True):
        assert len(a.pixels) == len(b.pixels)
        assert np.abs(np.subtract(a.pixels, b.pixels)).max() <= 3
        assert np.abs(np.subtract(a.box, b.box)).max() <= 1
        assert a.hidden == pytest.approx(b.hidden, abs=0.01)
        assert a.cut == pytest.approx(b.cut, abs=0.01)
    # there is something to agree on
    shares = {", cut": [a.cut for a in one], ", hidden": [a.hidden for a in one]}
    for name, of_objects in shares.items():
        if which.endswith(name):
            assert sum(any(0.1 < share < 0.9 for share in s) for s in of_objects) >= 3


@pytest.mark.parametrize("seed", range(3))
def test_both_renderers_draw_alike(seed: int) -> None:
    require_opengl()
    one, other = (pixels(draw(renderer(n), busy(seed), **MESHES).media.data) for n in RENDERERS)
    apart = np.abs(one.astype(int) - other)
    assert apart.mean() < 4
    assert np.median(apart) <= 2


# Bytes


_SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
from tabletop_scenes import digests, renderer
print(digests(renderer({name!r})))
"""


@pytest.mark.slow
def test_bytes_are_the_same_in_every_process(
    by: Renderer, name: str, request: pytest.FixtureRequest
) -> None:
    here = digests(by)
    assert here[0] == here[-1]  # the same scene; what was drawn between changes nothing
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT.format(folder=str(request.path.parent), name=name)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert done.stdout.strip() == str(here)


def test_threads_draw_the_same(by: Renderer) -> None:
    scene = busy(width=64, height=64)
    found = [draw(by, scene, **MESHES).media.data]

    def work() -> None:
        found.append(draw(by, scene, **MESHES).media.data)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


# What can't be drawn


def test_other_scenes_are_refused(by: Renderer) -> None:
    with pytest.raises(MediaError, match="can't draw a scene of kind 'stickers'"):
        by.render(Stickers(grid=2, cells=()), Pack())
    with pytest.raises(MediaError, match="no surface 'cheese'"):
        draw(by, tabletop(table=Table(surface="cheese")))


def test_a_light_needs_a_direction(by: Renderer) -> None:
    with pytest.raises(MediaError, match="a light stands at the place that it points at"):
        draw(by, tabletop(lights=(Light(position=(0.0, 0.0, 0.0)),)))


def test_videos_of_an_odd_size_are_refused(by: Renderer) -> None:
    with pytest.raises(MediaError, match="97 x 96 pixels can't be encoded"):
        draw(by, _pair(width=97), ball=ball(), panel=panel())


def test_broken_meshes_name_the_asset(by: Renderer) -> None:
    with pytest.raises(AssetError, match="asset box: mesh 'm': is not a GLB file"):
        draw(by, tabletop(standing("box")), box=b"nonsense")


def test_a_broken_mesh_leaves_the_renderer_as_it_was(by: Renderer) -> None:
    scene = busy(width=64, height=64)
    before = draw(by, scene, **MESHES).media.data
    with pytest.raises(AssetError, match="not a GLB file"):
        draw(by, scene, **{**MESHES, "red": b"broken"})
    assert draw(by, scene, **MESHES).media.data == before
