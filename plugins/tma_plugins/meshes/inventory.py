"""From a folder's files and what is said of them to an inventory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from tma import Asset, AssetError, AttributeType, Category, Inventory, Solid
from tma_plugins.meshes.files import PICTURES, asset_files
from tma_plugins.meshes.manifest import (
    FILES,
    CategoryEntry,
    FileEntry,
    Manifest,
    MeshEntry,
    Taxonomy,
)

MESH, STICKER, PICTURE = "mesh", "sticker", "picture"
"""The two forms, and the one variant of an asset that is a picture itself."""


def inventory_of(root: Path, path: Path, manifest: Manifest, taxonomy: Taxonomy) -> Inventory:
    """All that a folder holds; no mesh and no picture is opened.

    Args:
        root: the folder.
        path: the manifest's, for errors.
        manifest: what is said of the files.
        taxonomy: categories that the folder's may stand below.

    Raises:
        AssetError: there is no asset, one lies in no category's folder, or the manifest
            contradicts itself or the files.
    """
    files = asset_files(root, path, manifest)
    assets = tuple(_asset(root, name, manifest) for name in files)
    categories = tuple(_categories(path, manifest, taxonomy, assets, files))
    return Inventory(
        categories=categories,
        assets=assets,
        attribute_types=tuple(_attribute_types(path, manifest, assets)),
        licence=manifest.licence,
        origin=manifest.origin,
    )


def _asset(root: Path, name: str, manifest: Manifest) -> Asset:
    picture = name.lower().endswith(PICTURES)
    entry: FileEntry = manifest.stickers.get(name, FileEntry())
    solid = Solid()
    forms: Mapping[str, tuple[str, ...]] = {STICKER: (PICTURE,)}
    if not picture:
        entry = mesh = manifest.meshes.get(name, MeshEntry())
        yaws = tuple(dict.fromkeys(mesh.yaws))
        solid = Solid(yaws=yaws, symmetry=mesh.symmetry)
        forms = {MESH: (MESH,), STICKER: mesh.stickers or tuple(f"yaw{yaw:g}" for yaw in yaws)}
    folder, slash, _ = name.rpartition("/")
    if not slash and entry.categories is None:
        raise AssetError(
            f"{root / name}: lies in no category's folder",
            hint=f"move it into a sub-folder, or state its categories in {FILES[0]}",
        )
    return Asset(
        id=name,
        categories=entry.categories or (folder,),
        attributes=entry.attributes,
        not_attributes=entry.not_attributes,
        forms=forms,
        solid=solid,
        licence=entry.licence,
    )


def _categories(
    path: Path,
    manifest: Manifest,
    taxonomy: Taxonomy,
    assets: Sequence[Asset],
    files: Sequence[str],
) -> Iterator[Category]:
    """Folders with assets, what the manifest states, and all that stand above those."""
    folders = {str(above) for name in files for above in PurePosixPath(name).parents}
    known = _known(manifest, taxonomy, folders, [name.rpartition("/")[0] for name in files])
    there = {*known, *taxonomy.categories}
    for asset in assets:
        _check(path, f"{_table(asset)}.{asset.id}.categories", asset.categories, known)
    for category in sorted(known):
        entry = known[category]
        for field in ("parents", "lookalikes"):
            _check(path, f"categories.{category}.{field}", getattr(entry, field) or (), there)
        yield Category(
            id=category,
            name=entry.name or _words(category),
            synonyms=entry.synonyms,
            parents=tuple(p for p in _parents(category, entry) if p in known),
            lookalikes=tuple(c for c in entry.lookalikes if c in known),
            description=entry.description,
        )


def _known(
    manifest: Manifest, taxonomy: Taxonomy, folders: set[str], holders: Iterable[str]
) -> dict[str, CategoryEntry]:
    """What is said of each category that belongs to the folder's taxonomy, by id."""
    named = [
        c
        for entries in (manifest.meshes, manifest.stickers)
        for entry in entries.values()
        for c in entry.categories or ()
        if c in taxonomy.categories
    ]
    known: dict[str, CategoryEntry] = {}
    waiting = [*manifest.categories, *named, *filter(None, holders)]
    while waiting:
        category = waiting.pop()
        if category not in known:
            entry = known[category] = _entry(category, manifest, taxonomy)
            above = _parents(category, entry)
            waiting.extend(p for p in above if p in folders or p in taxonomy.categories)
    return known


def _entry(category: str, manifest: Manifest, taxonomy: Taxonomy) -> CategoryEntry:
    """What the manifest says of a category, and where it is silent the taxonomy."""
    shared = taxonomy.categories.get(category, CategoryEntry())
    own = manifest.categories.get(category, CategoryEntry())
    return shared.model_copy(update={f: getattr(own, f) for f in own.model_fields_set})


def _check(path: Path, field: str, named: Iterable[str], known: Iterable[str]) -> None:
    for category in named:
        if category not in known:
            raise AssetError(
                f"{path}: {field}: unknown category {category!r}",
                hint=f"it is no folder; a table [categories.{category}] would make it one",
            )


def _parents(category: str, entry: CategoryEntry) -> tuple[str, ...]:
    if entry.parents is not None:
        return entry.parents
    above = category.rpartition("/")[0]
    return (above,) if above else ()


def _words(category: str) -> str:
    """A folder's name as words."""
    name = category.rpartition("/")[2]
    return " ".join(name.replace("_", " ").replace("-", " ").split()) or name


def _attribute_types(
    path: Path, manifest: Manifest, assets: Iterable[Asset]
) -> Iterator[AttributeType]:
    """Stated vocabularies, and for other types all values that assets state."""
    used: dict[str, set[str]] = {}
    for asset in assets:
        for kind, values in (*asset.attributes.items(), *asset.not_attributes.items()):
            used.setdefault(kind, set()).update(values)
            vocabulary = manifest.attributes.get(kind)
            unknown = [v for v in values if vocabulary and v not in vocabulary.values]
            if unknown:
                where = f"{path}: {_table(asset)}.{asset.id}"
                raise AssetError(f"{where}: {unknown[0]!r} is not in attributes.{kind}")
    for kind, entry in sorted(manifest.attributes.items()):
        yield AttributeType(name=kind, values=entry.values, overlaps=entry.overlaps)
    for kind, found in sorted(used.items()):
        if found and kind not in manifest.attributes:
            yield AttributeType(name=kind, values=tuple(sorted(found)))


def _table(asset: Asset) -> str:
    return "meshes" if MESH in asset.forms else "stickers"
