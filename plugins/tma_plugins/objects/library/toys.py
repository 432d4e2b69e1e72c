"""Toys, games and presents."""

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
    cone,
    curve,
    curve3,
    cylinder,
    extrude,
    lathe,
    loft,
    oval,
    torus,
    tube,
)

shelf = Shelf()
_ALL = ("plain", "striped", "dotted", "checked")
_EYE = "#16161a"
_ROUND = 18


@shelf.category(
    "die",
    parents=("game-piece",),
    synonyms=("dice",),
    lookalikes=("box",),
    materials=("plastic", "wood", "stone", "ceramic"),
    shape="cube",
)
def die(make: Maker) -> list[Part]:
    """A die with rounded edges; opposite faces make seven."""
    pip = "#f8f8f5" if make.color not in ("white", "yellow", "pink", "turquoise") else "#1b1b1e"
    a = 0.25
    faces: dict[int, list[tuple[float, float]]] = {
        1: [(0, 0)],
        2: [(-a, a), (a, -a)],
        3: [(-a, a), (0, 0), (a, -a)],
        4: [(-a, -a), (-a, a), (a, -a), (a, a)],
        5: [(-a, -a), (-a, a), (a, -a), (a, a), (0, 0)],
        6: [(-a, -a), (-a, 0), (-a, a), (a, -a), (a, 0), (a, a)],
    }
    front, top, right = make.pick((5, 6, 3), (6, 5, 4), (3, 5, 6), (4, 6, 5), (2, 3, 6), (5, 4, 1))
    turns = {
        front: {"x": 0.0},
        7 - front: {"y": 180.0},
        top: {"x": -90.0},
        7 - top: {"x": 90.0},
        right: {"y": 90.0},
        7 - right: {"y": -90.0},
    }
    parts = [box(1, 1, 1, make.between(0.1, 0.16), steps=4)]
    for number, turn in turns.items():
        size = 0.13 if number == 1 else 0.1
        for x, y in faces[number]:
            spot = cylinder(size, 0.012, segments=20).turn(x=90).at(x, y, 0.494)
            parts.append(spot.turn(**turn).at(0, 0.5, 0).paint(pip))
    return [part.turn(y=-28) for part in parts]


@shelf.category(
    "gift",
    parents=("decoration", "container"),
    synonyms=("present", "gift box"),
    lookalikes=("box",),
    patterns=_ALL,
)
def gift(make: Maker) -> list[Part]:
    """A wrapped present with a lid, a pale ribbon and a bow."""
    w, tall = 0.9, make.between(0.6, 0.9)
    ribbon = "#fff4d6" if make.color not in ("white", "yellow", "gray") else "#c8161e"
    loop = curve3(
        [
            (0, 0.02, 0),
            (0.14, 0.2, 0.02),
            (0.33, 0.26, 0.03),
            (0.4, 0.12, 0.02),
            (0.22, 0.02, 0),
        ],
        6,
        closed=True,
    )
    tail = curve3([(0.02, 0.03, 0.05), (0.16, 0.05, 0.24), (0.26, 0.01, 0.38)])
    bow = [
        *both(tube(loop, 0.07, closed=True, flat=1.5)),
        *both(tube(tail, 0.07, flat=0.35, up=(0, 1, 0))),
        ball(0.1, 0.09).at(0, 0.07, 0),
    ]
    return [
        box(w, tall, w, 0.02),
        box(w + 0.07, 0.2, w + 0.07, 0.025).at(0, tall - 0.005, 0),
        *(part.at(0, tall + 0.2, 0).paint(ribbon) for part in bow),
        *(part.paint(ribbon) for part in _crossed(w, tall, 0.15)),
    ]


def _crossed(w: float, tall: float, band: float) -> list[Part]:
    """The ribbon around a present's box and lid."""
    found = []
    for turned in (0, 90):
        found.append(box(band, tall, w + 0.016).turn(y=turned))
        found.append(box(band, 0.206, w + 0.086).turn(y=turned).at(0, tall - 0.002, 0))
    return found


