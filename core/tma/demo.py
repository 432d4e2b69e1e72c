"""The main job on the embedded assets, from assets to an answer, with a report to look at."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tma import __version__
from tma.errors import ConfigError, TaskError
from tma.evaluate import evaluate
from tma.generate import Order, generate
from tma.models import load_model
from tma.pages import write_page
from tma.prompts import SUCCINCT
from tma.query import QueryRun, TopK
from tma.query.answer import Named
from tma.query.saved import told_of
from tma.registry import Registry
from tma.reporting.content import Report
from tma.reporting.evaluations import evaluation_part
from tma.reporting.page import page_of
from tma.reporting.queries import Query, query_part
from tma.reporting.stored import read_tasks, respondents
from tma.reporting.tasksof import Remaker
from tma.scores import Evaluation, differences
from tma.store import ReplyStore
from tma.taskset import TaskSet, new_folder
from tma.verify import verify

MODELS = ("simulated?seed=1", "simulated?seed=4")
_MARK = "demo.json"
PAGE = "index.html"
_EXAMPLES = 3
_COMMANDS = ("tma demo",)


@dataclass(frozen=True)
class Job:
    """How much to do.

    Attributes:
        tasks: how many tasks to generate.
        budget: calls for the query.
        k: how many groups it asks for.
        seed: of all chance.
    """

    tasks: int = 66
    budget: int = 2000
    k: int = 5
    seed: int = 1


def run_demo(
    registry: Registry, out: Path, job: Job | None = None, say: Callable[[str], None] = print
) -> Path:
    """Generate a benchmark, verify it, evaluate two models, answer a Top-K query.

    Args:
        registry: where plugins are looked up.
        out: a folder that is missing, empty, or left by an earlier demo.
        job: how much to do.
        say: told each step in a line.

    Returns:
        The page to look at: the report, or without the extra that draws it the tasks'.

    Raises:
        TaskError: `out` holds something else.
        TmaError: what else goes wrong.
    """
    job = job or Job()
    if (out / _MARK).is_file():
        shutil.rmtree(out)
    with new_folder(out) as folder:
        _fill(registry, folder, job, say)
    page = out / PAGE
    return page if page.is_file() else out / "tasks" / PAGE


def _fill(registry: Registry, folder: Path, job: Job, say: Callable[[str], None]) -> None:
    order = Order(n=job.tasks, seed=job.seed)
    bench = order.bench(registry)
    source, plans = bench.assets.entry.contribution.name, bench.space.size
    assets, kinds = len(bench.catalogue.assets), len(bench.generators)
    say(f"1. {assets:,} assets of {source!r} make {plans:,} plans of {kinds} kinds of task")
    summary = generate(order, folder / "tasks", registry)
    say(f"2. {sum(summary.made.values())} tasks generated, with pictures")
    tasks = TaskSet.open(folder / "tasks")
    report = verify(tasks, bench)
    if not report.ok:
        raise TaskError(
            f"{len(report.unsound)} tasks are unsound, {len(report.irreproducible)} can't be "
            "reproduced",
            hint="this is a bug: see `tma verify`",
        )
    say(f"3. all verified, {report.rendered} pictures rendered again alike")
    models = [load_model(registry, text) for text in MODELS]
    with ReplyStore(folder / "replies.sqlite") as store:
        evaluations = [evaluate(tasks.tasks(), m, store, media=tasks.media_file) for m in models]
        for e in evaluations:
            say(f"4. {e.model.label}: {_percent(e)} right of {e.accuracy.answered}")
        question = TopK(k=job.k, worst=True, by="target_category")
        run = QueryRun(
            question,
            models=models[:1],
            bench=bench,
            store=store,
            budget=job.budget,
            space=bench.space.where(target_category=lambda value: value is not None),
            seed=job.seed,
        )
        run.run()
        answer = run.answer()
        worst = ", ".join(_name(item.key, item.names) for item in answer.items if item.selected)
        calls = answer.ledger["calls"]
        say(f"5. {models[0].label} is worst at: {worst} ({calls} calls of {job.budget})")
        results = {
            "models": [e.as_json() for e in evaluations],
            "differences": [d.as_json() for d in differences(evaluations)],
        }
        for name, content in (("eval.json", results), ("query.json", answer.as_json())):
            text = json.dumps(content, indent=2)
            (folder / name).write_text(f"{text}\n", encoding="utf-8")
        try:
            write_page(folder / PAGE, page_of(_report(tasks, run, store, registry)))
        except ConfigError as error:
            say(f"6. no report: {error}")
    mark = {"tasks": job.tasks, "budget": job.budget, "k": job.k, "seed": job.seed}
    (folder / _MARK).write_text(json.dumps(mark) + "\n", encoding="utf-8")


def _report(tasks: TaskSet, run: QueryRun, store: ReplyStore, registry: Registry) -> Report:
    """What came out, on two questions: which model is better, and where one is worst."""
    read = read_tasks(tasks)
    found = respondents(read, store, registry, models=MODELS, prompt=SUCCINCT)
    shown = evaluation_part(
        "tasks", tasks, read, found, confidence=0.95, hidden=None, examples=_EXAMPLES
    )
    answer = run.answer()
    # of the examples those on a grid: their pictures are there at once
    told = sorted(told_of(run), key=lambda t: not str(t.plan["generator"]).startswith("grid2d/"))
    query = Query(source="query.json", answer=answer, told=told)
    remaker = Remaker(answer, store, lambda: run.bench)
    about = query_part(query, remaker=remaker, hidden=None, examples=1)
    links = [("tasks/index.html", "All tasks, to look through and to try yourself")]
    return Report(
        title="A demo: two models, two questions",
        parts=[
            replace(shown, links=links, commands=_COMMANDS),
            replace(about, links=[("query.json", "The answer as JSON")], commands=_COMMANDS),
        ],
        versions={"task-me-anything": __version__},
    )


def _percent(evaluation: Evaluation) -> str:
    a = evaluation.accuracy
    return f"{a.estimate or 0:.1%} ({a.low:.1%} to {a.high:.1%})"


def _name(key: Named, names: Mapping[str, str]) -> str:
    return str(names.get("target_category", key.get("target_category")))
