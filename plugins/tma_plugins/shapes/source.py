"""The `shapes` asset source: every category in every colour and material, drawn when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import PIL

from tma import Asset, AssetError, AssetSource, AttributeType, Inventory
from tma_plugins.shapes import sketches_home, sketches_outdoors, sketches_things
from tma_plugins.shapes.categories import SHAPE_OVERLAPS, SHAPES, drawn, taxonomy
from tma_plugins.shapes.drawing import Sketch, View, paint, sketch
from tma_plugins.shapes.palette import COLOURS, shades
from tma_plugins.shapes.textures import MATERIALS, PLAIN
from tma_plugins.stickers.png import encode

_DRAWINGS = {
    **sketches_home.SKETCHES,
    **sketches_outdoors.SKETCHES,
    **sketches_things.SKETCHES,
}
# A turn and a mirror image change no answer: nothing asks for left and right within an object.
_VIEWS = {"0": View(), "1": View(angle=7, mirror=True)}


class ShapesSource(AssetSource):
    """Toy-like objects, each in one colour (all its details are shades of it) and one material.

    Every category comes in every colour and in every material, so that none of them can be guessed
    from the category. Half of the objects are plain: their material is unknown, except that it is
    neither brick nor wicker. An asset's id is `category-colour-material`.
    """

    def inventory(self) -> Inventory:
        """All objects; the same in every process."""
        shape_values = tuple(sorted(set(SHAPES.values())))
        return Inventory(
            categories=taxonomy(),
            assets=tuple(_assets()),
            attribute_types=(
                AttributeType(name="color", values=tuple(COLOURS)),
                AttributeType(name="material", values=MATERIALS),
                AttributeType(name="shape", values=shape_values, overlaps=SHAPE_OVERLAPS),
            ),
            licence="CC0-1.0",
            origin="drawn by tma_plugins.shapes",
        )

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """A PNG with alpha, about 250 pixels on its longer side, cropped to the object.

        Raises:
            AssetError: this source has no such asset, form or view.
        """
        if name not in asset.forms.get(form, ()):
            raise AssetError(f"{asset.id} has no {form} {name!r}")
        try:
            (category,) = asset.categories
            (colour,) = asset.attributes["color"]
            (material,) = asset.attributes.get("material", (PLAIN,))
            layers = _sketch(category, name)
            image = paint(layers, shades(colour), material)
        except (KeyError, ValueError):
            raise AssetError(f"{asset.id}: the shapes source draws no such object") from None
        return encode(image)

    def fingerprint(self, asset: Asset, form: str, name: str) -> str:
        """Names the drawing; the version of the contribution tells apart ways to draw."""
        return f"{asset.id} {form} {name} with Pillow {PIL.__version__}"


@lru_cache(maxsize=2 * len(_DRAWINGS))
def _sketch(category: str, view: str) -> Sketch:
    return sketch(_DRAWINGS[category](), _VIEWS[view])


def _assets() -> Iterator[Asset]:
    """For each category and colour a plain object and one of some material, in unlike views.

    More pictures of an object would make drawing a benchmark's stickers take longer, and no task
    needs them.
    """
    for row, category in enumerate(drawn()):
        for column, colour in enumerate(COLOURS):
            views = [str((row + column + turn) % len(_VIEWS)) for turn in range(2)]
            material = MATERIALS[(row + column) % len(MATERIALS)]
            yield _asset(category, colour, PLAIN, views[0])
            yield _asset(category, colour, material, views[1])


def _asset(category: str, colour: str, material: str, view: str) -> Asset:
    attributes = {"color": (colour,)}
    if material != PLAIN:
        attributes["material"] = (material,)
    if category in SHAPES:
        attributes["shape"] = (SHAPES[category],)
    return Asset(
        id=f"{category}-{colour}-{material}",
        categories=(category,),
        attributes=attributes,
        not_attributes={"material": ("brick", "wicker")} if material == PLAIN else {},
        forms={"sticker": (view,)},
    )
