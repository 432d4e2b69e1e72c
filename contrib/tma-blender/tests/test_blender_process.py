"""Speaking with a worker process, here with workers that need no Blender."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tma import MediaError
from tma_blender.process import Blender

READY = 'import json, sys, time\nprint(json.dumps({"ready": True}), flush=True)\n'


@pytest.fixture(name="worker")
def _worker(tmp_path: Path) -> Path:
    return tmp_path / "worker.py"


def blender(worker: Path, code: str, seconds: float = 20) -> Blender:
    worker.write_text(READY + dedent(code), encoding="utf-8")
    return Blender(Path(sys.executable), seconds, worker)


def test_requests_and_answers(worker: Path) -> None:
    made = blender(
        worker,
        """
        import os
        for line in sys.stdin:
            print("noise", file=sys.stderr)
            print(json.dumps({"got": json.loads(line)["n"] + 1, "pid": os.getpid()}), flush=True)
        """,
    )
    first, second = made.ask({"n": 1}), made.ask({"n": 5})
    assert (first["got"], second["got"]) == (2, 6)
    assert first["pid"] == second["pid"]


def test_what_the_worker_says_went_wrong(worker: Path) -> None:
    made = blender(
        worker,
        """
        for line in sys.stdin:
            bad = json.loads(line).get("bad")
            print(json.dumps({"error": "ValueError: no such bone"} if bad else {}), flush=True)
        """,
    )
    with pytest.raises(MediaError, match="Blender: ValueError: no such bone"):
        made.ask({"bad": True})
    assert made.ask({"bad": False}) == {}


def test_a_worker_that_dies_is_started_again(worker: Path, tmp_path: Path) -> None:
    mark = tmp_path / "died"
    made = blender(
        worker,
        f"""
        from pathlib import Path
        for line in sys.stdin:
            if not Path({str(mark)!r}).exists():
                Path({str(mark)!r}).touch()
                sys.exit("Segmentation fault in the kernel")
            print(json.dumps({{"alive": True}}), flush=True)
        """,
    )
    with pytest.raises(MediaError, match="ended"):
        made.ask({})
    assert made.ask({}) == {"alive": True}


def test_a_worker_that_takes_too_long(worker: Path) -> None:
    made = blender(worker, "time.sleep(600)\n", seconds=0.3)
    with pytest.raises(MediaError, match=r"has not answered in 0\.3 s"):
        made.ask({})


def test_a_worker_that_talks_nonsense(worker: Path) -> None:
    made = blender(worker, 'sys.stdin.readline()\nprint("Blender 5.0.1", flush=True)\n')
    with pytest.raises(MediaError, match=r"answered 'Blender 5\.0\.1"):
        made.ask({})


def test_a_python_without_blender(worker: Path) -> None:
    worker.write_text("import no_such_module_as_bpy\n", encoding="utf-8")
    with pytest.raises(MediaError, match=r"ended: .*no_such_module_as_bpy.*import bpy"):
        Blender(Path(sys.executable), 20, worker).ask({})


def test_a_python_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="can't be run: No such file"):
        Blender(tmp_path / "python", 20).ask({})
