"""Hard releases: tasks on which models fail, found by the query engine, judged by fresh replies."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tma.contract.plan import Plan
from tma.contract.tasks import Task
from tma.errors import ConfigError
from tma.ledger import Budget
from tma.models import LoadedModel
from tma.query.units import MOST_SINGLE
from tma.registry import Registry, default_registry
from tma.releases.blind import GUESSER, guess_blindly
from tma.releases.certifying import alike, harder
from tma.releases.making import (
    RENDER,
    Made,
    Watcher,
    Work,
    ask_models,
    load_models,
    nobody,
    opened,
    options_of,
)
from tma.releases.ranked import RankedPlans
from tma.releases.record import Release
from tma.releases.searching import CANDIDATES_A_TASK, Found, all_look, batches, search, shown_of
from tma.releases.splitting import Split, split
from tma.releases.statistics import statistics_of
from tma.releases.strata import StratifiedPlans
from tma.releases.wanted import Wanted, drawn
from tma.reproduce import released
from tma.scores import Evaluation
from tma.seeds import derive_rng
from tma.store import ReplyStore
from tma.taskset import TaskSet, new_folder
from tma.workbench import Workbench

MOST_A_GENERATOR = MOST_SINGLE // 2


def hard_release(
    out: Path,
    wanted: Wanted,
    *,
    models: Sequence[str | LoadedModel],
    budget: int,
    certify: float = 0.5,
    limits: Mapping[str, int | None] | None = None,
    store: ReplyStore | Path | None = None,
    guesser: str | None = GUESSER,
    render: int = RENDER,
    workers: int = 0,
    registry: Registry | None = None,
    watcher: Watcher = nobody,
) -> Release:
    """Make a release of tasks on which models fail.

    The query engine asks each model about candidates that were drawn at random. The plans with the
    lowest expected accuracy, on average over the models, become the release, each as a fresh
    instance. Its tasks, and as many random ones of the same generators, are then put to all models:
    these replies had no part in the choice, and alone say how hard the release is.

    Args:
        out: a folder that is missing or empty; it appears when all is done.
        wanted: of what, and how many of each generator.
        models: who is to fail; one or more.
        budget: the most calls, over all models; replies from the store count as calls.
        certify: share of the budget for the replies that certify.
        limits: fields of `tma.terms.Terms` for models that are named by specification.
        store: the results database or its file; the usual one by default.
        guesser: see `guess_blindly`; None for no guess.
        render: how many pictures or videos are rendered again to check them.
        workers: processes; 0 for as many as pay.
        registry: where plugins are looked up.
        watcher: told how far it has got.

    Returns:
        What `release.json` says.

    Raises:
        ConfigError: the budget is too small, or no model is named.
        TaskError: nothing can be made, a task does not stand the check, or `out` can't be written.
        ModelError: a model can't be asked to the end; replies so far are stored.
        TmaError: whatever is wrong with plugins, assets, filters or models.
    """
    registry = registry or default_registry()
    jury = load_models(registry, models, limits or {})
    if not jury:
        raise ConfigError("no model is named", hint="give --model or --models")
    if wanted.per_generator > MOST_A_GENERATOR:
        raise ConfigError(
            f"can't choose {wanted.per_generator:,} hard tasks a generator: a query judges "
            f"{MOST_SINGLE:,} plans at most",
            hint=f"ask for {MOST_A_GENERATOR:,} or fewer",
        )
    bench = wanted.bench(registry)
    one_each = wanted.plans(bench, each=1)  # says now what is wrong with filters and fields
    parts = split(budget, certify, len(jury), one_each.wanted, wanted.per_generator)
    with new_folder(out) as folder, opened(store) as replies:
        job = _Job(wanted, bench, jury, replies, parts, watcher)
        candidates, found = job.find(one_each.wanted)
        plans = RankedPlans(
            candidates.made,
            found,
            bench,
            each=wanted.per_generator,
            looks=job.looks,
            seed=wanted.seed,
        )
        work = Work(folder, wanted.making(bench), bench, "hard", workers, render, watcher)
        made = work.made(plans, plans.wanted)
        others, asked, evidence = job.certify(made, found)
        blind = None
        if guesser is not None:
            taken = {task.plan_id for task in made.tasks}
            apart = [task for task in others if task.plan_id not in taken]
            blind = guess_blindly(made.tasks, guesser, registry, apart).as_json()
        chosen: dict[str, list[Plan]] = {}
        for task in made.tasks:
            chosen.setdefault(task.generator, []).append(Plan(task.plan))
        options = options_of(wanted.name, guesser, render)
        return work.release(
            made,
            wanted.name,
            candidates.standing(chosen),
            command=_command(made.set, jury, parts, certify, options),
            lost=plans.lost,
            blind=blind,
            models=asked,
            evidence=evidence,
        )


@dataclass(frozen=True)
class _Job:
    """What finding and certifying share."""

    wanted: Wanted
    bench: Workbench
    jury: Sequence[LoadedModel]
    store: ReplyStore
    parts: Split
    watcher: Watcher

    @property
    def looks(self) -> bool:
        """Whether all models look at pictures or videos."""
        return all_look(self.jury)

    def find(self, generators: int) -> tuple[StratifiedPlans, Found]:
        """Candidates, and what is to be expected of them."""
        calls = self.parts.search
        each = max(CANDIDATES_A_TASK * self.wanted.per_generator, calls // generators + 1)
        each = min(each, MOST_SINGLE)
        plans = self.wanted.plans(self.bench, each, "release-candidates")
        drawn(self.bench, plans, plans.wanted, self.watcher, "drawing candidates")
        found = Found()
        for batch in batches(plans.made, calls):
            search(
                batch,
                self.jury,
                self.bench,
                self.store,
                found,
                per_generator=self.wanted.per_generator,
                seed=self.wanted.seed,
                watcher=self.watcher,
            )
        return plans, found

    def certify(
        self, made: Made, found: Found
    ) -> tuple[list[Task], dict[str, Any], dict[str, Any]]:
        """Random tasks, what the models made of the chosen ones, and how much harder those are."""
        plans = self.wanted.plans(self.bench, self.parts.each, "release-random")
        seen = self.wanted.media and any(model.consumes for model in self.jury)
        others = drawn(
            self.bench, plans, plans.wanted, self.watcher, "drawing random tasks", media=seen
        )
        chosen, random = alike(self._some(made.tasks, found), self._some(others, found))
        media = made.set.media_file if self.wanted.media else self.bench.media_file
        budget = Budget(self.parts.certify * len(self.jury))
        mine = ask_models(
            chosen, self.jury, self.store, media,
            budget=budget, watcher=self.watcher, what="certifying with",
        )  # fmt: skip
        theirs = ask_models(
            random, self.jury, self.store, self.bench.media_file,
            budget=budget, watcher=self.watcher, what="random tasks for",
        )  # fmt: skip
        evidence = self._evidence(made.tasks, chosen, random, mine, theirs, found)
        return random, statistics_of(chosen, mine, self.wanted.seed).as_json(), evidence

    def _some(self, tasks: Sequence[Task], found: Found) -> list[Task]:
        """Tasks of each generator that certify for all: any, so that they stand for the others.

        None of them shows a model what it was shown in the search.
        """
        counts: dict[str, int] = {}
        kept = []
        order = derive_rng("release-certify", self.wanted.seed).permutation(len(tasks))
        for task in (tasks[i] for i in order.tolist()):
            fresh = shown_of(task, media=self.looks) not in found.shown
            if fresh and counts.get(task.generator, 0) < self.parts.each:
                counts[task.generator] = counts.get(task.generator, 0) + 1
                kept.append(task)
        return kept

    def _evidence(
        self,
        tasks: Sequence[Task],
        chosen: Sequence[Task],
        random: Sequence[Task],
        mine: Sequence[Evaluation],
        theirs: Sequence[Evaluation],
        found: Found,
    ) -> dict[str, Any]:
        mean, each = harder(mine, theirs)
        released = {task.plan_id for task in tasks}
        naive: dict[str, dict[str, Any]] = {}
        for label, replies in found.replies.items():
            known = [r.correct for r in replies if r.task.plan_id in released]
            answered = [c for c in known if c is not None]
            naive[label] = {"right": sum(answered), "answered": len(answered)}
        return {
            "budget": self.parts.budget,
            "search": sum(map(len, found.replies.values())),
            "certify": sum(e.calls + e.reused for e in (*mine, *theirs)),
            "candidates": len(found.expected),
            "released": len(tasks),
            "chosen": len(chosen),
            "random": len(random),
            "mean": mean.as_json(),
            "models": {label: found_.as_json() for label, found_ in each.items()},
            "searched": naive,
        }


def _command(
    made: TaskSet, jury: Sequence[LoadedModel], parts: Split, certify: float, options: Sequence[str]
) -> str:
    """The command that searched."""
    asked = [word for model in jury for word in ("--model", model.label)]
    spent = ["--budget", str(parts.budget), "--certify", str(certify)]
    return shlex.join([*released(made.run, "hard"), *asked, *spent, *options, "--out", "AGAIN"])
