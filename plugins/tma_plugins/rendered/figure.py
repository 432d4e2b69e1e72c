"""A person's pose, and where it puts the parts of the body: two-bone inverse kinematics."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from tma import Body, Placing
from tma_plugins.rendered.anatomy import (
    ANKLE,
    ARM_THICK,
    FORE_THICK,
    FOREARM,
    HEAD,
    HIP,
    HIPS,
    NECK,
    SHIN,
    SHIN_THICK,
    SHOULDERS,
    THIGH,
    THIGH_THICK,
    TRUNK,
    UPPER_ARM,
)
from tma_plugins.rendered.stock import Floats

Triple = tuple[float, float, float]


class Clothes(NamedTuple):
    """What a person looks like: `#rrggbb` each."""

    skin: str
    hair: str
    shirt: str
    trousers: str
    shoes: str
    sleeves: bool


@dataclass(frozen=True)
class Pose:
    """How a person stands.

    Hands and feet are (to the right, forward, up) of the point on the floor below the hips, in
    metres, as the person faces.

    Attributes:
        x, y: that point.
        yaw: degrees; at 0 the person faces the viewer.
        hip: height of the hips.
        lean: degrees by which the trunk leans forward.
        left, right: hands; None hangs.
        feet: left and right ankle.
        look: place in the room that the face turns to; None is straight ahead.
    """

    x: float
    y: float
    yaw: float
    hip: float = HIP
    lean: float = 0.0
    left: Triple | None = None
    right: Triple | None = None
    feet: tuple[Triple, Triple] = ((-HIPS, 0.0, ANKLE), (HIPS, 0.0, ANKLE))
    look: Triple | None = None

    @property
    def ahead(self) -> Floats:
        """(3,) where the person faces."""
        angle = math.radians(self.yaw)
        return np.array([math.sin(angle), -math.cos(angle), 0.0])

    @property
    def aside(self) -> Floats:
        """(3,) to the person's right."""
        angle = math.radians(self.yaw)
        return np.array([-math.cos(angle), -math.sin(angle), 0.0])

    def world(self, place: Triple) -> Floats:
        """(3,) of a place given as hands are."""
        right, forward, up = place
        ground = np.array([self.x, self.y, up])
        return ground + right * self.aside + forward * self.ahead

    def local(self, point: Triple | Floats) -> Triple:
        """The other way round."""
        way = np.asarray(point) - np.array([self.x, self.y, 0.0])
        return float(way @ self.aside), float(way @ self.ahead), float(way[2])

    def hanging(self, side: int) -> Triple:
        """Where a hand hangs: side is -1 for the left one, 1 for the right one."""
        lean = math.radians(self.lean)
        up = self.hip + TRUNK * math.cos(lean) - 0.93 * (UPPER_ARM + FOREARM)
        return side * (SHOULDERS + 0.07), TRUNK * math.sin(lean) + 0.03, up

    def hands(self) -> tuple[Triple, Triple]:
        """Left and right hand, hanging ones too."""
        return self.left or self.hanging(-1), self.right or self.hanging(1)

    def toward(self, other: Pose, share: float) -> Pose:
        """A pose between this (share 0) and another (1)."""

        def mix(a: float, b: float) -> float:
            return a + (b - a) * share

        def mix3(a: Triple, b: Triple) -> Triple:
            return mix(a[0], b[0]), mix(a[1], b[1]), mix(a[2], b[2])

        turn = (other.yaw - self.yaw + 180) % 360 - 180
        mine, its = self.hands(), other.hands()
        look = None
        if self.look or other.look:
            look = mix3(self.look or self.gaze(), other.look or other.gaze())
        return Pose(
            mix(self.x, other.x),
            mix(self.y, other.y),
            self.yaw + turn * share,
            mix(self.hip, other.hip),
            mix(self.lean, other.lean),
            None if self.left is other.left is None else mix3(mine[0], its[0]),
            None if self.right is other.right is None else mix3(mine[1], its[1]),
            (mix3(self.feet[0], other.feet[0]), mix3(self.feet[1], other.feet[1])),
            look,
        )

    def gaze(self) -> Triple:
        """A place straight ahead of the face."""
        x, y, z = self.world((0.0, 2.0, 1.15))
        return float(x), float(y), float(z)

    def having(self, **changes: object) -> Pose:
        """The pose with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


class Joints(NamedTuple):
    """Where a pose puts the body, each (3,) in the room; pairs are left and right."""

    hip: Floats
    chest: Floats
    head: Floats
    hands: tuple[Floats, Floats]


def joints(pose: Pose) -> Joints:
    """The places that things are held at and looked at from."""
    return Skeleton(pose).joints


class Skeleton:
    """A pose's bones.

    Attributes:
        arms: left and right: shoulder, elbow and hand, each (3,) in the room.
        legs: likewise hip, knee and ankle.
    """

    def __init__(self, pose: Pose) -> None:
        self.pose = pose
        lean = math.radians(pose.lean)
        self.up = math.cos(lean) * np.array([0.0, 0.0, 1.0]) + math.sin(lean) * pose.ahead
        self.front = math.cos(lean) * pose.ahead - math.sin(lean) * np.array([0.0, 0.0, 1.0])
        self.hip = np.array([pose.x, pose.y, pose.hip])
        self.chest = self.hip + TRUNK * self.up
        self.head = self.chest + (NECK + HEAD) * self.up
        hands = pose.hands()
        self.arms = [self._arm(side, hand) for side, hand in zip((-1, 1), hands, strict=True)]
        self.legs = [self._leg(side, foot) for side, foot in zip((-1, 1), pose.feet, strict=True)]
        ends = (self.arms[0][2], self.arms[1][2])
        self.joints = Joints(self.hip, self.chest, self.head, ends)

    def _arm(self, side: int, hand: Triple) -> tuple[Floats, Floats, Floats]:
        shoulder = self.chest + side * SHOULDERS * self.pose.aside - 0.03 * self.up
        pole = 0.3 * side * self.pose.aside - 0.3 * self.front - np.array([0.0, 0.0, 0.8])
        return _bent(shoulder, self.pose.world(hand), UPPER_ARM, FOREARM, pole)

    def _leg(self, side: int, foot: Triple) -> tuple[Floats, Floats, Floats]:
        joint = self.hip + side * HIPS * self.pose.aside - np.array([0.0, 0.0, 0.03])
        pole = self.pose.ahead + np.array([0.0, 0.0, 0.15])
        return _bent(joint, self.pose.world(foot), THIGH, SHIN, pole)


def _bent(
    start: Floats, end: Floats, first: float, second: float, pole: Floats
) -> tuple[Floats, Floats, Floats]:
    """Start, bend and end of two bones that reach for an end, bent towards a pole."""
    way = end - start
    length = float(np.linalg.norm(way))
    reach = min(max(length, abs(first - second) + 0.02), (first + second) * 0.999)
    along = way / max(length, 1e-9)
    end = start + along * reach
    cosine = (first * first + reach * reach - second * second) / (2 * first * reach)
    out = pole - along * float(pole @ along)
    out = out / max(float(np.linalg.norm(out)), 1e-9)
    sine = math.sqrt(max(0.0, 1 - cosine * cosine))
    return start, start + first * (cosine * along + sine * out), end


def bodies(poses: list[Pose], clothes: Clothes, thing: int) -> list[Body]:
    """What draws a person, frame by frame."""
    frames = [_placings(pose) for pose in poses]
    arm = clothes.shirt
    fore = clothes.shirt if clothes.sleeves else clothes.skin
    meshes = [
        f"figure/head/{clothes.skin},{clothes.hair}",
        f"figure/torso/{clothes.shirt},{clothes.skin}",
        f"figure/pelvis/{clothes.trousers}",
    ]
    for _ in range(2):
        meshes += [
            f"limb/{arm}/{ARM_THICK}x{UPPER_ARM + 2 * ARM_THICK:g}",
            f"limb/{fore}/{FORE_THICK}x{FOREARM + 2 * FORE_THICK:g}",
            f"figure/hand/{clothes.skin}",
            f"limb/{clothes.trousers}/{THIGH_THICK}x{THIGH + 2 * THIGH_THICK:g}",
            f"limb/{clothes.trousers}/{SHIN_THICK}x{SHIN + 2 * SHIN_THICK:g}",
            f"figure/shoe/{clothes.shoes}",
        ]
    return [
        Body(asset=mesh, thing=thing, placings=tuple(frame[n] for frame in frames))
        for n, mesh in enumerate(meshes)
    ]


def _placings(pose: Pose) -> list[Placing]:
    bones = Skeleton(pose)
    upright = np.array([-pose.aside, -pose.ahead, [0.0, 0.0, 1.0]]).T
    trunk = np.array([-pose.aside, -bones.front, bones.up]).T
    found = [
        placing(bones.head, _facing(bones)),
        placing(bones.hip, trunk),
        placing(bones.hip, upright),
    ]
    for (shoulder, elbow, hand), (joint, knee, ankle) in zip(bones.arms, bones.legs, strict=True):
        found += [
            _limb(shoulder, elbow, ARM_THICK, pose),
            _limb(elbow, hand, FORE_THICK, pose),
            placing(hand, _along(hand - elbow, pose)),
            _limb(joint, knee, THIGH_THICK, pose),
            _limb(knee, ankle, SHIN_THICK, pose),
            placing(ankle, upright),
        ]
    return found


def _facing(bones: Skeleton) -> Floats:
    """How the head is turned: towards what it looks at, as far as a neck lets it."""
    pose = bones.pose
    turn = tilt = 0.0
    if pose.look is not None:
        way = np.array(pose.look) - bones.head
        right, forward = float(way @ pose.aside), float(way @ pose.ahead)
        turn = max(-70.0, min(70.0, math.degrees(math.atan2(right, forward))))
        tilt = math.degrees(math.atan2(float(way[2]), math.hypot(right, forward)))
        tilt = max(-45.0, min(35.0, tilt))
    else:
        tilt = -0.5 * pose.lean
    t, e = math.radians(turn), math.radians(tilt)
    level = math.cos(t) * pose.ahead + math.sin(t) * pose.aside
    front = math.cos(e) * level + math.sin(e) * np.array([0.0, 0.0, 1.0])
    side = np.cross(front, [0.0, 0.0, 1.0])
    side /= np.linalg.norm(side)
    return np.array([-side, -front, np.cross(side, front)]).T


def _limb(start: Floats, end: Floats, thick: float, pose: Pose) -> Placing:
    way = end - start
    along = way / max(float(np.linalg.norm(way)), 1e-9)
    return placing(start - along * thick, _along(way, pose))


def _along(way: Floats, pose: Pose) -> Floats:
    """A turn that takes the z axis to a direction."""
    z = way / max(float(np.linalg.norm(way)), 1e-9)
    side = -pose.aside - z * float(-pose.aside @ z)
    if np.linalg.norm(side) < 1e-3:
        side = pose.ahead - z * float(pose.ahead @ z)
    x = side / np.linalg.norm(side)
    return np.array([x, np.cross(z, x), z]).T


def placing(at: Floats, turn: Floats) -> Placing:
    """A placing with a (3, 3) rotation, rounded so that records are short."""
    m = turn
    w = math.sqrt(max(0.0, 1 + m[0, 0] + m[1, 1] + m[2, 2])) / 2
    if w > 0.1:
        q = (
            w,
            (m[2, 1] - m[1, 2]) / 4 / w,
            (m[0, 2] - m[2, 0]) / 4 / w,
            (m[1, 0] - m[0, 1]) / 4 / w,
        )
    else:
        q = _near_half_turn(m)
    size = math.sqrt(sum(v * v for v in q))
    x, y, z = (round(float(v), 4) for v in at)
    qw, qx, qy, qz = (round(float(v) / size, 6) for v in q)
    return Placing(x, y, z, qw, qx, qy, qz)


def _near_half_turn(m: Floats) -> tuple[float, float, float, float]:
    """The quaternion of a rotation by about 180 degrees."""
    i = int(np.argmax(np.diag(m)))
    j, k = (i + 1) % 3, (i + 2) % 3
    size = math.sqrt(max(1e-12, 1 + m[i, i] - m[j, j] - m[k, k])) * 2
    axis = [0.0, 0.0, 0.0]
    axis[i] = size / 4
    axis[j] = float(m[j, i] + m[i, j]) / size
    axis[k] = float(m[k, i] + m[i, k]) / size
    return float(m[k, j] - m[j, k]) / size, axis[0], axis[1], axis[2]
