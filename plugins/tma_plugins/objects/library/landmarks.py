"""Towers, and dwellings other than houses; their doors look forward."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    both,
    box,
    cylinder,
    extrude,
    lathe,
    ring,
    torus,
    tube,
)
from tma_plugins.objects.library.buildings import GLASS, frame_paint, gable, gate, window

shelf = Shelf()
_GLOW = "#ffe58a"
_ALL = ("plain", "striped", "dotted", "checked")


@shelf.category(
    "lighthouse",
    parents=("building",),
    colors=("red", "orange", "green", "turquoise", "blue", "purple", "pink", "black", "brown"),
    symmetry=0,
    views=("front", "above"),
)
def lighthouse(make: Maker) -> list[Part]:
    """A lighthouse with white bands, a gallery, a bright lantern, and rocks at its foot."""
    tall, wide = make.between(1.35, 1.55), make.between(0.3, 0.34)
    thin = 0.19
    bands = make.pick(2, 3)

    def at(y: float) -> float:
        return wide + (thin - wide) * y / tall

    white = []
    for k in range(bands):
        low = tall * (k + 0.62) / (bands + 0.35)
        high = low + tall * 0.1
        white.append(lathe([(at(low) + 0.006, low), (at(high) + 0.006, high)]).paint("#f6f6f3"))
    rail = torus(0.27, 0.018, sides=8).at(0, tall + 0.16, 0)
    post = tube([(0.27, tall + 0.03, 0), (0.27, tall + 0.16, 0)], 0.014, sides=6)
    bar = tube([(0.135, tall, 0), (0.135, tall + 0.24, 0)], 0.016, sides=6)
    rocks = []
    for k in range(8):
        size = make.between(0.09, 0.12)
        turn = 360 * k / 8 + make.between(-8, 8)
        rock = ball(size, size * 0.7, segments=8).sharp(20).turn(y=turn)
        rocks.append(rock.at(0.36 * cos(radians(turn)), 0.03, 0.36 * sin(radians(turn))))
    top = tall + 0.24
    return [
        lathe([(wide, 0), (thin, tall)]),
        *white,
        lathe([(0.18, tall - 0.08), (0.29, tall), (0.29, tall + 0.04), (0.1, tall + 0.04)]).paint(
            "accent"
        ),
        *(part.paint("accent") for part in (rail, *ring(post, 10))),
        cylinder(0.13, 0.24, segments=20).at(0, tall, 0).paint(_GLOW),
        *(part.paint("dark") for part in ring(bar, 6)),
        lathe(
            [(0.2, top), (0.2, top + 0.03), *arc(0, top + 0.03, 0.17, 0, 84, 6, ry=0.2)],
            segments=24,
        ),
        ball(0.035, segments=10).at(0, top + 0.25, 0).paint("accent"),
        gate(0.18, 0.3).at(0, 0.06, wide),
        *(gate(0.09, 0.14, GLASS).at(0, tall * y, at(tall * y) - 0.01) for y in (0.42, 0.68)),
        *(rock.paint("#8d8a84") for rock in rocks),
    ]


@shelf.category(
    "windmill",
    parents=("building",),
    materials=("wood", "stone", "plastic"),
    yaws=(-35.0, 0.0, 35.0),
    views=("front", "left", "right"),
)
def windmill(make: Maker) -> list[Part]:
    """A windmill: a tapered tower, a cap, and four lattice sails before it."""
    tall, wide = make.between(0.95, 1.1), make.between(0.44, 0.5)
    turn, thin = make.between(25, 65), 0.29
    pale = "#efe4c8" if make.color not in ("white", "yellow") else "#8a5f35"
    sail = [
        box(0.055, 0.7, 0.04, 0.01).at(0, 0.02, 0).paint("accent"),
        box(0.14, 0.52, 0.02, 0.006).at(0.08, 0.18, 0).paint(pale),
        *(box(0.16, 0.026, 0.035).at(0.085, 0.2 + 0.115 * k, 0).paint("accent") for k in range(5)),
        box(0.026, 0.52, 0.035).at(0.15, 0.18, 0).paint("accent"),
    ]
    hub = tall + 0.08
    sails = [part.turn(z=turn + 90 * k).at(0, hub, thin + 0.17) for k in range(4) for part in sail]
    frame = frame_paint(make)
    panes = [
        part.turn(x=-11).at(0, tall * 0.5, wide - 0.5 * (wide - 0.29) - 0.01)
        for part in window(0.17, 0.2, frame)
    ]
    side = [(wide, 0), (wide, 0.03), (thin, tall)]
    return [
        lathe(side, segments=8, turned=True),
        torus(wide - 0.07, 0.03, segments=8, sides=8)
        .turn(y=22.5)
        .at(0, tall * 0.42, 0)
        .paint("accent"),
        lathe(
            [(thin + 0.05, tall), *arc(0, tall + 0.04, thin + 0.05, 0, 88, 7, ry=0.3)], segments=20
        ).paint("accent"),
        tube([(0, hub, 0), (0, hub, thin + 0.22)], 0.05).paint("dark"),
        ball(0.07, segments=14).at(0, hub, thin + 0.21).paint("metal"),
        *sails,
        gate(0.22, 0.34).turn(x=-9).at(0, 0.01, wide - 0.01),
        *panes,
    ]


@shelf.category(
    "tent",
    parents=(),
    synonyms=("camping tent",),
    lookalikes=("building",),
    materials=("textile",),
    patterns=_ALL,
)
def tent(make: Maker) -> list[Part]:
    """A ridge tent, its flaps drawn aside, with a pole at each end."""
    w, tall, d = make.between(1.1, 1.25), make.between(0.75, 0.88), 1.05
    cloth = [(-w / 2, 0), (w / 2, 0), (0.0, tall)]
    door = [(-w * 0.2, 0), (w * 0.2, 0), (0, tall * 0.78)]
    flap = [(w * 0.08, 0.0), (w * 0.24, 0), (0.0, tall * 0.82)]
    front = d / 2
    edge = tube([(w / 2 + 0.015, 0.02, front), (0, tall + 0.015, front)], 0.024, sides=8)
    return [
        extrude(cloth, d, 0.012),
        extrude(door, 0.02).at(0, 0.004, front).paint("#2b2622"),
        *both(extrude(flap, 0.05, 0.012).turn(y=-8).at(0.02, 0.004, front + 0.03).paint("accent")),
        *both(edge.paint("accent")),
        *(
            tube([(0, 0, z), (0, tall + 0.08, z)], 0.025, sides=8).paint("metal")
            for z in (front - 0.02, -front + 0.02)
        ),
    ]


@shelf.category(
    "igloo",
    parents=("building",),
    synonyms=("snow house",),
    colors=("white",),
    yaws=(-35.0, 0.0, 35.0),
)
def igloo(make: Maker) -> list[Part]:
    """A dome of snow blocks with a tunnel for an entrance."""
    r, rows = 0.6, make.pick(4, 5)
    tall, long = make.between(0.56, 0.64), make.between(0.3, 0.4)
    joints = []
    for k in range(1, rows + 1):
        a = radians(86 * k / (rows + 0.6))
        joints.append(torus(r * cos(a) + 0.002, 0.013, sides=6).at(0, tall * sin(a), 0))
    for k in range(rows):
        low, high = radians(86 * k / (rows + 0.6)), radians(86 * (k + 1) / (rows + 0.6))
        path = [(r * cos(a) + 0.002, tall * sin(a), 0) for a in np.linspace(low, high, 4)]
        upright = tube(path, 0.012, sides=6)
        joints += ring(upright, 14 - 2 * k, 13 * (k % 2))
    half, wide = 0.26, 0.16
    arch = [
        *arc(0, 0, half, 0, 180, 14, ry=0.38),
        *arc(0, 0, wide, 180, 0, 14, ry=0.27),
    ]
    z = r + long / 2 - 0.06
    hole = extrude([*arc(0, 0, wide + 0.005, 0, 180, 14, ry=0.275)], long + 0.1).at(0, 0, z - 0.08)
    seams = [
        tube(
            [
                (half * cos(radians(a)) * x, 0.38 * sin(radians(a)) * x, z + long / 2 + 0.003)
                for x in (0.66, 1.0)
            ],
            0.011,
            sides=6,
        )
        for a in (30, 60, 90, 120, 150)
    ]
    bow = [(half * cos(radians(a)), 0.38 * sin(radians(a)), z) for a in range(0, 181, 12)]
    return [
        lathe(arc(0, 0, r, 0, 90, 12, ry=tall), segments=40),
        *(part.paint("accent") for part in (*joints, *seams, tube(bow, 0.012, sides=6))),
        extrude(arch, long, 0.015).at(0, 0, z),
        hole.paint("#22303f"),
        lathe([(0.86, 0), (0.86, 0.012), (0.7, 0.03)], segments=28).at(0, 0, 0.12),
    ]


@shelf.category(
    "pyramid",
    parents=("building",),
    colors=("yellow", "orange", "brown", "gray", "white"),
    materials=("stone",),
    shape="pyramid",
    symmetry=4,
    yaws=(-30.0, 30.0),
    views=("left", "right"),
)
def pyramid(make: Maker) -> list[Part]:
    """A stepped stone pyramid."""
    steps, tall = make.pick(7, 8, 9), make.between(0.78, 0.9)
    parts = []
    for k in range(steps):
        w = 1.3 * (1 - k / (steps + 0.2))
        parts.append(box(w, tall / steps + 0.002, w, 0.012).at(0, k * tall / steps, 0))
    return parts


@shelf.category(
    "well",
    parents=(),
    synonyms=("water well", "wishing well"),
    lookalikes=("building",),
    materials=("stone", "wood"),
)
def well(make: Maker) -> list[Part]:
    """A draw well: a round wall, a roof on two posts, a winch and a bucket."""
    r, high = make.between(0.44, 0.5), make.between(0.42, 0.48)
    top = 1.25
    wall = [
        (r, 0),
        (r, high - 0.02),
        (r - 0.02, high),
        (r - 0.1, high),
        (r - 0.11, 0.14),
        (0, 0.14),
    ]
    roof = gable(0.9, top, top + 0.32, 0.8, 0.07)
    pail = [(0.09, 0), (0.12, 0.16), (0.1, 0.16), (0.08, 0.03)]
    return [
        lathe(wall),
        torus(r - 0.045, 0.06, sides=8).scale(1, 0.7, 1).at(0, high, 0).paint("accent"),
        cylinder(r - 0.1, 0.03).at(0, 0.26, 0).paint("#3b8fc4"),
        *both(box(0.09, top - 0.2, 0.1, 0.015).at(r - 0.05, 0.2, 0).paint("accent")),
        *roof,
        tube([(-r, 0.92, 0), (r + 0.14, 0.92, 0)], 0.045, sides=10).paint("#8a5f35"),
        tube([(r + 0.12, 0.92, 0), (r + 0.12, 0.78, 0), (r + 0.24, 0.78, 0)], 0.025, sides=8).paint(
            "dark"
        ),
        tube([(0, 0.92, 0), (0, 0.7, 0)], 0.016, sides=6).paint("light"),
        lathe([*pail, (0, 0.03)], segments=18).at(0, 0.5, 0).paint("#8a5f35"),
        torus(0.11, 0.014, segments=18, sides=6).turn(x=90).at(0, 0.66, 0).paint("metal"),
    ]
