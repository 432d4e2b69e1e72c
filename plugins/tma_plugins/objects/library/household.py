"""Things about the house."""

from __future__ import annotations

from tma_plugins.objects.kit import Maker, Part, Shelf, arc, ball, cylinder, lathe

shelf = Shelf()


@shelf.category(
    "table-lamp",
    parents=("light-source",),
    synonyms=("lamp", "desk lamp"),
    materials=("textile", "plastic", "metal"),
    patterns=("plain", "striped", "dotted", "checked"),
    symmetry=0,
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
