"""From replies to an answer: counting, intervals, membership, ranks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tma.calls import Answer as Reply
from tma.catalogue import Catalogue
from tma.contract.plan import Value
from tma.contract.tasks import Task
from tma.intervals import Interval, wilson
from tma.ledger import Ledger
from tma.models import LoadedModel
from tma.query import compared, membership
from tma.query.answer import Answer, FailurePattern, Item, Named, Versus, example_of
from tma.query.certify import clopper_pearson
from tma.query.course import Course
from tma.query.modelled import Believed, believed
from tma.query.patterns import find_patterns, odds_ratio
from tma.query.probe import Probe
from tma.query.questions import KINDS, Approximate, Compare, Debug, Question, Threshold, TopK
from tma.query.sample import Drawn, Group
from tma.scores import OUTCOMES

Replies = Mapping[str, Reply]
_INTERVALS = {"exact": "exact", "random": "wilson", "fit": "model", "active": "model"}


@dataclass(frozen=True)
class Findings:
    """All that is known when an answer is wanted.

    Attributes:
        replies: for each model, by task id.
        drawn: the tasks with a reply of some model, in the order drawn.
        groups: of the space, one of all plans if there is no grouping.
        fields: the grouping.
        approximate: how plans were chosen.
        course: of `fit` and `active`.
    """

    question: Question
    models: Sequence[LoadedModel]
    replies: Sequence[Replies]
    drawn: Sequence[Drawn]
    groups: Sequence[Group]
    fields: Sequence[str]
    approximate: Approximate
    catalogue: Catalogue
    course: Course | None = None

    @property
    def exact(self) -> bool:
        """Whether every plan is asked."""
        return self.approximate == "exact"


@dataclass
class _Unit:
    """What becomes an item: a group, or a single plan."""

    key: Named
    plans: int
    infeasible: int
    tasks: list[Task] = field(default_factory=list)


def summarise(
    found: Findings,
    *,
    plans: int,
    budget: int,
    seed: int,
    complete: bool,
    error: str | None,
    reasons: Mapping[str, int],
    spent: Ledger,
    stopped: str | None,
) -> Answer:
    """The answer to the question."""
    models = [_model_json(m, r) for m, r in zip(found.models, found.replies, strict=True)]
    settings = asdict(found.question)
    confidence = settings.pop("confidence")
    if "by" in settings:
        settings["by"] = list(found.fields)
    patterns: tuple[list[FailurePattern], int] = ([], 0)
    if isinstance(found.question, Debug):
        patterns = _patterns(found, found.question)
    passed = sum(reasons.values())
    everything = _Unit({}, plans, passed, [d.task for d in found.drawn])
    return Answer(
        query={"kind": KINDS[type(found.question)], **settings},
        approximate=found.approximate,
        seed=seed,
        budget=budget,
        confidence=confidence,
        complete=complete,
        error=error,
        space={"plans": plans, "groups": len(found.groups)},
        models=models,
        ledger={
            "calls": sum(m["calls"] for m in models),
            "reused": sum(m["reused"] for m in models),
            "tasks": len(found.drawn),
            "infeasible": dict(sorted(reasons.items())),
            **{k: v for k, v in spent.as_json().items() if k != "calls"},
            "stopped": stopped,
        },
        overall=_share(found, everything),
        interval=_interval(found),
        warm_start=[
            {"model": e.model, "config": json.loads(e.config), "replies": len(e.plans)}
            for e in (found.course.earlier if found.course is not None else ())
        ],
        items=[] if isinstance(found.question, Debug) else _items(found),
        patterns=patterns[0],
        tested=patterns[1],
    )


def _interval(found: Findings) -> str:
    """Of which kind the intervals of items are; those of differences are Tango's, or exact."""
    if isinstance(found.question, Compare) and not found.exact:
        return "wilson"
    return _INTERVALS[found.approximate]


def _model_json(model: LoadedModel, replies: Replies) -> dict[str, Any]:
    outcomes = Counter(r.outcome for r in replies.values())
    reused = sum(r.reused for r in replies.values())
    return {
        "model": model.label,
        "id": model.id,
        "config": dict(model.config),
        "calls": len(replies) - reused,
        "reused": reused,
        **{name: outcomes[name] for name in OUTCOMES},
    }


