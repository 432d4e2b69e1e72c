"""Dot plots of models beside one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tma.reporting.content import Dots, Mark
from tma.reporting.words import level
from tma.scores import Accuracy, Difference

_MOST = 10


def mark_of(label: str, accuracy: Accuracy) -> Mark:
    """An accuracy as a line of a plot."""
    bounds = {n: getattr(accuracy, n) for n in ("estimate", "low", "high", "answered")}
    return Mark(label=label, **bounds)


def accuracy_dots(marks: Sequence[Mark], confidence: float, *, circular: bool = False) -> Dots:
    """How many each model gets right, the best first."""
    return Dots(
        name="accuracy-in-every-rotation" if circular else "accuracy",
        title="Right in every rotation" if circular else "Accuracy",
        axis="accuracy",
        interval=f"{level(confidence)} Wilson",
        marks=sorted(marks, key=lambda m: (m.estimate is None, -(m.estimate or 0.0), m.label)),
    )


def difference_dots(
    pairs: Sequence[Difference], confidence: float, accuracies: Mapping[str, float | None]
) -> list[Dots]:
    """Every model against every other, the better one first; none for one model.

    Of many models the best are shown.

    Args:
        pairs: the differences.
        confidence: of their intervals.
        accuracies: of the models, by label.
    """
    ranked = sorted(accuracies, key=lambda label: (-(accuracies[label] or 0.0), label))
    best = set(ranked[:_MOST])
    shown = [d for d in pairs if {d.first, d.second} <= best]
    marks = []
    for d in shown:
        turn = d.estimate is not None and d.estimate < 0
        first, second = (d.second, d.first) if turn else (d.first, d.second)
        low, high = (-d.high, -d.low) if turn else (d.low, d.high)
        marks.append(
            Mark(
                label=f"{first} minus {second}",
                estimate=None if d.estimate is None else abs(d.estimate),
                low=low,
                high=high,
                answered=d.pairs,
                p=d.p,
            )
        )
    if not marks:
        return []
    return [
        Dots(
            name="differences",
            title="Model against model, on the same tasks",
            axis="difference in accuracy",
            interval=f"{level(confidence)} Tango",
            marks=sorted(marks, key=lambda m: (-(m.estimate or 0.0), m.label)),
            signed=True,
            note=f"Of the {_MOST} models with the highest accuracies."
            if len(shown) < len(pairs)
            else "",
            left_out=len(pairs) - len(shown),
            rule=0.0,
            rule_label="no difference",
            p_label="McNemar p",
        )
    ]
