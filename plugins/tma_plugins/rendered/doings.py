"""What a person can do besides walking and taking: use things, move them, move the body alone."""

from __future__ import annotations

import math

import numpy as np

from tma_plugins.rendered.acting import Actor, At, Change, Doing, smooth, stepping, turned
from tma_plugins.rendered.anatomy import ANKLE, HEAD, HIP, HIPS
from tma_plugins.rendered.figure import Pose, Triple, joints
from tma_plugins.rendered.stock import Floats

_G = 9.81


class Player(Actor):
    """An actor with all that is done in videos."""

    # -- using ------------------------------------------------------------------------------------

    def _at_mouth(self) -> Pose:
        assert self.held is not None
        hands = self.held.hands
        head = joints(self.pose.having(lean=0.0)).head
        right, forward, up = self.pose.local(head)
        hand: Triple = (right + hands * 0.13, forward + HEAD + 0.02, up - 0.09)
        return self.pose.having(**{"left" if hands < 0 else "right": hand})

    def _bring(self, name: str, tilt: float, nod: float) -> None:
        held = self.held
        assert held is not None
        doing: list[Doing] = [(name, held.thing)]
        rest, mouth = self.pose, self._at_mouth()

        def tip(low: float, high: float) -> Change:
            def change(share: float) -> None:
                held.tilt = low + (high - low) * smooth(share)

            return change

        self.play(0.55, mouth, doing, change=tip(0, tilt * 0.4), sure=False)
        for _ in range(2):
            hand = "left" if held.hands < 0 else "right"
            place = getattr(mouth, hand)
            back = mouth.having(**{hand: (place[0], place[1] + nod, place[2] - nod)})
            self.play(0.35, back, doing, change=tip(tilt * 0.4, tilt))
            self.play(0.35, mouth, doing, change=tip(tilt, tilt * 0.8), sure=False)
        self.play(0.5, rest, doing, change=tip(tilt * 0.8, 0), sure=False)

    def drink(self) -> None:
        """Drink from what is held in one hand."""
        self._bring("drinking from", 42, 0.0)

    def eat(self) -> None:
        """Eat what is held in one hand."""
        self._bring("eating", 0, 0.045)

    def read(self) -> None:
        """Read what is held, a book."""
        held = self.held
        assert held is not None
        doing: list[Doing] = [("reading", held.thing)]
        rest, before = self.pose, (held.hands, held.turn)
        up = rest.hip + 0.3
        pose = rest.having(left=(-0.12, 0.3, up), right=(0.12, 0.3, up), lean=6.0)
        chest = pose.world((0.0, 0.36, up))
        pose = pose.having(look=(float(chest[0]), float(chest[1]), float(chest[2])))
        self.play(0.5, rest.having(look=pose.look), doing, sure=False)
        held.hands, held.turn = 0, 180.0
        self.play(0.4, pose, doing, sure=False)
        self.play(0.7, pose.having(lean=8.0), doing)
        self.play(0.7, pose, doing)
        held.hands, held.turn = before
        self.play(0.5, rest, doing, sure=False)

    def put_on(self) -> None:
        """Put the hat that is held on."""
        assert self.held is not None
        number = self.held.thing
        doing: list[Doing] = [("putting on", number)]
        head = joints(self.pose).head
        right, forward, up = self.pose.local(head)
        hands, apart = self.held.hands, 0.13
        self.held.turn = 0.0
        top = up + HEAD * 1.3
        if hands == 0:
            pose = self.pose.having(
                left=(right - apart, forward + 0.05, top),
                right=(right + apart, forward + 0.05, top),
            )
        else:
            hand: Triple = (right + hands * 0.1, forward - 0.02, top)
            pose = self.pose.having(**{"left" if hands < 0 else "right": hand})
        self.play(0.9, pose, doing)
        self.held, self.worn = None, number
        self.play(0.6, self._standing(self.pose.yaw).having(left=None, right=None), sure=False)
        self.wait(0.4)

    # -- things on the floor ----------------------------------------------------------------------

    def kick(self, number: int, way: float) -> None:
        """Kick a ball that lies before the feet; it rolls so far."""
        doing: list[Doing] = [("kicking", number)]
        pose = self._standing(self.pose.yaw)
        back = pose.having(feet=((-HIPS, 0.0, ANKLE), (HIPS, -0.28, 0.2)), lean=4.0)
        forth = pose.having(feet=((-HIPS, 0.0, ANKLE), (HIPS * 0.4, 0.32, 0.14)), lean=-6.0)
        self.play(0.5, back, doing)
        self.play(0.3, forth, doing)
        rolling = self._rolling(number, self.pose.ahead, way)
        self.play(0.9, pose, (), change=rolling, sure=False)

    def _rolling(self, number: int, ahead: Floats, way: float) -> Change:
        start, radius = self.at[number].place.copy(), self.things[number].height / 2
        spin = np.cross([0, 0, 1.0], ahead)
        turn = self.at[number].turn

        def change(share: float) -> None:
            gone = way * (1 - (1 - share) ** 2)
            rolled = _about(spin, gone / radius) @ turn
            centre = start + ahead * gone + np.array([0, 0, radius])
            self.at[number] = At(centre - rolled @ np.array([0, 0, radius]), rolled)

        return change

    def throw(self, way: float) -> None:
        """Throw what is held, a ball, so far ahead; it falls and stays."""
        assert self.held is not None
        number = self.held.thing
        doing: list[Doing] = [("throwing", number)]
        pose = self._standing(self.pose.yaw)
        apart = self._hands_for(number)[1]
        back = pose.having(
            lean=-10.0, left=(-apart, 0.05, 1.55), right=(apart, 0.05, 1.55), hip=HIP - 0.03
        )
        forth = pose.having(lean=16.0, left=(-apart, 0.5, 1.32), right=(apart, 0.5, 1.32))
        self.play(0.6, back, doing)
        self.play(0.32, forth, doing)
        self.held = None
        start, ahead = self.at[number].place.copy(), self.pose.ahead
        turn = self.at[number].turn
        fall = math.sqrt(2 * float(start[2]) / _G)

        def change(share: float) -> None:
            gone = min(1.0, share * 0.9 / fall)
            up = float(start[2]) * (1 - gone * gone)
            rest = 0.25 * (1 - (1 - max(0.0, share * 0.9 - fall) / max(0.9 - fall, 0.1)) ** 2)
            place = start + ahead * (way * gone + rest)
            self.at[number] = At(np.array([place[0], place[1], up]), turn)

        self.play(0.9, pose.having(left=None, right=None), (), change=change, sure=False)

    def push(self, number: int, way: float) -> None:
        """Push a thing that stands before the person along the floor."""
        thing = self.things[number]
        doing: list[Doing] = [("pushing", number)]
        start = self.at[number].place.copy()
        edge = abs(self.pose.local(start)[1]) - max(thing.extent[:2]) / 2
        up = max(0.35, min(0.8, thing.height * 0.8))
        apart = 0.16
        pose = self._standing(self.pose.yaw)
        low = max(0.0, 0.75 - up)
        pose = pose.having(
            lean=38 + 25 * low, hip=HIP - 0.1 - 0.25 * low,
            left=(-apart, edge, up), right=(apart, edge, up),
        )  # fmt: skip
        self.play(0.5, pose, sure=False)
        ahead = self.pose.ahead
        held = self.pose

        def steps(share: float) -> Pose:
            gone = way * smooth(share)
            moved = held.having(x=held.x + ahead[0] * gone, y=held.y + ahead[1] * gone)
            return stepping(moved, gone, way, arms=False)

        def change(share: float) -> None:
            self.at[number] = At(start + ahead * way * smooth(share), self.at[number].turn)

        touching: list[Doing] = [("touching", number)]
        self.play(way / 0.55, pose, doing, touching, change=change, steps=steps)
        upright = self._standing(self.pose.yaw).having(left=None, right=None)
        self.play(0.45, upright, sure=False)

    # -- doors ----------------------------------------------------------------------------------

    def swing(self, number: int, knob: Triple, angle: float) -> None:
        """Open (or close) a door by its knob, which is so far from its hinge, to an angle."""
        name = "opening" if angle > self.doors[number] else "closing"
        doing: list[Doing] = [(name, number)]
        before = self.doors[number]
        hinge = np.array(self.things[number].hinge)

        def where(degrees: float) -> Floats:
            place: Floats = hinge + turned(self.things[number].yaw - degrees) @ np.array(knob)
            return place

        reach = self._reaching(where(before), -1, 0.0)
        self.play(0.6, reach, doing, sure=False)
        base = self.pose

        def steps(share: float) -> Pose:
            point = where(before + (angle - before) * smooth(share))
            return base.having(left=base.local(point))

        def change(share: float) -> None:
            self.doors[number] = before + (angle - before) * smooth(share)

        self.play(1.0, base, doing, [("touching", number)], change=change, steps=steps)
        upright = self._standing(self.pose.yaw).having(left=None)
        self.play(0.45, upright, sure=False)

    # -- the body alone ---------------------------------------------------------------------------

    def sit(self, number: int, seat: Triple, yaw: float) -> None:
        """Sit down on a seat that is behind the person, and stay."""
        doing: list[Doing] = [("sitting down on", number)]
        back = Pose(seat[0], seat[1], yaw).local((self.pose.x, self.pose.y, 0.0))[1]
        feet = ((-HIPS, back, ANKLE), (HIPS, back, ANKLE))
        low = Pose(seat[0], seat[1], yaw, hip=seat[2] + 0.1, feet=feet,
                   left=self.pose.left, right=self.pose.right)  # fmt: skip
        half = self.pose.toward(low, 0.55).having(lean=32.0)
        self.play(0.45, half, doing)
        knees: Triple = (0.13, 0.3, seat[2] + 0.18)
        if self.held is None:
            low = low.having(left=(-knees[0], knees[1], knees[2]), right=knees)
        self.play(0.45, low, doing)
        self.seat = number
        self.play(0.9, low, [("sitting on", number)])

    def stand(self, spot: tuple[float, float]) -> None:
        """Stand up from the seat."""
        assert self.seat is not None
        self.seat = None
        hands = (self.pose.left, self.pose.right) if self.held else (None, None)
        end = Pose(spot[0], spot[1], self.pose.yaw, left=hands[0], right=hands[1])
        half = self.pose.toward(end, 0.5).having(lean=34.0)
        self.play(0.45, half, [("standing up", None)])
        self.play(0.45, end, [("standing up", None)])

    def wave(self) -> None:
        """Wave with a free hand, at the viewer."""
        side = -1 if self.held is not None and self.held.hands >= 0 else 1
        name = "left" if side < 0 else "right"
        chest = self.pose.hip + 0.46
        rest = self.pose
        doing: list[Doing] = self._also(("waving", None))
        spots: list[Triple] = [(side * (0.32 + d), 0.12, chest + 0.34) for d in (0.12, -0.1)]
        self.play(0.45, rest.having(**{name: spots[0]}), doing, sure=False)
        for n in range(4):
            self.play(0.28, rest.having(**{name: spots[(n + 1) % 2]}), doing, sure=n in (0, 2))
        self.play(0.45, rest.having(**{name: getattr(rest, name)}), doing, sure=False)

    def _also(self, doing: Doing) -> list[Doing]:
        """An action, and that the person sits."""
        return [doing, *([("sitting on", self.seat)] if self.seat is not None else [])]

    def jump(self) -> None:
        """Jump twice on the spot."""
        doing: list[Doing] = [("jumping", None)]
        stand = self._standing(self.pose.yaw).having(left=None, right=None)
        low = stand.having(
            hip=HIP - 0.22, lean=22.0, left=(-0.3, -0.15, 0.75), right=(0.3, -0.15, 0.75)
        )
        high = stand.having(
            hip=HIP + 0.26,
            feet=((-HIPS, 0.0, ANKLE + 0.22), (HIPS, 0.0, ANKLE + 0.22)),
            left=(-0.38, 0.1, 1.6), right=(0.38, 0.1, 1.6),
        )  # fmt: skip
        for _ in range(2):
            self.play(0.3, low, doing, sure=False)
            self.play(0.3, high, doing)
            self.play(0.3, low, doing, sure=False)
        self.play(0.3, stand, doing, sure=False)

    def stretch(self) -> None:
        """Stretch both arms up."""
        doing: list[Doing] = [("stretching", None)]
        rest = self._standing(self.pose.yaw).having(left=None, right=None)
        up = rest.having(left=(-0.22, 0.0, 1.83), right=(0.22, 0.0, 1.83), lean=-7.0)
        self.play(0.7, up, doing, sure=False)
        self.play(0.7, up.having(lean=-10.0), doing)
        self.play(0.7, rest, doing, sure=False)

    def point(self, number: int) -> None:
        """Point at a thing with a straight arm."""
        doing: list[Doing] = [("pointing at", number)]
        thing = self.things[number]
        target = self.at[number].place + np.array([0, 0, thing.height / 2])
        side = 1 if self.pose.local(target)[0] >= 0 else -1
        rest = self._standing(self.pose.yaw).having(left=None, right=None)
        chest = joints(rest).chest + side * 0.18 * rest.aside
        way = (target - chest) / np.linalg.norm(target - chest)
        look = (float(target[0]), float(target[1]), float(target[2]))
        hand = rest.local(chest + way * 0.54)
        pose = rest.having(look=look, **{"left" if side < 0 else "right": hand})
        self.play(0.5, pose, doing, sure=False)
        self.play(0.9, pose, doing)
        self.play(0.5, rest, doing, sure=False)


def _about(axis: Floats, angle: float) -> Floats:
    x, y, z = axis / max(float(np.linalg.norm(axis)), 1e-9)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    spin: Floats = np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * (cross @ cross)
    return spin
