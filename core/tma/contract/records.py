"""The base of the pydantic records that cross the plugin boundary."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """Immutable, and strict about unknown fields: a misspelt one is an error, not a surprise."""

    model_config = ConfigDict(frozen=True, extra="forbid")
