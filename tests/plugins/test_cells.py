"""What the cell families share: cells and positions, spaces, arranging, wording, truth."""

from __future__ import annotations

from collections import Counter
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tma.bitset import BitSet
from tma.catalogue import Catalogue
from tma.errors import ConfigError, Infeasible
from tma.space import joint
from tma_plugins.cells import truth
from tma_plugins.cells.arrange import Arranger
from tma_plugins.cells.layout import (
    GRIDS,
    Layout,
    inside,
)
from tma_plugins.cells.spaces import counted, located
from tma_plugins.cells.wanted import Wanted, attribute_of, prefer, require
from tma_plugins.cells.wording import Wording, wording

from ..core import toys

CATALOGUE = Catalogue(toys.inventory(), ["sticker"])
LAYOUT = Layout()


def numbers(*ids: str) -> BitSet:
    return BitSet.of(len(CATALOGUE.assets), [CATALOGUE.number(i) for i in ids])


def arrangement(**cells: str) -> dict[tuple[int, int], int]:
    """`a1="apple-1"`: row a (the first), column 1 (the left)."""
    return {("abc".index(k[0]), int(k[1]) - 1): CATALOGUE.number(v) for k, v in cells.items()}


# -- layout -------------------------------------------------------------------------------------


def test_names_of_cells() -> None:
    assert list(LAYOUT.cells(2)) == ["top left", "top right", "bottom left", "bottom right"]
    assert list(LAYOUT.cells(3)) == [
        *("top left", "top middle", "top right"),
        *("middle left", "middle", "middle right"),
        *("bottom left", "bottom middle", "bottom right"),
    ]
    assert LAYOUT.cells(3)["middle right"] == (1, 2)
    assert list(Layout(("back", "middle", "front")).cells(2))[2] == "front left"


def test_valid_relative_positions() -> None:
    found = LAYOUT.relative_placements()
    assert len(found) == len(set(found)) == 12 + 40
    assert Counter(grid for grid, _, _ in found) == {2: 12, 3: 40}
    assert len(LAYOUT.placements()) == 13
    for grid, cell, position in found:
        assert inside(grid, LAYOUT.reference_of(LAYOUT.cells(grid)[cell], position))
    for grid in GRIDS:
        counts = Counter(p for g, _, p in found if g == grid)
        assert LAYOUT.position_counts(grid) == [counts[p] for p in LAYOUT.offsets]


@given(*[st.tuples(st.integers(0, 2), st.integers(0, 2))] * 2)
def test_positions_and_references_are_inverse(
    target: tuple[int, int], reference: tuple[int, int]
) -> None:
    near = max(abs(a - b) for a, b in zip(target, reference, strict=True)) == 1
    position = LAYOUT.position_of(target, reference)
    assert (position is not None) == near
    if position is not None:
        assert LAYOUT.reference_of(target, position) == reference
        words = set(position.split())
        assert ("above" in words) == (target[0] < reference[0])
        assert ("below" in words) == (target[0] > reference[0])
        assert ("left" in words) == (target[1] < reference[1])
        assert ("right" in words) == (target[1] > reference[1])


def test_inverse_positions_and_single_grids() -> None:
    table = Layout(("back", "middle", "front"), ("behind", "front"))
    for layout in (LAYOUT, table):
        for position in layout.offsets:
            there = layout.reference_of((1, 1), position)
            assert layout.position_of(there, (1, 1)) == layout.inverse(position)
    assert table.inverse("behind left") == "front right"
    assert {grid for grid, *_ in LAYOUT.relative_placements((2,))} == {2}
    assert len(LAYOUT.placements((3,))) == 9
    shares = LAYOUT.shares((2,))
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["left"] == pytest.approx(2 * shares["above left"])


def test_shares_of_places() -> None:
    """Every place gets a share, and those with a position by how many cells it is valid for."""
    shares = LAYOUT.shares()
    assert sum(shares.values()) == pytest.approx(1)
    assert set(shares) == {None, *LAYOUT.offsets}
    assert 0.1 < shares[None] < 0.5
    counts = Counter(p for _, _, p in LAYOUT.relative_placements())
    for position, count in counts.items():
        assert shares[position] == pytest.approx((1 - shares[None]) * count / 52)


