"""Dishes, pots and pans."""

from __future__ import annotations

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
    lathe,
    torus,
    tube,
)

shelf = Shelf()
_VESSEL = ("ceramic", "metal", "plastic", "glass", "stone", "wood")
_COOKING = ("metal", "ceramic", "stone")
_ALL = ("plain", "striped", "dotted", "checked")
_CLEAR = ("red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink")


@shelf.category(
    "mug",
    parents=("tableware", "container"),
    synonyms=("cup", "coffee mug"),
    lookalikes=("bucket", "jar", "bowl"),
    materials=_VESSEL,
    patterns=_ALL,
)
def mug(make: Maker) -> list[Part]:
    """A straight mug with a handle at its right."""
    tall, flare = make.between(0.95, 1.15), make.between(0.92, 1.06)
    r, wall = 0.48, 0.05
    outside = [(r * 0.9, 0), *arc(r - 0.05, 0.05, 0.05, -90, 0, 3), (r * flare, tall - 0.025)]
    lip = arc(r * flare - wall / 2, tall - 0.025, wall / 2, 0, 180, 5)
    inside = [(r - wall, 0.12), (r - 0.12, 0.07), (0, 0.07)]
    high, low = tall * 0.82, tall * 0.2
    path = curve3(
        [
            (r - 0.03, high, 0),
            (r + 0.22, high + 0.02, 0),
            (r + 0.33, (high + low) / 2, 0),
            (r + 0.2, low - 0.02, 0),
            (r - 0.03, low, 0),
        ]
    )
    return [lathe([*outside, *lip, *inside]), tube(path, 0.06, flat=1.25, sides=12)]


@shelf.category(
    "teapot",
    parents=("tableware", "container"),
    lookalikes=("kettle", "watering-can"),
    materials=("ceramic", "metal", "stone", "plastic"),
    patterns=_ALL,
)
def teapot(make: Maker) -> list[Part]:
    """A round pot, its spout at the left and its handle at the right."""
    wide, tall = make.between(0.52, 0.62), make.between(0.72, 0.86)
    belly = curve([(0.3, 0.04), (wide, tall * 0.45), (0.34, tall * 0.92), (0.26, tall)], 7)
    spout = curve3(
        [
            (-wide * 0.8, tall * 0.36, 0),
            (-wide - 0.2, tall * 0.5, 0),
            (-wide - 0.3, tall * 0.85, 0),
            (-wide - 0.43, tall * 1.0, 0),
        ]
    )
    widths = [0.15 - 0.09 * k / (len(spout) - 1) for k in range(len(spout))]
    handle = curve3(
        [
            (wide * 0.7, tall * 0.82, 0),
            (wide + 0.22, tall * 0.9, 0),
            (wide + 0.34, tall * 0.6, 0),
            (wide + 0.16, tall * 0.3, 0),
            (wide * 0.86, tall * 0.25, 0),
        ]
    )
    lid = [(0.3, tall - 0.02), (0.3, tall + 0.02), *arc(0, tall + 0.02, 0.27, 0, 80, 6, ry=0.12)]
    return [
        lathe([(0.32, 0), *belly]),
        lathe(lid),
        ball(0.075).at(0, tall + 0.2, 0).paint("accent"),
        tube(spout, widths),
        tube(handle, 0.055, flat=1.2),
    ]


@shelf.category(
    "bowl",
    parents=("tableware", "container"),
    lookalikes=("plate", "basket"),
    materials=_VESSEL,
    patterns=_ALL,
    symmetry=0,
    views=("front", "above"),
)
def bowl(make: Maker) -> list[Part]:
    """A deep round bowl on a foot."""
    deep = make.between(0.42, 0.55)
    outside = arc(0, deep + 0.06, 0.6, -75, 0, 10, ry=deep)
    inside = arc(0, deep + 0.06, 0.54, 0, -90, 10, ry=deep - 0.06)
    return [lathe([(0.22, 0), (0.24, 0.03), (0.22, 0.09), *outside, *inside])]


@shelf.category(
    "plate",
    parents=("tableware",),
    synonyms=("dish",),
    materials=("ceramic", "metal", "plastic", "wood", "stone"),
    patterns=_ALL,
    symmetry=0,
    views=("above", "front"),
)
def plate(make: Maker) -> list[Part]:
    """A flat plate with a broad rim and a ring on it."""
    rim = make.between(0.1, 0.15)
    outside = [(0.34, 0), (0.36, 0.03), (0.44, 0.05), (0.68, rim), (0.7, rim + 0.015)]
    inside = [(0.68, rim + 0.03), (0.47, 0.085), (0.42, 0.06), (0, 0.055)]
    ring = torus(0.58, 0.016).scale(1, 0.6, 1).at(0, (rim + 0.115) / 2 + 0.014, 0)
    well = torus(0.43, 0.014).scale(1, 0.6, 1).at(0, 0.068, 0)
    return [lathe([*outside, *inside]), ring.paint("accent"), well.paint("accent")]


