"""What relations and actions follow from each other, and which nobody can keep apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from tma.columns import Domain
from tma.contract.assets import ActionType, RelationType
from tma.errors import AssetError
from tma.names import Nesting, alike

Directed = tuple[str, bool]
"""A name, and whether it holds in the direction asked about (True) or the other way round."""


class Relations:
    """A source's relation types.

    Args:
        types: the inventory's.

    Attributes:
        names: as graphs state them, in the inventory's order.

    Raises:
        AssetError: a name stands twice, or a type names an unknown one.
    """

    def __init__(self, types: Sequence[RelationType]) -> None:
        self._types = {t.name: t for t in types}
        self.names = tuple(self._types)
        _check("relation type", types, {t.name: _links(t) for t in types})
        self._inverse: dict[str, set[str]] = {n: set() for n in self._types}
        for t in types:
            if t.inverse is not None:
                self._inverse[t.name].add(t.inverse)
                self._inverse[t.inverse].add(t.name)
            if t.symmetric:
                self._inverse[t.name].add(t.name)

    def __contains__(self, name: object) -> bool:
        return name in self._types

    @cached_property
    def domain(self) -> Domain:
        """The names as a plan field's domain."""
        return Domain(self.names)

    def kind(self, name: str) -> str:
        """`spatial`, `contact`, ...; empty if the source makes no difference."""
        return self._types[name].kind

    def side(self, name: str) -> str | None:
        """Between what it may hold unstated, see `tma.RelationType`."""
        return self._types[name].side

    def phrase(self, name: str) -> str:
        """What stands between the names of two things, of one: `is on`, `has`."""
        return self._types[name].phrase or f"is {name}"

    def follows(self, name: str) -> frozenset[Directed]:
        """Everything that holds of x and y if `x name y` does; `(name, True)` among it."""
        return self._follows[name]

    @cached_property
    def _follows(self) -> Mapping[str, frozenset[Directed]]:
        return {n: frozenset(self._closed(n)) for n in self._types}

    def _closed(self, name: str) -> set[Directed]:
        found: set[Directed] = {(name, True)}
        todo = [(name, True)]
        while todo:
            current, way = todo.pop()
            more = [(n, way) for n in self._types[current].implies]
            more += [(n, not way) for n in self._inverse[current]]
            todo += (fresh := [m for m in more if m not in found])
            found.update(fresh)
        return found

    def entailed(self, name: str) -> frozenset[str]:
        """Names that hold in the same direction if `name` does, itself among them."""
        return frozenset(n for n, way in self._follows[name] if way)

    def inverses(self, name: str) -> frozenset[str]:
        """Names that hold the other way round if `name` does."""
        return frozenset(n for n, way in self._follows[name] if not way)

    def conceivable(self, name: str) -> frozenset[str]:
        """Names that a person might say where `name` is stated, itself among them.

        What follows from it and what it follows from, for the annotation may be coarse; and the
        look-alikes of what follows from it.
        """
        return self._conceivable[name]

    @cached_property
    def _conceivable(self) -> Mapping[str, frozenset[str]]:
        up = {n: self.entailed(n) for n in self._types}
        return _conceivable(up, {t.name: t.lookalikes for t in self._types.values()})

    def confusable(self, name: str) -> frozenset[str]:
        """The names that can't be distractors when `name` is an answer."""
        return self._confusable[name]

    @cached_property
    def _confusable(self) -> Mapping[str, frozenset[str]]:
        return _symmetric(self._conceivable)

    def contradiction(self, stated: Mapping[tuple[str, str], Sequence[str]]) -> str | None:
        """Two relations that can't hold together; None if none.

        *x above y* with *y above x*, and *x above y* with *x below y*, which is the same.

        Args:
            stated: (subject, object) -> names.
        """
        for (one, other), names in stated.items():
            for name in names:
                against = self._against[name]
                for back in stated.get((other, one), ()):
                    if against & self.entailed(back):
                        return f"{one!r} {name} {other!r}, and {other!r} {back} {one!r}"
                for beside in names:
                    if against & self.inverses(beside):
                        return f"{one!r} {name} {other!r}, and also {beside}"
        return None

    @cached_property
    def _against(self) -> Mapping[str, frozenset[str]]:
        """Name -> what holds if it does, and then surely not the other way round."""
        one_way = {n for n in self._types if self._inverse[n] and n not in self.inverses(n)}
        return {n: self.entailed(n) & one_way for n in self._types}


