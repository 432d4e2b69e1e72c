"""Frames of videos as arrays and PNGs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tma.errors import MediaError
from tma.frames import read_frames, write_frames
from tma_plugins.tabletop.video import encode_mp4

GREYS = (0, 60, 120, 180, 240)


@pytest.fixture(name="video")
def _video(tmp_path: Path) -> Path:
    path = tmp_path / "v.mp4"
    path.write_bytes(encode_mp4([np.full((32, 48, 3), g, np.uint8) for g in GREYS], 4))
    return path


def test_all_frames(video: Path) -> None:
    frames = read_frames(video)
    assert frames.shape == (5, 32, 48, 3)
    assert frames.dtype == np.uint8
    assert np.abs(frames.mean(axis=(1, 2, 3)) - GREYS).max() < 3


@pytest.mark.parametrize(
    ("count", "chosen"), [(1, [0]), (2, [0, 4]), (3, [0, 2, 4]), (5, range(5)), (9, range(5))]
)
def test_some_frames(video: Path, count: int, chosen: list[int]) -> None:
    every, some = read_frames(video), read_frames(video, count)
    assert np.array_equal(some, every[list(chosen)])


def test_frames_as_pictures(video: Path, tmp_path: Path) -> None:
    written = write_frames(video, tmp_path / "out", 3)
    assert [p.name for p in written] == ["000.png", "001.png", "002.png"]
    with Image.open(written[2]) as last:
        assert np.array_equal(np.asarray(last), read_frames(video)[4])


def test_what_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.mp4: can't be read as a video"):
        read_frames(tmp_path / "gone.mp4")
    text = tmp_path / "text.mp4"
    text.write_text("no video", encoding="utf-8")
    with pytest.raises(MediaError, match=r"text\.mp4"):
        read_frames(text)


def test_counts_and_folders_out_of_range(video: Path, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="can't take 0 frames"):
        read_frames(video, 0)
    (tmp_path / "file").touch()
    with pytest.raises(MediaError, match="can't write to"):
        write_frames(video, tmp_path / "file" / "out")
