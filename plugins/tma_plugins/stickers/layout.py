"""Where stickers go: pixel boxes (left, top, right, bottom), right and bottom exclusive."""

from __future__ import annotations

from math import floor

from tma import MediaError, Sticker, Stickers

Box = tuple[int, int, int, int]


def grid_boxes(scene: Stickers) -> list[Box]:
    """The cell of each of the scene's stickers.

    Raises:
        MediaError: a cell outside the grid, or used twice.
    """
    used: set[tuple[int, int]] = set()
    boxes = []
    for number, sticker in enumerate(scene.cells):
        where = f"cells[{number}]: row {sticker.row}, column {sticker.column}"
        if max(sticker.row, sticker.column) >= scene.grid:
            raise MediaError(f"{where} lies outside the {scene.grid} x {scene.grid} grid")
        if (sticker.row, sticker.column) in used:
            raise MediaError(f"{where} holds two stickers")
        used.add((sticker.row, sticker.column))
        boxes.append(_cell(scene, sticker.row, sticker.column))
    return boxes


def _cell(scene: Stickers, row: int, column: int) -> Box:
    def edge(length: int, place: int) -> int:
        return length * place // scene.grid

    return (
        edge(scene.width, column),
        edge(scene.height, row),
        edge(scene.width, column + 1),
        edge(scene.height, row + 1),
    )


def longer_side(sticker: Sticker, cell: Box) -> int:
    """Pixels of the longer side: `sticker.size` of the cell's shorter one, rounded down."""
    return max(1, floor(sticker.size * min(cell[2] - cell[0], cell[3] - cell[1]) + 1e-6))


def fit(sticker: Sticker, cell: Box, size: tuple[int, int]) -> Box:
    """The box of a picture of `size` (width, height) as the sticker says, to the nearest pixel.

    Its longer side is `longer_side`; its centre is the cell's, moved by `sticker.shift`.

    Raises:
        MediaError: it would leave the cell by a pixel or more.
    """
    width, height = cell[2] - cell[0], cell[3] - cell[1]
    side = min(width, height)
    scale = longer_side(sticker, cell) / max(size)
    own = max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
    left = _place(cell[0], width, own[0], sticker.shift[0] * side, sticker)
    top = _place(cell[1], height, own[1], sticker.shift[1] * side, sticker)
    return left, top, left + own[0], top + own[1]


def _place(start: int, room: int, own: int, shift: float, sticker: Sticker) -> int:
    offset = (room - own) / 2 + shift
    # Half a pixel and less is rounding, not a scene that leaves its cell.
    if not -1 < offset < room - own + 1:
        raise MediaError(
            f"the sticker in row {sticker.row}, column {sticker.column} would leave its cell",
            hint=f"size {sticker.size} and shift {sticker.shift} must keep it inside",
        )
    return start + min(max(round(offset), 0), room - own)
