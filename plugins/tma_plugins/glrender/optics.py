"""Matrices of cameras, objects and lamps, all (4, 4) for column vectors; no OpenGL."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tma import Bodies, BodiesVideo, Camera, Light, MediaError, Standing
from tma_plugins.tabletop.props import Drawable
from tma_plugins.tabletop.stage import SPOT_INNER, SPOT_OUTER

Floats = NDArray[np.float64]

MOST_LAMPS, MOST_SHADES = 16, 4
"""Of a scene's lights, and of those that throw shadows."""

LAMP_SIZE, SUN_SIZE = 0.14, 0.03
"""Radius of a lamp in table units, and of the sun at distance 1, as of the ray caster."""

_NEAR, _FAR = 0.05, 200.0
_WIDEST = math.radians(75)
"""Half the angle of view of a lamp that stands among the objects."""


def seen_from(camera: Camera, aspect: float, widen: float = 1.0) -> Floats:
    """What a camera makes of places: in its picture if all are in -1 to 1.

    Args:
        camera: whose.
        aspect: the picture's width through its height.
        widen: how many times larger the picture is, in both directions.
    """
    angle = math.radians(camera.elevation)
    cos, sin = math.cos(angle), math.sin(angle)
    turned = np.array([[1, 0, 0], [0, sin, cos], [0, -cos, sin]])
    scale = 1 / math.tan(math.radians(camera.fov) / 2) / widen
    return _lens(scale / aspect, scale, _NEAR, _FAR) @ _looking(turned, np.array(camera.position))


class Shade(NamedTuple):
    """How a lamp that throws shadows sees the objects.

    Attributes:
        view: matrix, as of `seen_from`.
        lens: (4,) nearest and farthest depth; the lamp's radius in shares of the view's width (at
            depth 1 for a lamp); 1 for a lamp, 0 for the sun.
    """

    view: Floats
    lens: Floats


class Lamps(NamedTuple):
    """A scene's lights as shaders want them; those that throw shadows come first.

    Attributes:
        place, beam, power: (n, 4), see the shader.
        shades: of those that throw shadows.
    """

    place: NDArray[np.float32]
    beam: NDArray[np.float32]
    power: NDArray[np.float32]
    shades: Sequence[Shade]


def lamps_of(scene: Drawable, shadows: bool) -> Lamps:
    """The scene's lights.

    Args:
        scene: whose.
        shadows: whether any throws shadows.

    Raises:
        MediaError: a light has no direction, or there are too many.
    """
    around = _around(scene)
    casting = [n for n, light in enumerate(scene.lights) if light.shadows and shadows and around]
    if len(scene.lights) > MOST_LAMPS or len(casting) > MOST_SHADES:
        raise MediaError(
            f"the scene has {len(scene.lights)} lights, {len(casting)} of them with shadows; "
            f"at most {MOST_LAMPS} and {MOST_SHADES} can be drawn",
            hint="--renderer raycast draws more",
        )
    order = [*casting, *(n for n in range(len(scene.lights)) if n not in casting)]
    rows = [_lamp(scene.lights[n]) for n in order]
    table = np.array(rows, np.float32).reshape(-1, 3, 4)
    shades = [_shade(scene.lights[n], *around) for n in casting] if around else []
    return Lamps(table[:, 0], table[:, 1], table[:, 2], shades)


def linear(color: Sequence[float]) -> Floats:
    """An sRGB colour of values from 0 to 1 as linear light (IEC 61966-2-1)."""
    value = np.asarray(color, np.float64)
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _lamp(light: Light) -> list[Floats]:
    position, beam, reach = _aim(light)
    power = linear([c / 255 for c in light.color]) * light.intensity
    inner = outer = -2.0  # further than any angle
    if light.kind == "spot":
        inner, outer = (math.cos(math.radians(a)) for a in (SPOT_INNER, SPOT_OUTER))
    steep = 1 / (inner - outer) if inner > outer else 1e6
    if light.kind == "sun":
        return [np.array([*-beam, 0]), np.array([*beam, outer]), np.array([*power, steep])]
    return [
        np.array([*position, 1]),
        np.array([*beam, outer]),
        np.array([*power * reach * reach, steep]),
    ]


def _aim(light: Light) -> tuple[Floats, Floats, float]:
    """Where a light is, the direction in which it shines, and how far away its target is."""
    position = np.array(light.position)
    ray = np.array(light.target) - position
    reach = float(np.linalg.norm(ray))
    if reach == 0:
        raise MediaError("a light stands at the place that it points at")
    return position, ray / reach, reach


def _around(scene: Drawable) -> tuple[Floats, float] | None:
    """A ball around all that ever throws shadows, the same for all frames; None if nothing does."""
    if isinstance(scene, Bodies | BodiesVideo):
        low, high = (np.array(corner) for corner in scene.bounds)
        return ((low + high) / 2, float(np.linalg.norm(high - low) / 2)) if scene.bodies else None
    return _around_standing(scene.objects) if scene.objects else None


def _around_standing(objects: Sequence[Standing]) -> tuple[Floats, float]:
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for standing in objects:
        for progress in (0.0, 1.0):
            pose = standing.pose(progress)
            half = standing.size / 2
            low = np.minimum(low, [pose.x - half, pose.y - half, 0])
            high = np.maximum(high, [pose.x + half, pose.y + half, standing.size])
    return (low + high) / 2, float(np.linalg.norm(high - low) / 2)


def _shade(light: Light, middle: Floats, radius: float) -> Shade:
    position, beam, _ = _aim(light)
    if light.kind == "sun":
        eye, size = middle - beam * (radius + 1), SUN_SIZE / (2 * radius)
        near, far = 1.0, 1 + 2 * radius
        lens = _box(1 / radius, near, far)
        return Shade(lens @ _looking(_turned(beam), eye), np.array([near, far, size, 0]))
    away = float(np.linalg.norm(middle - position))
    if away > radius * 1.05:
        sight, half = (middle - position) / away, math.asin(radius / away)
    else:
        sight, half = beam, _WIDEST
    half = min(half, _WIDEST)
    near, far = max(0.05, away - radius), away + radius
    tangent = math.tan(half)
    lens = _lens(1 / tangent, 1 / tangent, near, far)
    size = LAMP_SIZE / (2 * tangent)
    return Shade(lens @ _looking(_turned(sight), position), np.array([near, far, size, 1]))


def _turned(sight: Floats) -> Floats:
    """Axes (right, up, back) of somebody who looks in a direction."""
    side = np.cross(sight, (0, 0, 1) if abs(sight[2]) < 0.95 else (0, 1, 0))
    side /= np.linalg.norm(side)
    return np.array([side, np.cross(side, sight), -sight])


def _looking(turned: Floats, eye: Floats) -> Floats:
    matrix = np.eye(4)
    matrix[:3, :3] = turned
    matrix[:3, 3] = -turned @ eye
    return matrix


def _lens(across: float, up: float, near: float, far: float) -> Floats:
    matrix = np.diag([across, up, (near + far) / (near - far), 0.0])
    matrix[2, 3] = 2 * near * far / (near - far)
    matrix[3, 2] = -1
    return matrix


def _box(scale: float, near: float, far: float) -> Floats:
    matrix = np.diag([scale, scale, 2 / (near - far), 1.0])
    matrix[2, 3] = (near + far) / (near - far)
    return matrix
