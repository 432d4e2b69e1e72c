"""Who stands left of, right of, behind and in front of whom, as the viewer sees it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from tma import Camera, Seen, Standing, Tabletop, TabletopVideo
from tma_plugins.cells.layout import Cell, Layout
from tma_plugins.cells.truth import Unclear

TABLE_LAYOUT = Layout(("back", "middle", "front"), ("behind", "front"))
"""How families of questions about tables call cells and positions."""

_CLEAR, _SAME = 0.5, 0.5
_SEEN_CLEAR, _SEEN_SAME = 0.3, 0.6
_TOUCH = 0.02


def cell_under(grid: int, thing: Standing) -> Cell:
    """The cell in which an object's foot is at the start, by its place on the table."""
    x, y = thing.position
    return math.floor(grid / 2 - y), math.floor(x + grid / 2)


def check_order(scene: Tabletop | TabletopVideo) -> None:
    """Make sure that what the record says of cells is what the viewer sees.

    Each object's foot is in its cell; feet in different columns are seen beside each other in
    that order, those in different rows above each other; neighbours in one row or column are seen
    about in a line. No two objects touch.

    Raises:
        Unclear: otherwise.
    """
    for thing in scene.objects:
        if cell_under(scene.grid, thing) != (thing.row, thing.column):
            raise Unclear(f"{thing.asset} does not stand in its cell")
    if len({(o.row, o.column) for o in scene.objects}) != len(scene.objects):
        raise Unclear("two objects stand in one cell")
    feet = [foot(scene.camera, o) for o in scene.objects]
    for (one, here), (other, there) in combinations(zip(scene.objects, feet, strict=True), 2):
        apart = math.dist(one.position, other.position) - (one.size + other.size) / 2
        if apart < _TOUCH:
            raise Unclear(f"{one.asset} and {other.asset} touch")
        steps = _steps(one, other)
        pitch = _pitch(scene.camera, one, other)
        seen = tuple((t - h) / p for h, t, p in zip(here, there, pitch, strict=True))
        for step, way, across in zip(steps, seen, reversed(steps), strict=True):
            if step * way < _CLEAR * abs(step):
                raise Unclear(f"{one.asset} and {other.asset} are not seen in their order")
            if step == 0 and abs(across) == 1 and abs(way) > _SAME:
                raise Unclear(f"{one.asset} and {other.asset} are not seen in a line")


def seen_out_of_order(
    scene: Tabletop | TabletopVideo, seen: Sequence[Seen], frame: int = 0
) -> str | None:
    """Which two objects' pixels stand otherwise than their cells say; None if none do.

    Beside each other by the middles of their boxes, before each other by the boxes' lower edges.

    Args:
        scene: what was shown.
        seen: of each of its objects.
        frame: number of the frame.
    """
    places = []
    for what in seen:
        left, _, right, bottom = what.box[frame]
        places.append(((left + right) / 2 / scene.height, bottom / scene.height))
    for (one, here), (other, there) in combinations(zip(scene.objects, places, strict=True), 2):
        steps, pitch = _steps(one, other), _pitch(scene.camera, one, other)
        for axis, step in enumerate(steps):
            way = (there[axis] - here[axis]) / pitch[axis]
            if step * way < _SEEN_CLEAR * abs(step):
                return f"{one.asset} and {other.asset} are not seen in their order"
            if step == 0 and abs(steps[1 - axis]) == 1 and abs(way) > _SEEN_SAME:
                return f"{one.asset} and {other.asset} are not seen in a line"
    return None


def foot(camera: Camera, thing: Standing) -> tuple[float, float]:
    """Where the middle of an object's foot is seen: right, down."""
    right, down, _ = camera.project((*thing.position, 0.0))
    return right, down


def _steps(one: Standing, other: Standing) -> tuple[int, int]:
    """How many cells the other is to the right and to the front."""
    return other.column - one.column, other.row - one.row


def _pitch(camera: Camera, one: Standing, other: Standing) -> tuple[float, float]:
    """How far apart on the screen two places are that are a cell apart, midway between the two."""
    x, y = ((a + b) / 2 for a, b in zip(one.position, other.position, strict=True))
    left, right = (camera.project((x + d, y, 0.0)) for d in (-0.5, 0.5))
    back, front = (camera.project((x, y + d, 0.0)) for d in (0.5, -0.5))
    return right[0] - left[0], front[1] - back[1]
