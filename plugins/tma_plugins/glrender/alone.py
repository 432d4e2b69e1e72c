"""How much would be seen of each object if it were alone, counted in one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tma_plugins.glrender.compat import gl
from tma_plugins.glrender.painter import Item, Painter, View
from tma_plugins.tabletop.seen import Alone

_SHEET = 1024
_LARGEST = 1024
"""Pixels of a picture's longer side beyond which it is counted at a part of its size."""


class _Tile(NamedTuple):
    """A piece of the sheet, and the piece of the picture that it shows, rows from below."""

    number: int
    x: int
    y: int
    left: int
    low: int
    wide: int
    high: int


def count_alone(
    painter: Painter, view: View, size: tuple[int, int], things: Sequence[Sequence[Item]]
) -> list[Alone]:
    """What is seen of each thing alone, up to a picture's size beyond each edge.

    Args:
        painter: whose context is current.
        view: of a picture three times as wide and high, of which this one is the middle.
        size: (width, height) in pixels.
        things: each is counted by itself, its items together.
    """
    part = -(-max(size) // _LARGEST)
    width, height = (-(-side // part) for side in size)
    boxes = [_box_around([_box(view, i, width, height) for i in items]) for items in things]
    side = max([_SHEET, *(max(b[2] - b[0], b[3] - b[1]) for b in boxes)])
    found = [Alone(0, 0)] * len(things)
    for tiles in _sheets(boxes, side):
        ledger = painter.ledger("alone", side, side)
        ledger.use()
        gl.glEnable(gl.GL_SCISSOR_TEST)
        for tile in tiles:
            # The tile's middle third is the picture, which begins at (0, 0).
            x, y = tile.x - tile.left - width, tile.y - tile.low - height
            gl.glViewport(x, y, 3 * width, 3 * height)
            gl.glScissor(tile.x, tile.y, tile.wide, tile.high)
            for item in things[tile.number]:
                painter.mark(view, item._replace(number=1))
        gl.glDisable(gl.GL_SCISSOR_TEST)
        sheet = ledger.read(max(t.y + t.high for t in tiles))
        for tile in tiles:
            found[tile.number] = _counted(sheet, tile, width, height, part * part)
    return found


def _counted(sheet: NDArray[np.uint16], tile: _Tile, width: int, height: int, each: int) -> Alone:
    seen = sheet[tile.y : tile.y + tile.high, tile.x : tile.x + tile.wide] != 0
    first, last = max(0, -tile.left), min(tile.wide, width - tile.left)
    lowest, highest = max(0, -tile.low), min(tile.high, height - tile.low)
    inside = seen[lowest : max(lowest, highest), first : max(first, last)]
    return Alone(int(np.count_nonzero(inside)) * each, int(np.count_nonzero(seen)) * each)


def _box_around(boxes: Sequence[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    if not boxes:
        return 0, 0, 0, 0
    left, low, right, high = zip(*boxes, strict=True)
    return min(left), min(low), max(right), max(high)


def _box(view: View, item: Item, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, low, right, high edge of the pixels that may show an item."""
    limits = -width, -height, 2 * width, 2 * height
    matrix = view.matrix @ item.place
    points = np.hstack([item.model.corners, np.ones((8, 1))]) @ matrix.T
    if points[:, 3].min() < 0.05:
        return limits
    xs = (points[:, 0] / points[:, 3] * 1.5 + 0.5) * width
    ys = (points[:, 1] / points[:, 3] * 1.5 + 0.5) * height
    return (
        int(np.clip(np.floor(xs.min()), limits[0], limits[2])),
        int(np.clip(np.floor(ys.min()), limits[1], limits[3])),
        int(np.clip(np.ceil(xs.max()), limits[0], limits[2])),
        int(np.clip(np.ceil(ys.max()), limits[1], limits[3])),
    )


def _sheets(boxes: Sequence[tuple[int, int, int, int]], side: int) -> list[list[_Tile]]:
    """Tiles for boxes in rows on as many sheets as needed; empty boxes get none."""
    sheets: list[list[_Tile]] = []
    x = y = row = 0
    fresh = True
    for number, (left, low, right, high) in enumerate(boxes):
        wide, tall = right - left, high - low
        if wide <= 0 or tall <= 0:
            continue
        if x + wide > side:
            x, y, row = 0, y + row, 0
        if fresh or y + tall > side:
            sheets.append([])
            x = y = row = 0
            fresh = False
        sheets[-1].append(_Tile(number, x, y, left, low, wide, tall))
        x, row = x + wide, max(row, tall)
    return sheets
