"""Making the folder of a release: tasks, checks, tables, card, checksums; whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from tma.contract.models import MediaFile
from tma.contract.tasks import Task
from tma.errors import ModelError, TaskError
from tma.evaluate import evaluate
from tma.gallery import write_task_page
from tma.generate import Summary, make_tasks, run_record
from tma.ledger import Budget
from tma.mediacache import write_whole
from tma.models import LoadedModel, load_model
from tma.planner import Plans
from tma.registry import Registry
from tma.releases.blind import GUESSER
from tma.releases.card import card_of
from tma.releases.files import CARD, Contents, sha256_of, write_checksums, write_tables
from tma.releases.record import RELEASE, Balance, Chosen, Making, Release
from tma.releases.strata import Standing
from tma.scores import Evaluation
from tma.store import ReplyStore
from tma.taskset import RUN, TASKS, TaskSet
from tma.verify import first, verify
from tma.workbench import Workbench

RENDER = 20
_SHOWN = 3

Watcher = Callable[[str, int, int], None]
"""Told what is being done (`generating`, `verifying`, ...), how much of it is, and of how much."""


def nobody(what: str, done: int, total: int) -> None:
    """A watcher that does not want to know."""


@dataclass(frozen=True)
class Made:
    """Tasks that were generated and stand the check.

    Attributes:
        set: their folder.
        tasks: all of them.
        summary: what was made and passed over.
        rendered: how many pictures or videos were rendered again.
        contents: what they show.
    """

    set: TaskSet
    tasks: Sequence[Task]
    summary: Summary
    rendered: int
    contents: Contents


@dataclass(frozen=True)
class Work:
    """Where a release is being made, of what, and how.

    Attributes:
        folder: a scratch folder.
        making: what the tasks are made of.
        bench: opened for it.
        kind: of the release.
        workers: processes; 0 for as many as pay.
        render: how many pictures or videos are rendered again.
        watcher: told how far it has got.
    """

    folder: Path
    making: Making
    bench: Workbench
    kind: Literal["random", "hard"]
    workers: int = 0
    render: int = RENDER
    watcher: Watcher = nobody

    def made(self, plans: Plans, n: int) -> Made:
        """Make, check and count tasks of plans, of `n` that are wanted as many as can be.

        Raises:
            TaskError: nothing can be made, or a task does not stand the check.
        """
        summary = self.make(plans, n)
        tasks = self.open(summary)
        rendered = self.check(tasks, summary)
        return Made(tasks, list(tasks.tasks()), summary, rendered, write_tables(self.folder))

    def make(self, plans: Plans, n: int) -> Summary:
        """Write `tasks.jsonl` and media; of `n` tasks that are wanted as many as can be."""
        # the source may be elsewhere than the record says
        order = replace(self.making.order(n), assets=str(self.bench.assets.spec))
        return make_tasks(
            order,
            self.bench,
            plans,
            self.folder,
            self.workers,
            lambda made: self.watcher("generating", made, n),
        )

    def open(self, summary: Summary) -> TaskSet:
        """Write `run.json`, so that the folder is a set of tasks, and open it."""
        n = sum(summary.made.values()) + summary.short
        making = self.making
        release = {"kind": self.kind, "per_generator": making.per_generator, "by": making.by}
        record = run_record(making.order(n), self.bench, summary, release, making.assets)
        (self.folder / RUN).write_text(record, encoding="utf-8")
        return TaskSet.open(self.folder)

    def check(self, tasks: TaskSet, summary: Summary) -> int:
        """Check every task as `tma verify` does; how many were rendered again.

        Raises:
            TaskError: a task is unsound, or can't be made again alike.
        """
        total = sum(summary.made.values())
        report = verify(
            tasks,
            self.bench,
            render=self.render,
            on_progress=lambda done: self.watcher("verifying", done, total),
        )
        if wrong := [*report.unsound, *report.irreproducible, *report.elsewhere]:
            raise TaskError(
                f"the tasks don't stand the check: {'; '.join(first(wrong, _SHOWN))}",
                hint="nothing was written; a generator or a renderer is at fault",
            )
        return report.rendered

    def release(
        self, made: Made, name: str | None, standing: Mapping[str, Sequence[Standing]], **told: Any
    ) -> Release:
        """Say what was made, and finish the folder.

        Args:
            made: the tasks.
            name: of the release; by default one with the tasks' hash in it.
            standing: how each generator's tasks are spread.
            told: further fields of `Release`, that its kind knows.
        """
        sha256, summary = sha256_of(self.folder / TASKS), made.summary
        release = Release(
            kind=self.kind,
            name=name or f"tma-{self.kind}-{sha256[:8]}",
            making=self.making,
            made=summary.made,
            infeasible=summary.infeasible,
            failed=summary.failed,
            skipped=summary.skipped,
            balance={g: tuple(map(Balance.of, s)) for g, s in standing.items()},
            rendered=made.rendered,
            versions=made.contents.versions,
            environment=made.contents.environment,
            sha256=sha256,
            plans=tuple(Chosen(plan=t.plan, seed=t.seed) for t in made.tasks),
            **told,
        )
        self.finish(release, made.contents)
        return release

    def finish(self, release: Release, contents: Contents) -> None:
        """Write the record, the card, the page and the checksums."""
        write_told(self.folder, release, contents)
        write_task_page(self.folder, release.name)
        write_checksums(self.folder)


def options_of(name: str | None, guesser: str | None, render: int) -> list[str]:
    """The options of both commands that change a release's bytes, where they are not the usual."""
    words = [] if name is None else ["--name", name]
    if guesser != GUESSER:
        words += ["--blind", guesser or "none"]
    if render != RENDER:
        words += ["--render", str(render)]
    return words


