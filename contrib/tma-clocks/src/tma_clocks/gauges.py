"""The gauges of this family, and how they are misread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Kind:
    """A kind of gauge; its fields are those of `tma_clocks.scene.Gauge`.

    `steps` is a multiple of 4, so that the readings fall into sets of four.
    """

    quantity: str
    unit: str
    step: int
    steps: int
    ticks: int

    @property
    def readings(self) -> int:
        """How many ticks it has below its last."""
        return self.steps * self.ticks


GAUGES = (
    Kind("pressure", "bar", 2, 8, 4),
    Kind("temperature", "°C", 10, 12, 5),
    Kind("speed", "km/h", 20, 12, 4),
    Kind("voltage", "V", 5, 8, 5),
)
BY_QUANTITY = {kind.quantity: kind for kind in GAUGES}


def nearby(kind: Kind, tick: int, rng: np.random.Generator) -> list[int]:
    """A reading first, then three that are off by one, two, ... numerals.

    The numerals fall into fixed sets of four, in two ways that are as likely, whatever the reading:
    so a set says nothing of which of its readings is right.

    Args:
        kind: of the gauge.
        tick: where its needle is, below the last tick.
        rng: all chance.
    """
    numeral, odd = divmod(tick, kind.ticks)
    block, place = divmod(numeral, 4)
    others = [block * 4 + p for p in range(4) if p != place]
    if int(rng.integers(2)):
        quarter = kind.steps // 4  # as far apart as can be
        others = [p for p in range(numeral % quarter, kind.steps, quarter) if p != numeral]
    return [tick, *(p * kind.ticks + odd for p in others)]
