"""What a renderer's report says of a scene's objects, and whether they are clearly seen."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from tma import MediaError, Tabletop, TabletopVideo, View

LEAST_PIXELS = 300 / 512**2
"""Of a picture's pixels, the share that must show an object."""
MOST_HIDDEN = 0.4
MOST_CUT = 0.01


def view_of(report: Mapping[str, object], scene: Tabletop | TabletopVideo) -> View:
    """What was seen of each of the scene's objects in each frame; a picture is one frame.

    Raises:
        MediaError: the report is not a `tma.View` of this scene.
    """
    try:
        view = View.model_validate(report)
    except ValidationError:
        raise MediaError("the renderer's report is no tma.View") from None
    frames = scene.frames if isinstance(scene, TabletopVideo) else 1
    if len(view.objects) != len(scene.objects) or any(
        len(values) != frames
        for seen in view.objects
        for values in (seen.pixels, seen.hidden, seen.cut, seen.box, seen.change)
    ):
        raise MediaError(
            "the renderer's report does not fit its scene",
            hint=f"it must say of {len(scene.objects)} objects what was seen in {frames} frame(s)",
        )
    return view


def badly_seen(scene: Tabletop, view: View) -> str | None:
    """Which object of a picture is hidden, too small or cut by the frame; None if none is."""
    least = LEAST_PIXELS * scene.width * scene.height
    for thing, seen in zip(scene.objects, view.objects, strict=True):
        if seen.hidden[0] > MOST_HIDDEN:
            return f"{thing.asset} is hidden"
        if seen.cut[0] > MOST_CUT:
            return f"{thing.asset} is cut by the frame"
        if seen.pixels[0] < least:
            return f"{thing.asset} is too small to see"
    return None
