"""What one wears or carries."""

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
    curve,
    curve3,
    cylinder,
    extrude,
    lathe,
    loft,
    oval,
    ring,
    torus,
    tube,
)
from tma_plugins.objects.library.metallic import METALLIC

shelf = Shelf()
_ALL = ("plain", "striped", "dotted", "checked")


@shelf.category(
    "top-hat",
    parents=("headwear",),
    synonyms=("hat",),
    materials=("textile", "plastic"),
    patterns=("plain", "striped", "checked"),
    symmetry=0,
    views=("front", "above"),
)
def top_hat(make: Maker) -> list[Part]:
    """A tall hat, its brim turned up a bit, with a band of ribbon."""
    tall, low, high = make.between(0.84, 1.0), make.between(0.4, 0.44), make.between(0.44, 0.52)
    brim = [
        (0.3, 0),
        (0.5, 0),
        (0.72, 0.06),
        (0.76, 0.1),
        (0.735, 0.115),
        (0.52, 0.06),
        (low, 0.07),
    ]
    side = curve([(low, 0.07), (low - 0.01, tall * 0.5), (high, tall)], 6)
    band = [(low + 0.014, 0.07), (low + 0.008, 0.27), (low - 0.02, 0.275)]
    return [
        lathe([*brim, *side[1:], (high - 0.02, tall + 0.02), (0, tall + 0.02)], segments=40),
        lathe(band, segments=40).paint("light" if make.color != "white" else "dark"),
    ]


@shelf.category(
    "baseball-cap",
    parents=("headwear",),
    synonyms=("cap",),
    lookalikes=("top-hat",),
    materials=("textile",),
)
def baseball_cap(make: Maker) -> list[Part]:
    """A cap with a long peak, a button on top and seams between its six panels."""
    tall, long = make.between(0.48, 0.56), make.between(0.44, 0.54)
    dome = lathe(
        [(0.47, 0), (0.5, 0.02), *arc(0, 0.06, 0.5, 0, 90, 10, ry=tall)], segments=36
    ).scale(1, 1, 1.08)
    seam = tube([(x, y + 0.06, 0) for x, y in arc(0, 0, 0.505, 2, 88, 9, ry=tall + 0.004)], 0.014)
    seams = [part.scale(1, 1, 1.08).paint("accent") for part in ring(seam, 6)]
    sections = []
    for k in range(13):
        x = -0.46 + 0.92 * k / 12
        share = x / 0.47
        front = 0.2 + long + 0.12 * (1 - share * share) ** 0.5 if abs(share) < 1 else 0.3
        end = 0.12 + (front - 0.12) * (1 - abs(share) ** 3.5)
        drop = 0.14 - 0.2 * share * share
        edge = [(0.05, drop - 0.035), (end, drop - 0.155), (end, drop - 0.115), (0.05, drop)]
        sections.append([(x, y, z) for z, y in reversed(edge)])
    logo = cylinder(0.13, 0.03, bevel=0.01).turn(x=62).at(0, 0.27, 0.475)
    parts = [
        dome,
        *seams,
        ball(0.05, 0.03).at(0, tall + 0.065, 0).paint("accent"),
        loft(sections).paint("accent"),
        logo.paint("light" if make.color != "white" else "dark"),
    ]
    return [part.turn(y=-42) for part in parts]


