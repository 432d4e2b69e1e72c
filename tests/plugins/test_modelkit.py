"""What the adapters of real models share."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import tma
from tma.errors import MediaError, ModelError
from tma_plugins.modelkit.device import device_of, in_memory
from tma_plugins.modelkit.kept import Kept
from tma_plugins.modelkit.needs import require
from tma_plugins.modelkit.sights import DataUris, pictures_of, read_sight

from .asking import picture, video


def test_what_is_being_made_is_not_made_twice() -> None:
    made: list[str] = []

    def slow(key: str) -> str:
        time.sleep(0.02)
        made.append(key)
        return key.upper()

    async def run() -> None:
        kept: Kept[str, str] = Kept(2)
        wanted = ["a", "b"] * 5
        found = await asyncio.gather(*(kept.get(k, partial(slow, k)) for k in wanted))
        assert found == [k.upper() for k in wanted]
        assert sorted(made) == ["a", "b"]
        await kept.get("a", lambda: slow("a"))
        await kept.get("c", lambda: slow("c"))  # b was used longest ago
        assert len(made) == 3
        await kept.get("a", lambda: slow("a"))
        assert len(made) == 3
        await kept.get("b", lambda: slow("b"))
        assert len(made) == 4

    asyncio.run(run())


def test_what_is_heavy_makes_room_for_itself() -> None:
    async def run() -> None:
        kept: Kept[str, str] = Kept(10, len)
        made: list[str] = []

        def make(value: str) -> str:
            made.append(value)
            return value

        for value in ("aaa", "bbb", "ccc", "dddddd", "ccc", "e" * 11, "dddddd"):
            await kept.get(value, partial(make, value))
        # a and b made room for d; what is larger than all there is made room of everything
        assert made == ["aaa", "bbb", "ccc", "dddddd", "e" * 11, "dddddd"]

    asyncio.run(run())


def test_a_failure_is_told_to_all_and_not_kept() -> None:
    async def run() -> None:
        kept: Kept[str, float] = Kept(2)
        failed = await asyncio.gather(
            *(kept.get("x", lambda: 1 / 0) for _ in range(3)), return_exceptions=True
        )
        assert [type(f) for f in failed] == [ZeroDivisionError] * 3
        assert await kept.get("x", lambda: 1.0) == 1.0

    asyncio.run(run())


def test_who_gives_up_waiting_stops_nobody_else() -> None:
    async def run() -> None:
        kept: Kept[str, int] = Kept(2)

        def slow() -> int:
            time.sleep(0.05)
            return 7

        first, second = (asyncio.create_task(kept.get("x", slow)) for _ in range(2))
        await asyncio.sleep(0.01)
        first.cancel()
        assert await second == 7

    asyncio.run(run())


def test_sights(tmp_path: Path) -> None:
    still = read_sight(picture(tmp_path / "p.png", (9, 8, 7)), 5)
    assert still.frames.shape == (1, 32, 32, 3)
    assert (still.frames == (9, 8, 7)).all()
    moving = read_sight(video(tmp_path / "v.mp4"), 4)
    assert (moving.places, moving.rate) == ((0, 2, 4, 6), 4.0)
    assert np.abs(moving.frames.mean((1, 2, 3)) - (0, 80, 160, 240)).max() < 4
    assert [p.size for p in pictures_of(moving)] == [(48, 48)] * 4


def test_files_that_can_not_be_shown(tmp_path: Path) -> None:
    broken = tmp_path / "p.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    digest = hashlib.sha256(broken.read_bytes()).hexdigest()
    with pytest.raises(MediaError, match=r"p\.png: can't be read as a picture"):
        read_sight(tma.MediaFile(broken, "image/png", digest), 1)
    with pytest.raises(MediaError, match=r"^\S*p\.png: can't be read as a video"):
        read_sight(tma.MediaFile(broken, "video/mp4", digest), 1)
    gone = tma.MediaFile(tmp_path / "gone.png", "image/png", "1")
    with pytest.raises(MediaError, match=r"gone\.png"):
        asyncio.run(DataUris(1).pictures(gone))


@pytest.mark.parametrize("make", [picture, video])
def test_files_that_are_not_those_recorded(
    tmp_path: Path, make: Callable[[Path], tma.MediaFile]
) -> None:
    """Replies are kept by the hash that was recorded: no other picture is shown under it."""
    media = replace(make(tmp_path / "shown.png"), sha256=hashlib.sha256(b"another").hexdigest())
    for look in (
        lambda: read_sight(media, 2),
        lambda: asyncio.run(DataUris(2).pictures(media)),
        lambda: asyncio.run(DataUris(2).whole(media)),
    ):
        with pytest.raises(MediaError, match=r"shown\.png is not the file that was rendered"):
            look()


def test_what_is_missing_is_named() -> None:
    require("json", "numpy")
    with pytest.raises(ModuleNotFoundError, match="No module named 'no_such_package'"):
        require("json", "no_such_package")


@pytest.mark.slow  # torch takes seconds to import
def test_devices() -> None:
    import torch

    here = "cuda" if torch.cuda.is_available() else "cpu"
    assert [device_of(d) for d in ("auto", "cpu")] == [here, "cpu"]
    with pytest.raises(ModelError, match="'gpu' is none that PyTorch knows"):
        device_of("gpu")
    with pytest.raises(ModelError, match=r"device 'cuda:99': PyTorch .* sees .* CUDA"):
        device_of("cuda:99")


@pytest.mark.slow
def test_too_little_memory_is_said_with_what_to_do() -> None:
    import torch

    with pytest.raises(ModelError, match="m: out of memory") as caught, in_memory("m", "a hint"):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 9 GiB")
    assert caught.value.hint == "a hint"
