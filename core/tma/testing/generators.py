"""Checks of task generators."""

from __future__ import annotations

import hashlib
import math
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from tma.contract.plan import Plan
from tma.contract.tasks import Task, TaskGenerator, TruthSet
from tma.errors import Infeasible, TmaWarning
from tma.planner import Job
from tma.seeds import derive_rng
from tma.testing.checking import CheckFailure, NotChecked, Subject, check
from tma.testing.elsewhere import compare, compare_elsewhere, tasks
from tma.testing.spaces import check_space
from tma.workbench import Workbench

_KIND = "task-generator"
_SHOP, _EMBEDDED = "toys/shop", "objects"
_FLAT = "toys/flat"
_TYPE = "set scene_type to the class of the scenes that draw makes"
_TRIES = 40
_POSITIONS = 60
_SIGMAS = 6.0
_CHANCE = (
    "take all chance from the `rng` that draw is given, in a fixed order; iterate over lists, not "
    "sets; keep nothing from call to call"
)


@dataclass(frozen=True)
class Made:
    """A task that was made, and the hash of its picture or video if it has one."""

    task: Task
    sha256: str | None


@contextmanager
def bench_of(subject: Subject, assets: str | None = None) -> Iterator[Workbench]:
    """A workbench of the generator alone, strict and with an empty cache."""
    given = subject.assets if assets is None else assets
    source = assets_for(subject) if given is None else given
    with tempfile.TemporaryDirectory(prefix="tma-check-") as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore", TmaWarning)
        yield Workbench(
            subject.lab,
            assets=source,
            tasks=[str(subject.spec)],
            renderer=_FLAT,
            cache=Path(scratch),
            strict=True,
        )


def assets_for(subject: Subject) -> str:
    """The toys if they come in the forms that are consumed, else a source that does.

    Raises:
        NotChecked: there is none.
    """
    if "assets" not in subject.notes:
        subject.notes["assets"] = _choose_assets(subject)
    return str(subject.notes["assets"])


def _choose_assets(subject: Subject) -> str:
    wanted = set(subject.entry.contribution.consumes)
    sources = subject.lab.of_kind("asset-source")
    ordered = [_SHOP, _EMBEDDED, *(e.short_id for e in sources if e.plugin is subject.entry.plugin)]
    made = {e.short_id: set(e.contribution.makes) for e in sources}
    made |= {e.contribution.name: set(e.contribution.makes) for e in sources}
    fitting = [name for name in ordered if wanted <= made[name]]
    if not fitting:
        raise NotChecked(
            f"no assets at hand come as {', '.join(sorted(wanted))}: name some with --assets"
        )
    return next((name for name in fitting if _feasible(subject, name)), fitting[0])


def _feasible(subject: Subject, assets: str) -> bool:
    """Whether a plan can be made of these assets. An error is for a check to tell: it counts."""
    try:
        with bench_of(subject, assets) as bench:
            for plan in _sampled(bench, subject, _TRIES):
                try:
                    bench.instance(plan, 0)
                except Infeasible:
                    continue
                return True
    except Exception:
        return True
    return False


def _sampled(bench: Workbench, subject: Subject, n: int) -> list[Plan]:
    """Plans drawn uniformly, or none if there are none."""
    (space,) = bench.spaces.values()
    return space.sample(n, derive_rng("check", subject.seed, n)) if space.size else []


def jobs(subject: Subject) -> list[Job]:
    """Feasible plans with seeds, `n` or fewer.

    Raises:
        CheckFailure: there are no plans, or none of those that were tried is feasible.
    """
    if "jobs" not in subject.notes:
        subject.notes["jobs"] = _find_jobs(subject)
    found: list[Job] = subject.notes["jobs"]  # type: ignore[assignment]
    return found


def _find_jobs(subject: Subject) -> list[Job]:
    reasons: Counter[str] = Counter()
    found: list[Job] = []
    with bench_of(subject) as bench:
        plans = _sampled(bench, subject, _TRIES * subject.n)
        if not plans:
            raise CheckFailure("it has no plans", mend="let `space` give some for these assets")
        for number, plan in enumerate(plans):
            try:
                task, _ = bench.shown(plan, subject.seed + number)
            except Infeasible as error:
                reasons[error.reason] += 1
                continue
            except ValidationError as error:
                line = " ".join(str(error).split())[:160]
                raise CheckFailure(f"a scene can't be read back: {line}", mend=_TYPE) from None
            found.append((Plan(task.plan), task.seed))
            if len(found) == subject.n:
                break
    if not found:
        told = ", ".join(f"{reason} ({count})" for reason, count in reasons.most_common())
        raise CheckFailure(
            f"none of {len(plans)} plans is feasible: {told}",
            mend="leave plans that can't be made out of `space`, or try other --assets",
        )
    return found


def made(subject: Subject, order: Sequence[Job] | None = None) -> list[Made]:
    """The tasks of the jobs, made anew with nothing kept from before."""
    listed = order if order is not None else jobs(subject)
    found = []
    with bench_of(subject) as bench:
        for plan, seed in listed:
            task, file = bench.shown(plan, seed)
            data = file.path.read_bytes() if file is not None else None
            found.append(Made(task, hashlib.sha256(data).hexdigest() if data else None))
    return found


# -- contract -------------------------------------------------------------------------------


