"""Things that are dear to make, made once and kept while there is room."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """The values last asked for; who asks for one that is being made waits for that one.

    Args:
        room: how much is kept.
        weigh: how much of it a value takes; 1 by default, so that values are counted.
    """

    def __init__(self, room: int, weigh: Callable[[V], int] = lambda value: 1) -> None:
        self._room = room
        self._weigh = weigh
        self._weight = 0
        self._values: OrderedDict[K, V] = OrderedDict()
        self._made: dict[K, asyncio.Future[V]] = {}

    async def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key, made in a thread if need be. What `make` raises, all get."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        making = self._made.get(key)
        if making is None or making.get_loop() is not asyncio.get_running_loop():
            making = asyncio.ensure_future(asyncio.to_thread(make))
            self._made[key] = making
            making.add_done_callback(lambda done: self._keep(key, done))
        # one who gives up waiting must not stop it for the others
        return await asyncio.shield(making)

    def _keep(self, key: K, done: asyncio.Future[V]) -> None:
        if self._made.get(key) is done:
            del self._made[key]
        if done.cancelled() or done.exception() is not None or key in self._values:
            return
        value = done.result()
        self._values[key] = value
        self._weight += self._weigh(value)
        while self._weight > self._room:
            self._weight -= self._weigh(self._values.popitem(last=False)[1])
