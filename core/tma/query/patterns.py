"""What failing plans have in common: conjunctions of one and two fields, tested and corrected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tma.contract.plan import Value
from tma.intervals import wilson

Fields = tuple[tuple[str, Value | None], ...]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A conjunction of fields at which the model fails more often than elsewhere.

    Attributes:
        fields: (field, value) pairs, one or two; a value of None means that the field is absent.
        support: answered plans that fit.
        failures: wrong answers among them.
        rate: failures / support.
        low, high: Wilson's interval of the rate, not adjusted for the choice of the pattern.
        lift: rate / the rate over all answered plans.
        odds_ratio: against that rate.
        p_value: Fisher's exact test, one-sided, of the plans that fit against all others.
        q_value: Benjamini and Hochberg's, over all conjunctions that were tested.
        examples: places of up to three failing plans.
    """

    fields: Fields
    support: int
    failures: int
    rate: float
    low: float
    high: float
    lift: float
    odds_ratio: float | None
    p_value: float
    q_value: float
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    fields: Fields
    rows: Flags
    support: int
    failures: int

    @property
    def rate(self) -> float:
        return self.failures / self.support


def find_patterns(
    plans: Sequence[Mapping[str, Value]],
    wrong: Sequence[bool],
    *,
    confidence: float = 0.95,
    min_support: int = 5,
) -> tuple[list[Pattern], int]:
    """Patterns of failure among answered plans.

    Every value of a field that varies and every pair of values of two such fields is tested if
    enough plans fit it. Reported are those with a q-value of at most 1 - confidence. A pair is
    left out if it fits the same plans as one of its parts, or fails no more often than a part;
    if a part is reported, it must fail significantly more often than the part's other plans.

    Args:
        plans: one an answer.
        wrong: whether the answer is wrong.
        confidence: one minus the accepted share of false discoveries.
        min_support: fewest plans.

    Returns:
        The patterns, surest first, and the number of conjunctions that were tested.
    """
    failed = np.array(wrong, dtype=bool)
    total, failures = len(failed), int(failed.sum())
    if not failures or failures == total:
        return [], 0
    singles = list(_singles(plans, failed, min_support))
    tested = singles + list(_pairs(singles, failed, min_support))
    tail = _Tail(total, failures)
    chances = [tail(c.support, c.failures) for c in tested]
    q_values = benjamini_hochberg(chances)
    significant = {
        c.fields: (c, p, q)
        for c, p, q in zip(tested, chances, q_values, strict=True)
        if q <= 1 - confidence and c.rate > failures / total
    }
    by_fields = {c.fields: c for c in singles}
    kept = [
        _pattern(c, p, q, failures / total, failed, confidence)
        for c, p, q in significant.values()
        if _tells_more(c, by_fields, set(significant), 1 - confidence)
    ]
    return sorted(kept, key=lambda p: (p.q_value, -p.lift, repr(p.fields))), len(tested)


def _singles(
    plans: Sequence[Mapping[str, Value]], failed: Flags, min_support: int
) -> Iterator[_Candidate]:
    names = dict.fromkeys(name for plan in plans for name in plan)
    for name in names:
        values = [plan.get(name) for plan in plans]
        distinct = list(dict.fromkeys(values))
        if len(distinct) == 1:
            continue  # a field that is the same everywhere explains nothing
        code = {v: i for i, v in enumerate(distinct)}
        codes = np.array([code[v] for v in values])
        for number in np.flatnonzero(np.bincount(codes) >= min_support).tolist():
            rows = codes == number
            count = int(rows.sum())
            yield _Candidate(((name, distinct[number]),), rows, count, int((rows & failed).sum()))


def _pairs(singles: Sequence[_Candidate], failed: Flags, min_support: int) -> Iterator[_Candidate]:
    for first, second in combinations(singles, 2):
        if first.fields[0][0] == second.fields[0][0]:
            continue
        rows = first.rows & second.rows
        count = int(np.count_nonzero(rows))
        if count >= min_support and count < min(first.support, second.support):
            fields = first.fields + second.fields
            yield _Candidate(fields, rows, count, int(np.count_nonzero(rows & failed)))


def _tells_more(
    candidate: _Candidate,
    singles: Mapping[Fields, _Candidate],
    reported: set[Fields],
    level: float,
) -> bool:
    """Whether a pair adds to its parts; a single field always does."""
    if len(candidate.fields) == 1:
        return True
    for part in (singles[(f,)] for f in candidate.fields):
        if candidate.rate <= part.rate:
            return False
        if part.fields in reported:
            tail = _Tail(part.support, part.failures)
            if tail(candidate.support, candidate.failures) > level:
                return False
    return True


def _pattern(
    c: _Candidate, p: float, q: float, overall: float, failed: Flags, confidence: float
) -> Pattern:
    low, high = wilson(c.failures, c.support, confidence)
    examples = tuple(np.flatnonzero(c.rows & failed)[:3].tolist())
    return Pattern(
        fields=c.fields,
        support=c.support,
        failures=c.failures,
        rate=c.rate,
        low=low,
        high=high,
        lift=c.rate / overall,
        odds_ratio=odds_ratio(c.failures, c.support, overall),
        p_value=p,
        q_value=q,
        examples=examples,
    )


def odds_ratio(failures: int, support: int, overall: float) -> float | None:
    """Odds of failure against those of an overall rate; half a plan is added to each count.

    None if that rate is 0.
    """
    odds = (failures + 0.5) / (support - failures + 0.5)
    return odds * (1 - overall) / overall if overall else None


class _Tail:
    """Upper tails of the hypergeometric distribution, for one population.

    Args:
        total: its size.
        marked: how many of it are marked.
    """

    def __init__(self, total: int, marked: int) -> None:
        self._total, self._marked = total, marked
        self._log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total + 1)))])
        self._known = cache(self._find)

    def __call__(self, drawn: int, least: int) -> float:
        """P(at least `least` of `drawn` are marked): Fisher's one-sided p-value."""
        return self._known(drawn, least)

    def _find(self, drawn: int, least: int) -> float:
        lowest = max(least, drawn + self._marked - self._total, 0)
        k = np.arange(lowest, min(drawn, self._marked) + 1)
        if not len(k):
            return 0.0
        f = self._log_factorial
        unmarked = self._total - self._marked
        ways = f[self._marked] - f[k] - f[self._marked - k]
        ways = ways + f[unmarked] - f[drawn - k] - f[unmarked - drawn + k]
        every = f[self._total] - f[drawn] - f[self._total - drawn]
        return min(1.0, float(np.exp(ways - every).sum()))


def fisher_tail(total: int, marked: int, drawn: int, least: int) -> float:
    """P(at least `least` of `drawn` are marked), drawn from `total` of which `marked` are."""
    return _Tail(total, marked)(drawn, least)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """q-values: the smallest false-discovery rates at which each would be reported.

    Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57: 289-300.
    """
    m = len(p_values)
    order = np.argsort(p_values, kind="stable")
    ranked = np.asarray(p_values, dtype=float)[order] * m / np.arange(1, m + 1)
    smallest = np.minimum.accumulate(ranked[::-1])[::-1]
    q = np.empty(m)
    q[order] = np.minimum(smallest, 1.0)
    return [float(x) for x in q]
