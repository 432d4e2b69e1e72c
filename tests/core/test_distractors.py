"""Options tell nothing about the answer: a guesser who counts stays at chance."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tma.distractors import DistractorPool

Matrix = NDArray[np.bool_]


def all_pairs(size: int) -> Matrix:
    return ~np.eye(size, dtype=bool)


def without(size: int, *clashes: tuple[int, int]) -> Matrix:
    pairs = all_pairs(size)
    for a, b in clashes:
        pairs[a, b] = pairs[b, a] = False
    return pairs


def simulate(
    weights: list[float], pairs: Matrix | None, n: int, seed: int, count: int = 3
) -> Counter[tuple[int, frozenset[int]]]:
    """How often each answer came with each set of options, answers drawn as `shares` asks."""
    pool = DistractorPool(np.array(weights), pairs, count)
    rng = np.random.default_rng(seed)
    found: Counter[tuple[int, frozenset[int]]] = Counter()
    for answer in rng.choice(len(weights), size=n, p=pool.shares / pool.shares.sum()).tolist():
        drawn = pool.draw(answer, rng)
        assert drawn is not None
        found[answer, frozenset((answer, *drawn))] += 1
    return found


def best_guess(
    known: Counter[tuple[int, frozenset[int]]], asked: Counter[tuple[int, frozenset[int]]]
) -> float:
    """The share that a guesser gets right who has learnt P(answer | options) elsewhere."""
    by_set: dict[frozenset[int], Counter[int]] = defaultdict(Counter)
    overall: Counter[int] = Counter()
    for (answer, options), times in known.items():
        by_set[options][answer] += times
        overall[answer] += times
    right = 0
    for (answer, options), times in asked.items():
        votes = by_set.get(options) or overall
        right += times * (max(sorted(options), key=lambda o: votes[o]) == answer)
    return right / asked.total()


POOLS: dict[str, tuple[list[float], Matrix | None]] = {
    "uniform": ([1] * 7, None),
    "just enough": ([1] * 4, None),
    "two to one": ([2, 2, 1, 1, 1, 1], None),
    "one to ten": ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], None),
    "one overlap": ([1] * 9, without(9, (0, 1))),
    "overlaps and weights": (
        [3, 2, 2, 2, 3, 4, 4, 3, 2, 2, 2, 2],
        without(12, (0, 1), (2, 3), (3, 4), (8, 9), (9, 10), (8, 10)),
    ),
    "diagonal positions": ([6, 6, 6, 6, 4, 4, 4, 4], None),
}


@pytest.mark.parametrize("name", POOLS)
def test_a_guesser_stays_at_chance(name: str) -> None:
    weights, pairs = POOLS[name]
    known, asked = (simulate(weights, pairs, 6000, seed) for seed in (1, 2))
    assert 0.23 < best_guess(known, asked) < 0.27


def test_the_guesser_would_notice() -> None:
    """Distractors drawn evenly, whatever the answers' weights, give the answer away."""
    rng = np.random.default_rng(3)
    found: list[Counter[tuple[int, frozenset[int]]]] = []
    for _ in range(2):
        counter: Counter[tuple[int, frozenset[int]]] = Counter()
        for answer in rng.choice(6, size=6000, p=[0.25, 0.25, 0.125, 0.125, 0.125, 0.125]).tolist():
            others = [o for o in range(6) if o != answer]
            counter[
                answer, frozenset((answer, *rng.choice(others, 3, replace=False).tolist()))
            ] += 1
        found.append(counter)
    assert best_guess(*found) > 0.3


@pytest.mark.parametrize("name", POOLS)
def test_weights_that_can_be_met_are_met(name: str) -> None:
    weights, pairs = POOLS[name]
    shares = DistractorPool(np.array(weights), pairs).shares
    assert shares.sum() == pytest.approx(1, abs=1e-6)
    assert shares == pytest.approx(np.array(weights) / sum(weights), abs=0.01)