# -- spaces -------------------------------------------------------------------------------------

Fields = frozenset[tuple[str, object]]


def fields(**given: object) -> Fields:
    return frozenset((k, v) for k, v in given.items() if v is not None)


def pairs_of(category: str) -> list[tuple[str, str]]:
    below = [a for a in toys.ASSETS if category in known(a.categories[0])]
    return sorted({(k, v) for a in below for k, own in a.attributes.items() for v in own})


def known(category: str) -> set[str]:
    return {category}.union(*(known(p) for p in toys.TREE[category]))


USED = sorted(set().union(*(known(a.categories[0]) for a in toys.ASSETS)))


@pytest.mark.parametrize("obligatory", [False, True])
def test_located_plans_are_those_of_the_definition(obligatory: bool) -> None:
    wanted: list[Fields] = []
    for category in USED:
        others = [c for c in USED if c not in known(category) and category not in known(c)]
        options: list[tuple[str | None, str | None]] = [] if obligatory else [(None, None)]
        for kind, value in [*options, *pairs_of(category)]:
            about = {"target_category": category, "attribute_type": kind, "attribute_value": value}
            wanted += [fields(**about, grid=g, cell=c) for g, c in LAYOUT.placements()]
            wanted += [
                fields(**about, grid=g, cell=c, relative_position=p, reference_category=r)
                for g, c, p in LAYOUT.relative_placements()
                for r in others
            ]
    space = located(CATALOGUE, LAYOUT, attribute=obligatory)
    listed = [frozenset(plan.items()) for plan in space]
    assert len(listed) == len(set(listed)) == space.size
    assert set(listed) == set(wanted)


def test_places_beside_a_reference_can_be_given() -> None:
    fields_ = ("grid", "cell", "relative_position", "distance")
    rows = [(3, "middle", "left", "closest"), (3, "top left", "above left", "farthest")]
    more = joint(("order",), [("a",), ("b",)])
    space = located(
        CATALOGUE,
        LAYOUT,
        attribute=False,
        plain=None,
        relative=[more],
        beside=joint(fields_, rows),
    )
    assert {tuple(plan[f] for f in fields_) for plan in space} == set(rows)
    whole = located(CATALOGUE, LAYOUT, attribute=False, plain=None)
    assert space.size == whole.size // 52 * 2 * 2
    nothing = located(CATALOGUE, LAYOUT, attribute=False, plain=None, relative=None)
    assert nothing.size == 0


def test_located_plans_may_ask_more() -> None:
    also = joint(("others",), [("yes",), ("no",)])
    plain = located(CATALOGUE, LAYOUT, attribute=False, grids=(2,), plain=[also], relative=None)
    values = sum(1 + len(pairs_of(c)) for c in USED)
    assert plain.size == values * 4 * 2
    assert "relative_position" not in plain.fields
    both = located(CATALOGUE, LAYOUT, attribute=False, grids=(2,))
    only = located(CATALOGUE, LAYOUT, attribute=False, grids=(2,), plain=None, relative=[also])
    assert only.size == 2 * (both.size - values * 4)


def test_counted_plans_are_those_of_the_definition() -> None:
    counts = [(g, n) for g in GRIDS for n in range(1, g * g + 1)]
    alone = {(k, v) for c in USED for k, v in pairs_of(c)}
    wanted = [
        *(
            fields(attribute_type=k, attribute_value=v, grid=g, count=n)
            for (k, v), (g, n) in product(sorted(alone), counts)
        ),
        *(fields(target_category=c, grid=g, count=n) for c, (g, n) in product(USED, counts)),
        *(
            fields(target_category=c, attribute_type=k, attribute_value=v, grid=g, count=n)
            for c in USED
            for (k, v), (g, n) in product(pairs_of(c), counts)
        ),
    ]
    listed = [frozenset(plan.items()) for plan in counted(CATALOGUE)]
    assert len(listed) == len(set(listed)) == len(wanted)
    assert set(listed) == set(wanted)


