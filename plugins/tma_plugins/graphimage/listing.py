"""Which plans a picture has."""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field

from tma import SceneGraph, VideoGraph
from tma_plugins.graphimage.config import GraphConfig
from tma_plugins.scenegraph.description import Description
from tma_plugins.scenegraph.knowledge import Knowledge
from tma_plugins.scenegraph.reading import Reading, places

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class _Listing(ABC):
    knowledge: Knowledge
    config: GraphConfig = field(default_factory=GraphConfig)

    def __call__(self, graph: SceneGraph | VideoGraph) -> list[Row]:
        """The rows of a picture's plans, each once."""
        if not isinstance(graph, SceneGraph):
            return []
        return list(dict.fromkeys(self.rows(Reading(graph, self.knowledge))))

    @abstractmethod
    def rows(self, reading: Reading) -> Iterator[Row]:
        """The rows; some may come again."""

    def described(
        self, reading: Reading, x: int, avoid: frozenset[str] = frozenset()
    ) -> list[Description]:
        """The descriptions by which an object is asked about."""
        if self.config.exact:
            return list(reading.descriptions(x, self.config.size, avoid))
        return next(reading.singled_out(x, self.config.size, avoid), [])

    def same(self, one: str, other: str) -> bool:
        """Whether a person might call one thing by both names."""
        sayable = self.knowledge.sayable
        return one in sayable.get(other, ()) or other in sayable.get(one, ())


class ObjectListing(_Listing):
    """`what-object`: a description, and a name of what fits it."""

    def rows(self, reading: Reading) -> Iterator[Row]:
        """The rows: description, target category."""
        for x, thing in enumerate(reading.objects):
            if thing.category is None and not self.config.exact:
                continue
            for description in self.described(reading, x):
                sure, maybe = reading.fitting(description)
                if any(reading.objects[y].category is None for y in places(maybe)):
                    continue
                for y in places(sure):
                    name = reading.objects[y].category
                    assert name is not None
                    if not (description.reference and self.same(name, description.reference)):
                        yield (*description.row(), name)


class AttributeListing(_Listing):
    """`what-attribute`: a description without the asked type, and a value of what fits it."""

    def rows(self, reading: Reading) -> Iterator[Row]:
        """The rows: description, attribute type, attribute value."""
        for x, thing in enumerate(reading.objects):
            for kind in sorted(k for k, values in thing.attributes.items() if values):
                for description in self.described(reading, x, frozenset({kind})):
                    for y in places(reading.fitting(description)[0]):
                        for value in reading.objects[y].attributes.get(kind, ()):
                            yield (*description.row(), kind, value)


class RelationListing(_Listing):
    """`what-relation`: a description each of two objects, and a relation from one to the other."""

    def rows(self, reading: Reading) -> Iterator[Row]:
        """The rows: subject's description, object's description, relation."""
        choices = [_Choices(self._sizes(reading, x), reading) for x in range(len(reading.objects))]
        for x, thing in enumerate(reading.objects):
            targets = dict.fromkeys(r.object for r in thing.relations if r.certain)
            for y in (reading.place(t) for t in targets):
                subject = choices[x].without(y, self._mark(reading, x, y))
                target = subject and choices[y].without(x, self._mark(reading, y, x))
                if subject and target:
                    for name in reading.stated(x, y):
                        yield (*subject.row(), *target.row(), name)

    def _sizes(self, reading: Reading, x: int) -> Iterator[list[Description]]:
        """Descriptions of x alone, by ascending size."""
        size = self.config.size
        if not self.config.exact:
            return reading.singled_out(x, size)
        only = 1 << x
        every = reading.descriptions(x, size)
        return iter([[d for d in every if reading.fitting(d) == (only, only)]])

    @staticmethod
    def _mark(reading: Reading, x: int, other: int) -> int:
        """A number that chooses one of several descriptions."""
        text = f"{reading.graph.id} {reading.objects[x].id} {reading.objects[other].id}"
        return zlib.crc32(text.encode())


class _Choices:
    """Descriptions of one object, made as far as they are needed."""

    def __init__(self, sizes: Iterator[list[Description]], reading: Reading) -> None:
        self._sizes = sizes
        self._reading = reading
        self._known: list[list[tuple[Description, int]]] = []

    def without(self, other: int, mark: int) -> Description | None:
        """One of the smallest that don't mention another object; None if all do."""
        for size in self._each():
            free = [d for d, mentioned in size if not mentioned >> other & 1]
            if free:
                return free[mark % len(free)]
        return None

    def _each(self) -> Iterator[list[tuple[Description, int]]]:
        yield from self._known
        for found in self._sizes:
            self._known.append([(d, self._reading.references(d)) for d in found])
            yield self._known[-1]
