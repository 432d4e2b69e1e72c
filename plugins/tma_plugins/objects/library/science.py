"""Globes, microscopes, telescopes, calculators and game controllers."""

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
    cylinder,
    extrude,
    lathe,
    loft,
    oval,
    ring,
    torus,
    tube,
)
from tma_plugins.objects.library.patches import globe_onto, patch

shelf = Shelf()

_LANDS: tuple[tuple[tuple[float, float], ...], ...] = (
    # Longitude and latitude of a few points of each coast.
    ((-17, 15), (-9, 31), (10, 37), (32, 31), (43, 12), (51, 11), (40, -5), (38, -18), (26, -34),
     (18, -34), (12, -15), (9, 4), (-8, 4)),
    ((-9, 38), (-8, 44), (2, 50), (10, 56), (8, 62), (26, 71), (45, 67), (70, 72), (70, 25),
     (57, 26), (52, 16), (43, 14), (35, 30), (27, 37), (18, 40), (8, 44), (0, 39)),
    ((70, 72), (105, 76), (140, 72), (178, 66), (160, 60), (140, 54), (128, 40), (120, 30),
     (107, 12), (104, 2), (99, 16), (90, 22), (80, 8), (74, 18), (70, 25)),
    ((-80, 8), (-70, 12), (-52, 4), (-36, -7), (-40, -22), (-57, -38), (-68, -54), (-74, -48),
     (-71, -20), (-81, -4)),
    ((-165, 62), (-155, 71), (-125, 70), (-95, 72), (-80, 65), (-62, 58), (-56, 50), (-70, 42),
     (-81, 30), (-97, 27), (-95, 18), (-84, 11), (-105, 20), (-118, 33), (-125, 48), (-140, 60)),
    ((114, -22), (130, -12), (142, -12), (153, -27), (148, -38), (132, -32), (116, -34)),
    ((-52, 62), (-58, 75), (-40, 82), (-20, 78), (-38, 65)),
)  # fmt: skip


@shelf.category(
    "globe",
    parents=("decoration", "stationery"),
    synonyms=("desk globe",),
    colors=("blue", "turquoise", "white", "black", "gray", "brown", "purple", "orange", "pink"),
)
def globe(make: Maker) -> list[Part]:
    """A globe with continents on a slanted axis, in a half ring on a foot."""
    r, turned = 0.5, make.pick(-20, 75, 40) + make.between(-8, 8)
    land = "#4f9a4a" if make.color in ("blue", "turquoise", "white") else "#f2e3b8"
    lands = [patch(shore, globe_onto, r + 0.006).paint(land) for shore in _LANDS]
    world = [part.turn(y=turned) for part in (ball(r, segments=40), *lands)]
    y = r + 0.42
    hoop = tube([(px, py, 0) for px, py in arc(0, 0, r + 0.07, -90, 90, 20)], 0.04)
    pin = cylinder(0.04, 0.14).at(0, r - 0.02, 0)
    stand = [hoop, pin, pin.turn(z=180), ball(0.06).at(0, r + 0.12, 0)]
    foot = [(0.34, 0), (0.36, 0.03), *arc(0.24, 0.04, 0.11, 0, 70, 4), (0.07, 0.18), (0.05, 0.3)]
    return [
        *(part.turn(z=-23).at(0, y, 0) for part in world),
        *(part.turn(z=-23).at(0, y, 0).paint("accent") for part in stand),
        lathe([*foot, (0.05, 0.34)]).at(0.08, 0, 0).paint("accent"),
    ]


@shelf.category(
    "microscope",
    parents=("optical-instrument",),
    materials=("metal", "plastic"),
)
def microscope(make: Maker) -> list[Part]:
    """A microscope: a slanted tube on a curved arm, a stage and a heavy foot."""
    tall, lean = make.between(1.2, 1.32), 24
    arm = curve3([(0.28, 0.1, 0), (0.42, 0.45, 0), (0.34, 0.82, 0), (0.1, tall - 0.14, 0)])
    scope = [
        cylinder(0.13, 0.56, bevel=0.02),
        cylinder(0.085, 0.3).at(0, 0.5, 0),
        cylinder(0.12, 0.1, bevel=0.02).at(0, 0.74, 0).paint("dark"),
        cylinder(0.15, 0.08, bevel=0.02).at(0, -0.05, 0).paint("accent"),
        cylinder(0.07, 0.16, top=0.09).at(0, -0.2, 0).paint("metal"),
        cylinder(0.045, 0.06).at(0, -0.25, 0).paint("dark"),
    ]
    knob = cylinder(0.1, 0.08, bevel=0.02).turn(x=90)
    foot = [
        oval(h, rx, rz, square=3.5, x=0.06, n=32)
        for h, rx, rz in ((0, 0.46, 0.32), (0.08, 0.46, 0.32), (0.14, 0.4, 0.27))
    ]
    parts = [
        loft(foot),
        tube(arm, 0.1, flat=1.1),
        box(0.56, 0.06, 0.46, 0.02).at(-0.02, 0.5, 0).paint("dark"),
        box(0.3, 0.015, 0.12).at(-0.1, 0.56, 0.02).paint("#cfe8f5"),
        cylinder(0.12, 0.12, top=0.08).at(-0.12, 0.14, 0).paint("metal"),
        *(part.turn(z=-lean).at(-0.05, 0.84, 0) for part in scope),
        *(knob.at(0.4, 0.5, z).paint("metal") for z in (0.1, -0.18)),
    ]
    return [part.turn(y=25) for part in parts]


