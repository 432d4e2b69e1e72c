"""What one eats and cooks with; it stands upright, so that its outline is seen."""

from __future__ import annotations

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    capsule,
    curve,
    cylinder,
    extrude,
    lathe,
    ring,
    tube,
)

shelf = Shelf()
_FLAT = (-25.0, 0.0, 25.0)
_MADE = ("metal", "wood", "plastic")
_THICK = 0.06


def _handle(width: float, long: float, neck: float) -> list[tuple[float, float]]:
    """The right half of a handle's outline, from its foot up to its neck."""
    half = [(width * 0.75, 0.01), (width, 0.1), (width * 0.8, long * 0.55), (neck, long)]
    return curve(half, 5)


def _whole(right: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """A symmetric outline from its right half, which runs up."""
    return [*right, *((-x, y) for x, y in reversed(right) if x > 0)]


@shelf.category("fork", parents=("cutlery",), materials=_MADE, yaws=_FLAT, symmetry=2)
def fork(make: Maker) -> list[Part]:
    """A fork with four tines."""
    long, tine = make.between(0.85, 1.0), make.between(0.36, 0.44)
    base, w = long + 0.26, 0.23
    head = [(w, base - 0.08), (w, base + tine), (w - 0.035, base + tine + 0.06)]
    teeth = [(w - 0.075, base + tine), (w - 0.075, base)]
    middle = [(0.11, base), (0.11, base + tine), (0.075, base + tine + 0.06)]
    right = [*_handle(0.085, long, 0.045), (0.1, long + 0.06), *head, *teeth, *middle]
    right += [(0.035, base + tine), (0.035, base)]
    return [extrude(_whole(right), _THICK, 0.012)]


@shelf.category("spoon", parents=("cutlery",), materials=_MADE, yaws=_FLAT)
def spoon(make: Maker) -> list[Part]:
    """A spoon whose hollow side looks forward."""
    long, wide = make.between(0.95, 1.1), make.between(0.24, 0.28)
    tall = 0.36
    outside = arc(0, 0, 1.0, -90, 0, 7)
    inside = arc(0, 0.0, 0.86, 0, -90, 7)
    bowl = lathe([*outside, (0.95, 0.03), *inside], segments=28).turn(x=90).scale(wide, tall, 0.16)
    stem = extrude(_whole(_handle(0.085, long, 0.05)), _THICK, 0.012)
    return [stem, bowl.at(0, long + tall - 0.05, 0.02).planar()]


@shelf.category(
    "knife",
    parents=("cutlery",),
    synonyms=("kitchen knife",),
    materials=("metal", "ceramic"),
    yaws=_FLAT,
)
def knife(make: Maker) -> list[Part]:
    """A kitchen knife, its point up: a broad blade and a dark handle with rivets."""
    long, wide = make.between(0.95, 1.15), make.between(0.27, 0.34)
    grip = curve(
        [(-0.13, 0), (0.13, 0), (0.1, 0.35), (0.13, 0.66), (-0.13, 0.66), (-0.15, 0.3)],
        5,
        closed=True,
    )
    edge = curve([(wide - 0.12, 0.7), (wide - 0.1, 0.7 + long * 0.45), (-0.1, 0.7 + long)], 8)
    blade = [(-0.12, 0.6), (0.1, 0.6), (0.1, 0.7), *edge, (-0.13, 0.7 + long)]
    rivets = [
        cylinder(0.035, 0.17).turn(x=90).at(0, y, -0.085).paint("metal") for y in (0.16, 0.34, 0.52)
    ]
    return [
        extrude(grip, 0.14, 0.03).paint("dark"),
        extrude(blade, 0.05, 0.018),
        *rivets,
    ]


@shelf.category(
    "rolling-pin",
    parents=("kitchenware",),
    materials=("wood", "stone", "plastic", "metal"),
    symmetry=2,
    yaws=(-35.0, 0.0, 35.0),
)
def rolling_pin(make: Maker) -> list[Part]:
    """A roller that lies across, with a handle at each end."""
    long, r = make.between(0.85, 1.0), make.between(0.15, 0.19)
    roller = cylinder(r, long, bevel=0.03).at(0, -long / 2, 0)
    grip = lathe(
        [
            (0.04, 0),
            (0.045, 0.06),
            *curve([(0.06, 0.08), (0.085, 0.2), (0.07, 0.3)], 4),
            *arc(0, 0.3, 0.07, 30, 90, 4),
        ]
    ).at(0, long / 2, 0)
    parts = [roller, grip.paint("accent"), grip.turn(z=180).paint("accent")]
    return [part.turn(z=90).at(0, r, 0) for part in parts]


@shelf.category(
    "whisk",
    parents=("kitchenware",),
    synonyms=("egg beater",),
    materials=("wood", "plastic", "metal"),
    symmetry=0,
    views=("front", "above"),
)
def whisk(make: Maker) -> list[Part]:
    """A balloon whisk, its wires up."""
    long, wide = make.between(0.55, 0.7), make.between(0.26, 0.32)
    half = curve([(0.03, 0), (wide * 0.6, 0.28), (wide, 0.55), (wide * 0.7, 0.76), (0, 0.85)], 5)
    loop = [(x, y + long, 0.0) for x, y in half]
    loop += [(-x, y, z) for x, y, z in reversed(loop[:-1])]
    wires = ring(tube(loop, 0.024, sides=8), 4)[:3]
    wires += [tube(loop, 0.024, sides=8).turn(y=135)]
    return [
        capsule(0.13, long + 0.05),
        cylinder(0.1, 0.12, bevel=0.02).at(0, long - 0.03, 0).paint("accent"),
        *wires,
    ]
