"""Furnishing a room by chance: furniture first, then things on and around it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tma_plugins.rendered.catalog import AT_WALLS, ON_FLOORS, ON_TABLES
from tma_plugins.rendered.furniture import FURNITURE, Place
from tma_plugins.rendered.stock import Floats, furniture, parsed, shape
from tma_plugins.rendered.things import Thing, free

VARIANTS = 8
"""Of each category."""
WALL = 1.75
"""How far behind the room's middle its back wall is."""
SIDE = 2.75
"""How far to the left and right of it the side walls are."""
_TRIES = 40
_APART = 0.05
_ROW = {"sofa": 4, "shelf": 4, "cabinet": 3, "bed": 2, "dresser": 2, "bookshelf": 2,
        "grandfather-clock": 1, "piano": 1, "bench": 1}  # fmt: skip
_MIDDLE = {"table": 4, "coffee-table": 3, "stool": 1, "rug": 2, "bench": 1, "crate": 1}


@dataclass
class Layout:
    """A room that is being furnished.

    Attributes:
        rng: decides; nothing else does.
        turn: degrees by which the room is turned.
        things: what is in it, bases before what is on them.
    """

    rng: np.random.Generator
    turn: float
    things: list[Thing] = field(default_factory=list)

    # -- finding places ---------------------------------------------------------------------

    def world(self, u: float, v: float) -> tuple[float, float]:
        """A place given to the right and away along the walls."""
        c, s = math.cos(math.radians(self.turn)), math.sin(math.radians(self.turn))
        return c * u - s * v, s * u + c * v

    def between(self, low: float, high: float) -> float:
        """A number, evenly from a range."""
        return round(float(self.rng.uniform(low, high)), 3)

    def pick(self, weights: dict[str, int], without: Sequence[str] = ()) -> str:
        """A category, by weight."""
        names = [name for name in weights if name not in without]
        shares = np.array([weights[name] for name in names], float)
        return names[int(self.rng.choice(len(names), p=shares / shares.sum()))]

    def asset(self, category: str) -> str:
        """An object of a category that is not there yet."""
        used = {t.asset for t in self.things}
        ids = [f"{category}-{n}" for n in self.rng.permutation(VARIANTS)]
        return next(i for i in ids if i not in used)

    def size(self, asset: str) -> float:
        """Metres of a mesh's unit, of furniture as designed."""
        slug = parsed(asset)[0].id
        if slug in FURNITURE:
            return furniture(asset)[1]
        usual = AT_WALLS.get(slug) or ON_TABLES.get(slug) or ON_FLOORS[slug]
        return round(usual * float(self.rng.uniform(0.93, 1.07)), 4)

    def stands_free(self, thing: Thing, apart: float = _APART) -> bool:
        """Whether nothing on the same level is in a thing's way."""
        rivals = [
            t.outline
            for t in self.things
            if t.category != "rug" and t.z < thing.top and thing.z < t.top and t is not thing
        ]
        return free(thing.outline, rivals, apart)

    def add(self, thing: Thing, apart: float = _APART) -> int | None:
        """Put a thing where it is, if it is free there; its number."""
        if not self.stands_free(thing, apart):
            return None
        self.things.append(thing)
        return len(self.things) - 1

    # -- furniture ----------------------------------------------------------------------------

    def row(self) -> None:
        """Furniture along the back wall, from left to right."""
        chosen: list[str] = []
        room = 2 * SIDE - 1.0
        for _ in range(int(self.rng.integers(2, 4))):
            asset = self.asset(self.pick(_ROW, [parsed(c)[0].id for c in chosen]))
            width = self._width(asset)
            if width < room - 0.3:
                chosen.append(asset)
                room -= width + 0.25
        u = -SIDE + 0.5 + self.between(0.0, max(0.0, room))
        for asset in chosen:
            size, width = self.size(asset), self._width(asset)
            depth = float(shape(asset).high[1] - shape(asset).low[1]) * size
            x, y = self.world(u + width / 2, WALL - depth / 2 - 0.06)
            self.add(Thing(asset, x, y, 0.0, self.turn, size))
            u += width + self.between(0.2, 0.4)

    def _width(self, asset: str) -> float:
        size = AT_WALLS.get(parsed(asset)[0].id) or furniture(asset)[1]
        return float(shape(asset).high[0] - shape(asset).low[0]) * size

    def middle(self) -> None:
        """A piece in the middle of the room, and seats at a table."""
        category = self.pick(_MIDDLE, [t.category for t in self.things])
        for _ in range(_TRIES):
            asset = self.asset(category)
            x, y = self.world(self.between(-1.2, 1.2), self.between(-0.75, 0.25))
            yaw = self.turn + self.between(-10, 10)
            number = self.add(Thing(asset, x, y, 0.0, yaw, self.size(asset)), 0.3)
            if number is not None:
                break
        else:
            return
        if category == "table":
            self._seats(number)
        elif category != "rug" and self.rng.random() < 0.5:
            self.scatter({"stool": 2, "chair": 2, "crate": 2, "rug": 1}, 1)

    def _seats(self, number: int) -> None:
        table = self.things[number]
        width, depth, _ = table.extent
        sides = [(-1, 0), (1, 0), (0, 1)]
        for at in self.rng.permutation(3)[: int(self.rng.integers(1, 3))]:
            right, back = sides[int(at)]
            reach = self.between(0.22, 0.36)
            x, y, _ = table.at(right * (width / 2 + reach), back * (depth / 2 + reach), 0)
            yaw = table.yaw - 90.0 * right + self.between(-14, 14)
            category = "chair" if self.rng.random() < 0.75 else "stool"
            asset = self.asset(category)
            self.add(Thing(asset, x, y, 0.0, yaw, self.size(asset)), 0.02)

    # -- things -------------------------------------------------------------------------------

    def scatter(self, weights: dict[str, int], count: int) -> None:
        """Things on the floor where there is room."""
        for _ in range(count):
            category = self.pick(weights, self._frequent())
            asset = self.asset(category)
            size = self.size(asset)
            for _ in range(_TRIES):
                x, y = self.world(self.between(-1.9, 1.9), self.between(-1.15, 1.3))
                thing = Thing(asset, x, y, 0.0, self._yaw(asset), size)
                if self._on_one_ground(thing) and self.add(thing, 0.1) is not None:
                    break

    def _frequent(self) -> list[str]:
        """Categories of which there are enough."""
        counts = Counter(t.category for t in self.things)
        return [c for c, n in counts.items() if n >= 2 or self.rng.random() < 0.7]

    def _on_one_ground(self, thing: Thing) -> bool:
        """Whether it is wholly on or wholly off every rug."""
        rugs = [t for t in self.things if t.category == "rug"]
        return all(free(thing.outline, [rug.outline], 0.04) for rug in rugs)

    def _yaw(self, asset: str) -> float:
        kind = parsed(asset)[0]
        yaws = kind.yaws if kind.symmetry != 0 else (0.0,)
        return float(yaws[int(self.rng.integers(len(yaws)))]) + self.between(-8, 8)

    def fill(self, most: int) -> None:
        """Things on, in and under the furniture, at most so many."""
        spots = [
            (n, place)
            for n, thing in enumerate(self.things)
            if thing.category in FURNITURE or thing.category == "dresser"
            for place in self._places(thing)
        ]
        left = most
        order = [spots[int(i)] for i in self.rng.permutation(len(spots))]
        order.sort(key=lambda spot: spot[1].how == "on")  # what is rare comes first
        for number, place in order:
            if left <= 0:
                break
            wanted = min(left, int(self.rng.integers(1, 4)) if place.how == "on" else 1)
            for _ in range(wanted):
                left -= self._put(number, place)

    def _places(self, thing: Thing) -> list[Place]:
        if thing.category == "dresser":
            w, d, h = thing.extent
            return [Place((-w / 2 + 0.06, -d / 2 + 0.08), (w / 2 - 0.06, d / 2 - 0.08), h)]
        made, _, middle = furniture(thing.asset)
        moved = [
            Place(
                (p.low[0] - middle[0], p.low[1] - middle[2]),
                (p.high[0] - middle[0], p.high[1] - middle[2]),
                p.y - middle[1],
                p.clear,
                p.how,
            )
            for p in made.places
        ]
        return [p for p in moved if not (thing.category == "cabinet" and p.how == "inside")]

    def _put(self, number: int, place: Place) -> bool:
        base = self.things[number]
        usual = ON_FLOORS if place.how == "under" or base.category == "rug" else ON_TABLES
        category = self.pick(dict.fromkeys(usual, 1), self._frequent())
        asset = self.asset(category)
        size = self.size(asset)
        w, d, h = (shape(asset).high - shape(asset).low) * size
        if h > place.clear or (place.how == "inside" and h < 0.26):
            return False
        r = max(w, d) / 2
        xs, zs = (place.low[0] + r, place.high[0] - r), (place.low[1] + r, place.high[1] - r)
        if xs[0] > xs[1]:
            return False
        zs = zs if zs[0] <= zs[1] else (sum(zs) / 2, sum(zs) / 2)
        if min(place.high[1] - place.low[1], 9) < min(w, d):
            return False
        for _ in range(8):
            x, y, z = base.at(self.between(*xs), -self.between(*zs), place.y)
            yaw = self._yaw(asset)
            if base.category == "shelf":  # things on boards look out of it
                yaw = base.yaw + 0.6 * yaw
            thing = Thing(asset, x, y, z, yaw, size, number, place.how)
            blockers = [
                t.outline
                for n, t in enumerate(self.things)
                if n != number and t.z < thing.top and z < t.top and t.category != "rug"
            ]
            if free(thing.outline, blockers, 0.04):
                self.things.append(thing)
                return True
        return False

    def hang(self) -> None:
        """Pictures and windows on the back wall, where nothing stands before them."""
        for category in self.rng.permutation(["painting", "window", "painting"])[
            : int(self.rng.integers(1, 3))
        ]:
            asset = self.asset(str(category))
            size = self.size(asset)
            w, d, h = (shape(asset).high - shape(asset).low) * size
            for _ in range(_TRIES):
                u, z = self.between(-1.9, 1.9), self.between(1.0, 1.2) + (h < 0.7) * 0.2
                x, y = self.world(u, WALL - d / 2 - 0.004)
                thing = Thing(asset, x, y, z, self.turn, size, None, "wall")
                if not self._covered(u, w, z):
                    self.things.append(thing)
                    break

    def _covered(self, u: float, width: float, z: float) -> bool:
        """Whether anything that stands or hangs at the wall reaches into that stretch of it."""
        for thing in self.things:
            mine = self._along(thing.outline)
            clash = mine[0] < u + width / 2 + 0.1 and mine[1] > u - width / 2 - 0.1
            if clash and (thing.how == "wall" or (thing.top > z - 0.08 and self._deep(thing))):
                return True
        return False

    def _along(self, outline: Floats) -> tuple[float, float]:
        c, s = math.cos(math.radians(self.turn)), math.sin(math.radians(self.turn))
        along = outline @ np.array([c, s])
        return float(along.min()), float(along.max())

    def _deep(self, thing: Thing) -> bool:
        c, s = math.cos(math.radians(self.turn)), math.sin(math.radians(self.turn))
        return bool((thing.outline @ np.array([-s, c])).max() > 0.6)


def furnished(rng: np.random.Generator) -> Layout:
    """A room with furniture and things."""
    layout = Layout(rng, round(float(rng.uniform(-14, 14)), 2))
    layout.row()
    layout.middle()
    layout.fill(int(rng.integers(6, 9)))
    layout.scatter(dict.fromkeys(ON_FLOORS, 1), int(rng.integers(2, 5)))
    layout.hang()
    return layout
