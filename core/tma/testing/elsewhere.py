"""Digests of what a plugin makes, here and in another process with another hash seed.

`python -m tma.testing.elsewhere` reads a job as JSON from standard input and prints the digests.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from tma.seeds import digest
from tma.testing.checking import CheckFailure, Subject
from tma.testing.laboratory import Lab, Recipe, add_to_path

Parts = dict[str, str]
Digests = dict[str, Parts]
"""For each thing that was made, by what it is: part -> digest."""

_PATIENCE = 600


def tasks(subject: Subject) -> Digests:
    """Tasks with their media: a digest a field."""
    from tma.testing.generators import made

    return {
        f"the task of {dict(m.task.plan)} with seed {m.task.seed}": {
            **{k: digest(v) for k, v in m.task.model_dump(mode="json").items()},
            "the file of its media": m.sha256 or "",
        }
        for m in made(subject)
    }


def assets(subject: Subject) -> Digests:
    """The inventory, a digest a field, and some assets' bytes."""
    from tma.testing.sources import sampled, source

    found = source(subject).inventory().model_dump(mode="json")
    listed = {"the inventory": {name: digest(value) for name, value in found.items()}}
    for asset, form, name in sampled(subject):
        data = source(subject).read(asset, form, name)
        listed[f"{form} {name!r} of {asset.id!r}"] = {"bytes": hashlib.sha256(data).hexdigest()}
    return listed


def pictures(subject: Subject) -> Digests:
    """Rendered scenes: bytes and report."""
    from tma.testing.renderers import render, scenes

    return {
        label: {"bytes": hashlib.sha256(media.data).hexdigest(), "report": digest(media.report)}
        for label, scene, reader in scenes(subject)
        for media in [render(subject, scene, reader)]
    }


def files(subject: Subject) -> Digests:
    """An export: the bytes of each file."""
    from tma.testing.exporters import exported

    return exported(subject)


JOBS: Mapping[str, Callable[[Subject], Digests]] = {
    "tasks": tasks,
    "assets": assets,
    "pictures": pictures,
    "files": files,
}


def compare(first: Digests, second: Digests, when: str, mend: str) -> None:
    """Raise CheckFailure naming the first difference."""
    if first.keys() != second.keys():
        odd = sorted(set(first) ^ set(second))[0]
        raise CheckFailure(f"{odd} is not made {when}", mend=mend)
    for label, parts in first.items():
        differing = [p for p in parts if parts[p] != second[label].get(p)]
        if differing:
            raise CheckFailure(f"{label} differs {when}: {', '.join(differing)}", mend=mend)


def compare_elsewhere(subject: Subject, job: str, mend: str) -> None:
    """Do the job here and in another process with another hash seed, and compare.

    Raises:
        CheckFailure: something differs, or the other process fails.
    """
    compare(JOBS[job](subject), elsewhere(subject, job), "in another process", mend)


def elsewhere(subject: Subject, job: str, hash_seed: str | None = None) -> Digests:
    """What the job gives in another process. Raises CheckFailure: that process fails."""
    order = {
        "recipe": subject.lab.recipe.as_json(),
        "spec": str(subject.spec),
        "assets": subject.assets,
        "n": subject.n,
        "seed": subject.seed,
        "job": job,
    }
    mine = os.environ.get("PYTHONHASHSEED", "random")
    other = hash_seed or ("4321" if mine != "4321" else "1234")
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        input=json.dumps(order),
        env={**os.environ, "PYTHONHASHSEED": other},
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise CheckFailure(
            f"it fails in another process: {last}",
            mend="take nothing from the process it runs in: no globals set elsewhere",
        )
    found: Digests = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Do the job on standard input and print its digests."""
    order: dict[str, Any] = json.load(sys.stdin)
    recipe = Recipe.from_json(order["recipe"])
    add_to_path(recipe.path)
    subject = Subject(
        Lab(recipe), order["spec"], assets=order["assets"], n=order["n"], seed=order["seed"]
    )
    print(json.dumps(JOBS[order["job"]](subject)))


if __name__ == "__main__":
    main()
