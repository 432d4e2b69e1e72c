"""The command that makes a set of tasks again, from what `run.json` says."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from tma.redaction import HIDDEN, Redaction
from tma.spec import Spec

REPLAY = "tma release replay release.json"


def command_of(run: Mapping[str, Any], hidden: Redaction | None = None) -> str:
    """The command in one line; of a hidden source it tells no more than the name.

    A hard release is made again from its own record: what models reply is no input of a command.
    """
    release = run.get("release")
    if not isinstance(release, Mapping):
        return shlex.join([*_made_of(run, ["generate"], hidden), *_size(run)])
    if release.get("kind") != "random":
        return REPLAY
    return shlex.join(released(run, "random", hidden))


def released(run: Mapping[str, Any], kind: str, hidden: Redaction | None = None) -> list[str]:
    """The words of the command of a release, but for models and what becomes of the tasks."""
    release = run["release"]
    words = _made_of(run, ["release", kind], hidden)
    words += [word for fields in release.get("by") or () for word in ("--by", str(fields))]
    each = ["--per-generator", str(release.get("per_generator"))]
    return [*words, *each, "--seed", str(run.get("seed"))]


def _made_of(run: Mapping[str, Any], command: Sequence[str], hidden: Redaction | None) -> list[str]:
    assets, where = str(run["assets"]), run.get("where", [])
    if hidden and hidden.hides(assets):
        assets, where = Spec.parse(assets).name, [HIDDEN for _ in where]
    words = ["tma", *command, "--assets", assets]
    for option, values in (("--tasks", run["tasks"]), ("--where", where)):
        words += [word for value in values for word in (option, str(value))]
    if run["renderer"]:
        words += ["--renderer", str(run["renderer"])]
    if not run.get("media", True):
        words.append("--no-media")
    return words


def _size(run: Mapping[str, Any]) -> list[str]:
    return ["-n", str(run.get("n")), "--seed", str(run.get("seed"))]
