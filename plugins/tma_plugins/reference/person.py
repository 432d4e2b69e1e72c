"""People as models: their answers are imported, and compared with those of models."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from tma import ModelAdapter, Reply, Request


class PersonConfig(BaseModel):
    """Settings of `person`.

    Attributes:
        variant: who it is: `person:ann`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    variant: str = Field(default="anybody", min_length=1)


class Person(ModelAdapter):
    """Has only the answers that `tma import` brought: whatever else it is asked fails."""

    batch_size = 64

    def __init__(self, config: PersonConfig) -> None:
        self._who = config.variant

    async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """A failure each."""
        why = f"not answered: {self._who} answers in a gallery, and `tma import` brings it"
        return [Reply(text=None, failure=why) for _ in requests]
