"""Hand tools and what one writes with; most stand upright, so that their outline is seen."""

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
    ring,
    torus,
    tube,
)

shelf = Shelf()
_FLAT = (-30.0, 0.0, 30.0)
_WOOD = "#9c6a38"


@shelf.category("hammer", parents=("tool",), lookalikes=("axe",), yaws=_FLAT)
def hammer(make: Maker) -> list[Part]:
    """A claw hammer that stands on its handle, its claw at the right."""
    long, reach = make.between(1.05, 1.25), make.between(0.26, 0.32)
    grip = [
        oval(y, rx, rz)
        for y, rx, rz in ((0, 0.1, 0.08), (0.03, 0.13, 0.1), (0.12, 0.14, 0.11), (0.45, 0.12, 0.1))
    ]
    grip += [oval(long * 0.6, 0.085, 0.075), oval(long + 0.2, 0.085, 0.08)]
    y = long + 0.06
    claw = curve3([(0.05, y, 0), (0.22, y + 0.03, 0), (0.4, y - 0.05, 0), (0.52, y - 0.2, 0)])
    widths = [0.105 - 0.085 * (k / (len(claw) - 1)) ** 1.5 for k in range(len(claw))]
    prong = tube(claw, widths, flat=0.62)
    neck = cylinder(0.085, reach).turn(z=90).at(0, y, 0)
    face = cylinder(0.135, 0.15, bevel=0.02).turn(z=90)
    return [
        loft(grip),
        box(0.25, 0.25, 0.24, 0.04).at(0, y - 0.125, 0).paint("accent"),
        neck.paint("accent"),
        face.at(-reach, y, 0).paint("accent"),
        cylinder(0.11, 0.02).turn(z=90).at(-reach - 0.145, y, 0).paint("metal"),
        prong.turn(y=9).at(0, 0, 0.045).paint("accent"),
        prong.turn(y=-9).at(0, 0, -0.045).paint("accent"),
    ]


@shelf.category(
    "screwdriver",
    parents=("tool",),
    lookalikes=("paintbrush",),
    symmetry=2,
    yaws=_FLAT,
)
def screwdriver(make: Maker) -> list[Part]:
    """A screwdriver that stands on its thick ribbed handle."""
    long, shaft = make.between(0.72, 0.85), make.between(0.48, 0.6)
    side = curve(
        [(0.17, 0.1), (0.175, 0.22), (0.16, long * 0.6), (0.115, long * 0.82), (0.15, long)], 5
    )
    core = lathe([(0.1, 0), (0.14, 0.03), *side, (0.1, long + 0.05)])
    rib = capsule(0.045, long * 0.68).at(0.15, 0.06, 0)
    blade = [
        oval(long + y, rx, rz, n=16, square=square)
        for y, rx, rz, square in (
            (shaft - 0.04, 0.058, 0.058, 2),
            (shaft + 0.08, 0.1, 0.03, 6),
            (shaft + 0.2, 0.085, 0.016, 6),
        )
    ]
    return [
        core,
        *ring(rib, 8, 10),
        cylinder(0.058, shaft).at(0, long, 0).paint("metal"),
        cylinder(0.085, 0.06, bevel=0.01).at(0, long + 0.04, 0).paint("metal"),
        loft(blade).paint("metal"),
    ]


@shelf.category(
    "wrench",
    parents=("tool",),
    synonyms=("spanner",),
    materials=("metal", "plastic", "rubber"),
    yaws=_FLAT,
)
def wrench(make: Maker) -> list[Part]:
    """A wrench: an open jaw above, a ring below."""
    long, tilt = make.between(1.15, 1.4), make.pick(-1, 1) * make.between(9, 16)
    r, gap, deep = 0.32, 0.13, 0.1
    jaw = [
        *arc(0, 0, r, 115, 425, 22),
        (gap, 0.25),
        (gap, -deep + 0.1),
        (gap * 0.55, -deep),
        (-gap * 0.55, -deep),
        (-gap, -deep + 0.1),
        (-gap, 0.25),
    ]
    bar = [(-0.12, 0), (0.12, 0), (0.14, long), (-0.14, long)]
    groove = [*arc(0, 0.0, 0.05, 180, 360, 5), *arc(0, long * 0.5, 0.05, 0, 180, 5)]
    return [
        extrude(jaw, 0.18, 0.03).turn(z=tilt).at(0, long + 0.2, 0),
        extrude(bar, 0.13, 0.03).at(0, 0.26, 0),
        torus(0.2, 0.085).scale(1, 1.05, 1).turn(x=90).at(0, 0.285, 0),
        *(
            extrude(groove, 0.01).at(0, long * 0.25 + 0.3, z).paint("accent")
            for z in (0.066, -0.066)
        ),
    ]


