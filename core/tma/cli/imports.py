"""`tma import`: replies that another tool got."""

from __future__ import annotations

from pathlib import Path

import click

from tma.cli.asking import store_option
from tma.cli.common import json_option, print_json, print_table


@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--tasks",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="The set of tasks that was exported.",
)
@click.option(
    "--model", required=True, metavar="SPEC", help="Who replied, as `tma eval` would name it."
)
@click.option(
    "--from",
    "source",
    default=None,
    metavar="SPEC",
    help="Whose results these are: inspect, or a plugin's; default: JSON lines.",
)
@click.option(
    "--prompt",
    default="succinct",
    show_default=True,
    metavar="STYLE",
    help="The style that the tasks were exported with.",
)
@store_option
@json_option
def command(
    file: Path,
    folder: Path,
    model: str,
    source: str | None,
    prompt: str,
    store: Path | None,
    as_json: bool,
) -> None:
    """Bring the replies in FILE into the results database, for evaluations and queries to reuse.

    JSON lines have the fields id (of the task, or of an item of the export), reply, and if need be
    order (of the options, a list of numbers from 0) and prompt (the text that was sent).
    """
    from tma.contract.exports import Exporter
    from tma.importing import import_replies, read_json_lines
    from tma.models import load_model
    from tma.prompts import find_prompt
    from tma.registry import default_registry
    from tma.spec import Spec
    from tma.store import ReplyStore
    from tma.taskset import TaskSet

    registry = default_registry()
    replies = read_json_lines(file)
    if source is not None:
        spec = Spec.parse(source)
        exporter = registry.make(registry.find("exporter", spec.name), spec, base=Exporter)
        replies = exporter.replies(file)
    tasks, asked = TaskSet.open(folder), load_model(registry, model)
    with ReplyStore(store) as kept:
        found = import_replies(replies, tasks, asked, kept, find_prompt(prompt))
        path = kept.path
    if as_json:
        print_json({"kept": found.kept, "known": found.known, "passed": dict(found.passed)})
        return
    click.echo(f"{found.kept} replies of {asked.label} kept in {path}, {found.known} known before")
    if found.passed:
        rows = [(reason, count, found.examples[reason]) for reason, count in found.passed.items()]
        print_table(("left out because", "replies", "the first"), rows)
