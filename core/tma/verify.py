"""Checking a set of tasks: truth sets re-derived from scenes, tasks drawn again, media hashed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from pydantic import ValidationError

from tma.contract.plan import Plan
from tma.contract.tasks import Task
from tma.drawing import library_versions
from tma.errors import Infeasible, MediaError, SpaceError, TmaError
from tma.seeds import derive_rng
from tma.soundness import problems
from tma.taskset import RUN, TaskSet
from tma.workbench import Workbench

_MAKERS = ("generator", "source")
"""What of a task's versions is no library."""


@dataclass
class Report:
    """What was found.

    Attributes:
        checked: tasks by generator.
        rendered: how many pictures or videos were rendered again.
        unsound: (task id, what is wrong) of tasks that their own scene does not support.
        irreproducible: (task id, what differs) of tasks that can't be made again alike.
        elsewhere: (task id, why) of tasks whose media can't be rendered alike on this machine: it
            lacks the renderer's libraries, or has other ones.
    """

    checked: Counter[str] = field(default_factory=Counter)
    rendered: int = 0
    unsound: list[tuple[str, str]] = field(default_factory=list)
    irreproducible: list[tuple[str, str]] = field(default_factory=list)
    elsewhere: list[tuple[str, str]] = field(default_factory=list)

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
    seen: set[str] = set()
    for number, task in enumerate(tasks.tasks()):
        report.checked[task.generator] += 1
        if task.id in seen:
            report.irreproducible.append((task.id, "the same task stands twice"))
        seen.add(task.id)
        report.unsound += [(task.id, line) for line in _unsound(task, bench)]
        report.irreproducible += [(task.id, line) for line in _differs(task, bench)]
        report.irreproducible += [(task.id, line) for line in _media(tasks, task)]
        if number in again and tasks.media_file(task) is not None:
            _render_again(tasks, task, bench, report)
        on_progress(number + 1)
    report.irreproducible += _counts(tasks, report.checked)
    return report


def _counts(tasks: TaskSet, checked: Mapping[str, int]) -> list[tuple[str, str]]:
    """Where the set holds more or fewer tasks than the run made."""
    made = tasks.run["made"]
    return [
        (RUN, f"{name}: {checked.get(name, 0)} tasks instead of {made.get(name, 0)}")
        for name in sorted({*made, *checked})
        if made.get(name, 0) != checked.get(name, 0)
    ]


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
    except Exception as error:  # plan and scene come from a file: they may be anything
        return [f"plan and scene can't be judged: {_cause(error, task, bench)}"]
    if truth is None:
        return []
    answer = task.option_keys[task.answer_index]
    wrong = [k for i, k in enumerate(task.option_keys) if i != task.answer_index]
    catalogue = bench.catalogue_of(task.generator)
    return problems(answer, wrong, task.options, task.answers, truth, catalogue)


def _differs(task: Task, bench: Workbench) -> list[str]:
    """Fields in which the task drawn again from plan and seed differs."""
    try:
        fresh = bench.remake(task)
    except Infeasible as error:
        return [f"the plan is infeasible now: {error.reason}"]
    except Exception as error:  # the plan comes from a file: it may be anything
        return [f"can't be drawn again: {_cause(error, task, bench)}"]
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
        return {k: task.versions.get(k) for k in _MAKERS}
    return getattr(task, name)


def _media(tasks: TaskSet, task: Task) -> list[str]:
    found = tasks.media_file(task)
    if found is None:
        lost = tasks.run.get("media") and task.media is not None
        return ["the record of its picture is gone"] if lost else []
    try:
        found.read()
    except MediaError as error:
        return [error.message]
    return []


def _render_again(tasks: TaskSet, task: Task, bench: Workbench, report: Report) -> None:
    """Render the task's scene again; report how its media differ from before, and their flaws."""
    before = tasks.media_file(task)
    other = ""
    try:
        kind = bench.scene(task).kind
        lack = bench.drawing.lacking(kind)
        if lack:
            report.elsewhere.append((task.id, f"can't be rendered here: {lack}"))
            return
        other = _other_environment(task, bench.drawing.environment(kind))
        fresh = bench.render(task)
        flaw = bench.flaw(task, fresh.report)
        hashes = [bench.assets.sha256(a.asset, a.form, a.name) for a in task.assets]
    except (TmaError, ValidationError) as error:
        line = f"can't be rendered again: {_line(error)}"
        if other and isinstance(error, MediaError):
            report.elsewhere.append((task.id, f"{line}; {other}"))
        else:
            report.irreproducible.append((task.id, line))
        return
    report.rendered += 1
    pairs = zip(task.assets, hashes, strict=True)
    changed = [f"the hash of asset {a.asset!r} differs" for a, now in pairs if a.sha256 != now]
    report.irreproducible += [(task.id, line) for line in changed]
    alike = before is not None and hashlib.sha256(fresh.data).hexdigest() == before.sha256
    found = [] if alike else ["its picture differs when rendered again"]
    if other and not alike and not changed:
        found += [f"its picture has a flaw: {flaw}"] if flaw else []
        report.elsewhere.append((task.id, f"{', and '.join(found)}; {other}"))
        return
    report.irreproducible += [(task.id, line) for line in found]
    if flaw:
        report.unsound.append((task.id, f"its picture has a flaw: {flaw}"))


def _other_environment(task: Task, environment: Sequence[str]) -> str:
    """How what the task's media were made with differs from what is here; empty if it doesn't."""
    recorded = () if task.media is None else task.media.environment
    libraries = (f"{k} {v}" for k, v in task.versions.items() if k not in _MAKERS)
    then = {*recorded, *libraries}
    now = {*environment, *library_versions()}
    if then == now:
        return ""
    there, here = (", ".join(sorted(x)) or "nothing of it" for x in (then - now, now - then))
    return f"it was made with {there}, here is {here}"


def _cause(error: Exception, task: Task, bench: Workbench) -> str:
    """What a generator raised, or why it did where it was asked for a plan that is not its own."""
    own_words = isinstance(error, TmaError) and not isinstance(error, SpaceError)
    if own_words or _has_plan(task, bench):
        return _line(error)
    return "no such plan is in the space any more: the assets or the generator have changed"


def _has_plan(task: Task, bench: Workbench) -> bool:
    """Whether the plan is in its generator's space; also true where that can't be told."""
    try:
        return Plan(task.plan) in bench.spaces[task.generator]
    except Exception:  # the plan comes from a file: it may be anything
        return True


def _line(error: Exception) -> str:
    """What went wrong, in one line of bearable length."""
    text = error.message if isinstance(error, TmaError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())[:200]


def first(findings: list[tuple[str, str]], count: int) -> list[str]:
    """The first findings as lines, and how many more there are."""
    lines = [f"task {task}: {line}" for task, line in islice(findings, count)]
    more = len(findings) - len(lines)
    return [*lines, f"and {more} more"] if more else lines
