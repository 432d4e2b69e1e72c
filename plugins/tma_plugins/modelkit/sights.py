"""What a model is shown: a request's picture or video as pixels, or as texts for the wire."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import tma
from tma_plugins.modelkit.kept import Kept

if TYPE_CHECKING:
    from PIL.Image import Image

_JPEG: dict[str, Any] = {"format": "JPEG", "quality": 95, "subsampling": 0}


def is_video(media: tma.MediaFile) -> bool:
    """Whether it is a video rather than a picture."""
    return media.media_type.startswith("video/")


def read_sight(media: tma.MediaFile, count: int | None) -> tma.Clip:
    """The picture as one frame, or `count` evenly spaced frames of the video (all if None).

    Raises:
        MediaError: the file can't be read, or is not the one that was recorded.
    """
    return sight_of(media.read(), media, count)


def sight_of(data: bytes, media: tma.MediaFile, count: int | None) -> tma.Clip:
    """As `read_sight`, of bytes that were read."""
    import numpy as np

    if is_video(media):
        return tma.read_clip(data, count, media.path)
    try:
        picture = tma.open_picture(data)
    except (OSError, ValueError) as error:
        raise tma.MediaError(f"{media.path}: can't be read as a picture: {error}") from None
    return tma.Clip(np.asarray(picture.convert("RGB"))[None], (0,), 1.0)


def pictures_of(clip: tma.Clip) -> list[Image]:
    """The frames as PIL pictures."""
    from PIL import Image

    return [Image.fromarray(frame) for frame in clip.frames]


def data_uri(data: bytes, media_type: str) -> str:
    """A `data:` URI (RFC 2397) in base64."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


class DataUris:
    """Pictures and videos as data URIs: each file read, cut and encoded once while it is kept.

    A file is known by its content's hash, so that a task that is asked in many orders, or by
    several calls at once, is encoded once.

    Args:
        frames: how many frames of a video to give.
        room: characters of URIs to keep.
    """

    def __init__(self, frames: int, room: int = 2**26) -> None:
        self._frames = frames
        self._whole: Kept[str, str] = Kept(room, len)
        self._cut: Kept[str, Sequence[str]] = Kept(room, lambda uris: sum(map(len, uris)))

    async def whole(self, media: tma.MediaFile) -> str:
        """The file as it is.

        Raises:
            MediaError: it can't be read, or is not the one that was recorded.
        """
        return await self._whole.get(media.sha256, lambda: data_uri(media.read(), media.media_type))

    async def pictures(self, media: tma.MediaFile) -> Sequence[str]:
        """A picture as it is; of a video as many evenly spaced frames as wanted, as JPEGs.

        Raises:
            MediaError: it can't be read, or is not the one that was recorded.
        """
        if not is_video(media):
            return [await self.whole(media)]
        return await self._cut.get(media.sha256, lambda: _frame_uris(media, self._frames))


def _frame_uris(media: tma.MediaFile, count: int) -> Sequence[str]:
    uris = []
    for image in pictures_of(read_sight(media, count)):
        buffer = BytesIO()
        image.save(buffer, **_JPEG)
        uris.append(data_uri(buffer.getvalue(), "image/jpeg"))
    return uris
