"""What the graph of a video states: the person's relations and actions at key frames."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tma import (
    Action,
    ActionType,
    Category,
    GraphObject,
    KeyFrame,
    Relation,
    RelationType,
    VideoGraph,
)
from tma_plugins.rendered.acting import WALKING, Moment
from tma_plugins.rendered.catalog import attribute_types
from tma_plugins.rendered.catalog import categories as taxonomy_of
from tma_plugins.rendered.facts import described
from tma_plugins.rendered.figure import Pose, bodies, joints
from tma_plugins.rendered.film import Filmed
from tma_plugins.rendered.relations import RULES, TYPES
from tma_plugins.rendered.seeing import Sighting, screen
from tma_plugins.rendered.spots import Between, Pair, Spot
from tma_plugins.rendered.stock import Floats, kinds_by_id, shape
from tma_plugins.rendered.stories import IN_USE
from tma_plugins.tabletop.props import turned

PERSON = "person"
_SPATIAL = ("to the left of", "to the right of", "in front of", "behind", "next to", "far from")
_AHEAD, _AROUND = 75.0, 1.1
"""Degrees and metres within which somebody who walks might be walking to a thing."""
_POINTED = 25.0


def _contact(name: str, *implies: str) -> RelationType:
    return RelationType(name=name, kind="contact", implies=implies)


RELATIONS: tuple[RelationType, ...] = (
    *(kind for kind in TYPES if kind.name in _SPATIAL),
    _contact("touching"),
    _contact("holding", "touching"),
    _contact("wearing", "touching"),
    _contact("sitting on", "touching"),
    _contact("carrying", "holding"),
    _contact("drinking from", "holding"),
    _contact("eating", "holding"),
    _contact("reading", "holding"),
    _contact("pushing", "touching"),
)
"""What may hold between the person and a thing."""

_AS_CONTACT = ("carrying", "drinking from", "eating", "reading", "pushing")
"""Actions that are relations of contact as well."""
_FROM_AFAR = ("walking to", WALKING, "pointing at")
_BY_HAND = ("picking up", "putting down", "throwing", "putting on", "kicking", "opening", "closing")
"""Actions near whose thing a hand or a foot is, touching it or not."""


def _on(name: str, *, lookalikes: tuple[str, ...] = ()) -> ActionType:
    return ActionType(name=name, phrase=f"{name} {{object}}", lookalikes=lookalikes)


ACTIONS: tuple[ActionType, ...] = (
    _on("walking to"),
    _on("picking up"),
    _on("putting down"),
    _on("carrying"),
    _on("drinking from"),
    _on("eating"),
    _on("reading"),
    _on("putting on"),
    _on("throwing"),
    _on("kicking"),
    _on("pushing"),
    _on("opening"),
    _on("closing"),
    _on("pointing at"),
    _on("sitting down on", lookalikes=("sitting on",)),
    _on("sitting on"),
    ActionType(name="standing up"),
    ActionType(name="waving"),
    ActionType(name="jumping"),
    ActionType(name="stretching"),
)
"""What the person may do."""


def categories() -> tuple[Category, ...]:
    """The taxonomy of what videos show."""
    every = kinds_by_id()
    person = Category(id=PERSON, name="person", synonyms=("man", "woman", "figure"))
    return (person, *taxonomy_of(tuple(every[slug] for slug in IN_USE)))


@dataclass(frozen=True)
class Person:
    """Somebody's body as relations see it; the same fields as of a `Thing`."""

    pose: Pose
    category: str = PERSON
    base: int | None = None
    how: str = ""
    z: float = 0.0

    @property
    def yaw(self) -> float:
        """Where the person faces."""
        return self.pose.yaw

    @property
    def x(self) -> float:
        """To the right."""
        return self.pose.x

    @property
    def y(self) -> float:
        """Away."""
        return self.pose.y

    @property
    def outline(self) -> Floats:
        """(12, 2) around the body."""
        angles = np.arange(12) * np.pi / 6
        around = 0.2 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        result: Floats = around + np.array([self.pose.x, self.pose.y])
        return result

    @property
    def top(self) -> float:
        """Height of the crown of the head."""
        return float(joints(self.pose).head[2]) + 0.15

    @property
    def height(self) -> float:
        """From the floor to there."""
        return self.top

    @property
    def extent(self) -> tuple[float, float, float]:
        """Width, depth and height."""
        return 0.5, 0.4, self.height


def video_graph(name: str, film: Filmed) -> VideoGraph:
    """The graph of a video."""
    things = [_object(n, film) for n in range(len(film.things))]
    person = GraphObject(id=str(film.person), category=PERSON, maybe=_unknown())
    return VideoGraph(
        id=name,
        width=film.width,
        height=film.height,
        objects=(*things, person),
        complete=True,
        seconds=round(len(film.actor.moments) / film.fps, 3),
        actor=person.id,
        frames=tuple(_key_frame(film, number) for number in sorted(set(film.actor.keys))),
    )


def _object(number: int, film: Filmed) -> GraphObject:
    thing = film.things[number]
    known, maybe = described(thing)
    return GraphObject(id=str(number), category=thing.category, attributes=known, maybe=maybe)


