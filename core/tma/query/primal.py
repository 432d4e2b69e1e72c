"""The surrogate with its effects kept: for more answers than there are effects.

The posterior of the scaled effects u ~ N(0, I) given answers y = mean + Z u + noise has the
covariance C = (I + Z'Z / noise)^-1, which each answer updates at the cost of the square of the
number of effects, whatever came before. All else follows from C, from Z'y and from Z'1; it is the
same posterior as that of `Surrogate`, to rounding.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array, hstack

from tma.query.surrogate import JOINT, USELESS, Belief, Floats, Rows

MOST_EFFECTS = 5000


class PrimalSurrogate:
    """As `Surrogate`; if there are too many effects, the blocks of the least variance are noise.

    Args:
        variances: (blocks + 1,), see `fit_variances`.
        sizes: (blocks,) how many effects each has.
        most: effects that are kept at most.
    """

    def __init__(self, variances: Floats, sizes: list[int], most: int = MOST_EFFECTS) -> None:
        self.variances = np.asarray(variances, dtype=np.float64)
        self._kept: list[int] = []
        self.noise = float(self.variances[-1])
        effects = 0
        for block in np.argsort(-self.variances[:-1], kind="stable").tolist():
            if self.variances[block] <= USELESS:
                break
            if effects + sizes[block] <= most:
                self._kept.append(block)
                effects += sizes[block]
            else:
                self.noise += float(self.variances[block])
        self._kept.sort()
        self.covariance: Floats = np.eye(max(effects, 1))
        self._count, self._total = 0, 0.0
        self._ones: Floats = np.zeros(len(self.covariance))
        self._said: Floats = np.zeros(len(self.covariance))

    def scaled(self, rows: Rows) -> csr_array:
        """The kept blocks' rows side by side, each by its standard deviation."""
        kept = [rows[b] * np.sqrt(self.variances[b]) for b in self._kept]
        if not kept:
            return csr_array((rows[0].shape[0], 1))
        return csr_array(hstack(kept, format="csr"))

    def add(self, rows: Rows, y: Floats) -> None:
        """Learn more answers, see `Surrogate.add`."""
        z, y = self.scaled(rows), np.asarray(y, dtype=np.float64)
        pulled = z @ self.covariance
        inner = (z @ pulled.T) + self.noise * np.eye(len(y))
        self.covariance -= pulled.T @ cho_solve(cho_factor(inner), pulled)
        self._ones += z.T @ np.ones(len(y))
        self._said += z.T @ y
        self._count += len(y)
        self._total += float(y.sum())

    def watch(self, rows: Rows) -> PrimalWatch:
        """Rows whose belief is asked for often."""
        return PrimalWatch(self, self.scaled(rows))

    def _within(self, a: Floats, b: Floats) -> float:
        """The product of two columns of answers under the inverse of the answers' covariance."""
        return float(a @ self.covariance @ b) / self.noise

    @property
    def mean_variance(self) -> float:
        """Of the overall mean."""
        return self.noise / (self._count - self._within(self._ones, self._ones))

    @property
    def mean(self) -> float:
        """The overall mean by generalised least squares."""
        said = self._total - self._within(self._ones, self._said)
        return said / self.noise * self.mean_variance

    @property
    def effects(self) -> Floats:
        """(effects,) their posterior means, scaled."""
        return np.asarray(self.covariance @ (self._said - self.mean * self._ones) / self.noise)

    def free(self, scaled: csr_array) -> Floats:
        """(rows,) what of a row the answers do not pull along when the mean moves."""
        return np.asarray(1 - scaled @ (self.covariance @ self._ones) / self.noise)

    def predict(self, rows: Rows) -> Floats:
        """(rows,) expected shares of right answers."""
        return np.asarray(self.mean + self.scaled(rows) @ self.effects)


class PrimalWatch:
    """As `Watch`."""

    def __init__(self, model: PrimalSurrogate, scaled: csr_array) -> None:
        self._model = model
        self._scaled = scaled

    def believe(self) -> Belief:
        """The posterior; its covariance is diagonal if too many rows are watched."""
        model, scaled = self._model, self._scaled
        mean, free = model.mean + scaled @ model.effects, model.free(scaled)
        pulled = scaled @ model.covariance
        shift = model.mean_variance
        if scaled.shape[0] > JOINT:
            known = np.asarray(scaled.multiply(pulled).sum(axis=1)).reshape(-1)
            return Belief(mean, np.zeros((0, 0)), np.maximum(known, 0) + free**2 * shift)
        covariance = scaled @ pulled.T + np.outer(free, free) * shift
        return Belief(mean, covariance, np.maximum(np.diag(covariance), 0))

    def against(self, rows: Rows) -> tuple[Floats, Floats]:
        """Posterior covariances (rows, watched rows) and (rows, rows)."""
        model = self._model
        scaled = model.scaled(rows)
        pulled, free = scaled @ model.covariance, model.free(scaled)
        shift = model.mean_variance
        with_watched = (self._scaled @ pulled.T).T + np.outer(
            free, model.free(self._scaled)
        ) * shift
        own = (scaled @ pulled.T).T + np.outer(free, free) * shift
        return with_watched, own
