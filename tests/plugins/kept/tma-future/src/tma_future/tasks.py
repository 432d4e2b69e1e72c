"""A question that is easily answered."""

from typing import Any

import tma


class Yes(tma.TaskGenerator):
    """Is there anything in the picture? There is."""

    scene_type = tma.Stickers

    def space(self, catalogue: tma.Catalogue) -> tma.PlanSpace:
        return tma.product(category=catalogue.categories)

    def draw(self, plan: tma.Plan, catalogue: tma.Catalogue, rng: Any) -> tma.Draft:
        thing = catalogue.assets[catalogue.assets_in(str(plan["category"])).pick(rng)]
        cell = tma.Sticker(row=0, column=0, asset=thing.id, view=thing.forms["sticker"][0])
        return tma.Draft(
            scene=tma.Stickers(grid=1, cells=(cell,)),
            question="Is there anything in the picture?",
            answer="yes",
            distractors=["no", "nobody knows", "only at night"],
        )

    def truths(self, plan: tma.Plan, scene: tma.Scene, catalogue: tma.Catalogue) -> tma.TruthSet:
        return tma.TruthSet(frozenset({"yes"} if scene.uses() else {"no"}))
