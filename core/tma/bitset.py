"""Sets of numbers from 0 to n - 1 as packed bits."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]


class BitSet:
    """An immutable set of numbers below `universe`, one bit each in uint64 words.

    `&`, `|` and `-` need operands over the same universe. Iteration is in ascending order.
    """

    __slots__ = ("_numbers", "universe", "words")

    def __init__(self, universe: int, words: Words) -> None:
        self.universe = universe
        self.words = words
        self._numbers: NDArray[np.int64] | None = None

    @classmethod
    def of(cls, universe: int, numbers: Iterable[int]) -> BitSet:
        """The set of `numbers`, each in 0 .. universe - 1."""
        flags = np.zeros(universe, dtype=bool)
        flags[np.fromiter(numbers, dtype=np.int64)] = True
        return cls(universe, pack(flags))

    def __and__(self, other: BitSet) -> BitSet:
        return BitSet(self.universe, self.words & other.words)

    def __or__(self, other: BitSet) -> BitSet:
        return BitSet(self.universe, self.words | other.words)

    def __sub__(self, other: BitSet) -> BitSet:
        return BitSet(self.universe, self.words & ~other.words)

    def __len__(self) -> int:
        return int(np.bitwise_count(self.words).sum())

    def __bool__(self) -> bool:
        return bool(np.count_nonzero(self.words))

    def __contains__(self, number: int) -> bool:
        return bool(int(self.words[number >> 6]) >> (number & 63) & 1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BitSet) and bool(np.array_equal(self.words, other.words))

    def __hash__(self) -> int:
        return hash(self.words.tobytes())

    def numbers(self) -> NDArray[np.int64]:
        """The members in ascending order; not to be written to."""
        if self._numbers is None:
            bits = np.unpackbits(self.words.view(np.uint8), bitorder="little")
            self._numbers = bits.view(np.bool_).nonzero()[0]
        return self._numbers

    def pick(self, rng: np.random.Generator) -> int:
        """A member, each equally likely. Raises ValueError if there is none."""
        members = self.numbers()
        return int(members[rng.integers(len(members))])


def pack(flags: NDArray[np.bool_]) -> Words:
    """Rows of booleans, (..., n), as rows of uint64 words, (..., ceil(n / 64))."""
    packed = np.packbits(flags, axis=-1, bitorder="little")
    spare = -packed.shape[-1] % 8
    padding = [(0, 0)] * (packed.ndim - 1) + [(0, spare)]
    return np.ascontiguousarray(np.pad(packed, padding)).view(np.uint64)
