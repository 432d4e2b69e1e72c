"""The bundle that exporters are given, and the kernel's part of an export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import tma
from tma.config import Settings
from tma.contract.tasks import AssetRecord, MediaRecord
from tma.evaluate import Asking
from tma.export import TaskSetBundle, Wish, export
from tma.orders import option_orders
from tma.parsing import parse_reply
from tma.registry import Registry
from tma.taskset import TaskSet

OPTIONS = ("dog", "cat", "cow", "horse")


def task(number: int, **changes: object) -> tma.Task:
    plan = tma.Plan({"generator": f"toys/{'ab'[number % 2]}", "target_category": "dog"})
    made = tma.Task(
        id=f"{number:016x}",
        generator=plan.generator,
        plan=plan,
        plan_id=plan.id,
        seed=number,
        question=f"What is {number}?",
        options=OPTIONS,
        option_keys=OPTIONS,
        answer="cow",
        answer_index=2,
        scene={"kind": "toy"},
        assets=(AssetRecord(source="zoo", asset="rex", form="sticker", name="0", licence="MIT"),),
    )
    return made.model_copy(update=changes)


def task_set(folder: Path, *tasks: tma.Task) -> TaskSet:
    folder.mkdir()
    (folder / "tasks.jsonl").write_text("".join(t.model_dump_json() + "\n" for t in tasks))
    run = {"format": 1, "assets": "zoo?root=/secret", "renderer": None, "tasks": ["toys/*"]}
    rest = {"where": ["color=red"], "n": 2, "seed": 5, "media": False, "made": {}}
    (folder / "run.json").write_text(json.dumps({**run, **rest, "fingerprint": "f"}))
    return TaskSet.open(folder)


def bundle(folder: Path, *tasks: tma.Task, **wish: object) -> TaskSetBundle:
    return TaskSetBundle(task_set(folder / "set", *tasks), Wish(**wish))  # type: ignore[arg-type]


def test_items_come_in_the_orders_of_an_evaluation(tmp_path: Path) -> None:
    items = list(bundle(tmp_path, task(0), task(1), asking=Asking(orders=3)).items())
    assert [(i.group, i.number) for i in items] == [(g, n) for g in (0, 1) for n in range(3)]
    assert [i.order for i in items[:3]] == [o for o, _ in option_orders(f"{0:016x}", 4, 3)]
    assert all(i.options[i.answer] == "cow" for i in items)
    assert all(i.options == tuple(OPTIONS[n] for n in i.order) for i in items)
    assert len({i.id for i in items}) == 6


def test_rotations_put_the_answer_in_every_place(tmp_path: Path) -> None:
    items = list(bundle(tmp_path, task(0), asking=Asking(circular=True)).items())
    assert [i.letter for i in items] == ["C", "B", "A", "D"]
    assert {i.options for i in items} == {OPTIONS[n:] + OPTIONS[:n] for n in range(4)}


def test_the_summary_counts_what_there_is(tmp_path: Path) -> None:
    summary = bundle(tmp_path, task(0), task(1), task(2)).summary
    assert summary.tasks == {"toys/a": 2, "toys/b": 1}
    assert (summary.licences, summary.sources) == ({"MIT": 3}, {"zoo": 3})
    assert (summary.media_types, summary.option_counts, summary.bytes) == ((), (4,), 0)


def test_the_digest_is_of_tasks_orders_and_prompt(tmp_path: Path) -> None:
    one, two = task_set(tmp_path / "1", task(0)), task_set(tmp_path / "2", task(1))
    made = [TaskSetBundle(one, Wish()), TaskSetBundle(one, Wish()), TaskSetBundle(two, Wish())]
    made += [
        TaskSetBundle(one, Wish(asking=Asking(orders=2))),
        TaskSetBundle(one, Wish(asking=Asking(circular=True))),
    ]
    digests = [b.digest for b in made]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 4


def test_a_redacted_source_leaves_ids_alone(tmp_path: Path) -> None:
    made = bundle(tmp_path, task(0), redact=("zoo",))
    (item,) = made.items()
    told = f"{item} {made.reproduce}"
    words = (*(f"{o!r}" for o in OPTIONS), "What is", "rex", "secret", "red ")
    assert not any(word in told for word in words)
    assert item.options[item.answer] == item.task.answer
    assert "--assets zoo" in made.reproduce


def test_the_reader_works_without_tma(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle(tmp_path, task(0)).write_reader(tmp_path / "toy_reader")
    assert "tma" not in "".join(
        line
        for file in (tmp_path / "toy_reader").iterdir()
        for line in file.read_text().splitlines()
        if "import" in line
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    from toy_reader.parsing import parse_reply as theirs  # type: ignore[import-not-found]

    for reply in ("B", "**C**", "a cow", "no idea", "A or B", '{"answer": "D"}'):
        one, two = theirs(reply, OPTIONS), parse_reply(reply, OPTIONS)
        assert (one.outcome, one.index) == (two.outcome, two.index), reply


def test_media_that_are_gone_are_named_before_anything_is_written(tmp_path: Path) -> None:
    gone = MediaRecord(key="k", renderer="r", path="a.png", sha256="0" * 64, media_type="image/png")
    tasks = task_set(tmp_path / "set", task(0, media=gone))
    with pytest.raises(tma.ExportError, match=r"a\.png is missing"):
        export(tasks, "imagefolder", tmp_path / "out", Registry(Settings()), Wish())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(name="a b"), "lower-case"),
    ],
)
def test_senseless_wishes_are_refused(tmp_path: Path, wish: Wish, said: str) -> None:
    with pytest.raises(tma.ExportError, match=said):
        TaskSetBundle(task_set(tmp_path / "set", task(0)), wish)
