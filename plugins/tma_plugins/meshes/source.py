"""The `meshes` asset source."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tma import Asset, AssetError, AssetSource, Inventory, Limits, png_size, read_regular
from tma_plugins.meshes.files import PICTURES
from tma_plugins.meshes.inventory import MESH, PICTURE, inventory_of
from tma_plugins.meshes.manifest import Manifest, read_manifest, read_taxonomy

_Z_UP = (".ply", ".stl")


class MeshesConfig(BaseModel):
    """Settings of the `meshes` source.

    Attributes:
        root: a folder whose sub-folders are categories and hold GLB, OBJ, PLY, STL or PNG files.
            `assets.toml` and `taxonomy.toml` in it, or the same as JSON, may say more of them.
        elevation: degrees from which stickers look down at a mesh.
        size: pixels of the longer side of stickers that are drawn from a mesh.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path = Field(description="folder of meshes and pictures, a sub-folder a category")
    elevation: float = Field(default=20.0, ge=0, le=90, description="view of stickers, degrees")
    size: int = Field(default=256, ge=32, le=2048, description="stickers' longer side, pixels")


class MeshesSource(AssetSource):
    """Meshes and pictures of a folder; an asset's id is its file's path below that.

    A mesh also comes as a sticker from every yaw that it may be turned by, or as the pictures that
    the manifest names.
    """

    def __init__(self, config: MeshesConfig) -> None:
        self._config = config
        self._root = config.root.expanduser()
        self._hashes: dict[tuple[Path, int, int], str] = {}

    @cached_property
    def _manifest(self) -> tuple[Path, Manifest]:
        if not self._root.is_dir():
            raise AssetError(
                f"{self._root}: no such folder", hint="root must name a folder of meshes"
            )
        return read_manifest(self._root)

    def inventory(self) -> Inventory:
        """The files and what is said of them; none is opened. Raises AssetError."""
        return inventory_of(self._root, *self._manifest, read_taxonomy(self._root))

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """The mesh as GLB, or a sticker as PNG.

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
        if (picture := self._picture(asset, form, name)) is not None:
            return self._png(picture)
        path = self._root / asset.id
        glb = to_glb(self._bytes(path), path, self._root, self._up(asset.id))
        mesh = load_mesh(glb, str(path))
        if form == MESH:
            return glb
        yaw = asset.solid.yaws[asset.forms[form].index(name)]
        return cutout(mesh, yaw=yaw, elevation=self._config.elevation, size=self._config.size)

    def _picture(self, asset: Asset, form: str, name: str) -> Path | None:
        """The file that a sticker is; None for what is made from a mesh."""
        if name == PICTURE:
            return self._root / asset.id
        return self._root / name if name.lower().endswith(PICTURES) else None

    def _png(self, path: Path) -> bytes:
        data = self._bytes(path)
        try:
            png_size(data)
        except ValueError as error:
            raise AssetError(f"{path}: {error}") from None
        return data

    def fingerprint(self, asset: Asset, form: str, name: str) -> str | None:
        """Of what is converted or drawn: the file's hash and how it is made. Raises AssetError."""
        up = self._up(asset.id)
        if self._picture(asset, form, name) is not None:
            return None
        if form == MESH and up == "y" and asset.id.lower().endswith(".glb"):
            return None
        path = self._root / asset.id
        data = self._bytes(path)
        hashes = [hashlib.sha256(data).hexdigest()]
        if asset.id.lower().endswith(".obj"):
            # materials and textures lie in other files, whose changes must show too
            from tma_plugins.meshes.convert import Inside

            inside = Inside(self._root, path.parent, Limits.current().bytes)
            hashes += [self._hash(other) for other in inside.named_in(data)]
        view = f"{self._config.elevation} {self._config.size}" if form != MESH else ""
        return f"{' '.join(hashes)} {up} {form} {name} {view}"

    def _hash(self, path: Path) -> str:
        """A file's hash; of what many meshes name it is taken once."""
        state = path.stat()
        key = path, state.st_mtime_ns, state.st_size
        if key not in self._hashes:
            self._hashes[key] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._hashes[key]

    def _up(self, name: str) -> Literal["y", "z"]:
        entry = self._manifest[1].meshes.get(name)
        if entry is not None and entry.up is not None:
            return entry.up
        return "z" if name.lower().endswith(_Z_UP) else "y"

    def _bytes(self, path: Path) -> bytes:
        if not path.resolve().is_relative_to(self._root.resolve()):
            raise AssetError(f"{path}: leads out of {self._root}")
        limit = Limits.current().bytes
        try:
            if path.stat().st_size > limit:
                raise AssetError(
                    f"{path}: has {path.stat().st_size} bytes; at most {limit} are read",
                    hint="[limits] of tma.toml can raise that",
                )
            return read_regular(path)
        except OSError as error:
            raise AssetError(f"{path}: {error.strerror or error}") from None
