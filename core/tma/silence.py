"""How long a model has not answered, and when it is given up."""

from __future__ import annotations

_DEAD = 20
"""Attempts in a row without an answer after which a model is given up."""
_REFUSED = 200
"""Calls that are refused, with none answered ever, after which it is too: far more than the tasks
of one kind that come together, for an endpoint may refuse all of a kind."""


class Silence:
    """Told of every attempt at a model; says when no other is worth making."""

    def __init__(self) -> None:
        self._ever = False
        self._in_a_row = 0
        self._to_the_end = False
        self._refused = 0
        self._last = "no reply"

    def known(self) -> None:
        """It has answered in an earlier run."""
        self._ever = True

    def answered(self) -> None:
        """It has answered."""
        self._ever = True
        self._in_a_row, self._to_the_end = 0, False

    def refused(self, failure: str | None) -> None:
        """A call has failed in a way that says nothing of whether the model is there."""
        self._in_a_row, self._to_the_end = 0, False
        self._refused += 1
        self._last = failure or self._last

    def failed(self, failure: str | None, *, again: bool) -> None:
        """An attempt has failed for now; `again` if the call is tried again."""
        self._in_a_row += 1
        self._to_the_end |= not again
        self._last = failure or self._last

    def verdict(self, label: str) -> str | None:
        """Why the model is given up, None if it is not.

        Args:
            label: the model's name.
        """
        if self._in_a_row >= _DEAD and self._to_the_end:
            failed = f"{self._in_a_row} attempts in a row failed"
            return f"{label} does not answer: {failed}, the last: {self._last}"
        if self._refused >= _REFUSED and not self._ever:
            failed = f"{self._refused} calls failed and none was answered"
            return f"{label} refuses all calls: {failed}, the last: {self._last}"
        return None
