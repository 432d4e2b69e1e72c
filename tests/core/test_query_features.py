"""Rows of plans and groups: closed forms against listing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tma.query.features import Features, kinship
from tma.query.histograms import Histograms
from tma.registry import default_registry
from tma.space import PlanSpace, joint, product, union
from tma.workbench import Workbench


def space() -> PlanSpace:
    """Three families with different fields, and groups of different sizes."""
    places = joint(("grid", "cell"), [(2, "a"), (2, "b"), (3, "a"), (3, "b"), (3, "c")])
    first = product(places, kind=["k0", "k1", "k2"]).with_constant("generator", "one")
    second = product(kind=["k1", "k3"], color=["red", "blue"]).with_constant("generator", "two")
    third = product(kind=["k3"], color=["red", "green", "blue"], cell=["a"])
    return union([first, second, third.with_constant("generator", "three")])


ABOVE = np.array([[1, 0], [1, 0], [0, 1], [1, 1]], dtype=bool)


@pytest.mark.parametrize(
    "by", [(), ("kind",), ("color",), ("kind", "color"), ("color", "cell", "kind")]
)
def test_groups_are_the_means_of_their_plans(by: tuple[str, ...]) -> None:
    whole = space()
    made = Features(whole, by, {"kind": kinship(ABOVE)})
    plans = [r.toarray() for r in made.plans(range(whole.size))]
    keys = [tuple(p.get(f) for f in by) for p in whole]
    assert made.counts.tolist() == [keys.count(k) for k in made.groups]
    for rows, means, block in zip(plans, made.group_rows, made.blocks, strict=True):
        assert rows.shape == (whole.size, block.size)
        for group, mean in zip(made.groups, means.toarray(), strict=True):
            mine = np.array([k == group for k in keys])
            np.testing.assert_allclose(mean, rows[mine].mean(axis=0), atol=1e-12)


def test_which_blocks_there_are() -> None:
    names = [b.name for b in Features(space(), ("kind",), {"kind": kinship(ABOVE)}).blocks]
    singles = ["generator", "grid", "cell", "kind", "color"]
    assert names[:5] == [n for n in space().fields if n in singles]
    assert names[5] == "above kind"
    assert {"kind x color", "color x kind"} & set(names)


def test_pairs_that_say_no_more_than_a_field() -> None:
    pairs = joint(("cell", "row"), [("a", 1), ("b", 1), ("c", 2)])
    names = [b.name for b in Features(product(pairs, kind=["x", "y"]), ("kind",)).blocks]
    assert names == ["cell", "row", "kind", "cell x kind", "row x kind"]


def test_constant_fields_have_no_effects() -> None:
    reds = space().where(color="red")
    assert "color" not in [b.name for b in Features(reds, ("kind",)).blocks]


def test_large_histograms_are_left_out() -> None:
    few = Features(space(), ("kind",), most_cells=1)
    assert all(len(b.fields) == 1 for b in few.blocks)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, space().size - 1), min_size=1, max_size=30))
def test_each_plan_has_one_effect_a_block(indices: list[int]) -> None:
    made = Features(space(), ("kind",), {"kind": kinship(ABOVE)})
    for rows, block in zip(made.plans(indices), made.blocks, strict=True):
        if block.above is None:
            assert rows.sum(axis=1).tolist() == [1.0] * len(indices)
        else:
            squares = rows.multiply(rows).sum(axis=1)
            assert squares.tolist() == pytest.approx([1.0] * len(indices))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(space().fields), min_size=1, max_size=4, unique=True))
def test_histograms_are_the_spaces_own_counts(fields: list[str]) -> None:
    whole = space()
    made, groups = Histograms(whole), whole.groups(fields)
    keys, counts = made.count(fields)
    radix = made.radix(fields)
    codes = np.stack(np.unravel_index(keys, radix), axis=1) - 1
    assert codes.tolist() == groups.codes.tolist()
    assert counts.tolist() == groups.counts.tolist()
    assert made.cells(fields) >= len(keys)


def test_the_whole_published_space_is_set_up(annotations: Path) -> None:
    bench = Workbench(default_registry(), assets=f"objaverse?root={annotations}")
    size = bench.space.size
    features = Features(bench.space, ["target_category"])
    rows = features.group_rows
    assert sum(features.sizes) == size
    assert size >= 212_494_529
    sums = rows[0].sum(axis=1)
    np.testing.assert_allclose(sums, 1)
