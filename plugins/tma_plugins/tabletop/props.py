"""What there is to draw in a scene, whatever its kind: meshes, and their place in each frame."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tma import Bodies, BodiesVideo, Body, Placing, Standing, Tabletop, TabletopVideo

Drawable = Tabletop | TabletopVideo | Bodies | BodiesVideo
"""The scenes that renderers of solid objects draw."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prop:
    """A mesh in a scene.

    Attributes:
        asset, mesh: which.
        thing: number of the thing that it belongs to; None if no report tells of it.
        own: whether places are of the file's own frame and units, not of the mesh at unit size.
        places: (4, 4) matrices from there to the scene, one a frame or one for all.
        shadow: whether it throws shadows.
    """

    asset: str
    mesh: str
    thing: int | None
    own: bool
    places: tuple[Floats, ...]
    shadow: bool = True

    @property
    def name(self) -> str:
        """What an error calls it."""
        return f"asset {self.asset}: mesh {self.mesh!r}"

    def place(self, frame: int) -> Floats:
        """Its matrix in a frame."""
        return self.places[min(frame, len(self.places) - 1)]


def frames_of(scene: Drawable) -> int:
    """How many frames the scene has; 1 for a picture."""
    return scene.frames if isinstance(scene, TabletopVideo | BodiesVideo) else 1


def things_in(scene: Drawable) -> int:
    """How many things a report tells of."""
    return scene.things if isinstance(scene, Bodies | BodiesVideo) else len(scene.objects)


def props_of(scene: Drawable) -> list[Prop]:
    """All meshes but for the table, things in their order."""
    if isinstance(scene, Bodies | BodiesVideo):
        return [_body(body) for body in scene.bodies]
    progress = scene.progress() if isinstance(scene, TabletopVideo) else [0.0]
    return [
        Prop(o.asset, o.mesh, n, False, tuple(standing_place(o, p) for p in progress))
        for n, o in enumerate(scene.objects)
    ]


def standing_place(standing: Standing, progress: float) -> Floats:
    """From a mesh of unit size to the table, when a share of the video has passed."""
    pose = standing.pose(progress)
    cos, sin = math.cos(math.radians(pose.yaw)), math.sin(math.radians(pose.yaw))
    size = standing.size
    return np.array(
        [
            [size * cos, -size * sin, 0, pose.x],
            [size * sin, size * cos, 0, pose.y],
            [0, 0, size, 0],
            [0, 0, 0, 1],
        ]
    )


def turned(placing: Placing) -> Floats:
    """The (3, 3) rotation of a placing's quaternion."""
    w, x, y, z = placing.qw, placing.qx, placing.qy, placing.qz
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def _body(body: Body) -> Prop:
    places = []
    for placing in body.placings:
        matrix = np.eye(4)
        matrix[:3, :3] = turned(placing) * body.scale
        matrix[:3, 3] = placing[:3]
        places.append(matrix)
    return Prop(body.asset, body.mesh, body.thing, True, tuple(places), body.shadow)
