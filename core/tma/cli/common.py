"""What the command modules share: options, printing, progress."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress

F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
assets_option = click.option(
    "--assets",
    metavar="SPEC",
    default=None,
    help="Asset source, name[?key=value&...]; default: the embedded one.",
)
tasks_option = click.option(
    "--tasks",
    "tasks",
    multiple=True,
    metavar="PATTERN",
    help="Task generators, such as 'grid2d/*'; repeatable; default: all that fit the assets.",
)
where_option = click.option(
    "--where",
    "where",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Keep plans by field: FIELD=VALUE, FIELD=A,B, FIELD=1..4, FIELD under CATEGORY; "
    "repeatable.",
)
redact_option = click.option(
    "--redact",
    "redact",
    multiple=True,
    metavar="SOURCE",
    help="Show no picture and no name of this asset source, only ids; repeatable.",
)
seed_option = click.option("--seed", type=int, default=0, show_default=True, help="Of all chance.")


def print_json(value: object, *, indent: int | None = 2) -> None:
    """Print one JSON value on standard output."""
    click.echo(json.dumps(value, indent=indent, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Print a table; numbers are aligned to the right. At most 160 characters wide when piped."""
    from tma.cli.table import draw

    draw(columns, [[_cell(v) for v in row] for row in rows], title)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress display on standard error, shown only if that is a terminal."""
    import sys

    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())
    with bar:
        yield bar