def _unknown() -> dict[str, tuple[str, ...]]:
    return {kind.name: kind.values for kind in attribute_types()}


def _key_frame(film: Filmed, number: int) -> KeyFrame:
    moment = film.actor.moments[number]
    relations: list[Relation] = []
    relations += _spatial(film, moment)
    relations += _contacts(moment)
    return KeyFrame(
        time=round(number / film.fps, 3),
        relations=tuple(relations),
        actions=tuple(_actions(film, moment)),
    )


def _spatial(film: Filmed, moment: Moment) -> Iterator[Relation]:
    person = _spot_of_person(film, moment)
    touched = {thing for _, thing in moment.contacts}
    touched |= {thing for name, thing in moment.actions if name not in _FROM_AFAR}
    for number in range(len(film.things)):
        other = _spot(film, moment, number)
        pair = Pair(person, other, Between(person, other))
        for name in _SPATIAL:
            truth = RULES[name](pair)
            if number in touched:  # nobody would say so of what is in the hand, but is it false?
                truth = False if truth is False and name != "next to" else None
            if truth is not False:
                yield Relation(name=name, object=str(number), certain=truth is True)


def _spot(film: Filmed, moment: Moment, number: int) -> Spot:
    at = moment.things[number]
    yaw = math.degrees(math.atan2(at.turn[1, 0], at.turn[0, 0]))
    x, y, z = (float(v) for v in at.place)
    thing = replace(film.things[number], x=x, y=y, z=z, yaw=yaw)
    points = shape(thing.asset).vertices @ (at.turn.T * thing.size) + at.place
    return Spot(number, thing, _seen(points, film), film.width)


def _spot_of_person(film: Filmed, moment: Moment) -> Spot:
    points = []
    for body in bodies([moment.pose], film.clothes, 0):
        place = body.placing(0)
        points.append(shape(body.asset).vertices @ turned(place).T + np.array(place[:3]))
    seen = _seen(np.concatenate(points), film)
    return Spot(film.person, Person(moment.pose), seen, film.width)


def _seen(points: Floats, film: Filmed) -> Sighting:
    xs, ys, _ = screen(points, film.shell.camera, film.width, film.height)
    box = int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1
    return Sighting(0, 1.0, 0.0, box)


def _contacts(moment: Moment) -> Iterator[Relation]:
    true = {(name, thing) for name, thing in moment.contacts}
    true |= {(name, thing) for name, thing in moment.actions if name in _AS_CONTACT}
    unsure: set[tuple[str, int | None]] = set()
    for name, thing in moment.actions:
        if name in _BY_HAND:
            unsure |= {("touching", thing), ("holding", thing)}
        if name == "sitting down on":
            unsure |= {("sitting on", thing), ("touching", thing)}
    for name, thing in true:
        if name == "holding" and ("carrying", thing) not in true:
            unsure.add(("carrying", thing))
    for name, thing in sorted(true | unsure, key=str):
        yield Relation(name=name, object=str(thing), certain=(name, thing) in true)


def _actions(film: Filmed, moment: Moment) -> Iterator[Action]:
    for name, thing in moment.actions:
        if name != WALKING:  # to no thing for sure
            yield Action(name=name, object=None if thing is None else str(thing))
    stated = {(name, thing) for name, thing in moment.actions}
    for name, thing in moment.actions:
        rivals: Sequence[int] = ()
        if name in ("walking to", WALKING):
            name, rivals = "walking to", _ahead(film, moment, _AHEAD, _AROUND)
        elif name == "pointing at" and thing is not None:
            rivals = _near_line(moment, thing)
        elif name == "sitting down on":
            yield Action(name="sitting on", object=str(thing), certain=False)
        for rival in rivals:
            if (name, rival) not in stated:
                yield Action(name=name, object=str(rival), certain=False)
    held = {thing for name, thing in moment.contacts if name == "holding"}
    for thing in sorted(t for t in held if t is not None):
        if ("carrying", thing) not in stated:
            yield Action(name="carrying", object=str(thing), certain=False)


def _ahead(film: Filmed, moment: Moment, angle: float, near: float) -> list[int]:
    """Things in the direction in which the person goes, or near."""
    pose = moment.pose
    found = []
    for number in range(len(film.things)):
        way = moment.things[number].place[:2] - np.array([pose.x, pose.y])
        away = float(np.linalg.norm(way))
        cosine = float(way @ pose.ahead[:2]) / max(away, 1e-9)
        if away < near or cosine > math.cos(math.radians(angle)):
            found.append(number)
    return found


def _near_line(moment: Moment, thing: int) -> list[int]:
    """Things in nearly the same direction as one, as the person sees them."""
    eye = joints(moment.pose).head
    way = moment.things[thing].place - eye
    found = []
    for number, at in enumerate(moment.things):
        other = at.place - eye
        cosine = float(way @ other) / float(np.linalg.norm(way) * np.linalg.norm(other))
        if number != thing and cosine > math.cos(math.radians(_POINTED)):
            found.append(number)
    return found
