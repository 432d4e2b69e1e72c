"""Questions and answers of queries in plain words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tma.contract.plan import Value
from tma.query.answer import Answer, FailurePattern, Item, Named

_NAMED = 5


def often(lift: float | None) -> str:
    """How often something fails beside what fails overall; nothing if nothing else does."""
    return "" if lift is None else f", {lift:.1f} times as often as overall"


def percent(share: float | None, digits: int = 0) -> str:
    """A share of 1 in percent; a dash for None."""
    return (
        "\N{EN DASH}"
        if share is None
        else f"{share:.{digits}%}".replace("%", "\N{NO-BREAK SPACE}%")
    )


def level(share: float) -> str:
    """A share that somebody chose, such as a confidence, in percent with all its digits."""
    return f"{share * 100:g}\N{NO-BREAK SPACE}%"


def points(difference: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{signed(difference)}\N{NO-BREAK SPACE}points"


def signed(difference: float) -> str:
    """The same without the unit."""
    return f"{difference * 100:+.0f}".replace("-", "\N{MINUS SIGN}")


def plain(field: str) -> str:
    """A field's name for people."""
    return field.replace("_", " ")


def named(fields: Named, names: Mapping[str, str], *, with_fields: bool) -> str:
    """A group's or pattern's fields in words."""
    parts = [_condition(f, v, names, with_fields=with_fields) for f, v in fields.items()]
    return ", ".join(parts) or "everything"


def _condition(
    field: str, value: Value | None, names: Mapping[str, str], *, with_fields: bool
) -> str:
    if value is None:
        return f"no {plain(field)}"
    shown = str(names.get(field, value))
    # a bare number says nothing
    return f"{plain(field)} {shown}" if with_fields or not isinstance(value, str) else shown


def listed(texts: Sequence[str], most: int = _NAMED) -> str:
    """Some texts as a list with `and`; of many the first and how many more there are."""
    shown = list(texts[:most])
    if rest := len(texts) - len(shown):
        shown.append(f"{rest} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def question_of(answer: Answer) -> str:
    """What was asked."""
    query, model = answer.query, str(answer.models[0]["model"])
    groups = _groups(query.get("by") or ())
    if query["kind"] == "top-k":
        how = "worst" if query["worst"] else "best"
        return (
            f"Where is {model} {how}? The {query['k']:,} {groups} with the {_end(query)} accuracy"
        )
    if query["kind"] == "threshold":
        below = query.get("below") is not None
        value = query["below"] if below else query["above"]
        side = "less" if below else "more"
        return f"In which {groups} does {model} get {side} than {level(value)} right?"
    if query["kind"] == "compare":
        others = listed([str(m["model"]) for m in answer.models[1:]])
        margin = f" by more than {level(query['margin'])}" if query.get("margin") else ""
        return f"In which {groups} is {model} better than {others}{margin}?"
    return f"What have the tasks in common at which {model} fails?"


def _end(query: Mapping[str, object]) -> str:
    return "lowest" if query["worst"] else "highest"


def _groups(by: Iterable[str]) -> str:
    fields = " and ".join(map(plain, by))
    return f"groups by {fields}" if fields else "single plans"


def answer_to(answer: Answer) -> str:
    """What came out, in two sentences."""
    if answer.query["kind"] == "debug":
        return _patterns(answer)
    chosen, items = answer.selected, answer.items
    if not chosen:
        return f"In none of {len(items):,}, as far as the replies tell. {_settled(items)}"
    names = listed([named(i.key, i.names, with_fields=False) for i in chosen])
    if answer.query["kind"] == "compare":
        sure = [i for i in chosen if i.membership == "in"]
        said = listed([named(i.key, i.names, with_fields=False) for i in sure]) if sure else ""
        first = f"Shown in {said}. " if said else "Shown in none. "
        return f"{first}By the estimates in {len(chosen)} of {len(items):,}. {_settled(items)}"
    said = f"{names[0].upper()}{names[1:]}."
    if answer.query["kind"] == "threshold" and not any(_beyond(answer, i) for i in chosen):
        # the set with the best expected F1 holds the likeliest where nothing is likely
        said = f"By the estimates in none; the likeliest are {names}."
    return f"{said} {_spread(answer, chosen)} {_settled(items)}"


def _beyond(answer: Answer, item: Item) -> bool:
    """Whether an item's estimate is beyond the threshold that was asked about."""
    below, above = answer.query.get("below"), answer.query.get("above")
    if item.estimate is None:
        return False
    return item.estimate < below if below is not None else item.estimate > float(above or 0)


def _spread(answer: Answer, chosen: Sequence[Item]) -> str:
    shares = [i.estimate for i in chosen if i.estimate is not None]
    if not shares:
        return ""
    low, high = percent(min(shares)), percent(max(shares))
    there = low if low == high else f"{low} to {high}"
    return f"Right there: {there}; over all replies: {percent(answer.overall['estimate'])}."


def _settled(items: Sequence[Item]) -> str:
    counts = {m: sum(i.membership == m for i in items) for m in ("in", "out", "undecided")}
    return (
        f"Settled: {counts['in']:,} in, {counts['out']:,} out; {counts['undecided']:,} of "
        f"{len(items):,} undecided."
    )


def _patterns(answer: Answer) -> str:
    overall = answer.overall["estimate"]
    rate = "" if overall is None else f"It fails at {percent(1 - overall)} of the tasks asked. "
    if not answer.patterns:
        return f"{rate}No pattern of {answer.tested:,} that were tested stands out."
    first = listed([f"{title_of(p)} ({percent(p.rate)})" for p in answer.patterns], 3)
    many = len(answer.patterns)
    return f"{rate}It fails more often at {first}: {many} of {answer.tested:,} tested."


def labels_of(items: Sequence[Item]) -> list[str]:
    """Groups' names beside one another, whose fields are known; ids where names are the same."""
    many = [len(i.key) > 1 for i in items]
    found = [named(i.key, i.names, with_fields=m) for i, m in zip(items, many, strict=True)]
    often = Counter(found)
    return [
        text if often[text] == 1 else named(i.key, {}, with_fields=m)
        for i, text, m in zip(items, found, many, strict=True)
    ]


def title_of(entry: Item | FailurePattern) -> str:
    """A group or pattern with its fields' names."""
    fields = entry.key if isinstance(entry, Item) else entry.fields
    return named(fields, entry.names, with_fields=True)
