"""What happens in a video: a stage with furniture and things, and a person who does some of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tma_plugins.rendered.acting import Actor
from tma_plugins.rendered.catalog import AT_WALLS, ON_FLOORS, ON_TABLES
from tma_plugins.rendered.doings import Player
from tma_plugins.rendered.figure import Clothes, Pose
from tma_plugins.rendered.furniture import FURNITURE
from tma_plugins.rendered.layout import VARIANTS, WALL
from tma_plugins.rendered.stock import furniture, shape
from tma_plugins.rendered.things import Thing

DRINKS = ("mug", "bottle", "wine-glass")
FOODS = ("apple", "banana", "pear", "doughnut", "hamburger", "cupcake")
HATS = ("top-hat", "baseball-cap", "crown")
OTHERS = ("vase", "alarm-clock", "camera", "candle", "robot", "rubber-duck", "trophy", "lantern",
          "hourglass", "bell", "cactus", "radio", "telephone")  # fmt: skip
BALLS = ("basketball", "soccer-ball", "beach-ball")
BOXES = ("crate", "suitcase", "treasure-chest")
SEATS = ("chair", "stool", "sofa", "bench")
WALLS = ("painting", "window")
BACKS = ("cabinet", "cabinet", "cabinet", "grandfather-clock", "dresser", "shelf", "bookshelf")
IN_USE = tuple(dict.fromkeys(("table", *SEATS, *BACKS, *BOXES, *BALLS, *WALLS, "book",
                              *DRINKS, *FOODS, *HATS, *OTHERS)))  # fmt: skip
"""All categories that videos show, but for the person's."""

_LIFE = {"mug": 0.17, "book": 0.27, "top-hat": 0.31, "baseball-cap": 0.34, "crown": 0.28,
         "treasure-chest": 0.5, "suitcase": 0.52}  # fmt: skip
_SKINS = ("#f1c9a5", "#e0ac7e", "#b97e52", "#8a5a38")
_HAIRS = ("#2c2320", "#5b3a22", "#8a6a3a", "#70706e")
_SHIRTS = ("#d9473f", "#2f6fc0", "#3a9a5b", "#e6b32e", "#7d4ba0", "#e8e6e1", "#2fa6a6")
_TROUSERS = ("#34507a", "#3b3b42", "#6b5a48", "#56616b")
_SHOES = ("#3a3a3e", "#7a3b2c", "#d8d4cc")
_SECONDS, _LATE = 5.5, 3.5
"""After which no further episode begins, and none that takes long."""


_WIDEST = 1.7
"""Metres of a thing's width: more doesn't fit in the picture beside a table."""


def _size(asset: str, category: str) -> float:
    """Metres of a mesh's unit."""
    if category in _LIFE:
        return _LIFE[category]
    if category in FURNITURE:
        return furniture(asset)[1]
    return ON_TABLES.get(category) or ON_FLOORS.get(category) or AT_WALLS[category]


@dataclass
class Stage:
    """Things, and what part they play.

    Attributes:
        rng: decides; nothing else does.
        things: all of them.
        side: 1 if the table is on the right, -1 if on the left.
        items: numbers of those on the table.
    """

    rng: np.random.Generator
    side: int
    things: list[Thing] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    table: int = 0
    seat: int = 0
    back: int = 0
    floor: int = 0
    wall: int = 0

    def between(self, low: float, high: float) -> float:
        """A number, evenly from a range."""
        return round(float(self.rng.uniform(low, high)), 3)

    def pick(self, names: tuple[str, ...]) -> str:
        """One of several, evenly."""
        return names[int(self.rng.integers(len(names)))]

    def put(
        self, category: str, x: float, y: float, z: float, yaw: float, base: int | None = None
    ) -> int:
        """Add a thing; its number."""
        every = [f"{category}-{n}" for n in self.rng.permutation(VARIANTS)]
        asset = next(a for a in every if shape(a).extent[0] * _size(a, category) < _WIDEST)
        size = _size(asset, category)
        how = "on" if base is not None else ""
        self.things.append(Thing(asset, x, y, z, yaw, size, base, how))
        return len(self.things) - 1


