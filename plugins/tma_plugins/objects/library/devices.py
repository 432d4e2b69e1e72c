"""Electronic and optical devices."""

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
_GOLD = "metal#d8b04a"
_GLASS = "#2b3a4a"


@shelf.category(
    "camera",
    parents=("electronic-device", "optical-instrument"),
    synonyms=("photo camera",),
    materials=("plastic", "metal", "wood"),
)
def camera(make: Maker) -> list[Part]:
    """A camera with a large lens, a finder hump, a flash and a shutter button."""
    w, h, d = make.between(1.05, 1.2), make.between(0.62, 0.7), 0.34
    r = make.between(0.22, 0.25)
    lens = [
        cylinder(r + 0.03, 0.1, bevel=0.02).paint("metal"),
        cylinder(r, 0.26, bevel=0.03).paint("dark"),
        torus(r - 0.03, 0.03).at(0, 0.26, 0).paint("metal"),
        cylinder(r - 0.05, 0.015).at(0, 0.255, 0).paint("#243b63"),
        ball(r * 0.62, 0.05).at(0, 0.265, 0).paint("#4d78b8"),
        ball(0.05, 0.02).at(-0.07, 0.31, -0.08).paint("#eaf3ff"),
    ]
    hump = [(-0.24, 0), (0.24, 0), (0.15, 0.19), (-0.15, 0.19)]
    return [
        box(w, h, d, 0.07, steps=3),
        extrude(hump, d * 0.8, 0.03).at(0, h - 0.02, 0),
        box(0.2, 0.11, 0.03, 0.01).at(0, h + 0.03, d * 0.4).paint("#fff6d6"),
        *(part.turn(x=90).at(0, h * 0.47, d / 2 - 0.02) for part in lens),
        cylinder(0.075, 0.06, bevel=0.015).at(-w * 0.36, h - 0.01, 0).paint("metal"),
        cylinder(0.1, 0.07, bevel=0.015).at(w * 0.34, h - 0.01, 0).paint("dark"),
        box(0.14, 0.09, 0.03, 0.01).at(w * 0.37, h - 0.17, d / 2).paint(_GLASS),
        box(0.16, h * 0.6, 0.03, 0.012).at(-w * 0.4, h * 0.12, d / 2).paint("accent"),
        *both(
            torus(0.05, 0.02, segments=16).turn(z=90).at(w / 2 + 0.01, h * 0.82, 0).paint("metal")
        ),
    ]


@shelf.category(
    "telephone",
    parents=("electronic-device",),
    synonyms=("phone", "rotary phone"),
    materials=("plastic", "metal", "wood"),
)
def telephone(make: Maker) -> list[Part]:
    """An old telephone: a dial with holes, its receiver on the cradle."""
    w, tall = make.between(0.5, 0.56), make.between(0.48, 0.55)
    foot = [
        oval(0, w, 0.46, square=4, n=32),
        oval(0.08, w, 0.46, square=4, n=32),
        oval(tall * 0.6, w * 0.72, 0.33, z=-0.09, square=3.5, n=32),
        oval(tall, w * 0.6, 0.22, z=-0.16, square=3.5, n=32),
    ]
    slope = 52
    dial = [
        cylinder(0.27, 0.04, bevel=0.01).paint("light"),
        cylinder(0.11, 0.07, bevel=0.015).paint("accent"),
        *(
            cylinder(0.042, 0.05, segments=12).at(0.185, 0, 0).turn(y=-60 + 30 * k).paint("dark")
            for k in range(10)
        ),
    ]
    y = tall + 0.16
    grip = curve3(
        [(-0.5, y + 0.02, 0), (-0.3, y + 0.12, 0), (0.3, y + 0.12, 0), (0.5, y + 0.02, 0)]
    )
    cup = lathe([(0.1, 0), (0.19, 0.03), (0.2, 0.1), (0.12, 0.2), (0.09, 0.24)])
    cradle = [
        box(0.1, 0.22, 0.1, 0.03).at(0.24, tall - 0.06, -0.16),
        box(0.1, 0.1, 0.3, 0.03).at(0.24, tall + 0.04, -0.16),
    ]
    return [
        loft(foot, crease=50),
        *(part.turn(x=slope).at(0, tall * 0.5, 0.26) for part in dial),
        *both(*(part.paint("accent") for part in cradle)),
        tube(grip, 0.085).at(0, 0, -0.16),
        *both(cup.turn(z=12).at(0.5, y - 0.13, -0.16)),
    ]


