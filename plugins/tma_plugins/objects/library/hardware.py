"""Keys, locks and other things of metal."""

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
    torus,
    tube,
)
from tma_plugins.objects.library.metallic import METALLIC

shelf = Shelf()
_FLAT = (-30.0, 0.0, 30.0)
_CAST = ("metal", "plastic", "wood", "stone")


@shelf.category("key", parents=("hardware",), materials=_CAST, yaws=_FLAT)
def key(make: Maker) -> list[Part]:
    """An old key: its bow above, its bit below at the right."""
    long, bow = make.between(0.95, 1.15), make.pick("ring", "clover")
    stem = [
        cylinder(0.085, long, bevel=0.03),
        torus(0.085, 0.045).at(0, long * 0.8, 0),
        torus(0.085, 0.035).at(0, long * 0.92, 0),
    ]
    bit = [
        (0.04, 0.1),
        (0.4, 0.1),
        (0.4, 0.2),
        (0.28, 0.2),
        (0.28, 0.26),
        (0.4, 0.26),
        (0.4, 0.42),
        (0.26, 0.42),
        (0.26, 0.36),
        (0.18, 0.36),
        (0.18, 0.42),
        (0.04, 0.42),
    ]
    if bow == "ring":
        loops = [torus(0.25, 0.085).scale(1.15, 1, 1).turn(x=90).at(0, long + 0.27, 0)]
    else:
        hoop = torus(0.15, 0.075).turn(x=90)
        loops = [
            hoop.at(0, long + 0.5, 0),
            hoop.at(0.21, long + 0.2, 0),
            hoop.at(-0.21, long + 0.2, 0),
        ]
    return [*stem, *loops, extrude(bit, 0.13, 0.02)]


@shelf.category(
    "padlock",
    parents=("hardware",),
    synonyms=("lock",),
    materials=("metal",),
    colors=METALLIC,
    symmetry=2,
)
def padlock(make: Maker) -> list[Part]:
    """A closed padlock with a keyhole."""
    w, h, d = make.between(0.85, 0.95), make.between(0.68, 0.8), 0.4
    r, rise = w * 0.3, make.between(0.16, 0.28)
    hoop = [(x, y + h + rise, 0) for x, y in arc(0, 0, r, 0, 180, 12)]
    shackle = tube([(r, h - 0.05, 0), *hoop, (-r, h - 0.05, 0)], 0.085, sides=16)
    hole = [
        cylinder(0.085, d + 0.012).turn(x=90).at(0, h * 0.56, -d / 2 - 0.006),
        extrude([(-0.075, 0), (0.075, 0), (0.035, 0.22), (-0.035, 0.22)], d + 0.012).at(
            0, h * 0.25, 0
        ),
    ]
    return [
        box(w, h, d, 0.1, steps=4),
        shackle.paint("metal"),
        *(part.paint("dark") for part in hole),
        box(w + 0.012, 0.05, d + 0.012, 0.02).at(0, h * 0.08 + 0.04, 0).paint("accent"),
        box(w + 0.012, 0.05, d + 0.012, 0.02).at(0, h * 0.84 - 0.02, 0).paint("accent"),
    ]


@shelf.category(
    "anchor",
    parents=("hardware",),
    synonyms=("ship anchor",),
    materials=_CAST,
    yaws=_FLAT,
    symmetry=2,
)
def anchor(make: Maker) -> list[Part]:
    """An anchor that stands on its curved arms, with a stock and a ring."""
    tall, out = make.between(1.05, 1.2), make.between(0.52, 0.6)
    arm = curve3([(0, 0.1, 0), (out * 0.55, 0.16, 0), (out, 0.46, 0)], 8)
    widths = [0.105 - 0.03 * k / (len(arm) - 1) for k in range(len(arm))]
    fluke = [(0, 0.3), (-0.21, -0.06), (-0.05, -0.12), (0.16, -0.02)]
    stock = tube([(-0.36, tall - 0.14, 0), (0.36, tall - 0.14, 0)], 0.07)
    return [
        tube([(0, 0.1, 0), (0, tall, 0)], [0.095, 0.075]),
        *both(tube(arm, widths), extrude(fluke, 0.12, 0.025).turn(z=-8).at(out - 0.01, 0.5, 0)),
        cone(0.11, 0.14, tip=0.03).turn(z=180).at(0, 0.12, 0),
        stock,
        *both(ball(0.1).at(0.36, tall - 0.14, 0)),
        torus(0.15, 0.055).turn(x=90).at(0, tall + 0.15, 0),
    ]


