"""How a query is put, as files and the store hold it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tma.query.given import STRICT, Confirm, Indifference
from tma.query.questions import Approximate


def _listed(value: Any) -> Any:
    """A text by itself, and a list, as a tuple: strictness would have no list for one."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class FileSettings(BaseModel):
    """What a file of queries may say for all of them, or for one."""

    model_config = ConfigDict(**STRICT, extra="forbid")

    budget: int | None = Field(default=None, ge=0)
    assets: str | None = None
    tasks: Texts = ()
    where: Texts = ()
    approximate: Approximate = "active"
    confirm: Confirm | None = None
    warm_start: bool = False
    seed: int = 0


class StoredSettings(FileSettings):
    """What a stored query is put again with."""

    budget_tokens: int | None = None
    budget_usd: float | None = None
    budget_minutes: float | None = None
    stop_when_certain: bool = False
    indifference: Indifference = 0.05
