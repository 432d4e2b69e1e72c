"""Zero-shot answers: the option whose text is most like the picture."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import tma
from tma_plugins.modelkit.device import in_memory
from tma_plugins.modelkit.needs import require
from tma_plugins.modelkit.replies import scored
from tma_plugins.modelkit.sights import pictures_of, read_sight
from tma_plugins.openclip.loading import Loaded, check, load
from tma_plugins.openclip.settings import ClipConfig

if TYPE_CHECKING:
    from torch import Tensor

_SIGHTS_KEPT = 256
_PLACE = re.compile(r"\{(?:question|option)\}")


class ZeroShot(tma.ModelAdapter):
    """A CLIP. An option's score is the cosine between the picture and question with option.

    For a video it is the mean over its frames. The model is loaded on the first call and dropped
    after a run.
    """

    def __init__(self, config: ClipConfig) -> None:
        require("torch", "open_clip")
        check(config)
        self._config = config
        self.batch_size = config.batch_size
        self._loaded: Loaded | None = None
        self._seen: OrderedDict[str, Tensor] = OrderedDict()

    async def reply(self, requests: Sequence[tma.Request]) -> Sequence[tma.Reply]:
        """Answer a batch, in a thread.

        Raises:
            ModelError: the model can't be loaded, or memory is too small.
        """
        return await asyncio.to_thread(self._reply, requests)

    async def close(self) -> None:
        """Let go of the weights."""
        if self._loaded is not None:
            import torch

            self._loaded = None
            self._seen.clear()
            torch.cuda.empty_cache()

    def _reply(self, requests: Sequence[tma.Request]) -> list[tma.Reply]:
        if self._loaded is None:
            self._loaded = load(self._config)
        with in_memory(self._config.variant, "lower batch_size or frames, or precision=fp16"):
            return self._compare(self._loaded, requests)

    def _compare(self, loaded: Loaded, requests: Sequence[tma.Request]) -> list[tma.Reply]:
        worded = [[self._word(loaded, r.question, o) for o in r.options] for r in requests]
        distinct = list(dict.fromkeys(text for texts in worded for text in texts))
        features = dict(zip(distinct, loaded.texts(distinct), strict=True))
        replies = []
        for request, texts in zip(requests, worded, strict=True):
            if request.media is None:
                replies.append(tma.Reply(text=None, failure="media: nothing to look at"))
                continue
            try:
                sight = self._look(loaded, request.media)
            except tma.MediaError as error:
                replies.append(tma.Reply(text=None, failure=f"media: {error.message}"))
                continue
            replies.append(scored([float((sight @ features[t]).mean()) for t in texts]))
        return replies

    def _look(self, loaded: Loaded, media: tma.MediaFile) -> Tensor:
        """Unit vectors of the picture or the frames; each file is looked at once while kept."""
        if media.sha256 not in self._seen:
            images = pictures_of(read_sight(media, self._config.frames))
            self._seen[media.sha256] = loaded.pictures(images)
            while len(self._seen) > _SIGHTS_KEPT:
                self._seen.popitem(last=False)
        self._seen.move_to_end(media.sha256)
        return self._seen[media.sha256]

    def _word(self, loaded: Loaded, question: str, option: str) -> str:
        """The text of an option, as much of the question in it as the model reads."""
        words = question.split(" ")
        for start in range(len(words) + 1):
            text = _filled(self._config.template, " ".join(words[start:]), option)
            if loaded.fits(text):
                break
        return text


def _filled(template: str, question: str, option: str) -> str:
    # in one pass: a question or an option may hold braces
    parts = {"{question}": question, "{option}": option}
    return _PLACE.sub(lambda match: parts[match[0]], template).strip()
