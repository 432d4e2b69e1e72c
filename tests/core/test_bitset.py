"""Bit sets behave as sets of numbers do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tma.bitset import BitSet, pack

UNIVERSES = st.sampled_from((1, 7, 8, 63, 64, 65, 130))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[int, set[int], set[int]]:
    universe = draw(UNIVERSES)
    numbers = st.sets(st.integers(0, universe - 1))
    return universe, draw(numbers), draw(numbers)


@given(pairs())
def test_algebra_is_that_of_sets(case: tuple[int, set[int], set[int]]) -> None:
    universe, left, right = case
    a, b = BitSet.of(universe, left), BitSet.of(universe, right)
    for got, wanted in (
        (a, left),
        (a & b, left & right),
        (a | b, left | right),
        (a - b, left - right),
    ):
        assert got.numbers().tolist() == sorted(wanted)
        assert len(got) == len(wanted)
        assert bool(got) == bool(wanted)
        assert [n for n in range(universe) if n in got] == sorted(wanted)
    assert (a == b) == (left == right)
    assert a - b == BitSet.of(universe, left - right)
    assert hash(a | b) == hash(b | a)
    assert a != left


@given(pairs())
def test_operands_stay_as_they_were(case: tuple[int, set[int], set[int]]) -> None:
    universe, left, right = case
    a, b = BitSet.of(universe, left), BitSet.of(universe, right)
    a &= b
    assert b.numbers().tolist() == sorted(right)
    assert a.numbers().tolist() == sorted(left & right)


@given(UNIVERSES, st.integers(1, 4))
def test_rows_are_packed_one_by_one(universe: int, rows: int) -> None:
    flags = np.random.default_rng(universe * rows).random((rows, universe)) < 0.5
    words = pack(flags)
    assert words.shape == (rows, -(-universe // 64))
    for row, packed in zip(flags, words, strict=True):
        assert BitSet(universe, packed).numbers().tolist() == np.flatnonzero(row).tolist()


def test_every_member_is_as_likely_to_be_picked() -> None:
    members = {0, 3, 63, 64, 99}
    some = BitSet.of(100, members)
    rng = np.random.default_rng(5)
    picked = [some.pick(rng) for _ in range(5000)]
    assert set(picked) == members
    assert all(900 < picked.count(m) < 1100 for m in members)


def test_nothing_can_be_picked_from_nothing() -> None:
    with pytest.raises(ValueError, match="high"):
        BitSet.of(10, ()).pick(np.random.default_rng(0))
