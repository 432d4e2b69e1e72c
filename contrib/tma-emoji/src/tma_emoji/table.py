"""The curated table: which emoji are shown, and as what. tools/build_table.py writes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import tma


@dataclass(frozen=True, slots=True)
class Emoji:
    """One picture of the table.

    Attributes:
        point: its code point.
        subgroup: Unicode's subgroup, such as `animal-bird`.
        name: Unicode's name.
        category: id of the category that it shows.
    """

    point: int
    subgroup: str
    name: str
    category: str

    @property
    def id(self) -> str:
        """The asset id: `u` and the code point in hex, stable over versions of Unicode."""
        return f"u{self.point:x}"


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table.

    Attributes:
        unicode: version of Unicode whose emoji were gone through.
        categories: the taxonomy, sorted by name.
        emoji: sorted by code point.
    """

    unicode: str
    categories: tuple[tma.Category, ...]
    emoji: tuple[Emoji, ...]


@cache
def load() -> Table:
    """Read the table of this package."""
    text = files(__package__).joinpath("data", "table.json").read_text(encoding="utf-8")
    data = json.loads(text)
    return Table(
        unicode=data["unicode"],
        categories=tuple(tma.Category(**row) for row in data["categories"]),
        emoji=tuple(sorted(_emoji(data["emoji"]), key=lambda e: e.point)),
    )


def _emoji(rows: list[list[str]]) -> list[Emoji]:
    return [Emoji(int(point, 16), *rest) for point, *rest in rows]
