"""`tma demo`: the main job on the embedded assets."""

from __future__ import annotations

from pathlib import Path

import click

from tma.cli.common import json_option, print_json


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("tma-demo"),
    show_default=True,
    help="A new or empty folder, or that of an earlier demo.",
)
@json_option
def command(out: Path, as_json: bool) -> None:
    """Generate a benchmark, evaluate two models on it, answer a query, and show it all.

    Needs no downloads: assets are modelled by program, and the models are simulated.
    """
    from tma.demo import run_demo
    from tma.registry import default_registry

    steps: list[str] = []
    page = run_demo(default_registry(), out, say=steps.append if as_json else click.echo)
    if as_json:
        print_json({"page": str(page), "steps": steps})
        return
    click.echo(f"look at {page}")
