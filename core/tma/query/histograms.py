"""How many plans each combination of some fields' values has, for many sets of fields.

The counts are those of `PlanSpace.groups`, in closed form from the blocks. Here all blocks with
the same columns are counted at once: a query asks for dozens of sets over thousands of blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from tma.columns import Column, Domain
from tma.query.surrogate import Floats
from tma.space import PlanSpace

Keys = NDArray[np.int64]
_DENSE = 2**23
_INT64 = 2**62


class Histograms:
    """Counts over a space.

    A combination is named by one integer: the sum of (code + 1) times a weight over the fields,
    the last field fastest; an absent field has code -1.

    Args:
        space: whose plans are counted.
    """

    def __init__(self, space: PlanSpace) -> None:
        self._space = space
        moves: dict[tuple[int, str], NDArray[np.int32]] = {}
        layouts: dict[tuple[tuple[str, ...], ...], list[tuple[Column, ...]]] = {}
        for block in space.blocks:
            layouts.setdefault(tuple(c.fields for c in block), []).append(block)
        self._layouts = [_Layout(key, b, space.domains, moves) for key, b in layouts.items()]

    def radix(self, fields: Sequence[str]) -> list[int]:
        """How many codes each field has, the absent one included."""
        return [len(self._space.domains[f]) + 1 for f in fields]

    def cells(self, fields: Sequence[str]) -> int:
        """How much there is to add up: the cost of `count`."""
        return sum(layout.cells(fields) for layout in self._layouts)

    def count(self, fields: Sequence[str]) -> tuple[Keys, Floats]:
        """The combinations that occur, ascending, and how many plans have each.

        Counts are floats, exact up to 2**53.
        """
        radix = self.radix(fields)
        weights = [prod(radix[i + 1 :]) for i in range(len(fields))]
        if prod(radix) > _INT64:
            raise OverflowError(f"too many combinations of {', '.join(fields)}")
        parts = [layout.count(fields, weights) for layout in self._layouts]
        keys = np.concatenate([np.zeros(0, dtype=np.int64), *(k for k, _ in parts)])
        counts = np.concatenate([np.zeros(0), *(c for _, c in parts)])
        return _merged(keys, counts, prod(radix))


def _merged(keys: Keys, counts: Floats, size: int) -> tuple[Keys, Floats]:
    """Equal keys added up."""
    if size <= max(_DENSE, 4 * len(keys)) and size <= 8 * _DENSE:
        dense: Floats = np.asarray(np.bincount(keys, counts), dtype=np.float64)
        there = np.flatnonzero(dense)
        return there, dense[there]
    flat, inverse = np.unique(keys, return_inverse=True)
    return flat, np.asarray(np.bincount(inverse.reshape(-1), counts), dtype=np.float64)


class _Layout:
    """All blocks whose columns have the same fields, position by position."""

    def __init__(
        self,
        key: tuple[tuple[str, ...], ...],
        blocks: Sequence[tuple[Column, ...]],
        domains: dict[str, Domain],
        moves: dict[tuple[int, str], NDArray[np.int32]],
    ) -> None:
        self._positions = [
            _Position(fields, [b[i] for b in blocks], domains, moves)
            for i, fields in enumerate(key)
        ]
        self._blocks = len(blocks)

    def cells(self, fields: Sequence[str]) -> int:
        sizes = np.ones(self._blocks)
        for position in self._positions:
            if mine := [f for f in fields if f in position.fields]:
                sizes *= position.lengths if len(mine) > 1 else position.distinct(mine[0])
        return int(sizes.sum())

    def count(self, fields: Sequence[str], weights: Sequence[int]) -> tuple[Keys, Floats]:
        key = np.zeros(self._blocks, dtype=np.int64)
        count = np.ones(self._blocks)
        block = np.arange(self._blocks)
        for position in self._positions:
            mine = [(f, w) for f, w in zip(fields, weights, strict=True) if f in position.fields]
            if not mine:
                count = count * position.lengths[block]
                continue
            starts, lengths, keys, counts = position.marginal(mine)
            column = position.column[block]
            times = lengths[column]
            owner = np.repeat(np.arange(len(block)), times)
            inside = np.arange(len(owner)) - np.repeat(np.cumsum(times) - times, times)
            row = starts[column][owner] + inside
            key, count, block = key[owner] + keys[row], count[owner] * counts[row], block[owner]
        return key, count


class _Position:
    """The columns at one place of a layout's blocks, distinct ones end to end.

    Attributes:
        column: (blocks,) which of the distinct columns each block has.
        lengths: (blocks,) rows of it.
    """

    def __init__(
        self,
        fields: tuple[str, ...],
        columns: Sequence[Column],
        domains: dict[str, Domain],
        moves: dict[tuple[int, str], NDArray[np.int32]],
    ) -> None:
        self.fields = fields
        places: dict[int, int] = {}
        distinct: list[Column] = []
        for column in columns:
            if places.setdefault(id(column), len(distinct)) == len(distinct):
                distinct.append(column)
        self.column = np.array([places[id(c)] for c in columns], dtype=np.int64)
        rows = np.array([len(c) for c in distinct], dtype=np.int64)
        self.lengths = rows[self.column].astype(np.float64)
        self._count = len(distinct)
        self._owner = np.repeat(np.arange(len(distinct)), rows)
        pieces = np.concatenate([c.codes for c in distinct])
        self._codes = {}
        for place, field in enumerate(fields):
            whole = domains[field]
            own = [c.domains[place] for c in distinct]
            codes = pieces[:, place]
            if any(d is not whole for d in own):
                codes = _moved(codes, own, rows, field, whole, moves)
            self._codes[field] = codes.astype(np.int64) + 1
        self._sizes: dict[str, Floats] = {}

    def distinct(self, field: str) -> Floats:
        """(blocks,) how many values of the field each block's column has."""
        if field not in self._sizes:
            _, lengths, _, _ = self.marginal([(field, 1)])
            self._sizes[field] = lengths.astype(np.float64)
        return self._sizes[field][self.column]

    def marginal(self, mine: Sequence[tuple[str, int]]) -> tuple[Keys, Keys, Keys, Floats]:
        """Parts of keys in each distinct column: starts, lengths, and the keys with counts."""
        keys = np.zeros(len(self._owner), dtype=np.int64)
        for field, weight in mine:
            keys += self._codes[field] * weight
        if self._count == len(self._owner):  # columns of one row
            ones = np.ones(self._count, dtype=np.int64)
            return np.arange(self._count), ones, keys, ones.astype(np.float64)
        names, small = np.unique(keys, return_inverse=True) if len(keys) < _FEW else _squeezed(keys)
        flat = self._owner * len(names) + small.reshape(-1)
        flat, counts = _merged(flat, np.ones(len(flat)), self._count * len(names))
        owner = flat // len(names)
        lengths = np.bincount(owner, minlength=self._count)
        return np.cumsum(lengths) - lengths, lengths, names[flat % len(names)], counts


