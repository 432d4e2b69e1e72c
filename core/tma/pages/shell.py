"""The shell of all pages: templates, the style, and the policy that says what may run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tma.mediacache import write_whole


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("tma.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return made


def source(name: str) -> str:
    """The text of a style or script in the package's templates, for `styles` and `scripts`."""
    loader = _environment().loader
    assert loader is not None
    return loader.get_source(_environment(), name)[0]


def render(
    template: str,
    *,
    title: str,
    styles: Sequence[str] = (),
    scripts: Sequence[str] = (),
    data: Mapping[str, Any] | None = None,
    beside: bool = False,
    **context: Any,
) -> str:
    """A whole page.

    Args:
        template: a name in `tma/pages/templates`; it extends `base.html.j2`.
        title: of the page, plain text.
        styles: texts of style sheets that come after the common one.
        scripts: texts of scripts, run in this order at the end of the page.
        data: what scripts read, as JSON, each from `<script type="application/json" id=NAME>`.
        beside: whether pictures and videos may be files beside the page.
        context: what the template shows. Text is escaped; a name that the template uses and that is
            not given is an error.

    Returns:
        HTML. Whatever is not in `scripts` or `styles` does not run, wherever it stands.
    """
    sheets = [source("base.css"), *styles]
    return (
        _environment()
        .get_template(template)
        .render(
            title=title,
            styles=[_raw(text, "style") for text in sheets],
            scripts=[_raw(text, "script") for text in scripts],
            data=data or {},
            policy=_policy(sheets, scripts, beside=beside),
            **context,
        )
    )


def write_page(path: Path, text: str) -> None:
    """Write a page whole or not at all; what is no Unicode text (half a pair) becomes `?`.

    Raises:
        OSError: the folder can't be written.
    """
    write_whole(path, text.encode("utf-8", "replace"))


def _raw(text: str, element: str) -> Markup:
    """A style or script as it stands.

    Raises:
        ValueError: it holds what would end it early or change its hash.
    """
    lower = text.lower()
    if found := [mark for mark in (f"</{element}", "<!--", "\r", "\0") if mark in lower]:
        raise ValueError(f"a {element} holds {found[0]!r}")
    return Markup(text)


def _policy(styles: Iterable[str], scripts: Iterable[str], *, beside: bool) -> str:
    # browsers differ in whether a file beside a page that is a file itself is of its own origin
    media = "data: 'self' file:" if beside else "data:"
    rules = {
        "default-src": "'none'",
        "img-src": media,
        "media-src": media,
        "style-src": _hashes(styles),
        "script-src": _hashes(scripts),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hashes(texts: Iterable[str]) -> str:
    sums = (hashlib.sha256(text.encode()).digest() for text in texts)
    return " ".join(f"'sha256-{base64.b64encode(s).decode()}'" for s in sums) or "'none'"
