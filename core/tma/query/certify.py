"""Intervals and tests that hold whatever the model of the answers: from fresh answers alone."""

from __future__ import annotations

from scipy.special import betaincinv, ndtr

from tma.intervals import Interval, tango_score


def clopper_pearson(right: int, n: int, confidence: float = 0.95) -> Interval:
    """The exact interval for a share (Clopper and Pearson 1934, Biometrika 26: 404-413).

    Args:
        right: successes of `n` independent trials with one chance.
        n: trials; (0, 1) is returned for none.
        confidence: strictly between 0 and 1; covers at least as often, whatever the chance.
    """
    tail = (1 - confidence) / 2
    low = float(betaincinv(right, n - right + 1, tail)) if right else 0.0
    high = float(betaincinv(right + 1, n - right, 1 - tail)) if right < n else 1.0
    return Interval(low, high)


def above_p_value(successes: int, n: int, value: float) -> float:
    """Of the exact test that a share is at most `value`: P(at least so many successes)."""
    return _at_least(successes, n, value)


def beats_p_value(wins: int, losses: int, pairs: int, margin: float = 0.0) -> float:
    """Of the test that a model is better than another one by at most a margin.

    The sign test on the pairs in which the two differ, which is exact for no margin; for a margin
    the larger of that and of Tango's score test, which is asymptotic.

    Args:
        wins: pairs that only the first got right.
        losses: pairs that only the second got right.
        pairs: all of them.
        margin: 0 to below 1.
    """
    if wins <= losses:
        return 1.0
    sign = _at_least(wins, wins + losses, 0.5)
    if not margin:
        return sign
    return max(sign, float(ndtr(-tango_score(wins, losses, pairs, margin))))


def _at_least(successes: int, n: int, chance: float) -> float:
    from scipy.stats import binom  # takes longer to import than all the rest of `tma.query`

    return float(binom.sf(successes - 1, n, chance))
