"""The category graph against walking it node by node."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tma.contract.assets import Category
from tma.errors import AssetError
from tma.taxonomy import Taxonomy

# no two of these are alike
WORDS = ("ant", "bun", "cog", "dice", "elk", "fern", "gate", "harp", "ink")


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Category], set[str]]:
    """A random graph without cycles in a random order, and the categories that are used."""
    size = draw(st.integers(1, len(WORDS)))
    order = draw(st.permutations(WORDS[:size]))
    nodes = []
    for place, word in enumerate(order):
        parents = draw(st.lists(st.sampled_from(order[: place + 1]), max_size=3))  # loops too
        alike = draw(st.lists(st.sampled_from(order), max_size=1))
        synonyms = draw(st.lists(st.sampled_from([f"old {w}" for w in order]), max_size=1))
        nodes.append(
            Category(
                id=word,
                name=word,
                synonyms=tuple(synonyms),
                parents=tuple(parents),
                lookalikes=tuple(alike),
            )
        )
    used = draw(st.sets(st.sampled_from(order), min_size=1))
    return draw(st.permutations(nodes)), used


def ancestors(key: str, nodes: dict[str, Category]) -> set[str]:
    """The category and all above it, by walking."""
    found, waiting = set(), [key]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += nodes[here].parents
    return found


def namesakes(one: Category, other: Category) -> bool:
    """Words are never alike here: only 'old ant' and 'ant' are."""
    heads = [{n.split()[-1] for n in (c.name, *c.synonyms)} for c in (one, other)]
    return bool(
        {one.name} & heads[1] or {other.name} & heads[0] or set(one.synonyms) & set(other.synonyms)
    )


@given(graphs())
def test_matrices_are_what_walking_finds(case: tuple[list[Category], set[str]]) -> None:
    listed, used = case
    nodes = {c.id: c for c in listed}
    above = {c: ancestors(c, nodes) for c in nodes}
    taxonomy = Taxonomy(listed, used)
    in_use = sorted(set().union(*(above[c] for c in used)))
    assert taxonomy.ids == tuple(in_use)
    assert len(taxonomy) == len(in_use)
    for c in in_use:
        row = taxonomy.code[c]
        assert taxonomy.ids[row] == c
        assert taxonomy.node(c) == nodes[c]
        up = {d for d in in_use if taxonomy.up[row, taxonomy.code[d]]}
        assert up == above[c]
        related = {d for d in in_use if taxonomy.related[row, taxonomy.code[d]]}
        assert related == above[c] | {d for d in in_use if c in above[d]}
        alike = {d for d in in_use if taxonomy.lookalikes[row, taxonomy.code[d]]}
        assert alike == {
            d for d in in_use if d != c and (d in nodes[c].lookalikes or c in nodes[d].lookalikes)
        }
        same = {d for d in in_use if taxonomy.namesakes[row, taxonomy.code[d]]}
        assert same == {d for d in in_use if d != c and namesakes(nodes[c], nodes[d])}
        near = alike | same
        conceivable = {d for d in in_use if taxonomy.conceivable[row, taxonomy.code[d]]}
        assert conceivable == {
            d
            for d in in_use
            if d in related
            or any(d in above[n] for n in near)
            or any(d != a and namesakes(nodes[a], nodes[d]) for a in above[c])
        }


@given(graphs(), st.data())
def test_a_cycle_is_found(case: tuple[list[Category], set[str]], data: st.DataObject) -> None:
    listed, used = case
    nodes = {c.id: c for c in listed}
    special = data.draw(st.sampled_from(sorted(nodes)))
    general = data.draw(st.sampled_from(sorted(ancestors(special, nodes))))
    looped = [
        c.model_copy(update={"parents": (*c.parents, special)}) if c.id == general else c
        for c in listed
    ]
    if general == special:
        assert Taxonomy(looped, used).ids == Taxonomy(listed, used).ids  # a loop is no cycle
        return
    with pytest.raises(AssetError, match="lead back to it") as caught:
        Taxonomy(looped, used)
    ring = caught.value.message.partition(": the parents of a category lead back to it: ")[2]
    names = ring.split(" -> ")
    assert names[0] == names[-1]
    assert {special, general} <= set(names)


def category(key: str, **fields: tuple[str, ...]) -> Category:
    return Category(id=key, name=key, **fields)


@pytest.mark.parametrize(
    ("categories", "used", "line"),
    [
        (
            [category("ant"), category("bun"), category("ant")],
            {"ant"},
            "taxonomy: category 'ant' stands twice",
        ),
        (
            [category("ant", parents=("zoo",))],
            {"ant"},
            "taxonomy: parents of category 'ant' name an unknown category 'zoo'",
        ),
        (
            [category("ant", lookalikes=("zoo",))],
            {"ant"},
            "taxonomy: lookalikes of category 'ant' name an unknown category 'zoo'",
        ),
        ([category("ant")], {"zoo", "yak"}, "assets name an unknown category 'yak'"),
    ],
)
def test_broken_links(categories: list[Category], used: set[str], line: str) -> None:
    with pytest.raises(AssetError) as caught:
        Taxonomy(categories, used)
    assert str(caught.value) == line


def test_unused_categories_are_left_out_but_checked() -> None:
    listed = [category("ant", parents=("bun",)), category("bun"), category("cog", parents=("bun",))]
    assert Taxonomy(listed, {"ant"}).ids == ("ant", "bun")
    with pytest.raises(AssetError, match="unknown category 'zoo'"):
        Taxonomy([*listed, category("dice", parents=("zoo",))], {"ant"})


def test_what_may_be_called_a_record_may_be_called_what_records_are() -> None:
    listed = [
        Category(id="turntable", name="turntable", synonyms=("record player",)),
        Category(id="disc", name="disc", synonyms=("record",), parents=("storage",)),
        Category(id="storage", name="optical storage", parents=("hardware",)),
        Category(id="hardware", name="computer hardware"),
        Category(id="monkey", name="monkey"),
        Category(id="key", name="key", parents=("hardware",)),
    ]
    taxonomy = Taxonomy(listed, {"turntable", "disc", "monkey", "key"})
    named = {
        c: {d for d in taxonomy.ids if taxonomy.conceivable[taxonomy.code[c], taxonomy.code[d]]}
        for c in taxonomy.ids
    }
    assert named["turntable"] == {"turntable", "disc", "storage", "hardware"}
    assert named["disc"] == {"turntable", "disc", "storage", "hardware"}
    assert named["monkey"] == {"monkey", "key"}  # letters alone make no monkey hardware


def test_a_long_chain_needs_no_recursion() -> None:
    chain = [category("n0")] + [category(f"n{i}", parents=(f"n{i - 1}",)) for i in range(1, 2000)]
    used = {"n1999"}
    taxonomy = Taxonomy(chain, used)
    assert len(taxonomy) == 2000
    assert taxonomy.up[taxonomy.code["n1999"]].all()
    assert np.count_nonzero(taxonomy.up[taxonomy.code["n0"]]) == 1
