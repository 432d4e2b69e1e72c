"""A folder of PNGs as an asset source in a few lines."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import tma
from tma.testing.shop import png


class Things(tma.FolderSource):
    licence = "CC0-1.0"
    origin = "made up"

    def attributes(self, path: str) -> dict[str, tuple[str, ...]]:
        return {"color": (Path(path).stem,)} if "plain" not in path else {}

    def lookalikes(self, category: str) -> tuple[str, ...]:
        return ("tool/ball-pen",) if category == "tool/pencil" else ()


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    for name in ("tool/pencil/red", "tool/ball-pen/blue", "tool/ball-pen/plain", "cup/red"):
        path = tmp_path / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png((200, 0, 0)))
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x.png").touch()
    (tmp_path / "cup" / "notes.txt").touch()
    return tmp_path


def source(root: Path | None) -> Things:
    return Things(tma.FolderConfig(root=root))


def test_folders_are_categories(root: Path) -> None:
    stock = source(root).inventory()
    catalogue = tma.Catalogue(stock, ("sticker",))
    assert [a.id for a in stock.assets] == sorted(a.id for a in stock.assets)
    assert len(stock.assets) == 4
    assert catalogue.categories == ("cup", "tool", "tool/ball-pen", "tool/pencil")
    assert catalogue.name("tool/ball-pen") == "ball pen"
    assert len(catalogue.assets_in("tool")) == 3
    assert "tool/pencil" in catalogue.confusable("tool/ball-pen")
    plain = catalogue.number("tool/ball-pen/plain.png")
    assert catalogue.has(plain, "color", "red") is None
    assert catalogue.has(catalogue.number("cup/red.png"), "color", "blue") is False
    assert (stock.licence, stock.origin) == ("CC0-1.0", "made up")
    assert source(root).read(stock.assets[0], "sticker", "0") == png((200, 0, 0))


def test_pipes_and_names_that_are_no_text_are_refused(root: Path) -> None:
    os.mkfifo(root / "cup" / "blue.png")
    made = source(root)
    pipe = next(a for a in made.inventory().assets if a.id == "cup/blue.png")
    with pytest.raises(tma.AssetError, match=r"cup/blue.png: is no regular file"):
        made.read(pipe, "sticker", "0")
    (root / "cup").rename(root / os.fsdecode(b"caf\xe9"))
    with pytest.raises(tma.AssetError, match=r"/caf\\xe9: the name is not UTF-8"):
        made.inventory()


def test_what_can_not_be_read(root: Path, tmp_path: Path) -> None:
    with pytest.raises(tma.AssetError, match="has no folder"):
        source(None).inventory()
    with pytest.raises(tma.AssetError, match="nowhere: no such folder"):
        source(root / "nowhere").inventory()
    (tmp_path / "empty").mkdir()
    with pytest.raises(tma.AssetError, match="holds no PNG"):
        source(tmp_path / "empty").inventory()
    with pytest.raises(tma.AssetError, match=r"gone\.png: No such file"):
        source(root).read(tma.Asset(id="gone.png", categories=("cup",)), "sticker", "0")
    (root / "loose.png").touch()
    with pytest.raises(tma.AssetError, match=r"loose.png lies in no category's folder"):
        source(root).inventory()


def test_nothing_leads_out_of_the_folder(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.png"
    outside.write_bytes(b"secret")
    (root / "cup" / "link.png").symlink_to(outside)
    leak = next(a for a in source(root).inventory().assets if a.id == "cup/link.png")
    with pytest.raises(tma.AssetError, match="leads out of"):
        source(root).read(leak, "sticker", "0")