@check("contract", _KIND)
def makes_tasks(subject: Subject) -> str:
    """Some plans are feasible, and make tasks that keep to the contract."""
    count = len(made(subject))
    return f"{count} tasks of {subject.assets or assets_for(subject)}"


@check("contract", _KIND)
def scenes_are_declared(subject: Subject) -> None:
    """Scenes are of the kinds that the contribution says it makes, and can be read back."""
    declared = subject.entry.contribution.makes
    with bench_of(subject) as bench:
        generator = bench.generator(subject.id)
        for plan, seed in jobs(subject):
            task = bench.instance(plan, seed)
            kind = task.scene.get("kind")
            if kind not in declared:
                raise CheckFailure(
                    f"a scene is of kind {kind!r}, declared is {', '.join(declared) or 'none'}",
                    mend=f'say makes=("{kind}",) in its tma.Contribution',
                )
            _read_back(generator, task)


def _read_back(generator: TaskGenerator, task: Task) -> None:
    scene = generator.scene_type.model_validate(task.scene)
    if scene.model_dump(mode="json", exclude_none=True) != task.scene:
        raise CheckFailure("a scene that is read back differs from what was drawn", mend=_TYPE)


@check("contract", _KIND)
def scenes_are_drawn(subject: Subject) -> None:
    """Some renderer draws its scenes."""
    for one in made(subject):
        if one.sha256 is None:
            raise CheckFailure(
                f"no renderer draws scenes of kind {one.task.scene.get('kind')!r}",
                mend="offer one from tma_renderers, or use a scene kind that one draws",
            )


# -- properties -----------------------------------------------------------------------------


@check("property", _KIND)
def truth_is_sound(subject: Subject) -> str | None:
    """The truth set, derived anew from the scene record, holds the answer and no distractor."""
    derives = True
    for one in made(subject):
        task = Task.model_validate_json(one.task.model_dump_json())
        with bench_of(subject) as bench:  # a generator that has drawn nothing
            truth = bench.truth(task)
        derives = derives and truth is not None
        if truth is not None:
            _sound(task, truth)
    return (
        None if derives else "states its truth with the draft: `truths` would let verify check it"
    )


def _sound(task: Task, truth: TruthSet) -> None:
    mend = "derive `truths` from the scene alone, and offer only what it says is false"
    answer = task.option_keys[task.answer_index]
    where = f"plan {dict(task.plan)}, seed {task.seed}"
    if truth.ambiguous:
        raise CheckFailure(f"ambiguous: {truth.ambiguous} ({where})", mend=mend)
    if answer not in truth.true:
        raise CheckFailure(f"the answer {answer!r} is not in its truth set ({where})", mend=mend)
    for key in task.option_keys:
        if key != answer and key in truth.true | truth.possible:
            raise CheckFailure(f"distractor {key!r} is or may be true ({where})", mend=mend)


@check("property", _KIND)
def options_are_unique(subject: Subject) -> None:
    """There are as many options as stated, no two read alike, and none is empty."""
    with bench_of(subject) as bench:
        count = bench.generator(subject.id).option_count
    for one in made(subject):
        read = [" ".join(text.split()).casefold() for text in one.task.options]
        if len(set(read)) != count or not all(read):
            raise CheckFailure(
                f"options are {list(one.task.options)}, {count} different ones are needed",
                mend="give each option a text of its own",
            )


@check("property", _KIND)
def same_again(subject: Subject) -> None:
    """The same plan and seed give an equal task and identical media, in any order of plans."""
    first = tasks(subject)
    compare(first, tasks(subject), "when it is made again", _CHANCE)
    order = list(reversed(jobs(subject)))
    backwards = Subject(
        subject.lab, str(subject.spec), assets=subject.assets, n=subject.n, seed=subject.seed
    )
    backwards.notes.update(subject.notes, jobs=order)
    compare(first, tasks(backwards), "when plans come in another order", _CHANCE)


@check("property", _KIND)
def same_elsewhere(subject: Subject) -> None:
    """Another process with another PYTHONHASHSEED makes equal tasks and identical media."""
    compare_elsewhere(subject, "tasks", _CHANCE)


@check("property", _KIND)
def space_obeys_its_algebra(subject: Subject) -> str:
    """Length, numbers, filters, group counts and samples of its plan space agree."""
    with bench_of(subject) as bench:
        generator = bench.generator(subject.id)
        space = generator.space(bench.catalogue_of(subject.id))
    check_space(space, examples=10 * subject.n)
    return f"{space.size:,} plans"


@check("property", _KIND)
def answers_position_is_balanced(subject: Subject) -> None:
    """Over seeds, the answer stands in each place about equally often."""
    places: Counter[int] = Counter()
    with bench_of(subject) as bench:
        count = bench.generator(subject.id).option_count
        plans = [plan for plan, _ in jobs(subject)]
        for number in range(_POSITIONS * count // 2):
            try:
                task = bench.instance(plans[number % len(plans)], number)
            except Infeasible:
                continue
            places[task.answer_index] += 1
    total = places.total()
    slack = _SIGMAS * math.sqrt(total / count * (1 - 1 / count)) + 1
    for place in range(count):
        if abs(places[place] - total / count) > slack:
            raise CheckFailure(
                f"the answer is option {place + 1} in {places[place]} of {total} tasks",
                mend="don't reset the state of `rng`: the kernel shuffles the options with it",
            )
