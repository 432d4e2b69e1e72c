"""Aircraft and spacecraft; their noses look forward."""

from __future__ import annotations

import numpy as np

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    box,
    cone,
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
from tma_plugins.objects.library.vehicles import AROUND, axle, facing, pane, sides

shelf = Shelf()
_ALL = ("plain", "striped", "dotted", "checked")
_MADE = ("metal", "plastic", "wood")


def ahead(profile: list[tuple[float, float]], segments: int = 28) -> Part:
    """A smooth solid of revolution about the x axis; the profile runs from tail to nose."""
    side = [(max(r, 0.0), x) for r, x in curve(profile, 5)]
    return lathe(side, segments=segments, crease=60).turn(z=-90)


def level(outline: list[tuple[float, float]], thick: float, bevel: float = 0.015) -> Part:
    """A level plate; its outline is given in (x, -z)."""
    return extrude(outline, thick, bevel).turn(x=-90)


@shelf.category(
    "airplane",
    parents=("aircraft",),
    synonyms=("aeroplane", "plane", "airliner"),
    materials=_MADE,
    yaws=AROUND,
    views=("left", "right", "above"),
)
def airplane(make: Maker) -> list[Part]:
    """An airliner with swept wings, two engines and a row of windows."""
    span, glass = make.between(0.95, 1.1), pane(make)
    y = 0.42
    body = ahead(
        [
            (0, -1.1),
            (0.05, -1.08),
            (0.15, -0.6),
            (0.2, -0.2),
            (0.21, 0.5),
            (0.17, 0.82),
            (0.08, 0.98),
            (0, 1.0),
        ]
    )
    wing = [(0.3, 0.1), (0.02, span), (-0.18, span), (-0.2, 0.1)]
    tail = [(-0.74, 0.05), (-0.96, 0.46), (-1.1, 0.46), (-1.06, 0.05)]
    fin = [(-0.66, 0.1), (-0.98, 0.55), (-1.16, 0.55), (-1.06, 0.08)]
    engine = lathe(
        [(0.075, 0), (0.105, 0.12), (0.105, 0.34), (0.085, 0.36), (0.075, 0.3)], segments=18
    )
    dots = [
        ball(0.036, 0.045, 0.02, segments=10).at(x, y + 0.06, 0.2)
        for x in np.linspace(-0.45, 0.6, 8)
    ]
    return facing(
        [
            body.at(0, y, 0),
            *sides(
                level(wing, 0.06, 0.02).at(0, y - 0.1, 0),
                level(tail, 0.045).at(0, y + 0.06, 0),
                engine.turn(z=-90).at(-0.02, y - 0.2, 0.42).paint("accent"),
                *(dot.paint(glass) for dot in dots),
                box(0.07, 0.16, 0.02, 0.008).at(0.73, y - 0.02, 0.18).paint("accent"),
            ),
            extrude(fin, 0.05, 0.015).at(0, y, 0).paint("accent"),
            *sides(
                extrude([(0.74, 0.06), (0.93, 0.05), (0.84, 0.135), (0.74, 0.14)], 0.02, 0.004)
                .turn(y=22)
                .at(0.02, y, 0.42)
                .paint(glass)
            ),
            box(0.02, 0.06, 0.14, 0.008).turn(z=40).at(0.89, y + 0.075, 0).paint(glass),
            *axle(-0.1, 0.085, 0.13, 0.06),
            *axle(0.7, 0.07, 0.03, 0.05),
            *(
                tube([(x, 0.1, z), (x, y - 0.08, z)], 0.025, sides=8).paint("metal")
                for x, z in ((-0.1, 0.1), (-0.1, -0.1), (0.7, 0.0))
            ),
        ]
    )