# -- items ------------------------------------------------------------------------------------


def _units(found: Findings) -> list[_Unit]:
    if found.course is not None:
        keys, groups = found.course.keys(), found.course.groups
        units = [_Unit(k, g.plans, g.infeasible) for k, g in zip(keys, groups, strict=True)]
        for drawn in found.drawn:
            units[drawn.group].tasks.append(drawn.task)
        return units
    if not found.fields:
        return [_Unit(dict(d.task.plan), 1, 0, [d.task]) for d in found.drawn]
    units = [
        _Unit(dict(zip(found.fields, g.key, strict=True)), g.plans, g.infeasible)
        for g in found.groups
    ]
    for drawn in found.drawn:
        units[drawn.group].tasks.append(drawn.task)
    return units


def _share(found: Findings, unit: _Unit) -> dict[str, Any]:
    """Counts, estimate and interval of the first model over a unit's tasks."""
    replies = [found.replies[0].get(t.id) for t in unit.tasks]
    named = [r.correct for r in replies if r is not None and r.correct is not None]
    right, answered = sum(named), len(named)
    if found.exact:
        whole = max(unit.plans - unit.infeasible, answered)
        missing = whole - answered
        bounds = Interval(right / whole, (right + missing) / whole) if whole else Interval(0, 1)
    else:
        bounds = wilson(right, answered, found.question.confidence)
    estimate = right / answered if answered else None
    return {
        "right": right,
        "answered": answered,
        "estimate": estimate,
        "low": bounds.low,
        "high": bounds.high,
    }


def _items(found: Findings) -> list[Item]:
    units = _units(found)
    if found.course is not None and not isinstance(found.question, Compare):
        return _believed_items(found, units, believed(found.course, found.question.confidence))
    shares = [_share(found, u) for u in units]
    versus = _compared(found, found.question, units)
    member, order, selected = _judge(found, shares, versus)
    return [
        _item(found, units[i], shares[i], versus[i], rank, member[i], i in selected)
        for rank, i in enumerate(order, start=1)
    ]


def _compared(found: Findings, question: Question, units: Sequence[_Unit]) -> list[list[Versus]]:
    """Every unit against every baseline; tests are of fresh tasks where a search chose units."""
    if not isinstance(question, Compare):
        return [[] for _ in units]
    tasks: list[Sequence[Task]] = [u.tasks for u in units]
    judged = tasks
    if found.course is not None:
        judged = [found.course.fresh.get(i, []) for i in range(len(units))]
    whole = [u.plans - u.infeasible for u in units] if found.exact else None
    return compared.versus(question, found.models, found.replies, tasks, judged, whole)


def _believed_items(found: Findings, units: Sequence[_Unit], known: Believed) -> list[Item]:
    """Items with the model's beliefs; single plans only if asked or chosen."""
    items: list[Item] = []
    for i in known.order:
        if not found.fields and not units[i].tasks and i not in known.selected:
            continue
        share = _share(found, units[i])
        share |= {"estimate": known.estimates[i], **known.intervals[i]._asdict()}
        share |= {"probability": known.chances[i], "certified": known.certified.get(i)}
        share |= {"cold": known.cold[i] if known.cold else None}
        chosen = i in known.selected
        items.append(_item(found, units[i], share, [], len(items) + 1, known.members[i], chosen))
    return items


def _item(
    found: Findings,
    unit: _Unit,
    share: Mapping[str, Any],
    versus: Sequence[Versus],
    rank: int,
    member: membership.Membership,
    selected: bool,
) -> Item:
    ids = [t.id for t in unit.tasks]
    replies = [r[i] for r in found.replies for i in ids if i in r]
    reused = sum(r.reused for r in replies)
    return Item(
        key=unit.key,
        names=_names(unit.key, found.catalogue),
        rank=rank,
        selected=selected,
        membership=member,
        plans=unit.plans,
        tasks=len(unit.tasks),
        infeasible=unit.infeasible,
        calls=len(replies) - reused,
        reused=reused,
        example=example_of(unit.tasks[0]) if unit.tasks else None,
        versus=versus if isinstance(found.question, Compare) else None,
        **share,
    )


