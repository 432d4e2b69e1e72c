"""Settings of exporters."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class FrameConfig(BaseModel):
    """Settings of exporters whose target takes pictures alone.

    Attributes:
        frames: how many evenly spaced frames stand for a video.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    frames: int = Field(default=8, ge=1, le=64)
