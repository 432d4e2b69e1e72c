"""Plan spaces as algebra: unions of blocks, a block being the product of columns.

A space of hundreds of millions of plans is a few thousand blocks over shared columns. Its length,
any plan by number, a plan's number, filters, group counts and samples come from the blocks alone;
nothing is listed. A table of scene-graph plans is a block of one joint column.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product as cartesian
from math import prod
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from tma.columns import ABSENT, Codes, Column, Condition, Domain
from tma.contract.plan import Plan, Value
from tma.decode import Decoder
from tma.errors import SpaceError
from tma.groups import Groups, count_groups

Wanted = Value | None | Collection[Value | None] | Callable[[Value | None], bool]
"""A filter on a field: a value, a collection of values, or a predicate. None means absent."""


class PlanSpace:
    """A finite, ordered set of plans.

    Args:
        blocks: each a sequence of columns with disjoint fields. Empty blocks are dropped. Blocks
            must not share a plan; `check_disjoint` tests that on small spaces.

    Raises:
        SpaceError: two columns of a block share a field.
    """

    def __init__(self, blocks: Iterable[Sequence[Column]]) -> None:
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
        return sum(prod(map(len, block)) for block in self.blocks)

    def __len__(self) -> int:
        return self.size

    def __bool__(self) -> bool:
        return bool(self.blocks)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Every field that some plan may have, in order of first appearance."""
        return tuple(dict.fromkeys(f for b in self.blocks for c in b for f in c.fields))

    @cached_property
    def domains(self) -> dict[str, Domain]:
        """For each field all values of the whole space; `codes` counts in these."""
        parts: dict[str, dict[int, Domain]] = {f: {} for f in self.fields}
        for column in self._columns:
            for field, domain in zip(column.fields, column.domains, strict=True):
                parts[field][id(domain)] = domain
        return {f: Domain.merged(list(d.values())) for f, d in parts.items()}

    @cached_property
    def _columns(self) -> list[Column]:
        return list({id(c): c for block in self.blocks for c in block}.values())

    @cached_property
    def _decoder(self) -> Decoder:
        return Decoder(self.blocks, self.fields, self.domains, self.size)

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
        values = [self.domains[f].values for f in self.fields]
        rows = self.codes(indices).tolist()
        return [
            Plan({f: v[c] for f, v, c in zip(self.fields, values, row, strict=True) if c >= 0})
            for row in rows
        ]

    def sample_indices(
        self, n: int, rng: np.random.Generator, *, replace: bool = True
    ) -> NDArray[Any]:
        """Numbers of `n` plans drawn uniformly; without replacement, in the order drawn.

        Raises:
            SpaceError: the space is empty, or smaller than `n` without replacement.
        """
        if n and not self.size:
            raise SpaceError("can't sample from an empty plan space")
        if replace:
            return _integers(self.size, n, rng)
        if n > self.size:
            raise SpaceError(f"can't sample {n} different plans from a space of {self.size}")
        if n * 4 >= self.size:
            return rng.permutation(self.size)[:n]
        chosen: dict[int, None] = {}
        while len(chosen) < n:
            for index in _integers(self.size, n - len(chosen), rng).tolist():
                chosen.setdefault(index)
        return np.array(list(chosen), dtype=object if self.size > _INT64 else np.int64)

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
        parts = list(self.partition(strata).values())
        sizes = [p.size if not replace else n for p in parts]
        drawn: list[Plan] = []
        for part, share in zip(parts, _even_shares(n, sizes, rng), strict=True):
            if share:
                drawn += part.plans(part.sample_indices(share, rng, replace=replace))
        return [drawn[i] for i in rng.permutation(len(drawn)).tolist()]

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
        return PlanSpace(blocks)

    def with_constant(self, field: str, value: Value) -> PlanSpace:
        """The same plans with one more field, which comes first."""
        column = Column.of((field,), [(value,)])
        return PlanSpace((column, *block) for block in self.blocks)

    def __or__(self, other: PlanSpace) -> PlanSpace:
        """The union, this space's plans first. The two must have no plan in common."""
        return PlanSpace((*self.blocks, *other.blocks))

    def groups(self, by: str | Sequence[str]) -> Groups:
        """How many plans each combination of the fields' values has, exactly.

        Plans without a field fall into the group None of that field: none drops out in silence.
        The key is a value for one field given as text, else a tuple.

        Raises:
            SpaceError: the space has no such field.
        """
        fields = (by,) if isinstance(by, str) else tuple(by)
        for field in fields:
            self._check_field(field)
        return count_groups(self.blocks, fields, self.domains, bare=isinstance(by, str))

    def partition(self, by: str | Sequence[str]) -> dict[Any, PlanSpace]:
        """One space a group, keyed and ordered as `groups`, in one pass over the blocks."""
        fields = (by,) if isinstance(by, str) else tuple(by)
        for field in fields:
            self._check_field(field)
        splits: dict[int, list[tuple[tuple[Value | None, ...], Column]]] = {}
        parts: dict[tuple[Value | None, ...], list[list[Column]]] = {}
        for block in self.blocks:
            touched = [c for c in block if any(f in c.fields for f in fields)]
            named = [[f for f in fields if f in c.fields] for c in touched]
            for column, wanted in zip(touched, named, strict=True):
                if id(column) not in splits:
                    splits[id(column)] = column.split(wanted)
            for choice in cartesian(*(splits[id(c)] for c in touched)):
                values: dict[str, Value | None] = {}
                for wanted, (key, _) in zip(named, choice, strict=True):
                    values.update(zip(wanted, key, strict=True))
                replaced = {id(c): part for c, (_, part) in zip(touched, choice, strict=True)}
                parts.setdefault(tuple(values.get(f) for f in fields), []).append(
                    [replaced.get(id(c), c) for c in block]
                )
        keys = self.groups(fields)
        spaces = {key: PlanSpace(parts[key]) for key in keys}
        return {k[0]: s for k, s in spaces.items()} if isinstance(by, str) else dict(spaces)

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


_INT64 = 2**63 - 1


def _condition(wanted: Wanted) -> Condition:
    if callable(wanted):
        return wanted
    if wanted is None or isinstance(wanted, str | int):
        return lambda value: value == wanted and type(value) is type(wanted)
    allowed = {(type(v), v) for v in wanted}
    return lambda value: (type(value), value) in allowed


def _integers(size: int, n: int, rng: np.random.Generator) -> NDArray[Any]:
    if size <= _INT64:
        return rng.integers(size, size=n, dtype=np.int64)
    width = (size.bit_length() + 7) // 8 + 8  # 64 spare bits: the bias is below 2**-64
    return np.array(
        [int.from_bytes(rng.bytes(width), "big") % size for _ in range(n)], dtype=object
    )


def _even_shares(n: int, sizes: Sequence[int], rng: np.random.Generator) -> list[int]:
    """Split n into shares as equal as the sizes allow; rng says who gets the odd ones."""
    shares = [0] * len(sizes)
    left = n
    while left:
        open_ = [i for i in range(len(sizes)) if shares[i] < sizes[i]]
        each, odd = divmod(left, len(open_))
        lucky = set(rng.permutation(len(open_))[:odd].tolist())
        for place, i in enumerate(open_):
            gift = min(each + (place in lucky), sizes[i] - shares[i])
            shares[i] += gift
            left -= gift
    return shares


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
    return PlanSpace(block for space in spaces for block in space.blocks)


__all__ = ["ABSENT", "Column", "Domain", "Groups", "PlanSpace", "joint", "product", "union"]
