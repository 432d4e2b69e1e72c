"""Scenes of solid objects on a table, as pictures and as videos, and what a renderer saw of them.

Coordinates are the viewer's: x to the right, y away, z up, in table units; the table's top is
z = 0, the middle of the grid the origin, and the cells of a grid are 1 unit apart. Angles are in
degrees, turns counterclockwise as seen from above.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import Field

from tma.contract.records import Record
from tma.contract.scene import AssetUse, Scene

Point = tuple[float, float, float]
Color = tuple[int, int, int]


class Pose(NamedTuple):
    """Where the middle of an object's foot is, and how far it is turned."""

    x: float
    y: float
    yaw: float


class Motion(Record):
    """What an object does in the course of a video: it starts and ends gently.

    Attributes:
        shift: (right, away) from its first place to its last.
        turn: degrees from its first yaw to its last; positive is counterclockwise from above.
    """

    shift: tuple[float, float] = (0.0, 0.0)
    turn: float = 0.0


class Standing(Record):
    """An object on the table.

    Its mesh is scaled so that the upright cylinder around it has `size` as the greater of its
    height and its diameter, and stands with the cylinder's axis at `position`.

    Attributes:
        row, column: the cell where it starts, counted from the far left, from 0.
        asset: asset id.
        mesh: the variant of its `mesh` form.
        categories: ids of the asset's own (most special) categories.
        attributes: its known attributes; a type left out is unknown.
        position: (x, y) at the start.
        size: in table units.
        yaw: turn of the mesh at the start; at 0 its front faces the viewer.
        motion: what it does in a video, None if it stands still.
    """

    row: int = Field(ge=0)
    column: int = Field(ge=0)
    asset: str
    mesh: str
    categories: tuple[str, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    position: tuple[float, float]
    size: float = Field(gt=0, le=10)
    yaw: float = 0.0
    motion: Motion | None = None

    def pose(self, progress: float = 0.0) -> Pose:
        """Its pose when a share of the video, 0 to 1, has passed."""
        x, y = self.position
        if self.motion is None:
            return Pose(x, y, self.yaw)
        done = progress * progress * (3 - 2 * progress)  # smoothstep
        right, away = self.motion.shift
        return Pose(x + done * right, y + done * away, self.yaw + done * self.motion.turn)


class Camera(Record):
    """A pinhole camera before the table, level, that looks at a point on the y axis.

    Attributes:
        elevation: degrees between its line of sight and the table.
        distance: from the camera to `target`.
        target: (y, z) of the point in the middle of the picture.
        fov: vertical angle of view in degrees.
    """

    elevation: float = Field(default=33.0, gt=0, lt=90)
    distance: float = Field(default=6.0, gt=0)
    target: tuple[float, float] = (0.0, 0.0)
    fov: float = Field(default=35.0, gt=1, lt=120)

    @property
    def position(self) -> Point:
        """Where the camera is."""
        angle = math.radians(self.elevation)
        y, z = self.target
        return 0.0, y - self.distance * math.cos(angle), z + self.distance * math.sin(angle)

    def project(self, point: Point) -> Point:
        """Where a point is seen: (right, down, depth).

        Right and down are shares of the picture's *height* from its middle (0.5 down is the lower
        edge; right is the same scale whatever the width); depth is the distance along the line of
        sight in table units.
        """
        angle = math.radians(self.elevation)
        _, camera_y, camera_z = self.position
        y, z = point[1] - camera_y, point[2] - camera_z
        depth = y * math.cos(angle) - z * math.sin(angle)
        up = y * math.sin(angle) + z * math.cos(angle)
        scale = 0.5 / math.tan(math.radians(self.fov) / 2) / depth
        return point[0] * scale, -up * scale, depth


class Light(Record):
    """A lamp or the sun.

    Attributes:
        kind: `spot` (a cone of light towards the target, with shadows), `point`, or `sun`
            (parallel light).
        position: of the lamp; the sun shines from there towards `target`.
        target: what it points at.
        intensity: how brightly it alone lights a white surface at `target` that faces it:
            1 is white. A lamp's light falls off with the squared distance, the sun's does not.
        color: RGB, 0 to 255.
        shadows: whether objects throw shadows in its light.
    """

    kind: Literal["spot", "point", "sun"] = "spot"
    position: Point
    target: Point = (0.0, 0.0, 0.0)
    intensity: float = Field(default=1.0, ge=0)
    color: Color = (255, 255, 255)
    shadows: bool = False


class Table(Record):
    """The table's top, a rectangle around the origin.

    Attributes:
        surface: name of a surface that the renderer knows (`oak`, `marble`, ...).
        seed: of the surface's pattern.
        width, depth: along x and y.
    """

    surface: str = "oak"
    seed: int = 0
    width: float = Field(default=6.0, gt=0)
    depth: float = Field(default=6.0, gt=0)


class Backdrop(Record):
    """What is seen past the table: a gradient from colors[0] at the top to colors[-1] below."""

    colors: tuple[Color, ...] = Field(default=((214, 226, 240), (245, 245, 245)), min_length=1)


class _Tabletop(Scene):
    grid: int = Field(ge=1, le=16)
    objects: tuple[Standing, ...]
    camera: Camera = Camera()
    lights: tuple[Light, ...] = ()
    ambient: float = Field(default=0.35, ge=0)
    table: Table = Table()
    backdrop: Backdrop = Backdrop()

    def uses(self) -> tuple[AssetUse, ...]:
        """One `mesh` variant an object."""
        return tuple(AssetUse(o.asset, "mesh", o.mesh) for o in self.objects)


class Tabletop(_Tabletop):
    """A picture of objects on a table.

    Attributes:
        grid: cells on a side.
        objects: in the order in which reports list them.
        camera, lights, table, backdrop: the records of these names.
        ambient: light from everywhere, in the unit of `Light.intensity`.
    """

    kind: Literal["tabletop"] = "tabletop"


class TabletopVideo(_Tabletop):
    """A video of objects on a table; of the objects some may move or turn.

    Attributes:
        grid, objects, camera, lights, ambient, table, backdrop: as of `Tabletop`.
        frames: how many pictures; the first shows the start, the last the end.
        fps: pictures a second.
    """

    kind: Literal["tabletop-video"] = "tabletop-video"
    width: int = Field(default=224, ge=16, le=8192)
    height: int = Field(default=224, ge=16, le=8192)
    frames: int = Field(default=16, ge=2, le=1024)
    fps: float = Field(default=4.0, gt=0, le=240)

    def progress(self) -> list[float]:
        """For each frame, the share of the video that has passed: 0 to 1."""
        return [i / (self.frames - 1) for i in range(self.frames)]


class Seen(Record):
    """What a renderer saw of one object: in each list a value a frame, one for a picture.

    Attributes:
        pixels: how many of the frame's pixels show it.
        hidden: share of its view that other objects cover, 0 to 1.
        cut: share of its view that lies outside the frame, 0 to 1.
        box: (left, top, right, bottom) of its pixels, in pixels, the last two exclusive; zeros if
            it is not seen.
        change: mean absolute change of the grey level (0 to 255) from the frame before, over the
            pixels that show it in either; 0 for the first frame.
    """

    pixels: tuple[int, ...]
    hidden: tuple[float, ...]
    cut: tuple[float, ...]
    box: tuple[tuple[int, int, int, int], ...]
    change: tuple[float, ...] = (0.0,)


class View(Record):
    """What a renderer of tabletop scenes gives as `Media.report`: `view.model_dump(mode="json")`.

    Attributes:
        objects: in the order of the scene's.
    """

    objects: tuple[Seen, ...]
