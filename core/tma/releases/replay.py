"""Making a release again from its record: the same plans and seeds, and no model is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tma import __version__
from tma.errors import TaskError
from tma.generate import Summary
from tma.planner import Job
from tma.registry import Registry, default_registry
from tma.releases.files import sha256_of, write_tables
from tma.releases.making import Watcher, Work, nobody
from tma.releases.record import Release
from tma.taskset import TASKS, new_folder
from tma.workbench import Workbench

_SHOWN = 3


class Listed:
    """Plans that are listed beforehand, each of which must be feasible."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = list(jobs)

    def next_round(self) -> list[Job]:
        """All at first, then none."""
        jobs, self._jobs = self._jobs, []
        return jobs

    def settle(self, jobs: Sequence[Job], feasible: Sequence[bool]) -> None:
        """Nothing is put in the place of what is not feasible: the hash will tell."""

    def give_up(self, generator: str) -> None:
        """Likewise."""


def replay(
    source: Path,
    out: Path,
    *,
    assets: str | None = None,
    render: int | None = None,
    workers: int = 0,
    registry: Registry | None = None,
    watcher: Watcher = nobody,
) -> Release:
    """Make a release again, byte for byte.

    Args:
        source: `release.json`, or the folder of a release.
        out: a folder that is missing or empty; it appears when all is done.
        assets: specification of the asset source, if it is elsewhere than it was.
        render: how many pictures or videos are rendered again to check them; as many as when the
            release was made by default.
        workers: processes; 0 for as many as pay.
        registry: where plugins are looked up.
        watcher: told how far it has got.

    Raises:
        TaskError: there is no release, or its tasks come out otherwise with what is installed.
        TmaError: whatever is wrong with plugins or assets.
    """
    registry = registry or default_registry()
    release = Release.read(source)
    making = release.making
    bench = Workbench(
        registry,
        assets=making.assets if assets is None else assets,
        tasks=making.tasks,
        renderer=making.renderer or None,
        drawn_by=making.drawn_by,
    )
    jobs = release.jobs()
    absent = sorted({plan.generator for plan, _ in jobs} - set(bench.generators))
    if absent:
        raise TaskError(
            f"{source}: no task generator {absent[0]!r} here", hint="see `tma plugins list`"
        )
    summary = Summary(
        release.made,
        release.infeasible,
        release.failed,
        release.skipped,
        sum(release.lost.values()),
    )
    with new_folder(out) as folder:
        again = release.rendered if render is None else render
        work = Work(folder, making, bench, release.kind, workers, again, watcher)
        work.make(Listed(jobs), len(jobs))
        if sha256_of(folder / TASKS) != release.sha256:
            raise TaskError(
                f"{source}: the tasks come out otherwise", hint=_differs(bench, release)
            )
        tasks = work.open(summary)
        work.check(tasks, summary)
        work.finish(release, write_tables(folder))
    return release


def _differs(bench: Workbench, release: Release) -> str:
    """What is here and was not there, as far as the record tells."""
    here = {f"generator {entry.id}" for entry in bench.entries.values()}
    here |= {f"source {bench.assets.entry.id}", f"task-me-anything {__version__}"}
    there = set(release.versions)
    names = {"generator", "source"}
    known = sorted(v for v in there - here if v.partition(" ")[0] in names)
    if known:
        return f"it was made with {', '.join(known[:_SHOWN])}"
    return f"it was made with {', '.join(sorted(there)[:8])}"
