"""Musical instruments."""

from __future__ import annotations

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    both,
    box,
    capsule,
    curve,
    curve3,
    cylinder,
    extrude,
    lathe,
    torus,
    tube,
)
from tma_plugins.objects.library.metallic import METALLIC

shelf = Shelf()
_FLAT = (-30.0, 0.0, 30.0)
_GOLD = "metal#e2b84a"


def _figure(points: list[tuple[float, float]], steps: int = 6) -> list[tuple[float, float]]:
    """A symmetric outline from a few points of its right half, which runs up from the axis."""
    right = curve(points, steps)
    return [*right, *((-x, y) for x, y in reversed(right) if x > 1e-6)]


def _neck(low: float, long: float, deep: float) -> list[Part]:
    """The neck of a string instrument with its fingerboard, pegs and head, above y = `low`."""
    top = low + long
    head = [(-0.08, 0), (0.08, 0), (0.13, 0.12), (0.11, 0.3), (-0.11, 0.3), (-0.13, 0.12)]
    pegs = [
        capsule(0.035, 0.13).turn(z=-90).at(0.1, top + y, deep).paint("metal")
        for y in (0.09, 0.17, 0.25)
    ]
    return [
        box(0.13, long + 0.25, 0.1, 0.03).at(0, low - 0.2, deep - 0.02).paint("#6d4524"),
        box(0.115, long + 0.2, 0.04, 0.01).at(0, low - 0.2, deep + 0.045).paint("#2d211a"),
        extrude(head, 0.09, 0.02).at(0, top, deep).paint("#6d4524"),
        *both(*pegs),
        *(
            box(0.118, 0.014, 0.012).at(0, low + 0.06 + long * k / 6, deep + 0.062).paint("metal")
            for k in range(6)
        ),
    ]


@shelf.category(
    "guitar",
    parents=("musical-instrument",),
    synonyms=("acoustic guitar",),
    lookalikes=("violin",),
    materials=("wood",),
    yaws=_FLAT,
    views=("front", "left", "right"),
)
def guitar(make: Maker) -> list[Part]:
    """A guitar that stands on the broad end of its body."""
    wide, tall, deep = make.between(0.42, 0.48), make.between(0.92, 1.02), 0.24
    outline = _figure(
        [
            (0, 0),
            (wide * 0.6, 0.03),
            (wide, tall * 0.3),
            (wide * 0.66, tall * 0.6),
            (wide * 0.76, tall * 0.82),
            (wide * 0.4, tall),
            (0, tall + 0.01),
        ]
    )
    front = deep / 2
    strings = [
        box(0.01, tall * 0.98 + 0.45, 0.01).at(x, tall * 0.22, front + 0.06).paint("#e8e4d8")
        for x in (-0.035, -0.012, 0.012, 0.035)
    ]
    hole = cylinder(0.15, 0.012).turn(x=90)
    return [
        extrude(outline, deep, 0.03),
        torus(0.165, 0.018).turn(x=90).at(0, tall * 0.62, front).paint("light"),
        hole.at(0, tall * 0.62, front - 0.005).paint("#1c1613"),
        box(0.32, 0.07, 0.06, 0.02).at(0, tall * 0.2, front + 0.015).paint("#2d211a"),
        *_neck(tall, make.between(0.55, 0.65), front - 0.02),
        *strings,
    ]


