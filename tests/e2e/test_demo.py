"""`tma demo`, run as a person would, twice into the same folder."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tma.config import Settings
from tma.demo import Job, run_demo
from tma.errors import TaskError
from tma.registry import Registry

QUESTIONS = (
    "Which of 2 models gets most of 10 tasks right?",
    "Where is simulated?seed=1 worst? The 3 groups by target category with the lowest accuracy",
)
SMALL = Job(tasks=10, budget=230, k=3, seed=2)


def test_a_demo_can_be_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a report at its end, and then without what draws one."""
    registry, out, said = Registry(Settings(environ={})), tmp_path / "demo", list[str]()
    first = run_demo(registry, out, SMALL, said.append)
    assert first == out / "index.html"
    page = first.read_text(encoding="utf-8")
    query = json.loads((out / "query.json").read_text())
    assert query["ledger"]["calls"] == 230
    assert len(json.loads((out / "eval.json").read_text())["models"]) == 2
    assert page.count('<img src="data:image/webp;base64,') > 6
    links = re.findall(r'<a href="([^"#]+)"', page)
    assert links == ["tasks/index.html", "query.json"]
    assert all((out / link).is_file() for link in links)
    assert [heading in page for heading in QUESTIONS] == [True, True]
    assert [line[0] for line in said] == ["1", "2", "3", "4", "4", "5"]

    monkeypatch.setitem(sys.modules, "vl_convert", None)
    again = run_demo(registry, out, SMALL, said.append)
    assert again == out / "tasks" / "index.html"
    assert again.is_file()
    assert not first.exists()
    assert said[6:12] == said[:6]
    assert said[12].startswith("6. no report: charts need the extra 'report'")
    assert json.loads((out / "query.json").read_text())["items"] == query["items"]


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
