"""Rays from the eye through see-through things to solid ones, and pictures of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tma_plugins.raycast.shading import SETS, Lamp, lit, points
from tma_plugins.raycast.world import LAYERS, NOTHING, STEP, Array, Hits, Ints, World

_PART = 2**16
"""Rays followed at once."""
_SEEN = 0.02
"""Coverage from which on a surface counts as seen, and below which nothing behind it is."""
_RIM = 0.6
"""Coverage that a see-through surface gains where it is seen from the side."""
_CREASE = 0.85
"""Cosine of the angle between two neighbours' normals below which there is an edge."""
_SAMPLES = ((-0.125, -0.375), (0.375, -0.125), (0.125, 0.375), (-0.375, 0.125))
"""Offsets from a pixel's centre, in pixels, of the rays that smooth an edge."""


class Traced(NamedTuple):
    """What rays see.

    Attributes:
        color: (n, 3) linear RGB of all that they see, times its coverage.
        cover: (n,) how much of what lies behind everything is covered, 0 to 1.
        owner: (n,) number of the object seen first, `NOTHING` for others.
        mark: (n,) differs where the surface seen first or the shadows on it do.
        normal: (n, 3) of what is seen first, zeros where nothing is.
        half: (n,) bool, whether a lamp lights what is seen first in part.
    """

    color: Array
    cover: Array
    owner: Ints
    mark: Array
    normal: Array
    half: NDArray[np.bool_]


class Light(NamedTuple):
    """All light in a scene: lamps, and that from everywhere."""

    lamps: Sequence[Lamp]
    ambient: float


Sight = Callable[[Array, Array], Array]
"""From places in the picture, in pixels from its left and from its top, to ray directions."""
Beams = tuple[Sight, Array, Array]
"""A camera, and places in the picture that it is asked for."""


def trace(
    world: World, light: Light, eye: Array, directions: Array, pixel: float, choice: int = 0
) -> Traced:
    """Follow rays from the eye.

    Args:
        world: what there is.
        light: that it is in.
        eye: (3,) where all rays start.
        directions: (n, 3); distances are in their lengths.
        pixel: width of a pixel at distance 1.
        choice: of places on lamps, as of `lit`.
    """
    count = len(directions)
    color = np.zeros((count, 3), np.float32)
    through = np.ones(count, np.float32)
    owner = np.full(count, NOTHING, np.int32)
    mark = np.full(count, -1, np.float32)
    normal = np.zeros((count, 3), np.float32)
    fresh = np.ones(count, np.bool_)
    half = np.zeros(count, np.bool_)
    passed = np.zeros(count, np.float32)
    left = np.arange(count)
    for _ in range(LAYERS):
        beam = directions[left]
        hits = world.rays.cast(eye + beam * passed[left][:, None], beam)
        met = hits.face >= 0
        left, beam = left[met], beam[met]
        if not len(left):
            break
        hits = hits.of(met)
        passed[left] += hits.distance
        seen = points(world, hits._replace(distance=passed[left]), beam, pixel)
        cover = _coverage(world, hits, seen.color[:, 3], seen.normal, seen.view)
        shown = lit(world, light.lamps, light.ambient, seen, choice)
        color[left] += (through[left] * cover)[:, None] * shown.color
        through[left] *= 1 - cover
        first = fresh[left] & (cover > _SEEN)
        new, coat = left[first], world.coat[hits.face[first]]
        owner[new], normal[new] = world.coats.owner[coat], seen.normal[first]
        mark[new] = coat * np.float32(2 ** len(light.lamps)) + shown.dark[first]
        half[new] = shown.half[first]
        fresh[new] = False
        left = left[through[left] > _SEEN]
        passed[left] += np.float32(STEP)
        if not len(left):
            break
    return Traced(color, 1 - through, owner, mark, normal, half)


def _looked(
    world: World, light: Light, eye: Array, beams: Beams, pixel: float, choice: int = 0
) -> Traced:
    """`trace` of rays that are made in parts: little memory, and quicker for what fits a cache."""
    sight, xs, ys = beams
    parts = [
        trace(world, light, eye, sight(xs[at : at + _PART], ys[at : at + _PART]), pixel, choice)
        for at in range(0, len(xs), _PART)
    ]
    if not parts:
        return trace(world, light, eye, sight(xs, ys), pixel)
    return Traced(*(np.concatenate(values) for values in zip(*parts, strict=True)))


