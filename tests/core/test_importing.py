"""Replies that other tools got, under the keys of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import tma
from tma.config import Settings
from tma.evaluate import Asking, evaluate
from tma.export import TaskSetBundle, Wish
from tma.importing import Imported, import_replies, read_json_lines
from tma.models import LoadedModel, load_model
from tma.orders import option_orders
from tma.registry import Registry
from tma.store import ReplyStore
from tma.taskset import TaskSet

from .test_export import OPTIONS, task, task_set


@pytest.fixture
def tasks(tmp_path: Path) -> TaskSet:
    return task_set(tmp_path / "set", task(0), task(1))


@pytest.fixture
def model() -> LoadedModel:
    return load_model(Registry(Settings()), "constant")


def brought(
    lines: list[dict[str, object]], tasks: TaskSet, model: LoadedModel, store: ReplyStore
) -> Imported:
    file = tasks.path / "replies.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return import_replies(read_json_lines(file), tasks, model, store)


def test_replies_are_reused_instead_of_calls(
    tasks: TaskSet, model: LoadedModel, tmp_path: Path
) -> None:
    lines: list[dict[str, object]] = []
    for number in (0, 1):
        for place, (order, _) in enumerate(option_orders(task(number).id, 4, 2)):
            suffix = f"-{place}" if place else ""
            right = "ABCD"[order.index(2)]
            lines.append({"id": f"{task(number).id}{suffix}", "reply": right})
    with ReplyStore(tmp_path / "store.sqlite") as store:
        assert brought(lines, tasks, model, store) == Imported(kept=4)
        found = evaluate(tasks.tasks(), model, store, asking=Asking(orders=2))
    assert (found.calls, found.reused, found.accuracy.right) == (0, 4, 4)


@pytest.mark.parametrize(
    "asking", [Asking(orders=3), Asking(orders=30), Asking(circular=True)], ids=str
)
def test_replies_to_the_items_of_an_export(
    tasks: TaskSet, model: LoadedModel, tmp_path: Path, asking: Asking
) -> None:
    """By their ids alone; 30 orders of four options repeat themselves."""
    items = list(TaskSetBundle(tasks, Wish(asking=asking)).items())
    lines: list[dict[str, object]] = [{"id": i.id, "reply": i.letter} for i in items]
    with ReplyStore(tmp_path / "store.sqlite") as store:
        assert brought(lines, tasks, model, store) == Imported(kept=len(items))
        found = evaluate(tasks.tasks(), model, store, asking=asking)
    assert (found.calls, found.reused, found.accuracy.right) == (0, len(items), len(items))


def test_what_the_store_has_stays(tasks: TaskSet, model: LoadedModel, tmp_path: Path) -> None:
    line: dict[str, object] = {"id": task(0).id, "reply": "C"}
    with ReplyStore(tmp_path / "store.sqlite") as store:
        brought([line], tasks, model, store)
        assert brought([{**line, "reply": "A"}], tasks, model, store) == Imported(known=1)
        (row,) = store.replies()
    assert row.text == "C"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"id": "f" * 16}, "no such task in the set"),
        ({"id": f"{task(0).id}-x"}, "no such task in the set"),
        ({"id": f"{task(0).id}-r4"}, "no such task in the set"),
        ({"id": f"{task(0).id}-{10**9}"}, "no such task in the set"),
        ({"id": task(0).id, "order": [0, 1, 2]}, "no order of the task's options"),
        ({"id": task(0).id, "prompt": "What?"}, "asked with another text"),
    ],
)
def test_what_does_not_fit_is_left_out_and_counted(
    tasks: TaskSet, model: LoadedModel, tmp_path: Path, line: dict[str, object], reason: str
) -> None:
    good: dict[str, object] = {"id": task(1).id, "reply": "A", "order": [3, 2, 1, 0]}
    with ReplyStore(tmp_path / "store.sqlite") as store:
        found = brought([{"reply": "A", **line}, good], tasks, model, store)
        (row,) = store.replies()
    assert (found.kept, dict(found.passed)) == (1, {reason: 1})
    assert found.examples[reason].endswith("replies.jsonl:1")
    assert row.option_index == OPTIONS.index("horse")


def test_the_first_of_several_replies_counts(
    tasks: TaskSet, model: LoadedModel, tmp_path: Path
) -> None:
    lines: list[dict[str, object]] = [{"id": task(0).id, "reply": r} for r in "CAB"]
    with ReplyStore(tmp_path / "store.sqlite") as store:
        found = brought(lines, tasks, model, store)
        (row,) = store.replies()
    assert (row.text, dict(found.passed)) == ("C", {"another reply to the same call": 2})


@pytest.mark.parametrize("bad", ["\ud800", "\0"], ids=ascii)
def test_characters_that_can_t_be_written_are_replaced(
    tasks: TaskSet, model: LoadedModel, tmp_path: Path, bad: str
) -> None:
    lines: list[dict[str, object]] = [{"id": task(i).id, "reply": f"B {bad}"} for i in (0, 1)]
    with ReplyStore(tmp_path / "store.sqlite") as store:
        assert brought(lines, tasks, model, store) == Imported(kept=2)
        assert {(row.text, row.outcome) for row in store.replies()} == {("B \ufffd", "option")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "jsonl:1"),
        ("[" * 200_000, "jsonl:1"),
        ("[]", "no object"),
        ('{"id": "a"}', "'reply' is not a text"),
        ('{"id": "a", "reply": "A", "order": "AB"}', "'order' is not a list"),
        ('{"id": "a", "reply": "A", "answer": "AB"}', "'answer' is unknown"),
    ],
)
def test_a_file_that_can_t_be_read_says_where(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "r.jsonl"
    file.write_text(text)
    with pytest.raises(tma.ExportError, match=said):
        list(read_json_lines(file))


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(tma.ExportError, match="No such file"):
        list(read_json_lines(tmp_path / "none.jsonl"))
