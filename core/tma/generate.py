"""Making a set of tasks: plans to try, workers that draw and render, one writer."""

from __future__ import annotations

import json
import multiprocessing
import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tma.config import Settings
from tma.contract.plan import Plan, Value
from tma.contract.tasks import MediaRecord, Task
from tma.errors import Failed, Infeasible, TaskError, TmaWarning
from tma.filters import parse_where
from tma.gallery import write_task_page
from tma.planner import Job, Planner, Plans
from tma.redaction import redaction
from tma.registry import Registry
from tma.seeds import check_seed
from tma.space import PlanSpace
from tma.taskset import FORMAT, RUN, TASKS, add_media, new_folder
from tma.workbench import Workbench

_QUESTIONS_A_WORKER, _PICTURES_A_WORKER = 400, 40
"""Fewer are made sooner than another process starts: it takes some seconds."""
_QUESTIONS_AT_ONCE, _PICTURES_AT_ONCE = 25, 4
"""Handed to a worker together: a few, so that all workers are busy to the end."""
_REASONS_TOLD = 5

_MOST_FAILURES = 20
"""A generator of which so many plans failed, and none was made, is given up."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a plan.

    Attributes:
        line: of `tasks.jsonl`; None if there is no task.
        reason: why not.
        failed: whether a plugin failed, rather than that the plan is infeasible.
    """

    line: bytes | None
    reason: str = ""
    failed: bool = False


@dataclass(frozen=True)
class Order:
    """What to generate.

    Attributes:
        assets: specification of the asset source, None for the embedded one.
        tasks: patterns of task generators, empty for all that fit.
        where: filters on plan fields, see `tma.filters.parse_where`.
        renderer: specification of a renderer, None for the default.
        n: how many tasks.
        seed: of all chance, 0 .. 2**63 - 1.
        media: whether to render.
        redact: asset sources of which the page shows ids alone.
        drawn_by: scene kind -> renderer, for kinds that `renderer` does not draw; one that can run
            here by default.
    """

    assets: str | None = None
    tasks: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    renderer: str | None = None
    n: int = 100
    seed: int = 0
    media: bool = True
    redact: tuple[str, ...] = ()
    drawn_by: Mapping[str, str] = field(default_factory=dict)

    def bench(self, registry: Registry) -> Workbench:
        """The workbench that the order needs. Raises PluginError, ConfigError, AssetError."""
        return Workbench(
            registry,
            assets=self.assets,
            tasks=self.tasks,
            renderer=self.renderer,
            drawn_by=self.drawn_by,
        )


@dataclass(frozen=True)
class Summary:
    """What a run made.

    Attributes:
        made: tasks by generator.
        infeasible: plans passed over, by generator and reason.
        failed: plans on which a plugin failed, by generator and cause.
        skipped: generators that could not be used, with the cause.
        short: how many tasks fewer than asked for.
    """

    made: Mapping[str, int]
    infeasible: Mapping[str, Mapping[str, int]]
    failed: Mapping[str, Mapping[str, int]]
    skipped: Mapping[str, str]
    short: int


def filtered_spaces(bench: Workbench, where: Sequence[str]) -> dict[str, PlanSpace]:
    """Each generator's plans that pass the filters.

    Raises:
        SpaceError, AssetError: a filter can't be read.
        TaskError: no plan passes.
    """
    tests = parse_where(where, bench.space, bench.catalogue)
    found = {}
    for name, space in bench.spaces.items():
        lacking = [f for f, test in tests.items() if f not in space.fields and not test(None)]
        known = {f: t for f, t in tests.items() if f in space.fields}
        found[name] = PlanSpace(()) if lacking else space.where(known)
    if not any(found.values()):
        raise TaskError(f"no plan passes the filters {', '.join(where)}")
    return found


