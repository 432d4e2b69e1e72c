"""Hooks of mkdocs: pages that lie outside docs/, links between them as they stand, formulas.

All pages link to each other by their paths in the repository, so that they can be read there too.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

REPOSITORY = Path(__file__).resolve().parent.parent
OUTSIDE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
"""Pages by their place in the repository, and where the site has them."""

_CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?P<before>\]\()(?P<target>[^)\s#]+)(?P<anchor>#[^)\s]*)?(?=\))")
_FORMULA = re.compile(r"\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^$\n]+?)\$", re.DOTALL)


def _brought() -> Iterator[tuple[str, str]]:
    """(place in the repository, place on the site) of all that lies outside docs/."""
    yield from OUTSIDE.items()
    for pattern in ("*.md", "*.png"):
        for path in sorted((REPOSITORY / "contrib").glob(f"*/{pattern}")):
            place = path.relative_to(REPOSITORY).as_posix()
            if path.name != "CHANGELOG.md":
                yield place, place
    yield "LICENSE", "LICENSE.txt"


PLACES = dict(_brought())
_BACK = {site: place for place, site in PLACES.items()}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what lies outside docs/."""
    for place, site in PLACES.items():
        files.append(File.generated(config, site, abs_src_path=str(REPOSITORY / place)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links as the site has them, and formulas as MathML; what is code stays."""
    here = _BACK.get(page.file.src_uri, f"docs/{page.file.src_uri}")
    parts, end = [], 0
    for code in [*_CODE.finditer(markdown), None]:
        text = markdown[end : code.start() if code else None]
        linked = _LINK.sub(lambda match: _moved(match, here, page.file.src_uri), text)
        parts.append(_FORMULA.sub(_formula, linked))
        if code:
            # a bar in a table's code: GitHub wants it escaped, and here the backslash would show
            fenced = code[0].startswith("```")
            parts.append(code[0] if fenced else code[0].replace(r"\|", "|"))
            end = code.end()
    return "".join(parts)


def _moved(match: re.Match[str], here: str, site: str) -> str:
    """A link from a page to what lies elsewhere on the site than in the repository."""
    target = match["target"]
    if re.match(r"[a-z]+:", target):
        return match[0]
    place = posixpath.normpath(posixpath.join(posixpath.dirname(here), target))
    there = PLACES.get(place, place.removeprefix("docs/"))
    shown = posixpath.relpath(there, posixpath.dirname(site) or ".")
    return f"{match['before']}{shown}{match['anchor'] or ''}"


def _formula(match: re.Match[str]) -> str:
    block = match["block"]
    made: str = convert(block or match["inline"], display="block" if block else "inline")
    return f"\n\n{made}\n\n" if block else made
