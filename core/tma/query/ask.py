"""Queries from Python, with the power of the command line."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tma.filters import parse_where
from tma.models import LoadedModel, load_model
from tma.query.answer import Answer
from tma.query.questions import Approximate, Question
from tma.query.run import CONFIRM, run_query
from tma.query.sample import Bench
from tma.registry import default_registry
from tma.space import PlanSpace
from tma.store import ReplyStore
from tma.workbench import Workbench


def ask(
    question: Question,
    *,
    models: Sequence[str | LoadedModel],
    budget: int = 500,
    assets: str | None = None,
    tasks: Sequence[str] = (),
    where: Sequence[str] = (),
    space: PlanSpace | None = None,
    bench: Bench | None = None,
    approximate: Approximate = "active",
    confirm: float = CONFIRM,
    certain: bool = False,
    indifference: float = 0.05,
    minutes: float | None = None,
    seed: int = 0,
    store: ReplyStore | Path | str | None = None,
) -> Answer:
    """Put a question to models over a space of plans.

    `tma.query(...)` is the same function.

    Args:
        question: `TopK`, `Threshold`, `Compare` or `Debug`.
        models: specifications such as `simulated?seed=1`, or loaded models; the first is asked
            about, the others are baselines.
        budget: the most calls, over all models.
        assets: what the plans are made of, as on the command line.
        tasks: patterns over task generators, likewise.
        where: filters, as on the command line.
        space: the plans to ask about; all by default.
        bench: in place of `assets` and `tasks`.
        approximate: see `QueryRun`, as for the following ones.
        confirm: share of the budget for fresh answers.
        certain: whether to stop choosing once the answer is settled.
        indifference: how far beyond the cut a group may lie then.
        minutes: no batch is begun after so many.
        seed: of all chance.
        store: the results database or its file; the usual one by default.

    Raises:
        TmaError: see `run_query`, `Workbench` and `load_model`.
    """
    registry = default_registry()
    loaded = [m if isinstance(m, LoadedModel) else load_model(registry, m) for m in models]
    chosen = bench or Workbench(registry, assets=assets, tasks=tasks)
    whole = chosen.space if space is None else space
    kept = whole.where(parse_where(where, whole, chosen.catalogue)) if where else whole
    with ExitStack() as stack:
        opened = store
        if not isinstance(opened, ReplyStore):
            opened = stack.enter_context(ReplyStore(opened))
        return run_query(
            question,
            models=loaded,
            bench=chosen,
            store=opened,
            budget=budget,
            space=kept,
            approximate=approximate,
            confirm=confirm,
            certain=certain,
            indifference=indifference,
            minutes=minutes,
            seed=seed,
        )
