"""The renderer: what it asks of Blender and makes of the answer; the real thing if it is here."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

import tma_blender
from tma import (
    AssetReader,
    Light,
    MediaError,
    Motion,
    Scene,
    Standing,
    Stickers,
    Tabletop,
    TabletopVideo,
    View,
)
from tma_blender import renderer as module
from tma_blender.process import Blender
from tma_blender.renderer import BlenderConfig, BlenderRenderer
from tma_plugins.raycast.renderer import RaycastRenderer
from tma_plugins.tabletop.video import encode_mp4

FAKE = """
import json, sys
import numpy as np
from PIL import Image
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    job = json.loads(line)
    folder, (w, h) = job["folder"], (job["width"], job["height"])
    backdrop = np.load(folder + "/backdrop.npy")
    assert backdrop.shape == (h, 3)
    for thing in [job["table"]] + [p for o in job["objects"] for p in o["parts"]]:
        arrays = np.load(folder + f"/{thing['name']}.npz")
        assert arrays["faces"].max() < len(arrays["vertices"]) == len(arrays["normals"])
        assert thing["texture"] == (folder + f"/{thing['name']}.png" in set(
            __import__("glob").glob(folder + "/*.png")))
    for n in range(job["frames"]):
        owners = np.full((h, w), -1, np.int32)
        for i, thing in enumerate(job["objects"]):
            left = 14 + 20 * i + round(10 * thing["poses"][n][0])
            owners[4:10, left:left + 6] = i
        Image.fromarray(np.full((h, w, 3), 10 * n, np.uint8)).save(folder + f"/frame-{n}.png")
        alone = np.array([[36.0, 72.0]] * len(job["objects"]))
        np.savez(folder + f"/frame-{n}.npz", owners=owners, alone=alone)
    print(json.dumps({"done": True}), flush=True)
"""


class Balls(AssetReader):
    """Every mesh is a ball."""

    def read(self, asset_id: str, form: str, name: str) -> bytes:
        data: bytes = trimesh.creation.icosphere(subdivisions=2).export(file_type="glb")
        return data

    def sha256(self, asset_id: str, form: str, name: str) -> str:
        return "b" * 64


def ball(x: float, y: float = 0.0, motion: Motion | None = None) -> Standing:
    return Standing(
        row=0, column=0, asset="ball", mesh="m", position=(x, y), size=0.8, motion=motion
    )


LIGHTS = (Light(position=(-2, -3, 4), shadows=True), Light(kind="sun", position=(2, -1, 4)))
STILL = Tabletop(grid=2, objects=(ball(-0.5), ball(0.5, -0.6)), lights=LIGHTS, width=96, height=64)


@pytest.fixture(name="fake")
def _fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BlenderRenderer:
    worker = tmp_path / "fake.py"
    worker.write_text(FAKE, encoding="utf-8")
    monkeypatch.setattr(module, "Blender", lambda python, s: Blender(python, s, worker))
    return BlenderRenderer(BlenderConfig(python=Path(sys.executable), seconds=30))


def test_a_picture_and_its_report(fake: BlenderRenderer) -> None:
    media = fake.render(STILL, Balls())
    assert media.media_type == "image/png"
    assert Image.open(io.BytesIO(media.data)).size == (96, 64)
    first, second = View.model_validate(media.report).objects
    assert first.pixels == (36,)
    assert first.cut == (0.5,)
    assert second.box == ((39, 4, 45, 10),)


def test_a_video_and_its_report(fake: BlenderRenderer) -> None:
    moving = ball(0.0, motion=Motion(shift=(1.0, 0.0)))
    video = TabletopVideo(grid=2, objects=(moving,), lights=LIGHTS, frames=3, width=64, height=64)
    media = fake.render(video, Balls())
    frames = [np.full((64, 64, 3), 10 * n, np.uint8) for n in range(3)]
    assert media.data == encode_mp4(frames, 4)
    (seen,) = View.model_validate(media.report).objects
    assert [box[0] for box in seen.box] == [14, 19, 24]


def test_scenes_of_other_kinds(fake: BlenderRenderer) -> None:
    scene: Scene = Stickers(grid=1, cells=())
    with pytest.raises(MediaError, match="'stickers'"):
        fake.render(scene, Balls())


def test_no_blender_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(tma_blender.PYTHON, raising=False)
    assert tma_blender.lacking()
    with pytest.raises(MediaError, match="set TMA_BLENDER_PYTHON"):
        BlenderRenderer(BlenderConfig())


@pytest.mark.skipif(
    not os.environ.get(tma_blender.PYTHON), reason="no Python with Blender is named"
)
def test_the_real_blender_sees_what_ray_casting_sees() -> None:
    real = BlenderRenderer(BlenderConfig(samples=2))
    seen = View.model_validate(real.render(STILL, Balls()).report).objects
    cast = View.model_validate(RaycastRenderer().render(STILL, Balls()).report).objects
    for a, b in zip(seen, cast, strict=True):
        assert abs(a.pixels[0] - b.pixels[0]) <= 4
        assert a.hidden[0] == pytest.approx(b.hidden[0], abs=0.04)
        assert np.abs(np.array(a.box[0]) - np.array(b.box[0])).max() <= 1
