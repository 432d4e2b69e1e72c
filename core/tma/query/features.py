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
from tma.query.histograms import Histograms, Keys
from tma.query.surrogate import Floats
from tma.space import PlanSpace

_MOST_CELLS = 1_000_000
"""A pair of fields whose histogram over the groups is larger gets no block."""

_MOST_PAIRS = 24

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
        most_pairs: pairs of fields that get a block. Pairs with a field of the grouping come
            first, then those with more combinations of about the same weight.

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
        most_pairs: int = _MOST_PAIRS,
    ) -> None:
        self._space = space
        self._by = tuple(by)
        self.above = above or {}
        self._most = most_cells
        self._pairs = most_pairs
        self._domains = space.domains
        self._histograms = Histograms(space)
        if self._by:
            found = space.groups(self._by)
            self.groups: list[Any] = list(found)
            self.sizes: list[int] = list(found.values())
            self.codes = found.codes
        else:
            self.groups, self.sizes = [()], [space.size]
            self.codes = np.zeros((1, 0), dtype=np.int64)
        self.counts: Floats = np.array(self.sizes, dtype=np.float64)
        self._counted: dict[tuple[str, ...], tuple[Keys, Floats]] = {}
        self.blocks: tuple[Block, ...] = tuple(self._choose())

    # -- which blocks there are -----------------------------------------------------------------

    def _choose(self) -> list[Block]:
        singles = [self._block((field,)) for field in self._space.fields]
        singles = [b for b in singles if b.size > 1]
        kinship = [self._kinship(block) for block in singles if block.fields[0] in self.above]
        sizes = {b.fields[0]: b.size for b in singles}
        pairs: list[tuple[bool, float, int, Block]] = []
        for fields in combinations(sizes, 2):
            if self._histograms.cells(self._joined(fields)) > self._most:
                continue
            block = self._block(fields)
            if block.size > max(sizes[f] for f in fields):  # it tells more than one field alone
                own = any(f in self._by for f in fields)
                pairs.append((not own, -self._effective(fields), len(pairs), block))
        joint = [self._block(self._by)] if len(self._by) > 2 else []
        kept = sorted(sorted(pairs)[: self._pairs], key=lambda p: p[2])
        blocks = [*singles, *kinship, *(p[3] for p in kept), *joint]
        wanted = {self._joined(b.fields) for b in blocks}
        self._counted = {k: v for k, v in self._counted.items() if k in wanted}
        return blocks

    def _effective(self, fields: tuple[str, ...]) -> float:
        """How many combinations of equal weight would be as even as the fields' are."""
        keys, counts = self._own(fields)
        shares = np.bincount(keys, counts)
        return float(shares.sum() ** 2 / np.sum(shares**2))

    def _own(self, fields: tuple[str, ...]) -> tuple[Keys, Floats]:
        """The fields' own keys in their histogram over the groups, with counts."""
        keys, counts = self._count(fields)
        own = self._part(keys, self._joined(fields), fields)
        return np.unique(own, return_inverse=True)[1].reshape(-1), counts

    def _block(self, fields: tuple[str, ...]) -> Block:
        keys, _ = self._count(fields)
        found = np.unique(self._part(keys, self._joined(fields), fields))
        return Block(" x ".join(fields), fields, found)

    def _kinship(self, block: Block) -> Block:
        field = block.fields[0]
        rows = self.above[field][block.keys - 1]  # key 0, of plans without it, takes the last row
        return Block(f"above {field}", block.fields, block.keys, csr_array(rows))

    def _joined(self, fields: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self._by, *fields)))

    def _count(self, fields: Sequence[str]) -> tuple[Keys, Floats]:
        """How many plans of each group have each combination of the fields' codes."""
        wanted = self._joined(fields)
        if wanted not in self._counted:
            self._counted[wanted] = self._histograms.count(wanted)
        return self._counted[wanted]

    def _part(self, keys: Keys, joined: Sequence[str], fields: Sequence[str]) -> Keys:
        """The keys of some fields from those of all."""
        radix = self._histograms.radix(joined)
        found = np.zeros(len(keys), dtype=np.int64)
        for field in fields:
            place = joined.index(field)
            found = found * radix[place] + keys // prod(radix[place + 1 :]) % radix[place]
        return found

    def _keys(self, codes: Ints, fields: Sequence[str]) -> Keys:
        """One integer for each row of codes."""
        keys = np.zeros(len(codes), dtype=np.int64)
        for place, radix in enumerate(self._histograms.radix(fields)):
            keys = keys * radix + codes[:, place] + 1
        return keys

    # -- rows -------------------------------------------------------------------------------------

    def plans(self, indices: Sequence[int] | NDArray[Any]) -> list[csr_array]:
        """The rows of plans, by their numbers in the space: (plans, effects) for each block."""
        codes = self._space.codes(indices)
        place = {f: i for i, f in enumerate(self._space.fields)}
        weights, row = np.ones(len(codes)), np.arange(len(codes))
        found = []
        for block in self.blocks:
            own = self._keys(codes[:, [place[f] for f in block.fields]], block.fields)
            found.append(_rows(block, own, row, weights, len(codes)))
        return found

    def owners(self, indices: Sequence[int] | NDArray[Any]) -> list[int]:
        """The groups of plans, as places in `groups`."""
        place = {f: i for i, f in enumerate(self._space.fields)}
        own = self._space.codes(indices)[:, [place[f] for f in self._by]]
        return [int(i) for i in self._place(self._keys(own, self._by))]

    @cached_property
    def group_rows(self) -> list[csr_array]:
        """The mean rows of the groups: (groups, effects) for each block."""
        found = []
        for block in self.blocks:
            keys, counts = self._count(block.fields)
            joined = self._joined(block.fields)
            group = self._place(self._part(keys, joined, self._by))
            own = self._part(keys, joined, block.fields)
            shares = counts / self.counts[group]
            found.append(_rows(block, own, group, shares, len(self.groups)))
        return found

    def _place(self, keys: Keys) -> NDArray[np.int64]:
        """Groups by their keys; the space's order is that of the keys."""
        return np.searchsorted(self._group_keys, keys)

    @cached_property
    def _group_keys(self) -> Keys:
        return self._keys(self.codes, self._by)


def _rows(
    block: Block, keys: Keys, row: NDArray[np.int64], weights: Floats, count: int
) -> csr_array:
    effect = np.searchsorted(block.keys, keys)
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
