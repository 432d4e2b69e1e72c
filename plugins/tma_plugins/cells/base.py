"""What all questions about objects in cells have in common, apart from how objects are shown."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

import numpy as np

from tma import (
    BitSet,
    Catalogue,
    Plan,
    Scene,
    TaskGenerator,
    Value,
)
from tma import TruthSet as Truth
from tma_plugins.cells import truth
from tma_plugins.cells.arrange import Arrangement, Arranger
from tma_plugins.cells.layout import Cell, Layout
from tma_plugins.cells.wanted import Wanted, attribute_of, prefer, require
from tma_plugins.cells.wording import GRID_TABLES, Wording, wording

Shares = dict[tuple[Value | None, ...], float]


class CellGenerator(TaskGenerator):
    """What the five have in common: a stage that shows arrangements, and wording.

    Attributes:
        layout: how the family names its cells.
        tables: the family's question templates, see `Wording`.
        templates: a user's file of question templates, None for the family's alone.
    """

    layout: ClassVar[Layout] = Layout()
    tables: ClassVar[tuple[str, ...]] = GRID_TABLES
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
        return wording(self.templates, self.tables)

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
            arrangement,
            stated,
            str(position) if position else None,
            reference,
            catalogue,
            self.layout,
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
        cell = self.layout.reference_of(self.cell(plan), str(plan["relative_position"]))
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