@shelf.category(
    "robot",
    parents=("toy",),
    synonyms=("toy robot",),
    materials=("metal", "plastic"),
)
def robot(make: Maker) -> list[Part]:
    """A toy robot: a box for a head with round eyes and an antenna, a panel on its chest."""
    w, head, arm = make.between(0.62, 0.72), make.between(0.42, 0.5), make.between(-24, 10)
    hip, shoulder = 0.42, 0.42 + 0.62
    base = shoulder + 0.08
    leg = [
        box(0.2, 0.4, 0.22, 0.03).at(w * 0.25, 0.06, 0),
        box(0.28, 0.12, 0.4, 0.04).at(w * 0.27, 0, 0.06).paint("accent"),
    ]
    limb = [
        capsule(0.085, 0.5).at(0, -0.48, 0),
        ball(0.12).paint("accent"),
        torus(0.085, 0.045, segments=20).turn(x=90).at(0, -0.53, 0).paint("metal"),
    ]
    arms = [
        *(part.turn(z=16).at(w / 2 + 0.08, shoulder - 0.1, 0) for part in limb),
        *(
            part.mirror().turn(x=arm * 4, z=-16).at(-w / 2 - 0.08, shoulder - 0.1, 0)
            for part in limb
        ),
    ]
    eye = [
        cylinder(0.095, 0.05, bevel=0.015).turn(x=90).paint("#fdfdf8"),
        cylinder(0.045, 0.06).turn(x=90).paint(_EYE),
    ]
    eyes = both(*(part.at(0.14, base + head * 0.6, 0.22) for part in eye))
    lights = [
        cylinder(0.05, 0.03, segments=16).turn(x=90).at(x, shoulder - 0.2, 0.235).paint(tone)
        for x, tone in ((-0.15, "#e4433c"), (0, "#f2c12e"), (0.15, "#43b05c"))
    ]
    mouth = box(0.3, 0.07, 0.02, 0.008).at(0, base + head * 0.2, 0.225)
    teeth = [
        box(0.012, 0.07, 0.012).at(x, base + head * 0.2, 0.24).paint("light")
        for x in (-0.09, -0.03, 0.03, 0.09)
    ]
    antenna = [
        tube([(0, base + head - 0.02, 0), (0, base + head + 0.18, 0)], 0.025).paint("metal"),
        ball(0.07)
        .at(0, base + head + 0.2, 0)
        .paint("#e4433c" if make.color != "red" else "#f2c12e"),
    ]
    return [
        box(w, 0.64, 0.44, 0.06, steps=3).at(0, hip, 0),
        box(0.56, head, 0.44, 0.07, steps=3).at(0, base, 0),
        cylinder(0.12, 0.12).at(0, shoulder, 0).paint("metal"),
        *both(*leg, cylinder(0.08, 0.07).turn(z=-90).at(0.27, base + head / 2, 0).paint("metal")),
        *arms,
        *eyes,
        box(w * 0.72, 0.3, 0.03, 0.015).at(0, hip + 0.22, 0.215).paint("accent"),
        *lights,
        mouth.paint(_EYE),
        *teeth,
        *antenna,
    ]


@shelf.category(
    "snowman",
    parents=("decoration",),
    colors=("white", "turquoise", "blue", "pink", "purple"),
)
def snowman(make: Maker) -> list[Part]:
    """A snowman of three balls with a hat, a carrot for a nose, a scarf and arms of twigs."""
    low, high = make.between(0.42, 0.46), make.between(0.25, 0.28)
    middle = (low + high) / 2 - 0.02
    y1, y2 = low * 0.92, low * 1.78 + middle * 0.6
    y3 = y2 + middle * 0.75 + high * 0.72
    scarf = "#d0312d" if make.color != "pink" else "#2f6fd0"
    nose = cone(0.06, 0.3, tip=0.012).turn(x=90).at(0, y3, high - 0.03)
    coal = [ball(0.036, segments=12).at(x, y3 + 0.08, high * 0.9 + 0.005) for x in (-0.1, 0.1)] + [
        ball(0.04, segments=12).at(0, y2 + y, middle - 0.01 - abs(y) * 0.3)
        for y in (0.14, 0.0, -0.14)
    ]
    smile = [
        ball(0.022, segments=10).at(x * 0.85, y - 0.0, high * 0.93 - abs(x) * 0.28)
        for x, y in arc(0, y3 + 0.02, 0.14, 220, 320, 5)
    ]
    brim = y3 + high * 0.72
    hat = [
        cylinder(0.29, 0.045, bevel=0.015).at(0, brim, 0).paint("dark"),
        cylinder(0.19, 0.28, top=0.2, bevel=0.02).at(0, brim, 0).paint("dark"),
        lathe([(0.195, 0), (0.197, 0.07)]).at(0, brim + 0.045, 0).paint(scarf),
    ]
    twig = [
        tube(
            [(middle * 0.8, y2 + 0.08, 0), (middle + 0.36, y2 + 0.32, 0.05)],
            [0.035, 0.025],
            sides=8,
        ),
        tube([(middle + 0.22, y2 + 0.23, 0.03), (middle + 0.24, y2 + 0.37, 0.03)], 0.022, sides=8),
    ]
    neck = y2 + middle * 0.82
    return [
        ball(low, low * 0.94),
        ball(middle).at(0, y2 - y1, 0),
        ball(high).at(0, y3 - y1, 0),
        *(
            part.at(0, -y1, 0)
            for part in (
                nose.paint("#f0801e"),
                *(part.paint(_EYE) for part in (*coal, *smile)),
                *hat,
                *both(*(part.paint("#6d4524") for part in twig)),
                torus(0.21, 0.065).at(0, neck, 0).paint(scarf),
                box(0.13, 0.32, 0.06, 0.02)
                .turn(x=-12, z=8)
                .at(0.12, neck - 0.3, 0.27)
                .paint(scarf),
            )
        ),
    ]


