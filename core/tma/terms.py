"""On which terms a model is asked: prices, limits, and how patiently failures are tried again."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tma.config import Settings
from tma.errors import ConfigError, did_you_mean


class Terms(BaseModel):
    """A table `[models."PATTERN"]` of `tma.toml`; none of it changes what a model answers.

    Attributes:
        usd_per_million_input: price of a million input tokens, in US dollars.
        usd_per_million_output: of a million output tokens.
        usd_per_call: of an attempt.
        requests_per_minute: how many attempts may begin in any minute; None for any number.
        tokens_per_minute: input and output tokens a minute, on average; None for any number.
        concurrency: the most `reply` calls at once; None for what the adapter bears.
        attempts: how often a call is tried before it has failed.
        first_wait: seconds before the second attempt, on average half of it; doubles each time.
        longest_wait: the longest wait, also if the endpoint asks for more; a call that would have
            to wait longer has failed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    usd_per_million_input: float | None = Field(default=None, ge=0)
    usd_per_million_output: float | None = Field(default=None, ge=0)
    usd_per_call: float | None = Field(default=None, ge=0)
    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)
    concurrency: int | None = Field(default=None, ge=1)
    attempts: int = Field(default=8, ge=1)
    first_wait: float = Field(default=1.0, gt=0)
    longest_wait: float = Field(default=120.0, gt=0)

    @property
    def priced(self) -> bool:
        """Whether any price is given."""
        prices = (self.usd_per_million_input, self.usd_per_million_output, self.usd_per_call)
        return any(p is not None for p in prices)

    def usd(self, usage: Mapping[str, float], attempts: float = 1) -> float | None:
        """What tokens and attempts cost; None if no price is given."""
        if not self.priced:
            return None
        return (
            (self.usd_per_million_input or 0.0) * usage.get("input_tokens", 0) / 1e6
            + (self.usd_per_million_output or 0.0) * usage.get("output_tokens", 0) / 1e6
            + (self.usd_per_call or 0.0) * attempts
        )


PLAIN = Terms()
"""No price, no limit."""


def terms_of(settings: Settings, label: str, **given: Any) -> Terms:
    """The terms for a model: every table whose pattern fits it, later ones first, then `given`.

    Args:
        settings: holds the tables `[models."PATTERN"]`. A pattern is a shell's, and is compared
            with the specification, with and without its settings.
        label: the model's specification.
        given: terms that come before all tables; None for no say.

    Raises:
        ConfigError: a field of a table is unknown or not valid.
    """
    found: dict[str, Any] = {}
    where = "the limits given"
    for pattern, table in settings.models.items():
        _check(table, f'{settings.origin}: [models."{pattern}"]')
        if any(fnmatchcase(name, pattern) for name in (label, label.partition("?")[0])):
            found.update(table)
    found.update({k: v for k, v in given.items() if v is not None})
    return _check(found, where)


def _check(table: Mapping[str, Any], where: str) -> Terms:
    try:
        return Terms.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "table"
        known = Terms.model_fields
        raise ConfigError(
            f"{where}: {field}: {first['msg']}",
            hint=None if field in known else did_you_mean(field, known, "fields"),
        ) from None
