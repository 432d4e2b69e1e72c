"""Which names a person can't keep apart."""

from __future__ import annotations

import pytest

from tma.names import Nesting, alike, words


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
    ("inner", "outer", "nesting"),
    [
        ("oven", "microwave oven", Nesting.KIND),
        ("sofa", "sofas", Nesting.KIND),
        ("rock", "rock and rock", Nesting.KIND),
        ("paper", "paper towel", Nesting.WORDS),
        ("key", "key monkey", Nesting.WORDS),
        ("record", "record player", Nesting.WORDS),
        ("key", "monkey", Nesting.LETTERS),
    ],
)
def test_mere_nesting_is_told_from_words_and_kinds(
    inner: str, outer: str, nesting: Nesting
) -> None:
    names = {"a": [inner], "b": [outer]}
    for least in Nesting:
        pairs = {("a", "b"), ("b", "a")} if least <= nesting else set()
        assert alike(names, least) == pairs


def test_of_several_names_the_pair_that_says_most_counts() -> None:
    names = {"a": ["paper", "towel"], "b": ["paper towel"]}
    assert alike(names, Nesting.KIND) == {("a", "b"), ("b", "a")}
