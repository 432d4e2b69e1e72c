"""Answers of queries for people."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from tma.cli.common import print_json, print_table

if TYPE_CHECKING:
    from tma.query import Answer, Item, QueryRun
    from tma.query.saved import Asked

_SHOWN = 30
_NAMED = 3
_FEW = 8
"""Of groups with fewer plans it is said how many they have."""


class Standing:
    """What a query's answer is so far, in a few words; looked at now and then."""

    _PAUSE = 2.0
    _SHARE = 0.05

    def __init__(self) -> None:
        self._said = ""
        self._next = time.monotonic() + self._PAUSE

    def of(self, run: QueryRun) -> str:
        """Who comes first, and how much is settled."""
        started = time.monotonic()
        if started >= self._next:
            self._said = _standing(run.answer())
            ended = time.monotonic()
            self._next = ended + max(self._PAUSE, (ended - started) / self._SHARE)
        return self._said


def _standing(answer: Answer) -> str:
    if answer.query["kind"] == "debug":
        found = [_condition(f, v, p.names) for p in answer.patterns for f, v in p.fields.items()]
        return f"{len(answer.patterns)} patterns {', '.join(found[:_NAMED])}".rstrip()
    first = answer.selected[:_NAMED]
    names = [" ".join(str(i.names.get(f, v)) for f, v in i.key.items()) for i in first]
    counts = [f"{n} {m}" for m, n in _settled(answer).items()]
    return f"{', '.join(names) or 'nothing yet'}; {', '.join(counts)}"


def _settled(answer: Answer) -> dict[str, int]:
    states = ("in", "out", "undecided")
    return {m: sum(i.membership == m for i in answer.items) for m in states}


def say_question(asked: Asked) -> None:
    """Print what was asked, of whom."""
    question = {**asked.question}
    kind, by = question.pop("kind"), ", ".join(question.pop("by", None) or ())
    more = {**question, **asked.settings}
    said = ", ".join(f"{k} {v}" for k, v in more.items() if v not in (None, False, [], ()))
    click.echo(f"{asked.id}: {kind} of {', '.join(asked.models)} by {by or 'plan'}")
    click.echo(said)


def report(answer: Answer, name: str, as_json: bool) -> None:
    """Print an answer; `name` is its query's id."""
    if as_json:
        print_json(answer.as_json())
        return
    if answer.query["kind"] == "debug":
        _show_patterns(answer)
    else:
        _show_items(answer)
    ledger, space = answer.ledger, answer.space
    passed = sum(ledger["infeasible"].values())
    click.echo(
        f"{answer.approximate}, seed {answer.seed}: {ledger['tasks']:,} tasks of "
        f"{space['plans']:,} plans in {space['groups']:,} group(s); "
        f"{ledger['calls']:,} of {answer.budget:,} calls made, {ledger['reused']:,} replies "
        f"reused; {passed:,} infeasible plans passed over"
    )
    if costs := _costs(ledger):
        click.echo(f"spent: {costs}")
    if ledger["stopped"]:
        click.echo(f"the budget of {ledger['stopped']} is used up")
    unread = {o: sum(m[o] for m in answer.models) for o in _UNREAD}
    if any(unread.values()):
        click.echo("not counted: " + ", ".join(f"{n} {o}" for o, n in unread.items() if n))
    if not answer.complete and not ledger["stopped"]:
        click.echo(f"this is the answer so far: `tma query resume {name}` goes on")


def _costs(ledger: Mapping[str, Any]) -> str:
    parts = [] if ledger["usd"] is None else [f"${ledger['usd']:.4f}"]
    if tokens := ledger["input_tokens"] + ledger["output_tokens"]:
        parts.append(f"{tokens:,} tokens")
    if ledger["retries"]:
        parts.append(f"{ledger['retries']:,} retries")
    return ", ".join(parts)


_UNREAD = ("unparsed", "ambiguous", "refused", "failed")


