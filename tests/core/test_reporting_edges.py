"""Reports of what is rare: few options, many models, odd names, replies that are lacking."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tma import Request
from tma.cli import cli
from tma.contract.tasks import Task
from tma.errors import QueryError
from tma.evaluate import Asking
from tma.mediacache import write_whole
from tma.query.answer import Item
from tma.query.saved import SavedQueries
from tma.reporting import Report, Wish, make_report, write_report
from tma.reporting.bundle import svg
from tma.reporting.content import Dots
from tma.reporting.failures import failure_dots, find_failures
from tma.reporting.method import options_of
from tma.reporting.records import Record
from tma.reporting.stored import read_tasks, respondents
from tma.reporting.words import labels_of, often
from tma.store import ReplyStore

from . import toys
from .galleries import task, toy_set, write_set
from .reportable import first, keep, model, stored, unless


def report(folder: Path, store: Path, **wish: Any) -> Report:
    return make_report([folder], Wish(**wish), store=store, registry=toys.registry())


def test_orders_of_two_options_are_not_taken_for_rotations(tmp_path: Path) -> None:
    """Both orders of two options are all their rotations; other tasks tell what was asked."""
    two = task(0, None, options=("a", "b")).model_copy(update={"answer": "a", "answer_index": 0})
    tasks = write_set(tmp_path, [two, *(task(n, None) for n in (4, 8, 12))])
    with ReplyStore(tmp_path / "r.sqlite") as store:
        keep(tasks, store, model("x"), first, Asking(orders=2))
        (found,) = respondents(read_tasks(tasks), store, toys.registry(), prompt=Asking().prompt)
    assert (found.asking.orders, found.asking.circular) == (2, False)
    assert len(found.answers) == 8


def test_models_that_are_as_good_are_not_said_to_be_ahead(tmp_path: Path) -> None:
    tasks = toy_set(tmp_path / "set")
    store = stored(tasks, tmp_path / "r.sqlite", [("x", first), ("y", first)])
    (part,) = report(tasks.path, store, confidence=0.999, examples=0).parts
    assert "ahead" not in part.answer
    assert "next is m?name=y" in part.answer
    assert isinstance(part.answers[0], Dots)
    assert part.answers[0].interval == "99.9\N{NO-BREAK SPACE}% Wilson"
    assert not any("100\N{NO-BREAK SPACE}%" in line for line in part.how)
    assert part.commands[-1] == f"tma report {tasks.path} --confidence 0.999 --examples 0"


def _below(seed: int, request: Request) -> bool:
    return request.task.seed % 12 < seed


def test_of_many_models_the_best_are_compared(tmp_path: Path) -> None:
    tasks = toy_set(tmp_path / "set")
    said = [(f"m{n:02}", unless(partial(_below, n))) for n in range(12)]
    (part,) = report(tasks.path, stored(tasks, tmp_path / "r.sqlite", said), examples=0).parts
    chart = next(c for c in part.answers if c.name == "differences")
    assert isinstance(chart, Dots)
    assert (len(chart.marks), chart.left_out) == (45, 21)
    assert not any("m11" in m.label for m in chart.marks)
    assert chart.note == "Of the 10 models with the highest accuracies."


def test_several_replies_to_a_plan_are_one_observation() -> None:
    """Four orders of a task are no four tasks: what four tasks can't show, they can't either."""
    records = [
        Record("m", {"generator": "g", "hard": n % 2}, f"plan {n}", correct=n % 2 == 0)
        for n in range(6)
        for _ in range(4)
    ]
    assert find_failures(["m"], records, 0.95) == []
    apart = [Record(r.model, r.plan, f"plan {n}", r.correct) for n, r in enumerate(records)]
    assert find_failures(["m"], apart, 0.95) != []


def test_patterns_of_many_models_are_those_of_the_best() -> None:
    records = [
        Record(f"m{m}", {"generator": "g", "hard": n % 2}, f"plan {n}", correct=n % 2 == 0)
        for m in range(9)
        for n in range(40)
    ]
    found = find_failures([f"m{m}" for m in range(9)], records, 0.95)
    assert [f.model for f in found] == [f"m{m}" for m in range(6)]
    (chart,) = failure_dots(found, 0.95, 9)
    assert chart.note.endswith("Of the 6 models with the highest accuracies.")
    drawn = svg(chart).decode()
    assert all(f">m{m}<" in drawn for m in range(6)), "a picture says whose colours are whose"
    (chart,) = failure_dots(found, 0.95, 6)
    assert "models" not in chart.note


def _odd(number: int) -> Task:
    made = task(number, None, question=f"\N{RIGHT-TO-LEFT OVERRIDE}שלום {'q' * 300}")
    odd = dict.fromkeys(["a/../../y", "n" * 300, "a_b", "a-b"], number % 3)
    return made.model_copy(update={"plan": {**made.plan, **odd}})


def test_charts_of_fields_with_odd_names_are_files(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    tasks = write_set(tmp_path / "set", [_odd(n) for n in range(40)])
    store = stored(tasks, tmp_path / "r.sqlite", [("x", unless(lambda r: r.task.plan["a_b"] == 1))])
    made = report(tasks.path, store, examples=1)
    write_report(made, tmp_path / "charts", "svg")
    names = [f"{name}.svg" for name, _ in made.charts()]
    assert len(names) == len(set(names)) == len(made.parts[0].answers) + len(made.parts[0].details)
    assert sorted(names) == sorted(p.name for p in (tmp_path / "charts").iterdir())
    assert sum(name.startswith("by-a-b") for name in names) == 2
    assert "by-a-y.svg" in names


def test_a_plan_may_lack_what_the_task_tells(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    bare = [task(n, None).model_copy(update={"plan": {"a": 1}}) for n in (0, 1)]
    tasks = write_set(tmp_path / "set", [*bare, *(task(n, None) for n in range(2, 20))])
    store = stored(tasks, tmp_path / "r.sqlite", [("x", unless(lambda r: r.task.id < "8"))])
    write_report(report(tasks.path, store), tmp_path / "page.html")
    assert bare[0].generator in (tmp_path / "page.html").read_text()


def test_a_long_name_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="is no file, no folder of tasks and no query's id"):
        make_report(["x" * 300], store=tmp_path / "r.sqlite")


def test_errors_name_the_file_that_was_wanted(tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        write_whole(tmp_path / "page.html", b"")
    assert (caught.value.filename, caught.value.filename2) == (str(tmp_path / "page.html"), None)


def test_groups_of_one_name_are_told_apart() -> None:
    def item(key: str, name: str) -> Item:
        rest = dict.fromkeys(Item.__dataclass_fields__)
        return Item(**{**rest, "key": {"what": key}, "names": {"what": name}})  # type: ignore[arg-type]

    found = labels_of([item("bat.n.01", "bat"), item("bat.n.05", "bat"), item("cat.n.01", "cat")])
    assert found == ["bat.n.01", "bat.n.05", "cat"]


def test_tasks_without_a_reply_are_no_wrong_ones(tmp_path: Path) -> None:
    """A query may end before all models were asked the same."""
    store = tmp_path / "r.sqlite"
    words = ["compare", "--assets", "shapes", "--tasks", "grid2d/what", "--model", "random"]
    words += ["--baseline", "random?seed=2", "--by", "grid", "--budget", "24"]
    done = CliRunner().invoke(cli, ["query", *words, "--store", str(store)])
    assert done.exit_code == 0, done.output
    ((asked, answer),) = SavedQueries(store).all()
    assert answer is not None
    for item in answer["items"]:
        item["selected"] = True
    told = SavedQueries(store).folder / f"{asked.id}.jsonl"
    rows = [json.loads(line) for line in told.read_text().splitlines()]
    for row in rows:
        row["replies"][0] = None
    told.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    SavedQueries(store).save(asked, answer)
    (part,) = make_report([asked.id], Wish(examples=2), store=store).parts
    assert part.groups
    assert not any(g.wrong or g.right for g in part.groups)
    assert part.commands[-1] == f"tma report {asked.id} --examples 2"


def test_what_models_say_of_a_redacted_source_stays_here(tmp_path: Path) -> None:
    """An interrupted query tells why in a model's words, which may quote the question."""
    store = tmp_path / "r.sqlite"
    words = ["debug", "--assets", "shapes", "--tasks", "grid2d/what", "--model", "random"]
    words += ["--approximate", "random", "--budget", "12", "--store", str(store)]
    done = CliRunner().invoke(cli, ["query", *words])
    assert done.exit_code == 0, done.output
    ((asked, answer),) = SavedQueries(store).all()
    assert answer is not None
    SavedQueries(store).save(asked, {**answer, "complete": False, "error": "400: zqsecret"})
    (part,) = make_report([asked.id], Wish(examples=0), store=store).parts
    assert part.cautions[0] == "This is the answer so far: 400: zqsecret."
    (part,) = make_report([asked.id], Wish(redact=["shapes"]), store=store).parts
    assert part.cautions[0] == "This is the answer so far: a model could not be asked."
    assert part.commands[-1] == f"tma report {asked.id} --redact shapes"


def test_a_zero_that_was_asked_for_is_told() -> None:
    assert options_of({"confirm": 0.0, "seed": 0, "warm_start": False, "where": ()}) == [
        "--confirm",
        "0.0",
    ]


def test_a_pattern_beside_which_nothing_fails_has_no_ratio() -> None:
    assert often(None) == ""
    assert often(2.04) == ", 2.0 times as often as overall"
