"""Tampering with a set of tasks is found out, whatever is changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tma.catalogue import Catalogue
from tma.contract.assets import AssetReader
from tma.contract.media import Media
from tma.contract.plan import Plan
from tma.contract.scene import Scene
from tma.contract.tasks import Draft
from tma.errors import MediaError, SpaceError, TaskError
from tma.generate import Order, generate
from tma.taskset import TaskSet
from tma.verify import Report, first, verify
from tma.workbench import Workbench

from . import toys

Record = dict[str, Any]
TASKS = ("toys/what-at", "toys/color-at")


def bench() -> Workbench:
    return Workbench(toys.registry(), assets="shop", tasks=TASKS)


@pytest.fixture(scope="module", name="original")
def _original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMA_CACHE", str(folder / "cache"))
        order = Order(assets="shop", tasks=TASKS, n=12, seed=3)
        generate(order, folder / "set", toys.registry(), workers=1)
    return folder / "set"


@pytest.fixture(name="tasks")
def _tasks(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "set"))


def check(folder: Path, render: int = 20) -> Report:
    return verify(TaskSet.open(folder), bench(), render=render)


def records(folder: Path) -> list[Record]:
    return [json.loads(line) for line in (folder / "tasks.jsonl").read_text("utf-8").splitlines()]


def write(folder: Path, changed: list[Record]) -> None:
    text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in changed)
    (folder / "tasks.jsonl").write_text(text, encoding="utf-8")


def tamper(
    folder: Path, change: Callable[[Record], object], generator: str = "toys/what-at"
) -> str:
    """Change the first task of a generator, and return its id."""
    listed = records(folder)
    record = next(r for r in listed if r["generator"] == generator)
    change(record)
    write(folder, listed)
    return str(record["id"])


def test_an_untouched_set(tasks: Path) -> None:
    told: list[int] = []
    report = verify(TaskSet.open(tasks), bench(), on_progress=told.append)
    assert report.ok
    assert report.checked == {"toys/what-at": 6, "toys/color-at": 6}
    assert report.rendered == 12
    assert told == list(range(1, 13))
    assert check(tasks, render=5).rendered == 5
    assert check(tasks, render=0).rendered == 0


def swap_answer(task: Record) -> None:
    task["answer_index"] = (task["answer_index"] + 1) % len(task["options"])
    task["answer"] = task["options"][task["answer_index"]]


def other_asset(task: Record) -> None:
    """The target becomes another thing that is no lie to the eye of a schema."""
    place = task["plan"]["place"]
    own = task["scene"]["items"][place][0]
    task["scene"]["items"][place][0] = "car-1" if own != "car-1" else "saw-1"


def shuffled(task: Record) -> None:
    for key in ("options", "option_keys"):
        task[key] = task[key][1:] + task[key][:1]
    task["answer_index"] = task["options"].index(task["answer"])


UNSOUND: dict[str, Callable[[Record], object]] = {
    "another answer": swap_answer,
    "another thing in the scene": other_asset,
    "one more option": lambda t: (t["options"].append("x"), t["option_keys"].append("x")),
    "one option less": lambda t: (t["options"].pop(), t["option_keys"].pop()),
    "an answer that is no option": lambda t: t.update(answer="x"),
    "an answer beyond the options": lambda t: t.update(answer_index=4),
    "options without keys": lambda t: t.update(option_keys=[]),
    "an option twice": lambda t: t["options"].__setitem__(
        (t["answer_index"] + 1) % 4, t["answer"].upper()
    ),
    "a scene of another kind": lambda t: t.update(scene={"kind": "stickers"}),
    "a scene with an unknown field": lambda t: t["scene"].update(weather="fine"),
    "a plan without a place": lambda t: t["plan"].pop("place"),
    "a plan with a place that is no number": lambda t: t["plan"].update(place="first"),
    "a plan with a place beyond the shelf": lambda t: t["plan"].update(place=17),
}


@pytest.mark.parametrize("change", UNSOUND)
def test_what_makes_a_task_unsound(tasks: Path, change: str) -> None:
    task = tamper(tasks, UNSOUND[change])
    report = check(tasks)
    assert not report.ok
    assert task in {t for t, _ in report.unsound}
    assert {t for t, _ in report.unsound + report.irreproducible} == {task}


CHANGED: dict[str, Callable[[Record], object]] = {
    "the question": lambda t: t.update(question=t["question"] + " "),
    "the seed": lambda t: t.update(seed=t["seed"] + 1),
    "a seed out of range": lambda t: t.update(seed=2**70),
    "the plan": lambda t: t["plan"].update(target_category="bowl"),
    "the plan's id": lambda t: t.update(plan_id="0" * 16),
    "the task's id": lambda t: t.update(id="0" * 16),
    "the order of the options": shuffled,
    "the scene's size": lambda t: t["scene"].update(width=128),
    "a picture's licence": lambda t: t["assets"][0].update(licence="CC-BY-4.0"),
    "a picture's hash": lambda t: t["assets"][0].update(sha256="0" * 64),
    "the renderer": lambda t: t["media"].update(renderer="toys/camera@2.0"),
    "the picture's path": lambda t: t["media"].update(path="media/nowhere.png"),
    "the picture's hash": lambda t: t["media"].update(sha256="0" * 64),
    "no picture": lambda t: t.update(media=None),
    "no path to the picture": lambda t: t["media"].pop("path"),
    "a thing that is not there": lambda t: t["scene"]["items"].__setitem__(
        (t["plan"]["place"] + 1) % 4, ["plum", "v0"]
    ),
    "names": lambda t: t["names"].update(apple="pear"),
    "the generator's version": lambda t: t["versions"].update(generator="toys/what-at@0.9"),
}


@pytest.mark.parametrize("change", CHANGED)
def test_what_can_not_be_made_again(tasks: Path, change: str) -> None:
    task = tamper(tasks, CHANGED[change])
    report = check(tasks)
    assert {t for t, _ in report.irreproducible} == {task}
    assert all("\n" not in line for _, line in report.irreproducible)


def test_a_plan_that_the_space_has_lost(tasks: Path) -> None:
    task = tamper(tasks, lambda t: t["plan"].update(place=17))
    report = check(tasks)
    said = "no such plan is in the space any more: the assets or the generator have changed"
    assert (task, f"plan and scene can't be judged: {said}") in report.unsound
    assert (task, f"can't be drawn again: {said}") in report.irreproducible


def test_a_space_that_the_generator_asks_in_vain(
    tasks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asks(self: toys.WhatAt, plan: Plan, catalogue: Catalogue, rng: object) -> Draft:
        raise SpaceError(f"no such plan in this space: {dict(plan)}")

    task = tamper(tasks, lambda t: t["plan"].update(place=17))
    monkeypatch.setattr(toys.WhatAt, "draw", asks)
    lines = dict(check(tasks).irreproducible)
    assert "the assets or the generator have changed" in lines.pop(task)
    assert all("no such plan in this space: " in line for line in lines.values())


def test_a_generator_that_fails_is_quoted(tasks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ValueError("a drawer jams")

    monkeypatch.setattr(toys.WhatAt, "draw", fails)
    lines = {line for _, line in check(tasks).irreproducible}
    assert lines == {"can't be drawn again: ValueError: a drawer jams"}


def test_a_true_distractor(tasks: Path) -> None:
    task = tamper(
        tasks,
        lambda t: (
            t["option_keys"].__setitem__((t["answer_index"] + 1) % 4, "food"),
            t["scene"]["items"].__setitem__(t["plan"]["place"], ["apple-1", "v0"]),
        ),
    )
    assert (task, "distractor 'food' is or may be right") in check(tasks).unsound


def test_drafts_own_truths_are_checked_by_drawing_again(tasks: Path) -> None:
    task = tamper(tasks, swap_answer, "toys/color-at")
    report = check(tasks)
    assert not report.unsound
    assert (task, "answer differs when drawn again") in report.irreproducible


def test_a_touched_picture(tasks: Path) -> None:
    listed = records(tasks)
    path = tasks / listed[0]["media"]["path"]
    path.write_bytes(path.read_bytes() + b" ")
    for render in (0, 20):
        report = check(tasks, render)
        hit = [r["id"] for r in listed if r["media"]["path"] == listed[0]["media"]["path"]]
        assert sorted({t for t, _ in report.irreproducible}) == sorted(hit)
    path.unlink()
    assert "No such file" in check(tasks).irreproducible[0][1]


def test_a_forged_picture(tasks: Path) -> None:
    """Its hash in the record fits, yet it is not what the scene looks like."""
    import hashlib

    forged = b"not what the renderer draws"
    (tasks / "media" / "forged.png").write_bytes(forged)
    sha256 = hashlib.sha256(forged).hexdigest()
    task = tamper(tasks, lambda t: t["media"].update(path="media/forged.png", sha256=sha256))
    assert check(tasks).irreproducible == [(task, "its picture differs when rendered again")]


@pytest.fixture(name="other_driver")
def _other_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every picture comes out a little different here, and the renderer says why it may."""
    draw = toys.Camera.render

    def differently(self: toys.Camera, scene: Scene, assets: AssetReader) -> Media:
        media = draw(self, scene, assets)
        return Media(media.data + b" ", media.media_type, media.report)

    monkeypatch.setattr(toys.Camera, "render", differently)
    monkeypatch.setattr(toys.Camera, "environment", lambda self: ("driver 2",))


