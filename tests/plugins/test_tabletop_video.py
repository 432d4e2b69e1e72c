"""Frames as MP4 and back."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from io import BytesIO

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tma import MediaError
from tma.frames import read_frames
from tma_plugins.tabletop.video import encode_mp4

_SCRIPT = """
import hashlib, sys
import numpy as np
from tma_plugins.tabletop.video import encode_mp4
ramp = np.arange(48, dtype=np.uint8)
frames = [np.broadcast_to(ramp[:, None, None] * 2 + n % 64, (48, 64, 3)).copy() for n in range(12)]
print(hashlib.sha256(encode_mp4(frames, 4.0)).hexdigest())
"""


def _frames(count: int) -> list[NDArray[np.uint8]]:
    ramp = np.arange(48, dtype=np.uint8)
    return [
        np.broadcast_to(ramp[:, None, None] * 2 + n % 64, (48, 64, 3)).copy() for n in range(count)
    ]


def test_frames_come_back_nearly_as_they_were() -> None:
    frames = _frames(12)
    back = read_frames(encode_mp4(frames, 4.0))
    assert len(back) == 12
    for one, other in zip(frames, back, strict=True):
        assert one.shape == other.shape
        assert np.abs(one.astype(int) - other).mean() < 2


@pytest.mark.parametrize("fps", [1.0, 4.0, 29.97])
def test_the_file_says_what_players_need(fps: float) -> None:
    with av.open(BytesIO(encode_mp4(_frames(8), fps))) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.pix_fmt == "yuv420p"
        assert stream.frames == 8
        assert float(stream.average_rate or 0) == pytest.approx(fps, rel=1e-3)


@pytest.mark.parametrize("count", [1, 2, 300])
def test_the_index_comes_before_the_frames(count: int) -> None:
    data = encode_mp4(_frames(count), 4.0)
    assert 0 < data.find(b"moov") < data.find(b"mdat")
    assert len(read_frames(data)) == count


def test_equal_frames_give_equal_bytes_in_any_process() -> None:
    here = hashlib.sha256(encode_mp4(_frames(12), 4.0)).hexdigest()
    for seed in ("1", "77"):
        done = subprocess.run(
            [sys.executable, "-c", _SCRIPT],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert done.stdout.strip() == here


@pytest.mark.parametrize("size", [(47, 64), (48, 63)])
def test_odd_sizes_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(MediaError, match=f"{size[1]} x {size[0]}") as error:
        encode_mp4([np.zeros((*size, 3), np.uint8)], 4.0)
    assert "even" in (error.value.hint or "")


def test_no_frames_and_unequal_frames_are_refused() -> None:
    with pytest.raises(MediaError, match="at least one frame"):
        encode_mp4([], 4.0)
    with pytest.raises(MediaError, match="one size"):
        encode_mp4([np.zeros((s, s, 3), np.uint8) for s in (16, 32)], 4.0)


@pytest.mark.parametrize("data", [b"", b"no video at all", encode_mp4(_frames(2), 4.0)[:200]])
def test_what_is_no_video_is_named_so(data: bytes) -> None:
    with pytest.raises(MediaError, match="can't be read as a video"):
        read_frames(data)


def test_what_was_encoded_before_does_not_matter() -> None:
    rng = np.random.default_rng(5)
    films = [
        [np.kron(rng.integers(256, size=(28, 28, 3)), np.ones((8, 8, 1))).astype(np.uint8)] * 16
        for _ in range(6)
    ]
    found: list[set[bytes]] = [set() for _ in films]
    for _ in range(4):
        for number in rng.permutation(len(films)).tolist():
            found[number].add(encode_mp4(films[number], 4.0))
    assert [len(f) for f in found] == [1] * len(films)
