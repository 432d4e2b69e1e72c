"""Queries that were put from the command line, kept beside the results database.

One JSON file each, named by a hash of what was asked: what is needed to put the query again, and
its answer so far. The replies are in the database; a query that was killed goes on from them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tma.contract.plan import Value
from tma.errors import QueryError
from tma.mediacache import write_whole
from tma.query.given import STRICT, flaw_of
from tma.query.questions import KINDS, Question
from tma.query.settings import StoredSettings
from tma.seeds import digest

if TYPE_CHECKING:
    from tma.query.run import QueryRun

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
        QueryError: there is no such kind, it has no such setting or needs another, or one is not
            valid.
    """
    settings = dict(table)
    kind = settings.pop("kind", None)
    cls = _BY_KIND.get(str(kind))
    if cls is None:
        raise QueryError(f"no query is called {kind!r}", hint=f"kinds: {', '.join(_BY_KIND)}")
    known = {f.name: f.default for f in fields(cls)}
    if unknown := sorted(settings.keys() - known):
        listed = ", ".join(sorted(known))
        raise QueryError(f"{kind} has no setting {unknown[0]!r}", hint=f"settings: {listed}")
    needed = [name for name, default in known.items() if default is MISSING]
    if lacking := [name for name in needed if name not in settings]:
        raise QueryError(f"{kind} needs the setting {lacking[0]!r}")
    question: Question = cls(**settings)
    return question


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a model replied: the outcome, the option that it named, and whether that is right."""

    outcome: str
    index: int | None
    correct: bool | None


@dataclass(frozen=True, slots=True)
class Told:
    """A task that a query asked, and what came of it.

    Attributes:
        task: its id.
        seed: of the instance; with the plan it gives the task again.
        plan: its plan.
        names: id -> name of the categories in the plan.
        replies: one a model, in their order; None where there is none.
    """

    task: str
    seed: int
    plan: Mapping[str, Value]
    names: Mapping[str, str] = field(default_factory=dict)
    replies: Sequence[Outcome | None] = ()


class _Stored(BaseModel):
    """A stored query's file; an answer of another form does not keep it from being put again."""

    model_config = ConfigDict(**STRICT, extra="forbid")

    id: str
    question: dict[str, Any]
    models: list[str] = Field(min_length=1)
    settings: StoredSettings
    answer: dict[str, Any] | None


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
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / f"{asked.id}.json", f"{text}\n".encode())

    def save_told(self, asked: Asked, told: Iterable[Told]) -> None:
        """Write the tasks that were asked so far, with the replies: a line of JSON each."""
        lines = (json.dumps(asdict(t), ensure_ascii=False, allow_nan=False) for t in told)
        self.folder.mkdir(parents=True, exist_ok=True)
        text = "".join(f"{line}\n" for line in lines)
        write_whole(self.folder / f"{asked.id}.jsonl", text.encode("utf-8", "replace"))

    def told(self, asked: Asked) -> list[Told]:
        """The tasks of a query with the replies; none if they were not kept.

        Raises:
            QueryError: the file can't be read.
        """
        path = self.folder / f"{asked.id}.jsonl"
        try:
            with path.open(encoding="utf-8") as lines:
                return [_told(json.loads(line)) for line in lines]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise QueryError(f"{path} can't be read: {error}", hint="delete it") from None

    def load(self, name: str) -> tuple[Asked, Mapping[str, Any] | None]:
        """A query and its answer so far, by its id or the first digits of it.

        Raises:
            QueryError: none or several have it, or its file can't be read.
        """
        found = [p for p in self._paths if p.stem.startswith(name)]
        if len(found) != 1:
            said = "no query" if not found else f"{len(found)} queries"
            near = get_close_matches(name, [p.stem for p in self._paths], n=1, cutoff=0.7)
            hint = f"did you mean {near[0]}? " if near and not found else ""
            raise QueryError(f"{said} with the id {name!r}", hint=f"{hint}see `tma query list`")
        return _read(found[0])

    def all(self) -> list[tuple[Asked, Mapping[str, Any] | None]]:
        """All of them that can be read, by id."""
        return self.sorted_out()[0]

    def sorted_out(self) -> tuple[list[tuple[Asked, Mapping[str, Any] | None]], list[QueryError]]:
        """All of them by id, and what is wrong with those that can't be read."""
        good, bad = [], []
        for path in self._paths:
            try:
                good.append(_read(path))
            except QueryError as error:
                bad.append(error)
        return good, bad

    @property
    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []


def _read(path: Path) -> tuple[Asked, Mapping[str, Any] | None]:
    try:
        content = json.loads(path.read_bytes())
        _Stored.model_validate(content)
        question_of(content["question"])
    except (OSError, ValueError, RecursionError, QueryError) as error:
        cause = flaw_of(error) if isinstance(error, ValidationError) else error
        if isinstance(error, QueryError):
            cause = f"question: {error.message}"
        line = " ".join(f"{path} is no stored query: {cause}".split())
        raise QueryError(
            line, hint="delete it, and put the query again: replies are kept"
        ) from None
    return Asked(content["question"], content["models"], content["settings"]), content["answer"]


def told_of(run: QueryRun) -> list[Told]:
    """The tasks that a run asked so far, in the order drawn."""
    found = []
    for task in (drawn.task for drawn in run.source.drawn):
        replies = [said.get(task.id) for said in run.replies]
        if any(replies):
            values = {str(v) for v in task.plan.values()}
            names = {k: v for k, v in task.names.items() if k in values and k != v}
            outcomes = [
                None if r is None else Outcome(r.outcome, r.index, r.correct) for r in replies
            ]
            found.append(Told(task.id, task.seed, dict(task.plan), names, outcomes))
    return found


def _told(row: dict[str, Any]) -> Told:
    replies = [r and Outcome(**r) for r in row.pop("replies")]
    return Told(**row, replies=replies)
