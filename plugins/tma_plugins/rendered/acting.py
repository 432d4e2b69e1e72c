"""What a person can do, frame by frame, and what is true meanwhile."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tma_plugins.rendered.anatomy import ANKLE, HAND, HEAD, HIP, HIPS
from tma_plugins.rendered.figure import Pose, Triple, joints
from tma_plugins.rendered.stock import Floats
from tma_plugins.rendered.things import Thing

Doing = tuple[str, int | None]
"""An action or a contact, and the thing that it is done to."""
Change = Callable[[float], None]

WALKING = "walking"
"""What somebody does who walks to no thing."""
_SPEED = 1.45
"""Metres a second of somebody who walks."""
_STRIDE = 0.66
_CORRIDOR = -0.3
"""How far away from the room's middle people walk to and fro."""


@dataclass
class At:
    """Where a thing is: the middle of its foot, and its turn as a (3, 3) matrix."""

    place: Floats
    turn: Floats


@dataclass(frozen=True)
class Moment:
    """A frame.

    Attributes:
        pose: the person's.
        things: where each is.
        doors: degrees by which doors are open, by thing.
        actions: what the person does, and to what.
        contacts: relations of contact, and to what.
    """

    pose: Pose
    things: tuple[At, ...]
    doors: dict[int, float]
    actions: tuple[Doing, ...]
    contacts: tuple[Doing, ...]


@dataclass
class Held:
    """A thing in a person's hands.

    Attributes:
        thing: which.
        hands: -1 the left, 1 the right, 0 both.
        turn: degrees of its yaw against the person's.
        tilt: degrees by which it tips towards the person.
    """

    thing: int
    hands: int
    turn: float
    tilt: float = 0.0


def turned(yaw: float, tilt: float = 0.0, about: Floats | None = None) -> Floats:
    """A (3, 3) turn about the upright axis, then by `tilt` about a level axis."""
    a = math.radians(yaw)
    spin = np.array([[math.cos(a), -math.sin(a), 0], [math.sin(a), math.cos(a), 0], [0, 0, 1.0]])
    if not tilt or about is None:
        return spin
    x, y, z = about
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    t = math.radians(tilt)
    tip: Floats = np.eye(3) + math.sin(t) * cross + (1 - math.cos(t)) * (cross @ cross)
    result: Floats = tip @ spin
    return result


def smooth(share: float) -> float:
    """From 0 to 1, gently at both ends."""
    return share * share * (3 - 2 * share)


