"""`tma verify`: check a set of tasks."""

from __future__ import annotations

from pathlib import Path

import click

from tma.cli.common import json_option, print_json
from tma.cli.late import LateProgress
from tma.cli.numbers import Whole

_SHOWN = 10


@click.command("verify")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--assets",
    metavar="SPEC",
    default=None,
    help="Asset source, if it is elsewhere than when the set was made.",
)
@click.option(
    "--render",
    type=Whole(min=0),
    default=20,
    show_default=True,
    help="How many pictures to render again.",
)
@json_option
def command(folder: Path, assets: str | None, render: int, as_json: bool) -> None:
    """Check every task in FOLDER.

    Truth sets are derived again from the scene records, tasks are drawn again from plan and
    seed, media files are hashed, and a sample is rendered again. Exits with 1 if any task is
    unsound or can't be reproduced. Pictures that differ because they were made with another
    driver or library than is here are listed, and are no failure.
    """
    from tma.registry import default_registry
    from tma.taskset import TaskSet
    from tma.verify import first, verify
    from tma.workbench import Workbench

    tasks = TaskSet.open(folder)
    run = tasks.run
    bench = Workbench(
        default_registry(),
        assets=run.get("assets") if assets is None else assets,
        tasks=run.get("tasks") or (),
        renderer=run.get("renderer") or None,
        drawn_by=run.get("drawn_by") or {},
    )
    with LateProgress("verifying", sum((run.get("made") or {}).values()) or None) as bar:
        report = verify(tasks, bench, render=render, on_progress=bar.update)
    if as_json:
        print_json(
            {
                "ok": report.ok,
                "checked": dict(sorted(report.checked.items())),
                "rendered": report.rendered,
                "unsound": [{"task": t, "problem": p} for t, p in report.unsound],
                "irreproducible": [{"task": t, "problem": p} for t, p in report.irreproducible],
                "elsewhere": [{"task": t, "problem": p} for t, p in report.elsewhere],
            }
        )
    else:
        for title, findings in (
            ("unsound", report.unsound),
            ("not reproducible", report.irreproducible),
            ("made elsewhere", report.elsewhere),
        ):
            for text in first(findings, _SHOWN):
                click.echo(f"{title}: {text}")
        click.echo(
            f"{sum(report.checked.values()):,} tasks checked, {report.rendered} rendered again: "
            f"{len(report.unsound)} unsound, {len(report.irreproducible)} not reproducible"
            + (f", {len(report.elsewhere)} made elsewhere" if report.elsewhere else "")
        )
    if not report.ok:
        raise SystemExit(1)
