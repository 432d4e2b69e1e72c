"""Exact group counts of plan spaces in closed form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tma.columns import Column, Domain
from tma.decode import recode

_INT64 = 2**63 - 1


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
        counts: NDArray[Any],
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


def count_groups(
    blocks: Sequence[tuple[Column, ...]],
    fields: tuple[str, ...],
    domains: Mapping[str, Domain],
    *,
    bare: bool,
) -> Groups:
    """Count plans by the fields' values, multiplying the factors that the fields leave alone."""
    radix = [len(domains[f]) + 1 for f in fields]
    weight = [prod(radix[i + 1 :]) for i in range(len(fields))]
    exact = sum(prod(map(len, b)) for b in blocks) > _INT64
    dtype: Any = object if exact else np.int64
    known: dict[tuple[int, tuple[str, ...]], tuple[NDArray[np.int64], NDArray[Any]]] = {}
    keys: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    counts: list[NDArray[Any]] = [np.zeros(0, dtype=dtype)]
    for block in blocks:
        key = np.zeros(1, dtype=np.int64)
        count = np.ones(1, dtype=dtype)
        factor = 1
        for column in block:
            mine = tuple(f for f in fields if f in column.fields)
            if not mine:
                factor *= len(column)
                continue
            if (id(column), mine) not in known:
                known[id(column), mine] = _keys(column, mine, fields, weight, domains, dtype)
            more, times = known[id(column), mine]
            key = (key[:, None] + more[None, :]).reshape(-1)
            count = (count[:, None] * times[None, :]).reshape(-1)
        keys.append(key)
        counts.append(count * factor)
    # a field's part of a key is its code + 1 times its weight, so an absent field adds nothing
    flat, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    totals = np.zeros(len(flat), dtype=dtype)
    np.add.at(totals, inverse.reshape(-1), np.concatenate(counts))
    codes = np.stack([flat // w % r - 1 for w, r in zip(weight, radix, strict=True)], axis=1)
    return Groups(fields, codes, totals, domains, bare=bare)


def _keys(
    column: Column,
    mine: tuple[str, ...],
    fields: tuple[str, ...],
    weight: Sequence[int],
    domains: Mapping[str, Domain],
    dtype: Any,
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    whole = Column(
        column.fields, [domains[f] for f in column.fields], recode(column, domains), distinct=True
    )
    rows, times = whole.project(mine)
    weights = np.array([weight[fields.index(f)] for f in mine], dtype=np.int64)
    return (rows.astype(np.int64) + 1) @ weights, times.astype(dtype)
