"""Scene graphs at GQA's size: importing, enumerating, first answers, memory.

    python benchmarks/graphs.py [--pictures 10696] [--folder FOLDER]

Pictures are made up with GQA's statistics (val: 10,696 pictures, 17 objects and 50 relations each,
half of the objects with an attribute, nine tenths of the relations left or right), written as GQA's
JSON, and read by the command line as a user would. Each step is a process of its own, so that its
peak of memory is its own. As a baseline the time of one pass over the JSON is printed: reading it
with the standard library, all at once.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tma_plugins.scenegraph.words import english

OBJECTS, RELATIONS = 17, 50
GENERATORS = ("what-object", "what-attribute", "what-relation")


def make(path: Path, pictures: int) -> None:
    """Write made-up scene graphs in GQA's format, a picture at a time."""
    rng = np.random.default_rng(0)
    words = english()
    names = [c.name for c in words.categories]
    common = 1.0 / np.arange(1, len(names) + 1)  # names are as unevenly common as real ones
    common = rng.permutation(common) / common.sum()
    attributes = sorted(words.pair_of)
    others = [t.name for t in words.relation_types if t.name in words.relations][4:]
    with path.open("w", encoding="utf-8") as file:
        file.write("{")
        for number in range(pictures):
            record = _picture(rng, names, common, attributes, others)
            file.write(f'{", " if number else ""}"{2_300_000 + number}": {json.dumps(record)}')
        file.write("}")


def _picture(
    rng: np.random.Generator,
    names: list[str],
    common: np.ndarray,
    attributes: list[str],
    others: list[str],
) -> dict[str, object]:
    width, height = 500, 375
    count = max(3, int(rng.poisson(OBJECTS)))
    drawn = rng.choice(len(names), count, p=common)
    boxes = rng.integers([0, 0, 10, 10], [400, 300, 100, 75], (count, 4))
    objects: dict[str, dict[str, object]] = {}
    for i in range(count):
        x, y, w, h = boxes[i].tolist()
        said = [attributes[k] for k in rng.integers(len(attributes), size=int(rng.poisson(0.6)))]
        objects[str(i)] = {"name": names[drawn[i]], "x": x, "y": y, "w": w, "h": h}
        objects[str(i)] |= {"attributes": said, "relations": []}
    middles = boxes[:, 0] * 2 + boxes[:, 2]
    for _ in range(int(rng.poisson(RELATIONS)) // 2):
        a, b = rng.choice(count, 2, replace=False).tolist()
        if middles[a] == middles[b]:
            continue
        left, right = (a, b) if middles[a] < middles[b] else (b, a)
        _relate(objects, left, "to the left of", right)
        _relate(objects, right, "to the right of", left)
    for _ in range(int(rng.poisson(RELATIONS * 0.1))):
        a, b = sorted(rng.choice(count, 2, replace=False).tolist())
        _relate(objects, a, others[int(rng.integers(len(others)))], b)
    return {"width": width, "height": height, "objects": objects}


def _relate(objects: dict[str, dict[str, object]], a: int, name: str, b: int) -> None:
    relations = objects[str(a)]["relations"]
    assert isinstance(relations, list)
    relations.append({"name": name, "object": str(b)})


def timed(name: str, command: list[str], cache: Path) -> float:
    """Run a command; print its wall time, processor time and peak memory; return the first."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    environment = {**os.environ, "TMA_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, *command], env=environment, capture_output=True, text=True
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr[-2000:]}")
    own, child = done.stderr.strip().splitlines()[-1].split()[-2:]
    peak = f"peak {int(own) / 1024:,.0f} MiB, of a worker {int(child) / 1024:,.0f} MiB"
    print(f"{name:34} {wall:8.2f} s, processor {cpu:8.2f} s, {peak}", flush=True)
    if done.stdout.strip():
        print("   ", " ".join(done.stdout.split())[:300])
    return wall


def read_at_once(path: Path) -> tuple[float, int, int, int]:
    """Seconds for `json.load`; pictures, objects and relations. In a process of its own."""
    code = (
        "import json, sys, time; start = time.perf_counter(); "
        "graphs = json.load(open(sys.argv[1])); seconds = time.perf_counter() - start; "
        "things = [o for g in graphs.values() for o in g['objects'].values()]; "
        "print(seconds, len(graphs), len(things), sum(len(o['relations']) for o in things))"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, check=True)
    seconds, *counts = done.stdout.split()
    pictures, objects, links = map(int, counts)
    return float(seconds), pictures, objects, links


_PEAK = """
import resource, sys
from tma.cli import main
try:
    main(sys.argv[1:])
finally:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    print("peak", *(resource.getrusage(w).ru_maxrss for w in who), file=sys.stderr)
"""


def main() -> None:
    """Make the pictures, and time each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=10_696)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        path = folder / "val_sceneGraphs.json"
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            make(path, options.pictures)
        passed, pictures, objects, links = read_at_once(path)
        print(f"{pictures:,} pictures, {objects / pictures:.1f} objects and", end=" ")
        print(f"{links / pictures:.1f} relations each, {path.stat().st_size / 2**20:.0f} MiB")
        print(f"{'baseline: json.load':34} {passed:8.2f} s")
        cache = Path(scratch) / "cache"
        assets = f"gqa?root={folder}"
        timed("import", ["assets", "show", assets, "--json"], cache)
        total = 0.0
        for name in GENERATORS:
            task = f"graphimage/{name}"
            count = ["plans", "count", "--assets", assets, "--tasks", task, "--json"]
            total += timed(f"enumerate {name}", count, cache)
        print(f"{'enumerate all three':34} {total:8.2f} s, {total / passed:.1f} x json.load")
        timed("all three again", ["plans", "count", "--assets", assets, "--json"], cache)
        sample = ["plans", "sample", "--assets", assets, "-n", "5", "--json"]
        timed("sample 5 plans", sample, cache)
        where = ["plans", "count", "--assets", assets, "--where", "relation=holding", "--json"]
        timed("filter", where, cache)
        out = Path(scratch) / "out"
        tasks = ["generate", "--assets", assets, "-n", "1", "--no-media", "--out", str(out)]
        timed("first task", [*tasks, "--json"], cache)
        more = ["generate", "--assets", assets, "-n", "2000", "--no-media", "--workers", "1"]
        timed("2,000 tasks", [*more, "--out", f"{out}2", "--json"], cache)


if __name__ == "__main__":
    main()
