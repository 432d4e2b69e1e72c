"""The five kinds of question about objects in cells, apart from how the objects are shown."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tma import (
    BitSet,
    Catalogue,
    DistractorPool,
    Draft,
    Plan,
    PlanSpace,
    Scene,
    TaskGenerator,
    Value,
)
from tma import TruthSet as Truth
from tma_plugins.cells import truth
from tma_plugins.cells.arrange import Arrangement, Arranger
from tma_plugins.cells.layout import OFFSETS, Cell, Layout, reference_of
from tma_plugins.cells.spaces import counted, located
from tma_plugins.cells.wanted import Wanted, attribute_of, prefer, require
from tma_plugins.cells.wording import Wording, wording

_FEW_ROUNDS = 6


class CellGenerator(TaskGenerator):
    """What the five have in common: a stage that shows arrangements, and wording.

    Attributes:
        layout: how the family names its cells.
        templates: a user's file of question templates, None for the built-in ones alone.
    """

    layout: ClassVar[Layout] = Layout()
    templates: Path | None = None

    @abstractmethod
    def show(
        self, grid: int, arrangement: Arrangement, catalogue: Catalogue, rng: np.random.Generator
    ) -> Scene:
        """A scene of the arrangement."""

    @abstractmethod
    def arrangement(self, scene: Scene, catalogue: Catalogue) -> Arrangement:
        """Who stands where in a scene."""

    @property
    def words(self) -> Wording:
        """The question templates."""
        return wording(self.templates)

    def truths(self, plan: Plan, scene: Scene, catalogue: Catalogue) -> Truth:
        """Every true answer by the scene's arrangement and the catalogue's knowledge."""
        try:
            return self.judge(plan, self.arrangement(scene, catalogue), catalogue)
        except truth.Unclear as unclear:
            return unclear.as_truth()

    @abstractmethod
    def judge(self, plan: Plan, arrangement: Arrangement, catalogue: Catalogue) -> Truth:
        """Every true answer to the plan's question. Raises Unclear."""

    # -- what plans say ---------------------------------------------------------------------

    def cell(self, plan: Plan) -> Cell:
        """The target's cell."""
        return self.layout.cells(int(plan["grid"]))[str(plan["cell"])]

    def reference(self, plan: Plan) -> str | None:
        """The reference's category, None if the plan has none."""
        found = plan.get("reference_category")
        return None if found is None else str(found)

    def target_cell(self, plan: Plan, arrangement: Arrangement, catalogue: Catalogue) -> Cell:
        """Where the question points to. Raises Unclear."""
        reference = self.reference(plan)
        position = plan.get("relative_position")
        stated = self.cell(plan) if reference is None else None
        return truth.find_at(
            arrangement, stated, str(position) if position else None, reference, catalogue
        )

    # -- building blocks of draws -----------------------------------------------------------

    def not_reference(self, plan: Plan, catalogue: Catalogue) -> BitSet:
        """Assets that may stand beside the reference: none could be taken for it."""
        reference = self.reference(plan)
        return catalogue.everything if reference is None else catalogue.never_in(reference)

    def targets(self, plan: Plan, catalogue: Catalogue) -> BitSet:
        """Assets that can be the target. Raises Infeasible."""
        wanted = Wanted(str(plan["target_category"]), attribute_of(plan))
        return require(
            wanted.known(catalogue) & self.not_reference(plan, catalogue),
            "target-may-be-the-reference",
            "every object that fits the target might be called by the reference's name",
        )

    def put_reference(
        self, stage: Arranger, plan: Plan, catalogue: Catalogue, needed: BitSet, *wishes: BitSet
    ) -> None:
        """Place the reference, if there is one, among the `needed` assets. Raises Infeasible."""
        reference = self.reference(plan)
        if reference is None:
            return
        fitting = require(
            catalogue.assets_in(reference) & needed,
            "reference-may-be-the-target",
            "every object that fits the reference might fit the target's description too",
        )
        cell = reference_of(self.cell(plan), str(plan["relative_position"]))
        stage.put(prefer(fitting, *wishes), cell)

    def ask(self, kind: str, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> str:
        """The question's text."""
        words = self.words
        reference = self.reference(plan)
        attribute = attribute_of(plan)
        said: dict[str, str] = {"object": words.described("object", attribute)}
        if "target_category" in plan:
            name = catalogue.name(str(plan["target_category"]))
            said["thing"] = words.described(name, attribute)
        if attribute is not None:
            said["type"], said["value"] = attribute
        if reference is not None:
            said["reference"] = catalogue.name(reference)
            said["relation"] = words.relation(str(plan["relative_position"]), said["reference"])
            return words.ask(f"{kind}-relative", rng, **said)
        if "cell" in plan:
            said["place"] = words.place(str(plan["cell"]))
        return words.ask(kind, rng, **said)

    def names(self, plan: Plan, catalogue: Catalogue) -> dict[str, str]:
        """Names of the categories in the plan."""
        fields = ("target_category", "reference_category")
        return {str(plan[f]): catalogue.name(str(plan[f])) for f in fields if f in plan}


class What(CellGenerator):
    """What is the [red] object in this cell, or at this position of the reference?"""

    balance = ("attribute_type", "attribute_value", "target_category")

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """Every category x (no attribute or one of its values) x place."""
        return located(catalogue, self.layout, attribute=False)

    @cached_property
    def _pools(self) -> dict[tuple[str, str] | None, DistractorPool]:
        return {}

    def _pool(self, attribute: tuple[str, str] | None, catalogue: Catalogue) -> DistractorPool:
        """Given attribute and place, every category that has the attribute may be the answer."""
        if attribute not in self._pools:
            likely = _likely(attribute, catalogue)
            pool = DistractorPool(likely, catalogue.alternatives, rounds=_FEW_ROUNDS)
            self._pools[attribute] = pool
        return self._pools[attribute]

    def shares(self, catalogue: Catalogue) -> dict[tuple[Value | None, ...], float]:
        """About in proportion to the plans, as near as the categories' alternatives allow."""
        found: dict[tuple[Value | None, ...], float] = {}
        for attribute in (None, *catalogue.attribute_values):
            shares = self._pool(attribute, catalogue).shares
            having = (
                len(shares) if attribute is None else catalogue.categories_with(*attribute).sum()
            )
            parts = (shares * float(having)).tolist()
            key = attribute or (None, None)
            found |= {(*key, c): p for c, p in zip(catalogue.categories, parts, strict=True) if p}
        return found

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Show the target among objects of the distractors' categories."""
        category, attribute = str(plan["target_category"]), attribute_of(plan)
        reference = self.reference(plan)
        others = self.not_reference(plan, catalogue)
        stage = Arranger(int(plan["grid"]), rng)
        stage.put(self.targets(plan, catalogue), self.cell(plan))
        plain = catalogue.never_in(category)
        unlike = catalogue.lacking(*attribute) if attribute else catalogue.everything
        self.put_reference(stage, plan, catalogue, catalogue.everything, plain, unlike)
        allowed = None
        if reference is not None:  # its name stands in the question: nobody would choose it
            allowed = catalogue.alternatives[catalogue.code(reference)]
        pool = self._pool(attribute, catalogue)
        drawn = pool.draw(catalogue.code(category), rng, allowed) or []
        wrong = [catalogue.categories[code] for code in drawn]
        for distractor in wrong:
            stage.put(prefer(catalogue.assets_in(distractor) & others, plain, unlike))
        stage.fill(prefer(others, plain, unlike))
        return Draft(
            scene=self.show(int(plan["grid"]), stage.placed, catalogue, rng),
            question=self.ask("what", plan, catalogue, rng),
            answer=category,
            distractors=wrong,
            answers="category",
            names=self.names(plan, catalogue),
        )

    def judge(self, plan: Plan, arrangement: Arrangement, catalogue: Catalogue) -> Truth:
        """All that the object is, or may be called; unclear if it lacks the stated attribute."""
        cell = self.target_cell(plan, arrangement, catalogue)
        attribute = attribute_of(plan)
        if attribute is not None and not catalogue.has(arrangement[cell], *attribute):
            raise truth.Unclear(f"the object is not known to have {attribute}")
        return truth.categories_at(arrangement, cell, catalogue)


def _likely(attribute: tuple[str, str] | None, catalogue: Catalogue) -> NDArray[np.float64]:
    """(n,) 1 for categories that have the attribute, 0 for others."""
    if attribute is None:
        return np.ones(len(catalogue.categories))
    return catalogue.categories_with(*attribute).astype(np.float64)


class WhatAttribute(CellGenerator):
    """Which colour (material, ...) does the object here have?"""

    balance = ("attribute_type", "attribute_value")

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """Every category x one of its values x place."""
        return located(catalogue, self.layout, attribute=True)

    @cached_property
    def _pools(self) -> dict[str, DistractorPool]:
        return {}

    def _pool(self, kind: str, catalogue: Catalogue) -> DistractorPool:
        if kind not in self._pools:
            values = catalogue.values_of_type(kind)
            clear = [
                [w != v and w not in catalogue.overlapping(kind, v) for w in values] for v in values
            ]
            self._pools[kind] = DistractorPool(
                np.ones(len(values)), np.array(clear), rounds=_FEW_ROUNDS
            )
        return self._pools[kind]

    def shares(self, catalogue: Catalogue) -> dict[tuple[Value | None, ...], float]:
        """About even over all values: as even as overlaps (cube, cuboid) let the options be."""
        found: dict[tuple[Value | None, ...], float] = {}
        for kind in dict.fromkeys(k for k, _ in catalogue.attribute_values):
            values = catalogue.values_of_type(kind)
            parts = self._pool(kind, catalogue).shares * len(values)
            found |= {(kind, v): float(p) for v, p in zip(values, parts, strict=True)}
        return found

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Show the target among objects with the distractors' values."""
        kind, value = str(plan["attribute_type"]), str(plan["attribute_value"])
        others = self.not_reference(plan, catalogue)
        stage = Arranger(int(plan["grid"]), rng)
        stage.put(self.targets(plan, catalogue), self.cell(plan))
        self.put_reference(
            stage, plan, catalogue, catalogue.everything, catalogue.lacking(kind, value)
        )
        target = stage.placed[self.cell(plan)]
        values = catalogue.values_of_type(kind)
        true, unknown = catalogue.values_of(target, kind)
        false = np.array([v not in true and v not in unknown for v in values])
        drawn = self._pool(kind, catalogue).draw(values.index(value), rng, false) or []
        for code in drawn:
            stage.put(catalogue.having(kind, values[code]) & others)
        stage.fill(others)
        return Draft(
            scene=self.show(int(plan["grid"]), stage.placed, catalogue, rng),
            question=self.ask("what-attribute", plan, catalogue, rng),
            answer=value,
            distractors=[values[code] for code in drawn],
            answers=f"attribute:{kind}",
            names=self.names(plan, catalogue),
        )

    def judge(self, plan: Plan, arrangement: Arrangement, catalogue: Catalogue) -> Truth:
        """The values of the asked type that the object has, or may have."""
        cell = self.target_cell(plan, arrangement, catalogue)
        return truth.values_at(arrangement, cell, str(plan["attribute_type"]), catalogue)


class Where(CellGenerator):
    """In which cell, or at which position of the reference, is the [red] bowl?"""

    question: ClassVar[str] = "where"

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """Every category x (no attribute or one of its values) x place."""
        return located(catalogue, self.layout, attribute=False)

    def wanted(self, plan: Plan) -> Wanted:
        """What the question says of the object."""
        return Wanted(str(plan["target_category"]), attribute_of(plan))

    def near_misses(self, plan: Plan, catalogue: Catalogue) -> list[BitSet]:
        """Assets that fit a part of the description: only who reads all of it is right."""
        wanted = self.wanted(plan)
        if wanted.category is None or wanted.attribute is None:
            return []
        return [
            catalogue.assets_in(wanted.category) & catalogue.lacking(*wanted.attribute),
            catalogue.having(*wanted.attribute) & catalogue.never_in(wanted.category),
        ]

    @cached_property
    def _pools(self) -> dict[tuple[int, bool], DistractorPool]:
        return {}

    def _pool(self, grid: int, relative: bool) -> DistractorPool:
        """Each valid (cell, position) is as likely: straight positions more than diagonal ones."""
        if (grid, relative) not in self._pools:
            counts = self.layout.position_counts(grid) if relative else [1] * grid * grid
            self._pools[grid, relative] = DistractorPool(np.array(counts))
        return self._pools[grid, relative]

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Show the target among objects that certainly don't fit its description."""
        grid = int(plan["grid"])
        never = self.wanted(plan).never(catalogue)
        others = never & self.not_reference(plan, catalogue)
        stage = Arranger(grid, rng)
        stage.put(self.targets(plan, catalogue), self.cell(plan))
        self.put_reference(stage, plan, catalogue, never, *self._wishes(plan, catalogue))
        require(others, "no-object-known-not-to-fit", "no object is known not to fit the target")
        for near in self.near_misses(plan, catalogue):
            if rng.random() < 0.5:
                stage.put(near & others)
        stage.fill(others)
        answer, labels = str(plan["cell"]), list(self.layout.cells(grid))
        if self.reference(plan) is not None:
            answer, labels = str(plan["relative_position"]), list(OFFSETS)
        pool = self._pool(grid, self.reference(plan) is not None)
        drawn = pool.draw(labels.index(answer), rng) or []
        return Draft(
            scene=self.show(grid, stage.placed, catalogue, rng),
            question=self.ask(self.question, plan, catalogue, rng),
            answer=answer,
            distractors=[labels[code] for code in drawn],
            labels=self.words.positions,
            names=self.names(plan, catalogue),
        )

    def _wishes(self, plan: Plan, catalogue: Catalogue) -> list[BitSet]:
        wanted = self.wanted(plan)
        wishes = []
        if wanted.attribute is not None:
            wishes.append(catalogue.lacking(*wanted.attribute))
        if wanted.category is not None:
            wishes.append(catalogue.never_in(wanted.category))
        return wishes

    def judge(self, plan: Plan, arrangement: Arrangement, catalogue: Catalogue) -> Truth:
        """Where the one object that fits stands."""
        wanted, reference = self.wanted(plan), self.reference(plan)
        return truth.place_of(
            arrangement, int(plan["grid"]), wanted, reference, catalogue, self.layout
        )


class WhereAttribute(Where):
    """Where is the red object?"""

    question = "where-attribute"

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """Every category x one of its values x place."""
        return located(catalogue, self.layout, attribute=True)

    def wanted(self, plan: Plan) -> Wanted:
        """The question names the attribute alone."""
        return Wanted(attribute=attribute_of(plan))


class HowMany(CellGenerator):
    """How many [red] bowls, or red objects, are there?"""

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """Counts of a value, of a category, or of a category with a value."""
        return counted(catalogue)

    def wanted(self, plan: Plan) -> Wanted:
        """What is counted."""
        category = plan.get("target_category")
        return Wanted(None if category is None else str(category), attribute_of(plan))

    @cached_property
    def _pools(self) -> dict[int, DistractorPool]:
        return {}

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Show `count` objects that fit, and fill the other cells with ones that do not."""
        grid, count, wanted = int(plan["grid"]), int(plan["count"]), self.wanted(plan)
        never = require(
            wanted.never(catalogue),
            "no-object-known-not-to-fit",
            "no object is known not to be of the kind that is counted",
        )
        stage = Arranger(grid, rng)
        stage.fill(wanted.known(catalogue), count)
        if wanted.category is not None and wanted.attribute is not None:
            near = catalogue.assets_in(wanted.category) & catalogue.lacking(*wanted.attribute)
            also = catalogue.having(*wanted.attribute) & catalogue.never_in(wanted.category)
            stage.put(near)
            stage.put(also)
        stage.fill(never)
        if grid not in self._pools:
            self._pools[grid] = DistractorPool(np.ones(grid * grid))
        drawn = self._pools[grid].draw(count - 1, rng) or []
        kind = "how-many" if wanted.category is not None else "how-many-attribute"
        return Draft(
            scene=self.show(grid, stage.placed, catalogue, rng),
            question=self.ask(kind, plan, catalogue, rng),
            answer=str(count),
            distractors=[str(code + 1) for code in drawn],
            names=self.names(plan, catalogue),
        )

    def judge(self, plan: Plan, arrangement: Arrangement, catalogue: Catalogue) -> Truth:
        """The number of objects that fit."""
        return truth.count_of(arrangement, self.wanted(plan), catalogue)
