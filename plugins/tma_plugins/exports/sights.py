"""Media as an exporter needs them: bytes, frames, data URIs."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path

import tma


def is_video(media: tma.MediaFile | None) -> bool:
    """Whether it is a video rather than a picture."""
    return media is not None and media.media_type.startswith("video/")


class Copies:
    """Media files in a folder, each content once, however often it is asked for.

    Args:
        folder: it exists.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = {folder}

    def put(self, item: tma.BundleItem, name: str) -> str:
        """Copy an item's medium to `name`, a path within the folder, which is returned.

        A copy, not a link: whoever edits an export must not edit the set that it was made of.

        Raises:
            MediaError: it can't be read, or has changed.
        """
        if (target := self._new(name)) is not None:
            target.write_bytes(item.media_bytes())
        return name

    def write(self, data: bytes, name: str) -> str:
        """Write what is no file yet to `name`, which is returned."""
        if (target := self._new(name)) is not None:
            target.write_bytes(data)
        return name

    def _new(self, name: str) -> Path | None:
        """Where the file belongs, its folder made; None if it is there."""
        target = self._folder / name
        if target.exists():
            return None
        if target.parent not in self._made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(target.parent)
        return target


def data_uri(media_type: str, data: bytes) -> bytes:
    """RFC 2397, in base64."""
    return b"data:%s;base64,%s" % (media_type.encode(), base64.b64encode(data))


class Pictures:
    """A task's media as pictures, a video as frames; kept for the orders of one task.

    Args:
        frames: how many evenly spaced frames stand for a video.
    """

    def __init__(self, frames: int) -> None:
        self._frames = frames
        self._sha256 = ""
        self._found: list[tuple[str, bytes]] = []

    def of(self, item: tma.BundleItem) -> list[tuple[str, bytes]]:
        """(media type, bytes) of each picture; none without media. Raises MediaError."""
        media = item.media
        if media is None:
            return []
        if media.sha256 != self._sha256:
            data = item.media_bytes()
            self._found = self._split(data) if is_video(media) else [(media.media_type, data)]
            self._sha256 = media.sha256
        return self._found

    def _split(self, video: bytes) -> list[tuple[str, bytes]]:
        from PIL import Image

        found = []
        for frame in tma.read_clip(video, self._frames).frames:
            file = BytesIO()
            Image.fromarray(frame).save(file, "PNG")
            found.append(("image/png", file.getvalue()))
        return found


def of_frames(pictures: int) -> str:
    """What to say of a video that is shown as pictures."""
    return f"The pictures are {pictures} frames of one video, evenly spaced and in order."
