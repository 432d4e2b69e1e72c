"""An adapter that tells what a model would be sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

import tma


class EchoConfig(BaseModel):
    """Settings of `echo`.

    Attributes:
        reply: what to say to everything; if empty, what it was sent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    reply: str = ""


class Echo(tma.ModelAdapter):
    """Says what it was sent: a JSON object with prompt, question, options and facts of the media.

    `media` is null or has `media_type`, `bytes`, `width`, `height` and `frames`, all read from
    the file. A file that is not what its hash says, or can't be read, is a failure: so that an
    author's test fails where a model would have been shown something else.
    """

    batch_size = 16

    def __init__(self, config: EchoConfig) -> None:
        self._text = config.reply

    async def reply(self, requests: Sequence[tma.Request]) -> Sequence[tma.Reply]:
        """One reply each; media are looked at in any case."""
        return [self._one(request) for request in requests]

    def _one(self, request: tma.Request) -> tma.Reply:
        try:
            media = None if request.media is None else _facts(request.media)
        except tma.MediaError as error:
            return tma.Reply(text=None, failure=f"media: {error.message}")
        sent = {
            "prompt": request.prompt,
            "question": request.question,
            "options": list(request.options),
            "media": media,
        }
        return tma.Reply(text=self._text or json.dumps(sent, ensure_ascii=False))


def _facts(media: tma.MediaFile) -> dict[str, Any]:
    from tma_plugins.modelkit.sights import sight_of

    data = media.read()
    clip = sight_of(data, media, None)
    frames, height, width = clip.frames.shape[:3]
    return {
        "media_type": media.media_type,
        "bytes": len(data),
        "width": width,
        "height": height,
        "frames": frames,
    }
