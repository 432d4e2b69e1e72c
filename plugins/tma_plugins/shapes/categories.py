"""What is drawn: categories, their taxonomy, and which of them a person might mix up."""

from __future__ import annotations

from tma import Category

_GENERAL: dict[str, tuple[str, tuple[str, ...]]] = {
    "toy": ("", ()),
    "sports-equipment": ("sports equipment", ()),
    "vehicle": ("", ()),
    "watercraft": ("", ("vehicle",)),
    "aircraft": ("", ("vehicle",)),
    "food": ("", ()),
    "fruit": ("", ("food",)),
    "dessert": ("", ("food",)),
    "container": ("", ()),
    "tableware": ("", ()),
    "clothing": ("", ()),
    "headwear": ("", ("clothing",)),
    "footwear": ("", ("clothing",)),
    "musical-instrument": ("musical instrument", ()),
    "tool": ("", ()),
    "furniture": ("", ()),
    "light-source": ("light source", ()),
    "stationery": ("", ()),
    "building": ("", ()),
    "plant": ("", ()),
    "animal": ("", ()),
    "bird": ("", ("animal",)),
    "symbol": ("", ()),
}
"""Id -> (name if it is not the id, parents)."""

_DRAWN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ball": ((), ("toy", "sports-equipment")),
    "kite": ((), ("toy",)),
    "dice": (("die",), ("toy",)),
    "car": (("automobile",), ("vehicle",)),
    "sailboat": (("sailing boat",), ("watercraft",)),
    "airplane": (("aeroplane", "plane"), ("aircraft",)),
    "rocket": (("spaceship",), ("aircraft",)),
    "apple": ((), ("fruit",)),
    "banana": ((), ("fruit",)),
    "donut": (("doughnut",), ("dessert",)),
    "ice-cream": (("ice cream cone",), ("dessert",)),
    "mug": (("cup",), ("tableware", "container")),
    "teapot": ((), ("tableware", "container")),
    "bottle": ((), ("container",)),
    "bucket": (("pail",), ("container",)),
    "box": (("carton",), ("container",)),
    "hat": (("top hat",), ("headwear",)),
    "crown": ((), ("headwear",)),
    "boot": ((), ("footwear",)),
    "shirt": (("T-shirt",), ("clothing",)),
    "guitar": ((), ("musical-instrument",)),
    "drum": ((), ("musical-instrument",)),
    "hammer": ((), ("tool",)),
    "saw": ((), ("tool",)),
    "chair": ((), ("furniture",)),
    "table": ((), ("furniture",)),
    "lamp": (("table lamp",), ("furniture", "light-source")),
    "candle": ((), ("light-source",)),
    "book": ((), ("stationery",)),
    "pencil": ((), ("stationery",)),
    "envelope": (("letter",), ("stationery",)),
    "house": (("home",), ("building",)),
    "castle": ((), ("building",)),
    "tree": ((), ("plant",)),
    "flower": ((), ("plant",)),
    "fish": ((), ("animal",)),
    "duck": ((), ("bird",)),
    "heart": ((), ("symbol",)),
    "star": ((), ("symbol",)),
}
"""Id -> (synonyms, parents)."""

_ALIKE: dict[str, tuple[str, ...]] = {
    # All of them are drawn like toys, and these are sold as toys.
    "toy": (
        *("vehicle", "car", "watercraft", "sailboat", "aircraft", "airplane", "rocket"),
        *("animal", "bird", "duck", "fish", "building", "house", "castle"),
        *("musical-instrument", "guitar", "drum", "box", "bucket"),
    ),
    "sports-equipment": ("kite", "sailboat"),
    "tool": ("stationery", "pencil", "bucket", "tableware"),
    "container": ("tableware", "envelope", "drum", "boot", "candle"),
    "tableware": ("bottle", "bucket"),
    "plant": ("fruit", "apple", "banana"),
    "fruit": ("plant",),
    "food": ("animal", "bird", "fish", "duck", "plant"),
    "dessert": ("fruit", "apple", "banana"),
    "aircraft": ("kite",),
    "furniture": ("candle", "light-source", "box"),
    "symbol": ("crown", "flower", "dice"),
    "box": ("dice",),
    "house": ("castle",),
    "drum": ("bucket",),
    "mug": ("bucket",),
}
"""Id -> categories that a person may also say of it; stated on one side."""

SHAPES: dict[str, str] = {
    "ball": "sphere",
    "dice": "cube",
    "box": "cuboid",
    "envelope": "rectangle",
    "drum": "cylinder",
    "donut": "torus",
    "heart": "heart",
    "star": "star",
}
"""Category -> its shape, where one word says it; the shape of the others is not stated."""

SHAPE_OVERLAPS = (("cube", "cuboid"), ("cuboid", "rectangle"), ("cube", "rectangle"))


def drawn() -> tuple[str, ...]:
    """Ids of the categories that have objects."""
    return tuple(_DRAWN)


def taxonomy() -> tuple[Category, ...]:
    """All categories, the general ones first."""
    general = (
        Category(id=key, name=name or key, parents=parents, lookalikes=_ALIKE.get(key, ()))
        for key, (name, parents) in _GENERAL.items()
    )
    special = (
        Category(
            id=key,
            name=key.replace("-", " "),
            synonyms=synonyms,
            parents=parents,
            lookalikes=_ALIKE.get(key, ()),
        )
        for key, (synonyms, parents) in _DRAWN.items()
    )
    return (*general, *special)
