"""Tasks that are made while they are read, without a folder to keep them in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tma.contract.models import MediaFile
from tma.contract.tasks import Task
from tma.errors import Failed, Infeasible, TaskError
from tma.generate import Order, give_up_broken, planner_of
from tma.registry import Registry

_MOST_KEPT = 5000


class FreshTasks:
    """The tasks that `generate` makes of an order, in the same order and with the same ids.

    Args:
        order: what to make. With `media` a scene whose picture has a flaw is drawn anew, as
            where pictures are kept; without, nothing is rendered.
        registry: where plugins are looked up.

    Raises:
        TmaError: whatever is wrong with plugins, assets or filters.
    """

    def __init__(self, order: Order, registry: Registry) -> None:
        self._order = order
        self._bench = order.bench(registry)
        planner_of(order, self._bench)  # says now what is wrong with filters and seed
        self._kept: list[Task] | None = None

    def tasks(self) -> Iterator[Task]:
        """The tasks, made as they are read; few are remembered for the next reading.

        Raises:
            TaskError: no plan is feasible.
            MediaError, AssetError: a picture can't be made.
        """
        if self._kept is not None:
            yield from self._kept
            return
        if self._order.n > _MOST_KEPT:
            yield from self._make()
            return
        made: list[Task] = []
        for task in self._make():
            made.append(task)
            yield task
        self._kept = made

    def media_file(self, task: Task) -> MediaFile | None:
        """The task's picture or video, rendered if need be. Raises MediaError, AssetError."""
        return self._bench.media_file(task)

    def _make(self) -> Iterator[Task]:
        planner = planner_of(self._order, self._bench)
        made: Counter[str] = Counter()
        failed: dict[str, Counter[str]] = {}
        while jobs := planner.next_round():
            feasible = []
            for plan, seed in jobs:
                try:
                    if self._order.media:
                        task, _ = self._bench.shown(plan, seed)
                    else:
                        task = self._bench.instance(plan, seed)
                except Infeasible as error:
                    feasible.append(False)
                    if isinstance(error, Failed):
                        failed.setdefault(plan.generator, Counter())[error.reason] += 1
                    continue
                feasible.append(True)
                made[plan.generator] += 1
                yield task
            planner.settle(jobs, feasible)
            give_up_broken(planner, made, failed)
        if not made:
            raise TaskError("no plan is feasible", hint="see `tma generate`, which counts reasons")
