import asyncio
from collections import Counter
from math import sqrt

import pytest

from tma import ModelAdapter, Plan, Request, Task
from tma.errors import ConfigError
from tma.models import LoadedModel, load_model
from tma.orders import option_orders
from tma.registry import default_registry


def task(number: int, **plan: str | int) -> Task:
    fields = {"generator": "grid2d/what", **plan}
    options = ("dog", "cat", "cow", "horse")
    return Task(
        id=f"{number:016x}",
        generator="grid2d/what",
        plan=fields,
        plan_id=Plan(fields).id,
        seed=number,
        question="?",
        options=options,
        option_keys=options,
        answer=options[number % 4],
        answer_index=number % 4,
        scene={},
    )


def requests(tasks: list[Task], orders: int = 1) -> list[Request]:
    return [
        Request(
            prompt="",
            question=t.question,
            options=tuple(t.options[i] for i in order),
            order=order,
            task=t,
            call_id=f"{t.id}:{order}:{rep}",
        )
        for t in tasks
        for order, rep in option_orders(t.id, 4, orders)
    ]


def load(text: str) -> LoadedModel:
    return load_model(default_registry(), text)


def said(adapter: ModelAdapter, asked: list[Request]) -> list[str]:
    return [r.text or "" for r in asyncio.run(adapter.reply(asked))]


def rights(adapter: ModelAdapter, asked: list[Request]) -> list[bool]:
    letters = said(adapter, asked)
    return [
        r.options["ABCD".index(letter)] == r.task.answer
        for r, letter in zip(asked, letters, strict=True)
    ]


ASKED = requests([task(n, grid=2 + n % 2, n=n) for n in range(1500)], orders=2)


def test_they_look_at_no_picture_and_say_who_they_are() -> None:
    for text in ("random", "constant", "oracle", "simulated"):
        model = load(text)
        assert model.consumes == ()
        assert model.id.startswith(f"reference/{text}@")
    assert load("simulated?seed=1").label == "simulated?seed=1"
    assert load("simulated?seed=1").config_digest != load("simulated?seed=2").config_digest
    assert load("simulated?seed=0").config_digest == load("simulated").config_digest
    assert load("constant:B").label == "constant:B"


def test_an_oracle_is_right_and_chance_is_chance() -> None:
    assert all(rights(load("oracle").adapter, ASKED))
    share = sum(rights(load("random").adapter, ASKED)) / len(ASKED)
    assert share == pytest.approx(0.25, abs=4 * sqrt(0.25 * 0.75 / len(ASKED)))
    assert said(load("random").adapter, ASKED) != said(load("random?seed=1").adapter, ASKED)


def test_a_constant_shows_the_bias_of_positions() -> None:
    assert set(said(load("constant").adapter, ASKED[:20])) == {"A"}
    assert set(said(load("constant:c").adapter, ASKED[:20])) == {"C"}
    with pytest.raises(ConfigError):
        load("constant:BB")


def test_answers_depend_on_no_order_and_no_state() -> None:
    for text in ("random", "simulated?seed=3"):
        there = said(load(text).adapter, ASKED[:300])
        back = said(load(text).adapter, ASKED[:300][::-1])
        assert there == back[::-1]


def test_a_simulated_model_is_right_as_often_as_it_says() -> None:
    model = load("simulated?seed=4").adapter
    plan = {"generator": "grid2d/what", "grid": 3, "target_category": "Q1"}
    p = model.p(plan)  # type: ignore[attr-defined]
    asked = requests([task(n, grid=3, target_category="Q1") for n in range(2500)])
    share = sum(rights(model, asked)) / len(asked)
    assert share == pytest.approx(p, abs=4 * sqrt(p * (1 - p) / len(asked)))
    wrong = Counter(said(model, [r])[0] for r in asked[:800] if r.task.answer_index == 0)
    assert set(wrong) == set("ABCD")


def test_a_simulated_profile_varies_by_value_pair_and_seed() -> None:
    model = load("simulated?seed=5").adapter
    plans = [
        {"generator": "g/a", "kind": f"k{k}", "count": c} for k in range(20) for c in range(1, 10)
    ]
    chances = [model.p(p) for p in plans]  # type: ignore[attr-defined]
    assert all(0 < p < 1 for p in chances)
    assert max(chances) - min(chances) > 0.3
    assert model.mean(plans) == pytest.approx(sum(chances) / len(chances))  # type: ignore[attr-defined]
    other = load("simulated?seed=6").adapter
    assert [other.p(p) for p in plans] != chances  # type: ignore[attr-defined]
    # the order of the fields is no part of a plan
    turned = dict(reversed(plans[7].items()))
    assert model.p(turned) == chances[7]  # type: ignore[attr-defined]


def test_the_profile_is_built_of_the_stated_parts() -> None:
    flat = load("simulated?base=0.8&main=0&smooth=0&pairs=0&failure_share=0").adapter
    assert flat.p({"generator": "g", "x": 1}) == pytest.approx(0.8)  # type: ignore[attr-defined]
    broken = load("simulated?base=0.8&main=0&smooth=0&pairs=0&failure_share=1").adapter
    assert broken.p({"x": 1, "y": 2}) < 0.001  # type: ignore[attr-defined]
    sparse = load("simulated?seed=2&main=0&smooth=0&pairs=0&base=0.9&failure_share=0.05").adapter
    found = [sparse.p({"x": f"v{n}"}) for n in range(400)]  # type: ignore[attr-defined]
    assert 5 <= sum(p < 0.5 for p in found) <= 40
    with pytest.raises(ConfigError, match="base"):
        load("simulated?base=2")
