"""`tma query`: Top-K, threshold, compare and debug questions, under a budget of calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tma.cli.common import (
    assets_option,
    json_option,
    print_json,
    print_table,
    seed_option,
    tasks_option,
    where_option,
)
from tma.cli.eval import store_option
from tma.cli.late import LateProgress

if TYPE_CHECKING:
    from tma.query import Answer, Item, Question

_SHOWN = 30

confidence_option = click.option(
    "--confidence", type=float, default=0.95, show_default=True, help="Of the intervals."
)
by_option = click.option(
    "--by",
    multiple=True,
    metavar="FIELD",
    help="Group plans by a field; repeatable, or A,B; default: single plans.",
)
model_option = click.option("--model", required=True, metavar="SPEC", help="Model asked about.")


@dataclass(frozen=True)
class Job:
    """The options that all queries share."""

    assets: str | None
    tasks: tuple[str, ...]
    where: tuple[str, ...]
    budget: int
    approximate: str
    confirm: float
    seed: int
    store: Path | None
    save: Path | None
    as_json: bool


def query_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the shared options, given to the function as one `Job`."""

    @wraps(function)
    def with_job(**options: Any) -> None:
        shared = {name: options.pop(name) for name in Job.__annotations__}
        function(job=Job(**shared), **options)

    decorators: list[Callable[[Any], Any]] = [
        assets_option,
        tasks_option,
        where_option,
        click.option(
            "--budget",
            type=int,
            default=500,
            show_default=True,
            help="The most model calls to make; stored replies are free.",
        ),
        click.option(
            "--approximate",
            type=click.Choice(["random", "fit", "active", "exact"]),
            default="active",
            show_default=True,
            help="Draw plans evenly over the groups; fit a model to them too; let it choose the "
            "plans (top-k and threshold; else random); or ask all, as is done if the budget "
            "suffices.",
        ),
        click.option(
            "--confirm",
            type=click.FloatRange(0, 0.9),
            default=0.3,
            show_default=True,
            metavar="SHARE",
            help="Of the budget, for fresh answers that certify (fit and active).",
        ),
        seed_option,
        store_option,
        click.option(
            "--save",
            type=click.Path(path_type=Path, dir_okay=False),
            default=None,
            metavar="PATH",
            help="Write the answer as JSON to a file.",
        ),
        json_option,
    ]
    decorated: Callable[..., None] = with_job
    for decorator in reversed(decorators):
        decorated = decorator(decorated)
    return decorated


@click.group("query")
def command() -> None:
    """Ask what a model is good or bad at, over any plans, for a budget of calls.

    Intervals are the model's (fit, active), labelled so, or Wilson's (random), each at the
    confidence for its own group; certified ones come from fresh answers about the groups that were
    chosen. `in` and `out` are groups for which it is settled whether they belong to the answer; the
    others are undecided.
    """


@command.command("top-k")
@model_option
@by_option
@click.option("-k", "k", type=int, default=10, show_default=True, help="How many.")
@click.option("--worst/--best", default=False, show_default=True, help="Lowest accuracies first.")
@confidence_option
@query_options
def top_k(
    job: Job, model: str, by: tuple[str, ...], k: int, worst: bool, confidence: float
) -> None:
    """Find the k groups (or plans) in which a model is best, or worst."""
    from tma.query import TopK

    _answer(job, TopK(k=k, worst=worst, by=by, confidence=confidence), [model])


@command.command("threshold")
@model_option
@by_option
@click.option("--below", type=float, default=None, metavar="X", help="Accuracy below X.")
@click.option("--above", type=float, default=None, metavar="X", help="Accuracy above X.")
@confidence_option
@query_options
def threshold(
    job: Job,
    model: str,
    by: tuple[str, ...],
    below: float | None,
    above: float | None,
    confidence: float,
) -> None:
    """Find the groups in which a model's accuracy is below, or above, a value."""
    from tma.query import Threshold

    question = Threshold(below=below, above=above, by=by, confidence=confidence)
    _answer(job, question, [model])


@command.command("compare")
@model_option
@click.option(
    "--baseline",
    "baselines",
    multiple=True,
    required=True,
    metavar="SPEC",
    help="Model to beat; repeatable: then all of them.",
)
@by_option
@click.option("--margin", type=float, default=0.0, show_default=True, help="Beat it by this much.")
@confidence_option
@query_options
def compare(
    job: Job,
    model: str,
    baselines: tuple[str, ...],
    by: tuple[str, ...],
    margin: float,
    confidence: float,
) -> None:
    """Find the groups in which a model beats its baselines, on the same tasks."""
    from tma.query import Compare

    question = Compare(margin=margin, by=by, confidence=confidence)
    _answer(job, question, [model, *baselines])


@command.command("debug")
@model_option
@click.option(
    "--min-support", type=int, default=5, show_default=True, help="Fewest plans of a pattern."
)
@confidence_option
@query_options
def debug(job: Job, model: str, min_support: int, confidence: float) -> None:
    """Find what the plans at which a model fails have in common."""
    from tma.query import Debug

    _answer(job, Debug(confidence=confidence, min_support=min_support), [model])


# -- the work -----------------------------------------------------------------------------------


