"""The five generators. None needs an asset: what is shown follows from the plan and the seed."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

import tma
from tma_clocks import gauges, readings
from tma_clocks.readings import Time
from tma_clocks.scene import LOOKS, NUMERALS, Clock, Dials, Gauge

T = TypeVar("T")

PLACES = ("top left", "top right", "bottom left", "bottom right")
WALLS = ((240, 238, 232), (226, 232, 236), (236, 228, 220), (228, 235, 226), (233, 229, 238))

# the hands of a clock may be taken for each other only if they lie apart
_TIMES = [
    (hour, minute)
    for hour in range(1, 13)
    for minute in range(60)
    if not readings.overlapping((hour, minute))
]
_SPANS = [s for s in range(0, readings.HALF_DAY, 5) if readings.apart([s, -s % readings.HALF_DAY])]


def _one_of(values: tuple[T, ...], rng: np.random.Generator) -> T:
    return values[int(rng.integers(len(values)))]


def _text(time: Time) -> str:
    return f"{time[0]}:{time[1]:02}"


class _Dials(tma.TaskGenerator):
    """What all five share: a wall with dials, each in colours of its own."""

    scene_type = Dials

    def clocks(
        self, times: list[Time], numerals: tma.Value, rng: np.random.Generator, columns: int
    ) -> Dials:
        clocks: list[dict[str, object]] = [
            {
                "shape": "clock",
                "hour": h,
                "minute": m,
                "numerals": numerals,
                "look": _one_of(LOOKS, rng),
            }
            for h, m in times
        ]
        return self.wall(clocks, columns, rng)

    def wall(self, dials: list[dict[str, object]], columns: int, rng: np.random.Generator) -> Dials:
        rows = -(-len(dials) // columns)
        side = 448 if len(dials) == 1 else 288
        record = {"columns": columns, "dials": dials, "wall": _one_of(WALLS, rng)}
        return Dials.model_validate(record | {"width": side * columns, "height": side * rows})

    def times(self, scene: tma.Scene) -> list[Time]:
        """What the clocks of a scene show."""
        assert isinstance(scene, Dials)
        return [(d.hour, d.minute) for d in scene.dials if isinstance(d, Clock)]


class WhatTime(_Dials):
    """`clocks/what-time`."""

    def space(self, catalogue: tma.Catalogue) -> tma.PlanSpace:
        """Every time that can be read, with every kind of numerals."""
        return tma.product(tma.joint(("hour", "minute"), _TIMES), numerals=NUMERALS)

    def draw(self, plan: tma.Plan, catalogue: tma.Catalogue, rng: np.random.Generator) -> tma.Draft:
        """One clock."""
        time = int(plan["hour"]), int(plan["minute"])
        right, *wrong = map(_text, readings.misread(time, rng))
        scene = self.clocks([time], plan["numerals"], rng, columns=1)
        return tma.Draft(
            scene=scene, question="What time does the clock show?", answer=right, distractors=wrong
        )

    def truths(self, plan: tma.Plan, scene: tma.Scene, catalogue: tma.Catalogue) -> tma.TruthSet:
        """The time on the clock."""
        return tma.TruthSet(frozenset(map(_text, self.times(scene))))


class _OneOfFour(_Dials):
    """Four clocks in a square, one of which is asked for."""

    def hang(
        self, right: Time, wrong: list[Time], plan: tma.Plan, rng: np.random.Generator
    ) -> Dials:
        times = [wrong[i] for i in rng.permutation(len(wrong)).tolist()]
        times.insert(PLACES.index(str(plan["place"])), right)
        return self.clocks(times, plan["numerals"], rng, columns=2)

    def draft(self, scene: Dials, question: str, plan: tma.Plan) -> tma.Draft:
        place = str(plan["place"])
        others = [p for p in PLACES if p != place]
        return tma.Draft(scene=scene, question=question, answer=place, distractors=others)


class WhichClock(_OneOfFour):
    """`clocks/which-clock`."""

    def space(self, catalogue: tma.Catalogue) -> tma.PlanSpace:
        """Every time, at every place, with every kind of numerals."""
        return tma.product(tma.joint(("hour", "minute"), _TIMES), place=PLACES, numerals=NUMERALS)

    def draw(self, plan: tma.Plan, catalogue: tma.Catalogue, rng: np.random.Generator) -> tma.Draft:
        """Four clocks: the time asked for, and those that it may be misread for."""
        right, *wrong = readings.misread((int(plan["hour"]), int(plan["minute"])), rng)
        scene = self.hang(right, wrong, plan, rng)
        return self.draft(scene, f"Which of the four clocks shows {_text(right)}?", plan)

    def truths(self, plan: tma.Plan, scene: tma.Scene, catalogue: tma.Catalogue) -> tma.TruthSet:
        """The places of clocks that show the time."""
        wanted = int(plan["hour"]), int(plan["minute"])
        shown = zip(PLACES, self.times(scene), strict=True)
        return tma.TruthSet(frozenset(place for place, time in shown if time == wanted))


class EarliestLatest(_OneOfFour):
    """`clocks/earliest-latest`."""

    def space(self, catalogue: tma.Catalogue) -> tma.PlanSpace:
        """Earliest or latest, at every place, with every kind of numerals."""
        return tma.product(extreme=("earliest", "latest"), place=PLACES, numerals=NUMERALS)

    def draw(self, plan: tma.Plan, catalogue: tma.Catalogue, rng: np.random.Generator) -> tma.Draft:
        """Four clocks of one morning, a quarter of an hour or more apart."""
        times = _morning(rng)
        right = times.pop(0 if plan["extreme"] == "earliest" else -1)
        scene = self.hang(right, times, plan, rng)
        return self.draft(
            scene,
            "The four clocks show times of one morning, after one and before twelve o'clock. "
            f"Which of them shows the {plan['extreme']} time?",
            plan,
        )

    def truths(self, plan: tma.Plan, scene: tma.Scene, catalogue: tma.Catalogue) -> tma.TruthSet:
        """The places of the clocks that nobody is before, or after."""
        since_midnight = [readings.span((12, 0), time) for time in self.times(scene)]
        best = min(since_midnight) if plan["extreme"] == "earliest" else max(since_midnight)
        found = (p for p, m in zip(PLACES, since_midnight, strict=True) if m == best)
        odd = "a time is not in the morning" if min(since_midnight) < 60 else None
        return tma.TruthSet(frozenset(found), ambiguous=odd)


def _morning(rng: np.random.Generator) -> list[Time]:
    """Four times in order, after one and before twelve, none with its hands in one place."""
    while True:
        gaps = rng.multinomial(600 - 3 * readings.CLOSE, [0.2] * 5)
        minutes = [int(60 + gaps[: n + 1].sum() + n * readings.CLOSE) for n in range(4)]
        times = [readings.after((12, 0), m) for m in minutes]
        if not any(map(readings.overlapping, times)):  # two in three are like that
            return times


class HowLong(_Dials):
    """`clocks/how-long`."""

    def space(self, catalogue: tma.Catalogue) -> tma.PlanSpace:
        """Every span of full five minutes, with every kind of numerals."""
        return tma.product(minutes=_SPANS, numerals=NUMERALS)

    def draw(self, plan: tma.Plan, catalogue: tma.Catalogue, rng: np.random.Generator) -> tma.Draft:
        """Two clocks, left and right; neither's hands overlap."""
        spans = readings.misjudged(int(plan["minutes"]), rng)
        fives = [t for t in _TIMES if t[1] % 5 == 0]
        fitting = [t for t in fives if readings.after(t, spans[0]) in fives]
        begin = fitting[int(rng.integers(len(fitting)))]
        scene = self.clocks([begin, readings.after(begin, spans[0])], plan["numerals"], rng, 2)
        right, *wrong = map(_span, spans)
        return tma.Draft(
            scene=scene,
            question="The left clock shows when a walk began, the right clock when it ended, less "
            "than twelve hours later. How long did it take?",
            answer=right,
            distractors=wrong,
        )

    def truths(self, plan: tma.Plan, scene: tma.Scene, catalogue: tma.Catalogue) -> tma.TruthSet:
        """The span from the left clock's time to the right one's."""
        begin, end = self.times(scene)
        return tma.TruthSet(frozenset({_span(readings.span(begin, end))}))


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (rest, "min")) if n)


