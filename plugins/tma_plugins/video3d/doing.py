"""What each object does in a video, by the scene record's geometry."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

from tma import Standing, TabletopVideo
from tma_plugins.cells.truth import Unclear
from tma_plugins.video3d.turning import SIGN, most_a_frame

STILL = "still"
AWRY = "awry"
"""Moving in none of the four directions."""

_AXES = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "up": (0.0, -1.0), "down": (0.0, 1.0)}
_NEAR, _CLEARLY_OTHER = 20.0, 30.0
LEAST_MOVE = 0.2
_LEAST_OTHER = 0.1
_STILL = 0.01


def way(scene: TabletopVideo, thing: Standing) -> tuple[float, float]:
    """How far right and down an object's foot gets on the screen, in widths of the picture."""
    (right, down, _), (right_at_end, down_at_end, _) = (
        scene.camera.project((pose.x, pose.y, 0.0)) for pose in (thing.pose(0.0), thing.pose(1.0))
    )
    aspect = scene.width / scene.height
    return (right_at_end - right) / aspect, (down_at_end - down) / aspect


def heading(step: tuple[float, float], least: float, still: float) -> str:
    """`left`, `right`, `up` or `down`, STILL, or AWRY if it is clearly none of the four.

    Args:
        step: (right, down).
        least: length from which on it counts as a move.
        still: length up to which it counts as none.

    Raises:
        Unclear: too short a way to tell, or between two names.
    """
    length = math.hypot(*step)
    if length <= still:
        return STILL
    if length < least:
        raise Unclear(f"an object moves by {length:.2f} only")
    off = {
        name: math.degrees(math.acos(max(-1.0, min(1.0, (a * step[0] + b * step[1]) / length))))
        for name, (a, b) in _AXES.items()
    }
    name = min(off, key=lambda n: off[n])
    if off[name] <= _NEAR:
        return name
    if off[name] < _CLEARLY_OTHER:
        raise Unclear(f"an object moves {off[name]:.0f} degrees off {name}")
    return AWRY


def moves(scene: TabletopVideo) -> list[str]:
    """What each object does, by the scene's geometry as it is projected. Raises Unclear."""
    return [heading(way(scene, thing), _LEAST_OTHER, _STILL) for thing in scene.objects]


def turns(scene: TabletopVideo, symmetry: Callable[[str], int | None]) -> list[str]:
    """What each object does: `clockwise`, `counterclockwise` or STILL.

    Args:
        scene: the video.
        symmetry: of an asset, by its id.

    Raises:
        Unclear: an object turns so fast that it may seem to turn the other way.
    """
    progress = scene.progress()
    found = []
    for thing in scene.objects:
        yaws = [thing.pose(p).yaw for p in progress]
        step = max(abs(b - a) for a, b in pairwise(yaws))
        if step == 0:
            found.append(STILL)
            continue
        if step > most_a_frame(symmetry(thing.asset)):
            raise Unclear(f"{thing.asset} turns by {step:.0f} degrees a frame")
        turn = yaws[-1] - yaws[0]
        found.append(next(sense for sense, sign in SIGN.items() if sign * turn > 0))
    return found