@shelf.category(
    "teddy-bear",
    parents=("toy",),
    synonyms=("teddy", "stuffed bear"),
    lookalikes=("animal",),
    materials=("textile",),
)
def teddy_bear(make: Maker) -> list[Part]:
    """A teddy bear that sits, with a pale muzzle and a bow."""
    wide = make.between(0.36, 0.4)
    y = 0.94
    bow = "#d0312d" if make.color not in ("red", "pink", "orange") else "#2f6fd0"
    leg = ball(0.17, 0.17, 0.3, segments=_ROUND).turn(y=24).at(0.31, 0.17, 0.3)
    sole = ball(0.12, 0.12, 0.03, segments=_ROUND).turn(y=24).at(0.43, 0.18, 0.575)
    ear = [
        ball(0.14, 0.14, 0.08, segments=_ROUND).at(0.27, y + 0.29, 0),
        ball(0.08, 0.08, 0.04, segments=_ROUND).at(0.27, y + 0.29, 0.06).paint("light"),
    ]
    arm = ball(0.12, 0.26, 0.13, segments=_ROUND).turn(z=42).turn(x=-22).at(0.42, 0.52, 0.1)
    ribbon = ball(0.12, 0.09, 0.06, segments=_ROUND).turn(z=-14).at(0.12, 0.655, 0.31)
    return [
        ball(wide, 0.4, 0.32, segments=_ROUND).at(0, 0.38, 0),
        ball(0.36, 0.32, 0.32, segments=_ROUND).at(0, y, 0.02),
        *both(leg, arm, *ear, sole.paint("light"), ribbon.paint(bow)),
        ball(0.06, segments=_ROUND).at(0, 0.655, 0.34).paint(bow),
        ball(0.16, 0.125, 0.12, segments=_ROUND).at(0, y - 0.08, 0.29).paint("light"),
        ball(0.055, 0.042, 0.04, segments=_ROUND).at(0, y - 0.02, 0.4).paint(_EYE),
        tube([(0, y - 0.05, 0.405), (0, y - 0.12, 0.41)], 0.013, sides=8).paint(_EYE),
        *both(ball(0.045, segments=_ROUND).at(0.13, y + 0.08, 0.3).paint(_EYE)),
    ]


