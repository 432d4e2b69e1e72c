"""Which relations hold between things, by their geometry and as the viewer sees them.

Every relation of every ordered pair is true, false, or - near the limit, or where two people might
differ - unknown. `docs/scenes.md` states the limits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from tma import RelationType
from tma_plugins.rendered.spots import Between, Pair, Spot
from tma_plugins.rendered.things import covered

Truth = bool | None
"""None is unknown."""

_SIDEWAYS = 0.02
"""Share of the picture's width that two things must be apart to be left and right of each other."""
_OVERLAP = 0.4
"""Share of the narrower that must stand before the other for one to be in front of the other."""
_NEAR, _NOT_NEAR, _NOT_FAR, _FAR = 0.2, 0.9, 1.0, 1.9
"""Metres between outlines: up to which things are next to each other, ..., from which far apart."""
_LONGER, _BIGGER, _SEEN_BIGGER = 1.4, 2.0, 1.2
_LONGER_ALONE, _SEEN_LONGER = 1.3, 1.1
"""Of heights and widths."""
_FACES, _FACES_NOT = 18.0, 80.0
_TURNED = 40.0
"""Degrees from which on a thing with a front has a front and a back of its own."""
_FRONTED = frozenset(
    [
        *("chair", "sofa", "bed", "piano", "television", "dresser", "bookshelf", "cabinet"),
        *("bench", "shelf", "grandfather-clock", "laptop", "teddy-bear", "robot"),
    ]
)
_FACING = frozenset(["chair", "sofa"])
_BOXES = frozenset(["shelf", "crate", "cabinet"])
"""Of what is on them some would say that it is in them, and the other way round."""

TYPES: tuple[RelationType, ...] = (
    RelationType(name="to the left of", kind="spatial", inverse="to the right of"),
    RelationType(name="to the right of", kind="spatial", inverse="to the left of"),
    RelationType(name="in front of", kind="spatial", inverse="behind"),
    RelationType(name="behind", kind="spatial", inverse="in front of"),
    RelationType(name="on", kind="spatial", implies=("above",)),
    RelationType(name="under", kind="spatial", implies=("below",)),
    RelationType(name="above", kind="spatial", inverse="below"),
    RelationType(name="below", kind="spatial", inverse="above"),
    RelationType(name="inside", kind="spatial"),
    RelationType(name="next to", kind="spatial", symmetric=True),
    RelationType(name="far from", kind="spatial", symmetric=True),
    RelationType(name="larger than", kind="comparison", inverse="smaller than"),
    RelationType(name="smaller than", kind="comparison", inverse="larger than"),
    RelationType(name="taller than", kind="comparison", inverse="shorter than"),
    RelationType(name="shorter than", kind="comparison", inverse="taller than"),
    RelationType(name="wider than", kind="comparison", inverse="narrower than"),
    RelationType(name="narrower than", kind="comparison", inverse="wider than"),
    RelationType(name="facing", kind="spatial", phrase="is facing"),
)


def all_relations(spots: Sequence[Spot]) -> Iterator[tuple[int, str, int, Truth]]:
    """Subject, relation, object and its truth, of all ordered pairs; numbers are places in `spots`.

    False ones are left out.
    """
    between = {
        frozenset([i, j]): Between(spots[i], spots[j]) for i in range(len(spots)) for j in range(i)
    }
    for i, a in enumerate(spots):
        for j, b in enumerate(spots):
            if i != j:
                pair = Pair(a, b, between[frozenset([i, j])])
                for kind in TYPES:
                    truth = RULES[kind.name](pair)
                    if truth is not False:
                        yield i, kind.name, j, truth


def left(p: Pair) -> Truth:
    """Left in the picture, the boxes apart."""
    if p.a.sides[1] <= p.b.sides[0] - _SIDEWAYS:
        return True
    return False if p.a.middle >= p.b.middle + _SIDEWAYS else None


def behind(p: Pair) -> Truth:
    """Farther away in the same direction."""
    a, b = p.a, p.b
    if p.stacked or a.hangs or b.hangs or _askew(a) or _askew(b):
        return None
    if a.depths[0] >= b.depths[1] and p.shared >= _OVERLAP:
        return True
    return False if sum(a.depths) / 2 < sum(b.depths) / 2 - 0.1 else None


def _askew(spot: Spot) -> bool:
    """Whether its own front is not the viewer's."""
    turn = (spot.thing.yaw + 180) % 360 - 180
    return spot.thing.category in _FRONTED and abs(turn) > _TURNED


def on(p: Pair) -> Truth:
    """Borne by it from below."""
    if p.on_it:
        return True if p.a.thing.how == "on" else None
    return None if _borne_by(p) else False


def _borne_by(p: Pair) -> bool:
    """Whether something between the two bears a and is borne by b: its outline is over b's."""
    return p.a.thing.base is not None and p.a.thing.z >= p.b.thing.top - 0.01 and p.gap < 0


