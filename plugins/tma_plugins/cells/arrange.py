"""Who stands where: filling the cells of a grid with assets."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from tma import BitSet
from tma_plugins.cells.layout import Cell

_FEW = 2
Arrangement = dict[Cell, int]
"""Cell -> number of the asset that stands there."""


class Arranger:
    """Places assets in free cells, different ones as long as there are enough.

    Args:
        grid: cells on a side.
        rng: the source of chance.
        cells: those that may be used; all by default.

    Attributes:
        placed: who stands where.
    """

    def __init__(
        self, grid: int, rng: np.random.Generator, cells: Collection[Cell] | None = None
    ) -> None:
        self._rng = rng
        self.placed: Arrangement = {}
        free: list[Cell] = [divmod(i, grid) for i in rng.permutation(grid * grid).tolist()]
        self._free = free if cells is None else [cell for cell in free if cell in cells]

    def put(self, assets: BitSet, cell: Cell | None = None) -> None:
        """Place one of the assets in a cell, any free one by default.

        Does nothing if there are no assets, or no cell is free.
        """
        if assets and self._free:
            place = self._free[0] if cell is None else cell
            self._free.remove(place)
            self.placed[place] = self._fresh(assets, 1)[0]

    def fill(self, assets: BitSet, count: int | None = None) -> None:
        """Place assets in `count` free cells, by default in all that are left."""
        cells = self._free[:count]
        if assets and cells:
            del self._free[:count]
            self.placed.update(zip(cells, self._fresh(assets, len(cells)), strict=True))

    def _fresh(self, assets: BitSet, count: int) -> list[int]:
        """Random members, those that stand nowhere yet before any twice."""
        members = assets.numbers()
        used = set(self.placed.values())
        if len(members) > 4 * (len(used) + count):
            drawn: dict[int, None] = {}
            while len(drawn) < count:
                marks = self._marks(len(members), 2 * count)
                drawn |= dict.fromkeys(n for n in members[marks].tolist() if n not in used)
            return list(drawn)[:count]
        listed = members.tolist()
        fresh = [n for n in listed if n not in used]
        if len(fresh) < count:
            fresh += self._rng.permutation([n for n in listed if n in used]).tolist()
            return [fresh[i % len(fresh)] for i in range(count)]
        if count == 1:
            return [fresh[self._rng.integers(len(fresh))]]
        return [fresh[i] for i in self._rng.permutation(len(fresh))[:count].tolist()]

    def _marks(self, below: int, count: int) -> list[int]:
        """Random numbers, the same either way; an array is slower for a few."""
        if count <= _FEW:
            return [int(self._rng.integers(below)) for _ in range(count)]
        marks: list[int] = self._rng.integers(below, size=count).tolist()
        return marks
