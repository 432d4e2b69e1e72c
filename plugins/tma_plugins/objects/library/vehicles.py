"""Vehicles on land; their noses look forward."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    box,
    cylinder,
    extrude,
    lathe,
    torus,
    tube,
)

shelf = Shelf()
AROUND = (-60.0, -38.0, 38.0, 60.0)
SIDES = ("left", "right")
_TYRE = "#26262a"
_LAMP, _TAIL = "#fff2b8", "#d8202a"


def facing(parts: Iterable[Part]) -> list[Part]:
    """Parts made with the nose to the right, the nose turned forward."""
    return [part.turn(y=-90) for part in parts]


def sides(*parts: Part) -> list[Part]:
    """Parts made with the nose to the right, and their images on the other side (z mirrored)."""
    return [image for part in parts for image in (part, part.scale(1, 1, -1))]


def pane(make: Maker) -> str:
    """The paint of windows, well apart from the asset's colour."""
    deep = ("black", "brown", "purple", "blue", "gray", "green", "red")
    return "#c4e3f2" if make.color in deep else "#33475a"


def wheel(r: float, wide: float, hub: str = "metal") -> list[Part]:
    """A wheel about the z axis: a tyre with a hub on both faces."""
    b = min(r * 0.18, wide * 0.4)
    tread = [
        (r * 0.6, 0),
        *arc(r - b, b, b, -90, 0, 3),
        *arc(r - b, wide - b, b, 0, 90, 3),
        (r * 0.6, wide),
    ]
    cap = [(r * 0.62, -0.012), (r * 0.62, wide + 0.012)]
    nut = [(r * 0.2, -0.03), (r * 0.2, wide + 0.03)]
    made = [
        lathe(tread, segments=24).paint(_TYRE),
        lathe(cap, segments=24).paint(hub),
        lathe(nut, segments=12).paint("dark"),
    ]
    return [part.at(0, -wide / 2, 0).turn(x=90) for part in made]


def axle(x: float, r: float, half: float, wide: float, hub: str = "metal") -> list[Part]:
    """A wheel on each side, `half` from the middle, standing on y = 0."""
    return [part.at(x, r, z) for z in (-half, half) for part in wheel(r, wide, hub)]


def plate(start: tuple[float, float], end: tuple[float, float], depth: float, thick: float) -> Part:
    """A sloping plate across the vehicle between two points (x, y) of its profile."""
    (ax, ay), (bx, by) = start, end
    long, angle = float(np.hypot(bx - ax, by - ay)), float(np.degrees(np.arctan2(by - ay, bx - ax)))
    flat = box(long, thick, depth, min(0.02, thick / 3)).at(0, -thick / 2, 0).turn(z=angle)
    return flat.at((ax + bx) / 2, (ay + by) / 2, 0)


