"""Plan spaces against brute force: whatever the algebra says, listing the plans must say too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import product as cartesian
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tma.columns import ABSENT, Column, Domain
from tma.contract.plan import Plan, Value
from tma.errors import SpaceError
from tma.space import PlanSpace

FIELDS = ("cell", "color", "count", "grid", "reference")
VALUES: tuple[Value, ...] = ("1", 1, "red", "", 0, -7, "top left")
SHARED = {field: Domain(VALUES) for field in FIELDS}

Row = tuple[Value | None, ...]
Fields = dict[str, Value]


@dataclass
class Case:
    """A space and all its plans in order, listed the naive way."""

    space: PlanSpace
    plans: list[Fields]

    @property
    def fields(self) -> list[str]:
        return list(self.space.fields)


def fields_of(plan: Plan) -> Fields:
    return plan.as_dict()


@st.composite
def columns(draw: st.DrawFn) -> tuple[Column, list[Row]]:
    fields = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True))
    cell = st.sampled_from((None, *VALUES))
    row = st.tuples(*[cell] * len(fields))
    key = lambda r: tuple((type(v), v) for v in r)  # noqa: E731
    rows = draw(st.lists(row, min_size=0, max_size=5, unique_by=key))
    if draw(st.booleans()):
        return Column.of(fields, rows), rows
    codes = [[ABSENT if v is None else VALUES.index(v) for v in r] for r in rows]
    # 1 and "1" differ, but VALUES.index finds by ==, which suffices: no two of them are ==
    shape = (len(rows), len(fields))
    column = Column(fields, [SHARED[f] for f in fields], np.array(codes, dtype=int).reshape(shape))
    return column, rows


def listed(block: list[tuple[Column, list[Row]]]) -> list[Fields]:
    plans = []
    for choice in cartesian(*(rows for _, rows in block)):
        pairs = [
            (f, v)
            for (column, _), row in zip(block, choice, strict=True)
            for f, v in zip(column.fields, row, strict=True)
        ]
        plans.append({f: v for f, v in pairs if v is not None})
    return plans


def key_of(plan: Fields) -> frozenset[tuple[str, type, Value]]:
    return frozenset((f, type(v), v) for f, v in plan.items())


@st.composite
def cases(draw: st.DrawFn, *, nonempty: bool = False) -> Case:
    """Unions of blocks over a pool of columns, which blocks may share."""
    pool = draw(st.lists(columns(), min_size=1, max_size=6))
    blocks: list[list[Column]] = []
    plans: list[Fields] = []
    seen: set[frozenset[tuple[str, type, Value]]] = set()
    for _ in range(draw(st.integers(1, 4))):
        block: list[tuple[Column, list[Row]]] = []
        for number in draw(st.lists(st.integers(0, len(pool) - 1), max_size=4)):
            taken = {f for column, _ in block for f in column.fields}
            if taken.isdisjoint(pool[number][0].fields):
                block.append(pool[number])
        more = listed(block)
        keys = {key_of(p) for p in more}
        if keys & seen or len(keys) != len(more):
            continue
        seen |= keys
        plans += more
        blocks.append([column for column, _ in block])
    if nonempty and not any(plans):
        field = FIELDS[0]
        blocks, plans = [[Column.of((field,), [(1,), ("1",)])]], [{field: 1}, {field: "1"}]
    return Case(PlanSpace(blocks), plans)


@given(cases())
def test_length_order_and_disjointness(case: Case) -> None:
    assert len(case.space) == case.space.size == len(case.plans)
    assert bool(case.space) == bool(case.plans)
    assert [fields_of(p) for p in case.space] == case.plans
    case.space.check_disjoint()


@given(cases(), st.data())
def test_one_plan_by_number(case: Case, data: st.DataObject) -> None:
    size = len(case.plans)
    for wrong in (size, -size - 1, size + 2**70):
        with pytest.raises(IndexError):
            case.space[wrong]
    if size:
        number = data.draw(st.integers(-size, size - 1))
        assert fields_of(case.space[number]) == case.plans[number]


@given(cases(), st.slices(12))
def test_slices(case: Case, cut: slice) -> None:
    assert [fields_of(p) for p in case.space[cut]] == case.plans[cut]


@given(cases())
def test_index_finds_every_plan(case: Case) -> None:
    for number, plan in enumerate(case.plans):
        assert case.space.index(plan) == number
        assert plan in case.space


@given(cases(), st.dictionaries(st.sampled_from((*FIELDS, "other")), st.sampled_from(VALUES)))
def test_index_refuses_what_is_not_there(case: Case, plan: Fields) -> None:
    there = key_of(plan) in {key_of(p) for p in case.plans}
    assert (plan in case.space) == there
    if not there:
        with pytest.raises(SpaceError, match="no such plan"):
            case.space.index(plan)


@given(cases(nonempty=True), st.data())
def test_codes_agree_with_plans(case: Case, data: st.DataObject) -> None:
    space = case.space
    numbers = data.draw(st.lists(st.integers(0, len(case.plans) - 1), max_size=20))
    codes = space.codes(numbers)
    assert codes.shape == (len(numbers), len(space.fields))
    assert codes.dtype == np.int32
    for row, number in zip(codes.tolist(), numbers, strict=True):
        decoded = {
            f: space.domains[f].values[c]
            for f, c in zip(space.fields, row, strict=True)
            if c != ABSENT
        }
        assert key_of(decoded) == key_of(case.plans[number])


def same(a: Value | None, b: Value | None) -> bool:
    return type(a) is type(b) and a == b


@st.composite
def filters(draw: st.DrawFn, case: Case) -> tuple[dict[str, Any], list[Fields]]:
    """Conditions on some fields, and the plans that they keep."""
    value = st.sampled_from((None, *VALUES))
    wanted = st.lists(value, max_size=4)
    chosen = draw(st.lists(st.sampled_from(case.fields), max_size=3, unique=True))
    conditions: dict[str, Any] = {}
    kept = case.plans
    for field in chosen:
        allowed = draw(wanted)
        form = draw(st.sampled_from(["value", "list", "generator-free tuple", "predicate"]))
        if form == "value":
            allowed = allowed[:1] or [None]
            conditions[field] = allowed[0]
        elif form == "predicate":
            conditions[field] = lambda v, allowed=allowed: any(same(v, a) for a in allowed)
        else:
            conditions[field] = allowed if form == "list" else tuple(allowed)
        kept = [p for p in kept if any(same(p.get(field), a) for a in allowed)]
    return conditions, kept


@given(cases(nonempty=True), st.data())
def test_where_keeps_what_a_filter_of_the_list_keeps(case: Case, data: st.DataObject) -> None:
    conditions, kept = data.draw(filters(case))
    assert [fields_of(p) for p in case.space.where(conditions)] == kept


@given(cases(nonempty=True), st.data())
def test_a_filtered_space_is_a_space_like_any(case: Case, data: st.DataObject) -> None:
    conditions, kept = data.draw(filters(case))
    part = case.space.where(conditions)
    for field, condition in conditions.items():
        part = part.where({field: condition})  # again: nothing changes, and no field gets lost
    assert part.fields == case.space.fields
    assert [fields_of(p) for p in part] == kept
    for number, plan in enumerate(kept):
        assert part.index(plan) == number
    for field in case.fields:
        assert part.groups(field) == Counter(p.get(field) for p in kept)


def expected_groups(case: Case, by: tuple[str, ...]) -> dict[Row, int]:
    order = {f: {None: -1} for f in by}
    for field in by:
        for code, value in enumerate(case.space.domains[field].values):
            order[field][type(value), value] = code  # type: ignore[index]

    def codes(key: Row) -> list[int]:
        return [
            order[f][None if v is None else (type(v), v)]  # type: ignore[index]
            for f, v in zip(by, key, strict=True)
        ]

    counted = Counter(tuple(p.get(f) for f in by) for p in case.plans)
    return {key: counted[key] for key in sorted(counted, key=codes)}


def some_fields(case: Case) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(case.fields), max_size=4, unique=True).map(tuple)


@given(cases(nonempty=True), st.data())
def test_groups_count_exactly_and_in_order(case: Case, data: st.DataObject) -> None:
    by = data.draw(some_fields(case))
    groups = case.space.groups(by)
    assert list(groups.items()) == list(expected_groups(case, by).items())
    assert groups.counts.tolist() == list(groups.values())
    assert groups.codes.shape == (len(groups), len(by))
    if by:
        bare = case.space.groups(by[0])
        assert list(bare.items()) == [(k[0], n) for k, n in expected_groups(case, by[:1]).items()]


@given(cases(nonempty=True), st.data())
def test_partition_is_groups_with_spaces(case: Case, data: st.DataObject) -> None:
    by = data.draw(some_fields(case))
    parts = case.space.partition(by)
    groups = case.space.groups(by)
    assert list(parts) == list(groups)
    for key, part in parts.items():
        assert part.size == groups[key]
        there = {key_of(fields_of(p)) for p in part}
        kept = case.space.where(dict(zip(by, key, strict=True)))
        assert there == {key_of(fields_of(p)) for p in kept}
        assert part.fields == case.space.fields
    if by:
        assert list(case.space.partition(by[0])) == list(case.space.groups(by[0]))


@given(cases(nonempty=True), st.data())
def test_samples_are_of_the_space(case: Case, data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    known = {key_of(p) for p in case.plans}
    n = data.draw(st.integers(0, len(known)))
    some = [key_of(fields_of(p)) for p in case.space.sample(n, rng, replace=False)]
    assert len(set(some)) == n
    assert set(some) <= known
    more = case.space.sample(2 * n, rng)
    assert {key_of(fields_of(p)) for p in more} <= known
    assert len(more) == 2 * n


@given(cases(nonempty=True), st.booleans(), st.data())
def test_strata_get_even_shares(case: Case, replace: bool, data: st.DataObject) -> None:
    by = data.draw(some_fields(case))
    sizes = case.space.groups(by)
    n = data.draw(st.integers(0, 60 if replace else len(case.plans)))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    drawn = case.space.sample(n, rng, strata=by, replace=replace)
    assert len(drawn) == n
    if not replace:
        assert len({key_of(fields_of(p)) for p in drawn}) == n
    shares = Counter(tuple(p.get(f) for f in by) for p in drawn)
    most = max((shares[g] for g in sizes), default=0)
    for group, size in sizes.items():
        full = not replace and shares[group] == size
        assert full or shares[group] >= most - 1
        assert replace or shares[group] <= size


@given(cases(nonempty=True), cases(nonempty=True))
def test_union_and_constants(first: Case, second: Case) -> None:
    both = first.space.with_constant("generator", "x/a") | second.space.with_constant(
        "generator", "x/b"
    )
    plans = [{"generator": "x/a", **p} for p in first.plans]
    plans += [{"generator": "x/b", **p} for p in second.plans]
    assert [fields_of(p) for p in both] == plans
    assert both.groups("generator") == {
        name: len(c.plans) for name, c in (("x/a", first), ("x/b", second)) if c.plans
    }
    for number, plan in enumerate(plans):
        assert both.index(plan) == number
    assert both.where(generator="x/b").size == second.space.size
