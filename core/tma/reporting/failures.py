"""What an evaluation's wrong answers have in common, with tasks that show it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tma.calls import Answer
from tma.contract.tasks import Task
from tma.query.patterns import Pattern, find_patterns
from tma.reporting.content import Dots, Group, Mark, Said
from tma.reporting.examples import Gallery, fits, group
from tma.reporting.records import Record
from tma.reporting.stored import Respondent
from tma.reporting.words import level, named, often, percent

MODELS = 6
"""Of more models those that come first are looked at: a chart can tell no more of them apart."""
_A_MODEL = 4
_SHOWN_OF_ONE = 4
_SHOWN_OF_MANY = 2
_SHARE = 0.01
"""A pattern that is reported fits at least so many of the answers."""
_FEWEST = 5


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A pattern of one model's wrong answers, and its name."""

    model: str
    title: str
    pattern: Pattern


def find_failures(
    models: Sequence[str], records: Sequence[Record], confidence: float
) -> list[Failure]:
    """The surest patterns of each model, or of the first `MODELS`.

    Of the replies to one plan, which are not independent, the first alone counts.
    """
    found = []
    for model in models[:MODELS]:
        firsts: dict[str, Record] = {}
        for r in records:
            if r.model == model and r.correct is not None:
                firsts.setdefault(r.cluster, r)
        known = list(firsts.values())
        patterns, _ = find_patterns(
            [r.plan for r in known],
            [not r.correct for r in known],
            confidence=confidence,
            min_support=max(_FEWEST, math.ceil(_SHARE * len(known))),
        )
        names = {k: v for r in known for k, v in r.names.items()} if patterns else {}
        for pattern in patterns[:_A_MODEL]:
            found.append(Failure(model=model, title=_title(pattern, names), pattern=pattern))
    return found


def _title(pattern: Pattern, names: Mapping[str, str]) -> str:
    fields = dict(pattern.fields)
    by_field = {f: names[str(v)] for f, v in fields.items() if str(v) in names}
    return named(fields, by_field, with_fields=True)


def failure_dots(failures: Sequence[Failure], confidence: float, models: int) -> list[Dots]:
    """Failure rates of the patterns of so many models; none if there is no pattern."""
    many = len({f.model for f in failures}) > 1
    marks = [
        Mark(
            label=f.title,
            series=f.model if many else "",
            estimate=f.pattern.rate,
            low=f.pattern.low,
            high=f.pattern.high,
            answered=f.pattern.support,
            p=f.pattern.q_value,
        )
        for f in failures
    ]
    if not marks:
        return []
    return [
        Dots(
            name="failures",
            title="Where wrong answers come together",
            axis="failure rate",
            interval=f"{level(confidence)} Wilson",
            marks=marks,
            note="Found on these replies, and not confirmed by others."
            + (f" Of the {MODELS} models with the highest accuracies." if models > MODELS else ""),
            p_label="q-value",
        )
    ]


def failure_groups(
    found: Sequence[Respondent], failures: Sequence[Failure], gallery: Gallery, each: int
) -> list[Group]:
    """Examples of the patterns; without any, of the first model's answers as they come.

    Args:
        found: who replied.
        failures: their patterns.
        gallery: makes the examples.
        each: how many wrong ones and right ones; none for 0.
    """
    if not each:
        return []
    tasks = {a.task.id: a.task for one in found for a in one.answers}
    replies = _Replies(found)
    most = _SHOWN_OF_ONE if len(found) == 1 else _SHOWN_OF_MANY
    groups = []
    for one in found:
        judged = _judged(one.answers)
        if not failures:
            line = f"No pattern stands out. The first tasks that {one.label} got wrong, and right"
            return [group("Some tasks", line, tasks.values(), replies, judged, gallery, each)]
        patterns = [f for f in failures if f.model == one.label][:most]
        for f in patterns:
            fields, p = dict(f.pattern.fields), f.pattern
            fitting = [t for t in tasks.values() if fits(gallery.plan(t), fields)]
            line = (
                f"{one.label} fails at {percent(p.rate)} of {p.support:,} "
                f"({percent(p.low)} to {percent(p.high)}){often(p.lift)}"
            )
            groups.append(group(f.title, line, fitting, replies, judged, gallery, each))
    return groups


class _Replies:
    """To a task the reply of each model in the order that it was first asked in.

    Args:
        found: who replied.
    """

    def __init__(self, found: Sequence[Respondent]) -> None:
        self._found = found
        self._first: list[dict[str, Answer]] = []
        for one in found:
            first: dict[str, Answer] = {}
            for a in one.answers:
                first.setdefault(a.task.id, a)
            self._first.append(first)

    def __call__(self, task: Task) -> list[Said]:
        told = []
        for one, first in zip(self._found, self._first, strict=True):
            if (a := first.get(task.id)) is not None:
                text = one.texts.get(a.call_id, "")
                told.append(
                    Said(
                        model=one.label,
                        outcome=a.outcome,
                        index=a.index,
                        correct=a.correct,
                        text=text,
                    )
                )
        return told


def _judged(answers: Sequence[Answer]) -> dict[str, bool | None]:
    judged: dict[str, bool | None] = {}
    for a in answers:
        judged.setdefault(a.task.id, a.correct)
    return judged
