"""The twelve colours, their lighter and darker tones, and the fixed colours of details."""

from __future__ import annotations

Colour = tuple[int, int, int]

COLOURS: dict[str, Colour] = {
    "red": (205, 20, 28),
    "orange": (245, 120, 10),
    "yellow": (250, 215, 30),
    "green": (38, 140, 48),
    "turquoise": (40, 200, 195),
    "blue": (18, 92, 222),
    "purple": (124, 28, 152),
    "pink": (250, 140, 190),
    "brown": (110, 62, 28),
    "black": (24, 24, 27),
    "white": (246, 246, 243),
    "gray": (132, 134, 138),
}
"""Name -> sRGB."""

SECOND: dict[str, Colour] = {
    "red": (255, 196, 190),
    "orange": (255, 222, 170),
    "yellow": (255, 248, 205),
    "green": (178, 226, 170),
    "turquoise": (205, 245, 240),
    "blue": (160, 195, 255),
    "purple": (212, 180, 240),
    "pink": (255, 226, 238),
    "brown": (205, 165, 120),
    "black": (112, 112, 118),
    "white": (197, 200, 203),
    "gray": (208, 210, 212),
}
"""The other colour of a pattern: a tone of the same colour, so that an object has only one."""

FIXED: dict[str, Colour] = {
    "metal": (196, 199, 204),
    "dark": (44, 44, 48),
    "light": (240, 234, 218),
    "glass": (208, 228, 236),
}


def accent(name: str) -> Colour:
    """A darker tone of the colour for details; of black and brown a lighter one."""
    base = COLOURS[name]
    if name in ("black", "brown"):
        return blend(base, (255, 255, 255), 0.28)
    share = {"white": 0.2, "yellow": 0.16, "orange": 0.2}.get(name, 0.38)
    return blend(base, (0, 0, 0), share)


def blend(a: Colour, b: Colour, share: float) -> Colour:
    """From a (share 0) to b (share 1)."""
    r, g, b_ = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return r, g, b_


def parse_hex(text: str) -> Colour:
    """The colour written as `#rrggbb`.

    Raises:
        ValueError: it is not written so.
    """
    if len(text) != 7 or text[0] != "#":
        raise ValueError(f"{text!r} is no colour; write #rrggbb")
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