@shelf.category(
    "car",
    parents=("road-vehicle",),
    synonyms=("automobile",),
    yaws=AROUND,
    views=("left", "right", "above"),
)
def car(make: Maker) -> list[Part]:
    """A small car with a round cabin."""
    back, high = make.pick(-0.78, -0.62), make.between(0.9, 1.0)
    glass = pane(make)
    low = [
        (-0.95, 0.2),
        (0.98, 0.2),
        (1.05, 0.3),
        (1.03, 0.46),
        (0.93, 0.54),
        (0.5, 0.6),
        (-0.92, 0.6),
        (-1.03, 0.5),
        (-1.04, 0.3),
    ]
    cabin = [(back, 0.55), (0.56, 0.55), (0.22, high), (back + 0.22, high)]
    mid = (back + 0.4) / 2
    top, a, b = high - 0.09, mid - 0.035, mid + 0.035
    window = [(back + 0.14, 0.62), (a, 0.62), (a, top), (back + 0.26, top)]
    front = [(b, 0.62), (0.42, 0.62), (0.18, top), (b, top)]
    parts = [
        extrude(low, 0.92, 0.07),
        extrude(cabin, 0.78, 0.07),
        *sides(*(extrude(o, 0.03, 0.008).at(0, 0, 0.39).paint(glass) for o in (window, front))),
        plate((0.53, 0.63), (0.27, high - 0.05), 0.6, 0.05).paint(glass),
        plate((back + 0.03, 0.63), (back + 0.2, high - 0.05), 0.6, 0.05)
        .at(-0.02, 0, 0)
        .paint(glass),
        *sides(
            ball(0.09, 0.09, 0.09, segments=14).at(1.0, 0.44, 0.31).paint(_LAMP),
            box(0.05, 0.1, 0.16, 0.015).at(-1.02, 0.4, 0.3).paint(_TAIL),
            cylinder(0.27, 0.06, segments=24).turn(x=90).at(0.6, 0.24, 0.43).paint("accent"),
            cylinder(0.27, 0.06, segments=24).turn(x=90).at(-0.6, 0.24, 0.43).paint("accent"),
            box(0.014, 0.34, 0.02).at(mid, 0.24, 0.455).paint("accent"),
            box(0.1, 0.03, 0.03, 0.01).at(mid - 0.13, 0.5, 0.465).paint("metal"),
            box(0.08, 0.08, 0.1, 0.025).at(0.42, 0.62, 0.44).paint("accent"),
        ),
        box(0.1, 0.12, 0.88, 0.04).at(1.03, 0.2, 0).paint("metal"),
        box(0.1, 0.12, 0.88, 0.04).at(-1.03, 0.2, 0).paint("metal"),
        box(0.04, 0.1, 0.34, 0.01).at(1.035, 0.36, 0).paint("dark"),
        *axle(0.6, 0.23, 0.4, 0.2),
        *axle(-0.6, 0.23, 0.4, 0.2),
    ]
    return facing(parts)


@shelf.category(
    "truck",
    parents=("road-vehicle",),
    synonyms=("lorry",),
    lookalikes=("bus", "car"),
    yaws=AROUND,
    views=("left", "right", "above"),
)
def truck(make: Maker) -> list[Part]:
    """A lorry: a cab before a long ribbed box."""
    long, tall = make.between(1.3, 1.6), make.between(0.82, 0.95)
    glass = pane(make)
    back = 0.42 - long
    cab = [(0.5, 0.24), (1.12, 0.24), (1.12, 0.56), (1.0, 0.98), (0.5, 0.98)]
    ribs = int(long / 0.17)
    rib = box(0.04, tall - 0.12, 0.02).paint("accent")
    return facing(
        [
            extrude(cab, 0.82, 0.05),
            plate((1.12, 0.6), (1.025, 0.92), 0.66, 0.04).at(0.015, 0, 0).paint(glass),
            *sides(
                extrude([(0.66, 0.6), (1.03, 0.6), (0.95, 0.88), (0.66, 0.88)], 0.02, 0.005)
                .at(0, 0, 0.412)
                .paint(glass),
                box(0.34, 0.32, 0.012).at(0.84, 0.26, 0.41).paint("accent"),
                ball(0.075, segments=12).at(1.11, 0.4, 0.3).paint(_LAMP),
                box(0.05, 0.2, 0.05, 0.015).at(1.06, 0.6, 0.47).paint("dark"),
                *(rib.at(back + (k + 0.5) * long / ribs, 0.42, 0.465) for k in range(ribs)),
            ),
            box(long, tall, 0.94, 0.035).at(0.42 - long / 2, 0.36, 0),
            box(long + 0.6, 0.12, 0.6, 0.02).at(0.72 - long / 2 - 0.02, 0.24, 0).paint("dark"),
            box(0.1, 0.12, 0.8, 0.03).at(1.11, 0.2, 0).paint("metal"),
            box(0.03, 0.1, 0.34, 0.01).at(1.12, 0.36, 0).paint("dark"),
            box(0.16, 0.05, 0.6, 0.02).at(0.76, 0.98, 0).paint("accent"),
            *axle(0.82, 0.22, 0.36, 0.2),
            *axle(back + 0.3, 0.22, 0.36, 0.2),
            *axle(back + 0.78, 0.22, 0.36, 0.2),
        ]
    )


