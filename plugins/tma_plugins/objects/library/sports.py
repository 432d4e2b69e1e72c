"""Balls and other things for sports, and what one wins."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from tma_plugins.objects.kit import (
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
    regular,
    star,
    torus,
    tube,
)
from tma_plugins.objects.kit.part import Floats
from tma_plugins.objects.library.metallic import METALLIC
from tma_plugins.objects.library.patches import globe_onto, patch, tangent

shelf = Shelf()
_R = 0.5
_PALE = ("white", "yellow", "pink", "turquoise", "orange")


def _corners() -> Floats:
    """The twelve corners of an icosahedron, (12, 3), as directions."""
    golden = (1 + 5**0.5) / 2
    found = [
        p for a in (-1, 1) for b in (-golden, golden) for p in ((0, a, b), (a, b, 0), (b, 0, a))
    ]
    points = np.array(found, dtype=float)
    unit: Floats = points / np.linalg.norm(points, axis=1, keepdims=True)
    return unit


def _line(a: Floats, b: Floats, thick: float) -> Part:
    """A thin seam on the ball from one direction to another."""
    share = np.linspace(0, 1, 5)[:, None]
    way = a + (b - a) * share
    way = way / np.linalg.norm(way, axis=1, keepdims=True) * _R
    return tube(way, thick, sides=6)


@shelf.category(
    "soccer-ball",
    parents=("ball", "sports-equipment"),
    synonyms=("football",),
    colors=("white", "yellow", "orange", "turquoise", "pink", "red", "blue", "green"),
    shape="sphere",
)
def soccer_ball(make: Maker) -> list[Part]:
    """A football with dark pentagons and seams between its hexagons."""
    corners = _corners()
    seams, panels = [], []
    near = [(i, j) for i, j in combinations(range(12), 2) if corners[i] @ corners[j] > 0.4]
    for i, j in near:
        a, b = corners[i], corners[j]
        seams.append(_line(a + (b - a) / 3, a + (b - a) * 2 / 3, 0.011))
    for i in range(12):
        next_to = next(b if a == i else a for a, b in near if i in (a, b))
        onto = tangent(corners[i], corners[next_to])
        panels.append(patch(regular(5, 0.375), onto, _R + 0.006))
    tilt = make.between(-20, 20)
    parts = [
        ball(_R, segments=36),
        *(part.paint("#1d1d20") for part in (*seams, *panels)),
    ]
    return [part.turn(x=-12, y=tilt).turn(z=8) for part in parts]


def _section(lat: float, half: float) -> Floats:
    """A cross-section at a latitude of a panel in front, to so many degrees east and west."""
    lon = np.array([-half, 0, half])
    outline = np.array([*((x, lat) for x in lon), *((x, lat) for x in lon[::-1])])
    radii = np.repeat([_R + 0.006, _R * 0.94], 3)[:, None]
    section: Floats = globe_onto(outline) * radii
    return section


@shelf.category("beach-ball", parents=("ball", "toy"), shape="sphere", symmetry=1)
def beach_ball(make: Maker) -> list[Part]:
    """A beach ball: broad panels in its colour, narrow white ones between them, white ends."""
    count, narrow = make.pick(5, 6), make.between(17, 21)
    pale = "#f8f8f5" if make.color not in ("white", "gray") else "#3f434a"
    gore = loft([_section(y, narrow / 2) for y in range(-80, 81, 10)])
    stripes = [gore.turn(y=360 * k / count).paint(pale) for k in range(count)]
    caps = [
        patch(regular(12, 0.2), tangent((0, y, 0), (0, 0, 1)), _R + 0.012).paint(pale)
        for y in (1, -1)
    ]
    valve = cylinder(0.035, 0.03, bevel=0.01).at(0, _R, 0).paint("accent")
    parts = [ball(_R, segments=40), *stripes, *caps, valve]
    return [part.turn(x=28, z=-16) for part in parts]


@shelf.category(
    "basketball",
    parents=("ball", "sports-equipment"),
    colors=("orange", "brown"),
    shape="sphere",
)
def basketball(make: Maker) -> list[Part]:
    """A basketball: two great circles and two curved seams in black."""
    seam = 0.014
    hoop = torus(_R, seam, segments=48, sides=6)
    way = []
    for k in range(48):
        t = 2 * np.pi * k / 48
        x, y = 0.62 * np.cos(t) + 0.22 * np.cos(t) * np.cos(2 * t), np.sin(1.05 * np.sin(t))
        way.append((x, y, max(1 - min(x * x + y * y, 1), 0.0) ** 0.5))
    line = np.array(way)
    line = line / np.linalg.norm(line, axis=1, keepdims=True) * _R
    side = tube(line, seam, sides=6, closed=True)
    seams = [hoop, hoop.turn(x=90), side, side.turn(y=180)]
    tilt = make.between(-15, 15)
    return [
        ball(_R, segments=36),
        *(part.paint("#1d1d20").turn(y=90).turn(x=18, y=24 + tilt, z=-14) for part in seams),
    ]


@shelf.category(
    "bowling-ball",
    parents=("ball", "sports-equipment"),
    materials=("plastic", "stone", "ceramic"),
    shape="sphere",
)
def bowling_ball(make: Maker) -> list[Part]:
    """A bowling ball with three holes that look at the viewer."""
    hole = "#101012" if make.color != "black" else "#d8d8d8"
    aside, tilt = make.between(-14, 14), make.between(-12, 12)
    spots = ((-0.1, 0.46, 0.06), (0.12, 0.48, 0.06), (0.06, 0.22, 0.075))
    holes = [
        patch(
            regular(16, size * 2.0),
            tangent((x * 2, y * 2, 1 - (x * x + y * y)), (0, 1, 0)),
            _R + 0.004,
        ).paint(hole)
        for x, y, size in spots
    ]
    return [ball(_R, segments=36), *(hole.turn(y=aside, z=tilt) for hole in holes)]


@shelf.category(
    "bowling-pin",
    parents=("sports-equipment",),
    lookalikes=("bottle", "vase"),
    materials=("plastic", "wood"),
    symmetry=0,
    views=("front", "above"),
)
def bowling_pin(make: Maker) -> list[Part]:
    """A bowling pin with two rings around its neck."""
    tall, wide = 1.35, make.between(0.235, 0.265)
    side = curve(
        [(0.13, 0.02), (wide * 0.85, 0.22), (wide, 0.45), (wide * 0.72, 0.78), (0.1, 1.0)], 6
    )
    head = curve([(0.1, 1.0), (0.125, 1.15), (0.14, 1.25)], 5)[1:]
    ring = "#c8161e" if make.color in ("white", "gray", "black", "yellow") else "#f8f8f5"
    bands = [
        torus(0.1 + extra, 0.028, sides=10).at(0, y, 0).paint(ring)
        for y, extra in ((0.96, 0.006), (1.06, 0.0))
    ]
    top = arc(0, 1.25, 0.14, 0, 90, 7, ry=tall - 1.25)
    return [lathe([(0.11, 0), *side, *head, *top[1:]]), *bands]


@shelf.category(
    "dumbbell",
    parents=("sports-equipment",),
    synonyms=("hand weight",),
    materials=("metal",),
    colors=METALLIC,
    symmetry=2,
)
def dumbbell(make: Maker) -> list[Part]:
    """A dumbbell: two thick discs at each end of a bar."""
    r, bar, kind = make.between(0.34, 0.4), make.between(0.24, 0.3), make.pick("discs", "hexagons")
    grip = cylinder(0.075, 2 * bar + 0.1).turn(z=90).at(bar + 0.05, r, 0).paint("metal")
    if kind == "discs":
        large = cylinder(r, 0.17, bevel=0.045).turn(z=-90).at(bar, r, 0)
        small = cylinder(r * 0.76, 0.16, bevel=0.045).turn(z=-90).at(bar + 0.165, r, 0)
        weights = both(large, small)
        r_end = bar + 0.32
    else:
        sides = cylinder(r * 1.12, 0.34, bevel=0.06, segments=6).turn(y=30).turn(z=-90)
        weights = both(sides.at(bar, r * 0.97, 0))
        r_end = bar + 0.34
    ends = both(cylinder(0.085, 0.05, bevel=0.015).turn(z=-90).at(r_end, r, 0).paint("metal"))
    return [grip, *weights, *ends]


@shelf.category(
    "skateboard",
    parents=("sports-equipment", "toy"),
    materials=("wood", "plastic"),
    symmetry=2,
)
def skateboard(make: Maker) -> list[Part]:
    """A skateboard with raised ends, on four pale wheels."""
    half, w, rise = make.between(0.72, 0.82), 0.25, make.between(0.16, 0.22)
    sections = []
    for k in range(25):
        x = -half * np.cos(np.pi * k / 24)
        out = max(0.0, abs(x) - half * 0.62) / (half * 0.38)
        y = 0.3 + rise * out**1.5
        z = w * (1 - out**4 * 0.999) ** 0.5 if out < 1 else w * 0.04
        rim = [(-z, 0.0), (-z * 0.94, 0.055), (z * 0.94, 0.055), (z, 0.0)]
        sections.append([(x, y + dy, dz) for dz, dy in rim])
    wheel = cylinder(0.115, 0.12, bevel=0.03, segments=20).turn(x=90)
    hub = cylinder(0.05, 0.13, segments=12).turn(x=90)
    parts = [loft(sections)]
    for x in (-half * 0.5, half * 0.5):
        parts.append(box(0.14, 0.14, 0.2, 0.03).at(x, 0.17, 0).paint("metal"))
        parts.append(tube([(x, 0.12, -0.2), (x, 0.12, 0.2)], 0.035).paint("metal"))
        for z in (-0.22, 0.22):
            parts.append(wheel.at(x, 0.115, z - 0.06).paint("light"))
            parts.append(hub.at(x, 0.115, z - 0.065).paint("dark"))
    return [part.turn(y=22) for part in parts]


@shelf.category(
    "trophy",
    parents=("decoration",),
    synonyms=("prize cup",),
    lookalikes=("vase",),
    materials=("metal", "plastic", "glass", "wood"),
)
def trophy(make: Maker) -> list[Part]:
    """A cup with two large handles and a star, on a dark base with a plate."""
    wide, deep = make.between(0.36, 0.42), make.between(0.52, 0.6)
    low = 0.58
    top = low + deep
    cup = curve([(0.06, low), (wide * 0.72, low + 0.14), (wide, top - 0.12), (wide * 1.04, top)], 6)
    inside = [(r - 0.04, y + 0.01) for r, y in reversed(cup[2:])]
    stem = [(0.2, 0.26), (0.2, 0.3), (0.07, 0.36), (0.06, 0.44), (0.1, 0.48), (0.06, 0.52)]
    loop = curve3(
        [
            (wide * 0.95, top - 0.08, 0),
            (wide + 0.2, top - 0.03, 0),
            (wide + 0.25, top - 0.22, 0),
            (wide + 0.08, low + 0.2, 0),
            (wide * 0.7, low + 0.16, 0),
        ]
    )
    mark = extrude(star(5, 0.14, 0.06), 0.05, 0.01).turn(x=-8).at(0, top - 0.22, wide - 0.0)
    return [
        lathe([*stem, *cup, *inside, (0, low + 0.05)]),
        *both(tube(loop, 0.05)),
        loft([oval(y, r, r, square=8, n=32) for y, r in ((0, 0.28), (0.26, 0.24))]).paint("dark"),
        box(0.28, 0.13, 0.03, 0.01).turn(x=-8).at(0, 0.07, 0.25).paint("metal#d8b04a"),
        mark.paint("accent"),
    ]


@shelf.category(
    "tennis-racket",
    parents=("sports-equipment",),
    synonyms=("racket",),
    lookalikes=("magnifying-glass",),
    yaws=(-30.0, 0.0, 30.0),
)
def tennis_racket(make: Maker) -> list[Part]:
    """A tennis racket that stands on its handle, a ball beside it."""
    rx, ry, long = make.between(0.34, 0.38), make.between(0.44, 0.5), make.between(0.6, 0.7)
    y = long + 0.16 + ry
    frame = [(px, py + y, 0) for px, py in arc(0, 0, rx, 0, 360, 36, ry=ry)[:-1]]
    strings = []
    for k in range(-3, 4):
        x = k * rx / 4
        h = ry * (1 - (x / rx) ** 2) ** 0.5
        strings.append(tube([(x, y - h, 0), (x, y + h, 0)], 0.017, sides=6))
    for k in range(-4, 5):
        at = k * ry / 5
        w = rx * (1 - (at / ry) ** 2) ** 0.5
        strings.append(tube([(-w, y + at, 0), (w, y + at, 0)], 0.017, sides=6))
    throat = tube(curve3([(0.03, long, 0), (0.1, long + 0.16, 0), (0.23, y - ry * 0.72, 0)]), 0.048)
    return [
        tube(frame, 0.06, closed=True, flat=1.2),
        *both(throat),
        loft(
            [
                oval(h, r, r * 0.85, square=4)
                for h, r in ((0, 0.085), (0.03, 0.1), (0.1, 0.08), (long + 0.04, 0.08))
            ]
        ),
        *(string.paint("light") for string in strings),
        ball(0.13, segments=18).at(0.3, 0.13, 0.1).paint("#c9e23c"),
    ]


@shelf.category(
    "roller-skate",
    parents=("footwear", "sports-equipment"),
    lookalikes=("boot", "toy"),
    materials=("textile", "plastic", "rubber"),
)
def roller_skate(make: Maker) -> list[Part]:
    """A laced boot on four wheels with a stopper, its toe forward to the left."""
    tall, wheels = make.between(0.78, 0.92), make.between(0.12, 0.135)
    rows = (
        (0.0, 0.19, 0.45, 0.1, 2.4),
        (0.1, 0.2, 0.46, 0.105, 2.3),
        (0.2, 0.185, 0.42, 0.08, 2.1),
        (0.3, 0.17, 0.33, 0.0, 2),
        (0.42, 0.165, 0.24, -0.1, 2),
        (0.6, 0.17, 0.22, -0.13, 2),
        (tall, 0.19, 0.23, -0.14, 2),
    )
    low = 2 * wheels + 0.1
    boot = [oval(low + y, rx, rz, z=z, n=28, square=s) for y, rx, rz, z, s in rows]
    sole = [oval(low + y, 0.21, 0.48, z=0.1, n=28, square=2.5) for y in (-0.07, 0.0)]
    laces = [
        tube([(-0.11, low + y, z - 0.03), (0, low + y + 0.02, z), (0.11, low + y, z - 0.03)], 0.026)
        for y, z in ((0.29, 0.33), (0.38, 0.24), (0.47, 0.14), (0.57, 0.1), (0.67, 0.1))
    ]
    parts = [
        loft(boot, crease=60),
        lathe([(0.165, 0), (0.195, 0.0), (0.2, 0.1), (0.16, 0.1)])
        .scale(1, 1, 1.2)
        .at(0, low + tall - 0.07, -0.14)
        .paint("accent"),
        cylinder(0.16, 0.01).scale(1, 1, 1.2).at(0, low + tall + 0.028, -0.14).paint("dark"),
        loft(sole).paint("light"),
        *(lace.paint("light") for lace in laces),
        cylinder(0.08, 0.14, top=0.06).turn(x=50).at(0, low - 0.18, 0.5).paint("light"),
        box(0.1, 0.1, 0.66, 0.02).at(0, low - 0.15, 0.05).paint("metal"),
    ]
    for z in (-0.2, 0.3):
        axle = tube([(-0.2, wheels, z), (0.2, wheels, z)], 0.035)
        wheel = cylinder(wheels, 0.13, bevel=0.035, segments=20).turn(z=-90).at(0.1, wheels, z)
        hub = cylinder(wheels * 0.4, 0.14, segments=12).turn(z=-90).at(0.1, wheels, z)
        parts += [axle.paint("metal"), *both(wheel.paint("accent"), hub.paint("metal"))]
    return [part.turn(y=-66) for part in parts]
