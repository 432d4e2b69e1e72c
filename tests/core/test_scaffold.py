"""Packages that `tma plugins new` writes, and what `tma plugins check` says of packages."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tma.cli import main
from tma.errors import PluginError, TaskError
from tma.scaffold import scaffold
from tma.testing import CheckFailure, check_plugin

KINDS = ("asset-source", "task-generator", "renderer", "model-adapter", "exporter")


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    assert isinstance(caught.value.code, int)
    return caught.value.code


@pytest.mark.parametrize("kind", KINDS)
def test_a_scaffold_passes_every_check(tmp_path: Path, kind: str) -> None:
    made = scaffold(f"made-up-{kind}", kind, tmp_path / "package")
    assert {"pyproject.toml", "README.md", ".github/workflows/ci.yml"} < set(made.files)
    found = check_plugin(made.folder, n=2)
    assert {f.outcome for f in found} == {"ok"}
    assert {f.level for f in found} == {"static", "import", "contract", "property"}
    project = tomllib.loads((made.folder / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["tma"] == {
        f"made-up-{kind}": f"tma_made_up_{kind}".replace("-", "_")
    }


@pytest.mark.parametrize(
    ("kind", "file"), [("asset-source", "source"), ("task-generator", "tasks")]
)
def test_fifteen_lines_are_enough(tmp_path: Path, kind: str, file: str) -> None:
    made = scaffold("short", kind, tmp_path / "package")
    text = (made.folder / "src" / "tma_short" / f"{file}.py").read_text()
    doc = ast.parse(text).body[0]
    assert doc.end_lineno is not None
    lines = [x for x in text.splitlines()[doc.end_lineno :] if x.strip()]
    assert len(lines) <= 15


@pytest.mark.slow
def test_its_own_tests_pass(tmp_path: Path) -> None:
    made = scaffold("made-up-own", "model-adapter", tmp_path / "package")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=made.folder,
        env={"PYTHONPATH": str(made.folder / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Grid2D", "plugin name 'grid2d' is taken by task-me-anything"),
        ("tma-stickers", "plugin name 'stickers' is taken"),
        ("two words", "can't be a plugin's name"),
        ("class", "can't be a plugin's name"),
        ("9lives", "can't be a plugin's name"),
    ],
)
def test_names_that_can_not_be_had(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(PluginError, match=says):
        scaffold(name, "renderer", tmp_path / "package")
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(TaskError, match="exists and is not empty"):
        scaffold("mine", "renderer", tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def spoil(folder: Path, file: str, before: str, after: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


INIT = "src/tma_spoilt/__init__.py"
SPOILT = {
    "a misspelt hook": (
        INIT,
        "def tma_renderers",
        "def tma_renderer",
        "there is no hook",
        "did you",
    ),
    "no decorator": (INIT, "@tma.hookimpl\n", "", "is not marked as a hook", "@tma.hookimpl"),
    "a misspelt class": (
        INIT,
        "renderer:Spoilt",
        "renderer:Spoild",
        "has no Spoild",
        "did you mean",
    ),
    "a missing module": (INIT, "tma_spoilt.renderer", "tma_spoilt.render", "no module", "name the"),
    "a syntax error": (INIT, "import tma", "import tma(", "SyntaxError", "mend the syntax"),
    "a heavy module": (INIT, "import tma\n", "import numpy\nimport tma\n", "imports numpy", "name"),
    "no summary": (INIT, '"Stickers on coloured paper", ', '"", ', "has no summary", "summary"),
    "no dependency": (
        "pyproject.toml",
        "task-me-anything>=0.1",
        "click",
        "does not depend on task-me-anything",
        "dependencies",
    ),
    "a missing entry": ("pyproject.toml", '"tma_spoilt"\n', '"tma_spoild"\n', "no module", "entry"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_check_says_what_where_and_how_to_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    file, before, after, says, mend = SPOILT[what]
    made = scaffold("spoilt", "renderer", tmp_path / "package")
    spoil(made.folder, file, before, after)
    assert run("plugins", "check", str(made.folder), "--json") == 1
    (failed,) = [f for f in json.loads(capsys.readouterr().out) if f["outcome"] == "failed"]
    assert says in failed["what"]
    assert mend in failed["mend"]
    assert failed["level"] == "static"
    for name in [n for n in sys.modules if n.startswith("tma_spoilt")]:
        del sys.modules[name]
    sys.path[:] = [p for p in sys.path if str(tmp_path) not in p]


def test_check_of_what_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("plugins", "check", "oracle") == 0
    assert "0 failed" in capsys.readouterr().out
    assert run("plugins", "check", "no-such-thing") == 2
    assert run("plugins", "check", str(Path(__file__).parent)) == 2
    assert "pyproject.toml" in capsys.readouterr().err


def test_a_failure_in_a_test_names_all(tmp_path: Path) -> None:
    made = scaffold("made-up-wrong", "model-adapter", tmp_path / "package")
    model = "src/tma_made_up_wrong/model.py"
    spoil(made.folder, model, "[self.answer(request) for request in requests]", "[]")
    with pytest.raises(CheckFailure, match="replies-keep-their-form: reply gave 0 replies to"):
        check_plugin(made.folder, n=2)
