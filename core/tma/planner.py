"""Which plans a run makes tasks of: even over generators, and evenly over what each balances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tma.contract.plan import Plan
from tma.seeds import MAX_SEED, derive_rng
from tma.space import PlanSpace, even_shares

_SMALL = 5000
_TRIES_A_PLAN = 20
_SPARE_TRIES = 200

Job = tuple[Plan, int]
"""A plan and the seed of its instance."""


@dataclass
class _Stratum:
    """A part of a generator's space, and how far it has got."""

    name: str
    generator: str
    space: PlanSpace
    made: int = 0
    tried: int = 0
    rounds: int = 0
    exhausted: bool = False
    times: Counter[str] = field(default_factory=Counter)
    barren: set[str] = field(default_factory=set)

    def candidates(self, count: int, seed: int) -> list[Job]:
        """The next plans to try; a plan that comes again gets another seed.

        Small spaces are gone through in random order, round after round, without the plans
        that turned out infeasible; large ones are sampled.
        """
        rng = derive_rng("plans", seed, self.name, self.rounds)
        self.rounds += 1
        if self.space.size > _SMALL:
            plans = self.space.sample(count, rng)
        else:
            order = rng.permutation(self.space.size).tolist()
            fresh = [p for p in self.space.plans(order) if p.id not in self.barren]
            fresh.sort(key=lambda p: self.times[p.id])
            plans = fresh[:count]
            self.exhausted = not plans
        jobs = []
        for plan in plans:
            jobs.append((plan, (seed + self.times[plan.id]) % (MAX_SEED + 1)))
            self.times[plan.id] += 1
        self.tried += len(jobs)
        return jobs

    def settle(self, plan: Plan, feasible: bool, quota: int) -> None:
        self.made += feasible
        if not feasible:
            self.barren.add(plan.id)
        if self.tried > _TRIES_A_PLAN * quota + _SPARE_TRIES and self.made < quota:
            self.exhausted = True


class Planner:
    """Hands out plans round by round until `n` feasible ones are found.

    What it hands out depends on the spaces, the seed and which plans proved infeasible: not on
    who makes the tasks, nor in what order.

    Args:
        spaces: by generator; a generator without plans gets no share.
        balance: by generator, the fields over whose groups its share is even.
        n: how many feasible plans are wanted.
        seed: of the run.
    """

    def __init__(
        self,
        spaces: Mapping[str, PlanSpace],
        balance: Mapping[str, Sequence[str]],
        n: int,
        seed: int,
    ) -> None:
        self._n, self._seed = n, seed
        self._strata: dict[str, list[_Stratum]] = {}
        for generator, space in spaces.items():
            fields = [f for f in balance.get(generator, ()) if f in space.fields]
            parts = space.partition(fields) if fields else {(): space}
            strata = [
                _Stratum(f"{generator} {key!r}", generator, part)
                for key, part in parts.items()
                if part.size
            ]
            if strata:
                self._strata[generator] = strata
        self._pending: list[tuple[_Stratum, int]] = []

    def _quotas(self) -> list[tuple[_Stratum, int]]:
        """How many feasible plans each stratum should end with, given what is exhausted."""
        caps = [self._caps(strata) for strata in self._strata.values()]
        shares = even_shares(self._n, [sum(c) for c in caps], derive_rng("shares", self._seed))
        quotas = []
        for share, cap, (name, strata) in zip(shares, caps, self._strata.items(), strict=True):
            inner = even_shares(share, cap, derive_rng("shares", self._seed, name))
            quotas += list(zip(strata, inner, strict=True))
        return quotas

    def _caps(self, strata: Sequence[_Stratum]) -> list[int]:
        return [s.made if s.exhausted else self._n for s in strata]

    def next_round(self) -> list[Job]:
        """Plans to try next; empty if enough are made or nothing more can be."""
        self._pending = []
        jobs: list[Job] = []
        for stratum, quota in self._quotas():
            missing = quota - stratum.made
            if missing > 0:
                found = stratum.candidates(missing, self._seed)
                jobs += found
                self._pending += [(stratum, quota)] * len(found)
        order = derive_rng("order", self._seed, len(jobs)).permutation(len(jobs)).tolist()
        self._pending = [self._pending[i] for i in order]
        shuffled = [jobs[i] for i in order]
        if not shuffled and any(q > s.made and not s.exhausted for s, q in self._quotas()):
            return self.next_round()  # a stratum has just run out: its share goes to the others
        return shuffled

    def settle(self, jobs: Sequence[Job], feasible: Sequence[bool]) -> None:
        """Tell which of the last round's plans proved feasible."""
        for (plan, _), ok, (stratum, quota) in zip(jobs, feasible, self._pending, strict=True):
            stratum.settle(plan, ok, quota)
