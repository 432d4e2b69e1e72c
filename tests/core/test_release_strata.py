"""Which plans a random release holds: different ones, even over what they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

import tma
from tma import Plan, derive_rng, joint, product, union
from tma.releases.dimensions import Dimension, Key, grouped_fields
from tma.releases.strata import StratifiedPlans
from tma.space import PlanSpace

CATEGORIES = [f"c{n}" for n in range(12)]


def shop(categories: int = 12, values: int = 7, **more: range) -> PlanSpace:
    fields = {"target_category": CATEGORIES[:categories]}
    space = product(attribute_value=[f"v{n}" for n in range(values)], **fields, **more)
    return space.with_constant("generator", "t/x")


def chosen(
    space: PlanSpace,
    each: int,
    seed: int = 0,
    feasible: Callable[[Plan], bool] = lambda plan: True,
    balance: tuple[str, ...] = (),
    shares: Mapping[Key, float] | None = None,
    even: list[tuple[str, ...]] | None = None,
) -> tuple[list[Plan], StratifiedPlans]:
    """The plans that become tasks."""
    plans = StratifiedPlans(
        {"t/x": space}, {"t/x": balance}, {"t/x": shares or {}}, each, seed,
        None if even is None else {"t/x": even},
    )  # fmt: skip
    made = []
    while jobs := plans.next_round():
        good = [feasible(plan) for plan, _ in jobs]
        made += [plan for (plan, _), ok in zip(jobs, good, strict=True) if ok]
        plans.settle(jobs, good)
    return made, plans


def counts(plans: list[Plan], *fields: str) -> Counter[tuple[tma.Value | None, ...]]:
    return Counter(tuple(p.get(f) for f in fields) for p in plans)


def spread(found: Counter[tuple[tma.Value | None, ...]], values: int) -> int:
    """Most minus least, values that did not occur among them."""
    return max(found.values()) - (min(found.values()) if len(found) == values else 0)


@settings(max_examples=40)
@given(
    categories=st.integers(1, 12),
    values=st.integers(1, 7),
    sizes=st.integers(3, 8),
    share=st.floats(0.01, 0.6),
    seed=st.integers(0, 99),
)
def test_counts_differ_by_one_at_most(
    categories: int, values: int, sizes: int, share: float, seed: int
) -> None:
    space = shop(categories, values, size=range(sizes))
    each = max(1, int(space.size * share))
    made, plans = chosen(space, each, seed)
    assert len({p.id for p in made}) == len(made) == each
    assert spread(counts(made, "target_category"), categories) <= 1
    assert spread(counts(made, "attribute_value"), values) <= 1
    assert not plans.lost
    assert not plans.moved


def test_a_space_that_is_no_product_is_as_even_as_it_can_be() -> None:
    rare = product(target_category=["c0"], attribute_value=["v0"], size=range(3))
    rest = product(
        target_category=CATEGORIES[1:], attribute_value=["v0", "v1", "v2"], size=range(9)
    )
    space = union([rare, rest]).with_constant("generator", "t/x")
    made, _ = chosen(space, 100)
    found = counts(made, "target_category")
    assert found["c0",] == 3  # all that there are
    assert {n for c, n in found.items() if c != ("c0",)} <= {8, 9}
    assert spread(counts(made, "attribute_value"), 3) <= 1


def test_shares_of_the_generator_are_kept() -> None:
    shares: dict[Key, float] = {(f"v{n}",): float(n) for n in range(7)}
    made, plans = chosen(shop(size=range(20)), 210, balance=("attribute_value",), shares=shares)
    assert counts(made, "attribute_value") == {(f"v{n}",): 10 * n for n in range(1, 7)}
    assert spread(counts(made, "target_category"), 12) <= 1
    rules = {s.fields: s.rule for s in plans.standing()["t/x"]}
    assert rules == {("target_category",): "even", ("attribute_value",): "shares"}


def test_what_lacks_a_field_is_counted_apart() -> None:
    alone = product(target_category=CATEGORIES, size=range(30))
    beside = product(target_category=CATEGORIES, reference_category=CATEGORIES, size=range(5))
    space = union([alone, beside]).with_constant("generator", "t/x")
    made, _ = chosen(space, 130)
    found = counts(made, "reference_category")
    assert max(found.values()) - min(found.values()) <= 1
    assert len(found) == 13


def test_infeasible_plans_are_replaced_from_their_stratum() -> None:
    first, _ = chosen(shop(size=range(20)), 84)
    made, plans = chosen(shop(size=range(20)), 84, feasible=lambda p: p["size"] % 10 != 0)
    assert any(p["size"] % 10 == 0 for p in first)
    fields = "target_category", "attribute_value"
    assert counts(made, *fields) == counts(first, *fields)
    assert not plans.moved
    assert not plans.lost


def test_a_stratum_without_feasible_plans_is_left() -> None:
    made, plans = chosen(shop(size=range(20)), 84, feasible=lambda p: p["target_category"] != "c3")
    found = counts(made, "target_category")
    assert len(made) == 84
    assert ("c3",) not in found
    assert max(found.values()) - min(found.values()) <= 2
    assert plans.moved == {"t/x": 7}


def test_a_small_space_gives_what_it_has() -> None:
    made, plans = chosen(shop(3, 2), 10)
    assert len(made) == 6
    assert plans.lost == {"t/x": 4}
    made, plans = chosen(shop(3, 4), 10, feasible=lambda p: p["target_category"] == "c0")
    assert len(made) == 4
    assert plans.lost == {"t/x": 6}
    made, plans = chosen(shop(size=range(9)), 10, feasible=lambda p: False)
    assert not made
    assert plans.lost == {"t/x": 10}


def test_the_choice_depends_on_the_seed_alone() -> None:
    one, _ = chosen(shop(size=range(20)), 60, seed=4)
    two, _ = chosen(shop(size=range(20)), 60, seed=4)
    other, _ = chosen(shop(size=range(20)), 60, seed=5)
    assert one == two
    assert {p.id for p in one} != {p.id for p in other}


def test_a_user_says_over_what_to_be_even() -> None:
    made, _ = chosen(shop(size=range(20)), 100, even=[("size",)])
    assert set(counts(made, "size").values()) == {5}
    pairs = joint(("grid", "cell"), [(2, "a"), (2, "b"), (3, "a"), (3, "b"), (3, "c")])
    space = product(pairs, target_category=CATEGORIES).with_constant("generator", "t/x")
    made, _ = chosen(space, 25, even=[("grid", "cell")])
    assert set(counts(made, "grid", "cell").values()) == {5}


def test_other_fields_keep_their_proportions() -> None:
    made, _ = chosen(shop(size=range(10)), 100)
    assert spread(counts(made, "size"), 10) <= 8


def test_categories_and_attributes_are_found_by_name() -> None:
    fields = ("generator", "target_category", "attribute_type", "attribute_value", "grid")
    assert grouped_fields(fields) == [("target_category",), ("attribute_type", "attribute_value")]
    subject = ("subject_attribute_type", "subject_attribute_value")
    assert grouped_fields((*subject, "object_category")) == [subject, ("object_category",)]


def test_the_odd_tasks_are_drawn_by_lot() -> None:
    """A value that is wanted 0.4 times is there in four releases of ten, not in none."""
    shares: dict[Key, float] = {("a",): 0.04, ("b",): 0.06, ("c",): 0.9}
    dimension = Dimension(("x",), shares, "shares")
    got = Counter[Key]()
    for seed in range(400):
        aims = dimension.drawn(10, derive_rng("test", seed)).shares
        counts = {key: round(10 * share) for key, share in aims.items()}
        assert sum(counts.values()) == 10
        got.update(counts)
    assert abs(got["a",] / 400 - 0.4) < 0.1
    assert abs(got["b",] / 400 - 0.6) < 0.1
