"""The cache of rendered media: what a key covers, and damage."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tma.assets import OpenAssets
from tma.contract.media import Media
from tma.errors import MediaError
from tma.mediacache import MediaCache, write_whole

from . import toys
from .toys import Shelf

KEY = "ab" + "0" * 62
PICTURE = Media(b"pixels", "image/png", {"seen": 3})


def test_what_is_put_is_got(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path / "cache")
    assert cache.get(KEY) is None
    assert not cache.folder.exists()
    put = cache.put(KEY, PICTURE)
    assert put == MediaCache(cache.folder).get(KEY)
    assert put.file.path == cache.folder / "ab" / f"{KEY}.png"
    assert put.file.path.read_bytes() == b"pixels"
    assert put.file.sha256 == hashlib.sha256(b"pixels").hexdigest()
    assert put.file.media_type == "image/png"
    assert put.report == {"seen": 3}
    assert json.loads((cache.folder / "ab" / f"{KEY}.json").read_bytes())["report"] == {"seen": 3}


@pytest.mark.parametrize(
    "index", [b"", b"{", b"[]", b"{}", b'{"media_type": "image/png"}', b"\xff"]
)
def test_a_damaged_index_is_a_miss(tmp_path: Path, index: bytes) -> None:
    cache = MediaCache(tmp_path)
    cache.put(KEY, PICTURE)
    (tmp_path / "ab" / f"{KEY}.json").write_bytes(index)
    assert cache.get(KEY) is None
    cache.put(KEY, PICTURE)
    assert cache.get(KEY) is not None


def test_a_lost_picture_is_a_miss(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path)
    cache.put(KEY, PICTURE).file.path.unlink()
    assert cache.get(KEY) is None


def test_an_unknown_media_type(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="unknown type 'image/tiff'"):
        MediaCache(tmp_path).put(KEY, Media(b"", "image/tiff"))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MediaError, match=r"can't write to the cache .*file/cache"):
        MediaCache(tmp_path / "file" / "cache").put(KEY, PICTURE)


def test_a_key_covers_all_that_determines_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = MediaCache(tmp_path)
    assets = OpenAssets(toys.registry(), "shop")
    scene = Shelf(items=(("apple-1", "v0"), ("car-1", "v0")))

    def key(**changes: Any) -> str:
        arguments = {"renderer": "r@1", "scene": scene, "assets": assets, "versions": ["numpy 2"]}
        return cache.key(**{**arguments, **changes})

    assert key() == key()
    assert len(key()) == 64
    others = {
        key(renderer="r@2"),
        key(versions=["numpy 3"]),
        key(scene=scene.model_copy(update={"width": 256})),
        key(scene=Shelf(items=scene.items[::-1])),
        key(scene=Shelf(items=(("apple-1", "v1"), ("car-1", "v0")))),
    }
    monkeypatch.setattr(toys.Shop, "read", lambda *_: toys.png((1, 2, 3)))
    others.add(key(assets=OpenAssets(toys.registry(), "shop")))  # other bytes under the same name
    assert len(others) == 6
    assert key() not in others


def test_files_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "file"
    write_whole(target, b"one")
    write_whole(target, b"two")
    assert target.read_bytes() == b"two"
    assert target.stat().st_mode & 0o777 == 0o644
    blocked = tmp_path / "folder"
    (blocked / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        write_whole(blocked, b"three")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deep", "folder"]
    assert [p.name for p in target.parent.iterdir()] == ["file"]
