"""The grid2d generators: objects in cells, shown as stickers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from tma import Asset, Background, Catalogue, ConfigError, Plan, Scene, Stickers
from tma_plugins.cells import counting, what, where
from tma_plugins.cells.arrange import Arrangement, Arranger
from tma_plugins.cells.base import CellGenerator
from tma_plugins.cells.layout import Cell
from tma_plugins.cells.wording import wording

_PLAIN_SIZE = 0.9
_SIZES = (0.76, 0.84, 0.92)
_SHIFTS = {size: [round(step * (1 - size) / 4, 4) for step in (-2, -1, 0, 1, 2)] for size in _SIZES}
_SHIFTS[_PLAIN_SIZE] = [0.0] * 5
_PALE = (
    (246, 244, 239),
    (232, 240, 247),
    (238, 246, 232),
    (250, 238, 226),
    (243, 233, 245),
    (229, 243, 241),
    (252, 246, 219),
    (236, 236, 236),
)
_PHOTOS = (".jpg", ".jpeg", ".png", ".webp")


class GridConfig(BaseModel):
    """Settings of the grid2d generators.

    Attributes:
        templates: TOML file of question templates that are added to the built-in ones.
        backgrounds: kinds of background, each as likely.
        photos: folder of pictures, for backgrounds of kind `photo`. The renderer needs the same
            folder.
        jitter: whether sizes and places inside the cells vary.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    templates: Path | None = None
    backgrounds: tuple[Literal["plain", "gradient", "photo"], ...] = Field(
        default=("plain", "gradient"), min_length=1
    )
    photos: Path | None = None
    jitter: bool = True

    @field_validator("backgrounds", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """In a specification several are joined by commas."""
        return tuple(value.split(",")) if isinstance(value, str) else value


class StickerCells(CellGenerator):
    """The stage: arrangements shown as stickers on a background."""

    scene_type = Stickers

    def __init__(self, config: GridConfig) -> None:
        self.templates = config.templates
        wording(
            config.templates, self.tables
        )  # a broken file is an error now, not at the first question
        self._config = config
        self._photos = _list_photos(config)

    def show(
        self, plan: Plan, stage: Arranger, catalogue: Catalogue, rng: np.random.Generator
    ) -> Stickers:
        """Those placed as stickers in random views, sizes and places inside their cells."""
        placed = [(cell, catalogue.assets[n]) for cell, n in sorted(stage.placed.items())]
        marks = rng.random((len(placed), 4)).tolist()
        cells = [
            self._sticker(cell, asset, *chances)
            for (cell, asset), chances in zip(placed, marks, strict=True)
        ]
        background = self._background(rng)
        return Stickers.model_validate(
            {"grid": plan["grid"], "cells": cells, "background": background}
        )

    def _sticker(
        self, cell: Cell, asset: Asset, view: float, step: float, right: float, down: float
    ) -> dict[str, Any]:
        """A sticker's record; the last four say which view, size and place, each in [0, 1)."""
        views = asset.forms["sticker"]
        size = _SIZES[int(step * len(_SIZES))] if self._config.jitter else _PLAIN_SIZE
        shifts = _SHIFTS[size]
        return {
            "row": cell[0],
            "column": cell[1],
            "asset": asset.id,
            "view": views[int(view * len(views))],
            "categories": asset.categories,
            "attributes": asset.attributes,
            "size": size,
            "shift": (shifts[int(right * 5)], shifts[int(down * 5)]),
        }

    def _background(self, rng: np.random.Generator) -> Background:
        kinds = self._config.backgrounds
        kind = kinds[int(rng.integers(len(kinds)))]
        if kind == "photo":
            return Background(kind=kind, photo=self._photos[int(rng.integers(len(self._photos)))])
        first, second = rng.permutation(len(_PALE))[:2].tolist()
        colors = (_PALE[first],) if kind == "plain" else (_PALE[first], _PALE[second])
        return Background(kind=kind, colors=colors)

    def arrangement(self, scene: Scene, catalogue: Catalogue) -> Arrangement:
        """Cell -> asset number, by the scene's stickers."""
        assert isinstance(scene, Stickers)
        return {(s.row, s.column): catalogue.number(s.asset) for s in scene.cells}


def _list_photos(config: GridConfig) -> list[str]:
    if "photo" not in config.backgrounds:
        return []
    if config.photos is None or not config.photos.is_dir():
        raise ConfigError(
            f"grid2d: photos: {config.photos or 'not set'} is no folder",
            hint="set `photos` to a folder of pictures, or leave 'photo' out of backgrounds",
        )
    found = sorted(p.name for p in config.photos.iterdir() if p.suffix.lower() in _PHOTOS)
    if not found:
        raise ConfigError(f"grid2d: photos: {config.photos} holds no picture")
    return found


class What(StickerCells, what.What):
    """`grid2d/what`."""


class Where(StickerCells, where.Where):
    """`grid2d/where`."""


class WhatAttribute(StickerCells, what.WhatAttribute):
    """`grid2d/what-attribute`."""


class WhereAttribute(StickerCells, where.WhereAttribute):
    """`grid2d/where-attribute`."""


class HowMany(StickerCells, counting.HowMany):
    """`grid2d/how-many`."""