class ReadGauge(_Dials):
    """`clocks/gauge`."""

    def space(self, catalogue: tma.Catalogue) -> tma.PlanSpace:
        """Every tick below the last of every kind of gauge."""
        rows = [(kind.quantity, tick) for kind in gauges.GAUGES for tick in range(kind.readings)]
        return tma.product(tma.joint(("quantity", "tick"), rows))

    def draw(self, plan: tma.Plan, catalogue: tma.Catalogue, rng: np.random.Generator) -> tma.Draft:
        """One gauge, with its needle on a tick."""
        kind = gauges.BY_QUANTITY[str(plan["quantity"])]
        tick = int(plan["tick"])
        record = {"shape": "gauge", **vars(kind), "tick": tick, "look": _one_of(LOOKS, rng)}
        scene = self.wall([record], 1, rng)
        (gauge,) = scene.dials
        assert isinstance(gauge, Gauge)
        right, *wrong = map(gauge.value, gauges.nearby(kind, tick, rng))
        return tma.Draft(
            scene=scene,
            question=f"What {kind.quantity} does the gauge show?",
            answer=right,
            distractors=wrong,
        )

    def truths(self, plan: tma.Plan, scene: tma.Scene, catalogue: tma.Catalogue) -> tma.TruthSet:
        """The reading of the gauge."""
        assert isinstance(scene, Dials)
        shown = (d.value(d.tick) for d in scene.dials if isinstance(d, Gauge))
        return tma.TruthSet(frozenset(shown))
