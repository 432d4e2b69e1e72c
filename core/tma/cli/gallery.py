"""`tma gallery`: a page that shows a set of tasks."""

from __future__ import annotations

from pathlib import Path

import click

from tma.cli.common import json_option, print_json, redact_option
from tma.cli.late import LateProgress
from tma.cli.numbers import Whole


@click.command("gallery")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="The page, a file *.html; default: gallery.html in DIR.",
)
@click.option("--title", default=None, help="Of the page; default: assets and seed.")
@click.option("--limit", type=Whole(min=1), default=None, help="The first tasks only.")
@click.option(
    "--embed",
    is_flag=True,
    help="Put pictures and videos into the page, so that it can be sent as one file.",
)
@click.option(
    "--size",
    type=Whole(min=16),
    default=384,
    show_default=True,
    help="With --embed: longest side of pictures, in pixels.",
)
@redact_option
@json_option
def command(
    folder: Path,
    out: Path | None,
    title: str | None,
    limit: int | None,
    embed: bool,
    size: int,
    redact: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write a page that shows the tasks in DIR: filters, a search, answers on click.

    Without --embed the page refers to the pictures and videos where they are, by paths relative
    to its own.
    """
    from tma.gallery import Showing, beside, write_gallery
    from tma.redaction import redaction
    from tma.registry import default_registry
    from tma.taskset import TaskSet

    tasks = TaskSet.open(folder)
    page = out or folder / "gallery.html"
    hidden = redaction(redact, str(tasks.run.get("fingerprint")), default_registry())
    showing = Showing(title=title, limit=limit, embed=size if embed else None, hidden=hidden)
    with LateProgress("writing the page", None) as bar:
        shown = write_gallery(tasks, page, showing, on_progress=bar.update)
    if as_json:
        print_json(
            {
                "out": str(page),
                "tasks": shown.tasks,
                "total": shown.total,
                "media": shown.media,
                "missing": list(shown.missing),
                "bytes": shown.bytes,
                "embedded": embed,
            }
        )
        return
    click.echo(f"{shown.tasks:,} of {shown.total:,} tasks in {page}, {shown.bytes / 1e6:.1f} MB")
    if shown.missing:
        count = len(shown.missing)
        lacking = "picture or video is" if count == 1 else "pictures or videos are"
        how = "missing or changed" if embed else "missing"
        click.echo(f"{count:,} {lacking} {how}: run `tma verify`")
    if shown.media and not embed and not beside(folder, page):
        click.echo(f"it shows the media in {folder}: keep both where they are, or use --embed")
