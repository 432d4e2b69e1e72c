"""The plans of a hard release: those that models are expected to fail on, as fresh instances."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence

from tma.contract.plan import Plan
from tma.errors import Infeasible
from tma.planner import Job
from tma.releases.searching import Found, shown_of
from tma.seeds import digest
from tma.workbench import Workbench

_INSTANCES = 10
"""Seeds that are tried until a plan's instance shows what the search has not shown."""


class RankedPlans:
    """Hands out each generator's plans from the lowest expected accuracy up, until enough are made.

    Which plans these are depends on the replies of the search, and which instances on the seed.
    An instance that shows a model what the search showed it is passed over: its reply, which is
    stored, had a part in the choice.

    Args:
        candidates: by generator.
        found: what the search expects of them.
        bench: makes instances.
        each: how many of each generator.
        looks: whether models look at pictures.
        seed: of the release.
    """

    def __init__(
        self,
        candidates: Mapping[str, Sequence[Plan]],
        found: Found,
        bench: Workbench,
        *,
        each: int,
        looks: bool,
        seed: int,
    ) -> None:
        self._found = found
        self._bench = bench
        self._each = each
        self._looks = looks
        self._seed = seed
        self._left = {
            name: deque(sorted(plans, key=lambda p: (found.expected.get(p.id, 1.0), p.id)))
            for name, plans in candidates.items()
        }
        self._made: Counter[str] = Counter()

    @property
    def wanted(self) -> int:
        """How many plans are wanted in all."""
        return self._each * len(self._left)

    @property
    def lost(self) -> dict[str, int]:
        """How many plans each generator could not give; those that gave all are left out."""
        lacking = {name: self._each - self._made[name] for name in self._left}
        return {name: count for name, count in lacking.items() if count}

    def next_round(self) -> list[Job]:
        """Plans to try next; empty at the end."""
        jobs: list[Job] = []
        for name, left in self._left.items():
            wanting = self._each - self._made[name]
            while wanting and left:
                plan = left.popleft()
                seed = self._fresh_seed(plan)
                if seed is not None:
                    jobs.append((plan, seed))
                    wanting -= 1
        return jobs

    def _fresh_seed(self, plan: Plan) -> int | None:
        """The seed of an instance that is new to the models; None if none is found."""
        for number in range(_INSTANCES):
            seed = int(digest(["release-fresh", self._seed, plan.id, number])[:15], 16)
            try:
                task = self._bench.instance(plan, seed)
            except Infeasible:
                continue
            if shown_of(task, media=self._looks) not in self._found.shown:
                return seed
        return None

    def settle(self, jobs: Sequence[Job], feasible: Sequence[bool]) -> None:
        """Take in which plans of the last round were feasible."""
        for (plan, _), ok in zip(jobs, feasible, strict=True):
            self._made[plan.generator] += ok

    def give_up(self, generator: str) -> None:
        """Ask a generator for no more plans."""
        self._left[generator].clear()
