"""What a search has learned: its answers, and the model that is fitted to them as they come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tma.query.primal import PrimalSurrogate, PrimalWatch
from tma.query.surrogate import (
    Belief,
    Floats,
    Surrogate,
    Watch,
    fit_variances,
    log_likelihood,
)
from tma.query.units import Units

LEAST_FIT = 24
_MOST_FIT = 600
_GROWTH = 1.3
_PRIMAL = 3000
"""With more answers effects are kept instead: the cost of the others grows with their square."""
_CHUNK = 1000
_EVIDENCE = 1.0
"""Gain in log-likelihood from which on optional blocks are used."""


@dataclass(frozen=True)
class _Fit:
    """A model, the number of answers it was fitted to, and variances without optional blocks."""

    surrogate: Surrogate | PrimalSurrogate
    watch: Watch | PrimalWatch
    answers: int
    plain: Floats | None = None


class Learner:
    """Answers, and the belief about the units that follows from them.

    Variances are fitted to the first answers, and anew when there are many more of them.

    Args:
        units: what is judged.

    Attributes:
        plans, y: the plans that were answered, and 1 for right, 0 for wrong (for comparisons the
            difference).
    """

    def __init__(self, units: Units) -> None:
        self.units = units
        self.plans: list[int] = []
        self.y: list[float] = []
        self._fit: _Fit | None = None
        self._glance: tuple[int, Belief] | None = None

    def learn(self, plans: Sequence[int], values: Sequence[float]) -> None:
        """Take in answers."""
        self.plans += plans
        self.y += values
        if plans and self._fit is not None:
            self._fit.surrogate.add(self.units.rows(plans), np.array(values))

    def model(self) -> tuple[Surrogate | PrimalSurrogate, Watch | PrimalWatch]:
        """The model, fitted anew if that is due.

        To be called when answers alone say so: at which of them it is fitted shows in the belief.
        """
        if self._fit is None or self._due(self._fit):
            self._fit = self._fitted()
        elif len(self.y) > _PRIMAL and isinstance(self._fit.surrogate, Surrogate):
            self._fit = self._made(
                self._fit.surrogate.variances, self._fit.answers, self._fit.plain
            )
        return self._fit.surrogate, self._fit.watch

    def settle(self) -> Belief:
        """The belief at a decision: the model is fitted to all answers that fits may use."""
        if self._fit is None or self._fit.answers < min(len(self.y), _MOST_FIT):
            self._fit = self._fitted()
        return self._fit.watch.believe()

    def glance(self) -> Belief:
        """The belief about the units, at any moment: it leaves no trace.

        Raises:
            ValueError: no answer yet.
        """
        if not self.y:
            raise ValueError("no answers yet")
        if self._glance is None or self._glance[0] != len(self.y):
            due = self._fit is None or self._due(self._fit)
            fit = self._fitted() if due or self._fit is None else self._fit
            self._glance = len(self.y), fit.watch.believe()
        return self._glance[1]

    def _due(self, fit: _Fit) -> bool:
        n = min(len(self.y), _MOST_FIT)
        return n >= fit.answers * _GROWTH or n == _MOST_FIT > fit.answers

    def _fitted(self) -> _Fit:
        n = min(len(self.y), _MOST_FIT)
        y: Floats = np.array(self.y)
        rows = self.units.rows(self.plans[:n])
        before = self._fit
        found = fit_variances(rows, y[:n], None if before is None else before.surrogate.variances)
        if not (optional := self.units.optional):
            return self._made(found, n)
        # the model without the optional blocks has its own way, that of a search without them
        needed = len(rows) - optional
        plain = fit_variances(rows[:needed], y[:n], None if before is None else before.plain)
        gain = log_likelihood(rows, y[:n], found) - log_likelihood(rows[:needed], y[:n], plain)
        if gain <= _EVIDENCE:
            found = np.concatenate([plain[:-1], np.zeros(optional), plain[-1:]])
        return self._made(found, n, plain)

    def _made(self, variances: Floats, answers: int, plain: Floats | None = None) -> _Fit:
        """A model of these variances that knows all answers."""
        surrogate: Surrogate | PrimalSurrogate
        if len(self.y) > _PRIMAL:
            sizes = [r.shape[1] for r in self.units.unit_rows]
            surrogate = PrimalSurrogate(variances, sizes)
        else:
            surrogate = Surrogate(variances)
        watch = surrogate.watch(self.units.unit_rows)
        y: Floats = np.array(self.y)
        for start in range(0, len(y), _CHUNK):
            part = slice(start, start + _CHUNK)
            surrogate.add(self.units.rows(self.plans[part]), y[part])
        return _Fit(surrogate, watch, answers, plain)
