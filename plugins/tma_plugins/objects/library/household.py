"""Lamps, clocks and other things about the house."""

from __future__ import annotations

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    both,
    box,
    cone,
    curve,
    cylinder,
    extrude,
    lathe,
    ring,
    torus,
    tube,
)

shelf = Shelf()
_ALL = ("plain", "striped", "dotted", "checked")
_FLAME, _CORE = "#ff9a1f", "#fff3a8"


def _flame(size: float) -> list[Part]:
    """A flame that stands on y = 0."""
    outline = curve([(0.02, 0), (0.2, 0.22), (0.13, 0.55), (0, 1)], 5)
    whole = lathe([(max(x, 0), y) for x, y in outline], segments=16, crease=180).scale(size)
    return [whole.paint(_FLAME), ball(0.11, 0.2).at(0, 0.25, 0.1).scale(size).paint(_CORE)]


@shelf.category(
    "table-lamp",
    parents=("light-source",),
    synonyms=("lamp", "desk lamp"),
    lookalikes=("furniture",),
    materials=("textile", "plastic", "metal"),
    patterns=_ALL,
    symmetry=0,
    views=("front", "above"),
)
def table_lamp(make: Maker) -> list[Part]:
    """A lamp with a shade, in the asset's colour, on a round foot."""
    low, high = make.between(0.5, 0.58), make.between(0.24, 0.36)
    foot = make.pick("metal", "light", "dark")
    shade = [(low - 0.03, 0.75), (low, 0.75), (high, 1.35), (high - 0.03, 1.35), (low - 0.05, 0.79)]
    return [
        lathe([*shade, (0, 0.79)]),
        lathe([(0.3, 0), (0.32, 0.02), *arc(0.24, 0.02, 0.08, 0, 80, 4), (0.05, 0.14)]).paint(foot),
        cylinder(0.035, 0.8).paint(foot),
        ball(0.14, 0.16).at(0, 0.32, 0).paint("accent"),
    ]


@shelf.category(
    "street-lamp",
    parents=("light-source",),
    synonyms=("lamppost", "street light"),
    lookalikes=("lantern",),
    materials=("metal", "wood", "stone"),
    symmetry=4,
    yaws=(0.0, 30.0),
    views=("front", "left"),
)
def street_lamp(make: Maker) -> list[Part]:
    """An old street lamp: a lantern on a fluted post with a broad foot."""
    tall = make.between(1.5, 1.8)
    foot = [(0.26, 0), (0.26, 0.08), (0.17, 0.12), (0.15, 0.34), (0.09, 0.4)]
    post = [*foot, (0.07, tall - 0.1), (0.12, tall - 0.06), (0.12, tall - 0.02), (0.09, tall)]
    glass = lathe([(0.16, 0), (0.27, 0.42)], segments=4, turned=True)
    edge = tube([(0.165, 0, 0), (0.28, 0.42, 0)], 0.03, sides=8)
    roof = lathe([(0.34, 0), (0.34, 0.03), (0.1, 0.2), (0.05, 0.22)], segments=4, turned=True)
    return [
        lathe(post),
        torus(0.075, 0.04).at(0, tall * 0.62, 0),
        glass.at(0, tall, 0).paint("#fff0b0"),
        *ring(edge.at(0, tall, 0), 4, 45),
        roof.at(0, tall + 0.42, 0),
        ball(0.05).at(0, tall + 0.67, 0),
    ]


@shelf.category(
    "light-bulb",
    parents=("light-source",),
    synonyms=("lightbulb",),
    colors=("red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink", "white"),
    symmetry=0,
    views=("front", "above"),
)
def light_bulb(make: Maker) -> list[Part]:
    """A light bulb that stands on its screw base."""
    wide, tall = make.between(0.4, 0.46), make.between(0.85, 0.98)
    neck = 0.19
    base = [(0.09, 0), (0.12, 0.05)]
    for k in range(4):
        y = 0.06 + 0.075 * k
        base += [(neck - 0.02, y), (neck + 0.015, y + 0.03), (neck - 0.02, y + 0.06)]
    side = curve([(neck, 0.38), (wide * 0.75, 0.6), (wide, tall), (wide * 0.72, tall + 0.3)], 6)
    return [
        lathe(base).paint("metal"),
        cylinder(0.1, 0.06).at(0, -0.03, 0).paint("dark"),
        lathe([(neck - 0.01, 0.34), *side, *arc(0, tall + 0.02, wide, 48, 90, 5)], crease=180),
    ]


@shelf.category(
    "lantern",
    parents=("light-source",),
    materials=("metal", "wood", "plastic"),
    symmetry=4,
    yaws=(0.0, 30.0),
)
def lantern(make: Maker) -> list[Part]:
    """A lantern: a candle burning between four posts, under a roof with a ring."""
    w, tall = 0.56, make.between(0.65, 0.8)
    post = box(0.09, tall, 0.09, 0.015).at(w / 2 - 0.045, 0.14, w / 2 - 0.045)
    top = 0.14 + tall
    roof = lathe([(0.5, 0), (0.5, 0.06), (0.16, 0.3), (0.14, 0.36)], segments=4, turned=True)
    return [
        box(w + 0.1, 0.14, w + 0.1, 0.03),
        *ring(post, 4),
        roof.at(0, top, 0),
        torus(0.13, 0.03).turn(x=90).at(0, top + 0.47, 0).paint("metal"),
        cylinder(0.13, 0.28, bevel=0.02).at(0, 0.13, 0).paint("light"),
        *(part.at(0, 0.41, 0) for part in _flame(0.32)),
    ]


