"""Who moves where: paths on which nobody is hit, hidden or lost from the picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tma import Camera, Infeasible
from tma_plugins.cells.layout import Cell
from tma_plugins.tabletop.outline import Floats, Outline

DIRECTIONS = ("left", "right", "up", "down")
"""As the viewer sees them: up is away from the viewer, down is towards the viewer."""
OPPOSITE = {"left": "right", "right": "left", "up": "down", "down": "up"}

_CELLS: tuple[Cell, ...] = ((0, 0), (0, 1), (1, 0), (1, 1))
_PAIRS = np.array(list(combinations(range(4), 2)))
_TRIES = 96
_ROUNDS = 24
_FULL_SHARE = 0.6
_JITTER = 0.13
_SIZES = (0.56, 0.67)
_TARGET_STEP = (0.215, 0.27)
_OTHER_STEP = (0.15, 0.27)
_GAP = 0.06
_MARGIN = 0.025
_MOST_HIDDEN = 0.3
_MOMENTS = np.linspace(0, 1, 6)


@dataclass(frozen=True)
class Move:
    """An object's part.

    Attributes:
        position: (x, y) at the start.
        size: in table units.
        shift: (right, away) from the first place to the last.
    """

    position: tuple[float, float]
    size: float
    shift: tuple[float, float]


def camera_for(aspect: float) -> Camera:
    """The camera that has room for moves around a grid of 2 x 2.

    Args:
        aspect: width through height, 3/4 to 4/3.
    """
    half = 1.72 * max(1 / aspect, 0.1 + 0.9 * aspect)
    fov = 30.0
    distance = half / float(np.tan(np.radians(fov / 2)))
    return Camera(elevation=43.0, distance=round(distance, 3), target=(-0.02, 0.12), fov=fov)


def choreograph(
    target: Cell,
    direction: str,
    everybody: bool,
    camera: Camera,
    aspect: float,
    rng: np.random.Generator,
) -> dict[Cell, Move]:
    """Moves of a target and of two or three others, of whom none moves in its direction.

    The cells that are in the way stay empty; the answer holds the others.

    Args:
        target: the cell where the one object starts that moves in `direction`.
        direction: one of DIRECTIONS.
        everybody: whether the others move too.
        camera: who looks at it.
        aspect: the picture's width through its height.
        rng: the source of chance.

    Raises:
        Infeasible: no paths were found that are clear of each other and of the frame's edges.
    """
    wanted = 4 if rng.random() < _FULL_SHARE else 3
    spare: _Tries | None = None
    for _ in range(_ROUNDS):
        tries = _draw(target, direction, everybody, camera, aspect, rng)
        good = tries.take(_clear(tries, camera, aspect))
        counts = good.present.sum(axis=1)
        if (fitting := good.take(counts == wanted)).count:
            return fitting.first()
        if spare is None and (lesser := good.take(counts == 7 - wanted)).count:
            spare = lesser
        if spare is not None and _hopeless(target, direction, everybody, wanted):
            break
    if spare is None:
        raise Infeasible("no-clear-path", f"no room to move {direction} from {target}")
    return spare.first()


@dataclass(frozen=True)
class _Tries:
    """Random videos: n of them, four cells each.

    Attributes:
        present: (n, 4) bool, who is there.
        start, shift: (n, 4, 2).
        size: (n, 4).
    """

    present: NDArray[np.bool_]
    start: Floats
    shift: Floats
    size: Floats

    @property
    def count(self) -> int:
        return len(self.size)

    def take(self, which: NDArray[np.bool_]) -> _Tries:
        return _Tries(self.present[which], self.start[which], self.shift[which], self.size[which])

    def first(self) -> dict[Cell, Move]:
        found = {}
        for number, cell in enumerate(_CELLS):
            if self.present[0, number]:
                position, shift = self.start[0, number].tolist(), self.shift[0, number].tolist()
                size = float(self.size[0, number])
                found[cell] = Move((position[0], position[1]), size, (shift[0], shift[1]))
        return found


def _hopeless(target: Cell, direction: str, everybody: bool, wanted: int) -> bool:
    """Whether all four can't be there, as one of them would stand still in the way."""
    inwards = {"left": target[1] == 1, "right": target[1] == 0}
    inwards |= {"up": target[0] == 1, "down": target[0] == 0}
    return wanted == 4 and not everybody and inwards[direction]


