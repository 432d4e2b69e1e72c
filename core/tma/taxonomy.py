"""The category graph of an inventory: checked, closed, and reduced to the categories in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

import numpy as np
from numpy.typing import NDArray

from tma.contract.assets import Category
from tma.errors import AssetError
from tma.names import Nesting, alike

Matrix = NDArray[np.bool_]


class Taxonomy:
    """Categories with at least one asset at or below them, in ascending order of their ids.

    Args:
        categories: all nodes; parents and look-alikes must be among them.
        used: ids of the categories that assets name directly.

    Attributes:
        ids: the n categories in use; the position of an id is its code.
        up: (n, n) bool; `up[c, d]` says that d is c or one of its ancestors.

    Raises:
        AssetError: an id stands twice, a parent or look-alike is unknown, an asset names an
            unknown category, or the graph has a cycle.
    """

    def __init__(self, categories: Sequence[Category], used: set[str]) -> None:
        nodes = {c.id: c for c in categories}
        if len(nodes) != len(categories):
            seen: set[str] = set()
            double = next(c.id for c in categories if c.id in seen or seen.add(c.id))  # type: ignore[func-returns-value]
            raise AssetError(f"taxonomy: category {double!r} stands twice")
        _check_links(nodes, used)
        order = _topological(nodes)
        closure = _closure(nodes, order)
        place = {c: i for i, c in enumerate(order)}
        in_use = 0
        for c in used:
            in_use |= closure[c]
        self.ids: tuple[str, ...] = tuple(sorted(c for c in order if in_use >> place[c] & 1))
        self.code: dict[str, int] = {c: i for i, c in enumerate(self.ids)}
        self._nodes = {c: nodes[c] for c in self.ids}
        self.up: Matrix = _matrix([closure[c] for c in self.ids], [place[c] for c in self.ids])

    def __len__(self) -> int:
        return len(self.ids)

    def node(self, category: str) -> Category:
        """The category's record. Raises KeyError if it is not in use."""
        return self._nodes[category]

    @cached_property
    def related(self) -> Matrix:
        """(n, n) bool: c itself, its ancestors and its descendants."""
        return self.up | self.up.T

    @cached_property
    def lookalikes(self) -> Matrix:
        """(n, n) bool, symmetric: declared look-alikes."""
        nodes = self._nodes.values()
        return self._symmetric((n.id, d) for n in nodes for d in n.lookalikes if d in self.code)

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        return {c: (n.name, *n.synonyms) for c, n in self._nodes.items()}

    @cached_property
    def namesakes(self) -> Matrix:
        """(n, n) bool, symmetric: different categories whose names are equal or nested."""
        return self._symmetric(sorted(alike(self._names)))

    def _symmetric(self, pairs: Iterable[tuple[str, str]]) -> Matrix:
        matrix = np.zeros((len(self), len(self)), dtype=bool)
        for c, d in pairs:
            matrix[self.code[c], self.code[d]] = matrix[self.code[d], self.code[c]] = True
        np.fill_diagonal(matrix, False)
        return matrix

    @cached_property
    def conceivable(self) -> Matrix:
        """(n, n) bool: `[c, d]` says that a thing annotated as c might rightly be called d.

        These are c's ancestors; its descendants, for the annotation may be coarse; its
        look-alikes, and what shares a name's words with it, with all their ancestors: who calls
        a record player a record calls it a storage medium too; and the namesakes of c and its
        ancestors. A look-alike of an ancestor is none of c: that a tray may be called a
        container makes no bottle a tray.
        """
        up = self.up
        near = self.lookalikes | self._symmetric(sorted(alike(self._names, Nesting.WORDS)))
        return up | up.T | _follow(near, up) | _follow(up, self.namesakes)


def _follow(first: Matrix, second: Matrix) -> Matrix:
    """The composed relation: c to d if some e has c to e by the first, e to d by the second."""
    composed: Matrix = (first.astype(np.float32) @ second.astype(np.float32)) > 0
    return composed


def _check_links(nodes: Mapping[str, Category], used: set[str]) -> None:
    for category in nodes.values():
        for field, links in (("parents", category.parents), ("lookalikes", category.lookalikes)):
            for link in links:
                if link not in nodes:
                    raise AssetError(
                        f"taxonomy: {field} of category {category.id!r} name an unknown category "
                        f"{link!r}"
                    )
    if unknown := sorted(used - nodes.keys()):
        raise AssetError(f"assets name an unknown category {unknown[0]!r}")


def _topological(nodes: Mapping[str, Category]) -> list[str]:
    sorter = TopologicalSorter({c.id: sorted(set(c.parents) - {c.id}) for c in nodes.values()})
    try:
        return list(sorter.static_order())
    except CycleError as error:
        ring = " -> ".join(error.args[1])
        raise AssetError(f"taxonomy: the parents of a category lead back to it: {ring}") from None


def _closure(nodes: Mapping[str, Category], order: Sequence[str]) -> dict[str, int]:
    """Each node's ancestors and itself as a Python integer with one bit a node in `order`."""
    place = {c: i for i, c in enumerate(order)}
    closed: dict[str, int] = {}
    for c in order:
        bits = 1 << place[c]
        for parent in nodes[c].parents:
            if parent != c:
                bits |= closed[parent]
        closed[c] = bits
    return closed


def _matrix(rows: Sequence[int], columns: Sequence[int]) -> Matrix:
    if not rows:
        return np.zeros((0, 0), dtype=bool)
    width = max(r.bit_length() for r in rows) // 8 + 1
    raw = np.frombuffer(b"".join(r.to_bytes(width, "little") for r in rows), dtype=np.uint8)
    bits = np.unpackbits(raw.reshape(len(rows), width), axis=1, bitorder="little")
    return bits[:, columns].astype(bool)
