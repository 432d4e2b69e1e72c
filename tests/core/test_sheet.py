"""Contact sheets: what is on them, and pictures that are none."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tma.assets import OpenAssets
from tma.cli import main
from tma.contract.assets import Asset
from tma.errors import AssetError, ConfigError
from tma.sheet import contact_sheet

from . import toys


@pytest.fixture(name="assets")
def _assets() -> OpenAssets:
    return OpenAssets(toys.registry(), "shop")


def shown(assets: OpenAssets) -> list[str]:
    source = assets.source
    assert isinstance(source, toys.Shop)
    return [asset for asset, _, _ in source.reads]


def test_all_assets(assets: OpenAssets, tmp_path: Path) -> None:
    assert contact_sheet(assets, tmp_path / "deep" / "sheet.png", n=100) == len(toys.ASSETS)
    assert shown(assets) == sorted(a.id for a in toys.ASSETS)
    with Image.open(tmp_path / "deep" / "sheet.png") as sheet:
        assert sheet.format == "PNG"
        assert sheet.size == (10 * 112, 2 * 128)
        assert len(sheet.getcolors(10**6) or ()) > 15


def test_one_of_each_category_first(assets: OpenAssets, tmp_path: Path) -> None:
    assert contact_sheet(assets, tmp_path / "sheet.png", n=11) == 11
    kinds = [name.split("-")[0] for name in shown(assets)]
    assert sorted(set(kinds)) == kinds


def test_only_a_category(assets: OpenAssets, tmp_path: Path) -> None:
    assert contact_sheet(assets, tmp_path / "sheet.png", n=9, category="fruit") == 4
    assert shown(assets) == ["apple-1", "apple-2", "pear-1", "pear-2"]


def test_the_seed_chooses(tmp_path: Path) -> None:
    chosen = set()
    for seed in range(8):
        assets = OpenAssets(toys.registry(), "shop")
        contact_sheet(assets, tmp_path / f"{seed}.png", n=11, seed=seed)
        chosen.add(tuple(shown(assets)))
    assert len(chosen) > 3
    contact_sheet(OpenAssets(toys.registry(), "shop"), tmp_path / "again.png", n=11, seed=7)
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "7.png").read_bytes()


def test_long_names_are_cut(
    assets: OpenAssets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tma.catalogue.Catalogue.name", lambda self, c: "W" * 200)
    assert contact_sheet(assets, tmp_path / "sheet.png", n=2) == 2


def test_mistakes(assets: OpenAssets, tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="'plum' is no category here"):
        contact_sheet(assets, tmp_path / "sheet.png", n=2, category="plum")
    with pytest.raises(ConfigError, match="out of range"):
        contact_sheet(assets, tmp_path / "sheet.png", n=2, seed=-1)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["notes", "notes.txt", "sheet.jpg", "folder.png"])
def test_only_pngs_are_replaced(assets: OpenAssets, name: str, tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    if name != "folder.png":
        (tmp_path / name).write_text("mine")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(AssetError, match=rf"{name} can't be a contact sheet .*sheet\.png"):
        contact_sheet(assets, tmp_path / name, n=2)
    assert sorted(tmp_path.iterdir()) == before
    assert name == "folder.png" or (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("more", [(), ("--sheet", "sheet.png")])
def test_an_unknown_category_is_told(
    more: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["assets", "show", "--category", "nope", *more])
    assert ended.value.code == 2
    assert "'nope' is no category here" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_no_pictures_at_all(
    assets: OpenAssets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tuple(a.model_copy(update={"forms": {}}) for a in toys.ASSETS)
    monkeypatch.setattr(toys.Shop, "inventory", lambda self: toys.inventory(assets=bare))
    with pytest.raises(AssetError, match="toys/shop has no asset in the form 'sticker' to show"):
        contact_sheet(assets, tmp_path / "sheet.png", n=2)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def wide(width: int, height: int) -> bytes:
    """A PNG of that size whose pixels take no room."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width + 7) // 8 + 1) * height, 9)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        toys.png((1, 2, 3))[:60],
        toys.png((1, 2, 3)).replace(b"IDAT", b"IDAX"),
        wide(30_000, 30_000)[:4000],
        wide(30_000, 4_000),
        wide(30_000, 2),
    ],
    ids=["empty", "no PNG", "cut", "no pixels", "huge", "large", "wide"],
)
def test_pictures_that_are_none(
    assets: OpenAssets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    def read(self: toys.Shop, asset: Asset, form: str, name: str) -> bytes:
        return data if asset.id == "pear-2" else toys.png((1, 2, 3))

    monkeypatch.setattr(toys.Shop, "read", read)
    with pytest.raises(AssetError, match="asset 'pear-2': sticker 'v0' ") as caught:
        contact_sheet(assets, tmp_path / "sheet.png", n=99)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())
