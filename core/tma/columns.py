"""Columns of plan blocks: integer codes over shared domains of field values."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tma.contract.plan import Value
from tma.errors import SpaceError

Codes = NDArray[np.int32]
ABSENT = -1
"""The code of a field that a row leaves out."""


class Domain:
    """An ordered set of the values that a field may take.

    Blocks that share a domain object share its codes, so large spaces should build one domain
    a field and use it everywhere.

    Raises:
        SpaceError: a value is given twice, or is neither text nor a whole number.
    """

    __slots__ = ("__weakref__", "_code", "_translations", "values")

    def __init__(self, values: Iterable[Value]) -> None:
        self.values: tuple[Value, ...] = tuple(values)
        for value in self.values:
            if type(value) not in (str, int):  # 1 and True would be one plan, np.int64 no JSON
                kind = type(value).__name__
                raise SpaceError(f"a plan field holds str or int, not {kind}: {value!r}")
        self._translations: WeakKeyDictionary[Domain, Codes] | None = None
        self._code = {(type(v), v): i for i, v in enumerate(self.values)}
        if len(self._code) != len(self.values):
            raise SpaceError(f"a domain holds a value twice: {_first_repeat(self.values)!r}")

    def __reduce__(self) -> tuple[type[Domain], tuple[tuple[Value, ...]]]:
        return Domain, (self.values,)  # weak references can't be pickled

    def __len__(self) -> int:
        return len(self.values)

    def code(self, value: Value | None) -> int | None:
        """The value's code, ABSENT for None; None if the domain lacks the value."""
        return ABSENT if value is None else self._code.get((type(value), value))

    @classmethod
    def merged(cls, domains: Sequence[Domain]) -> Domain:
        """The union in order of first appearance; the domain itself if there is only one."""
        distinct = list({id(d): d for d in domains}.values())
        if len(distinct) == 1:
            return distinct[0]
        pairs = {(type(v), v): v for d in distinct for v in d.values}
        return cls(pairs.values())

    def translation(self, target: Domain) -> Codes:
        """An array that maps this domain's codes to the target's; its last entry keeps ABSENT.

        Kept while the target is, and read-only.
        """
        if self._translations is None:
            self._translations = WeakKeyDictionary()
        if target not in self._translations:
            codes = [target.code(v) for v in self.values]
            found = np.array([*codes, ABSENT], dtype=np.int32)
            found.flags.writeable = False
            self._translations[target] = found
        return self._translations[target]


def _first_repeat(values: Sequence[Value]) -> Value | None:
    seen: set[tuple[type, Value]] = set()
    for value in values:
        if (type(value), value) in seen:
            return value
        seen.add((type(value), value))
    return None


Condition = Callable[[Value | None], bool]


class Column:
    """A factor of a block: one field, or several that vary together (a joint column, a table).

    Args:
        fields: the names.
        domains: one domain a field.
        codes: (rows, fields) array of int32; ABSENT where a row leaves a field out.
        distinct: pass True if the rows are known to differ, which spares the check.

    Raises:
        SpaceError: the shapes disagree, a code lies outside its domain or a row stands twice.
    """

    def __init__(
        self,
        fields: Sequence[str],
        domains: Sequence[Domain],
        codes: NDArray[np.integer],
        *,
        distinct: bool = False,
    ) -> None:
        self.fields = tuple(fields)
        self.domains = tuple(domains)
        self.codes: Codes = np.ascontiguousarray(codes, dtype=np.int32)
        if self.codes.ndim != 2 or self.codes.shape[1] != len(self.fields):
            raise SpaceError(f"column {self.fields}: codes have shape {self.codes.shape}")
        if len(set(self.fields)) != len(self.fields) or len(self.domains) != len(self.fields):
            raise SpaceError(f"column {self.fields}: one domain a field, and no field twice")
        if not distinct:
            self._check()

    def _check(self) -> None:
        for position, domain in enumerate(self.domains):
            part = self.codes[:, position]
            if len(part) and (part.min() < ABSENT or part.max() >= len(domain)):
                raise SpaceError(f"column {self.fields[position]!r}: a code is outside its domain")
        if len(np.unique(self.codes, axis=0)) != len(self.codes):
            raise SpaceError(f"column {self.fields}: a row stands twice")

    @classmethod
    def of(cls, fields: Sequence[str], rows: Iterable[Sequence[Value | None]]) -> Column:
        """A column from rows of values, None for a field that a row leaves out."""
        listed = [tuple(row) for row in rows]
        if any(len(row) != len(fields) for row in listed):
            raise SpaceError(f"column {tuple(fields)}: a row has another number of values")
        domains = []
        for position in range(len(fields)):
            present = {(type(r[position]), r[position]): r[position] for r in listed}
            domains.append(Domain(v for v in present.values() if v is not None))
        codes = [[d.code(v) for d, v in zip(domains, row, strict=True)] for row in listed]
        shaped = np.array(codes, dtype=np.int32).reshape(len(listed), len(fields))
        return cls(fields, domains, shaped)

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def _rows(self) -> dict[tuple[int, ...], int]:
        return {tuple(row): i for i, row in enumerate(self.codes.tolist())}

    def find(self, plan: Mapping[str, Value]) -> int | None:
        """The row that agrees with the plan on all this column's fields, None if there is none."""
        key = []
        for field, domain in zip(self.fields, self.domains, strict=True):
            code = domain.code(plan.get(field))
            if code is None:
                return None
            key.append(code)
        return self._rows.get(tuple(key))

    def select(self, keep: Mapping[str, Condition]) -> Column:
        """The rows on which every condition holds; this column itself if that is all of them."""
        mask = np.ones(len(self), dtype=bool)
        for position, field in enumerate(self.fields):
            condition = keep.get(field)
            if condition is not None:
                allowed = [bool(condition(v)) for v in self.domains[position].values]
                mask &= np.array([*allowed, bool(condition(None))])[self.codes[:, position]]
        if mask.all():
            return self
        return Column(self.fields, self.domains, self.codes[mask], distinct=True)


class Table(Column):
    """A joint column of many rows in ascending order of the first field's codes.

    Rows are found by bisection, so that the codes may lie in a file that is mapped into memory.
    The arguments are those of `Column`; rows are taken to differ.
    """

    def __init__(
        self, fields: Sequence[str], domains: Sequence[Domain], codes: NDArray[np.integer]
    ) -> None:
        super().__init__(fields, domains, codes, distinct=True)

    def find(self, plan: Mapping[str, Value]) -> int | None:
        """See `Column.find`."""
        key: list[int] = []
        for field, domain in zip(self.fields, self.domains, strict=True):
            code = domain.code(plan.get(field))
            if code is None:
                return None
            key.append(code)
        first, rows = key[0], range(len(self))
        start = bisect_left(rows, first, key=lambda row: int(self.codes[row, 0]))
        stop = bisect_left(rows, first + 1, start, key=lambda row: int(self.codes[row, 0]))
        hits = np.flatnonzero((self.codes[start:stop] == key).all(axis=1))
        return start + int(hits[0]) if len(hits) else None
