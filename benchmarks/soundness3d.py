"""Check tasks about things on a table, pictures and videos, sharing no code with their plugins.

Reads `tasks.jsonl` and the asset source's inventory, derives anew from each scene record what is
true (places, sizes, distances, what every object does in the course of a video), and counts what
is wrong or ambiguous. Exit code 1 if anything is.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from facts3d import Facts, Thing, words
from published import holds

from tma.config import Settings
from tma.registry import Registry
from tma.workbench import Workbench

STEPS = {
    f"{side} {end}".strip(): (down, right)
    for side, down in (("behind", -1), ("", 0), ("front", 1))
    for end, right in (("left", -1), ("", 0), ("right", 1))
    if (down, right) != (0, 0)
}
LEAST_RATIO = 1.25
LEAST_FARTHER = 1.1
LEAST_MOVE = 0.2
MOST_TURN = 45.0

Cell = tuple[int, int]
Finding = tuple[str, str]


def cells_by_name(grid: int) -> dict[str, Cell]:
    drop = slice(None) if grid == 3 else slice(None, None, 2)
    rows, columns = ("back", "middle", "front")[drop], ("left", "middle", "right")[drop]
    return {
        row if row == column else f"{row} {column}": (r, c)
        for r, row in enumerate(rows)
        for c, column in enumerate(columns)
    }


class Task:
    """A record of `tasks.jsonl` beside its things as the inventory knows them."""

    def __init__(self, record: Mapping[str, Any], facts: Facts) -> None:
        self.record, self.facts = record, facts
        self.plan: Mapping[str, Any] = record["plan"]
        self.scene: Mapping[str, Any] = record["scene"]
        self.kind = str(record["generator"]).split("/")[1]
        self.grid = int(self.plan["grid"])
        self.things = [Thing(o, self.scene, facts) for o in self.scene["objects"]]
        self.at = {t.cell(self.grid): t for t in self.things}
        self.answer = str(record["option_keys"][record["answer_index"]])
        self.wrong = [k for k in record["option_keys"] if k != self.answer]
        self.names = cells_by_name(self.grid)

    @cached_property
    def target(self) -> Thing:
        return self.at[self.names[self.plan["cell"]]]

    @cached_property
    def reference(self) -> Thing | None:
        if "relative_position" not in self.plan:
            return None
        down, right = STEPS[self.plan["relative_position"]]
        row, column = self.target.cell(self.grid)
        return self.at[row - down, column - right]

    @property
    def attribute(self) -> tuple[str, str] | None:
        kind = self.plan.get("attribute_type")
        return None if kind is None else (kind, self.plan["attribute_value"])

    @property
    def asks_attribute(self) -> bool:
        return self.kind.startswith("what-attribute")

    @property
    def asks_what(self) -> bool:
        return self.kind.startswith("what") and not self.asks_attribute

    @property
    def said(self) -> tuple[str | None, tuple[str, str] | None]:
        """Category and attribute by which the question describes its object."""
        if self.asks_attribute:
            return None, None
        alone = "where-attribute", "where-size", "where-distance"
        by_value_alone = self.asks_what or self.kind in alone
        category = None if by_value_alone else self.plan.get("target_category")
        return category, self.attribute


# -- rules ---------------------------------------------------------------------------------------


def check_record(task: Task) -> Iterator[Finding]:
    """The scene says what the inventory says, everybody where the scene says."""
    record, facts = task.record, task.facts
    if len(task.at) != len(task.things) or task.scene["grid"] != task.grid:
        yield "scene", "two things in one cell, or the grid is another"
    for thing in task.things:
        stated = thing.record
        if thing.cell(task.grid) != (stated["row"], stated["column"]):
            yield "scene", f"{thing.id} does not stand in its cell"
        if tuple(stated["categories"]) != thing.asset.categories:
            yield "scene", f"categories of {thing.id} are {stated['categories']}"
        if {k: set(v) for k, v in stated["attributes"].items()} != {
            k: set(v) for k, v in thing.asset.attributes.items()
        }:
            yield "scene", f"attributes of {thing.id} are {stated['attributes']}"
        if stated["mesh"] not in thing.asset.forms["mesh"]:
            yield "scene", f"{thing.id} has no mesh {stated['mesh']}"
    options, keys = record["options"], record["option_keys"]
    if len(options) != 4 or len({words(o) for o in options}) != 4 or len(set(keys)) != 4:
        yield "options", f"not four different options: {options}"
    if options[record["answer_index"]] != record["answer"]:
        yield "options", "the answer is not the option at its index"
    for category, name in record["names"].items():
        if name != facts.nodes[category].name:
            yield "names", f"{category} is called {name!r}"


def check_room(task: Task) -> Iterator[Finding]:
    """Nobody runs into another or out of the picture, at any time of a video."""
    moments = [n / 40 for n in range(41)] if "frames" in task.scene else [0.0]
    for number, one in enumerate(task.things):
        for other in task.things[number + 1 :]:
            near = min(one.apart(other, m) for m in moments)
            if near < (one.size + other.size) / 2:
                yield "collision", f"{one.id} and {other.id} come within {near:.2f}"
        if not all(one.inside(m) for m in (moments[0], moments[-1])):
            yield "outside", f"{one.id} may leave the picture"


def check_plan(task: Task) -> Iterator[Finding]:
    """The scene shows what the plan says, with one reference at most."""
    if task.kind == "how-many":
        return
    category = str(task.plan["target_category"])
    if not task.target.is_a(category):
        yield "plan", "the target is not of its category"
    if task.attribute is not None and not task.target.has(*task.attribute):
        yield "plan", "the target lacks its attribute"
    reference = task.reference
    if reference is None:
        return
    other = str(task.plan["reference_category"])
    if not reference.is_a(other):
        yield "plan", "the reference is not of its category"
    if other in task.facts.up(category) or category in task.facts.up(other):
        yield "plan", "target and reference are related"
    for thing in task.things:
        if thing is not reference and thing.may_be(other):
            yield "reference-not-unique", f"{thing.id} may be the reference as well"


def check_target(task: Task) -> Iterator[Finding]:
    """What the question says holds of the target, and of nothing else that may be meant."""
    if task.kind == "how-many":
        return
    rivals = [t for t in task.things if t is not task.target and t.may_fit(*task.said)]
    if "extreme" in task.plan:
        yield from _compare(task, rivals, "extreme", lambda t: t.size, LEAST_RATIO)
    elif "distance" in task.plan:
        base = task.reference
        assert base is not None
        away = [t for t in rivals if t is not base]
        yield from _compare(task, away, "distance", lambda t: t.apart(base), LEAST_FARTHER)
    elif "direction" in task.plan:
        yield from _act(task, rivals)
    elif task.kind.startswith("where"):
        for rival in rivals:
            yield "target-not-unique", f"{rival.id} may be the target as well"


def _compare(
    task: Task, rivals: list[Thing], field: str, measure: Any, margin: float
) -> Iterator[Finding]:
    mine = measure(task.target)
    more = task.plan[field] in ("largest", "farthest")
    for rival in rivals:
        ratio = mine / measure(rival) if more else measure(rival) / mine
        if ratio < 1:
            yield "answer", f"{rival.id} is the {task.plan[field]} one"
        elif ratio < margin:
            yield "borderline", f"{rival.id} comes near: {ratio:.2f}"


def _act(task: Task, rivals: list[Thing]) -> Iterator[Finding]:
    wanted = task.plan["direction"]
    if task.target.doing() != wanted:
        yield "answer", f"the target is {task.target.doing()}"
    for rival in rivals:
        if rival.doing() == wanted:
            yield "target-not-unique", f"{rival.id} does it too"
        elif rival.doing() == "unclear":
            yield "borderline", f"nobody can tell what {rival.id} does"
    for thing in task.things:
        doing = thing.doing()
        if thing is not task.target and (doing == "still") != (task.plan["others"] == "no"):
            yield "plan", f"{thing.id} is {doing}, others: {task.plan['others']}"
        symmetry, step = thing.asset.solid.symmetry, thing.most_turned()
        if step and (symmetry == 0 or step > min(MOST_TURN, 120 / (symmetry or 1))):
            yield "aliasing", f"{thing.id} turns by {step:.0f} degrees a frame"
    if "wise" not in wanted and math.hypot(*task.target.way()) < LEAST_MOVE:
        yield "borderline", "the target moves by little"


def check_answer(task: Task) -> Iterator[Finding]:
    """The answer is true, no other option is."""
    target, plan = task.target if task.kind != "how-many" else None, task.plan
    if target is None:
        yield from _check_count(task)
    elif task.asks_attribute:
        kind = str(plan["attribute_type"])
        if task.answer != plan["attribute_value"] or not target.has(kind, task.answer):
            yield "answer", "the answer is not the target's value"
        for key in task.wrong:
            if target.may_have(kind, key):
                yield "distractor-true", f"the target is or may be {key}"
            if task.facts.overlap(kind, key, task.answer):
                yield "overlapping-options", f"{key} and {task.answer}"
    elif task.asks_what:
        if task.answer != plan["target_category"] or not target.is_a(task.answer):
            yield "answer", "the answer is not the target's category"
        for key in task.wrong:
            if target.may_be(key):
                yield "distractor-true", f"{key} is or may be true of the target"
            if task.facts.nested(key, task.answer):
                yield "overlapping-options", f"{key} and {task.answer}"
    else:
        yield from _check_place(task, target)


def _check_place(task: Task, target: Thing) -> Iterator[Finding]:
    base = task.reference
    if base is None or set(task.record["option_keys"]) <= set(task.names):
        if task.names[task.answer] != target.cell(task.grid):
            yield "answer", f"the target is not at {task.answer}"
        if any(k not in task.names for k in task.wrong):
            yield "options", "an option is no cell"
        return
    ends = (base, target) if task.plan.get("order") == "reference-first" else (target, base)
    true = _seen_position(*ends, task.grid)
    if task.answer != true:
        yield "answer", f"the answer is {task.answer}, it is seen {true}"
    if any(k not in STEPS for k in task.wrong):
        yield "options", "an option is no position"


def _seen_position(one: Thing, base: Thing, grid: int) -> str:
    """How one is seen from another: by their cells, confirmed by places on the screen."""
    (row, column), (base_row, base_column) = one.cell(grid), base.cell(grid)
    found = next(
        (k for k, step in STEPS.items() if step == (row - base_row, column - base_column)), "away"
    )
    (x, y), (base_x, base_y) = one.seen(0.0), base.seen(0.0)
    signs = {"left": x < base_x, "right": x > base_x, "behind": y < base_y, "front": y > base_y}
    return found if all(signs[word] for word in found.split() if word in signs) else "unclear"


def _check_count(task: Task) -> Iterator[Finding]:
    category, pair = task.plan.get("target_category"), task.attribute
    sure = [t for t in task.things if t.fits(category, pair)]
    if task.answer != str(len(sure)) or task.plan["count"] != len(sure):
        yield "answer", f"{len(sure)} match for sure, the answer is {task.answer}"
    for thing in task.things:
        if thing not in sure and thing.may_fit(category, pair):
            yield "count-unsure", f"{thing.id} may have to be counted"


def check_wording(task: Task) -> Iterator[Finding]:
    """The question names what the plan is about, and not its answer."""
    question, names = words(task.record["question"]), task.record["names"]
    category, pair = task.said
    needed = [pair[1]] if pair else []
    if task.asks_attribute and task.attribute:
        needed.append(task.attribute[0])
    if "reference_category" in task.plan:
        needed.append(names[task.plan["reference_category"]])
    if category is not None:
        needed.append(names[category])
    stated = {"left": "left", "right": "right", "up": "away", "down": "towards"}
    if "direction" in task.plan:
        needed.append(stated.get(task.plan["direction"], task.plan["direction"]))
        if "wise" in task.plan["direction"]:
            needed.append("above")
    for text in needed:
        if not holds(question, words(text)):
            yield "wording", f"the question does not mention {text!r}"
    if task.asks_what and holds(question, words(task.record["answer"])):
        yield "wording", "the question gives the answer away"


CHECKS = (
    check_record,
    check_room,
    check_plan,
    check_target,
    check_answer,
    check_wording,
)


def findings(record: Mapping[str, Any], facts: Facts) -> list[Finding]:
    """Everything that is wrong with one task."""
    try:
        task = Task(record, facts)
        return [f for check in CHECKS for f in check(task)]
    except (KeyError, IndexError, StopIteration) as error:
        return [("record", f"names what is not there: {error!r}")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="what `tma generate --out` made")
    parser.add_argument("--assets", help="as given to `tma generate`")
    parser.add_argument("--examples", type=int, default=2, help="how many to print a rule")
    options = parser.parse_args()
    facts = Facts(Workbench(Registry(Settings()), assets=options.assets).assets.inventory)
    tasks: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for line in (options.folder / "tasks.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        generator = record["generator"]
        tasks[generator] += 1
        mine = findings(record, facts)
        bad[generator] += bool(mine)
        for rule, why in mine:
            found[generator][rule] += 1
            if found[generator][rule] <= options.examples:
                answer = f"{record['options']}, answer {record['answer']!r}"
                print(f"{generator} {record['id']} {rule}: {why}\n  {record['question']} {answer}")
    for generator, count in sorted(tasks.items()):
        rules = ", ".join(f"{rule} {n}" for rule, n in sorted(found[generator].items()))
        print(f"{generator:36}{count:8,} tasks {bad[generator]:6,} wrong or ambiguous  {rules}")
    print(f"{'all':36}{tasks.total():8,} tasks {bad.total():6,} wrong or ambiguous")
    return 1 if bad.total() else 0


if __name__ == "__main__":
    sys.exit(main())
