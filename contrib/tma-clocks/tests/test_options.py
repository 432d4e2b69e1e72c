"""Wrong readings are plausible, apart from the right one, and don't give it away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from itertools import combinations, pairwise

import numpy as np
import pytest

from tma_clocks import readings
from tma_clocks.gauges import GAUGES, Kind, nearby
from tma_clocks.readings import Time

TIMES = [
    (hour, minute)
    for hour in range(1, 13)
    for minute in range(60)
    if not readings.overlapping((hour, minute))
]
SPANS = [s for s in range(0, 720, 5) if readings.apart([s, -s % 720])]


class Dice(np.random.Generator):
    """Not random: gives what it is told to."""

    def __init__(self, *faces: int) -> None:
        super().__init__(np.random.PCG64(0))
        self._faces = iter(faces)

    def integers(self, high: int) -> int:  # type: ignore[override]
        return next(self._faces) % high


def chances(
    rights: Iterable[Hashable], make: Callable[..., Iterable[Hashable]], *sides: int
) -> dict[frozenset[Hashable], Counter[Hashable]]:
    """For every set of options: how often it comes with each of its readings as the right one."""
    found: dict[frozenset[Hashable], Counter[Hashable]] = defaultdict(Counter)
    for right in rights:
        for face in range(sides[0]):
            for other in range(sides[1]):
                found[frozenset(make(right, Dice(face, other)))][right] += 1
    return found


@pytest.mark.parametrize(
    ("rights", "make", "sides"),
    [(TIMES, readings.misread, (10, 2)), (SPANS, readings.misjudged, (6, 1))],
    ids=["times", "spans"],
)
def test_options_do_not_tell_which_is_right(
    rights: list[Hashable], make: Callable[..., Iterable[Hashable]], sides: tuple[int, int]
) -> None:
    """All ways that chance can go: each of the four has the same share in its set."""
    for options, counts in chances(rights, make, *sides).items():
        assert len(options) == 4
        assert set(counts) == options
        assert len(set(counts.values())) == 1, (options, counts)


@pytest.mark.parametrize("gauge", GAUGES, ids=lambda g: g.quantity)
def test_nor_do_those_of_gauges(gauge: Kind) -> None:
    found = chances(range(gauge.readings), lambda r, rng: nearby(gauge, r, rng), 2, 1)
    for options, counts in found.items():
        assert len(options) == 4
        assert set(counts) == options
        assert len(set(counts.values())) == 1, (options, counts)
        assert min(b - a for a, b in pairwise(sorted(options))) >= gauge.ticks


def hands(time: Time) -> tuple[float, float]:
    hour, minute = time
    return 30 * (hour % 12) + minute / 2, 6 * minute


def turned(a: float, b: float) -> float:
    return abs((a - b + 180) % 360 - 180)


def test_no_two_options_look_alike() -> None:
    """One of the hands is off by the better part of a numeral's distance at least."""
    for time in TIMES:
        for face in range(20):
            options = readings.misread(time, Dice(face, face // 10))
            for one, other in combinations(map(hands, options), 2):
                assert max(map(turned, one, other)) >= 27


def test_swapping_is_what_it_says() -> None:
    """The minute hand lies where the hour hand was, within the steps that a reader rounds to."""
    assert readings.swapped((3, 40)) == (8, 15)
    for time in TIMES:
        other = readings.swapped(time)
        assert readings.swapped(other) == time
        assert turned(hands(time)[0], hands(other)[1]) <= 30
        assert turned(hands(time)[1], hands(other)[0]) <= 30


def test_spans_and_times_agree() -> None:
    for begin in TIMES[::7]:
        for minutes in range(0, 720, 35):
            assert readings.span(begin, readings.after(begin, minutes)) == minutes
    assert readings.after((11, 50), 20) == (12, 10)
    assert readings.after((12, 50), 20) == (1, 10)
