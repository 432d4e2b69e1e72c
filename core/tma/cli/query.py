"""`tma query`: Top-K, threshold, compare and debug questions, under a budget of calls."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tma.cli.asking import store_option
from tma.cli.common import json_option, print_json, print_table
from tma.cli.numbers import Amount, Whole
from tma.cli.queryjob import Job, by_option, confidence_option, model_option, put, query_options

if TYPE_CHECKING:
    from tma.query.saved import Asked


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
@click.option("-k", "k", type=Whole(min=1), default=10, show_default=True, help="How many.")
@click.option("--worst/--best", default=False, show_default=True, help="Lowest accuracies first.")
@confidence_option
@query_options
def top_k(
    job: Job, model: str, by: tuple[str, ...], k: int, worst: bool, confidence: float
) -> None:
    """Find the k groups (or plans) in which a model is best, or worst."""
    from tma.query import TopK

    put(job, TopK(k=k, worst=worst, by=by, confidence=confidence), [model])


@command.command("threshold")
@model_option
@by_option
@click.option("--below", type=Amount(0, 1), default=None, metavar="X", help="Accuracy below X.")
@click.option("--above", type=Amount(0, 1), default=None, metavar="X", help="Accuracy above X.")
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
    put(job, question, [model])


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
@click.option(
    "--margin", type=Amount(-1, 1), default=0.0, show_default=True, help="Beat it by this much."
)
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
    put(job, question, [model, *baselines])


@command.command("debug")
@model_option
@click.option(
    "--min-support",
    type=Whole(min=1),
    default=5,
    show_default=True,
    help="Fewest plans of a pattern.",
)
@confidence_option
@query_options
def debug(job: Job, model: str, min_support: int, confidence: float) -> None:
    """Find what the plans at which a model fails have in common."""
    from tma.query import Debug

    put(job, Debug(confidence=confidence, min_support=min_support), [model])


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
    from tma.cli.queryfile import read_queries

    for settings, question, models in read_queries(path):
        put(Job(**settings, store=store, as_json=as_json), question, models)


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
    job = Job(**asked.settings, store=store, as_json=as_json, pictures=pictures)
    put(job, question_of(asked.question), asked.models)


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
    known = None if answer is None else Answer.from_json(answer)
    say_question(asked)
    if known is None:
        click.echo(f"no answer yet: `tma query resume {asked.id}` goes on")
        return
    report(known, asked.id, as_json=False)
    if known.error is not None:
        click.echo(f"it ended early: {known.error}")


@command.command("list")
@store_option
@json_option
def list_queries(store: Path | None, as_json: bool) -> None:
    """List the queries that were put before.

    A file that is no stored query is named on standard error, and the others are listed.
    """
    from tma.config import store_path
    from tma.query.saved import SavedQueries

    found, damaged = SavedQueries(store or store_path()).sorted_out()
    rows = [_row(asked, answer) for asked, answer in found]
    columns = ("id", "query", "by", "models", "replies", "state")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table(columns, rows)
    for error in damaged:
        click.echo(f"tma: note: {error}", err=True)


def _row(asked: Asked, answer: Mapping[str, Any] | None) -> tuple[object, ...]:
    from tma.errors import QueryError
    from tma.query import Answer
    from tma.query.questions import fields_of

    replies, state = 0, "begun"
    if answer is not None:
        try:
            known = Answer.from_json(answer)
        except QueryError:
            state = "unreadable"
        else:
            replies, state = known.replies, "complete" if known.complete else "so far"
    by = ", ".join(fields_of(asked.question.get("by")))
    return asked.id, asked.question["kind"], by, ", ".join(asked.models), replies, state
