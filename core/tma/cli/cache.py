"""`tma cache`: what the results database holds, and why a reply is not in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tma.cli.asking import (
    asking_options,
    how,
    models_option,
    open_tasks,
    source_options,
    store_option,
)
from tma.cli.common import json_option, print_json, print_table
from tma.cli.late import LateProgress


@click.group("cache")
def command() -> None:
    """Look into the results database."""


@command.command("info")
@store_option
@json_option
def info(store: Path | None, as_json: bool) -> None:
    """Count the replies by model, settings and outcome."""
    from tma.store import ReplyStore

    with ReplyStore(store) as replies:
        counts = replies.counts()
        size = replies.path.stat().st_size
        if as_json:
            names = ("model", "config", "outcome", "replies")
            rows = [dict(zip(names, row, strict=True)) for row in counts]
            print_json({"store": str(replies.path), "bytes": size, "replies": rows})
            return
        if counts:
            print_table(("model", "settings", "outcome", "replies"), counts)
        total = sum(count for *_, count in counts)
        click.echo(f"{total:,} replies, {size / 1e6:.1f} MB in {replies.path}")


@command.command("explain")
@source_options
@models_option
@asking_options
@store_option
@json_option
def explain(
    models: tuple[str, ...],
    orders: int,
    circular: bool,
    prompt: str,
    store: Path | None,
    as_json: bool,
    **source: Any,
) -> None:
    """Say which replies `tma eval` with these arguments would reuse, and why not the others.

    Each call whose reply is not stored is compared with the stored replies to the same task or
    prompt; the reason is what differs from the nearest one. Asks nobody.
    """
    from tma.explain import explain as explain_calls
    from tma.models import load_model
    from tma.registry import default_registry
    from tma.store import ReplyStore

    asking = how(orders, circular, prompt)
    loaded = [load_model(default_registry(), text) for text in dict.fromkeys(models)]
    tasks = open_tasks(loaded, **source)
    found = {}
    with ReplyStore(store) as replies:
        for model in loaded:
            with LateProgress(f"looking up {model.label}", None) as bar:
                calls = asking.calls(tasks.read(), model, tasks.media)
                found[model.label] = explain_calls(bar.along(calls), replies)
    if as_json:
        print_json({"models": [{"model": m, **e.as_json()} for m, e in found.items()]})
        return
    for label, explanation in found.items():
        misses = explanation.misses
        click.echo(f"{label}: {explanation.hits:,} hits, {misses.total():,} misses")
        for reason, count in misses.most_common():
            miss = explanation.examples[reason]
            click.echo(f"  {count:,} x {reason}")
            click.echo(f"    such as call {miss.call.request.call_id}: {miss.detail or reason}")