def test_an_answer_that_is_too_common_is_cut_to_its_share() -> None:
    """An answer that is in every set of four can be right in a quarter of them at most."""
    shares = DistractorPool(np.array([100.0, 1, 1, 1, 1])).shares
    assert 0.22 < shares[0] <= 0.2501
    known, asked = (simulate([100, 1, 1, 1, 1], None, 6000, seed) for seed in (1, 2))
    assert best_guess(known, asked) < 0.27


def test_answers_that_never_meet_share_a_quarter() -> None:
    """Of six, cube and cuboid are never options of one question: a set holds one at most."""
    pairs = without(6, (0, 1))
    shares = DistractorPool(np.ones(6), pairs).shares
    assert shares == pytest.approx([0.125] * 2 + [0.1875] * 4, abs=0.005)
    known, asked = (simulate([1] * 6, pairs, 6000, seed) for seed in (1, 2))
    assert best_guess(known, asked) < 0.27


def test_large_pools() -> None:
    """Too many sets to list: each option is as often right as its fellows."""
    size = 60
    rng = np.random.default_rng(8)
    clashes = [(a, b) for a, b in combinations(range(size), 2) if rng.random() < 0.1]
    pairs = without(size, *clashes)
    found = simulate([1] * size, pairs, 12000, 4)
    shown: Counter[int] = Counter()
    right: Counter[int] = Counter()
    for (answer, options), times in found.items():
        right[answer] += times
        shown.update(dict.fromkeys(options, times))
        assert all(pairs[a, b] for a, b in combinations(options, 2))
    rate = np.array([right[i] / shown[i] for i in range(size)])
    # two hundred answers each: chance alone makes these rates vary by 0.015 or so
    assert abs(rate.mean() - 0.25) < 0.01
    assert rate.std() < 0.03


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[float], Matrix, int]:
    size = draw(st.integers(1, 8))
    weights = draw(st.lists(st.sampled_from((0.0, 1.0, 2.0, 9.0)), min_size=size, max_size=size))
    pairs = all_pairs(size)
    for a, b in combinations(range(size), 2):
        pairs[a, b] = pairs[b, a] = draw(st.booleans())
    return weights, pairs, draw(st.integers(1, 3))


@given(pools(), st.data(), st.sampled_from((0, 40_000)))
def test_draws_are_allowed_and_there_whenever_possible(
    case: tuple[list[float], Matrix, int], data: st.DataObject, most: int
) -> None:
    weights, pairs, count = case
    size = len(weights)
    if not any(weights):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tma.distractors._MOST_SETS", most)  # 0: as if there were too many to list
        pool = DistractorPool(np.array(weights), pairs, count)
    answer = data.draw(st.sampled_from([i for i in range(size) if weights[i]]))
    allowed = None
    if data.draw(st.booleans()):
        allowed = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    possible = [
        set(s)
        for s in combinations([i for i in range(size) if weights[i]], count)
        if answer not in s
        and (allowed is None or all(allowed[i] for i in s))
        and all(pairs[a, b] for a, b in combinations((*s, answer), 2))
    ]
    rng = np.random.default_rng(0)
    for _ in range(5):
        drawn = pool.draw(answer, rng, allowed)
        if not possible:
            assert drawn is None
        elif most or drawn is not None:
            assert drawn is not None
            assert len(drawn) == count
            assert set(drawn) in possible


@pytest.mark.parametrize("count", [23, 25])
def test_as_many_options_as_a_task_may_have(count: int) -> None:
    """Few sets of 24 of 26 answers, but ten millions of 13: the sets are not grown from those."""
    pool = DistractorPool(np.ones(26), without(26, (0, 1)) if count < 25 else None, count)
    drawn = pool.draw(25, np.random.default_rng(0))
    assert drawn is not None
    assert len({*drawn, 25}) == count + 1
    assert count == 25 or not {0, 1} <= {*drawn}


def test_nothing_is_drawn_of_nothing() -> None:
    pool = DistractorPool(np.zeros(5))
    assert pool.draw(0, np.random.default_rng(0)) is None
    assert not pool.shares.any()


def test_the_same_chance_draws_the_same() -> None:
    pool = DistractorPool(np.arange(1.0, 9.0))
    draws = [[pool.draw(7, np.random.default_rng(s)) for s in range(20)] for _ in range(2)]
    assert draws[0] == draws[1]
