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

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.sparse import csr_array, hstack, vstack

Floats = NDArray[np.float64]
Rows = Sequence[csr_array]
"""A block each: (rows, effects of the block), the rows' weights on the effects."""

_FLOOR = 1e-9
USELESS = 1e-6
"""A block of a smaller variance is left out of the sums."""
_ROUNDS = 60
_SETTLED = 1e-4
_TIDY = 8
_HOPELESS = 2e-4
"""Blocks whose share of the variance falls below this are given up, every few updates."""
_REVIVED = 1e-2
"""What was given up with fewer answers starts again from this share."""
_FILLED = 0.1
"""Sparse products of rows that are fuller than this are slower than dense ones."""
JOINT = 1500
"""Covariances between more watched rows are not kept, only their variances."""


def fit_variances(
    rows: Rows,
    y: Floats,
    start: Floats | None = None,
    rounds: int = _ROUNDS,
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
    kernels = np.array([(r @ r.T).toarray().reshape(-1) for r in rows]).reshape(len(rows), n * n)
    spread = max(float(np.var(y)), 1e-4)
    if start is None:
        sizes = np.maximum(kernels[:, :: n + 1].sum(axis=1) / n, _FLOOR)
        start = np.append(spread / (len(rows) + 1) / sizes, spread / 2)
    found = np.maximum(np.asarray(start, dtype=np.float64), _REVIVED * spread)
    kept = np.arange(len(rows))
    for number in range(1, rounds + 1):
        mine = np.append(kept, len(rows))
        steps = _steps(kernels, y, found[mine])
        new = np.maximum(found[mine] * steps, _FLOOR)
        new[-1] = max(float(new[-1]), spread * 1e-3)  # answers are never without noise
        settled = np.max(np.abs(new - found[mine])) < _SETTLED * spread
        found[mine] = new
        if settled:
            break
        if number % _TIDY == 0:
            useful = found[kept] > _HOPELESS * spread
            found[kept[~useful]] = _FLOOR
            kept, kernels = kept[useful], kernels[useful]
    return found


def log_likelihood(rows: Rows, y: Floats, variances: Floats) -> float:
    """The restricted log-likelihood of answers, up to a constant.

    Args:
        rows: of the observations, a block each.
        y: (n,) answers.
        variances: (blocks + 1,), see `fit_variances`.
    """
    parts = zip(rows, variances[:-1].tolist(), strict=True)
    total = variances[-1] * np.eye(len(y))
    total += sum(v * (r @ r.T).toarray() for r, v in parts if v > USELESS)
    root = cholesky(total, lower=True)
    ones, said = solve_triangular(root, np.stack([np.ones(len(y)), y], axis=1), lower=True).T
    weight = float(ones @ ones)
    left = float(said @ said) - float(ones @ said) ** 2 / weight
    return -float(np.log(np.diag(root)).sum()) - float(np.log(weight)) / 2 - left / 2


def _steps(kernels: Floats, y: Floats, variances: Floats) -> Floats:
    """(blocks + 1,) factors that the variances grow by in one update."""
    n = len(y)
    total = (variances[:-1] @ kernels).reshape(n, n)
    total[np.diag_indices(n)] += variances[-1]
    inverse = cho_solve((cholesky(total, lower=True, overwrite_a=True), True), np.eye(n))
    ones = inverse.sum(axis=1)
    projection = inverse - np.outer(ones, ones) / ones.sum()
    pulled = projection @ y
    both = np.stack([np.outer(pulled, pulled).reshape(-1), projection.reshape(-1)], axis=1)
    rises, traces = (kernels @ both).T
    rises = np.append(rises, pulled @ pulled)
    traces = np.append(traces, projection.trace())
    # both are of non-negative forms, and may come out below zero by rounding
    return np.asarray(np.sqrt(np.maximum(rises, 0.0) / np.maximum(traces, _FLOOR)))


@dataclass(frozen=True)
class Belief:
    """What is believed of some rows.

    Attributes:
        mean: (rows,) expected shares of right answers, unclipped.
        covariance: (rows, rows).
        variance: (rows,) its diagonal.
    """

    mean: Floats
    covariance: Floats
    variance: Floats


def _gram(rows: Rows, variances: Floats) -> Floats:
    """(rows, rows) prior covariances.

    Groups have nearly all effects of some blocks, and hardly any of others.
    """
    found = np.zeros((rows[0].shape[0],) * 2)
    for block, variance in zip(rows, variances[:-1].tolist(), strict=True):
        if variance <= USELESS:
            continue
        if block.nnz > _FILLED * block.shape[0] * block.shape[1]:
            dense = block.toarray()
            found += variance * (dense @ dense.T)
        else:
            found += variance * (block @ block.T).toarray()
    return found


class Watch:
    """Rows whose belief is kept up to date while answers come in.

    Attributes:
        pulled: (answers, rows), see `Surrogate.whiten`.
        joint: (rows, rows) posterior covariances for a known mean; None if there are too many.
        variance: (rows,) their diagonal.
    """

    def __init__(self, model: Surrogate, rows: Rows, joint: bool) -> None:
        self._model = model
        scaled = model.scaled(rows)
        self._across = csr_array(scaled.T)
        self.joint: Floats | None = _gram(rows, model.variances) if joint else None
        self.variance: Floats = np.asarray(scaled.multiply(scaled).sum(axis=1)).reshape(-1)
        self.pulled = np.zeros((0, scaled.shape[0]))

    def grow(self, fresh: csr_array, below: Floats, corner: Floats) -> None:
        """Learn that answers with these scaled rows were added."""
        new = (fresh @ self._across).toarray() - below @ self.pulled
        new = solve_triangular(corner, new, lower=True)
        self.pulled = np.vstack([self.pulled, new])
        self.variance = self.variance - np.einsum("ij,ij->j", new, new)
        if self.joint is not None:
            self.joint = self.joint - new.T @ new

    def against(self, rows: Rows) -> tuple[Floats, Floats]:
        """Posterior covariances (rows, watched rows) and (rows, rows)."""
        model = self._model
        scaled, pulled, free = model.whiten(rows)
        shift = model.mean_variance
        with_watched = np.asarray((scaled @ self._across).toarray()) - pulled.T @ self.pulled
        with_watched += np.outer(free, self.free) * shift
        own = (scaled @ scaled.T).toarray() - pulled.T @ pulled
        return with_watched, own + np.outer(free, free) * shift

    @property
    def free(self) -> Floats:
        """(rows,) what of a row the answers do not pull along when the mean moves."""
        return 1 - self.pulled.T @ self._model.ones

    def believe(self) -> Belief:
        """The posterior; its covariance is diagonal if too many rows are watched."""
        model, free = self._model, self.free
        mean = model.mean + self.pulled.T @ model.residual
        if self.joint is None:
            known = np.maximum(self.variance, 0) + free**2 * model.mean_variance
            return Belief(mean, np.zeros((0, 0)), known)
        covariance = self.joint + np.outer(free, free) * model.mean_variance
        return Belief(mean, covariance, np.maximum(np.diag(covariance), 0))


class Surrogate:
    """The posterior given answers, for fixed variances; answers may be added.

    Args:
        variances: (blocks + 1,), see `fit_variances`.

    Attributes:
        y: (n,) the answers.
        ones: (n,) the whitened column of ones.
    """

    def __init__(self, variances: Floats) -> None:
        self.variances = np.asarray(variances, dtype=np.float64)
        self.y: Floats = np.zeros(0)
        self.ones: Floats = np.zeros(0)
        self._said: Floats = np.zeros(0)
        self._scaled: csr_array | None = None
        self._store: Floats = np.zeros((0, 0))
        self._watches: list[Watch] = []

    @property
    def noise(self) -> float:
        """The variance of one answer about its plan's mean."""
        return float(self.variances[-1])

    @property
    def _factor(self) -> Floats:
        n = len(self.y)
        return self._store[:n, :n]

    def scaled(self, rows: Rows) -> csr_array:
        """Rows side by side, each block by its standard deviation: covariances are products."""
        parts = zip(rows, self.variances[:-1].tolist(), strict=True)
        kept = [r * np.sqrt(v) for r, v in parts if v > USELESS]
        if not kept:
            return csr_array((rows[0].shape[0], 1))
        return csr_array(hstack(kept, format="csr"))

    def watch(self, rows: Rows) -> Watch:
        """Keep the belief about some rows up to date; before the first answer only."""
        if self._scaled is not None:
            raise ValueError("rows are watched from the first answer on")
        self._watches.append(Watch(self, rows, rows[0].shape[0] <= JOINT))
        return self._watches[-1]

    def add(self, rows: Rows, y: Floats) -> None:
        """Learn more answers; costs the square of the number of answers for each.

        Args:
            rows: a block each.
            y: (rows,) 1 for right, 0 for wrong.
        """
        fresh, y = self.scaled(rows), np.asarray(y, dtype=np.float64)
        n, more = len(self.y), len(y)
        inner = (fresh @ fresh.T).toarray() + self.noise * np.eye(more)
        below = np.zeros((more, 0))
        if self._scaled is not None:
            across = (self._scaled @ fresh.T).toarray()
            below = solve_triangular(self._factor, across, lower=True).T
            inner -= below @ below.T
        corner = cholesky(inner, lower=True)
        self._grow(n + more)
        self._store[n : n + more, :n] = below
        self._store[n : n + more, n : n + more] = corner
        ones = solve_triangular(corner, 1 - below @ self.ones, lower=True)
        said = solve_triangular(corner, y - below @ self._said, lower=True)
        for watch in self._watches:
            watch.grow(fresh, below, corner)
        self.ones = np.concatenate([self.ones, ones])
        self._said = np.concatenate([self._said, said])
        self.y = np.concatenate([self.y, y])
        parts = [fresh] if self._scaled is None else [self._scaled, fresh]
        self._scaled = csr_array(vstack(parts, format="csr"))

    def _grow(self, size: int) -> None:
        if size > len(self._store):
            larger = np.zeros((max(size, 2 * len(self._store)),) * 2)
            n = len(self.y)
            larger[:n, :n] = self._factor
            self._store = larger

    def whiten(self, rows: Rows) -> tuple[csr_array, Floats, Floats]:
        """How rows hang together with the answers.

        Returns:
            Their scaled rows; A (n, rows) with prior covariance - A'A as the posterior one for a
            known mean; and b (rows,), what of a row the answers do not pull along when the mean
            moves.
        """
        if self._scaled is None:
            raise ValueError("no answers yet")
        scaled = self.scaled(rows)
        across = (self._scaled @ scaled.T).toarray()
        pulled = solve_triangular(self._factor, across, lower=True)
        return scaled, pulled, 1 - pulled.T @ self.ones

    @property
    def mean(self) -> float:
        """The overall mean by generalised least squares."""
        return float(self.ones @ self._said) * self.mean_variance

    @property
    def mean_variance(self) -> float:
        """Of the overall mean."""
        return 1 / float(self.ones @ self.ones)

    @property
    def residual(self) -> Floats:
        """(n,) whitened deviations of the answers from the mean."""
        return self._said - self.mean * self.ones

    def believe(self, rows: Rows) -> Belief:
        """The posterior of some rows: groups' mean rows, or single plans."""
        scaled, pulled, free = self.whiten(rows)
        covariance = (scaled @ scaled.T).toarray() - pulled.T @ pulled
        covariance += np.outer(free, free) * self.mean_variance
        variance = np.maximum(np.diag(covariance), 0)
        return Belief(self.mean + pulled.T @ self.residual, covariance, variance)

    def predict(self, rows: Rows) -> Floats:
        """(rows,) the means of `believe`, at the cost of a product with what rows hold.

        Raises:
            ValueError: no answer yet.
        """
        if self._scaled is None:
            raise ValueError("no answers yet")
        pulled = solve_triangular(self._factor, self.residual, lower=True, trans="T")
        return np.asarray(self.mean + self.scaled(rows) @ (self._scaled.T @ pulled))

    def covariance(self, left: Rows, right: Rows) -> Floats:
        """(left rows, right rows) posterior covariances."""
        a, a_pulled, a_free = self.whiten(left)
        b, b_pulled, b_free = self.whiten(right)
        known = (a @ b.T).toarray() - a_pulled.T @ b_pulled
        return np.asarray(known + np.outer(a_free, b_free) * self.mean_variance)
