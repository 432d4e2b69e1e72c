"""The commands as scripts use them, on the embedded assets and the published catalogue."""

from __future__ import annotations

import io
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tma.cli import COMMANDS, main

GRID = ("--tasks", "grid2d/*")
FIELDS = {
    *("generator", "grid", "target_category", "cell", "attribute_type", "attribute_value"),
    *("reference_category", "relative_position", "count"),
}


def tma(*arguments: str, code: int = 0) -> str:
    """Run a command in this process; its standard output."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as caught:
        main(list(arguments))
    assert caught.value.code == code, err.getvalue()
    assert not err.getvalue() or code == 2
    return out.getvalue()


def objects(*arguments: str) -> list[dict[str, Any]]:
    """What a command prints with --json, an object a line."""
    return [json.loads(line) for line in tma(*arguments, "--json").splitlines()]


@pytest.fixture(scope="module", name="published")
def _published(annotations: Path) -> str:
    return f"objaverse?root={annotations}"


@pytest.fixture(scope="module", name="made")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMA_CACHE", str(folder / "cache"))
        order = ("--assets", "shapes", *GRID, "-n", "25", "--seed", "1")
        tma("generate", *order, "--out", str(folder / "set"))
        yield folder / "set"


def test_every_command_has_help() -> None:
    shown = tma("--help")
    for name, (_, summary) in COMMANDS.items():
        assert name in shown
        assert summary in shown


@pytest.mark.parametrize("name", ["plans", "assets", "generate", "verify"])
def test_help_of_a_command(name: str) -> None:
    assert tma(name, "--help").startswith(f"Usage: tma {name} ")


def test_version() -> None:
    assert tma("--version").startswith("tma, version ")


def test_count_the_published_plans(published: str) -> None:
    printed = tma("plans", "count", "--assets", published, *GRID, "--json")
    assert json.loads(printed) == {
        "generators": {
            "grid2d/what": 58689137,
            "grid2d/where": 58689137,
            "grid2d/what-attribute": 47541884,
            "grid2d/where-attribute": 47541884,
            "grid2d/how-many": 32487,
        },
        "total": 212494529,
    }
    assert list(json.loads(printed)) == ["generators", "total"]
    assert len(printed.splitlines()) == 1


def test_count_by_fields(published: str) -> None:
    base = ("plans", "count", "--assets", published, "--tasks", "grid2d/how-many")
    by_grid = objects(*base, "--by", "grid")
    assert [(r["grid"], r["plans"]) for r in by_grid] == [
        (2, 32487 // 13 * 4),
        (3, 32487 // 13 * 9),
    ]
    both = objects(*base, "--by", "grid", "--by", "count")
    assert len(both) == 13
    assert sum(r["plans"] for r in both) == 32487
    under = objects(*base, "--where", "target_category under food", "--by", "target_category")
    assert len(under) > 5
    assert "212,494,529" in tma("plans", "count", "--assets", published, *GRID)
    assert "food" in tma(*base, "--where", "target_category=food", "--by", "target_category")


def test_sample_plans(published: str) -> None:
    sampled = ("plans", "sample", "--assets", published, *GRID, "-n", "5")
    first = objects(*sampled, "--where", "attribute_type=color", "--seed", "3")
    assert len(first) == 5
    for plan in first:
        assert plan["attribute_type"] == "color"
        assert set(plan) - {"id"} <= FIELDS
        assert len(plan["id"]) == 16
    assert objects(*sampled, "--where", "attribute_type=color", "--seed", "3") == first
    assert objects(*sampled, "--where", "attribute_type=color", "--seed", "4") != first
    even = objects(*sampled, "--strata", "generator")
    assert len({p["generator"] for p in even}) == 5


def test_show_a_plan(published: str) -> None:
    shown = ("plans", "show", "--assets", published, *GRID)
    (record,) = [json.loads(tma(*shown, "212494528", "--json"))]
    assert record["number"] == 212494528
    assert record["plan"]["generator"] == "grid2d/how-many"
    assert record["task"]["plan"] == record["plan"]
    assert record["task"]["plan_id"] == record["id"]
    text = tma(*shown, "212494528")
    assert record["task"]["question"] in text
    assert text.count(" * ") == 1


def test_an_infeasible_plan_is_shown_with_its_reason(published: str) -> None:
    shown = ("plans", "show", "--assets", published, "--tasks", "grid2d/where-attribute")
    for number in range(1000, 47_000_000, 999_983):
        record = json.loads(tma(*shown, str(number), "--json"))["task"]
        if "infeasible" in record:
            assert record["detail"]
            assert f"infeasible: {record['infeasible']}" in tma(*shown, str(number))
            return
    pytest.fail("every plan was feasible")


def test_list_assets() -> None:
    rows = objects("assets", "list")
    assert len(rows) >= 24
    assert {"id", "name", "parents", "assets", "values"} == set(rows[0])
    assert all(r["assets"] > 0 for r in rows)
    assert rows[0]["name"] in tma("assets", "list")


def test_show_assets(tmp_path: Path, published: str) -> None:
    sheet = tmp_path / "sheet.png"
    facts = json.loads(tma("assets", "show", "--sheet", str(sheet), "-n", "8", "--json"))
    assert facts["shown"] == 8
    assert facts["source"].startswith("objects/objects@")
    with Image.open(sheet) as image:
        assert image.format == "PNG"
    facts = json.loads(tma("assets", "show", published, "--json"))
    assert (facts["assets"], facts["categories"]) == (1996, 465)
    assert len(facts["attributes"]) == 38
    assert "color: red" in tma("assets", "show", published)


def test_generate_a_set(made: Path) -> None:
    tasks = [json.loads(line) for line in (made / "tasks.jsonl").read_text("utf-8").splitlines()]
    assert Counter(t["generator"] for t in tasks).total() == 25
    assert set(Counter(t["generator"] for t in tasks).values()) == {5}
    wanted = {"id", "generator", "plan", "seed", "question", "options", "answer", "answer_index"}
    for task in tasks:
        assert wanted | {"media", "scene", "assets"} <= task.keys()
        assert set(task["plan"]) <= FIELDS
        assert task["options"][task["answer_index"]] == task["answer"]
        for field in ("target_category", "reference_category"):
            if field in task["plan"]:
                assert task["names"][task["plan"][field]]
        with Image.open(made / task["media"]["path"]) as picture:
            assert picture.size == (512, 512)
    assert (made / "index.html").is_file()


def test_generate_says_what_it_did(tmp_path: Path, published: str) -> None:
    arguments = ("generate", "--assets", published, "--tasks", "grid2d/where*", "--no-media")
    out = tmp_path / "set"
    said = json.loads(tma(*arguments, "-n", "30", "--out", str(out), "--json"))
    assert said["made"] == {"grid2d/where": 15, "grid2d/where-attribute": 15}
    assert (said["out"], said["short"]) == (str(out), 0)
    assert said["infeasible"]
    text = tma(*arguments, "-n", "4", "--out", str(tmp_path / "more"))
    assert "grid2d/where-attribute" in text
    assert str(tmp_path / "more" / "index.html") in text


def test_verify_a_set(made: Path) -> None:
    assert json.loads(tma("verify", str(made), "--json")) == {
        "ok": True,
        "checked": {f"grid2d/{k}": 5 for k in sorted(KINDS)},
        "rendered": 20,
        "unsound": [],
        "irreproducible": [],
        "elsewhere": [],
    }
    said = tma("verify", str(made), "--render", "3")
    assert "25 tasks checked, 3 rendered again: 0 unsound, 0 not reproducible" in said


KINDS = ("what", "where", "what-attribute", "where-attribute", "how-many")


@pytest.mark.parametrize("change", ["answer", "asset", "question", "seed", "option", "picture"])
def test_verify_a_set_that_was_touched(made: Path, tmp_path: Path, change: str) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "set"))
    tasks = [json.loads(line) for line in (made / "tasks.jsonl").read_text("utf-8").splitlines()]
    task = tasks[3]
    if change == "answer":
        task["answer_index"] = (task["answer_index"] + 1) % 4
        task["answer"] = task["options"][task["answer_index"]]
    elif change == "asset":
        used = {c["asset"] for c in task["scene"]["cells"]}
        other = next(c for t in tasks for c in t["scene"]["cells"] if c["asset"] not in used)
        task["scene"]["cells"][0].update(asset=other["asset"], view=other["view"])
    elif change == "question":
        task["question"] = task["question"].replace("?", "!")
    elif change == "seed":
        task["seed"] += 1
    elif change == "option":
        task["options"].append("none of these")
        task["option_keys"].append("none of these")
    lines = "".join(json.dumps(t, ensure_ascii=False) + "\n" for t in tasks)
    (folder / "tasks.jsonl").write_text(lines, encoding="utf-8")
    if change == "picture":
        touched = folder / task["media"]["path"]
        with Image.open(touched) as picture:
            changed = picture.convert("RGB")
        changed.putpixel((5, 5), (1, 2, 3))
        changed.save(touched)
    report = json.loads(tma("verify", str(folder), "--render", "0", "--json", code=1))
    assert not report["ok"]
    found = report["unsound"] + report["irreproducible"]
    assert {f["task"] for f in found} == {task["id"]}
    assert task["id"] in tma("verify", str(folder), "--render", "0", code=1)