@shelf.category(
    "crown",
    parents=("headwear",),
    synonyms=("king's crown",),
    materials=("metal", "plastic"),
    symmetry=5,
    yaws=(0.0, 20.0),
    views=("front", "left"),
)
def crown(make: Maker) -> list[Part]:
    """A crown with five points that end in balls, set with stones."""
    low, high = make.between(0.24, 0.3), make.between(0.72, 0.82)
    flare = make.between(1.1, 1.22)
    r, steps = 0.46, 60
    angles = [2 * np.pi * k / steps + np.pi for k in range(steps)]
    saw = [abs((k / 12) % 1 * 2 - 1) for k in range(steps)]

    def row(radius: float, heights: list[float]) -> list[tuple[float, float, float]]:
        return [(radius * sin(a), y, radius * cos(a)) for a, y in zip(angles, heights, strict=True)]

    tops = [low + (high - low) * s for s in saw]
    wall = [
        row(r, [0.0] * steps),
        row(r * (1 + (flare - 1) * 0.25), [low * 0.75] * steps),
        row(r * flare, tops),
        row(r * flare - 0.07, tops),
        row(r - 0.05, [low * 0.75] * steps),
        row(r - 0.07, [0.06] * steps),
    ]
    gems = ("#d81e34", "#2f6fe0", "#1fa05a") if make.color in ("white", "gray") else ("#f4f6ff",)
    stone = ball(0.07, 0.07, 0.04, segments=12).at(0, low * 0.42, r + 0.03)
    knob = ball(0.075, segments=16).at(0, high + 0.05, -(r * flare - 0.03))
    knobs = [knob.turn(y=72 * k) for k in range(5)]
    stones = [stone.turn(y=36 * k + 18).paint(gems[k % len(gems)]) for k in range(10)]
    rims = [torus(r + 0.005, 0.04, segments=40, sides=8).at(0, y, 0) for y in (0.04, low * 0.84)]
    return [loft(wall, crease=25), *knobs, *stones, *rims]


@shelf.category(
    "boot",
    parents=("footwear",),
    synonyms=("rain boot", "wellington boot"),
    materials=("rubber", "textile", "plastic"),
    patterns=("plain", "dotted", "checked"),
)
def boot(make: Maker) -> list[Part]:
    """A rubber boot, its toe forward to the left, with a thick sole and a band at its top."""
    tall, toe = make.between(0.95, 1.15), make.between(0.0, 0.05)
    under = "dark" if make.color != "black" else "accent"
    rows = (
        (0.06, 0.215, 0.5 + toe, 0.16 + toe, 2.4),
        (0.16, 0.22, 0.51 + toe, 0.165 + toe, 2.4),
        (0.27, 0.205, 0.47 + toe, 0.13 + toe, 2.2),
        (0.36, 0.195, 0.35 + toe / 2, 0.02 + toe / 2, 2.1),
        (0.46, 0.19, 0.25, -0.07, 2),
        (0.6, 0.195, 0.22, -0.1, 2),
        (0.8, 0.22, 0.245, -0.1, 2),
        (tall, 0.235, 0.265, -0.1, 2),
        (tall + 0.02, 0.215, 0.245, -0.1, 2),
        (tall - 0.25, 0.18, 0.21, -0.1, 2),
    )
    leg = loft([oval(y, rx, rz, z=z, n=28, square=s) for y, rx, rz, z, s in rows], crease=60)
    sole = [
        oval(y, 0.235, 0.53 + toe, z=0.165 + toe, n=28, square=2.5)
        for y in (0.03, 0.05, 0.11, 0.12)
    ]
    heel = [oval(y, 0.215, 0.2, z=-0.16, n=28, square=2.8) for y in (0, 0.06)]
    cuff = [
        oval(tall + y, 0.232 + r, 0.262 + r, z=-0.1, n=28)
        for y, r in ((-0.12, 0.0), (-0.11, 0.022), (-0.01, 0.026), (0.0, 0.0))
    ]
    inside = oval(tall - 0.02, 0.225, 0.255, z=-0.1, n=28)
    lining = loft([inside - np.array([0, 0.03, 0]), inside])
    parts = [
        leg,
        loft(sole).paint(under),
        loft(heel).paint(under),
        loft(cuff).paint("accent"),
        lining.paint("dark"),
    ]
    return [part.turn(y=-66) for part in parts]