@shelf.category(
    "helicopter",
    parents=("aircraft",),
    synonyms=("chopper",),
    yaws=AROUND,
    views=("left", "right", "above"),
)
def helicopter(make: Maker) -> list[Part]:
    """A helicopter: a round cabin with a large window, a tail boom, a rotor, skids."""
    glass, blades, turn = pane(make), make.pick(2, 3), make.between(20, 50)
    y = 0.52
    body = ball(0.54, 0.42, 0.39, segments=28).at(0.06, y, 0)
    boom = tube([(-0.2, y + 0.08, 0), (-1.05, y + 0.2, 0)], [0.25, 0.09], sides=16)
    fin = [(-0.82, y + 0.1), (-1.02, y + 0.6), (-1.24, y + 0.6), (-1.12, y + 0.1)]
    front = [oval(h, r, r, n=24) for h, r in ((0, 0.29), (0.1, 0.275), (0.19, 0.2), (0.24, 0.08))]
    nose = loft(front, crease=80).turn(z=-62).at(0.36, y + 0.08, 0)
    blade = box(0.95, 0.03, 0.1, 0.012).at(0.5, 0, 0).paint("accent")
    small = box(0.05, 0.34, 0.02, 0.008).at(0, -0.17, 0).paint("dark")
    skid = curve3([(-0.35, 0.04, 0.3), (0.45, 0.04, 0.3), (0.6, 0.12, 0.3)], 4)
    return facing(
        [
            body,
            nose.paint(glass),
            boom,
            extrude(fin, 0.05, 0.015),
            *sides(
                level([(-0.8, 0.05), (-0.86, 0.34), (-1.04, 0.34), (-1.0, 0.05)], 0.04).at(
                    0, y + 0.18, 0
                ),
                box(0.3, 0.3, 0.02, 0.03).at(-0.05, y - 0.14, 0.375).paint("accent"),
                tube(skid, 0.035, sides=10).paint("metal"),
                *(
                    tube([(x, 0.04, 0.3), (x, y - 0.2, 0.16)], 0.028, sides=8).paint("metal")
                    for x in (-0.15, 0.3)
                ),
            ),
            cylinder(0.2, 0.16, top=0.12).at(0, y + 0.34, 0).paint("accent"),
            cylinder(0.035, 0.24).at(0, y + 0.4, 0).paint("metal"),
            *(b.at(0, y + 0.62, 0) for b in ring(blade, blades, turn)),
            ball(0.075, 0.05, segments=14).at(0, y + 0.64, 0).paint("metal"),
            *(s.turn(z=a).at(-1.12, y + 0.42, 0.06) for s in (small,) for a in (25, 115, 205, 295)),
            ball(0.04, segments=10).at(-1.12, y + 0.42, 0.07).paint("metal"),
        ]
    )


@shelf.category(
    "hot-air-balloon",
    parents=("aircraft",),
    synonyms=("air balloon",),
    lookalikes=("balloon",),
    materials=("textile", "plastic"),
    patterns=_ALL,
    symmetry=0,
    views=("front", "above"),
)
def hot_air_balloon(make: Maker) -> list[Part]:
    """A balloon with seams, and a basket on ropes below it."""
    wide, low = make.between(0.6, 0.66), 0.52
    tall = make.between(1.15, 1.25)
    side = curve(
        [
            (0.16, low),
            (0.3, low + 0.2),
            (wide * 0.9, low + tall * 0.5),
            (wide, low + tall * 0.68),
            (wide * 0.74, low + tall * 0.92),
            (0.12, low + tall),
            (0, low + tall),
        ],
        5,
    )
    seam = [(0.0, y, r + 0.004) for r, y in side[:-4]]
    seams = ring(tube(seam, 0.014, sides=5).paint("accent"), 10, 18)
    basket = [(0.16, 0), (0.18, 0.02), (0.21, 0.26), (0.18, 0.26), (0.16, 0.06)]
    rope = tube([(0.19, 0.26, 0), (0.17, low + 0.03, 0)], 0.014, sides=6).paint("#7a5a36")
    weave = [
        torus(0.188 + 0.014 * k, 0.018, segments=24, sides=6).at(0, 0.06 + 0.08 * k, 0)
        for k in range(3)
    ]
    return [
        lathe([(max(r, 0), y) for r, y in side], crease=60),
        *(seams if make.pattern == "plain" else []),
        torus(0.17, 0.03, segments=24, sides=8).at(0, low, 0).paint("accent"),
        lathe(basket, segments=24).paint("#b98345"),
        *(part.paint("#8f602c") for part in weave),
        torus(0.2, 0.03, segments=24, sides=8).at(0, 0.26, 0).paint("#8f602c"),
        *ring(rope, 6),
        cone(0.05, 0.2, segments=12).at(0, 0.36, 0).paint("#ff9a1f"),
    ]


