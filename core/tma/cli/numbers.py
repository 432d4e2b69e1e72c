"""Numbers on the command line: in their range, finite, and no larger than work can be."""

from __future__ import annotations

import math
from typing import Any

import click

MOST = 1_000_000_000
"""More than that of anything is a slip of the finger: it would run for years, or out of memory."""


class Whole(click.IntRange):
    """A whole number from `min` to `max`, or to `MOST`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number. Raises click.BadParameter."""
        number: int = super().convert(value, param, ctx)
        if number > MOST:
            self.fail(f"{value} is too many: {MOST:,} at most.", param, ctx)
        return number


class Amount(click.FloatRange):
    """A finite number in a range."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number. Raises click.BadParameter."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no finite number.", param, ctx)
        return number
