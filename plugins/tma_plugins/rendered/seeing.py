"""What is seen of each thing: by rays at bare shapes, the same whatever draws the picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tma import Body, Camera
from tma_plugins.raycast.sights import looking
from tma_plugins.raycast.tracing import owners
from tma_plugins.raycast.world import NOTHING, Array, Placed, World
from tma_plugins.rendered.stock import Floats, shape
from tma_plugins.tabletop.meshes import Surface
from tma_plugins.tabletop.props import turned

_NEAR = 0.05


class Sighting(NamedTuple):
    """What is seen of one thing.

    Attributes:
        pixels: how many show it.
        visible: share of its view that is neither hidden nor beyond the frame, 0 to 1.
        cut: share of its view beyond the frame.
        box: (left, top, right, bottom) of its pixels, the last two exclusive; zeros if unseen.
    """

    pixels: int
    visible: float
    cut: float
    box: tuple[int, int, int, int]


def sightings(
    bodies: Sequence[Body], things: int, camera: Camera, size: tuple[int, int], frame: int = 0
) -> list[Sighting]:
    """What is seen of each thing in a frame.

    Args:
        bodies: all that is to be seen.
        things: how many things they belong to.
        camera: from where.
        size: (width, height) in pixels.
        frame: number of the frame.
    """
    width, height = size
    placed = [_placed(body, frame) for body in bodies]
    whole = _owners(placed, camera, size, (0, 0, width, height))
    found = []
    for thing in range(things):
        parts = [p for p in placed if p.owner == thing]
        box = _around(parts, camera, width, height)
        left, top = box[:2]
        alone = _owners(parts, camera, size, box) != NOTHING
        inside = alone[max(0, -top) : height - top, max(0, -left) : width - left]
        total, within = int(alone.sum()), int(inside.sum())
        mine = whole == thing
        count = int(mine.sum())
        found.append(
            Sighting(
                count,
                min(1.0, count / total) if total else 0.0,
                1 - within / total if total else 1.0,
                _box(mine),
            )
        )
    return found


def without_others(
    seen: Sequence[Sighting], bodies: Sequence[Body], camera: Camera, size: tuple[int, int]
) -> list[Sighting]:
    """What is seen of things once others are gone.

    Args:
        seen: what was seen of these things before; less of them cannot be seen now.
        bodies: all that is still there, things numbered as in `seen`.
        camera: from where.
        size: (width, height) in pixels.
    """
    whole = _owners([_placed(b, 0) for b in bodies], camera, size, (0, 0, *size))
    return [
        before._replace(pixels=int((whole == n).sum()), box=_box(whole == n))
        for n, before in enumerate(seen)
    ]


def _owners(
    parts: Sequence[Placed], camera: Camera, size: tuple[int, int], box: tuple[int, int, int, int]
) -> NDArray[np.int32]:
    """The number of the thing that is seen at each pixel of a box, (h, w)."""
    width, height = size
    sight = looking(camera.elevation, camera.fov, -width / height / 2, -0.5, 1 / height)
    left, top, right, bottom = box
    across = np.arange(left, right, dtype=np.float32) + np.float32(0.5)
    down = np.arange(top, bottom, dtype=np.float32) + np.float32(0.5)
    xs, ys = np.tile(across, len(down)), np.repeat(down, len(across))
    eye = np.array(camera.position, np.float32)
    return owners(World(parts), eye, (sight, xs, ys)).reshape(len(down), len(across))


def _placed(body: Body, frame: int) -> Placed:
    placing = body.placing(frame)
    matrix = np.eye(4)
    matrix[:3, :3] = turned(placing) * body.scale
    matrix[:3, 3] = placing[:3]
    return Placed(_bare(body.asset), NOTHING if body.thing is None else body.thing, matrix)


def _bare(asset_id: str) -> Surface:
    made = shape(asset_id)
    return Surface(made.vertices, made.faces, made.vertices)


def _around(
    parts: Sequence[Placed], camera: Camera, width: int, height: int
) -> tuple[int, int, int, int]:
    """The pixels that may show parts, at most a picture's size beyond each edge."""
    limits = -width, -height, 2 * width, 2 * height
    if not parts:
        return 0, 0, 0, 0
    points: Array = np.concatenate([p.vertices() for p in parts])
    xs, ys, depth = screen(points, camera, width, height)
    if depth.min() < _NEAR:
        return limits
    left, right = np.clip([np.floor(xs.min()), np.ceil(xs.max())], limits[0], limits[2])
    top, bottom = np.clip([np.floor(ys.min()), np.ceil(ys.max())], limits[1], limits[3])
    return int(left), int(top), int(max(left, right)), int(max(top, bottom))


def screen(
    points: NDArray[np.floating], camera: Camera, width: int, height: int
) -> tuple[Floats, Floats, Floats]:
    """Where points (n, 3) are seen: pixels from the left, from the top, and their depth."""
    right, down, depth = camera.project(tuple(points.T.astype(np.float64)))
    return (
        np.asarray(right) * height + width / 2,
        np.asarray(down) * height + height / 2,
        np.asarray(depth),
    )


def _box(shown: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
