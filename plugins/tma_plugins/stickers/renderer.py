"""The `stickers` renderer."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from tma import (
    AssetError,
    AssetReader,
    Media,
    MediaError,
    Renderer,
    Scene,
    Sticker,
    Stickers,
    png_size,
)
from tma_plugins.bytecache import ByteCache
from tma_plugins.stickers.backgrounds import paint
from tma_plugins.stickers.layout import Box, fit, grid_boxes, longer_side
from tma_plugins.stickers.png import encode
from tma_plugins.stickers.prepared import (
    Prepared,
    from_bytes,
    prepare,
    room_for,
    stamp,
    to_bytes,
)

_PREPARED_BYTES = 160 * 2**20
_DRAWN_BYTES = 224 * 2**20
_BACKGROUND_BYTES = 24 * 2**20


class StickersConfig(BaseModel):
    """Settings of the `stickers` renderer.

    Attributes:
        backgrounds: folder of the photos that scenes with a `photo` background name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    backgrounds: Path | None = Field(default=None, description="folder of background photos")


class StickersRenderer(Renderer):
    """Draws `tma.Stickers` scenes as PNG.

    A sticker's transparent border is cut off first, so that the scene's `size` is that of the
    object itself. The report's `boxes` gives each cell's object box as
    `"row,column": [left, top, right, bottom]` in pixels, right and bottom exclusive.
    """

    def __init__(self, config: StickersConfig | None = None) -> None:
        folder = (config or StickersConfig()).backgrounds
        self._folder = None if folder is None else folder.expanduser()
        self._prepared: ByteCache[tuple[str, int], Prepared] = ByteCache(
            _PREPARED_BYTES, lambda kept: kept.bytes
        )
        self._drawn: ByteCache[tuple[str, int, int], Image.Image] = ByteCache(_DRAWN_BYTES, _bytes)
        self._behind: ByteCache[str, Image.Image] = ByteCache(_BACKGROUND_BYTES, _bytes)

    def render(self, scene: Scene, assets: AssetReader) -> Media:
        """Draw one scene.

        Raises:
            MediaError: no stickers scene, a cell outside the grid or used twice, a sticker that
                would leave its cell, or a background that can't be painted.
            AssetError: a sticker is missing, no PNG, too large or fully transparent.
        """
        if not isinstance(scene, Stickers):
            raise MediaError(f"the stickers renderer can't draw a scene of kind {scene.kind!r}")
        cells = grid_boxes(scene)
        canvas = self._background(scene).copy()
        boxes: dict[str, list[int]] = {}
        for sticker, cell in zip(scene.cells, cells, strict=True):
            digest = assets.sha256(sticker.asset, "sticker", sticker.view)
            prepared = self._prepare(digest, sticker, room_for(longer_side(sticker, cell)), assets)
            box = fit(sticker, cell, prepared.size)
            small = self._draw(digest, prepared.image, box)
            canvas.paste(small, box[:2], small)
            boxes[f"{sticker.row},{sticker.column}"] = list(box)
        return Media(encode(canvas), "image/png", {"boxes": boxes})

    def _background(self, scene: Stickers) -> Image.Image:
        size = scene.width, scene.height
        key = f"{size} {scene.background.model_dump_json()}"
        return self._behind.get(key, lambda: paint(scene.background, size, self._folder))

    def _prepare(
        self, digest: str, sticker: Sticker, longest: int, assets: AssetReader
    ) -> Prepared:
        where = sticker.asset, "sticker", sticker.view

        def make() -> Prepared:
            try:
                data = assets.read(*where)
                if max(png_size(data)) <= longest:
                    return prepare(data, longest)
                return _from_cache(where, longest, assets)
            except ValueError as error:
                raise AssetError(f"asset {where[0]}: sticker {where[2]!r} {error}") from None

        return self._prepared.get((digest, longest), make)

    def _draw(self, digest: str, image: Image.Image, box: Box) -> Image.Image:
        size = box[2] - box[0], box[3] - box[1]

        def make() -> Image.Image:
            return image.resize(size, Image.Resampling.LANCZOS).convert("RGBA")

        return self._drawn.get((digest, *size), make)


def _from_cache(where: tuple[str, str, str], longest: int, assets: AssetReader) -> Prepared:
    """The prepared picture from the reader's cache, or made anew and left there."""
    fresh: list[Prepared] = []

    def make(data: bytes) -> bytes:
        fresh.append(prepare(data, longest))
        return to_bytes(fresh[0])

    kept = assets.derived(*where, stamp(longest), make)
    if fresh:
        return fresh[0]
    try:
        return from_bytes(kept)
    except ValueError:  # a damaged cache costs time, no more
        return prepare(assets.read(*where), longest)


def _bytes(image: Image.Image) -> int:
    return image.width * image.height * len(image.getbands())
