"""Exports against copying the files and, where needed, encoding them in base64.

Prints, for each target, seconds of an export of N pictures, seconds of reading and writing the
same bytes, and the peak memory that the export took.

    python benchmarks/export.py [-n 5000] [--size 40000]
"""

from __future__ import annotations

import argparse
import base64
import json
import multiprocessing
import resource
import shutil
import tempfile
import time
from hashlib import sha256
from pathlib import Path

import numpy as np

import tma
from tma.contract.tasks import AssetRecord, MediaRecord
from tma.export import Wish, export
from tma.registry import default_registry
from tma.taskset import TaskSet

TARGETS = {
    "vlmevalkit": True,
    "lmms-eval": True,
    "inspect": False,
    "hf": True,
    "imagefolder": False,
}
"""By target: does it need base64?"""
PNG = b"\x89PNG\r\n\x1a\n"


def make(folder: Path, n: int, size: int) -> None:
    """A set of `n` tasks whose media are `size` random bytes each: exports don't look into PNGs."""
    rng = np.random.default_rng(0)
    options = ("dog", "cat", "cow", "horse")
    with (folder / "tasks.jsonl").open("w") as lines:
        for number in range(n):
            data = PNG + rng.bytes(size)
            digest = sha256(data).hexdigest()
            path = folder / "media" / digest[:2] / f"{digest}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            plan = tma.Plan({"generator": "toys/what", "n": number})
            task = tma.Task(
                id=f"{number:016x}",
                generator="toys/what",
                plan=plan,
                plan_id=plan.id,
                seed=number,
                question="What is in the middle of the picture?",
                options=options,
                option_keys=options,
                answer="dog",
                answer_index=0,
                scene={},
                assets=(AssetRecord(source="toys", asset=f"a{number}", form="sticker", name="0"),)
                * 9,
                media=MediaRecord(
                    key=digest,
                    renderer="toys",
                    path=str(path.relative_to(folder)),
                    sha256=digest,
                    media_type="image/png",
                ),
            )
            lines.write(task.model_dump_json() + "\n")
    run = {
        "format": 1,
        "assets": "toys",
        "renderer": None,
        "tasks": [],
        "made": {},
        "n": n,
        "seed": 0,
    }
    (folder / "run.json").write_text(json.dumps(run))


def copied(tasks: TaskSet, out: Path, encode: bool) -> float:
    """Seconds of copying every picture, and of writing it once more in base64."""
    start = time.perf_counter()
    out.mkdir()
    with (out / "uris").open("wb") as uris:
        for number, path in enumerate(sorted((tasks.path / "media").rglob("*.png"))):
            shutil.copyfile(path, out / f"{number}.png")
            if encode:
                uris.write(base64.b64encode(path.read_bytes()))
    return time.perf_counter() - start


def exported(folder: Path, target: str, out: Path) -> tuple[float, float]:
    """Seconds of an export, imports apart, and MiB of peak memory above what was there before."""
    registry = default_registry()
    tasks = TaskSet.open(folder)
    if target in ("hf", "lmms-eval"):
        import datasets  # noqa: F401
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    export(tasks, target, out, registry, Wish(name="toys"))
    seconds = time.perf_counter() - start
    return seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=5000)
    parser.add_argument("--size", type=int, default=40_000)
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "set"
        folder.mkdir()
        make(folder, options.n, options.size)
        tasks = TaskSet.open(folder)
        print(f"{options.n} pictures of {options.size:,} bytes")
        print(f"{'target':12} {'copy s':>8} {'export s':>9} {'ratio':>6} {'more MiB':>9}")
        for target, encode in TARGETS.items():
            bare = copied(tasks, Path(scratch) / f"copy-{target}", encode)
            with context.Pool(1) as pool:  # a process of its own, for its peak memory
                out = Path(scratch) / target
                seconds, memory = pool.apply(exported, (folder, target, out))
            print(f"{target:12} {bare:8.2f} {seconds:9.2f} {seconds / bare:6.2f} {memory:9.0f}")


if __name__ == "__main__":
    main()
