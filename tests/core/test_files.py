"""What is no file is never opened, and what has no name in text is named."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tma.errors import AssetError
from tma.files import check_name, open_regular, read_regular


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


@pytest.fixture(name="short")
def _short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # names of sockets are short
    return Path()


@pytest.mark.parametrize(
    "make",
    [os.mkfifo, _socket, lambda path: path.symlink_to("/dev/zero")],
    ids=["pipe", "socket", "device"],
)
def test_what_may_never_end_is_refused(make: Callable[[Path], None], short: Path) -> None:
    make(short / "2.png")
    with pytest.raises(OSError, match=r"^is no regular file$"):
        open_regular(short / "2.png")


def test_files_and_links_to_them_are_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    (tmp_path / "b").symlink_to("a")
    assert read_regular(tmp_path / "b") == b"abc"
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "c")


@pytest.mark.parametrize(
    ("name", "told"),
    [(b"caf\xe9/1.png", "things/caf\\xe9: the"), (b"cup/\xff.png", "things/cup/\\xff.png: the")],
)
def test_names_that_are_no_text_are_shown(name: bytes, told: str) -> None:
    with pytest.raises(AssetError) as caught:
        check_name(Path("things"), os.fsdecode(name))
    assert str(caught.value) == f"{told} name is not UTF-8 (rename it)"
    check_name(Path("things"), "café/1.png")
