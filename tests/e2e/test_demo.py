"""`tma demo`, run as a person would, twice into the same folder."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tma.config import Settings
from tma.demo import PAGE, Job, run_demo
from tma.errors import TaskError
from tma.registry import Registry

from ..browser import Viewer

QUESTIONS = (
    "Which of 2 models gets most of 10 tasks right?",
    "Where is simulated?seed=1 worst? The 3 groups by target category with the lowest accuracy",
)
SMALL = Job(tasks=10, budget=230, k=3, seed=2)


@pytest.fixture(scope="module", name="left")
def _left(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> Path:
    """What a demo left: models are asked before a browser starts, see `tests/browser.py`."""
    out = tmp_path_factory.mktemp("demo") / "left"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMA_CACHE", str(kept_cache))
        said = list[str]()
        assert run_demo(Registry(Settings(environ={})), out, SMALL, said.append) == out / PAGE
    assert [line[0] for line in said] == ["1", "2", "3", "4", "4", "5"]
    return out


def test_a_demo_ends_with_a_report(left: Path) -> None:
    page = (left / PAGE).read_text(encoding="utf-8")
    assert page.count('<img src="data:image/webp;base64,') > 6
    links = re.findall(r'<a href="([^"#]+)"', page)
    assert links == ["tasks/index.html", "query.json"]
    assert all((left / link).is_file() for link in links)
    assert [heading in page for heading in QUESTIONS] == [True, True]
    assert len(json.loads((left / "eval.json").read_text())["models"]) == 2
    assert json.loads((left / "query.json").read_text())["ledger"]["calls"] == 230


def test_a_demo_can_be_run_again(
    left: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept_cache: Path
) -> None:
    """And without what draws charts: it says so, and the tasks are what there is to look at."""
    monkeypatch.setenv("TMA_CACHE", str(kept_cache))
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    out, said = tmp_path / "again", list[str]()
    shutil.copytree(left, out)
    page = run_demo(Registry(Settings(environ={})), out, SMALL, said.append)
    assert page == out / "tasks" / PAGE
    assert page.is_file()
    assert not (out / PAGE).exists()
    assert said[-1].startswith("6. no report: charts need the extra 'report'")
    found = [json.loads((folder / "query.json").read_text())["items"] for folder in (left, out)]
    assert found[0] == found[1]


def test_a_demo_spares_what_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    with pytest.raises(TaskError, match="not empty"):
        run_demo(Registry(Settings(environ={})), tmp_path, SMALL, lambda line: None)
    assert (tmp_path / "precious").read_text() == "mine"


@pytest.mark.slow
def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept_cache: Path) -> None:
    monkeypatch.setenv("TMA_CACHE", str(kept_cache))
    command = [sys.executable, "-m", "tma", "demo", "--out", "here", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert (tmp_path / found["page"]).is_file()
    assert len(found["steps"]) == 6


def test_anybody_can_use_the_report(left: Path, viewer: Viewer) -> None:
    page = viewer.open(left / PAGE)
    page.locator("html.drawn").wait_for(state="attached")
    viewer.check()
