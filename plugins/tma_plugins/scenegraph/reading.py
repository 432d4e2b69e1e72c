"""A picture's graph, read for what fits descriptions: what surely does, and what perhaps does.

Sets of objects are integers with a bit for each object, by its place in the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import combinations

from tma import GraphObject, SceneGraph
from tma_plugins.scenegraph.description import Description, Pair
from tma_plugins.scenegraph.knowledge import Knowledge

Bits = int
Adjacency = dict[tuple[str, bool], dict[int, Bits]]
"""(relation, whether as its subject) -> object -> those that it stands in the relation to."""


class Reading:
    """What a graph says, with all that follows from it.

    Args:
        graph: a picture's.
        knowledge: of the catalogue that the graph belongs to.

    Attributes:
        objects: the graph's.
    """

    def __init__(self, graph: SceneGraph, knowledge: Knowledge) -> None:
        self.graph = graph
        self.objects = graph.objects
        self._knowledge = knowledge
        self._place = {o.id: i for i, o in enumerate(graph.objects)}

    def place(self, object_id: str) -> int:
        """Where the object stands in the graph. Raises KeyError."""
        return self._place[object_id]

    # -- what fits --------------------------------------------------------------------------

    def fitting(self, description: Description) -> tuple[Bits, Bits]:
        """Objects that surely fit, and those that perhaps do (the sure ones among them)."""
        sure = self._fit(description, self._having, self._named, self._edges)
        maybe = self._fit(description, self._perhaps_having, self._perhaps_named, self._maybe_edges)
        return sure, maybe | sure

    def unexcluded(self, description: Description) -> Bits:
        """Objects that might fit if annotators left things out; those that perhaps fit otherwise.

        An object without any value of an attribute's type might have that value; and a relation
        that boxes can't rule out might hold (`tma.RelationType.side`).
        """
        found = self.fitting(description)[1]
        if self.graph.complete:
            return found
        more = (1 << len(self.objects)) - 1
        for pair in description.attributes:
            more &= self._unexcluded_value(pair)
        if description.reference:
            others = self._perhaps_named(description.reference)
            for pair in description.reference_attributes:
                others &= self._unexcluded_value(pair)
            more &= self._unexcluded_links(description.relation, description.is_subject, others)
        return found | more

    def _fits_just(self, only: Bits, description: Description) -> bool:
        """Whether a description surely fits some objects, and perhaps no others."""
        return (
            self._fit(description, self._having, self._named, self._edges) == only
            and self.fitting(description)[1] == only
        )

    def _unexcluded_value(self, pair: Pair) -> Bits:
        unknown = sum(1 << i for i, o in enumerate(self.objects) if not o.attributes.get(pair[0]))
        return self._perhaps_having(pair) | unknown

    def _unexcluded_links(self, relation: str, is_subject: bool, others: Bits) -> Bits:
        near = self._maybe_edges.get((relation, is_subject), {})
        found = sum(1 << x for x, ys in near.items() if ys & others)
        for x in range(len(self.objects)):
            for y in places(others & ~(1 << x)):
                if self.may_lie(relation, *((x, y) if is_subject else (y, x))):
                    found |= 1 << x
        return found

    def may_lie(self, relation: str, x: int, y: int) -> bool:
        """Whether a relation from x to y that is not stated may hold all the same.

        A side is ruled out if the middle of one box lies on the other side of the other's middle,
        by a quarter of the smaller box or more.
        """
        side = self._knowledge.sides.get(relation)
        if side is None or self.graph.complete:
            return False
        one, other = self.objects[x].box, self.objects[y].box
        if side == "any" or one is None or other is None:
            return True
        low = 0 if side in ("left", "right") else 1
        beyond = one[low] + one[low + 2] - other[low] - other[low + 2]
        if side in ("left", "above"):
            beyond = -beyond
        return beyond > -min(one[low + 2] - one[low], other[low + 2] - other[low]) / 2

    def references(self, description: Description) -> Bits:
        """Objects that might be taken for the description's neighbour."""
        if not description.reference:
            return 0
        found = self._perhaps_named(description.reference)
        for pair in description.reference_attributes:
            found &= self._perhaps_having(pair)
        return found

    def _fit(
        self,
        description: Description,
        having: Callable[[Pair], Bits],
        named: Callable[[str], Bits],
        edges: Adjacency,
    ) -> Bits:
        found = (1 << len(self.objects)) - 1
        for pair in description.attributes:
            found &= having(pair)
        if description.reference and found:
            others = named(description.reference)
            for pair in description.reference_attributes:
                others &= having(pair)
            near = edges.get((description.relation, description.is_subject), {})
            found &= sum(1 << x for x, ys in near.items() if ys & others)
        return found

    def _having(self, pair: Pair) -> Bits:
        return self._by_value[0].get(pair, 0)

    def _perhaps_having(self, pair: Pair) -> Bits:
        return self._by_value[1].get(pair, 0)

    @cached_property
    def _by_value(self) -> tuple[dict[Pair, Bits], dict[Pair, Bits]]:
        sure: dict[Pair, Bits] = {}
        maybe: dict[Pair, Bits] = {}
        overlaps = self._knowledge.overlaps
        for place, thing in enumerate(self.objects):
            bit = 1 << place
            for pair in pairs_of(thing):
                sure[pair] = sure.get(pair, 0) | bit
                for said in (pair[1], *overlaps.get(pair, ())):
                    maybe[pair[0], said] = maybe.get((pair[0], said), 0) | bit
            for kind, values in thing.maybe.items():
                for value in values:
                    maybe[kind, value] = maybe.get((kind, value), 0) | bit
        return sure, maybe

    def _named(self, name: str) -> Bits:
        return self._by_name[0].get(name, 0)

    def _perhaps_named(self, name: str) -> Bits:
        """Those that might be called so; of what is outside the taxonomy nobody can say."""
        return self._by_name[1].get(name, 0) | self._nameless

    @cached_property
    def _by_name(self) -> tuple[dict[str, Bits], dict[str, Bits]]:
        """For the names in the picture, which are all that descriptions use."""
        names = dict.fromkeys(o.category for o in self.objects if o.category is not None)
        sure = dict.fromkeys(names, 0)
        maybe = dict.fromkeys(names, 0)
        for place, thing in enumerate(self.objects):
            if thing.category is None:
                continue
            up = self._knowledge.up[thing.category]
            sayable = self._knowledge.sayable[thing.category]
            for name in names:
                if name in sayable:
                    maybe[name] |= 1 << place
                    if name in up:
                        sure[name] |= 1 << place
        return sure, maybe

    @cached_property
    def _nameless(self) -> Bits:
        return sum(1 << i for i, o in enumerate(self.objects) if o.category is None)

    @cached_property
    def _edges(self) -> Adjacency:
        return self._all_edges[0]

    @cached_property
    def _maybe_edges(self) -> Adjacency:
        return self._all_edges[1]

    @cached_property
    def _all_edges(self) -> tuple[Adjacency, Adjacency]:
        """For the relations that are stated in the picture, which are all that descriptions use."""
        sure: Adjacency = {}
        maybe: Adjacency = {}
        used = {r.name for o in self.objects for r in o.relations}
        follows = {n: [d for d in self._knowledge.follows[n] if d[0] in used] for n in used}
        near = {n: [d for d in self._knowledge.near[n] if d[0] in used] for n in used}
        for x, thing in enumerate(self.objects):
            for relation in thing.relations:
                y = self._place[relation.object]
                if relation.certain:
                    for name, way in follows[relation.name]:
                        _join(sure, name, way, x, y)
                for name, way in near[relation.name]:
                    _join(maybe, name, way, x, y)
        return sure, maybe

    def between(self, x: int, y: int) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """Relations from x to y: those that surely hold, all that might, and those stated."""
        sure: set[str] = set()
        maybe = {n for n in self._knowledge.sides if self.may_lie(n, x, y)}
        for subject, target, forward in ((x, y, True), (y, x, False)):
            for relation in self.objects[subject].relations:
                if self._place[relation.object] != target:
                    continue
                near = self._knowledge.near[relation.name]
                maybe |= {n for n, way in near if way == forward}
                if relation.certain:
                    follows = self._knowledge.follows[relation.name]
                    sure |= {n for n, way in follows if way == forward}
        return frozenset(sure), frozenset(maybe | sure), frozenset(self.stated(x, y))

    def stated(self, x: int, y: int) -> list[str]:
        """Relations from x to y as annotated, in ascending order."""
        links = self.objects[x].relations
        return sorted({r.name for r in links if r.certain and self._place[r.object] == y})

    # -- describing -------------------------------------------------------------------------

    @cached_property
    def neighbours(self) -> list[list[tuple[str, bool, int]]]:
        """For each object: (relation, whether it is the subject, neighbour), as stated."""
        found: list[list[tuple[str, bool, int]]] = [[] for _ in self.objects]
        for x, thing in enumerate(self.objects):
            for relation in thing.relations:
                if relation.certain:
                    y = self._place[relation.object]
                    found[x].append((relation.name, True, y))
                    found[y].append((relation.name, False, x))
        return found

    def descriptions(
        self, x: int, size: int, avoid: frozenset[str] = frozenset()
    ) -> Iterator[Description]:
        """Every description of an object with so many elements, each once.

        Args:
            x: the object's place.
            size: how many elements.
            avoid: attribute types that must not be mentioned.
        """
        own = [p for p in pairs_of(self.objects[x]) if p[0] not in avoid]
        yield from (Description(a) for a in combinations(own, size))
        seen: set[Description] = set()
        for name, is_subject, y in self.neighbours[x]:
            category = self.objects[y].category
            if category is None:
                continue
            theirs = [p for p in pairs_of(self.objects[y]) if p[0] not in avoid]
            for few in range(min(len(own), size - 1) + 1):
                for more in combinations(theirs, size - 1 - few):
                    for attributes in combinations(own, few):
                        made = Description(attributes, name, is_subject, category, more)
                        if made not in seen:
                            seen.add(made)
                            yield made

    def singled_out(
        self, x: int, most: int, avoid: frozenset[str] = frozenset()
    ) -> Iterator[list[Description]]:
        """Descriptions that fit this object and nothing else, by ascending size.

        Sizes without any are left out.
        """
        only = 1 << x
        for size in range(1, most + 1):
            found = [d for d in self.descriptions(x, size, avoid) if self._fits_just(only, d)]
            if found:
                yield found


def _join(edges: Adjacency, name: str, way: bool, x: int, y: int) -> None:
    """X stands in the relation to y (or y to x, if `way` is False)."""
    subject, target = (x, y) if way else (y, x)
    near = edges.setdefault((name, True), {})
    near[subject] = near.get(subject, 0) | 1 << target
    near = edges.setdefault((name, False), {})
    near[target] = near.get(target, 0) | 1 << subject


def pairs_of(thing: GraphObject) -> list[Pair]:
    """The (type, value) pairs of an object, sorted."""
    return sorted((t, v) for t, values in thing.attributes.items() for v in values)


def places(bits: Bits) -> list[int]:
    """The places in a set, ascending."""
    return [i for i in range(bits.bit_length()) if bits >> i & 1]
