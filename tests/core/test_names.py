"""Which names a person can't keep apart."""

from __future__ import annotations

import pytest

from tma.names import alike, kinds_by_name, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("appliance", "electrical appliance"),
        ("oven", "microwave oven"),
        ("chair", "armchair"),
        ("tooth brush", "tooth-brush"),
        ("Tea Pot", "tea pot"),
        ("box", "boxes"),
        ("berry", "berries"),
        ("watch", "watches"),
        ("brush", "brushes"),
        ("glass", "glasses"),
        ("bus", "buses"),
        ("cactus", "cactuses"),
        ("tie", "neckties"),
        ("cherry", "cherries"),
        ("fly", "butterfly"),
        ("vase", "vases"),
        ("horse", "horses"),
        ("cookie", "cookies"),
        ("pie", "pies"),
        ("axe", "axes"),
        ("shoe", "shoes"),
        ("cup of tea", "cup"),
    ],
)
def test_these_are_alike(one: str, other: str) -> None:
    assert alike({"a": [one], "b": [other]}) == {("a", "b"), ("b", "a")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("car", "carpet"),  # begins with it, is not one
        ("car", "scar"),  # a rest of one letter is no word
        ("bus", "bush"),
        ("glass", "grass"),
        ("pan", "pants"),
        ("cup", "cupboard"),
        ("tap", "tape"),
        ("electric car", "car electric motor"),
    ],
)
def test_these_are_not(one: str, other: str) -> None:
    assert not alike({"a": [one], "b": [other]})


def test_synonyms_count() -> None:
    found = alike({"sofa": ["sofa", "couch"], "bed": ["bed", "day couch"], "cup": ["cup"]})
    assert found == {("sofa", "bed"), ("bed", "sofa")}


def test_a_thing_is_not_alike_to_itself() -> None:
    assert not alike({"a": ["tea cup", "cup"]})


def test_only_letters_and_digits_count() -> None:
    assert words("7-Up, light!") == words("7 up LIGHT")
    assert words("7-Up") != words("8-Up")
    assert words("Straße") == words("STRASSE")


@pytest.mark.parametrize(
    ("inner", "outer", "kind"),
    [
        ("oven", "microwave oven", True),
        ("sofa", "sofas", True),
        ("paper", "paper towel", False),
        ("key", "monkey", False),
    ],
)
def test_kinds_are_told_from_mere_nesting(inner: str, outer: str, kind: bool) -> None:
    names = {"a": [inner], "b": [outer]}
    assert alike(names) == {("a", "b"), ("b", "a")}
    assert kinds_by_name(names) == (alike(names) if kind else set())


def test_one_pair_of_names_that_says_so_makes_a_kind() -> None:
    names = {"a": ["paper", "towel"], "b": ["paper towel"]}
    assert kinds_by_name(names) == {("a", "b"), ("b", "a")}