@shelf.category(
    "rubber-duck",
    parents=("toy",),
    synonyms=("toy duck", "duck"),
    lookalikes=("bird", "animal"),
    materials=("rubber", "plastic", "ceramic"),
)
def rubber_duck(make: Maker) -> list[Part]:
    """A rubber duck that looks to the left, with an orange bill."""
    fat, head = make.between(0.36, 0.4), make.between(0.27, 0.3)
    bill = "#f0801e" if make.color not in ("orange", "red") else "#f6cf2a"
    rows = ((0, 0.3, 0.36), (0.06, 0.8, 0.82), (0.2, 1, 1), (0.34, 0.97, 0.98), (0.46, 0.72, 0.86))
    sack = [oval(y, fat * a, 0.52 * b, z=-0.02) for y, a, b in rows]
    sack += [oval(0.54, fat * 0.42, 0.6 * 0.5, z=-0.1), oval(0.57, 0.08, 0.12, z=-0.2)]
    tail = tube(
        curve3([(0, 0.3, -0.35), (0, 0.42, -0.52), (0, 0.6, -0.62)]),
        [0.24 - 0.21 * k / 12 for k in range(13)],
        crease=180,
    )
    wing = ball(0.09, 0.15, 0.27).turn(x=18, z=8).at(fat * 0.95, 0.34, -0.08)
    y, z = 0.55 + head * 0.72, 0.24
    parts = [
        loft(sack, crease=180),
        tail,
        ball(head).at(0, y, z),
        *both(wing.paint("accent")),
        ball(0.15, 0.05, 0.17).turn(x=-8).at(0, y - 0.03, z + head + 0.04).paint(bill),
        ball(0.13, 0.04, 0.13).turn(x=12).at(0, y - 0.09, z + head + 0.01).paint(bill),
        *both(
            ball(0.06).at(0.14, y + 0.1, z + head * 0.77).paint("#ffffff"),
            ball(0.042).at(0.15, y + 0.105, z + head * 0.77 + 0.035).paint(_EYE),
        ),
    ]
    return [part.turn(y=-48) for part in parts]


@shelf.category(
    "spinning-top",
    parents=("toy",),
    synonyms=("top",),
    materials=("wood", "plastic", "metal"),
)
def spinning_top(make: Maker) -> list[Part]:
    """A spinning top with a handle and pale bands; it leans as if it turned."""
    wide, lean = make.between(0.4, 0.46), make.pick(-20, 20)
    side = curve([(0.07, 0.2), (0.22, 0.5), (wide, 0.82), (wide * 0.9, 0.94), (0.22, 1.06)], 6)
    neck = [(0.075, 1.14), (0.065, 1.3), (0.12, 1.36), (0.12, 1.42), (0.06, 1.46)]
    parts = [
        lathe([(0.05, 0.16), *side, *neck], crease=45),
        cone(0.07, 0.24, tip=0.015).turn(z=180).at(0, 0.235, 0).paint("metal"),
        torus(wide * 0.985, 0.03).at(0, 0.835, 0).paint("light"),
        torus(wide * 0.72, 0.024).at(0, 0.625, 0).paint("light"),
        torus(wide * 0.74, 0.024).at(0, 1.0, 0).paint("accent"),
        ball(0.13, 0.07).at(0, 1.44, 0).paint("accent"),
    ]
    return [part.turn(z=lean) for part in parts]


@shelf.category(
    "kite",
    parents=("toy",),
    materials=("textile", "plastic"),
    patterns=_ALL,
    yaws=(-30.0, 0.0, 30.0),
    views=("front", "left", "right"),
)
def kite(make: Maker) -> list[Part]:
    """A kite that stands on its point, with a tail of bows along the ground."""
    wide, tall, at = make.between(0.46, 0.54), make.between(1.2, 1.35), make.between(0.62, 0.68)
    base = 0.12
    outline = [(0, base), (wide, base + tall * at), (0, base + tall), (-wide, base + tall * at)]
    tail = curve3(
        [
            (0, base + 0.04, 0),
            (0.05, 0.05, 0.1),
            (0.22, 0.04, 0.22),
            (0.42, 0.06, 0.1),
            (0.6, 0.04, 0.2),
            (0.78, 0.05, 0.1),
        ]
    )
    bows = []
    for place in (9, 17, 25):
        x, y, z = tail[place]
        half = cone(0.095, 0.17, segments=12).turn(z=90).at(0.165, 0, 0)
        bows += [part.scale(1, 1, 0.5).at(x, y + 0.05, z) for part in both(half)]
    sticks = [
        tube([(0, base, 0.04), (0, base + tall, 0.04)], 0.022, sides=8),
        tube([(-wide, base + tall * at, 0.04), (wide, base + tall * at, 0.04)], 0.022, sides=8),
    ]
    return [
        extrude(outline, 0.06, 0.015),
        *(part.paint("#6d4524") for part in sticks),
        tube(tail, 0.02, sides=8).paint("dark"),
        *(part.paint("accent") for part in bows),
    ]
