"""Pictures of strangers, opened within limits, and what makes them fit to be shown."""

from __future__ import annotations

import io
import struct
import warnings

from PIL import Image, UnidentifiedImageError

from tma.config import Limits

SEEN = 8
"""Alpha from which on (of 255) a pixel counts as part of the object: less can't be seen."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TOLERANCE = 0.02
"""By how much proportions may differ from those that are stated: sizes are rounded."""


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


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG, in pixels, from its header alone.

    Raises:
        ValueError: it is no PNG, or larger than `tma.Limits` allow.
    """
    if data[:8] != _SIGNATURE or data[12:16] != b"IHDR" or len(data) < 33:
        raise ValueError("is not a PNG")
    width, height = struct.unpack(">II", data[16:24])
    check_size(width, height)
    return width, height


def open_sticker(data: bytes) -> Image.Image:
    """A PNG as an RGBA picture, without its transparent border.

    Raises:
        ValueError: no PNG, damaged, too large (see `png_size`; checked before a pixel is decoded),
            or fully transparent.
    """
    png_size(data)
    try:
        opened = open_picture(data, ("PNG",))
    except ValueError as error:
        raise ValueError(f"is a damaged PNG: {error}") from error
    image = opened if opened.mode == "RGBA" else opened.convert("RGBA")
    some = image.crop(image.getbbox())  # quick, and less to look at
    seen = some.getchannel("A").point(lambda alpha: 255 if alpha >= SEEN else 0).getbbox()
    if seen is None:
        raise ValueError("is fully transparent")
    return some if seen == (0, 0, *some.size) else some.crop(seen)


def open_photo(data: bytes, size: tuple[int, int]) -> Image.Image:
    """A picture of the proportions that its scene graph states, decoded.

    Args:
        data: as of `open_picture`.
        size: width and height by the scene graph; the picture may be of another scale.

    Raises:
        ValueError: see `open_picture`; or it is of other proportions.
    """
    image = open_picture(data)
    if abs(image.width * size[1] / (image.height * size[0]) - 1) > _TOLERANCE:
        raise ValueError(
            f"is {image.width} x {image.height}, but its scene graph is of one that is "
            f"{size[0]} x {size[1]}: is it another picture, or turned?"
        )
    return image


def check_clip(data: bytes) -> None:
    """Refuse what is no MP4 by its first bytes; nothing is decoded. Raises ValueError."""
    if data[4:8] != b"ftyp":
        raise ValueError("is no MP4 file")


def check_media(form: str, data: bytes, size: tuple[int, int] | None = None) -> None:
    """Refuse media that no renderer would show.

    Args:
        form: `sticker`, `photo`, `clip`, `mesh`; of a mesh only its first bytes are looked at, and
            of other forms nothing.
        data: what the asset source gives.
        size: of a photo with a scene graph: width and height by that.

    Raises:
        ValueError: says what is wrong in a few words.
    """
    if form == "sticker":
        open_sticker(data)
    elif form == "photo" and size is not None:
        open_photo(data, size)
    elif form == "photo":
        open_picture(data)
    elif form == "clip":
        check_clip(data)
    elif form == "mesh" and not data.startswith(b"glTF"):
        raise ValueError("is no GLB")
