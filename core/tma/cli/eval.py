"""`tma eval`: ask models the tasks of a set."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tma.cli.common import json_option, print_json, print_table
from tma.cli.late import LateProgress

if TYPE_CHECKING:
    from tma.models import LoadedModel
    from tma.scores import Evaluation
    from tma.store import ReplyStore
    from tma.taskset import TaskSet

store_option = click.option(
    "--store",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="PATH",
    help="Results database; default: $TMA_STORE or tma/replies.sqlite in the data folder.",
)


@click.command("eval")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--model",
    "models",
    multiple=True,
    required=True,
    metavar="SPEC",
    help="Model, name[:variant][?key=value&...]; repeatable.",
)
@click.option(
    "--orders",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Option orders a task: its own, then shuffles.",
)
@click.option("--limit", type=click.IntRange(min=1), default=None, help="First tasks of the set.")
@click.option(
    "--confidence",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
    help="Of the intervals.",
)
@store_option
@json_option
def command(
    folder: Path,
    models: tuple[str, ...],
    orders: int,
    limit: int | None,
    confidence: float,
    store: Path | None,
    as_json: bool,
) -> None:
    """Ask models the tasks in DIR, and report accuracies with intervals.

    Replies are stored as they come; a second run asks only what is missing or failed. Replies
    that name no option are counted apart and are not part of the accuracy. Exit code 2 if a
    model could not be asked to the end.
    """
    from tma.errors import ModelError
    from tma.models import load_model
    from tma.registry import default_registry
    from tma.store import ReplyStore
    from tma.taskset import TaskSet

    tasks = TaskSet.open(folder)
    loaded = [load_model(default_registry(), text) for text in dict.fromkeys(models)]
    found: list[Evaluation] = []
    with ReplyStore(store) as replies:
        try:
            for model in loaded:
                _evaluate(tasks, model, replies, orders, limit, confidence, found)
        finally:
            if found:
                _report(found, folder, replies.path, as_json)
    if errors := [e.error for e in found if e.error]:
        raise ModelError("; ".join(errors), hint="what is done is kept: run again to go on")


def _evaluate(
    tasks: TaskSet,
    model: LoadedModel,
    store: ReplyStore,
    orders: int,
    limit: int | None,
    confidence: float,
    found: list[Evaluation],
) -> None:
    """Ask one model; its evaluation stands in `found` from the first answer on."""
    from tma.evaluate import evaluate

    with (tasks.path / "tasks.jsonl").open("rb") as lines:
        count = sum(1 for _ in islice(lines, limit))

    def told(evaluation: Evaluation) -> None:
        if not found or found[-1] is not evaluation:
            found.append(evaluation)
        bar.update(evaluation.calls + evaluation.reused)

    with LateProgress(model.label, count * orders) as bar:
        evaluation = evaluate(
            islice(tasks.tasks(), limit),
            model,
            store,
            orders=orders,
            media=tasks.media_file,
            on_progress=told,
            confidence=confidence,
        )
    if not found or found[-1] is not evaluation:
        found.append(evaluation)


def _report(found: list[Evaluation], folder: Path, store: Path, as_json: bool) -> None:
    from tma.scores import differences

    pairs = differences(found)
    if as_json:
        print_json(
            {
                "tasks": str(folder),
                "store": str(store),
                "confidence": found[0].confidence,
                "models": [e.as_json() for e in found],
                "differences": [d.as_json() for d in pairs],
            }
        )
        return
    columns = ("model", "accuracy", "low", "high", "answered", "unparsed", "failed", "calls")
    rows = []
    for e in found:
        a, o = e.accuracy, e.outcomes
        unread = o["unparsed"] + o["ambiguous"] + o["refused"]
        rows.append(
            (e.model.label, a.estimate, a.low, a.high, a.answered, unread, o["failed"], e.calls)
        )
    print_table(columns, rows, title=f"{folder}: {found[0].confidence:.0%} intervals")
    by_generator = [
        (g, e.model.label, a.estimate, a.low, a.high, a.answered)
        for e in found
        for g, a in e.generators.items()
    ]
    print_table(("generator", "model", "accuracy", "low", "high", "answered"), sorted(by_generator))
    if pairs:
        shown = [(f"{d.first} - {d.second}", d.estimate, d.low, d.high, d.pairs) for d in pairs]
        print_table(("paired difference", "estimate", "low", "high", "pairs"), shown)
    reused = sum(e.reused for e in found)
    click.echo(f"{sum(e.calls for e in found)} calls made, {reused} replies reused from {store}")
