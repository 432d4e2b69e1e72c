"""The curated table: complete, acyclic, free of what must not be shown."""

from __future__ import annotations

import pytest

import tma
from tma_emoji.table import load

TABLE = load()
NODES = {c.id: c for c in TABLE.categories}


def ancestors(category: str, below: tuple[str, ...] = ()) -> set[str]:
    assert category not in below, f"cycle at {category}"
    parents = NODES[category].parents
    return {a for p in parents for a in {p} | ancestors(p, (*below, category))}


def test_at_least_600_categories_have_pictures() -> None:
    assert len({e.category for e in TABLE.emoji}) >= 600


def test_ids_names_and_code_points_are_unique() -> None:
    assert len(NODES) == len(TABLE.categories)
    assert len({c.name.casefold() for c in TABLE.categories}) == len(NODES)
    assert len({e.point for e in TABLE.emoji}) == len({e.id for e in TABLE.emoji})
    assert len({e.point for e in TABLE.emoji}) == len(TABLE.emoji)


def test_every_link_leads_somewhere_and_none_in_a_circle() -> None:
    for c in TABLE.categories:
        assert {*c.parents, *c.lookalikes} <= NODES.keys()
        assert c.id not in ancestors(c.id)
    assert {e.category for e in TABLE.emoji} <= NODES.keys()


def test_lookalikes_are_not_relatives() -> None:
    for c in TABLE.categories:
        for other in c.lookalikes:
            assert other != c.id
            assert other not in ancestors(c.id), (c.id, other)
            assert c.id not in ancestors(other), (c.id, other)


def test_every_category_has_a_picture_at_or_below_it() -> None:
    shown = {e.category for e in TABLE.emoji}
    assert NODES.keys() == shown | {a for c in shown for a in ancestors(c)}


def test_no_faces_hands_people_symbols_or_flags() -> None:
    banned = ("face-", "hand", "person", "body", "cat-face", "monkey-face", "heart", "emotion")
    assert not [e for e in TABLE.emoji if e.subgroup.startswith(banned) or "flag" in e.subgroup]
    tones, regions, keycap = range(0x1F3FB, 0x1F400), range(0x1F1E6, 0x1F200), 0x20E3
    assert not [e for e in TABLE.emoji if e.point in {*tones, *regions, keycap}]


@pytest.mark.parametrize(
    ("category", "general"),
    [("poodle", "dog"), ("dog", "mammal"), ("owl", "bird"), ("rose", "plant"), ("tomato", "fruit"),
     ("tomato", "vegetable"), ("beer", "drink"), ("taxi", "car"), ("violin", "string-instrument"),
     ("sneaker", "footwear"), ("church", "building"), ("t-rex", "reptile")],
)  # fmt: skip
def test_what_is_what(category: str, general: str) -> None:
    assert general in ancestors(category)


@pytest.mark.parametrize(
    ("category", "general"),
    [("paw-prints", "animal"), ("mushroom", "vegetable"), ("whale", "fish"), ("spider", "insect"),
     ("bat", "bird"), ("cherries", "fruit"), ("peanut", "vegetable"), ("unicorn", "mammal")],
)  # fmt: skip
def test_what_is_not_what(category: str, general: str) -> None:
    assert general not in ancestors(category)


@pytest.mark.parametrize(
    ("one", "other"),
    [("tiger", "leopard"), ("wolf", "fox"), ("mouse", "rat"), ("tram", "train"), ("crab", "food"),
     ("office-building", "hotel"), ("nest", "egg"), ("volcano", "mountain"), ("spider", "insect"),
     ("sneaker", "clothing"), ("couch", "lamp"), ("kitchen-knife", "weapon")],
)  # fmt: skip
def test_lookalikes_are_never_answer_and_distractor(
    one: str, other: str, catalogue: tma.Catalogue
) -> None:
    found = catalogue.find_category(one.replace("-", " "))
    assert other in catalogue.confusable(found)


def test_different_things_can_be_told_apart(catalogue: tma.Catalogue) -> None:
    for one, other in [("tiger", "violin"), ("mammal", "bird"), ("vehicle", "building")]:
        assert other not in catalogue.confusable(one)
