"""`tma generate`: make tasks with pictures from plans."""

from __future__ import annotations

from pathlib import Path

import click

from tma.cli.common import (
    assets_option,
    json_option,
    print_json,
    print_table,
    redact_option,
    seed_option,
    tasks_option,
    where_option,
)
from tma.cli.late import LateProgress
from tma.cli.numbers import Whole


@click.command("generate")
@assets_option
@tasks_option
@where_option
@click.option(
    "-n",
    "n",
    type=Whole(min=1),
    default=100,
    show_default=True,
    help="How many tasks, shared evenly by the generators.",
)
@seed_option
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="A new or empty folder."
)
@click.option("--no-media", is_flag=True, help="Make questions and scenes without pictures.")
@click.option("--renderer", metavar="SPEC", default=None, help="Renderer to use.")
@click.option(
    "--workers",
    type=Whole(min=0),
    default=0,
    help="Processes; 0 (default) for as many as pay. The output is the same.",
)
@redact_option
@json_option
def command(
    assets: str | None,
    tasks: tuple[str, ...],
    where: tuple[str, ...],
    n: int,
    seed: int,
    out: Path,
    no_media: bool,
    renderer: str | None,
    workers: int,
    redact: tuple[str, ...],
    as_json: bool,
) -> None:
    """Make a set of checked multiple-choice tasks in a folder.

    The folder holds tasks.jsonl (a task a line), run.json (how it was made), media/ and
    index.html (to look at, and with --redact to show around).
    """
    from tma.generate import Order, generate
    from tma.registry import default_registry

    order = Order(assets, tasks, where, renderer, n, seed, not no_media, redact)
    with LateProgress("generating", n) as bar:
        summary = generate(order, out, default_registry(), workers=workers, on_progress=bar.update)
    if as_json:
        print_json(
            {
                "out": str(out),
                "made": summary.made,
                "infeasible": summary.infeasible,
                "failed": summary.failed,
                "skipped": summary.skipped,
                "short": summary.short,
            }
        )
        return
    print_table(("generator", "tasks"), [*summary.made.items()], title=f"{out}")
    passed = [(g, r, c) for g, reasons in summary.infeasible.items() for r, c in reasons.items()]
    if passed:
        print_table(("generator", "passed over because", "plans"), passed)
    failed = [(g, r, c) for g, causes in summary.failed.items() for r, c in causes.items()]
    if failed:
        print_table(("generator", "failed", "plans"), failed)
    if summary.skipped:
        print_table(("generator", "not used"), [*summary.skipped.items()])
    if summary.short:
        click.echo(f"{summary.short} fewer tasks than asked for: no more feasible plans found")
    click.echo(f"look at {out / 'index.html'}")
