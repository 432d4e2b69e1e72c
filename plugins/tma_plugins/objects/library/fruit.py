"""Fruit."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    curve,
    curve3,
    cylinder,
    extrude,
    lathe,
    ring,
    tube,
)
from tma_plugins.objects.library.leaves import DEEP, GOLDEN, GREEN, leaf, stalk, turned

shelf = Shelf()


@shelf.category(
    "apple",
    parents=("fruit",),
    lookalikes=("cherries",),
    colors=("red", "green", "yellow"),
)
def apple(make: Maker) -> list[Part]:
    """An apple with a stalk and a leaf."""
    wide, tall = make.between(0.5, 0.56), make.between(0.86, 0.98)
    side = [
        (0, 0.07),
        (0.14, 0),
        (0.34, 0.08),
        (wide * 0.9, tall * 0.38),
        (wide, tall * 0.66),
        (wide * 0.78, tall * 0.93),
        (wide * 0.42, tall),
        (0.1, tall * 0.9),
        (0, tall * 0.8),
    ]
    lean = make.between(-0.1, 0.1)
    return [
        turned(side),
        stalk([(0, tall * 0.78, 0), (lean * 0.3, tall, 0), (lean, tall + 0.24, 0)], 0.03, 0.045),
        leaf(
            [
                (0.02, tall + 0.02, 0.02),
                (0.2, tall + 0.17, 0.05),
                (0.42, tall + 0.16, 0.1),
                (0.58, tall + 0.04, 0.12),
            ],
            0.16,
            up=(-0.2, 1, 0.6),
        ),
    ]


@shelf.category("pear", parents=("fruit",), colors=("green", "yellow"))
def pear(make: Maker) -> list[Part]:
    """A pear with a stalk and a leaf, leaning a little."""
    wide, tall, neck = make.between(0.44, 0.5), make.between(1.1, 1.25), make.between(0.17, 0.22)
    side = [
        (0, 0.05),
        (0.14, 0),
        (wide * 0.85, 0.16),
        (wide, 0.4),
        (wide * 0.78, 0.68),
        (neck * 1.2, tall * 0.8),
        (neck, tall * 0.93),
        (neck * 0.6, tall),
        (0, tall),
    ]
    bend = make.between(5, 14)
    parts = [
        turned(side),
        stalk([(0, tall - 0.05, 0), (0, tall + 0.1, 0), (0.06, tall + 0.26, 0)], 0.032, 0.045),
        leaf(
            [
                (0, tall + 0.05, 0.02),
                (-0.17, tall + 0.18, 0.05),
                (-0.36, tall + 0.17, 0.1),
                (-0.52, tall + 0.04, 0.12),
            ],
            0.14,
            up=(0.2, 1, 0.6),
        ),
    ]
    return [part.bend(bend) for part in parts]


@shelf.category("banana", parents=("fruit",), synonyms=("bananas",), colors=("yellow", "green"))
def banana(make: Maker) -> list[Part]:
    """A bunch of bananas from one dark stalk."""
    count, sag = make.pick(2, 3), make.between(0.9, 1.1)
    path = curve3(
        [
            (0, 0.86, 0),
            (0.09, 0.66, 0),
            (0.24, 0.34 / sag, 0),
            (0.52, 0.14, 0),
            (0.85, 0.14, 0),
            (1.12, 0.32 * sag, 0),
            (1.2, 0.42 * sag, 0),
        ],
        4,
    )
    radii = np.interp(
        np.linspace(0, 1, len(path)),
        [0, 0.12, 0.28, 0.55, 0.8, 0.95, 1],
        [0.055, 0.07, 0.15, 0.175, 0.15, 0.07, 0.045],
    )
    fruit = tube(path, radii.tolist(), sides=6, crease=40)
    tip = ball(0.06, 0.05, 0.05, segments=12).at(1.2, 0.43 * sag, 0).paint("dark")
    turns = (-16, 16) if count == 2 else (-30, 0, 30)
    return [
        *(part.turn(y=turn) for turn in turns for part in (fruit, tip)),
        tube([(0, 0.8, 0), (-0.03, 0.9, 0), (-0.1, 1.02, 0)], [0.08, 0.085, 0.07]).paint("#5b4a22"),
    ]


def _lemon_half() -> list[Part]:
    """A cut lemon that lies on its round side; its segments look up and forward."""
    slice_ = [(0.02, 0.07), *arc(0, 0, 0.25, 68, 112, 4)[::-1], (-0.02, 0.07)]
    wedge = extrude([*slice_[:1], *reversed(slice_[1:-1]), slice_[-1]], 0.03, 0.008).turn(x=-90)
    segments = ring(wedge.at(0, 0.012, 0), 8)
    shell = lathe(arc(0, 0, 0.34, -90, 0, 8), crease=60)
    pith = cylinder(0.315, 0.014).paint("#fffbe0")
    return [part.turn(x=52) for part in (shell, pith, *segments)]


@shelf.category("lemon", parents=("fruit",), colors=("yellow",))
def lemon(make: Maker) -> list[Part]:
    """A lemon with tips at both ends, and a half one before it."""
    long, wide = make.between(0.5, 0.56), make.between(0.35, 0.39)
    side = [
        (0, -long - 0.12),
        (0.07, -long - 0.1),
        (0.11, -long),
        (wide * 0.72, -long * 0.62),
        (wide, 0),
        (wide * 0.72, long * 0.62),
        (0.1, long),
        (0.06, long + 0.08),
        (0, long + 0.1),
    ]
    whole = turned(side).turn(z=-90 + make.between(8, 16))
    half = [part.at(0.34, 0.25, 0.5) for part in _lemon_half()]
    return [
        whole.at(-0.15, wide + 0.02, 0),
        leaf(
            [(-0.7, 0.5, 0), (-0.72, 0.72, 0.03), (-0.55, 0.88, 0.08), (-0.3, 0.9, 0.1)],
            0.13,
            up=(-0.3, 1, 0.8),
        ),
        *half,
    ]


@shelf.category(
    "strawberry", parents=("fruit",), symmetry=0, views=("front", "above"), colors=("red",)
)
def strawberry(make: Maker) -> list[Part]:
    """A strawberry on its tip, with pale seeds and green sepals."""
    wide, tall = make.between(0.44, 0.5), make.between(1.0, 1.12)
    side = curve(
        [
            (0, 0),
            (0.12, 0.03),
            (wide * 0.62, tall * 0.35),
            (wide, tall * 0.72),
            (wide * 0.85, tall * 0.93),
            (wide * 0.4, tall),
            (0, tall * 0.98),
        ],
        5,
    )
    heights, radii = [y for _, y in side[:22]], [x for x, _ in side[:22]]
    seeds = []
    for k in range(44):
        y = tall * (0.12 + 0.72 * (k / 43) ** 0.8)
        r = float(np.interp(y, heights, radii))
        seed = ball(0.026, 0.04, 0.016, segments=8).at(0, y, r + 0.002)
        seeds.append(seed.turn(y=k * GOLDEN).paint("#ffe08a"))
    sepal = leaf(
        [(0.02, tall, 0), (0.15, tall + 0.04, 0), (0.28, tall - 0.01, 0), (0.37, tall - 0.1, 0)],
        0.14,
        up=(0.3, 1, 0),
        widest=0.4,
    )
    return [
        lathe([(max(x, 0.0), y) for x, y in side], crease=180),
        *seeds,
        *ring(sepal, 6, make.between(0, 60)),
        stalk([(0, tall, 0), (0.02, tall + 0.12, 0), (0.09, tall + 0.22, 0)], 0.04, 0.05, GREEN),
    ]


@shelf.category(
    "pineapple",
    parents=("fruit",),
    symmetry=0,
    views=("front", "above"),
    colors=("yellow", "orange"),
)
def pineapple(make: Maker) -> list[Part]:
    """A pineapple: a knobbly barrel with a tuft of stiff leaves."""
    wide, tall = make.between(0.4, 0.46), make.between(1.0, 1.15)
    side = arc(0, tall / 2, wide, -80, 80, 14, ry=tall / 2 + 0.03)
    knobs = []
    rows, around = 7, 9
    for row in range(rows):
        tilt = -66 + 132 * row / (rows - 1)
        r, y = wide * cos(radians(tilt)), tall / 2 + (tall / 2) * sin(radians(tilt))
        size = 0.06 + 0.1 * cos(radians(tilt))
        knob = lathe([(size, 0), (size * 0.5, 0.045), (0.014, 0.075)], segments=4, crease=0)
        knob = knob.turn(x=90).turn(x=-tilt * 0.8).at(0, y, r - 0.012)
        knobs += ring(knob, around, 20 * (row % 2))
    crown = []
    for level, (count, out, high) in enumerate(((7, 0.42, 0.3), (6, 0.28, 0.48), (4, 0.1, 0.6))):
        path = [
            (0.05, tall - 0.06, 0),
            (0.1 + out * 0.35, tall + high * 0.55, 0),
            (0.08 + out, tall + high, 0),
        ]
        blade = leaf(path, 0.1, up=(-1, 0.6, 0), widest=0.35, role=(GREEN, DEEP, GREEN)[level])
        crown += ring(blade, count, 25 * level)
    return [lathe(side, crease=60), *(knob.paint("accent") for knob in knobs), *crown]


@shelf.category("cherries", parents=("fruit",), synonyms=("cherry",), colors=("red", "purple"))
def cherries(make: Maker) -> list[Part]:
    """Two cherries whose stalks meet under a leaf."""
    apart, high = make.between(0.33, 0.4), make.between(1.05, 1.2)
    side = [(0, 0.02), (0.12, 0), (0.3, 0.16), (0.34, 0.36), (0.25, 0.56), (0.1, 0.6), (0, 0.55)]
    fruit = turned(side)
    left, right = (-apart, 0.02, 0.1), (apart, 0, -0.05)
    stalks = [
        stalk([(x, y + 0.55, z), (x * 0.6, high * 0.8, z), (0.05, high, 0)], 0.03, 0.035, "#6f8f3a")
        for x, y, z in (left, right)
    ]
    shine = [
        ball(0.07, 0.1, 0.03, segments=12).turn(x=-30, y=-30).at(x - 0.16, y + 0.43, z + 0.21)
        for x, y, z in (left, right)
    ]
    return [
        fruit.at(*left),
        fruit.at(*right),
        *stalks,
        *(part.paint("#ffd9d4") for part in shine),
        ball(0.05, segments=12).at(0.05, high, 0).paint("#6f8f3a"),
        leaf(
            [
                (0.05, high, 0),
                (0.25, high + 0.1, 0.05),
                (0.5, high + 0.04, 0.1),
                (0.68, high - 0.12, 0.12),
            ],
            0.17,
            up=(0, 1, 0.8),
        ),
    ]


@shelf.category("grapes", parents=("fruit",), colors=("purple", "green"))
def grapes(make: Maker) -> list[Part]:
    """A bunch of grapes, with a twig and a leaf."""
    r = 0.145
    berry = ball(r, r * 1.1, segments=14)
    parts = []
    start = make.between(0, 90)
    for row, (count, far) in enumerate(((1, 0.0), (3, 0.14), (6, 0.24), (8, 0.34), (6, 0.26))):
        y = 0.16 + 0.22 * row
        for k in range(count):
            turn = start + 360 * k / count + 31 * row
            lift = make.between(-0.03, 0.03)
            parts.append(berry.at(0, y + lift, far).turn(y=turn))
    parts.append(berry.at(0, 1.0, 0))
    return [
        *parts,
        stalk([(0, 1.05, 0), (0, 1.3, 0), (0.05, 1.42, 0)], 0.05, 0.045),
        leaf(
            [(0.02, 1.24, 0), (0.2, 1.36, 0.08), (0.42, 1.34, 0.14), (0.58, 1.2, 0.16)],
            0.2,
            up=(0, 1, 0.9),
        ),
        tube(
            curve3([(0, 1.28, 0), (-0.16, 1.34, 0.05), (-0.24, 1.24, 0.1), (-0.32, 1.32, 0.1)]),
            0.022,
            sides=8,
        ).paint(GREEN),
    ]


@shelf.category(
    "watermelon",
    parents=("fruit",),
    synonyms=("watermelon slice",),
    colors=("red",),
    yaws=(-30.0, 0.0, 30.0),
)
def watermelon(make: Maker) -> list[Part]:
    """A half round slice of watermelon on its rind, with dark seeds."""
    deep, r = make.between(0.22, 0.3), 0.8

    def half(radius: float, depth: float) -> Part:
        return extrude(arc(0, 0, radius, 180, 360, 28), depth, 0.015).at(0, r, 0)

    seeds = []
    for far, angles in ((0.28, (215, 270, 325)), (0.5, (200, 232, 258, 288, 315, 342))):
        for angle in angles:
            a = radians(angle + make.between(-5, 5))
            seed = ball(0.032, 0.055, 0.02, segments=10).turn(z=angle - 270)
            seed = seed.at(far * cos(a), r + far * sin(a), deep / 2 + 0.012)
            seeds += [seed, seed.scale(1, 1, -1)]
    return [
        half(r, deep).paint("#2f8a3e"),
        half(r - 0.06, deep + 0.012).at(0, 0.002, 0).paint("#e6f5cf"),
        half(r - 0.11, deep + 0.024).at(0, 0.004, 0),
        *(seed.paint("#2a1a14") for seed in seeds),
    ]
