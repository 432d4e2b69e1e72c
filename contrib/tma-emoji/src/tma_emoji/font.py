"""Pictures out of a colour bitmap font, as the font holds them.

A CBDT/CBLC font such as Noto Color Emoji stores a finished PNG a glyph. Reading those, rather than
letting a text engine draw them, keeps them sharp and the same on every machine.
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError
from PIL import Image

import tma

USUAL_PLACES = (
    Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"),  # Debian, Ubuntu
    Path("/usr/share/fonts/noto/NotoColorEmoji.ttf"),  # Arch, Alpine
    Path("/usr/local/share/fonts/NotoColorEmoji.ttf"),
)
HINT = "apt-get install fonts-noto-color-emoji, or say emoji?font=FILE"

# what fontTools raises on damaged tables, its own error apart
_DAMAGE = (struct.error, AssertionError, AttributeError, LookupError, TypeError, ValueError)
_MAX_SIDE = 4096


def usual_font() -> Path:
    """The first of `USUAL_PLACES` that is there, else the very first."""
    return next((p for p in USUAL_PLACES if p.is_file()), USUAL_PLACES[0])


def read_font(path: Path, wanted: Collection[int]) -> tuple[str, dict[int, bytes]]:
    """The font's version, and the PNGs of the wanted code points that it draws.

    Of several bitmap sizes the largest is taken.

    Raises:
        AssetError: no such file, not a font, not a CBDT font, damaged, or it draws nothing wanted.
    """
    if not path.is_file():
        raise tma.AssetError(f"emoji: there is no font {path}", hint=HINT)
    try:
        # opened here, for fontTools leaves the file open if it is no font
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            if "CBDT" not in font or "CBLC" not in font:
                raise tma.AssetError(
                    f"emoji: {path} holds no colour bitmaps (CBDT)",
                    hint="the bitmap build of Noto Color Emoji is needed: " + HINT,
                )
            version, pictures = _version(font), _pictures(font, wanted)
    except (TTLibError, OSError) as error:
        raise tma.AssetError(f"emoji: {path} is not a readable font: {error}", hint=HINT) from error
    except _DAMAGE as error:
        raise tma.AssetError(f"emoji: {path} is damaged: {error!r}", hint=HINT) from error
    if not pictures:
        raise tma.AssetError(f"emoji: {path} draws none of the emoji", hint=HINT)
    return version, pictures


def _version(font: TTFont) -> str:
    return f"{font['head'].fontRevision:.3f}"


def _pictures(font: TTFont, wanted: Collection[int]) -> dict[int, bytes]:
    sizes = [strike.bitmapSizeTable.ppemY for strike in font["CBLC"].strikes]
    glyphs = font["CBDT"].strikeData[sizes.index(max(sizes))]
    names = font.getBestCmap() or {}
    drawn = ((point, glyphs.get(names.get(point))) for point in sorted(wanted))
    return {
        point: bytes(glyph.imageData)
        for point, glyph in drawn
        if glyph is not None and hasattr(glyph, "imageData")
    }


def decode(png: bytes, label: str) -> Image.Image:
    """A glyph as RGBA without its transparent border.

    Args:
        png: as the font holds it.
        label: what an error calls it.

    Raises:
        AssetError: it is no PNG, larger than 4096 pixels on a side, damaged or empty.
    """
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            if max(image.size) > _MAX_SIDE:
                raise tma.AssetError(f"emoji: {label} is {image.width} x {image.height} pixels")
            picture = image.convert("RGBA")
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        raise tma.AssetError(f"emoji: {label} is a damaged PNG: {error}", hint=HINT) from error
    box = picture.getchannel("A").getbbox()
    if box is None:
        raise tma.AssetError(f"emoji: {label} is an empty picture", hint=HINT)
    return picture.crop(box)
