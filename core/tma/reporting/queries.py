"""What is said of a query: its answer, the replies that it rests on, and tasks that show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tma.contract.tasks import Task
from tma.query.answer import Answer, Certified, FailurePattern, Item
from tma.query.saved import Asked, Told
from tma.redaction import Redaction
from tma.reporting.content import Bounds, Cell, Chart, Dots, Group, Mark, Part, Said
from tma.reporting.examples import Gallery, fits, group
from tma.reporting.method import commands_of, how_of
from tma.reporting.records import Record, heat_maps
from tma.reporting.tasksof import Remaker
from tma.reporting.words import (
    answer_to,
    labels_of,
    level,
    often,
    percent,
    plain,
    question_of,
    title_of,
)

_MOST = 30
_AROUND = 8
_GROUPS = 6
_OUTCOMES = ("unparsed", "ambiguous", "refused", "failed")
_INTERVALS = {
    "model": "{} by the model of the answers",
    "wilson": "{} Wilson",
    "exact": "exact bounds",
}


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query as far as it is known.

    Attributes:
        source: what was named.
        answer: its answer.
        asked: how it was put; None if a file holds the answer alone.
        told: the tasks that it asked, with the replies; none if they were not kept.
    """

    source: str
    answer: Answer
    asked: Asked | None = None
    told: Sequence[Told] = ()


def query_part(
    query: Query, *, remaker: Remaker | None, hidden: Redaction | None, examples: int
) -> Part:
    """What is said of a query.

    Args:
        query: with its answer.
        remaker: makes its tasks again, for the examples; None if that can't be.
        hidden: what stands for names; None if all may be shown.
        examples: how many wrong and right ones of each group.
    """
    answer = query.answer if hidden is None else _hide(query.answer, hidden)
    labels = [str(m["model"]) for m in answer.models]
    records = _records(query, labels, hidden)
    cautions = _cautions(answer, query)
    groups: list[Group] = []
    if hidden is not None:
        cautions.append("Names are replaced by tokens and pictures are left out, as was asked.")
    elif remaker is not None and examples:
        gallery = Gallery(remaker.media, None)
        groups = _groups(query, remaker, gallery, examples)
        if lacking := remaker.lacking or gallery.lacking:
            cautions.append(f"Some examples or pictures are left out: {lacking}")
    debug = answer.query["kind"] == "debug"
    chosen = "" if answer.approximate == "exact" else _NO_SAMPLE
    return Part(
        kind="query",
        source=query.source,
        question=question_of(answer),
        answer=answer_to(answer),
        models=labels,
        cautions=cautions,
        facts=_facts(answer),
        answers=_patterns(answer) if debug else [_items(answer)],
        details=heat_maps(records, labels, answer.confidence, chosen),
        groups_title="Tasks of the patterns" if debug else "Tasks of the groups in the answer",
        groups=groups,
        spent=(("", ""), _spent(answer)),
        how=how_of(answer),
        commands=commands_of(answer, query.asked),
    )


_NO_SAMPLE = "Of the tasks that the query chose to ask, which are no fair sample of all plans."


def _hide(answer: Answer, hidden: Redaction) -> Answer:
    """The answer with tokens for names."""

    def fields(named: Mapping[str, object]) -> dict[str, object]:
        known = {k: v for k, v in named.items() if v is not None}
        return {**dict.fromkeys(named), **hidden.fields(known)}  # type: ignore[arg-type]

    items = [replace(i, key=fields(i.key), names={}, example=None) for i in answer.items]  # type: ignore[arg-type]
    patterns = [
        replace(p, fields=fields(p.fields), names={}, examples=[])  # type: ignore[arg-type]
        for p in answer.patterns
    ]
    error = answer.error and "a model could not be asked"  # whose own words may hold names
    return replace(answer, items=items, patterns=patterns, error=error)


def _records(query: Query, labels: Sequence[str], hidden: Redaction | None) -> list[Record]:
    return [
        Record(
            label,
            told.plan if hidden is None else hidden.fields(told.plan),
            told.task,
            said.correct,
            told.names if hidden is None else {},
        )
        for told in query.told
        for label, said in zip(labels, told.replies, strict=False)
        if said is not None
    ]


# -- words ------------------------------------------------------------------------------------


