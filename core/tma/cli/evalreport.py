"""What `tma eval` prints: accuracies with intervals, differences, what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import click

from tma.cli.common import print_json, print_table
from tma.estimate import Estimate
from tma.failures import Failures
from tma.ledger import Budget, Ledger
from tma.scores import Accuracy, Evaluation, differences


@dataclass(frozen=True)
class About:
    """What was asked, where replies are, and which prompt was sent."""

    tasks: str
    store: str
    prompt: str


def show(found: Sequence[Evaluation], budget: Budget, about: About, *, as_json: bool) -> None:
    """Print evaluations, as tables or as JSON."""
    if as_json:
        print_json(
            {
                "tasks": about.tasks,
                "store": about.store,
                "prompt": about.prompt,
                "confidence": found[0].confidence,
                "models": [e.as_json() for e in found],
                "differences": [d.as_json() for d in differences(found)],
                "ledger": _total(found).as_json(),
                "budget": budget.as_json(),
            }
        )
        return
    _models(found, about)
    _generators(found)
    _differences(found)
    _ledger(found)
    _notes(found, budget, about)


def _total(found: Sequence[Evaluation]) -> Ledger:
    total = Ledger()
    for e in found:
        total.add(e.ledger)
    return total


def _models(found: Sequence[Evaluation], about: About) -> None:
    title = f"{about.tasks}: {found[0].confidence:.0%} intervals, prompt {about.prompt}"
    rows = [[e.model.label, e.tasks, *_cells(e.accuracy)] for e in found]
    print_table(["model", "tasks", "accuracy", "low", "high", "answered"], rows, title=title)
    _reading(found)
    if not found[0].circular:
        return
    rows = []
    for e in found:
        accuracy = e.circular_tally.accuracy(e.confidence)
        undecided = e.tasks - accuracy.answered
        rows.append([e.model.label, *_cells(accuracy), undecided])
    columns = ["model", "circular accuracy", "low", "high", "decided", "undecided"]
    print_table(columns, rows, title="right in every rotation")


def _reading(found: Sequence[Evaluation]) -> None:
    """How the replies were read; a table of its own, for terminals are narrow."""
    rows = []
    for e in found:
        o = e.outcomes
        unread = o["unparsed"] + o["ambiguous"] + o["refused"]
        strict = e.strict_accuracy.estimate
        rows.append([e.model.label, unread, o["failed"], strict, _percent(e.differing)])
    print_table(["model", "unread", "failed", "strict accuracy", "read otherwise"], rows)


def _cells(a: Accuracy) -> tuple[object, ...]:
    return a.estimate, a.low, a.high, a.answered


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _generators(found: Sequence[Evaluation]) -> None:
    columns = ["generator", "model", "accuracy", "low", "high", "answered"]
    circular = found[0].circular
    rows: list[list[object]] = []
    for e in found:
        rounds = e.circular_tally.generators(e.confidence) if circular else {}
        for g, a in e.generators.items():
            row: list[object] = [g, e.model.label, *_cells(a)]
            rows.append([*row, *_cells(rounds[g])[:3]] if circular else row)
    columns += ["circular accuracy", "low", "high"] if circular else []
    print_table(columns, sorted(rows, key=lambda row: (str(row[0]), str(row[1]))))


def _differences(found: Sequence[Evaluation]) -> None:
    pairs = differences(found)
    if not pairs:
        return
    columns = ("paired difference", "estimate", "low", "high", "pairs", "only first right")
    rows = [
        (
            *(f"{d.first} - {d.second}", d.estimate, d.low, d.high, d.pairs),
            *(d.first_only, d.second_only, "-" if d.p is None else f"{d.p:.2g}"),
        )
        for d in pairs
    ]
    print_table((*columns, "only second right", "McNemar p"), rows)


def _ledger(found: Sequence[Evaluation]) -> None:
    columns = ["model", "calls", "reused", "retries", "tokens in", "tokens out", "seconds", "usd"]
    rows = [
        (
            *(e.model.label, e.calls, e.reused, e.ledger.retries),
            *(e.ledger.input_tokens, e.ledger.output_tokens, e.ledger.seconds, e.ledger.usd),
        )
        for e in found
        if e.calls
    ]
    if rows:
        print_table(columns, rows)


def _notes(found: Sequence[Evaluation], budget: Budget, about: About) -> None:
    failures = Failures()
    for e in found:
        failures.join(e.failures)
    if failures.causes:
        listed = ", ".join(f"{cause} {count:,}" for cause, count in failures.causes.most_common())
        click.echo(f"failed calls by cause: {listed}; the next run tries them again")
        click.echo(f"one of them says: {failures.commonest}")
    if budget.reached:
        cap = budget.as_json()[budget.reached]
        click.echo(f"stopped at the budget of {cap:,} {budget.reached}; what is done is kept")
    calls, reused = sum(e.calls for e in found), sum(e.reused for e in found)
    click.echo(f"{calls:,} calls made, {reused:,} replies reused from {about.store}")


def show_estimates(found: Sequence[Estimate], *, as_json: bool) -> None:
    """Print what a dry run found, as a table or as JSON."""
    if as_json:
        print_json({"models": [e.as_json() for e in found]})
        return
    columns = ("model", "calls", "reused", "tokens in", "tokens out", "seconds", "usd", "basis")
    rows = [
        (
            *(e.model, e.calls, e.reused, e.input_tokens, e.output_tokens, e.seconds, e.usd),
            f"{e.from_replies:,} replies" if e.from_replies else "length of prompts",
        )
        for e in found
    ]
    print_table(columns, rows, title="Estimates; nobody was asked")
