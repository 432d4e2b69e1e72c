"""Things in a room: where they are, and what their geometry is there. Lengths are metres."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tma import Body, Placing
from tma_plugins.rendered.stock import Floats, Shape, furniture, parsed, shape


@dataclass(frozen=True)
class Thing:
    """An object that stands upright.

    Attributes:
        asset: its id in the stock.
        x, y, z: where the middle of its foot is.
        yaw: degrees, counterclockwise from above; at 0 its front faces the viewer.
        size: metres that its mesh's unit is.
        base: number of the thing that it is on or in; None for the floor and the walls.
        how: `on` or `inside`, as it is to its base; `under` if its base stands over it.
    """

    asset: str
    x: float
    y: float
    z: float
    yaw: float
    size: float
    base: int | None = None
    how: str = ""

    @property
    def category(self) -> str:
        """Id of its category."""
        return parsed(self.asset)[0].id

    @cached_property
    def _shape(self) -> Shape:
        return shape(self.asset)

    @cached_property
    def matrix(self) -> Floats:
        """(4, 4) from its mesh to the room."""
        return upright(self.x, self.y, self.z, self.yaw, self.size)

    @cached_property
    def outline(self) -> Floats:
        """(k, 2) its convex outline on the floor, counterclockwise."""
        return self._shape.outline @ self.matrix[:2, :2].T + self.matrix[:2, 3]

    @property
    def top(self) -> float:
        """Height of its highest point."""
        return self.z + self.height

    @property
    def height(self) -> float:
        """From its lowest to its highest point."""
        return float(self._shape.high[2] - self._shape.low[2]) * self.size

    @cached_property
    def extent(self) -> tuple[float, float, float]:
        """Its width, depth and height, unturned."""
        w, d, h = (self._shape.high - self._shape.low) * self.size
        return float(w), float(d), float(h)

    @property
    def placing(self) -> Placing:
        """As a body's."""
        return standing(self.x, self.y, self.z, self.yaw)

    def bodies(self, number: int | None) -> list[Body]:
        """What draws it, as the thing of that number."""
        found = [Body(asset=self.asset, thing=number, scale=self.size, placings=(self.placing,))]
        if self.door:
            x, y, z = self.hinge
            placing = standing(x, y, z, self.yaw)
            door = Body(asset=self.door, thing=number, scale=self.size, placings=(placing,))
            found.append(door)
        return found

    @property
    def door(self) -> str:
        """Id of its door's mesh; empty without one."""
        slug = parsed(self.asset)[0].id
        return f"{self.asset}/door" if slug == "cabinet" else ""

    @property
    def hinge(self) -> tuple[float, float, float]:
        """Where its door's hinge is."""
        made, _, middle = furniture(self.asset)
        assert made.door is not None
        x, z = made.door[1]
        return self.at(x - middle[0], -(z - middle[2]), 0.0)

    def at(self, right: float, back: float, up: float) -> tuple[float, float, float]:
        """A place given in its own frame, in metres: to its right, its back, and up."""
        c, s = math.cos(math.radians(self.yaw)), math.sin(math.radians(self.yaw))
        return self.x + c * right - s * back, self.y + s * right + c * back, self.z + up


def upright(x: float, y: float, z: float, yaw: float, size: float) -> Floats:
    """(4, 4) of something that stands upright."""
    c, s = math.cos(math.radians(yaw)) * size, math.sin(math.radians(yaw)) * size
    return np.array([[c, -s, 0, x], [s, c, 0, y], [0, 0, size, z], [0, 0, 0, 1.0]])


def standing(x: float, y: float, z: float, yaw: float) -> Placing:
    """The placing of something upright, rounded so that records are short."""
    half = math.radians(yaw) / 2
    return Placing(
        round(x, 4), round(y, 4), round(z, 4),
        round(math.cos(half), 6), 0.0, 0.0, round(math.sin(half), 6),
    )  # fmt: skip


def gap(a: Floats, b: Floats) -> float:
    """Distance of two convex outlines, (n, 2) each, counterclockwise; negative if they overlap.

    If they overlap it is minus the least way by which one must be moved to free the other.
    """
    apart = max(_separation(a, b), _separation(b, a))
    if apart <= 0:
        return apart
    return min(_nearest(a, b), _nearest(b, a))


def _separation(a: Floats, b: Floats) -> float:
    """The widest free strip along an edge of a."""
    edges = np.roll(a, -1, axis=0) - a
    normals = np.stack([edges[:, 1], -edges[:, 0]], axis=1)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    beyond = (b @ normals.T).min(axis=0) - (a * normals).sum(axis=1)
    return float(beyond.max())


def _nearest(a: Floats, b: Floats) -> float:
    """The least distance of a corner of a from an edge of b."""
    start, way = b, np.roll(b, -1, axis=0) - b
    square = np.maximum((way * way).sum(axis=1), 1e-18)
    along = (((a[:, None] - start) * way).sum(axis=2) / square).clip(0, 1)
    feet = start + along[..., None] * way
    return float(np.linalg.norm(a[:, None] - feet, axis=2).min())


def covered(a: Floats, b: Floats) -> float:
    """Share of the convex outline a that lies in the convex outline b."""
    inside = _clipped(a, b)
    whole = area(a)
    return area(inside) / whole if whole > 0 and len(inside) > 2 else 0.0


def area(outline: Floats) -> float:
    """Of an outline (n, 2) that runs counterclockwise."""
    x, y = outline.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def _clipped(a: Floats, b: Floats) -> Floats:
    """The part of a inside b (Sutherland and Hodgman)."""
    points = [(float(x), float(y)) for x, y in a]
    for (sx, sy), (ex, ey) in zip(b, np.roll(b, -1, axis=0), strict=True):
        wx, wy = ex - sx, ey - sy
        sides = [wx * (y - sy) - wy * (x - sx) for x, y in points]
        kept: list[tuple[float, float]] = []
        for i, (p, side) in enumerate(zip(points, sides, strict=True)):
            before, other = points[i - 1], sides[i - 1]
            if (side >= 0) != (other >= 0):
                t = other / (other - side)
                kept.append(
                    (before[0] + t * (p[0] - before[0]), before[1] + t * (p[1] - before[1]))
                )
            if side >= 0:
                kept.append(p)
        points = kept
        if not points:
            break
    return np.array(points).reshape(-1, 2)


def free(outline: Floats, others: Sequence[Floats], least: float) -> bool:
    """Whether an outline is at least so far from all others."""
    low, high = outline.min(axis=0) - least, outline.max(axis=0) + least
    for other in others:
        apart = (other.min(axis=0) > high).any() or (other.max(axis=0) < low).any()
        if not apart and gap(outline, other) < least:
            return False
    return True
