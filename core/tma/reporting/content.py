"""What a report says, before it is a page: plain data, from which pages, pictures and JSON come."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from tma.query.membership import Membership

FORMAT = 1
FEW = 5
"""Fields of a heat map with fewer answers have no colour."""
_LONGEST = 60
"""Letters of the names of files: file systems count bytes."""
Cell = str | int | float | None


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """An estimate with its interval; `answered` is how many replies it rests on."""

    estimate: float | None
    low: float
    high: float
    answered: int


@dataclass(frozen=True, kw_only=True)
class Mark(Bounds):
    """A line of a dot plot.

    Attributes:
        label: whose it is.
        membership: whether it is in the answer, where that is asked.
        selected: whether it is in the answer by its estimate, likewise.
        certified: what fresh replies say that were kept for it.
        series: what tells lines with the same label apart, such as a model; empty if nothing does.
        p: of a test that there is nothing in it, corrected for the number of tests if need be.
    """

    label: str
    membership: Membership | None = None
    selected: bool = False
    certified: Bounds | None = None
    series: str = ""
    p: float | None = None


@dataclass(frozen=True, kw_only=True)
class Dots:
    """A dot plot with an interval for each line.

    Attributes:
        name: in lower-case words and hyphens; of files too.
        title, note: plain text.
        axis: what the estimates are.
        interval: of which kind the intervals are.
        marks: from the top.
        signed: whether estimates are differences, from -1 to 1, rather than shares of 1.
        rule: a value to compare with; `rule_label` says which.
        left_out: lines that are not shown.
        p_label: what `Mark.p` is.
    """

    name: str
    title: str
    axis: str
    interval: str
    marks: Sequence[Mark]
    note: str = ""
    signed: bool = False
    rule: float | None = None
    rule_label: str = ""
    left_out: int = 0
    p_label: str = ""
    kind: Literal["dots"] = "dots"

    def table(self) -> tuple[list[str], list[list[Cell]]]:
        """The same as columns and rows."""
        marks = self.marks
        columns = ["", self.axis, "low", "high", "pairs" if self.signed else "answered"]
        rows: list[list[Cell]] = [[m.label, m.estimate, m.low, m.high, m.answered] for m in marks]
        more: list[tuple[str, list[Cell]]] = []
        if any(m.series for m in marks):
            more.append(("model", [m.series for m in marks]))
        if any(m.certified for m in marks):
            more.append(("certified", [_range(m.certified) for m in marks]))
        if any(m.p is not None for m in marks):
            more.append((self.p_label, [None if m.p is None else f"{m.p:.2g}" for m in marks]))
        if any(m.membership for m in marks):
            more.append(("membership", [m.membership for m in marks]))
        for name, values in more:
            columns.append(name)
            for row, value in zip(rows, values, strict=True):
                row.append(value)
        return columns, rows


def _range(bounds: Bounds | None) -> str:
    return "-" if bounds is None else f"{bounds.low:.3f} to {bounds.high:.3f}"


@dataclass(frozen=True, kw_only=True)
class Field(Bounds):
    """A field of a heat map: its row, its column, and what is there."""

    row: str
    column: str


@dataclass(frozen=True, kw_only=True)
class Heat:
    """A heat map of accuracies; rows and columns in their order, fields in any."""

    name: str
    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    fields: Sequence[Field]
    note: str = ""
    left_out: int = 0
    kind: Literal["heat"] = "heat"

    @property
    def has_few(self) -> bool:
        """Whether some fields have too few answers to be coloured."""
        return any(f.answered < FEW for f in self.fields)

    def table(self) -> tuple[list[str], list[list[Cell]]]:
        """The same as columns and rows: estimate and count of each field."""
        found = {(f.row, f.column): f for f in self.fields}
        columns = ["", *(text for c in self.columns for text in (c, "answered"))]
        rows: list[list[Cell]] = []
        for row in self.rows:
            line: list[Cell] = [row]
            for column in self.columns:
                there = found.get((row, column))
                line += [None, None] if there is None else [there.estimate, there.answered]
            rows.append(line)
        return columns, rows


Chart = Dots | Heat


def _file_name(name: str) -> str:
    """A chart's name, in which fields of plugins may have put anything, as a file's."""
    return re.sub(r"[^\w-]+", "-", name)[:_LONGEST]


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a model replied: the option that it named, or else the outcome and its words."""

    model: str
    outcome: str
    index: int | None
    correct: bool | None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A task with what models replied.

    Attributes:
        task: its id.
        question, options, answer: as shown; `answer` is the right option's place.
        generator, about: the plan, in words.
        media_type: of what was shown.
        picture: a thumbnail as a data URI; for a video of one of its frames. Not part of the JSON.
        replies: one a model.
    """

    task: str
    question: str
    options: Sequence[str]
    answer: int
    generator: str
    about: str
    replies: Sequence[Said]
    media_type: str | None = None
    picture: str | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Examples of one group or pattern, wrong ones and right ones."""

    title: str
    line: str
    wrong: Sequence[Example]
    right: Sequence[Example]


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is said of one query or evaluation.

    Attributes:
        kind: `query` or `evaluation`.
        source: what was named: an id, a file or a folder.
        question: in plain words.
        answer: in a sentence or two.
        cautions: what a reader must know before trusting it.
        facts: a few figures with their names.
        answers: charts that answer the question; `details`: those that say more.
        groups_title: what the examples are of.
        groups: examples.
        spent: a table of what it took.
        how: how it was done, a sentence each.
        commands: what to type to get it again.
        links: addresses beside the page with what is there.
        models: the labels.
    """

    kind: Literal["query", "evaluation"]
    source: str
    question: str
    answer: str
    models: Sequence[str]
    cautions: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    answers: Sequence[Chart] = ()
    details: Sequence[Chart] = ()
    groups_title: str = ""
    groups: Sequence[Group] = ()
    spent: tuple[Sequence[str], Sequence[Sequence[Cell]]] = ((), ())
    how: Sequence[str] = ()
    commands: Sequence[str] = ()
    links: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class Report:
    """Some parts, each about one query or evaluation.

    Attributes:
        title: plain text.
        parts: in the order in which they were named.
        versions: of `tma` and what made the charts.
    """

    title: str
    parts: Sequence[Part]
    versions: Mapping[str, str] = field(default_factory=dict)

    def charts(self) -> list[tuple[str, Chart]]:
        """All charts with names that differ, for files."""
        many = len(self.parts) > 1
        found: list[tuple[str, Chart]] = []
        often: Counter[str] = Counter()
        for number, part in enumerate(self.parts, start=1):
            for chart in (*part.answers, *part.details):
                name = _file_name(f"{number}-{chart.name}" if many else chart.name)
                often[name] += 1
                found.append((name if often[name] == 1 else f"{name}.{often[name]}", chart))
        return found

    def as_json(self) -> dict[str, Any]:
        """The JSON object that docs/formats.md describes; pictures are left out."""
        shown = {"format": FORMAT, **asdict(self)}
        for part in shown["parts"]:
            part["spent"] = dict(zip(("columns", "rows"), part["spent"], strict=True))
            del part["links"]
            part["facts"] = [dict(zip(("name", "value"), f, strict=True)) for f in part["facts"]]
            for group in part["groups"]:
                for example in (*group["wrong"], *group["right"]):
                    del example["picture"]
        return shown
