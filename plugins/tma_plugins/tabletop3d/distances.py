"""Questions about the one object that is farthest from a reference, or closest to it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import cache
from typing import ClassVar

import numpy as np

from tma import BitSet, Camera, Catalogue, Plan, PlanSpace, Scene, Tabletop, Value, joint
from tma_plugins.cells import truth
from tma_plugins.cells.arrange import Arrangement, Arranger
from tma_plugins.cells.layout import Cell
from tma_plugins.cells.spaces import located
from tma_plugins.cells.wanted import Wanted
from tma_plugins.tabletop.order import TABLE_LAYOUT
from tma_plugins.tabletop3d.scenes import Spot, Spread
from tma_plugins.tabletop3d.singled import Singling, extreme_of

DISTANCES = ("farthest", "closest")
LEAST_RATIO = 1.15
"""Between the greatest distance on the table and the next, or the least and the next."""
LEAST_SEEN_RATIO = 1.02
"""The same between distances as seen on the screen."""
_GRID = 3
_STEPS = 5
_MOST_DECOYS = 2


class Zoned(Arranger):
    """A stage with cells for anybody, and an annex for tenants only.

    Args:
        grid: cells on a side.
        rng: the source of chance.
        cells: for anybody.
        annex: cells where tenants are placed first, when they are placed one by one.
        tenants: assets that may stand there.
    """

    def __init__(
        self,
        grid: int,
        rng: np.random.Generator,
        cells: Collection[Cell],
        annex: Collection[Cell],
        tenants: BitSet,
    ) -> None:
        super().__init__(grid, rng, cells)
        self._annex = [cell for cell in annex if cell not in cells]
        self._tenants = tenants

    def put(self, assets: BitSet, cell: Cell | None = None) -> None:
        """Place one of the assets; if all are tenants, in the annex while it has room."""
        if cell is None and assets and self._annex and not assets - self._tenants:
            cell = self._annex.pop()
            self._free.append(cell)
        super().put(assets, cell)


class Distant(Singling):
    """One object is the farthest from the reference, or the closest to it, on the table.

    Others stand in cells that are strictly closer, or strictly farther. Such that certainly lack
    the attribute that the question names may stand in the remaining cells.
    """

    spoken = ("distance",)
    grids = (_GRID,)
    referred = True
    spreads: ClassVar[Mapping[int, Spread]] = {
        _GRID: Spread((1.0, 1.3), 0.06, (0.54, 0.66), (36, 42))
    }

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """Every category x (none or) one of its values x place beside a reference x distance."""
        rows = [(_GRID, *place) for place in distant_places()]
        fields = ("grid", "cell", "relative_position", "distance")
        return located(
            catalogue,
            self.layout,
            attribute=self.obligatory,
            plain=None,
            beside=joint(fields, rows),
        )

    def places(self) -> Mapping[tuple[Value | None, ...], float]:
        """(position, distance): both distances alike, positions by the cells they are valid for."""
        found: dict[tuple[Value | None, ...], float] = {}
        for distance in DISTANCES:
            counts = _counts(distance)
            for position, count in zip(self.layout.offsets, counts, strict=True):
                if count:
                    found[position, distance] = count / sum(counts) / len(DISTANCES)
        return found

    def position_counts(self, plan: Plan) -> list[int]:
        """How many cells each position is valid for with the plan's distance."""
        return list(_counts(str(plan["distance"])))

    def reference_wishes(self, plan: Plan, catalogue: Catalogue) -> list[BitSet]:
        """The reference should not be such an object as is asked about."""
        said = self.said(plan)
        unlike = [catalogue.lacking(*said)] if said else []
        return [catalogue.never_in(str(plan["target_category"])), *unlike]

    # -- scenes -------------------------------------------------------------------------------

    def stage(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Zoned:
        """The stage without the cells where another would be as far, or as close, as the target."""
        target = self.cell(plan)
        reference = self.layout.reference_of(target, str(plan["relative_position"]))
        lesser = _lesser(target, reference, str(plan["distance"]))
        beyond = self._beyond(target, reference, str(plan["distance"]))
        annex = [beyond[i] for i in rng.permutation(len(beyond))[:_MOST_DECOYS].tolist()]
        tenants = self.unasked(plan, catalogue)
        return Zoned(_GRID, rng, {target, reference, *lesser}, annex, tenants)

    def _beyond(self, target: Cell, reference: Cell, distance: str) -> list[Cell]:
        """Cells that are still farther from the reference than the target, or still closer."""
        base = self.spreads[_GRID].place(_GRID, reference)
        away = {
            cell: math.dist(self.spreads[_GRID].place(_GRID, cell), base)
            for cell in self.layout.cells(_GRID).values()
            if cell not in (target, reference)
        }
        mine = math.dist(self.spreads[_GRID].place(_GRID, target), base)
        sign = 1 if distance == "farthest" else -1
        lesser = _lesser(target, reference, distance)
        return [c for c, d in away.items() if sign * (d - mine) > 0 and c not in lesser]

    def spots(
        self, plan: Plan, placed: Arrangement, camera: Camera, rng: np.random.Generator
    ) -> dict[Cell, Spot]:
        """Places so near to the middles of the cells that distances are in their cells' order."""
        target, spread = self.cell(plan), self.spreads[_GRID]
        reference = self.layout.reference_of(target, str(plan["relative_position"]))
        lesser = _lesser(target, reference, str(plan["distance"]))
        shifts = rng.uniform(-spread.jitter, spread.jitter, (len(placed), 2))
        middles = np.array([spread.place(_GRID, cell) for cell in placed])
        for step in range(_STEPS + 1):
            moved = (middles + shifts * (1 - step / _STEPS)).round(3).tolist()
            found = {cell: (x, y) for cell, (x, y) in zip(placed, moved, strict=True)}
            compared = {c: found[c] for c in (target, *lesser) if c in found}
            try:
                if _extreme(compared, found[reference], str(plan["distance"]), camera) == target:
                    break
            except truth.Unclear:
                continue
        return found

    def singled_out(self, plan: Plan, scene: Scene, catalogue: Catalogue) -> Cell:
        """The cell of the object that is farthest from the one reference, or closest to it.

        Raises Unclear.
        """
        assert isinstance(scene, Tabletop)
        arrangement = self.arrangement(scene, catalogue)
        wanted = Wanted(self.reference(plan))
        reference = truth.find_only(arrangement, wanted, "reference", catalogue)
        spots = {(o.row, o.column): o.position for o in scene.objects}
        compared = {c: spots[c] for c in self.compared(plan, scene, catalogue) if c != reference}
        return _extreme(compared, spots[reference], str(plan["distance"]), scene.camera)


def _extreme(spots: Mapping[Cell, Spot], base: Spot, distance: str, camera: Camera) -> Cell:
    """Who is the farthest from a place, or the closest to it, on the table and on the screen.

    Raises Unclear.
    """
    away = {cell: math.dist(spot, base) for cell, spot in spots.items()}
    seen_base = camera.project((*base, 0.0))[:2]
    seen = {c: math.dist(camera.project((*s, 0.0))[:2], seen_base) for c, s in spots.items()}
    found = extreme_of(away, distance, LEAST_RATIO)
    if extreme_of(seen, distance, LEAST_SEEN_RATIO) != found:
        raise truth.Unclear(f"another object looks as if it were the {distance} one")
    return found


@cache
def distant_places() -> tuple[tuple[str, str, str], ...]:
    """(cell, position, distance) for which there is a cell where others may stand: 16 + 36."""
    return tuple(
        (name, position, distance)
        for distance in DISTANCES
        for _, name, position in TABLE_LAYOUT.relative_placements((_GRID,))
        for cell in (TABLE_LAYOUT.cells(_GRID)[name],)
        if _lesser(cell, TABLE_LAYOUT.reference_of(cell, position), distance)
    )


@cache
def _counts(distance: str) -> tuple[int, ...]:
    found = [position for _, position, other in distant_places() if other == distance]
    return tuple(found.count(position) for position in TABLE_LAYOUT.offsets)


@cache
def _lesser(target: Cell, reference: Cell, distance: str) -> frozenset[Cell]:
    """The cells strictly closer to the reference than the target, or strictly farther."""
    mine = math.dist(target, reference)
    cells = [c for c in TABLE_LAYOUT.cells(_GRID).values() if c not in (reference, target)]
    if distance == "farthest":
        return frozenset(c for c in cells if math.dist(c, reference) < mine)
    return frozenset(c for c in cells if math.dist(c, reference) > mine)