def planner_of(order: Order, bench: Workbench) -> Planner:
    """What chooses the plans of an order.

    Raises:
        TaskError: no task is asked for, or no plan passes the filters.
        SpaceError, AssetError, ConfigError: a filter or the seed makes no sense.
    """
    check_seed(order.seed)
    if order.n < 1:
        raise TaskError(f"can't make {order.n} tasks", hint="ask for 1 or more")
    spaces = filtered_spaces(bench, order.where)
    balance = {name: g.balance for name, g in bench.generators.items()}
    shares = bench.shares()
    spaces = {name: space for name, space in spaces.items() if name in shares}
    return Planner(spaces, balance, shares, order.n, order.seed)


def give_up_broken(
    planner: Plans, made: Mapping[str, int], failed: Mapping[str, Counter[str]]
) -> None:
    """Try no more plans of generators that have failed often and made nothing."""
    for name, causes in failed.items():
        if not made.get(name) and causes.total() >= _MOST_FAILURES:
            planner.give_up(name)


def generate(
    order: Order,
    out: Path,
    registry: Registry,
    *,
    workers: int = 0,
    on_progress: Callable[[int], None] = lambda made: None,
) -> Summary:
    """Make a set of tasks in the folder `out`; the same for any number of workers.

    Args:
        order: what to make.
        out: a folder that is missing or empty; filled at once when all is done.
        registry: where plugins are looked up.
        workers: processes; 0 for as many as pay.
        on_progress: called with the number of tasks made so far.

    Raises:
        TaskError: nothing can be made, or `out` can't be written.
        TmaError: whatever is wrong with plugins, assets or filters.
    """
    bench = order.bench(registry)
    hidden = redaction(order.redact, bench.assets.fingerprint, registry)
    planner = planner_of(order, bench)
    with new_folder(out) as folder:
        summary = make_tasks(order, bench, planner, folder, workers, on_progress)
        (folder / RUN).write_text(run_record(order, bench, summary), encoding="utf-8")
        write_task_page(folder, hidden=hidden)
    return summary


def make_tasks(
    order: Order,
    bench: Workbench,
    plans: Plans,
    folder: Path,
    workers: int = 0,
    on_progress: Callable[[int], None] = lambda made: None,
) -> Summary:
    """Write the tasks of some plans, with their media, into a folder; in the order of the plans.

    Args:
        order: how they are made, and how many are wanted.
        bench: that of the order.
        plans: which plans are tried.
        folder: an empty one.
        workers: processes; 0 for as many as pay.
        on_progress: called with the number of tasks made so far.

    Raises:
        TaskError: no plan is feasible.
        TmaError: what goes wrong beside that.
    """
    made: Counter[str] = Counter()
    passed: dict[bool, dict[str, Counter[str]]] = {False: {}, True: {}}
    count = workers or team_size(order)
    with (folder / TASKS).open("wb") as lines, _team(order, bench, folder, count) as team:
        while jobs := plans.next_round():
            feasible = []
            for (plan, _), result in zip(jobs, team(jobs), strict=True):
                feasible.append(result.line is not None)
                if result.line is None:
                    reasons = passed[result.failed].setdefault(plan.generator, Counter())
                    reasons[result.reason] += 1
                else:
                    made[plan.generator] += 1
                    lines.write(result.line)
                    on_progress(sum(made.values()))
            plans.settle(jobs, feasible)
            give_up_broken(plans, made, passed[True])
    if not made.total():
        raise TaskError(f"no plan is feasible: {_reasons(*passed.values())}")
    return Summary(
        {name: count for name, count in sorted(made.items()) if count},
        _sorted(passed[False]),
        _sorted(passed[True]),
        dict(bench.skipped),
        order.n - made.total(),
    )


