"""Looking around is cheap: help and the list of plugins import nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "torch",
    "transformers",
    "open_clip",
    "openai",
    "inspect_ai",
    "trimesh",
    "pyrender",
    "imageio",
    "numpy",
    "sqlalchemy",
    "networkx",
    "PIL",
    "rich",
    "scipy",
    "sklearn",
)
PROGRAM = f"""
import atexit, sys
atexit.register(lambda: print(*[m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr))
from tma.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["plugins", "list"], ["plugins", "list", "--json"], ["plugins", "-h"]]
)
def test_imports_nothing_heavy(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert done.stderr.split() == []