@shelf.category(
    "television",
    parents=("electronic-device",),
    synonyms=("TV", "television set"),
    lookalikes=("microwave",),
    materials=("wood", "plastic", "metal"),
)
def television(make: Maker) -> list[Part]:
    """An old television with a bulging screen, knobs, two aerials and splayed legs."""
    w, h, d = make.between(1.15, 1.3), 0.85, 0.6
    y, mid = 0.24, -0.13
    screen = [
        oval(0, w * 0.305, 0.26, square=5, n=40),
        oval(0.03, w * 0.305, 0.26, square=5, n=40),
        oval(0.07, w * 0.22, 0.19, square=3.5, n=40),
    ]
    frame = [
        oval(0, w * 0.365, 0.34, square=5, n=40),
        oval(0.03, w * 0.355, 0.325, square=5, n=40),
    ]
    front = d / 2
    shine = [(0, 0), (0.09, 0), (-0.06, 0.26), (-0.15, 0.26)]
    knob = cylinder(0.075, 0.07, bevel=0.015).turn(x=90)
    aerial = [
        tube([(0.02, y + h, -0.1), (0.34, y + h + 0.44, -0.14)], 0.025, sides=8).paint("metal"),
        ball(0.045, segments=12).at(0.34, y + h + 0.44, -0.14).paint("metal"),
    ]
    leg = cone(0.065, 0.3, tip=0.03).turn(z=180).at(0, 0.3, 0)
    return [
        box(w, h, d, 0.08, steps=4).at(0, y, 0),
        loft(frame).turn(x=90).at(mid, y + h / 2, front - 0.01).paint("accent"),
        loft(screen, crease=70).turn(x=90).at(mid, y + h / 2, front).paint("#5f7d80"),
        extrude(shine, 0.01).at(mid - 0.1, y + h / 2 - 0.1, front + 0.07).paint("#9fb9ba"),
        *(knob.at(w * 0.365, y + h * s, front - 0.01).paint("light") for s in (0.76, 0.54)),
        *(
            box(0.2, 0.025, 0.02).at(w * 0.365, y + h * s, front).paint("dark")
            for s in (0.3, 0.23, 0.16)
        ),
        ball(0.1, 0.07).at(0, y + h + 0.01, -0.1).paint("dark"),
        *both(*aerial),
        *both(
            leg.turn(x=-10, z=12).at(w * 0.36, 0, d * 0.3).paint("#5d4630"),
            leg.turn(x=10, z=12).at(w * 0.36, 0, -d * 0.3).paint("#5d4630"),
        ),
    ]


