"""Which plans are worth asking about next.

An answer is worth what it takes off the uncertainty of those units whose membership in the answer
is open: the sum over units of q(1 - q) times the reduction of the variance of the unit's mean, q
being the chance of membership. In a Gaussian model the reduction does not depend on what the answer
will be, so a batch is chosen plan by plan before any of it is asked.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cholesky
from scipy.special import ndtr

from tma.query.surrogate import Belief, Floats

_DRAWS = 400
_NUGGET = 1e-8
_HARDLY = 0.05
"""If no unit is likelier than this in the answer, it is empty."""


class Goal(Protocol):
    """What a question wants to know of units.

    Attributes:
        sign: 1 if low means come first in the answer, -1 if high ones do.
    """

    sign: float

    def chances(self, belief: Belief, rng: np.random.Generator) -> Floats:
        """(units,) posterior chance of membership in the answer."""

    def choose(self, belief: Belief, chances: Floats) -> NDArray[np.int64]:
        """The units in the answer, the surest first."""

    def cut(self, belief: Belief) -> float:
        """The mean that parts what is in the answer from what is not."""


class Extremes:
    """The k units with the highest means, or the lowest."""

    def __init__(self, k: int, *, worst: bool) -> None:
        self.k = k
        self.sign = 1.0 if worst else -1.0

    def chances(self, belief: Belief, rng: np.random.Generator) -> Floats:
        """By draws from the joint posterior of the means."""
        count = len(belief.mean)
        if self.k >= count:
            return np.ones(count)
        drawn = belief.mean * self.sign + self.sign * draws(belief, _DRAWS, rng)
        first = np.argpartition(drawn, self.k - 1, axis=1)[:, : self.k]
        return np.bincount(first.reshape(-1), minlength=count) / _DRAWS

    def cut(self, belief: Belief) -> float:
        """Half-way between the last one in and the first one out."""
        means = np.sort(self.sign * belief.mean)
        if self.k >= len(means):
            return float("inf")
        return self.sign * float(means[self.k - 1] + means[self.k]) / 2

    def choose(self, belief: Belief, chances: Floats) -> NDArray[np.int64]:
        """The k most extreme means."""
        return np.argsort(self.sign * belief.mean, kind="stable")[: self.k]


class Beyond:
    """The units with means below a value, or above it."""

    def __init__(self, value: float, *, below: bool) -> None:
        self.value = value
        self.sign = 1.0 if below else -1.0

    def chances(self, belief: Belief, rng: np.random.Generator) -> Floats:
        """By the normal distribution."""
        spread = np.sqrt(np.maximum(belief.variance, _NUGGET))
        return np.asarray(ndtr(self.sign * (self.value - belief.mean) / spread))

    def cut(self, belief: Belief) -> float:
        """The value."""
        return self.value

    def choose(self, belief: Belief, chances: Floats) -> NDArray[np.int64]:
        """The set with the largest expected F1, see `best_set`."""
        return best_set(chances)


def best_set(chances: Floats) -> NDArray[np.int64]:
    """The units of the set whose expected F1 is largest, the surest first.

    F1 is taken at the expectations of its numerator and denominator: of the m surest units,
    2 (sum of their chances) / (m + sum of all chances). Such a set holds units less likely in
    the answer than not where little is certain (Lewis 1995, SIGIR: 246-254).
    """
    order = np.argsort(-chances, kind="stable")
    expected = 2 * np.cumsum(chances[order]) / (np.arange(1, len(order) + 1) + chances.sum())
    if chances.max() < _HARDLY:
        return order[:0]
    return order[: int(np.argmax(expected)) + 1]


def draws(belief: Belief, count: int, rng: np.random.Generator) -> Floats:
    """(count, units) deviations from the posterior means; independent without covariances."""
    size = len(belief.mean)
    noise = rng.standard_normal((count, size))
    if belief.covariance.size:
        scale = max(float(belief.variance.max()), _NUGGET)
        for jitter in (1e-9, 1e-6, 1e-3):
            try:
                root = cholesky(belief.covariance + jitter * scale * np.eye(size), lower=True)
                return np.asarray(noise @ root.T)
            except LinAlgError:
                continue
    return noise * np.sqrt(belief.variance)


def pick(with_units: Floats, own: Floats, weights: Floats, noise: float, count: int) -> list[int]:
    """Places of the candidates that are worth most together, chosen one after the other.

    Args:
        with_units: (candidates, units) posterior covariances.
        own: (candidates, candidates) posterior covariances.
        weights: (units,) what a unit's variance is worth.
        noise: variance of an answer.
        count: how many to choose; each at most once.
    """
    with_units, own = with_units.copy(), own.copy()
    free = np.ones(len(own), dtype=bool)
    chosen: list[int] = []
    for _ in range(min(count, len(own))):
        variance = np.maximum(np.diag(own), 0) + noise
        worth = (with_units**2 @ weights) / variance
        best = int(np.argmax(np.where(free, worth, -1.0)))
        chosen.append(best)
        free[best] = False
        pull = own[:, best] / variance[best]
        with_units -= np.outer(pull, with_units[best])
        own -= np.outer(pull, own[best])
    return chosen
