"""Flowers, a cactus and a mushroom."""

from __future__ import annotations

from math import cos, pi, radians, sin

import numpy as np

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    cone,
    curve,
    curve3,
    cylinder,
    lathe,
    loft,
    ring,
)
from tma_plugins.objects.kit.part import Floats
from tma_plugins.objects.library.leaves import DEEP, GOLDEN, GREEN, leaf, stalk

shelf = Shelf()
_SPRING = "#4fa845"
_DOME = np.radians([25, 45, 65, 82])
"""Heights, as angles, of the rings of a round end."""


def _pot(wide: float, tall: float) -> Part:
    """A flowerpot with a rim, filled up to just below it."""
    side = [(wide * 0.66, 0), (wide * 0.68, 0.02), (wide * 0.88, tall * 0.7), (wide, tall * 0.7)]
    rim = [(wide + 0.01, tall * 0.72), (wide + 0.01, tall - 0.02), (wide - 0.01, tall)]
    return lathe([*side, *rim, (wide - 0.07, tall), (wide - 0.08, tall - 0.05)])


@shelf.category(
    "mushroom",
    parents=(),
    lookalikes=("plant", "vegetable", "food"),
    synonyms=("toadstool",),
    colors=("red", "brown", "orange", "yellow", "purple", "blue", "pink"),
    symmetry=0,
    views=("front", "above"),
)
def mushroom(make: Maker) -> list[Part]:
    """A toadstool: a cap with pale spots on a thick stem with a ring."""
    wide, high, tall = make.between(0.58, 0.68), make.between(0.42, 0.52), make.between(0.56, 0.68)
    cap = [(0.2, tall + 0.03), (wide - 0.06, tall - 0.04), (wide, tall + 0.01)]
    cap += arc(0, tall + 0.02, wide, 4, 90, 10, ry=high)
    stem = curve([(0.24, 0), (0.28, 0.1), (0.2, tall * 0.5), (0.2, tall + 0.05)], 5)
    spots = []
    rows = ((14, 7, 0.075), (42, 6, 0.09), (68, 3, 0.075))
    for row, (tilt, count, size) in enumerate(rows):
        a = radians(tilt)
        normal = np.degrees(np.arctan2(sin(a) / high, cos(a) / wide))
        spot = ball(size, 0.03, size, segments=14).turn(x=90 - normal)
        spot = spot.at(0, tall + 0.02 + high * sin(a), wide * cos(a))
        spots += ring(spot.paint("#fff6e6"), count, 22 * row + make.between(0, 12))
    frill = [(0.19, tall * 0.66), (0.31, tall * 0.58), (0.31, tall * 0.63), (0.18, tall * 0.78)]
    return [
        lathe(cap, crease=60),
        lathe(stem).paint("light"),
        lathe(frill, segments=24).paint("#d8cdb4"),
        *spots,
    ]


