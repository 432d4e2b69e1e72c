"""Settings of `transformers`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tma_plugins.modelkit.fields import JsonObject


class LocalConfig(BaseModel):
    """Settings of `transformers`.

    Attributes:
        variant: a folder with a model's files, or a name on the Hugging Face hub.
        revision: branch, tag or commit on the hub.
        scoring: `generate` reads what the model writes; `letters` compares the likelihood of the
            option letters as the next token; `options` that of the option texts after the bare
            question, as the mean log-probability of their tokens.
        max_new_tokens: how much it may write.
        generation: JSON object of further arguments of `generate`. Decoding is greedy without.
        template: the text to send, with `{media}` and `{prompt}` in it. By default the model's
            chat template, or what is usual for its kind if it has none.
        system: a system message for the chat template; none if empty.
        frames: how many evenly spaced frames of a video are shown.
        video: `native` shows them as a video, `frames` as pictures; `auto` as a video if the
            model knows of videos.
        dtype: of the weights; `auto` as they were saved.
        device: `cpu`, `cuda`, `cuda:1`, ...; `auto` takes CUDA if it is there.
        device_map: `auto`, `balanced`, ... spreads the weights over several devices.
        attention: implementation, such as `sdpa` or `flash_attention_2`; the model's own if empty.
        trust_remote_code: whether code that comes with the model may be run.
        batch_size: how many requests are answered at once.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    variant: str = Field(min_length=1)
    revision: str | None = None
    scoring: Literal["generate", "letters", "options"] = "generate"
    max_new_tokens: int = Field(default=128, ge=1)
    generation: JsonObject = Field(default={})
    template: str = ""
    system: str = ""
    frames: int = Field(default=8, ge=1, le=256)
    video: Literal["auto", "native", "frames"] = "auto"
    dtype: Literal["auto", "float32", "float16", "bfloat16"] = "auto"
    device: str = Field(default="auto", exclude=True)
    device_map: str | None = Field(default=None, exclude=True)
    attention: str = Field(default="", exclude=True)
    trust_remote_code: bool = False
    batch_size: int = Field(default=1, ge=1, exclude=True)

    @model_validator(mode="after")
    def _fits(self) -> LocalConfig:
        if self.template and "{prompt}" not in self.template:
            raise ValueError("template lacks {prompt}")
        if self.device_map is not None and self.device != "auto":
            raise ValueError("give device or device_map, not both")
        return self

    @property
    def folder(self) -> Path | None:
        """The folder that `variant` is, None if it is a name on the hub."""
        path = Path(self.variant).expanduser()
        looks_like_one = self.variant.startswith(("/", "./", "../", "~"))
        return path if looks_like_one or path.is_dir() else None
