"""Whether a rendered video shows what it should: judged by masks and grey levels alone."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from tma import Seen, TabletopVideo, View
from tma_plugins.cells.truth import Unclear
from tma_plugins.tabletop.views import LEAST_PIXELS, MOST_CUT, MOST_HIDDEN
from tma_plugins.video3d.doing import STILL, heading

_FEW_FRAMES = 0.2
_SEEN_MOVE, _SEEN_STILL = 0.08, 0.05
_LEAST_CHANGE = 5.0
_LEAST_RATIO = 3.0
_NOISE = 0.3


def badly_seen(scene: TabletopVideo, view: View) -> str | None:
    """Which object is too small, hidden or cut by the frame, and how; None if none is.

    An object may be hidden by others for a fifth of the time, but neither at the start nor at the
    end.
    """
    least = LEAST_PIXELS * scene.width * scene.height
    for thing, seen in zip(scene.objects, view.objects, strict=True):
        hidden = [share > MOST_HIDDEN for share in seen.hidden]
        if hidden[0] or hidden[-1] or sum(hidden) > _FEW_FRAMES * len(hidden):
            return f"{thing.asset} is hidden"
        if any(p < least and not h for p, h in zip(seen.pixels, hidden, strict=True)):
            return f"{thing.asset} is too small to see"
        if max(seen.cut) > MOST_CUT:
            return f"{thing.asset} leaves the picture"
    return None


def seen_otherwise(doing: Sequence[str], scene: TabletopVideo, view: View) -> str | None:
    """Which object's pixels go another way than they should; None if none does.

    Args:
        doing: for each object, `left`, `right`, `up`, `down` or STILL.
        scene: the video.
        view: what was seen of it.
    """
    for thing, seen, wanted in zip(scene.objects, view.objects, doing, strict=True):
        try:
            found = heading(_way(seen, scene.width), _SEEN_MOVE, _SEEN_STILL)
        except Unclear as unclear:
            return f"{thing.asset}: {unclear}"
        if found != wanted:
            return f"{thing.asset} is seen to go {found} instead of {wanted}"
    return None


def turns_badly(doing: Sequence[str], scene: TabletopVideo, view: View) -> str | None:
    """Which object's turn does not show, or seems to turn but should not; None if none.

    Compares how much the pixels change between frames in the middle of the video, where turns are
    fastest.

    Args:
        doing: for each object STILL or anything else.
        scene: the video.
        view: what was seen of it.
    """
    change = [_change(seen) for seen in view.objects]
    still = max((c for c, what in zip(change, doing, strict=True) if what == STILL), default=0.0)
    needed = max(_LEAST_CHANGE, _LEAST_RATIO * max(still, _NOISE))
    for thing, found, what in zip(scene.objects, change, doing, strict=True):
        if what != STILL and found < needed:
            return f"the turn of {thing.asset} does not show"
    return None


def _way(seen: Seen, width: int) -> tuple[float, float]:
    """How far right and down the middle of an object's pixels gets, in widths of the picture."""
    first, last = seen.box[0], seen.box[-1]
    return (
        (last[0] + last[2] - first[0] - first[2]) / 2 / width,
        (last[1] + last[3] - first[1] - first[3]) / 2 / width,
    )


def _change(seen: Seen) -> float:
    frames = len(seen.change)
    return median(seen.change[frames // 4 : frames - frames // 4])
