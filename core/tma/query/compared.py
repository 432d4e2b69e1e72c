"""Models against each other on the same tasks: differences, tests, and who is better where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tma.calls import Answer as Reply
from tma.contract.tasks import Task
from tma.intervals import Interval, paired_difference
from tma.models import LoadedModel
from tma.query import membership
from tma.query.answer import Versus
from tma.query.certify import beats_p_value
from tma.query.patterns import benjamini_hochberg
from tma.query.questions import Compare

Replies = Mapping[str, Reply]
Judged = tuple[list[membership.Membership], list[int], set[int]]
"""Membership of each unit, the units' places from the first to the last, and those selected."""


def _pairs(replies: Sequence[Replies], tasks: Sequence[Task], place: int) -> tuple[int, int, int]:
    """Tasks that only the first model got right, only the baseline, and that both answered."""
    wins = losses = pairs = 0
    for task in tasks:
        first, second = replies[0].get(task.id), replies[place].get(task.id)
        if first is None or second is None or first.correct is None or second.correct is None:
            continue
        pairs += 1
        wins += first.correct and not second.correct
        losses += second.correct and not first.correct
    return wins, losses, pairs


def versus(
    question: Compare,
    models: Sequence[LoadedModel],
    replies: Sequence[Replies],
    tasks: Sequence[Sequence[Task]],
    judged: Sequence[Sequence[Task]],
    whole: Sequence[int] | None,
) -> list[list[Versus]]:
    """The first model against every other one in every unit.

    Args:
        question: what is asked.
        models: the first, then the baselines.
        replies: a model each, by task id.
        tasks: of each unit, those that were asked.
        judged: of each unit, those that the test is about.
        whole: of each unit how many tasks there are, if all were asked and nothing is tested.
    """
    columns = []
    for place in range(1, len(models)):
        column = []
        for number, own in enumerate(tasks):
            size = None if whole is None else whole[number]
            found = _versus(question, replies, own, place, size)
            if whole is None and judged[number]:
                p_value = beats_p_value(*_pairs(replies, judged[number], place), question.margin)
                found = replace(found, p_value=p_value)
            column.append(replace(found, baseline=models[place].label))
        columns.append(_with_q_values(column))
    return [list(row) for row in zip(*columns, strict=True)]


def _with_q_values(column: Sequence[Versus]) -> list[Versus]:
    """Benjamini and Hochberg's over the units that were tested."""
    known = {i: v.p_value for i, v in enumerate(column) if v.p_value is not None}
    q_values = dict(zip(known, benjamini_hochberg(list(known.values())), strict=True))
    return [replace(v, q_value=q_values.get(i)) for i, v in enumerate(column)]


def _versus(
    question: Compare,
    replies: Sequence[Replies],
    tasks: Sequence[Task],
    place: int,
    whole: int | None,
) -> Versus:
    """The first model against the baseline at a place, over tasks that both answered."""
    wins, losses, pairs = _pairs(replies, tasks, place)
    if whole is None:
        low, high = paired_difference(wins, losses, pairs, question.confidence)
    elif whole:
        missing = max(whole, pairs) - pairs
        size = max(whole, pairs)
        low, high = (wins - losses - missing) / size, (wins - losses + missing) / size
    else:
        low, high = -1.0, 1.0
    estimate = (wins - losses) / pairs if pairs else None
    return Versus("", estimate, low, high, wins, losses, pairs)


def judge(question: Compare, versus: Sequence[Sequence[Versus]], *, exact: bool) -> Judged:
    """A group is in the answer if the model beats every baseline there by the margin.

    Args:
        question: what is asked.
        versus: of each unit, see `versus`.
        exact: whether the intervals are of all plans, so that nothing has to be tested.
    """
    member = [_beats(question, vs, exact) for vs in versus]
    least = [
        None if any(v.estimate is None for v in vs) else min(v.estimate or 0.0 for v in vs)
        for vs in versus
    ]
    bound = [min(v.low for v in vs) for vs in versus]
    order = sorted(
        range(len(versus)), key=lambda i: (least[i] is None, -(least[i] or 0.0), -bound[i], i)
    )
    selected = {i for i, d in enumerate(least) if d is not None and d > question.margin}
    return member, order, selected


def _beats(question: Compare, versus: Sequence[Versus], exact: bool) -> membership.Membership:
    """`in` if every baseline is beaten, many groups having been tried; `out` by the intervals."""
    parts: list[membership.Membership] = []
    for v in versus:
        said = membership.above(Interval(v.low, v.high), question.margin)
        if not exact and said != "out":
            sure = v.q_value is not None and v.q_value <= 1 - question.confidence
            said = "in" if sure else "undecided"
        parts.append(said)
    return membership.all_of(parts)
