"""Which files of a folder are assets, and which only belong to one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tma import AssetError, check_name
from tma_plugins.meshes.manifest import Manifest

MESHES = (".glb", ".obj", ".ply", ".stl")
PICTURES = (".png",)
_TEXTURED = (".obj", ".ply")
"""Meshes of these formats name pictures beside them as their textures."""


def asset_files(root: Path, path: Path, manifest: Manifest) -> list[str]:
    """Paths below the root of all files that are assets, in an order that no file system decides.

    A PNG is none if a mesh has it as a sticker, if it lies in no category's folder, or beside a
    mesh that may have it as a texture; the manifest's table `stickers` makes it one all the same.

    Args:
        root: the folder.
        path: the manifest's, for errors.
        manifest: what is said of the files.

    Raises:
        AssetError: there is none, a path is not UTF-8, or the manifest speaks of a file that is
            missing.
    """
    found = list(_walk(root))
    for name in found:
        check_name(root, name)
    meshes = [name for name in found if name.lower().endswith(MESHES)]
    pictures = [name for name in found if name.lower().endswith(PICTURES)]
    textured = {_folder(name) for name in meshes if name.lower().endswith(_TEXTURED)}
    shown = {name for entry in manifest.meshes.values() for name in entry.stickers}
    _check_there(path, manifest, meshes, pictures)

    def counts(name: str) -> bool:
        own = name not in shown and _folder(name) not in (*textured, "")
        return own or name in manifest.stickers

    files = sorted([*meshes, *filter(counts, pictures)], key=lambda name: name.split("/"))
    if not files:
        raise AssetError(
            f"{root}: holds no mesh and no picture",
            hint=f"sub-folders with {', '.join(MESHES + PICTURES)}",
        )
    return files


def _walk(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__")))
        for name in sorted(names):
            if name.lower().endswith(MESHES + PICTURES) and not name.startswith("."):
                yield (Path(folder) / name).relative_to(root).as_posix()


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _check_there(path: Path, manifest: Manifest, meshes: list[str], pictures: list[str]) -> None:
    named = [(f"meshes.{name}", name, meshes) for name in manifest.meshes]
    named += [(f"stickers.{name}", name, pictures) for name in manifest.stickers]
    for mesh, entry in manifest.meshes.items():
        named += [(f"meshes.{mesh}.stickers", name, pictures) for name in entry.stickers]
    for field, name, there in named:
        if name not in there:
            raise AssetError(f"{path}: {field}: no such file in {path.parent}: {name}")
