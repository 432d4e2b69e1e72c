"""How hard a hard release is, as Markdown: certified accuracies against those on random tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tma.cards import markdown_table
from tma.releases.cardparts import filled, interval, percent


def evidence_part(told: Mapping[str, Any]) -> str:
    """The evidence, from what `release.json` says."""
    rows = [_row(label, found) for label, found in told["models"].items()]
    if len(rows) > 1:
        rows.append(_row("mean of the models", told["mean"]))
    columns = ("model", "these tasks", "95 %", "random tasks", "95 %", "harder by", "95 %")
    part = (
        f"{told['chosen']:,} of the {told['released']:,} tasks, drawn by lot"
        if told["chosen"] < told["released"]
        else f"all {told['released']:,} tasks"
    )
    fresh = filled(
        "Every number of this table is from replies that had no part in the choice of the tasks:",
        f"to {part}, as instances that the search had not asked, and to {told['random']:,} random",
        "tasks of the same kinds of question in equal numbers, even over what they are about. The",
        "interval of a difference joins those of the two accuracies (Newcombe's method 10; plans",
        "are clusters), and holds for each row on its own.",
        _unnamed(told),
    )
    against = filled(
        "The tasks were chosen against these models: another model's accuracy on them, set beside",
        "theirs, does not tell which is better at such questions.",
    )
    spent = filled(
        f"Of a budget of {told['budget']:,} calls, {told['search']:,} went into the search among",
        f"{told['candidates']:,} candidates and {told['certify']:,} into this certificate.",
        _searched(told),
    )
    table = markdown_table(columns, rows)
    return f"## How hard they are\n\n{_verdict(told)}\n\n{table}\n{fresh}\n\n{against}\n\n{spent}\n"


def _unnamed(told: Mapping[str, Any]) -> str:
    """How many replies the accuracies are not over."""
    sides = [found[side] for found in told["models"].values() for side in ("chosen", "random")]
    unnamed = told["certify"] - sum(side["answered"] for side in sides)
    if not unnamed:
        return ""
    return (
        f"{unnamed:,} of the {told['certify']:,} replies name no option or failed; accuracies are "
        "over the others."
    )


def _verdict(told: Mapping[str, Any]) -> str:
    mean = told["mean"]
    if mean["estimate"] is None:
        return "No model named an option: nothing is known of how hard the tasks are."
    by = f"{_points(mean['estimate'])} points ({_points(mean['low'])} to {_points(mean['high'])})"
    if mean["harder"]:
        return filled(
            f"**The models' mean accuracy is lower by {by}",
            "than on random tasks of the same kinds.**",
        )
    return filled(
        "**These tasks can't be told to be harder than random ones of the same kinds**: the",
        f"models' mean accuracy is lower by {by}, an interval that does not lie above zero.",
    )


def _searched(told: Mapping[str, Any]) -> str:
    """The winner's curse, shown rather than hidden."""
    right = sum(s["right"] for s in told["searched"].values())
    answered = sum(s["answered"] for s in told["searched"].values())
    if not answered:
        return ""
    return (
        f"In the search itself {right / answered:.1%} of {answered:,} replies about the chosen "
        "plans were right; since these replies chose the plans, that is too low, and no evidence."
    )


def _row(label: str, found: Mapping[str, Any]) -> tuple[str, ...]:
    cells = []
    for accuracy in (found["chosen"], found["random"]):
        cells.append(percent(accuracy["estimate"]))
        cells.append(interval(accuracy["low"], accuracy["high"]))
    estimate = found["estimate"]
    cells.append("-" if estimate is None else _points(estimate))
    cells.append(f"{_points(found['low'])} to {_points(found['high'])}")
    return (label, *cells)


def _points(difference: float) -> str:
    return f"{100 * difference:.1f}"
