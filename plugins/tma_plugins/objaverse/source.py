"""The `objaverse` asset source: published annotations, object pictures and meshes on disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from tma import (
    Asset,
    AssetError,
    AssetSource,
    AttributeType,
    Category,
    Inventory,
    Solid,
    read_regular,
)
from tma_plugins.objaverse.judgement import lookalikes, overlaps
from tma_plugins.objaverse.layout import ATTRIBUTE_TYPES, Annotations, Thing, is_component, load

_DOWNLOAD = "download the published Task-Me-Anything source data (object_images, 3d_assets) into "


class ObjaverseConfig(BaseModel):
    """Settings of the `objaverse` source.

    Attributes:
        root: a folder with the published source data. The annotations (`taxonomy.json`,
            `cateid_to_concept.json`, `cateid_to_objects.json`) lie in it or in its subfolder
            `annotations`; pictures in `object_images/<category>/<object>/NNN.png`; meshes in
            `3d_assets/objects/<object>.glb`. Counting and planning need the annotations alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path = Field(description="folder of the published source data")


class ObjaverseSource(AssetSource):
    """Objects of the published Task-Me-Anything source data, as stickers and as meshes."""

    def __init__(self, config: ObjaverseConfig) -> None:
        self._root = config.root.expanduser()

    def inventory(self) -> Inventory:
        """The objects, their categories and all that stand above those.

        An object's attribute type without any value is unknown; one with values is complete.
        Each attribute type's vocabulary is all values that some object has. A mesh may be turned
        by the published angles; an object that has none comes without its mesh.

        Raises:
            AssetError: naming the annotation file and the field that is wrong.
        """
        found = load(self._root)
        # The objects' authors chose their own licences; the annotations do not record them.
        return Inventory(
            categories=_categories(found),
            assets=tuple(map(_asset, found.things)),
            attribute_types=tuple(_attribute_types(found.things)),
            licence="NOASSERTION",
            origin="https://github.com/JieyuZ2/TaskMeAnything",
        )

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """A picture (`sticker`) or a mesh in GLB format (`mesh`).

        Raises:
            AssetError: the asset has no such variant, or the file is missing or unreadable.
        """
        if name not in asset.forms.get(form, ()):
            raise AssetError(f"{asset.id} has no {form} {name!r}")
        parts = self._path(asset, form, name)
        if not all(map(is_component, parts)):
            raise AssetError(f"{asset.id}: {form} {name!r} is not safe in a file name")
        path = self._root.joinpath(*parts)
        try:
            return read_regular(path)
        except FileNotFoundError:
            raise AssetError(f"{path}: no such file", hint=f"{_DOWNLOAD}{self._root}") from None
        except OSError as error:
            raise AssetError(f"{path}: {error.strerror or error}") from None

    def _path(self, asset: Asset, form: str, name: str) -> tuple[str, ...]:
        if form == "mesh":
            return ("3d_assets", "objects", name)
        return ("object_images", asset.categories[0], asset.id, name)


def _categories(found: Annotations) -> tuple[Category, ...]:
    """The categories with objects and their ancestors, in the order of the annotation files."""
    needed: set[str] = set()
    waiting = [thing.category for thing in found.things]
    while waiting:
        key = waiting.pop()
        if key not in needed:
            needed.add(key)
            waiting.extend(found.parents.get(key, ()))
    names = {key: concept.names for key, concept in found.concepts.items() if key in needed}
    alike = lookalikes(names, found.parents)
    return tuple(
        Category(
            id=key,
            name=own[0],
            synonyms=own[1:],
            parents=found.parents.get(key, ()),
            lookalikes=alike[key],
            description=found.concepts[key].description,
        )
        for key, own in names.items()
    )


def _asset(thing: Thing) -> Asset:
    forms: dict[str, tuple[str, ...]] = {"sticker": thing.images} if thing.images else {}
    if thing.angles:
        forms["mesh"] = (f"{thing.id}.glb",)
    return Asset(
        id=thing.id,
        categories=(thing.category,),
        attributes=thing.attributes,
        forms=forms,
        # Nobody recorded which objects look the same when turned.
        solid=Solid(yaws=thing.angles or (0.0,)),
    )


def _attribute_types(things: Iterable[Thing]) -> Iterable[AttributeType]:
    seen: dict[str, set[str]] = {kind: set() for kind in ATTRIBUTE_TYPES}
    for thing in things:
        for kind, values in thing.attributes.items():
            seen[kind].update(values)
    for kind, found in seen.items():
        if ordered := tuple(sorted(found)):
            yield AttributeType(name=kind, values=ordered, overlaps=overlaps(kind, ordered))
