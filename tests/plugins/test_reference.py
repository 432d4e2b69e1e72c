import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import log, sqrt
from pathlib import Path
from random import Random
from statistics import fmean

import pytest

import tma
from tma import ModelAdapter, Plan, Request, Task
from tma.errors import ConfigError, PluginError
from tma.models import LoadedModel, load_model
from tma.orders import option_orders
from tma.registry import default_registry

from .asking import picture, video


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
    for text in ("random", "constant", "oracle", "simulated", "blind"):
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


def test_effects_are_smooth_over_a_taxonomy() -> None:
    """Categories under the same parents are alike, those under none in common are not."""
    spec = "simulated?taxonomy=objects&base=0.5&main=0&pairs=0&failure_share=0&smooth=1&seed="
    parents = {c.id: frozenset(c.parents) for c in tma.open_inventory("objects").categories}
    roots = [c for c in parents if not parents[c]]
    pairs = list(combinations([c for c in parents if parents[c]], 2))
    sisters = [(a, b) for a, b in pairs if parents[a] == parents[b]]
    strangers = list(combinations(roots, 2))
    alike, unlike = [], []
    for seed in range(8):
        adapter = load(spec + str(seed)).adapter
        effects = {c: _logit(adapter, c) for c in parents}
        alike += [effects[a] * effects[b] for a, b in sisters]
        unlike += [effects[a] * effects[b] for a, b in strangers]
    assert fmean(alike) > 0.35  # products of standard normals: their correlation
    assert abs(fmean(unlike)) < 0.15
    with pytest.raises(PluginError, match="no-such-source"):
        load("simulated?taxonomy=no-such-source")


def _logit(adapter: ModelAdapter, category: str) -> float:
    p = adapter.p({"target_category": category})  # type: ignore[attr-defined]
    return log(p / (1 - p))


# -- blind ------------------------------------------------------------------------------------


def asked(question: str, *options: str) -> Request:
    return replace(ASKED[0], question=question, options=options, order=tuple(range(len(options))))


def write_tasks(folder: Path, rows: Sequence[tuple[str, tuple[str, ...], str]]) -> Path:
    folder.mkdir()
    lines = []
    for number, (question, options, answer) in enumerate(rows):
        changes = {
            "question": question,
            "options": options,
            "option_keys": options,
            "answer": answer,
            "answer_index": options.index(answer),
        }
        lines.append(task(number).model_copy(update=changes).model_dump_json())
    (folder / "tasks.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_blind_model_looks_at_neither_picture_nor_task() -> None:
    model = load("blind")
    assert (model.consumes, model.adapter.sees_task) == ((), False)
    turned = replace(ASKED[0], task=ASKED[5].task, call_id="another")
    assert said(model.adapter, [turned]) == said(model.adapter, [ASKED[0]])


def test_form_alone() -> None:
    blind = load("blind").adapter
    assert said(blind, [asked("How many?", "7", "2", "3", "4")]) in (["C"], ["D"])
    near = asked("Where?", "top left", "bottom right", "top right", "middle")
    assert said(blind, [near]) == ["C"]
    # whatever the order of options, the same text
    for shift in range(4):
        options = near.options[shift:] + near.options[:shift]
        (letter,) = said(blind, [asked("Where?", *options)])
        assert options["ABCD".index(letter)] == "top right"
    # where nothing tells options apart, no letter is favoured
    letters = Counter(said(blind, ASKED))
    assert set(letters) == set("ABCD")


def test_priors_that_were_learnt(tmp_path: Path) -> None:
    options = ("dog", "cat", "cow", "owl")
    rows = [(f"What is in picture {n}?", options, "cow") for n in range(20)]
    rows += [(f"Which one sleeps {n}?", options, "owl") for n in range(20)]
    spec = f"blind?learn={write_tasks(tmp_path / 'a', rows)}"
    blind = load(spec).adapter
    assert said(blind, [asked("What is in this?", *options)]) == ["C"]
    assert said(blind, [asked("Which one sleeps?", *options)]) == ["D"]
    assert said(blind, [asked("What is in this?", "fox", "hen", "cow", "elk")]) == ["C"]
    (reply,) = asyncio.run(blind.reply([asked("What is in this?", *options)]))
    assert reply.option_scores is not None
    assert all(score < 0 for score in reply.option_scores)
    # other answers in the same folder make another model
    before = load(spec).config_digest
    (tmp_path / "a" / "tasks.jsonl").write_text("", encoding="utf-8")
    assert load(spec).config_digest != before
    with pytest.raises(ConfigError, match=r"no tasks\.jsonl"):
        load(f"blind?learn={tmp_path}")


def test_what_is_asked_again_was_not_learnt(tmp_path: Path) -> None:
    """A set that gives nothing away stays at chance for a model that learnt from it."""
    rng = Random(4)
    rows = []
    for number in range(400):
        options = tuple(rng.sample([f"thing {k}" for k in range(200)], 4))
        rows.append((f"What is number {number}?", options, rng.choice(options)))
    blind = load(f"blind?learn={write_tasks(tmp_path / 'a', rows)}").adapter
    letters = said(blind, [asked(question, *options) for question, options, _ in rows])
    hits = [o["ABCD".index(x)] == a for x, (_, o, a) in zip(letters, rows, strict=True)]
    assert sum(hits) / len(hits) == pytest.approx(0.25, abs=0.09)


# -- echo -------------------------------------------------------------------------------------


def test_echo_says_what_it_was_sent(tmp_path: Path) -> None:
    still, film = picture(tmp_path / "p.png", side=24), video(tmp_path / "v.mp4")
    echo = load("echo").adapter
    shown = [replace(ASKED[0], prompt="Look!", media=media) for media in (still, film, None)]
    first, second, third = (json.loads(text) for text in said(echo, shown))
    assert first["prompt"] == "Look!"
    assert first["options"] == list(ASKED[0].options)
    size = still.path.stat().st_size
    sides = {"width": 24, "height": 24, "frames": 1}
    assert first["media"] == {"media_type": "image/png", "bytes": size, **sides}
    assert (second["media"]["frames"], second["media"]["width"]) == (7, 48)
    assert third["media"] is None
    fixed = load("echo?reply=The answer is (B).").adapter
    assert said(fixed, shown[:1]) == ["The answer is (B)."]


def test_echo_notices_a_file_that_has_changed(tmp_path: Path) -> None:
    media = picture(tmp_path / "p.png")
    media.path.write_bytes(media.path.read_bytes() + b"!")
    gone = replace(media, path=tmp_path / "gone.png")
    echo = load("echo").adapter
    changed, missing = asyncio.run(echo.reply([replace(ASKED[0], media=m) for m in (media, gone)]))
    assert "is not the file that was rendered" in (changed.failure or "")
    assert "gone.png" in (missing.failure or "")