@dataclass
class Actor:
    """A person among things, who acts: every action adds frames.

    Attributes:
        things: as they were at first.
        fps: frames a second.
        pose: now.
        moments: all frames so far.
        keys: numbers of the frames at which what is true is beyond doubt.
    """

    things: Sequence[Thing]
    fps: float
    pose: Pose
    moments: list[Moment] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = [At(np.array([t.x, t.y, t.z]), turned(t.yaw)) for t in self.things]
        self.doors: dict[int, float] = {n: 0.0 for n, t in enumerate(self.things) if t.door}
        self.held: Held | None = None
        self.worn: int | None = None
        self.seat: int | None = None

    # -- frames -------------------------------------------------------------------------------

    def play(
        self,
        seconds: float,
        end: Pose,
        actions: Sequence[Doing] = (),
        contacts: Sequence[Doing] = (),
        *,
        change: Change = lambda share: None,
        steps: Callable[[float], Pose] | None = None,
        sure: bool = True,
    ) -> None:
        """Go over to a pose.

        Args:
            seconds: how long it takes.
            end: the pose at the end.
            actions: that are done in all of it.
            contacts: that hold in all of it, besides those of what is held, worn or sat on.
            change: of other things, called with the share of the time that has passed.
            steps: gives the pose at a share instead of the way straight to `end`.
            sure: whether frames in the midst of it may be key frames.
        """
        count = max(3, round(seconds * self.fps))
        first, start = len(self.moments), self.pose
        true = [*self._standing_contacts(), *contacts]
        for number in range(1, count + 1):
            share = number / count
            self.pose = steps(share) if steps else start.toward(end, smooth(share))
            self._carry()
            change(share)
            self._keep(actions, true)
        if steps is None:
            self.pose = end  # hands that hang are told from those that are held there
        if sure:
            inner = [1 / 3, 2 / 3] if count >= 9 else [0.5]
            self.keys += [first + round(count * share) - 1 for share in inner]

    def _standing_contacts(self) -> list[Doing]:
        found: list[Doing] = []
        if self.held is not None:
            found.append(("holding", self.held.thing))
        if self.worn is not None:
            found.append(("wearing", self.worn))
        if self.seat is not None:
            found.append(("sitting on", self.seat))
        return found

    def _keep(self, actions: Sequence[Doing], contacts: Sequence[Doing]) -> None:
        things = tuple(At(a.place.copy(), a.turn) for a in self.at)
        done = tuple(dict.fromkeys(actions))
        moment = Moment(self.pose, things, dict(self.doors), done, tuple(dict.fromkeys(contacts)))
        self.moments.append(moment)

    def _carry(self) -> None:
        """What is held or worn goes where the person does."""
        body = joints(self.pose)
        if self.worn is not None:
            place = body.head + np.array([0, 0, HEAD * 0.62])
            self.at[self.worn] = At(place, turned(self.pose.yaw))
        if self.held is None:
            return
        held, thing = self.held, self.things[self.held.thing]
        turn = turned(self.pose.yaw + held.turn, held.tilt, self.pose.aside)
        grip = self._grip(body.hands, held.hands, thing)
        middle = np.array([0, 0, thing.height / 2])
        self.at[held.thing] = At(grip - turn @ middle, turn)

    def _grip(self, hands: tuple[Floats, Floats], which: int, thing: Thing) -> Floats:
        """Where the middle of a held thing is."""
        if which == 0:
            grip: Floats = (hands[0] + hands[1]) / 2
            return grip
        reach = HAND * 0.6 + min(thing.extent[:2]) / 2 * 0.75
        hand = hands[0] if which < 0 else hands[1]
        grip = hand + reach * (0.8 * self.pose.ahead - 0.6 * which * self.pose.aside)
        return grip

    def wait(self, seconds: float) -> None:
        """Stand, sit or hold as before."""
        self.play(seconds, self.pose, ())

    # -- walking ------------------------------------------------------------------------------

    def walk(self, spot: tuple[float, float], yaw: float, to: int | None) -> None:
        """Walk to a spot by the corridor, and turn as wanted there."""
        start = (self.pose.x, self.pose.y)
        path = [start]
        if abs(start[0] - spot[0]) > 0.05 and max(start[1], spot[1]) > _CORRIDOR + 0.1:
            for x, y in (start, spot):
                if y > _CORRIDOR + 0.1:
                    path.append((x, _CORRIDOR))
        path.append(spot)
        places = np.array(path)
        lengths = np.hypot(*np.diff(places, axis=0).T)
        total = float(lengths.sum())
        if total < 0.05:
            self.turn(yaw)
            return
        marks = np.concatenate([[0.0], np.cumsum(lengths)])
        actions: list[Doing] = [("walking to", to)] if to is not None else [(WALKING, None)]
        if self.held is not None:
            actions.append(("carrying", self.held.thing))
        arms = self.pose
        heading = self.pose.yaw

        def steps(share: float) -> Pose:
            nonlocal heading
            gone = total * _even(share)
            x, y = (float(np.interp(gone, marks, places[:, k])) for k in (0, 1))
            ahead = min(total, gone + 0.12)
            tx, ty = (float(np.interp(ahead, marks, places[:, k])) for k in (0, 1))
            if total - gone > 0.12 and math.hypot(tx - x, ty - y) > 1e-6:
                wanted = math.degrees(math.atan2(tx - x, -(ty - y)))
            else:
                wanted = yaw
            change = (wanted - heading + 180) % 360 - 180
            limit = 480 / self.fps
            heading += max(-limit, min(limit, change))
            return stepping(arms.having(x=x, y=y, yaw=heading, look=None), gone, total)

        self.play(total / _SPEED, self.pose, actions, steps=steps)
        self.pose = self.pose.having(left=arms.left, right=arms.right)
        self.turn(yaw)

    def turn(self, yaw: float) -> None:
        """Turn on the spot."""
        change = abs((yaw - self.pose.yaw + 180) % 360 - 180)
        if change > 4:
            self.play(0.15 + change / 480, self._standing(yaw), sure=False)

    def _standing(self, yaw: float) -> Pose:
        """Upright at the same place, with the hands as they are."""
        pose = self.pose
        return Pose(pose.x, pose.y, yaw, left=pose.left, right=pose.right)

    # -- taking and putting ---------------------------------------------------------------------

    def _reaching(self, point: Floats, hands: int, apart: float) -> Pose:
        """A pose whose hands are at a point: bent, or crouched for what is low."""
        pose = self._standing(self.pose.yaw)
        right, forward, up = pose.local(point)
        far = max(0.0, math.hypot(right, forward) - 0.34)
        if up < 0.5:
            low = 1 - up / 0.5
            pose = pose.having(
                hip=HIP - 0.38 * (0.45 + 0.55 * low),
                lean=34 + 22 * low,
                feet=((-HIPS, -0.12, ANKLE), (HIPS, 0.12, ANKLE)),
            )
        else:
            pose = pose.having(lean=min(42.0, 6 + 75 * far))
        look = (float(point[0]), float(point[1]), float(point[2]))
        changes: dict[str, object] = {"look": look}
        if hands <= 0:
            changes["left"] = (right - (apart if hands == 0 else 0.0), forward, up)
        if hands >= 0:
            changes["right"] = (right + (apart if hands == 0 else 0.0), forward, up)
        return pose.having(**changes)

    def _hands_for(self, number: int) -> tuple[int, float]:
        """Which hands take a thing, and how far apart both are from its middle."""
        thing = self.things[number]
        wide = max(thing.extent[:2])
        if wide > 0.25:
            return 0, min(thing.extent[:2]) / 2 + HAND * 0.5
        right, _, _ = self.pose.local(self.at[number].place)
        return (1 if right >= 0 else -1), 0.0

    def _holding(self, hands: int, apart: float) -> Pose:
        """Upright, with what is held before the chest."""
        pose = self._standing(self.pose.yaw)
        out = 0.33 + (0.05 if hands == 0 else 0.0)
        if hands == 0:
            return pose.having(left=(-apart, out, 1.0), right=(apart, out, 1.0))
        hand: Triple = (hands * 0.19, out, 1.02)
        return pose.having(**{"left" if hands < 0 else "right": hand})

    def _touch_point(self, number: int, hands: int) -> Floats:
        """Where hands must be to grip a thing where it is."""
        thing = self.things[number]
        middle = self.at[number].place + np.array([0, 0, thing.height / 2])
        if hands == 0:
            return np.asarray(middle)
        reach = HAND * 0.6 + min(thing.extent[:2]) / 2 * 0.75
        hand: Floats = middle - reach * (0.8 * self.pose.ahead - 0.6 * hands * self.pose.aside)
        return hand

    def pick_up(self, number: int) -> None:
        """Take a thing that is within reach."""
        hands, apart = self._hands_for(number)
        doing: list[Doing] = [("picking up", number)]
        point = self._touch_point(number, hands)
        slow = 0.75 if point[2] > 0.5 else 0.95
        self.play(slow, self._reaching(point, hands, apart), doing)
        yaw = self._yaw_of(number)
        self.held = Held(number, hands, yaw - self.pose.yaw)
        self.play(slow, self._holding(hands, apart), doing)

    def _yaw_of(self, number: int) -> float:
        turn = self.at[number].turn
        return math.degrees(math.atan2(turn[1, 0], turn[0, 0]))

    def put_down(self, place: Triple) -> None:
        """Put what is held on a place within reach."""
        assert self.held is not None
        number, hands = self.held.thing, self.held.hands
        _, apart = self._hands_for(number)
        doing: list[Doing] = [("putting down", number)]
        before = self.at[number]
        self.at[number] = At(np.array(place), before.turn)
        point = self._touch_point(number, hands)
        self.at[number] = before
        self.play(0.85, self._reaching(point, hands, apart), doing)
        self.held = None
        self.at[number] = At(np.array(place), self.at[number].turn)
        pose = self._standing(self.pose.yaw).having(left=None, right=None)
        self.play(0.5, pose, sure=False)


