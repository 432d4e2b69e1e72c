"""SIGTERM ends a command as Ctrl-C does: scratch folders vanish, replies are kept."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import AbstractContextManager
from types import FrameType


class Termination(AbstractContextManager["Termination"]):
    """While it is open, SIGTERM does what SIGINT would.

    A process that was told to ignore SIGTERM goes on to, and children that are forked die of it.

    Attributes:
        came: whether it has come.
    """

    def __init__(self) -> None:
        self.came = False
        self._ours = False
        self._process = os.getpid()

    def __enter__(self) -> Termination:
        # only the main thread may set handlers
        main = threading.current_thread() is threading.main_thread()
        if main and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, self._end)
            self._ours = True
        return self

    def __exit__(self, *_: object) -> None:
        if self._ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def _end(self, number: int, frame: FrameType | None) -> None:
        if os.getpid() != self._process:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTERM)
        elif not self.came:  # `timeout` sends it twice: the second must not end the cleaning up
            self.came = True
            # asyncio has a handler of its own, which ends the calls under way in good order
            interrupt = signal.getsignal(signal.SIGINT)
            if callable(interrupt):
                interrupt(signal.SIGINT, frame)
            else:  # it is ignored, as in scripts after `&`, and then asyncio has none
                _interrupt()


def _interrupt() -> None:
    """Raise KeyboardInterrupt; under an event loop not in a task, but from the loop itself."""
    asyncio = sys.modules.get("asyncio")  # not imported for this
    try:
        loop = asyncio.get_running_loop() if asyncio is not None else None
    except RuntimeError:
        loop = None
    if loop is None:
        raise KeyboardInterrupt
    loop.call_soon_threadsafe(_raise)


def _raise() -> None:
    raise KeyboardInterrupt
