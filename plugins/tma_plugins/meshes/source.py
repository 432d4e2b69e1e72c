"""The `meshes` asset source."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tma import Asset, AssetError, AssetSource, AttributeType, Category, Inventory, Solid
from tma_plugins.meshes.manifest import FILES, CategoryEntry, Manifest, MeshEntry, read_manifest

_SUFFIXES = (".glb", ".obj", ".ply", ".stl")
_Z_UP = (".ply", ".stl")
_MESH = "mesh"


class MeshesConfig(BaseModel):
    """Settings of the `meshes` source.

    Attributes:
        root: a folder whose sub-folders are categories and hold GLB, OBJ, PLY or STL files.
            `assets.toml` or `assets.json` in it may say more of them.
        elevation: degrees from which stickers look down at a mesh.
        size: pixels of a sticker's longer side.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path = Field(description="folder of meshes, a sub-folder a category")
    elevation: float = Field(default=20.0, ge=0, le=90, description="view of stickers, degrees")
    size: int = Field(default=256, ge=32, le=2048, description="stickers' longer side, pixels")


class MeshesSource(AssetSource):
    """Meshes of a folder; an asset's id is its file's path below that.

    Each comes as a mesh, and as a sticker from every yaw that it may be turned by.
    """

    def __init__(self, config: MeshesConfig) -> None:
        self._config = config
        self._root = config.root.expanduser()

    @cached_property
    def _manifest(self) -> tuple[Path, Manifest]:
        if not self._root.is_dir():
            raise AssetError(
                f"{self._root}: no such folder", hint="root must name a folder of meshes"
            )
        return read_manifest(self._root)

    def inventory(self) -> Inventory:
        """The files and what is said of them; no mesh is opened.

        Raises:
            AssetError: there is no mesh, one lies in no category's folder, or the manifest is
                wrong or speaks of a file that is missing.
        """
        path, manifest = self._manifest
        files = list(_files(self._root))
        if not files:
            raise AssetError(
                f"{self._root}: holds no mesh", hint=f"sub-folders with {', '.join(_SUFFIXES)}"
            )
        for name in manifest.meshes:
            if name not in files:
                raise AssetError(f"{path}: meshes.{name}: no such file in {self._root}")
        assets = tuple(_asset(self._root, name, manifest.meshes.get(name)) for name in files)
        categories = tuple(_categories(path, manifest, files))
        ids = [category.id for category in categories]
        for name, entry in manifest.meshes.items():
            _check(path, f"meshes.{name}.categories", entry.categories or (), ids)
        return Inventory(
            categories=categories,
            assets=assets,
            attribute_types=tuple(_attribute_types(path, manifest, assets)),
            licence=manifest.licence,
            origin=manifest.origin,
        )

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """The mesh as GLB, or a sticker as PNG with alpha.

        Raises:
            AssetError: there is no such variant, or the file is missing, broken, empty, flat,
                too large, or refers to files outside the folder.
        """
        # Only here, so that planning needs no numpy or trimesh.
        from tma_plugins.meshes.convert import to_glb
        from tma_plugins.raycast.stills import cutout
        from tma_plugins.tabletop.meshes import load_mesh

        if name not in asset.forms.get(form, ()):
            raise AssetError(f"{asset.id} has no {form} {name!r}")
        path = self._root / asset.id
        glb = to_glb(self._bytes(path), path, self._root, self._up(asset.id))
        mesh = load_mesh(glb, str(path))
        if form == _MESH:
            return glb
        yaw = asset.solid.yaws[asset.forms[form].index(name)]
        return cutout(mesh, yaw=yaw, elevation=self._config.elevation, size=self._config.size)

    def fingerprint(self, asset: Asset, form: str, name: str) -> str | None:
        """Of what is converted or drawn: the file's hash and how it is made. Raises AssetError."""
        up = self._up(asset.id)
        if form == _MESH and up == "y" and asset.id.lower().endswith(".glb"):
            return None
        # An OBJ file's materials and textures lie in other files, whose changes must show too.
        folder = (self._root / asset.id).parent
        beside = folder.iterdir() if asset.id.lower().endswith(".obj") else ()
        paths = [self._root / asset.id, *sorted(p for p in beside if p.is_file())]
        hashes = [hashlib.sha256(self._bytes(path)).hexdigest() for path in paths]
        view = f"{self._config.elevation} {self._config.size}" if form != _MESH else ""
        return f"{' '.join(hashes)} {up} {form} {name} {view}"

    def _up(self, name: str) -> Literal["y", "z"]:
        entry = self._manifest[1].meshes.get(name)
        if entry is not None and entry.up is not None:
            return entry.up
        return "z" if name.lower().endswith(_Z_UP) else "y"

    def _bytes(self, path: Path) -> bytes:
        if not path.resolve().is_relative_to(self._root.resolve()):
            raise AssetError(f"{path}: leads out of {self._root}")
        try:
            return path.read_bytes()
        except OSError as error:
            raise AssetError(f"{path}: {error.strerror or error}") from None


