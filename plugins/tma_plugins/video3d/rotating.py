"""Questions about the one object that turns clockwise or counterclockwise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from tma import Asset, BitSet, Camera, Catalogue, Motion, Plan, TabletopVideo, View
from tma_plugins.cells.arrange import Arranger
from tma_plugins.cells.layout import Cell
from tma_plugins.tabletop.cylinders import fitted_camera
from tma_plugins.video3d.doing import turns
from tma_plugins.video3d.film import Part, VideoCells
from tma_plugins.video3d.sights import turns_badly
from tma_plugins.video3d.turning import OPPOSITE, SENSES, SIGN, turn_for, turnable

_SIZES = (0.62, 0.76)
_JITTER = 0.06
_PITCH = (1.1, 1.3)
_ELEVATIONS = (34.0, 41.0)
_FOV = 30.0


class Turning(VideoCells):
    """One object turns in place, seen from above clockwise or counterclockwise."""

    directions = SENSES

    @cached_property
    def _turnable(self) -> dict[int, tuple[Catalogue, BitSet]]:
        return {}

    def able(self, catalogue: Catalogue) -> BitSet:
        """Assets whose turn can be seen."""
        if id(catalogue) not in self._turnable:
            found = turnable(catalogue, self.config.progress)
            self._turnable[id(catalogue)] = catalogue, found
        return self._turnable[id(catalogue)][1]

    def mates(self, plan: Plan, catalogue: Catalogue) -> BitSet:
        """If the others turn as well, that must be seen."""
        return self.able(catalogue) if plan["others"] == "yes" else catalogue.everything

    def show(
        self, plan: Plan, stage: Arranger, catalogue: Catalogue, rng: np.random.Generator
    ) -> TabletopVideo:
        """Those placed; the target turns, the others stand still or turn the other way."""
        parts: dict[Cell, tuple[Asset, Part]] = {}
        for cell, number in sorted(stage.placed.items()):
            asset = catalogue.assets[number]
            jitter = rng.uniform(-_JITTER, _JITTER, 2).round(3).tolist()
            x, y = (cell[1] - 0.5) * _PITCH[0], (0.5 - cell[0]) * _PITCH[1]
            position = round(x + jitter[0], 3), round(y + jitter[1], 3)
            sense = str(plan["direction"])
            if cell != self.cell(plan):
                sense = OPPOSITE[sense] if plan["others"] == "yes" else ""
            motion = self._turn(asset, sense, rng) if sense else None
            parts[cell] = asset, Part(position, round(float(rng.uniform(*_SIZES)), 3), motion)
        return self.film(parts, _camera(self.config.aspect, rng), rng)

    def _turn(self, asset: Asset, sense: str, rng: np.random.Generator) -> Motion:
        turn = turn_for(asset, self.config.progress, rng)
        return Motion(turn=SIGN[sense] * turn)

    def doing(self, scene: TabletopVideo, catalogue: Catalogue) -> list[str]:
        """In which sense each object turns."""
        return turns(scene, lambda asset: catalogue.assets[catalogue.number(asset)].solid.symmetry)

    def acts_badly(self, doing: Sequence[str], scene: TabletopVideo, view: View) -> str | None:
        """Whose turn can't be seen."""
        return turns_badly(doing, scene, view)


def _camera(aspect: float, rng: np.random.Generator) -> Camera:
    """A camera that has all of a grid of 2 x 2 in its picture, whoever stands there."""
    x, y = (pitch / 2 + _JITTER for pitch in _PITCH)
    corners = tuple((i, j, _SIZES[1]) for i in (-x, x) for j in (-y, y))
    return fitted_camera(corners, round(float(rng.uniform(*_ELEVATIONS))), _FOV, aspect)
