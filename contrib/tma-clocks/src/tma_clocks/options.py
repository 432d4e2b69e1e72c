"""Wrong readings that a person might make, such that the options don't tell which one is right.

If the wrong options are made from the right one, by an hour more or with the hands taken for each
other, then the right one is the one that the others resemble, and no picture is needed to find it.
So the four options come as {t, s(t), u, s(u)}: s is a mistake that undoes itself, u is t with
another mistake that has a counterpart the other way round. Each of the four gives the same set with
the same chance. `tests/test_options.py` counts that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def four(
    right: T,
    undone: Callable[[T], T],
    slips: Sequence[Callable[[T], T]],
    last: Sequence[Callable[[T], T]],
    apart: Callable[[Sequence[T]], bool],
    rng: np.random.Generator,
) -> list[T]:
    """The right reading first, then three wrong ones.

    Args:
        right: the reading.
        undone: a mistake that undoes itself: `undone(undone(t)) == t`.
        slips: other mistakes, each as likely. With each there is one that goes back, and making one
            before `undone` is as making one of them after it.
        last: slips of that kind, for readings of which some of `slips` won't do. A reading and what
            these make of it must have as many of `slips` that won't do.
        apart: whether readings are all possible and none is close to another.
        rng: all chance.
    """
    slip, way_out = (kind[int(rng.integers(len(kind)))] for kind in (slips, last))
    for wrong in (slip, way_out):
        other = wrong(right)
        found = [right, undone(right), other, undone(other)]
        if apart(found):
            return found
    raise ValueError(f"{right!r} has no three wrong readings apart from it")
