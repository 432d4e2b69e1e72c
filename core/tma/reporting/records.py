"""What reports count: one line a reply, with the plan that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tma.contract.plan import Value
from tma.reporting.content import FEW, Field, Heat
from tma.reporting.words import plain
from tma.scores import Accuracy

_MOST_VALUES = 24
_MOST_FIELDS = 4
_MOST_GENERATORS = 6
_FEW_EACH = 10
Cluster = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Record:
    """A reply.

    Attributes:
        model: label of who replied.
        plan: the task's plan, with `generator`.
        cluster: what is not independent has the same: the plan's id, or that of the task.
        correct: None if no option was named.
        names: of categories among the plan's values.
    """

    model: str
    plan: Mapping[str, Value]
    cluster: str
    correct: bool | None
    names: Mapping[str, str] = field(default_factory=dict)


class _Counts:
    """Right answers and answers by row, column and cluster.

    Attributes:
        sizes: right answers and answers of each row.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[Value, str], Cluster] = {}
        self.sizes: dict[Value, tuple[int, int]] = {}

    def add(self, row: Value, column: str, cluster: str, correct: bool) -> None:
        there = self._found.setdefault((row, column), {})
        right, answered = there.get(cluster, (0, 0))
        there[cluster] = right + correct, answered + 1
        right, answered = self.sizes.get(row, (0, 0))
        self.sizes[row] = right + correct, answered + 1

    def fields(
        self, rows: Sequence[Value], labels: Mapping[Value, str], confidence: float
    ) -> list[Field]:
        shown = []
        for (row, column), clusters in self._found.items():
            if row in rows:
                a = Accuracy.of(list(clusters.values()), confidence)
                bounds = {n: getattr(a, n) for n in ("estimate", "low", "high", "answered")}
                shown.append(Field(row=labels[row], column=column, **bounds))
        return shown


def heat_maps(
    records: Iterable[Record], models: Sequence[str], confidence: float, note: str = ""
) -> list[Heat]:
    """Accuracy by task generator, and by the plan fields that tell most.

    Columns are models; of one model they are generators, where there are few. Fields with one
    value are left out, of fields with many values those that were asked most are shown.
    """
    known = [r for r in records if r.correct is not None]
    if not known:
        return []
    generators = sorted({str(r.plan["generator"]) for r in known})
    maps = []
    if len(generators) > 1 or len(models) > 1:
        maps.append(_by_generator(known, generators, models, confidence, note))
    by_generator = len(models) == 1 and 1 < len(generators) <= _MOST_GENERATORS
    short = _short(generators)
    columns = list(short.values()) if by_generator else models
    found = []
    names: dict[str, str] = {}
    for r in known:
        names |= r.names
    for name in sorted({f for r in known for f in r.plan} - {"generator"}):
        counts = _Counts()
        for r in known:
            if name in r.plan:
                column = short[str(r.plan["generator"])] if by_generator else r.model
                counts.add(r.plan[name], column, r.cluster, bool(r.correct))
        made = _map_of(name, counts, names, columns, confidence, note)
        if made is not None:
            found.append(made)
    found.sort(key=lambda pair: (-pair[0], pair[1].name))
    return maps + [heat for _, heat in found[:_MOST_FIELDS]]


def _short(generators: Sequence[str]) -> dict[str, str]:
    """Generators by their names alone, if they are of one family."""
    families = {g.partition("/")[0] for g in generators}
    return {g: g.partition("/")[2] or g if len(families) == 1 else g for g in generators}


def _by_generator(
    known: Sequence[Record],
    generators: Sequence[str],
    models: Sequence[str],
    confidence: float,
    note: str,
) -> Heat:
    """Accuracy by generator, or by family of generators where there are few answers to each."""
    families = {g: g.partition("/")[0] for g in generators}
    each = len(known) / (len(generators) * len(models))
    gather = each < _FEW_EACH and 1 < len(set(families.values())) < len(generators)
    row_of = families if gather else {g: g for g in generators}
    counts = _Counts()
    for r in known:
        counts.add(row_of[str(r.plan["generator"])], r.model, r.cluster, bool(r.correct))
    rows = sorted(set(row_of.values()))
    labels: dict[Value, str] = {row: row for row in rows}
    return Heat(
        name="by-family" if gather else "by-generator",
        title="Accuracy by family of questions" if gather else "Accuracy by kind of question",
        rows=rows,
        columns=models,
        fields=counts.fields(rows, labels, confidence),
        note=note,
    )


def _map_of(
    name: str,
    counts: _Counts,
    names: Mapping[str, str],
    columns: Sequence[str],
    confidence: float,
    note: str,
) -> tuple[float, Heat] | None:
    """A field's map with how much its values differ; None if it says nothing."""
    sizes = counts.sizes
    fewest = FEW * max(1, len(columns) // 2)
    asked = sorted((r for r in sizes if sizes[r][1] >= fewest), key=lambda r: -sizes[r][1])
    if len(asked) < 2:
        return None
    shown = asked[:_MOST_VALUES]
    if all(isinstance(row, int) for row in shown):
        shown.sort()
    else:
        shown.sort(key=lambda r: (sizes[r][0] / sizes[r][1], str(r)))
    labels = _labels(shown, names)
    fields = counts.fields(shown, labels, confidence)
    used = [c for c in columns if any(f.column == c for f in fields)]
    heat = Heat(
        name=f"by-{name.replace('_', '-')}",
        title=f"Accuracy by {plain(name)}",
        rows=[labels[r] for r in shown],
        columns=used,
        fields=fields,
        note=note,
        left_out=len(sizes) - len(shown),
    )
    return _telling([sizes[r] for r in shown]), heat


def _labels(rows: Sequence[Value], names: Mapping[str, str]) -> dict[Value, str]:
    """What people read for each value; ids where names are the same."""
    named = {row: str(names.get(str(row), row)) for row in rows}
    often = list(named.values())
    return {r: text if often.count(text) == 1 else str(r) for r, text in named.items()}


def _telling(counts: Sequence[tuple[int, int]]) -> float:
    """Chi-square per degree of freedom of the hypothesis that all values are as hard."""
    right, answered = sum(r for r, _ in counts), sum(n for _, n in counts)
    share = right / answered
    if not 0 < share < 1:
        return 0.0
    spread = share * (1 - share)
    return sum((r - n * share) ** 2 / (n * spread) for r, n in counts) / (len(counts) - 1)
