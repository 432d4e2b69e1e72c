"""Where something stands."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

import numpy as np

from tma import BitSet, Catalogue, DistractorPool, Draft, Plan, PlanSpace
from tma import TruthSet as Truth
from tma_plugins.cells import truth
from tma_plugins.cells.arrange import Arrangement
from tma_plugins.cells.base import CellGenerator, Shares, is_inverse
from tma_plugins.cells.layout import Cell
from tma_plugins.cells.spaces import located
from tma_plugins.cells.wanted import Wanted, attribute_of, require


class Where(CellGenerator):
    """In which cell, or at which position of the reference, is the [red] bowl?

    Attributes:
        near_share: how likely each of the near misses is to be there.
    """

    question = "where"
    balance: ClassVar[tuple[str, ...]] = ("relative_position",)
    near_share: ClassVar[float] = 0.5

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """Every category x (no attribute or one of its values) x place."""
        return located(catalogue, self.layout, attribute=False)

    def shares(self, catalogue: Catalogue) -> Shares:
        """Some without a reference; positions in proportion to the cells they are valid for."""
        return dict(self.places())

    def wanted(self, plan: Plan) -> Wanted:
        """What the question says of the object."""
        return Wanted(str(plan["target_category"]), attribute_of(plan))

    def apart(self, plan: Plan, catalogue: Catalogue) -> BitSet:
        """Assets that are not the target, whatever they do: certainly not what is described."""
        return self.wanted(plan).never(catalogue)

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
    def _pools(self) -> dict[tuple[int, ...], DistractorPool]:
        return {}

    def _pool(self, plan: Plan) -> DistractorPool:
        """Each valid (cell, position) is as likely: straight positions more than diagonal ones."""
        counts = (1,) * int(plan["grid"]) ** 2
        if self.reference(plan) is not None:
            counts = tuple(self.position_counts(plan))
        if counts not in self._pools:
            self._pools[counts] = DistractorPool(np.array(counts))
        return self._pools[counts]

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Show the target among objects that certainly don't fit its description."""
        grid = int(plan["grid"])
        apart = self.apart(plan, catalogue)
        others = apart & self.not_reference(plan, catalogue) & self.mates(plan, catalogue)
        stage = self.stage(plan, catalogue, rng)
        stage.put(self.targets(plan, catalogue), self.cell(plan))
        self.put_reference(stage, plan, catalogue, apart, *self._wishes(plan, catalogue))
        require(others, "no-object-known-not-to-fit", "no object is known not to fit the target")
        for near in self.near_misses(plan, catalogue):
            if rng.random() < self.near_share:
                stage.put(near & others)
        stage.fill(others)
        answer, labels = str(plan["cell"]), list(self.layout.cells(grid))
        if self.reference(plan) is not None:
            answer, labels = str(plan["relative_position"]), list(self.layout.offsets)
            answer = self.layout.inverse(answer) if is_inverse(plan) else answer
        drawn = self._pool(plan).draw(labels.index(answer), rng) or []
        return Draft(
            scene=self.show(plan, stage, catalogue, rng),
            question=self.ask(plan, catalogue, rng),
            answer=answer,
            distractors=[labels[code] for code in drawn],
            labels=self.words.positions if self.reference(plan) is not None else {},
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

    def judge(
        self, plan: Plan, arrangement: Arrangement, catalogue: Catalogue, singled: Cell | None
    ) -> Truth:
        """Where the one object that fits stands, or the reference if seen from there."""
        return truth.place_of(
            arrangement,
            int(plan["grid"]),
            self.wanted(plan),
            self.reference(plan),
            catalogue,
            self.layout,
            singled=singled,
            inverse=is_inverse(plan),
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
