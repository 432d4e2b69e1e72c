"""The main job on the embedded assets, from assets to an answer, with pages to look at."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tma.errors import TaskError
from tma.evaluate import evaluate
from tma.generate import Order, generate
from tma.models import LoadedModel, load_model
from tma.query import TopK, run_query
from tma.query.answer import Answer
from tma.registry import Registry
from tma.report import Estimate, cards, heading, link, page, paragraph, table
from tma.scores import Evaluation, differences
from tma.store import ReplyStore
from tma.taskset import TaskSet, new_folder
from tma.verify import verify

MODELS = ("simulated?seed=1", "simulated?seed=4")
_MARK = "demo.json"
_SHOWN = 12


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
        The page to look at.

    Raises:
        TaskError: `out` holds something else.
        TmaError: what else goes wrong.
    """
    job = job or Job()
    if (out / _MARK).is_file():
        shutil.rmtree(out)
    with new_folder(out) as folder:
        _fill(registry, folder, job, say)
    return out / "index.html"


def _fill(registry: Registry, folder: Path, job: Job, say: Callable[[str], None]) -> None:
    order = Order(n=job.tasks, seed=job.seed)
    bench = order.bench(registry)
    source, plans = bench.assets.entry.contribution.name, bench.space.size
    assets, kinds = len(bench.catalogue.assets), len(bench.generators)
    say(f"1. {assets:,} assets of {source!r} make {plans:,} plans of {kinds} kinds of task")
    summary = generate(order, folder / "tasks", registry, workers=1)
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
        answer = run_query(
            question,
            models=models[:1],
            bench=bench,
            store=store,
            budget=job.budget,
            space=bench.space.where(target_category=lambda value: value is not None),
            seed=job.seed,
        )
    worst = ", ".join(_name(item.key, item.names) for item in answer.items if item.selected)
    calls = answer.ledger["calls"]
    say(f"5. {models[0].label} is worst at: {worst} ({calls} calls of {job.budget})")
    _write(folder, tasks, models, evaluations, answer, job)


def _percent(evaluation: Evaluation) -> str:
    a = evaluation.accuracy
    return f"{a.estimate or 0:.1%} ({a.low:.1%} to {a.high:.1%})"


def _name(key: object, names: object) -> str:
    assert isinstance(key, dict)
    assert isinstance(names, dict)
    return str(names.get("target_category", key.get("target_category")))


def _write(
    folder: Path,
    tasks: TaskSet,
    models: Sequence[LoadedModel],
    evaluations: Sequence[Evaluation],
    answer: Answer,
    job: Job,
) -> None:
    results = {
        "models": [e.as_json() for e in evaluations],
        "differences": [d.as_json() for d in differences(evaluations)],
    }
    for name, content in (("eval.json", results), ("query.json", answer.as_json())):
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    shown = list(tasks.tasks())[:_SHOWN]
    parts = [
        paragraph(
            f"{job.tasks} tasks were generated and verified, {len(models)} models evaluated, and "
            "one asked where it is worst."
        ),
        heading("Two models on the same tasks"),
        table(("model", "accuracy", "95 % interval", "answered"), map(_model_row, evaluations)),
        table(
            ("first minus second", "estimate", "low", "high", "pairs"),
            [
                (f"{d.first} - {d.second}", d.estimate or 0.0, d.low, d.high, d.pairs)
                for d in differences(evaluations)
            ],
        ),
        heading(f"Where is {models[0].label} worst? Top {job.k} of {len(answer.items)} groups"),
        table(
            ("rank", "category", "accuracy", "", "answered", "membership"),
            [
                (
                    i.rank,
                    _name(dict(i.key), dict(i.names)),
                    i.estimate if i.estimate is not None else "-",
                    Estimate((i.estimate or 0.0, i.low, i.high)),
                    i.answered,
                    i.membership,
                )
                for i in answer.items[: job.k * 2]
            ],
        ),
        paragraph(
            f"{answer.ledger['calls']:,} calls, {answer.ledger['reused']} replies reused. Groups "
            "whose intervals don't settle whether they belong to the answer are undecided."
        ),
        heading("Some of the tasks"),
        link("tasks/index.html", "all tasks"),
        cards(shown, "tasks/"),
    ]
    (folder / "index.html").write_text(page("tma demo", parts), encoding="utf-8")
    mark = {"tasks": job.tasks, "budget": job.budget, "k": job.k, "seed": job.seed}
    (folder / _MARK).write_text(json.dumps(mark) + "\n", encoding="utf-8")


def _model_row(evaluation: Evaluation) -> tuple[object, ...]:
    a = evaluation.accuracy
    estimate = Estimate((a.estimate or 0.0, a.low, a.high))
    return evaluation.model.label, a.estimate or 0.0, estimate, a.answered