@shelf.category(
    "ring",
    parents=("accessory",),
    synonyms=("diamond ring",),
    materials=("metal",),
    colors=METALLIC,
    symmetry=2,
)
def finger_ring(make: Maker) -> list[Part]:
    """A thick ring that stands upright, with a large cut diamond on top."""
    r, thick, gem = 0.42, make.between(0.085, 0.105), make.between(0.27, 0.33)
    band = torus(r, thick, segments=48).scale(1, 1.15, 1).turn(x=90).at(0, r + thick, 0)
    top = 2 * (r + thick)
    cut = lathe([(0.0, 0), (1, 0.85), (1, 0.97), (0.62, 1.3)], segments=8, crease=0)
    claw = tube([(0.1, -0.1, 0), (gem * 0.75, 0.12, 0), (gem + 0.02, gem * 0.98, 0)], 0.035)
    seat = _seat(gem).at(0, top - 0.07, 0)
    return [
        band,
        seat,
        *(part.at(0, top, 0) for part in ring(claw, 4, 45)),
        cut.scale(gem).at(0, top - 0.02, 0).paint("#d3eefb"),
        lathe([(0.56, 1.302), (0.55, 1.31)], segments=8)
        .scale(gem)
        .at(0, top - 0.02, 0)
        .paint("#ffffff"),
    ]


def _seat(gem: float) -> Part:
    """What the stone of a ring sits in."""
    return lathe([(0.12, 0), (0.1, 0.06), (gem * 0.55, gem * 0.55), (gem * 0.4, gem * 0.5)])


@shelf.category(
    "glasses",
    parents=("accessory", "optical-instrument"),
    synonyms=("eyeglasses", "spectacles"),
    yaws=(-30.0, 0.0, 30.0),
    views=("front", "left", "right"),
)
def glasses(make: Maker) -> list[Part]:
    """A pair of glasses with thick rims, its temples to the back."""
    r, square = make.between(0.26, 0.29), make.pick(2.0, 3.2)
    apart, back = r + 0.1, make.between(0.7, 0.85)
    power = 2 / square
    rim = []
    for k in range(32):
        c, s = cos(radians(k * 360 / 32)), sin(radians(k * 360 / 32))
        x = r * 1.1 * abs(c) ** power * (1 if c > 0 else -1)
        y = r * abs(s) ** power * (1 if s > 0 else -1)
        rim.append((x + apart, y + r + 0.05, 0.0))
    lens = extrude([(x, y) for x, y, _ in rim], 0.02)
    far = apart + r * 1.1
    temple = curve3(
        [
            (far, r * 1.35, 0),
            (far + 0.06, r * 1.4, -0.06),
            (far + 0.05, r * 1.4, -back * 0.7),
            (far + 0.02, r * 0.9, -back),
            (far, 0.06, -back - 0.08),
        ]
    )
    bridge = curve3([(-0.13, r * 1.3, 0), (0, r * 1.5, 0.02), (0.13, r * 1.3, 0)])
    return [
        *both(tube(rim, 0.062, closed=True), tube(temple, 0.05), lens.paint("glass#cfe6f2")),
        tube(bridge, 0.055),
    ]


@shelf.category(
    "umbrella",
    parents=("accessory",),
    synonyms=("parasol",),
    materials=("textile", "plastic"),
    patterns=("plain", "striped", "dotted"),
    symmetry=1,
    views=("front", "left", "right"),
)
def umbrella(make: Maker) -> list[Part]:
    """An open umbrella with eight ribs and a curved handle."""
    deep, r = make.between(0.42, 0.5), 0.7
    tall, lean = make.between(1.5, 1.65), make.pick(-20, 20)
    count, steps = 8, 64

    def row(share: float, thick: float) -> list[tuple[float, float, float]]:
        points = []
        for k in range(steps):
            angle = 2 * np.pi * k / steps + np.pi
            ridge = abs(cos(count * angle / 2))
            radius = (r - thick) * share * (1 - 0.06 * (1 - ridge) * share)
            lift = 0.09 * (1 - ridge) * share**3
            y = tall - deep * share**2.0 + lift - thick
            points.append((radius * sin(angle), y, radius * cos(angle)))
        return points

    shares = (0.06, 0.3, 0.5, 0.7, 0.86, 1.0)
    canopy = [row(s, 0.03) for s in shares] + [row(s, 0.0) for s in reversed(shares)]
    hook = curve3(
        [
            (0, 0.3, 0),
            (0, 0.12, 0),
            (0.05, 0.02, 0),
            (0.15, 0.0, 0),
            (0.25, 0.03, 0),
            (0.27, 0.13, 0),
        ]
    )
    parts = [
        loft(canopy, crease=30),
        cylinder(0.036, tall - 0.2).at(0, 0.22, 0).paint("metal"),
        cylinder(0.035, 0.16, top=0.02).at(0, tall - 0.05, 0).paint("dark"),
        tube(hook, 0.065).paint("#8a5a2c"),
    ]
    return [part.turn(z=lean) for part in parts]


