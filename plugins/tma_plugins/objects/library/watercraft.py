"""Watercraft; their noses look forward."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    ball,
    box,
    capsule,
    curve,
    curve3,
    extrude,
    lathe,
    loft,
    oval,
    torus,
    tube,
)
from tma_plugins.objects.library.aircraft import ahead, level
from tma_plugins.objects.library.vehicles import AROUND, SIDES, facing, sides

shelf = Shelf()


def _hull(rows: list[tuple[float, float, float]], bow: float, shift: float = 0.0) -> Part:
    """A hull with a pointed bow ahead; rows of (height, half length, half width), upwards."""
    sections = []
    for k, (y, long, wide) in enumerate(rows):
        section = oval(y, long, wide, n=40, square=3.2)
        along = section[:, 0] / long
        section[:, 2] *= 1 - np.clip(along - 0.05, 0, 1) ** 1.8 * 0.97
        section[:, 0] += np.clip(along, 0, 1) * bow * k / (len(rows) - 1) + shift
        section[:, 1] += np.clip(along, 0, 1) ** 2 * 0.12 * k / (len(rows) - 1)
        sections.append(section)
    return loft(sections, crease=40)


@shelf.category(
    "sailboat",
    parents=("watercraft",),
    synonyms=("sailing boat", "yacht"),
    lookalikes=("ship",),
    patterns=("plain", "striped"),
    yaws=AROUND,
    views=SIDES,
)
def sailboat(make: Maker) -> list[Part]:
    """A boat under two sails in the asset's colour, its hull in a darker tone."""
    tall, swing = make.between(1.5, 1.7), make.between(6, 14)
    hull = _hull([(0, 0.62, 0.14), (0.1, 0.78, 0.26), (0.34, 0.86, 0.32)], 0.22)
    deck = _hull([(0.3, 0.8, 0.27), (0.36, 0.83, 0.29)], 0.2)
    main = [
        (-0.02, 0.5),
        *curve([(-0.02, tall), (-0.34, tall * 0.72), (-0.62, 0.62), (-0.68, 0.5)], 5),
    ]
    jib = [(0.08, 0.5), *curve([(0.98, 0.5), (0.5, 0.9), (0.06, tall - 0.12)], 5)]
    boom = [
        extrude(main, 0.05, 0.015),
        tube([(0, 0.46, 0), (-0.72, 0.46, 0)], 0.03, sides=10).paint("#8a5f35"),
    ]
    flag = extrude([(0, 0), (-0.24, 0.07), (0, 0.14)], 0.03)
    return facing(
        [
            hull.paint("accent"),
            deck.paint("#d9b07c"),
            tube([(0.02, 0.3, 0), (0.02, tall + 0.12, 0)], 0.035, sides=12).paint("#8a5f35"),
            *(part.turn(y=swing).at(0.0, 0, 0) for part in boom),
            extrude(jib, 0.045, 0.012),
            flag.at(0.02, tall - 0.02, 0).paint("accent"),
            *sides(box(0.7, 0.04, 0.03, 0.01).at(-0.25, 0.26, 0.3).paint("light")),
        ]
    )


@shelf.category(
    "ship",
    parents=("watercraft",),
    synonyms=("steamship", "ocean liner", "steamboat"),
    yaws=AROUND,
    views=SIDES,
)
def ship(make: Maker) -> list[Part]:
    """A steamship: a tall hull with portholes, white decks, and funnels."""
    funnels, high = make.pick(2, 3), make.between(0.4, 0.5)
    pale = "#f4f2ea" if make.color != "white" else "accent"
    glass = "#33475a"
    hull = _hull([(0, 0.92, 0.2), (0.16, 0.98, 0.3), (high, 1.02, 0.34)], 0.2)
    rail = _hull([(high - 0.02, 1.0, 0.35), (high + 0.05, 1.01, 0.36)], 0.21)
    ports = [
        ball(0.045, 0.045, 0.02, segments=12).at(x, high * 0.62, 0.318)
        for x in np.linspace(-0.8, 0.25, 6)
    ]
    windows = [box(0.1, 0.07, 0.02).at(x, high + 0.14, 0.235) for x in np.linspace(-0.6, 0.4, 6)]
    stack = [(0.12, 0), (0.12, 0.44), (0.09, 0.44)]
    xs = np.linspace(-0.45, 0.2, funnels)
    parts = [
        hull,
        rail.paint("accent"),
        box(1.3, 0.22, 0.46, 0.03).at(-0.1, high + 0.02, 0).paint(pale),
        box(0.9, 0.16, 0.36, 0.03).at(-0.1, high + 0.22, 0).paint(pale),
        box(0.2, 0.14, 0.36, 0.03).at(0.28, high + 0.3, 0).paint(pale),
        *sides(
            *(part.paint("light" if make.color != "white" else glass) for part in ports),
            *(part.paint(glass) for part in windows),
        ),
        tube([(0.68, high, 0), (0.68, high + 0.62, 0)], 0.022, sides=8).paint("dark"),
    ]
    for x in xs:
        chimney = [
            lathe(stack, segments=20),
            lathe([(0.126, 0.34), (0.126, 0.46), (0.09, 0.46)], segments=20).paint("dark"),
        ]
        parts += [part.turn(z=8).at(float(x), high + 0.32, 0) for part in chimney]
    return facing(parts)


