"""How points of surfaces look: lamps, shadows, and what a material makes of their light.

The reflectance is that of glTF 2.0's appendix B (Lambert under a GGX highlight, with Smith's
masking in Schlick's form); the amounts of light are those that `tma.Light` describes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tma_plugins.raycast.mipmap import LINEAR
from tma_plugins.raycast.world import Array, Hits, World, mix

_LIFT = 2e-3
"""How far above a surface, in table units, rays to the lamps start: facets throw no shadow on
their own smooth shading."""
_THROUGH = 0.65
"""Share of light that a see-through surface lets pass."""
_SPOTS = 4
"""Places on a lamp of some size from which its light is taken."""
SETS = 4
"""Ways to choose those."""
_SHEEN = 0.04
"""Reflectance of what isn't metal, seen straight on."""


class Lamp(NamedTuple):
    """A light as the shading needs it.

    Attributes:
        position: (3,) of the lamp; for the sun a place far away.
        direction: (3,) unit vector in which it shines; its cone's axis.
        power: (3,) linear RGB on a white surface that faces it at `reach`.
        reach: distance at which that holds; None for the sun, whose light does not fall off.
        cone: cosines of the angles from the axis where a spot starts to fade and where it ends.
        shadows: whether things throw shadows in it.
        size: its radius in table units (the sun's at distance 1), which softens shadows;
            at 0 they are sharp.
    """

    position: Array
    direction: Array
    power: Array
    reach: float | None
    cone: tuple[float, float] | None
    shadows: bool
    size: float = 0.0


class Points(NamedTuple):
    """Points of surfaces, seen from somewhere.

    Attributes:
        at, normal, facing: (n, 3) place, shading normal and true normal, both towards the viewer.
        view: (n, 3) unit vectors to the viewer.
        color: (n, 4) linear RGBA.
        metallic, roughness: (n,).
    """

    at: Array
    normal: Array
    facing: Array
    view: Array
    color: Array
    metallic: Array
    roughness: Array


def points(world: World, hits: Hits, directions: Array, pixel: float) -> Points:
    """What is to be shaded where rays hit; all of them must have hit something.

    Args:
        world: what they hit.
        hits: (n,) of them.
        directions: (n, 3) of the rays.
        pixel: width of a pixel at distance 1 of the rays, in table units; it chooses how coarsely
            textures are looked up.
    """
    corners, weights = world.corners(hits)
    a, b, c = (world.vertices[corners[:, i]] for i in range(3))
    at = np.asarray(a * weights[:, 0] + b * weights[:, 1] + c * weights[:, 2], np.float32)
    view = -unit(directions)
    facing = _towards(unit(np.cross(b - a, c - a)), view)
    normal = mix(world.normals, corners, weights)
    normal = unit(np.where((_dot(normal, facing) < 0)[:, None], -normal, normal))
    coat = world.coat[hits.face]
    coats = world.coats
    slant = np.maximum(_dot(facing, view), 0.05)
    coarse = world.texels[hits.face] * hits.distance * np.float32(pixel) / np.sqrt(slant)
    color = world.color(hits, np.asarray(coarse, np.float32))
    return Points(at, normal, facing, view, color, coats.metallic[coat], coats.roughness[coat])


class Lit(NamedTuple):
    """The light that points send to the viewer.

    Attributes:
        color: (n, 3) linear RGB.
        dark: (n,) a number in which two points differ if a lamp lights one more than the other.
        half: (n,) bool, whether some lamp lights it in part.
    """

    color: Array
    dark: Array
    half: NDArray[np.bool_]


def lit(world: World, lamps: Sequence[Lamp], ambient: float, seen: Points, choice: int) -> Lit:
    """What lamps and the light from everywhere make of points.

    Args:
        world: what throws shadows.
        lamps: at most 20.
        ambient: light from everywhere.
        seen: the points.
        choice: from which places on lamps their light is taken, 0 to `SETS` - 1.
    """
    base = seen.color[:, :3]
    metallic = seen.metallic[:, None]
    diffuse = base * ((1 - _SHEEN) * (1 - metallic))
    shine = _SHEEN + (base - _SHEEN) * metallic
    result = _surroundings(seen, base, shine, ambient)
    dark = np.zeros(len(base), np.float32)
    half = np.zeros(len(base), np.bool_)
    for number, lamp in enumerate(lamps):
        towards, strength = _arriving(lamp, seen.at)
        facing = _dot(seen.normal, towards)
        strength = np.asarray(np.where(facing > 0, strength, np.float32(0)), np.float32)
        if lamp.shadows:
            light = _unshadowed(world, lamp, seen, strength > 0, choice)
            dark += (1 - light) * np.float32(2**number)
            half |= (light > 0) & (light < 1)
            strength = np.asarray(strength * light)
        here = np.flatnonzero(strength > 0)
        gain = strength[here] * facing[here]
        shown = _reflected(seen, here, towards[here], facing[here], diffuse, shine)
        result[here] += gain[:, None] * lamp.power * shown
    return Lit(result, dark, half)


