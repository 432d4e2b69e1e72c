"""Which plans a run tries, and in what shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tma.contract.plan import Plan, Value
from tma.planner import Deck, Job, Planner, weighted_shares
from tma.seeds import MAX_SEED
from tma.space import PlanSpace, product

Shares = Mapping[str, Mapping[tuple[Value | None, ...], float]]


def space(generator: str, colors: int, places: int) -> PlanSpace:
    parts = product(color=[f"c{i}" for i in range(colors)], place=range(places))
    return parts.with_constant("generator", generator)


def run(
    spaces: Mapping[str, PlanSpace],
    n: int,
    *,
    seed: int = 0,
    balance: Mapping[str, Sequence[str]] | None = None,
    shares: Shares | None = None,
    feasible: Callable[[Plan], bool] = lambda plan: True,
) -> tuple[list[Job], list[Job]]:
    """The jobs that proved feasible and those that did not."""
    planner = Planner(spaces, balance or {}, shares or {}, n, seed)
    good: list[Job] = []
    bad: list[Job] = []
    rounds = 0
    while jobs := planner.next_round():
        verdicts = [feasible(plan) for plan, _ in jobs]
        planner.settle(jobs, verdicts)
        for job, ok in zip(jobs, verdicts, strict=True):
            (good if ok else bad).append(job)
        rounds += 1
        assert rounds < 1000
    return good, bad


def by(field: str, jobs: Sequence[Job]) -> Counter[Value]:
    return Counter(plan[field] for plan, _ in jobs)


def test_even_shares_over_generators_whatever_their_size() -> None:
    spaces = {
        "tiny": space("tiny", 1, 2),
        "large": space("large", 50, 400),
        "mid": space("mid", 3, 9),
    }
    good, _ = run(spaces, 100)
    assert len(good) == 100
    assert set(by("generator", good).values()) == {33, 34}


def test_even_shares_over_balance_fields() -> None:
    lopsided = product(color=["red"], place=range(900)) | product(color=["blue"], place=range(3))
    spaces = {"a": lopsided.with_constant("generator", "a")}
    assert by("color", run(spaces, 60, balance={"a": ["color"]})[0]) == {"red": 30, "blue": 30}
    plain = by("color", run(spaces, 60)[0])
    assert plain["blue"] <= 3


def test_stated_shares() -> None:
    spaces = {"a": space("a", 4, 50)}
    stated: Shares = {"a": {("c0",): 1.0, ("c1",): 3.0, ("c2",): 0.0}}
    good, _ = run(spaces, 80, balance={"a": ["color"]}, shares=stated)
    assert by("color", good) == {"c0": 20, "c1": 60}
    none: Shares = {"a": {("c9",): 1.0}}  # leaves out every group that there is
    assert by("color", run(spaces, 80, balance={"a": ["color"]}, shares=none)[0]) == {
        f"c{i}": 20 for i in range(4)
    }


def test_balance_fields_that_no_plan_has_do_no_harm() -> None:
    good, _ = run({"a": space("a", 2, 9)}, 10, balance={"a": ["shape", "color"]})
    assert by("color", good) == {"c0": 5, "c1": 5}


def test_small_spaces_are_gone_through_before_a_plan_comes_again() -> None:
    spaces = {"a": space("a", 3, 4)}
    for n in (5, 12, 13, 30):
        good, _ = run(spaces, n)
        times = Counter(plan for plan, _ in good)
        assert set(times.values()) <= {n // 12, n // 12 + 1}
        assert len(set(good)) == n  # those that come again have other seeds


@pytest.mark.parametrize("seed", [7, MAX_SEED])
def test_repeats_get_other_seeds(seed: int) -> None:
    good, _ = run({"a": space("a", 1, 1)}, 4, seed=seed)
    seeds = [s for _, s in good]
    assert len(set(seeds)) == 4
    assert seeds[0] == seed
    assert all(0 <= s <= MAX_SEED for s in seeds)


def test_infeasible_plans_are_replaced_within_their_stratum() -> None:
    spaces = {"a": space("a", 3, 300), "b": space("b", 2, 300)}
    balance = {"a": ["color"], "b": ["color"]}

    def feasible(plan: Plan) -> bool:
        hard = plan["generator"] == "a" and plan["color"] == "c1"
        return int(plan["place"]) % (10 if hard else 2) == 0

    good, bad = run(spaces, 60, balance=balance, feasible=feasible)
    assert by("generator", good) == {"a": 30, "b": 30}
    assert by("color", [j for j in good if j[0]["generator"] == "a"]) == {
        "c0": 10,
        "c1": 10,
        "c2": 10,
    }
    assert len({plan for plan, _ in bad}) == len(bad)  # none is tried twice
    assert all(feasible(plan) for plan, _ in good)


def test_a_large_space_with_hardly_a_feasible_plan_is_given_up() -> None:
    spaces = {"a": space("a", 100, 1000), "b": space("b", 2, 5)}
    good, bad = run(spaces, 10, feasible=lambda plan: plan["generator"] == "b")
    assert by("generator", good) == {"b": 10}
    assert 50 < len(bad) < 1000


def test_an_exhausted_group_leaves_its_share_to_its_generator_first() -> None:
    spaces = {"a": space("a", 3, 40), "b": space("b", 1, 40)}
    good, _ = run(spaces, 60, balance={"a": ["color"]}, feasible=lambda plan: plan["color"] != "c2")
    assert by("generator", good) == {"a": 30, "b": 30}
    assert by("color", [j for j in good if j[0]["generator"] == "a"]) == {"c0": 15, "c1": 15}


def test_a_generator_without_plans_leaves_its_share() -> None:
    good, _ = run({"a": space("a", 3, 40), "b": PlanSpace(())}, 60)
    assert by("generator", good) == {"a": 60}


def test_nothing_feasible() -> None:
    spaces = {"a": space("a", 3, 4), "b": space("b", 90, 90)}
    good, bad = run(spaces, 10, feasible=lambda plan: False)
    assert not good
    assert {p for p, _ in bad if p["generator"] == "a"} == set(spaces["a"])


def test_the_plans_depend_on_spaces_seed_and_verdicts_alone() -> None:
    spaces = {"a": space("a", 3, 40), "b": space("b", 80, 90)}
    feasible = lambda plan: hash(plan["place"]) % 3 != 0  # noqa: E731 - of an int, so stable
    first, second = (run(spaces, 70, seed=5, feasible=feasible) for _ in range(2))
    assert first == second
    assert run(spaces, 70, seed=6, feasible=feasible) != first


def test_the_order_mixes_generators() -> None:
    good, _ = run({"a": space("a", 3, 40), "b": space("b", 3, 40)}, 40)
    names = [plan["generator"] for plan, _ in good]
    assert 8 < sum(x != y for x, y in pairwise(names)) < 32


@given(
    st.dictionaries(
        st.sampled_from("abc"), st.tuples(st.integers(1, 4), st.integers(1, 12)), min_size=1
    ),
    st.integers(1, 60),
    st.integers(0, 5),
    st.sets(st.integers(0, 11)),
)
def test_as_many_as_asked_if_any_is_feasible(
    sizes: dict[str, tuple[int, int]], n: int, seed: int, barred: set[int]
) -> None:
    spaces = {g: space(g, *size) for g, size in sizes.items()}
    balance = {g: ["color"] for g in spaces if g != "a"}
    feasible = lambda plan: plan["place"] not in barred  # noqa: E731
    good, bad = run(spaces, n, seed=seed, balance=balance, feasible=feasible)
    able = {g for g, s in spaces.items() if any(map(feasible, s))}
    assert len(good) == (n if able else 0)
    assert {plan["generator"] for plan, _ in good} <= able
    assert len(set(good)) == len(good)
    assert len(set(bad)) == len(bad)
    shares = by("generator", good)
    if able == set(spaces):
        assert max(shares.values()) - min(shares[g] for g in spaces) <= 1


@given(
    st.integers(0, 500),
    st.lists(st.sampled_from((0.0, 0.3, 1.0, 2.5)), min_size=1, max_size=9).filter(any),
    st.integers(0, 99),
)
def test_weighted_shares(n: int, weights: list[float], seed: int) -> None:
    shares = weighted_shares(n, weights, np.random.default_rng(seed))
    assert sum(shares) == n
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - n * weight / sum(weights)) < 1 + 1e-9
        assert weight or not share


def test_odd_ones_go_to_each_in_turn_by_chance() -> None:
    got = np.zeros(3)
    for seed in range(3000):
        got += weighted_shares(1, [1.0, 1.0, 2.0], np.random.default_rng(seed))
    assert got / 3000 == pytest.approx([0.25, 0.25, 0.5], abs=0.03)


@given(st.integers(0, 60), st.lists(st.integers(0, 20), max_size=12), st.integers(0, 99))
def test_a_deck_deals_each_number_once(size: int, counts: list[int], seed: int) -> None:
    deck, rng = Deck(size), np.random.default_rng(seed)
    dealt = [number for count in counts for number in deck.deal(count, rng)]
    assert len(dealt) == min(size, sum(counts))
    assert len(set(dealt)) == len(dealt)
    assert set(dealt) <= set(range(size))


def test_a_decks_orders_are_all_as_likely() -> None:
    rng = np.random.default_rng(3)
    orders: Counter[tuple[int, ...]] = Counter()
    for _ in range(6000):
        deck = Deck(4)
        orders[*deck.deal(1, rng), *deck.deal(3, rng)] += 1
    assert len(orders) == 24
    assert max(abs(count - 250) for count in orders.values()) < 80  # 5 standard deviations
