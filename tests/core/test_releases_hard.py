"""Hard releases: a budget that is kept, and numbers that the choice has not touched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from tma import Plan, Task, TmaError
from tma.calls import Answer
from tma.cli import cli
from tma.errors import ConfigError
from tma.models import LoadedModel
from tma.releases import Release, Wanted, hard_release, replay
from tma.releases.certifying import Harder, alike, harder, mean_accuracy
from tma.releases.evidence import evidence_part
from tma.releases.searching import all_look, batches, table_of
from tma.releases.splitting import split
from tma.scores import Accuracy, Evaluation
from tma.spec import Spec
from tma.taskset import TaskSet
from tma_plugins.reference.simulated import Simulated, SimulatedConfig

from .test_export import task

WANTED = {"assets": "shapes", "tasks": ("grid2d/how-many",), "per_generator": 20, "media": False}
WEAK = "simulated?base=0.85&failure_share=0.03&failure_drop=5&pairs=0"
UNEVEN = "simulated?base=0.6&main=0.6&smooth=0.6&failure_share=0"
EVEN = "simulated?base=0.6&main=0&smooth=0&pairs=0&failure_share=0"


def made(folder: Path, seed: int, *models: str, budget: int = 160, **more: Any) -> Release:
    wanted = Wanted(**{**WANTED, "seed": seed})  # type: ignore[arg-type]
    return hard_release(
        folder / f"r{seed}", wanted, models=models, budget=budget, certify=0.5,
        store=folder / "replies.sqlite", guesser=None, **more,
    )  # fmt: skip


def truth(release: Release, model: str) -> float:
    """The mean chance of a simulated model to be right on the released plans."""
    config = SimulatedConfig.model_validate(Spec.parse(model).settings)
    return Simulated(config).mean([dict(c.plan) for c in release.plans])


@pytest.fixture(scope="module", name="several")
def _several(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Release, float]]:
    """Releases of uneven models, and what is true of each."""
    folder = tmp_path_factory.mktemp("hard")
    found = []
    for seed in range(4):
        model = f"{UNEVEN}&seed={seed}"
        release = made(folder, seed, model)
        found.append((release, truth(release, model)))
    return found


@pytest.mark.slow
def test_fresh_replies_are_unbiased_and_those_of_the_search_are_not(
    several: list[tuple[Release, float]],
) -> None:
    errors, naive, covered = [], [], 0
    for release, true in several:
        told: Any = release.evidence
        chosen = told["mean"]["chosen"]
        assert chosen["answered"] == 20
        errors.append(chosen["estimate"] - true)
        covered += chosen["low"] <= true <= chosen["high"]
        (searched,) = told["searched"].values()
        naive.append(searched["right"] / searched["answered"] - true)
    spread = 0.5 / sqrt(20 * len(several))  # of a mean of so many shares, at most
    assert abs(sum(errors) / len(errors)) < 2.5 * spread
    assert sum(naive) / len(naive) < -2.5 * spread
    assert covered >= len(several) - 1


@pytest.mark.slow
def test_nothing_is_claimed_of_a_model_without_weak_spots(tmp_path: Path) -> None:
    claims = 0
    for seed in range(2):
        release = made(tmp_path, seed, f"{EVEN}&seed={seed}")
        told: Any = release.evidence
        claims += told["mean"]["harder"]
        card = (tmp_path / f"r{seed}" / "README.md").read_text()
        assert "models fail" not in card
        assert ("can't be told to be harder" in card) != told["mean"]["harder"]
    assert claims == 0


@pytest.fixture(scope="module", name="pair")
def _pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Release]:
    """A release of two models, and the folder that it and the store are in."""
    folder = tmp_path_factory.mktemp("pair")
    return folder, made(folder, 5, f"{WEAK}&seed=5", "random", budget=241)


def test_the_budget_is_hard(pair: tuple[Path, Release]) -> None:
    _, release = pair
    told: Any = release.evidence
    assert told["search"] + told["certify"] <= told["budget"] == 241
    assert told["certify"] == 2 * (told["chosen"] + told["random"])
    assert told["search"] >= 241 - told["certify"] - 1


def test_search_and_certificate_share_no_instance(pair: tuple[Path, Release]) -> None:
    folder, release = pair
    with closing(sqlite3.connect(folder / "replies.sqlite")) as db:
        asked = [row[0] for row in db.execute("select task_id from replies")]
    tasks = {t.id for t in TaskSet.open(folder / "r5").tasks()}
    told: Any = release.evidence
    assert len(asked) == told["search"] + told["certify"]
    # each released task was asked once of each model: in the certificate
    assert sorted(asked.count(t) for t in tasks) == [2] * len(tasks)


def test_it_is_made_again_from_the_store_and_from_its_record(
    pair: tuple[Path, Release], tmp_path: Path
) -> None:
    folder, release = pair
    first = files(folder / "r5")
    replay(folder / "r5", tmp_path / "again")
    assert files(tmp_path / "again") == first
    wanted = Wanted(**{**WANTED, "seed": 5})  # type: ignore[arg-type]
    again = hard_release(
        tmp_path / "r5", wanted, models=[f"{WEAK}&seed=5", "random"], budget=241, certify=0.5,
        store=folder / "replies.sqlite", guesser=None, workers=2,
    )  # fmt: skip
    assert again == release
    assert files(tmp_path / "r5") == first


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_weak_spots_are_found(pair: tuple[Path, Release]) -> None:
    told: Any = pair[1].evidence
    weak, random = told["models"].values()
    assert weak["harder"]
    assert not random["harder"]


def test_the_card_states_difference_interval_and_method(pair: tuple[Path, Release]) -> None:
    folder, release = pair
    card = (folder / "r5" / "README.md").read_text()
    for word in ("## How hard they are", "Newcombe", "mean of the models", "no evidence"):
        assert word in card
    assert release.command in card
    for words in ("--assets shapes", "--per-generator 20", "--budget 241 --certify 0.5"):
        assert words in release.command


def test_a_difference_of_two_accuracies() -> None:
    """Newcombe 1998, table II, example (a): 56/70 against 48/80, method 10."""
    high = Accuracy.of([(1, 1)] * 56 + [(0, 1)] * 14, 0.95)
    low = Accuracy.of([(1, 1)] * 48 + [(0, 1)] * 32, 0.95)
    found = Harder.of(chosen=low, random=high)
    assert found.estimate == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert found.claimed
    nothing = Harder.of(Accuracy.of([], 0.95), high)
    assert (nothing.estimate, nothing.low, nothing.high) == (None, -1, 1)
    assert not nothing.claimed


def evaluation(label: str, replies: dict[str, list[bool | None]]) -> Evaluation:
    """An evaluation from what a model made of the tasks of each plan; None names no option."""
    found = Evaluation(LoadedModel(Simulated(SimulatedConfig()), "t/m@1", label, {}))
    for plan, rights in replies.items():
        for number, right in enumerate(rights):
            one = task(number, plan_id=plan, id=plan)
            outcome = "unparsed" if right is None else "option"
            found.add(Answer(one, f"{plan}:{number}", outcome, None, right, False, outcome))
    return found


def plans(*rights: bool | None) -> dict[str, list[bool | None]]:
    return {f"{n:016x}": [right] for n, right in enumerate(rights)}


def test_who_answers_makes_no_difference() -> None:
    """A poor model that is silent on half of the random tasks does not make these easy."""
    good, poor = plans(*[True] * 18, *[False] * 2), plans(*[False] * 16, *[True] * 4)
    silent = plans(*[False] * 8, *[None] * 10, *[True] * 2)
    chosen = [evaluation("good", good), evaluation("poor", poor)]
    mean, each = harder(chosen, [evaluation("good", good), evaluation("poor", silent)])
    assert [found.estimate for found in each.values()] == pytest.approx([0, 0])
    assert mean.estimate == pytest.approx(0)
    assert mean.chosen.estimate == pytest.approx((0.9 + 0.2) / 2)
    nothing = evaluation("poor", plans(*[None] * 20))
    mean, _ = harder(chosen, [evaluation("good", good), nothing])
    assert mean.chosen.estimate == mean.random.estimate == pytest.approx(0.9)
    mean, _ = harder([nothing], [nothing])
    assert (mean.estimate, mean.low, mean.high) == (None, -1, 1)


def test_a_mean_over_models_that_answer_all_is_the_share_of_right_answers() -> None:
    """Then the interval is that of all answers, with plans as clusters."""
    one, two = plans(*[True] * 12, *[False] * 8), plans(*[True] * 9, *[False] * 11)
    found = mean_accuracy([evaluation("one", one), evaluation("two", two)])
    pairs = [(int(bool(one[p][0])) + int(bool(two[p][0])), 2) for p in one]
    wanted = Accuracy.of(pairs, 0.95)
    assert found.as_json() == pytest.approx(wanted.as_json())


def test_the_card_counts_replies_that_name_no_option(pair: tuple[Path, Release]) -> None:
    told: Any = pair[1].evidence
    assert "name no option" not in evidence_part(told)
    more = evidence_part({**told, "certify": told["certify"] + 3})
    assert f"3 of the {told['certify'] + 3} replies name no option" in more


def test_kinds_of_question_weigh_the_same_on_both_sides() -> None:
    def some(*names: str) -> list[Task]:
        return [task(n).model_copy(update={"generator": name}) for n, name in enumerate(names)]

    chosen, random = alike(some("a", "b", "b", "a"), some("b", "a", "a", "c", "a"))
    assert [t.generator for t in chosen] == ["a", "b", "a"]
    assert [t.generator for t in random] == ["b", "a", "a"]


def test_text_is_new_to_a_model_that_sees_nothing_else() -> None:
    looks = LoadedModel(Simulated(SimulatedConfig()), "t/m@1", "m", {}, ("image",))
    blind = LoadedModel(Simulated(SimulatedConfig()), "t/n@1", "n", {})
    assert all_look([looks])
    assert not all_look([looks, blind])


@pytest.mark.parametrize("budget", [300, 301, 1000, 100_000])
@pytest.mark.parametrize(("models", "generators", "each"), [(1, 1, 30), (3, 2, 10), (2, 5, 3)])
def test_a_split_spends_no_more_than_there_is(
    budget: int, models: int, generators: int, each: int
) -> None:
    found = split(budget, 0.5, models, generators, each)
    assert models * (found.search + found.certify) <= budget
    assert found.certify == 2 * generators * found.each
    assert found.each <= each
    assert models * (found.search + found.certify) > budget - models


def test_too_small_a_budget_says_what_suffices() -> None:
    with pytest.raises(ConfigError) as error:
        split(100, 0.5, 3, 2, 50)
    assert error.value.hint is not None
    enough = int(error.value.hint.split()[0].replace(",", ""))
    assert split(enough, 0.5, 3, 2, 50)
    with pytest.raises(ConfigError):
        split(enough - 1, 0.5, 3, 2, 50)
    with pytest.raises(ConfigError) as error:
        split(100, 1e-9, 3, 2, 50)  # found without trying all budgets
    assert error.value.hint == "60,000,000,000 suffice"


def test_candidates_are_a_space_of_their_own() -> None:
    plans = {
        "t/a": [Plan({"generator": "t/a", "x": n}) for n in range(5)],
        "t/b": [Plan({"generator": "t/b", "y": "z"}), Plan({"generator": "t/b", "x": 1})],
    }
    space = table_of(plans)
    assert sorted(p.id for p in space) == sorted(p.id for part in plans.values() for p in part)


def test_many_candidates_are_searched_in_parts() -> None:
    many = {f"t/{n}": [Plan({"generator": f"t/{n}", "x": i}) for i in range(900)] for n in range(5)}
    found = batches(many, 1000)
    assert [list(b.plans) for b in found] == [["t/0", "t/1"], ["t/2", "t/3"], ["t/4"]]
    assert sum(b.calls for b in found) <= 1000
    with pytest.raises(TmaError, match="calls a model are too few to search"):
        batches(many, 100)


def test_few_candidates_are_refused_before_anything_is_spent() -> None:
    def some(number: int) -> list[Plan]:
        return [Plan({"generator": "t/x", "x": i}) for i in range(number)]

    assert [b.calls for b in batches({"t/a": some(51)}, 300)] == [50]
    assert len(batches({"t/a": some(1900), "t/b": some(50)}, 2000)) == 1
    for candidates in ({"t/b": some(50)}, {"t/a": some(2000), "t/b": some(50)}):
        with pytest.raises(TmaError, match="50 plans of t/b are too few to search: 51 at least"):
            batches(candidates, 3000)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--models", "random,simulatd", "--budget", "900"], "did you mean"),
        (["--models", "random", "--budget", "20"], "too small for 1 model(s)"),
        (["--budget", "900"], "no model is named"),
        (["--models", "random,random", "--model", "random", "--budget", "9"], "too small"),
        (["--model", "random", "--budget", "900", "--per-generator", "1001"], "1,000 or fewer"),
    ],
)
def test_mistakes_are_told_in_a_line(tmp_path: Path, arguments: list[str], line: str) -> None:
    more = ["--assets", "shapes", "--tasks", "grid2d/how-many", "--no-media"]
    with pytest.raises(TmaError) as error:
        cli.main(
            ["release", "hard", *more, "--out", str(tmp_path / "new"), *arguments],
            standalone_mode=False,
        )
    assert line in str(error.value)
    assert not (tmp_path / "new").exists()