def owners(world: World, eye: Array, beams: Beams) -> Ints:
    """Numbers of the objects that rays from the eye see first, (n,), as `trace` has them."""
    coats = world.coats
    if (coats.blends | coats.masks).any():
        return _looked(world, Light((), 0.0), eye, beams, 0.0).owner
    sight, xs, ys = beams
    found = [np.zeros(0, np.int32)]
    for at in range(0, len(xs), _PART):
        directions = sight(xs[at : at + _PART], ys[at : at + _PART])
        face = world.rays.cast(np.broadcast_to(eye, directions.shape), directions).face
        found.append(np.where(face < 0, np.int32(NOTHING), coats.owner[world.coat[face]]))
    return np.concatenate(found)


def _coverage(world: World, hits: Hits, alpha: Array, normal: Array, view: Array) -> Array:
    blends = world.coats.blends[world.coat[hits.face]]
    if not blends.any():
        return alpha
    side = (1 - np.clip(np.einsum("ij,ij->i", normal, view), 0, 1)) ** 3
    return np.where(blends & (alpha > 0), alpha + (1 - alpha) * np.float32(_RIM) * side, alpha)


class Picture(NamedTuple):
    """A rendered picture.

    Attributes:
        color: (h, w, 3) float32, sRGB from 0 to 1, times `cover` if there is no backdrop.
        cover: (h, w) float32.
        owner: (h, w) int32, the object at each pixel's centre.
    """

    color: Array
    cover: Array
    owner: NDArray[np.int32]


def picture(
    world: World,
    light: Light,
    eye: Array,
    sight: Sight,
    size: tuple[int, int],
    *,
    pixel: float,
    backdrop: Array | None = None,
) -> Picture:
    """A picture, smooth at the edges of surfaces and shadows, where it takes four more rays each.

    Args:
        world: what there is.
        light: that it is in.
        eye: (3,) where all rays start.
        sight: the camera.
        size: (width, height) in pixels.
        pixel: width of a pixel at distance 1.
        backdrop: (h, 3) sRGB from 0 to 1, of each row, behind everything; None for nothing.
    """
    width, height = size
    xs = np.tile(np.arange(width, dtype=np.float32) + np.float32(0.5), height)
    ys = np.repeat(np.arange(height, dtype=np.float32) + np.float32(0.5), width)
    traced = _looked(world, light, eye, (sight, xs, ys), pixel)
    behind = None if backdrop is None else np.repeat(backdrop, width, axis=0)
    color = _shown(traced, behind)
    cover = traced.cover
    edges = np.flatnonzero(_edges(traced, width, height) | traced.half)
    if len(edges):
        around = None if behind is None else behind[edges]
        colors, covers = np.zeros((len(edges), 3), np.float32), np.zeros(len(edges), np.float32)
        for number, (dx, dy) in enumerate(_SAMPLES):
            beams = sight, xs[edges] + np.float32(dx), ys[edges] + np.float32(dy)
            more = _looked(world, light, eye, beams, pixel, number % SETS)
            colors += _shown(more, around)
            covers += more.cover
        color[edges], cover[edges] = colors / len(_SAMPLES), covers / len(_SAMPLES)
    return Picture(
        color.reshape(height, width, 3),
        cover.reshape(height, width),
        traced.owner.reshape(height, width),
    )


def _shown(traced: Traced, behind: Array | None) -> Array:
    """Colours as encoded for a screen, over what lies behind."""
    cover = traced.cover[:, None]
    own = traced.color / np.maximum(cover, np.float32(1e-6))
    shown = encoded(np.asarray(own)) * cover
    return shown if behind is None else shown + behind * (1 - cover)


def encoded(light: Array) -> Array:
    """Linear light as sRGB values, both 0 to 1; what is brighter than white is white."""
    value = np.clip(light, 0, 1).astype(np.float32)
    high = np.float32(1.055) * value ** np.float32(1 / 2.4) - np.float32(0.055)
    return np.asarray(np.where(value <= 0.0031308, value * np.float32(12.92), high))


def _edges(traced: Traced, width: int, height: int) -> NDArray[np.bool_]:
    mark = traced.mark.reshape(height, width)
    normal = traced.normal.reshape(height, width, 3)
    edge = np.zeros((height, width), np.bool_)
    for one, other in (
        ((slice(None), slice(1, None)), (slice(None), slice(None, -1))),
        ((slice(1, None), slice(None)), (slice(None, -1), slice(None))),
    ):
        bent = np.einsum("ijk,ijk->ij", normal[one], normal[other]) < _CREASE
        differs = (mark[one] != mark[other]) | (bent & (mark[one] >= 0))
        edge[one] |= differs
        edge[other] |= differs
    return edge.reshape(-1)
