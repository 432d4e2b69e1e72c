"""How questions are worded: a table of templates, of which the seed picks one."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from tma.errors import ConfigError

_PLACEHOLDERS = {"object", "thing", "place", "relation", "reference", "type", "value"}


class WordingTable(BaseModel):
    """The template file's tables, see `templates.toml`."""

    model_config = ConfigDict(extra="forbid")

    questions: dict[str, list[str]] = {}
    attributes: dict[str, str] = {}
    cells: dict[str, str] = {}
    relations: dict[str, str] = {}
    positions: dict[str, str] = {}


class Wording:
    """The built-in templates, and a user's beside or instead of them.

    Args:
        extra: a TOML file of the same tables. Its question lists are added to the built-in ones;
            its other entries replace them.

    Raises:
        ConfigError: the file is missing or not valid, or a template has an unknown placeholder.
    """

    def __init__(self, extra: Path | None = None) -> None:
        own = _read(files("tma_plugins.cells").joinpath("templates.toml").read_text("utf-8"), "")
        more = _read_file(extra) if extra else WordingTable()
        if unknown := sorted(set(more.questions) - set(own.questions)):
            raise ConfigError(
                f"{extra}: questions.{unknown[0]}: no such question",
                hint=f"there are {', '.join(own.questions)}",
            )
        self._questions = {k: [*v, *more.questions.get(k, ())] for k, v in own.questions.items()}
        self._attributes = own.attributes | more.attributes
        self._cells = own.cells | more.cells
        self._relations = own.relations | more.relations
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

    def relation(self, position: str, reference: str) -> str:
        """A relative position as a phrase: `directly above the phone`."""
        return self._relations[position].format(reference=reference)


@cache
def wording(extra: Path | None = None) -> Wording:
    """The wording with a user's file, read once a process. Raises ConfigError."""
    return Wording(extra)


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
            _check(phrasing, f"{where}questions.{question}")
    return table


def _check(phrasing: str, where: str) -> None:
    try:
        used = {name for _, name, _, _ in string.Formatter().parse(phrasing) if name is not None}
    except ValueError as error:
        raise ConfigError(f"{where}: {error}: {phrasing!r}") from None
    if unknown := sorted(used - _PLACEHOLDERS):
        raise ConfigError(
            f"{where}: unknown placeholder {{{unknown[0]}}}",
            hint=f"there are {', '.join(sorted(_PLACEHOLDERS))}",
        )
