"""Failed calls: counted by cause, each cause with an example of what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tma.calls import Answer

_SHOWN = 300


class Failures:
    """The failed calls among some answers; in any order, to the same result.

    Attributes:
        calls: all answers, failed or not.
        causes: failed calls by cause.
        examples: by cause the whole line of one of its calls: the first in the order of texts.
    """

    def __init__(self, answers: Iterable[Answer] = ()) -> None:
        self.calls = 0
        self.causes: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        for answer in answers:
            self.add(answer)

    def add(self, answer: Answer) -> None:
        """Count an answer."""
        self.calls += 1
        if answer.cause is not None:
            self.causes[answer.cause] += 1
            self._show(answer.cause, (answer.failure or answer.cause)[:_SHOWN])

    def join(self, other: Failures) -> None:
        """Count what others have counted too."""
        self.calls += other.calls
        self.causes.update(other.causes)
        for cause, line in other.examples.items():
            self._show(cause, line)

    def _show(self, cause: str, line: str) -> None:
        self.examples[cause] = min(line, self.examples.get(cause, line))

    @property
    def commonest(self) -> str | None:
        """The example of the commonest cause; None without failures."""
        if not self.causes:
            return None
        return self.examples[min(self.causes, key=lambda cause: (-self.causes[cause], cause))]

    def in_vain(self, label: str) -> str | None:
        """Why a model can't be asked, if calls were made and each has failed; else None.

        Args:
            label: the model's name.
        """
        if not self.calls or self.causes.total() < self.calls:
            return None
        return f"{label} answered none of {self.calls:,} calls, most often: {self.commonest}"
