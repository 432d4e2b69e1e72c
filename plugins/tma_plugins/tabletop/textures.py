"""Pictures inside mesh files: distrusted, and no larger in memory than a renderer can show."""

from __future__ import annotations

import struct
import warnings
import zlib
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TGA", "TIFF")
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error)


def decode(data: bytes, max_pixels: int, max_side: int) -> NDArray[np.uint8]:
    """A picture file as (h, w, 3) RGB or, if it is anywhere transparent, (h, w, 4) RGBA.

    Args:
        data: a file in one of `FORMATS`.
        max_pixels: pixels beyond which nothing is decoded.
        max_side: larger pictures are reduced to that length of their longer side.

    Raises:
        ValueError: too many pixels, damaged, or in no known format.
    """
    try:
        with warnings.catch_warnings():
            # Pillow's own idea of what is too large gives way to ours.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS or 0, max_pixels)
            return _decode(data, max_pixels, max_side)
    except (*_DAMAGED, Image.DecompressionBombError) as error:
        raise ValueError(f"holds a texture that can't be read: {error}") from None


def _decode(data: bytes, max_pixels: int, max_side: int) -> NDArray[np.uint8]:
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        width, height = image.size
        if width * height > max_pixels:
            raise ValueError(f"{width} x {height} pixels; at most {max_pixels} in all are read")
        image.draft("RGB", (max_side, max_side))
        bands = image.getbands()
        clear = "A" in bands or "transparency" in image.info
        picture = image.convert("RGBA" if clear else "RGB")
    if clear and picture.getchannel("A").getextrema()[0] == 255:
        picture = picture.convert("RGB")
    if max(picture.size) > max_side:
        share = max_side / max(picture.size)
        size = max(1, round(picture.width * share)), max(1, round(picture.height * share))
        picture = picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    return np.array(picture)