# -- wanted and arranging -----------------------------------------------------------------------


def test_known_to_fit_and_known_not_to() -> None:
    red_tool = Wanted("tool", ("color", "red"))
    assert toys.names(red_tool.known(CATALOGUE).numbers(), CATALOGUE.assets) == {"hammer-1"}
    never = toys.names(red_tool.never(CATALOGUE).numbers(), CATALOGUE.assets)
    # the saw is orange, which may be called red; all else is certainly no tool
    assert {a.id for a in toys.ASSETS} - never == {"hammer-1", "saw-1"}
    assert Wanted().known(CATALOGUE) == CATALOGUE.everything
    assert not Wanted().never(CATALOGUE)
    assert attribute_of({"attribute_type": "color", "attribute_value": "red"}) == ("color", "red")
    assert attribute_of({}) is None


def test_wishes_are_dropped_where_they_leave_nothing() -> None:
    some = numbers("apple-1", "pear-1", "saw-1")
    assert prefer(some, numbers("car-1"), numbers("pear-1", "saw-1")) == numbers("pear-1", "saw-1")
    assert prefer(some) == some
    assert require(some, "why", "because") is some
    with pytest.raises(Infeasible) as caught:
        require(numbers(), "why", "because")
    assert (caught.value.reason, caught.value.detail) == ("why", "because")


@given(st.sampled_from(GRIDS), st.integers(0, 10**6), st.data())
def test_arranging(grid: int, seed: int, data: st.DataObject) -> None:
    stage = Arranger(grid, np.random.default_rng(seed))
    cells = sorted(LAYOUT.cells(grid).values())
    corner = data.draw(st.sampled_from(cells))
    stage.put(numbers("apple-1"), corner)
    assert stage.placed == {corner: CATALOGUE.number("apple-1")}
    stage.put(numbers())  # nobody to place
    stage.put(numbers("pear-1"))
    assert len(stage.placed) == 2
    stage.fill(numbers("saw-1", "car-1", "cup-1", "apple-1"), 2)
    placed = list(stage.placed.values())
    assert len(set(placed)) == len(placed) == 4  # the apple is not taken again
    stage.fill(CATALOGUE.everything)
    assert sorted(stage.placed) == cells
    assert len(set(stage.placed.values())) == grid * grid
    stage.put(CATALOGUE.everything)
    stage.fill(CATALOGUE.everything)
    assert len(stage.placed) == grid * grid


def test_few_assets_are_shown_several_times() -> None:
    stage = Arranger(3, np.random.default_rng(1))
    stage.fill(numbers("saw-1", "car-1"))
    assert sorted(Counter(stage.placed.values()).values()) == [4, 5]


def test_cells_are_filled_by_chance() -> None:
    where = Counter[tuple[int, int]]()
    for seed in range(900):
        stage = Arranger(3, np.random.default_rng(seed))
        stage.put(numbers("saw-1"))
        where.update(list(stage.placed))
    assert len(where) == 9
    assert all(70 < n < 130 for n in where.values())


# -- truth --------------------------------------------------------------------------------------


def test_the_one_object_that_fits() -> None:
    shown = arrangement(a1="bowl-1", a2="hammer-1", b1="car-1", b2="apple-1")
    assert truth.find_only(shown, Wanted("utensil"), "reference", CATALOGUE) == (0, 0)
    assert truth.find_only(shown, Wanted(attribute=("color", "white")), "x", CATALOGUE) == (0, 0)


@pytest.mark.parametrize(
    ("cells", "wanted", "line"),
    [
        ({"a1": "bowl-1", "a2": "fork-1"}, Wanted("utensil"), "2 objects may be the reference"),
        ({"a1": "cup-1", "a2": "mug-1"}, Wanted("cup"), "2 objects may be the reference"),
        ({"a1": "car-1", "a2": "saw-1"}, Wanted("cup"), "0 objects may be the reference"),
        ({"a1": "mug-1", "a2": "saw-1"}, Wanted("cup"), "the reference is not known to be one"),
        (
            {"a1": "apple-1", "a2": "pear-2"},  # nobody knows the pear's colour
            Wanted(attribute=("color", "red")),
            "2 objects may be the reference",
        ),
        (
            {"a1": "apple-1", "a2": "saw-1"},  # orange may be called red
            Wanted(attribute=("color", "red")),
            "2 objects may be the reference",
        ),
    ],
)
def test_no_single_object(cells: dict[str, str], wanted: Wanted, line: str) -> None:
    with pytest.raises(truth.Unclear, match=line) as caught:
        truth.find_only(arrangement(**cells), wanted, "reference", CATALOGUE)
    assert caught.value.as_truth().ambiguous == line
    assert not caught.value.as_truth().true


