"""A toy shop for tests: an inventory small enough to check by eye, and plugins that sell it.

The module is itself a plugin: `registry()` gives a registry that holds it and nothing else.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint
from typing import Any, Literal

import numpy as np
from PIL import Image, ImageDraw

import tma
from tma.config import Settings
from tma.contract.assets import Asset, AssetReader, AssetSource, AttributeType, Category, Inventory
from tma.contract.media import Media, Renderer
from tma.contract.plan import Plan
from tma.contract.scene import AssetUse, Scene
from tma.contract.tasks import Draft, TaskGenerator, TruthSet
from tma.errors import Infeasible
from tma.maketask import Origin
from tma.registry import Registry
from tma.seeds import canonical_json
from tma.space import PlanSpace, joint, product

# name: parents
TREE: dict[str, tuple[str, ...]] = {
    "food": (),
    "fruit": ("food",),
    "apple": ("fruit",),
    "pear": ("fruit",),
    "bread": ("food",),
    "tool": (),
    "hammer": ("tool",),
    "saw": ("tool",),
    "container": (),
    "utensil": (),
    "bowl": ("container", "utensil"),  # two parents
    "fork": ("utensil",),
    "cup": ("container",),
    "mug": ("container",),
    "vehicle": (),
    "car": ("vehicle",),
    "truck": ("vehicle",),
    "empty shelf": (),  # nothing at or below it
}
LOOKALIKES = {"cup": ("mug",)}
COLORS = AttributeType(
    name="color",
    values=("blue", "gold", "green", "orange", "red", "white"),
    overlaps=(("red", "orange"), ("gold", "orange")),
)
MATERIALS = AttributeType(name="material", values=("clay", "metal", "wood"))


def asset(key: str, category: str, *, views: int = 1, **attributes: str) -> Asset:
    return Asset(
        id=key,
        categories=(category,),
        attributes={k: tuple(v.split()) for k, v in attributes.items()},
        forms={"sticker": tuple(f"v{i}" for i in range(views))},
    )


ASSETS = (
    asset("apple-1", "apple", color="red", views=2),
    asset("apple-2", "apple", color="green"),
    asset("pear-1", "pear", color="green"),
    asset("pear-2", "pear"),
    asset("bread-1", "bread", color="gold"),
    asset("hammer-1", "hammer", color="red blue", material="metal wood"),
    asset("saw-1", "saw", color="orange", material="metal"),
    asset("bowl-1", "bowl", color="white", material="clay"),
    asset("bowl-2", "bowl", color="blue", material="wood"),
    asset("fork-1", "fork", material="metal"),
    asset("cup-1", "cup", color="white"),
    asset("mug-1", "mug", color="red"),
    asset("car-1", "car", color="blue"),
    asset("truck-1", "truck", color="red", views=3),
    asset("truck-2", "truck", color="gold"),
)


def inventory(**changes: Any) -> Inventory:
    categories = tuple(
        Category(id=c, name=c, parents=p, lookalikes=LOOKALIKES.get(c, ())) for c, p in TREE.items()
    )
    stock: dict[str, Any] = {
        "categories": categories,
        "assets": ASSETS,
        "attribute_types": (COLORS, MATERIALS),
        "licence": "CC0-1.0",
        "origin": "made up",
    }
    return Inventory(**{**stock, **changes})


def png(color: tuple[int, int, int], size: tuple[int, int] = (24, 24)) -> bytes:
    """A disc on transparent ground."""
    image = Image.new("RGBA", size)
    ImageDraw.Draw(image).ellipse((1, 1, size[0] - 2, size[1] - 2), fill=(*color, 255))
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


class Shop(AssetSource):
    """The toy shop; counts how often each picture is read."""

    def __init__(self) -> None:
        self.reads: list[tuple[str, str, str]] = []

    def inventory(self) -> Inventory:
        return inventory()

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        self.reads.append((asset.id, form, name))
        number = sum(asset.id.encode()) + int(name[1:])
        return png((number % 256, number * 7 % 256, number * 31 % 256))


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
    mesh = tma.Contribution("meshes", f"{__name__}:NeedsMeshes", consumes=("mesh",))
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
