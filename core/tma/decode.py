"""From plan numbers to codes and back, vectorised over plans whatever the number of blocks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tma.columns import ABSENT, Codes, Column, Domain
from tma.contract.plan import Value

_INT64 = 2**63 - 1
_FEW = 8
Block = tuple[Column, ...]


class Decoder:
    """Decodes numbers in a union of blocks.

    Blocks of one layout (the same fields in the same columns) are decoded together: their
    columns lie end to end in one pool a position, so that a few array operations a layout
    serve any number of blocks. Numbers past int64 are exact Python integers in object arrays.

    Args:
        blocks: the space's.
        fields: in the order of the codes.
        domains: by field.
        starts: the number of each block's first plan, and the number of plans.
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        fields: Sequence[str],
        domains: Mapping[str, Domain],
        starts: Sequence[int],
    ) -> None:
        self._fields = {f: i for i, f in enumerate(fields)}
        self._dtype: Any = np.int64 if starts[-1] <= _INT64 else object
        self._starts = starts
        self._blocks = blocks
        self._domains = domains
        self._singly = 0

    @cached_property
    def _offsets(self) -> NDArray[Any]:
        return np.array(self._starts, dtype=self._dtype)

    @cached_property
    def _layouts(self) -> list[_Layout]:
        by_layout: dict[tuple[tuple[str, ...], ...], list[int]] = {}
        for number, block in enumerate(self._blocks):
            by_layout.setdefault(tuple(c.fields for c in block), []).append(number)
        return [_Layout(key, n, self._blocks, self._domains) for key, n in by_layout.items()]

    @cached_property
    def _homes(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Of each block the number of its layout, and its place in it."""
        layout_of = np.zeros(len(self._blocks), dtype=np.int32)
        place_of = np.zeros(len(self._blocks), dtype=np.int64)
        for which, layout in enumerate(self._layouts):
            layout_of[layout.numbers] = which
            place_of[layout.numbers] = np.arange(len(layout.numbers))
        return layout_of, place_of

    def values(self, index: int) -> dict[str, Value]:
        """The fields of one plan: for a few plans quicker than arrays.

        Raises:
            IndexError: the number is negative or too large.
        """
        if not 0 <= index < self._starts[-1]:
            raise IndexError(f"plan {index} of a space of {self._starts[-1]}")
        number = bisect_right(self._starts, index) - 1
        rest = index - self._starts[number]
        found: dict[str, Value] = {}
        for column in reversed(self._blocks[number]):
            rest, row = divmod(rest, len(column))
            codes = column.codes[row].tolist()
            for field, domain, code in zip(column.fields, column.domains, codes, strict=True):
                if code >= 0:
                    found[field] = domain.values[code]
        return found

    def codes(self, indices: Sequence[int] | NDArray[Any]) -> Codes:
        """(n, fields) codes of the plans with these numbers.

        Raises:
            IndexError: a number is negative or too large.
        """
        wanted = self._in_range(indices)
        result = np.full((len(wanted), len(self._fields)), ABSENT, dtype=np.int32)
        if not len(wanted):
            return result
        block = np.searchsorted(self._offsets, wanted, side="right") - 1
        rest = wanted - self._offsets[block]
        touched = np.unique(block)
        if not self._worth_pools(len(touched)):
            for number in touched.tolist():
                mine = np.flatnonzero(block == number)
                self._put(result, mine, *self._decode_block(number, rest[mine]))
            return result
        layout_of, place_of = self._homes
        layouts = layout_of[block]
        for which in np.unique(layouts).tolist():
            mine = np.flatnonzero(layouts == which)
            layout = self._layouts[which]
            if len(layout.numbers) == 1:  # it may be a large table in a file: no pool of it
                decoded = self._decode_block(int(layout.numbers[0]), rest[mine])
            else:
                decoded = layout.fields, layout.decode(place_of[block[mine]], rest[mine])
            self._put(result, mine, *decoded)
        return result

    def _worth_pools(self, touched: int) -> bool:
        """Whether so many blocks are better decoded together, at once or as the last of many."""
        if touched <= _FEW:
            return False
        self._singly += touched
        return self._singly * _FEW >= len(self._blocks)

    def _put(
        self, result: Codes, mine: NDArray[np.int64], fields: Sequence[str], part: Codes
    ) -> None:
        places = np.array([self._fields[f] for f in fields], dtype=np.int64)
        result[np.ix_(mine, places)] = part

    def _decode_block(self, number: int, rest: NDArray[Any]) -> tuple[list[str], Codes]:
        """Fields and codes of plans of one block by their numbers in it."""
        parts: list[Codes] = [np.zeros((len(rest), 0), dtype=np.int32)]
        fields: list[str] = []
        for column in reversed(self._blocks[number]):
            digit = (rest % len(column)).astype(np.int64)
            rest = rest // len(column)
            parts.append(recode(column, self._domains, digit))
            fields = [*column.fields, *fields]
        return fields, np.concatenate(parts[::-1], axis=1)

    def _in_range(self, indices: Sequence[int] | NDArray[Any]) -> NDArray[Any]:
        wanted = np.asarray(indices, dtype=object if len(indices) == 0 else None)
        size = int(self._offsets[-1])
        if len(wanted) and (wanted.min() < 0 or wanted.max() >= size):
            wrong = next(i for i in wanted.tolist() if not 0 <= i < size)
            raise IndexError(f"plan {wrong} of a space of {size}")
        return wanted.astype(self._dtype)

    def number(self, block: int, inside: int) -> int:
        """The number in the space of a block's plan."""
        return int(self._offsets[block]) + inside

    def find(self, plan: Mapping[str, Value]) -> int | None:
        """The plan's number, or None."""
        if any(field not in self._fields for field in plan):
            return None
        for layout in self._layouts:
            if all(field in layout.field_set for field in plan):
                for number in layout.candidates(plan):
                    inside = layout.find(number, plan)
                    if inside is not None:
                        return self.number(number, inside)
        return None


class _Layout:
    """All blocks whose columns have the same fields, position by position."""

    def __init__(
        self,
        columns: tuple[tuple[str, ...], ...],
        numbers: list[int],
        blocks: Sequence[Block],
        domains: Mapping[str, Domain],
    ) -> None:
        self.fields = [f for fields in columns for f in fields]
        self.field_set = frozenset(self.fields)
        self.numbers = np.array(numbers)
        self._blocks = {n: blocks[n] for n in numbers}
        self._domains = domains

    @cached_property
    def _pools(self) -> list[tuple[Codes, NDArray[np.int64], NDArray[np.int64]]]:
        """Of each position, see `_pool`."""
        return [
            _pool(columns, self._domains) for columns in zip(*self._blocks.values(), strict=True)
        ]

    def decode(self, place: NDArray[np.int64], rest: NDArray[Any]) -> Codes:
        """Mixed-radix digits of `rest`, the last column fastest, looked up in the pools."""
        parts: list[Codes] = [np.zeros((len(place), 0), dtype=np.int32)]
        for pool, start, length in reversed(self._pools):
            radix = length[place]
            digit = (rest % radix).astype(np.int64)
            rest = rest // radix
            parts.append(pool[start[place] + digit])
        return np.concatenate(parts[::-1], axis=1)

    @cached_property
    def _constant_fields(self) -> tuple[str, ...]:
        """Fields that are constant within every block: they name the blocks to look into."""
        return tuple(
            f
            for position, column in enumerate(next(iter(self._blocks.values())))
            if all(len(b[position]) == 1 for b in self._blocks.values())
            for f in column.fields
        )

    @cached_property
    def _by_constants(self) -> dict[tuple[Value | None, ...], list[int]]:
        found: dict[tuple[Value | None, ...], list[int]] = {}
        for number, block in self._blocks.items():
            key = []
            for column in block:
                for place, field in enumerate(column.fields):
                    if field in self._constant_fields:
                        code = int(column.codes[0, place])
                        key.append(None if code < 0 else column.domains[place].values[code])
            found.setdefault(tuple(key), []).append(number)
        return found

    def candidates(self, plan: Mapping[str, Value]) -> list[int]:
        """Numbers of the blocks whose constants agree with the plan."""
        return self._by_constants.get(tuple(plan.get(f) for f in self._constant_fields), [])

    def find(self, number: int, plan: Mapping[str, Value]) -> int | None:
        """The plan's number inside a block, or None."""
        inside = 0
        for column in self._blocks[number]:
            row = column.find(plan)
            if row is None:
                return None
            inside = inside * len(column) + row
        return inside


def _pool(
    columns: Sequence[Column], domains: Mapping[str, Domain]
) -> tuple[Codes, NDArray[np.int64], NDArray[np.int64]]:
    """Distinct columns end to end in the space's codes, and each block's start and length."""
    starts: dict[int, int] = {}
    pieces: list[Codes] = []
    end = 0
    for column in columns:
        if id(column) not in starts:
            starts[id(column)] = end
            pieces.append(recode(column, domains))
            end += len(column)
    start = np.array([starts[id(c)] for c in columns], dtype=np.int64)
    length = np.array([len(c) for c in columns], dtype=np.int64)
    return (pieces[0] if len(pieces) == 1 else np.concatenate(pieces)), start, length


def recode(
    column: Column, domains: Mapping[str, Domain], rows: NDArray[np.int64] | None = None
) -> Codes:
    """The column's codes, or those of some rows, in the space's domains."""
    codes = column.codes if rows is None else column.codes[rows]
    parts = list(zip(column.fields, column.domains, strict=True))
    if all(domains[f] is d for f, d in parts):
        return codes
    moved = [d.translation(domains[f])[codes[:, i]] for i, (f, d) in enumerate(parts)]
    return np.stack(moved, axis=1)


def recode_field(column: Column, field: str, domain: Domain) -> Codes:
    """(rows,) one field's codes in the space's domain."""
    place = column.fields.index(field)
    own = column.domains[place]
    codes = column.codes[:, place]
    return codes if own is domain else own.translation(domain)[codes]
