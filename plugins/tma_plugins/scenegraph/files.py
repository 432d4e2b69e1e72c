"""Pictures and videos in a folder, in a zip, or in an installed package."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from tma import AssetError, Limits, open_regular, read_regular

_PACKAGE = "package:"


class Files:
    """Files by name, wherever they lie; none outside the place is ever read.

    Args:
        place: a folder, or a zip file.

    Raises:
        AssetError: when first used: there is no such place, or the zip is damaged or names files
            outside itself.
    """

    def __init__(self, place: Path) -> None:
        self.place = place

    @property
    def exists(self) -> bool:
        """Whether the place is there."""
        return self.place.exists()

    @cached_property
    def _zip(self) -> zipfile.ZipFile | None:
        if self.place.is_dir():
            return None
        try:
            open_regular(self.place).close()
            return zipfile.ZipFile(self.place)
        except FileNotFoundError:
            raise AssetError(f"{self.place}: no such folder or zip file") from None
        except (OSError, zipfile.BadZipFile) as error:
            raise AssetError(f"{self.place}: is no folder, and no zip file: {error}") from None

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Base name -> the name by which the file is read. Raises AssetError."""
        if self._zip is None:
            listed = (p.relative_to(self.place).as_posix() for p in self.place.rglob("*"))
            return {PurePosixPath(n).name: n for n in sorted(listed)}
        found = {}
        for name in sorted(self._zip.namelist()):
            if not is_inside(name):
                raise AssetError(f"{self.place}: member {name!r} lies outside the zip file")
            if not name.endswith("/"):
                found[PurePosixPath(name).name] = name
        return found

    def read(self, name: str) -> bytes:
        """A file's bytes, by its name in the place.

        Raises:
            AssetError: it is missing or damaged, lies outside, or is in a zip and larger than
                `tma.Limits` allow: a few bytes there may stand for any number.
        """
        if not is_inside(name):
            raise AssetError(f"{self.place}: file {name!r} lies outside")
        try:
            if self._zip is None:
                path = (self.place / name).resolve()
                if not path.is_relative_to(self.place.resolve()):
                    raise AssetError(f"{self.place}: file {name!r} lies outside")
                return read_regular(path)
            size, most = self._zip.getinfo(name).file_size, Limits.current().bytes
            if size > most:
                raise AssetError(
                    f"{self.place}: file {name!r} has {size} bytes; at most {most} are read",
                    hint="[limits] of tma.toml can raise that",
                )
            return self._zip.read(name)
        except (KeyError, FileNotFoundError):
            raise AssetError(f"{self.place}: no file {name!r}") from None
        except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise AssetError(f"{self.place}: file {name!r} can't be read: {error}") from None

    def holds(self, name: str) -> bool:
        """Whether a file of this name in the place can be read."""
        if not is_inside(name):
            return False
        if self._zip is None:
            return (self.place / name).is_file()
        return name in self._zip.NameToInfo


def is_inside(name: str) -> bool:
    """Whether a relative path stays where it starts."""
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and ":" not in name[:2]


def of_package(name: str) -> tuple[Files, str] | None:
    """Where `package:NAME/PATH` lies; None if the name is of another form. Raises AssetError."""
    if not name.startswith(_PACKAGE):
        return None
    package, _, path = name.removeprefix(_PACKAGE).partition("/")
    spec = find_spec(package) if package.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        raise AssetError(f"{name!r}: no package {package!r} is installed")
    return Files(Path(next(iter(spec.submodule_search_locations)))), path


def stamp(path: Path) -> str:
    """What changes when a file does: its name, size and time."""
    try:
        facts = path.stat()
    except OSError:
        return f"{path}: missing"
    return f"{path.resolve()} {facts.st_size} {facts.st_mtime_ns}"
