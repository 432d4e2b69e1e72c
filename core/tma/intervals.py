"""Confidence intervals for shares of right answers and for differences between models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, fsum, lgamma, log, pi, sqrt, tan
from statistics import NormalDist
from typing import NamedTuple

from tma.errors import QueryError


class Interval(NamedTuple):
    """Lower and upper bound."""

    low: float
    high: float


def check_confidence(confidence: float) -> float:
    """Return `confidence` if it lies strictly between 0 and 1.

    Raises:
        QueryError: it does not.
    """
    if not 0 < confidence < 1:
        raise QueryError(f"confidence {confidence} is out of range", hint="such as 0.95")
    return confidence


def normal_quantile(confidence: float) -> float:
    """Z with P(|Z| <= z) = confidence for a standard normal Z."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def student_quantile(confidence: float, freedom: int) -> float:
    """T with P(|T| <= t) = confidence; exact for 1 and 2 degrees of freedom.

    Beyond that the Cornish-Fisher expansion in 1 / freedom (Abramowitz and Stegun 1964, 26.7.5),
    within 1 % of the true value for confidences up to 0.99.
    """
    share = (1 + confidence) / 2
    if freedom == 1:
        return tan(pi * (share - 0.5))
    if freedom == 2:
        return (2 * share - 1) / sqrt(2 * share * (1 - share))
    z = normal_quantile(confidence)
    terms: tuple[float, ...] = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return sum(term / float(freedom**power) for power, term in enumerate(terms))


def wilson(right: float, n: float, confidence: float = 0.95) -> Interval:
    """Wilson's score interval for a share (Wilson 1927, J. Am. Stat. Assoc. 22: 209-212).

    Args:
        right: successes, 0 to `n`; need not be whole (effective counts).
        n: trials; (0, 1) is returned for none.
        confidence: strictly between 0 and 1.
    """
    if n <= 0:
        return Interval(0.0, 1.0)
    z2 = normal_quantile(confidence) ** 2
    share = right / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    # the exact bounds at the ends, where rounding would miss them
    low = 0.0 if right <= 0 else max(0.0, centre - half)
    high = 1.0 if right >= n else min(1.0, centre + half)
    return Interval(low, high)


def clustered_wilson(
    rights: Sequence[int], counts: Sequence[int], confidence: float = 0.95
) -> Interval:
    """Wilson's interval where answers come in clusters, such as several orders of one plan.

    The number of answers is replaced by an effective one: divided by the design effect of the
    ratio estimator, and corrected for few clusters by Student's t (Korn and Graubard 1998,
    Survey Methodology 24: 193-201; with Wilson's interval: Franco, Little, Louis and Slud 2019,
    J. Surv. Stat. Methodol. 7: 334-364). Where all answers agree nothing is known of the
    correlation, and each cluster counts as one answer.

    Args:
        rights: right answers, one number a cluster.
        counts: answers, one number a cluster, each at least 1.
        confidence: strictly between 0 and 1.
    """
    n, right = sum(counts), sum(rights)
    spread = [r - right / n * c for r, c in zip(rights, counts, strict=True)] if n else []
    size = effective_size(n, right / n * (1 - right / n) if n else 0.0, spread, confidence)
    return wilson(right / n * size if n else 0.0, size, confidence)


def effective_size(n: int, variance: float, spread: Sequence[float], confidence: float) -> float:
    """How many independent answers tell as much; the clusters' order does not matter.

    Args:
        n: answers.
        variance: of one answer.
        spread: each cluster's sum of deviations from the mean.
        confidence: for the correction for few clusters.
    """
    clusters = len(spread)
    if clusters in (n, 0):
        return n
    between = fsum(s * s for s in spread) * clusters / (clusters - 1) if clusters > 1 else 0.0
    if variance <= 0 or between <= 0:
        return clusters
    effect = max(1.0, between / (n * variance))
    few = (normal_quantile(confidence) / student_quantile(confidence, clusters - 1)) ** 2
    return n / effect * few


