"""Turns that can be seen, and whose direction can't be mistaken."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tma import Asset, BitSet, Catalogue, Motion, Standing

SENSES = ("clockwise", "counterclockwise")
"""As seen from above."""
OPPOSITE = {"clockwise": "counterclockwise", "counterclockwise": "clockwise"}
SIGN = {"clockwise": -1, "counterclockwise": 1}

MOST_A_FRAME = 45.0
_TURN = (95.0, 165.0)
_LEAST_TURN = 60.0
_SLACK = 0.97
_ONE = Standing(
    row=0, column=0, asset="", mesh="", position=(0, 0), size=1, motion=Motion(turn=1.0)
)


def most_a_frame(symmetry: int | None) -> float:
    """By how many degrees an object may turn between two frames, 0 if no turn of it shows.

    A turn by 360 / symmetry changes nothing, so one by more than half of that looks like a turn
    the other way; a third leaves room for doubt.

    Args:
        symmetry: see `tma.Solid`; None if it is not known.
    """
    if symmetry == 0:
        return 0.0
    return min(MOST_A_FRAME, 360.0 / (3 * (symmetry or 1)))


def largest_step(progress: Sequence[float]) -> float:
    """The greatest share of a turn that passes between two frames.

    Args:
        progress: of the frames, see `tma.TabletopVideo.progress`.
    """
    turned = [_ONE.pose(p).yaw for p in progress]
    return max(after - before for before, after in pairwise(turned))


def turn_for(asset: Asset, progress: Sequence[float], rng: np.random.Generator) -> float:
    """How far an asset turns in a video, in degrees; 0 if it can't do so clearly."""
    most = _SLACK * most_a_frame(asset.solid.symmetry) / largest_step(progress)
    wish = round(float(rng.uniform(*_TURN)), 1)
    return min(wish, round(most, 1)) if most >= _LEAST_TURN else 0.0


def turnable(catalogue: Catalogue, progress: Sequence[float]) -> BitSet:
    """The assets whose turn shows in a video, as far as is known of them."""
    least = _LEAST_TURN * largest_step(progress) / _SLACK
    members = (n for n, a in enumerate(catalogue.assets) if most_a_frame(a.solid.symmetry) >= least)
    return BitSet.of(len(catalogue.assets), members)
