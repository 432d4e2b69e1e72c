"""Before, after and while: what holds when, on the key frames of a video.

Sets of key frames are integers with a bit for each, by its place in time. Let A be the frames at
which the reference action is done. What holds at some frame of these holds

    before   frames that lie before every frame of A
    after    frames that lie after every frame of A
    while    frames of A

and what holds at no frame of them does not. So what is done before an action is never done while it
is. Where an annotation is borderline, each set has a smallest and a largest form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tma import VideoGraph
from tma_plugins.scenegraph.knowledge import Knowledge

K = TypeVar("K")
WHEN = ("before", "after", "while")
Frames = int
Deed = tuple[str, str]
"""An action, and the category of what it is done to; empty for nothing."""
Link = tuple[str, str]
"""A relation and the id of the object that the actor stands in it to."""


@dataclass(frozen=True)
class Spans:
    """When something holds: frames at which it surely does, and at which it perhaps does.

    Attributes:
        sure: a subset of `maybe`.
        maybe: all but the frames at which it surely does not.
    """

    sure: Frames = 0
    maybe: Frames = 0


def zone(when: str, action: Spans, count: int) -> Spans:
    """The frames asked about.

    Args:
        when: before, after or while.
        action: when the reference action is done; surely at one frame or more.
        count: how many key frames there are.
    """
    if when == "while":
        return action
    every = (1 << count) - 1
    if when == "before":
        return Spans(_below(action.maybe), _below(action.sure))
    return Spans(every & ~_upto(action.maybe), every & ~_upto(action.sure))


def _below(frames: Frames) -> Frames:
    """All frames before the first of some."""
    return (frames & -frames) - 1 if frames else 0


def _upto(frames: Frames) -> Frames:
    """All frames up to the last of some."""
    return (1 << frames.bit_length()) - 1


class Timeline:
    """What holds when in a video, with all that follows.

    Args:
        graph: the video's.
        knowledge: of the catalogue.

    Attributes:
        deeds: what the actor does.
        links: relations from the actor to objects.
        count: how many key frames.
    """

    def __init__(self, graph: VideoGraph, knowledge: Knowledge) -> None:
        self.graph = graph
        self.count = len(graph.frames)
        self.objects = graph.objects_by_id()
        self._knowledge = knowledge
        deeds: dict[Deed, list[Frames]] = {}
        links: dict[Link, list[Frames]] = {}
        for place, frame in enumerate(graph.frames):
            bit = 1 << place
            for action in frame.actions:
                thing = self._category(action.object)
                entailed = knowledge.actions[action.name]
                for name in knowledge.near_actions[action.name]:
                    sure = action.certain and name in entailed
                    _mark(deeds, (name, ""), bit, sure)
                    for said in self._sayable(name, thing):
                        exact = said in knowledge.up.get(thing, ())
                        _mark(deeds, (name, said), bit, sure and exact)
            for relation in frame.relations:
                follows = knowledge.follows[relation.name]
                for name, way in knowledge.near[relation.name]:
                    if way:
                        sure = relation.certain and (name, True) in follows
                        _mark(links, (name, relation.object), bit, sure)
        self.deeds = _spans(deeds)
        self.links = _spans(links)

    def _category(self, object_id: str | None) -> str:
        if object_id is None:
            return ""
        return self.objects[object_id].category or ""

    def _sayable(self, action: str, category: str) -> Iterable[str]:
        """What an action might be said to be done to: anything, if that is not known."""
        if category:
            return self._knowledge.sayable[category]
        return self._knowledge.up if action in self._knowledge.done_to else ()

    def stated_deeds(self) -> list[Deed]:
        """What is annotated as done, in order of first appearance."""
        stated = (
            (a.name, self._category(a.object))
            for f in self.graph.frames
            for a in f.actions
            if a.certain and (a.object is None or self._category(a.object))
        )
        return list(dict.fromkeys(stated))

    def stated_links(self) -> list[Link]:
        """Relations that are annotated, in order of first appearance."""
        stated = ((r.name, r.object) for f in self.graph.frames for r in f.relations if r.certain)
        return list(dict.fromkeys(stated))

    def zone(self, when: str, action: Deed) -> Spans:
        """The frames before, after or while an action is done; none if it surely never is."""
        spans = self.deeds.get(action, Spans())
        return zone(when, spans, self.count) if spans.sure else Spans()

    def of_links(self, relation: str, where: Spans) -> tuple[set[str], set[str]]:
        """Objects that the actor surely, and perhaps, stands in a relation to."""
        sure, maybe = _true(
            {o: spans for (name, o), spans in self.links.items() if name == relation}, where
        )
        if relation in self._unstated and where.maybe:
            maybe = {o for o in self.objects if o != self.graph.actor}
        return sure, maybe

    def of_relations(self, objects: Iterable[str], where: Spans) -> tuple[set[str], set[str]]:
        """Relations in which the actor surely, and perhaps, stands to one of some objects."""
        sure: set[str] = set()
        maybe: set[str] = set()
        for thing in objects:
            found = {name: spans for (name, o), spans in self.links.items() if o == thing}
            some, others = _true(found, where)
            sure |= some
            maybe |= others
        if where.maybe:
            maybe |= self._unstated
        return sure, maybe

    @property
    def _unstated(self) -> frozenset[str]:
        """Relations that may hold though nobody states them, see `tma.RelationType.side`."""
        return frozenset() if self.graph.complete else frozenset(self._knowledge.sides)

    def of_deeds(self, where: Spans) -> tuple[set[Deed], set[Deed]]:
        """What the actor surely, and perhaps, does."""
        return _true(self.deeds, where)

    @property
    def always(self) -> Spans:
        """All frames."""
        every = (1 << self.count) - 1
        return Spans(every, every)


def _mark(
    found: dict[tuple[str, str], list[Frames]], key: tuple[str, str], bit: int, sure: bool
) -> None:
    spans = found.setdefault(key, [0, 0])
    spans[1] |= bit
    if sure:
        spans[0] |= bit


def _spans(found: Mapping[tuple[str, str], list[Frames]]) -> dict[tuple[str, str], Spans]:
    return {key: Spans(*spans) for key, spans in found.items()}


def _true(spans: Mapping[K, Spans], where: Spans) -> tuple[set[K], set[K]]:
    sure = {k for k, s in spans.items() if s.sure & where.sure}
    return sure, {k for k, s in spans.items() if s.maybe & where.maybe} | sure
