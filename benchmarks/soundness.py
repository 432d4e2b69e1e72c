"""Check generated tasks against the published annotations, sharing no code with what made them.

Reads `tasks.jsonl` and the raw annotation files, derives anew what is true of each scene, and
counts what is wrong (a false answer, a true distractor) or ambiguous (a second toaster, a colour
that nobody annotated). Exit code 1 if anything is.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from published import Annotations, holds, words

STEPS = {
    f"{side} {end}".strip(): (down, right)
    for side, down in (("above", -1), ("", 0), ("below", 1))
    for end, right in (("left", -1), ("", 0), ("right", 1))
    if (down, right) != (0, 0)
}
SAID_OF_ONE_THING = {
    frozenset(pair)
    for line in (
        "cube cuboid, cube square, cuboid rectangle, cuboid square, square rectangle",
        "circle sphere, circle ellipsoid, ellipsoid sphere, cylinder circle, torus circle",
        "cone triangle, octagon circle, clay ceramic, ceramic stone, leather textile",
        "glass plastic, rubber plastic, wicker wood, paper textile, ceramic glass, clay stone",
        "beige white, beige brown, beige yellow, beige gray, gold yellow, gold orange, gold brown",
        "gray white, gray black, pink purple, pink red, red orange, orange yellow, orange brown",
        "blue purple, red brown, blue green, yellow green",
    )
    for pair in (words.split() for words in line.split(", "))
}
NOTES = {"option-nested", "diagonal-component"}  # matters of taste: counted, not failed

Cell = tuple[int, int]
Finding = tuple[str, str]


@dataclass
class Thing:
    """An object in a scene, by the annotations (the scene's own claims are checked apart)."""

    cell: Cell
    asset: str
    facts: Annotations

    @property
    def category(self) -> str:
        return self.facts.category[self.asset]

    def is_a(self, category: str) -> bool:
        return category in self.facts.up(self.category)

    def may_be(self, category: str) -> bool:
        return self.facts.may_be(self.category, category)

    def values(self, kind: str) -> set[str]:
        return self.facts.attributes[self.asset].get(kind, set())

    def has(self, kind: str, value: str) -> bool:
        return value in self.values(kind)

    def may_have(self, kind: str, value: str) -> bool:
        """Whether it has the value, might have it (unknown), or has one that overlaps."""
        own = self.values(kind)
        return (
            not own or value in own or any(frozenset((value, v)) in SAID_OF_ONE_THING for v in own)
        )


def cells_by_name(grid: int) -> dict[str, Cell]:
    drop = slice(None) if grid == 3 else slice(None, None, 2)
    rows, columns = ("top", "middle", "bottom")[drop], ("left", "middle", "right")[drop]
    return {
        row if row == column else f"{row} {column}": (r, c)
        for r, row in enumerate(rows)
        for c, column in enumerate(columns)
    }


@dataclass
class Task:
    """A record of `tasks.jsonl` beside its scene as the annotations see it."""

    record: Mapping[str, Any]
    facts: Annotations
    things: dict[Cell, Thing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for cell in self.record["scene"]["cells"]:
            place = cell["row"], cell["column"]
            self.things[place] = Thing(place, cell["asset"], self.facts)
        self.plan: Mapping[str, Any] = self.record["plan"]
        self.kind = str(self.record["generator"]).split("/")[1]
        self.grid = int(self.plan["grid"])
        self.answer = str(self.record["option_keys"][self.record["answer_index"]])
        self.wrong = [k for k in self.record["option_keys"] if k != self.answer]

    @property
    def target(self) -> Thing:
        return self.things[cells_by_name(self.grid)[self.plan["cell"]]]

    @property
    def reference(self) -> Thing | None:
        if "relative_position" not in self.plan:
            return None
        down, right = STEPS[self.plan["relative_position"]]
        row, column = self.target.cell
        return self.things[row - down, column - right]

    @property
    def attribute(self) -> tuple[str, str] | None:
        kind = self.plan.get("attribute_type")
        return None if kind is None else (kind, self.plan["attribute_value"])

    def others(self, thing: Thing) -> Iterator[Thing]:
        return (t for t in self.things.values() if t is not thing)


def check_record(task: Task) -> Iterator[Finding]:
    """The scene says what the annotations say; the options are four different texts."""
    record, facts = task.record, task.facts
    if len(task.things) != len(record["scene"]["cells"]) or record["scene"]["grid"] != task.grid:
        yield "scene", "cells overlap or the grid is another"
    for cell in record["scene"]["cells"]:
        asset = cell["asset"]
        if cell["categories"] != [facts.category[asset]]:
            yield "scene", f"categories of {asset} are {cell['categories']}"
        stated = {t: set(v) for t, v in cell["attributes"].items() if v}
        if stated != facts.attributes[asset]:
            yield "scene", f"attributes of {asset} are {cell['attributes']}"
        if max(cell["row"], cell["column"]) >= task.grid:
            yield "scene", f"{asset} stands outside the grid"
    options, keys = record["options"], record["option_keys"]
    if len(options) != 4 or len({" ".join(words(o)) for o in options}) != 4 or len(set(keys)) != 4:
        yield "options", f"not four different options: {options}"
    if options[record["answer_index"]] != record["answer"]:
        yield "options", "the answer is not the option at its index"
    for category, name in record["names"].items():
        if name not in facts.names[category]:
            yield "names", f"{category} is called {name!r}"
    if record["answers"] == "category":
        for key, text in zip(keys, options, strict=True):
            if text not in facts.names[key]:
                yield "names", f"{key} is offered as {text!r}"


def check_plan(task: Task) -> Iterator[Finding]:
    """The plan is of the space, and the scene shows it, with one reference at most."""
    plan, facts = task.plan, task.facts
    category, pair = plan.get("target_category"), task.attribute
    if category is not None and pair is not None:
        below = (a for a, c in facts.category.items() if category in facts.up(c))
        if not any(pair[1] in facts.attributes[a].get(pair[0], ()) for a in below):
            yield "plan", f"no object of {category} has {pair}"
    if task.kind == "how-many":
        return
    if not task.target.is_a(str(category)):
        yield "plan", "the target is not of its category"
    if pair is not None and not task.target.has(*pair):
        yield "plan", "the target lacks its attribute"
    reference = task.reference
    if reference is not None:
        other = str(plan["reference_category"])
        if not reference.is_a(other):
            yield "plan", "the reference is not of its category"
        if other in facts.up(str(category)) or category in facts.up(other):
            yield "plan", "target and reference are related"
        for thing in task.others(reference):
            if thing.may_be(other):
                yield "reference-not-unique", f"{thing.cell} may be the reference as well"


def check_wording(task: Task) -> Iterator[Finding]:
    """The question names what the plan is about."""
    question = words(task.record["question"])
    names = task.record["names"]
    needed: list[str] = []
    if "reference_category" in task.plan:
        needed.append(names[task.plan["reference_category"]])
        asks_beside = task.kind in ("what", "what-attribute")
        if asks_beside and not {"directly", "next"} & set(question):
            yield "wording", "the relative position is not said to be an adjacent one"
    if task.kind in ("where", "how-many") and "target_category" in task.plan:
        needed.append(names[task.plan["target_category"]])
    if task.attribute is not None:
        needed.append(task.attribute[0 if task.kind == "what-attribute" else 1])
    for text in needed:
        if not holds(question, words(text)):
            yield "wording", f"the question does not mention {text!r}"
    if task.kind == "what" and holds(question, words(task.record["answer"])):
        yield "wording", "the question gives the answer away"


def fits(thing: Thing, category: str | None, pair: tuple[str, str] | None) -> bool:
    """Whether a thing is or may be what is asked about."""
    return (category is None or thing.may_be(category)) and (pair is None or thing.may_have(*pair))


def check_what(task: Task) -> Iterator[Finding]:
    if task.answer != task.plan["target_category"] or not task.target.is_a(task.answer):
        yield "answer", "the answer is not the target's category"
    for key in task.wrong:
        if task.target.is_a(key):
            yield "distractor-true", f"{key} is true of the target"
        elif task.target.may_be(key):
            yield "distractor-possible", f"{key} may be true of the target"


def check_what_attribute(task: Task) -> Iterator[Finding]:
    kind = str(task.plan["attribute_type"])
    if task.answer != task.plan["attribute_value"] or not task.target.has(kind, task.answer):
        yield "answer", "the answer is not the target's value"
    for key in task.wrong:
        if task.target.has(kind, key):
            yield "distractor-true", f"the target is {key} too"
        elif task.target.may_have(kind, key):
            yield "distractor-possible", f"the target may be called {key}"
    for pair in SAID_OF_ONE_THING:
        if pair <= set(task.record["option_keys"]):
            yield "overlapping-options", f"{' and '.join(sorted(pair))} are both options"


def check_place(task: Task) -> Iterator[Finding]:
    """The answer is the target's place; each other option is another place."""
    true = str(task.plan.get("relative_position", task.plan["cell"]))
    if task.answer != true:
        yield "answer", f"the answer is {task.answer}, the target is {true}"
    places: Iterable[str] = STEPS if task.reference else cells_by_name(task.grid)
    for key in task.wrong:
        if key not in places:
            yield "distractor-possible", f"{key} is no place of the grid"
        if task.reference and set(key.split()) < set(true.split()):
            yield "diagonal-component", f"{key} is half of {true}"
    texts = [words(o) for o in task.record["options"]]
    for one in texts:
        if any(one != other and holds(other, one) for other in texts):
            yield "option-nested", f"{' '.join(one)} stands in another option"


def check_where(task: Task) -> Iterator[Finding]:
    yield from check_place(task)
    for thing in task.others(task.target):
        if fits(thing, task.plan["target_category"], task.attribute):
            yield "target-not-unique", f"{thing.cell} may be the target as well"


def check_where_attribute(task: Task) -> Iterator[Finding]:
    yield from check_place(task)
    assert task.attribute is not None
    kind, value = task.attribute
    for thing in task.others(task.target):
        role = "reference" if thing is task.reference else "another object"
        if thing.has(kind, value):
            yield "target-not-unique", f"{role} has {value}"
        elif not thing.values(kind):
            yield "attribute-unknown", f"the {kind} of {role} is unknown"
        elif thing.may_have(kind, value):
            yield "attribute-overlaps", f"{role} is {thing.values(kind)}, asked for is {value}"


def check_how_many(task: Task) -> Iterator[Finding]:
    category, pair = task.plan.get("target_category"), task.attribute
    sure = [
        t
        for t in task.things.values()
        if (category is None or t.is_a(category)) and (pair is None or t.has(*pair))
    ]
    if task.answer != str(len(sure)) or task.plan["count"] != len(sure):
        yield "answer", f"{len(sure)} match for sure, the answer is {task.answer}"
    for thing in task.things.values():
        if thing not in sure and fits(thing, category, pair):
            yield "count-unsure", f"{thing.cell} may have to be counted"
    for text in task.record["options"]:
        if not text.isdigit() or not 0 <= int(text) <= 9:
            yield "options", f"{text!r} is no count for this grid"


CHECKS: dict[str, Callable[[Task], Iterator[Finding]]] = {
    "what": check_what,
    "where": check_where,
    "what-attribute": check_what_attribute,
    "where-attribute": check_where_attribute,
    "how-many": check_how_many,
}


def findings(record: Mapping[str, Any], facts: Annotations) -> list[Finding]:
    """Everything that is wrong with one task."""
    task = Task(record, facts)
    general = (check_record, check_plan, check_wording)
    try:
        return [f for check in (*general, CHECKS[task.kind]) for f in check(task)]
    except (KeyError, IndexError) as error:
        return [("record", f"names what is not there: {error}")]


def show(found: Mapping[str, Counter[str]], tasks: Counter[str], bad: Counter[str]) -> None:
    generators = sorted(tasks)
    rules = sorted({rule for counter in found.values() for rule in counter})
    rows = [("tasks", [tasks[g] for g in generators])]
    for rule in rules:
        name = f"{rule} (note)" if rule in NOTES else rule
        rows.append((name, [found[g][rule] for g in generators]))
    rows.append(("wrong or ambiguous", [bad[g] for g in generators]))
    print(f"{'':30}" + "".join(f"{g:>24}" for g in generators))
    for name, numbers in rows:
        print(f"{name:30}" + "".join(f"{n:24,}" for n in numbers))
    rates = (f"{bad[g] / tasks[g]:.2%}" for g in generators)
    print(f"{'rate':30}" + "".join(f"{r:>24}" for r in rates))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="what `tma generate --out` made")
    parser.add_argument("--annotations", type=Path, required=True, help="published annotations")
    parser.add_argument("--examples", type=int, default=2, help="how many to print a rule")
    options = parser.parse_args()
    facts = Annotations(options.annotations)
    tasks: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    found: dict[str, Counter[str]] = defaultdict(Counter)
    printed: Counter[tuple[str, str]] = Counter()
    for line in (options.folder / "tasks.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        generator = record["generator"]
        tasks[generator] += 1
        mine = findings(record, facts)
        found[generator].update({rule for rule, _ in mine})
        bad[generator] += any(rule not in NOTES for rule, _ in mine)
        for rule, why in mine:
            printed[generator, rule] += 1
            if printed[generator, rule] <= options.examples:
                answer = f"{record['options']}, answer {record['answer']!r}"
                print(f"{generator} {record['id']} {rule}: {why}\n  {record['question']} {answer}")
    show(found, tasks, bad)
    return 1 if any(bad.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