def staged(rng: np.random.Generator) -> Stage:
    """A stage: a table and a seat at the sides, a piece at the back, something on the floor."""
    stage = Stage(rng, 1 if rng.random() < 0.5 else -1)
    side = stage.side
    table = stage.table = stage.put("table", side * stage.between(1.1, 1.25), 0.6, 0.0,
                                    stage.between(-4, 4))  # fmt: skip
    _items(stage, table)
    seat = stage.pick(SEATS)
    far = {"sofa": 1.34, "bench": 1.3}.get(seat, 1.2)
    turn = 0.0 if seat in ("sofa", "bench") else stage.between(12, 32)
    stage.seat = stage.put(seat, -side * far, 0.6, 0.0, side * turn)
    back = stage.pick(BACKS)
    # Its door opens from the right, where somebody must stand clear of the table or the seat.
    right = stage.between(-0.34, -0.28) if side > 0 else stage.between(-0.2, -0.12)
    number = stage.back = stage.put(back, right, 0.0, 0.0, 0.0)
    piece = stage.things[number]
    stage.things[number] = Thing(piece.asset, piece.x, WALL - piece.extent[1] / 2 - 0.08, 0.0,
                                 0.0, piece.size)  # fmt: skip
    if back in ("cabinet", "dresser"):
        top = stage.things[number]
        stage.put(stage.pick(OTHERS), top.x - 0.08, top.y, top.top, 0.0, number)
    floor = stage.pick(BALLS if rng.random() < 0.5 else BOXES)
    stage.floor = stage.put(floor, stage.between(-0.35, 0.35), -0.92, 0.0, stage.between(-8, 8))
    stage.wall = stage.put(stage.pick(WALLS), side * stage.between(0.9, 1.3), WALL - 0.03,
                           stage.between(1.2, 1.3), 0.0)  # fmt: skip
    hung = stage.things[stage.wall]
    stage.things[stage.wall] = Thing(hung.asset, hung.x, WALL - hung.extent[1] / 2 - 0.004,
                                     hung.z, 0.0, hung.size, None, "wall")  # fmt: skip
    return stage


def _items(stage: Stage, table: int) -> None:
    piece = stage.things[table]
    usable = [stage.pick(group) for group in (DRINKS, FOODS, HATS, ("book",))]
    order = [usable[int(n)] for n in stage.rng.permutation(len(usable))]
    chosen = [order[0], order[1] if stage.rng.random() < 0.6 else stage.pick(OTHERS)]
    chosen += [stage.pick(OTHERS)] if stage.rng.random() < 0.5 else []
    chosen = list(dict.fromkeys(chosen))
    slots = [-0.38, 0.02, 0.4]
    places = [slots[int(n)] for n in stage.rng.permutation(3)][: len(chosen)]
    for category, right in zip(chosen, places, strict=True):
        x, y, z = piece.at(right, -(piece.extent[1] / 2 - 0.16), piece.extent[2])
        number = stage.put(category, x, y, z, stage.between(-12, 12), table)
        stage.items.append(number)


def clothes(rng: np.random.Generator) -> Clothes:
    """What a person looks like."""

    def pick(names: tuple[str, ...]) -> str:
        return names[int(rng.integers(len(names)))]

    skin, hair = pick(_SKINS), pick(_HAIRS)
    return Clothes(skin, hair, pick(_SHIRTS), pick(_TROUSERS), pick(_SHOES), rng.random() < 0.5)


