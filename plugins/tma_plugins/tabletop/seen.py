"""What pictures show of each object, from buffers of object numbers: a renderer's report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tma import Seen, View

Box = tuple[int, int, int, int]


class Alone(NamedTuple):
    """How much would be seen of an object if it were the only one.

    Attributes:
        inside: pixels in the frame.
        total: pixels in the frame and beyond its edges.
    """

    inside: float
    total: float


class Frame(NamedTuple):
    """A rendered frame.

    Attributes:
        owners: (h, w) integers, number of the object that a pixel's centre shows; negative for
            the table and the backdrop.
        colors: (h, w, 3) uint8 as shown.
        alone: for each object.
    """

    owners: NDArray[np.signedinteger]
    colors: NDArray[np.uint8]
    alone: Sequence[Alone]


def report(frames: Sequence[Frame]) -> View:
    """The view that some frames of one scene give of its objects.

    Args:
        frames: at least one, all of one size and with the same objects.
    """
    greys = [_grey(frame.colors) for frame in frames]
    count = len(frames[0].alone)
    counts = [np.bincount(f.owners[f.owners >= 0], minlength=count) for f in frames]
    changes = [[0.0] * count]
    for now in range(1, len(frames)):
        changed = np.abs(greys[now] - greys[now - 1])
        changes.append(
            [_change(frames[now].owners, frames[now - 1].owners, changed, i) for i in range(count)]
        )
    return View(
        objects=tuple(
            Seen(
                pixels=tuple(int(c[i]) for c in counts),
                hidden=tuple(
                    _missing(c[i], f.alone[i].inside) for f, c in zip(frames, counts, strict=True)
                ),
                cut=tuple(_missing(f.alone[i].inside, f.alone[i].total) for f in frames),
                box=tuple(_box(f.owners == i) for f in frames),
                change=tuple(row[i] for row in changes),
            )
            for i in range(count)
        )
    )


def _missing(part: float, whole: float) -> float:
    """Share of the whole that is not in the part, rounded; 1 of nothing."""
    if whole <= 0:
        return 1.0
    return round(min(1.0, max(0.0, 1 - float(part) / float(whole))), 4)


def _box(shown: NDArray[np.bool_]) -> Box:
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    if not len(rows):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _change(
    now: NDArray[np.signedinteger],
    before: NDArray[np.signedinteger],
    changed: NDArray[np.float32],
    number: int,
) -> float:
    where = (now == number) | (before == number)
    return round(float(changed[where].mean()), 3) if where.any() else 0.0


def _grey(colors: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Luma of ITU-R BT.601, 0 to 255."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    return np.asarray(colors.astype(np.float32) @ weights)
