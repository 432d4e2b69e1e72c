"""Pictures and videos handed through, after a look at whether they are what the graph says."""

from __future__ import annotations

import io

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from tma import (
    AssetReader,
    ClipScene,
    Media,
    MediaError,
    PhotoScene,
    Renderer,
    Scene,
    check_clip,
    open_photo,
)

_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


class PhotoConfig(BaseModel):
    """Settings of the renderer of pictures.

    Attributes:
        longest: pixels of the longer side; larger pictures are made smaller. As they are by
            default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    longest: int | None = Field(default=None, ge=16, le=8192)


class PhotoRenderer(Renderer):
    """Gives the source's file; a PNG if it is of another format or made smaller."""

    def __init__(self, config: PhotoConfig | None = None) -> None:
        self._longest = (config or PhotoConfig()).longest

    def render(self, scene: Scene, assets: AssetReader) -> Media:
        """The picture. Raises MediaError if it is none, or not of the graph's proportions."""
        if not isinstance(scene, PhotoScene):
            raise MediaError(f"not a picture with a scene graph: {type(scene).__name__}")
        graph = scene.graph
        data = assets.read(graph.id, "photo", graph.media)
        try:
            image = open_photo(data, (graph.width, graph.height))
        except ValueError as error:
            raise MediaError(f"picture {graph.media!r} of {graph.id!r} {error}") from None
        kind = _TYPES.get(image.format or "")
        if kind is not None and (self._longest is None or max(image.size) <= self._longest):
            return Media(data, kind)
        shown = image.convert("RGB")
        if self._longest is not None:
            shown.thumbnail((self._longest, self._longest), Image.Resampling.LANCZOS)
        made = io.BytesIO()
        shown.save(made, "PNG")
        return Media(made.getvalue(), "image/png")


class ClipRenderer(Renderer):
    """Gives the source's MP4."""

    def render(self, scene: Scene, assets: AssetReader) -> Media:
        """The video. Raises MediaError if it is no MP4."""
        if not isinstance(scene, ClipScene):
            raise MediaError(f"not a video with a scene graph: {type(scene).__name__}")
        graph = scene.graph
        data = assets.read(graph.id, "clip", graph.media)
        try:
            check_clip(data)
        except ValueError as error:
            raise MediaError(f"video {graph.media!r} of {graph.id!r} {error}") from None
        return Media(data, "video/mp4")
