"""How well tasks tell models apart: spread, stability of ranks, tasks that tell nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tma.contract.tasks import Task
from tma.scores import Accuracy, Evaluation, differences
from tma.seeds import derive_rng

RESAMPLES = 2000
_AT_A_TIME = 50

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stability:
    """How often the models' order comes out the same when plans are drawn anew (bootstrap).

    Attributes:
        order: labels, the best first; equal ones as they were given.
        tau: mean of Kendall's tau-a between the order and that of a resample.
        holds: share of resamples in which the whole order is the same; ties count as other.
        neighbours: the same for each two models that are next to each other in the order.
        resamples: how many there were.
    """

    order: Sequence[str]
    tau: float
    holds: float
    neighbours: Sequence[float]
    resamples: int = RESAMPLES


@dataclass(frozen=True)
class Statistics:
    """What the replies of models say of a set of tasks.

    Attributes:
        accuracies: by model, in the order in which they were asked.
        spread: highest minus lowest accuracy; None without two models.
        deviation: standard deviation of the accuracies; None without two models.
        apart: pairs of models whose paired difference excludes zero.
        pairs: of models in all.
        stability: None without two models.
        shared: tasks to which every model named an option.
        all_right, none_right: how many of these all models, and no model, got right.
    """

    accuracies: dict[str, Accuracy]
    spread: float | None
    deviation: float | None
    apart: int
    pairs: int
    stability: Stability | None
    shared: int
    all_right: int
    none_right: int

    def as_json(self) -> dict[str, Any]:
        """Its attributes by name, as JSON values."""
        stability = None
        if self.stability is not None:
            stability = {
                "order": list(self.stability.order),
                "tau": self.stability.tau,
                "holds": self.stability.holds,
                "neighbours": list(self.stability.neighbours),
                "resamples": self.stability.resamples,
            }
        return {
            "models": {label: a.as_json() for label, a in self.accuracies.items()},
            "spread": self.spread,
            "deviation": self.deviation,
            "apart": self.apart,
            "pairs": self.pairs,
            "stability": stability,
            "shared": self.shared,
            "all_right": self.all_right,
            "none_right": self.none_right,
        }


def statistics_of(
    tasks: Iterable[Task], evaluations: Sequence[Evaluation], seed: int = 0
) -> Statistics:
    """Statistics of a set of tasks from evaluations in the tasks' own order of options.

    Args:
        tasks: those that were asked.
        evaluations: one a model, with different labels.
        seed: of the resampling.
    """
    plans = {task.id: task.plan_id for task in tasks}
    rights = [_by_task(e) for e in evaluations]
    labels = [e.model.label for e in evaluations]
    accuracies = {e.model.label: e.accuracy for e in evaluations}
    known = [a.estimate for a in accuracies.values() if a.estimate is not None]
    several = len(known) == len(labels) >= 2
    shared = [task for task in plans if all(task in r for r in rights)] if rights else []
    votes = [sum(r[task] for r in rights) for task in shared]
    found = differences(evaluations)
    return Statistics(
        accuracies=accuracies,
        spread=max(known) - min(known) if several else None,
        deviation=float(np.std(known, ddof=1)) if several else None,
        apart=sum(not d.low <= 0 <= d.high for d in found),
        pairs=len(found),
        stability=_stability(labels, rights, plans, seed) if several else None,
        shared=len(shared),
        all_right=sum(v == len(rights) for v in votes),
        none_right=sum(v == 0 for v in votes),
    )


def _by_task(evaluation: Evaluation) -> dict[str, bool]:
    return {call_id.partition(":")[0]: right for call_id, right in evaluation.correct.items()}


def _stability(
    labels: Sequence[str],
    rights: Sequence[dict[str, bool]],
    plans: dict[str, str],
    seed: int,
) -> Stability:
    """Plans are drawn anew, with replacement, each with all its tasks."""
    numbers = {plan: i for i, plan in enumerate(dict.fromkeys(plans.values()))}
    right, answered = (np.zeros((len(numbers), len(labels))) for _ in range(2))
    for place, found in enumerate(rights):
        for task, ok in found.items():
            row = numbers[plans[task]]
            right[row, place] += ok
            answered[row, place] += 1
    whole = right.sum(axis=0) / answered.sum(axis=0)
    order = np.argsort(-whole, kind="stable")
    drawn = resampled(right[:, order], answered[:, order], derive_rng("release-ranks", seed))
    pairs = list(combinations(range(len(labels)), 2))
    # 1 where the earlier of two models is better in a resample, -1 where it is worse
    signs = np.stack([np.sign(drawn[:, a] - drawn[:, b]) for a, b in pairs], axis=1)
    near = [signs[:, n] for n, (a, b) in enumerate(pairs) if b == a + 1]
    return Stability(
        order=[labels[i] for i in order.tolist()],
        tau=float(signs.mean()),
        holds=float((signs > 0).all(axis=1).mean()),
        neighbours=[float((s > 0).mean()) for s in near],
    )


def resampled(right: Floats, answered: Floats, rng: np.random.Generator) -> Floats:
    """(resamples, models) accuracies, clusters drawn with replacement.

    Args:
        right: (clusters, models) counts of right answers.
        answered: the same of all answers.
        rng: the source of chance.
    """
    size = len(right)
    parts = []
    for start in range(0, RESAMPLES, _AT_A_TIME):
        count = min(_AT_A_TIME, RESAMPLES - start)
        times = rng.multinomial(size, np.full(size, 1 / size), size=count)
        parts.append((times @ right) / np.maximum(times @ answered, 1))
    return np.concatenate(parts)
