"""Queries from files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tma.errors import ConfigError, QueryError
from tma.query.given import flaw_of
from tma.query.questions import Question
from tma.query.saved import question_of
from tma.query.settings import FileSettings

T = TypeVar("T", bound=BaseModel)
_HINT = "see `tma query run --help`"


class _Query(FileSettings):
    """A table [[query]]; what else is in it are the question's own settings."""

    model_config = ConfigDict(extra="allow")

    kind: str
    model: str
    baselines: list[str] = Field(default_factory=list)


class _Whole(FileSettings):
    query: list[dict[str, Any]] = Field(min_length=1)


class ToPut(NamedTuple):
    """A query of a file: settings of a `Job`, the question, and models' specifications."""

    settings: Mapping[str, Any]
    question: Question
    models: list[str]


def read_queries(path: Path) -> list[ToPut]:
    """The queries of a TOML file, each with its part of the budget; nothing is put yet.

    Raises:
        ConfigError: the file can't be read or is not of the right form; names the file, the query
            and the field.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}", hint=_HINT) from None
    if not table.get("query"):
        raise ConfigError(f"{path} has no table [[query]]", hint=_HINT)
    whole = _checked(_Whole, table, str(path))
    shared = whole.model_dump(exclude_unset=True, exclude={"query", "budget"})
    count = len(whole.query)
    left = 500 * count if whole.budget is None else whole.budget
    found = []
    for number, own in enumerate(whole.query):
        query = _checked(_Query, own, f"{path}: query {number + 1}")
        share = left // (count - number) if query.budget is None else query.budget
        settings = {**shared, **_settings(query), "budget": min(share, left)}
        left -= settings["budget"]
        question = _question(query, f"{path}: query {number + 1}")
        found.append(ToPut(settings, question, [query.model, *query.baselines]))
    return found


def _settings(query: _Query) -> dict[str, Any]:
    return query.model_dump(exclude_unset=True, include=set(FileSettings.model_fields))


def _question(query: _Query, where: str) -> Question:
    try:
        return question_of({"kind": query.kind, **(query.model_extra or {})})
    except QueryError as error:
        raise ConfigError(f"{where}: {error.message}", hint=error.hint or _HINT) from None


def _checked(model: type[T], table: Mapping[str, Any], where: str) -> T:
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise ConfigError(f"{where}: {flaw_of(error)}", hint=_HINT) from None