@shelf.category(
    "submarine",
    parents=("watercraft",),
    synonyms=("sub",),
    materials=("metal", "plastic"),
    yaws=AROUND,
    views=SIDES,
)
def submarine(make: Maker) -> list[Part]:
    """A short submarine: tower, periscope, portholes, fins and a screw."""
    r, long = make.between(0.34, 0.38), make.between(0.85, 0.95)
    y = r + 0.12
    glass = "#a8daf0" if make.color not in ("turquoise", "white", "blue", "gray") else "#274b6d"
    body = ahead(
        [
            (0.06, -long),
            (0.2, -long * 0.8),
            (r, -long * 0.2),
            (r, long * 0.4),
            (r * 0.7, long * 0.85),
            (0, long),
        ]
    )
    tower = loft(
        [
            oval(h, a, b, n=24, x=0.02)
            for h, a, b in ((0, 0.3, 0.17), (0.3, 0.25, 0.14), (0.34, 0.2, 0.1))
        ]
    )
    scope = curve3([(0.04, 0, 0), (0.04, 0.32, 0), (0.06, 0.37, 0), (0.2, 0.37, 0)], 4)
    ports = []
    for x, side in ((-0.34, 0.93), (0.02, 1.0), (0.38, 0.985)):
        z = r * side * cos(radians(14))
        at = (x, y + r * sin(radians(14)), z - 0.01)
        ports += [
            torus(0.1, 0.03, segments=20, sides=8).turn(x=76).at(*at).paint("metal#e0b040"),
            ball(0.095, 0.095, 0.03, segments=14).turn(x=-14).at(*at).paint(glass),
        ]
    fin = [(-long * 0.62, 0.05), (-long * 0.85, 0.34), (-long * 1.02, 0.34), (-long * 0.95, 0.05)]
    blade = ball(0.05, 0.15, 0.03, segments=12).at(0, 0.13, 0).turn(y=60)
    screw = [blade.turn(x=90 * k).at(-long - 0.08, y, 0) for k in range(4)]
    return facing(
        [
            body.at(0, y, 0),
            tower.at(0, y + r - 0.04, 0),
            torus(0.2, 0.03, segments=24, sides=8)
            .scale(1.1, 1, 0.55)
            .at(0.02, y + r + 0.3, 0)
            .paint("accent"),
            tube(scope, 0.04, sides=10).at(0, y + r + 0.25, 0).paint("metal"),
            *sides(
                *ports,
                level(fin, 0.05).at(0, y, 0).paint("accent"),
                box(0.5, 0.06, 0.1, 0.02).at(0, 0, 0.2).paint("dark"),
            ),
            *(extrude(fin, 0.05, 0.015).turn(x=a).at(0, y, 0).paint("accent") for a in (0, 180)),
            *(part.paint("metal#e0b040") for part in screw),
            capsule(0.06, 0.2, segments=14).turn(z=90).at(-long + 0.04, y, 0).paint("metal#e0b040"),
            *(box(0.1, 0.16, 0.5, 0.02).at(x, 0, 0).paint("dark") for x in (-0.2, 0.2)),
            torus(r + 0.004, 0.02, sides=8).turn(z=-90).at(0.22, y, 0).paint("accent"),
        ]
    )