def test_what_stands_at_a_position() -> None:
    shown = arrangement(a1="bowl-1", a2="hammer-1", b1="car-1", b2="apple-1")
    assert truth.find_at(shown, (1, 1), None, None, CATALOGUE, LAYOUT) == (1, 1)
    assert truth.find_at(shown, None, "below right", "bowl", CATALOGUE, LAYOUT) == (1, 1)
    with pytest.raises(truth.Unclear, match="nothing stands where"):
        truth.find_at(shown, None, "above", "bowl", CATALOGUE, LAYOUT)
    with pytest.raises(truth.Unclear, match="nothing stands where"):
        truth.find_at(shown, (2, 2), None, None, CATALOGUE, LAYOUT)
    with pytest.raises(truth.Unclear, match="reference"):
        truth.find_at(
            {**shown, **arrangement(b1="mug-1", b2="cup-1")},
            None,
            "below",
            "cup",
            CATALOGUE,
            LAYOUT,
        )


def test_an_object_may_be_singled_out() -> None:
    """Then others may fit its description as well; seen from it, the reference is elsewhere."""
    shown = arrangement(a1="bowl-1", a2="bowl-2", b1="car-1")
    wanted = Wanted("bowl")
    with pytest.raises(truth.Unclear):
        truth.place_of(shown, 2, wanted, None, CATALOGUE, LAYOUT)
    found = truth.place_of(shown, 2, wanted, None, CATALOGUE, LAYOUT, singled=(0, 1))
    assert found.true == {"top right"}
    found = truth.place_of(shown, 2, wanted, "car", CATALOGUE, LAYOUT, singled=(0, 1))
    assert found.true == {"above right"}
    found = truth.place_of(shown, 2, wanted, "car", CATALOGUE, LAYOUT, singled=(0, 1), inverse=True)
    assert found.true == {"below left"}
    with pytest.raises(truth.Unclear, match="singled out"):
        truth.place_of(shown, 2, wanted, None, CATALOGUE, LAYOUT, singled=(1, 0))


def test_only_some_cells_may_be_free() -> None:
    stage = Arranger(2, np.random.default_rng(1), {(0, 0), (1, 1)})
    stage.fill(CATALOGUE.everything)
    assert sorted(stage.placed) == [(0, 0), (1, 1)]


def test_where_the_object_stands() -> None:
    shown = arrangement(a1="bowl-1", b1="saw-1", c3="car-1")
    where = truth.place_of(shown, 3, Wanted("tool"), None, CATALOGUE, LAYOUT)
    assert where.true == {"middle left"}
    where = truth.place_of(shown, 3, Wanted("tool"), "bowl", CATALOGUE, LAYOUT)
    assert where.true == {"below"}
    where = truth.place_of(shown, 3, Wanted("car"), "bowl", CATALOGUE, LAYOUT)
    assert where.true == set()  # it stands further away than one cell


def test_counts() -> None:
    sure = arrangement(a1="apple-1", a2="hammer-1", b1="car-1", b2="mug-1")
    assert truth.count_of(sure, Wanted("fruit"), CATALOGUE).true == {"1"}
    unsure = truth.count_of(sure, Wanted("cup"), CATALOGUE)
    assert not unsure.true
    assert unsure.possible == {"0", "1"}
    red = truth.count_of(sure, Wanted(attribute=("color", "red")), CATALOGUE)
    assert red.true == {"3"}


# -- wording ------------------------------------------------------------------------------------


