"""A fresh virtual environment with packages from wheels, and a folder elsewhere to use them in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


class CheckError(Exception):
    """Something is not as it should be; the message is one line."""


class Environment:
    """A fresh virtual environment, and a folder to work in.

    Args:
        base: a scratch folder.
    """

    def __init__(self, base: Path) -> None:
        self.bin = base / "venv" / "bin"
        self.work = base / "elsewhere"
        self.work.mkdir()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("TMA_", "XDG_", "PYTHON"))}
        self._variables = {
            **kept,
            "HOME": str(base / "home"),
            "PATH": f"{self.bin}:{kept['PATH']}",
            "VIRTUAL_ENV": str(self.bin.parent),
            # pip's cache lies in the real home
            "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip")),
        }
        venv.create(self.bin.parent, with_pip=True)

    def run(self, *command: str | Path, code: int = 0, **variables: str) -> str:
        """A command's standard output. Raises CheckError if it exits with another code."""
        line = " ".join([*(f"{k}={v}" for k, v in variables.items()), *map(str, command)])
        print(f"$ {line}", flush=True)
        program, *arguments = map(str, command)
        done = subprocess.run(
            [str(self.bin / program), *arguments],
            cwd=self.work,
            env={**self._variables, **variables},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode != code:
            print(done.stdout)
            raise CheckError(f"exit code {done.returncode}: {line}")
        return done.stdout

    def install(self, *what: str | Path) -> None:
        """Install packages with pip."""
        options = ("-q", "--disable-pip-version-check", "--no-compile")  # most is never imported
        self.run("python", "-m", "pip", "install", *options, *what)

    def plugins(self) -> dict[str, str]:
        """Contribution id -> status, as `tma plugins list --json` says."""
        rows = json.loads(self.run("tma", "plugins", "list", "--json"))
        return {row["id"]: row["status"] for row in rows}


def need(condition: object, what: str) -> None:
    """Raise CheckError saying `what` unless the condition holds."""
    if not condition:
        raise CheckError(what)


def build(source: Path, out: Path) -> Path:
    """The wheel of a package, built by way of its source archive."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    print(f"$ python -m build {source.relative_to(REPOSITORY) or '.'}", flush=True)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    need(done.returncode == 0, f"{source} can't be built:\n{done.stdout}{done.stderr}")
    (wheel,) = out.glob("*.whl")
    return wheel


def run_tests(environment: Environment, tests: Path) -> None:
    """The package's own tests, against what is installed."""
    options = ("-q", "-p", "no:cacheprovider", "--rootdir", tests.parent)
    print(environment.run("python", "-m", "pytest", *options, tests), end="")
