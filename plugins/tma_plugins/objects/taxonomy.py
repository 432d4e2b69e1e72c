"""The general categories, and which of them a person might mix up."""

from __future__ import annotations

from collections.abc import Iterable

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
    "watercraft": ("vehicle",),
    "aircraft": ("vehicle",),
    "building": (),
    "food": (),
    "fruit": ("food",),
    "vegetable": ("food",),
    "dessert": ("food",),
    "plant": (),
    "clothing": (),
    "headwear": ("clothing",),
    "footwear": ("clothing",),
    "accessory": (),
    "toy": (),
    "sports-equipment": (),
    "musical-instrument": (),
    "electronic-device": (),
    "optical-instrument": (),
    "animal": (),
    "bird": ("animal",),
    "game-piece": (),
    "decoration": (),
}
"""Id -> parents. Its name is the id with spaces. One that no object needs is left out."""

_ALIKE: dict[str, tuple[str, ...]] = {
    "toy": ("vehicle", "aircraft", "watercraft", "animal", "bird", "building", "game-piece"),
    "food": ("plant",),
    "decoration": ("toy", "light-source", "container", "tableware", "plant", "game-piece"),
    "tool": ("cutlery", "kitchenware", "stationery", "optical-instrument"),
    "container": ("kitchenware", "tableware", "cookware"),
    "electronic-device": ("musical-instrument", "light-source", "timepiece", "optical-instrument"),
    "accessory": ("clothing", "headwear", "timepiece", "container"),
    "sports-equipment": ("toy", "vehicle"),
}
"""Id -> categories that a person may also say of it; stated on one side."""


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
    known = needed | {kind.id for kind in kinds}
    general = tuple(
        Category(
            id=key,
            name=key.replace("-", " "),
            parents=parents,
            lookalikes=tuple(k for k in _ALIKE.get(key, ()) if k in known),
        )
        for key, parents in GENERAL.items()
        if key in needed
    )
    special = tuple(
        Category(
            id=kind.id,
            name=kind.name,
            synonyms=kind.synonyms,
            parents=kind.parents,
            lookalikes=tuple(k for k in kind.lookalikes if k in known),
        )
        for kind in kinds
    )
    return (*general, *special)