_FEW = 10_000


def _squeezed(keys: Keys) -> tuple[Keys, Keys]:
    """As `np.unique` with the inverse, without sorting where the keys are small."""
    top = int(keys.max()) + 1
    if top > 8 * _DENSE:
        names, inverse = np.unique(keys, return_inverse=True)
        return names, inverse.reshape(-1)
    there = np.zeros(top, dtype=bool)
    there[keys] = True
    names = np.flatnonzero(there)
    rank = np.zeros(top, dtype=np.int64)
    rank[names] = np.arange(len(names))
    return names, rank[keys]


def _moved(
    codes: NDArray[np.int32],
    own: Sequence[Domain],
    rows: Keys,
    field: str,
    whole: Domain,
    moves: dict[tuple[int, str], NDArray[np.int32]],
) -> NDArray[np.int32]:
    """Codes in the columns' own domains as codes in the space's."""
    tables: list[NDArray[np.int32]] = []
    starts: dict[int, int] = {}
    end = 0
    for domain in own:
        if id(domain) not in starts:
            if (id(domain), field) not in moves:
                moves[id(domain), field] = domain.translation(whole)
            starts[id(domain)] = end
            tables.append(moves[id(domain), field])
            end += len(domain) + 1
    start = np.repeat(np.array([starts[id(d)] for d in own], dtype=np.int64), rows)
    size = np.repeat(np.array([len(d) for d in own], dtype=np.int64), rows)
    place = np.where(codes >= 0, codes, size)  # a table's last entry is for absent ones
    return np.asarray(np.concatenate(tables)[start + place])
