from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tma.intervals import Interval
from tma.query.membership import above, all_of, below, top_k
from tma.query.patterns import benjamini_hochberg, find_patterns, fisher_tail

grid = st.integers(0, 12).map(lambda n: n / 12)
bounds = st.tuples(grid, grid).map(lambda t: Interval(min(t), max(t)))


@given(st.lists(bounds, min_size=1, max_size=7), st.data(), st.booleans())
def test_top_k_says_only_what_holds_for_every_truth_inside(
    intervals: list[Interval], data: st.DataObject, worst: bool
) -> None:
    k = data.draw(st.integers(1, len(intervals)))
    found = top_k(intervals, k, worst=worst)
    truth = [data.draw(st.sampled_from([i.low, i.high, (i.low + i.high) / 2])) for i in intervals]
    for place, said in enumerate(found):
        sign = 1 if worst else -1
        ahead = sum(sign * t < sign * truth[place] for t in truth)
        level = sum(t == truth[place] for i, t in enumerate(truth) if i != place)
        if said == "in":
            assert ahead + level <= k - 1
        if said == "out":
            assert ahead >= k
    assert found.count("in") <= k


@given(st.lists(st.integers(0, 99), min_size=1, max_size=9, unique=True), st.data())
def test_top_k_of_points_is_settled(values: list[int], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(values)))
    found = top_k([Interval(v, v) for v in values], k, worst=True)
    chosen = {v for v, said in zip(values, found, strict=True) if said == "in"}
    assert chosen == set(sorted(values)[:k])
    assert "undecided" not in found


def test_touching_bounds_settle_nothing() -> None:
    assert top_k([Interval(0.5, 0.5)] * 3, 1, worst=True) == ["undecided"] * 3
    assert top_k([Interval(0.5, 0.5)] * 3, 3, worst=True) == ["in"] * 3


def test_thresholds_by_intervals() -> None:
    assert [below(Interval(a, b), 0.5) for a, b in ((0, 0.4), (0.5, 1), (0.4, 0.5))] == [
        "in",
        "out",
        "undecided",
    ]
    assert [above(Interval(a, b), 0.5) for a, b in ((0.6, 1), (0, 0.5), (0.5, 0.6))] == [
        "in",
        "out",
        "undecided",
    ]
    assert all_of(["in", "in"]) == "in"
    assert all_of(["in", "undecided"]) == "undecided"
    assert all_of(["in", "out", "undecided"]) == "out"


@given(st.integers(1, 25).flatmap(lambda n: st.tuples(*[st.integers(0, n)] * 2, st.just(n))))
def test_fisher_tail_by_counting(case: tuple[int, int, int]) -> None:
    marked, drawn, total = case
    for least in range(drawn + 1):
        ways = sum(
            comb(marked, k) * comb(total - marked, drawn - k) for k in range(least, drawn + 1)
        )
        assert fisher_tail(total, marked, drawn, least) == pytest.approx(
            ways / comb(total, drawn), abs=1e-12
        )


def test_q_values() -> None:
    # Benjamini and Hochberg 1995, section 3.2: four hypotheses are rejected at 0.05
    p = [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719,
         .6528, .7590, 1.0]  # fmt: skip
    q = benjamini_hochberg(p)
    assert sum(x <= 0.05 for x in q) == 4
    assert q == sorted(q)
    assert q[0] == pytest.approx(0.0015)
    assert benjamini_hochberg([]) == []
    assert benjamini_hochberg([0.5, 0.01]) == pytest.approx([0.5, 0.02])


FIELDS: list[dict[str, str | int]] = [
    {"generator": "g", "a": f"a{i % 5}", "b": f"b{i % 7}", "ab": f"a{i % 5}", "n": i % 3}
    for i in range(840)
]


def test_chance_alone_makes_few_patterns() -> None:
    rng = np.random.default_rng(2)
    hits = [bool(find_patterns(FIELDS, (rng.random(840) < 0.3).tolist())[0]) for _ in range(60)]
    assert sum(hits) <= 8


def test_a_planted_pair_is_found_and_its_shadows_are_not() -> None:
    rng = np.random.default_rng(3)
    planted = [p["a"] == "a1" and p["b"] == "b2" for p in FIELDS]
    wrong = [bool(x or rng.random() < 0.15) for x in planted]
    patterns, tested = find_patterns(FIELDS, wrong)
    found = [frozenset(p.fields) for p in patterns]
    assert frozenset({("a", "a1"), ("b", "b2")}) in found
    assert tested > 50
    for pattern in patterns:
        names = {f for f, _ in pattern.fields}
        assert "generator" not in names
        assert names != {"a", "ab"}
        assert pattern.failures / pattern.support == pattern.rate
        assert all(wrong[i] for i in pattern.examples)


def test_a_strong_field_is_not_repeated_in_pairs() -> None:
    wrong = [p["a"] == "a3" for p in FIELDS]
    patterns, _ = find_patterns(FIELDS, wrong)
    assert [p.fields for p in patterns] == [(("a", "a3"),), (("ab", "a3"),)]


def test_an_absent_field_can_be_the_pattern() -> None:
    plans: list[dict[str, str | int]] = [
        {"n": i, **({"r": "x"} if i % 2 else {})} for i in range(60)
    ]
    patterns, _ = find_patterns(plans, [i % 2 == 0 for i in range(60)])
    assert patterns[0].fields == (("r", None),)


@given(st.lists(st.booleans(), max_size=20))
def test_any_few_answers_are_judged(wrong: list[bool]) -> None:
    for pairs in combinations((wrong, [True] * len(wrong), [False] * len(wrong)), 1):
        patterns, _ = find_patterns(FIELDS[: len(wrong)], pairs[0], min_support=2)
        assert all(p.rate > sum(pairs[0]) / len(wrong) for p in patterns)
