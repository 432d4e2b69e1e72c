"""Hashes and chance that are the same everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tma.errors import ConfigError
from tma.seeds import MAX_SEED, canonical_json, check_seed, derive_rng, digest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


@settings(max_examples=30)
@given(st.dictionaries(st.text(), JSON))
def test_the_order_of_keys_does_not_count(value: dict[str, object]) -> None:
    keys = sorted(value, key=lambda k: digest([k, "shuffled"]))
    assert canonical_json({k: value[k] for k in keys}) == canonical_json(value)
    assert digest({k: value[k] for k in keys}) == digest(value)


def test_digests_are_fixed_for_good() -> None:
    """Ids of plans and tasks in the wild depend on this."""
    assert canonical_json({"b": "ä", "a": [1, None]}) == '{"a":[1,null],"b":"ä"}'
    assert digest({"b": "ä", "a": 1}) == (
        "f5300ffcfd6fd3fc2de46d700be90d43fd799cd9eb69da4737201006143d48a1"
    )


def test_streams_are_fixed_for_good() -> None:
    bits = derive_rng("draw", "ab", 7).bit_generator.random_raw(2)
    assert bits.tolist() == [717448218574938350, 14757583272358737626]


def test_streams_differ_by_any_part() -> None:
    parts = [("a", "b"), ("ab",), ("a", "b", ""), ("b", "a"), ("a", 1), ("a", 2), ("a1",)]
    assert len({derive_rng(*p).integers(2**62) for p in parts}) == len(parts)
    assert derive_rng("a", 1).integers(2**62) == derive_rng("a", "1").integers(2**62)


@pytest.mark.parametrize("seed", [0, 1, MAX_SEED])
def test_seeds_in_range(seed: int) -> None:
    assert check_seed(seed) == seed


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1])
def test_seeds_out_of_range(seed: int) -> None:
    with pytest.raises(ConfigError, match=f"seed {seed} is out of range"):
        check_seed(seed)
