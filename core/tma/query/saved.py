"""Queries that were put from the command line, kept beside the results database.

One JSON file each, named by a hash of what was asked: what is needed to put the query again, and
its answer so far. The replies are in the database; a query that was killed goes on from them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from tma.errors import QueryError
from tma.mediacache import write_whole
from tma.query.questions import KINDS, Question
from tma.seeds import digest

_DIGITS = 10
_BY_KIND = {kind: cls for cls, kind in KINDS.items()}


@dataclass(frozen=True)
class Asked:
    """A query as it was put.

    Attributes:
        question: its kind, and the question's settings.
        models: labels, without secrets; the first is asked about.
        settings: `assets`, `tasks`, `where`, `budget`, `approximate`, `seed` and so on.
    """

    question: Mapping[str, Any]
    models: Sequence[str]
    settings: Mapping[str, Any]

    @property
    def id(self) -> str:
        """A short hash: the same query has the same one."""
        return digest(asdict(self))[:_DIGITS]


def describe(question: Question) -> dict[str, Any]:
    """A question as JSON; `question_of` reads it back."""
    return {"kind": KINDS[type(question)], **asdict(question)}


def question_of(table: Mapping[str, Any]) -> Question:
    """The question that a table with `kind` and settings describes.

    Raises:
        QueryError: there is no such kind, or it has no such setting.
    """
    settings = dict(table)
    kind = settings.pop("kind", None)
    cls = _BY_KIND.get(str(kind))
    if cls is None:
        raise QueryError(f"no query is called {kind!r}", hint=f"kinds: {', '.join(_BY_KIND)}")
    known = {f.name for f in fields(cls)}
    if unknown := sorted(settings.keys() - known):
        listed = ", ".join(sorted(known))
        raise QueryError(f"{kind} has no setting {unknown[0]!r}", hint=f"settings: {listed}")
    try:
        question: Question = cls(**settings)
    except TypeError as error:
        raise QueryError(f"{kind}: {error}") from None
    return question


class SavedQueries:
    """The queries beside a results database.

    Args:
        store: the database's file.
    """

    def __init__(self, store: Path) -> None:
        self.folder = store.parent / f"{store.stem}.queries"

    def save(self, asked: Asked, answer: Mapping[str, Any] | None) -> None:
        """Write a query, with its answer so far."""
        content = {"id": asked.id, **asdict(asked), "answer": answer}
        text = json.dumps(content, indent=2, ensure_ascii=False)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / f"{asked.id}.json", f"{text}\n".encode())

    def load(self, name: str) -> tuple[Asked, Mapping[str, Any] | None]:
        """A query and its answer so far, by its id or the first digits of it.

        Raises:
            QueryError: none or several have it.
        """
        paths = sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []
        found = [p for p in paths if p.stem.startswith(name)]
        if len(found) != 1:
            said = "no query" if not found else f"{len(found)} queries"
            raise QueryError(f"{said} with the id {name!r}", hint="see `tma query list`")
        try:
            content = json.loads(found[0].read_text(encoding="utf-8"))
            asked = Asked(content["question"], content["models"], content["settings"])
            return asked, content["answer"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise QueryError(f"{found[0]} can't be read: {error}") from None

    def all(self) -> list[tuple[Asked, Mapping[str, Any] | None]]:
        """All of them, by id."""
        paths = sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []
        return [self.load(p.stem) for p in paths]
