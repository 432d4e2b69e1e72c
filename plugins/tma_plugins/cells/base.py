"""What all questions about objects in cells have in common, apart from how objects are shown."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
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
from tma_plugins.cells.layout import GRIDS, Cell, Layout
from tma_plugins.cells.wanted import Wanted, attribute_of, prefer, require
from tma_plugins.cells.wording import GRID_TABLES, Wording, wording

Shares = dict[tuple[Value | None, ...], float]


class CellGenerator(TaskGenerator):
    """What the five have in common: a stage that shows arrangements, and wording.

    Attributes:
        layout: how the family names its cells.
        tables: the family's question templates, see `Wording`.
        templates: a user's file of question templates, None for the family's alone.
        grids: cells on a side of the grids that are asked about.
        question: key of the question's templates; those about a reference have `-relative` added,
            or `-inverse` if they ask for the reference's position.
        spoken: plan fields that the question says by their phrases, see `Wording.phrase`.
    """

    layout: ClassVar[Layout] = Layout()
    grids: ClassVar[tuple[int, ...]] = GRIDS
    question: ClassVar[str]
    spoken: ClassVar[tuple[str, ...]] = ()
    tables: ClassVar[tuple[str, ...]] = GRID_TABLES
    templates: Path | None = None

    @abstractmethod
    def show(
        self, plan: Plan, stage: Arranger, catalogue: Catalogue, rng: np.random.Generator
    ) -> Scene:
        """A scene of those who are placed on the stage."""

    @abstractmethod
    def arrangement(self, scene: Scene, catalogue: Catalogue) -> Arrangement:
        """Who stands where in a scene. Raises Unclear if it can't be told."""

    @property
    def words(self) -> Wording:
        """The question templates."""
        return wording(self.templates, self.tables)

    def truths(self, plan: Plan, scene: Scene, catalogue: Catalogue) -> Truth:
        """Every true answer by the scene's arrangement and the catalogue's knowledge."""
        try:
            singled = self.singled_out(plan, scene, catalogue)
            return self.judge(plan, self.arrangement(scene, catalogue), catalogue, singled)
        except truth.Unclear as unclear:
            return unclear.as_truth()

    def singled_out(self, plan: Plan, scene: Scene, catalogue: Catalogue) -> Cell | None:
        """The cell of the one object that is or does what the question says, by the scene alone.

        None (the default) if the question says nothing of the kind: then cell, reference or
        description tell which object is meant. Raises Unclear.
        """
        return None

    @abstractmethod
    def judge(
        self, plan: Plan, arrangement: Arrangement, catalogue: Catalogue, singled: Cell | None
    ) -> Truth:
        """Every true answer to the plan's question. Raises Unclear.

        Args:
            plan: what is asked.
            arrangement: who stands where.
            catalogue: what is known of them.
            singled: see `singled_out`.
        """

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

    def stage(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Arranger:
        """The empty stage."""
        return Arranger(int(plan["grid"]), rng)

    def able(self, catalogue: Catalogue) -> BitSet:
        """Assets that can be or do what the question says, as its object or another's."""
        return catalogue.everything

    def mates(self, plan: Plan, catalogue: Catalogue) -> BitSet:
        """Assets that can stand beside the target, as the reference or as anything else."""
        return catalogue.everything

    def place_shares(self) -> Mapping[str | None, float]:
        """Relative position (None: no reference) -> its share of the tasks."""
        return self.layout.shares(self.grids)

    def places(self) -> Mapping[tuple[Value | None, ...], float]:
        """Values of the `balance` fields that say where -> their share of the tasks.

        These fields come last in `balance`: `relative_position` unless a kind of question has more.
        """
        return {(position,): share for position, share in self.place_shares().items()}

    def position_counts(self, plan: Plan) -> list[int]:
        """How many cells each relative position is valid for in plans that ask the same."""
        return self.layout.position_counts(int(plan["grid"]))

    def said(self, plan: Plan) -> tuple[str, str] | None:
        """The attribute by which the question describes the object asked about, if it does."""
        return attribute_of(plan)

    def not_reference(self, plan: Plan, catalogue: Catalogue) -> BitSet:
        """Assets that may stand beside the reference: none could be taken for it."""
        reference = self.reference(plan)
        return catalogue.everything if reference is None else catalogue.never_in(reference)

    def targets(self, plan: Plan, catalogue: Catalogue) -> BitSet:
        """Assets that can be the target. Raises Infeasible."""
        wanted = Wanted(str(plan["target_category"]), attribute_of(plan))
        able = require(
            wanted.known(catalogue) & self.able(catalogue),
            "no-object-can-do-it",
            "no object that fits the target can be or do what the question says",
        )
        return require(
            able & self.not_reference(plan, catalogue),
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
            catalogue.assets_in(reference) & needed & self.mates(plan, catalogue),
            "reference-may-be-the-target",
            "every object that fits the reference might fit the target's description too",
        )
        cell = self.layout.reference_of(self.cell(plan), str(plan["relative_position"]))
        stage.put(prefer(fitting, *wishes), cell)

    def template(self, plan: Plan) -> str:
        """Key of the question's templates."""
        if self.reference(plan) is None:
            return self.question
        order = "inverse" if is_inverse(plan) else "relative"
        return f"{self.question}-{order}"

    def ask(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> str:
        """The question's text."""
        words = self.words
        reference = self.reference(plan)
        attribute = attribute_of(plan)
        said = {field: words.phrase(str(plan[field])) for field in self.spoken}
        said["object"] = words.described("object", attribute)
        if "target_category" in plan:
            name = catalogue.name(str(plan["target_category"]))
            said["thing"] = words.described(name, attribute)
        if attribute is not None:
            said["type"], said["value"] = attribute
        if reference is not None:
            said["reference"] = catalogue.name(reference)
            said["relation"] = words.relation(str(plan["relative_position"]), said["reference"])
        elif "cell" in plan:
            said["place"] = words.place(str(plan["cell"]))
        return words.ask(self.template(plan), rng, **said)

    def names(self, plan: Plan, catalogue: Catalogue) -> dict[str, str]:
        """Names of the categories in the plan."""
        fields = ("target_category", "reference_category")
        return {str(plan[f]): catalogue.name(str(plan[f])) for f in fields if f in plan}


def is_inverse(plan: Plan) -> bool:
    """Whether the question asks how the reference stands to the target."""
    return plan.get("order") == "reference-first"
