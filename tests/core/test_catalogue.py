"""What is known, known not to be and unknown of assets, against asking each asset by itself."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tma.catalogue import Catalogue
from tma.contract.assets import Asset, AttributeType, Category, Inventory
from tma.errors import AssetError

from . import toys
from .test_taxonomy import ancestors, graphs, namesakes

FEW = settings(max_examples=40)  # each example is some hundred questions
TYPES = (
    AttributeType(name="color", values=("blue", "gold", "red"), overlaps=(("gold", "red"),)),
    AttributeType(name="size", values=("large", "small")),
)


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    categories, _ = draw(graphs())
    ids = sorted(c.id for c in categories)
    assets = []
    for number in range(draw(st.integers(1, 8))):
        true: dict[str, tuple[str, ...]] = {}
        false: dict[str, tuple[str, ...]] = {}
        for kind in TYPES:
            said = draw(st.lists(st.sampled_from(kind.values), max_size=2, unique=True))
            denied = draw(st.lists(st.sampled_from(kind.values), max_size=1, unique=True))
            if said:
                true[kind.name] = tuple(said)
            elif denied:
                false[kind.name] = tuple(denied)
        own = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=2, unique=True))
        forms = {"sticker": ("a",)} if draw(st.booleans()) else {}
        assets.append(
            Asset(
                id=f"asset {number}",
                categories=tuple(own),
                attributes=true,
                not_attributes=false,
                forms=forms,
            )
        )
    return Inventory(categories=tuple(categories), assets=tuple(assets), attribute_types=TYPES)


class Brute:
    """The same answers by definition, asset by asset and category by category."""

    def __init__(self, inventory: Inventory) -> None:
        self.assets = inventory.assets
        self.nodes = {c.id: c for c in inventory.categories}
        self.above = {c: ancestors(c, self.nodes) for c in self.nodes}
        self.used = sorted(set().union(*(self.known(a) for a in self.assets)))

    def known(self, asset: Asset) -> set[str]:
        return set().union(*(self.above[c] for c in asset.categories))

    def near(self, one: str, other: str) -> bool:
        a, b = self.nodes[one], self.nodes[other]
        alike = other in a.lookalikes or one in b.lookalikes or namesakes(a, b)
        return one != other and alike

    def maybe(self, asset: Asset, category: str) -> bool:
        return any(
            category in self.above[own]
            or own in self.above[category]
            or any(category in self.above[n] for n in self.used if self.near(own, n))
            or any(
                a != category and namesakes(self.nodes[a], self.nodes[category])
                for a in self.above[own]
            )
            for own in asset.categories
        )

    def has(self, asset: Asset, kind: str, value: str) -> bool | None:
        own = asset.attributes.get(kind, ())
        if value in own:
            return True
        if value in asset.not_attributes.get(kind, ()):
            return False
        overlaps = {"gold": "red", "red": "gold"} if kind == "color" else {}
        return None if not own or overlaps.get(value) in own else False


@FEW
@given(inventories())
def test_categories(inventory: Inventory) -> None:
    catalogue, brute = Catalogue(inventory), Brute(inventory)
    assert catalogue.categories == tuple(brute.used)
    for c in brute.used:
        related = {d for d in brute.used if d in brute.above[c] or c in brute.above[d]}
        others = [catalogue.categories[i] for i in catalogue.other_codes(c)]
        assert others == [d for d in brute.used if d not in related]
        assert catalogue.below(c) == {d for d in brute.used if c in brute.above[d]}
        assert catalogue.name(c) == brute.nodes[c].name
        assert catalogue.find_category(c) == c
        values = {
            (k, v)
            for a in brute.assets
            if c in brute.known(a)
            for k, own in a.attributes.items()
            for v in own
        }
        assert catalogue.values(c) == tuple(sorted(values))
    for kind, value in catalogue.attribute_values:
        flags = catalogue.categories_with(kind, value)
        having = {c for c, flag in zip(catalogue.categories, flags, strict=True) if flag}
        assert having == {c for c in brute.used if (kind, value) in catalogue.values(c)}


@FEW
@given(inventories())
def test_membership_has_three_values(inventory: Inventory) -> None:
    catalogue, brute = Catalogue(inventory), Brute(inventory)
    for (number, asset), c in product(enumerate(brute.assets), brute.used):
        known, maybe = c in brute.known(asset), brute.maybe(asset, c)
        assert catalogue.is_in(number, c) is (True if known else None if maybe else False)
        assert (number in catalogue.assets_in(c)) == known
        assert (number in catalogue.never_in(c)) == (not maybe)
        assert (c in catalogue.categories_of(number)) == known
        assert (c in catalogue.conceivable_categories_of(number)) == maybe
        assert catalogue.number(asset.id) == number


@FEW
@given(inventories())
def test_attributes_have_three_values(inventory: Inventory) -> None:
    catalogue, brute = Catalogue(inventory), Brute(inventory)
    for kind in TYPES:
        stated = {v for a in brute.assets for v in a.attributes.get(kind.name, ())}
        assert catalogue.values_of_type(kind.name) == tuple(sorted(stated))
        for (number, asset), value in product(enumerate(brute.assets), kind.values):
            wanted = brute.has(asset, kind.name, value)
            assert catalogue.has(number, kind.name, value) is wanted
            assert (number in catalogue.having(kind.name, value)) == (wanted is True)
            assert (number in catalogue.lacking(kind.name, value)) == (wanted is False)
        assert all(catalogue.has(n, kind.name, "nosuch") is False for n in range(len(brute.assets)))


@FEW
@given(inventories())
def test_alternatives_are_symmetric_and_never_both_right(inventory: Inventory) -> None:
    catalogue, brute = Catalogue(inventory), Brute(inventory)
    matrix = catalogue.alternatives
    assert (matrix == matrix.T).all()
    for c, d in product(brute.used, repeat=2):
        allowed = bool(matrix[catalogue.code(c), catalogue.code(d)])
        assert (d in catalogue.confusable(c)) == (not allowed)
        clash = (
            c in brute.above[d]
            or d in brute.above[c]
            or brute.near(c, d)
            or any(c in brute.known(a) and brute.maybe(a, d) for a in brute.assets)
            or any(d in brute.known(a) and brute.maybe(a, c) for a in brute.assets)
        )
        assert allowed == (not clash)


@FEW
@given(inventories())
def test_forms_leave_assets_and_empty_categories_out(inventory: Inventory) -> None:
    left = [a for a in inventory.assets if a.forms]
    if not left:
        with pytest.raises(AssetError, match="holds no asset in the form sticker"):
            Catalogue(inventory, ["sticker"])
        return
    whole = Catalogue(inventory.model_copy(update={"assets": tuple(left)}))
    part = Catalogue(inventory, ["sticker"])
    assert part.assets == tuple(left)
    assert part.categories == whole.categories
    assert part.attribute_values == whole.attribute_values


def test_a_bowl_is_utensil_and_container() -> None:
    catalogue = Catalogue(toys.inventory())
    bowl = catalogue.number("bowl-1")
    assert catalogue.categories_of(bowl) == {"bowl", "utensil", "container"}
    assert not catalogue.alternatives[catalogue.code("utensil"), catalogue.code("container")]
    assert "empty shelf" not in catalogue.categories


def test_look_alikes_are_neither_known_nor_known_not_to_be() -> None:
    catalogue = Catalogue(toys.inventory())
    assert catalogue.is_in(catalogue.number("cup-1"), "mug") is None
    assert catalogue.is_in(catalogue.number("mug-1"), "cup") is None
    assert catalogue.is_in(catalogue.number("mug-1"), "fork") is False
    assert toys.names(catalogue.never_in("cup").numbers()) == {
        a.id for a in toys.ASSETS if a.categories[0] not in ("cup", "mug")
    }


def test_a_fruit_may_be_an_apple() -> None:
    coarse = toys.asset("fruit-1", "fruit")
    catalogue = Catalogue(toys.inventory(assets=(*toys.ASSETS, coarse)))
    assert catalogue.is_in(catalogue.number("fruit-1"), "apple") is None
    assert catalogue.is_in(catalogue.number("apple-1"), "pear") is False


def test_unknown_colours() -> None:
    catalogue = Catalogue(toys.inventory())

    def values_of(asset: int, kind: str) -> tuple[set[str], set[str]]:
        true, unknown = catalogue.values_of(asset, kind)
        return set(true), set(unknown)

    pear, saw = catalogue.number("pear-2"), catalogue.number("saw-1")
    assert values_of(pear, "color") == (set(), set(toys.COLORS.values))
    assert values_of(saw, "color") == ({"orange"}, {"red", "gold"})
    assert values_of(catalogue.number("hammer-1"), "material") == (
        {"metal", "wood"},
        set(),
    )
    assert catalogue.overlapping("color", "orange") == {"red", "gold"}
    assert not catalogue.having("color", "mauve")


def test_categories_are_found_by_name_and_synonym() -> None:
    nodes = (
        Category(id="Q1", name="Sofa", synonyms=("couch",)),
        Category(id="Q2", name="bed", synonyms=("couch",)),
        Category(id="Q3", name="Q1"),
    )
    stock = tuple(Asset(id=c.id, categories=(c.id,)) for c in nodes)
    catalogue = Catalogue(Inventory(categories=nodes, assets=stock))
    assert catalogue.find_category("sofa") == "Q1"
    assert catalogue.find_category("BED") == "Q2"
    assert catalogue.find_category("Q1") == "Q1"  # an id goes before a name
    with pytest.raises(AssetError, match="'couch' is the name of Q1, Q2"):
        catalogue.find_category("couch")
    with pytest.raises(AssetError, match="'settee' is no category here"):
        catalogue.find_category("settee")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"assets": ()}, "the asset source holds no asset"),
        ({"assets": (toys.ASSETS[0], toys.ASSETS[1], toys.ASSETS[0])}, "'apple-1' stands twice"),
        (
            {"assets": (toys.asset("x", "apple", color="mauve"),)},
            "asset 'x': color 'mauve' is outside the vocabulary",
        ),
        (
            {"assets": (toys.asset("x", "apple", mood="good"),)},
            "asset 'x': mood 'good' is outside the vocabulary",
        ),
        (
            {
                "assets": (
                    Asset(id="x", categories=("apple",), not_attributes={"color": ("mauve",)}),
                )
            },
            "asset 'x': color 'mauve' is outside the vocabulary",
        ),
        (
            {
                "assets": (
                    Asset(
                        id="x",
                        categories=("apple",),
                        attributes={"color": ("red",)},
                        not_attributes={"color": ("blue", "red")},
                    ),
                )
            },
            "asset 'x': color 'red' stands among its attributes and its not_attributes",
        ),
        ({"assets": (toys.asset("x", "plum"),)}, "assets name an unknown category 'plum'"),
        (
            {
                "attribute_types": (
                    AttributeType(name="color", values=("red",), overlaps=(("red", "rouge"),)),
                ),
                "assets": (toys.asset("x", "apple"),),
            },
            "attribute type 'color': overlaps name an unknown value 'rouge'",
        ),
        (
            {"attribute_types": (toys.COLORS, toys.COLORS), "assets": (toys.asset("x", "apple"),)},
            "attribute type 'color' stands twice",
        ),
    ],
)
def test_broken_inventories(changes: dict[str, object], line: str) -> None:
    with pytest.raises(AssetError) as caught:
        Catalogue(toys.inventory(**changes))
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)