@pytest.mark.usefixtures("other_driver")
def test_pictures_of_another_driver_are_not_called_wrong(tasks: Path) -> None:
    report = check(tasks)
    assert report.ok
    assert report.rendered == len(report.elsewhere) == 12
    assert {line for _, line in report.elsewhere} == {
        "its picture differs when rendered again; it was made with driver 1, here is driver 2"
    }


@pytest.mark.usefixtures("other_driver")
def test_another_driver_excuses_nothing_else(tasks: Path) -> None:
    touched = tamper(tasks, lambda t: t["assets"][0].update(sha256="0" * 64))
    report = check(tasks)
    assert [t for t, _ in report.irreproducible] == [touched, touched]
    assert touched not in {t for t, _ in report.elsewhere}
    wrong = tamper(tasks, swap_answer)
    assert wrong in {t for t, _ in check(tasks).unsound}


def test_a_driver_that_can_not_draw(tasks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: toys.Camera, scene: Scene, assets: AssetReader) -> Media:
        raise MediaError("no context")

    monkeypatch.setattr(toys.Camera, "render", fails)
    assert {line for _, line in check(tasks).irreproducible} == {
        "can't be rendered again: no context"
    }
    monkeypatch.setattr(toys.Camera, "environment", lambda self: ("driver 2",))
    report = check(tasks)
    assert report.ok
    assert len(report.elsewhere) == 12
    assert "no context; it was made with driver 1, here is driver 2" in report.elsewhere[0][1]