@shelf.category(
    "radio",
    parents=("electronic-device",),
    materials=("plastic", "wood", "metal"),
    lookalikes=("boombox",),
)
def radio(make: Maker) -> list[Part]:
    """A portable radio: a round speaker, a scale, two knobs, a handle and an aerial."""
    w, h, d = make.between(1.0, 1.12), make.between(0.6, 0.68), 0.3
    front = d / 2
    x = -w * 0.22
    grid = [
        cylinder(0.024, 0.02, segments=10).turn(x=90).at(x + r * c, h * 0.48 + r * s, front + 0.012)
        for r, n in ((0.0, 1), (0.07, 6), (0.14, 12), (0.2, 16))
        for c, s in arc(0, 0, 1, 0, 360 - 360 / n, max(n - 1, 1))[:n]
    ]
    dial = box(w * 0.38, 0.15, 0.03, 0.01).at(w * 0.24, h * 0.58, front)
    marks = [
        box(0.012, 0.06, 0.012).at(w * 0.24 + (k - 3) * 0.05, h * 0.58 + 0.06, front + 0.012)
        for k in range(7)
    ]
    knob = cylinder(0.085, 0.07, bevel=0.02, segments=20).turn(x=90)
    handle = curve3(
        [
            (-w * 0.38, h - 0.05, 0),
            (-w * 0.36, h + 0.2, 0),
            (w * 0.36, h + 0.2, 0),
            (w * 0.38, h - 0.05, 0),
        ],
        8,
    )
    aerial = [
        tube([(w * 0.4, h - 0.03, -0.1), (w * 0.62, h + 0.6, -0.12)], 0.022, sides=8),
        ball(0.04, segments=10).at(w * 0.62, h + 0.6, -0.12),
    ]
    return [
        box(w, h, d, 0.07, steps=3).at(0, 0.03, 0),
        cylinder(0.235, 0.03, bevel=0.01).turn(x=90).at(x, h * 0.48, front - 0.012).paint("light"),
        *(part.paint("dark") for part in grid),
        dial.paint("#fff1c9"),
        *(mark.paint("dark") for mark in marks),
        box(0.018, 0.13, 0.014).at(w * 0.28, h * 0.58 + 0.01, front + 0.014).paint("#d0312d"),
        *(knob.at(w * s, h * 0.3, front - 0.01).paint("metal") for s in (0.14, 0.35)),
        tube(handle, 0.035, flat=1.5).paint("accent"),
        *(part.paint("metal") for part in aerial),
        *both(box(0.14, 0.05, 0.2, 0.01).at(w * 0.33, 0, 0).paint("dark")),
    ]


@shelf.category(
    "magnifying-glass",
    parents=("optical-instrument", "tool"),
    synonyms=("magnifier",),
    yaws=(-30.0, 0.0, 30.0),
    views=("front", "left", "right"),
)
def magnifying_glass(make: Maker) -> list[Part]:
    """A magnifying glass that stands on its thick handle, leaning to the left."""
    r, long = make.between(0.38, 0.42), make.between(0.55, 0.66)
    y = long + 0.1 + r
    side = [(0.07, 0), *arc(0.07, 0.05, 0.05, -60, 0, 4), (0.12, long * 0.5), (0.085, long)]
    parts = [
        lathe(side),
        cylinder(0.055, 0.2).at(0, long - 0.05, 0).paint("metal"),
        torus(0.08, 0.03, segments=20).at(0, long, 0).paint("metal"),
        torus(r, 0.085).turn(x=90).at(0, y, 0),
        lathe([(r - 0.02, -0.01), *arc(0, 0, r - 0.02, 20, 90, 5, ry=0.06)])
        .turn(x=90)
        .at(0, y, 0)
        .paint("glass#cfe8f5"),
        tube([(px, py + y, 0.06) for px, py in arc(0, 0, r * 0.7, 110, 165, 6)], 0.028).paint(
            "#ffffff"
        ),
    ]
    return [part.turn(z=20) for part in parts]


