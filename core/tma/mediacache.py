"""Rendered media, cached by the content of everything that determines them."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tma.contract.assets import AssetReader
from tma.contract.media import EXTENSIONS, Media
from tma.contract.models import MediaFile
from tma.contract.scene import Scene
from tma.errors import MediaError
from tma.seeds import digest


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, whoever else writes it.

    Raises:
        OSError: the folder can't be written; nothing is left behind.
    """
    above: list[Path] = []
    try:
        try:
            handle, name = _scratch(path.parent)
        except FileNotFoundError:
            above = [p for p in path.parents if not p.exists()]
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = _scratch(path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                os.fchmod(handle, 0o644)
                file.write(data)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:  # of the scratch file, which nobody has heard of
        error.filename, error.filename2 = str(path), None
        remove_empty(above)
        raise


def remove_empty(folders: Sequence[Path]) -> None:
    """Remove folders, the innermost first, as far as they are there and empty."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _scratch(folder: Path) -> tuple[int, str]:
    return tempfile.mkstemp(dir=folder, prefix=".", suffix=".partial")


@dataclass(frozen=True)
class Kept:
    """A file in the cache, and what its renderer saw (`Media.report`)."""

    file: MediaFile
    report: Mapping[str, object]


class MediaCache:
    """A folder of media files, by key.

    Args:
        folder: made on first use.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def key(self, renderer: str, scene: Scene, assets: AssetReader, versions: Sequence[str]) -> str:
        """A hash of the scene, the assets' bytes, the renderer with its settings and versions."""
        content = [assets.sha256(u.asset, u.form, u.name) for u in scene.uses()]
        return digest([renderer, scene.model_dump(mode="json"), content, list(versions)])

    def get(self, key: str) -> Kept | None:
        """What is kept under this key, None if it is not there or its index entry is damaged."""
        try:
            entry = json.loads(self._index(key).read_bytes())
            path = self._file(key, entry["media_type"])
            if path.is_file():
                file = MediaFile(path, entry["media_type"], entry["sha256"])
                return Kept(file, dict(entry["report"]))
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return None

    def put(self, key: str, media: Media) -> Kept:
        """Store media.

        Raises:
            MediaError: the media type is unknown, or the folder can't be written.
        """
        path = self._file(key, media.media_type)
        sha256 = hashlib.sha256(media.data).hexdigest()
        entry = {"media_type": media.media_type, "sha256": sha256, "report": dict(media.report)}
        try:
            write_whole(path, media.data)
            write_whole(self._index(key), json.dumps(entry, sort_keys=True).encode())
        except OSError as error:
            raise MediaError(
                f"can't write to the cache {self.folder}: {error.strerror or error}",
                hint="set TMA_CACHE to another folder",
            ) from None
        return Kept(MediaFile(path, media.media_type, sha256), media.report)

    def _index(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"

    def _file(self, key: str, media_type: str) -> Path:
        if media_type not in EXTENSIONS:
            raise MediaError(f"a renderer gave media of unknown type {media_type!r}")
        return self.folder / key[:2] / f"{key}{EXTENSIONS[media_type]}"
