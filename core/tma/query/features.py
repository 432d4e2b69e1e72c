"""Plans and groups as rows of random effects: what the surrogate knows of them.

Each block of effects belongs to a field, to a pair of fields, or to the taxonomy above a field of
categories. A plan's row says which effects it has; a group's row is the mean of its plans' rows,
and comes from the space's exact group counts without listing a plan: that is how groups of
hundreds of millions of plans get rows in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tma.groups import Ints
from tma.query.surrogate import Floats
from tma.space import PlanSpace

_MOST_CELLS = 1_500_000
"""A pair of fields whose histogram over the groups is larger gets no block."""

Above = Mapping[str, csr_array]
"""Field -> (values of its domain + 1, categories): weights on what stands above a value.

The last row is for plans without the field."""


@dataclass(frozen=True)
class Block:
    """A family of effects.

    Attributes:
        name: the fields joined by ` x `, with `above ` before a field for its taxonomy.
        fields: whose codes say which effects a plan has.
        keys: (effects,) sorted integers that name them, one for each combination of codes.
        above: maps those to categories above them; None where each combination is an effect.
    """

    name: str
    fields: tuple[str, ...]
    keys: NDArray[np.int64]
    above: csr_array | None = None

    @property
    def size(self) -> int:
        """How many effects there are."""
        return len(self.keys) if self.above is None else int(self.above.shape[1])


class Features:
    """The rows of plans and groups of a space.

    Args:
        space: whose plans are asked about.
        by: fields that make the groups; one group of all plans if there are none.
        above: the taxonomy above the values of some fields.
        most_cells: the largest histogram of a block over the groups.

    Attributes:
        groups: keys of the groups, in the space's order.
        sizes, counts: how many plans each has, exactly and as floats.
        codes: (groups, fields) of the groups.
        blocks: the families of effects.
    """

    def __init__(
        self,
        space: PlanSpace,
        by: Sequence[str],
        above: Above | None = None,
        *,
        most_cells: int = _MOST_CELLS,
    ) -> None:
        self._space = space
        self._by = tuple(by)
        self.above = above or {}
        self._most = most_cells
        if self._by:
            found = space.groups(self._by)
            self.groups: list[Any] = list(found)
            self.sizes: list[int] = list(found.values())
            self.codes = found.codes
        else:
            self.groups, self.sizes = [()], [space.size]
            self.codes = np.zeros((1, 0), dtype=np.int64)
        self.counts: Floats = np.array(self.sizes, dtype=np.float64)
        self._histograms: dict[tuple[str, ...], tuple[Ints, Floats]] = {}
        self.blocks: tuple[Block, ...] = tuple(self._choose())

    # -- which blocks there are -----------------------------------------------------------------

    def _choose(self) -> list[Block]:
        varying = [f for f in self._space.fields if len(self._space.groups(f)) > 1]
        singles = [self._block((field,)) for field in varying]
        kinship = [self._kinship(block) for block in singles if block.fields[0] in self.above]
        wanted = [p for p in combinations(varying, 2) if self._cells(p) <= self._most]
        pairs = [block for p in wanted if self._tells(block := self._block(p), singles)]
        joint = [self._block(self._by)] if len(self._by) > 2 else []
        return [*singles, *kinship, *pairs, *joint]

    def _tells(self, pair: Block, singles: Sequence[Block]) -> bool:
        """Whether a pair says more than one of its fields does alone."""
        parts = [b.size for b in singles if b.fields[0] in pair.fields]
        return pair.size > max(parts)

    def _cells(self, fields: Sequence[str]) -> int:
        """About how many entries the fields' histogram over the groups has."""
        wanted = {*self._by, *fields}
        return sum(
            prod(len(c) for c in block if wanted & set(c.fields)) for block in self._space.blocks
        )

    def _block(self, fields: tuple[str, ...]) -> Block:
        found = self._space.groups(fields)
        return Block(" x ".join(fields), fields, np.sort(self._keys(found.codes, fields)))

    def _kinship(self, block: Block) -> Block:
        field = block.fields[0]
        rows = self.above[field][block.keys - 1]  # key 0, of plans without it, takes the last row
        return Block(f"above {field}", block.fields, block.keys, csr_array(rows))

    def _keys(self, codes: Ints, fields: Sequence[str]) -> NDArray[np.int64]:
        """One integer for each row of codes."""
        keys = np.zeros(len(codes), dtype=np.int64)
        for place, field in enumerate(fields):
            keys = keys * (len(self._space.domains[field]) + 1) + codes[:, place] + 1
        return keys

    # -- rows -------------------------------------------------------------------------------------

    def plans(self, indices: Sequence[int] | NDArray[Any]) -> list[csr_array]:
        """The rows of plans, by their numbers in the space: (plans, effects) for each block."""
        codes = self._space.codes(indices)
        place = {f: i for i, f in enumerate(self._space.fields)}
        found = []
        for block in self.blocks:
            own = codes[:, [place[f] for f in block.fields]]
            weights = np.ones(len(own))
            found.append(self._rows(block, own, np.arange(len(own)), weights, len(own)))
        return found

    def owners(self, indices: Sequence[int] | NDArray[Any]) -> list[int]:
        """The groups of plans, as places in `groups`."""
        place = {f: i for i, f in enumerate(self._space.fields)}
        own = self._space.codes(indices)[:, [place[f] for f in self._by]]
        found = np.searchsorted(self._group_keys, self._keys(own, self._by))
        return [int(i) for i in self._group_order[found]]

    @cached_property
    def group_rows(self) -> list[csr_array]:
        """The mean rows of the groups: (groups, effects) for each block."""
        found = []
        for block in self.blocks:
            codes, counts = self._histogram(block.fields)
            members = codes[:, : len(self._by)]
            owner = np.searchsorted(self._group_keys, self._keys(members, self._by))
            own = codes[:, self._places(block.fields)]
            shares = counts / self.counts[self._group_order[owner]]
            group = self._group_order[owner]
            found.append(self._rows(block, own, group, shares, len(self.groups)))
        return found

    @cached_property
    def _group_order(self) -> NDArray[np.int64]:
        return np.argsort(self._keys(self.codes, self._by), kind="stable")

    @cached_property
    def _group_keys(self) -> NDArray[np.int64]:
        return self._keys(self.codes, self._by)[self._group_order]

    def _places(self, fields: Sequence[str]) -> list[int]:
        """Where the fields stand in a histogram's codes: after or among the grouping's."""
        order = self._joined(fields)
        return [order.index(f) for f in fields]

    def _joined(self, fields: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self._by, *fields)))

    def _histogram(self, fields: Sequence[str]) -> tuple[Ints, Floats]:
        """How many plans of each group have each combination of the fields' codes."""
        wanted = self._joined(fields)
        if wanted not in self._histograms:
            found = self._space.groups(wanted)
            counts = np.array([float(n) for n in found.counts])
            self._histograms[wanted] = found.codes, counts
        return self._histograms[wanted]

    def _rows(
        self,
        block: Block,
        codes: Ints,
        row: NDArray[np.int64],
        weights: Floats,
        count: int,
    ) -> csr_array:
        effect = np.searchsorted(block.keys, self._keys(codes, block.fields))
        flat = csr_array((weights, (row, effect)), shape=(count, len(block.keys)))
        return flat if block.above is None else csr_array(flat @ block.above)


def kinship(above: NDArray[np.bool_]) -> csr_array:
    """Weights on the categories above each value, for `Features`.

    Args:
        above: (values, categories) whether a category stands above a value.

    Returns:
        (values + 1, categories), the rows of unit length, so that a block's variance is that of
        a plan; the last row is empty.
    """
    counts = np.maximum(above.sum(axis=1, keepdims=True), 1)
    weights = np.vstack([above / np.sqrt(counts), np.zeros((1, above.shape[1]))])
    return csr_array(weights)
