"""Pictures of strangers, opened within limits."""

from __future__ import annotations

import io
import warnings

from PIL import Image, UnidentifiedImageError

from tma.config import Limits


def open_picture(data: bytes, formats: tuple[str, ...] | None = None) -> Image.Image:
    """A picture file, decoded.

    Size is checked before a pixel is, against `tma.Limits`.

    Args:
        data: the file's bytes; they are distrusted.
        formats: Pillow's names of the formats that are taken; all by default.

    Raises:
        ValueError: it is none, damaged or too large; says so in a few words.
    """
    limits = Limits.current()
    if len(data) > limits.bytes:
        raise ValueError(f"has {len(data)} bytes; at most {limits.bytes} are read")
    try:
        with warnings.catch_warnings():
            # what Pillow takes for a bomb is judged by its size below, and may be allowed
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS or 0, limits.pixels)
            with Image.open(io.BytesIO(data), formats=formats) as image:
                check_size(*image.size)
                image.load()
                return image
    except UnidentifiedImageError:
        raise ValueError("is not an image file") from None
    except Exception as error:  # Pillow's decoders raise anything on damaged files
        raise ValueError(str(error).splitlines()[0] if str(error) else "is damaged") from None


def check_size(width: int, height: int) -> None:
    """Refuse pictures that would fill the memory.

    Raises:
        ValueError: too many pixels, or too many on one side.
    """
    limits = Limits.current()
    if max(width, height) > limits.side or width * height > limits.pixels:
        raise ValueError(
            f"is {width} x {height} pixels; at most {limits.side} a side and {limits.pixels} in "
            "all are read: [limits] of tma.toml can raise that"
        )