def test_three_phrasings_of_every_question() -> None:
    said = {"object": "O", "thing": "T", "place": "P", "relation": "R", "reference": "F"}
    said |= {"type": "Y", "value": "V"}
    words = wording()
    for kind in (
        *("what", "what-relative", "where", "where-relative", "what-attribute"),
        *("what-attribute-relative", "where-attribute", "where-attribute-relative"),
        *("how-many", "how-many-attribute"),
    ):
        asked = {words.ask(kind, np.random.default_rng(seed), **said) for seed in range(60)}
        assert len(asked) >= 3
        assert all(q[0].isupper() and q.endswith("?") and "{" not in q for q in asked)
    assert len(set(words.positions.values())) == len(LAYOUT.offsets) == len(words.positions)
    assert words.described("bowl", None) == "bowl"
    assert words.described("bowl", ("color", "red")) == "red bowl"
    assert words.described("bowl", ("shape", "cube")) == "bowl whose shape is cube"
    assert words.place("top left") == "in the top left of the image"
    assert words.relation("below", "saw") == "directly below the saw"


def test_a_users_templates(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[questions]\nhow-many = ["{thing}: how often?"]\n'
        '[attributes]\nshape = "{value}-shaped {name}"\n'
        '[cells]\nmiddle = "right in the centre"\n'
        '[relations]\nabove = "on top of the {reference}"\n'
        '[positions]\nabove = "on top"\n',
        encoding="utf-8",
    )
    words = Wording(file)
    asked = {words.ask("how-many", np.random.default_rng(s), thing="bowl") for s in range(60)}
    assert "bowl: how often?" in asked
    assert len(asked) == 4
    assert words.described("bowl", ("shape", "cube")) == "cube-shaped bowl"
    assert words.place("middle") == "right in the centre"
    assert words.place("top left") == "in the top left of the image"
    assert words.relation("above", "saw") == "on top of the saw"
    assert (words.positions["above"], words.positions["left"]) == ("on top", "directly to the left")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[questions", "mine.toml: "),
        ('[question]\nwhat = ["x"]', "mine.toml: question: Extra inputs"),
        ('[questions]\nwhat = "x"', "mine.toml: questions.what: "),
        ('[questions]\nwhen = ["x"]', "mine.toml: questions.when: there is no such entry"),
        ('[relations]\nlefft = "{reference}"', "mine.toml: relations.lefft: there is no such"),
        ('[positions]\nlefft = "x"', "mine.toml: positions.lefft: there is no such"),
        ('[questions]\nwhat = ["{object} {place"]', "mine.toml: questions.what: expected '}'"),
        ('[questions]\nwhat = ["{object} {plaice}"]', "questions.what: {plaice} has no meaning"),
        ('[questions]\nwhat = ["{} {place}"]', "questions.what: {} has no meaning"),
        ('[questions]\nwhat = ["{object.x} {place}"]', "questions.what: {object.x} has no meaning"),
        # would not be known when it is asked, would give the answer away, or would ask for nothing
        ('[questions]\nwhere = ["{thing} {reference}"]', "questions.where: {reference} has no"),
        ('[questions]\nwhat = ["{thing} {place}"]', "questions.what: {thing} has no meaning"),
        (
            '[questions]\nwhat-attribute = ["{type} {object} {place}"]',
            "questions.what-attribute: {object} has no meaning",
        ),
        ('[questions]\nwhat = ["What is the {object}?"]', "questions.what: {place} is missing"),
        ('[attributes]\nshape = "{name}"', "attributes.shape: {value} is missing"),
        ('[cells]\ndefault = "there"', "cells.default: {cell} is missing"),
        ('[cells]\nmiddle = "{cel}"', "cells.middle: {cel} has no meaning"),
        ('[relations]\nabove = "above it"', "relations.above: {reference} is missing"),
    ],
)
def test_templates_that_can_not_be_used(tmp_path: Path, text: str, line: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Wording(file)
    assert line in str(caught.value)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_template_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    for file in (tmp_path / "no.toml", tmp_path, tmp_path / "binary.toml"):
        with pytest.raises(ConfigError, match=str(file)):
            Wording(file)
