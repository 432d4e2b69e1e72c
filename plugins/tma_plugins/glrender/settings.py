"""Settings of the `pyrender` renderer."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class GlSettings(BaseModel):
    """Settings of the `pyrender` renderer.

    Attributes:
        shadows: whether lights that say so throw shadows; without, pictures take half the time.
        supersample: draw that many times larger, then average: finer edges, slower.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    shadows: bool = True
    supersample: int = Field(default=1, ge=1, le=4)