def _sorted(passed: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {name: dict(sorted(reasons.items())) for name, reasons in sorted(passed.items())}


def _reasons(*passed: Mapping[str, Mapping[str, int]]) -> str:
    total: Counter[str] = Counter()
    for reasons in (r for part in passed for r in part.values()):
        total.update(reasons)
    told = sorted(total.items(), key=lambda item: (-item[1], item[0]))
    parts = [f"{reason} ({count})" for reason, count in told[:_REASONS_TOLD]]
    if rest := told[_REASONS_TOLD:]:
        parts.append(f"{len(rest)} other reasons ({sum(count for _, count in rest)})")
    return ", ".join(parts)


def run_record(
    order: Order,
    bench: Workbench,
    summary: Summary,
    release: Mapping[str, object] | None = None,
    assets: str | None = None,
) -> str:
    """What `run.json` says of a run.

    Args:
        order: what was made.
        bench: that of the order.
        summary: what came of it.
        release: how a release was chosen.
        assets: specification of the asset source, if it was another when the release was made.
    """
    record = {
        "format": FORMAT,
        "assets": str(bench.assets.spec) if assets is None else assets,
        "tasks": list(order.tasks),
        "where": list(order.where),
        "renderer": order.renderer,
        "drawn_by": bench.drawn_by,
        "n": order.n,
        "seed": order.seed,
        "media": order.media,
        "made": summary.made,
        "infeasible": summary.infeasible,
        "failed": summary.failed,
        "skipped": summary.skipped,
        "fingerprint": bench.fingerprint,
        **({} if release is None else {"release": release}),
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


# -- workers ------------------------------------------------------------------------------


def make_line(bench: Workbench, job: Job, folder: Path | None) -> Result:
    """One task as a line of JSON; its media go into `folder` if one is given."""
    try:
        task = bench.instance(*job) if folder is None else shown(bench, job, folder)
    except Infeasible as error:
        return Result(None, error.reason, isinstance(error, Failed))
    return Result(task.model_dump_json(exclude_none=True).encode() + b"\n")


def shown(bench: Workbench, job: Job, folder: Path) -> Task:
    """The task with its media rendered into the folder, and the hashes of all that is shown.

    Raises:
        Infeasible: no scene without a flaw.
        MediaError, AssetError: see `tma.Renderer.render`.
    """
    task, found = bench.shown(*job)
    if found is None or task.media is None:
        return task
    media = MediaRecord(
        key=task.media.key,
        renderer=task.media.renderer,
        path=add_media(folder, found),
        sha256=found.sha256,
        media_type=found.media_type,
        environment=bench.drawing.environment(task.scene["kind"]),
    )
    assets = tuple(
        a.model_copy(update={"sha256": bench.assets.sha256(a.asset, a.form, a.name)})
        for a in task.assets
    )
    return task.model_copy(update={"media": media, "assets": assets})


def team_size(order: Order) -> int:
    """How many processes pay: all that there are for many tasks, one for a few."""
    enough = _PICTURES_A_WORKER if order.media else _QUESTIONS_A_WORKER
    return min(os.cpu_count() or 1, order.n // enough + 1)


@contextmanager
def _team(
    order: Order, bench: Workbench, folder: Path, count: int
) -> Iterator[Callable[[Sequence[Job]], Iterable[Result]]]:
    """A function that does jobs in their order, here or in processes of its own."""
    target = folder if order.media else None
    if count <= 1:
        yield lambda jobs: (make_line(bench, job, target) for job in jobs)
        return
    # spawned, not forked: plugins may hold threads or GL contexts
    context = multiprocessing.get_context("spawn")
    start = (order, target, bench.registry.settings)
    size = _PICTURES_AT_ONCE if order.media else _QUESTIONS_AT_ONCE
    with ProcessPoolExecutor(count, context, _start_worker, start) as pool:

        def in_chunks(jobs: Sequence[Job]) -> Iterator[Result]:
            plain = [(plan.as_dict(), seed) for plan, seed in jobs]
            chunks = [plain[i : i + size] for i in range(0, len(plain), size)]
            for results in pool.map(_do_chunk, chunks):
                yield from results

        try:
            yield in_chunks
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


_worker: tuple[Workbench, Path | None]


def _start_worker(order: Order, folder: Path | None, settings: Settings) -> None:
    global _worker
    warnings.simplefilter("ignore", TmaWarning)  # the parent has said it
    _worker = order.bench(Registry(settings)), folder


def _do_chunk(jobs: Sequence[tuple[dict[str, Value], int]]) -> list[Result]:
    bench, folder = _worker
    return [make_line(bench, (Plan(fields), seed), folder) for fields, seed in jobs]
