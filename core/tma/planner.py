"""Which plans a run makes tasks of: even over generators, and evenly over what each balances."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Protocol

import numpy as np

from tma.contract.plan import Plan, Value
from tma.seeds import MAX_SEED, derive_rng
from tma.space import PlanSpace

_SMALL = 5000
_SLICE = 500
_TRIES_A_PLAN = 20
_SPARE_TRIES = 40

Job = tuple[Plan, int]
"""A plan and the seed of its instance."""


class Plans(Protocol):
    """What says which plans are made tasks of, told which of them could be."""

    def next_round(self) -> list[Job]:
        """Plans to try next; empty at the end."""

    def settle(self, jobs: Sequence[Job], feasible: Sequence[bool]) -> None:
        """Take in which plans of the last round were feasible."""

    def give_up(self, generator: str) -> None:
        """Ask a generator for no more plans."""


class Deck:
    """The numbers below `size` in a random order, each once, dealt without listing them.

    A Fisher-Yates shuffle that keeps only what it has moved.
    """

    def __init__(self, size: int) -> None:
        self._left = size
        self._moved: dict[int, int] = {}

    def deal(self, count: int, rng: np.random.Generator) -> list[int]:
        """The next `count` numbers, fewer if no more are left."""
        last = range(self._left - 1, max(self._left - 1 - count, -1), -1)
        dealt = []
        for end, place in zip(last, rng.integers(np.add(last, 1)).tolist(), strict=True):
            dealt.append(self._moved.get(place, place))
            moved = self._moved.pop(end, end)
            if place != end:
                self._moved[place] = moved
        self._left -= len(dealt)
        return dealt


@dataclass
class _Stratum:
    """A part of a generator's space, and how far it has got.

    Attributes:
        quota: how many feasible plans it should give.
        exhausted: whether it has no more to give.
        times: how often each plan was handed out, by id.
        again: numbers of the feasible plans of a small space, to be used once more.
        under_way: plan id -> number, of those handed out and not settled.
    """

    name: str
    generator: str
    weight: float
    open_space: Callable[[], PlanSpace]
    quota: int = 0
    made: int = 0
    tried: int = 0
    rounds: int = 0
    exhausted: bool = False
    times: Counter[str] = field(default_factory=Counter)
    again: deque[int] = field(default_factory=deque)
    under_way: dict[str, int] = field(default_factory=dict)

    @cached_property
    def space(self) -> PlanSpace:
        """Its plans; opened when first needed, for most of very many strata never are."""
        return self.open_space()

    @cached_property
    def _deck(self) -> Deck:
        return Deck(self.space.size)

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
            numbers = self._deck.deal(count, rng)
            while len(numbers) < count and self.again:
                numbers.append(self.again.popleft())
            plans = self.space.plans(numbers)
            self.under_way.update(zip((p.id for p in plans), numbers, strict=True))
            self.exhausted = not plans
        jobs = []
        for plan in plans:
            jobs.append((plan, (seed + self.times[plan.id]) % (MAX_SEED + 1)))
            self.times[plan.id] += 1
        self.tried += len(jobs)
        return jobs

    def settle(self, plan: Plan, feasible: bool) -> None:
        """Count a plan that was tried."""
        self.made += feasible
        number = self.under_way.pop(plan.id, None)
        if feasible and number is not None:
            self.again.append(number)
        if self.tried > _TRIES_A_PLAN * self.quota + _SPARE_TRIES and self.made < self.quota:
            self.exhausted = True

    def give_up(self) -> int:
        """Lower the quota to what is made, if exhausted; how many that leaves to others."""
        left = self.quota - self.made if self.exhausted else 0
        self.quota -= left
        return left


def _stratify(
    generator: str,
    space: PlanSpace,
    balance: Sequence[str],
    shares: Mapping[tuple[Value | None, ...], float],
) -> list[_Stratum]:
    """The groups of the balance fields, with the shares that they should get."""
    if not space.size:
        return []
    present = [f for f in balance if f in space.fields]
    if not present:
        return [_Stratum(generator, generator, 1.0, lambda: space)]
    parts = space.partition(present)
    # fields that a filter left no plan with count as absent
    places = [present.index(f) if f in present else None for f in balance]
    weights = [share_of(key, places, shares) for key in parts]
    if not any(weights):
        weights = [1.0] * len(parts)
    return [
        _Stratum(f"{generator} {key!r}", generator, weight, partial(parts.__getitem__, key))
        for key, weight in zip(parts, weights, strict=True)
        if weight
    ]


def share_of(
    key: tuple[Value | None, ...],
    places: Sequence[int | None],
    shares: Mapping[tuple[Value | None, ...], float],
) -> float:
    """A group's share, with the places of the balance fields in its key."""
    if not shares:
        return 1.0
    return shares.get(tuple(None if p is None else key[p] for p in places), 0.0)