def _even(share: float) -> float:
    """From 0 to 1, evenly but for both ends."""
    ramp = 0.12
    if share < ramp:
        done = share * share / (2 * ramp)
    elif share > 1 - ramp:
        done = 1 - ramp - (1 - share) ** 2 / (2 * ramp)
    else:
        done = share - ramp / 2
    return done / (1 - ramp)


def stepping(pose: Pose, gone: float, total: float, arms: bool = True) -> Pose:
    """A pose with the feet of somebody who has walked so far."""
    strength = min(1.0, gone / 0.2, (total - gone) / 0.2)
    stride = _STRIDE * max(0.0, strength)
    phase = gone / (2 * _STRIDE) * 2
    feet = []
    for side, shift in ((-1, 0.0), (1, 0.5)):
        part = (phase / 2 + shift) % 1
        if part < 0.5:
            forward, lift = stride * (0.5 - 2 * part), 0.0
        else:
            part = (part - 0.5) * 2
            forward, lift = stride * (part - 0.5), 0.11 * math.sin(math.pi * part) * strength
        feet.append((side * HIPS * 0.9, forward, ANKLE + lift))
    changes: dict[str, object] = {"feet": (feet[0], feet[1])}
    if arms:
        for name, side, foot in (("left", -1, feet[1]), ("right", 1, feet[0])):
            if getattr(pose, name) is None:
                right, forward, up = pose.hanging(side)
                changes[name] = (right, forward + 0.55 * foot[1], up + 0.1 * abs(foot[1]))
        changes["hip"] = pose.hip - 0.03 * strength
    return pose.having(**changes)