@shelf.category(
    "compass",
    parents=("tool",),
    lookalikes=("alarm-clock", "timepiece"),
    materials=("metal", "wood", "plastic"),
)
def compass(make: Maker) -> list[Part]:
    """A pocket compass with a raised lid, a red and white needle and marks for the quarters."""
    r, needle = 0.5, make.between(-60, 60)
    case = [(r - 0.06, 0), *arc(r - 0.05, 0.06, 0.06, -70, 0, 4), (r + 0.01, 0.16)]
    rim = [(r - 0.03, 0.2), (r - 0.13, 0.2), (r - 0.15, 0.15), (0, 0.15)]
    half = extrude([(-0.075, 0), (0.075, 0), (0, 0.29)], 0.03, 0.006).turn(x=-90)
    marks = [
        box(0.05, 0.02, 0.09).at(0, 0.15, -0.27).turn(y=90 * k).paint("dark") for k in range(4)
    ] + [
        cylinder(0.018, 0.02, segments=8).at(0, 0.15, -0.28).turn(y=90 * k + 45).paint("dark")
        for k in range(4)
    ]
    lid = [
        lathe([(r - 0.04, 0), (r, 0.02), (r, 0.07), *arc(0, 0.07, r - 0.03, 4, 90, 8, ry=0.08)]),
        torus(r - 0.12, 0.02, sides=8).at(0, 0.0, 0).paint("accent"),
    ]
    star_points = [extrude([(-0.09, 0), (0.09, 0), (0, 0.3)], 0.03, 0.006) for _ in range(4)]
    rose = [part.turn(z=90 * k).turn(x=90).paint("accent") for k, part in enumerate(star_points)]
    parts = [
        lathe([*case, *rim]),
        cylinder(r - 0.145, 0.012).at(0, 0.147, 0).paint("#fbf6e6"),
        *marks,
        half.turn(y=needle).at(0, 0.185, 0).paint("#d0312d"),
        half.turn(y=needle + 180).at(0, 0.185, 0).paint("#5a6270"),
        cylinder(0.05, 0.06, bevel=0.015).at(0, 0.17, 0).paint(_GOLD),
        *(part.turn(x=-108).at(0, 0.63, -0.68) for part in (*lid, *rose)),
        tube([(-0.14, 0.15, -0.51), (0.14, 0.15, -0.51)], 0.05).paint("metal"),
    ]
    return [part.turn(x=14) for part in parts]


@shelf.category(
    "headphones",
    parents=("electronic-device", "accessory"),
    synonyms=("headset", "earphones"),
    materials=("plastic", "textile"),
    symmetry=2,
)
def headphones(make: Maker) -> list[Part]:
    """Headphones that stand on their two padded cups."""
    r, cup = make.between(0.44, 0.5), make.between(0.24, 0.28)
    band = [(x, y + 0.42, 0) for x, y in arc(0, 0, r, -12, 192, 24, ry=0.62)]
    pad = [(x * 0.97, y + 0.42, 0) for x, y in arc(0, 0, r, 45, 135, 12, ry=0.6)]
    shell = lathe([(cup * 0.9, 0), (cup, 0.04), (cup, 0.13), (cup * 0.8, 0.19), (0, 0.2)]).scale(
        1.1, 1, 1
    )
    soft = torus(cup * 0.72, 0.07).scale(1.12, 1, 1)
    ear = [
        shell.turn(z=90).turn(z=180).at(r, 0.33, 0),
        soft.turn(z=90).at(r - 0.03, 0.33, 0).paint("dark"),
        cylinder(cup * 0.5, 0.03, bevel=0.01).turn(z=-90).at(r + 0.185, 0.33, 0).paint("accent"),
    ]
    return [
        tube(band, 0.075, flat=1.9),
        tube(pad, 0.055, flat=2.2).paint("dark"),
        *both(*ear),
    ]


@shelf.category(
    "microphone",
    parents=("electronic-device",),
    lookalikes=("maracas",),
    symmetry=1,
)
def microphone(make: Maker) -> list[Part]:
    """A microphone with a round metal grille, held aslant by a stand."""
    long, r = make.between(0.85, 1.0), make.between(0.21, 0.24)
    wires = [torus(r * s, 0.014, segments=24, sides=6).at(0, y, 0) for s, y in _levels(r)]
    hoops = [torus(r, 0.014, segments=24, sides=6).turn(x=90).turn(y=45 * k) for k in range(4)]
    head = long + r * 0.75
    mic = [
        lathe([(0.09, 0), (0.11, 0.03), (0.12, 0.3), (0.17, long), (0.12, long + 0.02)]),
        ball(r * 0.97).at(0, head, 0).paint("metal#8d9299"),
        *(part.at(0, head, 0).paint("metal") for part in (*wires, *hoops)),
        torus(r * 0.99, 0.04).at(0, head - 0.02, 0).paint("dark"),
        box(0.07, 0.16, 0.06, 0.02).at(0, long * 0.62, 0.14).paint("light"),
    ]
    lean, y = -32, 0.62
    stand = [
        lathe([(0.36, 0), (0.37, 0.03), *arc(0.28, 0.03, 0.09, 0, 80, 4), (0.06, 0.13)]),
        cylinder(0.045, y).at(0, 0.05, 0),
        torus(0.14, 0.045, segments=20).turn(z=lean).at(0, y + 0.08, 0),
    ]
    return [
        *(part.at(0, -long * 0.42, 0).turn(z=lean).at(0, y + 0.08, 0) for part in mic),
        *(part.paint("accent") for part in stand),
    ]