def _cautions(answer: Answer, query: Query) -> list[str]:
    said = []
    if not answer.complete:
        stopped = answer.ledger.get("stopped")
        why = f"the budget of {stopped} was used up" if stopped else "it was interrupted"
        if answer.error:
            why = answer.error
        said.append(f"This is the answer so far: {why}.")
    for model in answer.models:
        if unread := {o: model[o] for o in _OUTCOMES if model[o]}:
            counts = ", ".join(f"{n:,} {o}" for o, n in unread.items())
            said.append(f"Not counted for {model['model']}: {counts}.")
    if query.asked is None:
        said.append("The file holds the answer alone: no tasks can be shown.")
    elif not query.told:
        said.append("Which tasks were asked was not kept: only the answer's own can be shown.")
    return said


def _facts(answer: Answer) -> list[tuple[str, str]]:
    groups = answer.space["groups"]
    facts = [("plans", f"{answer.space['plans']:,}")]
    facts += [("groups", f"{groups:,}")] if answer.query.get("by") else []
    return [*facts, ("replies", f"{answer.replies:,}")]


def _spent(answer: Answer) -> list[list[Cell]]:
    ledger = answer.ledger
    rows: list[list[Cell]] = [
        ["budget of calls", answer.budget],
        ["calls made", ledger["calls"]],
        ["replies reused", ledger["reused"]],
        ["tasks", ledger["tasks"]],
        ["failed calls", ledger["failed"]],
        ["retries", ledger["retries"]],
        ["tokens in", ledger["input_tokens"]],
        ["tokens out", ledger["output_tokens"]],
        ["seconds of waiting for replies", ledger["seconds"]],
        ["US dollars", ledger["usd"]],
    ]
    passed = [[f"plans passed over: {r}", n] for r, n in ledger["infeasible"].items()]
    return [*rows, *passed]


# -- charts -----------------------------------------------------------------------------------


