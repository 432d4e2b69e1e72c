"""The toy question: what is the one thing in the picture?"""

from __future__ import annotations

import numpy as np

from tma.catalogue import Catalogue
from tma.contract.plan import Plan
from tma.contract.scene import Scene, Sticker, Stickers
from tma.contract.tasks import Draft, TaskGenerator, TruthSet
from tma.space import PlanSpace, product


class What(TaskGenerator):
    """A thing of a category, alone on a grid of one cell."""

    scene_type = Stickers

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """A plan a category."""
        return product(category=catalogue.categories)

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Some thing of the category in some view."""
        thing = catalogue.assets[catalogue.assets_in(str(plan["category"])).pick(rng)]
        view = str(rng.choice(thing.forms["sticker"]))
        cell = Sticker(row=0, column=0, asset=thing.id, view=view)
        return Draft(
            scene=Stickers(width=64, height=64, grid=1, cells=(cell,)),
            question="What is this?",
            answer=str(plan["category"]),
            distractors=catalogue.categories,
            answers="category",
        )

    def truths(self, plan: Plan, scene: Scene, catalogue: Catalogue) -> TruthSet:
        """All that the thing is or might be called."""
        number = catalogue.number(scene.uses()[0].asset)
        return TruthSet(
            catalogue.categories_of(number), catalogue.conceivable_categories_of(number)
        )
