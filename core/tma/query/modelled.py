"""Items of an answer that a search found: beliefs, chances of membership, certified intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tma.intervals import Interval, normal_quantile
from tma.query.acquisition import Extremes
from tma.query.answer import Certified, Cold
from tma.query.certify import clopper_pearson
from tma.query.course import Course
from tma.query.membership import Membership
from tma.query.search import Search
from tma.query.surrogate import Belief

LEAST_SETTLED = 100
"""Variances that are fitted to fewer answers may collapse: the model is then certain of nothing."""


@dataclass(frozen=True)
class Believed:
    """What a search believes of its units.

    Attributes:
        estimates, intervals, chances, members, certified: one a unit; no estimate before the
            first answer.
        order: the units, those of the answer first.
        selected: the units of the answer.
        cold: one a unit, without what earlier models replied; none if nothing was taken from them.
    """

    estimates: Sequence[float | None]
    intervals: Sequence[Interval]
    chances: Sequence[float | None]
    members: Sequence[Membership]
    certified: Mapping[int, Certified]
    order: Sequence[int]
    selected: frozenset[int]
    cold: Sequence[Cold] = ()


def believed(course: Course, confidence: float) -> Believed:
    """What the search knows now."""
    search, count = course.search, len(course.groups)
    assert isinstance(search, Search)
    if not search.answered:
        return Believed(
            [None] * count,
            [Interval(0.0, 1.0)] * count,
            [None] * count,
            ["undecided"] * count,
            {},
            range(count),
            frozenset(),
        )
    belief = search.believe()
    chances = search.chances(belief)
    bounds = _bounds(belief, confidence)
    chosen = search.chosen
    if chosen is None:
        chosen = search.goal.choose(belief, chances).tolist()
    sure = certified(search, confidence)
    everything = isinstance(search.goal, Extremes) and search.goal.k >= count
    settles = everything or search.answered >= LEAST_SETTLED
    first = search.goal.sign * belief.mean
    mine = np.zeros(count)
    mine[chosen] = 1
    order = np.lexsort((np.arange(count), first, -mine))
    return Believed(
        estimates=np.clip(belief.mean, 0, 1).tolist(),
        intervals=bounds,
        chances=[float(c) for c in chances],
        members=[
            _member(float(chance), confidence)
            if settles and _agree(bound, sure.get(unit))
            else "undecided"
            for unit, (chance, bound) in enumerate(zip(chances, bounds, strict=True))
        ],
        certified=sure,
        order=[int(i) for i in order],
        selected=frozenset(chosen),
        cold=_cold(course, search, confidence) if course.earlier else (),
    )


def _bounds(belief: Belief, confidence: float) -> list[Interval]:
    spread = normal_quantile(confidence) * np.sqrt(belief.variance)
    low, high = np.clip(belief.mean - spread, 0, 1), np.clip(belief.mean + spread, 0, 1)
    return [Interval(a, b) for a, b in zip(low.tolist(), high.tolist(), strict=True)]


def _cold(course: Course, search: Search, confidence: float) -> list[Cold]:
    """The same answers to the same plans, by a model that knows no history."""
    assert course.units is not None
    belief = search.believe_with(course.units)
    chances = search.chances(belief)
    chosen = set(search.goal.choose(belief, chances).tolist())
    bounds = _bounds(belief, confidence)
    means = np.clip(belief.mean, 0, 1).tolist()
    return [
        Cold(mean, *bound, probability=float(chance), selected=unit in chosen)
        for unit, (mean, bound, chance) in enumerate(zip(means, bounds, chances, strict=True))
    ]


def _agree(believed: Interval, fresh: Certified | None) -> bool:
    """Whether what the model says of a unit and what its fresh answers say can both be true."""
    return fresh is None or (fresh.low <= believed.high and believed.low <= fresh.high)


def _member(chance: float, confidence: float) -> Membership:
    if chance >= confidence:
        return "in"
    return "out" if chance <= 1 - confidence else "undecided"


def certified(search: Search, confidence: float) -> dict[int, Certified]:
    """What fresh answers say of the units that had been chosen before them."""
    found = {}
    for unit, fresh in search.fresh.items():
        bounds = clopper_pearson(fresh.right, fresh.answered, confidence)
        estimate = fresh.right / fresh.answered if fresh.answered else None
        found[unit] = Certified(estimate, bounds.low, bounds.high, fresh.right, fresh.answered)
    return found