def _levels(r: float) -> list[tuple[float, float]]:
    """Radii, as shares, and heights of the wires around a grille."""
    return [(c, s * r) for c, s in arc(0, 0, 1.0, -35, 65, 5)]


@shelf.category(
    "flashlight",
    parents=("light-source", "tool"),
    synonyms=("torch",),
    materials=("plastic", "metal", "rubber"),
    yaws=(-25.0, 0.0, 25.0),
)
def flashlight(make: Maker) -> list[Part]:
    """A flashlight that lies and shines forward to the left."""
    long, r = make.between(0.85, 1.0), 0.17
    wide = make.between(0.25, 0.28)
    side = [(r - 0.03, 0), (r, 0.03), (r, long), (wide, long + 0.25), (wide, long + 0.42)]
    grooves = [torus(r, 0.022, segments=24, sides=8).at(0, y, 0) for y in (0.08, 0.15, 0.22)]
    parts = [
        lathe([*side, (wide - 0.04, long + 0.42), (wide - 0.1, long + 0.3), (0, long + 0.26)]),
        *(part.paint("accent") for part in grooves),
        torus(wide + 0.005, 0.035).at(0, long + 0.4, 0).paint("accent"),
        cylinder(wide - 0.05, 0.02).at(0, long + 0.37, 0).paint("#fff3a8"),
        ball(0.09).at(0, long + 0.38, 0).paint("#ffffff"),
        box(0.11, 0.24, 0.07, 0.03).at(0, long * 0.55, 0).at(0, 0, r).paint("dark"),
        torus(r + 0.03, 0.03).at(0, long, 0).paint("metal"),
    ]
    laid = [part.turn(y=180).turn(x=90) for part in parts]
    return [part.turn(x=-7).at(0, wide, 0).turn(y=-60) for part in laid]


@shelf.category(
    "laptop",
    parents=("electronic-device",),
    synonyms=("notebook computer", "computer"),
    materials=("plastic", "metal"),
)
def laptop(make: Maker) -> list[Part]:
    """An open laptop with a picture on its screen."""
    w, d, open_ = make.between(1.1, 1.25), 0.78, make.between(-18, -8)
    keys = [
        box(0.08, 0.025, 0.075, 0.01).at((k - 4.5) * 0.105 + 0.02 * row, 0.075, -0.22 + row * 0.1)
        for row in range(3)
        for k in range(10)
    ]
    keys.append(box(0.42, 0.025, 0.075, 0.01).at(0, 0.075, 0.08))
    screen = [
        box(w, 0.8, 0.06, 0.025),
        box(w - 0.26, 0.54, 0.012, 0.004).at(0, 0.14, 0.032).paint("#8cc7f2"),
        extrude([(-0.36, 0), (0.36, 0), (0.2, 0.22), (0.08, 0.12), (-0.12, 0.32)], 0.008)
        .at(0, 0.15, 0.042)
        .paint("#3d8a57"),
        cylinder(0.075, 0.01).turn(x=90).at(w * 0.26, 0.55, 0.036).paint("#fbd94a"),
    ]
    return [
        box(w, 0.08, d, 0.03),
        *(key.paint("light" if make.color != "white" else "dark") for key in keys),
        box(0.3, 0.012, 0.17, 0.004).at(0, 0.076, 0.25).paint("accent"),
        *(part.turn(x=open_).at(0, 0.06, -d / 2 + 0.02) for part in screen),
    ]
