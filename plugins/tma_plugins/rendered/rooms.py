"""The room around things: floor, walls, light and camera."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tma import Backdrop, Body, Camera, Light
from tma_plugins.rendered.layout import SIDE, WALL
from tma_plugins.rendered.things import standing

Point = tuple[float, float, float]

_FLOORS = ("oak", "walnut", "pine", "ash", "tiles", "terracotta", "concrete", "cork")
_WALLS = ("#e9e4d8", "#dfe6ea", "#e6ddd2", "#dbe3d6", "#ece6ee", "#e3e3e0", "#d6dde6", "#efe2d4")
_TALL = 2.6
_FRONT = 5.0
"""How far before the room's middle its floor ends, beyond what the camera sees."""
BOUNDS: tuple[Point, Point] = ((-2.8, -2.2, 0.0), (2.8, 2.4, 2.2))


class Shell(NamedTuple):
    """What is around things; `bodies` first in a scene's list."""

    bodies: tuple[Body, ...]
    camera: Camera
    lights: tuple[Light, ...]
    ambient: float
    backdrop: Backdrop


def shell(rng: np.random.Generator, turn: float, aspect: float, low: bool = False) -> Shell:
    """A room, turned by so many degrees.

    Args:
        rng: decides; nothing else does.
        turn: degrees.
        aspect: the picture's width through its height.
        low: whether the camera is about as high as a person, not above.
    """
    floor = f"{_FLOORS[int(rng.integers(len(_FLOORS)))]}.{int(rng.integers(4))}"
    wall = _WALLS[int(rng.integers(len(_WALLS)))]
    bodies = _walls(floor, wall, turn)
    distance = (5.7 if aspect >= 1.2 else 6.5) - 0.4 * low
    camera = Camera(
        elevation=round(float(rng.uniform(*((11, 14) if low else (16, 23)))), 1),
        distance=distance,
        target=(0.2, 0.72),
        fov=34.0,
    )
    return Shell(bodies, camera, _lights(rng), 0.42, Backdrop(colors=((235, 236, 238),)))


def _walls(floor: str, wall: str, turn: float) -> tuple[Body, ...]:
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))

    def slab(paint: str, size: Point, u: float, v: float, z: float) -> Body:
        w, d, h = size
        place = standing(c * u - s * v, s * u + c * v, z, turn)
        return Body(asset=f"slab/{paint}/{w:g}x{d:g}x{h:g}", placings=(place,), shadow=False)

    wide, deep = 2 * SIDE, WALL + _FRONT
    middle = (WALL - _FRONT) / 2
    board = "#f4f2ee"
    return (
        slab(floor, (wide + 2.0, deep + 0.4, 0.1), 0, middle, -0.1),
        slab(wall, (wide + 0.2, 0.1, _TALL), 0, WALL + 0.05, 0),
        *(slab(wall, (0.1, deep, _TALL), side * (SIDE + 0.05), middle, 0) for side in (-1, 1)),
        slab(board, (wide, 0.02, 0.09), 0, WALL - 0.01, 0),
        *(slab(board, (0.02, deep, 0.09), side * (SIDE - 0.01), middle, 0) for side in (-1, 1)),
    )


def _lights(rng: np.random.Generator) -> tuple[Light, ...]:
    side = 1.0 if rng.random() < 0.5 else -1.0

    def about(low: float, high: float) -> float:
        return round(float(rng.uniform(low, high)), 3)

    key = Light(
        kind="sun",
        position=(side * about(2.0, 3.4), about(-4.6, -3.4), about(5.2, 6.2)),
        target=(0.0, 0.2, 0.0),
        intensity=about(0.56, 0.62),
        color=(255, 248, 236),
        shadows=True,
    )
    fill = Light(
        kind="point",
        position=(-side * about(2.4, 3.2), about(-4.5, -3.5), about(2.4, 3.0)),
        target=(0.0, 0.4, 0.5),
        intensity=about(0.2, 0.26),
        color=(236, 242, 255),
    )
    return key, fill
