"""Judges of tasks in cells that share no code with what made them.

`World` works on an inventory's records alone: plain sets, no bit sets, no catalogue. `Judged` is a
task beside it; functions over it that say whether something is wrong are what families share.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from tma.contract.assets import Asset, Inventory
from tma.contract.plan import Plan
from tma.contract.tasks import Task
from tma.errors import Infeasible
from tma.planner import Planner
from tma.workbench import Workbench

Cell = tuple[int, int]
Pair = tuple[str, str]


class World:
    """What is and may be true of assets, by walking over the inventory's records."""

    def __init__(self, inventory: Inventory) -> None:
        self.assets = {a.id: a for a in inventory.assets}
        self.nodes = {c.id: c for c in inventory.categories}
        self.types = {t.name: t for t in inventory.attribute_types}
        self.alike: dict[str, set[str]] = defaultdict(set)
        for node in inventory.categories:
            for other in node.lookalikes:
                self.alike[node.id].add(other)
                self.alike[other].add(node.id)
        self.up = cache(self._up)
        self.used = frozenset().union(*(self.up(c) for a in inventory.assets for c in a.categories))
        self.nested = cache(self._nested)
        self.may_be_called = cache(self._may_be_called)

    def _up(self, category: str) -> frozenset[str]:
        parents = set(self.nodes[category].parents) - {category}
        return frozenset({category}).union(*map(self.up, parents))

    def words(self, category: str) -> list[str]:
        """Its names, in words that singular and plural share."""
        node = self.nodes[category]
        return [
            " ".join(w.removesuffix("s") for w in re.findall(r"\w+", name.casefold()))
            for name in (node.name, *node.synonyms)
        ]

    def _nested(self, one: str, other: str) -> bool:
        """Whether the words of a name of one stand in a name of the other in a row."""
        pairs = [(a, b) for a in self.words(one) for b in self.words(other)]
        return any(f" {b} " in f" {a} " or f" {a} " in f" {b} " for a, b in pairs)

    def _may_be_called(self, own: str, category: str) -> bool:
        return (
            category in self.up(own)
            or own in self.up(category)
            or any(self.nested(general, category) for general in self.up(own))
            or any(category in self.up(other) for other in self.alike[own])
            or any(category in self.up(other) for other in self.used if self.nested(own, other))
        )

    def is_a(self, asset: Asset, category: str) -> bool:
        return any(category in self.up(own) for own in asset.categories)

    def may_be(self, asset: Asset, category: str) -> bool:
        return any(self.may_be_called(own, category) for own in asset.categories)

    def has(self, asset: Asset, pair: tuple[str, str]) -> bool:
        return pair[1] in asset.attributes.get(pair[0], ())

    def overlap(self, kind: str, one: str, other: str) -> bool:
        return one == other or any({one, other} == set(p) for p in self.types[kind].overlaps)

    def may_have(self, asset: Asset, pair: tuple[str, str]) -> bool:
        own = asset.attributes.get(pair[0], ())
        if pair[1] in asset.not_attributes.get(pair[0], ()):
            return False
        return not own or any(self.overlap(pair[0], v, pair[1]) for v in own)


@dataclass
class Judged(ABC):
    """A task beside what the world says of it.

    Attributes:
        steps: relative position -> (rows, columns) from the reference to the target.
        at: cell -> the asset that stands there; a family fills it.
    """

    task: Task
    world: World
    steps: ClassVar[Mapping[str, Cell]]

    def __post_init__(self) -> None:
        self.plan: Mapping[str, object] = self.task.plan
        self.kind = self.task.generator.split("/")[1]
        self.answer = self.task.option_keys[self.task.answer_index]
        self.wrong = [k for k in self.task.option_keys if k != self.answer]
        self.at: dict[Cell, Asset] = {}

    @property
    def pair(self) -> Pair | None:
        if "attribute_type" not in self.plan:
            return None
        return str(self.plan["attribute_type"]), str(self.plan["attribute_value"])

    @property
    def category(self) -> str | None:
        return str(self.plan["target_category"]) if "target_category" in self.plan else None

    @property
    @abstractmethod
    def cell(self) -> Cell: ...

    @property
    def reference_cell(self) -> Cell | None:
        if "relative_position" not in self.plan:
            return None
        rows, columns = self.steps[str(self.plan["relative_position"])]
        return self.cell[0] - rows, self.cell[1] - columns

    def besides(self, *cells: Cell | None) -> Iterator[Asset]:
        return (asset for cell, asset in self.at.items() if cell not in cells)

    def may_fit(self, asset: Asset, category: str | None, pair: Pair | None) -> bool:
        fits = category is None or self.world.may_be(asset, category)
        return fits and (pair is None or self.world.may_have(asset, pair))