def _answer(job: Job, question: Question, models: Sequence[str]) -> None:
    """Put the question, and print what is known at the end, also if that comes early."""
    from tma.filters import parse_where
    from tma.models import load_model
    from tma.query import QueryRun
    from tma.registry import default_registry
    from tma.store import ReplyStore
    from tma.workbench import Workbench

    registry = default_registry()
    loaded = [load_model(registry, text) for text in models]
    bench = Workbench(registry, assets=job.assets, tasks=job.tasks)
    space = bench.space.where(parse_where(job.where, bench.space, bench.catalogue))
    with ReplyStore(job.store) as store:
        run = QueryRun(
            question,
            models=loaded,
            bench=bench,
            store=store,
            budget=job.budget,
            space=space,
            approximate=job.approximate,  # type: ignore[arg-type]
            confirm=job.confirm,
            seed=job.seed,
            on_progress=lambda run: bar.update(run.done),
        )
        try:
            with LateProgress("asking", run.planned) as bar:
                run.run()
        finally:
            _report(run.answer(), job)


def _report(answer: Answer, job: Job) -> None:
    if job.save is not None:
        _save(answer, job.save)
    if job.as_json:
        print_json(answer.as_json())
        return
    if answer.query["kind"] == "debug":
        _show_patterns(answer)
    else:
        _show_items(answer)
    ledger, space = answer.ledger, answer.space
    passed = sum(ledger["infeasible"].values())
    click.echo(
        f"{answer.approximate}, seed {answer.seed}: {ledger['tasks']:,} tasks of "
        f"{space['plans']:,} plans in {space['groups']:,} group(s); "
        f"{ledger['calls']:,} of {answer.budget:,} calls made, {ledger['reused']:,} replies "
        f"reused; {passed:,} infeasible plans passed over"
    )
    unread = {o: sum(m[o] for m in answer.models) for o in _UNREAD}
    if any(unread.values()):
        click.echo("not counted: " + ", ".join(f"{n} {o}" for o, n in unread.items() if n))
    if not answer.complete:
        click.echo("this is the answer so far: run the same command again to go on")


_UNREAD = ("unparsed", "ambiguous", "refused", "failed")


def _save(answer: Answer, path: Path) -> None:
    import json

    from tma.mediacache import write_whole

    text = json.dumps(answer.as_json(), indent=2, ensure_ascii=False)
    write_whole(path, f"{text}\n".encode())


def _show_items(answer: Answer) -> None:
    compares = answer.query["kind"] == "compare"
    fields = list(dict.fromkeys(f for item in answer.items for f in item.key))
    shown = answer.selected[:_SHOWN] or answer.items[:10]
    numbers = ["difference", "low", "high", "pairs"] if compares else []
    columns = ["rank", *fields]
    columns += ["baseline", *numbers] if compares else ["accuracy", "low", "high", "answered"]
    if answer.interval == "model":
        columns += ["certified", "probability"]
    rows = [row for item in shown for row in _rows(item, fields)]
    percent = f"{answer.confidence:.0%}"
    chosen = f"{len(answer.selected)} of {len(answer.items)} in the answer by their estimates"
    print_table(
        [*columns, "membership"], rows, title=f"{chosen}, {percent} {answer.interval} intervals"
    )
    counts = {m: sum(i.membership == m for i in answer.items) for m in ("in", "out", "undecided")}
    how = "model" if answer.interval == "model" else "intervals"
    click.echo(f"settled by the {how}: " + ", ".join(f"{n} {m}" for m, n in counts.items()))
    if answer.items and counts["undecided"] == len(answer.items):
        click.echo("nothing is settled yet: raise --budget, or make fewer groups")
    without = sum(not item.tasks for item in answer.items)
    if without and answer.complete:
        click.echo(f"{without} group(s) without any task: no feasible plan was found in them")


def _rows(item: Item, fields: Sequence[str]) -> list[tuple[object, ...]]:
    key = [item.names.get(f, item.key.get(f)) for f in fields]
    if item.versus is None:
        numbers: tuple[object, ...] = (item.estimate, item.low, item.high, item.answered)
        if item.probability is not None:
            sure = item.certified
            said = "-" if sure is None else f"{sure.low:.3f} to {sure.high:.3f}"
            numbers += (said, item.probability)
        return [(item.rank, *key, *numbers, item.membership)]
    return [
        (item.rank, *key, v.baseline, v.estimate, v.low, v.high, v.pairs, item.membership)
        for v in item.versus
    ]


def _show_patterns(answer: Answer) -> None:
    overall = answer.overall
    rate = None if overall["estimate"] is None else 1 - overall["estimate"]
    rows = [
        (
            " and ".join(_condition(f, v, p.names) for f, v in p.fields.items()),
            p.rate,
            p.low,
            p.high,
            p.lift,
            p.support,
            p.q_value,
        )
        for p in answer.patterns[:_SHOWN]
    ]
    columns = ("pattern", "failure rate", "low", "high", "lift", "plans", "q-value")
    said = "-" if rate is None else f"{rate:.3f}"
    title = f"failure rate {said} overall; {len(answer.patterns)} patterns of {answer.tested}"
    print_table(columns, rows, title=title)


def _condition(field: str, value: object, names: Any) -> str:
    return f"no {field}" if value is None else f"{field} = {names.get(field, value)}"