def _surroundings(seen: Points, base: Array, shine: Array, ambient: float) -> Array:
    """Light from everywhere: a little more from above, and mirrored by what is smooth."""
    up = seen.normal[:, 2:]
    result = base * (np.float32(ambient) * (np.float32(0.9) + np.float32(0.2) * up))
    mirrored = 2 * _dot(seen.normal, seen.view)[:, None] * seen.normal - seen.view
    bright = np.clip(mirrored[:, 2:] * 1.5 + 0.25, 0, 1)
    smooth = (1 - seen.roughness[:, None]) ** 2
    grazing = shine + (1 - shine) * (1 - np.clip(_dot(seen.normal, seen.view), 0, 1))[:, None] ** 5
    return np.asarray(result + grazing * smooth * bright * np.float32(ambient), np.float32)


def _arriving(lamp: Lamp, at: Array) -> tuple[Array, Array]:
    """For points, unit vectors to a lamp and the share of its power that gets there."""
    if lamp.reach is None:
        towards = np.broadcast_to(-lamp.direction, at.shape)
        return towards, np.ones(len(at), np.float32)
    away = lamp.position - at
    square = _dot(away, away)
    towards = np.asarray(away / np.sqrt(square)[:, None], np.float32)
    strength = np.asarray(np.float32(lamp.reach**2) / square, np.float32)
    if lamp.cone is not None:
        inner, outer = lamp.cone
        inside = np.clip((towards @ -lamp.direction - outer) / (inner - outer), 0, 1)
        strength = np.asarray(strength * inside * inside, np.float32)
    return towards, np.asarray(strength, np.float32)


def _unshadowed(
    world: World, lamp: Lamp, seen: Points, asked: NDArray[np.bool_], choice: int
) -> Array:
    """Share of a lamp's light that nothing keeps from points; 0 where nobody asked."""
    here = np.flatnonzero(asked)
    start = seen.at[here] + seen.facing[here] * np.float32(_LIFT)
    far = lamp.reach is None
    reach = np.full(len(here), 1e6 if far else 1.0, np.float32)
    towards = np.broadcast_to(-lamp.direction, start.shape) if far else lamp.position - start
    places = _places(lamp, choice)
    light = np.zeros(len(here), np.float32)
    for place in places:
        light += world.passing(start, np.asarray(towards + place, np.float32), reach, _THROUGH)
    result = np.zeros(len(asked), np.float32)
    result[here] = light / np.float32(len(places))
    return result


def _places(lamp: Lamp, choice: int) -> Array:
    """Places on a lamp as offsets from its middle, (k, 3)."""
    if lamp.size == 0:
        return np.zeros((1, 3), np.float32)
    # A spiral as of a sunflower's seeds, every `SETS`-th of them, is even for each choice.
    seeds = np.arange(_SPOTS) * SETS + choice
    away = lamp.size * np.sqrt((seeds + 0.5) / (_SPOTS * SETS))
    angle = seeds * np.pi * (3 - np.sqrt(5))
    beam = lamp.direction.astype(np.float64)
    side = np.cross(beam, (0, 0, 1) if abs(beam[2]) < 0.9 else (1, 0, 0))
    side /= np.linalg.norm(side)
    up = np.cross(side, beam)
    spread = (away * np.cos(angle))[:, None] * side + (away * np.sin(angle))[:, None] * up
    return np.asarray(spread, np.float32)


def _reflected(
    seen: Points,
    here: NDArray[np.intp],
    towards: Array,
    facing: Array,
    diffuse: Array,
    shine: Array,
) -> Array:
    """Reflectance times pi for light from `towards`, (k, 3), at the points `here`."""
    normal, view = seen.normal[here], seen.view[here]
    half = unit(towards + view)
    nl, nv = np.maximum(facing, 1e-3), np.clip(_dot(normal, view), 1e-3, 1)
    nh, vh = np.clip(_dot(normal, half), 0, 1), np.clip(_dot(view, half), 0, 1)
    rough = np.clip(seen.roughness[here], 0.04, 1)
    fresnel = shine[here] + (1 - shine[here]) * ((1 - vh) ** 5)[:, None]
    square = rough**4
    spread = square / np.maximum((nh * nh * (square - 1) + 1) ** 2, 1e-9)
    k = (rough + 1) ** 2 / 8
    masking = 1 / ((nl * (1 - k) + k) * (nv * (1 - k) + k))
    # The highlight's 1/pi and the power's pi cancel; a lamp has no size, so it is kept in bounds.
    glint = np.minimum(spread * masking / 4, 60.0)[:, None]
    return np.asarray((1 - fresnel) * diffuse[here] + fresnel * glint, np.float32)


def unit(vectors: Array) -> Array:
    """Vectors at length 1; zero stays zero."""
    lengths = np.sqrt(_dot(vectors, vectors))[:, None]
    return np.asarray(vectors / np.maximum(lengths, 1e-20), np.float32)


def linear(color: Sequence[float]) -> Array:
    """An 8-bit sRGB colour as linear light."""
    return np.asarray(LINEAR[np.asarray(color, np.uint8)])


def _dot(a: Array, b: Array) -> Array:
    return np.asarray(np.einsum("ij,ij->i", a, b))


def _towards(vectors: Array, view: Array) -> Array:
    return np.where((_dot(vectors, view) < 0)[:, None], -vectors, vectors)
