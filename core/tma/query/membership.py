"""Which groups are surely in an answer, surely not, or undecided, by their intervals.

Each interval holds at the asked confidence for its own group; the statements about many groups
are not adjusted to hold all at once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Literal

from tma.intervals import Interval

Membership = Literal["in", "out", "undecided"]


def top_k(intervals: Sequence[Interval], k: int, *, worst: bool) -> list[Membership]:
    """Membership in the k worst (or best) groups.

    For the worst: a group is `in` if its upper bound lies below the lower bounds of all but k - 1
    of the other groups; it is `out` if its lower bound lies above the upper bounds of at least
    k other groups. For the best the same with the bounds mirrored. Bounds that touch decide
    nothing, so groups that tie at the cut stay undecided.
    """
    if not worst:
        intervals = [Interval(-high, -low) for low, high in intervals]
    lows, highs = sorted(i.low for i in intervals), sorted(i.high for i in intervals)
    found: list[Membership] = []
    for low, high in intervals:
        surely_better = len(lows) - bisect_right(lows, high)
        surely_worse = bisect_left(highs, low)
        if surely_better >= len(intervals) - k:
            found.append("in")
        else:
            found.append("out" if surely_worse >= k else "undecided")
    return found


def below(interval: Interval, value: float) -> Membership:
    """`in` if the whole interval lies below the value, `out` if none of it does."""
    if interval.high < value:
        return "in"
    return "out" if interval.low >= value else "undecided"


def above(interval: Interval, value: float) -> Membership:
    """`in` if the whole interval lies above the value, `out` if none of it does."""
    if interval.low > value:
        return "in"
    return "out" if interval.high <= value else "undecided"


def all_of(parts: Sequence[Membership]) -> Membership:
    """`in` if every part is, `out` if any part is."""
    if "out" in parts:
        return "out"
    return "in" if all(p == "in" for p in parts) else "undecided"