@shelf.category(
    "bus",
    parents=("road-vehicle",),
    synonyms=("coach", "school bus"),
    yaws=AROUND,
    views=("left", "right", "above"),
)
def bus(make: Maker) -> list[Part]:
    """A bus with one deck or two, rows of windows, and a door."""
    decks, long = make.pick(1, 1, 2), make.between(1.95, 2.15)
    glass = pane(make)
    tall, deck = (0.82, 0.0) if decks == 1 else (1.28, 0.46)
    front = long / 2
    count = 6
    step = (long - 0.5) / count
    windows = []
    for level in range(decks):
        y = 0.6 + level * 0.46
        first = 1 if level == 0 else 0
        for k in range(count + 1 - first):
            x = -front + 0.2 + step * (k + 0.5)
            windows.append(box(step - 0.06, 0.28, 0.02, 0.008).at(x, y, 0.345).paint(glass))
    wide = box(0.02, 0.34, 0.56, 0.008).at(front - 0.003, 0.58, 0).paint(glass)
    upper = [wide.at(0, deck, 0)] if decks == 2 else []
    return facing(
        [
            box(long, tall, 0.7, 0.08, steps=3).at(0, 0.18, 0),
            *sides(
                *windows,
                box(long - 0.12, 0.05, 0.014).at(0, 0.46, 0.35).paint("accent"),
                ball(0.065, segments=12).at(front - 0.01, 0.36, 0.24).paint(_LAMP),
                box(0.03, 0.1, 0.1, 0.01).at(-front, 0.36, 0.25).paint(_TAIL),
                box(0.05, 0.14, 0.05, 0.015).at(front - 0.02, 0.62, 0.4).paint("dark"),
                box(0.24, 0.6, 0.02, 0.008).at(front - 0.22, 0.26, 0.345).paint(glass),
                box(0.02, 0.6, 0.03).at(front - 0.22, 0.26, 0.345).paint("accent"),
            ),
            wide,
            *upper,
            box(0.02, 0.56 * 0.5, 0.5, 0.008).at(0.003 - front, 0.62, 0).paint(glass),
            box(0.06, 0.1, 0.66, 0.03).at(front, 0.2, 0).paint("metal"),
            box(0.06, 0.1, 0.66, 0.03).at(-front, 0.2, 0).paint("metal"),
            *axle(front - 0.52, 0.19, 0.29, 0.16),
            *axle(0.4 - front, 0.19, 0.29, 0.16),
        ]
    )


@shelf.category(
    "tractor",
    parents=("road-vehicle",),
    synonyms=("farm tractor",),
    yaws=AROUND,
    views=("left", "right", "above"),
)
def tractor(make: Maker) -> list[Part]:
    """A tractor: large wheels behind, small ones before, a cab and a chimney."""
    r, high = make.between(0.4, 0.44), make.between(1.2, 1.32)
    glass = pane(make)
    hood = [(-0.1, 0.42), (0.92, 0.42), (0.95, 0.5), (0.93, 0.74), (0.84, 0.82), (-0.1, 0.86)]
    fender = [*arc(-0.42, r, r + 0.12, 20, 150, 10), *arc(-0.42, r, r + 0.05, 150, 20, 10)]
    lug = box(0.09, 0.05, 0.26, 0.01).at(0, r - 0.02, 0).paint(_TYRE)
    treads = [lug.turn(z=k * 360 / 14).at(-0.42, r, z) for k in range(14) for z in (-0.42, 0.42)]
    slit = box(0.5, 0.035, 0.02).paint("accent")
    post = [((-0.66, 0.8), (-0.6, high)), ((0.0, 0.8), (-0.06, high))]
    return facing(
        [
            extrude(hood, 0.46, 0.06),
            box(0.68, 0.42, 0.5, 0.04).at(-0.34, 0.42, 0),
            *sides(
                extrude(fender, 0.26, 0.02).at(0, 0, 0.4),
                *(tube([(*a, 0.24), (*b, 0.22)], 0.04, sides=8) for a, b in post),
                ball(0.07, segments=12).at(0.94, 0.68, 0.15).paint(_LAMP),
                *(slit.at(0.48, y, 0.23) for y in (0.52, 0.6, 0.68)),
            ),
            box(0.74, 0.1, 0.62, 0.04).at(-0.33, high - 0.03, 0),
            box(0.52, high - 0.86, 0.42).at(-0.33, 0.84, 0).paint(glass),
            box(0.04, 0.2, 0.3, 0.01).at(0.94, 0.46, 0).paint("dark"),
            tube([(0.5, 0.8, 0), (0.5, 1.18, 0)], 0.035, sides=10).paint("dark"),
            tube([(0.5, 1.0, 0), (0.5, 1.15, 0)], 0.055, sides=10).paint("metal"),
            box(0.9, 0.1, 0.2, 0.02).at(0.4, 0.34, 0).paint("dark"),
            *axle(-0.42, r, 0.42, 0.24, "trim"),
            *axle(0.66, 0.25, 0.36, 0.18, "trim"),
            *treads,
        ]
    )


