"""The source: inventory, pictures, and what it says when the font is not there or not right."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from PIL import Image
from pydantic import ValidationError

import tma
from tma_emoji.font import usual_font
from tma_emoji.source import EmojiConfig, EmojiSource


def source_of(path: Path) -> EmojiSource:
    return EmojiSource(EmojiConfig(font=path))


def test_inventory_is_the_same_again(inventory: tma.Inventory) -> None:
    assert EmojiSource().inventory() == inventory
    assert source_of(usual_font()).inventory() == inventory


def test_inventory_is_large_and_says_where_it_comes_from(inventory: tma.Inventory) -> None:
    assert len({a.categories[0] for a in inventory.assets}) >= 600
    assert inventory.licence == "OFL-1.1"
    assert inventory.origin.startswith("https://github.com/googlefonts/noto-emoji")


def test_pictures_are_cropped_png_with_alpha(source: EmojiSource, inventory: tma.Inventory) -> None:
    for asset in inventory.assets[::10]:
        with Image.open(BytesIO(source.read(asset, "sticker", "front"))) as image:
            assert (image.format, image.mode) == ("PNG", "RGBA")
            assert min(image.size) >= 30
            assert image.getchannel("A").getbbox() == (0, 0, *image.size)


def test_reading_twice_gives_the_same_bytes(source: EmojiSource, inventory: tma.Inventory) -> None:
    asset = inventory.assets[0]
    assert source.read(asset, "sticker", "front") == EmojiSource().read(asset, "sticker", "front")


def test_unknown_pictures_are_refused(source: EmojiSource, inventory: tma.Inventory) -> None:
    stranger = tma.Asset(id="u0", categories=("cat",), forms={"sticker": ("front",)})
    for asset, form, name in [
        (stranger, "sticker", "front"),
        (inventory.assets[0], "mesh", "front"),
        (inventory.assets[0], "sticker", "back"),
    ]:
        with pytest.raises(tma.AssetError, match="there is no"):
            source.read(asset, form, name)


def test_a_missing_font_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(tma.AssetError) as caught:
        source_of(tmp_path / "none.ttf").inventory()
    assert str(tmp_path / "none.ttf") in caught.value.message
    assert "apt-get install fonts-noto-color-emoji" in str(caught.value.hint)
    assert "emoji?font=" in str(caught.value.hint)


def plain_font(path: Path) -> Path:
    """A font with a cmap and outlines, but without bitmaps."""
    builder = FontBuilder(1024, isTTF=True)
    builder.setupGlyphOrder([".notdef", "cat"])
    builder.setupCharacterMap({0x1F408: "cat"})
    builder.setupGlyf({".notdef": Glyph(), "cat": Glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "cat": (500, 0)})
    builder.setupHorizontalHeader()
    builder.setupPost()
    builder.save(path)
    return path


def test_a_font_without_bitmaps_is_refused(tmp_path: Path) -> None:
    with pytest.raises(tma.AssetError, match=r"plain\.ttf holds no colour bitmaps"):
        source_of(plain_font(tmp_path / "plain.ttf")).inventory()


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.ttf").write_text("not a font")
    with pytest.raises(tma.AssetError, match=r"text\.ttf is not a readable font"):
        source_of(tmp_path / "text.ttf").inventory()


@pytest.mark.parametrize("size", [200, 5_000, 60_000, 1_000_000, 9_000_000])
def test_a_truncated_font_is_refused(size: int, tmp_path: Path) -> None:
    short = tmp_path / "short.ttf"
    short.write_bytes(usual_font().read_bytes()[:size])
    with pytest.raises(tma.AssetError, match=r"short\.ttf"):
        source_of(short).inventory()


def test_settings_are_strict() -> None:
    with pytest.raises(ValidationError):
        EmojiConfig.model_validate({"fnot": "x.ttf"})


def test_hooks_offer_one_source() -> None:
    import tma_emoji

    (contribution,) = tma_emoji.tma_asset_sources()
    assert (contribution.name, contribution.makes) == ("emoji", ("sticker",))
