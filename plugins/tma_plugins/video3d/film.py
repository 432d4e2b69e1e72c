"""What all questions about tabletop videos have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tma import (
    Asset,
    BitSet,
    Camera,
    Catalogue,
    Motion,
    Plan,
    PlanSpace,
    Scene,
    TabletopVideo,
    View,
    joint,
)
from tma_plugins.cells import truth
from tma_plugins.cells.arrange import Arrangement
from tma_plugins.cells.base import CellGenerator
from tma_plugins.cells.layout import Cell
from tma_plugins.cells.spaces import located
from tma_plugins.cells.wanted import Wanted, attribute_of
from tma_plugins.cells.wording import GRID_TABLES, wording
from tma_plugins.tabletop.order import TABLE_LAYOUT, check_order, seen_out_of_order
from tma_plugins.tabletop.staging import draw_stage
from tma_plugins.tabletop.views import view_of
from tma_plugins.video3d.sights import badly_seen

YES_NO = ("yes", "no")
_TWIN_SHARE = 0.6


class VideoConfig(BaseModel):
    """Settings of the video3d generators.

    Attributes:
        templates: TOML file of question templates that are added to the built-in ones.
        frames: pictures a video.
        fps: pictures a second.
        width, height: of the video in pixels, even; neither is more than 4/3 of the other.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    templates: Path | None = None
    frames: int = Field(default=16, ge=8, le=240)
    fps: float = Field(default=4.0, gt=0, le=60)
    width: int = Field(default=224, ge=64, le=2048, multiple_of=2)
    height: int = Field(default=224, ge=64, le=2048, multiple_of=2)

    @model_validator(mode="after")
    def _about_square(self) -> VideoConfig:
        if not 3 * self.height <= 4 * self.width or not 3 * self.width <= 4 * self.height:
            raise ValueError("neither width nor height may be more than 4/3 of the other")
        return self

    @property
    def aspect(self) -> float:
        """Width through height."""
        return self.width / self.height

    @property
    def progress(self) -> list[float]:
        """For each frame, the share of the video that has passed."""
        return TabletopVideo(grid=2, objects=(), frames=self.frames).progress()


@dataclass(frozen=True)
class Part:
    """An object's part in a video.

    Attributes:
        position: (x, y) at the start.
        size: in table units.
        motion: None if it stands still.
    """

    position: tuple[float, float]
    size: float
    motion: Motion | None = None