@shelf.category(
    "locomotive",
    name="steam locomotive",
    parents=("vehicle",),
    synonyms=("locomotive", "train", "steam engine"),
    lookalikes=("truck",),
    materials=("metal", "wood", "plastic"),
    yaws=AROUND,
    views=SIDES,
)
def locomotive(make: Maker) -> list[Part]:
    """A steam engine: boiler, chimney, dome, cab, rods, and a cow catcher."""
    r, long = make.between(0.27, 0.31), make.between(0.95, 1.1)
    y, gold = 0.72, "metal#e0b040"
    nose = -0.25 + long
    boiler = lathe([(r, 0), (r, long), (r - 0.03, long + 0.03)]).turn(z=-90).at(-0.25, y, 0)
    band = torus(r + 0.004, 0.022, sides=8).turn(z=-90).paint(gold)
    bands = [band.at(-0.05 + (nose - 0.05) * k / 3, y, 0) for k in range(4)]
    chimney = lathe([(0.1, 0), (0.085, 0.22), (0.19, 0.4), (0.19, 0.45), (0.13, 0.45)], segments=24)
    catcher = [(-0.3, 0.05), (0.3, 0.05), (0.24, 0.32), (-0.24, 0.32)]
    back = -0.7
    cab = [
        box(0.5, 0.5, 0.72, 0.03).at(back + 0.22, 0.44, 0),
        *sides(*(box(0.09, 0.5, 0.06, 0.015).at(back + x, 0.86, 0.33) for x in (0.02, 0.43))),
        box(0.72, 0.07, 0.86, 0.03).at(back + 0.22, 1.33, 0).paint("accent"),
        box(0.4, 0.44, 0.6).at(back + 0.22, 0.9, 0).paint("#2c2c30"),
    ]
    wheels = [part for x in (-0.55, -0.08, 0.39) for part in axle(x, 0.23, 0.3, 0.1, "trim")]
    wheels += axle(nose - 0.02, 0.14, 0.3, 0.1, "trim")
    piston = cylinder(0.08, 0.24, segments=16).turn(z=-90).paint("metal")
    rod = box(1.0, 0.05, 0.03, 0.01).at(-0.08, 0.18, 0.385).paint("metal")
    return facing(
        [
            boiler,
            *bands,
            cylinder(r - 0.05, 0.03).turn(z=-90).at(nose + 0.02, y, 0).paint("accent"),
            ball(0.06, segments=12).at(nose + 0.05, y, 0).paint(gold),
            chimney.at(nose - 0.16, y + r - 0.04, 0).paint("dark"),
            ball(0.13, 0.2, 0.13, segments=16).at(0.12, y + r, 0).paint(gold),
            cylinder(0.1, 0.12).turn(z=-90).at(nose - 0.02, y + r + 0.06, 0).paint("dark"),
            cylinder(0.08, 0.03).turn(z=-90).at(nose + 0.09, y + r + 0.06, 0).paint(_LAMP),
            *cab,
            box(long + 0.72, 0.1, 0.66, 0.02).at((nose + back) / 2, 0.36, 0).paint("accent"),
            *wheels,
            *sides(rod, piston.at(nose - 0.3, 0.26, 0.36)),
            extrude(catcher, 0.06, 0.01).turn(x=-28).turn(y=90).at(nose + 0.17, 0, 0).paint("dark"),
            *(
                box(0.035, 0.3, 0.03).turn(x=-28).turn(y=90).at(nose + 0.21, 0.05, z).paint("metal")
                for z in (-0.18, -0.06, 0.06, 0.18)
            ),
        ]
    )