def _draw(
    target: Cell,
    direction: str,
    everybody: bool,
    camera: Camera,
    aspect: float,
    rng: np.random.Generator,
) -> _Tries:
    mine, shape = _CELLS.index(target), (_TRIES, 4)
    present = np.ones(shape, dtype=bool)
    absent = (mine + rng.integers(1, 4, _TRIES)) % 4  # never the target
    present[np.arange(_TRIES), absent] = rng.random(_TRIES) < 0.5
    middle = np.array([(column - 0.5, 0.5 - row) for row, column in _CELLS])
    start = np.round(middle + rng.uniform(-_JITTER, _JITTER, (*shape, 2)), 3)
    size = np.round(rng.uniform(*_SIZES, shape), 3)
    others = [d for d in range(len(DIRECTIONS)) if DIRECTIONS[d] != direction]
    heading = np.array(others)[rng.integers(0, len(others), shape)]
    heading[:, mine] = DIRECTIONS.index(direction)
    step = rng.uniform(*_OTHER_STEP, shape)
    step[:, mine] = rng.uniform(*_TARGET_STEP, _TRIES)
    shift = np.round(_shifts(start, heading, step * aspect, camera), 3)
    if not everybody:
        shift[:, [n for n in range(4) if n != mine]] = 0.0
    return _Tries(present, start, shift, size)


def _shifts(start: Floats, heading: NDArray[np.int64], step: Floats, camera: Camera) -> Floats:
    """Ways on the table that look `step` long (in shares of the picture's height)."""
    outline = Outline(camera)
    right, down, _ = outline.project(start, np.zeros(step.shape))
    sideways = outline.across(right + step, down) - outline.across(right, down)
    away = outline.along(down - step) - start[..., 1]
    towards = outline.along(down + step) - start[..., 1]
    zero = np.zeros_like(step)
    ways = np.stack(
        [
            np.stack([-sideways, zero], axis=-1),
            np.stack([sideways, zero], axis=-1),
            np.stack([zero, away], axis=-1),
            np.stack([zero, towards], axis=-1),
        ]
    )
    rows, columns = np.indices(heading.shape)
    return np.asarray(ways[heading, rows, columns])


def _clear(tries: _Tries, camera: Camera, aspect: float) -> NDArray[np.bool_]:
    """(n,) which of them nobody spoils by leaving the picture, by touching or hiding another."""
    outline = Outline(camera)
    # straight paths look straight: who is inside at both ends is inside all the time
    ends = tries.start[:, :, None] + tries.shift[:, :, None] * np.array([0.0, 1.0])[:, None]
    box = outline.box(ends, tries.size[:, :, None])
    edge = 0.5 * np.array([aspect, 1.0]) - _MARGIN
    inside = (box[..., :2] > -edge).all(axis=-1) & (box[..., 2:] < edge).all(axis=-1)
    good = np.asarray((inside.all(axis=-1) | ~tries.present).all(axis=1))
    good[good] = ~_touching(tries.take(good)).any(axis=1)
    good[good] = ~_hiding(tries.take(good), outline).any(axis=1)
    return good


def _touching(tries: _Tries) -> NDArray[np.bool_]:
    """(n, pairs) whether two come too near at any time: all ease alike, so paths are lines."""
    one, other = _PAIRS.T
    both = tries.present[:, one] & tries.present[:, other]
    apart = tries.start[:, other] - tries.start[:, one]
    drift = tries.shift[:, other] - tries.shift[:, one]
    speed = (drift**2).sum(axis=-1)
    moment = np.divide(
        -(apart * drift).sum(axis=-1), speed, out=np.zeros_like(speed), where=speed > 0
    )
    nearest = apart + np.clip(moment, 0, 1)[..., None] * drift
    need = (tries.size[:, one] + tries.size[:, other]) / 2 + _GAP
    return np.asarray(both & (np.hypot(nearest[..., 0], nearest[..., 1]) < need))


def _hiding(tries: _Tries, outline: Outline) -> NDArray[np.bool_]:
    """(n, pairs) whether one covers too much of another at some moment."""
    one, other = _PAIRS.T
    both = tries.present[:, one] & tries.present[:, other]
    places = tries.start[:, :, None] + tries.shift[:, :, None] * _MOMENTS[:, None]
    boxes = outline.box(places, tries.size[:, :, None])
    first, second = boxes[:, one], boxes[:, other]
    low = np.maximum(first[..., :2], second[..., :2])
    high = np.minimum(first[..., 2:], second[..., 2:])
    shared = np.clip(high - low, 0, None).prod(axis=-1)
    away = places[..., 1]
    behind = away[:, one] > away[:, other]
    far = np.where(behind[..., None], first, second)
    covered = shared / (far[..., 2:] - far[..., :2]).prod(axis=-1)
    return np.asarray(both & (covered.max(axis=-1) > _MOST_HIDDEN))