def tango_score(first_only: float, second_only: float, n: float, delta: float) -> float:
    """Tango's score (see `paired_difference`) of a true difference `delta`: about standard normal.

    Args:
        first_only: pairs of which only the first is right.
        second_only: pairs of which only the second is right.
        n: pairs, more than none.
        delta: -1 to 1.
    """
    # the maximum-likelihood share of second-only pairs, given the difference
    a = 2 * n
    b = -first_only - second_only + (2 * n - first_only + second_only) * delta
    c = -second_only * delta * (1 - delta)
    share = (sqrt(max(0.0, b * b - 4 * a * c)) - b) / (2 * a)
    variance = n * (2 * share + delta * (1 - delta))
    distance = first_only - second_only - n * delta
    return distance / sqrt(variance) if variance > 0 else distance * float("inf")


def paired_difference(
    first_only: float, second_only: float, n: float, confidence: float = 0.95
) -> Interval:
    """Tango's score interval for a difference of paired shares (1998, Stat. Med. 17: 891-908).

    Args:
        first_only: pairs of which only the first is right.
        second_only: pairs of which only the second is right.
        n: pairs; (-1, 1) is returned for none. Counts need not be whole (effective counts).
        confidence: strictly between 0 and 1.

    Returns:
        Bounds of (share of the first) - (share of the second).
    """
    if n <= 0:
        return Interval(-1.0, 1.0)
    z = normal_quantile(confidence)

    def score(delta: float) -> float:
        return tango_score(first_only, second_only, n, delta)

    middle = (first_only - second_only) / n
    low = -1.0 if middle <= -1 else _root(lambda d: score(d) - z, -1.0, middle)
    high = 1.0 if middle >= 1 else _root(lambda d: score(d) + z, middle, 1.0)
    return Interval(low, high)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a decreasing function changes its sign, by bisection."""
    for _ in range(60):
        middle = (low + high) / 2
        if function(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def clustered_difference(
    pairs: Sequence[tuple[int, int, int]], confidence: float = 0.95
) -> Interval:
    """`paired_difference` where pairs come in clusters; effective counts as `clustered_wilson`.

    Args:
        pairs: a cluster each: (first only right, second only right, pairs).
        confidence: strictly between 0 and 1.
    """
    wins, losses, n = (sum(p[i] for p in pairs) for i in range(3))
    if not n:
        return Interval(-1.0, 1.0)
    mean = (wins - losses) / n
    spread = [won - lost - mean * c for won, lost, c in pairs]
    size = effective_size(n, (wins + losses) / n - mean * mean, spread, confidence)
    return paired_difference(wins * size / n, losses * size / n, size, confidence)


def mcnemar(pairs: Sequence[tuple[int, int, int]]) -> float | None:
    """Two-sided p-value of McNemar's test that two models are right equally often.

    Where every cluster is one pair the exact mid-p test on the pairs that differ (Fagerland,
    Lydersen and Laake 2013, BMC Med. Res. Methodol. 13: 91); else the score test over clusters
    (Obuchowski 1998, Stat. Med. 17: 1495-1507, without its small-sample factor), with no smaller
    a variance than independent pairs would have.

    Args:
        pairs: a cluster each: (first only right, second only right, pairs).

    Returns:
        The p-value; None without pairs, 1 if no pair differs.
    """
    wins, losses, n = (sum(p[i] for p in pairs) for i in range(3))
    if not n:
        return None
    if not wins + losses:
        return 1.0
    if all(p[2] <= 1 for p in pairs):
        return _mid_p(wins, losses)
    between = sum((won - lost) ** 2 for won, lost, _ in pairs)
    score = abs(wins - losses) / sqrt(max(between, wins + losses))
    return 2 * (1 - NormalDist().cdf(score))


def _mid_p(wins: int, losses: int) -> float:
    """Exact binomial test of one half, half of the outcome's own probability left out."""
    differ, fewer = wins + losses, min(wins, losses)
    log_half = -differ * log(2)

    def chance(k: int) -> float:
        return exp(lgamma(differ + 1) - lgamma(k + 1) - lgamma(differ - k + 1) + log_half)

    below = sum(chance(k) for k in range(fewer))
    return min(1.0, 2 * below + chance(fewer))
