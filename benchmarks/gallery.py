"""How long until a gallery shows its first cards, and until a filter has been applied.

Prints seconds of writing the page, its size, and for Chromium, as medians over a few runs: first
contentful paint and the first pictures decoded, from the start of loading; and from the click to
the next frame painted: a value ticked, a word searched for, all shuffled. Needs `[dev]`.

    python benchmarks/gallery.py DIR [-n 5000] [--runs 5] [--embed 384]
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tma.contract.tasks import Task
from tma.gallery import Showing, write_gallery
from tma.taskset import TaskSet

PAINTED = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
FIRST = """async () => {
    const seen = [...document.querySelectorAll('.card img')].filter(
        e => e.getBoundingClientRect().top < innerHeight);
    await Promise.all(seen.map(e => e.decode()));
    const pictures = performance.now();
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    return [paint.startTime, pictures];
}"""
ACTED = f"""async act => {{
    const start = performance.now();
    act();
    await {PAINTED};
    return performance.now() - start;
}}"""
ACTS = {
    "a facet opened": "document.querySelector('.facet').open = true",
    "a value ticked": "document.querySelector('.facet input[type=checkbox]').click()",
    "another ticked": "document.querySelectorAll('.facet input[type=checkbox]')[1].click()",
    "both taken back": "document.querySelector('#chosen button:last-child').click()",
    "a word searched for": "(words.value = 'red', words.dispatchEvent(new Event('input')))",
    "nothing searched for": "(words.value = '', words.dispatchEvent(new Event('input')))",
    "all shuffled": "shuffled.click()",
    "answers shown": "revealed.click()",
}


def repeated(tasks: TaskSet, n: int, folder: Path) -> TaskSet:
    """A set of `n` tasks, with the media of another: its tasks again and again under new ids."""
    shutil.copytree(tasks.path / "media", folder / "media")

    def renamed() -> Iterator[Task]:
        for number, task in enumerate(islice(cycle(list(tasks.tasks())), n)):
            yield task.model_copy(update={"id": f"{number:016x}"})

    with (folder / "tasks.jsonl").open("w") as lines:
        lines.writelines(task.model_dump_json(exclude_none=True) + "\n" for task in renamed())
    (folder / "run.json").write_text(json.dumps({**tasks.run, "made": {"all": n}}))
    return TaskSet.open(folder)


def looked_at(browser: Browser, page: Path) -> dict[str, float]:
    """Milliseconds of one visit."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        window = context.new_page()
        window.goto(page.as_uri())
        paint, pictures = window.evaluate(FIRST)
        found = {"first contentful paint": paint, "first pictures decoded": pictures}
        for name, act in ACTS.items():
            found[name] = window.evaluate(f"({ACTED})(() => {act})")
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("-n", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--embed", type=int, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        tasks = repeated(TaskSet.open(options.folder), options.n, Path(scratch))
        page = Path(scratch) / "page.html"
        start = time.perf_counter()
        shown = write_gallery(tasks, page, Showing(embed=options.embed))
        seconds = time.perf_counter() - start
        print(f"{shown.tasks:,} tasks written in {seconds:.2f} s, {shown.bytes / 1e6:.1f} MB")
        with sync_playwright() as playwright:
            program = shutil.which("chromium") or shutil.which("chromium-browser")
            with playwright.chromium.launch(
                executable_path=program, args=["--no-sandbox"]
            ) as browser:
                visits = [looked_at(browser, page) for _ in range(options.runs)]
    for name in visits[0]:
        times = [visit[name] for visit in visits]
        print(f"{name:24} {median(times):7.0f} ms  (at most {max(times):.0f})")


if __name__ == "__main__":
    main()
