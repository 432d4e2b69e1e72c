"""Questions about the one object that moves in a direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tma import Catalogue, Motion, Plan, TabletopVideo, View
from tma_plugins.cells.arrange import Arranger
from tma_plugins.cells.layout import Cell
from tma_plugins.video3d.choreography import DIRECTIONS, Move, camera_for, choreograph
from tma_plugins.video3d.doing import moves
from tma_plugins.video3d.film import Part, VideoCells
from tma_plugins.video3d.sights import seen_otherwise


class Dance(Arranger):
    """A stage on which only those cells are free whose objects get in nobody's way.

    Attributes:
        moves: what an object does that starts in a cell.
    """

    def __init__(self, grid: int, rng: np.random.Generator, moves: Mapping[Cell, Move]) -> None:
        super().__init__(grid, rng, moves)
        self.moves = moves


class Moving(VideoCells):
    """One object moves left, right, up (away from the viewer) or down (towards the viewer)."""

    directions = DIRECTIONS

    def stage(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Dance:
        """The stage with the paths of all that will stand there. Raises Infeasible."""
        direction, everybody = str(plan["direction"]), plan["others"] == "yes"
        aspect = self.config.aspect
        camera = camera_for(aspect)
        paths = choreograph(self.cell(plan), direction, everybody, camera, aspect, rng)
        return Dance(int(plan["grid"]), rng, paths)

    def show(
        self, plan: Plan, stage: Arranger, catalogue: Catalogue, rng: np.random.Generator
    ) -> TabletopVideo:
        """Those placed, on their paths."""
        assert isinstance(stage, Dance)
        parts = {}
        for cell, number in stage.placed.items():
            move = stage.moves[cell]
            motion = Motion(shift=move.shift) if any(move.shift) else None
            parts[cell] = catalogue.assets[number], Part(move.position, move.size, motion)
        return self.film(parts, camera_for(self.config.aspect), rng)

    def doing(self, scene: TabletopVideo, catalogue: Catalogue) -> list[str]:
        """In which direction each object moves on the screen."""
        return moves(scene)

    def acts_badly(self, doing: Sequence[str], scene: TabletopVideo, view: View) -> str | None:
        """Whose pixels go another way."""
        return seen_otherwise(doing, scene, view)
