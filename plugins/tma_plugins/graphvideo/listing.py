"""Which plans a video has: those whose answer surely is true, and no others."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from tma import SceneGraph, VideoGraph
from tma_plugins.graphvideo.timeline import WHEN, Deed, Timeline
from tma_plugins.scenegraph.knowledge import Knowledge

Row = tuple[str, ...]


def written(deed: Deed) -> str:
    """An action as a plan field holds it: its name, and what it is done to."""
    return f"{deed[0]}: {deed[1]}" if deed[1] else deed[0]


@dataclass(frozen=True)
class _Listing(ABC):
    knowledge: Knowledge

    def __call__(self, graph: SceneGraph | VideoGraph) -> list[Row]:
        """The rows of a video's plans, each once."""
        if not isinstance(graph, VideoGraph):
            return []
        line = Timeline(graph, self.knowledge)
        rows = (
            (when, written(deed), *row)
            for deed in line.stated_deeds()
            for when in WHEN
            for row in self.rows(line, when, deed)
        )
        return list(dict.fromkeys(rows))

    @abstractmethod
    def rows(self, line: Timeline, when: str, deed: Deed) -> Iterator[Row]:
        """What is asked about the time before, after or while an action is done."""


class ObjectListing(_Listing):
    """`what-object`: a relation, and the category of what the actor stands in it to."""

    def rows(self, line: Timeline, when: str, deed: Deed) -> Iterator[Row]:
        """Relation, target category."""
        zone = line.zone(when, deed)
        for relation in dict.fromkeys(name for name, _ in line.stated_links()):
            sure, maybe = line.of_links(relation, zone)
            if any(line.objects[o].category is None for o in maybe):
                continue
            for thing in sorted(sure):
                category = line.objects[thing].category
                assert category is not None
                yield relation, category


class RelationListing(_Listing):
    """`what-relation`: an object that its name singles out, and a relation to it."""

    def rows(self, line: Timeline, when: str, deed: Deed) -> Iterator[Row]:
        """Reference category, target relation."""
        zone = line.zone(when, deed)
        for relation, thing in line.stated_links():
            category = line.objects[thing].category
            if category is None or only(line, category, self.knowledge) != thing:
                continue
            if relation in line.of_relations([thing], zone)[0]:
                yield category, relation


class ActionListing(_Listing):
    """`what-action`: another action."""

    def rows(self, line: Timeline, when: str, deed: Deed) -> Iterator[Row]:
        """Target action."""
        done = line.of_deeds(line.zone(when, deed))[0]
        for other in line.stated_deeds():
            if other in done and not alike(other, deed, self.knowledge):
                yield (written(other),)


def only(line: Timeline, category: str, knowledge: Knowledge) -> str | None:
    """The one object that a category's name surely means; None if another might be meant."""
    fits = {o: knowledge.is_a(t.category, category) for o, t in line.objects.items()}
    possible = [o for o, fit in fits.items() if fit is not False]
    return possible[0] if len(possible) == 1 and fits[possible[0]] else None


def alike(one: Deed, other: Deed, knowledge: Knowledge) -> bool:
    """Whether a person might take one action for the other."""
    near = knowledge.near_actions
    return (one[0] in near[other[0]] or other[0] in near[one[0]]) and (
        one[1] == other[1]
        or not (one[1] and other[1])
        or one[1] in knowledge.sayable.get(other[1], ())
        or other[1] in knowledge.sayable.get(one[1], ())
    )
