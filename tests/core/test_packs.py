"""Packages of assets: what goes in comes out, from the wheel, a folder or a URL."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tomllib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import fsspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

import tma
from tma.assets import OpenAssets
from tma.cli import main
from tma.config import cache_dir
from tma.contract.graphs import GraphObject, SceneGraph
from tma.errors import AssetError, ConfigError, TaskError
from tma.packs.build import Order, Packed, write_package
from tma.packs.manifest import PackFile, read_pack
from tma.registry import default_registry

from . import toys

NAMES = ("cup/red.png", "cup/a b.png", "kite/1.png")


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "things"
    for number, name in enumerate(NAMES):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGBA", (8, 8), (number, 90, 90, 255)).save(folder / name)
    (folder / "assets.toml").write_text('licence = "LicenseRef-Lab"')
    (folder / "LICENSE").write_text("ours\n")
    return folder


def pack(folder: Path, out: Path, **order: Any) -> Packed:
    assets = OpenAssets(default_registry(), str(folder))
    return write_package(assets, Order(**{"name": "lab", **order}), out, folder=folder)


def source(package: Path, root: str | None = None) -> tma.AssetPack:
    class Lab(tma.AssetPack):
        folder = package / "src" / "tma_lab" / "pack"

    return Lab(tma.PackConfig(root=root))


def read_all(source: tma.AssetSource) -> dict[tuple[str, str, str], bytes]:
    return {
        (asset.id, form, name): source.read(asset, form, name)
        for asset in source.inventory().assets
        for form, names in asset.forms.items()
        for name in names
    }


def tree(folder: Path) -> dict[str, bytes]:
    paths = (p for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc")
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


# -- what goes in comes out -----------------------------------------------------------------


def test_a_pack_gives_what_its_folder_gives(folder: Path, tmp_path: Path) -> None:
    packed = pack(folder, tmp_path / "out")
    before = OpenAssets(default_registry(), str(folder))
    shutil.copytree(folder, tmp_path / "elsewhere")
    inventory, contents = before.inventory, read_all(before.source)
    shutil.rmtree(folder)
    after = source(packed.folder)
    assert after.inventory() == inventory
    assert read_all(after) == contents
    assert (packed.assets, packed.outside, packed.forms) == (3, 0, {"sticker": 3})
    assert packed.inside == sum(map(len, contents.values()))
    assert (packed.folder / "LICENSE").read_text() == "ours\n"


def test_packing_again_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    first, second = (tree(pack(folder, tmp_path / n).folder) for n in ("a", "b"))
    assert first == second


def test_any_source_can_be_packed(tmp_path: Path) -> None:
    """Equal bytes are one file; bytes that are no file of a folder get a name of their own."""
    assets = OpenAssets(toys.registry(), "shop")
    packed = write_package(assets, Order("lab"), tmp_path / "out")
    found = source(packed.folder)
    assert read_all(found) == read_all(toys.Shop())
    files = read_pack(packed.folder / "src/tma_lab/pack").files
    assert len({f.sha256 for f in files}) == len(files)
    assert [f.path.partition(".")[0] for f in files] == [f"made/{f.sha256[:16]}" for f in files]
    assert {Path(f.path).suffix for f in files} == {".png", ".glb"}


def test_scene_graphs_are_not_dropped_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apple = GraphObject(id="1", category="apple")
    graph = SceneGraph(id="photo", width=64, height=64, objects=(apple,))
    monkeypatch.setattr(toys.Shop, "graphs", lambda self: iter([graph]))
    assets = OpenAssets(toys.registry(), "shop", tmp_path / "cache")
    with pytest.raises(AssetError, match="has scene graphs"):
        write_package(assets, Order("lab"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_licences_are_joined_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = toys.asset("saw-9", "saw").model_copy(update={"licence": "MIT OR Apache-2.0"})
    stock = toys.inventory(assets=(free, toys.asset("saw-1", "saw")))
    monkeypatch.setattr(toys.Shop, "inventory", lambda self: stock)
    monkeypatch.setattr(toys.Shop, "read", lambda *_: toys.png((9, 9, 9)))
    packed = write_package(OpenAssets(toys.registry(), "shop"), Order("lab"), tmp_path / "out")
    project = tomllib.loads((packed.folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"]["text"] == f"{stock.licence} AND (MIT OR Apache-2.0)"


def test_its_module_is_a_plugin(folder: Path, tmp_path: Path, monkeypatch: Any) -> None:
    from importlib.metadata import EntryPoint

    from tma.config import Settings
    from tma.registry import Registry

    packed = pack(folder, tmp_path / "out", version="2.1", summary="Ours")
    monkeypatch.syspath_prepend(packed.folder / "src")
    registry = Registry(Settings(environ={}), [EntryPoint("lab", "tma_lab", "tma")])
    (entry,) = registry.of_kind("asset-source")
    assert (entry.id, entry.contribution.summary) == ("lab/lab@2.1", "Ours")
    assert entry.contribution.makes == ("sticker",)
    assert len(OpenAssets(registry, "lab").catalogue(("sticker",)).assets) == 3
    for name in [m for m in sys.modules if m.split(".")[0] == "tma_lab"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ({"name": "Lab"}, "'Lab' is no name for a pack"),
        ({"name": "objects"}, "'objects' is a built-in plugin's name"),
        ({"version": "new"}, "'new' is no version"),
        ({"summary": 'a "b"'}, "one line without quotes"),
        ({"root": "things"}, "root 'things' depends on where a command is run"),
    ],
)
def test_orders_that_are_none(
    folder: Path, tmp_path: Path, order: dict[str, str], says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        pack(folder, tmp_path / "out", **order)
    assert not (tmp_path / "out").exists()


def test_nothing_is_left_half_written(folder: Path, tmp_path: Path) -> None:
    (folder / NAMES[-1]).write_bytes(b"no picture")
    with pytest.raises(AssetError, match=r"kite/1.png: is not a PNG"):
        pack(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(TaskError, match="is not empty"):
        pack(folder, tmp_path / "full")


# -- media outside --------------------------------------------------------------------------


@pytest.fixture(name="outside")
def _outside(folder: Path, tmp_path: Path) -> Path:
    """A package whose pictures lie nowhere yet."""
    packed = pack(folder, tmp_path / "out", root="/nowhere")
    assert (packed.inside, packed.assets) == (0, 3)
    assert not list(packed.folder.rglob("*.png"))
    return packed.folder


def test_a_folder_as_root(outside: Path, folder: Path) -> None:
    with pytest.raises(AssetError, match=r"lab: cup/.*No such file.*set root in \[plugins.lab\]"):
        read_all(source(outside))
    for root in (str(folder), f"file://{folder}"):
        assert len(read_all(source(outside, root))) == 3


def test_a_pipe_at_the_root(outside: Path, folder: Path) -> None:
    (folder / NAMES[0]).unlink()
    os.mkfifo(folder / NAMES[0])
    with pytest.raises(AssetError, match=rf"lab: {NAMES[0]}: .*is no regular file"):
        read_all(source(outside, str(folder)))


@pytest.fixture(name="served")
def _served(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The folder over HTTP on this machine, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            if self.command == "GET":
                asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_url_is_asked_once_for_a_file(
    outside: Path, folder: Path, served: tuple[str, list[str]]
) -> None:
    url, asked = served
    found = source(outside, url)
    found.inventory()
    assert asked == []
    contents = read_all(found)
    assert contents["cup/a b.png", "sticker", "picture"] == (folder / "cup/a b.png").read_bytes()
    assert sorted(asked) == ["/cup/a%20b.png", "/cup/red.png", "/kite/1.png"]
    assert read_all(source(outside, url)) == contents
    assert len(asked) == 3
    shutil.rmtree(cache_dir() / "packs")
    with pytest.raises(AssetError, match=r"lab: cup/a b.png: http://127.0.0.1.*none"):
        read_all(source(outside, f"{url}/none"))


def test_any_file_system_will_do(outside: Path, folder: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.put(f"{folder}/", "/lab/", recursive=True)
    assert len(read_all(source(outside, "memory://lab"))) == 3
    memory.rm("/lab", recursive=True)


@pytest.mark.parametrize("kind", ["folder", "url"])
def test_other_bytes_are_refused(outside: Path, folder: Path, kind: str) -> None:
    """Shorter, longer, or of the same length; and nothing of them is kept."""
    memory = fsspec.filesystem("memory")
    right = (folder / NAMES[-1]).read_bytes()
    for wrong in (right[:-1], right + b"x", b"x" * len(right)):
        (folder / NAMES[-1]).write_bytes(wrong)
        memory.put(f"{folder}/", "/lab/", recursive=True)
        root = str(folder) if kind == "folder" else "memory://lab"
        with pytest.raises(AssetError, match=r"kite/1.png is not the file that was packed"):
            read_all(source(outside, root))
    (folder / NAMES[-1]).write_bytes(right)
    memory.put(f"{folder}/", "/lab/", recursive=True)
    assert len(read_all(source(outside, root))) == 3
    memory.rm("/lab", recursive=True)


def test_a_damaged_cache_is_fetched_again(outside: Path, served: tuple[str, list[str]]) -> None:
    url, asked = served
    contents = read_all(source(outside, url))
    for path in (cache_dir() / "packs").rglob("*"):
        if path.is_file():
            path.write_bytes(b"x")
    assert read_all(source(outside, url)) == contents
    assert len(asked) == 6


def test_what_is_missing_is_said(outside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssetError, match="Protocol not known: gone"):
        read_all(source(outside, "gone://host/x"))
    with pytest.raises(AssetError) as caught:
        read_all(source(outside, "http://me:secret@127.0.0.1:9/x"))
    assert "secret" not in str(caught.value)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(AssetError, match=r"pip install 'task-me-anything\[remote\]'"):
        read_all(source(outside, "memory://lab"))


# -- distrust -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "a/../../x", "a//b", "", ".", "a/.", "a\\..\\b", "a\nb"]
)
def test_paths_can_not_escape(path: str) -> None:
    with pytest.raises(ValidationError, match="not a plain path"):
        PackFile(path=path, sha256="0" * 64, bytes=1)


@given(st.text(alphabet="./\\ab\n ", max_size=12))
def test_no_accepted_path_leaves_its_folder(path: str) -> None:
    try:
        file = PackFile(path=path, sha256="0" * 64, bytes=1)
    except ValidationError:
        return
    root = Path("/lab/of/packs")
    lexical = (root / file.path).as_posix()
    assert lexical.startswith("/lab/of/packs/")
    assert ".." not in lexical.split("/")


def test_links_can_not_escape_either(folder: Path, tmp_path: Path) -> None:
    packed = pack(folder, tmp_path / "out")
    media = packed.folder / "src/tma_lab/pack/media"
    secret = tmp_path / "secret.png"
    (media / NAMES[-1]).rename(secret)
    (media / NAMES[-1]).symlink_to(secret)
    with pytest.raises(AssetError, match=r"kite/1.png: leads out of"):
        read_all(source(packed.folder))


def test_files_are_limited(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pack(folder, tmp_path / "out")
    monkeypatch.setenv("TMA_LIMITS_BYTES", "20")
    with pytest.raises(AssetError, match=r"has \d+ bytes; at most 20 are read"):
        read_all(source(packed.folder))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 2}, "format: Input should be less"),
        ({"files": [{"path": "../x", "sha256": "0" * 64, "bytes": 1}]}, "files.0.path: Value err"),
        ({"variants": {"a": 3}}, "variants.a: Input should be"),
        ({"name": None}, "name: Input should be"),
    ],
)
def test_a_wrong_manifest_is_one_line(
    folder: Path, tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    packed = pack(folder, tmp_path / "out")
    path = packed.folder / "src/tma_lab/pack/pack.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(AssetError, match=f"pack.json: {says}") as caught:
        source(packed.folder).inventory()
    assert "\n" not in str(caught.value)


def test_a_variant_without_a_file_is_named(folder: Path, tmp_path: Path) -> None:
    packed = pack(folder, tmp_path / "out")
    path = packed.folder / "src/tma_lab/pack/pack.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"files": []}))
    with pytest.raises(AssetError, match=r"lab: asset '.*' has no sticker 'picture'"):
        read_all(source(packed.folder))


# -- the command ----------------------------------------------------------------------------


def test_the_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder.parent)
    with pytest.raises(SystemExit) as ended:
        main(["assets", "pack", "things", "--json"])
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["folder"], told["assets"]) == ("tma-things", 3)
    hashes = {
        f["sha256"]
        for f in json.loads(Path("tma-things/src/tma_things/pack/pack.json").read_text())["files"]
    }
    assert hashes == {hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in NAMES}


def test_the_command_validates_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder.parent)
    (folder / "assets.toml").unlink()
    with pytest.raises(SystemExit) as ended:
        main(["assets", "pack", "things"])
    assert ended.value.code == 2
    assert "no licence is stated for 3 assets" in capsys.readouterr().err
    assert not Path("tma-things").exists()
