"""The `stickers` renderer."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from tma import AssetError, AssetReader, Media, MediaError, Renderer, Scene, Sticker, Stickers
from tma_plugins.bytecache import ByteCache
from tma_plugins.stickers.backgrounds import paint
from tma_plugins.stickers.layout import Box, fit, grid_boxes
from tma_plugins.stickers.png import crop, decode, encode

_DECODED_BYTES = 192 * 2**20
_RESIZED_BYTES = 96 * 2**20
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
        self._decoded: ByteCache[str, Image.Image] = ByteCache(_DECODED_BYTES, _bytes)
        self._resized: ByteCache[tuple[str, int, int], Image.Image] = ByteCache(
            _RESIZED_BYTES, _bytes
        )
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
            digest, image = self._load(sticker, assets)
            box = fit(sticker, cell, image.size)
            small = self._resize(digest, image, box)
            canvas.paste(small, box[:2], small)
            boxes[f"{sticker.row},{sticker.column}"] = list(box)
        return Media(encode(canvas), "image/png", {"boxes": boxes})

    def _background(self, scene: Stickers) -> Image.Image:
        size = scene.width, scene.height
        key = f"{size} {scene.background.model_dump_json()}"
        return self._behind.get(key, lambda: paint(scene.background, size, self._folder))

    def _load(self, sticker: Sticker, assets: AssetReader) -> tuple[str, Image.Image]:
        """The sticker's content hash and its visible part, premultiplied (mode RGBa)."""
        where = sticker.asset, "sticker", sticker.view
        digest = assets.sha256(*where)

        def make() -> Image.Image:
            try:
                return crop(decode(assets.read(*where))).convert("RGBa")
            except ValueError as error:
                raise AssetError(f"asset {where[0]}: sticker {where[2]!r} {error}") from None

        return digest, self._decoded.get(digest, make)

    def _resize(self, digest: str, image: Image.Image, box: Box) -> Image.Image:
        size = box[2] - box[0], box[3] - box[1]

        def make() -> Image.Image:
            return image.resize(size, Image.Resampling.LANCZOS).convert("RGBA")

        return self._resized.get((digest, *size), make)


def _bytes(image: Image.Image) -> int:
    return image.width * image.height * len(image.getbands())