def generated(bench: Workbench, names: Collection[str], count: int, seed: int) -> Iterator[Task]:
    """As many tasks of these generators as `tma generate` makes, but for their media."""
    generators = {name: bench.generators[name] for name in names}
    spaces = {name: bench.spaces[name] for name in names}
    balance = {name: g.balance for name, g in generators.items()}
    shares = {name: g.shares(bench.catalogue_of(name)) for name, g in generators.items()}
    planner = Planner(spaces, balance, shares, count, seed)
    made = 0
    while jobs := planner.next_round():
        feasible = []
        for plan, own_seed in jobs:
            try:
                task = bench.instance(plan, own_seed)
            except Infeasible:
                feasible.append(False)
                continue
            yield task
            feasible.append(True)
            made += 1
        planner.settle(jobs, feasible)
    assert made == count


def draw(bench: Workbench, plan: Plan, seed: int) -> Task | Infeasible:
    try:
        return bench.instance(plan, seed)
    except Infeasible as infeasible:
        return infeasible


def published_values(
    annotations: Path,
) -> tuple[Callable[[str], frozenset[str]], dict[str, set[Pair]]]:
    """From the raw files: what is above a category, and the values of each that has any objects."""
    taxonomy = json.loads((annotations / "taxonomy.json").read_text())
    objects = json.loads((annotations / "cateid_to_objects.json").read_text())
    parents: dict[str, set[str]] = defaultdict(set)
    for general, special in taxonomy["edges"]:
        if general != special:
            parents[special].add(general)

    @cache
    def up(category: str) -> frozenset[str]:
        return frozenset({category}).union(*map(up, parents[category]))

    values: dict[str, set[Pair]] = defaultdict(set)
    for category, things in objects.items():
        for thing in things.values():
            own = {(t, v) for t, several in thing["attributes"].items() for v in several}
            for above in up(category):
                values[above] |= own
    return up, values


# -- what is wrong with a task, one function a flaw ---------------------------------------------


def reference_is_not_unique(shown: Judged) -> bool:
    if shown.reference_cell is None:
        return False
    reference = str(shown.plan["reference_category"])
    return not shown.world.is_a(shown.at[shown.reference_cell], reference) or any(
        shown.world.may_be(a, reference) for a in shown.besides(shown.reference_cell)
    )


def target_is_not_unique(shown: Judged) -> bool:
    """Only where the question looks for the object; `what` points to a cell."""
    if shown.kind not in ("where", "where-attribute"):
        return False
    category = shown.category if shown.kind == "where" else None
    return any(shown.may_fit(a, category, shown.pair) for a in shown.besides(shown.cell))


def count_is_unsure(shown: Judged) -> bool:
    """Only objects known not to fit may stand beside those that are counted."""
    if shown.kind != "how-many":
        return False
    may = sum(shown.may_fit(a, shown.category, shown.pair) for a in shown.at.values())
    return may != shown.plan["count"]


def options_are_not_four(shown: Judged) -> bool:
    texts = {" ".join(t.casefold().split()) for t in shown.task.options}
    return len(texts) != 4 or len(set(shown.task.option_keys)) != 4 or "" in texts
