"""Vegetables, and what is eaten warm or on bread."""

from __future__ import annotations

from math import cos, pi, radians, sin

import numpy as np

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    box,
    curve3,
    cylinder,
    extrude,
    lathe,
    loft,
    ring,
    torus,
    tube,
)
from tma_plugins.objects.kit.part import Floats
from tma_plugins.objects.library.leaves import DEEP, GOLDEN, GREEN, leaf, stalk, turned

shelf = Shelf()


@shelf.category("carrot", parents=("vegetable",), colors=("orange",))
def carrot(make: Maker) -> list[Part]:
    """A carrot that leans, its tip down, with a green top."""
    wide, long = make.between(0.22, 0.27), make.between(1.15, 1.35)
    side = [
        (0, 0),
        (0.05, 0.02),
        (wide * 0.5, long * 0.35),
        (wide * 0.85, long * 0.75),
        (wide, long * 0.92),
        (wide * 0.75, long),
        (0.06, long),
    ]
    grooves = [
        torus(r * wide - 0.004, 0.014, segments=20, sides=8).at(0, long * y, 0).paint("accent")
        for r, y in ((0.61, 0.45), (0.815, 0.7), (0.95, 0.85), (0.38, 0.25))
    ]
    fronds = []
    for turn, out, high in (
        (0, 0.3, 0.5),
        (70, 0.22, 0.62),
        (140, 0.3, 0.52),
        (215, 0.24, 0.6),
        (290, 0.3, 0.48),
        (330, 0.06, 0.66),
    ):
        path = [(0, long - 0.03, 0), (out * 0.3, long + high * 0.5, 0), (out, long + high, 0)]
        fronds.append(leaf(path, 0.12, widest=0.7, up=(-1, 0.5, 0), thick=0.5).turn(y=turn))
    parts = [turned(side), *grooves, *fronds]
    lean = make.between(24, 36)
    return [part.turn(z=-lean) for part in parts]


@shelf.category(
    "pumpkin",
    parents=("vegetable",),
    synonyms=("halloween pumpkin",),
    colors=("orange",),
    symmetry=0,
    views=("front", "above"),
)
def pumpkin(make: Maker) -> list[Part]:
    """A ribbed pumpkin with a crooked stalk."""
    lobes, high = make.pick(9, 10, 11), make.between(0.38, 0.46)
    lobe = ball(0.24, high, 0.3, segments=20).at(0, high, 0.33)
    return [
        *ring(lobe, lobes),
        ball(0.5, high * 0.9, segments=16).at(0, high, 0),
        stalk(
            [
                (0, high * 1.7, 0),
                (0, high * 2 + 0.06, 0),
                (0.06, high * 2 + 0.17, 0),
                (0.17, high * 2 + 0.24, 0),
            ],
            0.12,
            0.065,
            "#5d7a34",
        ),
        *ring(
            leaf(
                [(0, high * 1.9, 0), (0.12, high * 1.98, 0), (0.24, high * 1.93, 0)],
                0.06,
                up=(0, 1, 0),
                role="#5d7a34",
            ),
            6,
        ),
    ]


@shelf.category(
    "corn", parents=("vegetable",), synonyms=("corn on the cob", "maize"), colors=("yellow",)
)
def corn(make: Maker) -> list[Part]:
    """A cob of corn, its kernels bare above the open husk."""
    tall, wide = make.between(1.35, 1.5), make.between(0.23, 0.26)
    around, rows = 9, 11
    sections = []
    for k in range(rows * 4 + 1):
        share = k / (rows * 4)
        y = 0.1 + (tall - 0.1) * share
        r = wide * (1 - 0.75 * max(0.0, share - 0.45) ** 2.2 / 0.55**2.2) * (0.85 + 0.15 * share)
        bump = abs(sin(pi * share * rows)) ** 0.6
        shift = pi / around * (int(share * rows - 1e-9) % 2)
        angles = 2 * pi * np.arange(36) / 36
        far = r * (0.86 + 0.16 * bump * np.abs(np.cos(around * (angles + shift) / 2)) ** 0.6)
        sections.append(
            np.stack([far * np.sin(angles), np.full(36, y), far * np.cos(angles)], axis=1)
        )
    husk = leaf(
        [
            (0.05, 0.02, 0),
            (wide + 0.06, 0.16, 0),
            (wide + 0.1, tall * 0.28, 0),
            (wide + 0.26, tall * 0.46, 0),
        ],
        0.17,
        up=(1, 0, 0),
        thick=0.16,
        widest=0.4,
    )
    turns = ((20, GREEN), (160, DEEP), (265, "#7fbf4d"))
    parts = [
        loft(sections, crease=60),
        *(husk.turn(y=turn).paint(role) for turn, role in turns),
        lathe([(0.07, 0), (0.08, 0.02), (wide * 0.8, 0.16), (0.1, 0.2)]).paint(GREEN),
    ]
    lean = make.between(9, 15)
    return [part.turn(z=-lean) for part in parts]