@shelf.category(
    "wine-glass",
    parents=("tableware",),
    synonyms=("goblet",),
    lookalikes=("container", "trophy"),
    colors=_CLEAR,
    materials=("glass",),
    symmetry=0,
    views=("front", "above"),
)
def wine_glass(make: Maker) -> list[Part]:
    """A glass on a stem and a round foot."""
    stem, wide, tall = make.between(0.5, 0.65), make.between(0.3, 0.36), make.between(0.55, 0.65)
    foot = [(0.32, 0), (0.32, 0.025), (0.06, 0.06), (0.04, 0.12), (0.035, stem)]
    cup = curve([(0.05, stem + 0.04), (wide, stem + tall * 0.45), (wide * 0.78, stem + tall)], 7)
    inside = [(r - 0.03, y + 0.02) for r, y in reversed(cup[1:])]
    return [lathe([*foot, *cup, *inside, (0, stem + 0.08)])]


@shelf.category(
    "frying-pan",
    parents=("cookware",),
    synonyms=("pan", "skillet"),
    lookalikes=("cooking-pot",),
    materials=_COOKING,
)
def frying_pan(make: Maker) -> list[Part]:
    """A low pan, its long handle to the front right."""
    deep, long = make.between(0.17, 0.22), make.between(0.55, 0.7)
    r = 0.56
    walls = [(r - 0.07, 0), (r - 0.04, 0.03), (r + 0.03, deep), (r + 0.01, deep + 0.015)]
    inside = [(r - 0.02, deep), (r - 0.08, 0.04), (0, 0.035)]
    path = curve3(
        [(r - 0.01, deep * 0.7, 0), (r + 0.25, deep + 0.06, 0), (r + long, deep + 0.13, 0)]
    )
    widths = [0.06 + 0.03 * k / (len(path) - 1) for k in range(len(path))]
    handle = [
        tube(path, widths, flat=0.55, up=(0, 1, 0)).paint("dark"),
        torus(0.06, 0.022).turn(z=8).at(r + long + 0.03, deep + 0.14, 0).paint("metal"),
        box(0.12, 0.07, 0.13, 0.02).at(r + 0.05, deep * 0.5, 0).paint("metal"),
    ]
    return [lathe([*walls, *inside]), *(part.turn(y=-28) for part in handle)]


@shelf.category(
    "cooking-pot",
    parents=("cookware", "container"),
    synonyms=("saucepan", "stew pot"),
    lookalikes=("drum",),
    materials=_COOKING,
    patterns=_ALL,
    symmetry=2,
)
def cooking_pot(make: Maker) -> list[Part]:
    """A pot with two handles and a lid with a knob."""
    tall, r = make.between(0.5, 0.68), 0.5
    walls = [(r - 0.06, 0), *arc(r - 0.06, 0.06, 0.06, -60, 0, 4), (r, tall), (r + 0.03, tall)]
    lid = [(r + 0.03, tall + 0.03), *arc(0, tall + 0.03, r - 0.02, 0, 84, 8, ry=0.14)]
    loop = curve3(
        [
            (r - 0.02, tall * 0.75, 0.14),
            (r + 0.15, tall * 0.77, 0.13),
            (r + 0.15, tall * 0.77, -0.13),
            (r - 0.02, tall * 0.75, -0.14),
        ]
    )
    knob = [(0.035, 0), (0.035, 0.06), *arc(0.05, 0.09, 0.04, -60, 90, 5)]
    return [
        lathe([*walls, *lid]),
        torus(r + 0.025, 0.022).at(0, tall + 0.015, 0).paint("metal"),
        lathe(knob).at(0, tall + 0.16, 0).paint("dark"),
        *both(tube(loop, 0.045).paint("dark")),
    ]


@shelf.category(
    "kettle",
    parents=("cookware", "container"),
    synonyms=("tea kettle",),
    lookalikes=("watering-can",),
    materials=("metal", "ceramic", "plastic"),
    patterns=_ALL,
)
def kettle(make: Maker) -> list[Part]:
    """A kettle with a short spout at the left and a handle that arches over it."""
    tall, r = make.between(0.55, 0.66), 0.55
    side = curve([(r, 0.08), (r * 0.96, tall * 0.5), (r * 0.62, tall * 0.92), (0.22, tall)], 6)
    spout = [(-r * 0.72, tall * 0.5, 0), (-r - 0.12, tall * 0.74, 0), (-r - 0.25, tall, 0)]
    high = tall + make.between(0.4, 0.5)
    arch = curve3(
        [
            (-0.36, tall * 0.85, 0),
            (-0.38, high - 0.18, 0),
            (-0.2, high, 0),
            (0.2, high, 0),
            (0.38, high - 0.18, 0),
            (0.36, tall * 0.85, 0),
        ]
    )
    return [
        lathe([(r - 0.03, 0), (r, 0.03), *side, (0.2, tall + 0.04)]),
        ball(0.07).at(0, tall + 0.1, 0).paint("dark"),
        tube(spout, [0.15, 0.1, 0.085], crease=180),
        tube(arch, 0.035, flat=1.4).paint("metal"),
        tube([(-0.22, high, 0), (0.22, high, 0)], 0.062, flat=1.1).paint("dark"),
    ]
