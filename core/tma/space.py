"""Plan spaces as algebra: unions of blocks, a block being the product of columns.

A space of hundreds of millions of plans is a few thousand blocks over shared columns. Its length,
any plan by number, a plan's number, filters, group counts and samples come from the blocks alone;
nothing is listed. A table of scene-graph plans is a block of one joint column.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, repeat
from math import prod
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from tma.columns import ABSENT, Codes, Column, Condition, Domain
from tma.contract.plan import Plan, Value
from tma.decode import Decoder
from tma.errors import SpaceError
from tma.groups import Cells, Groups
from tma.sampling import draw_numbers, even_shares

Wanted = Value | None | Collection[Value | None] | Callable[[Value | None], bool]
"""A filter on a field: a value, a collection of values, or a predicate. None means absent."""


class PlanSpace:
    """A finite, ordered set of plans.

    Args:
        blocks: each a sequence of columns with disjoint fields. Empty blocks are dropped. Blocks
            must not share a plan; `check_disjoint` tests that on small spaces.
        fields: fields that count as the space's although no block may have them.

    Raises:
        SpaceError: two columns of a block share a field.
    """

    def __init__(self, blocks: Iterable[Sequence[Column]], *, fields: Iterable[str] = ()) -> None:
        self._stated = tuple(fields)
        self.blocks: tuple[tuple[Column, ...], ...] = tuple(
            tuple(block) for block in blocks if all(len(c) for c in block)
        )
        for block in self.blocks:
            names = [f for column in block for f in column.fields]
            if len(names) != len(set(names)):
                raise SpaceError(f"a block has a field twice: {names}")

    @cached_property
    def size(self) -> int:
        """How many plans there are, exactly."""
        return self._starts[-1]

    @cached_property
    def _starts(self) -> list[int]:
        """The number of each block's first plan, and at the end how many plans there are."""
        return [0, *accumulate(prod(map(len, block)) for block in self.blocks)]

    def __len__(self) -> int:
        return self.size

    def __bool__(self) -> bool:
        return bool(self.blocks)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Every field that some plan may have, in order of first appearance.

        Filtering keeps them all: a field may then be absent from every plan that is left.
        """
        present = (f for b in self.blocks for c in b for f in c.fields)
        return tuple(dict.fromkeys((*self._stated, *present)))

    @cached_property
    def domains(self) -> dict[str, Domain]:
        """For each field all values of the whole space; `codes` counts in these.

        Filtering and partition keep them, and so the codes.
        """
        parts: dict[str, dict[int, Domain]] = {f: {} for f in self.fields}
        for column in self._columns:
            for field, domain in zip(column.fields, column.domains, strict=True):
                parts[field][id(domain)] = domain
        return {f: Domain.merged(list(d.values())) if d else Domain(()) for f, d in parts.items()}

    def _part(self, blocks: Iterable[Sequence[Column]]) -> PlanSpace:
        """Blocks of some rows of this space's, at least one each: nothing is to be checked."""
        part = PlanSpace(())
        part.blocks = tuple(map(tuple, blocks))
        part.__dict__.update(fields=self.fields, domains=self.domains)
        return part

    @cached_property
    def _columns(self) -> list[Column]:
        return list({id(c): c for block in self.blocks for c in block}.values())

    @cached_property
    def _decoder(self) -> Decoder:
        return Decoder(self.blocks, self.fields, self.domains, self._starts)

    # -- one plan ---------------------------------------------------------------------------

    @overload
    def __getitem__(self, index: int) -> Plan: ...
    @overload
    def __getitem__(self, index: slice) -> list[Plan]: ...
    def __getitem__(self, index: int | slice) -> Plan | list[Plan]:
        """The plan with a number from 0 to len - 1 (negative from the end), or a list of plans.

        Raises:
            IndexError: the number is outside.
        """
        if isinstance(index, slice):
            return self.plans(range(*index.indices(self.size)))
        position = index + self.size if index < 0 else index
        if not 0 <= position < self.size:
            raise IndexError(f"plan {index} of a space of {self.size}")
        return self.plans([position])[0]

    def __iter__(self) -> Iterator[Plan]:
        chunk = 4096
        for start in range(0, self.size, chunk):
            yield from self.plans(range(start, min(start + chunk, self.size)))

    def index(self, plan: Mapping[str, Value]) -> int:
        """The plan's number: `space[space.index(plan)] == plan`.

        Raises:
            SpaceError: the plan is not in the space.
        """
        position = self._decoder.find(plan)
        if position is None:
            raise SpaceError(f"no such plan in this space: {dict(plan)}")
        return position

    def __contains__(self, plan: object) -> bool:
        return isinstance(plan, Mapping) and self._decoder.find(plan) is not None

    # -- many plans -------------------------------------------------------------------------

    def codes(self, indices: Sequence[int] | NDArray[Any]) -> Codes:
        """Integer codes of plans: (n, len(fields)) int32, ABSENT (-1) where a field is absent.

        Column j counts in `domains[fields[j]].values`. Vectorised over plans.
        """
        return self._decoder.codes(indices)

    def plans(self, indices: Sequence[int] | NDArray[Any]) -> list[Plan]:
        """The plans with these numbers."""
        if len(indices) <= _FEW:
            return [self._plan(i) for i in np.asarray(indices).tolist()]
        codes = self.codes(indices)
        plans: list[Plan] = [_NO_PLAN] * len(codes)
        for mine, places in _patterns(codes >= 0):
            names = [self.fields[i] for i in places]
            columns = [self._values[self.fields[i]][codes[mine, i]].tolist() for i in places]
            rows = zip(*columns, strict=True) if columns else repeat((), len(mine))
            made = map(Plan, map(dict, map(zip, repeat(names), rows)))
            for place, plan in zip(mine.tolist(), made, strict=True):
                plans[place] = plan
        return plans

    def _plan(self, index: int) -> Plan:
        found = self._decoder.values(index)
        return Plan({f: found[f] for f in self.fields if f in found})

    @cached_property
    def _values(self) -> dict[str, NDArray[Any]]:
        arrays = {f: np.empty(len(d), dtype=object) for f, d in self.domains.items()}
        for field, array in arrays.items():
            array[:] = self.domains[field].values
        return arrays

    def sample_indices(
        self, n: int, rng: np.random.Generator, *, replace: bool = True
    ) -> NDArray[Any]:
        """Numbers of `n` plans drawn uniformly; without replacement, in the order drawn.

        Raises:
            SpaceError: the space is empty, or smaller than `n` without replacement.
        """
        return draw_numbers(self.size, n, rng, replace=replace)

    def sample(
        self,
        n: int,
        rng: np.random.Generator,
        *,
        strata: str | Sequence[str] | None = None,
        replace: bool = True,
    ) -> list[Plan]:
        """`n` plans drawn uniformly, or evenly over groups and uniformly within each.

        Args:
            n: how many.
            rng: the source of chance.
            strata: fields whose groups get equal shares (to within one; who gets the odd ones
                is random).
            replace: False for different plans; then groups that run out leave their share to
                the others.

        Raises:
            SpaceError: the space, or its number of different plans, does not suffice.
        """
        if strata is None:
            return self.plans(self.sample_indices(n, rng, replace=replace))
        if n and (not self.size or (not replace and n > self.size)):
            raise SpaceError(f"can't sample {n} plans from a space of {self.size}")
        cells = self._cells(strata)
        groups = cells.groups(bare=False)
        sizes = groups.counts.tolist() if not replace else [n] * len(groups)
        numbers: list[int] = []
        shares = even_shares(n, sizes, rng)
        for codes, count, share in zip(groups.codes, groups.counts.tolist(), shares, strict=True):
            if share:
                places = draw_numbers(count, share, rng, replace=replace).tolist()
                found = cells.numbers(cells.of_group(codes.tolist()), places)
                numbers += [self._decoder.number(*place) for place in found]
        return self.plans([numbers[i] for i in rng.permutation(len(numbers)).tolist()])

    # -- algebra ----------------------------------------------------------------------------

    def where(self, conditions: Mapping[str, Wanted] | None = None, **more: Wanted) -> PlanSpace:
        """The plans on which every condition holds.

        Raises:
            SpaceError: the space has no such field.
        """
        tests = {f: _condition(w) for f, w in {**(conditions or {}), **more}.items()}
        for field in tests:
            self._check_field(field)
        chosen = {id(c): c.select(tests) for c in self._columns}
        blocks = []
        for block in self.blocks:
            present = {f for column in block for f in column.fields}
            if all(f in present or test(None) for f, test in tests.items()):
                blocks.append([chosen[id(c)] for c in block])
        return self._part(block for block in blocks if all(map(len, block)))

    def with_constant(self, field: str, value: Value) -> PlanSpace:
        """The same plans with one more field, which comes first."""
        column = Column.of((field,), [(value,)])
        blocks = ((column, *block) for block in self.blocks)
        return PlanSpace(blocks, fields=(field, *self.fields))

    def __or__(self, other: PlanSpace) -> PlanSpace:
        """The union, this space's plans first. The two must have no plan in common."""
        return union((self, other))

    def groups(self, by: str | Sequence[str]) -> Groups:
        """How many plans each combination of the fields' values has, exactly.

        Plans without a field fall into the group None of that field: none drops out in silence.
        The key is a value for one field given as text, else a tuple.

        Raises:
            SpaceError: the space has no such field.
        """
        return self._cells(by).groups(bare=isinstance(by, str))

    def partition(self, by: str | Sequence[str]) -> Mapping[Any, PlanSpace]:
        """One space a group, keyed and ordered as `groups`; a space is made when asked for.

        Raises:
            SpaceError: the space has no such field.
        """
        return _Partition(self, self._cells(by), bare=isinstance(by, str))

    def _cells(self, by: str | Sequence[str]) -> Cells:
        fields = (by,) if isinstance(by, str) else tuple(by)
        for field in fields:
            self._check_field(field)
        if len(set(fields)) != len(fields):
            raise SpaceError(f"a field is named twice: {', '.join(fields)}")
        return Cells(self.blocks, fields, self.domains)

    def check_disjoint(self) -> None:
        """Raise SpaceError if a plan stands twice. Lists the space: for tests of generators."""
        seen: set[Plan] = set()
        for plan in self:
            if plan in seen:
                raise SpaceError(f"plan stands twice: {plan!r}")
            seen.add(plan)

    def _check_field(self, field: str) -> None:
        if field not in self.fields:
            raise SpaceError(
                f"no plan of this space has a field {field!r}",
                hint="fields: " + ", ".join(self.fields),
            )