def _judge(
    found: Findings, shares: Sequence[Mapping[str, Any]], versus: Sequence[Sequence[Versus]]
) -> compared.Judged:
    question = found.question
    intervals = [Interval(s["low"], s["high"]) for s in shares]
    known = [i for i, s in enumerate(shares) if s["estimate"] is not None]
    if isinstance(question, Compare):
        return compared.judge(question, versus, exact=found.exact)
    if isinstance(question, TopK):
        order = _ranked(shares, ascending=question.worst)
        member = membership.top_k(intervals, question.k, worst=question.worst)
        return member, order, set([i for i in order if i in set(known)][: question.k])
    assert isinstance(question, Threshold)
    if question.below is not None:
        order = _ranked(shares, ascending=True)
        member = [membership.below(i, question.value) for i in intervals]
        return member, order, {i for i in known if shares[i]["estimate"] < question.value}
    order = _ranked(shares, ascending=False)
    member = [membership.above(i, question.value) for i in intervals]
    return member, order, {i for i in known if shares[i]["estimate"] > question.value}


def _ranked(shares: Sequence[Mapping[str, Any]], *, ascending: bool) -> list[int]:
    """By estimate, then by the bound that says how sure that is; what is unknown comes last."""

    def key(i: int) -> tuple[bool, float, float, int]:
        s = shares[i]
        if s["estimate"] is None:
            return True, 0.0, 0.0, i
        near, sign = (s["high"], 1) if ascending else (s["low"], -1)
        return False, sign * s["estimate"], sign * near, i

    return sorted(range(len(shares)), key=key)


# -- patterns and names -----------------------------------------------------------------------


def _confirmed(found: Findings, probe: Probe, confidence: float) -> list[FailurePattern]:
    """The patterns that a search confirmed, with failing tasks as examples."""
    shown = []
    for suspect, p_value, q_value in probe.found():
        fields = probe.values(suspect)
        bounds = clopper_pearson(suspect.failed, suspect.fresh, confidence)
        failing = [
            d.task
            for d in found.drawn
            if found.replies[0][d.task.id].correct is False
            and all(d.task.plan.get(f) == v for f, v in fields.items())
        ]
        rate = suspect.failed / suspect.fresh
        shown.append(
            FailurePattern(
                fields=fields,
                names=_names(fields, found.catalogue),
                support=suspect.fresh,
                failures=suspect.failed,
                rate=rate,
                lift=rate / probe.rate if probe.rate else None,
                odds_ratio=odds_ratio(suspect.failed, suspect.fresh, probe.rate),
                low=bounds.low,
                high=bounds.high,
                p_value=p_value,
                q_value=q_value,
                examples=[example_of(t) for t in failing[:3]],
            )
        )
    return shown


def _patterns(found: Findings, question: Debug) -> tuple[list[FailurePattern], int]:
    if found.course is not None and isinstance(found.course.search, Probe):
        probe = found.course.search
        return _confirmed(found, probe, question.confidence), len(probe.tests())
    tasks, wrong = [], []
    for drawn in found.drawn:
        reply = found.replies[0].get(drawn.task.id)
        if reply is not None and reply.correct is not None:
            tasks.append(drawn.task)
            wrong.append(not reply.correct)
    patterns, tested = find_patterns(
        [t.plan for t in tasks],
        wrong,
        confidence=question.confidence,
        min_support=question.min_support,
    )
    shown = []
    for p in patterns:
        values = {name: getattr(p, name) for name in p.__slots__}
        fields: dict[str, Value | None] = dict(p.fields)
        values["fields"] = fields
        values["examples"] = [example_of(tasks[i]) for i in p.examples]
        shown.append(FailurePattern(names=_names(fields, found.catalogue), **values))
    return shown, tested


def _names(key: Named, catalogue: Catalogue) -> dict[str, str]:
    """Names of the categories among the values, by field."""
    names = {}
    for name, value in key.items():
        if name.endswith("category") and isinstance(value, str):
            try:
                names[name] = catalogue.name(value)
            except KeyError:
                continue
    return names