def _files(root: Path) -> Iterator[str]:
    """Paths of all meshes below the root, in an order that no file system decides."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__")))
        for name in sorted(names):
            if name.lower().endswith(_SUFFIXES) and not name.startswith("."):
                yield (Path(folder) / name).relative_to(root).as_posix()


def _asset(root: Path, name: str, entry: MeshEntry | None) -> Asset:
    entry = entry or MeshEntry()
    folder, slash, _ = name.rpartition("/")
    if not slash and entry.categories is None:
        raise AssetError(
            f"{root / name}: lies in no category's folder",
            hint=f"move it into a sub-folder, or state its categories in {FILES[0]}",
        )
    yaws = tuple(dict.fromkeys(entry.yaws))
    return Asset(
        id=name,
        categories=entry.categories or (folder,),
        attributes=entry.attributes,
        not_attributes=entry.not_attributes,
        forms={_MESH: (_MESH,), "sticker": tuple(f"yaw{yaw:g}" for yaw in yaws)},
        solid=Solid(yaws=yaws, symmetry=entry.symmetry),
        licence=entry.licence,
    )


def _categories(path: Path, manifest: Manifest, files: Sequence[str]) -> Iterator[Category]:
    """Folders with meshes, what the manifest states, and the folders above those."""
    known: dict[str, CategoryEntry] = {}
    holders = [name.rpartition("/")[0] for name in files]
    folders = {str(above) for name in files for above in PurePosixPath(name).parents}
    waiting = [*manifest.categories, *filter(None, holders)]
    while waiting:
        category = waiting.pop()
        if category not in known:
            entry = known[category] = manifest.categories.get(category, CategoryEntry())
            waiting.extend(p for p in _parents(category, entry) if p in folders)
    for category in sorted(known):
        entry = known[category]
        for field in ("parents", "lookalikes"):
            _check(path, f"categories.{category}.{field}", getattr(entry, field) or (), known)
        yield Category(
            id=category,
            name=entry.name or _words(category),
            synonyms=entry.synonyms,
            parents=tuple(p for p in _parents(category, entry) if p in known),
            lookalikes=entry.lookalikes,
            description=entry.description,
        )


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
        for stated in (asset.attributes, asset.not_attributes):
            for kind, values in stated.items():
                used.setdefault(kind, set()).update(values)
                vocabulary = manifest.attributes.get(kind)
                for value in values:
                    if vocabulary is not None and value not in vocabulary.values:
                        raise AssetError(
                            f"{path}: meshes.{asset.id}: {value!r} is not in attributes.{kind}"
                        )
    for kind, entry in sorted(manifest.attributes.items()):
        yield AttributeType(name=kind, values=entry.values, overlaps=entry.overlaps)
    for kind, found in sorted(used.items()):
        if found and kind not in manifest.attributes:
            yield AttributeType(name=kind, values=tuple(sorted(found)))
