"""What a query may spend: calls, tokens, money and time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tma.calls import Answer as Reply
from tma.errors import QueryError
from tma.ledger import Budget, guess_tokens
from tma.models import LoadedModel

CALLS = 500
_LEEWAY = 2.0
"""How many more calls are planned than a cap on tokens or money is guessed to pay for."""


_ROUNDING = 1e-9


@dataclass(frozen=True)
class Means:
    """Caps; replies that are in the store count as if they had been paid for now.

    So a query that is put again, or goes on after it was killed, takes the same way and ends at
    the same place, at less cost.

    Attributes:
        calls: None for 500, or for what tokens and money are guessed to pay for.
        tokens: in and out, over all models.
        usd: US dollars, over all models.
        minutes: of this run; nothing is begun after so many.
    """

    calls: int | None = None
    tokens: int | None = None
    usd: float | None = None
    minutes: float | None = None

    def planned(self, models: Sequence[LoadedModel]) -> int:
        """How many calls to plan for.

        Raises:
            QueryError: a cap is not above zero.
            ConfigError: there is a cap on money, and no price.
        """
        caps = (("tokens", self.tokens), ("dollars", self.usd), ("minutes", self.minutes))
        for name, cap in caps:
            if cap is not None and cap <= 0:
                raise QueryError(f"a budget of {cap} {name} pays for no call")
        self.budget().check(models)
        if self.calls is not None:
            return self.calls
        counts = [_LEEWAY * cap / each for cap, each in self._guesses(models) if each > 0]
        return int(min(counts)) if counts else CALLS

    def _guesses(self, models: Sequence[LoadedModel]) -> list[tuple[float, float]]:
        """Caps, with what a call of the models takes of them on average."""
        usages = [guess_tokens(m.consumes) for m in models]
        found: list[tuple[float, float]] = []
        if self.tokens is not None:
            found.append((self.tokens, sum(sum(u.values()) for u in usages) / len(usages)))
        if self.usd is not None:
            prices = [m.terms.usd(u) or 0.0 for m, u in zip(models, usages, strict=True)]
            found.append((self.usd, sum(prices) / len(prices)))
        return found

    def budget(self) -> Budget:
        """The caps on what is spent now, for those who ask."""
        return Budget(self.calls, tokens=self.tokens, usd=self.usd)


class Meter:
    """How much of the means is used.

    Args:
        means: what may be spent.

    Attributes:
        tokens, usd: of all replies so far, whenever they were made.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        self._started = time.monotonic()
        self._replies = 0
        self.tokens = 0
        self.usd = 0.0

    def add(self, reply: Reply) -> None:
        """Count a reply."""
        self._replies += 1
        self.tokens += reply.tokens
        self.usd += reply.usd or 0.0

    def _used(self, more: int = 0) -> dict[str, float]:
        """Shares of the caps, once so many more replies of the mean size are there."""
        minutes = (time.monotonic() - self._started) / 60
        grown = 1 + more / max(self._replies, 1)
        pairs = {
            "tokens": (self.tokens * grown, self._means.tokens),
            "usd": (self.usd * grown, self._means.usd),
            "minutes": (minutes, self._means.minutes),
        }
        return {name: used / cap for name, (used, cap) in pairs.items() if cap is not None}

    @property
    def share(self) -> float:
        """Of the cap that is used most; calls are the search's own business."""
        return max(self._used().values(), default=0.0)

    @property
    def reached(self) -> str | None:
        """The first cap that another reply would break."""
        return next((name for name, share in self._used(1).items() if share > 1 + _ROUNDING), None)
