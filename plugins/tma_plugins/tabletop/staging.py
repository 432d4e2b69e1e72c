"""What a tabletop scene is dressed with: lights, a table that fits the camera's view, a backdrop.

Task generators call `draw_stage` and put what they get into the scene record.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from tma import Backdrop, Camera, Light, Table
from tma_plugins.tabletop.surfaces import SURFACES

Color = tuple[int, int, int]
Point = tuple[float, float, float]

PATTERNS = 4
"""Seeds of each surface that `draw_stage` chooses from: few, so that renderers can keep them."""

_MARGIN = 0.5
"""Table units that stay free between the places of objects and the table's edges."""

_BRIGHT = 0.9, 1.0
"""How bright white is that lies on the table, of which 1 is white."""

BACKDROPS: tuple[tuple[Color, ...], ...] = (
    ((196, 212, 228), (226, 233, 240), (244, 245, 246)),
    ((214, 206, 194), (235, 229, 220), (247, 244, 239)),
    ((188, 204, 194), (217, 227, 219), (240, 244, 240)),
    ((204, 198, 214), (228, 223, 234), (244, 242, 247)),
    ((226, 205, 190), (240, 226, 214), (249, 243, 237)),
    ((176, 186, 196), (205, 212, 219), (230, 234, 238)),
    ((150, 162, 176), (186, 195, 205), (218, 223, 229)),
    ((214, 212, 206), (234, 233, 229), (249, 249, 247)),
)
"""Gradients, from above to below: pale, so that things of any colour stand out."""


class Stage(NamedTuple):
    """Fields of a tabletop scene, by their names: `Tabletop(..., **stage._asdict())`."""

    camera: Camera
    lights: tuple[Light, ...]
    ambient: float
    table: Table
    backdrop: Backdrop


def draw_stage(
    rng: np.random.Generator,
    camera: Camera,
    *,
    aspect: float = 1.0,
    reach: tuple[float, float] = (1.5, 1.5),
) -> Stage:
    """Lights, table and backdrop for what a camera looks at.

    There is a spot from the front, to the left or right, which throws shadows; a weaker lamp from
    the other side, one from behind, and a weak sun. White that lies on the table is shown as
    nearly white, never brighter.

    Args:
        rng: decides; nothing else does.
        camera: the scene's.
        aspect: the picture's width through its height.
        reach: the largest |x| and |y| at which any part of an object ever stands.
    """
    side = 1.0 if rng.random() < 0.5 else -1.0
    extent = max(1.5, *reach)
    table = _table(rng, camera, aspect, reach)
    backdrop = Backdrop(colors=BACKDROPS[int(rng.integers(len(BACKDROPS)))])
    ambient = round(float(rng.uniform(0.30, 0.36)), 3)
    lights = _lights(rng, side, extent)
    bright = float(rng.uniform(*_BRIGHT))
    return Stage(camera, _exposed(lights, bright - 1.1 * ambient), ambient, table, backdrop)


def _exposed(lights: tuple[Light, ...], bright: float) -> tuple[Light, ...]:
    """The lights, so strong that together they light white on the table so brightly."""
    share = bright / sum(light.intensity * _height(light) for light in lights)
    return tuple(
        light.model_copy(update={"intensity": round(light.intensity * share, 4)})
        for light in lights
    )


def _height(light: Light) -> float:
    """The sine of the angle at which a light meets the table."""
    return light.position[2] / math.dist(light.position, (0.0, 0.0, 0.0))


def _lights(rng: np.random.Generator, side: float, extent: float) -> tuple[Light, ...]:
    def about(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    far = 4.2 + 1.3 * extent
    key = Light(
        kind="spot",
        position=_from(side * about(25, 55), about(48, 60), far),
        intensity=round(about(0.52, 0.60), 3),
        color=_tint(about(-0.03, 0.06)),
        shadows=True,
    )
    fill = Light(
        kind="point",
        position=_from(-side * about(35, 65), about(30, 42), far),
        intensity=round(about(0.12, 0.17), 3),
        color=_tint(about(-0.08, 0.0)),
    )
    rim = Light(
        kind="point",
        position=_from(180 + side * about(-40, 40), about(35, 48), far),
        intensity=round(about(0.10, 0.14), 3),
    )
    sun = Light(
        kind="sun",
        position=_from(side * about(-70, 70), about(55, 75), 2 * far),
        intensity=round(about(0.06, 0.11), 3),
        color=_tint(about(0.0, 0.08)),
    )
    return key, fill, rim, sun


def _from(azimuth: float, elevation: float, distance: float) -> Point:
    """The place in a direction: azimuth 0 is the viewer's side, positive to the right."""
    a, e = math.radians(azimuth), math.radians(elevation)
    level = distance * math.cos(e)
    x, y, z = level * math.sin(a), -level * math.cos(a), distance * math.sin(e)
    return round(x, 3), round(y, 3), round(z, 3)


def _tint(warm: float) -> Color:
    """White, warmer (positive) or colder (negative), by that share of its red or blue."""
    red = 255 * (1 - max(0.0, -warm))
    blue = 255 * (1 - max(0.0, warm))
    return round(red), round((255 + min(red, blue)) / 2), round(blue)


def _table(
    rng: np.random.Generator, camera: Camera, aspect: float, reach: tuple[float, float]
) -> Table:
    """A table whose near edge and sides are beyond the picture; the far edge is often in it."""
    _, eye, height = camera.position
    half = math.radians(camera.fov) / 2
    lowest = min(math.radians(camera.elevation) + half, math.pi / 2 - 0.01)
    near = -(eye + height / math.tan(lowest))
    depth = max(near + 0.1, reach[1] + _MARGIN)
    sight = camera.project((0.0, depth, 0.0))[2]
    wide = sight * math.tan(half) * aspect
    return Table(
        surface=SURFACES[int(rng.integers(len(SURFACES)))],
        seed=int(rng.integers(PATTERNS)),
        width=round(2 * max(wide + 0.3, reach[0] + _MARGIN), 2),
        depth=round(2 * depth, 2),
    )
