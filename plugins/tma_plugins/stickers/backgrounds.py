"""What lies behind the stickers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from tma import Background, MediaError, check_size, open_regular

Colour = tuple[int, int, int]


def paint(background: Background, size: tuple[int, int], folder: Path | None) -> Image.Image:
    """An RGB picture of `size` (width, height) pixels.

    Args:
        background: plain, gradient or photo.
        size: width and height in pixels.
        folder: where photos lie; None if no folder is set.

    Raises:
        MediaError: too few colours, a channel outside 0 to 255, or the photo can't be read.
    """
    if background.kind == "photo":
        return _photo(background.photo, size, folder)
    colours = _colours(background, 1 if background.kind == "plain" else 2)
    if background.kind == "plain":
        return Image.new("RGB", size, colours[0])
    return _gradient(colours[0], colours[1], size)


def _colours(background: Background, count: int) -> Sequence[Colour]:
    if len(background.colors) < count:
        given = len(background.colors)
        raise MediaError(
            f"background.colors: a {background.kind} background needs {count}, not {given}"
        )
    for colour in background.colors:
        if not all(0 <= channel <= 255 for channel in colour):
            raise MediaError(f"background.colors: {list(colour)} is not within 0 to 255")
    return background.colors


def _gradient(top: Colour, bottom: Colour, size: tuple[int, int]) -> Image.Image:
    rows = np.linspace(top, bottom, size[1]).round().astype(np.uint8)
    return Image.fromarray(rows[:, None, :]).resize(size, Image.Resampling.NEAREST)


def _photo(name: str | None, size: tuple[int, int], folder: Path | None) -> Image.Image:
    """The middle of the photo, scaled to fill the picture."""
    if not name:
        raise MediaError("background.photo: a photo background must name a file")
    if folder is None:
        raise MediaError(
            f"background.photo: {name!r} can't be found: the renderer has no folder of backgrounds",
            hint="set it, such as --renderer 'stickers?backgrounds=FOLDER'",
        )
    if Path(name).name != name or name in {".", ".."}:
        raise MediaError(f"background.photo: {name!r} must be a file's name without a folder")
    path = folder / name
    try:
        with open_regular(path) as file, Image.open(file) as image:
            check_size(*image.size)
            return ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS)
    except FileNotFoundError:
        raise MediaError(f"{path}: no such background photo") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise MediaError(f"{path}: background photo can't be read: {error}") from None
