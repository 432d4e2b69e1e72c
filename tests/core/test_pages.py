"""Pages: one shell, text that stays text, and a policy that names what may run."""

from __future__ import annotations

import base64
import hashlib
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, UndefinedError

from tma.pages import render, shell, write_page

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u2028"


class Page(HTMLParser):
    """The elements of a page, and the texts of its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": [], "title": [], "h1": []}
        self._within = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._within = tag
        if tag in self.raw:
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within in self.raw:
            self.raw[self._within][-1] += data


@pytest.fixture(autouse=True)
def _templates(monkeypatch: pytest.MonkeyPatch) -> None:
    main = '<p id="{{ said }}">{{ said }}</p>'
    plain = f'{{% extends "base.html.j2" %}}{{% block main %}}{main}{{% endblock %}}'
    whole: Environment = shell._environment.__wrapped__()
    assert whole.loader is not None
    made = {name: whole.loader.get_source(whole, name)[0] for name in ("base.html.j2", "base.css")}
    whole.loader = DictLoader({**made, "plain.html.j2": plain})
    monkeypatch.setattr(shell, "_environment", lambda: whole)


def test_text_stays_text() -> None:
    page = Page(render("plain.html.j2", title=EVIL, said=EVIL, data={"found": {EVIL: [EVIL]}}))
    names = [name for name, _ in page.elements]
    assert "img" not in names
    assert page.raw["title"] == page.raw["h1"] == [EVIL]
    assert ("p", {"id": EVIL}) in page.elements
    assert [json.loads(text) for text in page.raw["script"]] == [{EVIL: [EVIL]}]
    assert ("script", {"type": "application/json", "id": "found"}) in page.elements


def test_the_policy_lets_run_what_was_given_and_nothing_else() -> None:
    script, sheet = "document.title = 'é'", "p { color: red }"
    text = render("plain.html.j2", title="t", said="s", scripts=[script], styles=[sheet])
    page = Page(text)
    rules = _policy(page)
    assert rules["default-src"] == ["'none'"]
    assert rules["img-src"] == rules["media-src"] == ["data:"]
    assert rules["script-src"] == [_hash(script)] == [_hash(page.raw["script"][0])]
    assert rules["style-src"] == [_hash(found) for found in page.raw["style"]]
    assert page.raw["style"][1] == sheet
    assert _policy(Page(render("plain.html.j2", title="t", said="s")))["script-src"] == ["'none'"]


def test_pictures_beside_the_page() -> None:
    page = Page(render("plain.html.j2", title="t", said="s", beside=True))
    assert _policy(page)["img-src"] == ["data:", "'self'", "file:"]


@pytest.mark.parametrize("text", ["'</SCRIPT >'", "'<!--'", "a\r\nb", "\0"])
def test_scripts_that_would_not_stay_whole_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a script holds"):
        render("plain.html.j2", title="t", said="s", scripts=[text])


def test_a_name_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="said"):
        render("plain.html.j2", title="t")


def test_half_pairs_are_written(tmp_path: Path) -> None:
    write_page(tmp_path / "page.html", render("plain.html.j2", title="t", said="\ud800"))
    assert 'id="?"' in (tmp_path / "page.html").read_text(encoding="utf-8")


def _policy(page: Page) -> dict[str, list[str]]:
    found = next(a for n, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    rules = (rule.split() for rule in str(found["content"]).split(";"))
    return {name: values for name, *values in rules}


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
