"""Settings of `inspect`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from tma_plugins.modelkit.fields import JsonObject, NoneAsText, PlainUrl


class InspectConfig(BaseModel):
    """Settings of `inspect`. Keys come from the environment, by the provider's own variables.

    Attributes:
        variant: the model as inspect_ai names it, such as `anthropic/NAME` or
            `openai-api/SERVICE/NAME`.
        base_url: the provider's address, if it is another than usual.
        temperature: as sent; `none` leaves it to the provider.
        max_tokens: as sent; `none` leaves it to the provider.
        system: a system message; none if empty.
        generate: JSON object of further fields of inspect_ai's `GenerateConfig`.
        args: JSON object of further arguments of its `get_model`.
        timeout: seconds for a whole call.
        concurrency: the most calls under way.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    variant: str = Field(min_length=1)
    base_url: PlainUrl | None = None
    temperature: Annotated[float | None, NoneAsText] = Field(default=0.0, ge=0)
    max_tokens: Annotated[int | None, NoneAsText] = Field(default=1024, ge=1)
    system: str = ""
    generate: JsonObject = Field(default={})
    args: JsonObject = Field(default={})
    timeout: float = Field(default=120.0, gt=0, exclude=True)
    concurrency: int = Field(default=32, ge=1, le=1024, exclude=True)

    @field_validator("args")
    @classmethod
    def _no_key(cls, value: JsonObject) -> JsonObject:
        if secret := [name for name in value if "key" in name.lower() or "token" in name.lower()]:
            # settings are stored and shown
            raise ValueError(f"{secret[0]} belongs in the environment")
        return value
