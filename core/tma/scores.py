"""What an evaluation found: outcomes counted, accuracies and differences with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from tma.calls import Answer
from tma.contract.tasks import Task
from tma.failures import Failures
from tma.intervals import clustered_difference, clustered_wilson, mcnemar
from tma.ledger import Ledger
from tma.models import LoadedModel, Who

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


class Tally:
    """Right answers and answers by generator and plan.

    Attributes:
        right, answered: over all of them.
    """

    def __init__(self) -> None:
        self.right = self.answered = 0
        self._plans: dict[tuple[str, str], tuple[int, int]] = {}

    def add(self, task: Task, right: int, answered: int) -> None:
        """Count answers to a task."""
        self.right += right
        self.answered += answered
        key = task.generator, task.plan_id
        r, n = self._plans.get(key, (0, 0))
        self._plans[key] = r + right, n + answered

    @property
    def by_plan(self) -> Mapping[str, tuple[int, int]]:
        """Plan id -> right answers, and answers."""
        return {plan: counts for (_, plan), counts in self._plans.items()}

    def accuracy(self, confidence: float) -> Accuracy:
        """Over all generators."""
        return Accuracy.of(list(self._plans.values()), confidence)

    def generators(self, confidence: float) -> dict[str, Accuracy]:
        """By generator, in the order of their names."""
        parts: dict[str, list[tuple[int, int]]] = {}
        for (generator, _), counts in sorted(self._plans.items()):
            parts.setdefault(generator, []).append(counts)
        return {g: Accuracy.of(counts, confidence) for g, counts in parts.items()}


class Evaluation:
    """The answers of one model, counted as they come; in any order, to the same result.

    Args:
        model: who was asked.
        orders: option orders a task; with `circular` all rotations, whatever it says.
        confidence: of all intervals.
        circular: whether all rotations of the options are asked.

    Attributes:
        calls: calls made, failed ones included.
        reused: replies taken from the store, or shared with a call that sent the same.
        outcomes: replies by outcome, see OUTCOMES.
        failures: the failed calls, by cause.
        differ: replies that a strict reading reads otherwise.
        ledger: what the calls took.
        stopped: the cap that ended the run (`calls`, `tokens`, `usd`), None if none did.
        error: why the model could not be asked to the end; None if it could.
    """

    def __init__(
        self,
        model: LoadedModel | Who,
        orders: int = 1,
        confidence: float = 0.95,
        *,
        circular: bool = False,
    ) -> None:
        self.model = model
        self.orders = orders
        self.confidence = confidence
        self.circular = circular
        self.calls = 0
        self.reused = 0
        self.outcomes: Counter[str] = Counter()
        self.failures = Failures()
        self.differ = 0
        self.ledger = Ledger()
        self.stopped: str | None = None
        self.error: str | None = None
        self._plain = Tally()
        self._strict = Tally()
        self._rounds: dict[str, _Round] = {}
        self._correct: dict[str, tuple[str, bool]] = {}

    def add(self, answer: Answer) -> None:
        """Count an answer."""
        self.reused += answer.reused
        self.calls += not answer.reused
        self.outcomes[answer.outcome] += 1
        self.differ += answer.strict != answer.outcome
        self.failures.add(answer)
        task, correct = answer.task, answer.correct
        self._plain.add(task, bool(correct), correct is not None)
        strict = correct if answer.strict == "option" else None
        self._strict.add(task, bool(strict), strict is not None)
        if correct is not None:
            self._correct[answer.call_id] = (task.plan_id, correct)
        found = self._rounds.setdefault(task.id, _Round(task if self.circular else None))
        found.right += bool(correct)
        found.wrong += correct is False

    @property
    def tasks(self) -> int:
        """How many tasks were asked."""
        return len(self._rounds)

    @property
    def correct(self) -> Mapping[str, bool]:
        """Call id -> whether its reply is right, for replies that name an option."""
        return {call_id: right for call_id, (_, right) in self._correct.items()}

    @property
    def by_plan(self) -> Mapping[str, tuple[int, int]]:
        """Plan id -> right answers, and answers, over all calls by the lenient reading."""
        return self._plain.by_plan

    @property
    def share(self) -> float | None:
        """The plain accuracy without an interval, at no cost; None without answers."""
        return self._plain.right / self._plain.answered if self._plain.answered else None

    @property
    def accuracy(self) -> Accuracy:
        """The plain one: over all calls, by the lenient reading."""
        return self._plain.accuracy(self.confidence)

    @property
    def strict_accuracy(self) -> Accuracy:
        """The plain one over the replies that a strict reading reads."""
        return self._strict.accuracy(self.confidence)

    @property
    def generators(self) -> Mapping[str, Accuracy]:
        """Plain accuracy by task generator, in the order of their names."""
        return self._plain.generators(self.confidence)

    @property
    def circular_tally(self) -> Tally:
        """Tasks: right if in every rotation, wrong if in any, undecided (not counted) otherwise."""
        tally = Tally()
        for found in self._rounds.values():
            if found.task is not None:
                right = found.right == len(found.task.options)
                tally.add(found.task, right, right or found.wrong > 0)
        return tally

    @property
    def differing(self) -> float | None:
        """Share of replies that a strict reading reads otherwise; None without replies."""
        replies = self.outcomes.total() - self.outcomes["failed"]
        return self.differ / replies if replies else None

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
        found: dict[str, Any] = {
            "model": self.model.label,
            "id": self.model.id,
            "config": dict(self.model.config),
            "tasks": self.tasks,
            "orders": "all rotations" if self.circular else self.orders,
            "calls": self.calls,
            "reused": self.reused,
            **{name: self.outcomes[name] for name in OUTCOMES if name != "option"},
            "causes": dict(sorted(self.failures.causes.items())),
            "examples": dict(sorted(self.failures.examples.items())),
            "accuracy": self.accuracy.as_json(),
            "strict": {"accuracy": self.strict_accuracy.as_json(), "differ": self.differing},
            "generators": {g: a.as_json() for g, a in self.generators.items()},
            "ledger": self.ledger.as_json(),
            "stopped": self.stopped,
            "error": self.error,
        }
        if self.circular:
            tally = self.circular_tally
            generators = tally.generators(self.confidence)
            accuracy = tally.accuracy(self.confidence)
            found["circular"] = {
                "accuracy": accuracy.as_json(),
                "undecided": self.tasks - accuracy.answered,
                "generators": {g: a.as_json() for g, a in generators.items()},
            }
        return found


@dataclass(slots=True)
class _Round:
    """A task's right and wrong answers so far; the task if they are needed one by one."""

    task: Task | None
    right: int = 0
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better one model is than another on the same tasks in the same orders.

    Attributes:
        first, second: the models' labels.
        estimate: accuracy of the first minus that of the second, over the pairs; None if none.
        low, high: Tango's score interval with the effective number of pairs.
        pairs: calls to which both models named an option.
        first_only, second_only: pairs that only the one has right.
        p: two-sided p-value of no difference, see `tma.intervals.mcnemar`; None without pairs.
    """

    first: str
    second: str
    estimate: float | None
    low: float
    high: float
    pairs: int
    first_only: int
    second_only: int
    p: float | None

    def as_json(self) -> dict[str, Any]:
        """Its attributes by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def differences(evaluations: Sequence[Evaluation]) -> list[Difference]:
    """The paired difference of every two evaluations, earlier minus later."""
    found = []
    for first, second in combinations(evaluations, 2):
        pairs = first.pairs_with(second)
        wins, losses, n = (sum(p[i] for p in pairs) for i in range(3))
        low, high = clustered_difference(pairs, first.confidence)
        found.append(
            Difference(
                first=first.model.label,
                second=second.model.label,
                estimate=(wins - losses) / n if n else None,
                low=low,
                high=high,
                pairs=n,
                first_only=wins,
                second_only=losses,
                p=mcnemar(pairs),
            )
        )
    return found
