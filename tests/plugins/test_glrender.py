"""The OpenGL renderer of tabletop scenes: what it alone has; see also test_tabletop_renderers."""

from __future__ import annotations

import gc
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import trimesh
from trimesh.visual.material import PBRMaterial

from tma import Camera, Light, MediaError
from tma_plugins.glrender import devices, needs
from tma_plugins.glrender.closed import closed
from tma_plugins.glrender.optics import lamps_of, seen_from
from tma_plugins.glrender.settings import GlSettings
from tma_plugins.tabletop.meshes import Surface, load_mesh

from . import tabletop_scenes
from .tabletop_scenes import (
    FLAT,
    MESHES,
    SKY,
    WHITE,
    Drawn,
    Scene,
    busy,
    film,
    panel,
    pixels,
    require_opengl,
    standing,
    tabletop,
)

if needs.lacking():  # then the imports below would fail
    require_opengl()

from tma_plugins.glrender import compat
from tma_plugins.glrender.painter import Painter, painting
from tma_plugins.glrender.renderer import GlRenderer


def draw(scene: Scene, *settings: GlSettings, **meshes: bytes) -> Drawn:
    return tabletop_scenes.draw(GlRenderer(*settings), scene, **meshes)


# Where things are


def test_the_matrix_is_the_cameras() -> None:
    camera = Camera(elevation=35, distance=7, target=(0.1, 0.2), fov=40)
    matrix = seen_from(camera, aspect=1.5)
    for point in ((0.3, -0.4, 0.5), (-1.0, 2.0, 0.0), (0.0, 0.0, 1.0)):
        x, y, _, w = matrix @ [*point, 1]
        right, down, depth = camera.project(point)
        assert (x / w * 1.5 / 2, -y / w / 2, w) == pytest.approx((right, down, depth))


# What is hidden and cut


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


# What it looks like


@pytest.mark.parametrize("kind", ["spot", "point", "sun"])
def test_shadows_can_be_left_out(kind: str) -> None:
    shown = {}
    for shadows in (True, False):
        light = Light.model_validate({"kind": kind, "position": (-3, 0, 3), "shadows": shadows})
        scene = tabletop(standing("red"), lights=(light,))
        for asked in (True, False):
            settings = GlSettings(shadows=asked)
            shown[shadows, asked] = draw(scene, settings, **MESHES).media.data
    without = shown.pop((False, False))
    assert shown.pop((True, True)) != without
    assert set(shown.values()) == {without}


def test_edges_are_smoother_if_asked() -> None:
    scene = tabletop(standing("white", yaw=10.0), ambient=1.0, lights=())
    white = panel(baseColorFactor=WHITE)
    once, twice = (
        pixels(draw(scene, GlSettings(supersample=n), white=white).media.data) for n in (1, 2)
    )
    assert once.shape == twice.shape
    assert (once != twice).any()
    assert np.abs(once.astype(int) - twice).mean() < 2


# Bytes


@pytest.fixture
def cramped(monkeypatch: pytest.MonkeyPatch) -> None:
    """No room on the card: everything is freed after each scene."""
    with painting() as painter:
        monkeypatch.setattr(painter.shelf, "_limit", 0)


@pytest.mark.usefixtures("cramped")
def test_what_was_drawn_before_changes_no_byte() -> None:
    scenes: list[Scene] = [busy(0), film(), busy(1, width=64, height=80), busy(2)]
    first = [draw(scene, **MESHES).media.data for scene in scenes]
    with painting() as painter:
        assert (len(painter.shelf), painter.shelf.held) == (0, 0)
    for scene, data in list(zip(scenes, first, strict=True))[::-1]:
        assert draw(scene, **MESHES).media.data == data


def test_kept_models_change_no_byte() -> None:
    scenes: list[Scene] = [busy(0), film(), busy(1)]
    first = [draw(scene, **MESHES).media.data for scene in scenes]
    with painting() as painter:
        held = painter.shelf.held
    assert held > 0
    assert [draw(scene, **MESHES).media.data for scene in scenes] == first
    with painting() as painter:
        assert painter.shelf.held == held


def test_pyrender_may_be_used_beside_it() -> None:
    """It ends the display of its device, and so all contexts on it, with its own renderer."""
    scenes: list[Scene] = [busy(0), film()]
    first = [draw(scene, **MESHES).media.data for scene in scenes]
    for _ in range(2):
        beside = compat.open_context()
        beside.delete()
        assert [draw(scene, **MESHES).media.data for scene in scenes] == first
    gc.collect()  # of painters whose context is gone
    assert draw(busy(0), **MESHES).media.data == first[0]


def test_a_context_that_can_not_be_made_anew_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = draw(busy(0), **MESHES).media.data
    compat.open_context().delete()

    def fail() -> Any:
        raise MediaError("no OpenGL context")

    with monkeypatch.context() as patch:
        patch.setattr("tma_plugins.glrender.painter.open_context", fail)
        for _ in range(2):
            with pytest.raises(MediaError, match="no OpenGL context"):
                draw(busy(0), **MESHES)
    assert draw(busy(0), **MESHES).media.data == first


# What can't be drawn


@pytest.mark.parametrize(("count", "shadows"), [(17, False), (5, True)])
def test_too_many_lights_are_refused(count: int, shadows: bool) -> None:
    lights = (SKY.model_copy(update={"shadows": shadows}),) * count
    with pytest.raises(MediaError, match="at most 16 and 4") as error:
        lamps_of(tabletop(standing("red"), lights=lights), True)
    assert "raycast" in (error.value.hint or "")


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
    before = draw(busy(width=64, height=64), **MESHES).media.data
    devices._driver.cache_clear()
    assert devices.driver() == done.stdout.strip()
    assert draw(busy(width=64, height=64), **MESHES).media.data == before


def test_a_driver_that_can_not_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in ("99", "first"):
        monkeypatch.setenv("EGL_DEVICE_ID", number)
        assert devices.driver() == ""
    assert "OpenGL by an unknown driver" in GlRenderer().environment()
