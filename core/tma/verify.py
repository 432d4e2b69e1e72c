"""Checking a set of tasks: truth sets re-derived from scenes, tasks drawn again, media hashed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from pydantic import ValidationError

from tma.contract.plan import Plan
from tma.contract.tasks import Task
from tma.errors import Infeasible, TmaError
from tma.seeds import derive_rng
from tma.soundness import problems
from tma.taskset import TaskSet
from tma.workbench import Workbench


@dataclass
class Report:
    """What was found.

    Attributes:
        checked: tasks by generator.
        rendered: how many pictures or videos were rendered again.
        unsound: (task id, what is wrong) of tasks that their own scene does not support.
        irreproducible: (task id, what differs) of tasks that can't be made again alike.
    """

    checked: Counter[str] = field(default_factory=Counter)
    rendered: int = 0
    unsound: list[tuple[str, str]] = field(default_factory=list)
    irreproducible: list[tuple[str, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.unsound and not self.irreproducible


def verify(
    tasks: TaskSet,
    bench: Workbench,
    *,
    render: int = 20,
    on_progress: Callable[[int], None] = lambda checked: None,
) -> Report:
    """Check every task, and render some again.

    Args:
        tasks: the set.
        bench: opened on the same assets and generators.
        render: how many tasks with media to render again, spread by chance over the set.
        on_progress: called with the number of tasks checked so far.

    Raises:
        TaskError: the set can't be read, or names a generator that is not on the bench.
    """
    report = Report()
    total = sum(1 for _ in tasks.tasks())
    again = set(derive_rng("verify", total).permutation(total)[:render].tolist())
    for number, task in enumerate(tasks.tasks()):
        report.checked[task.generator] += 1
        report.unsound += [(task.id, line) for line in _unsound(task, bench)]
        report.irreproducible += [(task.id, line) for line in _differs(task, bench)]
        report.irreproducible += [(task.id, line) for line in _media(tasks, task)]
        if number in again and tasks.media_file(task) is not None:
            report.rendered += 1
            report.irreproducible += [(task.id, line) for line in _rendered(tasks, task, bench)]
        on_progress(number + 1)
    return report


def _unsound(task: Task, bench: Workbench) -> list[str]:
    count = len(task.options)
    if len(task.option_keys) != count or not 0 <= task.answer_index < count:
        return ["options, option_keys and answer_index don't fit each other"]
    if task.options[task.answer_index] != task.answer:
        return [f"answer {task.answer!r} is not option {task.answer_index}"]
    generator = bench.generator(task.generator)
    if count != generator.option_count:
        return [f"{count} options instead of {generator.option_count}"]
    try:
        truth = bench.truth(task)
    except (ValidationError, KeyError, TmaError) as error:
        return [f"the scene can't be read: {' '.join(str(error).split())[:200]}"]
    if truth is None:
        return []
    answer = task.option_keys[task.answer_index]
    wrong = [k for i, k in enumerate(task.option_keys) if i != task.answer_index]
    catalogue = bench.catalogue_of(task.generator)
    return problems(answer, wrong, task.options, task.answers, truth, catalogue)


def _differs(task: Task, bench: Workbench) -> list[str]:
    """Fields in which the task drawn again from plan and seed differs."""
    try:
        fresh = bench.instance(Plan(task.plan), task.seed)
    except Infeasible as error:
        return [f"the plan is infeasible now: {error.reason}"]
    except TmaError as error:
        return [f"can't be drawn again: {error.message}"]
    return [
        f"{name} differs when drawn again"
        for name in Task.model_fields
        if _comparable(name, task) != _comparable(name, fresh)
    ]


def _comparable(name: str, task: Task) -> object:
    """A field's value without what only rendering knows, nor library versions."""
    if name == "media":
        return None if task.media is None else (task.media.key, task.media.renderer)
    if name == "assets":
        return [(a.source, a.asset, a.form, a.name, a.licence) for a in task.assets]
    if name == "versions":
        return {k: task.versions.get(k) for k in ("generator", "source")}
    return getattr(task, name)


def _media(tasks: TaskSet, task: Task) -> list[str]:
    found = tasks.media_file(task)
    if found is None:
        return []
    try:
        sha256 = hashlib.sha256(found.path.read_bytes()).hexdigest()
    except OSError as error:
        return [f"{found.path}: {error.strerror}"]
    return [] if sha256 == found.sha256 else [f"{found.path} is not the file that was rendered"]


def _rendered(tasks: TaskSet, task: Task, bench: Workbench) -> list[str]:
    before = tasks.media_file(task)
    try:
        fresh = bench.render(task)
    except TmaError as error:
        return [f"can't be rendered again: {error.message}"]
    same = before is not None and hashlib.sha256(fresh.data).hexdigest() == before.sha256
    return [] if same else ["its picture differs when rendered again"]


def first(findings: list[tuple[str, str]], count: int) -> list[str]:
    """The first findings as lines, and how many more there are."""
    lines = [f"task {task}: {line}" for task, line in islice(findings, count)]
    more = len(findings) - len(lines)
    return [*lines, f"and {more} more"] if more else lines
