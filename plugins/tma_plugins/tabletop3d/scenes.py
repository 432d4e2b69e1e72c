"""What all questions about tabletop pictures have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tma import Asset, Camera, Catalogue, Plan, Scene, Tabletop, View
from tma_plugins.cells.arrange import Arrangement, Arranger
from tma_plugins.cells.base import CellGenerator
from tma_plugins.cells.layout import Cell
from tma_plugins.cells.wording import GRID_TABLES, wording
from tma_plugins.tabletop.cylinders import fitted_camera
from tma_plugins.tabletop.order import TABLE_LAYOUT, check_order, seen_out_of_order
from tma_plugins.tabletop.staging import draw_stage
from tma_plugins.tabletop.views import badly_seen, view_of

_YAW_JITTER = 6.0
_FOV = (26, 37)

Spot = tuple[float, float]
"""(x, y) on the table."""


class TabletopConfig(BaseModel):
    """Settings of the tabletop3d generators.

    Attributes:
        templates: TOML file of question templates that are added to the built-in ones.
        width, height: of the picture in pixels; neither is more than 4/3 of the other.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    templates: Path | None = None
    width: int = Field(default=512, ge=128, le=4096)
    height: int = Field(default=512, ge=128, le=4096)

    @model_validator(mode="after")
    def _about_square(self) -> TabletopConfig:
        if not 3 * self.height <= 4 * self.width or not 3 * self.width <= 4 * self.height:
            raise ValueError("neither width nor height may be more than 4/3 of the other")
        return self


@dataclass(frozen=True)
class Spread:
    """How objects are spread over a grid, and from where they are looked at.

    Attributes:
        pitch: table units between neighbours' places, to the right and away.
        jitter: how far an object may stand from its place, along each of both.
        sizes: the least and the greatest size.
        elevations: the least and the greatest elevation of the camera, in whole degrees.
    """

    pitch: tuple[float, float]
    jitter: float
    sizes: tuple[float, float]
    elevations: tuple[int, int]

    def place(self, grid: int, cell: Cell) -> Spot:
        """Where an object stands in a cell before it is moved by chance."""
        middle = (grid - 1) / 2
        return (cell[1] - middle) * self.pitch[0], (middle - cell[0]) * self.pitch[1]

    def reach(self, grid: int) -> tuple[float, float]:
        """The largest |x| and |y| of any part of an object."""
        x, y = self.place(grid, (0, grid - 1))
        more = self.jitter + self.sizes[1] / 2
        return x + more, y + more

    def camera(self, grid: int, aspect: float, rng: np.random.Generator) -> Camera:
        """A camera that has objects of any of the sizes in its picture, wherever they stand."""
        low, high = self.elevations
        elevation, fov = int(rng.integers(low, high + 1)), int(rng.integers(*_FOV))
        x, y = self.place(grid, (0, grid - 1))
        x, y = x + self.jitter, y + self.jitter
        corners = [(i, j, self.sizes[1]) for i in (-x, x) for j in (-y, y)]
        return fitted_camera(tuple(corners), float(elevation), float(fov), aspect)


class TabletopCells(CellGenerator):
    """The stage: arrangements shown as objects on a table.

    Attributes:
        spreads: for each size of grid that is asked about, how objects stand.
    """

    scene_type = Tabletop
    layout = TABLE_LAYOUT
    tables = (
        *GRID_TABLES,
        "tma_plugins.tabletop:positions.toml",
        "tma_plugins.tabletop3d:templates.toml",
    )
    spreads: ClassVar[Mapping[int, Spread]] = {
        2: Spread((1.15, 1.45), 0.08, (0.68, 0.84), (33, 40)),
        3: Spread((1.0, 1.3), 0.06, (0.58, 0.72), (36, 42)),
    }

    def __init__(self, config: TabletopConfig) -> None:
        self.templates = config.templates
        wording(config.templates, self.tables)  # a broken file is an error now
        self.config = config

    # -- from an arrangement to a scene -----------------------------------------------------

    def show(
        self, plan: Plan, stage: Arranger, catalogue: Catalogue, rng: np.random.Generator
    ) -> Tabletop:
        """Those placed as objects of random size, place in their cell, and yaw."""
        grid = int(plan["grid"])
        width, height = self.config.width, self.config.height
        camera = self.spreads[grid].camera(grid, width / height, rng)
        placed = dict(sorted(stage.placed.items()))
        spots = self.spots(plan, placed, camera, rng)
        sizes = self.sizes(plan, placed, spots, camera, catalogue, rng)
        objects = [
            _standing(cell, catalogue.assets[number], spots[cell], sizes[cell], rng)
            for cell, number in placed.items()
        ]
        dressed = draw_stage(
            rng, camera, aspect=width / height, reach=self.spreads[grid].reach(grid)
        )
        record = {"grid": grid, "width": width, "height": height, "objects": objects}
        return Tabletop.model_validate(record | dressed._asdict())

    def spots(
        self, plan: Plan, placed: Arrangement, camera: Camera, rng: np.random.Generator
    ) -> dict[Cell, Spot]:
        """Where on the table each object stands."""
        grid = int(plan["grid"])
        spread = self.spreads[grid]
        shifts = rng.uniform(-spread.jitter, spread.jitter, (len(placed), 2)).tolist()
        found = {}
        for cell, (right, away) in zip(placed, shifts, strict=True):
            x, y = spread.place(grid, cell)
            found[cell] = round(x + right, 3), round(y + away, 3)
        return found

    def sizes(
        self,
        plan: Plan,
        placed: Arrangement,
        spots: Mapping[Cell, Spot],
        camera: Camera,
        catalogue: Catalogue,
        rng: np.random.Generator,
    ) -> dict[Cell, float]:
        """The size of each object."""
        drawn = rng.uniform(*self.spreads[int(plan["grid"])].sizes, len(placed)).round(3)
        return dict(zip(placed, drawn.tolist(), strict=True))

    # -- from a scene to an arrangement -----------------------------------------------------

    def arrangement(self, scene: Scene, catalogue: Catalogue) -> Arrangement:
        """Cell -> asset number, by the scene's objects. Raises Unclear if it looks otherwise."""
        assert isinstance(scene, Tabletop)
        check_order(scene)
        return {(o.row, o.column): catalogue.number(o.asset) for o in scene.objects}

    def flaw(
        self, plan: Plan, scene: Scene, report: Mapping[str, Any], catalogue: Catalogue
    ) -> str | None:
        """Who is badly seen, or elsewhere or of another size than the scene says.

        Raises MediaError.
        """
        assert isinstance(scene, Tabletop)
        view = view_of(report, scene)
        return (
            badly_seen(scene, view)
            or seen_out_of_order(scene, view.objects)
            or self.seen_otherwise(plan, scene, view, catalogue)
        )

    def seen_otherwise(
        self, plan: Plan, scene: Tabletop, view: View, catalogue: Catalogue
    ) -> str | None:
        """Why the pixels don't show what the question is about; None if they do."""
        return None


def _standing(
    cell: Cell, asset: Asset, spot: Spot, size: float, rng: np.random.Generator
) -> dict[str, Any]:
    meshes, yaws = asset.forms["mesh"], asset.solid.yaws
    yaw = yaws[int(rng.integers(len(yaws)))] + rng.uniform(-_YAW_JITTER, _YAW_JITTER)
    return {
        "row": cell[0],
        "column": cell[1],
        "asset": asset.id,
        "mesh": meshes[int(rng.integers(len(meshes)))],
        "categories": asset.categories,
        "attributes": asset.attributes,
        "position": spot,
        "size": size,
        "yaw": round(float(yaw), 1),
    }