def write_told(folder: Path, release: Release, contents: Contents) -> None:
    """Write a release's record and card, each at once."""
    write_whole(folder / RELEASE, release.dump().encode())
    write_whole(folder / CARD, card_of(release, contents).encode())


def ask_models(
    tasks: Sequence[Task],
    models: Sequence[LoadedModel],
    store: ReplyStore,
    media: Callable[[Task], MediaFile | None],
    *,
    budget: Budget | None = None,
    watcher: Watcher = nobody,
    what: str = "asking",
) -> list[Evaluation]:
    """Ask every model all tasks, in the tasks' own order of options.

    Raises:
        ModelError: a model could not be asked to the end; replies so far are stored.
        TmaError: see `tma.evaluate.evaluate`.
    """
    found = []
    for model in models:
        label = f"{what} {model.label}"

        def told(evaluation: Evaluation, label: str = label) -> None:
            watcher(label, evaluation.calls + evaluation.reused, len(tasks))

        evaluation = evaluate(tasks, model, store, media=media, budget=budget, on_progress=told)
        if evaluation.error is not None:
            raise ModelError(evaluation.error, hint="replies so far are stored: run again to go on")
        if evaluation.stopped is not None:
            raise ModelError(
                f"the budget of {evaluation.stopped} is spent before all tasks were asked",
                hint="replies so far are stored: raise the budget and run again",
            )
        found.append(evaluation)
    return found


@contextmanager
def opened(store: ReplyStore | Path | None) -> Iterator[ReplyStore]:
    """A results database: one that is open, or the file's, or the usual one."""
    if isinstance(store, ReplyStore):
        yield store
        return
    with ReplyStore(store) as found:
        yield found


def load_models(
    registry: Registry, models: Sequence[str | LoadedModel], limits: Mapping[str, int | None]
) -> list[LoadedModel]:
    """Models by specification, or loaded ones; each once.

    Raises:
        ModelError: one is named twice.
        TmaError: see `tma.models.load_model`.
    """
    loaded = [
        m if isinstance(m, LoadedModel) else load_model(registry, m, **limits) for m in models
    ]
    labels = [m.label for m in loaded]
    if twice := sorted({label for label in labels if labels.count(label) > 1}):
        raise ModelError(f"{twice[0]} is named twice", hint="name each model once")
    return loaded
