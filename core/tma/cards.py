"""Cards of data sets: the YAML head that the Hugging Face Hub reads, and tables in Markdown."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

_SIZES = (("n<1K", 1_000), ("1K<n<10K", 10_000), ("10K<n<100K", 100_000), ("100K<n<1M", 1_000_000))
_LICENCES = {
    "CC0-1.0": "cc0-1.0",
    "Apache-2.0": "apache-2.0",
    "MIT": "mit",
    "CC-BY-4.0": "cc-by-4.0",
}
"""SPDX expressions that the Hub has an identifier of its own for; all else is `other`."""
_CATEGORIES = {"image": "visual-question-answering", "video": "video-text-to-text"}


def card_head(
    title: str,
    licences: Collection[str],
    rows: int,
    media: Collection[str],
    configs: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """What stands in the YAML head of a data set's card.

    Args:
        title: of the data set.
        licences: SPDX expressions of the assets.
        rows: how many rows there are.
        media: kinds among `image` and `video`.
        configs: how the data are loaded, as the Hub's `configs`; left out if there are none.
    """
    known = _LICENCES.get(next(iter(licences))) if len(licences) == 1 else None
    return {
        "pretty_name": title,
        "license": known or "other",
        **({} if known else {"license_name": "see-below"}),
        "language": ["en"],
        "task_categories": [_CATEGORIES[k] for k in sorted(_CATEGORIES) if k in media]
        or ["multiple-choice"],
        "size_categories": [next((name for name, most in _SIZES if rows < most), "n>1M")],
        "tags": ["benchmark", "multimodal", "task-me-anything", "synthetic"],
        **({"configs": list(configs)} if configs else {}),
    }


def front_matter(head: Mapping[str, Any]) -> str:
    """A head between its two lines of dashes; values are written as JSON, which YAML reads."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items()]
    return "\n".join(["---", *lines, "---", ""])


def markdown_table(columns: Sequence[str], rows: Collection[Sequence[object]]) -> str:
    """A table in Markdown: whole numbers with commas, and names that can't break out of cells."""
    lines = [_line(columns), "|" + "---|" * len(columns), *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return plain(f"{value:.3f}" if isinstance(value, float) else str(value))


def plain(text: str) -> str:
    """A name from elsewhere as Markdown shows it: in one line, without mark-up."""
    line = " ".join(text.split())
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in line)
