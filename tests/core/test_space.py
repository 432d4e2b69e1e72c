"""Plan spaces: chance, size, and what they refuse."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from tma.columns import ABSENT, Column, Domain
from tma.contract.plan import Plan, Value
from tma.errors import SpaceError
from tma.space import PlanSpace, even_shares, joint, product, union

GRIDS = joint(("grid", "cell"), [(2, "left"), (2, "right"), (3, "left"), (3, "middle"), (3, None)])


def small() -> PlanSpace:
    """Five plans with a colour and three with a count."""
    first = product(GRIDS, color=["red"])
    return first | product(count=[1, 2, 3])


def chi_square(observed: Mapping[Any, int], expected: Mapping[Any, float]) -> float:
    assert set(observed) <= set(expected)
    return sum((observed[k] - e) ** 2 / e for k, e in expected.items())


# the 99.9 % points of chi-square with 7 and 3 degrees of freedom
TOO_MUCH = {7: 24.3, 3: 16.3}


def test_a_sample_is_uniform_over_plans() -> None:
    space = small()
    drawn = Counter(space.sample_indices(8000, np.random.default_rng(5)).tolist())
    assert chi_square(drawn, dict.fromkeys(range(8), 1000.0)) < TOO_MUCH[7]


def test_a_sample_without_replacement_is_uniform_in_content_and_order() -> None:
    space, rng = small(), np.random.default_rng(6)
    chosen: Counter[int] = Counter()
    last: Counter[int] = Counter()
    for _ in range(4000):
        numbers = space.sample_indices(2, rng, replace=False).tolist()
        assert len(set(numbers)) == 2
        chosen.update(numbers)
        last[numbers[-1]] += 1
    assert chi_square(chosen, dict.fromkeys(range(8), 1000.0)) < TOO_MUCH[7]
    assert chi_square(last, dict.fromkeys(range(8), 500.0)) < TOO_MUCH[7]


def test_strata_are_even_and_uniform_inside() -> None:
    drawn = small().sample(6000, np.random.default_rng(7), strata="count")
    shares = Counter(p.get("count") for p in drawn)
    assert set(shares.values()) == {1500}
    inside = Counter((p["grid"], p.get("cell")) for p in drawn if "grid" in p)
    keys = [(2, "left"), (2, "right"), (3, "left"), (3, "middle"), (3, None)]
    assert chi_square(inside, dict.fromkeys(keys, 300.0)) < TOO_MUCH[7]


def test_strata_come_in_random_order() -> None:
    drawn = small().sample(400, np.random.default_rng(8), strata="count")
    firsts = Counter(p.get("count") for p in drawn[:200])
    assert chi_square(firsts, dict.fromkeys((None, 1, 2, 3), 50.0)) < TOO_MUCH[3]


def test_who_gets_the_odd_ones_is_random() -> None:
    rng = np.random.default_rng(9)
    lucky = Counter(even_shares(5, [9, 9, 9, 9], rng).index(2) for _ in range(4000))
    assert chi_square(lucky, dict.fromkeys(range(4), 1000.0)) < TOO_MUCH[3]


@pytest.mark.parametrize("seed", range(20))
def test_small_groups_leave_their_share_to_the_others(seed: int) -> None:
    shares = even_shares(13, [1, 2, 50, 50, 50], np.random.default_rng(seed))
    assert shares[:2] == [1, 2]
    assert sorted(shares[2:]) == [3, 3, 4]


def test_equal_seeds_give_equal_samples() -> None:
    space = small()
    for replace in (True, False):
        for strata in (None, "grid"):
            first, second = (
                space.sample(4, np.random.default_rng(1), strata=strata, replace=replace)
                for _ in range(2)
            )
            assert first == second


# -- size ---------------------------------------------------------------------------------------


def enormous() -> PlanSpace:
    """10**24 plans of eight digits and more, then two of another kind."""
    digits = {f"digit{i}": range(1000) for i in range(8)}
    return product(**digits) | product(kind=["a", "b"])


def test_numbers_past_int64_are_exact() -> None:
    space = enormous()
    assert space.size == 10**24 + 2
    assert bool(space)
    digits = [987, 654, 321, 0, 999, 123, 456, 789]
    number = int("".join(f"{d:03}" for d in digits))
    plan = Plan({f"digit{i}": d for i, d in enumerate(digits)})
    assert space[number] == plan
    assert space.index(plan) == number
    assert space[-1] == space[10**24 + 1] == Plan({"kind": "b"})
    assert space.index({"kind": "a"}) == 10**24
    assert space[10**24 - 1 : 10**24 + 1] == [
        Plan({f"digit{i}": 999 for i in range(8)}),
        Plan({"kind": "a"}),
    ]
    with pytest.raises(IndexError, match="of a space of"):
        space[10**24 + 2]


def test_groups_past_int64_are_exact() -> None:
    space = enormous()
    assert dict(space.groups("kind")) == {None: 10**24, "a": 1, "b": 1}
    by_digit = space.groups(("digit0", "kind"))
    assert by_digit[7, None] == 10**21
    assert sum(by_digit.values()) == space.size
    part = space.partition("digit7")[5]
    assert part.size == 10**21
    assert part[0] == Plan({**{f"digit{i}": 0 for i in range(7)}, "digit7": 5})


def test_many_fields_may_name_a_group() -> None:
    rows = [tuple(f"{row}-{field}" for field in range(8)) for row in range(1000)]
    fields = tuple(f"f{i}" for i in range(8))
    groups = product(joint(fields, rows)).groups(fields)  # 1001 ** 8 possible keys
    assert list(groups) == rows
    assert set(groups.values()) == {1}


def test_samples_past_int64() -> None:
    space = enormous()
    rng = np.random.default_rng(3)
    numbers = space.sample_indices(2000, rng).tolist()
    assert all(0 <= n < space.size for n in numbers)
    halves = sum(n < space.size // 2 for n in numbers)
    assert 900 < halves < 1100
    assert len(set(space.sample_indices(50, rng, replace=False).tolist())) == 50
    shares = Counter(p.get("kind") for p in space.sample(30, rng, strata="kind"))
    assert shares == {None: 10, "a": 10, "b": 10}


def test_a_space_at_the_edge_of_int64() -> None:
    fields = [f"digit{i}" for i in range(7)]
    edge = product(**{f: range(512) for f in fields})
    assert edge.size == 2**63
    assert edge[2**63 - 1] == Plan(dict.fromkeys(fields, 511))
    below = edge.where(digit0=lambda v: v != 511)
    assert below.size == 511 * 2**54
    assert below.groups("digit6")[5] == 511 * 2**45
    assert below[below.size - 1] == Plan({**dict.fromkeys(fields, 511), "digit0": 510})


# -- parts --------------------------------------------------------------------------------------


def test_a_filtered_space_keeps_its_fields_and_codes() -> None:
    space = small()
    without = space.where(color=None)
    assert [p.as_dict() for p in without] == [{"count": n} for n in (1, 2, 3)]
    assert without.where(color=None).size == 3
    assert dict(without.groups("color")) == {None: 3}
    assert without.domains["grid"] is space.domains["grid"]
    nothing = space.where(color="green")
    assert not nothing
    assert nothing.where(count=1).size == 0
    assert dict(nothing.groups("count")) == {}


def test_where_tells_text_from_numbers() -> None:
    space = product(x=[1, "1", 0])
    assert [p["x"] for p in space.where(x="1")] == ["1"]
    assert [p["x"] for p in space.where(x=[1, 7])] == [1]
    assert space.where(x=range(5)).size == 2


def test_groups_by_nothing_is_everything() -> None:
    assert dict(small().groups(())) == {(): 8}
    assert small().partition(())[()].size == 8


def test_a_space_of_one_plan_without_fields() -> None:
    space = product()
    assert space.size == 1
    assert space[0] == Plan({})
    assert {} in space
    assert space.with_constant("generator", "coins/one")[0].generator == "coins/one"


def test_an_empty_space_is_a_space() -> None:
    for space in (PlanSpace([]), product(x=[]), union([])):
        assert not space
        assert list(space) == []
        assert space.sample(0, np.random.default_rng(0)) == []
        assert {} not in space
        assert space.codes([]).shape[0] == 0


def test_codes_do_not_depend_on_how_many_are_asked_for_together() -> None:
    """Few of many blocks are decoded one by one, until so many were that all are worth it."""
    parts = [product(kind=[f"k{i}"], size=[i, i + 1], name=["x", f"y{i}"]) for i in range(200)]
    numbers = np.random.default_rng(2).permutation(800)
    together = union(parts).codes(numbers)
    space = union(parts)
    bit_by_bit = [space.codes(numbers[i : i + 12]) for i in range(0, 800, 12)]
    assert (np.concatenate(bit_by_bit) == together).all()
    fields, domains = space.fields, space.domains
    for number, codes in zip(numbers.tolist()[:50], together.tolist(), strict=False):
        said = {f: domains[f].values[c] for f, c in zip(fields, codes, strict=True)}
        assert said == space[number].as_dict()


def test_a_space_may_be_sent_to_another_process() -> None:
    space = small() | product(color=["blue"], count=[7])
    space.codes(range(space.size))
    sent = pickle.loads(pickle.dumps(space))
    assert list(sent) == list(space)
    assert (sent.codes(range(space.size)) == space.codes(range(space.size))).all()


def test_shared_domains_keep_codes() -> None:
    domain = Domain(["red", "green", "blue"])
    blocks = [[Column(("color",), [domain], np.array([[code]]))] for code in (2, 0, ABSENT)]
    space = PlanSpace(blocks)
    assert space.domains["color"] is domain
    assert space.codes(range(3)).tolist() == [[2], [0], [-1]]
    assert list(space.groups("color")) == [None, "red", "blue"]


def test_a_partition_is_a_mapping() -> None:
    parts = small().partition("grid")
    assert len(parts) == 3
    assert list(parts) == [None, 2, 3]
    assert {k: p.size for k, p in parts.items()} == {None: 3, 2: 2, 3: 3}
    with pytest.raises(KeyError):
        parts[4]


# -- refusals -----------------------------------------------------------------------------------


def test_unknown_fields_are_named() -> None:
    rng = np.random.default_rng(0)
    for ask in (
        lambda: small().where(colour="red"),
        lambda: small().groups("colour"),
        lambda: small().partition(("grid", "colour")),
        lambda: small().sample(1, rng, strata="colour"),
    ):
        with pytest.raises(SpaceError, match=r"'colour'.*fields: grid, cell, color, count"):
            ask()


def test_a_field_twice() -> None:
    with pytest.raises(SpaceError, match="a field twice"):
        product(GRIDS, grid=[2])
    with pytest.raises(SpaceError, match="a row stands twice"):
        product(x=[1, 2, 1])
    with pytest.raises(SpaceError, match="named twice"):
        small().groups(("grid", "grid"))
    with pytest.raises(SpaceError, match="holds a value twice: 'a'"):
        Domain(["a", "b", "a"])
    with pytest.raises(SpaceError, match="no field twice"):
        joint(("a", "a"), [(1, 2)])


def test_columns_are_checked() -> None:
    domain = Domain(["a", "b"])
    with pytest.raises(SpaceError, match="another number of values"):
        joint(("a", "b"), [(1,)])
    with pytest.raises(SpaceError, match="outside its domain"):
        Column(("x",), [domain], np.array([[2]]))
    with pytest.raises(SpaceError, match="outside its domain"):
        Column(("x",), [domain], np.array([[-2]]))
    with pytest.raises(SpaceError, match="shape"):
        Column(("x",), [domain], np.array([0, 1]))


@pytest.mark.parametrize("value", [1.0, True, None, ("a",), np.int64(3)])
def test_fields_hold_text_and_whole_numbers(value: object) -> None:
    with pytest.raises(SpaceError, match="holds str or int"):
        Domain([value])  # type: ignore[list-item]


def test_samples_that_can_not_be() -> None:
    rng = np.random.default_rng(0)
    empty = PlanSpace([])
    with pytest.raises(SpaceError, match="can't sample 1 plans from a space of 0"):
        empty.sample(1, rng)
    with pytest.raises(SpaceError, match="can't sample -1"):
        small().sample(-1, rng)
    with pytest.raises(SpaceError, match="9 different plans from a space of 8"):
        small().sample(9, rng, replace=False)
    with pytest.raises(SpaceError, match="can't sample 9"):
        small().sample(9, rng, strata="grid", replace=False)


@pytest.mark.parametrize("numbers", [[-1], [8], [0, 8], [2**70], [-(2**70)]])
def test_numbers_outside(numbers: list[int]) -> None:
    with pytest.raises(IndexError, match="of a space of 8"):
        small().codes(numbers)
    with pytest.raises(IndexError):
        small().plans(numbers)


def test_a_plan_that_stands_twice_is_found() -> None:
    small().check_disjoint()
    with pytest.raises(SpaceError, match="stands twice"):
        (small() | product(count=[3, 4])).check_disjoint()


def test_plans_that_are_not_there() -> None:
    space = small()
    missing: list[dict[str, Value]] = [
        {"grid": 2, "cell": "middle", "color": "red"},
        {"grid": 2},
        {"other": 1},
        {},
    ]
    for plan in missing:
        assert plan not in space
        with pytest.raises(SpaceError, match="no such plan"):
            space.index(plan)
    assert "grid" not in space
    assert {"count": "1"} not in space


# -- the published size -------------------------------------------------------------------------


def test_hundreds_of_millions_of_plans_are_a_few_blocks() -> None:
    """A space shaped like the published one: 465 targets, references, places, values."""
    categories = Domain(f"Q{i}" for i in range(465))
    places = joint(
        ("grid", "cell", "relative_position"),
        [(g, f"{r} {c}", p) for g in (2, 3) for r in range(g) for c in range(g) for p in "nesw"],
    )
    values = joint(("type", "value"), [(None, None), *(("color", f"v{i}") for i in range(5))])
    blocks = []
    for code in range(465):
        others = np.array([c for c in range(465) if abs(c - code) > 9]).reshape(-1, 1)
        target = Column(("target",), [categories], np.array([[code]]))
        blocks.append([target, values, places, Column(("reference",), [categories], others)])
    space = PlanSpace(blocks)
    count = 6 * 52 * sum(sum(abs(c - t) > 9 for c in range(465)) for t in range(465))
    assert space.size == count
    rng = np.random.default_rng(2)
    for number in rng.integers(count, size=50).tolist():
        assert space.index(space[number]) == number
    by_reference = space.groups("reference")
    assert sum(by_reference.values()) == count
    assert by_reference["Q0"] == 6 * 52 * 455
    drawn = space.sample(930, rng, strata="reference")
    assert set(Counter(p["reference"] for p in drawn).values()) == {2}
    assert all(p in space for p in drawn)
