"""Exports against copying the files and, where needed, encoding them in base64.

Prints, for each target and size of pictures, seconds of reading and writing the same bytes, of an
export of N pictures, their ratio, and the peak memory that the export took. The two take turns,
each in a process of its own; seconds are medians of processor time, beside the clock's ratio.

    python benchmarks/export.py [-n 5000] [--size 40000 --size 150000] [--rounds 3]
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
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from statistics import median

import numpy as np

import tma
from tma.contract.tasks import AssetRecord, MediaRecord
from tma.export import Wish, export
from tma.registry import default_registry
from tma.taskset import TaskSet

TARGETS = {
    "vlmevalkit": ("base64",),
    "lmms-eval": ("bytes", "base64"),
    "inspect": ("files",),
    "hf": ("bytes", "base64"),
    "imagefolder": ("files",),
}
"""By target: what must be written of each picture, a file of its own or bytes of a large one."""
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


Seconds = tuple[float, float]
"""Of processor time, and by the clock."""


def copied(folder: Path, wanted: Sequence[str], out: Path) -> Seconds:
    """Writing of every picture what is wanted, and nothing else."""
    start = time.process_time(), time.perf_counter()
    out.mkdir()
    with (out / "whole").open("wb") as whole:
        for number, path in enumerate(sorted((folder / "media").rglob("*.png"))):
            if "files" in wanted:
                shutil.copyfile(path, out / f"{number}.png")
            if wanted == ("files",):
                continue
            data = path.read_bytes()
            if "bytes" in wanted:
                whole.write(data)
            whole.write(base64.b64encode(data))
    return time.process_time() - start[0], time.perf_counter() - start[1]


def exported(folder: Path, target: str, out: Path) -> tuple[Seconds, float]:
    """An export, imports apart, and MiB of peak memory above what was there before."""
    registry = default_registry()
    tasks = TaskSet.open(folder)
    if target in ("hf", "lmms-eval"):
        import datasets  # noqa: F401
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time(), time.perf_counter()
    export(tasks, target, out, registry, Wish(name="toys"))
    seconds = time.process_time() - start[0], time.perf_counter() - start[1]
    return seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def compare(folder: Path, target: str, wanted: Sequence[str], rounds: int, scratch: Path) -> str:
    """A line of the table."""
    bare, files, ours, memory = [], [], [], 0.0
    plainly = tuple(dict.fromkeys(["files", *(w for w in wanted if w == "base64")]))
    context = multiprocessing.get_context("spawn")
    out = scratch / "out"
    for _ in range(rounds):
        for work in ("copy", "files", "export"):
            with context.Pool(1) as pool:  # a process of its own, for its peak memory
                if work == "copy":
                    bare.append(pool.apply(copied, (folder, wanted, out)))
                elif work == "files":
                    files.append(pool.apply(copied, (folder, plainly, out)))
                else:
                    seconds, more = pool.apply(exported, (folder, target, out))
                    ours.append(seconds)
                    memory = max(memory, more)
            shutil.rmtree(out)
    (copy, copy_clock), (plain, plain_clock), (own, own_clock) = (
        [median(r[i] for r in runs) for i in (0, 1)] for runs in (bare, files, ours)
    )
    least = f"{own / copy:6.2f} {own_clock / copy_clock:6.2f}"
    ratios = f"{own / plain:8.2f} {own_clock / plain_clock:6.2f}"
    return f"{target:12} {own:8.2f} {copy:8.2f} {least} {plain:9.2f} {ratios} {memory:6.0f}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=5000)
    parser.add_argument("--size", type=int, action="append", help="bytes of a picture")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for size in options.size or (40_000, 150_000):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "set"
            folder.mkdir()
            make(folder, options.n, size)
            print(f"{options.n} pictures of {size:,} bytes", flush=True)
            print(f"{'':22}{'written as it is held':24}{'files copied, base64 made':28}")
            print("target       export s   bare s  ratio  clock    bare s    ratio  clock    MiB")
            for target, wanted in TARGETS.items():
                line = compare(folder, target, wanted, options.rounds, Path(scratch))
                print(line, flush=True)


if __name__ == "__main__":
    main()