class Story:
    """A person on a stage, doing one thing after another.

    Args:
        stage: where.
        fps: frames a second.
    """

    def __init__(self, stage: Stage, fps: float) -> None:
        self._stage, self._rng = stage, stage.rng
        start = stage.between(-0.35, 0.35)
        self.actor = Player(stage.things, fps, Pose(start, -0.3, stage.between(-15, 15)))
        self._left: dict[str, Callable[[], None]] = {
            "item": self._item,
            "seat": self._sit,
            "floor": self._floor,
            "alone": self._alone,
            "point": self._point,
        }
        if stage.things[stage.back].door:
            self._left["door"] = self._door

    def play(self) -> Actor:
        """Episodes until there was enough to see."""
        actor = self.actor
        actor.wait(0.5)
        episodes = 0
        while self._left and (episodes < 2 or len(actor.moments) / actor.fps < _SECONDS):
            late = len(actor.moments) / actor.fps > _LATE
            free = [
                name
                for name in self._left
                if (actor.held is None or name == "seat") and not (late and name == "item")
            ]
            if not free:
                break
            shares = np.array([2.5 if name == "item" else 1.0 for name in free])
            name = free[int(self._rng.choice(len(free), p=shares / shares.sum()))]
            if actor.seat is not None:
                self._rise()
            self._left.pop(name)()
            episodes += 1
        actor.wait(0.5)
        return actor

    # -- episodes -----------------------------------------------------------------------------

    def _item(self) -> None:
        stage, actor = self._stage, self.actor
        number = stage.items[int(self._rng.integers(len(stage.items)))]
        thing = stage.things[number]
        spot = thing.x - stage.side * 0.42, self._before_table()
        actor.walk(spot, _towards(spot, thing), stage.table)
        actor.pick_up(number)
        if thing.category not in OTHERS:
            actor.turn(-stage.side * 30.0)
            self._use(number, thing.category)
        if actor.held is None:
            return
        choice = float(self._rng.random())
        if choice < 0.5:
            actor.turn(_towards(spot, thing))
            actor.put_down((thing.x, thing.y, thing.z))
        elif choice < 0.8 and "seat" in self._left:
            self._left.pop("seat")()
        else:
            spot = spot[0] - stage.side * 0.75, -0.3
            actor.walk(spot, 0.0, None)
            actor.wait(0.5)

    def _before_table(self) -> float:
        table = self._stage.things[self._stage.table]
        return table.y - table.extent[1] / 2 - 0.2

    def _use(self, number: int, category: str) -> None:
        actor = self.actor
        one_hand = actor.held is not None and actor.held.hands != 0
        if category in DRINKS and one_hand:
            actor.drink()
        elif category in FOODS and one_hand:
            actor.eat()
        elif category == "book":
            actor.read()
        elif category in HATS:
            actor.put_on()

    def _sit(self) -> None:
        stage, actor = self._stage, self.actor
        seat = stage.things[stage.seat]
        made, _, middle = furniture(seat.asset)
        place = made.places[0]
        aside = stage.between(-0.2, 0.2) if seat.category in ("sofa", "bench") else 0.0
        depth = (place.low[1] + place.high[1]) / 2 - middle[2]
        x, y, z = seat.at(aside, -depth, place.y - middle[1])
        ahead = seat.extent[1] / 2 + 0.2
        sx, sy, _ = seat.at(aside, -ahead, 0.0)
        actor.walk((sx, sy), seat.yaw, stage.seat)
        actor.sit(stage.seat, (x, y, z), seat.yaw)
        self._rest = sx, sy
        if actor.held is not None and stage.things[actor.held.thing].category in DRINKS:
            return
        if self._rng.random() < 0.5:
            actor.wave()

    def _rise(self) -> None:
        self.actor.stand(self._rest)

    def _floor(self) -> None:
        stage, actor = self._stage, self.actor
        thing = stage.things[stage.floor]
        way = 1.0 if actor.pose.x < thing.x else -1.0
        half = thing.extent[0] / 2
        if thing.category in BALLS:
            spot = thing.x - way * (half + 0.2), thing.y
            if self._rng.random() < 0.5:
                actor.walk(spot, 90.0 * way, stage.floor)
                actor.kick(stage.floor, stage.between(0.9, 1.2))
                return
            actor.walk((spot[0] - way * 0.12, spot[1]), 90.0 * way, stage.floor)
            actor.pick_up(stage.floor)
            actor.throw(stage.between(1.0, 1.3))
        else:
            spot = thing.x - way * (half + 0.36), thing.y
            actor.walk(spot, 90.0 * way, stage.floor)
            actor.push(stage.floor, stage.between(0.6, 0.75))

    def _door(self) -> None:
        stage, actor = self._stage, self.actor
        number = stage.back
        piece = stage.things[number]
        made, _, middle = furniture(piece.asset)
        assert made.door is not None
        knob = made.door[0][-1].vertices.mean(axis=0)
        hinge = made.door[1]
        at = (float(knob[0]) - hinge[0], -(float(knob[2]) - hinge[1]), float(knob[1]) - middle[1])
        place = np.array(piece.hinge) + np.array(at)
        spot = float(place[0]) + 0.22, float(place[1]) - 0.42
        yaw = math.degrees(math.atan2(float(place[0]) - spot[0], -(float(place[1]) - spot[1])))
        actor.walk(spot, yaw, number)
        actor.swing(number, at, 95.0)
        if self._rng.random() < 0.5:
            actor.wait(0.4)
            actor.swing(number, at, 0.0)

    def _alone(self) -> None:
        actor = self.actor
        name = self._stage.pick(("wave", "jump", "stretch"))
        if abs(actor.pose.yaw) > 25:
            actor.turn(0.0)
        {"wave": actor.wave, "jump": actor.jump, "stretch": actor.stretch}[name]()

    def _point(self) -> None:
        stage, actor = self._stage, self.actor
        number = stage.wall
        way = stage.things[number].x - actor.pose.x
        actor.turn(math.degrees(math.atan2(way, -(WALL - actor.pose.y))) * 0.75)
        actor.point(number)


def _towards(spot: tuple[float, float], thing: Thing) -> float:
    """The yaw of somebody at a spot who faces a thing."""
    return math.degrees(math.atan2(thing.x - spot[0], -(thing.y - spot[1])))
