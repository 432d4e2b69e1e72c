"""From plan and seed to a task; and generators that lie are found out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tma.catalogue import Catalogue
from tma.contract.plan import Plan
from tma.contract.scene import Scene
from tma.contract.tasks import Draft, Task, TaskGenerator, TruthSet
from tma.errors import ConfigError, Infeasible, TaskError, UnsoundTaskError
from tma.maketask import make_task
from tma.space import PlanSpace, product

from . import toys
from .toys import ORIGIN, Shelf

CATALOGUE = Catalogue(toys.inventory(), ["sticker"])
PLAN = Plan({"generator": "toys/liar", "target_category": "apple"})
SCENE = Shelf(items=(("apple-1", "v0"), ("hammer-1", "v0"), ("car-1", "v0"), ("fork-1", "v0")))
APPLE = TruthSet(frozenset({"apple", "fruit", "food"}))
OTHERS = ("hammer", "car", "fork")


class Fixed(TaskGenerator):
    """Drafts what it is told to; an honest task unless told otherwise."""

    scene_type = Shelf

    def __init__(self, truths: TruthSet | None = None, **changes: Any) -> None:
        honest: dict[str, Any] = {
            "scene": SCENE,
            "question": "What stands first?",
            "answer": "apple",
            "distractors": OTHERS,
            "answers": "category",
            "truths": APPLE,
        }
        self._draft = {**honest, **changes}
        self._truths = truths

    def space(self, catalogue: Catalogue) -> PlanSpace:
        return product(target_category=["apple"])

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        return Draft(**self._draft)

    def truths(self, plan: Plan, scene: Scene, catalogue: Catalogue) -> TruthSet | None:
        return self._truths


def make(generator: TaskGenerator, seed: int = 0, plan: Plan = PLAN) -> Task:
    return make_task("toys/liar", generator, plan, seed, CATALOGUE, ORIGIN)


def test_an_honest_task() -> None:
    task = make(Fixed(names={"car": "car"}))
    assert sorted(task.options) == sorted(("apple", *OTHERS))
    assert task.options[task.answer_index] == task.answer == "apple"
    assert task.option_keys == task.options
    assert task.names == {k: k for k in ("apple", *OTHERS)}
    assert (task.generator, task.plan_id, task.seed) == ("toys/liar", PLAN.id, 0)
    assert Shelf.model_validate(task.scene) == SCENE
    assert [(a.asset, a.name, a.licence, a.sha256) for a in task.assets] == [
        (asset, "v0", "CC0-1.0", None) for asset, _ in SCENE.items
    ]
    assert task.media is not None
    assert task.media.path is None
    assert Task.model_validate_json(task.model_dump_json()) == task


LIES: dict[str, Callable[[], TaskGenerator]] = {
    "the answer is not true": lambda: Fixed(answer="pear"),
    "the answer is only possible": lambda: Fixed(
        truths=TruthSet(frozenset({"fruit"}), frozenset({"fruit", "apple"}))
    ),
    "a distractor is true of the scene": lambda: Fixed(
        truths=TruthSet(frozenset({"apple", "hammer"}))
    ),
    "a distractor may be true of the scene": lambda: Fixed(
        truths=TruthSet(frozenset({"apple"}), frozenset({"car"}))
    ),
    "a distractor is an ancestor": lambda: Fixed(
        distractors=("fruit", "car", "fork"), truths=TruthSet(frozenset({"apple"}))
    ),
    "a distractor is a descendant": lambda: Fixed(
        answer="fruit", distractors=("pear", "car", "fork")
    ),
    "a distractor looks alike": lambda: Fixed(
        answer="cup", distractors=("mug", "car", "saw"), truths=TruthSet(frozenset({"cup"}))
    ),
    "a distractor overlaps": lambda: Fixed(
        answer="red",
        answers="attribute:color",
        distractors=("blue", "orange", "white"),
        truths=TruthSet(frozenset({"red"})),
    ),
    "the answer is a distractor": lambda: Fixed(distractors=("apple", "car", "fork")),
    "two options read the same": lambda: Fixed(labels={"car": "thing", "fork": "Thing "}),
    "a distractor reads like the answer": lambda: Fixed(labels={"car": "apple"}),
    "an option has no text": lambda: Fixed(labels={"car": ""}),
    "the reference is not unique": lambda: Fixed(
        truths=TruthSet(frozenset({"apple"}), ambiguous="two hammers")
    ),
    "derived truths go before stated ones": lambda: Fixed(TruthSet(frozenset({"pear"}))),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused(lie: str) -> None:
    with pytest.raises(UnsoundTaskError, match=r"toys/liar drafted an unsound task for Plan\("):
        make(LIES[lie]())


@pytest.mark.parametrize(
    ("generator", "line"),
    [
        (Fixed(truths=None), None),
        (Fixed(scene=Shelf(items=(("no-such", "v0"),))), "no-such"),
        (Fixed(scene=Shelf(items=(("apple-1", "v9"),))), "v9"),
    ],
)
def test_a_draft_outside_the_contract(generator: TaskGenerator, line: str | None) -> None:
    if line is None:
        generator._draft["truths"] = None  # type: ignore[attr-defined]
        line = "states no truth set"
    with pytest.raises(TaskError, match=line) as caught:
        make(generator)
    assert not isinstance(caught.value, UnsoundTaskError)


def test_no_draft_at_all() -> None:
    class Lazy(Fixed):
        def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
            return None  # type: ignore[return-value]

    with pytest.raises(TaskError, match="draw gave NoneType"):
        make(Lazy())


@pytest.mark.parametrize("distractors", [(), ("car", "fork"), ("car", "car", "fork")])
def test_too_few_distractors_are_infeasible(distractors: tuple[str, ...]) -> None:
    with pytest.raises(Infeasible) as caught:
        make(Fixed(distractors=distractors))
    assert caught.value.reason == "too-few-distractors"


def test_only_false_candidates_are_taken() -> None:
    everything = Fixed(distractors=CATALOGUE.categories)
    seen: Counter[str] = Counter()
    for seed in range(300):
        task = make(everything, seed)
        assert len(set(task.option_keys)) == 4
        seen.update(task.option_keys)
    assert seen["apple"] == 300
    assert not {"fruit", "food"} & seen.keys()
    sound = set(CATALOGUE.categories) - CATALOGUE.confusable("apple")
    assert seen.keys() - {"apple"} == sound
    mean = 900 / len(sound)
    assert all(mean * 0.6 < seen[c] < mean * 1.4 for c in sound)


def test_the_answer_stands_everywhere_alike() -> None:
    places = Counter(make(Fixed(), seed).answer_index for seed in range(2000))
    assert all(430 < places[i] < 570 for i in range(4))
    where = Counter(make(Fixed(), seed).option_keys.index("car") for seed in range(2000))
    assert all(430 < where[i] < 570 for i in range(4))


def test_the_same_plan_and_seed_make_the_same_task() -> None:
    assert make(Fixed(), 7) == make(Fixed(), 7)
    assert make(Fixed(), 7).id != make(Fixed(), 8).id
    other = Plan({**PLAN, "count": 1})
    assert make(Fixed(), 7, other).id != make(Fixed(), 7).id


@pytest.mark.parametrize("seed", [-1, 2**63, 10**30])
def test_seeds_out_of_range(seed: int) -> None:
    with pytest.raises(ConfigError, match=f"seed {seed} is out of range"):
        make(Fixed(), seed)


def test_the_largest_seed() -> None:
    assert make(Fixed(), 2**63 - 1).seed == 2**63 - 1


def test_the_id_covers_question_options_and_scene() -> None:
    ids = {
        make(generator).id
        for generator in (
            Fixed(),
            Fixed(question="What is first?"),
            Fixed(labels={"car": "a car"}),
            Fixed(scene=Shelf(items=SCENE.items[::-1])),
        )
    }
    assert len(ids) == 4
