"""All that is wrong with an asset source, and sources by path."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tma.assets import OpenAssets, source_spec
from tma.cli import main
from tma.contract.assets import Asset
from tma.contract.graphs import GraphObject, SceneGraph, Skipped
from tma.errors import AssetError, TmaWarning
from tma.registry import default_registry
from tma.validate import validate

from . import toys


def test_all_is_well() -> None:
    found = validate(OpenAssets(toys.registry(), "shop"))
    assert found.flaws == []
    assert (found.assets, found.variants) == (15, 33)
    assert found.categories == 17  # all but the empty shelf


def test_every_flaw_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    good = toys.Shop.read

    def read(self: toys.Shop, asset: Asset, form: str, name: str) -> bytes:
        if (asset.id, form) == ("pear-1", "sticker"):
            raise AssetError("pear-1.png: No such file or directory")
        return b"GIF89a" if asset.id == "saw-1" else good(self, asset, form, name)

    def own(self: toys.Shop) -> Iterable[str]:
        return ["stock.csv:3: price: is no number"]

    monkeypatch.setattr(toys.Shop, "read", read)
    monkeypatch.setattr(toys.Shop, "validate", own)
    monkeypatch.setattr(toys.Shop, "inventory", lambda self: toys.inventory(licence="NOASSERTION"))
    assert validate(OpenAssets(toys.registry(), "shop")).flaws == [
        "stock.csv:3: price: is no number",
        "pear-1.png: No such file or directory",
        "saw-1: sticker 'v0' is not a PNG",
        "saw-1: mesh 'mesh' is no GLB",
        "no licence is stated for 15 assets: apple-1",
    ]


def test_graphs_are_counted_and_need_a_licence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def graphs(self: toys.Shop) -> Iterator[SceneGraph | Skipped]:
        yield from (Skipped(f"album: picture {n}", "an object has no box") for n in range(23))
        apple = GraphObject(id="1", category="apple")
        yield SceneGraph(id="own", width=64, height=64, objects=(apple,), licence="CC0-1.0")
        yield SceneGraph(id="other", width=64, height=64, objects=(apple,))

    bare = toys.inventory(assets=(), licence="NOASSERTION")
    monkeypatch.setattr(toys.Shop, "inventory", lambda self: bare)
    monkeypatch.setattr(toys.Shop, "graphs", graphs)
    monkeypatch.setattr(toys.Shop, "read", lambda *_: toys.png((9, 9, 9)))
    with pytest.warns(TmaWarning, match="23 graphs were left out"):
        found = validate(OpenAssets(toys.registry(), "shop", tmp_path))
    assert found.flaws == [
        *(f"album: picture {n}: an object has no box" for n in range(20)),
        "3 graphs more: an object has no box",
        "no licence is stated for 1 assets: other",
    ]


@pytest.mark.parametrize(
    ("width", "flaws"),
    [
        (24, []),
        (48, []),
        (40, ["own: photo 'main' is 24 x 24, but its scene graph is of one that is 40 x 24"]),
    ],
)
def test_pictures_have_the_shape_that_graphs_state(
    width: int, flaws: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever the renderer would refuse."""

    def graphs(self: toys.Shop) -> Iterator[SceneGraph]:
        apple = GraphObject(id="1", category="apple")
        height = 48 if width == 48 else 24
        yield SceneGraph(id="own", width=width, height=height, objects=(apple,))

    monkeypatch.setattr(toys.Shop, "inventory", lambda self: toys.inventory(assets=()))
    monkeypatch.setattr(toys.Shop, "graphs", graphs)
    monkeypatch.setattr(toys.Shop, "read", lambda *_: toys.png((9, 9, 9)))
    found = validate(OpenAssets(toys.registry(), "shop", tmp_path)).flaws
    assert [line.partition(": is it")[0] for line in found] == flaws


@pytest.mark.parametrize("own", [[], ["assets 4: categories: unknown category 'plum'"]])
def test_an_inventory_that_is_none(monkeypatch: pytest.MonkeyPatch, own: list[str]) -> None:
    """Told once, whoever finds it."""
    plum = toys.asset("plum-1", "plum")
    monkeypatch.setattr(toys.Shop, "inventory", lambda self: toys.inventory(assets=(plum,)))
    monkeypatch.setattr(toys.Shop, "validate", lambda self: own)
    found = validate(OpenAssets(toys.registry(), "shop"))
    assert found.flaws == [*own, "assets name an unknown category 'plum'"]
    monkeypatch.setattr(toys.Shop, "validate", lambda self: [f"x: {found.flaws[-1]}"])
    assert validate(OpenAssets(toys.registry(), "shop")).flaws == [f"x: {found.flaws[-1]}"]


