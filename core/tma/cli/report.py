"""`tma report`: what queries and evaluations found, on a page."""

from __future__ import annotations

from pathlib import Path

import click

from tma.cli.asking import store_option
from tma.cli.common import json_option, print_json, redact_option
from tma.cli.late import LateProgress
from tma.cli.numbers import Amount, Whole

_OUT = {"html": "report.html", "png": "report-charts", "svg": "report-charts"}


@click.command("report")
@click.argument("sources", metavar="QUERY_OR_RUN...", nargs=-1, required=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="File, or new folder for png and svg.  [default: report.html, report-charts; JSON is "
    "printed]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "png", "svg", "json"]),
    default="html",
    show_default=True,
    help="A page, the charts as pictures, or the figures.",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="SPEC",
    help="Of a folder: whose replies; repeatable; default: of all models that replied.",
)
@click.option(
    "--prompt",
    metavar="STYLE",
    default="succinct",
    show_default=True,
    help="Of a folder: the prompt that was sent, as of `tma eval`.",
)
@click.option(
    "--orders",
    type=Whole(min=1),
    default=None,
    help="Of a folder: option orders a task.  [default: as many as are stored]",
)
@click.option("--circular", is_flag=True, help="Of a folder: all rotations of the options.")
@click.option("--limit", type=Whole(min=1), default=None, help="Of a folder: its first tasks.")
@click.option(
    "--confidence",
    type=Amount(0, 1, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
    help="Of a folder: of the intervals.",
)
@click.option(
    "--examples",
    type=Whole(min=0),
    default=3,
    show_default=True,
    help="The most wrong, and right, tasks to show of a group or pattern.",
)
@redact_option
@store_option
@json_option
def command(
    sources: tuple[str, ...],
    out: Path | None,
    form: str,
    models: tuple[str, ...],
    prompt: str,
    orders: int | None,
    circular: bool,
    limit: int | None,
    confidence: float,
    examples: int,
    redact: tuple[str, ...],
    store: Path | None,
    as_json: bool,
) -> None:
    """Show what queries and evaluations found, on one page that needs no network.

    Each QUERY_OR_RUN is the id of a query (see `tma query list`), a file that `tma query --json` or
    `tma eval --json` wrote, or a folder of tasks that models were asked by `tma eval`. No model is
    asked.
    """
    from tma.errors import ConfigError
    from tma.reporting import Wish, json_of, make_report, write_report
    from tma.reporting.bundle import converter

    if circular and orders:
        raise ConfigError("--circular asks all rotations", hint="leave --orders out")
    if form != "json":
        converter()  # says now what is lacking
    wish = Wish(
        models=models,
        prompt=prompt,
        orders=orders,
        circular=circular,
        limit=limit,
        confidence=confidence,
        examples=examples,
        redact=redact,
    )
    done = 0

    def told() -> None:
        nonlocal done
        done += 1
        bar.update(done)

    with LateProgress("making examples", None) as bar:
        report = make_report(sources, wish, store=store, on_progress=told)
    if form == "json" and out is None:
        click.echo(json_of(report))
        return
    path = out or Path(_OUT[form])
    write_report(report, path, form)  # type: ignore[arg-type]
    if as_json:
        parts = [{"question": p.question, "answer": p.answer} for p in report.parts]
        print_json({"out": str(path), "parts": parts})
    else:
        click.echo(f"look at {path}")
