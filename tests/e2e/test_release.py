"""Releases by command: the same folder for any number of workers, and a line for a mistake."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

RANDOM = ("random", "--assets", "shapes", "--tasks", "grid2d/wh*", "--per-generator", "3")
HARD = ("hard", *RANDOM[1:], "--model", "random")


def tma(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tma", "release", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.slow
def test_a_release_by_command(tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    one, two, three = tmp_path / "one", tmp_path / "two", tmp_path / "three"
    models = ("--models", "simulated?seed=1,random", "--seed", 2026)
    made = tma(*RANDOM, *models, "--out", one, "--workers", 1, "--json")
    assert made.returncode == 0, made.stderr
    told = json.loads(made.stdout)
    assert set(told["made"].values()) == {3}
    assert set(told["models"]["models"]) == {"simulated?seed=1", "random"}
    assert tma(*RANDOM, *models, "--out", two, "--workers", 2).returncode == 0
    assert tma("replay", one / "release.json", "--out", three).returncode == 0
    for other in (two, three):
        assert subprocess.run(["diff", "-r", one, other], check=False).returncode == 0
    summed = ["sha256sum", "--quiet", "-c", "SHA256SUMS"]
    assert subprocess.run(summed, cwd=one, check=False).returncode == 0
    assert _loaded(one, tmp_path) == told["models"]["shared"] == sum(told["made"].values())


def _loaded(folder: Path, scratch: Path) -> int:
    """How many rows with pictures `datasets` finds in a release."""
    from datasets import load_dataset

    rows = load_dataset(str(folder), split="test", cache_dir=str(scratch / "datasets"))
    lines = (folder / "metadata.jsonl").read_text(encoding="utf-8").splitlines()
    assert [r["question"] for r in rows] == [json.loads(line)["question"] for line in lines]
    assert all(row["image"].size[0] > 100 for row in rows)
    return len(rows)


@pytest.mark.slow
def test_mistakes_end_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").touch()
    for arguments, line in (
        ((*RANDOM, "--out", tmp_path / "there"), "exists and is not empty"),
        ((*HARD, "--budget", 3, "--out", tmp_path / "new"), "too small for 1 model(s)"),
    ):
        done = tma(*arguments)
        assert done.returncode == 2
        assert line in done.stderr
        assert done.stderr.count("\n") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["there"]