def _shown(items: Sequence[Item]) -> list[Item]:
    """Those in the answer, and some next to it."""
    chosen = [i for i in items if i.selected][: _MOST - _AROUND]
    others = [i for i in items if not i.selected]
    near = [i for i in others if i.membership != "out"] + [
        i for i in others if i.membership == "out"
    ]
    some = {id(i) for i in (*chosen, *near[: max(_AROUND, _MOST // 2 - len(chosen))])}
    return [i for i in items if id(i) in some]


def _by(answer: Answer) -> str:
    fields = " and ".join(map(plain, answer.query.get("by") or ()))
    return f"by {fields}" if fields else "of single plans"


def _items(answer: Answer) -> Chart:
    shown = _shown(answer.items)
    left = len(answer.items) - len(shown)
    if answer.query["kind"] == "compare":
        return _compared(answer, shown, left)
    threshold = answer.query.get("below")
    threshold = answer.query.get("above") if threshold is None else threshold
    marks = [
        Mark(
            label=label,
            estimate=i.estimate,
            low=i.low,
            high=i.high,
            answered=i.answered,
            membership=i.membership,
            selected=i.selected,
            certified=_bounds(i.certified),
        )
        for i, label in zip(shown, labels_of(shown), strict=True)
    ]
    return Dots(
        name="answer",
        title=f"Accuracy {_by(answer)}: the answer, and what is next to it",
        axis="accuracy",
        interval=_interval(answer),
        marks=marks,
        rule=threshold,
        rule_label="" if threshold is None else f"{level(threshold)}, as asked",
        left_out=left,
        note=_SELECTION,
    )


_SELECTION = "Filled: in the answer by its estimate. Hollow: not in it."


def _bounds(certified: Certified | None) -> Bounds | None:
    if certified is None:
        return None
    names = ("estimate", "low", "high", "answered")
    return Bounds(**{name: getattr(certified, name) for name in names})


def _interval(answer: Answer) -> str:
    return _INTERVALS[answer.interval].format(level(answer.confidence))


def _compared(answer: Answer, shown: Sequence[Item], left: int) -> Dots:
    many = len(answer.models) > 2
    marks = [
        Mark(
            label=label,
            series=v.baseline if many else "",
            estimate=v.estimate,
            low=v.low,
            high=v.high,
            answered=v.pairs,
            membership=i.membership,
            selected=i.selected,
            p=v.q_value,
        )
        for i, label in zip(shown, labels_of(shown), strict=True)
        for v in i.versus or ()
    ]
    first = answer.models[0]["model"]
    other = "the baseline" if many else answer.models[1]["model"]
    margin = float(answer.query.get("margin") or 0.0)
    return Dots(
        name="answer",
        title=f"{first} minus {other}, on the same tasks",
        axis="difference in accuracy",
        interval="exact bounds"
        if answer.interval == "exact"
        else f"{level(answer.confidence)} Tango",
        marks=marks,
        signed=True,
        rule=margin,
        rule_label=f"better by {level(margin)}" if margin else "no difference",
        left_out=left,
        note=_SELECTION,
        p_label="q-value",
    )


def _patterns(answer: Answer) -> list[Chart]:
    overall = answer.overall["estimate"]
    marks = [
        Mark(
            label=title_of(p),
            estimate=p.rate,
            low=p.low,
            high=p.high,
            answered=p.support,
            p=p.q_value,
        )
        for p in answer.patterns[:_MOST]
    ]
    if not marks:
        return []
    fresh = answer.interval == "model"
    kind = "Clopper and Pearson, of fresh replies" if fresh else "Wilson"
    return [
        Dots(
            name="patterns",
            title="Failure rate of the patterns",
            axis="failure rate",
            interval=f"{level(answer.confidence)} {kind}",
            marks=marks,
            rule=None if overall is None else 1 - overall,
            rule_label="" if overall is None else f"{percent(1 - overall)} overall",
            left_out=len(answer.patterns) - len(marks),
            p_label="q-value",
        )
    ]


# -- examples ---------------------------------------------------------------------------------


def _groups(query: Query, remaker: Remaker, gallery: Gallery, each: int) -> list[Group]:
    answer = query.answer
    entries: list[Item | FailurePattern] = [*answer.selected, *answer.patterns]
    groups = []
    for entry in entries[:_GROUPS]:
        fields = entry.key if isinstance(entry, Item) else entry.fields
        told = [t for t in query.told if fits(t.plan, fields)]
        if not told:
            told = _own_examples(entry)
        chosen = _some(told, each)
        found = {task.id: (task, said) for task, said in remaker.tasks(chosen)}
        judged = {t.task: _verdict(t) for t in chosen}
        tasks, replies = [task for task, _ in found.values()], _replies_in(found)
        line = _line(entry, answer)
        groups.append(group(title_of(entry), line, tasks, replies, judged, gallery, each))
    return groups


def _replies_in(
    found: Mapping[str, tuple[Task, Sequence[Said]]],
) -> Callable[[Task], Sequence[Said]]:
    return lambda task: found[task.id][1]


def _some(told: Sequence[Told], each: int) -> list[Told]:
    """The first wrong ones and right ones of the first model."""
    sides: dict[bool, list[Told]] = {False: [], True: []}
    for t in told:
        verdict = _verdict(t)
        if verdict is not None and len(sides[verdict]) < each:
            sides[verdict].append(t)
    return sides[False] + sides[True]


def _verdict(told: Told) -> bool | None:
    """Of the first model. The examples in an answer have no replies: they are failing ones."""
    if not told.replies:
        return False
    reply = told.replies[0]
    return None if reply is None else reply.correct


def _own_examples(entry: Item | FailurePattern) -> list[Told]:
    """The examples in an answer: of patterns failing ones, of groups any without a reply."""
    if isinstance(entry, Item):
        return []
    return [Told(task=e["task"], seed=e["seed"], plan=e["plan"]) for e in entry.examples]


_MEMBER = {
    "in": "in the answer by its interval",
    "out": "not in the answer by its interval",
    "undecided": "undecided whether it is in the answer",
}


def _line(entry: Item | FailurePattern, answer: Answer) -> str:
    if isinstance(entry, FailurePattern):
        return (
            f"Fails at {percent(entry.rate)} of {entry.support:,} "
            f"({percent(entry.low)} to {percent(entry.high)}){often(entry.lift)}"
        )
    if entry.versus:
        return ", ".join(
            f"{percent(v.estimate)} better than {v.baseline} in {v.pairs:,} pairs"
            for v in entry.versus
            if v.estimate is not None
        )
    said = f"{percent(entry.estimate)} right ({percent(entry.low)} to {percent(entry.high)})"
    if entry.certified is not None:
        c = entry.certified
        said += f"; certified {percent(c.low)} to {percent(c.high)} by {c.answered:,} fresh replies"
    return f"{said}; {_MEMBER[entry.membership]}"
