"""Statistics of a set of tasks that is there already, and writing them into its card."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tma.ledger import Budget
from tma.models import LoadedModel
from tma.registry import Registry, default_registry
from tma.releases.blind import GUESSER, guess_blindly
from tma.releases.files import write_checksums, write_tables
from tma.releases.making import (
    RENDER,
    Watcher,
    ask_models,
    load_models,
    nobody,
    opened,
    options_of,
    write_told,
)
from tma.releases.record import Release
from tma.releases.statistics import statistics_of
from tma.store import ReplyStore
from tma.taskset import TaskSet


@dataclass(frozen=True)
class Discriminability:
    """How well a set of tasks tells models apart, and what its texts give away.

    Attributes:
        tasks: how many there are.
        models: see `Statistics.as_json`; None if none were asked.
        blind: see `BlindGuess.as_json`; None if nobody guessed.
    """

    tasks: int
    models: Mapping[str, Any] | None
    blind: Mapping[str, Any] | None


def discriminability(
    folder: Path,
    *,
    models: Sequence[str | LoadedModel] = (),
    limits: Mapping[str, int | None] | None = None,
    budget: Budget | None = None,
    store: ReplyStore | Path | None = None,
    guesser: str | None = GUESSER,
    seed: int = 0,
    write: bool = False,
    registry: Registry | None = None,
    watcher: Watcher = nobody,
) -> Discriminability:
    """Ask models and a guesser the tasks of a set; any set, or a release.

    Args:
        folder: of the tasks.
        models: whose replies say how well the tasks tell models apart; none by default.
        limits: fields of `tma.terms.Terms` for models that are named by specification.
        budget: what may be spent on these models.
        store: the results database or its file; the usual one by default.
        guesser: see `guess_blindly`; it learns from one half of the set and guesses the other.
        seed: of the resampling.
        write: whether the release's record, card and checksums are to tell it.
        registry: where plugins are looked up.
        watcher: told how far it has got.

    Raises:
        TaskError: there is no set of tasks; or it is to be written, and this is no release.
        ModelError: a model can't be asked to the end.
    """
    registry = registry or default_registry()
    release = Release.read(folder) if write else None
    made = TaskSet.open(folder)
    jury = load_models(registry, models, limits or {})
    if budget is not None:
        budget.check(jury)
    tasks = list(made.tasks())
    told = None
    if jury:
        with opened(store) as replies:
            asked = ask_models(
                tasks, jury, replies, made.media_file, budget=budget, watcher=watcher
            )
        told = statistics_of(tasks, asked, seed).as_json()
    blind = None if guesser is None else guess_blindly(tasks, guesser, registry).as_json()
    if release is not None:
        # what the release tells already of a guesser rests on tasks apart: it is the better part
        found: dict[str, Any] = {"models": told, "blind": None if release.blind else blind}
        news = {name: value for name, value in found.items() if value is not None}
        if news:
            news["command"] = _with(release.command, jury, guesser, seed)
        release = release.model_copy(update=news)
        write_told(folder, release, write_tables(folder))
        write_checksums(folder)
    return Discriminability(len(tasks), told, blind)


def _with(command: str, jury: Sequence[LoadedModel], guesser: str | None, seed: int) -> str:
    """The command of a release, and the one that wrote statistics into its card."""
    asked = [word for model in jury for word in ("--model", model.label)]
    options = [*options_of(None, guesser, RENDER), "--seed", str(seed), "--write"]
    later = f" && {shlex.join(['tma', 'release', 'stats', 'AGAIN', *asked, *options])}"
    return command.removesuffix(later) + later
