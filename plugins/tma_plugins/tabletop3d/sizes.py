"""Questions about the one largest or smallest object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from tma import Camera, Catalogue, Plan, PlanSpace, Scene, Tabletop, View, joint
from tma_plugins.cells import truth
from tma_plugins.cells.arrange import Arrangement
from tma_plugins.cells.layout import Cell
from tma_plugins.cells.spaces import located
from tma_plugins.tabletop3d.scenes import Spot, Spread
from tma_plugins.tabletop3d.singled import Singling, extreme_of

EXTREMES = ("largest", "smallest")
ORDERS = ("target-first", "reference-first")

LEAST_RATIO = 1.3
"""Between the visible extents of the largest object and the next, or the smallest and the next."""
_RATIOS = (1.6, 2.2)
_DECOY_RATIOS = (1.3, 1.45)
_TOP = (0.8, 0.9)
_SMALLEST_NEXT = (0.66, 0.76)
_BEYOND_SHARE = 0.7


class Sized(Singling):
    """One object is visibly the largest, or the smallest, of those that the question is about.

    Others that certainly lack the attribute that it names may be larger, or smaller, still.
    """

    spoken = ("extreme",)
    grids = (2,)
    spreads: ClassVar[Mapping[int, Spread]] = {
        2: Spread((1.2, 1.5), 0.06, (0.28, _TOP[1]), (36, 43))
    }

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """Every category x (none or) one of its values x cell x which extreme."""
        ends = [joint(("extreme",), [(e,) for e in EXTREMES])]
        both = [joint(("extreme", "order"), [(e, o) for e in EXTREMES for o in ORDERS])]
        return located(
            catalogue,
            self.layout,
            attribute=self.obligatory,
            grids=self.grids,
            plain=ends,
            relative=both if self.referred else None,
        )

    def place_shares(self) -> Mapping[str | None, float]:
        """As in other pictures where there is a reference at all."""
        return self.layout.shares(self.grids) if self.referred else {None: 1.0}

    # -- scenes -------------------------------------------------------------------------------

    def sizes(
        self,
        plan: Plan,
        placed: Arrangement,
        spots: Mapping[Cell, Spot],
        camera: Camera,
        catalogue: Catalogue,
        rng: np.random.Generator,
    ) -> dict[Cell, float]:
        """The target at one end of those asked about, others that are not maybe past that end."""
        target, apart = self.cell(plan), self.unasked(plan, catalogue)
        decoys = [c for c, n in placed.items() if c != target and n in apart]
        beyond = bool(decoys) and rng.random() < _BEYOND_SHARE
        depth = {cell: camera.project((*spots[cell], 0.0))[2] for cell in placed}
        largest = plan["extreme"] == "largest"
        sign = 1 if largest else -1
        past, ratio = rng.uniform(*_DECOY_RATIOS), rng.uniform(*_RATIOS, len(placed)).tolist()
        if largest:
            mine = rng.uniform(*_TOP) / (past if beyond else 1)
        else:
            mine = rng.uniform(*_SMALLEST_NEXT) / max(ratio)
        found = {}
        for cell, times in zip(placed, ratio, strict=True):
            # What is nearer looks larger: it must not look as large, or small, as the target.
            near = max(1.0, (depth[target] / depth[cell]) ** sign)
            size = mine if cell == target else mine * (times * near) ** -sign
            if cell in decoys and beyond:
                size = mine * past**sign
            found[cell] = float(size)
        shrink = min(1.0, _TOP[1] / max(found.values()))
        return {cell: round(size * shrink, 3) for cell, size in found.items()}

    def singled_out(self, plan: Plan, scene: Scene, catalogue: Catalogue) -> Cell:
        """The cell of the one object that is the largest, or smallest. Raises Unclear."""
        assert isinstance(scene, Tabletop)
        cells = self.compared(plan, scene, catalogue)
        sizes = {(o.row, o.column): o.size for o in scene.objects}
        seen = {
            (o.row, o.column): o.size / scene.camera.project((*o.position, 0.0))[2]
            for o in scene.objects
        }
        found = [
            extreme_of({c: measure[c] for c in cells}, str(plan["extreme"]), LEAST_RATIO)
            for measure in (sizes, seen)
        ]
        if found[0] != found[1]:
            raise truth.Unclear("one object is larger, another one looks larger")
        return found[0]

    def seen_otherwise(
        self, plan: Plan, scene: Tabletop, view: View, catalogue: Catalogue
    ) -> str | None:
        """Whether extents or areas as seen don't tell who is the largest or smallest."""
        try:
            cells = self.compared(plan, scene, catalogue)
            singled = self.singled_out(plan, scene, catalogue)
            for measure in _extents(scene, view):
                extents = {c: measure[c] for c in cells}
                if extreme_of(extents, str(plan["extreme"]), LEAST_RATIO) != singled:
                    return f"another object than the {plan['extreme']} looks so"
        except truth.Unclear as unclear:
            return str(unclear)
        return None


def _extents(scene: Tabletop, view: View) -> tuple[dict[Cell, float], dict[Cell, float]]:
    """By cell the diagonal of an object's box, and its area with what others hide of it."""
    diagonals, areas = {}, {}
    for thing, seen in zip(scene.objects, view.objects, strict=True):
        left, top, right, bottom = seen.box[0]
        cell = thing.row, thing.column
        diagonals[cell] = float(np.hypot(right - left, bottom - top))
        areas[cell] = seen.pixels[0] / max(1e-9, 1 - seen.hidden[0])
    return diagonals, areas
