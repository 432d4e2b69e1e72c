"""Each rule of soundness, broken on its own."""

from __future__ import annotations

import pytest

from tma.catalogue import Catalogue
from tma.contract.tasks import TruthSet
from tma.soundness import barred_by, problems

from . import toys

CATALOGUE = Catalogue(toys.inventory())
APPLE = TruthSet(frozenset({"apple", "fruit", "food"}), frozenset({"apple", "fruit", "food"}))


def found(
    answer: str = "apple",
    distractors: tuple[str, ...] = ("hammer", "car", "fork"),
    texts: tuple[str, ...] | None = None,
    truth: TruthSet = APPLE,
    answers: str = "category",
) -> list[str]:
    shown = (answer, *distractors) if texts is None else texts
    return problems(answer, distractors, shown, answers, truth, CATALOGUE)


def test_a_sound_task() -> None:
    assert not found()
    assert not found("food")
    red = TruthSet(frozenset({"red"}), frozenset({"orange"}))
    assert not found("red", ("blue", "green"), truth=red, answers="attribute:color")
    assert not found("3", ("1", "2"), truth=TruthSet(frozenset({"3"})), answers="text")


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ({"answer": "pear"}, "the answer 'pear' is not true of the scene"),
        ({"truth": TruthSet(frozenset({"apple"}), ambiguous="two apples")}, "ambiguous: two"),
        ({"distractors": ("fruit", "car", "saw")}, "distractor 'fruit' is or may be right"),
        # true of the scene, possible on the scene
        ({"truth": TruthSet(frozenset({"apple", "car"}))}, "distractor 'car' is or may be right"),
        (
            {"truth": TruthSet(frozenset({"apple"}), frozenset({"car"}))},
            "distractor 'car' is or may be right",
        ),
        # an ancestor, a descendant, a look-alike, a second parent: whatever the truth set says
        (
            {"truth": TruthSet(frozenset({"apple"})), "distractors": ("food", "car", "saw")},
            "distractor 'food' is or may be right",
        ),
        (
            {
                "answer": "food",
                "truth": TruthSet(frozenset({"food"})),
                "distractors": ("bread", "car", "saw"),
            },
            "distractor 'bread' is or may be right",
        ),
        (
            {
                "answer": "cup",
                "truth": TruthSet(frozenset({"cup"})),
                "distractors": ("mug", "car", "saw"),
            },
            "distractor 'mug' is or may be right",
        ),
        (
            {
                "answer": "utensil",
                "truth": TruthSet(frozenset({"utensil"})),
                "distractors": ("container", "car", "saw"),
            },
            "distractor 'container' is or may be right",
        ),
        (
            {
                "answer": "orange",
                "truth": TruthSet(frozenset({"orange"})),
                "distractors": ("red", "blue"),
                "answers": "attribute:color",
            },
            "distractor 'red' is or may be right",
        ),
        ({"distractors": ("apple", "car", "saw")}, "the answer 'apple' stands twice"),
        ({"distractors": ("car", "car", "saw")}, "distractor 'car' stands twice"),
        ({"texts": ("An apple", "car ", "CAR", "saw")}, "options stand twice"),
        ({"texts": ("tea  cup", "tea\tcup", "car", "saw")}, "options stand twice"),
        ({"texts": ("apple", " ", "car", "saw")}, "an option has no text"),
    ],
)
def test_one_rule_broken(case: dict[str, object], line: str) -> None:
    lines = found(**case)  # type: ignore[arg-type]
    assert any(line in one for one in lines), lines


def test_options_are_compared_without_spaces_and_case() -> None:
    assert found(texts=("apple", "Car", "car", "saw"))
    assert not found(texts=("apple", "car", "cars", "saw"))


def test_keys_that_the_catalogue_lacks_are_plain_text() -> None:
    plain = TruthSet(frozenset({"yes"}))
    assert barred_by("category", "yes", plain, CATALOGUE) == frozenset()
    assert barred_by("attribute:mood", "yes", plain, CATALOGUE) == frozenset()
    assert barred_by("attribute:color", "orange", TruthSet(frozenset()), CATALOGUE) == {
        "red",
        "gold",
    }
