"""`tma export`: a set of tasks in another tool's format."""

from __future__ import annotations

from pathlib import Path

import click

from tma.cli.asking import asking_options, how
from tma.cli.common import json_option, print_json, redact_option
from tma.cli.late import LateProgress
from tma.cli.numbers import Amount


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "target",
    required=True,
    metavar="SPEC",
    help="vlmevalkit, lmms-eval, inspect, hf, imagefolder or a plugin's, with settings.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="A new or empty folder."
)
@click.option("--name", default=None, help="Of the benchmark: lower-case words and hyphens.")
@asking_options
@click.option(
    "--shard-size",
    type=Amount(min=0, min_open=True),
    default=None,
    metavar="MB",
    help="About how large a parquet file should be; default 500.",
)
@redact_option
@json_option
def command(
    folder: Path,
    target: str,
    out: Path,
    name: str | None,
    orders: int,
    circular: bool,
    prompt: str,
    shard_size: float | None,
    redact: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write the tasks in DIR so that another tool loads them unchanged.

    What the tool would misread is respelt, and said so, or refused with the reason.
    """
    from tma.export import Wish, export
    from tma.registry import default_registry
    from tma.taskset import TaskSet

    size = None if shard_size is None else max(1, round(shard_size * 2**20))
    wish = Wish(
        name=name,
        asking=how(orders, circular, prompt),
        redact=redact,
        shard_bytes=size,
    )
    tasks = TaskSet.open(folder)
    with LateProgress("exporting", None) as bar:
        done = export(
            tasks,
            target,
            out,
            default_registry(),
            wish,
            on_progress=lambda count, total: bar.update(count, f"of {total}"),
        )
    if as_json:
        print_json({"out": str(out), "items": done.items, "notes": list(done.notes)})
        return
    click.echo(f"{done.items} items in {out}")
    for note in done.notes:
        click.echo(note.replace("FOLDER", str(out)))
