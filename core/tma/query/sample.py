"""Which plans a query asks about: evenly over groups, uniformly within, drawn as needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from tma.catalogue import Catalogue
from tma.contract.models import MediaFile
from tma.contract.plan import Plan, Value
from tma.contract.tasks import Task
from tma.errors import Infeasible
from tma.seeds import derive_rng, digest
from tma.space import PlanSpace

Key = tuple[Value | None, ...]

TRIES = 50
"""Infeasible plans in a row after which a group is given up."""
_CHUNK = 8
_LISTED = 4096


class Bench(Protocol):
    """What a query needs to make tasks of plans; `tma.workbench.Workbench` is one."""

    @property
    def space(self) -> PlanSpace:
        """All plans."""

    @property
    def catalogue(self) -> Catalogue:
        """Names of categories."""

    def instance(self, plan: Plan, seed: int) -> Task:
        """The task of a plan and a seed. Raises Infeasible."""

    def shown(self, plan: Plan, seed: int) -> tuple[Task, MediaFile | None]:
        """The task of a plan and a seed, and its picture or video. Raises Infeasible."""

    def media_types(self, generator: str) -> frozenset[str]:
        """Media types that a generator's tasks may come in; none if they are of text alone."""

    def media_file(self, task: Task) -> MediaFile | None:
        """The task's picture or video."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A task to ask, and the number of the group that it stands for."""

    task: Task
    group: int


@dataclass
class Group:
    """One group of plans.

    Attributes:
        key: the fields' values, None where a plan lacks the field.
        plans: how many plans it has.
        drawn: how many of them became tasks.
        infeasible: how many were passed over, for the catalogue can't make them.
        given_up: whether it was left after `TRIES` infeasible plans in a row.
    """

    key: Key
    plans: int
    drawn: int = 0
    infeasible: int = 0
    given_up: bool = False


class Sample:
    """A sequence of tasks that extends itself when it is read, the same for all readers.

    The tasks depend on the space, the grouping and the seed only: a larger size extends a smaller
    one, and each group's plans do not depend on the other groups.

    Args:
        bench: makes tasks.
        space: the plans to draw from.
        by: fields that make groups; none for one group of all plans.
        size: tasks to draw in all; fewer if the feasible plans do not suffice.
        seed: of all chance.
        exact: every plan once, in the space's order, instead of a draw.
        shown: whether tasks are made with their media: scenes with a flaw are then drawn anew.

    Attributes:
        groups: in the space's order.
        reasons: infeasible plans by reason.
    """

    def __init__(
        self,
        bench: Bench,
        space: PlanSpace,
        by: Sequence[str],
        size: int,
        seed: int,
        *,
        exact: bool,
        shown: bool,
    ) -> None:
        self._make_task = (lambda *job: bench.shown(*job)[0]) if shown else bench.instance
        self._space = space
        self._by = tuple(by)
        self._seed = seed
        self.size = size
        counts = space.groups(self._by) if by else {(): space.size}
        self.groups = [Group(key, plans) for key, plans in counts.items()]
        self.reasons: Counter[str] = Counter()
        self._tasks: list[Drawn] = []
        self._source = self._all() if exact else self._draw()

    def __iter__(self) -> Iterator[Drawn]:
        place = 0
        while place < self.size:
            if place == len(self._tasks):
                drawn = next(self._source, None)
                if drawn is None:
                    return
                self._tasks.append(drawn)
            yield self._tasks[place]
            place += 1

    @property
    def drawn(self) -> Sequence[Drawn]:
        """Those that were drawn so far."""
        return self._tasks

    def _make(self, plan: Plan, number: int) -> Drawn | None:
        """The plan's instance; None, counted, if it is infeasible."""
        group = self.groups[number]
        seed = int(digest(["instance", self._seed, plan.id])[:15], 16)
        try:
            task = self._make_task(plan, seed)
        except Infeasible as reason:
            self.reasons[reason.reason] += 1
            group.infeasible += 1
            return None
        group.drawn += 1
        return Drawn(task, number)

    def _all(self) -> Iterator[Drawn]:
        numbers = {group.key: number for number, group in enumerate(self.groups)}
        for plan in self._space:
            drawn = self._make(plan, numbers[tuple(plan.get(f) for f in self._by)])
            if drawn is not None:
                yield drawn

    def _draw(self) -> Iterator[Drawn]:
        """Round after round a task of each group; chance says who comes first."""
        parts: Mapping[Any, PlanSpace]
        parts = self._space.partition(self._by) if self._by else {(): self._space}
        rng = derive_rng("query-groups", self._seed, *self._by)
        streams = {
            number: self._plans(parts, self.groups[number])
            for number in rng.permutation(len(self.groups)).tolist()
        }
        while streams:
            for number, plans in list(streams.items()):
                drawn = self._next(plans, number)
                if drawn is None:
                    del streams[number]
                else:
                    yield drawn

    def _next(self, plans: Iterator[Plan], number: int) -> Drawn | None:
        for _ in range(TRIES):
            plan = next(plans, None)
            if plan is None:
                return None
            drawn = self._make(plan, number)
            if drawn is not None:
                return drawn
        self.groups[number].given_up = True
        return None

    def _plans(self, parts: Mapping[Any, PlanSpace], group: Group) -> Iterator[Plan]:
        """A group's plans in a random order, each once; its space is made a few at a time."""
        rng = derive_rng("query-plans", self._seed, *map(repr, group.key))
        if group.plans <= _LISTED:
            places = rng.permutation(group.plans)
            for start in range(0, group.plans, _CHUNK):
                yield from parts[group.key].plans(places[start : start + _CHUNK])
            return
        seen: set[int] = set()
        while len(seen) < group.plans:
            part = parts[group.key]
            fresh = _fresh(part, rng, seen)
            yield from part.plans(fresh)


def _fresh(part: PlanSpace, rng: np.random.Generator, seen: set[int]) -> list[int]:
    """Some plans' numbers that were not drawn before."""
    drawn = part.sample_indices(_CHUNK, rng).tolist()
    fresh = [i for i in dict.fromkeys(drawn) if i not in seen]
    seen.update(fresh)
    return fresh
