"""`tma query`: Top-K, threshold, compare and debug questions, under a budget of calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tma.cli.asking import store_option
from tma.cli.common import (
    assets_option,
    json_option,
    print_json,
    print_table,
    seed_option,
    tasks_option,
    where_option,
)
from tma.cli.late import LateProgress

if TYPE_CHECKING:
    from tma.query import Question

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
    budget: int | None
    budget_tokens: int | None
    budget_usd: float | None
    budget_minutes: float | None
    approximate: str
    confirm: float | None
    stop_when_certain: bool
    indifference: float
    warm_start: bool
    concurrency: int | None
    rpm: int | None
    tpm: int | None
    attempts: int | None
    seed: int
    store: Path | None
    save: Path | None
    pictures: Path | None
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
            default=None,
            help="The most model calls to make; stored replies are free.  [default: 500, or what "
            "tokens or dollars pay for]",
        ),
        click.option(
            "--budget-tokens", type=int, default=None, help="The most tokens, in and out."
        ),
        click.option(
            "--budget-usd",
            type=float,
            default=None,
            help="The most US dollars, at the prices in tma.toml.",
        ),
        click.option(
            "--budget-minutes",
            type=click.FloatRange(min=0, min_open=True),
            default=None,
            help="Begin nothing new after so many minutes; certifying begins before.",
        ),
        click.option(
            "--approximate",
            type=click.Choice(["random", "fit", "active", "exact"]),
            default="active",
            show_default=True,
            help="Draw plans evenly over the groups; fit a model to them too; let it choose the "
            "plans (top-k and threshold); or ask all, as is done if the budget suffices.",
        ),
        click.option(
            "--confirm",
            type=click.FloatRange(0, 0.9),
            default=None,
            metavar="SHARE",
            help="Of the budget, for fresh answers that certify (fit and active).  [default: 0.2, "
            "compare 0.3]",
        ),
        click.option(
            "--stop-when-certain",
            is_flag=True,
            help="Certify as soon as the model is certain of every group at the confidence.",
        ),
        click.option(
            "--indifference",
            type=click.FloatRange(0, 1),
            default=0.05,
            show_default=True,
            help="How far beyond the cut a group may lie then.",
        ),
        click.option(
            "--warm-start",
            is_flag=True,
            help="Take the stored replies of other models as a hint (top-k and threshold); the "
            "answer without it is shown beside.",
        ),
        click.option(
            "--concurrency", type=click.IntRange(min=1), help="The most calls at once a model."
        ),
        click.option(
            "--rpm", type=click.IntRange(min=1), help="The most requests a minute a model."
        ),
        click.option("--tpm", type=click.IntRange(min=1), help="The most tokens a minute a model."),
        click.option("--attempts", type=click.IntRange(min=1), help="How often a call is tried."),
        seed_option,
        store_option,
        click.option(
            "--pictures",
            type=click.Path(path_type=Path, file_okay=False),
            default=None,
            metavar="FOLDER",
            help="Write a page with example tasks of each group or pattern of the answer.",
        ),
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


# -- several, and those that were put before ----------------------------------------------------


@command.command("run")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@store_option
@json_option
def run_file(path: Path, store: Path | None, as_json: bool) -> None:
    """Put the queries of a TOML file, which share one budget and all their replies.

    At the top `budget`, and if wanted `assets`, `tasks`, `where`, `approximate`, `confirm`,
    `seed`. Then one table [[query]] each: `kind` (top-k, threshold, compare, debug), `model`,
    `baselines`, the query's own settings such as `by` and `k`, and if wanted another `budget`,
    `tasks` or `where`. A query without a budget of its own gets an even part of what is left.
    """
    from tma.cli.answers import read_queries
    from tma.query.saved import question_of

    for settings, table, models in read_queries(path):
        job = Job(**{**_DEFAULTS, **settings, "store": store, "as_json": as_json})
        _answer(job, question_of(table), models)


@command.command("resume")
@click.argument("name", metavar="ID")
@store_option
@json_option
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    metavar="FOLDER",
    help="Write a page with example tasks.",
)
def resume(name: str, store: Path | None, as_json: bool, pictures: Path | None) -> None:
    """Go on with a query that was interrupted or killed: its replies are all there."""
    from tma.config import store_path
    from tma.query.saved import SavedQueries, question_of

    asked, _ = SavedQueries(store or store_path()).load(name)
    own = {"store": store, "as_json": as_json, "pictures": pictures}
    job = Job(**{**_DEFAULTS, **asked.settings, **own})
    _answer(job, question_of(asked.question), asked.models)


@command.command("show")
@click.argument("name", metavar="ID")
@store_option
@json_option
def show(name: str, store: Path | None, as_json: bool) -> None:
    """Print a query that was put before, with its answer so far."""
    from dataclasses import asdict

    from tma.cli.answers import report, say_question
    from tma.config import store_path
    from tma.query import Answer
    from tma.query.saved import SavedQueries

    asked, answer = SavedQueries(store or store_path()).load(name)
    if as_json:
        print_json({"id": asked.id, **asdict(asked), "answer": answer})
        return
    say_question(asked)
    if answer is None:
        click.echo(f"no answer yet: `tma query resume {asked.id}` goes on")
    else:
        report(Answer.from_json(answer), asked.id, as_json=False)


@command.command("list")
@store_option
@json_option
def list_queries(store: Path | None, as_json: bool) -> None:
    """List the queries that were put before."""
    from tma.config import store_path
    from tma.query.saved import SavedQueries

    rows = []
    for asked, answer in SavedQueries(store or store_path()).all():
        state = "begun" if answer is None else "complete" if answer["complete"] else "so far"
        calls = 0 if answer is None else answer["ledger"]["calls"] + answer["ledger"]["reused"]
        kind, by = asked.question["kind"], ", ".join(asked.question.get("by") or ())
        rows.append((asked.id, kind, by, ", ".join(asked.models), calls, state))
    columns = ("id", "query", "by", "models", "replies", "state")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table(columns, rows)


# -- the work -----------------------------------------------------------------------------------


def _answer(job: Job, question: Question, models: Sequence[str]) -> None:
    """Put the question, and print what is known at the end, also if that comes early."""
    from tma.cli.answers import Standing, report
    from tma.query import prepare
    from tma.query.pictures import write_pictures
    from tma.query.saved import Asked, SavedQueries, describe
    from tma.store import ReplyStore

    standing = Standing()
    with ReplyStore(job.store) as store:
        run = prepare(
            question,
            store,
            lambda run: bar.update(run.done, standing.of(run)),
            models=models,
            limits={
                "concurrency": job.concurrency,
                "requests_per_minute": job.rpm,
                "tokens_per_minute": job.tpm,
                "attempts": job.attempts,
            },
            assets=job.assets,
            tasks=job.tasks,
            where=job.where,
            budget=job.budget,
            tokens=job.budget_tokens,
            usd=job.budget_usd,
            minutes=job.budget_minutes,
            approximate=job.approximate,  # type: ignore[arg-type]
            confirm=job.confirm,
            certain=job.stop_when_certain,
            indifference=job.indifference,
            warm_start=job.warm_start,
            seed=job.seed,
        )
        saved = SavedQueries(store.path)
        asked = Asked(describe(question), [m.label for m in run.models], _settings(job))
        saved.save(asked, None)
        try:
            with LateProgress("asking", run.planned) as bar:
                run.run()
        finally:
            answer = run.answer()
            saved.save(asked, answer.as_json())
            if job.save is not None:
                _save(answer.as_json(), job.save)
            report(answer, asked.id, job.as_json)
        if job.pictures is not None:
            page = write_pictures(run, job.pictures)
            click.echo(f"look at {page}", err=True)


def _save(shown: dict[str, Any], path: Path) -> None:
    import json

    from tma.mediacache import write_whole

    text = json.dumps(shown, indent=2, ensure_ascii=False)
    write_whole(path, f"{text}\n".encode())


_DEFAULTS: dict[str, Any] = {
    "assets": None,
    "tasks": (),
    "where": (),
    "budget": None,
    "budget_tokens": None,
    "budget_usd": None,
    "budget_minutes": None,
    "approximate": "active",
    "confirm": None,
    "stop_when_certain": False,
    "indifference": 0.05,
    "warm_start": False,
    "concurrency": None,
    "rpm": None,
    "tpm": None,
    "attempts": None,
    "seed": 0,
    "store": None,
    "save": None,
    "pictures": None,
    "as_json": False,
}


_NOT_KEPT = ("store", "save", "pictures", "as_json", "concurrency", "rpm", "tpm", "attempts")


def _settings(job: Job) -> dict[str, Any]:
    """What makes the same query again: all but where its answer goes, and how fast it is asked."""
    return {n: getattr(job, n) for n in Job.__annotations__ if n not in _NOT_KEPT}
