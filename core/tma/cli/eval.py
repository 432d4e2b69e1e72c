"""`tma eval`: ask models the tasks of a set."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tma.cli.asking import (
    Tasks,
    asking_options,
    how,
    models_option,
    open_tasks,
    source_options,
    store_option,
)
from tma.cli.common import json_option
from tma.cli.late import LateProgress
from tma.cli.numbers import Amount, Whole

if TYPE_CHECKING:
    from tma.evaluate import Asking
    from tma.ledger import Budget
    from tma.models import LoadedModel
    from tma.scores import Evaluation
    from tma.store import ReplyStore


@click.command("eval")
@source_options
@models_option
@asking_options
@click.option("--budget", "calls", type=Whole(min=0), help="The most calls, over all.")
@click.option("--budget-tokens", type=Whole(min=0), help="The most tokens, in and out.")
@click.option("--budget-usd", type=Amount(min=0), help="The most US dollars.")
@click.option("--concurrency", type=Whole(min=1), help="The most calls at once a model.")
@click.option("--rpm", type=Whole(min=1), help="The most requests a minute a model.")
@click.option("--tpm", type=Whole(min=1), help="The most tokens a minute a model.")
@click.option("--attempts", type=Whole(min=1), help="How often a call is tried.")
@click.option("--dry-run", is_flag=True, help="Estimate calls, tokens, time and money; ask nobody.")
@click.option(
    "--confidence",
    type=Amount(0, 1, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
    help="Of the intervals.",
)
@store_option
@json_option
def command(
    models: tuple[str, ...],
    orders: int,
    circular: bool,
    prompt: str,
    calls: int | None,
    budget_tokens: int | None,
    budget_usd: float | None,
    concurrency: int | None,
    rpm: int | None,
    tpm: int | None,
    attempts: int | None,
    dry_run: bool,
    confidence: float,
    store: Path | None,
    as_json: bool,
    **source: Any,
) -> None:
    """Ask models the tasks in DIR, or tasks made on the fly, and report accuracies with intervals.

    Replies are stored as they come; a second run asks only what is missing or failed. Replies
    that name no option are counted apart and are not part of the accuracy. A budget that is spent
    ends the run; what is done is kept. Exit code 2 if a model could not be asked to the end.

    DIR is a folder that `tma generate` made. Without it --tasks, --assets, --where, -n and --seed
    say what is made; it is kept nowhere, and has the ids that `tma generate` would give.
    """
    from tma.cli import evalreport
    from tma.errors import ModelError
    from tma.ledger import Budget
    from tma.models import load_model
    from tma.registry import default_registry
    from tma.store import ReplyStore

    asking = how(orders, circular, prompt)
    limits = {
        "concurrency": concurrency,
        "requests_per_minute": rpm,
        "tokens_per_minute": tpm,
        "attempts": attempts,
    }
    registry = default_registry()
    loaded = [load_model(registry, text, **limits) for text in dict.fromkeys(models)]
    budget = Budget(calls, tokens=budget_tokens, usd=budget_usd)
    budget.check(loaded)
    tasks = open_tasks(loaded, **source)
    found: list[Evaluation] = []
    with ReplyStore(store) as replies:
        if dry_run:
            _estimate(tasks, loaded, replies, asking, as_json)
            return
        try:
            for model in loaded:
                _evaluate(tasks, model, replies, asking, budget, confidence, found)
        finally:
            if found:
                about = evalreport.About(tasks.label, str(replies.path), asking.prompt.version)
                evalreport.show(found, budget, about, as_json=as_json)
    if errors := [e.error for e in found if e.error]:
        raise ModelError(
            "; ".join(errors), hint="what is done is kept: run again to go on, once it answers"
        )


def _evaluate(
    tasks: Tasks,
    model: LoadedModel,
    store: ReplyStore,
    asking: Asking,
    budget: Budget,
    confidence: float,
    found: list[Evaluation],
) -> None:
    """Ask one model; its evaluation stands in `found` from the first answer on."""
    from tma.evaluate import evaluate

    started = time.monotonic()

    def note(evaluation: Evaluation) -> str:
        share, ledger = evaluation.share, evaluation.ledger
        parts = [f"{share:.1%} right" if share is not None else "nothing answered"]
        if evaluation.calls:
            parts.append(f"{evaluation.calls / (time.monotonic() - started):.1f} calls/s")
        parts += [f"{ledger.retries:,} retries"] if ledger.retries else []
        parts += [f"{ledger.failed:,} failed"] if ledger.failed else []
        parts += [f"{ledger.tokens:,} tokens"] if ledger.tokens else []
        parts += [f"${ledger.usd:,.2f}"] if ledger.usd is not None else []
        return ", ".join(parts)

    def told(evaluation: Evaluation) -> None:
        if not found or found[-1] is not evaluation:
            found.append(evaluation)
        bar.update(evaluation.calls + evaluation.reused, lambda: note(evaluation))

    # how many rotations there are is known of each task only; four options are the rule
    each = 4 if asking.circular else asking.orders
    with LateProgress(model.label, tasks.count * each) as bar:
        evaluation = evaluate(
            tasks.read(),
            model,
            store,
            asking=asking,
            media=tasks.media,
            budget=budget,
            on_progress=told,
            confidence=confidence,
        )
    if not found or found[-1] is not evaluation:
        found.append(evaluation)


def _estimate(
    tasks: Tasks, models: list[LoadedModel], store: ReplyStore, asking: Asking, as_json: bool
) -> None:
    from tma.cli import evalreport
    from tma.estimate import estimate

    found = []
    for model in models:
        each = 4 if asking.circular else asking.orders
        with LateProgress(f"looking up {model.label}", tasks.count * each) as bar:
            calls = asking.calls(tasks.read(), model, tasks.media)
            found.append(estimate(bar.along(calls), model, store))
    evalreport.show_estimates(found, as_json=as_json)
