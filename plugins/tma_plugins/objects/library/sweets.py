"""Cakes, ices and sweets."""

from __future__ import annotations

from math import cos, pi, radians, sin

import numpy as np

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    capsule,
    curve,
    cylinder,
    extrude,
    lathe,
    loft,
    ring,
    torus,
    tube,
)
from tma_plugins.objects.kit.part import Floats, sheet, surface
from tma_plugins.objects.library.leaves import GOLDEN, stalk

shelf = Shelf()
_WAFER, _LINES = "#dca35f", "#b87a3c"
_SPRINKLES = ("#ffffff", "#ffd93b", "#4aa3df", "#ff5c8a", "#66c05a")
_WARM = ("red", "orange", "yellow", "pink", "brown", "white")
_ICES = (*_WARM, "green", "turquoise", "blue", "purple")


def _flame(size: float) -> list[Part]:
    """A flame that stands on y = 0."""
    outline = curve([(0.02, 0), (0.22, 0.25), (0.13, 0.6), (0, 1)], 4)
    whole = lathe([(max(x, 0), y) for x, y in outline], segments=12, crease=180).scale(size)
    return [
        whole.paint("#ff9a1f"),
        ball(0.1, 0.2, segments=10).at(0, 0.3, 0.12).scale(size).paint("#fff3a8"),
    ]


def _cherry(size: float) -> list[Part]:
    """A cherry with a bent stalk; it stands on y = 0."""
    return [
        ball(size, segments=16).at(0, size, 0).paint("#c81e2b"),
        stalk(
            [(0, 1.8 * size, 0), (0.2 * size, 2.7 * size, 0), (0.8 * size, 3.3 * size, 0)],
            size * 0.14,
            size * 0.18,
            "#5f7f33",
        ),
    ]


@shelf.category(
    "ice-cream",
    name="ice cream cone",
    parents=("dessert",),
    synonyms=("ice cream",),
    lookalikes=("cupcake",),
    colors=_ICES,
    symmetry=0,
    views=("front", "above"),
)
def ice_cream(make: Maker) -> list[Part]:
    """Scoops of ice cream in a waffle cone."""
    scoops, deep = make.pick(1, 2), make.between(0.98, 1.12)
    r, wide = 0.46, 0.42
    parts = [lathe([(0.035, 0), (0.06, 0.02), (wide, deep), (wide - 0.06, deep)]).paint(_WAFER)]
    for turn in range(0, 360, 45):
        for way in (1, -1):
            path = [
                (
                    (0.06 + (wide - 0.06) * t) * sin(radians(turn + way * 75 * t)),
                    0.02 + (deep - 0.02) * t,
                    (0.06 + (wide - 0.06) * t) * cos(radians(turn + way * 75 * t)),
                )
                for t in np.linspace(0.05, 1, 7)
            ]
            parts.append(tube(path, 0.014, sides=5).paint(_LINES))
    parts.append(torus(wide, 0.035, sides=8).at(0, deep, 0).paint(_LINES))
    y = deep + 0.22
    for k in range(scoops):
        size = r * (1 - 0.1 * k)
        parts.append(ball(size, size * 0.95).at(0, y, 0))
        if k == 0:
            drip = ball(0.14, 0.11, segments=12).at(0, y - 0.15, size * 0.88)
            parts += ring(drip, 9, make.between(0, 40))
        y += size * 1.15
    top = y - r * (1 - 0.1 * (scoops - 1)) * 1.15 + r * (1 - 0.1 * (scoops - 1)) * 0.9
    return [*parts, *(part.at(0, top, 0) for part in _cherry(0.13))]


@shelf.category(
    "doughnut",
    parents=("dessert",),
    synonyms=("donut",),
    colors=("pink", "brown", "white", "purple", "turquoise", "blue", "yellow"),
    shape="torus",
    views=("front", "above", "left"),
)
def doughnut(make: Maker) -> list[Part]:
    """An iced doughnut with sprinkles, tipped up so that its hole is seen."""
    thick = make.between(0.23, 0.26)
    far, flat = 0.46, 0.82
    tipped = 36
    dough = torus(far, thick).scale(1, flat, 1).paint("#d69a52")
    rounds = []
    waves = make.pick(7, 8, 9)
    angles = 2 * pi * np.arange(72) / 72
    for step in range(13):
        across = radians(28 + 132 * step / 12)
        edge = 0.22 * np.sin(waves * angles) * max(0.0, abs(step - 6) - 3) / 3
        tilt = across + np.sign(6 - step) * edge
        radius = far + (thick + 0.022) * np.cos(tilt)
        rounds.append(
            np.stack(
                [
                    radius * np.sin(angles),
                    (thick + 0.022) * flat * np.sin(tilt),
                    radius * np.cos(angles),
                ],
                axis=1,
            )
        )
    icing = _closed(rounds)
    alike = {"white": "#ffffff", "yellow": "#ffd93b"}
    sprinkles = []
    for k in range(34):
        turn, tilt = k * GOLDEN, radians(make.between(35, 145))
        stick = (
            capsule(0.017, 0.1, segments=6).at(0, -0.05, 0).turn(z=90).turn(y=make.between(0, 180))
        )
        stick = stick.turn(x=90 - tilt * 180 / pi)
        stick = stick.at(0, (thick + 0.025) * flat * sin(tilt), far + (thick + 0.025) * cos(tilt))
        own = [c for c in _SPRINKLES if c != alike.get(make.color)]
        sprinkles.append(stick.turn(y=turn).paint(own[k % len(own)]))
    return [part.turn(x=tipped) for part in (icing, dough, *sprinkles)]


