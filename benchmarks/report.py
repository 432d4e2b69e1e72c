"""A report of N replies against reading the same replies, and the tasks, with `json` alone.

Prints seconds, medians of some rounds, each in a process of its own, imports and all; ratios;
and the size of the page. The first report makes the script that draws charts, which is kept.

    python benchmarks/report.py [-n 5000] [--models 4]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image

import tma
from tma.calls import row_of
from tma.contract.tasks import AssetRecord, MediaRecord
from tma.evaluate import PLAINLY
from tma.models import LoadedModel
from tma.store import ReplyStore
from tma.taskset import TaskSet

OPTIONS = ("dog", "cat", "cow", "horse")
PICTURES = 50
READ = """
import json, sys
for path in sys.argv[1:]:
    with open(path) as lines:
        rows = [json.loads(line) for line in lines]
print(len(rows))
"""


class Mute(tma.ModelAdapter):
    """Never asked."""

    async def reply(self, requests: Sequence[tma.Request]) -> Sequence[tma.Reply]:
        await asyncio.sleep(0)
        raise AssertionError


def make(folder: Path, n: int) -> TaskSet:
    """A set of `n` tasks with the fields, and scenes of the size, that built-in ones have."""
    rng, numbers = random.Random(0), np.random.default_rng(0)
    (folder / "media").mkdir(parents=True)
    for number in range(PICTURES):
        coarse = numbers.integers(0, 255, (48, 48, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize((384, 384), Image.Resampling.BICUBIC)
        image.save(folder / "media" / f"{number}.png")
    filling = [{"asset": f"thing-{i}", "row": i, "column": i, "size": 0.9} for i in range(40)]
    with (folder / "tasks.jsonl").open("w") as lines:
        for number in range(n):
            plan = tma.Plan(
                {
                    "generator": f"toys/{'abcdefgh'[number % 8]}",
                    "target_category": f"thing-{rng.randrange(150)}",
                    "attribute_type": rng.choice(("color", "material", "shape")),
                    "attribute_value": f"value-{rng.randrange(20)}",
                    "grid": rng.choice((2, 3)),
                    "cell": f"cell-{rng.randrange(9)}",
                    "reference_category": f"thing-{rng.randrange(150)}",
                    "n": number,
                }
            )
            task = tma.Task(
                id=f"{number:016x}",
                generator=plan.generator,
                plan=plan,
                plan_id=plan.id,
                seed=number,
                question=f"What is in the middle of picture {number}?",
                options=OPTIONS,
                option_keys=OPTIONS,
                answer="dog",
                answer_index=0,
                scene={"kind": "toy", "width": 1, "height": 1, "cells": filling},
                assets=(AssetRecord(source="toys", asset="a", form="sticker", name="0"),) * 9,
                media=MediaRecord(
                    key=f"{number}",
                    renderer="toys",
                    path=f"media/{number % PICTURES}.png",
                    sha256=f"{number % PICTURES}",
                    media_type="image/png",
                ),
            )
            lines.write(task.model_dump_json() + "\n")
    run = {"format": 1, "assets": "toys", "renderer": None, "tasks": [], "made": {}, "seed": 0}
    (folder / "run.json").write_text(json.dumps(run))
    return TaskSet.open(folder)


def answer(tasks: TaskSet, store: ReplyStore, models: int, out: Path) -> None:
    """Put replies of some models into a store, and beside it as lines of JSON."""
    rng = random.Random(1)
    with out.open("w") as lines:
        for number in range(models):
            who = LoadedModel(Mute(), "toys/m@1", f"m?n={number}", {"n": number}, ("image",))
            rows = []
            for call in PLAINLY.calls(tasks.tasks(), who, tasks.media_file):
                hard = call.request.task.plan["attribute_value"] in ("value-1", "value-2")
                right = rng.random() < (0.2 if hard else 0.6 + 0.05 * number)
                letter = "A" if right else rng.choice("BCD")
                rows.append(row_of(call, tma.Reply(text=letter)))
            store.put(rows)
            lines.writelines(json.dumps(asdict(row)) + "\n" for row in rows)


def timed(command: list[str], rounds: int) -> tuple[float, float]:
    """Median seconds of wall time and of processor time of a command that must succeed."""
    wall, used = [], []
    for _ in range(rounds):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        wall.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.append(sum(getattr(after, f) - getattr(before, f) for f in ("ru_utime", "ru_stime")))
    return statistics.median(wall), statistics.median(used)


def main() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("-n", type=int, default=5000)
    parser.add_argument("--models", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        os.environ |= {"TMA_CACHE": str(base / "cache"), "TMA_STORE": str(base / "r.sqlite")}
        tasks = make(base / "set", options.n)
        with ReplyStore() as store:
            answer(tasks, store, options.models, base / "replies.jsonl")
        page = base / "report.html"
        command = [sys.executable, "-m", "tma", "report", str(base / "set"), "--out", str(page)]
        first = timed(command, 1)
        report = timed(command, options.rounds)
        files = [str(base / "set" / "tasks.jsonl"), str(base / "replies.jsonl")]
        bare = timed([sys.executable, "-c", READ, *files], options.rounds)
        print(f"{options.n * options.models:,} replies of {options.models} models")
        print(f"{'':13} {'wall s':>7} {'ratio':>6} {'cpu s':>7} {'ratio':>6}")
        for name, (wall, used) in (("first report", first), ("report", report), ("json", bare)):
            ratios = wall / bare[0], used / bare[1]
            print(f"{name:13} {wall:7.2f} {ratios[0]:6.1f} {used:7.2f} {ratios[1]:6.1f}")
        print(f"the page has {page.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
