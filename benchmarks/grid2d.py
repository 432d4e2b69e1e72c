"""Speed and memory of grid2d, as ratios to the published engine and to plain code run beside it.

Numbers of the published engine are constants, measured once on a machine of this
kind; the plain baselines (nested loops, Pillow alone, a bare import) run here and now.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from tma.contract.plan import Plan
from tma.contract.tasks import Task
from tma.errors import Infeasible
from tma.generate import make_line
from tma.registry import Registry
from tma.workbench import Workbench

TMA = str(Path(sys.executable).parent / "tma")
PUBLISHED = {
    "count": "52-100 s a generator",
    "memory": "505 MB a million plans",
}
PUBLISHED_RATES = {"questions": (14.0, 38.0), "pictures": (8.3, 9.5)}


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    work: str
    published: str
    plain: str
    ours: str
    ratio: str


# -- plain code, to measure against -------------------------------------------------------------


class PlainCatalogue:
    """The published catalogue in dictionaries and sets."""

    def __init__(self, root: Path) -> None:
        taxonomy = json.loads((root / "taxonomy.json").read_text())
        objects = json.loads((root / "cateid_to_objects.json").read_text())
        parents: dict[str, set[str]] = {}
        for general, special in taxonomy["edges"]:
            if general != special:
                parents.setdefault(special, set()).add(general)

        def up(category: str) -> set[str]:
            return {category}.union(*(up(p) for p in parents.get(category, ())))

        self.up: dict[str, set[str]] = {}
        for category in objects:
            for general in up(category):
                self.up[general] = up(general)
        self.values: dict[str, set[tuple[str, str]]] = {c: set() for c in self.up}
        for category, things in objects.items():
            pairs = {
                (kind, value)
                for thing in things.values()
                for kind, values in thing["attributes"].items()
                for value in values
            }
            for general in self.up[category]:
                self.values[general] |= pairs

    def other(self, category: str) -> list[str]:
        return [c for c in self.up if c not in self.up[category] and category not in self.up[c]]


def plain_plans(catalogue: PlainCatalogue, categories: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The plans of `what` with these targets, by nested loops."""
    steps = [(r, c) for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0)]
    for target in categories:
        others = catalogue.other(target)
        for pair in [None, *sorted(catalogue.values[target])]:
            for grid in (2, 3):
                for row in range(grid):
                    for column in range(grid):
                        plan: dict[str, Any] = {"generator": "what", "target": target}
                        plan |= {"attribute": pair, "grid": grid, "cell": (row, column)}
                        yield plan
                        for down, right in steps:
                            if 0 <= row - down < grid and 0 <= column - right < grid:
                                for other in others:
                                    yield plan | {"position": (down, right), "reference": other}


def plain_picture(task: Task, root: Path) -> bytes:
    """The task's picture by Pillow alone, decoding every file anew."""
    scene: Mapping[str, Any] = task.scene
    side = scene["width"] // scene["grid"]
    color = tuple(scene["background"]["colors"][0])
    picture = Image.new("RGBA", (scene["width"], scene["height"]), color)
    for cell in scene["cells"]:
        folder = root / "object_images" / cell["categories"][0] / cell["asset"]
        with Image.open(folder / cell["view"]) as image:
            longest = round(side * cell["size"])
            sticker = image.convert("RGBA").resize((longest, longest), Image.Resampling.LANCZOS)
        margin = (side - longest) // 2
        where = cell["column"] * side + margin, cell["row"] * side + margin
        picture.alpha_composite(sticker, where)
    data = io.BytesIO()
    picture.convert("RGB").save(data, "PNG")
    return data.getvalue()


# -- made-up pictures in the published layout ---------------------------------------------------


def sticker_png(rng: np.random.Generator) -> bytes:
    """A 512 x 512 picture with a softly shaded shape on nothing."""
    mask = Image.new("L", (512, 512))
    box = sorted(rng.integers(20, 200, 2).tolist()) + (512 - rng.integers(20, 200, 2)).tolist()
    ImageDraw.Draw(mask).ellipse(box, fill=255)
    shades = rng.integers(0, 90, (9, 9, 3)) + rng.integers(0, 160, 3)
    patches = Image.fromarray(shades.astype(np.uint8), "RGB")
    picture = patches.resize((512, 512), Image.Resampling.BICUBIC)
    picture.putalpha(mask)
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def relabelled(png: bytes, text: str) -> bytes:
    """The same picture in other bytes: no cache can take two objects for one."""
    body = b"tEXt" + b"Title\0" + text.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:33] + chunk + png[33:]  # after signature and header


