"""Every form of filter, and what is said of those that can't be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tma.catalogue import Catalogue
from tma.contract.assets import Asset, Category, Inventory
from tma.contract.plan import Plan
from tma.errors import TmaError
from tma.filters import check_field, parse_where
from tma.space import PlanSpace, joint, product, union

CATALOGUE = Catalogue(
    Inventory(
        categories=(
            Category(id="Q1", name="food"),
            Category(id="Q2", name="Apple", synonyms=("pome",), parents=("Q1",)),
            Category(id="Q3", name="bread", parents=("Q1",)),
            Category(id="Q4", name="saw", synonyms=("blade",)),
            Category(id="Q5", name="sword", synonyms=("blade",)),
        ),
        assets=tuple(Asset(id=f"a{i}", categories=(f"Q{i}",)) for i in (2, 3, 4, 5)),
    )
)
COLORS = joint(
    ("attribute_type", "attribute_value"),
    [(None, None), ("color", "red"), ("color", "dark red"), ("shape", "round")],
)
SPACE = union(
    [
        product(COLORS, target_category=["Q1", "Q2", "Q3", "Q4"], grid=[2, 3]).with_constant(
            "generator", "what"
        ),
        product(count=range(1, 10), grid=[3]).with_constant("generator", "how-many"),
    ]
)


def passing(*texts: str) -> PlanSpace:
    return SPACE.where(parse_where(texts, SPACE, CATALOGUE))


FORMS: dict[tuple[str, ...], Callable[[Plan], bool]] = {
    ("grid=3",): lambda p: p["grid"] == 3,
    (" grid =3",): lambda p: p["grid"] == 3,
    ("attribute_value=red",): lambda p: p.get("attribute_value") == "red",
    ("attribute_value=red,round",): lambda p: p.get("attribute_value") in ("red", "round"),
    ("attribute_value=dark red, round",): lambda p: (
        p.get("attribute_value") in ("dark red", "round")
    ),
    ("attribute_type=",): lambda p: "attribute_type" not in p,
    ("count=2..4",): lambda p: p.get("count") in (2, 3, 4),
    ("count=7..",): lambda p: p.get("count") in (7, 8, 9),
    ("count=..2",): lambda p: p.get("count") in (1, 2),
    ("count=..",): lambda p: "count" in p,
    ("count=-3..1",): lambda p: p.get("count") == 1,
    ("count=9,1",): lambda p: p.get("count") in (1, 9),
    ("generator=how-many",): lambda p: p["generator"] == "how-many",
    ("target_category=Q2",): lambda p: p.get("target_category") == "Q2",
    ("target_category=apple",): lambda p: p.get("target_category") == "Q2",
    ("target_category=POME,bread",): lambda p: p.get("target_category") in ("Q2", "Q3"),
    ("target_category under food",): lambda p: p.get("target_category") in ("Q1", "Q2", "Q3"),
    ("target_category  under  Q2 ",): lambda p: p.get("target_category") == "Q2",
    ("count=2..4", "count=4..6"): lambda p: p.get("count") == 4,
    ("target_category under food", "target_category=apple,saw"): lambda p: (
        p.get("target_category") == "Q2"
    ),
    ("grid=2", "attribute_type=color"): lambda p: (
        p["grid"] == 2 and p.get("attribute_type") == "color"
    ),
    (): lambda p: True,
}


@pytest.mark.parametrize("texts", FORMS, ids=str)
def test_forms(texts: tuple[str, ...]) -> None:
    wanted = [plan for plan in SPACE if FORMS[texts](plan)]
    assert list(passing(*texts)) == wanted
    assert wanted


def test_conditions_that_exclude_each_other() -> None:
    assert not list(passing("count=2", "count=3"))
    assert not list(passing("attribute_type=", "attribute_value=red"))
    assert not list(passing("attribute_value=1..2"))
    assert not list(passing("count=4..2"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("grid", "can't read the filter 'grid' (write FIELD=VALUE, "),
        ("", "can't read the filter ''"),
        ("=3", "no plan has a field ''"),
        ("gird=3", "no plan has a field 'gird' (did you mean grid?)"),
        ("weather=3", "no plan has a field 'weather' (fields: generator, "),
        ("weather under food", "no plan has a field 'weather'"),
        ("grid=4", "no plan has grid=4 (values: 2, 3)"),
        ("grid=2,4", "no plan has grid=4"),
        ("grid=2,", "no plan has grid="),
        ("count=-..3", "no plan has count=-..3"),
        ("count=1..-", "no plan has count=1..-"),
        (f"count=1..{'9' * 40}", "no plan has count=1..999"),
        ("attribute_value=rad", "no plan has attribute_value=rad (did you mean red"),
        ("target_category=plum", "filter on target_category: 'plum' is no category here"),
        ("target_category=blade", "filter on target_category: 'blade' is the name of Q4, Q5"),
        ("target_category=sword", "no plan has target_category=sword"),
        ("target_category under plum", "'plum' is no category here"),
        ("target_category under blade", "'blade' is the name of Q4, Q5"),
        ("cell under food", "no plan has a field 'cell'"),
    ],
)
def test_what_can_not_be_read(text: str, line: str) -> None:
    with pytest.raises(TmaError) as caught:
        passing(text)
    assert str(caught.value).startswith(line), str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_fields() -> None:
    assert check_field("count", SPACE) == "count"
    with pytest.raises(TmaError, match=r"did you mean count"):
        check_field("counts", SPACE)