@shelf.category(
    "candle",
    shape="cylinder",
    parents=("light-source",),
    patterns=("plain", "striped", "dotted"),
    symmetry=0,
    views=("front", "above"),
)
def candle(make: Maker) -> list[Part]:
    """A thick burning candle with drops of wax, on a small plate."""
    tall, r = make.between(0.85, 1.15), make.between(0.22, 0.28)
    drops = [
        tube([(r * 0.98, tall - 0.04, 0), (r * 1.0, tall - at, 0)], [0.03, 0.05], crease=180).turn(
            y=angle
        )
        for angle, at in ((10, 0.2), (75, 0.12), (140, 0.26), (205, 0.16), (300, 0.24))
    ]
    plate = [(0.34, 0), (0.42, 0.06), (0.42, 0.08), (0.3, 0.06)]
    return [
        lathe([(r, 0.04), (r, tall - 0.03), *arc(r - 0.03, tall - 0.03, 0.03, 20, 90, 3)]),
        *drops,
        *(
            ball(0.05).at(r * 1.0, tall - at, 0).turn(y=angle)
            for angle, at in ((10, 0.2), (300, 0.24))
        ),
        tube([(0, tall - 0.02, 0), (0.01, tall + 0.12, 0)], 0.022, sides=8).paint("dark"),
        *(part.at(0, tall + 0.06, 0) for part in _flame(0.42)),
        lathe(plate).paint("metal#c9a45a"),
    ]


@shelf.category(
    "alarm-clock",
    parents=("timepiece",),
    synonyms=("clock",),
    materials=("metal", "plastic"),
)
def alarm_clock(make: Maker) -> list[Part]:
    """A round clock with two bells, a hammer between them, and two feet."""
    r, deep = 0.48, make.between(0.24, 0.32)
    y = r + 0.1
    rim = [
        (r - 0.03, 0),
        (r, 0.03),
        (r, deep - 0.03),
        (r - 0.03, deep),
        (r - 0.1, deep),
        (r - 0.13, deep - 0.03),
    ]
    case = lathe([*rim, (0, deep - 0.03)], segments=40).turn(x=90).at(0, y, -deep / 2)
    face = cylinder(r - 0.13, 0.02, segments=40).turn(x=90).at(0, y, deep / 2 - 0.025)
    marks = [
        box(0.035 if k % 3 else 0.05, 0.05 if k % 3 else 0.09, 0.015)
        .at(0, r - 0.25 if k % 3 == 0 else r - 0.22, 0)
        .turn(z=30 * k)
        .at(0, y, deep / 2 - 0.015)
        for k in range(12)
    ]
    hour, minute = make.pick(-60, -120, 60), make.pick(-30, 120, 60, -150)
    if hour == minute:
        minute = 180
    hands = [
        box(0.055, 0.18, 0.02, 0.008).turn(z=hour).at(0, y, deep / 2 - 0.012),
        box(0.042, 0.26, 0.02, 0.008).turn(z=minute).at(0, y, deep / 2 + 0.004),
        cylinder(0.04, 0.03).turn(x=90).at(0, y, deep / 2 - 0.01),
    ]
    dome = lathe([(0.2, 0), *arc(0, 0.02, 0.2, 0, 86, 6, ry=0.17)]).turn(z=-32)
    leg = cone(0.06, 0.3, tip=0.03).turn(z=180).at(0, 0.3, 0).turn(z=24).at(0.4, 0.0, 0)
    return [
        case,
        face.paint("#fdfaf0"),
        *(part.paint("dark") for part in (*marks, *hands)),
        *both(dome.at(0.29, y + r * 0.83, 0)),
        *both(leg.paint("metal")),
        tube([(0, y + r - 0.02, 0), (0, y + r + 0.2, 0)], 0.025).paint("dark"),
        box(0.16, 0.07, 0.07, 0.02).at(0, y + r + 0.18, 0).paint("dark"),
    ]


