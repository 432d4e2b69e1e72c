"""`tma demo`, run as a person would, twice into the same folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tma.config import Settings
from tma.demo import Job, run_demo
from tma.errors import TaskError
from tma.registry import Registry

SMALL = Job(tasks=10, budget=230, k=3, seed=2)


def test_a_demo_can_be_run_again(tmp_path: Path) -> None:
    registry, out, said = Registry(Settings(environ={})), tmp_path / "demo", list[str]()
    first = run_demo(registry, out, SMALL, said.append)
    page = first.read_text(encoding="utf-8")
    query = json.loads((out / "query.json").read_text())
    again = run_demo(registry, out, SMALL, said.append)
    assert again == first
    assert again.read_text(encoding="utf-8") == page
    assert query["ledger"]["calls"] == 230
    assert len(json.loads((out / "eval.json").read_text())["models"]) == 2
    shown = page.split('src="')[1:]
    assert shown
    assert all((out / line.split('"')[0]).is_file() for line in shown)
    assert [line[0] for line in said] == ["1", "2", "3", "4", "4", "5"] * 2


def test_a_demo_spares_what_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    with pytest.raises(TaskError, match="not empty"):
        run_demo(Registry(Settings(environ={})), tmp_path, SMALL, lambda line: None)
    assert (tmp_path / "precious").read_text() == "mine"


@pytest.mark.slow
def test_the_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tma", "demo", "--out", "here", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert (tmp_path / found["page"]).is_file()
    assert len(found["steps"]) == 6
