"""Who stands where: filling the cells of a grid with assets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tma import BitSet
from tma_plugins.cells.layout import Cell

Arrangement = dict[Cell, int]
"""Cell -> number of the asset that stands there."""


class Arranger:
    """Places assets in free cells, different ones as long as there are enough.

    Args:
        grid: cells on a side.
        rng: the source of chance.
    """

    def __init__(self, grid: int, rng: np.random.Generator) -> None:
        self._rng = rng
        self.placed: Arrangement = {}
        order = rng.permutation(grid * grid).tolist()
        self._order: list[Cell] = [divmod(i, grid) for i in order]

    @property
    def free(self) -> list[Cell]:
        """Cells where nothing stands, in random order."""
        return [c for c in self._order if c not in self.placed]

    def put(self, assets: BitSet, cell: Cell | None = None) -> None:
        """Place one of the assets in a cell, any free one by default.

        Does nothing if there are no assets, or no cell is free.
        """
        free = self.free
        if assets and (cell is not None or free):
            self.placed[free[0] if cell is None else cell] = self._fresh(assets.numbers(), 1)[0]

    def fill(self, assets: BitSet, count: int | None = None) -> None:
        """Place assets in `count` free cells, by default in all that are left."""
        free = self.free[:count]
        if assets and free:
            self.placed.update(zip(free, self._fresh(assets.numbers(), len(free)), strict=True))

    def _fresh(self, members: Sequence[int] | np.ndarray, count: int) -> list[int]:
        """Random members, those that stand nowhere yet before any twice."""
        used = set(self.placed.values())
        spare = len(used) + count
        if len(members) > 4 * spare:
            drawn: dict[int, None] = {}
            while len(drawn) < count:
                for i in self._rng.integers(len(members), size=spare).tolist():
                    if members[i] not in used:
                        drawn.setdefault(int(members[i]))
            return list(drawn)[:count]
        order = [int(members[i]) for i in self._rng.permutation(len(members)).tolist()]
        order.sort(key=used.__contains__)
        return [order[i % len(order)] for i in range(count)]
