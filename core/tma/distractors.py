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

_MOST_SETS = 6000
_ROUNDS = 300
_LEAST_THETA = 1e-3
_LEAST_NEAR = 0.05  # an answer with hardly any alternatives must not become all of them

Floats = NDArray[np.float64]


class DistractorPool:
    """The answers that a question could have, and how to choose wrong ones among them.

    Args:
        weights: (n,) how often each is the answer to this text; zero for never.
        alternatives: (n, n) symmetric bool, which pairs may be options of one question; all
            different ones by default.
        count: how many distractors to draw.
    """

    def __init__(
        self,
        weights: NDArray[np.floating] | NDArray[np.integer],
        alternatives: NDArray[np.bool_] | None = None,
        count: int = 3,
    ) -> None:
        self._weights = np.asarray(weights, dtype=np.float64)
        size = len(self._weights)
        self._pairs = ~np.eye(size, dtype=bool) if alternatives is None else alternatives
        self._count = count
        self._live = self._weights > 0
        small = comb(int(self._live.sum()), count + 1) <= _MOST_SETS
        self._sets = self._enumerate() if small else None
        self._with: dict[int, tuple[NDArray[np.int64], Floats]] = {}
        self._theta = self._fit_sets() if self._sets is not None else self._fit_pairs()

    def _enumerate(self) -> NDArray[np.int64]:
        live = np.flatnonzero(self._live).tolist()
        sets = [
            s
            for s in combinations(live, self._count + 1)
            if all(self._pairs[a, b] for a, b in combinations(s, 2))
        ]
        return np.array(sets, dtype=np.int64).reshape(len(sets), self._count + 1)

    def _fit_sets(self) -> Floats:
        """Theta by generalised iterative scaling, which takes roots of the plain correction.

        Every set holds `count` + 1 members, so that many corrections multiply in each weight.
        """
        theta = self._live.astype(np.float64)
        sets = self._sets
        assert sets is not None
        if not len(sets):
            return theta
        target = self._weights / self._weights.sum() * sets.shape[1]
        for _ in range(_ROUNDS):
            weight = theta[sets].prod(axis=1)
            mass = np.bincount(sets.ravel(), np.repeat(weight, sets.shape[1]), len(theta))
            wanted = target * weight.sum()
            step = np.divide(wanted, mass, where=mass > 0, out=np.ones_like(mass))
            theta *= step ** (1 / sets.shape[1])
            # where no exact solution exists some would sink to nothing, and never be drawn
            theta = np.where(self._live, np.maximum(theta / theta.max(), _LEAST_THETA), 0.0)
        return theta

    def _fit_pairs(self) -> Floats:
        """Theta of pools too large to list the sets of.

        The sum over the sets that hold a is taken as theta(a) times the `count`-th power of the
        summed theta of a's alternatives: exact up to how evenly those are alternatives of each
        other.
        """
        pairs = self._pairs.astype(np.float64)
        target = self._weights / max(self._weights.max(), 1e-300)
        theta = target.copy()
        for _ in range(_ROUNDS // 5):
            near = pairs @ theta
            near = np.maximum(near / max(near.max(), 1e-300), _LEAST_NEAR)
            theta = np.sqrt(theta * target / near**self._count)
            theta /= max(theta.max(), 1e-300)
        return theta

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
            return self._draw_in_turn(answer, rng, allowed)
        if answer not in self._with:
            sets = self._sets[(self._sets == answer).any(axis=1)]
            self._with[answer] = sets, self._theta[sets].prod(axis=1)
        sets, weight = self._with[answer]
        if allowed is not None:
            weight = weight * (allowed[sets] | (sets == answer)).all(axis=1)
        if not np.count_nonzero(weight):
            return None
        return [d for d in sets[_choose(weight, rng)].tolist() if d != answer]

    def _draw_in_turn(
        self, answer: int, rng: np.random.Generator, allowed: NDArray[np.bool_] | None
    ) -> list[int] | None:
        chances = self._theta * self._pairs[answer]
        if allowed is not None:
            chances *= allowed
        drawn: list[int] = []
        while len(drawn) < self._count:
            if not np.count_nonzero(chances):
                return None
            drawn.append(_choose(chances, rng))
            chances *= self._pairs[drawn[-1]]
        return drawn


def _choose(weights: Floats, rng: np.random.Generator) -> int:
    total = weights.cumsum()
    place = int(total.searchsorted(rng.random() * total[-1], side="right"))
    return min(place, len(weights) - 1)
