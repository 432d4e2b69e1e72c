"""Contact sheets of scene graphs: pictures and first frames, with what is annotated."""

from __future__ import annotations

import io
from importlib.metadata import EntryPoint
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import tma
from tma.assets import OpenAssets
from tma.config import Settings
from tma.contract.assets import Asset
from tma.graphsheet import MOST
from tma.registry import Registry
from tma.sheet import contact_sheet

from . import graphtoys

pytestmark = pytest.mark.filterwarnings("ignore:1 graphs were left out:tma.errors.TmaWarning")


class Album(graphtoys.Album):
    """With a real video: grey all through."""

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        if form != "clip":
            return super().read(asset, form, name)
        data = io.BytesIO()
        with av.open(data, "w", format="mp4") as video:
            stream = video.add_stream("libx264", rate=4)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            for _ in range(4):
                grey = np.full((48, 64, 3), 128, dtype=np.uint8)
                video.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
            video.mux(stream.encode())
        return data.getvalue()


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    return [tma.Contribution("album", f"{__name__}:Album", makes=("photo", "clip"))]


@pytest.fixture(name="album")
def _album(tma_home: Path) -> OpenAssets:
    points = [EntryPoint("album", __name__, "tma")]
    return OpenAssets(Registry(Settings(environ={}), points), "album")


def test_pictures_and_videos_with_boxes(album: OpenAssets, tmp_path: Path) -> None:
    assert contact_sheet(album, tmp_path / "sheet.png", n=100) == 3 <= MOST
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (3 * 320, 240 + 18)
        colors = {tuple(c) for c in np.asarray(sheet).reshape(-1, 3).tolist()}
    assert {(4, 99, 0), (10, 99, 0)} <= colors  # the pictures `main` and `office.png`
    assert any(max(c) - min(c) < 6 and 110 < c[0] < 150 for c in colors)  # the video
    assert (0xE6, 0x19, 0x4B) in colors  # the first objects' boxes or names


def test_the_seed_chooses(album: OpenAssets, tmp_path: Path) -> None:
    found = set()
    for seed in range(8):
        assert contact_sheet(album, tmp_path / "sheet.png", n=1, seed=seed) == 1
        found.add((tmp_path / "sheet.png").read_bytes())
    assert 1 < len(found) <= 3