class Planner:
    """Hands out plans round by round until `n` feasible ones are found.

    The shares are met slice by slice of a few hundred plans, so that any stretch of the result is
    mixed like the whole, and memory does not grow with n.

    What it hands out depends on the spaces, the seed and which plans proved infeasible: not on
    who makes the tasks, nor in what order.

    Args:
        spaces: by generator; a generator without plans gets no share.
        balance: by generator, the fields by whose groups its share is divided.
        shares: by generator, relative shares of those groups; equal ones where a generator or all
            its groups are left out.
        n: how many feasible plans are wanted.
        seed: of the run.
    """

    def __init__(
        self,
        spaces: Mapping[str, PlanSpace],
        balance: Mapping[str, Sequence[str]],
        shares: Mapping[str, Mapping[tuple[Value | None, ...], float]],
        n: int,
        seed: int,
    ) -> None:
        self._seed = seed
        self._families = {
            generator: _stratify(
                generator, space, balance.get(generator, ()), shares.get(generator, {})
            )
            for generator, space in spaces.items()
        }
        self._wanting: dict[str, _Stratum] = {}
        self._pending: list[_Stratum] = []
        self._deals = 0
        self._slices = [min(_SLICE, n - start) for start in range(0, n, _SLICE)]

    def _open(self, generator: str) -> list[_Stratum]:
        return [s for s in self._families[generator] if not s.exhausted]

    def _deal(self, n: int) -> None:
        """Add n to the quotas: evenly over generators, by weight within each."""
        open_ = [strata for g in self._families if (strata := self._open(g))]
        parts = self._split(n, [1.0] * len(open_)) if open_ else []
        for part, strata in zip(parts, open_, strict=True):
            self._deal_within(part, strata)

    def _deal_within(self, n: int, strata: Sequence[_Stratum]) -> None:
        for stratum, gift in zip(strata, self._split(n, [s.weight for s in strata]), strict=True):
            if gift:
                stratum.quota += gift
                self._wanting[stratum.name] = stratum

    def _split(self, n: int, weights: Sequence[float]) -> list[int]:
        self._deals += 1
        return weighted_shares(n, weights, derive_rng("deal", self._seed, self._deals))

    def _redistribute(self) -> None:
        """What exhausted strata leave goes to their generator's others, or else to all."""
        left: Counter[str] = Counter()
        for stratum in self._wanting.values():
            left[stratum.generator] += stratum.give_up()
        for generator, count in left.items():
            others = self._open(generator) if count else []
            if others:
                self._deal_within(count, others)
            elif count:
                self._deal(count)
        self._wanting = {k: s for k, s in self._wanting.items() if s.made < s.quota}

    def next_round(self) -> list[Job]:
        """Plans to try next; empty if enough are made or nothing more can be."""
        jobs: list[Job] = []
        pending: list[_Stratum] = []
        while not jobs:
            self._redistribute()
            if not self._wanting:
                if not self._slices:
                    return []
                self._deal(self._slices.pop(0))
            for stratum in self._wanting.values():
                found = stratum.candidates(stratum.quota - stratum.made, self._seed)
                jobs += found
                pending += [stratum] * len(found)
        order = derive_rng("order", self._seed, len(jobs)).permutation(len(jobs)).tolist()
        self._pending = [pending[i] for i in order]
        return [jobs[i] for i in order]

    def give_up(self, generator: str) -> None:
        """Ask a generator for no more plans; its share goes to the others."""
        for stratum in self._families[generator]:
            stratum.exhausted = True

    def settle(self, jobs: Sequence[Job], feasible: Sequence[bool]) -> None:
        """Tell which of the last round's plans proved feasible."""
        for (plan, _), ok, stratum in zip(jobs, feasible, self._pending, strict=True):
            stratum.settle(plan, ok)


def weighted_shares(n: int, weights: Sequence[float], rng: np.random.Generator) -> list[int]:
    """Split n in proportion to the weights, to within one.

    By systematic sampling in a random order: in the given one, neighbours would hardly ever get
    their shares together.

    Args:
        n: what to share.
        weights: relative, not negative, not all zero.
        rng: says who gets the odd ones.
    """
    order = rng.permutation(len(weights))
    edges = np.cumsum(np.asarray(weights)[order]) / np.sum(weights) * n
    edges[-1] = n
    marks = np.floor(edges + rng.random()).astype(int)
    shares = np.empty(len(order), dtype=int)
    shares[order] = np.diff(marks, prepend=0)
    found: list[int] = shares.tolist()
    return found
