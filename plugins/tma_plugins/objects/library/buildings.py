"""Houses, a church and a castle; their doors look forward."""

from __future__ import annotations

from math import pi

import numpy as np

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    both,
    box,
    cone,
    extrude,
    lathe,
    ring,
    tube,
)

shelf = Shelf()
_BUILT = ("wood", "stone", "plastic")
GLASS = "#33475a"
_DOOR = "#7a4a26"


def frame_paint(make: Maker) -> str:
    """The paint of window frames, well apart from the walls."""
    return "#f7f3e8" if make.color not in ("white", "yellow", "gray") else "#7a4a26"


def window(wide: float, tall: float, frame: str, glass: str = GLASS) -> list[Part]:
    """A window with a cross, its foot on y = 0, in the plane z = 0."""
    return [
        box(wide, tall, 0.03, 0.008).paint(frame),
        box(wide - 0.06, tall - 0.06, 0.045).at(0, 0.03, 0).paint(glass),
        box(0.022, tall - 0.04, 0.055).at(0, 0.02, 0).paint(frame),
        box(wide - 0.04, 0.022, 0.055).at(0, tall / 2 - 0.011, 0).paint(frame),
    ]


def gate(wide: float, tall: float, role: str = _DOOR) -> Part:
    """A door with a round top, its foot on y = 0, in the plane z = 0."""
    side = tall - wide / 2
    arch = [(-wide / 2, 0), (wide / 2, 0), *arc(0, side, wide / 2, 0, 180, 10)]
    return extrude(arch, 0.04, 0.01).paint(role)


def gable(wide: float, low: float, high: float, deep: float, thick: float) -> list[Part]:
    """Two roof slopes whose ridge runs along z, over walls `wide` and `low`."""
    run = wide / 2
    slope, long = np.degrees(np.arctan2(high - low, run)), float(np.hypot(run, high - low)) + 0.16
    over = thick * (high - low) / run  # Mitres the ridge.
    flat = box(long + over, thick, deep, 0.01).at((long - over) / 2, 0, 0).turn(z=-slope)
    return both(flat.at(0, high - 0.01, 0))


@shelf.category(
    "house",
    parents=("building",),
    synonyms=("cottage",),
    lookalikes=("barn",),
    materials=_BUILT,
)
def house(make: Maker) -> list[Part]:
    """A cottage: a gable roof in a darker tone, door, windows and a chimney."""
    w, low, d = make.between(0.95, 1.15), make.between(0.55, 0.65), 0.85
    high = low + make.between(0.42, 0.5)
    frame = frame_paint(make)
    front = d / 2 + 0.005
    side = make.pick(-1, 1)
    walls = [(-w / 2, 0), (w / 2, 0), (w / 2, low), (0, high), (-w / 2, low)]
    panes = [part.at(side * w * 0.24, 0.2, front) for part in window(0.26, 0.28, frame)]
    panes += [part.at(0, low + 0.04, front) for part in window(0.19, 0.2, frame)]
    panes += [
        image
        for part in window(0.28, 0.28, frame)
        for z in (-0.2, 0.2)
        for image in both(part.turn(y=90).at(w / 2 + 0.005, 0.2, z))
    ]
    x = -side * w * 0.22
    return [
        extrude(walls, d, 0.012),
        *(part.paint("accent") for part in gable(w, low, high, d + 0.2, 0.08)),
        box(0.27, 0.44, 0.03, 0.008).at(x, 0, front).paint(frame),
        box(0.21, 0.4, 0.05, 0.01).at(x, 0, front).paint(_DOOR),
        ball(0.022, segments=8).at(x + 0.06, 0.19, front + 0.035).paint("metal#e0b040"),
        box(0.34, 0.05, 0.14, 0.015).at(x, 0, front + 0.06).paint("#a9a59a"),
        *panes,
        box(0.15, 0.42, 0.15, 0.015).at(-side * w * 0.27, high - 0.28, -0.1),
        box(0.19, 0.06, 0.19, 0.015).at(-side * w * 0.27, high + 0.12, -0.1).paint("accent"),
    ]