def _closed(rounds: list[Floats]) -> Part:
    """The ring-shaped body whose cross-section runs through the rounds and back to the first."""
    grid = np.stack([*rounds, rounds[0]])
    steps = np.linalg.norm(np.diff(grid, axis=0), axis=2).mean(axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    girth = 3.0
    u = np.linspace(0, girth, grid.shape[1] + 1)
    uv = np.stack(np.broadcast_arrays(u[None, :], along[:, None]), axis=2)
    return surface(*sheet(grid, uv, around=True), girth=girth, crease=60)


@shelf.category(
    "cake",
    parents=("dessert",),
    synonyms=("birthday cake",),
    colors=_ICES,
    symmetry=0,
    views=("front", "above"),
)
def cake(make: Maker) -> list[Part]:
    """A birthday cake on a plate: icing that runs down its side, piped dots, candles."""
    tall, r = make.between(0.48, 0.6), 0.6
    candles = make.pick(3, 5, 6)
    pale = "light" if make.color != "white" else "#f2c6cf"
    side = [
        (r - 0.02, 0.06),
        (r, 0.1),
        (r, tall + 0.02),
        *arc(r - 0.05, tall + 0.02, 0.05, 0, 90, 4),
    ]
    drips = []
    for k in range(14):
        low = tall - make.between(0.06, 0.17)
        drip = tube([(0, tall + 0.05, r - 0.02), (0, low, r + 0.015)], 0.055, sides=8)
        end = ball(0.055, segments=10).at(0, low, r + 0.015)
        drips += [part.turn(y=360 * k / 14).paint(pale) for part in (drip, end)]
    collar = torus(r - 0.02, 0.04, sides=8).at(0, tall + 0.03, 0)
    rim = ring(ball(0.065, 0.07, segments=10).at(0, tall + 0.09, r - 0.12), 12)
    base = ring(ball(0.075, segments=10).at(0, 0.1, r + 0.01), 20)
    stick = capsule(0.035, 0.34, segments=10).at(0, tall + 0.06, 0.25)
    flame = [part.at(0, tall + 0.4, 0.27) for part in _flame(0.19)]
    plate = [(0.5, 0), (0.69, 0.05), (0.71, 0.075), (0.6, 0.06)]
    return [
        lathe(side),
        *drips,
        collar.paint(pale),
        *(part.paint(pale) for part in rim),
        *(part.paint("trim") for part in base),
        *ring([stick.paint("accent"), *flame], candles, 180 / candles),
        lathe(plate).paint("#f4f4f4" if make.color != "white" else "#b9c2c9"),
    ]


@shelf.category(
    "cake-slice",
    name="slice of cake",
    parents=("dessert",),
    synonyms=("piece of cake",),
    lookalikes=("cake", "cheese"),
    colors=("pink", "brown", "yellow", "white", "green"),
    yaws=(-30.0, 0.0, 30.0),
    views=("front", "left", "right"),
)
def cake_slice(make: Maker) -> list[Part]:
    """A wedge of layer cake with cream between its layers and a cherry on it."""
    spread, tall = make.between(20, 25), make.between(0.2, 0.24)

    def wedge(grow: float, height: float) -> Part:
        tip = (0.0, -0.6 - grow)
        rim = arc(0, -0.6, 1.25 + grow, 90 - spread - 2 * grow, 90 + spread + 2 * grow, 8)
        return extrude([tip, *rim], height, 0.012).turn(x=-90).at(0, height / 2, 0)

    cream = "light" if make.color != "white" else "#d9566c"
    layers = [
        wedge(0, tall),
        wedge(0.012, 0.09).at(0, tall, 0).paint(cream),
        wedge(0, tall).at(0, tall + 0.09, 0),
        wedge(0.025, 0.12).at(0, 2 * tall + 0.09, 0).paint("accent"),
    ]
    top = 2 * tall + 0.2
    swirl = [(0.15, 0), (0.17, 0.05), (0.11, 0.1), (0.12, 0.13), (0.05, 0.19), (0, 0.2)]
    parts = [
        *layers,
        lathe(swirl, segments=20).at(0, top, -0.35).paint(cream),
        *(part.at(0, top + 0.15, -0.35) for part in _cherry(0.11)),
    ]
    return [part.turn(y=58) for part in parts]


@shelf.category(
    "cupcake",
    parents=("dessert",),
    synonyms=("muffin",),
    lookalikes=("cake",),
    colors=_ICES,
    symmetry=0,
    views=("front", "above"),
)
def cupcake(make: Maker) -> list[Part]:
    """A cupcake: a pleated paper cup, swirled icing and a cherry."""
    rounds, wide = make.pick(3, 4), make.between(0.5, 0.56)
    deep = 0.46
    angles = 2 * pi * np.arange(64) / 64
    pleat = 1 + 0.035 * np.where(np.arange(64) % 2, 1, -1)
    cup = loft(
        [
            np.stack([r * pleat * np.sin(angles), np.full(64, y), r * pleat * np.cos(angles)], 1)
            for r, y in ((0.34, 0.0), (0.47, deep))
        ],
        crease=10,
    )
    swirl = [(0.4, deep - 0.02)]
    for k in range(rounds):
        out = wide * (1 - 0.86 * k / rounds) * 0.96
        swirl += arc(out - 0.12, deep + 0.09 + 0.2 * k, 0.13, -62, 62, 5)
    peak = deep + 0.2 * rounds
    parts = [lathe([*swirl, (0, peak + 0.05)], crease=60)]
    fruit = [part.at(0, peak - 0.02, 0) for part in _cherry(0.13)]
    dots = []
    for k in range(24):
        row = k % rounds
        out = wide * (1 - 0.86 * row / rounds) * 0.96
        dot = ball(0.026, segments=8).at(0, deep + 0.12 + 0.2 * row, out + 0.005)
        own = [c for c in _SPRINKLES if make.color != "white" or c != "#ffffff"]
        dots.append(dot.turn(y=k * GOLDEN).paint(own[k % len(own)]))
    return [cup.paint("accent"), *parts, *fruit, *dots]


@shelf.category(
    "lollipop",
    parents=("dessert",),
    lookalikes=("balloon",),
    symmetry=2,
    views=("front", "left", "right"),
)
def lollipop(make: Maker) -> list[Part]:
    """A disc of sugar with a pale spiral on a stick, and a bow."""
    r, long = make.between(0.44, 0.5), make.between(0.8, 0.95)
    y = long + r - 0.05
    pale = "#ffffff" if make.color != "white" else "#c3c8cd"
    turns = 2.6
    path = [
        (r * 0.9 * t * cos(2 * pi * turns * t), y + r * 0.9 * t * sin(2 * pi * turns * t), 0.085)
        for t in np.linspace(0.04, 1, 56)
    ]
    swirl = tube(path, 0.035, sides=6)
    disc = cylinder(r, 0.18, bevel=0.08, segments=40).turn(x=90).at(0, y, -0.09)
    loop = ball(0.13, 0.085, 0.1, segments=14).turn(z=20).at(0.13, long - 0.14, 0)
    return [
        disc,
        swirl.paint(pale),
        swirl.turn(y=180).paint(pale),
        cylinder(0.045, long, bevel=0.02, segments=14).paint("light"),
        loop.paint("accent"),
        loop.mirror().paint("accent"),
        ball(0.08, segments=12).at(0, long - 0.14, 0).paint("accent"),
    ]


@shelf.category(
    "popsicle",
    parents=("dessert",),
    synonyms=("ice lolly", "ice pop"),
    lookalikes=("ice-cream",),
    colors=_ICES,
    views=("front", "left", "right"),
)
def popsicle(make: Maker) -> list[Part]:
    """A bitten ice lolly on a flat wooden stick."""
    w, tall = make.between(0.29, 0.33), make.between(0.9, 1.05)
    low = 0.42
    bite = [
        (w - 0.02, low + tall - 0.2),
        (w - 0.2, low + tall - 0.22),
        (w - 0.2, low + tall - 0.04),
    ]
    bite = curve([*bite, (w - 0.12, low + tall + 0.1)], 3)
    outline = [
        *arc(-w + 0.06, low + 0.06, 0.06, 180, 270, 3),
        *arc(w - 0.06, low + 0.06, 0.06, 270, 360, 3),
        *bite,
        *arc(0, low + tall - 0.12, w, 75, 180, 9),
    ]
    groove = capsule(0.055, tall * 0.68, segments=12).scale(1, 1, 0.4)
    grooves = [groove.at(x, low + 0.12, z) for x in (-w * 0.42, w * 0.32) for z in (0.125, -0.125)]
    stick = [*arc(0, 0.09, 0.09, 180, 360, 6), (0.09, low + 0.1), (-0.09, low + 0.1)]
    return [
        extrude(outline, 0.26, 0.05),
        *(part.paint("accent") for part in grooves),
        extrude(stick, 0.07, 0.015).paint("#d9b07c"),
    ]
