"""A progress bar for work that turns out to be long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from tma.cli.common import progress

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")
_PATIENCE = 2.0
_PAUSE = 0.1


class LateProgress:
    """Shows a bar on standard error once the work has taken two seconds.

    Args:
        label: what is being done.
        total: steps in all, None if not known.
    """

    def __init__(self, label: str, total: int | None) -> None:
        self._label = label
        self._total = total
        self._stack = ExitStack()
        self._bar: Progress | None = None
        self._next = time.monotonic() + _PATIENCE

    def __enter__(self) -> LateProgress:
        return self

    def along(self, items: Iterable[T]) -> Iterator[T]:
        """The items, each a step."""
        for done, item in enumerate(items, start=1):
            self.update(done)
            yield item

    def update(self, done: int, note: str | Callable[[], str] = "") -> None:
        """Say how many steps are done, and what else is worth saying, once it is to be shown."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _PAUSE
        if self._bar is None:
            self._bar = self._stack.enter_context(progress())
            self._line = self._bar.add_task(self._label, total=self._total)
        text = f"{self._label} {note() if callable(note) else note}".rstrip()
        self._bar.update(self._line, completed=done, description=text)

    def __exit__(self, *_: object) -> None:
        self._stack.close()