@shelf.category(
    "telescope",
    parents=("optical-instrument",),
    lookalikes=("cannon",),
    materials=("metal", "plastic", "wood"),
)
def telescope(make: Maker) -> list[Part]:
    """A telescope on three legs that points up to the left."""
    wide, lean = make.between(0.16, 0.19), make.between(52, 62)
    scope = [
        lathe([(wide, -0.1), (wide, 0.62), (wide * 0.7, 0.63)]),
        lathe(
            [
                (wide + 0.035, 0.6),
                (wide + 0.035, 0.86),
                (wide, 0.86),
                (wide - 0.02, 0.75),
                (0, 0.74),
            ]
        ),
        cylinder(wide - 0.01, 0.02).at(0, 0.77, 0).paint(_LENS),
        cylinder(wide * 0.72, 0.4).at(0, -0.42, 0).paint("accent"),
        cylinder(wide * 0.5, 0.22).at(0, -0.58, 0).paint("dark"),
        torus(wide, 0.03).at(0, -0.1, 0).paint("metal"),
        torus(wide + 0.03, 0.03).at(0, 0.61, 0).paint("metal"),
    ]
    top = 0.85
    leg = tube([(0.0, top, 0.04), (0.0, 0.0, 0.46)], [0.05, 0.04])
    tripod = [part.paint("accent") for part in ring(leg, 3, 20)]
    mount = [
        cylinder(0.1, 0.14, bevel=0.02).at(0, top - 0.04, 0).paint("dark"),
        ball(0.1).at(0, top + 0.12, 0).paint("dark"),
    ]
    parts = [*(part.turn(z=lean).at(0, top + 0.22, 0) for part in scope), *tripod, *mount]
    return [part.turn(y=14) for part in parts]


_LENS = "#5b87b8"


@shelf.category(
    "game-controller",
    parents=("electronic-device", "toy"),
    synonyms=("gamepad",),
    materials=("plastic",),
)
def game_controller(make: Maker) -> list[Part]:
    """A game controller, tilted to the viewer: two grips, two sticks, a cross and buttons."""
    wide, grip = make.between(0.56, 0.62), make.between(0.42, 0.5)
    right = curve(
        [
            (0, -0.18),
            (wide * 0.45, -0.2),
            (wide * 0.85, -grip - 0.05),
            (wide * 1.2, -grip),
            (wide * 1.22, -0.12),
            (wide, 0.24),
            (wide * 0.55, 0.3),
            (0, 0.26),
        ],
        6,
    )
    outline = [*right, *((-x, y) for x, y in reversed(right[1:-1]))]
    z = 0.1
    stick = [
        cylinder(0.125, 0.03, bevel=0.01).paint("accent"),
        cylinder(0.06, 0.08).paint("dark"),
        cylinder(0.095, 0.05, bevel=0.02).at(0, 0.07, 0).paint("dark"),
    ]
    tones = (("#d8342f", 0, 1), ("#f2c12e", 1, 0), ("#3fae5a", 0, -1), ("#2f6fe0", -1, 0))
    parts = [
        extrude(outline, 0.24, 0.07, crease=60),
        *(part.turn(x=90).at(x, -0.06, z) for x in (-0.26, 0.26) for part in stick),
        box(0.24, 0.08, 0.06, 0.015).at(-wide * 0.78, 0.04, z + 0.015).paint("dark"),
        box(0.08, 0.24, 0.06, 0.015).at(-wide * 0.78, -0.04, z + 0.015).paint("dark"),
        *(
            cylinder(0.05, 0.05, bevel=0.015, segments=16)
            .turn(x=90)
            .at(wide * 0.78 + 0.095 * x, 0.08 + 0.095 * y, z)
            .paint(tone)
            for tone, x, y in tones
        ),
        *(box(0.1, 0.04, 0.03, 0.01).at(x, 0.12, z + 0.01).paint("light") for x in (-0.09, 0.09)),
        *both(box(0.3, 0.1, 0.16, 0.04).at(wide * 0.72, 0.23, -0.02).paint("accent")),
    ]
    return [part.turn(x=-38) for part in parts]


@shelf.category(
    "calculator",
    parents=("electronic-device", "stationery"),
    lookalikes=("telephone",),
    materials=("plastic", "metal", "wood"),
)
def calculator(make: Maker) -> list[Part]:
    """A pocket calculator that leans back: a display and four rows of keys."""
    w, tall = make.between(0.74, 0.82), make.between(1.08, 1.18)
    gap = w / 4.6
    pale = "light" if make.color != "white" else "dark"
    keys = []
    for row in range(4):
        for k in range(4):
            tone = "#e0672a" if (row, k) == (0, 3) else "dark" if k == 3 else pale
            key = box(gap * 0.72, gap * 0.66, 0.07, 0.02)
            keys.append(key.at((k - 1.5) * gap * 1.02, 0.1 + row * gap * 0.98, 0.1).paint(tone))
    show = tall - 0.3
    digits = [
        box(0.05, 0.11, 0.01).at(w * 0.28 - 0.085 * k, show + 0.055, 0.118).paint("#2b3a2c")
        for k in range(4)
    ]
    parts = [
        box(w, tall, 0.2, 0.06, steps=3),
        box(w - 0.14, 0.22, 0.03, 0.01).at(0, show, 0.095).paint("#bcd3b0"),
        *digits,
        *keys,
    ]
    return [part.turn(x=-28) for part in parts]