@shelf.category(
    "saw",
    parents=("tool",),
    synonyms=("handsaw",),
    yaws=_FLAT,
)
def saw(make: Maker) -> list[Part]:
    """A hand saw with its teeth below, its handle at the right."""
    long, tooth = make.between(1.25, 1.5), 0.1
    count = round(long / tooth)
    low, tip = 0.0, make.between(0.16, 0.22)
    teeth: list[tuple[float, float]] = []
    for k in range(count):
        x = -long + k * tooth
        teeth += [(x, low + 0.075), (x + tooth * 0.25, low)]
    blade = [*teeth, (0, 0.075), (0.05, 0.58), (-long, tip + 0.12)]
    loop = curve3(
        [
            (0.0, 0.14, 0),
            (0.22, 0.03, 0),
            (0.46, 0.06, 0),
            (0.44, 0.3, 0),
            (0.36, 0.5, 0),
            (0.14, 0.58, 0),
            (0.0, 0.4, 0),
        ],
        5,
        closed=True,
    )
    cheek = extrude([(-0.12, 0.1), (0.06, 0.1), (0.06, 0.52), (-0.1, 0.5)], 0.12, 0.03)
    bolts = [
        cylinder(0.03, 0.15).turn(x=90).at(-0.03, y, -0.075).paint("metal#d8b04a")
        for y in (0.2, 0.4)
    ]
    return [
        extrude(blade, 0.05, 0.004),
        tube(loop, 0.075, closed=True, flat=0.9).paint(_WOOD),
        cheek.paint(_WOOD),
        *bolts,
    ]


@shelf.category(
    "axe",
    parents=("tool",),
    synonyms=("hatchet",),
    yaws=_FLAT,
)
def axe(make: Maker) -> list[Part]:
    """An axe that stands on its bent handle, its blade at the left."""
    long, wide = make.between(1.15, 1.35), make.between(0.3, 0.36)
    path = curve3([(0.14, 0.05, 0), (0.04, 0.3, 0), (-0.01, long * 0.6, 0), (0, long + 0.2, 0)])
    widths = [0.1, *([0.082] * (len(path) - 1))]
    y = long
    cheek = [
        (0.13, y - 0.12),
        (0.13, y + 0.12),
        (-0.08, y + 0.12),
        *curve([(-0.22, y + 0.17), (-0.38, y + wide)], 4),
        *curve([(-0.38, y + wide), (-0.5, y), (-0.4, y - wide * 1.15)], 6)[1:],
        *curve([(-0.24, y - 0.16), (-0.08, y - 0.12)], 4),
    ]
    edge = curve3([(-0.38, y + wide, 0), (-0.5, y, 0), (-0.4, y - wide * 1.15, 0)], 8)
    return [
        tube(path, widths, flat=0.75),
        ball(0.105, 0.08, 0.08).at(0.14, 0.06, 0),
        extrude(cheek, 0.14, 0.03).paint("trim"),
        tube(edge, 0.045, flat=0.9, sides=8).paint("metal"),
        cylinder(0.09, 0.03).at(0, long + 0.19, 0).scale(1, 1, 0.8).paint("accent"),
    ]


@shelf.category(
    "scissors",
    parents=("tool", "stationery"),
    name="scissors",
    synonyms=("pair of scissors", "shears"),
    yaws=_FLAT,
    symmetry=2,
)
def scissors(make: Maker) -> list[Part]:
    """Open scissors that stand on their two thick loops."""
    spread, long = make.between(13, 18), make.between(0.68, 0.8)
    blade = [(-0.075, -0.08), (0.05, -0.08), (0.075, 0.1), (0.02, long), (-0.035, long - 0.04)]
    loop = curve3(
        [(0.0, -0.22, 0), (0.2, -0.36, 0), (0.2, -0.66, 0), (0.0, -0.72, 0), (-0.1, -0.48, 0)],
        6,
        closed=True,
    )
    arm = tube([(0, 0.02, 0), (-0.02, -0.3, 0)], [0.075, 0.09], flat=0.8)
    half = [
        extrude(blade, 0.05, 0.012).paint("metal"),
        tube(loop, 0.085, closed=True, flat=0.85),
        arm,
    ]
    left = [part.turn(z=spread).at(0, 0.9, 0.03) for part in half]
    right = [part.mirror().turn(z=-spread).at(0, 0.9, -0.03) for part in half]
    pivot = cylinder(0.055, 0.2, bevel=0.015).turn(x=90).at(0, 0.9, -0.1)
    return [*left, *right, pivot.paint("dark")]


