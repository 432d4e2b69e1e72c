"""Settings of the questions about videos with scene graphs."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class VideoConfig(BaseModel):
    """Settings of the questions about videos with scene graphs.

    Attributes:
        distractors: `never` takes only what never holds in the video; `other-time` prefers what
            holds, but not when it is asked for; `auto` does so where the key frames tell
            everything (`complete`), and `never` elsewhere.
        inverses: whether the inverse of a relation may be an option beside it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    distractors: Literal["auto", "never", "other-time"] = "auto"
    inverses: bool = False
