"""Random releases: as many tasks of each kind of question, even over what they are about."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tma.contract.models import MediaFile
from tma.contract.tasks import Task
from tma.ledger import Budget
from tma.models import LoadedModel
from tma.registry import Registry, default_registry
from tma.releases.blind import GUESSER, guess_blindly
from tma.releases.making import (
    RENDER,
    Watcher,
    Work,
    ask_models,
    load_models,
    nobody,
    opened,
    options_of,
)
from tma.releases.record import Release
from tma.releases.statistics import statistics_of
from tma.releases.wanted import Wanted, drawn
from tma.reproduce import command_of
from tma.store import ReplyStore
from tma.taskset import TaskSet, new_folder
from tma.workbench import Workbench


def random_release(
    out: Path,
    wanted: Wanted,
    *,
    models: Sequence[str | LoadedModel] = (),
    limits: Mapping[str, int | None] | None = None,
    budget: Budget | None = None,
    store: ReplyStore | Path | None = None,
    guesser: str | None = GUESSER,
    render: int = RENDER,
    workers: int = 0,
    registry: Registry | None = None,
    watcher: Watcher = nobody,
) -> Release:
    """Make a random release in a folder; the same bytes for any number of workers.

    Args:
        out: a folder that is missing or empty; it appears when all is done.
        wanted: of what, and how many.
        models: whose replies say how well the tasks tell models apart; none by default.
        limits: fields of `tma.terms.Terms` for models that are named by specification.
        budget: what may be spent on these models.
        store: the results database or its file; the usual one by default.
        guesser: see `guess_blindly`; None for no guess.
        render: how many pictures or videos are rendered again to check them.
        workers: processes; 0 for as many as pay.
        registry: where plugins are looked up.
        watcher: told how far it has got.

    Returns:
        What `release.json` says.

    Raises:
        TaskError: nothing can be made, a task does not stand the check, or `out` can't be written.
        ModelError: a model can't be asked to the end.
        TmaError: whatever is wrong with plugins, assets, filters or models.
    """
    registry = registry or default_registry()
    jury = load_models(registry, models, limits or {})
    if budget is not None:
        budget.check(jury)
    bench = wanted.bench(registry)
    plans = wanted.plans(bench)
    with new_folder(out) as folder:
        work = Work(folder, wanted.making(bench), bench, "random", workers, render, watcher)
        made = work.made(plans, plans.wanted)
        media = made.set.media_file if wanted.media else bench.media_file
        return work.release(
            made,
            wanted.name,
            plans.standing(),
            command=_command(made.set, jury, options_of(wanted.name, guesser, render)),
            lost=plans.lost,
            moved=plans.moved,
            blind=_guess(made.tasks, wanted, bench, guesser, registry, watcher),
            models=_ask(made.tasks, media, jury, store, budget, wanted.seed, watcher),
        )


def _guess(
    tasks: Sequence[Task],
    wanted: Wanted,
    bench: Workbench,
    guesser: str | None,
    registry: Registry,
    watcher: Watcher,
) -> dict[str, Any] | None:
    """What a guesser gets right that learns from another draw of as many tasks."""
    if guesser is None:
        return None
    plans = wanted.plans(bench, purpose="release-apart")
    taken = {task.plan_id for task in tasks}
    others = drawn(bench, plans, plans.wanted, watcher, "guessing", without=taken)
    return guess_blindly(tasks, guesser, registry, others, halves=False).as_json()


def _ask(
    tasks: Sequence[Task],
    media: Callable[[Task], MediaFile | None],
    jury: Sequence[LoadedModel],
    store: ReplyStore | Path | None,
    budget: Budget | None,
    seed: int,
    watcher: Watcher,
) -> dict[str, Any] | None:
    """How well the tasks tell the models apart; None without models."""
    if not jury:
        return None
    with opened(store) as replies:
        found = ask_models(tasks, jury, replies, media, budget=budget, watcher=watcher)
    return statistics_of(tasks, found, seed).as_json()


def _command(made: TaskSet, jury: Sequence[LoadedModel], options: Sequence[str]) -> str:
    more = [word for model in jury for word in ("--model", model.label)]
    return f"{command_of(made.run)} {shlex.join([*more, *options, '--out', 'AGAIN'])}"
