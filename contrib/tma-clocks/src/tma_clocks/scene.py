"""The scenes of this family: dials side by side, with all that they show."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

import tma

NUMERALS = ("arabic", "roman", "quarters", "none")
LOOKS = ("ivory", "slate", "mint", "brass", "night", "sky")

Look = Literal["ivory", "slate", "mint", "brass", "night", "sky"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Clock(_Part):
    """An analogue clock of twelve hours.

    Its hour hand moves on with the minutes, as a real one's does.

    Attributes:
        hour: 1 to 12.
        minute: 0 to 59.
        numerals: `arabic`, `roman`, `quarters` (12, 3, 6 and 9 alone) or `none`; there are sixty
            ticks in any case.
        look: colours.
    """

    shape: Literal["clock"] = "clock"
    hour: int = Field(ge=1, le=12)
    minute: int = Field(ge=0, le=59)
    numerals: Literal["arabic", "roman", "quarters", "none"] = "arabic"
    look: Look = "ivory"

    @property
    def text(self) -> str:
        """The time as `3:05`."""
        return f"{self.hour}:{self.minute:02}"


class Gauge(_Part):
    """A gauge with a needle on one of its ticks.

    The scale goes clockwise over 270 degrees, open at the bottom.

    Attributes:
        quantity: what is measured.
        unit: of the values.
        step: from one numeral to the next; the first is 0.
        steps: how many of these.
        ticks: small steps in each.
        tick: where the needle is: small steps from 0.
        look: colours.
    """

    shape: Literal["gauge"] = "gauge"
    quantity: str
    unit: str
    step: int = Field(ge=1)
    steps: int = Field(ge=1, le=20)
    ticks: int = Field(ge=1, le=10)
    tick: int = Field(ge=0)
    look: Look = "ivory"

    def value(self, tick: int) -> str:
        """The reading at a tick, with its unit."""
        return f"{tick * self.step / self.ticks:g} {self.unit}"


class Dials(tma.Scene):
    """Dials in rows, the first at the top left."""

    kind: Literal["dials"] = "dials"
    columns: int = Field(ge=1, le=4)
    dials: tuple[Annotated[Clock | Gauge, Field(discriminator="shape")], ...] = Field(
        min_length=1, max_length=16
    )
    wall: tuple[int, int, int] = (240, 238, 232)
