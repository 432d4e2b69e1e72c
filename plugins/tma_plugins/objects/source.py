"""The `objects` asset source: categories times variants, made when asked for."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import __version__ as pillow_version
from pydantic import BaseModel, ConfigDict, Field

from tma import Asset, AssetError, AssetSource, AttributeType, Inventory, Solid
from tma_plugins.codestamp import code_of
from tma_plugins.objects.build import build
from tma_plugins.objects.kit.maker import ALL_COLOURS, MATERIALS, PATTERNS, Kind
from tma_plugins.objects.library import kinds
from tma_plugins.objects.taxonomy import taxonomy
from tma_plugins.objects.variants import attributes, look, maker, ruled_out

MESH = "mesh"
_MADE_BY = "objects", "raycast", "tabletop"
"""Families of modules that make meshes and stickers."""
_PIXELS = 224
ALIKE = {
    "material": (
        ("plastic", "ceramic"),
        ("plastic", "rubber"),
        ("plastic", "glass"),
        ("rubber", "textile"),
        ("ceramic", "stone"),
    ),
    "shape": (("cube", "cuboid"), ("sphere", "ellipsoid")),
}
"""Pairs of values that a person might both say of one object."""
VIEWS: dict[str, tuple[float, float]] = {
    "front": (0.0, 20.0),
    "left": (38.0, 20.0),
    "right": (-38.0, 20.0),
    "above": (20.0, 48.0),
}
"""Sticker -> degrees by which the object is turned, and by which it is looked down at."""


class Settings(BaseModel):
    """How many objects there are.

    Attributes:
        variants: of each category; each has its own proportions, colour and so on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    variants: int = Field(default=12, ge=1, le=1000)


class ObjectsSource(AssetSource):
    """Modelled objects of exactly known colour, material, pattern and shape.

    An asset's id is `category-number`. Numbers keep their meaning when there are more variants.
    """

    def __init__(self, settings: Settings) -> None:
        self._variants = settings.variants
        self._kinds = {kind.id: kind for kind in kinds()}

    def inventory(self) -> Inventory:
        """All objects; the same in every process. No mesh is made."""
        every = tuple(self._kinds.values())
        shapes = tuple(sorted({kind.shape for kind in every if kind.shape}))
        vocabularies = {
            "color": ALL_COLOURS,
            "material": MATERIALS,
            "pattern": PATTERNS,
            "shape": shapes,
        }
        return Inventory(
            categories=taxonomy(every),
            assets=tuple(self._assets()),
            attribute_types=tuple(
                AttributeType(
                    name=name,
                    values=values,
                    overlaps=tuple(p for p in ALIKE.get(name, ()) if set(p) <= set(values)),
                )
                for name, values in vocabularies.items()
                if values
            ),
            licence="CC0-1.0",
            origin="made by tma_plugins.objects",
        )

    def _assets(self) -> Iterator[Asset]:
        for kind in self._kinds.values():
            solid = Solid(yaws=kind.yaws, symmetry=kind.symmetry)
            for number in range(self._variants):
                seen = look(kind, number)
                yield Asset(
                    id=f"{kind.id}-{number}",
                    categories=(kind.id,),
                    attributes=attributes(kind, seen),
                    not_attributes=ruled_out(kind, seen),
                    forms={"sticker": _views(kind, number), "mesh": (MESH,)},
                    solid=solid,
                )

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """A GLB of size 1, or a PNG with alpha, 224 pixels on its longer side.

        Raises:
            AssetError: this source has no such asset, form or view.
        """
        if name not in asset.forms.get(form, ()):
            raise AssetError(f"{asset.id} has no {form} {name!r}")
        kind, number = self._find(asset.id)
        data = mesh(kind, number)
        if form == MESH:
            return data
        from tma_plugins.raycast.stills import render_cutout

        yaw, elevation = VIEWS[name]
        return render_cutout(data, yaw=yaw, elevation=elevation, size=_PIXELS, name=asset.id)

    def fingerprint(self, asset: Asset, form: str, name: str) -> str:
        """Names what is made, and the code that makes it."""
        return f"{asset.id} {form} {name} with Pillow {pillow_version} by {code_of(*_MADE_BY)}"

    def _find(self, asset_id: str) -> tuple[Kind, int]:
        slug, _, number = asset_id.rpartition("-")
        if slug not in self._kinds or not number.isdecimal():
            raise AssetError(f"{asset_id}: the objects source makes no such object")
        return self._kinds[slug], int(number)


def _views(kind: Kind, number: int) -> tuple[str, ...]:
    """The best view and one other: more would take longer to draw, and no task needs them."""
    first, *others = kind.views
    return (first, others[number % len(others)]) if others else (first,)


def mesh(kind: Kind, number: int) -> bytes:
    """A variant of a category as a GLB; equal bytes in every process."""
    seen = look(kind, number)
    return build(list(kind.make(maker(kind, number, seen))), seen)
