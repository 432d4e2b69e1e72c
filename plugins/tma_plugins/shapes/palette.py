"""The ten colours: far apart in CIELAB, dark enough to stand out from light backgrounds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
MIDDLE, SCALE = 128, 127
"""Brightness from -1 to 1 is kept as `MIDDLE + SCALE * brightness`, a place in `Shades.table`."""

COLOURS: dict[str, Colour] = {
    "red": (212, 30, 38),
    "orange": (250, 130, 10),
    "yellow": (250, 212, 20),
    "green": (45, 160, 60),
    "blue": (30, 90, 215),
    "purple": (128, 50, 175),
    "pink": (248, 130, 190),
    "brown": (115, 66, 30),
    "black": (28, 28, 32),
    "gray": (138, 140, 144),
}
"""Name -> sRGB. Every detail of an object is a shade of its one colour, so that it has no other."""


# Dark orange and dark yellow are called brown, and dark gray black.
_DARKEST = {"orange": 0.64, "yellow": 0.64, "gray": 0.54}


@dataclass(frozen=True)
class Shades:
    """The shades of one colour.

    Attributes:
        table: (256, 3) uint8, from the darkest (0) over the colour itself (`MIDDLE`) to the
            lightest.
        outline: the colour of contours.
    """

    table: NDArray[np.uint8]
    outline: Colour


@cache
def shades(name: str) -> Shades:
    """The shades of the colour `name`.

    Raises:
        KeyError: no such colour.
    """
    base = np.array(COLOURS[name], dtype=float)
    if name == "black":
        # Nothing is darker: patterns, edges and contours of black things show as dark greys.
        dark, light, outline = base + 44, base + 130, (96, 96, 102)
    else:
        dark = base * _DARKEST.get(name, 0.42)
        light = base + (255 - base) * 0.62
        red, green, blue = (int(channel) for channel in base * 0.24)
        outline = (red, green, blue)
    stops = [0, MIDDLE, 255]
    channels = [
        np.interp(np.arange(256), stops, [dark[i], base[i], light[i]]).round() for i in range(3)
    ]
    return Shades(np.stack(channels, axis=1).astype(np.uint8), outline)