@shelf.category(
    "broccoli",
    parents=("vegetable",),
    colors=("green",),
    symmetry=0,
    views=("front", "above"),
)
def broccoli(make: Maker) -> list[Part]:
    """A floret: a knobbly head on thick pale branches."""
    wide = make.between(0.4, 0.46)
    head = []
    for k in range(46):
        tilt = radians(90 - 84 * (k / 45) ** 0.62)
        size = make.between(0.1, 0.13)
        head.append(
            ball(size, segments=8)
            .at(0, 0.68 + 0.36 * sin(tilt), wide * cos(tilt))
            .turn(y=k * GOLDEN)
            .paint("body" if k % 3 else "trim")
        )
    core = lathe(arc(0, 0.66, wide, -28, 90, 10, ry=0.38))
    path = [(0.03, 0.22, 0), (0.14, 0.38, 0), (0.3, 0.58, 0)]
    branch = stalk(path, 0.1, 0.12, "#a9cf7f")
    return [
        core,
        *head,
        lathe([(0.17, 0), (0.19, 0.02), (0.16, 0.25), (0.2, 0.6)], segments=20).paint("#a9cf7f"),
        *ring(branch, 5),
    ]


@shelf.category(
    "hamburger",
    parents=("food",),
    synonyms=("burger", "cheeseburger"),
    colors=("brown",),
    symmetry=0,
    views=("front", "above"),
)
def hamburger(make: Maker) -> list[Part]:
    """A hamburger: bun with sesame, salad, tomato, cheese and meat."""
    r, dome = 0.6, make.between(0.36, 0.44)
    bun = [(r - 0.06, 0), (r, 0.04), *arc(0, 0.1, r, 0, 90, 9, ry=dome)]
    low = [(r - 0.12, 0), (r - 0.02, 0.06), (r, 0.15), (r - 0.04, 0.2)]
    angles = 2 * pi * np.arange(72) / 72
    waves = 0.035 * np.sin(11 * angles)
    far = r + 0.07 + 0.025 * np.cos(7 * angles)

    def frill(lift: float, scale: float) -> Floats:
        return np.stack(
            [far * scale * np.sin(angles), lift + waves, far * scale * np.cos(angles)], axis=1
        )

    salad = loft([frill(0.4, 0.97), frill(0.425, 1.0), frill(0.45, 0.97)], crease=60)
    seeds = []
    for k in range(26):
        tilt = radians(90 - 68 * ((k + 0.6) / 26) ** 0.55)
        seed = ball(0.026, 0.018, 0.045, segments=8).turn(y=make.between(0, 180))
        seed = seed.turn(x=90 - tilt * 180 / pi).at(0, dome * sin(tilt), r * cos(tilt))
        seeds.append(seed.turn(y=k * GOLDEN).at(0, 0.6, 0).paint("#f3dfae"))
    cheese = box(0.92, 0.035, 0.92, 0.015).turn(y=45).at(0, 0.36, 0)
    corner = extrude([(-0.17, 0), (0.17, 0), (0.02, -0.15), (-0.02, -0.15)], 0.03, 0.01)
    corners = ring(corner.turn(x=8).at(0, 0.385, r + 0.035), 4)
    meat = [(r - 0.03, 0), *arc(r, 0.08, 0.06, -70, 70, 5, ry=0.08), (r - 0.03, 0.16)]
    return [
        lathe(low),
        lathe(meat).at(0, 0.2, 0).paint("#4a2415"),
        cheese.paint("#ffc928"),
        *(part.paint("#ffc928") for part in corners),
        salad.paint("#6cbf3f"),
        cylinder(r + 0.01, 0.07, bevel=0.03).at(0, 0.44, 0).paint("#d83a2e"),
        lathe(bun, crease=60).at(0, 0.5, 0),
        *seeds,
    ]


