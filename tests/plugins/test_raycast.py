"""The ray caster, and cutouts of meshes; see also test_tabletop_renderers."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping

import numpy as np
import pytest
import trimesh

from tma import AssetError, MediaError
from tma_plugins.raycast.mipmap import LINEAR, Mipmap
from tma_plugins.raycast.stills import render_cutout

from .tabletop_scenes import ball, glb, panel, pixels


def test_coarse_levels_of_a_texture_are_its_mean() -> None:
    board = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)
    mipmap = Mipmap(np.stack([board] * 3, axis=2))
    uv = np.random.default_rng(0).random((50, 2)).astype(np.float32)
    fine = mipmap.sample(uv, np.ones(50, np.float32))
    coarse = mipmap.sample(uv, np.full(50, 64, np.float32))
    assert fine[:, 0].std() > 0.1
    assert coarse[:, 0] == pytest.approx(LINEAR[128], abs=0.02)
    assert coarse[:, 3] == pytest.approx(1)


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


_SCRIPT = """
import hashlib, sys
from tma_plugins.raycast.stills import render_cutout
picture = render_cutout(sys.stdin.buffer.read(), yaw=30, elevation=20, size=80)
print(hashlib.sha256(picture).hexdigest())
"""


def test_cutouts_are_the_same_in_every_process() -> None:
    data = ball(baseColorFactor=[200, 90, 30, 140], alphaMode="BLEND", roughnessFactor=0.3)
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        check=True,
        capture_output=True,
        input=data,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    here = render_cutout(data, yaw=30, elevation=20, size=80)
    assert done.stdout.decode().strip() == hashlib.sha256(here).hexdigest()
