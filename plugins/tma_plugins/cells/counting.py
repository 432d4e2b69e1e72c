"""How many there are."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from tma import Catalogue, DistractorPool, Draft, Plan, PlanSpace
from tma import TruthSet as Truth
from tma_plugins.cells import truth
from tma_plugins.cells.arrange import Arrangement
from tma_plugins.cells.base import CellGenerator
from tma_plugins.cells.layout import Cell
from tma_plugins.cells.spaces import counted
from tma_plugins.cells.wanted import Wanted, attribute_of, require


class HowMany(CellGenerator):
    """How many [red] bowls, or red objects, are there?"""

    question = "how-many"

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """Counts of a value, of a category, or of a category with a value."""
        return counted(catalogue)

    def wanted(self, plan: Plan) -> Wanted:
        """What is counted."""
        category = plan.get("target_category")
        return Wanted(None if category is None else str(category), attribute_of(plan))

    def template(self, plan: Plan) -> str:
        """Key of the question's templates."""
        return self.question if "target_category" in plan else "how-many-attribute"

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
        stage = self.stage(plan, catalogue, rng)
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
        return Draft(
            scene=self.show(plan, stage, catalogue, rng),
            question=self.ask(plan, catalogue, rng),
            answer=str(count),
            distractors=[str(code + 1) for code in drawn],
            names=self.names(plan, catalogue),
        )

    def judge(
        self, plan: Plan, arrangement: Arrangement, catalogue: Catalogue, singled: Cell | None
    ) -> Truth:
        """The number of objects that fit."""
        return truth.count_of(arrangement, self.wanted(plan), catalogue)