def _ribbed(path: Floats, radii: Floats, ribs: int) -> Part:
    """A ribbed stem with a round end along a path in the plane z = 0."""
    angles = 2 * pi * np.arange(ribs * 4) / (ribs * 4)
    far = 0.9 + 0.1 * np.cos(ribs * angles)
    ahead = np.gradient(path, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    sections = []
    for point, way, r in zip(path, ahead, radii, strict=True):
        across = np.array([way[1], -way[0], 0.0])
        wide = np.outer(np.sin(angles) * far, across)
        deep = np.outer(np.cos(angles) * far, [0.0, 0.0, 1.0])
        sections.append(point + r * (wide + deep))
    return loft(sections, crease=70)


@shelf.category(
    "cactus", parents=("plant",), lookalikes=("flower", "potted-flower"), colors=("green",)
)
def cactus(make: Maker) -> list[Part]:
    """A cactus with two arms and a flower, in a small pot."""
    tall, r = make.between(1.25, 1.45), make.between(0.22, 0.26)
    up, inward = np.sin(_DOME), np.cos(_DOME)
    y = np.concatenate([np.linspace(0.25, tall - r, 6), tall - r + r * up])
    trunk = np.column_stack([np.zeros_like(y), y, np.zeros_like(y)])
    radii = np.concatenate([np.full(6, r), r * inward])
    parts = [_ribbed(trunk, radii, 9)]
    spines = []
    right, left = make.between(0.58, 0.68), make.between(0.72, 0.84)
    for side, low, high in ((1, right, 1.12), (-1, left, 1.2)):
        bend = curve3(
            [
                (side * 0.1, low, 0),
                (side * (r + 0.16), low + 0.02, 0),
                (side * (r + 0.27), low + 0.14, 0),
                (side * (r + 0.28), high - 0.12, 0),
            ],
            4,
        )
        tip = bend[-1] + np.outer(0.12 * up, [0, 1, 0])
        arm = np.concatenate([bend, tip])
        wide = np.concatenate([np.full(len(bend), 0.13), 0.13 * inward])
        parts.append(_ribbed(arm, wide, 7))
    thorn = cone(0.014, 0.075, segments=5).turn(x=75)
    for row in range(7):
        for k in range(9):
            at = thorn.at(0, 0.42 + 0.13 * row, r * 0.99).turn(y=40 * k)
            spines.append(at.paint("#fff3c4"))
    bud = [(0, tall - 0.01, 0), (0.09, tall + 0.08, 0), (0.17, tall + 0.12, 0)]
    petal = leaf(bud, 0.06, up=(-1, 1, 0))
    return [
        *parts,
        *spines,
        *(part.paint("#ff6fa3") for part in ring(petal, 6)),
        ball(0.05, segments=10).at(0, tall + 0.03, 0).paint("#ffd93b"),
        _pot(0.4, 0.34).paint("#c2673d"),
    ]


def _daisy(size: float) -> list[Part]:
    """A flower in the plane z = 0, its face forward; petals are `trim`."""
    petal = ball(0.3, 0.15, 0.06, segments=14).at(0.36, 0, 0)
    petals = [petal.turn(x=14, z=45 * k).paint("trim") for k in range(8)]
    heart = ball(0.21, 0.21, 0.13, segments=16).at(0, 0, 0.05)
    return [part.scale(size) for part in (*petals, heart.paint("#ffc52e"))]


@shelf.category(
    "potted-flower",
    parents=("flower", "decoration"),
    synonyms=("flowerpot", "potted plant"),
    lookalikes=("vase", "container"),
    colors=("red", "orange", "turquoise", "blue", "purple", "pink", "white"),
    materials=("ceramic", "plastic", "stone", "wood"),
    patterns=("plain", "striped", "dotted", "checked"),
    views=("front", "left", "right"),
)
def potted_flower(make: Maker) -> list[Part]:
    """A flower of the pot's colour, with two leaves, in a large pot."""
    wide, tall, up = make.between(0.46, 0.52), make.between(0.56, 0.64), make.between(0.42, 0.5)
    y = tall + up
    head = [part.turn(x=-12).at(0.02, y + 0.2, 0.06) for part in _daisy(0.62)]
    blade = leaf(
        [
            (0.03, tall - 0.05, 0),
            (0.2, tall + 0.2, 0.04),
            (0.4, tall + 0.28, 0.06),
            (0.6, tall + 0.14, 0.06),
        ],
        0.15,
        up=(-0.5, 1, 0.7),
    )
    return [
        _pot(wide, tall),
        cylinder(wide - 0.07, 0.03).at(0, tall - 0.05, 0).paint("#4a3222"),
        stalk(
            [(0, tall - 0.05, 0), (-0.03, tall + 0.2, 0), (0.02, y + 0.2, 0)], 0.045, 0.04, GREEN
        ),
        blade,
        blade.mirror(),
        *head,
    ]


@shelf.category(
    "tulip",
    parents=("flower",),
    colors=("red", "orange", "yellow", "purple", "pink", "white"),
    views=("front", "left", "right"),
)
def tulip(make: Maker) -> list[Part]:
    """A tulip with a large closed head, a stem and two long leaves."""
    wide, stem = make.between(0.36, 0.42), make.between(0.5, 0.6)
    high = 0.78
    petals = []
    for k in range(6):
        outer = k % 2 == 0
        angles = np.linspace(-62, 62, 9)
        sections = []
        for t in np.linspace(0, 1, 9):
            bulge = wide * (0.25 + 0.78 * sin(pi * (t * 0.78 + 0.12)) ** 0.8)
            bulge *= 1.0 if outer else 0.93
            y = high * t * (1.0 if outer else 1.04)
            narrow = 1 - max(0.0, t - 0.5) ** 2 * 3.7
            turns = np.radians(angles * narrow)
            front = np.stack([bulge * np.sin(turns), np.full(9, y), bulge * np.cos(turns)], 1)
            back = front[::-1] * np.array([0.9, 1, 0.9])
            sections.append(np.concatenate([front, back]))
        petal = loft(sections, crease=60).at(0, stem, 0).turn(y=60 * k)
        petals.append(petal if outer else petal.paint("accent"))
    blade = leaf(
        [(0.03, 0.02, 0), (0.2, 0.22, 0.03), (0.34, stem + 0.05, 0.05), (0.5, stem + 0.26, 0.02)],
        0.14,
        up=(-1, 0.4, 0.7),
        widest=0.4,
    )
    return [
        *petals,
        stalk([(0, 0, 0), (0.01, stem * 0.5, 0), (0, stem + 0.05, 0)], 0.055, 0.05, GREEN),
        blade,
        blade.mirror().paint(DEEP),
    ]


@shelf.category(
    "sunflower",
    parents=("flower",),
    colors=("yellow",),
    yaws=(-30.0, 0.0, 30.0),
    views=("front", "left", "right"),
)
def sunflower(make: Maker) -> list[Part]:
    """A sunflower: pointed petals about a dark disc, on a stem with leaves."""
    stem, r = make.between(0.75, 0.95), make.between(0.26, 0.3)
    petal = leaf([(r * 0.7, 0, 0.02), (r + 0.14, 0, 0.07), (r + 0.34, 0, 0.03)], 0.105, role="body")
    back = leaf([(r * 0.7, 0, 0), (r + 0.12, 0, 0), (r + 0.3, 0, -0.04)], 0.1, role="accent")
    petals = [petal.turn(z=360 * k / 14) for k in range(14)]
    petals += [back.turn(z=360 * (k + 0.5) / 14).at(0, 0, -0.03) for k in range(14)]
    seeds = []
    for k in range(40):
        far, turn = r * 0.92 * ((k + 0.5) / 40) ** 0.5, k * GOLDEN
        seed = ball(0.022, segments=6).at(far, 0, 0.05 + 0.05 * (1 - far / r))
        seeds.append(seed.turn(z=turn).paint("#8a5a2b"))
    disc = ball(r, r, 0.09, segments=24).paint("#4b2e19")
    y = stem + 0.35
    head = [part.turn(x=-14).at(0, y, 0.08) for part in (*petals, disc, *seeds)]
    blade = leaf(
        [
            (0.02, stem * 0.35, 0),
            (0.2, stem * 0.55, 0.04),
            (0.42, stem * 0.56, 0.06),
            (0.56, stem * 0.4, 0.04),
        ],
        0.16,
        up=(-0.4, 1, 0.8),
    )
    return [
        *head,
        stalk([(0, 0, 0), (0.02, stem * 0.5, 0), (0, y, 0)], 0.06, 0.05, GREEN),
        blade,
        blade.mirror().at(0, 0.08, 0).paint(_SPRING),
    ]
