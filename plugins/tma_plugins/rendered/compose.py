"""A scene by its number: a furnished room in which everything is clearly seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tma import Bodies, Body, derive_rng
from tma_plugins.rendered.catalog import AT_WALLS
from tma_plugins.rendered.furniture import FURNITURE
from tma_plugins.rendered.layout import furnished
from tma_plugins.rendered.rooms import BOUNDS, Shell, shell
from tma_plugins.rendered.seeing import Sighting, sightings, without_others
from tma_plugins.rendered.things import Thing

_VERSION = 1
"""Of the seeds: another number makes other scenes everywhere."""
_LEAST_VISIBLE = 0.6
_LEAST_PIXELS = 260 / (640 * 480)
"""Of a picture's pixels, the share that must show a thing."""
_MOST_CUT, _MOST_CUT_LARGE = 0.01, 0.15
_LEAST_THINGS = 8
_TRIES = 20


@dataclass(frozen=True)
class Composed:
    """A scene, and what is seen of it.

    Attributes:
        things: all of them clearly seen; `Thing.base` is a place in this list.
        seen: of each thing.
        shell: the room around them.
        width, height: pixels.
    """

    things: tuple[Thing, ...]
    seen: tuple[Sighting, ...]
    shell: Shell
    width: int
    height: int

    def scene(self) -> Bodies:
        """What a renderer draws."""
        return Bodies(
            width=self.width,
            height=self.height,
            bodies=tuple(_bodies(self.shell, self.things)),
            things=len(self.things),
            bounds=BOUNDS,
            camera=self.shell.camera,
            lights=self.shell.lights,
            ambient=self.shell.ambient,
            backdrop=self.shell.backdrop,
        )


def composed(seed: int, number: int, width: int, height: int) -> Composed:
    """Scene `number` of a seed; the same in every process.

    Args:
        seed: of the whole collection.
        number: from 0.
        width: pixels of its picture.
        height: likewise.
    """
    best: Composed | None = None
    for attempt in range(_TRIES):
        rng = derive_rng("rendered-scenes", _VERSION, seed, number, attempt, width, height)
        layout = furnished(rng)
        room = shell(rng, layout.turn, width / height)
        found = _cleared(layout.things, room, width, height)
        if best is None or len(found.things) > len(best.things):
            best = found
        if len(best.things) >= _LEAST_THINGS:
            break
    assert best is not None
    return best


def _cleared(things: Sequence[Thing], room: Shell, width: int, height: int) -> Composed:
    """Without what is not clearly seen, and without what stands on that."""
    seen = _sightings(things, room, width, height)
    kept: list[int] = []
    for number, (thing, what) in enumerate(zip(things, seen, strict=True)):
        stands = thing.base is None or thing.base in kept
        if stands and clear(what, _is_large(thing), width, height):
            kept.append(number)
    if len(kept) == len(things):
        return Composed(tuple(things), tuple(seen), room, width, height)
    place = {number: n for n, number in enumerate(kept)}
    left = [
        replace(t, base=None if t.base is None else place[t.base])
        for t in (things[n] for n in kept)
    ]
    # Fewer things hide less: what was clearly seen is so still.
    before = [seen[n] for n in kept]
    now = without_others(before, _bodies(room, left), room.camera, (width, height))
    return Composed(tuple(left), tuple(now), room, width, height)


def clear(seen: Sighting, large: bool, width: int, height: int) -> bool:
    """Whether a thing is clearly seen."""
    cut = _MOST_CUT_LARGE if large else _MOST_CUT
    enough = seen.pixels >= _LEAST_PIXELS * width * height
    return enough and seen.visible >= _LEAST_VISIBLE and seen.cut <= cut


def _is_large(thing: Thing) -> bool:
    return thing.category in FURNITURE or thing.category in AT_WALLS


def _sightings(things: Sequence[Thing], room: Shell, width: int, height: int) -> list[Sighting]:
    bodies = _bodies(room, things)
    return sightings(bodies, len(things), room.camera, (width, height))


def _bodies(room: Shell, things: Sequence[Thing]) -> list[Body]:
    return [*room.bodies, *(b for n, thing in enumerate(things) for b in thing.bodies(n))]