def _show_items(answer: Answer) -> None:
    compares = answer.query["kind"] == "compare"
    fields = list(dict.fromkeys(f for item in answer.items for f in item.key))
    shown = answer.selected[:_SHOWN] or answer.items[:10]
    numbers = ["difference", "low", "high", "pairs", "q-value"] if compares else []
    columns = ["rank", *fields]
    columns += ["baseline", *numbers] if compares else ["accuracy", "low", "high", "answered"]
    # of the answer, not of its items: before the first reply these hold nothing of a model
    modelled, warm = answer.interval == "model", bool(answer.warm_start)
    columns += ["certified", "probability"] if modelled else []
    columns += ["cold", "cold answer"] if warm else []
    rows = [row for item in shown for row in _rows(item, fields, modelled=modelled, warm=warm)]
    percent = f"{answer.confidence:.0%}"
    best = answer.query["kind"] == "threshold" and answer.interval == "model"
    by = "expected F1" if best else "their estimates"
    chosen = f"{len(answer.selected)} of {len(answer.items)} in the answer by {by}"
    print_table(
        [*columns, "membership"], rows, title=f"{chosen}, {percent} {answer.interval} intervals"
    )
    counts = _settled(answer)
    how = "tests" if compares else "model" if answer.interval == "model" else "intervals"
    click.echo(f"settled by the {how}: " + ", ".join(f"{n} {m}" for m, n in counts.items()))
    if answer.items and counts["undecided"] == len(answer.items) and answer.error is None:
        click.echo("nothing is settled yet: raise --budget, or make fewer groups")
    if answer.warm_start:
        replies = sum(e["replies"] for e in answer.warm_start)
        others = [i for i in answer.items if i.cold and i.cold.selected and not i.selected]
        named = ", ".join(" ".join(map(str, _key(i, fields))) for i in others[:_SHOWN])
        click.echo(
            f"warm start from {replies:,} replies of {len(answer.warm_start)} model(s); without it "
            + (f"these would be in the answer too: {named}" if others else "the same or fewer")
        )
    if by_field := answer.query.get("by"):
        few = [i for i in answer.selected if i.plans < _FEW]
        named = ", ".join(f"{' '.join(map(str, _key(i, by_field)))} ({i.plans})" for i in few)
        if few:
            click.echo(f"of fewer than {_FEW} plans: {named}")
    without = sum(bool(i.infeasible and not i.tasks) for i in answer.items)
    if without and answer.complete:
        click.echo(f"{without} group(s) without any task: no feasible plan was found in them")


def _key(item: Item, fields: Sequence[str]) -> list[object]:
    return [item.names.get(f, item.key.get(f)) for f in fields]


def _rows(
    item: Item, fields: Sequence[str], *, modelled: bool, warm: bool
) -> list[tuple[object, ...]]:
    key = _key(item, fields)
    if item.versus is None:
        numbers: tuple[object, ...] = (item.estimate, item.low, item.high, item.answered)
        if modelled:
            sure = item.certified
            said = None if sure is None else f"{sure.low:.3f} to {sure.high:.3f}"
            numbers += (said, item.probability)
        if warm:
            cold = item.cold
            chosen = None if cold is None else "in it" if cold.selected else "not in it"
            numbers += (None if cold is None else cold.estimate, chosen)
        return [(item.rank, *key, *numbers, item.membership)]
    return [
        (
            item.rank,
            *key,
            v.baseline,
            v.estimate,
            v.low,
            v.high,
            v.pairs,
            v.q_value,
            item.membership,
        )
        for v in item.versus
    ]


def _show_patterns(answer: Answer) -> None:
    overall = answer.overall
    rate = None if overall["estimate"] is None else 1 - overall["estimate"]
    rows = [
        (
            " and ".join(_condition(f, v, p.names) for f, v in p.fields.items()),
            p.rate,
            p.low,
            p.high,
            p.lift,
            p.support,
            p.q_value,
        )
        for p in answer.patterns[:_SHOWN]
    ]
    columns = ("pattern", "failure rate", "low", "high", "lift", "plans", "q-value")
    said = "-" if rate is None else f"{rate:.3f}"
    title = f"failure rate {said} overall; {len(answer.patterns)} patterns of {answer.tested}"
    print_table(columns, rows, title=title)


def _condition(field: str, value: object, names: Mapping[str, str]) -> str:
    return f"no {field}" if value is None else f"{field} = {names.get(field, value)}"