@shelf.category(
    "hourglass",
    parents=("timepiece",),
    synonyms=("sand clock",),
    materials=("wood", "metal", "stone"),
    symmetry=4,
    yaws=(0.0, 20.0),
    views=("front", "left"),
)
def hourglass(make: Maker) -> list[Part]:
    """Two glass bulbs, sand above and below, between two thick discs on four posts."""
    wide, tall = make.between(0.28, 0.32), make.between(1.1, 1.25)
    disc, half = 0.12, (tall - 0.24) / 2
    bulb = curve([(wide * 0.8, 0), (wide, half * 0.4), (0.1, half * 0.9), (0.035, half)], 7)
    low = [*bulb, *((x, 2 * half - y) for x, y in reversed(bulb[:-1]))]
    sand = "#e3b45c"
    upper = curve([(0.03, half), (0.08, half * 1.12), (wide * 0.72, half * 1.45)], 5)
    plate = [(0.44, 0), *arc(0.44, disc / 2, disc / 2, -60, 60, 4), (0.4, disc)]
    post = [(0.035, 0), (0.035, half * 0.7), (0.06, half), (0.035, half * 1.3), (0.035, half * 2)]
    inside = [
        cone(wide * 0.85, half * 0.55, tip=0.03).at(0, 0.01, 0),
        lathe(upper),
        cylinder(0.02, half),
    ]
    return [
        lathe(plate),
        lathe(plate).at(0, tall - disc, 0),
        *(part.at(0, disc, 0).paint(sand) for part in inside),
        *ring(lathe(post, segments=12).at(0.37, disc, 0), 4, 45),
        lathe(low, crease=180).at(0, disc, 0).paint("glass"),
    ]


@shelf.category(
    "book",
    shape="cuboid",
    parents=("stationery",),
    lookalikes=("box",),
    materials=("textile",),
    patterns=("plain", "striped", "dotted", "checked"),
)
def book(make: Maker) -> list[Part]:
    """A thick book that stands upright, its back at the left, with a title plate."""
    w, h, d = make.between(0.68, 0.8), 1.0, make.between(0.2, 0.28)
    cover = 0.035
    spine = [*arc(0, 0, 0.06, 90, 270, 8, ry=d / 2), (0.05, -d / 2), (0.05, d / 2)]
    back = extrude(spine, h, 0.005).turn(x=90).at(-w / 2, h / 2, 0)
    pages = box(w - 0.03, h - 0.08, d - 2 * cover + 0.01).at(-0.01, 0.04, 0)
    plate = box(w * 0.6, 0.2, 0.02, 0.008).at(0, h * 0.66, d / 2)
    lines = [
        box(w * 0.42, 0.03, 0.02).at(0, h * 0.66 + 0.115, d / 2 + 0.008),
        box(w * 0.28, 0.03, 0.02).at(0, h * 0.66 + 0.055, d / 2 + 0.008),
    ]
    ribbon = box(0.05, 0.2, 0.015).at(w * 0.2, -0.0, 0.02).at(0, 0.94, 0)
    return [
        box(w, h, cover, 0.012).at(0, 0, d / 2 - cover / 2),
        box(w, h, cover, 0.012).at(0, 0, cover / 2 - d / 2),
        back,
        pages.paint("#fbf5e3"),
        plate.paint("light"),
        *(part.paint("dark") for part in lines),
        ribbon.scale(1, 0.5, 1).at(0, 0.49, 0).paint("accent"),
    ]


@shelf.category(
    "bell",
    parents=("musical-instrument",),
    synonyms=("handbell",),
    materials=("metal", "ceramic"),
    symmetry=0,
    views=("front", "above"),
)
def bell(make: Maker) -> list[Part]:
    """A hand bell with a turned wooden handle."""
    wide, tall = make.between(0.46, 0.54), make.between(0.6, 0.7)
    side = curve(
        [(wide, 0.05), (wide * 0.74, tall * 0.32), (wide * 0.6, tall * 0.75), (0.13, tall)], 6
    )
    grip = curve([(0.05, 0.0), (0.05, 0.08), (0.11, 0.28), (0.07, 0.44), (0.1, 0.52)], 5)
    return [
        lathe([(wide - 0.02, 0), (wide + 0.02, 0.02), *side]),
        torus(wide * 0.8, 0.018).at(0, tall * 0.22, 0).paint("accent"),
        cylinder(0.1, 0.06, bevel=0.02).at(0, tall - 0.01, 0).paint("metal#d8b04a"),
        lathe([*grip, *arc(0, 0.54, 0.1, 10, 90, 5)]).at(0, tall + 0.03, 0).paint("#7a4d2a"),
    ]


@shelf.category(
    "broom",
    parents=("tool",),
    lookalikes=("brush", "paintbrush"),
    symmetry=2,
    yaws=(-30.0, 0.0, 30.0),
)
def broom(make: Maker) -> list[Part]:
    """A broom that stands on its spread bristles, which have the asset's colour."""
    tall, wide = make.between(1.5, 1.7), make.between(0.36, 0.44)
    tufts = []
    for k in range(9):
        x = (k - 4) / 4
        tufts.append(
            tube([(x * wide, 0, 0), (x * 0.17, 0.62, 0)], [0.085, 0.05], flat=1.6, sides=10)
        )
    head = box(0.46, 0.2, 0.2, 0.06).at(0, 0.52, 0)
    return [
        *tufts,
        head.paint("accent"),
        cylinder(0.045, tall - 0.65, bevel=0.02).at(0, 0.68, 0).paint("#b98a52"),
        ball(0.055).at(0, tall + 0.02, 0).paint("dark"),
    ]