@shelf.category(
    "barn",
    parents=("building",),
    materials=("wood", "plastic"),
    colors=("red", "brown", "blue", "green", "gray", "orange", "yellow", "white"),
)
def barn(make: Maker) -> list[Part]:
    """A barn: a bent roof in a darker tone, a large door with white crosses, a hay door."""
    w, low, d = make.between(0.95, 1.05), make.between(0.5, 0.58), make.between(1.0, 1.15)
    mid, high = (w * 0.33, low + 0.3), low + 0.46
    pale = frame_paint(make)
    wall = [(-w / 2, 0), (w / 2, 0), (w / 2, low), mid, (0, high), (-mid[0], mid[1]), (-w / 2, low)]
    front = d / 2 + 0.005

    def slope(a: tuple[float, float], b: tuple[float, float], over: float) -> Part:
        angle = np.degrees(np.arctan2(b[1] - a[1], b[0] - a[0]))
        long = float(np.hypot(b[0] - a[0], b[1] - a[1])) + over
        return box(long, 0.07, d + 0.16, 0.02).at(long / 2 - over, -0.01, 0).turn(z=angle).at(*a, 0)

    roof = both(
        slope((w / 2, low), mid, 0.12).paint("accent"), slope(mid, (0, high), 0.03).paint("accent")
    )
    panel = [
        box(0.24, 0.46, 0.03, 0.008).paint(pale),
        box(0.18, 0.4, 0.045).at(0, 0.03, 0),
        box(0.04, 0.44, 0.05).at(0, -0.22, 0).turn(z=25).at(0, 0.23, 0).paint(pale),
        box(0.04, 0.44, 0.05).at(0, -0.22, 0).turn(z=-25).at(0, 0.23, 0).paint(pale),
    ]
    hay = [
        box(0.22, 0.2, 0.03, 0.008).paint(pale),
        box(0.16, 0.14, 0.045).at(0, 0.03, 0).paint("#2b2622"),
    ]
    trim = both(tube([(w / 2, 0, front), (w / 2, low, front)], 0.026, sides=8).paint(pale))
    panes = [
        part.turn(y=90).at(w / 2 + 0.005, 0.2, z)
        for z in (-0.25, 0.25)
        for part in window(0.22, 0.2, pale)
    ]
    return [
        extrude(wall, d, 0.012),
        *roof,
        *both(*(part.at(0.125, 0, front) for part in panel)),
        *(part.at(0, low + 0.06, front) for part in hay),
        *trim,
        *both(*panes),
    ]


@shelf.category(
    "church",
    parents=("building",),
    synonyms=("chapel",),
    lookalikes=("house",),
    materials=("wood", "stone", "plastic"),
    yaws=(-35.0, 35.0),
    views=("left", "right", "front"),
)
def church(make: Maker) -> list[Part]:
    """A church: a nave with pointed windows, a tower with a spire and a golden cross."""
    w, low, d = 0.66, make.between(0.48, 0.55), make.between(0.85, 1.0)
    high, tower = low + 0.36, make.between(0.95, 1.1)
    nave = [(-w / 2, 0), (w / 2, 0), (w / 2, low), (0, high), (-w / 2, low)]
    t = 0.42
    z = d / 2 + 0.1
    gold = "metal#e8b63a"
    spire = lathe([(t * 0.8, 0), (t * 0.78, 0.03), (0.02, 0.62)], segments=4, turned=True)
    lancet = [(-0.06, 0), (0.06, 0), (0.06, 0.17), (0, 0.27), (-0.06, 0.17)]
    pane = extrude(lancet, 0.03, 0.005).paint(GLASS)
    top = tower + 0.62
    return [
        extrude(nave, d, 0.012).at(0, 0, -0.1),
        *(part.at(0, 0, -0.1).paint("accent") for part in gable(w, low, high, d + 0.06, 0.07)),
        box(t, tower, t, 0.015).at(0, 0, z - 0.1),
        box(t + 0.07, 0.06, t + 0.07, 0.02).at(0, tower - 0.03, z - 0.1).paint("accent"),
        spire.at(0, tower + 0.02, z - 0.1).paint("accent"),
        box(0.045, 0.26, 0.045, 0.01).at(0, top - 0.03, z - 0.1).paint(gold),
        box(0.17, 0.045, 0.045, 0.01).at(0, top + 0.1, z - 0.1).paint(gold),
        gate(0.23, 0.36).at(0, 0, z + 0.115),
        pane.at(0, tower - 0.36, z + 0.115),
        *both(pane.turn(y=90).at(t / 2 + 0.005, tower - 0.36, z - 0.1)),
        *both(*(pane.turn(y=90).at(w / 2 + 0.005, 0.16, -0.1 + x) for x in (-0.28, 0.0))),
    ]


