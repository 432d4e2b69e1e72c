"""Things of a scene as relations see them, alone and in pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from tma_plugins.rendered.seeing import Sighting
from tma_plugins.rendered.stock import Floats
from tma_plugins.rendered.things import gap


class Solid(Protocol):
    """What relations must know of a thing or a person; see `Thing`."""

    @property
    def category(self) -> str:
        """Id of its category."""

    @property
    def x(self) -> float:
        """To the right."""

    @property
    def y(self) -> float:
        """Away."""

    @property
    def z(self) -> float:
        """Of its foot."""

    @property
    def yaw(self) -> float:
        """Degrees, as of a thing."""

    @property
    def base(self) -> int | None:
        """Number of what it is on or in."""

    @property
    def how(self) -> str:
        """How it is to its base."""

    @property
    def outline(self) -> Floats:
        """(k, 2) from above."""

    @property
    def top(self) -> float:
        """Its greatest height."""

    @property
    def height(self) -> float:
        """From foot to top."""

    @property
    def extent(self) -> tuple[float, float, float]:
        """Width, depth and height."""


@dataclass(frozen=True)
class Spot:
    """A thing of a scene, as it is and as it is seen.

    Attributes:
        number: in the scene's list, which `Thing.base` refers to.
        thing: where it is.
        seen: what is seen of it.
        width: pixels of the picture.
    """

    number: int
    thing: Solid
    seen: Sighting
    width: int

    @cached_property
    def sides(self) -> tuple[float, float]:
        """Left and right edge in shares of the picture's width."""
        return self.seen.box[0] / self.width, self.seen.box[2] / self.width

    @property
    def middle(self) -> float:
        """Halfway between its sides."""
        return sum(self.sides) / 2

    @cached_property
    def depths(self) -> tuple[float, float]:
        """How far its nearest and its farthest point is away."""
        away = self.thing.outline[:, 1]
        return float(away.min()), float(away.max())

    @cached_property
    def across(self) -> float:
        """Its width as it is turned, in metres."""
        return float(np.ptp(self.thing.outline[:, 0]))

    @property
    def tall(self) -> int:
        """Its height in pixels."""
        return self.seen.box[3] - self.seen.box[1]

    @property
    def spread(self) -> int:
        """The area of its box in pixels."""
        return self.tall * (self.seen.box[2] - self.seen.box[0])

    @cached_property
    def volume(self) -> float:
        """Of the box around it."""
        return math.prod(self.thing.extent)

    @property
    def hangs(self) -> bool:
        """Whether it is fixed to a wall."""
        return self.thing.how == "wall"


@dataclass(frozen=True)
class Between:
    """What is the same whichever of two comes first, worked out once."""

    a: Spot
    b: Spot

    @cached_property
    def gap(self) -> float:
        """Between their outlines."""
        return gap(self.a.thing.outline, self.b.thing.outline)

    @cached_property
    def shared(self) -> float:
        """How much of the narrower's width in the picture the other has too."""
        (l1, r1), (l2, r2) = self.a.sides, self.b.sides
        narrow = max(1e-9, min(r1 - l1, r2 - l2))
        return (min(r1, r2) - max(l1, l2)) / narrow


@dataclass(frozen=True)
class Pair:
    """An ordered pair: is a to the left of b?"""

    a: Spot
    b: Spot
    between: Between

    @property
    def gap(self) -> float:
        """See `Between`."""
        return self.between.gap

    @property
    def shared(self) -> float:
        """See `Between`."""
        return self.between.shared

    @property
    def on_it(self) -> bool:
        """Whether b bears a."""
        return self.a.thing.base == self.b.number and self.a.thing.how in ("on", "inside")

    def swapped(self) -> Pair:
        """The other way round."""
        return Pair(self.b, self.a, self.between)

    @property
    def stacked(self) -> bool:
        """Whether one is the other's base, or the other's base's base."""
        return self.a.thing.base == self.b.number or self.b.thing.base == self.a.number
