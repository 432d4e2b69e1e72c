"""How much harder some tasks are than random ones: replies that had no part in the choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, hypot
from typing import Any

from tma.contract.tasks import Task
from tma.intervals import effective_size, wilson
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
        """From two samples that were drawn apart.

        The interval joins those of the accuracies (Newcombe 1998, Stat. Med. 17: 873-890, method
        10), which treat answers to one plan as a cluster. If some plans are in both samples it
        comes out too wide rather than too narrow.
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


def alike(chosen: Sequence[Task], random: Sequence[Task]) -> tuple[list[Task], list[Task]]:
    """The first tasks of each generator, as many in one as in the other.

    A kind of question that were rarer in one of them would make a difference of its own.
    """
    have = [Counter(task.generator for task in tasks) for tasks in (chosen, random)]
    most = have[0] & have[1]
    return _first(chosen, most), _first(random, most)


def _first(tasks: Sequence[Task], most: Mapping[str, int]) -> list[Task]:
    counts: Counter[str] = Counter()
    kept = []
    for task in tasks:
        counts[task.generator] += 1
        if counts[task.generator] <= most[task.generator]:
            kept.append(task)
    return kept


def mean_accuracy(evaluations: Sequence[Evaluation]) -> Accuracy:
    """The mean of the accuracies of models that were asked the same tasks; without any, unknown.

    Each model weighs the same, however many of its replies name no option: else a difference could
    come from who answers rather than from what is asked. All models' answers to a plan are a
    cluster; the effective number of answers is that of `tma.intervals.clustered_wilson`, with the
    deviations of a mean of ratios.
    """
    counts = [dict(e.by_plan) for e in evaluations]
    totals = [(sum(r for r, _ in c.values()), sum(n for _, n in c.values())) for c in counts]
    right, answered = (sum(t[i] for t in totals) for i in range(2))
    if not totals or not all(n for _, n in totals):
        return Accuracy(right, answered, 0, None, 0.0, 1.0)
    mean = fsum(r / n for r, n in totals) / len(totals)
    parts: dict[str, list[float]] = {}
    for plans, (r, n) in zip(counts, totals, strict=True):
        for plan, (ok, of) in plans.items():
            if of:
                share = (ok - r / n * of) * answered / (n * len(totals))
                parts.setdefault(plan, []).append(share)
    spread = [fsum(part) for part in parts.values()]
    size = effective_size(answered, mean * (1 - mean), spread, CONFIDENCE)
    return Accuracy(right, answered, len(spread), mean, *wilson(mean * size, size, CONFIDENCE))


def harder(
    chosen: Sequence[Evaluation], random: Sequence[Evaluation]
) -> tuple[Harder, Mapping[str, Harder]]:
    """How much harder the chosen tasks are on average over the models, and for each model.

    A model that names no option to one of the two sorts of tasks is left out of the average.

    Args:
        chosen: evaluations on the chosen tasks, one a model.
        random: those on random tasks, of the same models in the same order.
    """
    each = {
        c.model.label: Harder.of(c.accuracy, r.accuracy)
        for c, r in zip(chosen, random, strict=True)
    }
    known = [
        (c, r)
        for c, r in zip(chosen, random, strict=True)
        if c.share is not None and r.share is not None
    ]
    mean = Harder.of(*(mean_accuracy([pair[i] for pair in known]) for i in range(2)))
    return mean, each
