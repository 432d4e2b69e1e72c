"""Exact group counts of plan spaces in closed form, and the way from a group to its plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tma.columns import Column, Domain
from tma.decode import recode_field

_INT64 = 2**63 - 1
_DENSE = 2**20
Ints = NDArray[Any]
"""Integers: int64, or Python's in an object array where int64 does not suffice."""


class Groups(Mapping[Any, int]):
    """Group -> exact number of plans, ordered by the fields' codes (absent first).

    Attributes:
        fields: the fields that were grouped by.
        codes: (groups, fields) int array of the groups' codes, -1 where absent.
        counts: exact counts, int64 or (for spaces past int64) Python integers.
    """

    def __init__(
        self,
        fields: tuple[str, ...],
        codes: NDArray[np.int64],
        counts: Ints,
        domains: Mapping[str, Domain],
        *,
        bare: bool,
    ) -> None:
        self.fields = fields
        self.codes = codes
        self.counts = counts
        values = [(*domains[f].values, None) for f in fields]  # code -1 picks the last: None
        keys = [tuple(v[c] for v, c in zip(values, row, strict=True)) for row in codes.tolist()]
        named: list[Any] = [k[0] for k in keys] if bare else list(keys)
        self._counts: dict[Any, int] = dict(zip(named, counts.tolist(), strict=True))

    def __getitem__(self, key: Any) -> int:
        return self._counts[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)