@shelf.category(
    "pizza",
    name="slice of pizza",
    parents=("food",),
    synonyms=("pizza", "pizza slice"),
    lookalikes=("cheese",),
    colors=("yellow",),
    yaws=(-30.0, 0.0, 30.0),
    views=("front", "left", "above"),
)
def pizza(make: Maker) -> list[Part]:
    """A slice of pizza, leaning back, with sausage, olives, basil and melting cheese."""
    w, long = make.between(0.5, 0.58), 1.25
    edge = [(0, 0), (w, long), (-w, long)]
    crust = curve3([(-w - 0.05, long, 0), (0, long + 0.09, 0), (w + 0.05, long, 0)], 6)
    meat = cylinder(0.11, 0.03, bevel=0.012, segments=20).turn(x=90)
    olive = torus(0.05, 0.024, segments=14, sides=8).turn(x=90)
    basil = ball(0.075, 0.04, 0.02, segments=12)
    spots = ((-0.2, 1.0), (0.21, 0.86), (-0.03, 0.56))
    olives = ((0.05, 1.08), (0.14, 0.62), (-0.13, 0.78))
    herbs = ((0.3, 1.1, 30), (0.02, 0.82, -40))
    parts = [
        extrude(edge, 0.1, 0.02).at(0, 0, -0.06).paint("#d69a52"),
        extrude([(0, 0), (w + 0.01, long), (-0.01 - w, long)], 0.1, 0.012),
        tube(crust, 0.075, sides=14, crease=180).paint("#b8722e"),
        ball(0.074, segments=14).at(-w - 0.05, long, 0).paint("#b8722e"),
        ball(0.074, segments=14).at(w + 0.05, long, 0).paint("#b8722e"),
        *(meat.at(x, y, 0.04).paint("#c23b2a") for x, y in spots),
        *(olive.at(x, y, 0.06).paint("dark") for x, y in olives),
        *(basil.turn(z=t).at(x, y, 0.06).paint(GREEN) for x, y, t in herbs),
    ]
    return [part.turn(x=-38) for part in parts]


@shelf.category(
    "cheese",
    parents=("food",),
    synonyms=("piece of cheese", "cheese wedge"),
    colors=("yellow", "orange"),
    views=("front", "left", "right"),
)
def cheese(make: Maker) -> list[Part]:
    """A wedge of cheese with holes."""
    w, tall, deep = 1.1, make.between(0.5, 0.6), make.between(0.6, 0.75)
    plan = [(-w / 2, -deep / 2), (w / 2, -deep / 2), (w / 2, deep * 0.1), (w * 0.38, deep / 2)]
    body = extrude(plan, tall, 0.02).turn(x=-90).at(0, tall / 2, 0)
    shade = "#c79400" if make.color == "yellow" else "#b25405"
    holes = [
        cylinder(r, 0.02, segments=20).turn(x=90).at(w * x, tall * y, deep / 2 - 0.01)
        for x, y, r in (
            (-0.3, 0.45, 0.06),
            (-0.14, 0.72, 0.07),
            (0.0, 0.3, 0.1),
            (0.2, 0.66, 0.12),
            (0.37, 0.3, 0.09),
        )
    ]
    holes += [
        cylinder(r, 0.02, segments=20).at(x, tall - 0.012, z)
        for x, z, r in ((0.3, -0.16, 0.1), (0.02, 0.1, 0.07), (0.36, 0.14, 0.07))
    ]
    holes += [
        cylinder(r, 0.02, segments=20).turn(z=90).at(w / 2 + 0.008, y * tall, z)
        for y, z, r in ((0.6, 0.12, 0.1), (0.25, 0.25, 0.05))
    ]
    return [body, *(hole.paint(shade) for hole in holes)]