def _battlements(r: float, y: float, count: int, thick: float = 0.09) -> list[Part]:
    """A corbelled ring with merlons on it."""
    tooth = box(0.72 * 2 * pi * r / count / 1.35, 0.12, thick, 0.012).at(0, y + 0.1, r - 0.03)
    rim = [
        (r - 0.06, y - 0.1),
        (r + 0.03, y),
        (r + 0.03, y + 0.11),
        (r - 0.09, y + 0.11),
        (r - 0.09, y + 0.04),
    ]
    return [lathe([*rim, (0, y + 0.04)], segments=28), *ring(tooth, count)]


def _pennant(y: float) -> list[Part]:
    """A pole with a flag in a darker tone; it stands at height y."""
    flag = extrude([(0, 0), (0.24, 0.08), (0, 0.16)], 0.03, 0.006).at(0.01, y + 0.2, 0)
    return [
        tube([(0, y, 0), (0, y + 0.4, 0)], 0.018, sides=8).paint("dark"),
        flag.paint("accent"),
    ]


@shelf.category(
    "castle",
    parents=("building",),
    synonyms=("fortress", "castle gate"),
    materials=("stone", "wood", "plastic"),
    yaws=(-30.0, 0.0, 30.0),
)
def castle(make: Maker) -> list[Part]:
    """A castle: a gate between two towers before a taller keep, battlements and flags."""
    tall, apart = make.between(0.78, 0.92), make.between(0.5, 0.56)
    r = 0.24
    top = make.pick("flag", "roof")
    tower = [lathe([(r + 0.03, 0), (r - 0.02, 0.12), (r - 0.03, tall)], segments=28)]
    if top == "flag":
        tower += [*_battlements(r - 0.02, tall, 8), *_pennant(tall)]
    else:
        tower += [
            cone(r + 0.1, 0.42, tip=0.02).at(0, tall, 0).paint("accent"),
            *_pennant(tall + 0.36),
        ]
    slit = gate(0.08, 0.2, GLASS)
    tower += [slit.at(0, tall * 0.55, r - 0.025)]
    wall = tall * 0.62
    tooth = box(0.1, 0.11, 0.1, 0.012)
    keep, kr = tall + 0.34, 0.3
    return [
        *(part.at(x, 0, 0.12) for x in (-apart, apart) for part in tower),
        box(2 * apart, wall, 0.24, 0.015).at(0, 0, 0.12),
        *(tooth.at(x, wall - 0.01, 0.19) for x in (-0.2, 0.0, 0.2)),
        gate(0.36, 0.44, "accent").at(0, 0, 0.235),
        gate(0.27, 0.38).at(0, 0, 0.25),
        *(box(0.018, 0.34, 0.02).at(x, 0, 0.268).paint("dark") for x in (-0.07, 0, 0.07)),
        *(box(0.24, 0.018, 0.02).at(0, y, 0.268).paint("dark") for y in (0.1, 0.22)),
        *(
            part.at(0, 0, -0.28)
            for part in (
                lathe([(kr, 0), (kr - 0.02, keep)], segments=28),
                *_battlements(kr, keep, 9),
                *_pennant(keep),
                slit.at(-0.1, keep * 0.78, kr - 0.03),
                slit.at(0.1, keep * 0.78, kr - 0.03),
            )
        ),
    ]
