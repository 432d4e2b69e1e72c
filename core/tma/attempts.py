"""A call that is being made: its attempts so far, and what they come to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from tma.calls import Call, row_of
from tma.contract.models import Reply
from tma.ledger import Expected, Ledger
from tma.store import StoredReply


@dataclass(slots=True)
class Attempts:
    """A call, how often it was tried and what that took.

    Attributes:
        call: what is asked.
        twins: further calls that send the same, and share the reply.
        expected: what is set aside for it in the budget, once it is `granted`.
        count: attempts made so far.
        last: what came of the last one.
    """

    call: Call
    twins: list[Call] = field(default_factory=list)
    expected: Expected = field(default_factory=Expected)
    granted: bool = False
    count: int = 0
    last: Reply | None = None
    _seconds: float = 0.0
    _usage: Counter[str] = field(default_factory=Counter)

    def add(self, reply: Reply, seconds: float) -> None:
        """What came of one more attempt; `seconds` is its wall time if the adapter gives none."""
        self.count += 1
        self.last = reply
        self._seconds += reply.seconds or seconds
        self._usage.update(reply.usage)

    @property
    def answered(self) -> bool:
        """Whether the last attempt brought a reply."""
        return self.last is not None and self.last.text is not None and self.last.failure is None

    @property
    def usd(self) -> float | None:
        """What the attempts cost; None if no price is known."""
        return self.call.model.terms.usd(self._usage, self.count)

    def row(self) -> StoredReply:
        """For the store."""
        assert self.last is not None
        whole = replace(self.last, seconds=self._seconds, usage=dict(self._usage))
        return row_of(self.call, whole, attempts=self.count, usd=self.usd)

    def entry(self) -> Ledger:
        """For the ledger."""
        return Ledger(
            calls=1,
            failed=int(not self.answered),
            retries=self.count - 1,
            input_tokens=self._usage["input_tokens"],
            output_tokens=self._usage["output_tokens"],
            unmetered=int(self.answered and not any(self._usage.values())),
            seconds=self._seconds,
            usd=self.usd,
        )
