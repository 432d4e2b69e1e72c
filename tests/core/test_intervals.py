from itertools import pairwise
from math import comb, erfc, sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tma.errors import QueryError
from tma.intervals import (
    check_confidence,
    clustered_difference,
    clustered_wilson,
    mcnemar,
    paired_difference,
    student_quantile,
    wilson,
)

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(st.integers(0, 7), min_size=3, max_size=40), st.randoms())
def test_the_order_of_clusters_changes_no_bit(rights: list[int], random: Random) -> None:
    pairs = [(min(right, 6), 7 - right % 2) for right in rights]
    mixed = random.sample(pairs, len(pairs))
    first, second = (
        clustered_wilson([r for r, _ in found], [n for _, n in found]) for found in (pairs, mixed)
    )
    assert first == second


@given(counts, st.floats(0.5, 0.999))
def test_wilson_holds_its_estimate_and_mirrors(count: tuple[int, int], confidence: float) -> None:
    right, n = count
    low, high = wilson(right, n, confidence)
    assert 0 <= low <= right / n <= high <= 1
    assert wilson(n - right, n, confidence) == pytest.approx((1 - high, 1 - low))


def test_wilson_agrees_with_the_published_example() -> None:
    # Newcombe 1998, Stat. Med. 17: 857-872, table I, method 3
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


@pytest.mark.parametrize("n", [10, 50, 200])
def test_wilson_covers_on_average_as_promised(n: int) -> None:
    """Coverage over uniform p, by exact binomial probabilities rather than by chance."""
    bounds = [wilson(k, n) for k in range(n + 1)]
    shares = np.linspace(0.01, 0.99, 99)
    covered = [
        sum(
            comb(n, k) * p**k * (1 - p) ** (n - k)
            for k, b in enumerate(bounds)
            if b[0] <= p <= b[1]
        )
        for p in shares.tolist()
    ]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.01)
    assert min(covered) > 0.83


def test_student_quantiles() -> None:
    table = {1: 12.706, 2: 4.303, 3: 3.182, 5: 2.571, 10: 2.228, 30: 2.042, 1000: 1.962}
    for freedom, t in table.items():
        assert student_quantile(0.95, freedom) == pytest.approx(t, rel=0.006)
    assert student_quantile(0.99, 4) == pytest.approx(4.604, rel=0.02)


def test_single_answers_make_no_clusters() -> None:
    assert clustered_wilson([1, 0, 1, 1], [1, 1, 1, 1]) == wilson(3, 4)


def test_copies_of_an_answer_tell_nothing_new() -> None:
    once = wilson(3, 10)
    thrice = clustered_wilson([3] * 3 + [0] * 7, [3] * 10)
    assert thrice.high - thrice.low >= once.high - once.low
    assert clustered_wilson([3] * 10, [3] * 10) == wilson(10, 10)
    assert clustered_wilson([], []) == (0, 1)
    assert clustered_wilson([2], [3]) == wilson(2 / 3, 1)


def test_clustered_wilson_covers_where_the_plain_one_does_not() -> None:
    rng = np.random.default_rng(5)
    plain = robust = 0
    for _ in range(400):
        rates = rng.beta(0.7, 0.7, size=40)  # mean one half
        rights = rng.binomial(5, rates).tolist()
        low, high = clustered_wilson(rights, [5] * 40)
        robust += low <= 0.5 <= high
        low, high = wilson(sum(rights), 200)
        plain += low <= 0.5 <= high
    assert plain < 330
    assert 370 <= robust <= 396


def test_tango_agrees_with_the_published_example() -> None:
    # 44 pairs, of which one is discordant
    low, high = paired_difference(0, 1, 44)
    assert (low, high) == pytest.approx((-0.1180, 0.0592), abs=2e-3)
    # all pairs discordant: the bound has the closed form (n - z^2) / (n + z^2)
    z2 = 1.959964**2
    assert paired_difference(43, 0, 43) == pytest.approx(((43 - z2) / (43 + z2), 1), abs=1e-6)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 60))
def test_tango_holds_its_estimate_and_mirrors(wins: int, losses: int, ties: int) -> None:
    n = wins + losses + ties
    low, high = paired_difference(wins, losses, n)
    middle = (wins - losses) / n if n else 0.0
    assert -1 <= low <= middle + 1e-9
    assert middle - 1e-9 <= high <= 1
    assert paired_difference(losses, wins, n) == pytest.approx((-high, -low), abs=1e-9)


def test_tango_narrows_with_more_pairs() -> None:
    widths = [h - low for low, h in (paired_difference(2 * m, m, 10 * m) for m in (1, 4, 16, 64))]
    assert all(a > b for a, b in pairwise(widths))


def test_clustered_differences() -> None:
    singles = [(1, 0, 1)] * 6 + [(0, 1, 1)] * 2 + [(0, 0, 1)] * 12
    assert clustered_difference(singles) == paired_difference(6, 2, 20)
    copies = [(won * 3, lost * 3, 3) for won, lost, _ in singles]
    wide, narrow = clustered_difference(copies), paired_difference(18, 6, 60)
    assert wide.high - wide.low > narrow.high - narrow.low
    assert clustered_difference([(0, 0, 3)] * 4) == pytest.approx(paired_difference(0, 0, 4))
    assert clustered_difference([]) == (-1, 1)


def test_a_confidence_is_a_share() -> None:
    assert check_confidence(0.9) == 0.9
    for wrong in (0, 1, 95, -0.5):
        with pytest.raises(QueryError, match="out of range"):
            check_confidence(wrong)


def alone(wins: int, losses: int, alike: int) -> list[tuple[int, int, int]]:
    """Clusters of one pair each."""
    return [(1, 0, 1)] * wins + [(0, 1, 1)] * losses + [(0, 0, 1)] * alike


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 5))
def test_mcnemar_agrees_with_the_binomial_of_a_library(wins: int, losses: int, alike: int) -> None:
    p = mcnemar(alone(wins, losses, alike))
    if not wins + losses:
        assert p == (1.0 if alike else None)
        return
    fewer, half = min(wins, losses), stats.binom(wins + losses, 0.5)
    assert p == pytest.approx(min(1.0, 2 * half.cdf(fewer) - half.pmf(fewer)), rel=1e-9)
    assert mcnemar(alone(losses, wins, alike)) == p


def test_mcnemar_agrees_with_the_published_example() -> None:
    # Fagerland, Lydersen and Laake 2013, table 1: 1 pair against 7
    assert mcnemar(alone(1, 7, 13)) == pytest.approx(0.0391, abs=5e-5)


def test_mcnemar_over_clusters() -> None:
    differences = [2, 3, -1, 0, 2]
    pairs = [(max(d, 0), max(-d, 0), 3) for d in differences]
    z = sum(differences) / sqrt(sum(d * d for d in differences))
    assert mcnemar(pairs) == pytest.approx(erfc(z / sqrt(2)))
    # pairs that cancel out within clusters tell no more than independent ones
    assert mcnemar([(3, 2, 6), (2, 1, 6)]) == pytest.approx(erfc(2 / sqrt(8) / sqrt(2)))
    assert mcnemar([(2, 2, 4)]) == 1
