"""What an evaluation found: outcomes counted, accuracies and differences with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from tma.calls import Answer
from tma.intervals import clustered_difference, clustered_wilson
from tma.models import LoadedModel

OUTCOMES = ("option", "unparsed", "ambiguous", "refused", "failed")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Share of right answers among the replies that name an option.

    Attributes:
        right, answered: counts; unparsed, ambiguous, refused and failed replies are in neither.
        plans: task plans among them; the answers to one plan are treated as a cluster.
        estimate: right / answered; None if nothing was answered.
        low, high: bounds of Wilson's interval with the effective number of answers.
    """

    right: int
    answered: int
    plans: int
    estimate: float | None
    low: float
    high: float

    @classmethod
    def of(cls, clusters: Sequence[tuple[int, int]], confidence: float) -> Accuracy:
        """From (right, answered) of each plan."""
        used = [(r, n) for r, n in clusters if n]
        right, answered = sum(r for r, _ in used), sum(n for _, n in used)
        low, high = clustered_wilson([r for r, _ in used], [n for _, n in used], confidence)
        estimate = right / answered if answered else None
        return cls(right, answered, len(used), estimate, low, high)

    def as_json(self) -> dict[str, Any]:
        """Its attributes by name."""
        return {name: getattr(self, name) for name in self.__slots__}


class Evaluation:
    """The answers of one model, counted as they come; in any order, to the same result.

    Args:
        model: who was asked.
        orders: option orders a task.
        confidence: of all intervals.

    Attributes:
        calls: calls made, failed ones included.
        reused: replies taken from the store.
        outcomes: replies by outcome, see OUTCOMES.
        error: why the model could not be asked to the end; None if it could.
    """

    def __init__(self, model: LoadedModel, orders: int, confidence: float = 0.95) -> None:
        self.model = model
        self.orders = orders
        self.confidence = confidence
        self.calls = 0
        self.reused = 0
        self.outcomes: Counter[str] = Counter()
        self.error: str | None = None
        self._tasks: set[str] = set()
        self._plans: dict[tuple[str, str], tuple[int, int]] = {}
        self._correct: dict[str, tuple[str, bool]] = {}

    def add(self, answer: Answer) -> None:
        """Count an answer."""
        self.reused += answer.reused
        self.calls += not answer.reused
        self.outcomes[answer.outcome] += 1
        task = answer.task
        self._tasks.add(task.id)
        right, answered = self._plans.get((task.generator, task.plan_id), (0, 0))
        if answer.correct is not None:
            right, answered = right + answer.correct, answered + 1
            self._correct[answer.call_id] = (task.plan_id, answer.correct)
        self._plans[task.generator, task.plan_id] = right, answered

    @property
    def accuracy(self) -> Accuracy:
        """Over all tasks."""
        return Accuracy.of(list(self._plans.values()), self.confidence)

    @property
    def generators(self) -> Mapping[str, Accuracy]:
        """By task generator, in the order of their names."""
        parts: dict[str, list[tuple[int, int]]] = {}
        for (generator, _), counts in sorted(self._plans.items()):
            parts.setdefault(generator, []).append(counts)
        return {g: Accuracy.of(counts, self.confidence) for g, counts in parts.items()}

    def pairs_with(self, other: Evaluation) -> list[tuple[int, int, int]]:
        """By plan: calls that only this model, and only the other, has right, and all pairs.

        A pair is the same task in the same order, both replies naming an option.
        """
        found: dict[str, list[int]] = {}
        for call_id, (plan, mine) in self._correct.items():
            if call_id in other._correct:
                theirs = other._correct[call_id][1]
                counts = found.setdefault(plan, [0, 0, 0])
                counts[0] += mine and not theirs
                counts[1] += theirs and not mine
                counts[2] += 1
        return [(a, b, n) for a, b, n in found.values()]

    def as_json(self) -> dict[str, Any]:
        """What `tma eval --json` prints for a model."""
        return {
            "model": self.model.label,
            "id": self.model.id,
            "config": dict(self.model.config),
            "tasks": len(self._tasks),
            "orders": self.orders,
            "calls": self.calls,
            "reused": self.reused,
            **{name: self.outcomes[name] for name in OUTCOMES if name != "option"},
            "accuracy": self.accuracy.as_json(),
            "generators": {g: a.as_json() for g, a in self.generators.items()},
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better one model is than another on the same tasks in the same orders.

    Attributes:
        first, second: the models' labels.
        estimate: accuracy of the first minus that of the second, over the pairs; None if none.
        low, high: Tango's score interval with the effective number of pairs.
        pairs: calls to which both models named an option.
    """

    first: str
    second: str
    estimate: float | None
    low: float
    high: float
    pairs: int

    def as_json(self) -> dict[str, Any]:
        """Its attributes by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def differences(evaluations: Sequence[Evaluation]) -> list[Difference]:
    """The paired difference of every two evaluations, earlier minus later."""
    found = []
    for first, second in combinations(evaluations, 2):
        pairs = first.pairs_with(second)
        n = sum(p[2] for p in pairs)
        low, high = clustered_difference(pairs, first.confidence)
        estimate = sum(p[0] - p[1] for p in pairs) / n if n else None
        found.append(Difference(first.model.label, second.model.label, estimate, low, high, n))
    return found
