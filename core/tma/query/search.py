"""Asking about plans batch by batch: spread over the units, then where it matters, then afresh.

A search proposes plans and is told the answers; it neither makes tasks nor asks anybody. What it
proposes depends on the space, the question, the budget, the seed and the answers to its earlier
batches alone: not on the order in which the answers of a batch came in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.special import ndtr

from tma.query.acquisition import Goal, pick
from tma.query.learner import LEAST_FIT, Learner
from tma.query.surrogate import Belief, Floats
from tma.query.units import Units
from tma.seeds import derive_rng
from tma.threads import one_thread

Phase = Literal["even", "active", "fresh"]
Outcome = float | Literal["infeasible"] | None
"""1 for right, 0 for wrong, None if the reply said nothing; or no task could be made."""
_CANDIDATES = 600
_TRIES = 50
_WARM = 0.3
CONFIRM = 0.2
"""Of the budget, for fresh answers: more of them narrow the intervals, and find less."""


def answered_right(outcome: Outcome) -> float:
    """An outcome that is an answer, as a number. Raises TypeError for others."""
    if not isinstance(outcome, float | int):
        raise TypeError(f"no answer: {outcome!r}")
    return float(outcome)


@dataclass(frozen=True, slots=True)
class Pick:
    """A plan to ask about.

    Attributes:
        plan: its number in the space.
        unit: what it belongs to.
        phase: why it is asked; `fresh` answers certify.
        draw: which instance of the plan, within the phase.
    """

    plan: int
    unit: int
    phase: Phase
    draw: int


@dataclass
class Fresh:
    """Answers to plans drawn afresh and uniformly from a chosen unit.

    Of comparisons, `right` counts those won and `lost` those lost.
    """

    asked: int = 0
    right: int = 0
    lost: int = 0
    answered: int = 0
    infeasible: int = 0


@dataclass(frozen=True)
class Settings:
    """How a budget is spent.

    Attributes:
        budget: calls in all.
        confirm: share of the budget for fresh answers about what was chosen.
        active: whether plans are chosen; else they are spread evenly over the units.
        each: fewest fresh answers that a unit gets, or it gets none.
        certain: choosing ends early once each unit is on its side of the cut with this chance,
            by the model; None to spend the budget.
        indifference: how far beyond the cut a unit may lie without being on the wrong side.
    """

    budget: int
    confirm: float = CONFIRM
    active: bool = True
    each: int = 8
    certain: float | None = None
    indifference: float = 0.0

    @property
    def fresh(self) -> int:
        """Calls for fresh answers."""
        return int(self.budget * self.confirm)

    @property
    def batch(self) -> int:
        """Calls proposed at a time."""
        return max(8, self.budget // 40)


@dataclass
class Search:
    """A search under way.

    Args:
        units: what is judged.
        goal: what is asked of it.
        settings: how the budget is spent.
        seed: of all chance.

    Attributes:
        spent: answers asked for so far.
        chosen: units of the answer, fixed before the fresh answers; None until then.
        fresh: by unit.
    """

    units: Units
    goal: Goal
    settings: Settings
    seed: int = 0
    spent: int = 0
    chosen: list[int] | None = None
    fresh: dict[int, Fresh] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._learner = Learner(self.units)
        self._asked: dict[int, int] = {}
        self._misses: dict[int, int] = {}
        self._given_up: set[int] = set()
        self._step = 0
        self._draws = 0
        self._wraps_up = False
        self._spread = self._spread_out()

    # -- proposing ------------------------------------------------------------------------------

    @one_thread()
    def propose(self) -> list[Pick]:
        """The next plans to ask about; empty at the end."""
        self._step += 1
        first = self.settings.budget - self.settings.fresh
        if self.chosen is None and self.spent < first and self._goes_on():
            count = min(self.settings.batch, first - self.spent)
            if self._spreads(first):
                return self._next_spread(count)
            return self._next_active(count)
        if self.chosen is None:
            self._fix()
        return self._next_fresh()

    def wrap_up(self) -> None:
        """Choose no more, and certify what is chosen by now."""
        self._wraps_up = True

    def _goes_on(self) -> bool:
        """Whether there is more to ask, and more to know."""
        if self._wraps_up or len(self._given_up) == len(self.units.counts):
            return False
        certain = self.settings.certain
        warm = self._spreads(self.settings.budget - self.settings.fresh)
        if certain is None or self.answered < LEAST_FIT or (warm and self.settings.active):
            return True
        belief = self._learner.model()[1].believe()
        spread = np.sqrt(np.maximum(belief.variance, 1e-12))
        away = np.abs(belief.mean - self.goal.cut(belief)) + self.settings.indifference
        return bool(np.max(ndtr(-away / spread)) > 1 - certain)

    def _spreads(self, first: int) -> bool:
        if not self.settings.active:
            return True
        warm = max(int(first * _WARM), self.settings.batch * 2)
        return self.spent < warm or self.answered < LEAST_FIT

    def _spread_out(self) -> list[int]:
        """Units in a random order; those that come first may come once more than the others."""
        rng = derive_rng("query-spread", self.seed)
        return [int(u) for u in rng.permutation(len(self.units.counts))]

    def _next_spread(self, count: int) -> list[Pick]:
        rng = derive_rng("query-spread-plans", self.seed, self._step)
        found: list[Pick] = []
        while len(found) < count and len(self._given_up) < len(self._spread):
            unit = self._spread.pop(0)
            self._spread.append(unit)
            if unit not in self._given_up:
                found.append(self._new(unit, rng))
        return found

    def _new(self, unit: int, rng: np.random.Generator) -> Pick:
        """A plan of a unit, a new one if that is found soon."""
        plans = self.units.draw(unit, 4, rng)
        plan = min(plans, key=lambda p: self._asked.get(p, 0))
        return self._picked(plan, unit, "active" if self.settings.active else "even")

    def _picked(self, plan: int, unit: int, phase: Phase) -> Pick:
        draw = self._asked.get(plan, 0)
        self._asked[plan] = draw + 1
        return Pick(plan, unit, phase, draw)

    def _next_active(self, count: int) -> list[Pick]:
        surrogate, watch = self._learner.model()
        belief = watch.believe()
        rng = derive_rng("query-active", self.seed, self._step)
        chances = self.goal.chances(belief, rng)
        open_ = chances * (1 - chances) + 1e-4
        plans = self._candidates(open_, rng)
        with_units, own = watch.against(self.units.rows(plans))
        places = pick(with_units, own, open_, surrogate.noise, count)
        owners = self.units.owners(plans)
        return [self._picked(plans[i], owners[i], "active") for i in places]

    def _candidates(self, weights: Floats, rng: np.random.Generator) -> list[int]:
        """Plans drawn at random: half of open units, half of any."""
        weights = weights.copy()
        even = np.ones(len(weights))
        for unit in self._given_up:
            weights[unit] = even[unit] = 0.0
        half = _CANDIDATES // 2
        drawn = np.concatenate(
            [rng.choice(len(weights), half, p=w / w.sum()) for w in (weights, even)]
        )
        counts = np.bincount(drawn, minlength=len(weights))
        plans: dict[int, None] = {}
        for unit in np.flatnonzero(counts).tolist():
            for plan in self.units.draw(unit, int(counts[unit]), rng):
                plans.setdefault(plan)
        fresh = [p for p in plans if p not in self._asked]
        return fresh or list(plans)

    # -- fresh answers --------------------------------------------------------------------------

    def _fix(self) -> None:
        """Choose the units of the answer, for good."""
        self.chosen = []
        if self.answered:
            belief = self._learner.settle()
            self.chosen = self.goal.choose(belief, self.chances(belief)).tolist()
        most = max(1, self.settings.fresh // self.settings.each)
        self.fresh = {u: Fresh() for u in self.chosen[:most]} if self.settings.fresh else {}

    def _next_fresh(self) -> list[Pick]:
        """The same number of plans of each chosen unit."""
        left = self.settings.budget - self.spent
        open_ = [u for u in self.fresh if u not in self._given_up]
        if not open_ or left <= 0:
            return []
        share, odd = divmod(self.settings.fresh, len(self.fresh))
        wanted = {u: share + (i < odd) for i, u in enumerate(self.fresh)}
        turns: list[tuple[int, int, int]] = []
        for unit in open_:
            asked = self.fresh[unit].asked
            rng = derive_rng("query-fresh", self.seed, unit, self._step)
            plans = self.units.draw(unit, max(wanted[unit] - asked, 0), rng)
            turns += [(turn, unit, plan) for turn, plan in enumerate(plans, start=asked)]
        turns.sort(key=lambda t: t[0])  # if the money runs out, all have got about as many
        found: list[Pick] = []
        for _, unit, plan in turns[: min(left, self.settings.batch * 2)]:
            self._draws += 1
            found.append(Pick(plan, unit, "fresh", self._draws))
        return found

    # -- learning -------------------------------------------------------------------------------

    @one_thread()
    def learn(
        self, picks: Sequence[Pick], answers: Sequence[float | Literal["infeasible"] | None]
    ) -> None:
        """Take in what came of a batch, in its order.

        Args:
            picks: as proposed.
            answers: 1 for right, 0 for wrong (for comparisons 1, 0 or -1), None if the reply said
                nothing, or `infeasible` if no task could be made and so no call.
        """
        plans: list[int] = []
        values: list[float] = []
        for pick_, outcome in zip(picks, answers, strict=True):
            if outcome == "infeasible":
                self._miss(pick_)
                continue
            self.spent += 1
            self._misses[pick_.unit] = 0
            fresh = self.fresh.get(pick_.unit) if pick_.phase == "fresh" else None
            if fresh is not None:
                fresh.asked += 1
            if outcome is None:
                continue
            answer = answered_right(outcome)
            if fresh is not None:
                fresh.answered += 1
                fresh.right += answer > 0
                fresh.lost += answer < 0
            plans.append(pick_.plan)
            values.append(answer)
        self._learner.learn(plans, values)

    def _miss(self, pick_: Pick) -> None:
        misses = self._misses.get(pick_.unit, 0) + 1
        self._misses[pick_.unit] = misses
        if misses >= _TRIES:
            self._given_up.add(pick_.unit)

    # -- what is known --------------------------------------------------------------------------

    @property
    def answered(self) -> int:
        """How many answers said something."""
        return len(self._learner.y)

    @one_thread()
    def believe(self) -> Belief:
        """The units' means, at any moment; of no use before the first answer.

        Raises:
            ValueError: no answer yet.
        """
        return self._learner.glance()

    @one_thread()
    def believe_with(self, units: Units) -> Belief:
        """As `believe`, by a model that knows less (or more) of the same units."""
        other = Learner(units)
        other.learn(self._learner.plans, self._learner.y)
        return other.glance()

    @one_thread()
    def chances(self, belief: Belief) -> Floats:
        """(units,) chances of membership in the answer."""
        return self.goal.chances(belief, derive_rng("query-chances", self.seed, self._step))
