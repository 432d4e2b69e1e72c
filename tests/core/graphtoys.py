"""Two toy pictures and a toy video with scene graphs, and a source that offers them."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image

from tma.contract.assets import (
    ActionType,
    Asset,
    AssetSource,
    AttributeType,
    Category,
    Inventory,
    RelationType,
)
from tma.contract.graphs import (
    Action,
    GraphObject,
    KeyFrame,
    Relation,
    SceneGraph,
    Skipped,
    VideoGraph,
)

CATEGORIES = ("animal", "cat", "dog", "furniture", "table", "chair", "person", "cup", "lamp")
PARENTS = {
    "cat": ("animal",),
    "dog": ("animal",),
    "table": ("furniture",),
    "chair": ("furniture",),
}
RELATIONS = (
    RelationType(name="on", kind="spatial", implies=("above",)),
    RelationType(name="sitting on", kind="spatial", implies=("on",)),
    RelationType(name="above", kind="spatial", inverse="below"),
    RelationType(name="below", kind="spatial"),
    RelationType(name="next to", kind="spatial", symmetric=True, lookalikes=("near",)),
    RelationType(name="near", kind="spatial", symmetric=True),
    RelationType(name="holding", kind="contact", phrase="is holding"),
)


def inventory() -> Inventory:
    return Inventory(
        categories=tuple(Category(id=c, name=c, parents=PARENTS.get(c, ())) for c in CATEGORIES),
        attribute_types=(AttributeType(name="color", values=("black", "brown", "red", "white")),),
        relation_types=RELATIONS,
        action_types=(
            ActionType(name="hold", phrase="holding {object}"),
            ActionType(name="sit", phrase="sitting down"),
        ),
        licence="CC0-1.0",
    )


def thing(
    key: str, category: str | None, *relations: tuple[str, str], **attributes: str
) -> GraphObject:
    return GraphObject(
        id=key,
        category=category,
        name=category or "thingy",
        attributes={t: tuple(v.split()) for t, v in attributes.items()},
        relations=tuple(Relation(name=n, object=o) for n, o in relations),
    )


def kitchen() -> SceneGraph:
    objects = (
        thing("1", "cat", ("sitting on", "2"), color="black"),
        thing("2", "table", color="brown"),
        thing("3", "dog", ("next to", "2"), color="brown white"),
        thing("4", None),
    )
    return SceneGraph(id="kitchen", width=64, height=48, objects=objects)


def office() -> SceneGraph:
    objects = (thing("a", "lamp", ("on", "b"), color="red"), thing("b", "table"))
    return SceneGraph(id="office", media="office.png", width=32, height=32, objects=objects)


def film() -> VideoGraph:
    holding = (Relation(name="holding", object="cup"),)
    frames = (
        KeyFrame(time=0.5, actions=(Action(name="sit"),)),
        KeyFrame(time=1.0, relations=holding, actions=(Action(name="hold", object="cup"),)),
    )
    objects = (thing("who", "person"), thing("cup", "cup", color="red"))
    return VideoGraph(
        id="film", width=32, height=32, objects=objects, seconds=2, actor="who", frames=frames
    )


class Album(AssetSource):
    """Counts how often its graphs are asked for."""

    def __init__(self) -> None:
        self.read_graphs = 0
        self.stamp = "1"

    def inventory(self) -> Inventory:
        return inventory()

    def graphs(self) -> Iterator[SceneGraph | VideoGraph | Skipped]:
        self.read_graphs += 1
        yield kitchen()
        yield Skipped("album: picture 7", "an object has no box", "object 3")
        yield film()
        yield office()

    def graphs_stamp(self) -> str:
        return self.stamp

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        data = io.BytesIO()
        Image.new("RGB", (64, 48), (len(name), 99, 0)).save(data, "PNG")
        return data.getvalue()
