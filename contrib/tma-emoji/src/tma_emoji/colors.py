"""What colour a picture is, where nobody would argue.

Every pixel gets the *set* of colour names that people might give it, from its hue (HSV), lightness
and chroma (CIELAB, D65): most pixels get one, those near a border two or more. A picture has a
colour if most of it may be called that, half of it by no other name, and only details have names
that do not go with it. For all others it is recorded which colours are absent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

NAMES = (
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "gray", "white"
)  # fmt: skip
OVERLAPS = (
    ("red", "orange"),
    ("red", "pink"),
    ("red", "brown"),
    ("orange", "yellow"),
    ("orange", "brown"),
    ("orange", "pink"),
    ("yellow", "brown"),
    ("yellow", "green"),
    ("green", "blue"),
    ("blue", "purple"),
    ("blue", "gray"),
    ("purple", "pink"),
    ("brown", "gray"),
    ("brown", "black"),
    ("black", "gray"),
    ("gray", "white"),
)
"""Pairs between which people draw the line in different places."""

LEAST_POSSIBLE = 0.65  # of the pixels may be called the colour
LEAST_CERTAIN = 0.5  # can be called nothing else
MOST_FOREIGN = 0.3  # have only names that do not overlap the colour
MOST_COLORFUL = 0.2  # the same, black, gray and white apart
MOST_RIVAL = 0.15  # can only be called one certain other colour
MOST_SHADE = 0.3  # the same for one that overlaps the colour: light and shade
MOST_NEUTRAL = 0.2  # the same for black, gray and white: eyes, tyres, lettering, shine
MOST_ABSENT = 0.01  # may be called a colour that counts as absent

_OPAQUE = 128

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_NUMBER = {name: i for i, name in enumerate(NAMES)}
_NEUTRAL = np.isin(NAMES, ("black", "gray", "white"))


@dataclass(frozen=True, slots=True)
class Measured:
    """The result for one picture.

    Attributes:
        dominant: its colour, or None if people might disagree.
        absent: if it has no colour, the ones that no part of it has.
    """

    dominant: str | None
    absent: tuple[str, ...]


UNKNOWN = Measured(None, ())


def measure(pictures: Sequence[Image.Image]) -> list[Measured]:
    """Measure RGBA pictures; only pixels that are at least half opaque count."""
    counted = [_count(p) for p in pictures]
    lengths = [len(weights) for weights, _ in counted]
    if not sum(lengths):
        return [UNKNOWN for _ in pictures]
    possible = possible_names(np.concatenate([rgb for _, rgb in counted]))
    ends = np.cumsum(lengths)
    return [
        _judge(weights, possible[end - len(weights) : end])
        for (weights, _), end in zip(counted, ends, strict=True)
    ]


def _count(picture: Image.Image) -> tuple[Floats, Floats]:
    """(k,) shares and (k, 3) RGB in 0..1 of the picture's k different opaque colours."""
    pairs = picture.getcolors(picture.width * picture.height) or []
    counts = np.array([n for n, _ in pairs], dtype=np.float64)
    rgba = np.array([color for _, color in pairs], dtype=np.float64).reshape(-1, 4)
    opaque = rgba[:, 3] >= _OPAQUE
    counts, rgb = counts[opaque], rgba[opaque, :3] / 255.0
    return counts / max(counts.sum(), 1.0), rgb


def _judge(shares: Floats, possible: Flags) -> Measured:
    may = shares @ possible
    certain = (shares * (possible.sum(axis=1) == 1)) @ possible
    best = int(certain.argmax())
    strange = ~possible[:, _GOES_WITH[best]].any(axis=1)
    foreign, colorful = shares @ strange, shares @ (strange & ~possible[:, _NEUTRAL].any(axis=1))
    rivals = np.delete(certain <= _MOST_OF_RIVAL[best], best)
    enough = may[best] >= LEAST_POSSIBLE and certain[best] >= LEAST_CERTAIN
    pure = foreign <= MOST_FOREIGN and colorful <= MOST_COLORFUL and rivals.all()
    if enough and pure:
        return Measured(NAMES[best], ())
    return Measured(None, tuple(NAMES[i] for i in np.flatnonzero(may <= MOST_ABSENT)))


def _goes_with() -> Flags:
    matrix = np.eye(len(NAMES), dtype=bool)
    for a, b in OVERLAPS:
        matrix[_NUMBER[a], _NUMBER[b]] = matrix[_NUMBER[b], _NUMBER[a]] = True
    return matrix


