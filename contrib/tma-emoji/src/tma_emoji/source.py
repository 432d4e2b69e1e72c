"""The asset source: categories from the table, pictures from the font, colours from those."""

from __future__ import annotations

from functools import cached_property
from io import BytesIO
from pathlib import Path

from PIL import Image
from pydantic import BaseModel, ConfigDict

import tma
from tma_emoji import colors, font, table

LICENCE = "OFL-1.1"
ORIGIN = "https://github.com/googlefonts/noto-emoji"

# pictures that show more than the thing itself: most of their colour is not its own
_SCENES = frozenset({"place-map", "place-geographic", "place-building", "place-other", "drink"})
_SCENE_CATEGORIES = frozenset({"fireworks", "sparkler", "galaxy", "shooting-star"})

_FORM = "sticker"
_VIEW = "front"


class EmojiConfig(BaseModel):
    """Settings of the source.

    Attributes:
        font: a bitmap build of Noto Color Emoji, or of another emoji font; the system's by
            default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    font: Path | None = None


class EmojiSource(tma.AssetSource):
    """Emoji as stickers, one view each.

    Args:
        config: which font.
    """

    def __init__(self, config: EmojiConfig | None = None) -> None:
        chosen = config.font if config else None
        self._path = chosen.expanduser() if chosen else font.usual_font()

    @cached_property
    def _font(self) -> tuple[str, dict[int, bytes]]:
        return font.read_font(self._path, {e.point for e in table.load().emoji})

    def _picture(self, emoji: table.Emoji) -> Image.Image:
        return font.decode(self._font[1][emoji.point], f"{emoji.name!r} in {self._path}")

    def inventory(self) -> tma.Inventory:
        """All emoji of the table that the font draws. Raises AssetError."""
        version, drawn = self._font
        emoji = [e for e in table.load().emoji if e.point in drawn]
        measured = colors.measure([self._picture(e) for e in emoji])
        return tma.Inventory(
            categories=table.load().categories,
            assets=tuple(_asset(e, m) for e, m in zip(emoji, measured, strict=True)),
            attribute_types=(
                tma.AttributeType(name="color", values=colors.NAMES, overlaps=colors.OVERLAPS),
            ),
            licence=LICENCE,
            origin=f"{ORIGIN} (font version {version})",
        )

    def read(self, asset: tma.Asset, form: str, name: str) -> bytes:
        """The picture as RGBA PNG, cropped to what is not transparent. Raises AssetError."""
        emoji = self._by_id.get(asset.id)
        if emoji is None or (form, name) != (_FORM, _VIEW):
            raise tma.AssetError(f"emoji: there is no {form} {name!r} of asset {asset.id!r}")
        if emoji.point not in self._font[1]:
            raise tma.AssetError(f"emoji: {self._path} does not draw {emoji.name!r}")
        buffer = BytesIO()
        self._picture(emoji).save(buffer, format="PNG")
        return buffer.getvalue()

    @cached_property
    def _by_id(self) -> dict[str, table.Emoji]:
        return {e.id: e for e in table.load().emoji}


def _asset(emoji: table.Emoji, color: colors.Measured) -> tma.Asset:
    if emoji.subgroup in _SCENES or emoji.category in _SCENE_CATEGORIES:
        color = colors.UNKNOWN
    return tma.Asset(
        id=emoji.id,
        categories=(emoji.category,),
        attributes={"color": (color.dominant,)} if color.dominant else {},
        not_attributes={"color": color.absent} if color.absent else {},
        forms={_FORM: (_VIEW,)},
    )
