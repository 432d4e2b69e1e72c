"""Requests as chat messages of the kind that vLLM takes: those of OpenAI's chat API."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PIL import Image

import tma

Message = dict[str, Any]


def conversation(request: tma.Request, system: str, frames: int) -> list[Message]:
    """One request as a conversation: media first, then the prompt.

    Args:
        request: what is asked.
        system: a system message; none if empty.
        frames: how many pictures of a video are shown, evenly spaced.

    Raises:
        MediaError: the media can't be read, or are not those that were recorded.
    """
    content = [*_pictures(request.media, frames), {"type": "text", "text": request.prompt}]
    asked = {"role": "user", "content": content}
    return [{"role": "system", "content": system}, asked] if system else [asked]


def _pictures(media: tma.MediaFile | None, frames: int) -> Iterator[Message]:
    if media is None:
        return
    if media.media_type.startswith("video/"):
        for frame in tma.read_clip(media.read(), frames, media.path).frames:
            data = BytesIO()
            Image.fromarray(frame).save(data, "PNG", compress_level=1)
            yield _picture(data.getvalue(), "image/png")
    else:
        yield _picture(media.read(), media.media_type)


def _picture(data: bytes, media_type: str) -> Message:
    url = f"data:{media_type};base64,{b64encode(data).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}
