"""The checks of pages find what is wrong with a page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from ..browser import Viewer

SOUND = """<!doctype html><html lang="en"><title>sound</title>
<meta name="viewport" content="width=device-width">
<style>:root { color-scheme: light dark; background: Canvas; }</style>
<main><h1>Sound</h1><a href="#x">to x</a><label>name <input></label><h2 id="x">x</h2>
<fieldset><legend>one of</legend><label><input type="radio" name="r">a</label>
<label><input type="radio" name="r">b</label></fieldset></main>
"""


def _page(folder: Path, more: str) -> Path:
    path = folder / "page.html"
    path.write_text(SOUND + more)
    return path


def test_a_sound_page_passes(viewer: Viewer, tmp_path: Path) -> None:
    viewer.open(_page(tmp_path, "<script>console.log('fine')</script>"))
    viewer.check()


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("<script>console.error('oh')</script>", "console: oh"),
        ("<script>throw Error('oh')</script>", "raised oh"),
        ("<script>alert('oh')</script>", "dialog: oh"),
        ("<img alt='' src='gone.png'>", "net::ERR_FILE_NOT_FOUND"),
        ("<img alt='' src='http://127.0.0.1:9/x.png'>", "asked for http://127.0.0.1:9/x.png"),
    ],
)
def test_what_goes_wrong_is_noted(viewer: Viewer, tmp_path: Path, planted: str, found: str) -> None:
    viewer.open(_page(tmp_path, planted)).wait_for_timeout(50)
    assert found in "\n".join(viewer.problems)
    viewer.problems.clear()


@pytest.mark.parametrize(
    ("check", "planted", "found"),
    [
        (Viewer.check_fits, "<div style='width: 400px'>wide</div>", "width: 400px"),
        (Viewer.check_accessible, "<p style='color: #999; background: #fff'>text</p>", "in light:"),
        (Viewer.check_accessible, "<p style='color: #000; background: #fff'>text</p>", None),
        (Viewer.check_accessible, "<p style='background: #fff'>text</p>", "in dark:"),
        (Viewer.check_accessible, "<p><input></p>", "label: "),
        (Viewer.check_keyboard, "<a href='#y' onfocus='this.blur()'>y</a>", "does not reach.*#y"),
        (
            Viewer.check_keyboard,
            "<a href='#y' style='outline: 0'>y</a>",
            "no sign of the focus.*#y",
        ),
    ],
)
def test_a_page_that_not_everybody_can_use_fails(
    viewer: Viewer,
    tmp_path: Path,
    check: Callable[[Viewer], None],
    planted: str,
    found: str | None,
) -> None:
    viewer.open(_page(tmp_path, planted))
    with pytest.raises(AssertionError, match=found) if found else nullcontext():
        check(viewer)
