"""What scene graphs state of things: categories, attributes, relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tma import GraphObject, Relation, SceneGraph
from tma_plugins.objects.variants import attributes, ruled_out
from tma_plugins.rendered.catalog import attribute_types
from tma_plugins.rendered.compose import Composed
from tma_plugins.rendered.relations import all_relations
from tma_plugins.rendered.spots import Spot
from tma_plugins.rendered.stock import look_of, parsed
from tma_plugins.rendered.things import Thing

Values = Mapping[str, tuple[str, ...]]
_MANY_COLOURS = frozenset(["painting", "window", "bookshelf"])
"""Categories of which one would not say that they have their asset's colour."""


def described(thing: Thing) -> tuple[Values, Values]:
    """What is known of a thing by attribute type, and what might be said of it."""
    kind, _ = parsed(thing.asset)
    seen = look_of(thing.asset)
    known = dict(attributes(kind, seen))
    if kind.id in _MANY_COLOURS:
        known = {}
    never = ruled_out(kind, seen)
    maybe = {
        kind.name: tuple(v for v in kind.values if v not in never.get(kind.name, ()))
        for kind in attribute_types()
        if kind.name not in known
    }
    return known, maybe


def scene_graph(name: str, scene: Composed) -> SceneGraph:
    """The graph of a scene."""
    spots = [
        Spot(n, thing, seen, scene.width)
        for n, (thing, seen) in enumerate(zip(scene.things, scene.seen, strict=True))
    ]
    relations: list[list[Relation]] = [[] for _ in spots]
    for subject, relation, other, truth in all_relations(spots):
        stated = Relation(name=relation, object=str(other), certain=truth is True)
        relations[subject].append(stated)
    return SceneGraph(
        id=name,
        width=scene.width,
        height=scene.height,
        objects=tuple(
            _object(spot, thing, found)
            for spot, thing, found in zip(spots, scene.things, relations, strict=True)
        ),
        complete=True,
    )


def _object(spot: Spot, thing: Thing, relations: Sequence[Relation]) -> GraphObject:
    known, maybe = described(thing)
    return GraphObject(
        id=str(spot.number),
        category=thing.category,
        box=spot.seen.box,
        attributes=known,
        maybe=maybe,
        relations=tuple(relations),
    )