# -- by path --------------------------------------------------------------------------------


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "things"
    for name in ("ball", "cup"):
        (folder / name).mkdir(parents=True)
        Image.new("RGBA", (8, 8), "red").save(folder / name / "1.png")
    (folder / "assets.toml").write_text('licence = "CC0-1.0"')
    return folder


def test_a_folder_stands_for_the_source_that_opens_it(folder: Path) -> None:
    spec = source_spec(default_registry(), str(folder))
    assert str(spec) == f"meshes?root={folder}"
    assert len(OpenAssets(default_registry(), str(folder)).inventory.assets) == 2


def test_a_source_comes_before_a_folder_of_its_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    Path("shapes").mkdir()
    assert source_spec(default_registry(), "shapes").settings == {}
    assert source_spec(default_registry(), "./shapes").settings == {"root": "shapes"}
    assert source_spec(default_registry(), "meshes?root=shapes").settings == {"root": "shapes"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none", "none: no such file or folder"),
        ("things/ball/1.png", "1.png: no asset source opens such a path (write NAME?key=PATH)"),
    ],
)
def test_paths_that_are_none(tmp_path: Path, folder: Path, name: str, says: str) -> None:
    with pytest.raises(AssetError) as caught:
        source_spec(default_registry(), str(tmp_path / name))
    assert says in str(caught.value)


def test_two_that_open_a_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tma

    one, two = (
        tma.Contribution(n, "toys:Shop", makes=("sticker",), opens=(("*.x", "file"),))
        for n in ("one", "two")
    )
    monkeypatch.setattr(toys, "tma_asset_sources", tma.hookimpl(lambda: [one, two]))
    (folder / "a.x").touch()
    with pytest.raises(AssetError, match=r"several .* \(write one\?file=.*a.x or two\?file="):
        source_spec(toys.registry(), str(folder / "a.x"))


# -- the command ----------------------------------------------------------------------------


@pytest.fixture(name="run")
def _run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[object, str]]:
    def run(*arguments: object) -> tuple[Any, str]:
        with pytest.raises(SystemExit) as ended:
            main(["assets", *map(str, arguments)])
        return ended.value.code, capsys.readouterr().out

    return run


def test_the_command(folder: Path, run: Callable[..., tuple[object, str]]) -> None:
    assert run("validate", folder) == (0, "2 assets, 2 categories, 2 files: all is well\n")
    (folder / "cup" / "1.png").write_bytes(b"")
    code, told = run("validate", f"meshes?root={folder}")
    assert code == 1
    assert told.splitlines() == [
        f"{folder}/cup/1.png: is not a PNG",
        "2 assets, 2 categories, 2 files: 1 flaws",
    ]
    code, told = run("validate", folder, "--json")
    assert code == 1
    assert json.loads(told)["flaws"] == [f"{folder}/cup/1.png: is not a PNG"]


def test_what_can_not_be_seen_is_told(folder: Path, run: Callable[..., tuple[object, str]]) -> None:
    Image.new("RGBA", (8, 8)).save(folder / "cup" / "1.png")
    code, told = run("validate", folder)
    assert code == 1
    assert told.startswith("cup/1.png: sticker 'picture' is fully transparent\n")


def test_what_is_no_file_is_told(folder: Path, run: Callable[..., tuple[object, str]]) -> None:
    os.mkfifo(folder / "cup" / "2.png")
    code, told = run("validate", folder)
    assert code == 1
    assert told.splitlines()[0] == f"{folder}/cup/2.png: is no regular file"


def test_a_name_that_is_no_text_is_told(
    folder: Path, run: Callable[..., tuple[object, str]]
) -> None:
    (folder / "cup").rename(folder / os.fsdecode(b"caf\xe9"))
    code, told = run("validate", folder)
    assert code == 1
    assert told.splitlines()[0] == f"{folder}/caf\\xe9: the name is not UTF-8 (rename it)"


def test_a_taxonomy_reads_back(folder: Path, run: Callable[..., tuple[object, str]]) -> None:
    _, told = run("taxonomy", "objects")
    (folder / "taxonomy.json").write_text(told)
    (folder / "cup").rename(folder / "mug")
    found = OpenAssets(default_registry(), str(folder)).inventory
    mug = next(c for c in found.categories if c.id == "mug")
    assert mug.parents
    assert set(mug.parents) < {c.id for c in found.categories}
