"""Shoes, bags, hats and a watch."""

from __future__ import annotations

import numpy as np

from tma_plugins.objects.kit import (
    ALL_COLOURS,
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    both,
    box,
    curve,
    curve3,
    cylinder,
    extrude,
    lathe,
    loft,
    oval,
    torus,
    tube,
)

shelf = Shelf()
_ALL = ("plain", "striped", "dotted", "checked")
_GOLD = "metal#e0b040"


def _eased(at: float, stops: tuple[tuple[float, float], ...]) -> float:
    """The value at a place between stops (place, value)."""
    return float(np.interp(at, [place for place, _ in stops], [value for _, value in stops]))


@shelf.category(
    "high-heel",
    parents=("footwear",),
    synonyms=("high-heeled shoe", "stiletto"),
    lookalikes=("boot",),
    views=("front", "left", "right"),
)
def high_heel(make: Maker) -> list[Part]:
    """A shoe with a high heel, its pointed toe to the left."""
    tall, long = make.between(0.52, 0.62), make.between(0.62, 0.7)
    sections, soles = [], []
    for k in range(23):
        share = k / 22
        x = long * (2 * share - 1)
        low = 0.035 + tall * min(1.0, max(0.0, (share - 0.3) / 0.62) ** 1.5)
        wide = _eased(share, ((0, 0.06), (0.06, 0.12), (0.3, 0.21), (0.7, 0.14), (1, 0.12)))
        wall = low + _eased(share, ((0, 0.1), (0.2, 0.2), (0.34, 0.14), (0.6, 0.14), (1, 0.34)))
        deep = _eased(
            share, ((0, -0.012), (0.3, -0.012), (0.34, 0.08), (0.6, 0.08), (0.93, 0.24), (1, -0.01))
        )
        half = [
            (wide - 0.03, wall - deep),
            (wide - 0.03, wall),
            (wide - 0.01, wall),
            (wide, low + (wall - low) * 0.6),
            (wide * 0.9, low),
        ]
        rim = [(0.0, wall - deep), *half, *((-z, y) for z, y in reversed(half))]
        sections.append([(x, y, z) for z, y in rim])
        edge = ((-wide, -0.035), (-wide, 0.005), (wide, 0.005), (wide, -0.035))
        soles.append([(x, low + y, z) for z, y in edge])
    heel = [
        oval(y, r, r, x=x, n=16)
        for y, r, x in (
            (0, 0.045, long - 0.1),
            (0.03, 0.045, long - 0.1),
            (tall * 0.6, 0.05, long - 0.1),
            (tall + 0.06, 0.115, long - 0.13),
        )
    ]
    parts = [
        loft(sections, crease=50),
        loft(soles).paint("accent"),
        loft(heel),
        ball(0.07, 0.05).at(-long * 0.55, 0.25, 0).paint("accent"),
    ]
    return [part.turn(y=22) for part in parts]


@shelf.category(
    "handbag",
    parents=("accessory", "container"),
    synonyms=("purse",),
    lookalikes=("backpack", "suitcase"),
    materials=("textile",),
    patterns=_ALL,
)
def handbag(make: Maker) -> list[Part]:
    """A handbag with a flap, a golden clasp and one handle."""
    w, tall = make.between(0.5, 0.56), make.between(0.66, 0.76)
    sack = [
        oval(tall * y, w * a, 0.24 * b, square=3.4, n=40)
        for y, a, b in (
            (0, 0.94, 0.9),
            (0.04, 1, 1),
            (0.5, 0.95, 0.9),
            (0.96, 0.82, 0.6),
            (1, 0.78, 0.5),
        )
    ]
    flap = [
        (-w * 0.83, 0),
        (w * 0.83, 0),
        *curve(
            [(w * 0.9, -0.16), (w * 0.5, -0.32), (0, -0.38), (-w * 0.5, -0.32), (-w * 0.9, -0.16)],
            5,
        ),
    ]
    high = tall + make.between(0.34, 0.44)
    handle = curve3(
        [
            (-w * 0.62, tall - 0.06, 0),
            (-w * 0.6, tall + 0.18, 0),
            (-w * 0.3, high, 0),
            (w * 0.3, high, 0),
            (w * 0.6, tall + 0.18, 0),
            (w * 0.62, tall - 0.06, 0),
        ]
    )
    return [
        loft(sack, crease=60),
        extrude(flap, 0.05, 0.018).turn(x=-12).at(0, tall + 0.015, 0.14).paint("accent"),
        cylinder(0.075, 0.06, bevel=0.015).turn(x=78).at(0, tall - 0.31, 0.225).paint(_GOLD),
        tube(handle, 0.045),
        *both(torus(0.06, 0.025, segments=20).turn(x=90).at(w * 0.62, tall, 0).paint(_GOLD)),
        *both(ball(0.035).at(w * 0.72, 0.02, 0.12).paint(_GOLD)),
    ]


