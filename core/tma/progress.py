"""Who wants to know how far a long piece of work has got: nobody, unless a listener is set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

Step = Callable[[int], None]
Listener = Callable[[str, int | None], AbstractContextManager[Step]]


def _silent(what: str, total: int | None) -> AbstractContextManager[Step]:
    return nullcontext(lambda done: None)


_listener: Listener = _silent


def progress(what: str, total: int | None = None) -> AbstractContextManager[Step]:
    """A function to call with how much is done.

    Args:
        what: the work, in a few words.
        total: how much there is to do; None if nobody knows.
    """
    return _listener(what, total)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell `listener` of all work inside."""
    global _listener
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before
