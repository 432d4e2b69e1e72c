"""Pages as somebody meets them: in Chromium, on a phone, in the dark, without a mouse.

`viewer` opens pages. It fails a test at its end if a page wrote an error to the console, raised
one, opened a dialog, asked for a file that is not there, or asked anybody but the disk.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    expect,
    sync_playwright,
)

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PHONE, DESK = 375, 1280
"""Widths in CSS pixels."""
PATIENCE = 60_000
"""Milliseconds to wait for what will come, on machines however busy."""

_LOCAL = ("file:", "data:", "blob:", "about:")
_AA = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa"]},
    "resultTypes": ["violations", "incomplete"],
}
_TOO_WIDE = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    return [...document.body.querySelectorAll('*')]
        .filter(e => e.getBoundingClientRect().right > room + 1)
        .map(e => e.outerHTML.slice(0, 120));
}"""
_CONTROLS = """() => {
    const all = 'a[href], button, input, select, textarea, summary, video[controls], [tabindex]';
    window.controls = [...document.querySelectorAll(all)].filter(e =>
        !e.disabled && e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true}));
    return window.controls.length;
}"""
_FOCUSED = """() => {
    const e = document.activeElement, style = getComputedStyle(e);
    return {
        at: window.controls.findIndex(c => c === e
            || (c.type === 'radio' && e.type === 'radio' && c.name === e.name)),
        seen: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
        html: e.outerHTML.slice(0, 120),
    };
}"""
_MISSED = "reached => window.controls.filter((c, i) => !reached.includes(i) && !(c.type === 'radio'"
_MISSED += " && window.controls.some((o, j) => reached.includes(j) && o.name === c.name)))"
_MISSED += ".map(c => c.outerHTML.slice(0, 120))"


class Viewer:
    """A browser window that takes note of whatever goes wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"raised {error}"))
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        page.on("requestfailed", self._failed)

    def open(self, path: Path, fragment: str = "", width: int = DESK) -> Page:
        """Open a file, at `#fragment` if given."""
        self.resize(width)
        self.page.goto(path.resolve().as_uri() + (f"#{fragment}" if fragment else ""))
        return self.page

    def resize(self, width: int) -> None:
        """Make the window this wide, in CSS pixels."""
        self.page.set_viewport_size({"width": width, "height": 900})

    def check(self) -> None:
        """All that holds of every page: it fits a phone, and everybody can use it."""
        self.check_fits()
        self.resize(DESK)
        self.check_accessible()
        self.check_keyboard()

    def check_fits(self, width: int = PHONE) -> None:
        """Nothing sticks out to the right of a narrow window."""
        self.resize(width)
        wide = self.page.evaluate(_TOO_WIDE)
        assert not wide, f"at {width} px these stick out: {wide}"

    def check_accessible(self) -> None:
        """WCAG 2.1 AA as far as axe-core can tell, contrast included, in light and dark."""
        self.page.evaluate(AXE_SCRIPT)
        for scheme in SCHEMES:
            self.page.emulate_media(color_scheme=scheme)
            found = self.page.evaluate("options => axe.run(document, options)", _AA)
            wrong = [*found["violations"], *filter(_unseen, found["incomplete"])]
            assert not wrong, "\n".join([f"in {scheme}:", *map(_told, wrong)])

    def check_keyboard(self) -> None:
        """Tab reaches every control there is, and shows where it is."""
        total = self.page.evaluate(_CONTROLS)
        self.page.evaluate("() => { document.activeElement.blur(); getSelection().empty(); }")
        reached: set[int] = set()
        for _ in range(10 * total):  # the parts of a video's controls are stops of their own
            if len(reached) == total:
                break
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(_FOCUSED)
            if focused["at"] >= 0:
                assert focused["seen"], f"no sign of the focus: {focused['html']}"
                reached.add(focused["at"])
        missed = self.page.evaluate(_MISSED, sorted(reached))
        assert not missed, f"Tab does not reach {missed}"

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith(_LOCAL):
            self.problems.append(f"asked for {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a video that is no longer wanted
            self.problems.append(f"{request.failure}: {request.url[:200]}")


def _unseen(doubt: dict[str, Any]) -> bool:
    """Whether text has the very colour of its background; axe-core asks whether that is meant."""
    said = [check["data"] for node in doubt["nodes"] for check in node["any"]]
    return any(data and data.get("messageKey") == "equalRatio" for data in said)


def _told(violation: dict[str, Any]) -> str:
    where = [node["html"][:160] + " " + node["failureSummary"] for node in violation["nodes"][:5]]
    return "\n".join([f"{violation['id']}: {violation['help']}", *where])


# not of the whole session: while it is open, nothing else may start an event loop in this process
@pytest.fixture(scope="module", name="browser")
def _browser() -> Iterator[Browser]:
    """Debian's Chromium, once for the tests of a file."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no chromium here, and CI is to look at pages: run tools/setup.sh")
        pytest.skip("no chromium here: `make setup` as root installs it")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        with playwright.chromium.launch(executable_path=program, args=flags) as browser:
            yield browser


@pytest.fixture(name="viewer")
def _viewer(browser: Browser) -> Iterator[Viewer]:
    """A fresh window; nothing may have gone wrong in it when the test ends."""
    with browser.new_context() as context:
        viewer = Viewer(context.new_page())
        yield viewer
        problems = list(viewer.problems)
    assert not problems, "\n".join(problems)
