"""Linear algebra on one thread."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

_LOCK = threading.Lock()
_USERS = 0
_LIMITS = ExitStack()
_LIMITED: set[bool] = set()


@contextmanager
def one_thread() -> Iterator[None]:
    """Within it numpy and scipy compute on one thread, whoever calls them in this process.

    The matrices here are small: several threads of BLAS wait for each other longer than they
    work, many times longer where other processes use the cores. And how many there are shows in
    the last digits of sums. The number is the library's, not the thread's: it is as before when
    the last of those is done who are within at a time.
    """
    global _USERS
    with _LOCK:
        _USERS += 1
        loaded = "scipy.linalg" in sys.modules  # it brings a library of its own along
        if loaded not in _LIMITED:
            _LIMITED.add(loaded)
            _LIMITS.enter_context(_libraries(loaded).limit(limits=1, user_api="blas"))
    try:
        yield
    finally:
        with _LOCK:
            _USERS -= 1
            if not _USERS:
                _LIMITED.clear()
                _LIMITS.close()


@cache
def _libraries(scipy: bool) -> Any:
    """The libraries of a process that has loaded scipy by now, or has not."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
