"""What stands in a kitchen."""

from __future__ import annotations

from tma_plugins.objects.kit import Maker, Part, Shelf, arc, curve, curve3, lathe, tube

shelf = Shelf()
_VESSEL = ("ceramic", "metal", "plastic", "glass", "stone", "wood")
_ALL = ("plain", "striped", "dotted", "checked")


@shelf.category(
    "mug",
    parents=("tableware", "container"),
    synonyms=("cup", "coffee mug"),
    lookalikes=("bucket", "jar"),
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
    return [
        lathe([*outside, *lip, *inside]),
        tube(path, 0.06, flat=1.25, sides=12),
    ]


@shelf.category(
    "bottle",
    parents=("container",),
    synonyms=("wine bottle",),
    lookalikes=("vase", "jar"),
    materials=("glass", "plastic", "metal", "ceramic"),
    patterns=_ALL,
    symmetry=0,
)
def bottle(make: Maker) -> list[Part]:
    """A bottle with shoulders, a neck, a label and a cap."""
    r, shoulder, neck = 0.32, make.between(0.85, 1.1), make.between(0.1, 0.13)
    tall = shoulder + make.between(0.65, 0.8)
    side = curve([(r, shoulder), (r * 0.8, shoulder + 0.16), (neck, shoulder + 0.36)], 5)
    return [
        lathe([(r - 0.04, 0), (r, 0.05), *side, (neck, tall)]),
        lathe([(r + 0.006, 0.3), (r + 0.006, shoulder * 0.8)]).paint("light"),
        lathe([(neck + 0.03, tall - 0.12), *arc(neck + 0.01, tall, 0.02, 0, 90, 3)]).paint(
            "accent"
        ),
    ]
