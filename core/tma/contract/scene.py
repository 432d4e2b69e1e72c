"""Scenes: renderer-neutral records of everything in a picture or video, with the ground truth.

`Scene` is open: a plugin derives its own kind and offers a renderer for it. `Stickers` is the kind
that the kernel's own vocabulary offers to everybody: object pictures in the cells of a square grid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import Field

from tma.contract.records import Record


class AssetUse(NamedTuple):
    """One variant of one asset, as used in a scene."""

    asset: str
    form: str
    name: str


class Scene(Record):
    """Base of all scenes.

    Attributes:
        kind: what a renderer's contribution lists under `consumes`.
        width, height: pixels of the picture or of each frame.
    """

    kind: str
    width: int = Field(default=512, ge=16, le=8192)
    height: int = Field(default=512, ge=16, le=8192)

    def uses(self) -> tuple[AssetUse, ...]:
        """The asset variants that a renderer will read; none by default."""
        return ()


class Sticker(Record):
    """An object picture in a cell.

    Attributes:
        row, column: the cell, counted from the top left, from 0.
        asset: asset id.
        view: the variant of its `sticker` form.
        categories: ids of the asset's own (most special) categories.
        attributes: its known attributes; a type left out is unknown.
        size: longer side of the picture as a share of the cell's side, in (0, 1].
        shift: (right, down) offset of its centre from the cell's centre as shares of the cell's
            side. Size and shift must keep the picture inside its cell.
    """

    row: int = Field(ge=0)
    column: int = Field(ge=0)
    asset: str
    view: str
    categories: tuple[str, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    size: float = Field(default=0.9, gt=0, le=1)
    shift: tuple[float, float] = (0.0, 0.0)


class Background(Record):
    """What lies behind the stickers.

    Attributes:
        kind: `plain` (colors[0]), `gradient` (colors[0] at the top to colors[1] at the bottom)
            or `photo`.
        colors: RGB triples, each 0 to 255.
        photo: the file's name inside the renderer's folder of backgrounds, for `photo`.
    """

    kind: Literal["plain", "gradient", "photo"] = "plain"
    colors: tuple[tuple[int, int, int], ...] = ((255, 255, 255),)
    photo: str | None = None


class Stickers(Scene):
    """Object pictures in the cells of a `grid` x `grid` square; at most one a cell."""

    kind: Literal["stickers"] = "stickers"
    grid: int = Field(ge=1, le=16)
    cells: tuple[Sticker, ...]
    background: Background = Background()

    def uses(self) -> tuple[AssetUse, ...]:
        """One `sticker` variant a cell."""
        return tuple(AssetUse(s.asset, "sticker", s.view) for s in self.cells)