@shelf.category(
    "wristwatch",
    parents=("timepiece", "accessory"),
    synonyms=("watch",),
    lookalikes=("alarm-clock", "compass"),
)
def wristwatch(make: Maker) -> list[Part]:
    """A watch whose closed strap stands on the ground, its face to the front."""
    r, wide = make.between(0.33, 0.36), make.between(0.125, 0.15)
    strap = [(0.0, 0.52 + 0.5 * s, -0.42 + 0.42 * c) for c, s in arc(0, 0, 1, 0, 345, 23)]
    ring = tube(strap, wide * 0.28, closed=True, flat=wide / (wide * 0.28) * 1.1, up=(1, 0, 0))
    case = lathe(
        [(r - 0.03, 0), (r, 0.03), (r, 0.1), (r - 0.03, 0.13), (r - 0.1, 0.13), (r - 0.11, 0.11)],
        segments=36,
    )
    marks = [box(0.028, 0.055, 0.012).at(0, r - 0.2, 0.12).turn(z=30 * k) for k in range(12)]
    hands = [
        box(0.035, r * 0.38, 0.014, 0.006).turn(z=make.pick(-60, -120, 50)).at(0, 0, 0.125),
        box(0.026, r * 0.54, 0.014, 0.006).turn(z=make.pick(0, 150, -30, 90)).at(0, 0, 0.138),
        cylinder(0.03, 0.03).turn(x=90).at(0, 0, 0.115),
    ]
    lug = box(0.07, 0.14, 0.1, 0.02)
    face = [
        case.turn(x=90).paint("trim"),
        cylinder(r - 0.105, 0.012).turn(x=90).at(0, 0, 0.108).paint("#fbf6e6"),
        *(part.paint("dark") for part in (*marks, *hands)),
        cylinder(0.05, 0.07, bevel=0.01).turn(z=-90).at(r - 0.01, 0, 0.06).paint("metal"),
        *both(lug.at(wide * 0.75, r - 0.06, 0.0).paint("trim")),
        *both(lug.at(wide * 0.75, -r - 0.08, 0.0).paint("trim")),
    ]
    return [ring, *(part.at(0, 0.52, -0.03) for part in face)]


@shelf.category(
    "witch-hat",
    parents=("headwear",),
    synonyms=("wizard hat",),
    lookalikes=("party-hat", "top-hat"),
    materials=("textile",),
)
def witch_hat(make: Maker) -> list[Part]:
    """A pointed hat with a broad brim, a bent tip and a band with a golden buckle."""
    tall, bend = make.between(1.0, 1.15), make.pick(-34, 34)
    brim = [(0.3, 0), (0.7, -0.02), (0.78, 0.0), (0.78, 0.025), (0.7, 0.02), (0.44, 0.05)]
    rows = 12
    cone_part = lathe(
        [(0.42 * (1 - k / rows) ** 0.85 + 0.03, tall * k / rows) for k in range(rows + 1)],
        segments=36,
        crease=60,
    )
    buckle = [(-0.12, 0), (0.12, 0), (0.12, 0.2), (-0.12, 0.2)]
    loop = tube([(x, y, 0) for x, y in buckle], 0.03, closed=True, sides=8)
    return [
        lathe(brim, segments=40),
        cone_part.bend(bend).at(0, 0.03, 0),
        lathe([(0.455, 0.03), (0.425, 0.22), (0.3, 0.22)]).turn(z=-bend * 0.06).paint("accent"),
        loop.turn(x=-14).at(0, 0.04, 0.47).paint(_GOLD),
    ]


@shelf.category(
    "mitten",
    parents=("clothing",),
    synonyms=("glove",),
    materials=("textile",),
    colors=tuple(color for color in ALL_COLOURS if color not in ("green", "white")),
    patterns=("plain", "dotted", "checked"),
    yaws=(-30.0, 0.0, 30.0),
    views=("front", "left", "right"),
)
def mitten(make: Maker) -> list[Part]:
    """A mitten that stands on its ribbed cuff, its thumb at the left."""
    w, tall = make.between(0.28, 0.32), make.between(0.92, 1.02)
    palm = [
        oval(0.2 + tall * y, w * a, 0.13 * b, x=0.03 * y)
        for y, a, b in (
            (0.0, 0.8, 0.95),
            (0.18, 1.0, 1.1),
            (0.5, 1.12, 1.15),
            (0.75, 1.05, 1.05),
            (0.9, 0.82, 0.85),
            (0.98, 0.5, 0.6),
            (1.0, 0.15, 0.2),
        )
    ]
    way = curve3([(0.02, 0.32, 0), (-w * 0.8, 0.5, 0), (-w * 1.4, 0.72, 0), (-w * 1.55, 0.84, 0)])
    count = len(way) - 1
    thumb = tube(way, [0.19 - 0.06 * k / count for k in range(count + 1)], flat=0.75, crease=180)
    tip = ball(0.13, 0.13, 0.1).at(*(float(x) for x in way[-1]))
    ribs = [
        tube([(x * w * 0.88, 0.02, z), (x * w * 0.88, 0.24, z)], 0.05, sides=10)
        for x, z in arc(0, 0, 0.93, 0, 337.5, 15, ry=0.14)
    ]
    return [
        loft(palm, crease=180),
        thumb,
        tip,
        loft([oval(y, w * 0.85, 0.15) for y in (0, 0.25)]).paint("light"),
        *(rib.paint("light") for rib in ribs),
    ]
