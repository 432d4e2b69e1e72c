"""How questions are worded: a table of templates, of which the seed picks one."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from tma import ConfigError

GRID_TABLES = ("tma_plugins.cells:templates.toml",)

_QUESTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "what": (("object", "place"), ()),
    "what-relative": (("object", "relation"), ("reference",)),
    "where": (("thing",), ()),
    "where-relative": (("thing", "reference"), ()),
    "what-attribute": (("type", "place"), ()),
    "what-attribute-relative": (("type", "relation"), ("reference",)),
    "where-attribute": (("object",), ("type", "value")),
    "where-attribute-relative": (("object", "reference"), ("type", "value")),
    "what-move": (("object", "direction"), ()),
    "where-move": (("thing", "direction"), ()),
    "what-attribute-move": (("type", "direction"), ()),
    "what-rotate": (("object", "direction"), ()),
    "where-rotate": (("thing", "direction"), ()),
    "where-rotate-relative": (("thing", "direction", "reference"), ()),
    "where-rotate-inverse": (("thing", "direction", "reference"), ()),
    "what-attribute-rotate": (("type", "direction"), ()),
    "what-size": (("object", "extreme"), ()),
    "what-attribute-size": (("type", "extreme"), ()),
    "where-size": (("object", "extreme"), ("type", "value")),
    "where-size-relative": (("object", "extreme", "reference"), ("type", "value")),
    "where-size-inverse": (("object", "extreme", "reference"), ("type", "value")),
    "what-distance-relative": (("object", "distance", "reference"), ()),
    "what-attribute-distance-relative": (("type", "distance", "reference"), ()),
    "where-distance-relative": (("object", "distance", "reference"), ("type", "value")),
    "how-many": (("thing",), ()),
    "how-many-attribute": (("value",), ("type", "object")),
}
"""Question -> placeholders that it must have to mean what is asked, and others that it may have.

The rest is either unknown when it is asked or would give the answer away."""

_PHRASES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "attributes": (("name", "value"), ("type",)),
    "cells": (("cell",), ()),
    "relations": (("reference",), ()),
}


class WordingTable(BaseModel):
    """The template file's tables, see `templates.toml`."""

    model_config = ConfigDict(extra="forbid")

    questions: dict[str, list[str]] = {}
    attributes: dict[str, str] = {}
    cells: dict[str, str] = {}
    relations: dict[str, str] = {}
    positions: dict[str, str] = {}
    phrases: dict[str, str] = {}


class Wording:
    """A family's templates, and a user's beside or instead of them.

    Args:
        extra: a TOML file of the same tables. Its question lists are added to the family's; its
            other entries replace them.
        tables: the family's own files as `package:file`; entries of later ones replace those of
            earlier ones.

    Raises:
        ConfigError: the file is missing or not valid, or a template has an unknown placeholder.
    """

    def __init__(self, extra: Path | None = None, tables: Sequence[str] = GRID_TABLES) -> None:
        own = _join([_read_own(table) for table in tables])
        more = _read_file(extra) if extra else WordingTable()
        for table in ("questions", "relations", "positions", "phrases"):
            known = getattr(own, table)
            if unknown := sorted(set(getattr(more, table)) - set(known)):
                raise ConfigError(
                    f"{extra}: {table}.{unknown[0]}: there is no such entry",
                    hint=f"there are {', '.join(known)}",
                )
        self._questions = {k: [*v, *more.questions.get(k, ())] for k, v in own.questions.items()}
        self._attributes = own.attributes | more.attributes
        self._cells = own.cells | more.cells
        self._relations = own.relations | more.relations
        self._phrases = own.phrases | more.phrases
        self.positions: Mapping[str, str] = own.positions | more.positions

    def ask(self, question: str, rng: np.random.Generator, **words: str) -> str:
        """The question in one of its phrasings, first letter in upper case."""
        phrasings = self._questions[question]
        phrasing: str = phrasings[int(rng.integers(len(phrasings)))]
        return phrasing.format(**words)

    def described(self, name: str, attribute: tuple[str, str] | None) -> str:
        """A name with an attribute said of it: `red bowl`."""
        if attribute is None:
            return name
        kind, value = attribute
        template = self._attributes.get(kind, self._attributes["default"])
        return template.format(name=name, type=kind, value=value)

    def place(self, cell: str) -> str:
        """A cell's name as a phrase: `in the top left of the image`."""
        return self._cells.get(cell, self._cells["default"]).format(cell=cell)

    def phrase(self, value: str) -> str:
        """How a question says the value of a plan field: `left` is `moving to the left`."""
        return self._phrases[value]

    def relation(self, position: str, reference: str) -> str:
        """A relative position as a phrase: `directly above the phone`."""
        return self._relations[position].format(reference=reference)


@cache
def wording(extra: Path | None = None, tables: tuple[str, ...] = GRID_TABLES) -> Wording:
    """The wording of these tables with a user's file, read once a process. Raises ConfigError."""
    return Wording(extra, tables)


def _join(tables: Sequence[WordingTable]) -> WordingTable:
    joined: dict[str, dict[str, object]] = {name: {} for name in WordingTable.model_fields}
    for table in tables:
        for name, entries in joined.items():
            entries |= getattr(table, name)
    return WordingTable.model_validate(joined)


def _read_own(table: str) -> WordingTable:
    package, _, name = table.partition(":")
    return _read(files(package).joinpath(name).read_text("utf-8"), f"{name}: ")


def _read_file(path: Path) -> WordingTable:
    try:
        return _read(path.read_text(encoding="utf-8"), f"{path}: ")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}", hint="name a file of question templates") from None


def _read(text: str, where: str) -> WordingTable:
    try:
        table = WordingTable.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}{error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{where}{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    for question, phrasings in table.questions.items():
        for phrasing in phrasings:
            if question in _QUESTIONS:  # else it is refused by its name
                _check(phrasing, *_QUESTIONS[question], f"{where}questions.{question}")
    for name, placeholders in _PHRASES.items():
        for key, phrase in getattr(table, name).items():
            needed, more = placeholders
            if name == "cells" and key != "default":
                needed, more = (), needed  # a cell's own phrase need not name it
            _check(phrase, needed, more, f"{where}{name}.{key}")
    return table


def _check(phrase: str, needed: Sequence[str], more: Sequence[str], where: str) -> None:
    try:
        used = {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}
    except ValueError as error:
        raise ConfigError(f"{where}: {error}: {phrase!r}") from None
    hint = f"there are {', '.join((*needed, *more))}"
    if unknown := sorted(used - {*needed, *more}):
        raise ConfigError(f"{where}: {{{unknown[0]}}} has no meaning in {phrase!r}", hint=hint)
    if missing := [name for name in needed if name not in used]:
        raise ConfigError(f"{where}: {{{missing[0]}}} is missing in {phrase!r}", hint=hint)
