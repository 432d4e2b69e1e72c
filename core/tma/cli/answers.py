"""Answers of queries for people, and queries from files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tma.cli.common import print_json, print_table

if TYPE_CHECKING:
    from tma.query import Answer, Item

_SHOWN = 30
_SHARED = ("assets", "tasks", "where", "approximate", "confirm", "seed")
_OWN = ("budget", *_SHARED)


def read_queries(path: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any], list[str]]]:
    """The queries of a TOML file: settings, the question as a table, models.

    Raises:
        ConfigError: the file can't be read or is not of the right form.
    """
    import tomllib

    from tma.errors import ConfigError

    try:
        whole = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}", hint="see `tma query run --help`") from None
    tables = whole.get("query")
    if not isinstance(tables, list) or not all(isinstance(t, dict) and t for t in tables):
        raise ConfigError(f"{path} has no table [[query]]", hint="see `tma query run --help`")
    known = {*_SHARED, "budget", "query"}
    if unknown := sorted(whole.keys() - known):
        raise ConfigError(f"{path}: no setting is called {unknown[0]!r}")
    left = whole.get("budget", 500 * len(tables))
    _check_whole(path, left)
    for number, table in enumerate(tables):
        question = {k: v for k, v in table.items() if k not in (*_OWN, "model", "baselines")}
        if "model" not in table:
            raise ConfigError(f"{path}: query {number + 1} names no model")
        settings = {k: whole[k] for k in _SHARED if k in whole}
        settings |= {k: table[k] for k in _SHARED if k in table}
        for name in ("tasks", "where"):
            if name in settings:
                given = settings[name]
                settings[name] = (given,) if isinstance(given, str) else tuple(given)
        share = table.get("budget", left // (len(tables) - number))
        _check_whole(path, share)
        settings["budget"] = min(share, left)
        left -= settings["budget"]
        yield settings, question, [table["model"], *table.get("baselines", [])]


def _check_whole(path: Path, budget: object) -> None:
    from tma.errors import ConfigError

    if type(budget) is not int or budget < 0:
        raise ConfigError(f"{path}: budget {budget!r} is no whole number of calls")


def report(answer: Answer, as_json: bool, path: Path | None, name: str) -> None:
    """Print an answer, and write it to a file if wanted."""
    if path is not None:
        _save(answer, path)
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
    unread = {o: sum(m[o] for m in answer.models) for o in _UNREAD}
    if any(unread.values()):
        click.echo("not counted: " + ", ".join(f"{n} {o}" for o, n in unread.items() if n))
    if not answer.complete:
        click.echo(f"this is the answer so far: `tma query resume {name}` goes on")


_UNREAD = ("unparsed", "ambiguous", "refused", "failed")


def _save(answer: Answer, path: Path) -> None:
    import json

    from tma.mediacache import write_whole

    text = json.dumps(answer.as_json(), indent=2, ensure_ascii=False)
    write_whole(path, f"{text}\n".encode())


def _show_items(answer: Answer) -> None:
    compares = answer.query["kind"] == "compare"
    fields = list(dict.fromkeys(f for item in answer.items for f in item.key))
    shown = answer.selected[:_SHOWN] or answer.items[:10]
    numbers = ["difference", "low", "high", "pairs", "q-value"] if compares else []
    columns = ["rank", *fields]
    columns += ["baseline", *numbers] if compares else ["accuracy", "low", "high", "answered"]
    if answer.interval == "model":
        columns += ["certified", "probability"]
    rows = [row for item in shown for row in _rows(item, fields)]
    percent = f"{answer.confidence:.0%}"
    best = answer.query["kind"] == "threshold" and answer.interval == "model"
    by = "expected F1" if best else "their estimates"
    chosen = f"{len(answer.selected)} of {len(answer.items)} in the answer by {by}"
    print_table(
        [*columns, "membership"], rows, title=f"{chosen}, {percent} {answer.interval} intervals"
    )
    counts = {m: sum(i.membership == m for i in answer.items) for m in ("in", "out", "undecided")}
    how = "tests" if compares else "model" if answer.interval == "model" else "intervals"
    click.echo(f"settled by the {how}: " + ", ".join(f"{n} {m}" for m, n in counts.items()))
    if answer.items and counts["undecided"] == len(answer.items):
        click.echo("nothing is settled yet: raise --budget, or make fewer groups")
    without = sum(not item.tasks for item in answer.items)
    if without and answer.complete:
        click.echo(f"{without} group(s) without any task: no feasible plan was found in them")


def _rows(item: Item, fields: Sequence[str]) -> list[tuple[object, ...]]:
    key = [item.names.get(f, item.key.get(f)) for f in fields]
    if item.versus is None:
        numbers: tuple[object, ...] = (item.estimate, item.low, item.high, item.answered)
        if item.probability is not None:
            sure = item.certified
            said = "-" if sure is None else f"{sure.low:.3f} to {sure.high:.3f}"
            numbers += (said, item.probability)
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
