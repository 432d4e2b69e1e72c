"""Adapters that know all or nothing."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from tma import ModelAdapter, Reply, Request
from tma_plugins.reference.chance import uniform


class LetterAdapter(ModelAdapter):
    """Answers each request at once with one letter."""

    batch_size = 64
    sees_task = True

    async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """A letter each; no request can fail."""
        return [Reply(text=chr(ord("A") + self.choose(r))) for r in requests]

    @abstractmethod
    def choose(self, request: Request) -> int:
        """The place in `request.options` of the option to name."""


class RandomConfig(BaseModel):
    """Settings of `random`.

    Attributes:
        seed: another seed is another model.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 0


class Random(LetterAdapter):
    """Picks uniformly, by the call's id."""

    def __init__(self, config: RandomConfig) -> None:
        self._seed = config.seed

    def choose(self, request: Request) -> int:
        """An option by chance."""
        return int(uniform("random", self._seed, request.call_id) * len(request.options))


class ConstantConfig(BaseModel):
    """Settings of `constant`.

    Attributes:
        variant: the letter to say, A to Z: `constant:B`. One beyond a task's options is said
            all the same, and counts as a reply that names no option.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    variant: str = Field(default="A", pattern="^[A-Za-z]$")


class Constant(LetterAdapter):
    """Always says its letter."""

    sees_task = False

    def __init__(self, config: ConstantConfig) -> None:
        self._place = ord(config.variant.upper()) - ord("A")

    def choose(self, request: Request) -> int:
        """The letter's place."""
        return self._place


class Oracle(LetterAdapter):
    """Always right."""

    def choose(self, request: Request) -> int:
        """Where the answer stands in this order."""
        return request.order.index(request.task.answer_index)
