"""An opened source: inventory, catalogues, bytes and their hashes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tma.assets import OpenAssets
from tma.contract.assets import Asset, Inventory
from tma.errors import AssetError, ConfigError, PluginError

from . import toys


@pytest.fixture(name="assets")
def _assets() -> OpenAssets:
    return OpenAssets(toys.registry(), "shop")


def test_catalogues_are_made_once_a_set_of_forms(assets: OpenAssets) -> None:
    assert assets.inventory == toys.inventory()
    assert assets.catalogue() is assets.catalogue([])
    assert assets.catalogue(["sticker"]) is assets.catalogue(("sticker",))
    assert assets.catalogue() is not assets.catalogue(["sticker"])
    with pytest.raises(AssetError, match="no asset in the form hologram"):
        assets.catalogue(["hologram"])


def test_bytes_and_hashes(assets: OpenAssets) -> None:
    data = assets.read("apple-1", "sticker", "v1")
    assert (
        data == assets.read("apple-1", "sticker", "v1") != assets.read("apple-1", "sticker", "v0")
    )
    assert assets.sha256("apple-1", "sticker", "v1") == hashlib.sha256(data).hexdigest()


def test_a_hash_reads_a_file_once(assets: OpenAssets) -> None:
    source = assets.source
    assert isinstance(source, toys.Shop)
    for _ in range(3):
        assets.sha256("saw-1", "sticker", "v0")
    assert source.reads == [("saw-1", "sticker", "v0")]


def test_what_is_derived_is_kept_by_content_and_kind(tmp_path: Path) -> None:
    made = []

    def make(data: bytes) -> bytes:
        made.append(data)
        return data[::-1]

    for _ in range(2):
        assets = OpenAssets(toys.registry(), "shop", tmp_path)
        for name in ("v0", "v1"):
            got = assets.derived("apple-1", "sticker", name, "turned 1", make)
            assert got == assets.read("apple-1", "sticker", name)[::-1]
    assert len(made) == 2
    assets.derived("apple-1", "sticker", "v0", "turned 2", make)
    assert len(made) == 3


@pytest.mark.parametrize(
    ("variant", "line"),
    [
        (("plum", "sticker", "v0"), "toys/shop holds no asset 'plum'"),
        (("apple-1", "mesh", "v0"), "asset 'apple-1' has no mesh 'v0'"),
        (("apple-1", "sticker", "../v0"), "asset 'apple-1' has no sticker '../v0'"),
    ],
)
def test_variants_that_are_not_there(
    assets: OpenAssets, variant: tuple[str, str, str], line: str
) -> None:
    for ask in (assets.read, assets.sha256):
        with pytest.raises(AssetError) as caught:
            ask(*variant)
        assert caught.value.message == line


def test_the_fingerprint_is_of_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    first = OpenAssets(toys.registry(), "shop").fingerprint
    assert first == OpenAssets(toys.registry(), "toys/shop").fingerprint
    less = toys.inventory(assets=toys.ASSETS[1:])
    monkeypatch.setattr(toys.Shop, "inventory", lambda self: less)
    assert OpenAssets(toys.registry(), "shop").fingerprint != first


def test_a_source_that_breaks_its_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toys.Shop, "inventory", lambda self: {"assets": []})
    with pytest.raises(AssetError, match=r"toys/shop@1.0: inventory\(\) gave dict"):
        OpenAssets(toys.registry(), "shop").catalogue()


@pytest.mark.parametrize(
    ("spec", "error", "line"),
    [
        ("shoq", PluginError, "no asset source is called 'shoq' (did you mean shop?)"),
        ("camera", PluginError, "no asset source is called 'camera'"),
        ("shop?root=x", ConfigError, "toys/shop has no settings: root"),
    ],
)
def test_specifications(spec: str, error: type[Exception], line: str) -> None:
    with pytest.raises(error) as caught:
        OpenAssets(toys.registry(), spec)
    assert str(caught.value).startswith(line)


class Baker(toys.Shop):
    """Makes its pictures, and says what they depend on."""

    def fingerprint(self, asset: Asset, form: str, name: str) -> str | None:
        return None if asset.id == "bread-1" else f"{asset.id} {name}"

    def inventory(self) -> Inventory:
        return toys.inventory()


def test_made_pictures_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(toys, "Shop", Baker)
    for _ in range(2):
        assets = OpenAssets(toys.registry(), "shop", tmp_path)
        source = assets.source
        assert isinstance(source, Baker)
        wanted = toys.Shop().read(assets.asset("car-1"), "sticker", "v0")
        assert assets.read("car-1", "sticker", "v0") == wanted
        assets.read("bread-1", "sticker", "v0")
        reads = source.reads
    assert reads == [("bread-1", "sticker", "v0")]  # the car came out of the cache


def test_a_cache_that_can_not_be_written_costs_time_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(toys, "Shop", Baker)
    (tmp_path / "file").write_text("")
    assets = OpenAssets(toys.registry(), "shop", tmp_path / "file")
    assert assets.read("car-1", "sticker", "v0").startswith(b"\x89PNG")
