"""The format: a picture or video a line, and beside it a vocabulary if the built-in won't do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tma import ActionType, AttributeType, Category, KeyFrame, Relation, RelationType


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ObjectLine(_Line):
    """A thing in a picture or video.

    Attributes:
        id: unique in its picture.
        name: what it is called; looked up among the names, synonyms and plurals of the
            vocabulary's categories.
        category: id of its category, if its name does not tell.
        plural: whether the name stands for several things; by default as the name looks.
        box: (left, top, right, bottom) in pixels, the last two exclusive.
        attributes: attribute type -> values.
        maybe: attribute type -> values that are borderline: no answer, and no wrong option.
        relations: to other things: name, object (an id), certain (false if borderline).
    """

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    category: str | None = None
    plural: bool | None = None
    box: tuple[int, int, int, int] | None = None
    attributes: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    maybe: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    relations: tuple[Relation, ...] = ()


class PictureLine(_Line):
    """A picture.

    Attributes:
        kind: `picture`, which may be left out.
        id: unique in the file.
        file: the picture: a path from the folder of the JSON lines, or `package:NAME/PATH` for a
            file of an installed Python package.
        width, height: pixels.
        objects: what can be seen.
        complete: whether all that can be seen is stated, so that what is not stated is false.
        licence: SPDX expression.
    """

    kind: Literal["picture"] = "picture"
    id: str = Field(min_length=1)
    file: str = Field(min_length=1)
    width: int
    height: int
    objects: tuple[ObjectLine, ...] = Field(min_length=1)
    complete: bool = False
    licence: str | None = None


class VideoLine(_Line):
    """A video.

    Attributes:
        kind: `video`.
        id, file, width, height, objects, complete, licence: as of a picture; the file is an MP4.
        seconds: how long it is.
        actor: id of the object that does things.
        frames: key frames in order of time: time (seconds), relations (from the actor), actions
            (name, object).
    """

    kind: Literal["video"]
    id: str = Field(min_length=1)
    file: str = Field(min_length=1)
    width: int
    height: int
    objects: tuple[ObjectLine, ...] = Field(min_length=1)
    complete: bool = False
    licence: str | None = None
    seconds: float
    actor: str
    frames: tuple[KeyFrame, ...]


class VocabularyFile(_Line):
    """`vocabulary.json`: what the lines may name. Lists that are left out are the built-in ones.

    Attributes:
        categories: id, name, synonyms, parents, lookalikes, description.
        attribute_types: name, values, overlaps.
        relation_types: name, kind, phrase, implies, inverse, symmetric, lookalikes.
        action_types: name, phrase, implies, lookalikes.
        licence: SPDX expression for what states none of its own.
        origin: where a stranger finds the data.
    """

    categories: tuple[Category, ...] | None = None
    attribute_types: tuple[AttributeType, ...] | None = None
    relation_types: tuple[RelationType, ...] | None = None
    action_types: tuple[ActionType, ...] = ()
    licence: str = "NOASSERTION"
    origin: str = ""