@shelf.category(
    "rocket",
    parents=("spacecraft",),
    synonyms=("rocket ship", "spaceship"),
    lookalikes=("aircraft",),
    materials=_MADE,
    yaws=(-30.0, 0.0, 30.0),
    views=("front", "left", "right"),
)
def rocket(make: Maker) -> list[Part]:
    """A rocket that stands on its fins, with a pointed nose and round windows."""
    wide, tall = make.between(0.28, 0.33), make.between(1.3, 1.5)
    low = 0.22
    top = low + tall
    side = curve(
        [
            (wide * 0.62, low),
            (wide * 0.95, low + tall * 0.25),
            (wide, low + tall * 0.5),
            (wide * 0.72, low + tall * 0.8),
        ],
        6,
    )
    nose = curve(
        [(wide * 0.74, low + tall * 0.785), (wide * 0.45, top), (0.03, top + 0.2), (0, top + 0.21)],
        5,
    )
    fin = curve(
        [(wide * 0.6, low + 0.42), (wide + 0.26, low + 0.1), (wide + 0.3, 0), (wide + 0.12, 0.0)], 4
    )
    fin = [*fin, (wide * 0.55, low + 0.06)]
    fins = ring(extrude(fin, 0.07, 0.02), 4, 45)
    y, r = low + tall * 0.55, wide * 0.42
    glass = "#9fd4ee" if make.color not in ("turquoise", "white", "blue", "gray") else "#274b6d"
    port = [
        torus(r, 0.035, segments=28, sides=10).turn(x=90).at(0, y, wide - 0.02).paint("metal"),
        ball(r, r, 0.05, segments=20).at(0, y, wide - 0.03).paint(glass),
    ]
    small = [part.at(0, -y, 0).scale(0.6, 0.6, 1).at(0, y - tall * 0.24, -0.01) for part in port]
    return [
        lathe(side, crease=60),
        lathe([(max(x, 0), y) for x, y in nose], crease=60).paint("accent"),
        torus(wide * 0.76, 0.03, sides=8).at(0, low + tall * 0.785, 0).paint("metal"),
        torus(wide * 0.64, 0.035, sides=8).at(0, low + 0.02, 0).paint("metal"),
        lathe([(wide * 0.5, 0.08), (wide * 0.36, low + 0.03)], segments=24).paint("dark"),
        *(part.paint("accent") for part in fins),
        *port,
        *small,
    ]


@shelf.category(
    "flying-saucer",
    parents=("spacecraft",),
    synonyms=("ufo", "alien spaceship"),
    lookalikes=("aircraft",),
    materials=("metal", "plastic"),
    symmetry=0,
    views=("front", "above"),
)
def flying_saucer(make: Maker) -> list[Part]:
    """A flying saucer on three legs: lamps about its rim, an alien under a glass dome."""
    high, y = make.between(0.13, 0.18), 0.42
    disc = [
        (0.16, y - high),
        (0.4, y - high * 0.8),
        *arc(0.72, y, 0.05, -60, 60, 6),
        (0.42, y + high),
        (0.3, y + high),
    ]
    lamps = ring(ball(0.06, segments=12).at(0, y + high * 0.5 + 0.02, 0.58), 10)
    dome = lathe(arc(0, y + high - 0.02, 0.33, 0, 90, 9, ry=0.34), crease=60)
    eye = ball(0.045, 0.065, 0.03, segments=10).turn(z=-20).at(0.065, y + high + 0.17, 0.115)
    leg = tube([(0.3, y - 0.06, 0), (0.48, 0.03, 0)], 0.035, sides=8)
    alien = [
        ball(0.15, 0.135, 0.13, segments=16).at(0, y + high + 0.16, 0).paint("#7ed957"),
        ball(0.09, 0.12, segments=12).at(0, y + high, 0).paint("#7ed957"),
        *(part.paint("dark") for part in (eye, eye.mirror())),
    ]
    return [
        lathe(disc, segments=40),
        torus(0.345, 0.035, sides=8).at(0, y + high, 0).paint("accent"),
        *(lamp.paint(("#ffe14d", "#ff5a4d")[k % 2]) for k, lamp in enumerate(lamps)),
        *alien,
        dome.paint("glass#cfeeff"),
        *(
            part.paint("dark")
            for part in ring([leg, ball(0.07, 0.03, segments=12).at(0.49, 0.03, 0)], 3, 30)
        ),
    ]
