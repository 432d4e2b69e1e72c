"""Photographs from annotations to a verified benchmark, by the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "photographs" / "graphs.jsonl"


@pytest.fixture(scope="module", name="cache")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def tma(cache: Path, *arguments: str | Path, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tma", *map(str, arguments)],
        env={**os.environ, "TMA_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout if code == 0 else done.stderr


@pytest.mark.slow
def test_from_annotations_to_verified_tasks(cache: Path, tmp_path: Path) -> None:
    count = json.loads(tma(cache, "plans", "count", "--assets", EXAMPLE, "--json"))
    assert set(count["generators"]) == {
        "graphimage/what-object",
        "graphimage/what-attribute",
        "graphimage/what-relation",
    }
    assert count["total"] > 500
    plans = tma(cache, "plans", "sample", "--assets", EXAMPLE, "-n", "3", "--json").splitlines()
    assert all("image" in json.loads(p) for p in plans)
    out = tmp_path / "tasks"
    arguments = ("generate", "--assets", EXAMPLE, "-n", "30", "--out")
    tma(cache, *arguments, out)
    assert "0 unsound" in tma(cache, "verify", out)
    tasks = [json.loads(line) for line in (out / "tasks.jsonl").read_text().splitlines()]
    assert len(tasks) == 30
    assert {t["assumption"] for t in tasks} <= {"closed-world", "picture-absent"}
    # most have a wrong option that can be seen in the picture
    seen = [t["assumption"] == "closed-world" for t in tasks if "relation" not in t["generator"]]
    assert sum(seen) >= 15
    assert all((out / t["media"]["path"]).is_file() for t in tasks)
    again = tmp_path / "again"
    tma(tmp_path / "other-cache", *arguments, again, "--workers", "2")
    assert (again / "tasks.jsonl").read_bytes() == (out / "tasks.jsonl").read_bytes()


@pytest.mark.slow
def test_generators_are_offered_where_they_fit_only(cache: Path) -> None:
    said = tma(cache, "plans", "count", "--assets", EXAMPLE, "--tasks", "grid2d/what", code=2)
    assert "they come as photo" in said
    said = tma(cache, "plans", "count", "--tasks", "graphvideo/what-action", code=2)
    assert "needed is clip" in said


@pytest.mark.slow
def test_a_tampered_scene_is_found(cache: Path, tmp_path: Path) -> None:
    out = tmp_path / "tasks"
    task = "graphimage/what-attribute"
    tma(cache, "generate", "--assets", EXAMPLE, "--tasks", task, "-n", "3", "--out", out)
    lines = [json.loads(x) for x in (out / "tasks.jsonl").read_text().splitlines()]
    lines[0]["scene"]["graph"]["objects"] = lines[0]["scene"]["graph"]["objects"][:1]
    for thing in lines[0]["scene"]["graph"]["objects"]:
        thing["relations"] = []
    (out / "tasks.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    done = subprocess.run(
        [sys.executable, "-m", "tma", "verify", str(out)],
        env={**os.environ, "TMA_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "1 unsound" in done.stdout or "unsound" in done.stdout
