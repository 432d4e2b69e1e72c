"""Plugins for tests that sell what is in the toy shop of `tma.testing`.

The module is itself a plugin: `registry()` gives a registry that holds it and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint
from typing import Literal

import numpy as np

import tma
from tma.config import Settings
from tma.contract.assets import Asset, AssetReader
from tma.contract.media import Media, Renderer
from tma.contract.plan import Plan
from tma.contract.scene import AssetUse, Scene
from tma.contract.tasks import Draft, TaskGenerator, TruthSet
from tma.errors import Infeasible
from tma.maketask import Origin
from tma.registry import Registry
from tma.seeds import canonical_json
from tma.space import PlanSpace, joint, product
from tma.testing.shop import (
    ASSETS as ASSETS,
)
from tma.testing.shop import (
    COLORS as COLORS,
)
from tma.testing.shop import (
    MATERIALS as MATERIALS,
)
from tma.testing.shop import (
    TREE as TREE,
)
from tma.testing.shop import (
    Shop as Shop,
)
from tma.testing.shop import (
    asset as asset,
)
from tma.testing.shop import (
    inventory as inventory,
)
from tma.testing.shop import (
    png as png,
)


class Shelf(Scene):
    """Assets in a row, each as (asset id, view)."""

    kind: Literal["shelf"] = "shelf"
    items: tuple[tuple[str, str], ...]

    def uses(self) -> tuple[AssetUse, ...]:
        return tuple(AssetUse(a, "sticker", v) for a, v in self.items)


class Camera(Renderer):
    """'Pictures' that are a text of the scene and what the assets' bytes hash to."""

    def render(self, scene: Scene, assets: AssetReader) -> Media:
        hashes = [assets.sha256(*use) for use in scene.uses()]
        text = canonical_json([scene.model_dump(mode="json"), hashes])
        return Media(text.encode(), "image/png", {"items": len(hashes)})

    def environment(self) -> tuple[str, ...]:
        return ("driver 1",)


class ShelfGenerator(TaskGenerator):
    """What the generators below share: a target among others on a shelf of four."""

    scene_type = Shelf

    def shelf(self, numbers: Iterable[int], catalogue: tma.Catalogue) -> Shelf:
        stock = [catalogue.assets[n] for n in numbers]
        return Shelf(width=64, height=64, items=tuple((a.id, a.forms["sticker"][0]) for a in stock))

    def target(self, scene: Scene, place: int, catalogue: tma.Catalogue) -> int:
        assert isinstance(scene, Shelf)
        return catalogue.number(scene.items[place][0])


class WhatAt(ShelfGenerator):
    """What stands at this place of the shelf? Derives its truths from the scene."""

    def space(self, catalogue: tma.Catalogue) -> PlanSpace:
        return product(place=range(4), target_category=catalogue.categories)

    def draw(self, plan: Plan, catalogue: tma.Catalogue, rng: np.random.Generator) -> Draft:
        category, place = str(plan["target_category"]), int(plan["place"])
        if category == "vehicle":
            raise Infeasible("no-vehicles", "vehicles do not fit on a shelf")
        numbers = rng.permutation(len(catalogue.assets))[:4].tolist()
        numbers[place] = catalogue.assets_in(category).pick(rng)
        return Draft(
            scene=self.shelf(numbers, catalogue),
            question=f"What stands at place {place}?",
            answer=category,
            distractors=catalogue.categories,
            answers="category",
            names={category: catalogue.name(category)},
        )

    def truths(self, plan: Plan, scene: Scene, catalogue: tma.Catalogue) -> TruthSet:
        number = self.target(scene, int(plan["place"]), catalogue)
        return TruthSet(
            catalogue.categories_of(number), catalogue.conceivable_categories_of(number)
        )


