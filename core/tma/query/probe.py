"""Looking for patterns of failure: explore, zoom in, confirm afresh.

45 % of the budget go to plans drawn uniformly from the space. The conjunctions of one or two
fields at which failures pile up there are covered greedily by likelihood ratio, and 25 % go into
these. What still looks at least `EXCESS` worse than the space is confirmed by the rest: plans
drawn uniformly from the pattern, after it was chosen, tested exactly against the overall failure
rate plus `EXCESS`, with Benjamini and Hochberg's control of false discoveries over all that were
confirmed. So the tests' promise holds whatever the model does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincc, xlogy

from tma.contract.plan import Value
from tma.query.certify import above_p_value
from tma.query.patterns import benjamini_hochberg
from tma.query.search import Outcome, Phase, Pick, answered_right
from tma.query.surrogate import Floats
from tma.query.units import GroupDraws
from tma.seeds import derive_rng
from tma.space import PlanSpace

EXPLORE, ZOOM = 0.45, 0.25
EXCESS = 0.15
_ZOOM_EACH = 8
_FRESH_EACH = 24
_LEAST = 3
_PRIOR = 3.0
_TRIES = 20

Codes = tuple[tuple[str, int], ...]
"""(field, code) pairs; -1 for an absent field."""


@dataclass
class Suspect:
    """A conjunction of fields under suspicion.

    Attributes:
        where: its fields' codes.
        seen, wrong: answers that raised the suspicion, and failures among them.
        fresh, failed: answers to plans drawn afresh from it, and failures among them.
    """

    where: Codes
    seen: int = 0
    wrong: int = 0
    fresh: int = 0
    failed: int = 0
    misses: int = 0

    @property
    def fields(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(f for f, _ in self.where)


@dataclass
class Probe:
    """A search for patterns under way; see the module. Used like a `Search`.

    Args:
        space: whose plans are asked about.
        budget: calls in all.
        seed: of all chance.
        level: accepted share of false discoveries.
        least: fewest fresh answers that a pattern is judged by.

    Attributes:
        suspects: patterns that are zoomed into, then those that are confirmed.
        confirmed: whether the last stage has begun.
    """

    space: PlanSpace
    budget: int
    seed: int = 0
    level: float = 0.05
    least: int = 5
    spent: int = 0
    suspects: list[Suspect] = field(default_factory=list)
    confirmed: bool = False

    def __post_init__(self) -> None:
        self._codes: list[NDArray[np.int32]] = []
        self._wrong: list[float] = []
        self._draws: dict[tuple[str, ...], GroupDraws] = {}
        self._proposed: Counter[int] = Counter()
        self._step = 0
        self._stage = 0
        self._tries = 0
        self._explored = 0
        self._ends = [int(budget_share * self.budget) for budget_share in (EXPLORE, EXPLORE + ZOOM)]

    @property
    def answered(self) -> int:
        """How many answers said something."""
        return len(self._wrong)

    @property
    def rate(self) -> float:
        """The failure rate of uniformly drawn plans."""
        wrong = self._wrong[: self._explored or None]
        return float(np.mean(wrong)) if wrong else 0.0

    # -- proposing ------------------------------------------------------------------------------

    def propose(self) -> list[Pick]:
        """The next plans to ask about; empty at the end."""
        self._step += 1
        self._tries += 1
        rng = derive_rng("query-probe", self.seed, self._step)
        if self._stage == 0 and self.spent < self._ends[0] and self._tries < _TRIES * 10:
            count = min(max(8, self.budget // 20), self._ends[0] - self.spent)
            plans = self.space.sample_indices(count, rng).tolist()
            return [Pick(int(p), 0, "active", self._times(int(p))) for p in plans]
        if self._stage == 0:
            self._next_stage(self._candidates(max(2, int(self.budget * ZOOM) // _ZOOM_EACH)))
            self._explored = len(self._wrong)
        if self._stage == 1:
            if picks := self._into(self._ends[1] - self.spent, rng):
                return picks
            self._next_stage(self._worst(max(1, (self.budget - self.spent) // _FRESH_EACH)))
            self.confirmed = True
        return self._into(self.budget - self.spent, rng)

    def wrap_up(self) -> None:
        """Go on to confirm what is suspected by now."""
        self._ends = [min(end, self.spent) for end in self._ends]

    def _times(self, plan: int) -> int:
        """How often a plan was proposed before: each time gets another instance."""
        self._proposed[plan] += 1
        return self._proposed[plan] - 1

    def _next_stage(self, suspects: list[Suspect]) -> None:
        self._stage += 1
        self._tries = 0
        self.suspects = suspects
        self._asked = [0] * len(suspects)
        left = (self._ends[1] if self._stage == 1 else self.budget) - self.spent
        share, odd = divmod(max(left, 0), len(suspects)) if suspects else (0, 0)
        self._wanted = [share + (i < odd) for i in range(len(suspects))]

    def _into(self, left: int, rng: np.random.Generator) -> list[Pick]:
        """Plans of the suspects, to each its share."""
        found: list[Pick] = []
        phase: Phase = "fresh" if self._stage == 2 else "active"
        if self._tries > _TRIES:
            return []
        for number, suspect in enumerate(self.suspects):
            lacking = self._wanted[number] - self._asked[number]
            if lacking <= 0:
                continue
            draws = self._draws.setdefault(suspect.fields, GroupDraws(self.space, suspect.fields))
            for plan in draws.draw([c for _, c in suspect.where], lacking, rng):
                found.append(Pick(plan, number, phase, self._times(plan)))
        return found[: max(left, 0)]

    # -- learning -------------------------------------------------------------------------------

    def learn(self, picks: Sequence[Pick], answers: Sequence[Outcome]) -> None:
        """Take in what came of a batch, in its order; see `Search.learn`."""
        codes: Sequence[NDArray[np.int32]] = []
        if picks:
            codes = list(self.space.codes([p.plan for p in picks]))
        for pick, row, answer in zip(picks, codes, answers, strict=True):
            if answer == "infeasible":
                continue
            self.spent += 1
            if self._stage:
                self._asked[pick.unit] += 1
            if answer is None:
                continue
            wrong = 1.0 - answered_right(answer)
            if self._stage == 2:
                self.suspects[pick.unit].fresh += 1
                self.suspects[pick.unit].failed += int(wrong)
            elif self._stage == 1:
                self.suspects[pick.unit].seen += 1
                self.suspects[pick.unit].wrong += int(wrong)
            self._codes.append(row)
            self._wrong.append(wrong)

    # -- suspecting -----------------------------------------------------------------------------

    def _candidates(self, most: int) -> list[Suspect]:
        """Patterns that cover failures, each chosen on the answers that the earlier ones leave."""
        if not self._wrong:
            return []
        codes, wrong = np.array(self._codes), np.array(self._wrong)
        rate = float(wrong.mean())
        families = [f for f in self._families(codes) if f[2] > 1]
        open_ = np.ones(len(wrong), dtype=bool)
        found: list[Suspect] = []
        taken: set[Codes] = set()
        while len(found) < most:
            best: tuple[float, Codes, NDArray[np.bool_]] | None = None
            for fields, label, size in families:
                scores = _scores(label[open_], wrong[open_], size, rate)
                for place in np.argsort(-scores, kind="stable")[:2].tolist():
                    if scores[place] <= 0 or (best is not None and scores[place] <= best[0]):
                        break
                    mine = label == place
                    row = codes[int(np.argmax(mine))]
                    where = tuple((f, int(row[self.space.fields.index(f)])) for f in fields)
                    if where not in taken:
                        best = float(scores[place]), where, mine
                        break
            if best is None:
                break
            _, where, mine = best
            taken.add(where)
            found.append(Suspect(where, int(mine.sum()), int(wrong[mine].sum())))
            open_ &= ~mine
        return found

    def _families(
        self, codes: NDArray[np.int32]
    ) -> list[tuple[tuple[str, ...], NDArray[np.int64], int]]:
        """Fields and pairs of fields that vary: labels of the rows, and how many there are."""
        singles = {}
        for place, name in enumerate(self.space.fields):
            label = np.unique(codes[:, place], return_inverse=True)[1].reshape(-1)
            if label.max() > 0:
                singles[name] = label.astype(np.int64)
        found = [((name,), label, int(label.max()) + 1) for name, label in singles.items()]
        out: list[tuple[tuple[str, ...], NDArray[np.int64], int]] = list(found)
        for a, b in combinations(singles, 2):
            joint = singles[a] * (int(singles[b].max()) + 1) + singles[b]
            label = np.unique(joint, return_inverse=True)[1].reshape(-1).astype(np.int64)
            size = int(label.max()) + 1
            if size > max(int(singles[a].max()), int(singles[b].max())) + 1:
                out.append(((a, b), label, size))
        return out

    def _worst(self, most: int) -> list[Suspect]:
        """Those that are likely enough at least `EXCESS` worse than the space, surest first."""
        bar = min(self.rate + EXCESS, 1.0)
        chances = [_chance(s.wrong, s.seen, self.rate, bar) for s in self.suspects]
        order = sorted(range(len(chances)), key=lambda i: (-chances[i], i))
        return [self.suspects[i] for i in order if chances[i] > 0.5][:most]

    def values(self, suspect: Suspect) -> dict[str, Value | None]:
        """Its fields with their values, None for an absent field."""
        domains = self.space.domains
        return {f: domains[f].values[c] if c >= 0 else None for f, c in suspect.where}

    def tests(self) -> list[tuple[Suspect, float, float]]:
        """Each confirmed suspect with its p-value and q-value."""
        if not self.confirmed:
            return []
        bar = min(self.rate + EXCESS, 1.0)
        judged = [s for s in self.suspects if s.fresh >= self.least]
        p_values = [above_p_value(s.failed, s.fresh, bar) for s in judged]
        return list(zip(judged, p_values, benjamini_hochberg(p_values), strict=True))

    def found(self) -> list[tuple[Suspect, float, float]]:
        """Those with a q-value of at most the level, surest first."""
        kept = [t for t in self.tests() if t[2] <= self.level]
        return sorted(kept, key=lambda t: (t[2], -t[0].failed / t[0].fresh, t[0].where))


def _scores(label: NDArray[np.int64], wrong: Floats, size: int, rate: float) -> Floats:
    """(labels,) likelihood ratios of a rate of its own, 0 where that is lower or support small."""
    seen = np.bincount(label, minlength=size).astype(np.float64)
    bad = np.bincount(label, wrong, minlength=size)
    share = bad / np.maximum(seen, 1)
    rate = min(max(rate, 1e-6), 1 - 1e-6)
    gain = xlogy(bad, share / rate) + xlogy(seen - bad, (1 - share) / (1 - rate))
    return np.where((share > rate + EXCESS) & (seen >= _LEAST), gain, 0.0)


def _chance(wrong: int, seen: int, rate: float, bar: float) -> float:
    """Posterior chance that a rate lies above a bar, from a weak prior about the overall rate."""
    if bar >= 1:
        return 0.0
    a, b = wrong + _PRIOR * rate + 1e-3, seen - wrong + _PRIOR * (1 - rate) + 1e-3
    return float(betaincc(a, b, bar))
