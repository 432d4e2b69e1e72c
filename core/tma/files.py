"""Files of strangers: opened if they are files, and named so that anybody can read it."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from tma.errors import AssetError


def open_regular(path: Path) -> BinaryIO:
    """A file for reading bytes; pipes, sockets and devices are refused, for they may never end.

    Args:
        path: of the file, or of a link to it.

    Raises:
        OSError: it is missing, can't be read, or is no regular file; says so in a few words.
    """
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # of folders the system says it itself
        raise OSError("is no regular file")
    return path.open("rb")


def read_regular(path: Path) -> bytes:
    """All of a file's bytes. Raises OSError, see `open_regular`."""
    with open_regular(path) as file:
        return file.read()


def check_name(root: Path, name: str) -> None:
    """Refuse names that are no text, for ids are made of them.

    Args:
        root: a folder.
        name: a path below it, with slashes.

    Raises:
        AssetError: a part of it is not UTF-8; names the folder or file, its odd bytes in hex.
    """
    parts = name.split("/")
    for end, part in enumerate(parts, start=1):
        try:
            part.encode()
        except UnicodeEncodeError:
            odd = str(root / "/".join(parts[:end]))
            shown = os.fsencode(odd).decode(errors="backslashreplace")
            raise AssetError(f"{shown}: the name is not UTF-8", hint="rename it") from None
