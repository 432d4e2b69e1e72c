"""The surrogate: a Gaussian model of right and wrong answers with variance components.

An observation is y = mean + the sum over blocks b of Z_b u_b + noise, where a block is a family of
independent random effects u_b ~ N(0, v_b) - one for each value of a field, for each category of the
taxonomy, for each pair of values - and a plan's row in Z_b says which of them it has. The effects
are integrated out: plans are correlated by what they share, cov(x, x') = sum_b v_b z_b(x).z_b(x').
The mean has a flat prior: it is estimated by generalised least squares, and its uncertainty counts.

A 0/1 answer is no Gaussian. As a model of *group means* that is good enough - best linear unbiased
prediction needs first and second moments only (Henderson 1975, Biometrics 31: 423-447) - but its
intervals are model-based, and labelled so; certified ones come from fresh answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Rows = Sequence[csr_array]
"""A block each: (rows, effects of the block), the rows' weights on the effects."""

_FLOOR = 1e-9
_ROUNDS = 60
_SETTLED = 1e-4


def cross(left: Rows, right: Rows, variances: Floats) -> Floats:
    """Prior covariances between rows: (left rows, right rows)."""
    parts = zip(left, right, variances.tolist(), strict=True)
    shape = left[0].shape[0], right[0].shape[0]
    total = np.zeros(shape)
    for a, b, variance in parts:
        if variance > _FLOOR:
            total += variance * (a @ b.T).toarray()
    return total


def prior_variance(rows: Rows, variances: Floats) -> Floats:
    """(rows,) prior variances."""
    squares: list[Any] = [r.multiply(r).sum(axis=1) for r in rows]
    return np.asarray(variances @ np.array(squares), dtype=np.float64)


def fit_variances(
    rows: Rows, y: Floats, start: Floats | None = None, rounds: int = _ROUNDS
) -> Floats:
    """Variance components by restricted maximum likelihood.

    Uses the minorise-maximise updates of Zhou, Hu, Zhou and Lange (2019, J. Comput. Graph. Stat.
    28: 350-361): each step raises the likelihood, keeps variances positive and lets those of
    useless blocks run to zero.

    Args:
        rows: of the observations, a block each.
        y: (n,) answers.
        start: (blocks + 1,) variances to start from; even shares of the sample variance if None.
        rounds: the most updates.

    Returns:
        (blocks + 1,) variances of the blocks' effects, and of the noise as the last.
    """
    n = len(y)
    kernels = [(r @ r.T).toarray() for r in rows]
    spread = max(float(np.var(y)), 1e-4)
    if start is None:
        sizes = [max(float(k.trace()) / n, _FLOOR) for k in kernels]
        start = np.array([spread / (len(rows) + 1) / s for s in sizes] + [spread / 2])
    found = np.maximum(np.asarray(start, dtype=np.float64), _FLOOR)
    for _ in range(rounds):
        total = found[-1] * np.eye(n)
        for variance, kernel in zip(found[:-1].tolist(), kernels, strict=True):
            total += variance * kernel
        inverse = cho_solve((cholesky(total, lower=True), True), np.eye(n))
        ones = inverse.sum(axis=1)
        projection = inverse - np.outer(ones, ones) / ones.sum()
        pulled = projection @ y
        rises = [float(pulled @ k @ pulled) for k in kernels] + [float(pulled @ pulled)]
        traces = [float(np.sum(projection * k)) for k in kernels] + [float(projection.trace())]
        step = np.sqrt(np.array(rises) / np.maximum(traces, _FLOOR))
        new = np.maximum(found * step, _FLOOR)
        new[-1] = max(float(new[-1]), spread * 1e-3)  # answers are never without noise
        settled = np.max(np.abs(new - found)) < _SETTLED * spread
        found = new
        if settled:
            break
    return found


@dataclass(frozen=True)
class Belief:
    """What is believed of some rows.

    Attributes:
        mean: (rows,) expected shares of right answers, unclipped.
        covariance: (rows, rows).
    """

    mean: Floats
    covariance: Floats


class Surrogate:
    """The posterior given answers, for fixed variances; answers may be added.

    Args:
        variances: (blocks + 1,), see `fit_variances`.

    Attributes:
        rows: the observations' rows, a block each; None before the first.
        y: (n,) their answers.
    """

    def __init__(self, variances: Floats) -> None:
        self.variances = np.asarray(variances, dtype=np.float64)
        self.rows: list[csr_array] | None = None
        self.y: Floats = np.zeros(0)
        self._factor: Floats = np.zeros((0, 0))

    @property
    def noise(self) -> float:
        """The variance of one answer about its plan's mean."""
        return float(self.variances[-1])

    def add(self, rows: Rows, y: Floats) -> None:
        """Learn more answers; costs the square of the number of answers for each.

        Args:
            rows: a block each.
            y: (rows,) 1 for right, 0 for wrong.
        """
        inner = cross(rows, rows, self.variances[:-1]) + self.noise * np.eye(len(y))
        if self.rows is None:
            self.rows, self.y = list(rows), np.asarray(y, dtype=np.float64)
            self._factor = cholesky(inner, lower=True)
            return
        with_old = cross(rows, self.rows, self.variances[:-1])
        below = solve_triangular(self._factor, with_old.T, lower=True).T
        corner = cholesky(inner - below @ below.T, lower=True)
        above = np.zeros((len(self._factor), len(corner)))
        self._factor = np.block([[self._factor, above], [below, corner]])
        self.rows = [_stack(a, b) for a, b in zip(self.rows, rows, strict=True)]
        self.y = np.concatenate([self.y, y])

    def whiten(self, rows: Rows) -> tuple[Floats, Floats]:
        """How rows hang together with the answers.

        Returns:
            A (n, rows) with prior covariance - A'A as the posterior one for a known mean, and
            b (rows,), what of a row the answers do not pull along when the mean moves.
        """
        if self.rows is None:
            raise ValueError("no answers yet")
        pulled = solve_triangular(
            self._factor, cross(self.rows, rows, self.variances[:-1]), lower=True
        )
        return pulled, 1 - pulled.T @ self._ones

    @property
    def _ones(self) -> Floats:
        return np.asarray(solve_triangular(self._factor, np.ones(len(self.y)), lower=True))

    @property
    def mean(self) -> float:
        """The overall mean by generalised least squares."""
        ones = self._ones
        return float(ones @ solve_triangular(self._factor, self.y, lower=True) / (ones @ ones))

    def believe(self, rows: Rows) -> Belief:
        """The posterior of some rows: groups' mean rows, or single plans."""
        pulled, free = self.whiten(rows)
        ones, mean = self._ones, self.mean
        residual = solve_triangular(self._factor, self.y - mean, lower=True)
        covariance = cross(rows, rows, self.variances[:-1]) - pulled.T @ pulled
        covariance += np.outer(free, free) / float(ones @ ones)
        return Belief(mean + pulled.T @ residual, covariance)

    def covariance(self, left: Rows, right: Rows) -> Floats:
        """(left rows, right rows) posterior covariances."""
        a, a_free = self.whiten(left)
        b, b_free = self.whiten(right)
        ones = self._ones
        known = cross(left, right, self.variances[:-1]) - a.T @ b
        return known + np.outer(a_free, b_free) / float(ones @ ones)


def _stack(a: csr_array, b: csr_array) -> csr_array:
    from scipy.sparse import vstack

    return csr_array(vstack([a, b], format="csr"))