@shelf.category("pencil", parents=("stationery",), symmetry=6, yaws=(-15.0, 0.0, 15.0))
def pencil(make: Maker) -> list[Part]:
    """A short thick pencil that stands on its eraser, its point up."""
    long, r = make.between(0.95, 1.15), 0.15
    top = 0.3 + long
    point = 0.42
    cut = r * 0.3
    return [
        lathe([(r, 0.28), (r, top)], segments=6, turned=True, crease=20),
        lathe([(r - 0.015, 0), *arc(r - 0.05, 0.05, 0.05, -80, 0, 3), (r - 0.01, 0.1)]).paint(
            "#f08fa8"
        ),
        lathe([(r - 0.01, 0.08), (r + 0.01, 0.1), (r + 0.01, 0.29), (r - 0.02, 0.3)]).paint(
            "metal"
        ),
        *(torus(r + 0.008, 0.012).at(0, y, 0).paint("metal#e8e8ec") for y in (0.14, 0.245)),
        lathe([(r * 0.97, top - 0.005), (cut, top + point * 0.72)], segments=24).paint("#ecc890"),
        cone(cut + 0.004, point * 0.3, tip=0.015).at(0, top + point * 0.715, 0).paint("trim"),
    ]


@shelf.category(
    "paintbrush",
    parents=("tool",),
    synonyms=("brush",),
    lookalikes=("broom",),
    symmetry=2,
    yaws=_FLAT,
)
def paintbrush(make: Maker) -> list[Part]:
    """A flat brush that stands on its handle, with paint of its own colour on the bristles."""
    wide, long = make.between(0.3, 0.36), make.between(0.75, 0.9)
    grip = [
        *curve([(0.05, 0.0), (0.11, 0.12), (0.08, 0.4), (0.12, long - 0.18), (wide, long)], 5),
    ]
    outline = [*grip, *((-x, y) for x, y in reversed(grip))]
    band = box(2 * wide + 0.05, 0.22, 0.2, 0.02).at(0, long - 0.02, 0)
    hair = [oval(long + y, wide + w, 0.085 - t, n=24, square=5) for y, w, t in _BRISTLES]
    wet = [oval(long + y, wide + w, 0.088 - t, n=24, square=5) for y, w, t in _WET]
    return [
        extrude(outline, 0.15, 0.04),
        band.paint("metal"),
        *(box(2 * wide + 0.06, 0.025, 0.21).at(0, long + y, 0).paint("dark") for y in (0.03, 0.13)),
        loft(hair).paint("#e2c48d"),
        loft(wet).paint("trim"),
    ]


_BRISTLES = ((0.18, 0, 0), (0.34, 0.01, 0))
_WET = ((0.3, 0.015, 0), (0.36, 0.02, 0), (0.52, 0.0, 0.02), (0.62, -0.03, 0.06))


@shelf.category(
    "shovel",
    parents=("tool",),
    synonyms=("spade",),
    yaws=_FLAT,
)
def shovel(make: Maker) -> list[Part]:
    """A shovel whose broad blade stands on the ground, with a D-shaped handle above."""
    wide, tall, stick = make.between(0.36, 0.42), make.between(0.68, 0.78), make.between(0.55, 0.7)
    right = curve([(0, 0), (wide * 0.6, 0.14), (wide, 0.42), (wide, tall)], 5)
    outline = [*right, (0.1, tall + 0.05), *((-x, y) for x, y in reversed(right) if x > 0)]
    outline.insert(len(right) + 1, (-0.1, tall + 0.05))
    top = tall + stick
    grip = curve3([(-0.03, top, 0), (-0.22, top + 0.14, 0), (-0.21, top + 0.3, 0)], 5)
    rib = curve3([(0, tall * 0.4, 0.03), (0, tall * 0.8, 0.05), (0, tall + 0.12, 0.0)], 4)
    return [
        extrude(outline, 0.09, 0.03),
        tube(rib, [0.03 + 0.05 * k / (len(rib) - 1) for k in range(len(rib))]),
        cylinder(0.065, stick + 0.06).at(0, tall - 0.02, 0).paint(_WOOD),
        *both(tube(grip, 0.05).paint(_WOOD)),
        capsule(0.065, 0.54).turn(z=90).at(0.27, top + 0.3, 0).paint("accent"),
    ]
