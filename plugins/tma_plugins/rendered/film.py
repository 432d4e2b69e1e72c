"""A video by its number: a story that is clearly seen, as a scene of bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tma import BodiesVideo, Body, derive_rng
from tma_plugins.rendered.acting import Actor, At, Moment
from tma_plugins.rendered.compose import clear
from tma_plugins.rendered.figure import Clothes, bodies, placing
from tma_plugins.rendered.furniture import FURNITURE
from tma_plugins.rendered.rooms import BOUNDS, Shell, shell
from tma_plugins.rendered.seeing import Sighting, sightings
from tma_plugins.rendered.stories import Story, clothes, staged
from tma_plugins.rendered.things import Thing, standing

_VERSION = 1
"""Of the seeds: another number makes other videos everywhere."""
_TRIES = 16
_LONGEST = 11.0
"""Seconds."""
_GLANCES = 4
"""Frames, evenly over the video, in which things must be seen."""
_LEAST_SEEN = 0.7
"""Share of them in which each thing must be clearly seen."""


@dataclass(frozen=True)
class Filmed:
    """A video, and what happens in it.

    Attributes:
        things: at the start; the person is the one after the last.
        actor: who played, with all moments.
        clothes: the person's.
        shell: the room.
        width, height: pixels.
        fps: frames a second.
    """

    things: tuple[Thing, ...]
    actor: Actor
    clothes: Clothes
    shell: Shell
    width: int
    height: int
    fps: float

    @property
    def person(self) -> int:
        """The person's number among the things."""
        return len(self.things)

    def scene(self) -> BodiesVideo:
        """What a renderer draws."""
        return BodiesVideo(
            width=self.width,
            height=self.height,
            bodies=tuple(_bodies(self.shell, self.things, self.actor.moments, self.clothes)),
            things=len(self.things) + 1,
            bounds=BOUNDS,
            camera=self.shell.camera,
            lights=self.shell.lights,
            ambient=self.shell.ambient,
            backdrop=self.shell.backdrop,
            frames=len(self.actor.moments),
            fps=self.fps,
        )


def filmed(seed: int, number: int, width: int, height: int, fps: float) -> Filmed:
    """Video `number` of a seed; the same in every process.

    Args:
        seed: of the whole collection.
        number: from 0.
        width: pixels of its frames.
        height: likewise.
        fps: frames a second.
    """
    for attempt in range(_TRIES):
        rng = derive_rng(
            "rendered-videos", _VERSION, seed, number, attempt, width, height, str(fps)
        )
        stage = staged(rng)
        look = clothes(rng)
        room = shell(rng, 0.0, width / height, low=True)
        actor = Story(stage, fps).play()
        video = Filmed(tuple(stage.things), actor, look, room, width, height, fps)
        if _is_clear(video):
            break
    return video


def _is_clear(video: Filmed) -> bool:
    """Whether it is short, things are clearly seen most of the time, and the person always."""
    if len(video.actor.moments) > _LONGEST * video.fps:
        return False
    keys = video.actor.keys
    chosen = [keys[round(k * (len(keys) - 1) / (_GLANCES - 1))] for k in range(_GLANCES)]
    looks = [_glance(video, frame) for frame in chosen]
    size = video.width, video.height
    for n, thing in enumerate(video.things):
        large = thing.category in FURNITURE
        good = sum(clear(look[n], large, *size) for look in looks)
        if good < _LEAST_SEEN * len(looks):
            return False
    return all(look[video.person].visible > 0.55 for look in looks)


def _glance(video: Filmed, frame: int) -> list[Sighting]:
    moment = video.actor.moments[frame]
    made = _bodies(video.shell, video.things, [moment], video.clothes)
    return sightings(made, len(video.things) + 1, video.shell.camera, (video.width, video.height))


def _bodies(
    room: Shell, things: Sequence[Thing], moments: Sequence[Moment], look: Clothes
) -> list[Body]:
    found = [*room.bodies]
    for n, thing in enumerate(things):
        places = [m.things[n] for m in moments]
        found.append(_body(thing.asset, n, thing.size, places))
        if thing.door:
            found.append(_door(thing, n, [m.doors[n] for m in moments]))
    return [*found, *bodies([m.pose for m in moments], look, len(things))]


def _body(asset: str, number: int, size: float, places: Sequence[At]) -> Body:
    every = tuple(placing(at.place, at.turn) for at in places)
    still = every[:1] if len(set(every)) == 1 else every
    return Body(asset=asset, thing=number, scale=size, placings=still)


def _door(thing: Thing, number: int, angles: Sequence[float]) -> Body:
    x, y, z = thing.hinge
    every = tuple(standing(x, y, z, thing.yaw - angle) for angle in angles)
    return Body(asset=thing.door, thing=number, scale=thing.size, placings=every)
