"""Scenes of solid bodies placed freely in space, as pictures and as videos.

Coordinates are those of tabletop scenes: x to the viewer's right, y away, z up; units are metres. A
renderer reports a `tma.View` of the scene's things, as of tabletop scenes.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field

from tma.contract.records import Record
from tma.contract.scene import AssetUse, Scene
from tma.contract.tabletop import Backdrop, Camera, Light, Point


class Placing(NamedTuple):
    """Where a body's own origin is, and how the body is turned: a unit quaternion w + xi + yj + zk.

    Unturned, a body's front, which is +Z in its glTF file, looks along -y: at the viewer.
    """

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    qw: float = 1.0
    qx: float = 0.0
    qy: float = 0.0
    qz: float = 0.0


class Body(Record):
    """One rigid mesh, in its file's own frame and units, scaled, turned and moved.

    Attributes:
        asset: asset id.
        mesh: the variant of its `mesh` form.
        thing: number of the thing that it is a part of, from 0; None for what a report leaves out:
            floors, walls.
        scale: a factor.
        placings: one for each frame, or one for all.
        shadow: whether it throws shadows.
    """

    asset: str
    mesh: str = "mesh"
    thing: int | None = Field(default=None, ge=0)
    scale: float = Field(default=1.0, gt=0)
    placings: tuple[Placing, ...] = Field(default=(Placing(),), min_length=1)
    shadow: bool = True

    def placing(self, frame: int) -> Placing:
        """Where it is in a frame."""
        return self.placings[min(frame, len(self.placings) - 1)]


class _Bodies(Scene):
    bodies: tuple[Body, ...]
    things: int = Field(ge=0)
    bounds: tuple[Point, Point]
    camera: Camera
    lights: tuple[Light, ...] = ()
    ambient: float = Field(default=0.35, ge=0)
    backdrop: Backdrop = Backdrop()

    def uses(self) -> tuple[AssetUse, ...]:
        """Each mesh once, in the order of the bodies."""
        return tuple(dict.fromkeys(AssetUse(b.asset, "mesh", b.mesh) for b in self.bodies))


class Bodies(_Bodies):
    """A picture of bodies in space.

    Attributes:
        bodies: all that is to be seen.
        things: how many things they belong to, which is how many a report tells of.
        bounds: least and greatest (x, y, z) of what throws shadows.
        camera, lights, ambient, backdrop: as of `tma.Tabletop`.
    """

    kind: Literal["bodies"] = "bodies"


class BodiesVideo(_Bodies):
    """A video of bodies in space, each with a placing a frame.

    Attributes:
        frames: how many pictures.
        fps: pictures a second.
    """

    kind: Literal["bodies-video"] = "bodies-video"
    frames: int = Field(default=16, ge=2, le=4096)
    fps: float = Field(default=8.0, gt=0, le=240)
