"""Which plans a random release holds: as many of each generator, even over what they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from tma.contract.plan import Plan
from tma.planner import Job
from tma.releases.dimensions import Base, Dimension, Key, grouped_fields
from tma.releases.evening import Ints, Scale, altered, even_out
from tma.seeds import derive_rng
from tma.space import PlanSpace

_LEAST_SPARE = 1500
_SPARE = 4
_ALIKE = 3
_NEAR = 4
_BESIDE = 12
_DRAWN = 20
_TRIES_A_PLAN = 20
_SPARE_TRIES = 40
_FEW = 64

Stratum = tuple[Key, ...]


@dataclass(frozen=True)
class Standing:
    """How a generator's tasks are spread over one dimension.

    Attributes:
        fields: of the dimension.
        rule: see `Dimension`.
        counts: value -> tasks, in the order of the plan space; 0 for values that got none.
        wanted: value -> the count that its share comes to.
    """

    fields: tuple[str, ...]
    rule: str
    counts: Mapping[Key, int]
    wanted: Mapping[Key, float]


@dataclass(eq=False)
class _Family:
    """One generator's part of a release.

    Attributes:
        name: of the generator.
        each: how many plans are wanted.
        lost: plans that nothing could take the place of.
    """

    name: str
    base: Base
    each: int
    seed: int
    lost: int = 0
    tried: int = 0
    given_up: bool = False
    dimensions: list[Dimension] = field(default_factory=list)
    made: list[Plan] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._seen: set[str] = set()
        self._misses: Counter[str] = Counter()
        self._home: dict[str, Stratum] = {}
        self._parts: dict[Stratum, PlanSpace] = {}
        self._spare: list[Plan] = []

    def choose(self) -> list[Plan]:
        """The plans to begin with: all of a small space, else some, evened out."""
        space = self.base.space
        rng = derive_rng("release-plans", self.seed, self.name)
        many = max(_LEAST_SPARE, _SPARE * self.each)
        drawn = self.base.draw(self.each + many, rng)
        self.dimensions = self.base.dimensions(drawn)
        self._strict = [d for d in self.dimensions if d.strict]
        self._aims = [d.drawn(self.each, rng) for d in self.dimensions]
        if space.size <= many:
            drawn += [space[i] for i in rng.permutation(space.size).tolist()]
        pool = list({p.id: p for p in drawn}.values())
        chosen = even_out(pool[: self.each], pool[self.each :], self._aims, space, rng)
        self._spare = pool
        self._codes = Scale(self._aims, self.each).codes(pool)
        self.lost = self.each - len(chosen)
        for plan in chosen:
            self._home[plan.id] = self._stratum(plan)
        return self._hand_out(chosen)

    def _hand_out(self, plans: Sequence[Plan]) -> list[Plan]:
        self._seen.update(p.id for p in plans)
        self.tried += len(plans)
        return list(plans)

    def _stratum(self, plan: Plan) -> Stratum:
        return tuple(d.key(plan) for d in self._strict)

    def in_place_of(self, failed: Sequence[Plan], turn: int) -> list[Plan]:
        """Other plans for those that proved infeasible: of the same stratum, if there is any."""
        rng = derive_rng("release-again", self.seed, self.name, turn)
        scale = Scale(self._aims, self.each)
        for row in scale.codes(self.made):
            scale.add(row)
        found: list[Plan] = []
        for plan in failed:
            misses = self._misses[plan.id] + 1
            other = self._other(plan, misses, scale, rng)
            if other is None:
                self.lost += 1
                continue
            self._misses[other.id] = misses
            self._home[other.id] = self._home[plan.id]
            scale.add(scale.codes([other])[0])
            found += self._hand_out([other])
        return found

    def _other(
        self, plan: Plan, misses: int, scale: Scale, rng: np.random.Generator
    ) -> Plan | None:
        """What to try next: first plans with the same values, then with others in one dimension."""
        if self.given_up or self.tried >= _TRIES_A_PLAN * self.each + _SPARE_TRIES:
            return None
        other = self._alike(self._home[plan.id], rng) if misses <= _ALIKE else None
        if other is None and misses <= _ALIKE + _NEAR:
            beside = [p for i in range(len(self.dimensions)) for p in self._beside(plan, i, scale)]
            other = self._cheapest(beside, scale.codes(beside), scale)
        return other or self._cheapest(self._spare, self._codes, scale)

    def _alike(self, home: Stratum, rng: np.random.Generator) -> Plan | None:
        """Another plan with the same values."""
        if home not in self._parts:
            self._parts[home] = self._part(home)
        part = self._parts[home]
        if part.size <= _FEW:
            plans = part.plans(rng.permutation(part.size).tolist())
        else:
            plans = part.sample(_DRAWN, rng)
        return next((p for p in plans if p.id not in self._seen), None)

    def _part(self, home: Stratum) -> PlanSpace:
        """The plans of a stratum, looked for where few have to be gone through."""
        if not home:
            return self.base.space
        first = max(range(len(home)), key=lambda i: len(self._strict[i].shares))
        part = self._by(first)[home[first]]
        rest = [
            (d, k) for i, (d, k) in enumerate(zip(self._strict, home, strict=True)) if i != first
        ]
        return part.where({f: v for d, k in rest for f, v in zip(d.fields, k, strict=True)})

    @cache  # noqa: B019 - as long-lived as the family
    def _by(self, place: int) -> Mapping[Key, PlanSpace]:
        return self.base.space.partition(self._strict[place].fields)

    def _beside(self, plan: Plan, place: int, scale: Scale) -> Iterator[Plan]:
        """Plans that differ in one dimension alone, those with too few tasks first."""
        dimension, space = scale.dimensions[place], self.base.space
        if dimension.strict:
            for code in np.argsort(scale.over[place], kind="stable")[:_BESIDE].tolist():
                other = altered(plan, dimension, scale.keys[place][code], space)
                if other is not None:
                    yield other

    def _cheapest(self, plans: Sequence[Plan], rows: Ints, scale: Scale) -> Plan | None:
        """The plan that spoils the balance least, of those that were not tried."""
        for place in np.argsort(scale.prices(rows), kind="stable").tolist():
            plan: Plan = plans[place]
            if plan.id not in self._seen:
                return plan
        return None

    @property
    def moved(self) -> int:
        """How many plans are of another stratum than was meant, which had no feasible one."""
        return sum(self._stratum(plan) != self._home[plan.id] for plan in self.made)

    def standing(self, plans: Sequence[Plan]) -> list[Standing]:
        """How plans are spread."""
        found = []
        for dimension in self.dimensions:
            if dimension.strict:
                counts = dict.fromkeys(dimension.shares, 0)
                for plan in plans:
                    counts[dimension.key(plan)] += 1
                wanted = {k: len(plans) * share for k, share in dimension.shares.items()}
                found.append(Standing(dimension.fields, dimension.rule, counts, wanted))
        return found


class StratifiedPlans:
    """Hands out plans until each generator has as many feasible ones as are wanted.

    A generator's plans are different ones, drawn by its shares (see `TaskGenerator.shares`) and
    then exchanged until the values of each dimension occur as often as they should. An infeasible
    plan is replaced by one with the same values; where there is none, by one with values that lack
    tasks.

    What it hands out depends on the spaces, the seed and which plans proved infeasible alone.

    Args:
        spaces: by generator; those without plans get no share.
        balance, shares: by generator, as `Planner` takes them.
        each: how many plans of each generator.
        seed: of the release.
        even: by generator, fields of the dimensions to be even over; its categories and attributes
            where it is left out.
    """

    def __init__(
        self,
        spaces: Mapping[str, PlanSpace],
        balance: Mapping[str, Sequence[str]],
        shares: Mapping[str, Mapping[Key, float]],
        each: int,
        seed: int,
        even: Mapping[str, Sequence[tuple[str, ...]]] | None = None,
    ) -> None:
        self._seed = seed
        self._turn = 0
        self._failed: dict[str, list[Plan]] = {}
        self._families: dict[str, _Family] = {}
        for name, space in spaces.items():
            if space.size:
                fields = (even or {}).get(name, grouped_fields(space.fields))
                base = Base(space, balance.get(name, ()), shares.get(name, {}), fields)
                self._families[name] = _Family(name, base, each, seed)

    def next_round(self) -> list[Job]:
        """Plans to try next; empty at the end."""
        plans: list[Plan] = []
        for name, family in self._families.items():
            if self._turn == 0:
                plans += family.choose()
            elif failed := self._failed.get(name):
                plans += family.in_place_of(failed, self._turn)
        self._turn += 1
        self._failed = {}
        order = derive_rng("release-order", self._seed, self._turn).permutation(len(plans))
        return [(plans[i], self._seed) for i in order.tolist()]

    def settle(self, jobs: Sequence[Job], feasible: Sequence[bool]) -> None:
        """Take in which plans of the last round were feasible."""
        for (plan, _), ok in zip(jobs, feasible, strict=True):
            if ok:
                self._families[plan.generator].made.append(plan)
            else:
                self._failed.setdefault(plan.generator, []).append(plan)

    def give_up(self, generator: str) -> None:
        """Ask a generator for no more plans."""
        self._families[generator].given_up = True

    @property
    def wanted(self) -> int:
        """How many plans are wanted in all."""
        return sum(f.each for f in self._families.values())

    @property
    def lost(self) -> dict[str, int]:
        """How many plans each generator could not give; those that gave all are left out."""
        return {name: f.lost for name, f in self._families.items() if f.lost}

    @property
    def moved(self) -> dict[str, int]:
        """How many of each generator's plans came from another stratum than was meant."""
        counts = {name: family.moved for name, family in self._families.items()}
        return {name: count for name, count in counts.items() if count}

    @property
    def made(self) -> dict[str, list[Plan]]:
        """Each generator's feasible plans."""
        return {name: family.made for name, family in self._families.items()}

    def standing(
        self, plans: Mapping[str, Sequence[Plan]] | None = None
    ) -> dict[str, list[Standing]]:
        """How each generator's plans, by default those made, are spread over its dimensions."""
        found = self.made if plans is None else plans
        return {name: f.standing(found.get(name, ())) for name, f in self._families.items()}