def test_another_driver_that_draws_alike(tasks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toys.Camera, "environment", lambda self: ("driver 2",))
    report = check(tasks)
    assert report.ok
    assert not report.elsewhere


def test_another_library_is_named(tasks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = records(tasks)
    for record in listed:
        record["versions"]["numpy"] = "0.1"
    write(tasks, listed)
    assert check(tasks).ok
    monkeypatch.setattr(toys.Camera, "render", lambda *_: Media(b"other", "image/png", {}))
    lines = {line for _, line in check(tasks).elsewhere}
    assert all("made with numpy 0.1, here is numpy " in line for line in lines)
    assert len(lines) == 1


def test_a_renderer_that_can_not_run_here(tasks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tma.drawing.DrawingRoom.lacking", lambda self, kind: "no screen")
    report = check(tasks)
    assert report.ok
    assert report.rendered == 0
    assert {line for _, line in report.elsewhere} == {"can't be rendered here: no screen"}


def test_a_path_that_leads_out(tasks: Path) -> None:
    tamper(tasks, lambda t: t["media"].update(path="../../secret.png"))
    with pytest.raises(TaskError, match="leads out of"):
        check(tasks)


def test_lost_and_doubled_tasks(tasks: Path) -> None:
    listed = records(tasks)
    write(tasks, listed[:-1])
    report = check(tasks)
    assert [line for _, line in report.irreproducible] == [
        f"{listed[-1]['generator']}: 5 tasks instead of 6"
    ]
    write(
        tasks, [*listed[:-1], next(r for r in listed if r["generator"] == listed[-1]["generator"])]
    )
    report = check(tasks)
    assert [line for _, line in report.irreproducible] == ["the same task stands twice"]


def test_an_unknown_generator(tasks: Path) -> None:
    tamper(tasks, lambda t: t.update(generator="toys/who-at"))
    with pytest.raises(TaskError, match="no task generator 'toys/who-at' here"):
        check(tasks)


def test_a_plan_without_a_generator(tasks: Path) -> None:
    tamper(tasks, lambda t: t["plan"].pop("generator"))
    report = check(tasks)
    assert any("a plan names no task generator" in line for _, line in report.irreproducible)


def test_assets_that_have_changed(tasks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tuple(a for a in toys.ASSETS if a.categories != ("pear",))
    less = toys.inventory(assets=gone)
    monkeypatch.setattr(toys.Shop, "inventory", lambda self: less)
    assert not check(tasks).ok
    monkeypatch.undo()
    monkeypatch.setattr(toys.Shop, "read", lambda *_: toys.png((9, 9, 9)))
    report = check(tasks)
    assert not report.unsound
    assert len({t for t, _ in report.irreproducible}) == 12


def test_findings_are_listed_to_a_point() -> None:
    found = [("a", "x"), ("b", "y"), ("c", "z")]
    assert first(found, 5) == ["task a: x", "task b: y", "task c: z"]
    assert first(found, 1) == ["task a: x", "and 2 more"]
