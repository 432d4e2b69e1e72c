"""Settings of `open-clip`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

UNTRAINED = "untrained"


class ClipConfig(BaseModel):
    """Settings of `open-clip`.

    Attributes:
        variant: an architecture that open_clip lists (`ViT-B-32`), a JSON file that describes
            one, `local-dir:FOLDER` or `hf-hub:NAME`; the last two come with weights.
        pretrained: a checkpoint file, or a tag that open_clip downloads; `untrained` for random
            weights, to try things out.
        seed: of random weights.
        template: the text of an option, with `{question}` and `{option}` in it. The question's
            first words are left out where the whole is longer than the model reads.
        frames: how many evenly spaced frames of a video are looked at.
        precision: `fp32`, `fp16` or `bf16`.
        device: `cpu`, `cuda`, `cuda:1`, ...; `auto` takes CUDA if it is there.
        batch_size: how many requests are answered at once.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    variant: str = Field(min_length=1)
    pretrained: str = ""
    seed: int = 0
    template: str = "{question} {option}"
    frames: int = Field(default=8, ge=1, le=256)
    precision: Literal["fp32", "fp16", "bf16"] = "fp32"
    device: str = Field(default="auto", exclude=True)
    batch_size: int = Field(default=16, ge=1, exclude=True)

    @field_validator("template")
    @classmethod
    def _tells_options_apart(cls, value: str) -> str:
        if "{option}" not in value:
            raise ValueError("template lacks {option}")
        return value

    @property
    def has_weights(self) -> bool:
        """Whether the model's own place holds its weights."""
        return self.variant.startswith(("local-dir:", "hf-hub:"))
