"""What a set of tasks gives away to who reads only the text."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tma.contract.tasks import Task
from tma.errors import ConfigError
from tma.evaluate import evaluate
from tma.models import load_model
from tma.registry import Registry
from tma.scores import Accuracy, Tally
from tma.seeds import derive_rng
from tma.store import ReplyStore
from tma.taskset import TASKS

PLACE = "{folder}"
GUESSER = f"blind?learn={PLACE}"


@dataclass(frozen=True)
class BlindGuess:
    """How often a guesser without eyes is right.

    Attributes:
        guesser: its specification, `{folder}` standing for the tasks that it learns from.
        chance: mean over tasks of one by the number of options.
        halves: it learns from the plans of one half of the set and guesses the other, and the
            other way round; None if not tried. Where answers are spread evenly, what was right in
            one half is rarer in the other, and this comes out below chance.
        others: it learns from `learnt` tasks like these, drawn apart; None without any.
        learnt: how many.
    """

    guesser: str
    chance: float
    halves: Accuracy | None
    others: Accuracy | None = None
    learnt: int = 0

    def as_json(self) -> dict[str, Any]:
        """Its attributes by name, as JSON values."""
        return {
            "guesser": self.guesser,
            "chance": self.chance,
            "halves": None if self.halves is None else self.halves.as_json(),
            "others": None if self.others is None else self.others.as_json(),
            "learnt": self.learnt,
        }


def guess_blindly(
    tasks: Sequence[Task],
    guesser: str,
    registry: Registry,
    others: Sequence[Task] = (),
    *,
    halves: bool = True,
) -> BlindGuess:
    """Have a guesser answer tasks from their text.

    Args:
        tasks: what is guessed.
        guesser: specification of a model adapter that learns from a folder of tasks:
            `blind?learn={folder}`.
        registry: where it is looked up.
        others: tasks like these, but none of them, to learn from.
        halves: whether it also learns from one half of the tasks and guesses the other.

    Raises:
        ConfigError: the specification does not hold `{folder}`.
        TmaError: the guesser can't be made or asked.
    """
    if PLACE not in guesser:
        raise ConfigError(
            f"the guesser {guesser!r} learns from nothing", hint="such as 'blind?learn={folder}'"
        )
    return BlindGuess(
        guesser=guesser,
        chance=sum(1 / len(t.options) for t in tasks) / len(tasks),
        halves=_guess(_halves(tasks), guesser, registry) if halves else None,
        others=_guess([(tasks, others)], guesser, registry) if others else None,
        learnt=len(others),
    )


Part = tuple[Sequence[Task], Sequence[Task]]
"""Tasks to be guessed, and tasks to learn from."""


def _halves(tasks: Sequence[Task]) -> list[Part]:
    """Each half of the tasks, by their plans, with the other to learn from."""
    plans = list(dict.fromkeys(t.plan_id for t in tasks))
    order = derive_rng("release-halves", len(plans)).permutation(len(plans)).tolist()
    first = {plans[i] for i in order[: len(plans) // 2]}
    one = [t for t in tasks if t.plan_id in first]
    two = [t for t in tasks if t.plan_id not in first]
    return [(one, two), (two, one)] if one and two else []


def _guess(parts: Iterable[Part], guesser: str, registry: Registry) -> Accuracy:
    """Guess all parts, and count what came of them together."""
    tally = Tally()
    for asked, learnt in parts:
        by_id = {task.id: task for task in asked}
        with tempfile.TemporaryDirectory(prefix="tma-blind-") as scratch:
            folder = Path(scratch)
            with (folder / TASKS).open("wb") as lines:
                for task in learnt:
                    lines.write(task.model_dump_json(exclude_none=True).encode() + b"\n")
            model = load_model(registry, guesser.replace(PLACE, quote(str(folder))))
            with ReplyStore(folder / "replies.sqlite") as store:
                evaluation = evaluate(asked, model, store)
        for call_id, right in evaluation.correct.items():
            tally.add(by_id[call_id.partition(":")[0]], right, 1)
    return tally.accuracy(0.95)
