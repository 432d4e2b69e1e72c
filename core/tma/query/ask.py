"""Queries from Python, with the power of the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Required, Unpack, cast

from pydantic import InstanceOf

from tma.filters import parse_where
from tma.models import LoadedModel, load_model
from tma.query.answer import Answer
from tma.query.given import check_given
from tma.query.questions import Question
from tma.query.run import QueryRun, Way
from tma.query.sample import Bench
from tma.registry import default_registry
from tma.space import PlanSpace
from tma.store import ReplyStore
from tma.workbench import Workbench


class Put(Way, total=False):
    """To whom a question is put, and about what.

    Attributes:
        models: specifications such as `simulated?seed=1`, or loaded models; the first is asked
            about, the others are baselines.
        limits: fields of `tma.terms.Terms` that come before those of `tma.toml`.
        assets: what the plans are made of, as on the command line.
        tasks: patterns over task generators, likewise; all that fit by default.
        where: filters, as on the command line.
        bench: in place of `assets` and `tasks`.
        space: the plans to ask about; all of the bench's by default.
    """

    models: Required[Sequence[str | LoadedModel]]
    limits: Mapping[str, int | None]
    assets: str | None
    tasks: Sequence[str]
    where: Sequence[str]
    bench: Bench | None
    space: PlanSpace | None


_TYPES = {
    "models": Sequence[str | InstanceOf[LoadedModel]],
    "assets": str | None,
    "tasks": Sequence[str],
    "where": Sequence[str] | None,
}


def prepare(
    question: Question,
    store: ReplyStore,
    on_progress: Callable[[QueryRun], None] | None = None,
    **put: Unpack[Put],
) -> QueryRun:
    """A query that is ready to run.

    Args:
        question: `TopK`, `Threshold`, `Compare` or `Debug`.
        store: the results database.
        on_progress: told of the run after each reply; may ask it for the answer so far.
        put: see `Put` and `QueryRun`; 500 calls and `active` by default.

    Raises:
        QueryError: a value is of another type.
        TmaError: see `QueryRun`, `Workbench` and `load_model`.
    """
    check_given(_TYPES, {name: put[name] for name in _TYPES if name in put})  # type: ignore[literal-required]
    registry = default_registry()
    models = [
        m if isinstance(m, LoadedModel) else load_model(registry, m, **put.get("limits", {}))
        for m in put["models"]
    ]
    bench = put.get("bench")
    if bench is None:
        bench = Workbench(registry, assets=put.get("assets"), tasks=put.get("tasks", ()))
    space = put.get("space")
    space = bench.space if space is None else space
    if where := put.get("where"):
        space = space.where(parse_where(where, space, bench.catalogue))
    given = {name: put[name] for name in Way.__annotations__ if name in put}  # type: ignore[literal-required]
    way = cast(Way, {"approximate": "active", **given})
    return QueryRun(
        question,
        models=models,
        bench=bench,
        store=store,
        space=space,
        on_progress=on_progress,
        **way,
    )


def ask(
    question: Question, *, store: ReplyStore | Path | str | None = None, **put: Unpack[Put]
) -> Answer:
    """Put a question to models over a space of plans; `tma.query(...)` is the same function.

    Args:
        question: `TopK`, `Threshold`, `Compare` or `Debug`.
        store: the results database or its file; the usual one by default.
        put: see `Put` and `QueryRun`; 500 calls and `active` by default.

    Raises:
        QueryError: a value is of another type.
        TmaError: see `QueryRun`, `Workbench` and `load_model`.
    """
    with ExitStack() as stack:
        opened = store
        if not isinstance(opened, ReplyStore):
            opened = stack.enter_context(ReplyStore(opened))
        run = prepare(question, opened, **put)
        run.run()
        return run.answer()