@shelf.category(
    "violin",
    parents=("musical-instrument",),
    synonyms=("fiddle",),
    materials=("wood",),
    yaws=_FLAT,
    views=("front", "left", "right"),
)
def violin(make: Maker) -> list[Part]:
    """A violin with its bow beside it."""
    wide, tall, deep = make.between(0.31, 0.34), make.between(0.86, 0.94), 0.18
    half = [
        *curve([(0, 0), (wide * 0.7, 0.03), (wide, tall * 0.2), (wide * 0.9, tall * 0.36)], 6),
        *curve(
            [(wide * 0.98, tall * 0.38), (wide * 0.6, tall * 0.5), (wide * 0.85, tall * 0.64)], 6
        ),
        *curve(
            [
                (wide * 0.78, tall * 0.67),
                (wide * 0.84, tall * 0.8),
                (wide * 0.55, tall * 0.97),
                (0, tall),
            ],
            6,
        ),
    ]
    outline = [*half, *((-x, y) for x, y in reversed(half) if x > 1e-6)]
    front = deep / 2
    slit = curve3([(0.15, 0.3, 0), (0.19, 0.36, 0), (0.13, 0.46, 0), (0.17, 0.52, 0)], 5)
    scroll = torus(0.06, 0.045, segments=20).turn(z=90).at(0, tall + 0.62, front - 0.04)
    peg = capsule(0.035, 0.26).turn(z=-90)
    bow = [
        tube(curve3([(0, 0, 0), (0.05, 0.6, 0), (0, 1.3, 0)]), 0.025).paint("#6d4524"),
        tube([(-0.05, 0.05, 0), (-0.05, 1.25, 0)], 0.016, sides=8).paint("#f5efdd"),
        box(0.1, 0.09, 0.05, 0.01).at(-0.025, 0.03, 0).paint("dark"),
        box(0.08, 0.06, 0.04, 0.01).at(-0.025, 1.22, 0).paint("dark"),
    ]
    return [
        extrude(outline, deep, 0.03),
        *both(tube(slit, 0.02, sides=8).scale(1, tall, 0.5).at(0, 0, front).paint("#1c1613")),
        box(0.22, 0.12, 0.03, 0.012).at(0, tall * 0.36, front).paint("#d9b884"),
        extrude([(-0.07, 0.3), (0.07, 0.3), (0.035, 0), (-0.035, 0)], 0.06, 0.01)
        .at(0, 0.02, front + 0.02)
        .paint("#2d211a"),
        box(0.11, 0.68, 0.05, 0.012).at(0, tall * 0.6, front + 0.02).paint("#2d211a"),
        box(0.1, 0.5, 0.08, 0.03).at(0, tall, front - 0.05).paint("trim"),
        scroll.paint("trim"),
        *(peg.at(-0.13, tall + y, front - 0.05).paint("#2d211a") for y in (0.42, 0.52)),
        *(
            box(0.009, tall * 0.98, 0.01).at(x, tall * 0.3, front + 0.05).paint("#efe9da")
            for x in (-0.03, -0.01, 0.01, 0.03)
        ),
        *(part.turn(z=-9).at(0.4, 0, 0.02) for part in bow),
    ]


@shelf.category(
    "drum",
    parents=("musical-instrument",),
    materials=("wood", "metal", "plastic"),
    patterns=("plain", "striped", "checked"),
    views=("front", "left", "right"),
)
def drum(make: Maker) -> list[Part]:
    """A drum with a laced shell, two hoops and two sticks on top."""
    r, tall = 0.46, make.between(0.68, 0.82)
    count = make.pick(7, 8, 9)
    lace = []
    for k in range(count):
        a, b, c = (360 * (k + s) / count for s in (0, 0.5, 1))
        points = [arc(0, 0, r + 0.02, angle, angle, 1)[0] for angle in (a, b, c)]
        heights = (tall - 0.04, 0.06, tall - 0.04)
        path = [(x, y, z) for (x, z), y in zip(points, heights, strict=True)]
        for start, end in ((path[0], path[1]), (path[1], path[2])):
            middle = [(p + q) / 2 for p, q in zip(start, end, strict=True)]
            middle[0], middle[2] = middle[0] * 1.05, middle[2] * 1.05
            lace.append(tube([start, middle, end], 0.018, sides=6).paint("light"))
    hoop = lathe([(r - 0.02, 0), (r + 0.05, 0), (r + 0.05, 0.1), (r - 0.02, 0.1)], segments=40)
    stick = [
        capsule(0.032, 0.8).paint("#c9975a"),
        ball(0.06, 0.08).at(0, 0.8, 0).paint("#c9975a"),
    ]
    sticks = [
        part.turn(x=90).turn(y=y).at(x, tall + 0.1, -0.32)
        for y, x in ((38, -0.28), (-32, 0.26))
        for part in stick
    ]
    return [
        cylinder(r, tall, segments=40),
        hoop.paint("accent"),
        hoop.at(0, tall - 0.06, 0).paint("accent"),
        cylinder(r - 0.02, 0.02, segments=40).at(0, tall + 0.03, 0).paint("light"),
        *lace,
        *sticks,
    ]


