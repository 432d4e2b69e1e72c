"""A model without eyes: what can be scored without looking at the picture."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from math import log
from pathlib import Path
from statistics import median

from pydantic import BaseModel, ConfigDict, computed_field, field_validator

import tma
from tma_plugins.reference.chance import uniform

_PULL = 4.0
"""How many offers' worth a prior weighs against what was counted."""
_OPENING = 3


class BlindConfig(BaseModel):
    """Settings of `blind`.

    Attributes:
        learn: a folder of tasks, as `tma generate` writes it, whose answers are counted. Use
            another seed than that of the tasks to be answered. Without one, options are judged
            by their form alone.
        seed: decides between options that nothing tells apart.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    learn: Path | None = None
    seed: int = 0

    @field_validator("learn")
    @classmethod
    def _is_there(cls, value: Path | None) -> Path | None:
        if value is not None and not (value / "tasks.jsonl").is_file():
            raise ValueError(f"{value} holds no tasks.jsonl")
        return value

    @computed_field  # type: ignore[prop-decorator]
    @cached_property
    def learnt(self) -> str:
        """SHA-256 of what it learns from, so that other answers make another model."""
        if self.learn is None:
            return ""
        return hashlib.sha256((self.learn / "tasks.jsonl").read_bytes()).hexdigest()


class Blind(tma.ModelAdapter):
    """Names the option with the best prior, having read question and options only.

    The prior of an option is the smoothed share of cases in which it was right when it was
    offered, under questions that begin alike, drawn to its share under all questions, drawn to
    chance. Equal ones are told apart by form: numbers by how near they are to the middle one,
    texts by how many words they share with the other options, as wrong options are often made
    from the right one. A task that it learnt from is left out when it is asked the same.

    Its accuracy is what a benchmark gives away; on these tasks it should be at chance.
    """

    batch_size = 64

    def __init__(self, config: BlindConfig) -> None:
        self._seed = config.seed
        self._counts = _Counts(config.learn) if config.learn is not None else None

    async def reply(self, requests: Sequence[tma.Request]) -> Sequence[tma.Reply]:
        """A letter and the priors' logarithms; no request can fail."""
        return [self._one(request.question, request.options) for request in requests]

    def _one(self, question: str, options: tuple[str, ...]) -> tma.Reply:
        chance = [1 / len(options)] * len(options)
        priors = self._counts.priors(question, options) if self._counts else chance
        forms = _forms(options)
        # the order of the options decides nothing
        luck = [uniform("blind", self._seed, question, *sorted(options), o) for o in options]
        best = max(range(len(options)), key=lambda i: (priors[i], forms[i], luck[i]))
        scores = tuple(log(p) for p in priors) if self._counts else tuple(forms)
        return tma.Reply(text=chr(ord("A") + best), option_scores=scores)


class _Counts:
    """How often each text was offered, and right, by the beginning of the question."""

    def __init__(self, folder: Path) -> None:
        self._offered: Counter[tuple[str, str]] = Counter()
        self._right: Counter[tuple[str, str]] = Counter()
        self._known: dict[tuple[str, ...], Counter[str]] = {}
        with (folder / "tasks.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                task = tma.Task.model_validate_json(line)
                self._add(task.question, task.options, task.answer)

    def _add(self, question: str, options: Sequence[str], answer: str) -> None:
        for key in ("", _opening(question)):
            self._offered.update((key, o) for o in options)
            self._right[key, answer] += 1
        own = self._known.setdefault((question, *sorted(options)), Counter())
        own[answer] += 1

    def priors(self, question: str, options: Sequence[str]) -> list[float]:
        """The prior of each option, above 0 and below 1."""
        own = self._known.get((question, *sorted(options)), Counter())
        return [self._prior(_opening(question), o, own, 1 / len(options)) for o in options]

    def _prior(self, opening: str, option: str, own: Mapping[str, int], chance: float) -> float:
        share = chance
        for key in ("", opening):
            offered = self._offered[key, option] - sum(own.values())
            right = self._right[key, option] - own.get(option, 0)
            share = (right + _PULL * share) / (offered + _PULL)
        return share


def _opening(question: str) -> str:
    return " ".join(question.casefold().split()[:_OPENING])


def _forms(options: Sequence[str]) -> list[float]:
    """How like the others each option is, higher for more."""
    try:
        numbers = [float(option) for option in options]
    except ValueError:
        words = [set(option.casefold().split()) for option in options]
        return [
            sum(len(own & other) / len(own | other or {""}) for other in words) for own in words
        ]
    middle = median(numbers)
    return [-abs(number - middle) for number in numbers]