class ColorAt(ShelfGenerator):
    """Which colour? States its truths in the draft; balanced over the colours."""

    option_count = 3
    balance = ("attribute_value",)

    def space(self, catalogue: tma.Catalogue) -> PlanSpace:
        rows = [
            (value, catalogue.assets[n].id)
            for kind, value in catalogue.attribute_values
            for n in catalogue.having(kind, value).numbers().tolist()
            if kind == "color"
        ]
        return product(joint(("attribute_value", "asset"), rows), attribute_type=["color"])

    def draw(self, plan: Plan, catalogue: tma.Catalogue, rng: np.random.Generator) -> Draft:
        number = catalogue.number(str(plan["asset"]))
        return Draft(
            scene=self.shelf([number], catalogue),
            question="Which color has the thing on the shelf?",
            answer=str(plan["attribute_value"]),
            distractors=catalogue.values_of_type("color"),
            answers="attribute:color",
            truths=TruthSet(*catalogue.values_of(number, "color")),
        )


class Count(ShelfGenerator):
    """How many things are there? Plain text as options; a tiny space."""

    option_count = 2

    def space(self, catalogue: tma.Catalogue) -> PlanSpace:
        return product(count=range(1, 4))

    def draw(self, plan: Plan, catalogue: tma.Catalogue, rng: np.random.Generator) -> Draft:
        count = int(plan["count"])
        return Draft(
            scene=self.shelf(rng.permutation(len(catalogue.assets))[:count].tolist(), catalogue),
            question="How many things are there?",
            answer=str(count),
            distractors=[str(n) for n in range(1, 5)],
            labels={"1": "one"},
            truths=TruthSet(frozenset({str(count)})),
        )


class Never(ShelfGenerator):
    """All of its plans are infeasible."""

    def space(self, catalogue: tma.Catalogue) -> PlanSpace:
        return product(count=range(3))

    def draw(self, plan: Plan, catalogue: tma.Catalogue, rng: np.random.Generator) -> Draft:
        raise Infeasible("never-odd" if int(plan["count"]) % 2 else "never-even")


class Rare(Never):
    """Hardly a plan of many is feasible."""

    def space(self, catalogue: tma.Catalogue) -> PlanSpace:
        return product(count=range(6000))

    def draw(self, plan: Plan, catalogue: tma.Catalogue, rng: np.random.Generator) -> Draft:
        if int(plan["count"]) % 40:
            raise Infeasible("rare")
        return Draft(
            scene=self.shelf([0], catalogue),
            question="Is there anything?",
            answer="yes",
            distractors=["no", "perhaps", "nobody knows"],
            truths=TruthSet(frozenset({"yes"})),
        )


class NeedsMeshes(Never):
    """Takes assets in a form that the shop does not sell."""


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    return [tma.Contribution("shop", f"{__name__}:Shop", makes=("sticker",))]


@tma.hookimpl
def tma_renderers() -> list[tma.Contribution]:
    return [
        tma.Contribution("camera", f"{__name__}:Camera", consumes=("shelf",), makes=("image/png",))
    ]


@tma.hookimpl
def tma_task_generators() -> list[tma.Contribution]:
    fitting = [
        tma.Contribution(name, f"{__name__}:{target}", consumes=("sticker",), makes=("shelf",))
        for name, target in (
            ("what-at", "WhatAt"),
            ("color-at", "ColorAt"),
            ("count", "Count"),
            ("never", "Never"),
            ("rare", "Rare"),
        )
    ]
    mesh = tma.Contribution("meshes", f"{__name__}:NeedsMeshes", consumes=("hologram",))
    return [*fitting, mesh]


def registry(environ: Mapping[str, str] | None = None) -> Registry:
    """A registry of this module's plugin `toys` alone."""
    return Registry(Settings(environ=environ or {}), [EntryPoint("toys", __name__, "tma")])


ORIGIN = Origin(
    source="shop", licence="CC0-1.0", renderer_of={"shelf": ("toys/camera@1.0", "")}, versions={}
)


def names(numbers: Iterable[int], assets: Sequence[Asset] = ASSETS) -> set[str]:
    """The ids of assets by number."""
    return {assets[n].id for n in numbers}