@shelf.category(
    "backpack",
    parents=("accessory", "container"),
    synonyms=("rucksack", "school bag"),
    lookalikes=("suitcase",),
    materials=("textile",),
    patterns=_ALL,
)
def backpack(make: Maker) -> list[Part]:
    """A packed backpack with a front pocket, side pockets, a loop and two straps."""
    w, tall = make.between(0.38, 0.42), make.between(1.1, 1.25)
    rows = ((0, 0.9, 0.9), (0.04, 1, 1), (0.5, 1.02, 1.05), (0.82, 0.93, 0.9), (0.94, 0.7, 0.7))
    sack = [oval(tall * y, w * a, 0.26 * b, square=3.2, n=32) for y, a, b in rows]
    sack.append(oval(tall, w * 0.35, 0.26 * 0.3, square=2.5, n=32))
    pocket = [
        oval(y * 0.5 + 0.08, w * 0.72 * a, 0.15 * b, z=0.24, square=3.5, n=32)
        for y, a, b in ((0, 0.9, 0.8), (0.06, 1, 1), (0.8, 1, 1), (0.95, 0.92, 0.85), (1, 0.8, 0.6))
    ]
    zip_line = [(x, y, 0.272) for x, y in arc(0, tall * 0.62, w * 0.8, 15, 165, 12, ry=tall * 0.25)]
    strap = curve3(
        [
            (w * 0.55, tall * 0.92, -0.12),
            (w * 0.7, tall * 0.95, -0.3),
            (w * 0.85, tall * 0.6, -0.42),
            (w * 0.9, tall * 0.25, -0.35),
            (w * 0.8, 0.08, -0.2),
        ]
    )
    loop = curve3(
        [
            (-0.12, tall - 0.03, -0.03),
            (-0.1, tall + 0.13, -0.03),
            (0.1, tall + 0.13, -0.03),
            (0.12, tall - 0.03, -0.03),
        ]
    )
    side = [
        oval(y, 0.09 * a, 0.16 * a, x=w * 0.98, square=2.5)
        for y, a in ((0.05, 0.8), (0.1, 1), (0.4, 1), (0.44, 0.8))
    ]
    return [
        loft(sack, crease=60),
        loft(pocket, crease=60),
        tube(zip_line, 0.022).paint("dark"),
        tube([(-w * 0.6, 0.47, 0.375), (w * 0.6, 0.47, 0.375)], 0.02).paint("dark"),
        box(0.05, 0.12, 0.03, 0.01).at(w * 0.5, 0.36, 0.385).paint("metal"),
        *both(tube(strap, 0.08, flat=0.4, up=(1, 0, 0)).paint("accent"), loft(side)),
        tube(loop, 0.04, flat=1.5).paint("accent"),
    ]


@shelf.category(
    "t-shirt",
    parents=("clothing",),
    name="T-shirt",
    synonyms=("shirt", "tee"),
    materials=("textile",),
    patterns=_ALL,
    symmetry=2,
    yaws=(-30.0, 0.0, 30.0),
    views=("front", "left", "right"),
)
def t_shirt(make: Maker) -> list[Part]:
    """A T-shirt that stands as if somebody wore it."""
    w, tall, sleeve = make.between(0.36, 0.42), 1.05, make.between(0.3, 0.36)
    neck = [(x * 0.17, tall - y * 0.12) for x, y in arc(0, 0, 1, 0, 180, 8)]
    right = [
        (w, 0.0),
        (w * 0.97, tall * 0.6),
        (w + sleeve * 0.75, tall * 0.5),
        (w + sleeve, tall * 0.72),
        (w * 0.95, tall * 0.98),
        (0.19, tall + 0.03),
    ]
    outline = [*right, *neck, *((-x, y) for x, y in reversed(right))]
    collar = tube([(x, y, 0.0) for x, y in neck], 0.035, flat=3.2)
    return [extrude(outline, 0.26, 0.07), collar.paint("accent")]
