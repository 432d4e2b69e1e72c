"""Scene graphs: what is annotated of a real or rendered picture, or of a video's key frames.

An asset source that has them yields them one by one (`AssetSource.graphs`). The kernel checks them
and keeps them in a columnar file, so that no source needs to index anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from tma.contract.records import Record
from tma.contract.scene import AssetUse, Scene

Box = tuple[int, int, int, int]


class Relation(Record):
    """A relation to another object of the same graph.

    Attributes:
        name: one of the inventory's relation types.
        object: id of the other object.
        certain: False if it is borderline: nobody would swear that it holds, nor that it doesn't.
            It then is no answer, no distractor and no part of a description.
    """

    name: str = Field(min_length=1)
    object: str = Field(min_length=1)
    certain: bool = True


class GraphObject(Record):
    """A thing in a picture or video.

    Attributes:
        id: unique in its graph.
        category: id of one of the inventory's categories; None if the thing is of none. It is
            then no answer, and nothing that it might be is a distractor.
        name: what a question calls it, as annotators wrote it (`trees`); the category's name by
            default.
        plural: whether the name stands for several things, as `trees` does.
        box: (left, top, right, bottom) in pixels, the last two exclusive; None if unknown.
        attributes: attribute type -> every value of it that is stated.
        maybe: attribute type -> values that are borderline, see `Relation.certain`.
        relations: from this object to others, those that are borderline among them.
    """

    id: str = Field(min_length=1)
    category: str | None
    name: str = ""
    plural: bool = False
    box: Box | None = None
    attributes: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    maybe: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    relations: tuple[Relation, ...] = ()


class _Graph(Record):
    id: str = Field(min_length=1)
    media: str = Field(default="main", min_length=1)
    width: int = Field(ge=16, le=8192)
    height: int = Field(ge=16, le=8192)
    objects: tuple[GraphObject, ...]
    complete: bool = False
    licence: str | None = None

    @model_validator(mode="after")
    def _objects_fit(self) -> Self:
        ids = _unique(o.id for o in self.objects)
        for thing in self.objects:
            if not thing.name and thing.category is None:
                raise ValueError(f"object {thing.id!r} has neither a category nor a name")
            if thing.box is not None and not _inside(thing.box, self.width, self.height):
                raise ValueError(
                    f"object {thing.id!r}: box {list(thing.box)} is not in the picture"
                )
            _check_links(f"object {thing.id!r}", thing.relations, ids - {thing.id})
        return self

    def objects_by_id(self) -> dict[str, GraphObject]:
        """The objects, in order, by their ids."""
        return {o.id: o for o in self.objects}


class SceneGraph(_Graph):
    """A picture's objects, their attributes and relations.

    Attributes:
        id: unique in the source; also the id of the asset that stands for the picture.
        media: what `AssetSource.read(asset, "photo", media)` is asked for.
        width, height: pixels of the picture that boxes are measured in, 16 to 8192.
        objects: at least one question's worth; ids must differ, relations name objects.
        complete: whether what is not stated is false: every object that can be seen, every
            attribute of the inventory's types and every relation of its names is stated, as
            known in rendered scenes. Annotators of photographs leave things out.
        licence: SPDX expression if it differs from the inventory's.
    """


class Action(Record):
    """What somebody does at a key frame.

    Attributes:
        name: one of the inventory's action types.
        object: id of the object that it is done to, if the action's phrase has a place for it.
        certain: see `Relation.certain`.
    """

    name: str = Field(min_length=1)
    object: str | None = None
    certain: bool = True


class KeyFrame(Record):
    """What holds at one moment of a video.

    Attributes:
        time: seconds from the start.
        relations: from the actor to objects.
        actions: what the actor does.
    """

    time: float = Field(ge=0, allow_inf_nan=False)
    relations: tuple[Relation, ...] = ()
    actions: tuple[Action, ...] = ()


class VideoGraph(_Graph):
    """A video's objects, and what holds at its key frames.

    Attributes:
        id, width, height, objects, complete, licence: as of `SceneGraph`; objects state no boxes
            or relations of their own.
        media: what `AssetSource.read(asset, "clip", media)` is asked for.
        seconds: how long it is.
        actor: id of the object that stands in the relations and does the actions.
        frames: in order of time, all times different.
    """

    seconds: float = Field(gt=0, allow_inf_nan=False)
    actor: str
    frames: tuple[KeyFrame, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _frames_fit(self) -> Self:
        ids = {o.id for o in self.objects}
        if self.actor not in ids:
            raise ValueError(f"actor {self.actor!r} is no object of the video")
        times = [f.time for f in self.frames]
        if any(a >= b for a, b in pairwise(times)):
            raise ValueError("key frames must stand in the order of their times, which must differ")
        if times[-1] > self.seconds:
            raise ValueError(f"a key frame at {times[-1]} s lies after the end, {self.seconds} s")
        for frame in self.frames:
            where = f"key frame at {frame.time} s"
            _check_links(where, frame.relations, ids - {self.actor})
            for action in frame.actions:
                if action.object is not None and action.object not in ids:
                    raise ValueError(f"{where}: action on an unknown object {action.object!r}")
        return self


class Skipped(NamedTuple):
    """A picture or video that a source leaves out, and why; runs count them by reason.

    Attributes:
        where: names the file and the graph: `val_sceneGraphs.json: picture 2370799`.
        reason: the same few words for the same cause: `an object has no box`.
        detail: what exactly, for somebody who wants to mend it.
    """

    where: str
    reason: str
    detail: str = ""


class PhotoScene(Scene):
    """A picture as it is, with its graph. The bytes come from the asset source.

    Attributes:
        width, height: of the picture that is shown.
        graph: what is known of it; its `width` and `height` are those of the source's picture.
    """

    kind: Literal["photo"] = "photo"
    graph: SceneGraph

    def uses(self) -> tuple[AssetUse, ...]:
        """The picture."""
        return (AssetUse(self.graph.id, "photo", self.graph.media),)


class ClipScene(Scene):
    """A video as it is, with its graph. The bytes come from the asset source.

    Attributes:
        width, height: of the frames that are shown.
        graph: what is known of it.
    """

    kind: Literal["clip"] = "clip"
    graph: VideoGraph

    def uses(self) -> tuple[AssetUse, ...]:
        """The video."""
        return (AssetUse(self.graph.id, "clip", self.graph.media),)


def _unique(ids: Iterable[str]) -> set[str]:
    counts = Counter(ids)
    twice = [i for i, n in counts.items() if n > 1]
    if twice:
        raise ValueError(f"object {twice[0]!r} stands twice")
    return set(counts)


def _inside(box: Box, width: int, height: int) -> bool:
    left, top, right, bottom = box
    return 0 <= left < right <= width and 0 <= top < bottom <= height


def _check_links(where: str, relations: tuple[Relation, ...], others: set[str]) -> None:
    for relation in relations:
        if relation.object not in others:
            raise ValueError(
                f"{where}: {relation.name!r} leads to {relation.object!r}, "
                "which is no other object of the graph"
            )
