"""How fast a model is asked: adaptive concurrency, limits a minute, waits before another try."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from tma.terms import Terms

_FIRST = 8
_MINUTE = 60.0
_ROUNDING = 1e-6
_BURST = 1 / 20
"""Share of a minute's allowance that may be used at once."""


class Pace:
    """Says when the next `reply` call may begin.

    Concurrency grows by one with each success until the first failure, then by one a round (as
    many calls as may be under way at once); each transient failure takes back half of its share
    of a round, so a round of nothing else halves it. The share of failures decides, as in DCTCP
    (Alizadeh et al. 2010, SIGCOMM): a server that fails now and then is still used, one that is
    overloaded is left alone at once.

    Args:
        most: the most calls at once.
        terms: limits a minute, and waits.
        clock: seconds, never going back.

    Attributes:
        limit: how many calls may be under way now, 1 to `most`.
        busy: how many are.
    """

    def __init__(
        self, most: int, terms: Terms, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most = min(most, terms.concurrency or most)
        self.limit = float(min(_FIRST, self.most))
        self.busy = 0
        self._terms = terms
        self._clock = clock
        self._growing = True
        self._closed_until = 0.0
        self._requests = _Allowance(terms.requests_per_minute, clock())
        self._tokens = _Allowance(terms.tokens_per_minute, clock())

    @property
    def free(self) -> int:
        """How many more calls may be under way."""
        return int(self.limit) - self.busy

    def wait(self, requests: int, tokens: float) -> float:
        """Seconds until a call of so many requests, and of so many tokens in all, may begin."""
        now = self._clock()
        return max(
            self._closed_until - now,
            self._requests.wait(requests, now),
            self._tokens.wait(tokens, now),
            0.0,
        )

    def begin(self, requests: int, tokens: float) -> None:
        """A call begins."""
        now = self._clock()
        self.busy += 1
        self._requests.use(requests, now)
        self._tokens.use(tokens, now)

    def end(self) -> None:
        """A call is over, whatever came of it."""
        self.busy -= 1

    def correct(self, more_tokens: float) -> None:
        """It took so many tokens more, or fewer, than was thought."""
        self._tokens.use(more_tokens, self._clock())

    def succeeded(self) -> None:
        """A request was answered."""
        self.limit = min(self.most, self.limit + (1.0 if self._growing else 1.0 / self.limit))

    def failed(self, retry_after: float | None) -> None:
        """A request failed for now.

        Args:
            retry_after: seconds that the endpoint wants to be left alone; all calls wait.
        """
        self._growing = False
        self.limit = max(1.0, self.limit - 0.5)
        if retry_after is not None and retry_after <= self._terms.longest_wait:
            self._closed_until = max(self._closed_until, self._clock() + retry_after)

    def delay(self, attempts: int, retry_after: float | None) -> float | None:
        """Seconds until a request may be tried again; None if it has failed for good.

        Exponential back-off with full jitter, up to a cap; never sooner than the endpoint says.

        Args:
            attempts: made so far, at least 1.
            retry_after: what the endpoint said at the last one.
        """
        terms = self._terms
        if attempts >= terms.attempts or (retry_after or 0.0) > terms.longest_wait:
            return None
        step = min(terms.longest_wait, terms.first_wait * 2.0 ** min(attempts - 1, 60))
        # chance decides no result here, only when it comes
        wait = random.uniform(0, step)
        return wait if retry_after is None else retry_after + min(wait, retry_after)


class _Allowance:
    """So many a minute, in no minute more: a bucket that fills steadily up to a burst."""

    def __init__(self, a_minute: int | None, now: float) -> None:
        self._rate = 0.0
        if a_minute is None:
            return
        self._burst = max(1.0, float(int(a_minute * _BURST)))
        # a full bucket and what flows in within a minute are a minute's allowance
        self._rate = (a_minute - self._burst + 1) / _MINUTE
        self._level, self._at = self._burst, now

    def _fill(self, now: float) -> None:
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now

    def wait(self, wanted: float, now: float) -> float:
        """Seconds until so much may be used; what exceeds the bucket waits for a full one."""
        if not self._rate:
            return 0.0
        self._fill(now)
        lacking = min(wanted, self._burst) - self._level
        return lacking / self._rate if lacking > _ROUNDING else 0.0

    def use(self, amount: float, now: float) -> None:
        """Take it out; the level may fall below zero, and then takes longer to fill."""
        if self._rate:
            self._fill(now)
            self._level -= amount