def source_folder(annotations: Path, root: Path, objects: int = 400, views: int = 2) -> None:
    """A small copy of the published source data with made-up pictures."""
    pictures = [sticker_png(np.random.default_rng(seed)) for seed in range(24)]
    for name in ("taxonomy.json", "cateid_to_concept.json", "attribute_category.json"):
        (root / name).write_bytes((annotations / name).read_bytes())
    table = json.loads((annotations / "cateid_to_objects.json").read_text())
    few: dict[str, dict[str, Any]] = {}
    listed = [(c, o, record) for c, things in table.items() for o, record in things.items()]
    for category, thing, record in listed[:: len(listed) // objects]:
        names = record["images"][:views]
        few.setdefault(category, {})[thing] = record | {"images": names}
        folder = root / "object_images" / category / thing
        folder.mkdir(parents=True)
        for number, name in enumerate(names):
            png = pictures[(len(few) + number) % len(pictures)]
            (folder / name).write_bytes(relabelled(png, f"{thing} {name}"))
    (root / "cateid_to_objects.json").write_text(json.dumps(few))


# -- measuring ----------------------------------------------------------------------------------


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def process(command: Sequence[str]) -> tuple[float, float, str]:
    """Wall seconds, peak MB of memory and output of a fresh process."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child.stdout as pipe:
        output = pipe.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} failed with {child.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024, output


def times(ours: float, baseline: float) -> str:
    return f"{baseline / ours:,.0f} x" if baseline > 9 * ours else f"{baseline / ours:.1f} x"


def count_row(assets: str, annotations: Path) -> Row:
    command = [TMA, "plans", "count", "--assets", assets, "--tasks", "grid2d/*", "--json"]
    runs = [process(command) for _ in range(3)]
    wall, memory = min(r[0] for r in runs), max(r[1] for r in runs)
    total = json.loads(runs[0][2])["total"]
    catalogue = PlainCatalogue(annotations)
    some = sorted(catalogue.up)[:: len(catalogue.up) // 6]
    start = time.perf_counter()
    listed = sum(1 for _ in plain_plans(catalogue, some))
    plain = (time.perf_counter() - start) * total / listed
    return Row(
        f"count {total:,} plans, loading included",
        f"{PUBLISHED['count']}, 4.6-7 s set-up",
        f"{plain:,.0f} s (loops, {listed:,} plans, scaled)",
        f"{wall:.2f} s, {memory:.0f} MB",
        f"{times(wall, plain)}; published {times(wall, 4 * 52 + 4.6)} or more",
    )


def check_counts(bench: Workbench, annotations: Path) -> None:
    """The loops and the algebra must agree on a few categories."""
    catalogue = PlainCatalogue(annotations)
    for target in sorted(catalogue.up)[::150]:
        ours = bench.space.where(generator="grid2d/what", target_category=target).size
        loops = sum(1 for _ in plain_plans(catalogue, [target]))
        if ours != loops:
            raise SystemExit(f"{target}: {ours} plans, loops list {loops}")


def sample_row(bench: Workbench, annotations: Path) -> Row:
    rng = np.random.default_rng(0)
    bench.space.sample(10, rng)
    wall = min(seconds(lambda: bench.space.sample(100_000, rng)) for _ in range(3))
    catalogue = PlainCatalogue(annotations)
    listed: list[dict[str, Any]] = []
    spent = seconds(lambda: listed.extend(plain_plans(catalogue, sorted(catalogue.up)[:1])))
    plain = spent * bench.space.size / len(listed)
    return Row(
        "100,000 uniform samples of all plans",
        f"lists all first, {PUBLISHED['memory']}",
        f"{plain:,.0f} s (lists all, scaled)",
        f"{wall:.2f} s",
        times(wall, plain),
    )


def tasks_of(bench: Workbench, plans: Sequence[Plan]) -> list[Task]:
    made = []
    for seed, plan in enumerate(plans):
        try:
            made.append(bench.instance(plan, seed))
        except Infeasible:
            continue
    return made


def question_rows(bench: Workbench, n: int) -> list[Row]:
    rows, made, spent = [], 0, 0.0
    gc.collect()  # of the plain code's garbage
    for name, space in bench.spaces.items():
        tasks_of(bench, space.sample(20, np.random.default_rng(1)))  # fills pools
        plans = space.sample(n, np.random.default_rng(2))
        start = time.perf_counter()
        count = len(tasks_of(bench, plans))
        wall = time.perf_counter() - start
        made, spent = made + count, spent + wall
        rows.append(rate_row(f"  {name}, {count} of {n} plans", count / wall, "questions"))
    return [rate_row("questions without pictures, one core", made / spent, "questions"), *rows]


def rate_row(work: str, rate: float, kind: str, plain: float | None = None) -> Row:
    low, high = PUBLISHED_RATES[kind]
    beside = "" if plain is None else f"{times(1 / rate, 1 / plain)}; "
    return Row(
        work,
        f"{low:g}-{high:g} /s",
        "" if plain is None else f"{plain:,.0f} /s (Pillow alone)",
        f"{rate:,.0f} /s",
        f"{beside}published {times(1 / rate, 1 / high)} or more",
    )


def picture_rows(annotations: Path, folder: Path, n: int) -> list[Row]:
    """Tasks with new pictures each, of objects drawn for the first time and later."""
    root = folder / "source"
    root.mkdir()
    source_folder(annotations, root)
    published, embedded = f"objaverse?root={root}", "shapes"
    first, later, again, plain = drawing_rates(published, folder / "published", n, root)
    fresh, settled, kept, _ = drawing_rates(embedded, folder / "embedded", n)
    return [
        rate_row("tasks with 512x512 pictures, one core", later, "pictures", plain),
        rate_row(f"  the first {n // 4}, each object new", first, "pictures", plain),
        rate_row(f"  {n} more, opened anew", again, "pictures", plain),
        rate_row("  of the embedded objects", settled, "pictures"),
        rate_row(f"  the first {n // 4}, each object drawn first", fresh, "pictures"),
        rate_row(f"  {n} more, opened anew", kept, "pictures"),
    ]


def drawing_rates(
    assets: str, folder: Path, n: int, root: Path | None = None
) -> tuple[float, float, float, float]:
    """Tasks a second at first, later, and opened anew with the cache of objects, not of pictures.

    The last is that of Pillow alone for the first tasks, with the pictures in `root`.
    """
    folder.mkdir()

    def draw(bench: Workbench, tasks: Sequence[Task], out: str) -> float:
        (folder / out).mkdir()
        start = time.process_time()
        for task in tasks:
            make_line(bench, (Plan(task.plan), task.seed), folder / out)
        return len(tasks) / (time.process_time() - start)

    gc.collect()
    bench = open_bench(assets, folder / "cache")
    made = tasks_of(bench, bench.space.sample(4 * n, np.random.default_rng(3)))
    cold, between, warm = made[: n // 4], made[n // 4 : -n], made[-n:]
    first, _, later = (
        draw(bench, tasks, out) for tasks, out in ((cold, "a"), (between, "b"), (warm, "c"))
    )
    other = open_bench(assets, folder / "cache")
    again = draw(other, tasks_of(other, bench.space.sample(n, np.random.default_rng(4))), "d")
    start = time.process_time()
    if root is not None:
        for task in cold:
            plain_picture(task, root)
    return first, later, again, len(cold) / (time.process_time() - start)


def open_bench(assets: str, cache: Path) -> Workbench:
    return Workbench(Registry(), assets=assets, tasks=("grid2d/*",), cache=cache)


def show(rows: Sequence[Row]) -> None:
    head = Row("work", "published, as measured in the design notes", "plain, here", "ours", "ratio")
    table = [(r.work, r.published, r.plain, r.ours, r.ratio) for r in (head, *rows)]
    widths = [max(len(line[i]) for line in table) for i in range(5)]
    for line in table:
        print(" | ".join(text.ljust(w) for text, w in zip(line, widths, strict=True)).rstrip())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--annotations", type=Path, required=True, help="published annotations")
    parser.add_argument("-n", type=int, default=400, help="plans a generator, and pictures")
    options = parser.parse_args()
    annotations = options.annotations.resolve()
    with tempfile.TemporaryDirectory() as name:
        bench = open_bench(f"objaverse?root={annotations}", Path(name) / "unused")
        check_counts(bench, annotations)
        rows = [
            count_row(f"objaverse?root={annotations}", annotations),
            sample_row(bench, annotations),
            *question_rows(bench, options.n),
            *picture_rows(annotations, Path(name), options.n),
        ]
    show(rows)


if __name__ == "__main__":
    main()