class VideoCells(CellGenerator):
    """Objects on a table, of which one does what the question says.

    Attributes:
        directions: what it may do.
        obligatory: whether plans must have an attribute.
        referred: whether there are plans with a reference.
    """

    scene_type = TabletopVideo
    layout = TABLE_LAYOUT
    tables = (
        *GRID_TABLES,
        "tma_plugins.tabletop:positions.toml",
        "tma_plugins.video3d:templates.toml",
    )
    grids = (2,)
    spoken = ("direction",)
    directions: ClassVar[tuple[str, ...]]
    obligatory: ClassVar[bool] = False
    referred: ClassVar[bool] = False

    def __init__(self, config: VideoConfig) -> None:
        self.templates = config.templates
        wording(config.templates, self.tables)  # a broken file is an error now
        self.config = config

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """Every category x (none or) one of its values x place x what happens."""
        happens = [(d, o) for d in self.directions for o in YES_NO]
        orders = [(*h, order) for h in happens for order in ("target-first", "reference-first")]
        fields = ("direction", "others")
        return located(
            catalogue,
            self.layout,
            attribute=self.obligatory,
            grids=self.grids,
            plain=[joint(fields, happens)],
            relative=[joint((*fields, "order"), orders)] if self.referred else None,
        )

    def place_shares(self) -> Mapping[str | None, float]:
        """As in pictures where there is a reference at all."""
        return self.layout.shares(self.grids) if self.referred else {None: 1.0}

    # -- who may stand there: what an object does tells which is meant ------------------------

    def wishes(self, plan: Plan, catalogue: Catalogue) -> list[BitSet]:
        """Other objects should be of other categories, and have the value: only one does it."""
        attribute = attribute_of(plan)
        like = [catalogue.having(*attribute)] if attribute else []
        return [catalogue.never_in(str(plan["target_category"])), *like]

    def apart(self, plan: Plan, catalogue: Catalogue) -> BitSet:
        """Everything: another bowl is not meant if it goes another way."""
        return catalogue.everything

    def near_misses(self, plan: Plan, catalogue: Catalogue) -> list[BitSet]:
        """Most of all such that fit the whole description."""
        wanted = Wanted(str(plan["target_category"]), attribute_of(plan))
        return [wanted.known(catalogue), catalogue.assets_in(str(plan["target_category"]))]

    # -- scenes ---------------------------------------------------------------------------------

    def film(
        self,
        parts: Mapping[Cell, tuple[Asset, Part]],
        camera: Camera,
        rng: np.random.Generator,
    ) -> TabletopVideo:
        """The scene record of who does what, with lights, a table and a backdrop."""
        objects = [
            self._standing(cell, asset, part, rng) for cell, (asset, part) in sorted(parts.items())
        ]
        reach = _reach([part for _, part in parts.values()])
        stage = draw_stage(rng, camera, aspect=self.config.aspect, reach=reach)
        return TabletopVideo.model_validate(
            {
                "grid": 2,
                "objects": objects,
                **stage._asdict(),
                "width": self.config.width,
                "height": self.config.height,
                "frames": self.config.frames,
                "fps": self.config.fps,
            }
        )

    def _standing(
        self, cell: Cell, asset: Asset, part: Part, rng: np.random.Generator
    ) -> dict[str, Any]:
        meshes, yaws = asset.forms["mesh"], asset.solid.yaws
        return {
            "row": cell[0],
            "column": cell[1],
            "asset": asset.id,
            "mesh": meshes[int(rng.integers(len(meshes)))],
            "categories": asset.categories,
            "attributes": asset.attributes,
            "position": part.position,
            "size": part.size,
            "yaw": yaws[int(rng.integers(len(yaws)))],
            "motion": part.motion,
        }

    def arrangement(self, scene: Scene, catalogue: Catalogue) -> Arrangement:
        """Cell -> asset number, by where the scene's objects start. Raises Unclear."""
        assert isinstance(scene, TabletopVideo)
        check_order(scene)
        return {(o.row, o.column): catalogue.number(o.asset) for o in scene.objects}

    def singled_out(self, plan: Plan, scene: Scene, catalogue: Catalogue) -> Cell | None:
        """The cell of the one object that does what the question says. Raises Unclear."""
        assert isinstance(scene, TabletopVideo)
        doing = self.doing(scene, catalogue)
        wanted = plan["direction"]
        found = [o for o, what in zip(scene.objects, doing, strict=True) if what == wanted]
        if len(found) != 1:
            raise truth.Unclear(f"{len(found)} objects do what the question says")
        return found[0].row, found[0].column

    @abstractmethod
    def doing(self, scene: TabletopVideo, catalogue: Catalogue) -> list[str]:
        """What each object does, by the scene's geometry. Raises Unclear."""

    def flaw(
        self, plan: Plan, scene: Scene, report: Mapping[str, Any], catalogue: Catalogue
    ) -> str | None:
        """Who is badly seen, or is not seen to do what the scene says. Raises MediaError."""
        assert isinstance(scene, TabletopVideo)
        view = view_of(report, scene)
        try:
            doing = self.doing(scene, catalogue)
        except truth.Unclear as unclear:
            return str(unclear)
        return (
            badly_seen(scene, view)
            or seen_out_of_order(scene, view.objects)
            or self.acts_badly(doing, scene, view)
        )

    @abstractmethod
    def acts_badly(self, doing: Sequence[str], scene: TabletopVideo, view: View) -> str | None:
        """Whose doing does not show in the rendered frames; None if everybody's does."""


def _reach(parts: Sequence[Part]) -> tuple[float, float]:
    """The largest |x| and |y| that any of the objects gets to."""
    far = [0.0, 0.0]
    for part in parts:
        shift = part.motion.shift if part.motion else (0.0, 0.0)
        for axis, (start, way) in enumerate(zip(part.position, shift, strict=True)):
            reached = max(abs(start), abs(start + way)) + part.size / 2
            far[axis] = max(far[axis], reached)
    return far[0], far[1]