@shelf.category(
    "trumpet",
    parents=("musical-instrument",),
    lookalikes=("saxophone",),
    materials=("metal",),
    colors=METALLIC,
    yaws=_FLAT,
    views=("front", "left", "right"),
)
def trumpet(make: Maker) -> list[Part]:
    """A trumpet that points to the left, with three valves; it stands on a small foot."""
    long, wide, y = make.between(0.72, 0.85), make.between(0.27, 0.31), 0.52
    profile = [(0.055, 0), (0.06, 0.25), (0.085, 0.45), (0.15, 0.6), (wide, 0.7), (wide, 0.72)]
    mouth = [(wide - 0.03, 0.71), (0.12, 0.6), (0.03, 0.45), (0, 0.4)]
    bell = lathe([*profile, *mouth], crease=60).turn(z=90).at(-long + 0.45, y, 0)
    loop = [
        (-long + 0.5, y, 0),
        (0.52, y, 0),
        *((x, py, 0) for x, py in arc(0.52, y - 0.16, 0.16, 80, -80, 8)),
        (-0.35, y - 0.32, 0),
        *((x, py, 0) for x, py in arc(-0.35, y - 0.16, 0.16, 260, 100, 8)),
        (0.0, y, 0.0),
    ]
    pipe = [(-0.3, y - 0.02, 0.1), (0.86, y - 0.02, 0.1)]
    valves = []
    for x in (-0.14, 0.05, 0.24):
        valves.append(cylinder(0.075, 0.5, bevel=0.02).at(x, y - 0.4, 0.03))
        valves.append(cylinder(0.03, 0.1).at(x, y + 0.09, 0.03).paint("metal"))
        valves.append(cylinder(0.065, 0.035, bevel=0.01).at(x, y + 0.18, 0.03).paint("light"))
    piece = lathe([(0.035, 0), (0.05, 0.1), (0.09, 0.16), (0.09, 0.19), (0.03, 0.16)])
    return [
        bell,
        tube(loop, 0.05),
        tube(pipe, 0.045),
        *valves,
        piece.turn(z=-90).at(0.83, y - 0.02, 0.1).paint("metal"),
        torus(0.07, 0.02, segments=20).turn(x=90).at(0.4, y + 0.1, 0.1).paint("accent"),
    ]


@shelf.category(
    "saxophone",
    parents=("musical-instrument",),
    synonyms=("sax",),
    materials=("metal",),
    colors=METALLIC,
    yaws=_FLAT,
    views=("front", "left", "right"),
)
def saxophone(make: Maker) -> list[Part]:
    """A saxophone that stands on its bow, its bell at the right."""
    tall, wide = make.between(1.35, 1.5), make.between(0.25, 0.29)
    bow = arc(0.12, 0.26, 0.26, 180, 345, 12)
    line = [(-0.3, tall), (-0.24, tall * 0.7), (-0.16, 0.5), *bow, (0.44, 0.55), (0.5, 0.75)]
    count = len(line)
    widths = [0.05 + 0.095 * (k / (count - 1)) ** 0.8 for k in range(count)]
    bell = lathe(
        [
            (0.14, 0),
            (0.16, 0.15),
            (wide, 0.32),
            (wide + 0.01, 0.34),
            (wide - 0.03, 0.34),
            (0.13, 0.14),
            (0, 0.1),
        ],
        crease=60,
    )
    neck = curve3(
        [
            (-0.3, tall - 0.02, 0),
            (-0.33, tall + 0.12, 0),
            (-0.46, tall + 0.19, 0),
            (-0.62, tall + 0.1, 0),
        ]
    )
    keys = []
    for k in range(6):
        share = (k + 0.6) / 6.4
        x, y = -0.29 + 0.12 * share, tall * (1 - share) + 0.42 * share
        keys.append(cylinder(0.055, 0.05, bevel=0.01).turn(x=90).at(x, y, 0.06 + 0.05 * share))
    large = [
        cylinder(0.09, 0.05, bevel=0.015).turn(x=90).at(x, y, 0.13)
        for x, y in ((0.0, 0.1), (0.3, 0.14), (0.45, 0.5))
    ]
    rod = tube([(-0.18, tall * 0.93, 0.09), (-0.08, 0.5, 0.12)], 0.018, sides=8)
    return [
        tube([(x, y, 0) for x, y in line], widths, sides=16),
        bell.turn(z=-9).at(0.49, 0.7, 0),
        tube(neck, 0.05),
        tube([(-0.58, tall + 0.13, 0), (-0.74, tall + 0.02, 0)], [0.07, 0.04]).paint("dark"),
        torus(0.065, 0.025, segments=20).at(-0.3, tall, 0).paint("accent"),
        *(part.paint("light") for part in (*keys, *large)),
        rod.paint("metal"),
    ]


