"""Media as an exporter needs them: bytes, frames, data URIs."""

from __future__ import annotations

import base64
from io import BytesIO

import tma


def is_video(media: tma.MediaFile | None) -> bool:
    """Whether it is a video rather than a picture."""
    return media is not None and media.media_type.startswith("video/")


def read(media: tma.MediaFile) -> bytes:
    """Its bytes. Raises MediaError."""
    try:
        return media.path.read_bytes()
    except OSError as error:
        raise tma.MediaError(f"{media.path}: {error.strerror or error}") from None


def data_uri(media_type: str, data: bytes) -> str:
    """RFC 2397, in base64."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


class Pictures:
    """A task's media as pictures, a video as frames; kept for the orders of one task.

    Args:
        frames: how many evenly spaced frames stand for a video.
    """

    def __init__(self, frames: int) -> None:
        self._frames = frames
        self._sha256 = ""
        self._found: list[tuple[str, bytes]] = []

    def of(self, media: tma.MediaFile | None) -> list[tuple[str, bytes]]:
        """(media type, bytes) of each picture; none without media. Raises MediaError."""
        if media is None:
            return []
        if media.sha256 != self._sha256:
            self._found = (
                self._split(media) if is_video(media) else [(media.media_type, read(media))]
            )
            self._sha256 = media.sha256
        return self._found

    def _split(self, media: tma.MediaFile) -> list[tuple[str, bytes]]:
        from PIL import Image

        found = []
        for frame in tma.read_clip(media.path, self._frames).frames:
            file = BytesIO()
            Image.fromarray(frame).save(file, "PNG")
            found.append(("image/png", file.getvalue()))
        return found


def of_frames(pictures: int) -> str:
    """What to say of a video that is shown as pictures."""
    return f"The pictures are {pictures} frames of one video, evenly spaced and in order."
