"""Making sets of tasks: shares, what is passed over, what lies in the folder."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tma import Infeasible, product
from tma.errors import ConfigError, MediaError, SpaceError, TaskError
from tma.generate import Order, Summary, generate, team_size
from tma.taskset import TaskSet

from . import toys


def make(out: Path, *tasks: str, n: int = 24, seed: int = 0, **more: Any) -> Summary:
    order = Order(assets="shop", tasks=tasks, n=n, seed=seed, **more)
    return generate(order, out, toys.registry(), workers=1)


def lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "tasks.jsonl").read_text("utf-8").splitlines()]


def assert_nothing_is_left(out: Path) -> None:
    assert not out.exists()
    assert not out.parent.exists() or not list(out.parent.iterdir())


def test_a_set_of_tasks(tmp_path: Path) -> None:
    out = tmp_path / "set"
    told: list[int] = []
    order = Order(assets="shop", tasks=("toys/count", "toys/color-at"), n=25, seed=4)
    summary = generate(order, out, toys.registry(), workers=1, on_progress=told.append)
    assert told == list(range(1, 26))
    assert summary.short == 0
    assert set(summary.made.values()) == {12, 13}
    assert summary.infeasible == {}
    tasks = lines(out)
    assert Counter(t["generator"] for t in tasks) == summary.made
    assert len({t["id"] for t in tasks}) == 25
    wanted = {
        *("id", "generator", "plan", "seed", "question", "options", "answer", "answer_index"),
        *("media", "scene", "assets", "plan_id", "option_keys", "answers", "versions", "names"),
        "redraws",
    }
    for task in tasks:
        assert set(task) == wanted
        assert task["options"][task["answer_index"]] == task["answer"]
        assert task["plan"]["generator"] == task["generator"]
        data = (out / task["media"]["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == task["media"]["sha256"]
        assert json.loads(data)[0]["items"] == task["scene"]["items"]
        for used in task["assets"]:
            picture = toys.Shop().read(
                next(a for a in toys.ASSETS if a.id == used["asset"]), used["form"], used["name"]
            )
            assert used["sha256"] == hashlib.sha256(picture).hexdigest()
            assert (used["source"], used["licence"]) == ("shop", "CC0-1.0")
    run = json.loads((out / "run.json").read_text())
    assert (run["n"], run["seed"], run["made"], run["assets"]) == (25, 4, summary.made, "shop")
    assert sorted(p.name for p in out.iterdir()) == [
        "index.html",
        "media",
        "run.json",
        "tasks.jsonl",
    ]
    assert [p.name for p in tmp_path.iterdir()] == ["set"]
    assert TaskSet.open(out).run == run
    assert [t.id for t in TaskSet.open(out).tasks()] == [t["id"] for t in tasks]


def test_colours_are_balanced(tmp_path: Path) -> None:
    make(tmp_path / "set", "toys/color-at", n=60, media=False)
    assert Counter(t["answer"] for t in lines(tmp_path / "set")) == dict.fromkeys(
        toys.COLORS.values, 10
    )


def test_without_media(tmp_path: Path) -> None:
    make(tmp_path / "set", "toys/count", media=False)
    assert not (tmp_path / "set" / "media").exists()
    for task in lines(tmp_path / "set"):
        assert "path" not in task["media"]
        assert all("sha256" not in a for a in task["assets"])


def test_pictures_do_not_change_the_tasks(tmp_path: Path) -> None:
    make(tmp_path / "with", "toys/count")
    make(tmp_path / "without", "toys/count", media=False)
    ids = [[t["id"] for t in lines(tmp_path / name)] for name in ("with", "without")]
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    ("n", "media", "cores", "size"),
    [(30, True, 8, 1), (66, True, 8, 2), (66, False, 8, 1), (5000, False, 8, 8), (900, True, 1, 1)],
)
def test_processes_are_begun_where_they_pay(
    monkeypatch: pytest.MonkeyPatch, n: int, media: bool, cores: int, size: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert team_size(Order(n=n, media=media)) == size


def test_small_spaces_repeat_with_other_seeds(tmp_path: Path) -> None:
    make(tmp_path / "set", "toys/count", n=7, seed=5, media=False)
    drawn = [(t["plan"]["count"], t["seed"]) for t in lines(tmp_path / "set")]
    assert sorted(Counter(c for c, _ in drawn).values()) == [2, 2, 3]
    assert len(set(drawn)) == 7
    assert {s for _, s in drawn} == {5, 6, 7}


def test_infeasible_plans_are_counted_by_reason(tmp_path: Path) -> None:
    summary = make(tmp_path / "set", "toys/what-at", "toys/never", n=70, media=False)
    assert summary.made == {"toys/what-at": 70}
    assert summary.infeasible["toys/never"] == {"never-even": 2, "never-odd": 1}
    assert summary.infeasible["toys/what-at"]["no-vehicles"] == 4
    assert (
        json.loads((tmp_path / "set" / "run.json").read_text())["infeasible"] == summary.infeasible
    )


def test_fewer_than_asked_for(tmp_path: Path) -> None:
    summary = make(tmp_path / "set", "toys/rare", n=50, media=False)
    made = summary.made["toys/rare"]
    assert 0 < made < 50
    assert summary.short == 50 - made
    assert len(lines(tmp_path / "set")) == made


def test_nothing_feasible(tmp_path: Path) -> None:
    with pytest.raises(TaskError) as caught:
        make(tmp_path / "set", "toys/never")
    assert caught.value.message == "no plan is feasible: never-even (2), never-odd (1)"
    assert_nothing_is_left(tmp_path / "set")


def test_of_many_reasons_the_commonest_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Any, plan: Any, catalogue: Any, rng: Any) -> Any:
        raise Infeasible(f"reason-{min(int(plan['count']), 7)}")

    monkeypatch.setattr(toys.Never, "space", lambda self, catalogue: product(count=range(10)))
    monkeypatch.setattr(toys.Never, "draw", refuse)
    with pytest.raises(TaskError) as caught:
        make(tmp_path / "set", "toys/never")
    assert caught.value.message == (
        "no plan is feasible: reason-7 (3), reason-0 (1), reason-1 (1), reason-2 (1), "
        "reason-3 (1), 3 other reasons (3)"
    )


@pytest.mark.parametrize(
    ("more", "error", "line"),
    [
        ({"n": 0}, TaskError, "can't make 0 tasks"),
        ({"seed": -1}, ConfigError, "seed -1 is out of range"),
        ({"seed": 2**63}, ConfigError, "out of range"),
        ({"where": ("count=9",)}, SpaceError, "no plan has count=9"),
        ({"where": ("count=7..9",)}, TaskError, "no plan passes the filters count=7..9"),
    ],
)
def test_what_can_not_be_made(
    tmp_path: Path, more: dict[str, Any], error: type[Exception], line: str
) -> None:
    with pytest.raises(error, match=line):
        make(tmp_path / "set", "toys/count", **more)
    assert_nothing_is_left(tmp_path / "set")


def test_filters(tmp_path: Path) -> None:
    summary = make(
        tmp_path / "set", "toys/count", "toys/what-at", where=("count=2..3",), n=8, media=False
    )
    assert summary.made == {"toys/count": 8}
    assert {t["plan"]["count"] for t in lines(tmp_path / "set")} == {2, 3}


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    def full(folder: Path, source: object) -> str:
        (folder / "media").mkdir(exist_ok=True)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tma.generate.add_media", full)
    with pytest.raises(TaskError, match=r"writing .*set failed: No space left on device"):
        make(tmp_path / "set", "toys/count")
    assert_nothing_is_left(tmp_path / "set")


def test_a_cache_that_can_not_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("TMA_CACHE", str(blocked / "cache"))
    out = tmp_path / "sets" / "set"
    with pytest.raises(MediaError, match="file/cache"):
        make(out, "toys/count")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_an_interrupt_leaves_nothing(tmp_path: Path) -> None:
    def stop(made: int) -> None:
        if made == 3:
            raise KeyboardInterrupt

    order = Order(assets="shop", tasks=("toys/count",), n=9)
    with pytest.raises(KeyboardInterrupt):
        generate(order, tmp_path / "set", toys.registry(), workers=1, on_progress=stop)
    assert_nothing_is_left(tmp_path / "set")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    make(tmp_path / "set", "toys/count", media=False)  # an empty one will do
    before = (tmp_path / "set" / "tasks.jsonl").read_bytes()
    with pytest.raises(TaskError, match="exists and is not empty"):
        make(tmp_path / "set", "toys/count", seed=3)
    assert (tmp_path / "set" / "tasks.jsonl").read_bytes() == before
    (tmp_path / "file").write_text("mine")
    with pytest.raises(TaskError, match="exists and is not empty"):
        make(tmp_path / "file", "toys/count")
    with pytest.raises(TaskError, match=r"can't write to .*file: File exists"):
        make(tmp_path / "file" / "set", "toys/count")
    assert (tmp_path / "file").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "set"]
