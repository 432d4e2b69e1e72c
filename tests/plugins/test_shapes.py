from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from io import BytesIO
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from tma import Asset, AssetError, Inventory
from tma_plugins.shapes.palette import COLOURS
from tma_plugins.shapes.source import ShapesSource
from tma_plugins.shapes.textures import MATERIALS, texture


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return ShapesSource().inventory()


def _read(asset: Asset) -> bytes:
    return ShapesSource().read(asset, "sticker", asset.forms["sticker"][0])


def _lab(colour: tuple[int, int, int]) -> np.ndarray:
    """CIELAB under D65, as in IEC 61966-2-1 and CIE 15."""
    part = np.array(colour) / 255
    linear = np.where(part > 0.04045, ((part + 0.055) / 1.055) ** 2.4, part / 12.92)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ linear / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_it_holds_what_is_promised(inventory: Inventory) -> None:
    parents = {parent for category in inventory.categories for parent in category.parents}
    drawn = {category for asset in inventory.assets for category in asset.categories}
    types = {kind.name: kind.values for kind in inventory.attribute_types}
    assert len(drawn) >= 24
    assert len(parents) >= 8
    assert len(inventory.assets) >= 300
    assert len(types["color"]) == 10
    assert len(types["material"]) >= 5
    assert inventory.licence == "CC0-1.0"


def test_references_resolve_and_names_are_unique(inventory: Inventory) -> None:
    known = {category.id for category in inventory.categories}
    names = [n for c in inventory.categories for n in (c.name, *c.synonyms)]
    assert len(known) == len(inventory.categories)
    assert len(set(names)) == len(names)
    for category in inventory.categories:
        assert {*category.parents, *category.lookalikes} <= known
        assert category.id not in category.lookalikes
    assert len({asset.id for asset in inventory.assets}) == len(inventory.assets)
    types = {kind.name: set(kind.values) for kind in inventory.attribute_types}
    for asset in inventory.assets:
        assert set(asset.categories) <= known
        assert all(set(values) <= types[kind] for kind, values in asset.attributes.items())


def test_a_category_says_nothing_about_colour_or_material(inventory: Inventory) -> None:
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for asset in inventory.assets:
        for kind in ("color", "material"):
            seen[asset.categories[0]].update(asset.attributes.get(kind, ()))
    assert len({tuple(sorted(counts.items())) for counts in seen.values()}) == 1
    assert set(seen["mug"]) == {*COLOURS, *MATERIALS}


def test_plain_objects_are_of_unknown_material(inventory: Inventory) -> None:
    """A person may call a plain car metal or plastic, but never brick."""
    plain = [asset for asset in inventory.assets if asset.id.endswith("-plain")]
    assert len(plain) == len(inventory.assets) / 2
    for asset in plain:
        assert "material" not in asset.attributes
        assert asset.not_attributes == {"material": ("brick", "wicker")}


def test_colours_are_far_apart_and_stand_out_from_white() -> None:
    labs = {name: _lab(colour) for name, colour in COLOURS.items()}
    for one, other in combinations(labs, 2):
        assert np.linalg.norm(labs[one] - labs[other]) > 30, (one, other)
    for name, lab in labs.items():
        assert np.linalg.norm(lab - _lab((255, 255, 255))) > 40, name


def test_materials_are_far_apart() -> None:
    maps = [texture(material, 200).astype(float) for material in MATERIALS]
    for one, other in combinations(maps, 2):
        assert np.sqrt(((one - other) ** 2).mean()) > 20


@pytest.mark.parametrize("colour", COLOURS)
def test_the_picture_has_the_stated_colour(inventory: Inventory, colour: str) -> None:
    """The median colour of the object is nearest to its own name's, in every material."""
    labs = {name: _lab(rgb) for name, rgb in COLOURS.items()}
    for asset in inventory.assets:
        if asset.attributes["color"] != (colour,) or asset.categories[0] not in {"mug", "star"}:
            continue
        pixels = np.asarray(Image.open(BytesIO(_read(asset))))
        median = np.median(pixels[pixels[..., 3] == 255][:, :3], axis=0)
        lab = _lab((int(median[0]), int(median[1]), int(median[2])))
        nearest = min(labs, key=lambda name: float(np.linalg.norm(labs[name] - lab)))
        assert nearest == colour, asset.id


def test_every_category_is_a_tight_rgba_png(inventory: Inventory) -> None:
    one_each = {asset.categories[0]: asset for asset in inventory.assets}
    for asset in one_each.values():
        with Image.open(BytesIO(_read(asset))) as image:
            assert image.format == "PNG"
            assert image.mode == "RGBA"
            assert 180 <= max(image.size) <= 296
            assert image.getchannel("A").getbbox() == (0, 0, *image.size)


def test_same_bytes_in_another_process(inventory: Inventory) -> None:
    script = (
        "import hashlib; from tma_plugins.shapes.source import ShapesSource as S; s = S();"
        "a = s.inventory().assets[::97];"
        "print(hashlib.sha256(b''.join("
        "s.read(x, 'sticker', x.forms['sticker'][0]) for x in a)).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    output = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, check=True, text=True
    )
    here = hashlib.sha256(b"".join(map(_read, inventory.assets[::97]))).hexdigest()
    assert output.stdout.strip() == here


def test_what_it_does_not_draw_is_an_error(inventory: Inventory) -> None:
    asset = inventory.assets[0]
    source = ShapesSource()
    with pytest.raises(AssetError, match="has no mesh 'x'"):
        source.read(asset, "mesh", "x")
    with pytest.raises(AssetError, match="draws no such object"):
        source.read(Asset(id="ufo", categories=("ufo",), forms={"sticker": ("0",)}), "sticker", "0")
