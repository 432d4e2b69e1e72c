"""What follows from an annotation, and what a person might say instead: plain tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from weakref import WeakKeyDictionary

import numpy as np

from tma import Catalogue, stands_in

Directed = tuple[str, bool]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Knowledge:
    """The catalogue's knowledge as tables that other processes can be handed.

    Attributes:
        up: category -> itself and its ancestors.
        sayable: category -> every category whose name a person might rightly give it.
        overlaps: (attribute type, value) -> values that a person might say of the same thing.
        follows: relation -> what follows from it, with the direction.
        near: relation -> relations that a person might state, with the direction.
        sides: relation -> between what it may hold unstated, see `tma.RelationType`.
        actions: action -> actions that somebody does who does it.
        near_actions: action -> actions that a person might state.
        done_to: actions that are done to something.
    """

    up: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sayable: Mapping[str, frozenset[str]] = field(default_factory=dict)
    overlaps: Mapping[Pair, frozenset[str]] = field(default_factory=dict)
    follows: Mapping[str, frozenset[Directed]] = field(default_factory=dict)
    near: Mapping[str, frozenset[Directed]] = field(default_factory=dict)
    sides: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    near_actions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    done_to: frozenset[str] = frozenset()

    def is_a(self, category: str | None, name: str) -> bool | None:
        """Whether a thing is of the category `name`; None if nobody can say."""
        if category is None:
            return None
        if name in self.up[category]:
            return True
        return None if name in self.sayable[category] else False

    @classmethod
    def of(cls, catalogue: Catalogue) -> Knowledge:
        """The tables of a catalogue."""
        ids = catalogue.categories
        taxonomy = catalogue.taxonomy

        def table(matrix: object) -> dict[str, frozenset[str]]:
            rows = np.asarray(matrix)
            return {
                c: frozenset(ids[i] for i in np.flatnonzero(row).tolist())
                for c, row in zip(ids, rows, strict=True)
            }

        relations, actions = catalogue.relations, catalogue.actions
        near = {}
        for name in relations.names:
            ways = {(n, True) for n in relations.conceivable(name)}
            for inverse in relations.inverses(name):
                ways |= {(n, False) for n in relations.conceivable(inverse)}
            near[name] = frozenset(ways)
        return cls(
            up=table(taxonomy.up),
            sayable=table(taxonomy.conceivable),
            overlaps=_overlaps(catalogue),
            follows={n: relations.follows(n) for n in relations.names},
            near=near,
            sides={n: side for n in relations.names if (side := relations.side(n))},
            actions={n: actions.entailed(n) for n in actions.names},
            near_actions={n: actions.conceivable(n) for n in actions.names},
            done_to=frozenset(n for n in actions.names if "{object}" in actions.phrase(n)),
        )


def _overlaps(catalogue: Catalogue) -> dict[Pair, frozenset[str]]:
    """Declared overlaps, and values whose words stand in each other: blue, light blue."""
    found: dict[Pair, set[str]] = {}
    by_type: dict[str, list[str]] = {}
    for kind, value in catalogue.attribute_values:
        found[kind, value] = set(catalogue.overlapping(kind, value))
        by_type.setdefault(kind, []).append(value)
    for kind, values in by_type.items():
        for one, other in combinations(values, 2):
            if stands_in(one, other) or stands_in(other, one):
                found[kind, one].add(other)
                found[kind, other].add(one)
    return {pair: frozenset(values) for pair, values in found.items()}


_KNOWN: WeakKeyDictionary[Catalogue, Knowledge] = WeakKeyDictionary()


def knowledge_of(catalogue: Catalogue) -> Knowledge:
    """The catalogue's tables, made once."""
    found = _KNOWN.get(catalogue)
    if found is None:
        found = _KNOWN[catalogue] = Knowledge.of(catalogue)
    return found
