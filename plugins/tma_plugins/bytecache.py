"""A least-recently-used cache bounded by the bytes of what it holds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ByteCache(Generic[K, V]):
    """Keeps recent values while their sizes add up to at most `limit` bytes.

    Args:
        limit: bytes; a value larger than that is never kept.
        size: bytes of a value.
    """

    def __init__(self, limit: int, size: Callable[[V], int]) -> None:
        self._limit = limit
        self._size = size
        self._held = 0
        self._values: OrderedDict[K, V] = OrderedDict()

    @property
    def held(self) -> int:
        """Bytes of the values kept now."""
        return self._held

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value kept for `key`, or the one that `make` returns now."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        value = make()
        size = self._size(value)
        if size <= self._limit:
            self._values[key] = value
            self._held += size
            while self._held > self._limit:
                _, dropped = self._values.popitem(last=False)
                self._held -= self._size(dropped)
        return value
