"""Times on a dial, spans between them, and how they are misread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from tma_clocks.options import four

Time = tuple[int, int]
"""Hour, 1 to 12, and minute."""

HALF_DAY = 720
CLOSE = 15
"""Minutes: spans that differ by less are too close to be options of one task."""


def swapped(time: Time) -> Time:
    """The reading of who takes the hands for each other.

    Exactly so for the full five minutes; the odd minutes stay, so that swapping twice is as before.
    """
    hour, minute = time
    fives, odd = divmod(minute, 5)
    return fives or 12, (hour % 12) * 5 + odd


def moved(hours: int, fives: int) -> Callable[[Time], Time]:
    """The slip of so many hours and steps of five minutes, each hand for itself."""

    def slip(time: Time) -> Time:
        hour, minute = time
        return (hour + hours - 1) % 12 + 1, (minute + 5 * fives) % 60

    return slip


_SLIPS = [moved(h, f) for h, f in ((1, 0), (2, 0), (6, 0), (10, 0), (11, 0))]
_SLIPS += [moved(0, f) for f in (1, 2, 6, 10, 11)]
_TURNS = [moved(1, 1), moved(11, 11)]
"""Both hands by one numeral: as far apart as before."""


def overlapping(time: Time) -> bool:
    """Whether the hands lie in the same twelfth of the dial: nobody could take them for another."""
    return time == swapped(time)


def misread(time: Time, rng: np.random.Generator) -> list[Time]:
    """A time and three that it may be misread for: hands swapped, an hour or minutes off."""

    def apart(times: Sequence[Time]) -> bool:
        return len(set(times)) == len(times) and not any(map(overlapping, times))

    return four(time, swapped, _SLIPS, _TURNS, apart, rng)


def span(begin: Time, end: Time) -> int:
    """Minutes from one time to the next that looks like the other, 0 to 719."""
    first, last = (hour % 12 * 60 + minute for hour, minute in (begin, end))
    return (last - first) % HALF_DAY


def after(time: Time, minutes: int) -> Time:
    """The time so many minutes later."""
    later = (time[0] % 12 * 60 + time[1] + minutes) % HALF_DAY
    return later // 60 or 12, later % 60


def apart(spans: Sequence[int]) -> bool:
    """Whether no span is close to another, to nothing or to six hours.

    A span near six hours is near what it is the other way round.
    """
    inside = all(CLOSE <= s % 360 <= 360 - CLOSE for s in spans)
    return inside and all(abs(a - b) >= CLOSE for a, b in combinations(spans, 2))


def misjudged(minutes: int, rng: np.random.Generator) -> list[int]:
    """A span and three that it may be taken for: the other way round, an hour or a half off."""

    def off(by: int) -> Callable[[int], int]:
        return lambda span: (span + by) % HALF_DAY

    slips = [off(by) for by in (30, 60, 120, HALF_DAY - 120, HALF_DAY - 60, HALF_DAY - 30)]
    return four(minutes, lambda s: -s % HALF_DAY, slips, [off(HALF_DAY // 2)], apart, rng)
