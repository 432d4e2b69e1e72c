"""Evening out: how soon wrong options are taken, so that the text alone tells nothing.

An option gives itself away if it is wrong more often, or less, than three times as often as it is
right: among all questions, or among those with something in common that can be read (a *cue*: the
relation that is asked about, what was done before). Weights for taking it as a wrong option are
fitted until neither is so, on a sample of the questions that are asked, with everything that keeps
it from being offered where it may be true. Beside an answer another option is taken as often as
that answer beside it.

The weight of option b for a question with the answer a and cues c is

    w(b) = prior(b) exp(sum over c of theta(b, c) + phi(a, b) + sum over d of chi(b, d))

for the wrong options d that are chosen already; phi(a, b) = -phi(b, a), chi is symmetric. Of two
options in the same question one is right as often as neither. The parameters are fitted by
stochastic approximation (Robbins and Monro, 1951): options are drawn for all of the sample, and
each parameter moves by what is counted too few. A Gaussian prior keeps down those of rare pairs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from tma_plugins.scenegraph.options import Asking, Judge

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ALWAYS = ""
"""The cue that every question has."""
_STEPS = 60
_STEADY = 20
_SPREAD = 1.0
_DAMPING = 8.0
_MOST = 7.0
_FEWEST_CUES = 6
_MOST_PAIRED = 220
_LEAST_WEIGHT = 1e-4
_DIGITS = 3
Table = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Evening:
    """Fitted parameters.

    Attributes:
        by_cue: cue -> option -> theta; what is left out is 0.
        by_answer: answer -> option -> phi.
        beside: wrong option -> option -> chi.
    """

    by_cue: Table
    by_answer: Table
    beside: Table

    def weights(self, asking: Asking) -> dict[str, float]:
        """How soon each false option is taken for a question: logarithms."""
        tables = [self.by_cue[c] for c in (ALWAYS, *asking.cues) if c in self.by_cue]
        if asking.answer in self.by_answer:
            tables.append(self.by_answer[asking.answer])
        return {
            o: math.log(prior) + sum(table.get(o, 0.0) for table in tables)
            for o, prior in asking.options.items()
        }


NONE = Evening({}, {}, {})
"""Leaves the weights as they are."""


def fit(askings: Sequence[Asking], apart: Judge, count: int, rng: np.random.Generator) -> Evening:
    """Weights under which a sample of questions would not give themselves away.

    Args:
        askings: what is asked, as often as it is.
        apart: whether two can be options of one question.
        count: how many wrong options each gets.
        rng: the source of chance.
    """
    return _Fit(askings, apart, count).run(rng) if askings else NONE


class _Fit:
    """The sample as arrays: m questions, n options, k cues.

    Attributes:
        prior: (m, n) logarithms; minus infinity where an option is not false for sure.
        answers: (m,) numbers of options.
        cues: (m, most cues of a question) numbers, k where there is none.
        theta: (k + 1, n); the last row stays 0.
        phi: (n, n), answer and option; stays 0 if there are too many to count pairs.
        chi: (n, n) symmetric, two wrong options; the same.
    """

    def __init__(self, askings: Sequence[Asking], apart: Judge, count: int) -> None:
        self.count = count
        self.options = _counted_on(askings)
        number = {o: i for i, o in enumerate(self.options)}
        self.prior = np.full((len(askings), len(self.options)), -np.inf)
        for row, asking in zip(self.prior, askings, strict=True):
            known = {number[o]: w for o, w in asking.options.items() if o in number}
            row[list(known)] = np.log(list(known.values()))
        self.answers = np.array([number[a.answer] for a in askings])
        self.names, self.cues = _coded([(ALWAYS, *a.cues) for a in askings])
        self.apart = _matrix(self.options, apart)
        self.theta = np.zeros((len(self.names) + 1, len(self.options)))
        self.phi = np.zeros((len(self.options),) * 2)
        self.chi = np.zeros_like(self.phi)

    def run(self, rng: np.random.Generator) -> Evening:
        """Fit and round."""
        for step in range(_STEPS):
            self._step(min(1.0, _STEADY / (step + 1)), rng)
        return Evening(
            self._sparse(dict(zip(self.names, self.theta, strict=False))),
            self._sparse(dict(zip(self.options, self.phi, strict=True))),
            self._sparse(dict(zip(self.options, self.chi, strict=True))),
        )

    def _sparse(self, rows: Mapping[str, Floats]) -> Table:
        found = {}
        for name, row in rows.items():
            places = np.flatnonzero(np.abs(row) >= 10**-_DIGITS).tolist()
            if places:
                found[name] = {self.options[i]: round(float(row[i]), _DIGITS) for i in places}
        return found

    def _step(self, rate: float, rng: np.random.Generator) -> None:
        rows, wrong = self._draw(rng)
        answers = self.answers[rows]
        right_by, wrong_by = np.zeros_like(self.theta), np.zeros_like(self.theta)
        for column in self.cues[rows].T:
            np.add.at(right_by, (column, answers), self.count)
            for option in wrong.T:
                np.add.at(wrong_by, (column, option), 1)
        _move(self.theta, right_by, wrong_by, rate)
        self.theta[-1] = 0
        if len(self.options) <= _MOST_PAIRED:
            beside = np.zeros_like(self.phi)
            for option in wrong.T:
                np.add.at(beside, (answers, option), 1)
            both = np.zeros_like(self.chi)
            for one, other in permutations(wrong.T, 2):
                np.add.at(both, (one, other), 1)
            _move(self.phi, beside.T, beside, rate)
            _move(self.chi, beside + beside.T, both, rate)

    def _draw(self, rng: np.random.Generator) -> tuple[Ints, Ints]:
        """Questions that have options enough, and their wrong options."""
        score = self.prior.copy()
        for column in self.cues.T:
            score += self.theta[column]
        score += self.phi[self.answers]
        score += rng.gumbel(size=score.shape)
        rows = np.arange(len(score))
        drawn = []
        for _ in range(self.count):
            best = score.argmax(axis=1)
            drawn.append(best)
            rows = rows[np.isfinite(score[rows, best[rows]])]
            score[~self.apart[best]] = -np.inf
            score += self.chi[best]
        return rows, np.stack(drawn, axis=1)[rows]


def _move(parameters: Floats, wanted: Floats, found: Floats, rate: float) -> None:
    """A step towards as many as are wanted, and a little towards 0."""
    lack = wanted - found - parameters / _SPREAD
    parameters += rate * lack / (wanted + found + _DAMPING)
    np.clip(parameters, -_MOST, _MOST, out=parameters)


def _counted_on(askings: Sequence[Asking]) -> list[str]:
    """Options that are right now and then, or at least likely to be drawn."""
    found = {a.answer for a in askings}
    for asking in askings:
        least = max(asking.options.values(), default=0.0) * _LEAST_WEIGHT
        found.update(o for o, weight in asking.options.items() if weight >= least)
    return sorted(found)


def _coded(lists: Sequence[Sequence[str]]) -> tuple[list[str], Ints]:
    """Cues that are common enough to be counted on, and their numbers in a padded array."""
    counts: dict[str, int] = {}
    for cues in lists:
        for cue in cues:
            counts[cue] = counts.get(cue, 0) + 1
    names = [cue for cue, n in counts.items() if n >= _FEWEST_CUES or cue == ALWAYS]
    number = {cue: i for i, cue in enumerate(names)}
    found = [[number[c] for c in dict.fromkeys(cues) if c in number] for cues in lists]
    width = max(map(len, found))
    return names, np.array([f + [len(names)] * (width - len(f)) for f in found])


def _matrix(options: Sequence[str], apart: Judge) -> NDArray[np.bool_]:
    """Which may stand beside each other; none beside itself."""
    found = np.zeros((len(options),) * 2, dtype=bool)
    for i, one in enumerate(options):
        found[i, :i] = [apart(one, other) for other in options[:i]]
    return found | found.T
