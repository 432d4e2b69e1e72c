"""Simulated models over simulated plan spaces: everything about them is known.

A world is a table of plans, a taxonomy over their categories, and each plan's chance of being
answered rightly. Four families of models:

- `additive`: each field adds to the logit on its own;
- `smooth`: categories are like their relatives in the taxonomy;
- `twoway`: pairs of fields interact, and each plan deviates on its own;
- `sparse`: right most of the time, except on a few conjunctions of fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr, ndtri

from tma.columns import Column, Domain
from tma.query.features import Features, kinship
from tma.space import PlanSpace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Relatives = tuple[Ints, Ints]
"""(categories,) each one's parent and grandparent."""

FAMILIES = ("additive", "smooth", "twoway", "sparse")
FIELDS = ("generator", "category", "type", "value", "grid", "position", "count")
SIZES = (6, 240, 5, 30, 2, 9, 5)
PARENTS, GRANDPARENTS = 40, 8
SAME_PICTURE = 0.3
"""Correlation, on the normal scale, of the answers to one picture in different orders."""


@dataclass(eq=False)
class World:
    """A simulated model over a table of plans.

    Attributes:
        space: the plans; their numbers are rows of `codes`.
        codes: (plans, fields).
        chance: (plans,) of a right answer.
        planted: of the sparse family, the failing conjunctions as field -> code.
    """

    space: PlanSpace
    codes: Ints
    chance: Floats
    ancestors: NDArray[np.bool_]
    seed: int
    planted: list[dict[str, int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.chance)

    def features(self, by: Sequence[str]) -> Features:
        return Features(self.space, by, {"category": kinship(self.ancestors)})

    def evaluate(self, plans: Ints, instances: Ints, orders: Ints | int = 0) -> Floats:
        """Answers of 0 or 1: the same for the same arguments, whoever asks."""
        picture = ndtri(uniform(self.seed, plans, instances, 0))
        own = ndtri(uniform(self.seed, plans, instances, np.asarray(orders) + 1))
        mixed = np.sqrt(SAME_PICTURE) * picture + np.sqrt(1 - SAME_PICTURE) * own
        return np.asarray(ndtr(mixed) < self.chance[plans], dtype=np.float64)

    def groups(self, by: Sequence[str]) -> tuple[Ints, Floats]:
        """Each plan's group, and the groups' true means, in the order of `PlanSpace.groups`."""
        keys = np.zeros(self.size, dtype=np.int64)
        for name in by:
            place = FIELDS.index(name)
            keys = keys * SIZES[place] + self.codes[:, place]
        _, group = np.unique(keys, return_inverse=True)
        group = group.reshape(-1)
        return group, np.bincount(group, self.chance) / np.bincount(group)

    def fits(self, pattern: Mapping[str, int]) -> NDArray[np.bool_]:
        """Which plans a conjunction of fields holds for."""
        mask = np.ones(self.size, dtype=bool)
        for name, code in pattern.items():
            mask &= self.codes[:, FIELDS.index(name)] == code
        return mask


def uniform(seed: int, *parts: Ints | int) -> Floats:
    """Numbers in (0, 1) that depend on the parts alone (SplitMix64, Steele et al. 2014)."""
    state: NDArray[np.uint64] = np.array(seed * 2 + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for part in parts:
            state = _mix(np.asarray(part).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ state)
    return np.asarray(((state >> np.uint64(11)).astype(np.float64) + 0.5) / 2**53)


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def make(family: str, plans: int, seed: int) -> World:
    """A world of a family; equal arguments, equal worlds."""
    rng = np.random.default_rng([FAMILIES.index(family), plans, seed])
    codes = _table(plans, rng)
    parent = rng.integers(PARENTS, size=SIZES[1])
    grandparent = rng.integers(GRANDPARENTS, size=PARENTS)
    ancestors = np.zeros((SIZES[1], PARENTS + GRANDPARENTS), dtype=bool)
    ancestors[np.arange(SIZES[1]), parent] = True
    ancestors[np.arange(SIZES[1]), PARENTS + grandparent[parent]] = True
    chance, planted = _model(family, codes, (parent, grandparent[parent]), rng)
    domains = [Domain(f"{n}{i}" for i in range(s)) for n, s in zip(FIELDS, SIZES, strict=True)]
    column = Column(FIELDS, domains, codes.astype(np.int32), distinct=True)
    return World(PlanSpace([[column]]), codes, chance, ancestors, seed, planted)


def another(world: World, family: str, seed: int) -> Floats:
    """(plans,) chances of another model of a family over the same plans and taxonomy."""
    parent = world.ancestors[:, :PARENTS].argmax(axis=1)
    grandparent = world.ancestors[:, PARENTS:].argmax(axis=1)
    rng = np.random.default_rng([FAMILIES.index(family), seed])
    return _model(family, world.codes, (parent, grandparent), rng)[0]


def _model(
    family: str, codes: Ints, relatives: Relatives, rng: np.random.Generator
) -> tuple[Floats, list[dict[str, int]]]:
    if family == "sparse":
        return _sparse(codes, rng)
    return expit(_LOGITS[family](codes, relatives, rng)), []


def _table(plans: int, rng: np.random.Generator) -> Ints:
    """Different plans, in random order; some categories have a few times more than others."""
    weights = rng.permutation(np.arange(1, SIZES[1] + 1) ** -0.3)
    found = np.zeros(0, dtype=np.int64)
    while len(found) < plans:
        draws = [rng.integers(s, size=plans) for s in SIZES]
        draws[1] = rng.choice(SIZES[1], size=plans, p=weights / weights.sum())
        draws[2] = draws[3] % SIZES[2]  # a value is of one type
        flat = np.ravel_multi_index(tuple(draws), SIZES)
        found = np.unique(np.concatenate([found, flat]))
    chosen = rng.permutation(found)[:plans]
    return np.stack(np.unravel_index(chosen, SIZES), axis=1).astype(np.int64)


def _main(codes: Ints, scales: Sequence[float], rng: np.random.Generator) -> Floats:
    total = np.zeros(len(codes))
    for place, scale in enumerate(scales):
        total += rng.normal(0, scale, SIZES[place])[codes[:, place]]
    return total


def _pair(codes: Ints, a: str, b: str, scale: float, rng: np.random.Generator) -> Floats:
    i, j = FIELDS.index(a), FIELDS.index(b)
    effects: Floats = rng.normal(0, scale, (SIZES[i], SIZES[j]))
    return np.asarray(effects[codes[:, i], codes[:, j]])


def _additive(codes: Ints, relatives: Relatives, rng: np.random.Generator) -> Floats:
    return 0.5 + _main(codes, (0.4, 0.6, 0.2, 0.4, 0.2, 0.3, 0.4), rng)


def _smooth(codes: Ints, relatives: Relatives, rng: np.random.Generator) -> Floats:
    effects = rng.normal(0, 0.45, PARENTS)[relatives[0]]
    effects = effects + rng.normal(0, 0.45, GRANDPARENTS)[relatives[1]]
    return 0.5 + effects[codes[:, 1]] + _main(codes, (0.3, 0.2, 0.1, 0.3, 0.1, 0.2, 0.2), rng)


def _twoway(codes: Ints, relatives: Relatives, rng: np.random.Generator) -> Floats:
    effects = rng.normal(0, 0.25, PARENTS)[relatives[0]]
    total = 0.5 + effects[codes[:, 1]] + _main(codes, (0.3, 0.35, 0.2, 0.3, 0.1, 0.2, 0.3), rng)
    pairs = (("category", "type"), ("category", "generator"), ("generator", "value"))
    for a, b in (*pairs, ("position", "count")):
        total += _pair(codes, a, b, 0.45, rng)
    return total + rng.normal(0, 0.5, len(codes))


_LOGITS = {"additive": _additive, "smooth": _smooth, "twoway": _twoway}

_PLACES = (
    *[("category",)] * 8,
    *[("generator", "value")] * 4,
    *[("position", "type")] * 3,
    *[("generator", "count")] * 3,
    ("value",),
)


def _sparse(codes: Ints, rng: np.random.Generator) -> tuple[Floats, list[dict[str, int]]]:
    chance = expit(1.6 + _main(codes, (0.1, 0.2, 0.05, 0.1, 0.05, 0.1, 0.1), rng))
    planted = []
    for fields in _PLACES:
        pattern = {f: int(rng.integers(SIZES[FIELDS.index(f)])) for f in fields}
        mask = np.ones(len(codes), dtype=bool)
        for name, code in pattern.items():
            mask &= codes[:, FIELDS.index(name)] == code
        low = rng.uniform(0.15, 0.4)
        chance = np.where(mask, np.minimum(chance, low), chance)
        planted.append(pattern)
    return chance, planted
