"""What is known of assets, and what a scene record says of things on a table: plainly derived."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

from published import holds

from tma.contract.assets import Asset, Inventory

ANGLES = {"right": 0.0, "up": 90.0, "left": 180.0, "down": 270.0}
SAME_WAY, OTHER_WAY = 22.0, 30.0
STILL, LEAST = 0.01, 0.1
EDGE = 0.01


def words(name: str) -> tuple[str, ...]:
    return tuple(w.removesuffix("s") for w in re.findall(r"\w+", name.casefold()))


class Facts:
    """What is and may be true of assets, by walking over the inventory's records."""

    def __init__(self, inventory: Inventory) -> None:
        self.assets = {a.id: a for a in inventory.assets}
        self.nodes = {c.id: c for c in inventory.categories}
        self.types = {t.name: t for t in inventory.attribute_types}
        self.alike: dict[str, set[str]] = defaultdict(set)
        for node in inventory.categories:
            for other in node.lookalikes:
                self.alike[node.id].add(other)
                self.alike[other].add(node.id)
        self.up = cache(self._up)
        self.used = frozenset().union(*(self.up(c) for a in inventory.assets for c in a.categories))
        self.nested = cache(self._nested)
        self.may_be_called = cache(self._may_be_called)

    def _up(self, category: str) -> frozenset[str]:
        parents = set(self.nodes[category].parents) - {category}
        return frozenset({category}).union(*map(self.up, parents))

    def names(self, category: str) -> list[tuple[str, ...]]:
        node = self.nodes[category]
        return [words(name) for name in (node.name, *node.synonyms)]

    def _nested(self, one: str, other: str) -> bool:
        """Whether the words of a name of one stand in a name of the other in a row."""
        pairs = [(a, b) for a in self.names(one) for b in self.names(other)]
        return any(holds(a, b) or holds(b, a) for a, b in pairs)

    def _may_be_called(self, own: str, category: str) -> bool:
        return (
            category in self.up(own)
            or own in self.up(category)
            or any(self.nested(general, category) for general in self.up(own))
            or any(category in self.up(other) for other in self.alike[own])
            or any(category in self.up(other) for other in self.used if self.nested(own, other))
        )

    def overlap(self, kind: str, one: str, other: str) -> bool:
        return one == other or any({one, other} == set(p) for p in self.types[kind].overlaps)


class Thing:
    """An object of a scene record, with the inventory's asset and a camera of its own."""

    def __init__(self, record: Mapping[str, Any], scene: Mapping[str, Any], facts: Facts) -> None:
        self.record, self.scene, self.facts = record, scene, facts
        self.asset: Asset = facts.assets[record["asset"]]
        self.id = self.asset.id
        self.size = float(record["size"])

    # -- what it is ------------------------------------------------------------------------------

    def is_a(self, category: str) -> bool:
        return any(category in self.facts.up(own) for own in self.asset.categories)

    def may_be(self, category: str) -> bool:
        return any(self.facts.may_be_called(own, category) for own in self.asset.categories)

    def has(self, kind: str, value: str) -> bool:
        return value in self.asset.attributes.get(kind, ())

    def may_have(self, kind: str, value: str) -> bool:
        own = self.asset.attributes.get(kind, ())
        if value in self.asset.not_attributes.get(kind, ()):
            return False
        return not own or any(self.facts.overlap(kind, v, value) for v in own)

    def fits(self, category: str | None, pair: tuple[str, str] | None) -> bool:
        return (category is None or self.is_a(category)) and (pair is None or self.has(*pair))

    def may_fit(self, category: str | None, pair: tuple[str, str] | None) -> bool:
        return (category is None or self.may_be(category)) and (
            pair is None or self.may_have(*pair)
        )

    # -- where it is -----------------------------------------------------------------------------

    def place(self, progress: float = 0.0) -> tuple[float, float]:
        x, y = self.record["position"]
        right, away = (self.record.get("motion") or {}).get("shift", (0.0, 0.0))
        share = self._eased(progress)
        return x + share * right, y + share * away

    @staticmethod
    def _eased(progress: float) -> float:
        return progress * progress * (3 - 2 * progress)

    def cell(self, grid: int) -> tuple[int, int]:
        """The cell around the place at the start; cells are 1 apart, the grid's middle is 0."""
        x, y = self.place()
        half = (grid - 1) / 2
        return round(half - y), round(half + x)

    def apart(self, other: Thing, progress: float = 0.0) -> float:
        return math.dist(self.place(progress), other.place(progress))

    def seen(self, progress: float) -> tuple[float, float]:
        """Its foot on the screen: right and down, in shares of the picture's width."""
        return self._screen(*self.place(progress), 0.0)

    def _screen(self, x: float, y: float, z: float) -> tuple[float, float]:
        camera = self.scene["camera"]
        tilt = math.radians(camera["elevation"])
        look = math.cos(tilt), -math.sin(tilt)
        eye = [t - camera["distance"] * c for t, c in zip(camera["target"], look, strict=True)]
        ray = y - eye[0], z - eye[1]
        depth = ray[0] * look[0] + ray[1] * look[1]
        rise = -ray[0] * look[1] + ray[1] * look[0]
        focal = self.scene["height"] / 2 / math.tan(math.radians(camera["fov"]) / 2)
        return focal * x / depth / self.scene["width"], -focal * rise / depth / self.scene["width"]

    def inside(self, progress: float) -> bool:
        """Whether the cylinder around it lies in the frame."""
        x, y = self.place(progress)
        limit = 0.5 * self.scene["height"] / self.scene["width"]
        for step in range(16):
            turn = step * math.pi / 8
            rim = x + self.size / 2 * math.cos(turn), y + self.size / 2 * math.sin(turn)
            for z in (0.0, self.size):
                right, down = self._screen(*rim, z)
                if abs(right) > 0.5 - EDGE / 2 or abs(down) > limit - EDGE / 2:
                    return False
        return True

    # -- what it does ----------------------------------------------------------------------------

    def way(self) -> tuple[float, float]:
        """How far it gets on the screen, right and down, in widths."""
        (a, b), (c, d) = self.seen(0.0), self.seen(1.0)
        return c - a, d - b

    def most_turned(self) -> float:
        """Degrees between the two frames between which it turns most."""
        turn = (self.record.get("motion") or {}).get("turn", 0.0)
        last = self.scene["frames"] - 1
        shares = [self._eased(n / last) for n in range(last + 1)]
        return abs(float(turn)) * max(shares[n + 1] - shares[n] for n in range(last))

    def doing(self) -> str:
        """A direction, a sense of turning, `still`, `awry`, or `unclear`."""
        turn = (self.record.get("motion") or {}).get("turn", 0.0)
        right, down = self.way()
        length = math.hypot(right, down)
        if length <= STILL:
            return "still" if turn == 0 else "clockwise" if turn < 0 else "counterclockwise"
        if turn != 0 or length < LEAST:
            return "unclear"
        angle = math.degrees(math.atan2(-down, right))
        off = {name: abs((angle - a + 180) % 360 - 180) for name, a in ANGLES.items()}
        name = min(off, key=lambda n: off[n])
        if off[name] <= SAME_WAY:
            return name
        return "unclear" if off[name] < OTHER_WAY else "awry"
