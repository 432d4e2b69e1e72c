"""`tma demo`: the main job on the embedded assets."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("demo")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("tma-demo"),
    show_default=True,
    help="A new or empty folder, or that of an earlier demo.",
)
def command(out: Path) -> None:
    """Generate a benchmark, evaluate two models on it, answer a query, and show it all.

    Needs no downloads: assets are drawn, and the models are simulated.
    """
    from tma.demo import run_demo
    from tma.registry import default_registry

    page = run_demo(default_registry(), out, say=click.echo)
    click.echo(f"look at {page}")
