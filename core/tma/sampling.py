"""Uniform numbers below any bound, and even shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tma.errors import SpaceError

_INT64 = 2**63 - 1


def draw_numbers(size: int, n: int, rng: np.random.Generator, *, replace: bool) -> NDArray[Any]:
    """`n` numbers below `size`, uniformly; all different and in the order drawn if not `replace`.

    Raises:
        SpaceError: `n` is negative, or there are too few numbers.
    """
    if n < 0 or (n and not size):
        raise SpaceError(f"can't sample {n} plans from a space of {size}")
    if replace or not n:
        return _integers(size, n, rng)
    if n > size:
        raise SpaceError(f"can't sample {n} different plans from a space of {size}")
    if n * 4 >= size:
        return rng.permutation(size)[:n]
    chosen: dict[int, None] = {}
    while len(chosen) < n:
        for index in _integers(size, n - len(chosen), rng).tolist():
            chosen.setdefault(index)
    return np.array(list(chosen), dtype=object if size > _INT64 else np.int64)


def _integers(size: int, n: int, rng: np.random.Generator) -> NDArray[Any]:
    if size <= _INT64:
        return rng.integers(max(size, 1), size=n, dtype=np.int64)
    width = (size.bit_length() + 7) // 8 + 8  # 64 spare bits: the bias is below 2**-64
    return np.array(
        [int.from_bytes(rng.bytes(width), "big") % size for _ in range(n)], dtype=object
    )


def even_shares(n: int, sizes: Sequence[int], rng: np.random.Generator) -> list[int]:
    """Split n into shares as equal as the sizes allow.

    Args:
        n: what to share.
        sizes: the most that each can take.
        rng: says who gets the odd ones.

    Returns:
        One share a size; their sum is n, or the sum of the sizes if that is less.
    """
    shares = [0] * len(sizes)
    left = n
    while left and (open_ := [i for i in range(len(sizes)) if shares[i] < sizes[i]]):
        each = left // len(open_)
        # odd ones are given last: a group may run out before
        takers = open_ if each else [open_[i] for i in rng.permutation(len(open_))[:left]]
        for i in takers:
            gift = min(max(each, 1), sizes[i] - shares[i])
            shares[i] += gift
            left -= gift
    return shares
