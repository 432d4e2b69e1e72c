"""Wrong options that a guesser who reads only the text can't tell from the right one.

A question could have had any of several answers; which of them is right in a random task follows
some distribution. If the options are a set S drawn so that P(answer = a, options = S) is the same
for every a in S, then nothing about the texts says which is right: guessing stays at chance. Such a
distribution exists whenever no answer is too common, as a weight for each set whose sums over the
sets that hold a are a's probability. It is found by generalised iterative scaling (Darroch and
Ratcliff, 1972) in the product form W(S) = product of theta(a) over a in S.
"""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from tma.threads import one_thread

_MOST_SETS = 40_000
_TRIALS = 200
_DIGITS = 8
_FEW = 0.7
_MOST_EXACT = 150
_LEAST_THETA = 1e-3

Floats = NDArray[np.float64]


class DistractorPool:
    """The answers that a question could have, and how to choose wrong ones among them.

    Args:
        weights: (n,) how often each is the answer to this text; zero for never.
        alternatives: (n, n) symmetric bool, which pairs may be options of one question; all
            different ones by default.
        count: how many distractors to draw.
        rounds: steps of the fit. Where the weights can't be met exactly (an answer is too common,
            or has too few alternatives), fewer rounds stay nearer to drawing all sets alike.

    Attributes:
        shares: (n,) how often each should be the answer for the options to tell nothing: the
            weights, as near as the alternatives allow. Sums to 1; zeros if no set can be made.
    """

    def __init__(
        self,
        weights: NDArray[np.floating] | NDArray[np.integer],
        alternatives: NDArray[np.bool_] | None = None,
        count: int = 3,
        rounds: int = 300,
    ) -> None:
        self._weights = np.asarray(weights, dtype=np.float64)
        size = len(self._weights)
        self._pairs = ~np.eye(size, dtype=bool) if alternatives is None else alternatives
        self._count = count
        self._rounds = rounds
        self._live = self._weights > 0
        small = comb(int(self._live.sum()), count + 1) <= _MOST_SETS
        self._sets = self._enumerate() if small else None
        self._with: dict[int, tuple[NDArray[np.int64], Floats]] = {}
        with one_thread():
            fit = self._fit_pairs() if self._sets is None else self._fit_sets(self._sets)
        self._theta, self.shares = fit

    def _enumerate(self) -> NDArray[np.int64]:
        live = np.flatnonzero(self._live)
        later = np.triu(self._pairs[np.ix_(live, live)], 1)
        sets = np.arange(max(len(live) - self._count, 0))[:, None]
        for missing in reversed(range(self._count)):  # only sets that can still be completed
            larger = np.logical_and.reduce(later[sets], axis=1)
            place, new = larger[:, : len(live) - missing].nonzero()
            sets = np.column_stack((sets[place], new))
        return live[sets]

    def _fit_sets(self, sets: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Theta, and how often each is the answer, by generalised iterative scaling.

        Every set holds `count` + 1 members, so that many corrections multiply in each weight:
        each takes that root of its plain correction.
        """
        size, members = len(self._weights), self._count + 1
        theta: Floats = self._live.astype(np.float64)
        mass: Floats = np.zeros(size)
        if not len(sets):
            return theta, mass
        target = self._weights / self._weights.sum()
        for step in range(self._rounds + 1):
            weight = theta[sets].prod(axis=1)
            mass = np.bincount(sets.ravel(), np.repeat(weight, members), size) / weight.sum()
            mass /= members
            if step == self._rounds:
                break
            correction = np.divide(target, mass, where=mass > 0, out=np.ones(size))
            theta *= correction ** (1 / members)
            # where no exact solution exists some would sink to nothing, and never be drawn
            theta = np.where(self._live, np.maximum(theta / theta.max(), _LEAST_THETA), 0.0)
        live = np.flatnonzero(self._live)
        return self._spread(live, theta[live]), self._spread(live, mass[live])

    def _fit_pairs(self) -> tuple[Floats, Floats]:
        """Theta, and how often each is the answer, of pools too large to list the sets of.

        The sum of W over the sets that hold a is theta(a) times the chance that `count`
        independent draws from a's alternatives are alternatives of each other, pairs being taken
        as independent, times the power of their summed theta.
        """
        live = np.flatnonzero(self._live)
        pairs = self._pairs[np.ix_(live, live)].astype(np.float64)
        target = self._weights[live] / self._weights.max()
        theta = target.copy()
        for step in range(self._rounds + 1):
            near = np.maximum(pairs @ theta, 1e-12)
            chance = pairs * theta / near[:, None]
            meet = ((chance @ pairs) * chance).sum(axis=1)
            together = meet ** comb(self._count, 2)
            if step == self._rounds:
                together = self._exact_where_few(pairs, chance, together)
            mass = theta * (near / near.max()) ** self._count * together
            if step == self._rounds:
                break
            wanted = target * (mass.sum() / target.sum())
            theta *= np.clip(wanted / np.maximum(mass, 1e-12), 0.1, 10.0) ** (1 / (self._count + 1))
            theta = np.maximum(theta / theta.max(), _LEAST_THETA)
        return self._spread(live, theta), self._spread(live, mass / max(mass.sum(), 1e-300))

    def _exact_where_few(self, pairs: Floats, chance: Floats, together: Floats) -> Floats:
        """The chance that draws are alternatives of each other, exact where it is cheap.

        Answers with few alternatives are those for which pairs are far from independent.
        """
        if self._count != 3:
            return together
        found = together.copy()
        for number, row in enumerate(pairs.astype(bool)):
            near = np.flatnonzero(row)
            if len(near) <= min(_FEW * len(row), _MOST_EXACT):
                among, weight = pairs[np.ix_(near, near)], chance[number, near]
                found[number] = weight @ (((among * weight) @ among) * among) @ weight
        return found

    def _spread(self, live: NDArray[np.int64], values: Floats) -> Floats:
        """Values of the live answers at their places among all; rounded, as sums are inexact."""
        whole: Floats = np.zeros(len(self._weights))
        whole[live] = np.round(values, _DIGITS)
        return whole

    def draw(
        self, answer: int, rng: np.random.Generator, allowed: NDArray[np.bool_] | None = None
    ) -> list[int] | None:
        """Distractors for an answer, or None if there are not enough.

        Args:
            answer: the right one's number.
            rng: the source of chance.
            allowed: (n,) bool, which ones this instance permits; all by default.
        """
        if self._sets is None:
            return self._draw_by_trial(answer, rng, allowed)
        if answer not in self._with:
            sets = self._sets[(self._sets == answer).any(axis=1)]
            self._with[answer] = sets, self._theta[sets].prod(axis=1)
        sets, weight = self._with[answer]
        if allowed is not None:
            weight = weight * (allowed[sets] | (sets == answer)).all(axis=1)
        if not np.count_nonzero(weight):
            return None
        return [d for d in sets[_choose(weight, rng)].tolist() if d != answer]

    def _draw_by_trial(
        self, answer: int, rng: np.random.Generator, allowed: NDArray[np.bool_] | None
    ) -> list[int] | None:
        """Independent draws until they are alternatives of each other: a set with chance W."""
        chances = self._theta * self._pairs[answer]
        if allowed is not None:
            chances *= allowed
        if np.count_nonzero(chances) < self._count:
            return None
        total = chances.cumsum()
        for _ in range(_TRIALS):
            marks = rng.random(self._count) * total[-1]
            drawn: list[int] = total.searchsorted(marks, side="right").tolist()
            if all(self._pairs[a, b] for a, b in combinations(drawn, 2)):
                return drawn
        return None


def _choose(weights: Floats, rng: np.random.Generator) -> int:
    total = weights.cumsum()
    place = int(total.searchsorted(rng.random() * total[-1], side="right"))
    return min(place, len(weights) - 1)