_FEW = 8
_NO_PLAN = Plan({})


def _patterns(present: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.int64], list[int]]]:
    """Rows with the same fields, together: (rows, places of the fields that they have)."""
    packed = np.packbits(present, axis=1)
    if not packed.size:
        yield np.arange(len(present)), []
        return
    whole = packed.view(f"V{packed.shape[1]}").reshape(-1)
    _, first, which = np.unique(whole, return_index=True, return_inverse=True)
    for number, example in enumerate(first.tolist()):
        yield np.flatnonzero(which == number), np.flatnonzero(present[example]).tolist()


def _condition(wanted: Wanted) -> Condition:
    if callable(wanted):
        return wanted
    if wanted is None or isinstance(wanted, str | int):
        return lambda value: value == wanted and type(value) is type(wanted)
    allowed = {(type(v), v) for v in wanted}
    return lambda value: (type(value), value) in allowed


class _Partition(Mapping[Any, PlanSpace]):
    """Group -> its plans as a space of its own, made anew at each look-up."""

    def __init__(self, space: PlanSpace, cells: Cells, *, bare: bool) -> None:
        self._space = space
        self._cells = cells
        self._groups = cells.groups(bare=bare)
        self._place = {key: i for i, key in enumerate(self._groups)}
        self._columns: dict[tuple[int, int], Column] = {}

    def __getitem__(self, key: Any) -> PlanSpace:
        codes = self._groups.codes[self._place[key]].tolist()
        return self._space._part(map(self._block, self._cells.of_group(codes).tolist()))

    def _block(self, cell: int) -> list[Column]:
        block = self._space.blocks[self._cells.blocks[cell]]
        return [
            column if rows is None else self._reduced(column, rows)
            for column, rows in zip(block, self._cells.rows(cell), strict=True)
        ]

    def _reduced(self, column: Column, rows: NDArray[np.int64]) -> Column:
        part = self._columns.get((id(column), int(rows[0])))
        if part is None:
            part = Column(column.fields, column.domains, column.codes[rows], distinct=True)
            self._columns[id(column), int(rows[0])] = part
        return part

    def __iter__(self) -> Iterator[Any]:
        return iter(self._groups)

    def __len__(self) -> int:
        return len(self._groups)


def joint(fields: Sequence[str], rows: Iterable[Sequence[Value | None]]) -> Column:
    """A column of fields that vary together, such as (cell, relative_position).

    Raises:
        SpaceError: a row stands twice or has another length.
    """
    return Column.of(fields, rows)


def product(*columns: Column, **fields: Iterable[Value]) -> PlanSpace:
    """A space of one block: every combination of the columns' rows and the fields' values.

    Raises:
        SpaceError: a field or a value is given twice.
    """
    single = [Column.of((name,), [(v,) for v in values]) for name, values in fields.items()]
    return PlanSpace([[*columns, *single]])


def union(spaces: Iterable[PlanSpace]) -> PlanSpace:
    """All the spaces' plans, in order. They must have no plan in common."""
    listed = list(spaces)
    fields = dict.fromkeys(f for space in listed for f in space.fields)
    return PlanSpace((block for space in listed for block in space.blocks), fields=fields)


__all__ = [
    "ABSENT",
    "Column",
    "Domain",
    "Groups",
    "PlanSpace",
    "even_shares",
    "joint",
    "product",
    "union",
]