_GOES_WITH = _goes_with()
_MOST_OF_RIVAL = np.where(
    _NEUTRAL,
    MOST_NEUTRAL,
    np.where(_GOES_WITH & ~_NEUTRAL[:, np.newaxis], MOST_SHADE, MOST_RIVAL),
)  # [colour, rival]


def possible_names(rgb: Floats) -> Flags:
    """(n, 11) bool over `NAMES`: what people might call each of (n, 3) sRGB colours in 0..1.

    Every colour gets at least one name.
    """
    hue, lightness, chroma = _hue(rgb), *_lightness_and_chroma(rgb)
    names = np.zeros((len(rgb), len(NAMES)), dtype=bool)
    for name, start, end in _HUES:
        names[:, _NUMBER[name]] |= _between(hue, start, end)
    _add_pink_and_brown(names, hue, lightness, chroma)
    names[chroma < 7] = False
    _add_neutrals(names, hue, lightness, chroma)
    return names


# degrees of HSV hue; where two ranges overlap either name will do
_HUES = (
    ("red", 344, 18),
    ("orange", 11, 43),
    ("yellow", 39, 67),
    ("green", 62, 190),
    ("blue", 165, 258),
    ("purple", 240, 322),
    ("pink", 306, 350),
)


def _between(hue: Floats, start: float, end: float) -> Flags:
    flags: Flags = (hue - start) % 360 <= (end - start) % 360
    return flags


def _add_pink_and_brown(names: Flags, hue: Floats, lightness: Floats, chroma: Floats) -> None:
    """Light reds are pink, dark oranges brown, pale oranges beige: anything from brown to white."""
    reddish, orangish = _between(hue, 330, 22), _between(hue, 5, 50)
    vivid = _between(hue, 352, 22) & (chroma > 68)
    names[:, _NUMBER["pink"]] |= reddish & ~vivid & (lightness > 58)
    names[reddish & (lightness > 72), _NUMBER["red"]] = False
    tan = orangish & (lightness < 86) & (chroma < np.where(hue < 12, 50, 75))
    names[:, _NUMBER["brown"]] |= tan | (orangish & (lightness < 46))
    names[:, _NUMBER["brown"]] |= reddish & (lightness < 35) & (chroma < 50)
    dark = orangish & ((lightness < 46) | ((lightness < 58) & (chroma < 45)))
    for name in ("orange", "yellow"):
        names[dark & (hue > 14), _NUMBER[name]] = False
    names[dark & (chroma < 45), _NUMBER["red"]] = False
    beige = _between(hue, 15, 55) & (lightness >= 60) & (chroma < 45)
    for name in ("brown", "yellow", "orange"):
        names[beige, _NUMBER[name]] = True


def _add_neutrals(names: Flags, hue: Floats, lightness: Floats, chroma: Floats) -> None:
    """Gray, black and white, up to the chroma to which a hue still passes for them."""
    cool = _between(hue, 165, 265)
    pale = chroma < np.where(cool, 24, 14)
    names[:, _NUMBER["black"]] |= (pale & (lightness < 44)) | (lightness < 16)
    names[:, _NUMBER["gray"]] |= pale & (lightness >= 30) & (lightness < 88)
    names[:, _NUMBER["white"]] |= (chroma < 20) & (lightness > 82)


def _hue(rgb: Floats) -> Floats:
    """(n,) HSV hue in degrees; 0 for grays."""
    red, green, blue = rgb.T
    most, spread = rgb.max(axis=1), np.ptp(rgb, axis=1)
    scale = np.where(spread > 0, spread, 1.0)
    sector = np.select(
        [most == red, most == green],
        [(green - blue) / scale, (blue - red) / scale + 2],
        (red - green) / scale + 4,
    )
    hue: Floats = sector * 60 % 360
    return hue


_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
_WHITE = _TO_XYZ.sum(axis=1)  # D65


def _lightness_and_chroma(rgb: Floats) -> tuple[Floats, Floats]:
    """CIELAB L* (0 to 100) and C* of sRGB colours (CIE 15:2004; IEC 61966-2-1)."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    scaled = linear @ _TO_XYZ.T / _WHITE
    root = np.where(scaled > (6 / 29) ** 3, np.cbrt(scaled), scaled / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root.T
    return 116 * y - 16, np.hypot(500 * (x - y), 200 * (y - z))