class Actions:
    """A source's action types; the attributes and errors are those of `Relations`."""

    def __init__(self, types: Sequence[ActionType]) -> None:
        self._types = {t.name: t for t in types}
        self.names = tuple(self._types)
        _check("action type", types, {t.name: (*t.implies, *t.lookalikes) for t in types})

    def __contains__(self, name: object) -> bool:
        return name in self._types

    @cached_property
    def domain(self) -> Domain:
        """The names as a plan field's domain."""
        return Domain(self.names)

    def phrase(self, name: str) -> str:
        """What stands after *is*; with `{object}` for what the action is done to, if anything."""
        return self._types[name].phrase or name

    def entailed(self, name: str) -> frozenset[str]:
        """Names of what somebody does who does this, itself among them."""
        return self._entailed[name]

    @cached_property
    def _entailed(self) -> Mapping[str, frozenset[str]]:
        found = {}
        for name in self._types:
            reached = {name}
            todo = [name]
            while todo:
                fresh = [n for n in self._types[todo.pop()].implies if n not in reached]
                reached.update(fresh)
                todo += fresh
            found[name] = frozenset(reached)
        return found

    def conceivable(self, name: str) -> frozenset[str]:
        """Names that a person might say where `name` is stated, itself among them."""
        return self._conceivable[name]

    @cached_property
    def _conceivable(self) -> Mapping[str, frozenset[str]]:
        return _conceivable(
            dict(self._entailed), {t.name: t.lookalikes for t in self._types.values()}
        )

    def confusable(self, name: str) -> frozenset[str]:
        """The names that can't be distractors when `name` is an answer."""
        return self._confusable[name]

    @cached_property
    def _confusable(self) -> Mapping[str, frozenset[str]]:
        return _symmetric(self._conceivable)


def _links(kind: RelationType) -> tuple[str, ...]:
    return (*kind.implies, *kind.lookalikes, *((kind.inverse,) if kind.inverse else ()))


def _check(
    what: str,
    types: Sequence[RelationType] | Sequence[ActionType],
    links: Mapping[str, Sequence[str]],
) -> None:
    if len(links) != len(types):
        names = [t.name for t in types]
        twice = next(n for n in names if names.count(n) > 1)
        raise AssetError(f"{what} {twice!r} stands twice")
    for name, others in links.items():
        for other in others:
            if other not in links:
                raise AssetError(f"{what} {name!r} names an unknown one: {other!r}")


def _conceivable(
    up: Mapping[str, frozenset[str]], lookalikes: Mapping[str, Sequence[str]]
) -> dict[str, frozenset[str]]:
    """Name -> what might be said: entailed, entailing, and look-alikes of what is entailed."""
    near: dict[str, set[str]] = {n: set(others) for n, others in lookalikes.items()}
    for name, others in lookalikes.items():
        for other in others:
            near[other].add(name)
    for name, other in alike({n: (n,) for n in up}, Nesting.KIND):
        near[name].add(other)
    found: dict[str, set[str]] = {
        name: set(above).union(*(near[a] for a in above)) for name, above in up.items()
    }
    for name, above in up.items():
        for general in above:
            found[general].add(name)
    return {n: frozenset(s) for n, s in found.items()}


def _symmetric(conceivable: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {n: set(s) for n, s in conceivable.items()}
    for name, others in conceivable.items():
        for other in others:
            found[other].add(name)
    return {n: frozenset(s - {n}) for n, s in found.items()}