@shelf.category(
    "piano",
    parents=("musical-instrument", "furniture"),
    synonyms=("grand piano",),
    materials=("wood",),
)
def piano(make: Maker) -> list[Part]:
    """A grand piano, its lid open, its keys at the front."""
    w, deep, tilt = 0.62, make.between(0.95, 1.1), make.between(32, 40)
    outline = [
        (-w, -0.42),
        (w, -0.42),
        (w, -0.15),
        *curve([(w, -0.1), (w * 0.75, 0.28), (w * 0.1, 0.52), (-w * 0.3, deep - 0.42)], 6),
        *curve([(-w * 0.62, deep - 0.38), (-w, deep - 0.5)], 3),
    ]
    low, thick = 0.46, 0.24
    case = extrude(outline, thick, 0.02).turn(x=-90).at(0, low + thick / 2, 0)
    inner = extrude([(x * 0.8, y * 0.8 + 0.03) for x, y in outline], 0.01).turn(x=-90)
    cover = extrude([(x + w, y) for x, y in outline if y > -0.16], 0.035, 0.01)
    lid = cover.turn(x=-90).turn(z=tilt).at(-w, low + thick + 0.02, 0)
    whites = box(2 * w - 0.2, 0.05, 0.24, 0.01).at(0, low + 0.13, 0.52)
    lines = [
        box(0.008, 0.004, 0.24).at(-w + 0.1 + (2 * w - 0.2) * k / 14, low + 0.179, 0.52)
        for k in range(1, 14)
    ]
    blacks = [
        box(0.04, 0.04, 0.14, 0.008).at(-w + 0.1 + (2 * w - 0.2) * k / 14, low + 0.17, 0.47)
        for k in (1, 2, 4, 5, 6, 8, 9, 11, 12, 13)
    ]
    legs = [(-w + 0.12, 0.45), (w - 0.12, 0.45), (-w * 0.45, -deep + 0.75)]
    return [
        case,
        inner.at(0, low + thick, 0).paint("#c99a4b"),
        lid,
        box(2 * w, 0.14, 0.3, 0.02).at(0, low, 0.52),
        *both(box(0.1, 0.22, 0.28, 0.025).at(w - 0.05, low, 0.52)),
        whites.paint("#fbfaf4"),
        *(part.paint("#1a1a1c") for part in (*lines, *blacks)),
        *(cylinder(0.05, low + 0.02, top=0.08).at(x, 0, z).paint("trim") for x, z in legs),
        tube([(0.28, low + thick, 0.05), (0.16, low + 0.78, 0.05)], 0.018, sides=8).paint("dark"),
        box(0.62, 0.2, 0.025, 0.01).turn(x=-18).at(0, low + thick, 0.32).paint("accent"),
    ]


@shelf.category(
    "maracas",
    parents=("musical-instrument",),
    synonyms=("pair of maracas", "rattles"),
    materials=("wood",),
    patterns=("plain", "striped", "dotted"),
    yaws=_FLAT,
    views=("front", "left", "right"),
    symmetry=2,
)
def maracas(make: Maker) -> list[Part]:
    """Two crossed maracas."""
    r, cross = make.between(0.29, 0.33), make.between(31, 36)
    head = curve([(0.075, 0.62), (r * 0.75, 0.75), (r, 1.02), (r * 0.7, 1.27)], 6)
    one = [
        lathe([*head, *arc(0, 1.04, r * 0.98, 52, 90, 5, ry=0.32)], crease=180),
        lathe(
            [(0.05, 0), (0.09, 0.04), (0.065, 0.12), (0.075, 0.4), (0.09, 0.66)], segments=20
        ).paint("#9c6a38"),
        torus(0.09, 0.03, segments=20).at(0, 0.66, 0).paint("accent"),
        torus(r, 0.022, segments=28, sides=8).at(0, 1.02, 0).paint("light"),
    ]
    return [
        *(part.turn(z=cross).at(0.2, 0, 0.1) for part in one),
        *(part.turn(z=-cross).at(-0.2, 0, -0.1) for part in one),
    ]


@shelf.category(
    "xylophone",
    parents=("musical-instrument", "toy"),
    synonyms=("glockenspiel", "marimba"),
    materials=("wood", "plastic"),
)
def xylophone(make: Maker) -> list[Part]:
    """A xylophone: bars that get shorter, on two rails, with two mallets."""
    count, step = make.pick(7, 8), make.between(0.18, 0.2)
    w = count * step
    bars, pins = [], []
    for k in range(count):
        share = k / (count - 1)
        long, x = 0.86 - 0.42 * share, (k + 0.5) * step - w / 2
        bars.append(box(step - 0.035, 0.075, long, 0.025).at(x, 0.2, 0))
        for s in (-1, 1):
            z = s * (0.3 - 0.15 * share)
            pins.append(cylinder(0.025, 0.03, segments=12).at(x, 0.268, z).paint("metal"))
    rail = [
        tube([(-w / 2, 0.13, 0.33), (w / 2, 0.13, 0.14)], 0.07, sides=8),
        tube([(-w / 2, 0.13, -0.33), (w / 2, 0.13, -0.14)], 0.07, sides=8),
    ]
    frame = [
        *rail,
        box(0.1, 0.2, 0.86, 0.03).at(-w / 2 - 0.03, 0, 0),
        box(0.1, 0.2, 0.46, 0.03).at(w / 2 + 0.03, 0, 0),
    ]
    stick = [
        tube([(0, 0, 0), (0, 0, 0.62)], 0.026, sides=8).paint("#d9b27a"),
        ball(0.085, segments=16).paint("dark"),
    ]
    mallets = [
        part.turn(y=y).at(x, 0.34, z)
        for y, x, z in ((40, -0.28, -0.05), (-25, 0.2, -0.02))
        for part in stick
    ]
    parts = [*bars, *pins, *(part.paint("accent") for part in frame), *mallets]
    return [part.turn(x=22) for part in parts]
