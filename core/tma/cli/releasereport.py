"""What `tma release` prints for people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tma.cli.common import print_table
from tma.releases.record import Release


def show(release: Release, out: Path) -> None:
    """What a release holds, what was passed over for it, and how well it tells models apart."""
    rows = [(name, count, release.lost.get(name, 0)) for name, count in release.made.items()]
    print_table(("generator", "tasks", "fewer than wanted"), rows, title=release.name)
    passed = [(g, r, c) for g, reasons in release.infeasible.items() for r, c in reasons.items()]
    passed += [(g, r, c) for g, reasons in release.failed.items() for r, c in reasons.items()]
    if passed:
        print_table(("generator", "replaced because", "plans"), passed)
    if release.skipped:
        print_table(("generator", "not used"), [*release.skipped.items()])
    show_evidence(release.evidence)
    show_models(release.models)
    show_blind(release.blind)
    click.echo(f"{release.size:,} tasks, all verified; read {out / 'README.md'}")


def show_evidence(told: Mapping[str, Any] | None) -> None:
    """How much harder a release is than random tasks."""
    if told is None:
        return
    rows = [
        (
            label,
            found["chosen"]["estimate"],
            found["random"]["estimate"],
            found["estimate"],
            found["low"],
            found["high"],
            "yes" if found["harder"] else "not shown",
        )
        for label, found in (*told["models"].items(), ("mean", told["mean"]))
    ]
    columns = ("model", "these", "random", "harder by", "low", "high", "harder?")
    print_table(columns, rows, title=f"{told['certify']:,} fresh replies")
    click.echo(f"{told['search'] + told['certify']:,} of {told['budget']:,} calls used")


def show_models(told: Mapping[str, Any] | None) -> None:
    """How well tasks tell models apart."""
    if told is None:
        return
    rows = [
        (label, a["estimate"], a["low"], a["high"], a["answered"])
        for label, a in told["models"].items()
    ]
    print_table(("model", "accuracy", "low", "high", "answered"), rows)
    if (stability := told["stability"]) is not None:
        click.echo(
            f"spread {100 * told['spread']:.1f} points; {told['apart']} of {told['pairs']} pairs "
            f"of models told apart; whole order in {stability['holds']:.1%} of resamples, mean "
            f"Kendall's tau {stability['tau']:.2f}"
        )
    if told["shared"] and len(rows) > 1:
        right, wrong = told["all_right"] / told["shared"], told["none_right"] / told["shared"]
        click.echo(f"all models right on {right:.1%} of tasks, none on {wrong:.1%}")


def show_blind(told: Mapping[str, Any] | None) -> None:
    """What the texts give away."""
    if told is None:
        return
    for name, learnt in (("others", "from other tasks"), ("halves", "from one half")):
        if (found := told[name]) is not None and found["estimate"] is not None:
            click.echo(
                f"guessed from the text, learning {learnt}: {found['estimate']:.1%} "
                f"({found['low']:.1%} to {found['high']:.1%}) right; chance {told['chance']:.1%}"
            )
