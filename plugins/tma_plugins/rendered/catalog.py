"""Which objects furnish rooms: how large they are, and where one would put them."""

from __future__ import annotations

from functools import cache

from tma import AttributeType, Category
from tma_plugins.objects.kit.maker import ALL_COLOURS, MATERIALS, PATTERNS, Kind
from tma_plugins.objects.source import ALIKE
from tma_plugins.objects.taxonomy import taxonomy
from tma_plugins.rendered.stock import kinds_by_id

ON_TABLES: dict[str, float] = {
    "mug": 0.19, "teapot": 0.3, "bowl": 0.28, "wine-glass": 0.26, "kettle": 0.3, "bottle": 0.34,
    "cooking-pot": 0.32, "vase": 0.36, "jar": 0.26, "table-lamp": 0.46, "lantern": 0.34,
    "candle": 0.26, "alarm-clock": 0.27, "hourglass": 0.28, "book": 0.3, "bell": 0.24,
    "top-hat": 0.3, "baseball-cap": 0.3, "crown": 0.27, "handbag": 0.34, "camera": 0.27,
    "telephone": 0.3, "television": 0.6, "radio": 0.36, "laptop": 0.4, "globe": 0.38,
    "microscope": 0.38, "headphones": 0.28, "apple": 0.18, "pear": 0.2, "banana": 0.25,
    "pineapple": 0.34, "watermelon": 0.34, "cake": 0.34, "cupcake": 0.22, "hamburger": 0.23,
    "doughnut": 0.23, "cactus": 0.36, "potted-flower": 0.4, "teddy-bear": 0.4, "rubber-duck": 0.27,
    "robot": 0.36, "gift": 0.3, "trophy": 0.36, "car": 0.36, "airplane": 0.42, "sailboat": 0.4,
    "rocket": 0.42, "die": 0.18, "drum": 0.32, "violin": 0.5,
}  # fmt: skip
"""Category -> metres; somewhat larger than life, so that they are seen well."""

ON_FLOORS: dict[str, float] = {
    "basketball": 0.3, "soccer-ball": 0.28, "beach-ball": 0.44, "skateboard": 0.62,
    "suitcase": 0.58, "backpack": 0.48, "boot": 0.36, "bucket": 0.36, "basket": 0.4,
    "watering-can": 0.42, "treasure-chest": 0.56, "traffic-cone": 0.5, "teddy-bear": 0.5,
    "drum": 0.44, "guitar": 0.95, "truck": 0.5, "locomotive": 0.52, "cactus": 0.6, "pumpkin": 0.38,
    "gift": 0.44, "umbrella": 0.7, "barrel": 0.62, "dumbbell": 0.36, "potted-flower": 0.62,
}  # fmt: skip

AT_WALLS: dict[str, float] = {
    "grandfather-clock": 1.75,
    "bookshelf": 1.5,
    "dresser": 1.05,
    "piano": 1.35,
}
"""Furniture of the embedded objects that fits as it is; `dresser` has a level top."""

STANDING = ("table", "coffee-table", "chair", "stool", "sofa", "bed", "bench", "shelf", "cabinet")
"""Furniture of this package that stands on the floor."""


@cache
def in_use() -> tuple[Kind, ...]:
    """All categories that rooms hold, in a fixed order."""
    wanted = [*STANDING, "crate", "rug", "painting", "window", *AT_WALLS, *ON_TABLES, *ON_FLOORS]
    every = kinds_by_id()
    return tuple(every[slug] for slug in dict.fromkeys(wanted))


def categories(kinds: tuple[Kind, ...]) -> tuple[Category, ...]:
    """The taxonomy of some categories."""
    return taxonomy(kinds)


def attribute_types() -> tuple[AttributeType, ...]:
    """Vocabularies of what is known of objects."""
    shapes = tuple(sorted({kind.shape for kind in in_use() if kind.shape}))
    values = {"color": ALL_COLOURS, "material": MATERIALS, "pattern": PATTERNS, "shape": shapes}
    return tuple(
        AttributeType(
            name=name,
            values=words,
            overlaps=tuple(p for p in ALIKE.get(name, ()) if set(p) <= set(words)),
        )
        for name, words in values.items()
        if words
    )
