"""Linear algebra on one thread."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


@contextmanager
def one_thread() -> Iterator[None]:
    """Within it, and for all threads of the process, numpy and scipy compute on one thread.

    The matrices here are small: several threads of BLAS wait for each other longer than they
    work, many times longer where other processes use the cores. And how many there are shows in
    the last digits of sums, so that the same seed would not give the same bytes everywhere.
    """
    with _libraries("scipy.linalg" in sys.modules).limit(limits=1, user_api="blas"):
        yield


@cache
def _libraries(scipy: bool) -> Any:
    """The libraries that are loaded by now; scipy brings another one along."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
