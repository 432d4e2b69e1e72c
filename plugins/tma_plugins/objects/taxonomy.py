"""The general categories, and which of them a person might mix up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tma import Category
from tma_plugins.objects.kit.maker import Kind

GENERAL: dict[str, tuple[str, ...]] = {
    "container": (),
    "kitchenware": (),
    "cutlery": ("kitchenware",),
    "cookware": ("kitchenware",),
    "tableware": ("kitchenware",),
    "furniture": (),
    "seat": ("furniture",),
    "light-source": (),
    "timepiece": (),
    "stationery": (),
    "tool": (),
    "vehicle": (),
    "road-vehicle": ("vehicle",),
    "watercraft": ("vehicle",),
    "aircraft": ("vehicle",),
    "spacecraft": ("vehicle",),
    "building": (),
    "food": (),
    "fruit": ("food",),
    "vegetable": ("food",),
    "dessert": ("food",),
    "plant": (),
    "tree": ("plant",),
    "flower": ("plant",),
    "clothing": (),
    "headwear": ("clothing",),
    "footwear": ("clothing",),
    "accessory": (),
    "jewelry": ("accessory",),
    "hardware": (),
    "toy": (),
    "sports-equipment": (),
    "ball": (),
    "musical-instrument": (),
    "electronic-device": (),
    "optical-instrument": (),
    "animal": (),
    "bird": ("animal",),
    "game-piece": (),
    "decoration": (),
}
"""Id -> parents. Its name is the id with spaces. One that no object needs is left out."""

_MAYBE: dict[str, tuple[str, ...]] = {
    "toy": (
        *("vehicle", "animal", "building", "game-piece", "musical-instrument", "ball"),
        *("snowman", "sports-equipment"),
    ),
    "kitchenware": ("bottle", "jar", "vase", "bucket", "basket", "watering-can"),
    "tableware": ("cutlery", "cookware", "bottle", "jar", "vase", "rolling-pin", "whisk"),
    "cookware": ("tableware", "cutlery", "rolling-pin", "whisk"),
    "cutlery": ("rolling-pin", "whisk"),
    "container": ("tableware", "cookware", "lantern", "drum", "trophy"),
    "furniture": ("table-lamp", "ladder", "treasure-chest", "suitcase"),
    "seat": ("bed", "table", "treasure-chest"),
    "tool": (
        *("cutlery", "rolling-pin", "whisk", "stationery", "optical-instrument", "lantern"),
        "hardware",
    ),
    "hardware": ("tool",),
    "stationery": ("magnifying-glass", "paintbrush"),
    "light-source": ("lighthouse", "television", "campfire"),
    "electronic-device": ("timepiece", "light-source", "optical-instrument", "robot"),
    "optical-instrument": ("electronic-device",),
    "musical-instrument": ("radio", "microphone", "headphones"),
    "food": ("plant",),
    "plant": ("fruit", "vegetable"),
    "fruit": ("vegetable",),
    "vegetable": ("mushroom",),
    "accessory": ("clothing", "timepiece"),
    "clothing": ("accessory",),
    "sports-equipment": ("toy", "ball"),
    "vehicle": ("skateboard",),
    "game-piece": ("toy", "bowling-pin"),
    "decoration": (
        *("toy", "light-source", "timepiece", "plant", "animal", "game-piece", "jewelry"),
        *("vase", "bell"),
    ),
}
"""General category -> what a person may say it of as well: what is at or below these."""


def taxonomy(kinds: Iterable[Kind]) -> tuple[Category, ...]:
    """All categories: the general ones that are needed first, then those with objects.

    Raises:
        KeyError: a category's parent is not in `GENERAL`.
    """
    kinds = tuple(kinds)
    needed: set[str] = set()
    waiting = [parent for kind in kinds for parent in kind.parents]
    while waiting:
        parent = waiting.pop()
        if parent not in needed:
            needed.add(parent)
            waiting += GENERAL[parent]
    parents = {key: GENERAL[key] for key in GENERAL if key in needed}
    parents |= {kind.id: kind.parents for kind in kinds}
    above = {key: _above(key, parents) for key in parents}
    general = tuple(
        Category(
            id=key,
            name=key.replace("-", " "),
            parents=GENERAL[key],
            lookalikes=_lookalikes(key, above),
        )
        for key in GENERAL
        if key in needed
    )
    special = tuple(
        Category(
            id=kind.id,
            name=kind.name,
            synonyms=kind.synonyms,
            parents=kind.parents,
            lookalikes=tuple(k for k in kind.lookalikes if k in parents),
        )
        for kind in kinds
    )
    return (*general, *special)


def _lookalikes(general: str, above: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Of all categories those that might be called by a general one, but are not below it."""
    near = _MAYBE.get(general, ())
    return tuple(
        key
        for key, over in above.items()
        if not over.isdisjoint(near) and general not in over and key not in above[general]
    )


def _above(category: str, parents: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """A category and all that are more general."""
    return frozenset([category]).union(*(_above(p, parents) for p in parents[category]))