class Cells:
    """The part of each group in each block: what counting, partitions and strata are made of.

    A cell is a group inside a block: there, each column that has some of the fields is held to
    the rows that agree with the group, and the other columns vary freely. A group is named by
    one integer, the sum of `code + 1` times a weight over its fields, so that an absent field
    adds nothing and integers sort as codes do.

    Attributes:
        keys: (cells,) the groups' integers, block after block.
        counts: (cells,) how many plans each cell has, never none.
        blocks: (cells,) the blocks' numbers.
    """

    def __init__(
        self,
        blocks: Sequence[tuple[Column, ...]],
        fields: tuple[str, ...],
        domains: Mapping[str, Domain],
    ) -> None:
        self._blocks = blocks
        self._fields = fields
        self._domains = domains
        self.radix = [len(domains[f]) + 1 for f in fields]
        self._weight = [prod(self.radix[i + 1 :]) for i in range(len(fields))]
        self._key_dtype: Any = np.int64 if prod(self.radix) <= _INT64 else object
        exact = sum(prod(map(len, b)) for b in blocks) > _INT64
        self._dtype: Any = object if exact else np.int64
        self._known: dict[int, tuple[Ints, Ints]] = {}
        self._mine = {
            id(column): [place for place, field in enumerate(fields) if field in column.fields]
            for block in blocks
            for column in block
        }
        self._rows: dict[int, dict[int, NDArray[np.int64]]] = {}
        parts = [self._of_block(block) for block in blocks]
        keys = [np.zeros(0, dtype=self._key_dtype), *(k for k, _ in parts)]
        self.keys: Ints = np.concatenate(keys)
        self.counts: Ints = np.concatenate([np.zeros(0, dtype=self._dtype), *(c for _, c in parts)])
        self.blocks = np.repeat(
            np.arange(len(blocks)), np.array([len(k) for k, _ in parts], dtype=np.int64)
        )

    def _of_block(self, block: tuple[Column, ...]) -> tuple[Ints, Ints]:
        key = np.zeros(1, dtype=self._key_dtype)
        count = np.ones(1, dtype=self._dtype)
        factor = 1
        for column in block:
            if not self._mine[id(column)]:
                factor *= len(column)
                continue
            more, times = self._of_column(column)
            key = (key[:, None] + more[None, :]).reshape(-1)
            count = (count[:, None] * times[None, :]).reshape(-1)
        return key, count * factor

    def _of_column(self, column: Column) -> tuple[Ints, Ints]:
        """The column's distinct parts of keys, and how often each occurs."""
        known = self._known.get(id(column))
        if known is None:
            keys = self._row_keys(column)
            if len(column) == 1 or len(self._mine[id(column)]) == len(column.fields):
                times: Ints = np.ones(len(keys), dtype=self._dtype)
            else:
                keys, often = np.unique(keys, return_counts=True)
                times = often.astype(self._dtype)
            known = self._known[id(column)] = keys, times
        return known

    def _row_keys(self, column: Column) -> Ints:
        keys = np.zeros(len(column), dtype=self._key_dtype)
        for place in self._mine[id(column)]:
            field = self._fields[place]
            codes = recode_field(column, field, self._domains[field])
            part = codes.astype(self._key_dtype) + 1
            keys = keys + part * self._weight[place]
        return keys

    def totals(self) -> tuple[Ints, Ints]:
        """The groups' keys in ascending order, and the number of plans of each."""
        if prod(self.radix) <= _DENSE:
            dense = np.zeros(prod(self.radix), dtype=self._dtype)
            np.add.at(dense, self.keys, self.counts)
            there = np.flatnonzero(dense)
            return there, dense[there]
        flat, inverse = np.unique(self.keys, return_inverse=True)
        totals = np.zeros(len(flat), dtype=self._dtype)
        np.add.at(totals, inverse.reshape(-1), self.counts)
        return flat, totals

    def groups(self, *, bare: bool) -> Groups:
        """The counts as a mapping from values."""
        flat, totals = self.totals()
        codes = np.zeros((len(flat), len(self._fields)), dtype=np.int64)
        for place, (weight, radix) in enumerate(zip(self._weight, self.radix, strict=True)):
            codes[:, place] = flat // weight % radix - 1
        return Groups(self._fields, codes, totals, self._domains, bare=bare)

    @cached_property
    def _by_key(self) -> tuple[Ints, NDArray[np.int64]]:
        order = np.argsort(self.keys, kind="stable")
        return self.keys[order], order

    def of_group(self, codes: Sequence[int]) -> NDArray[np.int64]:
        """Numbers of the cells of the group with these codes, in the order of their blocks."""
        key = sum((c + 1) * w for c, w in zip(codes, self._weight, strict=True))
        keys, order = self._by_key
        wanted = np.array([key], dtype=self._key_dtype)
        low = int(np.searchsorted(keys, wanted, side="left")[0])
        high = int(np.searchsorted(keys, wanted, side="right")[0])
        return order[low:high]

    def rows(self, cell: int) -> list[NDArray[np.int64] | None]:
        """For each column of the cell's block the rows that belong to it, None for all."""
        key = int(self.keys[cell])
        parts = [key // w % r * w for w, r in zip(self._weight, self.radix, strict=True)]
        found: list[NDArray[np.int64] | None] = []
        for column in self._blocks[self.blocks[cell]]:
            mine = self._mine[id(column)]
            if not mine or len(column) == 1:
                found.append(None)
                continue
            if id(column) not in self._rows:
                self._rows[id(column)] = self._rows_by_key(column)
            found.append(self._rows[id(column)][sum(parts[place] for place in mine)])
        return found

    def _rows_by_key(self, column: Column) -> dict[int, NDArray[np.int64]]:
        keys, inverse = np.unique(self._row_keys(column), return_inverse=True)
        order = np.argsort(inverse.reshape(-1), kind="stable")
        bounds = np.searchsorted(inverse.reshape(-1)[order], np.arange(len(keys) + 1)).tolist()
        return {int(k): order[bounds[i] : bounds[i + 1]] for i, k in enumerate(keys.tolist())}

    def numbers(self, cells: NDArray[np.int64], positions: Sequence[int]) -> list[tuple[int, int]]:
        """(block, number inside it) of a group's plans by their positions within the group.

        Args:
            cells: the group's, from `of_group`.
            positions: each in 0 .. the group's count - 1.
        """
        ends = np.cumsum(self.counts[cells])
        wanted = np.array(positions, dtype=self._dtype)
        which = np.searchsorted(ends, wanted, side="right")
        found = []
        for place, position in zip(which.tolist(), positions, strict=True):
            cell = int(cells[place])
            rest = int(position) - (int(ends[place]) - int(self.counts[cell]))
            found.append((int(self.blocks[cell]), self._inside(cell, rest)))
        return found

    def _inside(self, cell: int, rest: int) -> int:
        inside, scale = 0, 1
        block = self._blocks[self.blocks[cell]]
        for column, rows in reversed(list(zip(block, self.rows(cell), strict=True))):
            rest, digit = divmod(rest, len(column) if rows is None else len(rows))
            inside += (digit if rows is None else int(rows[digit])) * scale
            scale *= len(column)
        return inside
