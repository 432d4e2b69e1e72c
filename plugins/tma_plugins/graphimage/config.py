"""Settings of the questions about pictures with scene graphs."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class GraphConfig(BaseModel):
    """Settings of the questions about pictures with scene graphs.

    Attributes:
        size: the most elements of a description: attributes, a neighbour, its attributes.
        exact: ask by every description of exactly that size, of whatever fits it, as the
            published engine does with `size=4`; by default by the smallest descriptions that fit
            one object and no other.
        distractors: `present` takes wrong objects and values from elsewhere in the picture where
            there are any (closed-world), `absent` only what is annotated nowhere in it
            (picture-absent).
        inverses: whether the inverse of a relation may be an option beside it: left, right.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(default=4, ge=1, le=6)
    exact: bool = False
    distractors: Literal["present", "absent"] = "present"
    inverses: bool = False

    @property
    def key(self) -> str:
        """What decides which plans there are."""
        return f"size={self.size} exact={self.exact}"
