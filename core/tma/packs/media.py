"""The files of a pack: beside its manifest, in a folder, or far away and fetched when needed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from tma.config import Limits
from tma.errors import AssetError
from tma.files import open_regular
from tma.mediacache import write_whole
from tma.packs.manifest import MEDIA, PackFile

EXTRA = "task-me-anything[remote]"


class PackMedia:
    """Reads files of a pack; what it gives has the size and hash that the manifest says.

    Args:
        name: of the pack, for errors and the setting to change.
        folder: of the manifest.
        root: where files outside lie, a folder or an fsspec URL; None if nowhere.
        cache: folder of what was fetched from a URL.
    """

    def __init__(self, name: str, folder: Path, root: str | None, cache: Path) -> None:
        self._name, self._folder, self._root, self._cache = name, folder, root, cache

    def read(self, file: PackFile) -> bytes:
        """The file's bytes.

        Raises:
            AssetError: it is missing, not the one that was packed, larger than `tma.Limits`
                allow, or the root can't be reached.
        """
        limit = Limits.current().bytes
        if file.bytes > limit:
            raise AssetError(
                f"{self._name}: {file.path} has {file.bytes} bytes; at most {limit} are read",
                hint="[limits] of tma.toml can raise that",
            )
        if not file.outside:
            return self._local(self._folder / MEDIA, file)
        if self._root is None:
            raise self._error(file, "lies outside the pack, and no root is set")
        if "://" in self._root and not self._root.startswith("file://"):
            return self._fetched(self._root, file)
        return self._local(Path(self._root.removeprefix("file://")).expanduser(), file)

    def _local(self, root: Path, file: PackFile) -> bytes:
        path = root / file.path
        if not path.resolve().is_relative_to(root.resolve()):
            raise self._error(file, f"leads out of {root}")
        return self._read(file, str(path), lambda: open_regular(path))

    def _fetched(self, root: str, file: PackFile) -> bytes:
        kept = self._cache / file.sha256[:2] / file.sha256
        with suppress(OSError):
            data = kept.read_bytes()
            if _is(file, data):
                return data
        data = self._read(file, f"{_shown(root)}/{file.path}", lambda: self._open(root, file.path))
        with suppress(OSError):  # a cache that can't be written costs time, no more
            write_whole(kept, data)
        return data

    def _open(self, root: str, path: str) -> BinaryIO:
        try:
            import fsspec
        except ImportError:
            raise AssetError(
                f"{self._name}: media at a URL need fsspec", hint=f"pip install '{EXTRA}'"
            ) from None
        system: Any
        system, base = fsspec.core.url_to_fs(root)
        plain = quote(path) if root.startswith(("http://", "https://")) else path
        opened: BinaryIO = system.open(f"{base.rstrip('/')}/{plain}", "rb")
        return opened

    def _read(self, file: PackFile, where: str, opened: Callable[[], BinaryIO]) -> bytes:
        """At most one byte more than there should be, checked."""
        try:
            with opened() as stream:
                data = stream.read(file.bytes + 1)
        except AssetError:
            raise
        except Exception as error:  # file systems raise errors of their own
            line = str(error).splitlines()[0] if str(error) else ""
            cause = getattr(error, "strerror", None) or line or type(error).__name__
            raise self._error(file, f"{where}: {_shown(cause)}") from None
        if not _is(file, data):
            raise self._error(file, f"{where} is not the file that was packed")
        return data

    def _error(self, file: PackFile, cause: str) -> AssetError:
        elsewhere = f"set root in [plugins.{self._name}] of tma.toml to where the media are"
        return AssetError(
            f"{self._name}: {file.path}: {cause}",
            hint=elsewhere if file.outside else "install the package again",
        )


def _shown(text: str) -> str:
    """A text without the passwords that stand in its URLs."""
    return re.sub(r"//[^/@\s]*@", "//", text)


def _is(file: PackFile, data: bytes) -> bool:
    return len(data) == file.bytes and hashlib.sha256(data).hexdigest() == file.sha256