@shelf.category(
    "horseshoe-magnet",
    parents=("tool", "toy"),
    name="magnet",
    synonyms=("horseshoe magnet",),
    lookalikes=("horseshoe",),
    materials=("metal",),
    colors=METALLIC,
    symmetry=2,
    yaws=_FLAT,
)
def magnet(make: Maker) -> list[Part]:
    """A horseshoe magnet, its two bare ends up."""
    r, wide, leg = make.between(0.36, 0.42), make.between(0.2, 0.24), make.between(0.42, 0.55)
    outer, inner = r + wide / 2, r - wide / 2
    bend = [*arc(0, 0, outer, 180, 360, 20), (outer, leg), (inner, leg)]
    bend += [*arc(0, 0, inner, 360, 180, 16), (-inner, leg), (-outer, leg)]
    tip = box(wide + 0.012, 0.24, 0.272, 0.025).at(r, outer + leg - 0.02, 0)
    return [
        extrude(bend, 0.26, 0.03).at(0, outer, 0),
        *both(tip.paint("metal#d5d8dc")),
    ]


@shelf.category(
    "traffic-cone",
    parents=("hardware",),
    synonyms=("safety cone", "pylon"),
    lookalikes=("party-hat",),
    colors=("red", "orange", "yellow", "green", "turquoise", "blue", "purple", "pink"),
    materials=("plastic", "rubber"),
    symmetry=4,
    yaws=(0.0, 25.0),
    shape="cone",
)
def traffic_cone(make: Maker) -> list[Part]:
    """A traffic cone with white bands on a square base."""
    tall, r, bands = make.between(1.05, 1.25), 0.36, make.pick(1, 2)

    def side(share: float, out: float = 0.0) -> tuple[float, float]:
        return r + (0.07 - r) * share + out, 0.09 + tall * share

    spans = ((0.42, 0.66),) if bands == 1 else ((0.3, 0.44), (0.62, 0.76))
    return [
        box(0.98, 0.1, 0.98, 0.04, steps=3),
        lathe([side(share) for share in (0, 0.3, 0.6, 1)]),
        cylinder(0.072, 0.03, bevel=0.01).at(0, 0.085 + tall, 0),
        *(lathe([side(a, 0.006), side(b, 0.006)]).paint("#f6f6f3") for a, b in spans),
    ]


@shelf.category(
    "horseshoe",
    parents=("hardware",),
    materials=("metal", "wood", "stone"),
    yaws=_FLAT,
    symmetry=2,
)
def horseshoe(make: Maker) -> list[Part]:
    """A flat horseshoe that stands on its bend, with holes for its nails."""
    wide = make.between(0.17, 0.21)
    outline = [(x * 0.5, y * 0.58) for x, y in arc(0, 0, 1, 128, 412, 30)]
    inner = [(x * (0.5 - wide), y * (0.58 - wide) + 0.02) for x, y in arc(0, 0, 1, 412, 128, 26)]
    holes = []
    for angle in (155, 185, 215, 325, 355, 385):
        ((x, y),) = arc(0, 0, 0.5 - wide / 2, angle, angle, 1)[:1]
        holes.append(cylinder(0.03, 0.13).turn(x=90).at(x, y * 1.16 + 0.01, -0.065))
    return [extrude([*outline, *inner], 0.12, 0.02), *(hole.paint("dark") for hole in holes)]


@shelf.category(
    "gear",
    parents=("hardware",),
    synonyms=("cogwheel", "cog"),
    materials=("metal",),
    colors=METALLIC,
    symmetry=2,
    yaws=_FLAT,
)
def gear(make: Maker) -> list[Part]:
    """A cogwheel that stands on two of its teeth."""
    teeth, deep = make.pick(8, 10), make.between(0.24, 0.3)
    tooth = box(0.19, 0.2, deep, 0.02).at(0, 0.38, 0)
    bore = cylinder(0.15, deep + 0.02).turn(x=90).at(0, 0, -deep / 2 - 0.01)
    return [
        *(tooth.turn(z=360 * (k + 0.5) / teeth) for k in range(teeth)),
        cylinder(0.42, deep, bevel=0.03, segments=48).turn(x=90).at(0, 0, -deep / 2),
        *(torus(0.2, 0.05).turn(x=90).at(0, 0, z) for z in (deep / 2, -deep / 2)),
        bore.paint("dark"),
    ]
