"""A toy shop: an asset source small enough to check by eye, with every trap that assets can set.

Two parents, synonyms of kinds, look-alikes, overlapping values, several values at once, unknown
attributes, and a category without anything in it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import Any

from tma.contract.assets import Asset, AssetSource, AttributeType, Category, Inventory
from tma.errors import AssetError

# category: parents
TREE: Mapping[str, tuple[str, ...]] = {
    "food": (),
    "fruit": ("food",),
    "apple": ("fruit",),
    "pear": ("fruit",),
    "bread": ("food",),
    "tool": (),
    "hammer": ("tool",),
    "saw": ("tool",),
    "container": (),
    "utensil": (),
    "bowl": ("container", "utensil"),  # two parents
    "fork": ("utensil",),
    "cup": ("container",),
    "mug": ("container",),
    "vehicle": (),
    "car": ("vehicle",),
    "truck": ("vehicle",),
    "empty shelf": (),  # nothing at or below it
}
LOOKALIKES: Mapping[str, tuple[str, ...]] = {"cup": ("mug",)}
COLORS = AttributeType(
    name="color",
    values=("blue", "gold", "green", "orange", "red", "white"),
    overlaps=(("red", "orange"), ("gold", "orange")),
)
MATERIALS = AttributeType(name="material", values=("clay", "metal", "wood"))

_RGB = {
    "blue": (40, 70, 200),
    "gold": (214, 170, 40),
    "green": (40, 150, 60),
    "orange": (240, 130, 20),
    "red": (200, 35, 40),
    "white": (238, 238, 238),
}
_GREY = (120, 120, 120)


def asset(key: str, category: str, *, views: int = 1, **attributes: str) -> Asset:
    """An asset of one category: `asset("saw-1", "saw", color="orange red", material="metal")`."""
    return Asset(
        id=key,
        categories=(category,),
        attributes={k: tuple(v.split()) for k, v in attributes.items()},
        forms={"sticker": tuple(f"v{i}" for i in range(views)), "mesh": ("mesh",)},
    )


ASSETS = (
    asset("apple-1", "apple", color="red", views=2),
    asset("apple-2", "apple", color="green"),
    asset("pear-1", "pear", color="green"),
    asset("pear-2", "pear"),
    asset("bread-1", "bread", color="gold"),
    asset("hammer-1", "hammer", color="red blue", material="metal wood"),
    asset("saw-1", "saw", color="orange", material="metal"),
    asset("bowl-1", "bowl", color="white", material="clay"),
    asset("bowl-2", "bowl", color="blue", material="wood"),
    asset("fork-1", "fork", material="metal"),
    asset("cup-1", "cup", color="white"),
    asset("mug-1", "mug", color="red"),
    asset("car-1", "car", color="blue"),
    asset("truck-1", "truck", color="red", views=3),
    asset("truck-2", "truck", color="gold"),
)


def inventory(**changes: Any) -> Inventory:
    """The shop's inventory, fields of it replaced by `changes`."""
    categories = tuple(
        Category(id=c, name=c, parents=p, lookalikes=LOOKALIKES.get(c, ())) for c, p in TREE.items()
    )
    stock: dict[str, Any] = {
        "categories": categories,
        "assets": ASSETS,
        "attribute_types": (COLORS, MATERIALS),
        "licence": "CC0-1.0",
        "origin": "made up",
    }
    return Inventory(**{**stock, **changes})


class Shop(AssetSource):
    """The toy shop: discs as stickers, boxes as meshes, in the colour that is stated.

    Attributes:
        reads: which variants were read, in their order.
    """

    def __init__(self) -> None:
        self.reads: list[tuple[str, str, str]] = []

    def inventory(self) -> Inventory:
        """Fifteen things in fourteen categories."""
        return inventory()

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """A PNG of 24 pixels, or a GLB of a box. Raises AssetError: there is no such variant."""
        if name not in asset.forms.get(form, ()):
            raise AssetError(f"{asset.id} has no {form} {name!r}")
        self.reads.append((asset.id, form, name))
        mark = hashlib.sha256(f"{asset.id} {name}".encode()).digest()
        rgb = _RGB.get(asset.attributes.get("color", ("",))[0], _GREY)
        return png(rgb, mark[0] % 8) if form == "sticker" else glb(rgb, mark)


def png(rgb: tuple[int, int, int], notch: int = 0, side: int = 24) -> bytes:
    """A disc on transparent ground, with a notch as wide as told, as PNG."""
    from PIL import Image, ImageDraw

    image = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(image)
    pen.ellipse((1, 1, side - 2, side - 2), fill=(*rgb, 255))
    pen.rectangle((side // 2, side // 2, side // 2 + notch, side // 2), fill=(0, 0, 0, 255))
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def glb(rgb: tuple[int, int, int], mark: bytes) -> bytes:
    """A box of one colour whose sides depend on the mark, as GLB."""
    import trimesh

    sides = [0.5 + b / 512 for b in mark[:3]]
    box = trimesh.creation.box(sides)
    box.visual = trimesh.visual.ColorVisuals(box, face_colors=[*rgb, 255])
    made: bytes = box.export(file_type="glb")
    return made
