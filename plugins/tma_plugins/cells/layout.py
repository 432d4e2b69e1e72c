"""Cells of a grid, their names, and relative positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

Cell = tuple[int, int]
"""(row, column), counted from the top left (the far left on a table), from 0."""

GRIDS = (2, 3)
PLAIN_SHARE = 0.3
"""The share of tasks that are generated without a reference."""


@dataclass(frozen=True)
class Layout:
    """How a family calls its cells, and how one stands to another.

    Attributes:
        rows: names of the first, middle and last row.
        sides: relative position of what stands one row before, and one row after.
    """

    rows: tuple[str, str, str] = ("top", "middle", "bottom")
    sides: tuple[str, str] = ("above", "below")

    @property
    def offsets(self) -> Mapping[str, tuple[int, int]]:
        """Relative position -> (rows, columns) from the reference to the target, one cell away."""
        return _offsets(self)

    def reference_of(self, target: Cell, position: str) -> Cell:
        """The cell from which the target stands at `position`; it may lie outside the grid."""
        rows, columns = self.offsets[position]
        return target[0] - rows, target[1] - columns

    def target_of(self, reference: Cell, position: str) -> Cell:
        """The cell at `position` of the reference; it may lie outside the grid."""
        rows, columns = self.offsets[position]
        return reference[0] + rows, reference[1] + columns

    def position_of(self, target: Cell, reference: Cell) -> str | None:
        """How the target stands to the reference, None if it is not one cell away."""
        offset = (target[0] - reference[0], target[1] - reference[1])
        return next((name for name, step in self.offsets.items() if step == offset), None)

    def cell_name(self, grid: int, cell: Cell) -> str:
        """A cell's name in a grid of 2 x 2 or 3 x 3: `top left`, `middle`, `bottom right`."""
        row = self.rows[cell[0] * 2 // (grid - 1)]
        column = ("left", "middle", "right")[cell[1] * 2 // (grid - 1)]
        return row if row == column else f"{row} {column}"

    def cells(self, grid: int) -> Mapping[str, Cell]:
        """Name -> cell, row by row."""
        return _cells(self, grid)

    def inverse(self, position: str) -> str:
        """How the reference stands to the target."""
        rows, columns = self.offsets[position]
        return next(p for p, step in self.offsets.items() if step == (-rows, -columns))

    def placements(self, grids: tuple[int, ...] = GRIDS) -> list[tuple[int, str]]:
        """All (grid, cell) pairs: 4 + 9."""
        return [(grid, name) for grid in grids for name in self.cells(grid)]

    def relative_placements(self, grids: tuple[int, ...] = GRIDS) -> list[tuple[int, str, str]]:
        """All (grid, cell, relative position) whose reference lies inside the grid: 12 + 40."""
        return [
            (grid, name, position)
            for grid in grids
            for name, cell in self.cells(grid).items()
            for position in self.offsets
            if inside(grid, self.reference_of(cell, position))
        ]

    def position_counts(self, grid: int) -> list[int]:
        """How many cells each relative position is valid for, in the order of `offsets`."""
        return list(_position_counts(self, grid))

    def shares(self, grids: tuple[int, ...] = GRIDS) -> Mapping[str | None, float]:
        """Relative position (None: no reference) -> its share of tasks about an object at a place.

        Some have no reference, so that they are not lost among the many more plans with one;
        apart from that in proportion to the cells.
        """
        return _shares(self, grids)


def inside(grid: int, cell: Cell) -> bool:
    """Whether the cell lies in the grid."""
    return 0 <= cell[0] < grid and 0 <= cell[1] < grid


@cache
def _cells(layout: Layout, grid: int) -> Mapping[str, Cell]:
    cells = [(row, column) for row in range(grid) for column in range(grid)]
    return MappingProxyType({layout.cell_name(grid, cell): cell for cell in cells})


@cache
def _position_counts(layout: Layout, grid: int) -> tuple[int, ...]:
    found = [p for _, _, p in layout.relative_placements((grid,))]
    return tuple(found.count(position) for position in layout.offsets)


@cache
def _shares(layout: Layout, grids: tuple[int, ...]) -> Mapping[str | None, float]:
    relative = [position for _, _, position in layout.relative_placements(grids)]
    found: dict[str | None, float] = {
        p: (1 - PLAIN_SHARE) * relative.count(p) / len(relative) for p in layout.offsets
    }
    return MappingProxyType({None: PLAIN_SHARE, **found})


@cache
def _offsets(layout: Layout) -> Mapping[str, tuple[int, int]]:
    before, after = layout.sides
    return MappingProxyType(
        {
            "left": (0, -1),
            "right": (0, 1),
            before: (-1, 0),
            after: (1, 0),
            f"{before} left": (-1, -1),
            f"{before} right": (-1, 1),
            f"{after} left": (1, -1),
            f"{after} right": (1, 1),
        }
    )
