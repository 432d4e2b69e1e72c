"""Models for tests: one that is always right, and one that says what it is asked."""

from __future__ import annotations

from collections.abc import Sequence

from tma.contract.models import ModelAdapter, Reply, Request
from tma.errors import MediaError


class Oracle(ModelAdapter):
    """Says the letter of the right option."""

    batch_size = 4
    sees_task = True

    async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """A letter each."""
        places = [r.order.index(r.task.answer_index) for r in requests]
        return [Reply(text=chr(ord("A") + place)) for place in places]


class Echo(ModelAdapter):
    """Says the whole prompt, options and all; a request whose media are gone fails."""

    batch_size = 4

    async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """The prompt, with the number of bytes of the media."""
        return [self._say(request) for request in requests]

    def _say(self, request: Request) -> Reply:
        if request.media is None:
            return Reply(text=request.prompt)
        try:
            size = len(request.media.read())
        except MediaError as error:
            return Reply(text=None, failure=f"bad request: {error}")
        return Reply(text=f"{request.prompt}\n{size} bytes")