def under(p: Pair) -> Truth:
    """Below what stands over it, or what bears it."""
    back = p.swapped()
    if back.on_it and p.b.thing.how == "on":
        return True
    if p.a.thing.how == "under" and p.a.thing.base == p.b.number:
        return True
    return False if above(back) is False else None


def above(p: Pair) -> Truth:
    """Straight over it, with or without contact."""
    a, b = p.a.thing, p.b.thing
    if p.on_it or (b.how == "under" and b.base == p.a.number):
        return True if a.how != "inside" or not p.on_it else None
    back = p.swapped()
    if back.on_it or (a.how == "under" and a.base == p.b.number):
        return False if b.how != "inside" else None
    if a.z >= b.top - 0.01:
        over = max(covered(a.outline, b.outline), covered(b.outline, a.outline)) if p.gap < 0 else 0
        at_wall = p.a.hangs and not p.b.hangs and p.gap < 0.7 and b.base is None
        if over >= 0.6 or (at_wall and p.shared >= 0.7):
            return True
    lower = a.z <= b.z + 0.01 or _height(p.a) >= _height(p.b)
    return False if lower else None


def _height(spot: Spot) -> float:
    """How far down in the picture its middle is."""
    return spot.seen.box[1] + spot.seen.box[3]


def inside(p: Pair) -> Truth:
    """Within its sides."""
    if p.on_it and p.a.thing.how == "inside":
        return True
    return None if p.on_it and p.b.thing.category in _BOXES else False


def next_to(p: Pair) -> Truth:
    """Near it on the same ground."""
    if p.stacked:
        return None if "under" in (p.a.thing.how, p.b.thing.how) else False
    if p.gap >= _NOT_NEAR:
        return False
    level = p.a.thing.base == p.b.thing.base and abs(p.a.thing.z - p.b.thing.z) < 0.02
    if p.a.hangs or p.b.hangs:
        return None
    return True if level and p.gap <= _NEAR else None


def far(p: Pair) -> Truth:
    """At the other end of the room."""
    if p.gap >= _FAR:
        return True
    return False if p.gap <= _NOT_FAR else None


def larger(p: Pair) -> Truth:
    """Larger in its longest side, in volume and in the picture."""
    if _larger(p.a, p.b):
        return True
    return False if _larger(p.b, p.a) else None


def _larger(a: Spot, b: Spot) -> bool:
    return (
        max(a.thing.extent) >= _LONGER * max(b.thing.extent)
        and a.volume >= _BIGGER * b.volume
        and a.spread >= _SEEN_BIGGER * b.spread
    )


def taller(p: Pair) -> Truth:
    """Higher from foot to top, in the picture too."""
    if _taller(p.a, p.b):
        return True
    return False if _taller(p.b, p.a) else None


def _taller(a: Spot, b: Spot) -> bool:
    higher = a.thing.height >= _LONGER_ALONE * b.thing.height
    return higher and a.tall >= _SEEN_LONGER * b.tall


def wider(p: Pair) -> Truth:
    """Wider from side to side, as it is turned, in the picture too."""
    if _wider(p.a, p.b):
        return True
    return False if _wider(p.b, p.a) else None


def _wider(a: Spot, b: Spot) -> bool:
    broader = a.across >= _LONGER_ALONE * b.across
    return broader and a.sides[1] - a.sides[0] >= _SEEN_LONGER * (b.sides[1] - b.sides[0])


def facing(p: Pair) -> Truth:
    """With its front towards it, near it."""
    if p.a.thing.category not in _FACING:
        return None if p.a.thing.category in _FRONTED else False
    angle = math.radians(p.a.thing.yaw)
    ahead = np.array([math.sin(angle), -math.cos(angle)])
    here = np.array([p.a.thing.x, p.a.thing.y])
    ways = [np.array([p.b.thing.x, p.b.thing.y]), *p.b.thing.outline]
    turns = [_angle(ahead, way - here) for way in ways]
    if p.b.thing.base is None and not p.b.hangs and p.gap < 0.5 and turns[0] <= _FACES:
        return True
    return False if min(turns) >= _FACES_NOT else None


def _angle(a: np.ndarray, b: np.ndarray) -> float:
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return math.degrees(math.acos(max(-1.0, min(1.0, float(a @ b) / max(norm, 1e-9)))))


def _back(rule: Callable[[Pair], Truth]) -> Callable[[Pair], Truth]:
    return lambda p: rule(p.swapped())


RULES: dict[str, Callable[[Pair], Truth]] = {
    "to the left of": left,
    "to the right of": _back(left),
    "in front of": _back(behind),
    "behind": behind,
    "on": on,
    "under": under,
    "above": above,
    "below": _back(above),
    "inside": inside,
    "next to": next_to,
    "far from": far,
    "larger than": larger,
    "smaller than": _back(larger),
    "taller than": taller,
    "shorter than": _back(taller),
    "wider than": wider,
    "narrower than": _back(wider),
    "facing": facing,
}
