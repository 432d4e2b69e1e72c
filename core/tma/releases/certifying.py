"""How much harder some tasks are than random ones: replies that had no part in the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from tma.scores import Accuracy, Evaluation

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Harder:
    """Accuracy on random tasks minus accuracy on chosen ones.

    Attributes:
        estimate: the difference; None if one of them has no answers.
        low: lower bound.
        high: upper bound.
        chosen: accuracy on the chosen tasks.
        random: accuracy on random tasks.
    """

    estimate: float | None
    low: float
    high: float
    chosen: Accuracy
    random: Accuracy

    @classmethod
    def of(cls, chosen: Accuracy, random: Accuracy) -> Harder:
        """From two samples that have no plan in common.

        The interval joins those of the accuracies (Newcombe 1998, Stat. Med. 17: 873-890, method
        10), which treat answers to one plan as a cluster.
        """
        if chosen.estimate is None or random.estimate is None:
            return cls(None, -1.0, 1.0, chosen, random)
        middle = random.estimate - chosen.estimate
        below = hypot(random.estimate - random.low, chosen.high - chosen.estimate)
        above = hypot(random.high - random.estimate, chosen.estimate - chosen.low)
        return cls(middle, middle - below, middle + above, chosen, random)

    @property
    def claimed(self) -> bool:
        """Whether the chosen tasks are surely harder: the interval lies above zero."""
        return self.estimate is not None and self.low > 0

    def as_json(self) -> dict[str, Any]:
        """Its attributes by name, as JSON values."""
        return {
            "estimate": self.estimate,
            "low": self.low,
            "high": self.high,
            "harder": self.claimed,
            "chosen": self.chosen.as_json(),
            "random": self.random.as_json(),
        }


def pooled(evaluations: Sequence[Evaluation]) -> Accuracy:
    """Mean accuracy over models that were asked the same tasks.

    All models' answers to a plan are a cluster.
    """
    counts: dict[str, tuple[int, int]] = {}
    for evaluation in evaluations:
        for plan, (right, answered) in evaluation.by_plan.items():
            r, n = counts.get(plan, (0, 0))
            counts[plan] = r + right, n + answered
    return Accuracy.of(list(counts.values()), CONFIDENCE)


def harder(
    chosen: Sequence[Evaluation], random: Sequence[Evaluation]
) -> tuple[Harder, Mapping[str, Harder]]:
    """How much harder the chosen tasks are on average over the models, and for each model.

    Args:
        chosen: evaluations on the chosen tasks, one a model.
        random: those on random tasks, of the same models in the same order.
    """
    each = {
        c.model.label: Harder.of(c.accuracy, r.accuracy)
        for c, r in zip(chosen, random, strict=True)
    }
    return Harder.of(pooled(chosen), pooled(random)), each
