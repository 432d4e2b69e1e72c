"""Asking a model that runs here, through `transformers`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import tma
from tma_plugins.huggingface import scoring
from tma_plugins.huggingface.loading import Loaded, check_folder, load
from tma_plugins.huggingface.scoring import Prompt
from tma_plugins.huggingface.settings import LocalConfig
from tma_plugins.huggingface.wording import word
from tma_plugins.modelkit.device import in_memory
from tma_plugins.modelkit.needs import require
from tma_plugins.modelkit.replies import scored
from tma_plugins.modelkit.sights import is_video, read_sight


class LocalModel(tma.ModelAdapter):
    """One model on this machine, loaded on the first call and dropped after a run."""

    def __init__(self, config: LocalConfig) -> None:
        require("torch", "transformers")
        check_folder(config)
        self._config = config
        self.batch_size = config.batch_size
        self._loaded: Loaded | None = None
        self._answered = False

    async def reply(self, requests: Sequence[tma.Request]) -> Sequence[tma.Reply]:
        """Answer a batch, in a thread.

        Raises:
            ModelError: the model can't be loaded, or fails at its first batch.
        """
        return await asyncio.to_thread(self._reply, requests)

    async def close(self) -> None:
        """Let go of the weights."""
        if self._loaded is not None:
            import torch

            self._loaded = None
            torch.cuda.empty_cache()

    def _reply(self, requests: Sequence[tma.Request]) -> list[tma.Reply]:
        if self._loaded is None:
            self._loaded = load(self._config)
        replies: dict[int, tma.Reply] = {}
        shown: dict[bool, list[int]] = {False: [], True: []}
        for place, request in enumerate(requests):
            if request.media is None:
                replies[place] = tma.Reply(text=None, failure="media: nothing to look at")
            else:
                shown[is_video(request.media)].append(place)
        for places in shown.values():  # a batch is of one kind
            chosen = [requests[p] for p in places]
            replies |= zip(places, self._try(self._loaded, chosen), strict=True)
        return [replies[place] for place in range(len(requests))]

    def _try(self, loaded: Loaded, requests: Sequence[tma.Request]) -> list[tma.Reply]:
        """Answer requests of one kind; one that fails fails alone."""
        if not requests:
            return []
        hint = "lower batch_size, frames or dtype, or spread it: device_map=auto"
        try:
            with in_memory(self._config.variant, hint):
                replies = self._answer(loaded, requests)
        except tma.ModelError:
            raise
        except Exception as error:
            if len(requests) > 1:
                return [r for one in requests for r in self._try(loaded, [one])]
            if isinstance(error, tma.MediaError):
                return [tma.Reply(text=None, failure=f"media: {error.message}")]
            line = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            if not self._answered:
                raise tma.ModelError(f"{self._config.variant}: {line}") from error
            return [tma.Reply(text=None, failure=f"model error: {line}")]
        self._answered = True
        return replies

    def _answer(self, loaded: Loaded, requests: Sequence[tma.Request]) -> list[tma.Reply]:
        config = self._config
        if config.scoring == "options":
            return [
                scored(
                    scoring.option_scores(loaded, self._prompt(loaded, r, r.question), r.options)
                )
                for r in requests
            ]
        prompts = [self._prompt(loaded, r, r.prompt) for r in requests]
        if config.scoring == "letters":
            counts = [len(r.options) for r in requests]
            return [scored(s) for s in scoring.letter_scores(loaded, prompts, counts)]
        written = scoring.write(loaded, prompts, self._settings())
        return [
            tma.Reply(text=w.text, usage={"input_tokens": w.read, "output_tokens": w.wrote})
            for w in written
        ]

    def _settings(self) -> dict[str, Any]:
        # greedy, whatever the model's own settings say of sampling
        greedy = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
        return {"max_new_tokens": self._config.max_new_tokens, **greedy, **self._config.generation}

    def _prompt(self, loaded: Loaded, request: tma.Request, text: str) -> Prompt:
        config, media = self._config, request.media
        assert media is not None
        clip = read_sight(media, config.frames)
        native = is_video(media) and (
            config.video == "native" or (config.video == "auto" and loaded.knows_videos)
        )
        kind, count = ("video", 1) if native else ("image", len(clip.frames))
        worded = word(
            loaded, text, kind=kind, count=count, template=config.template, system=config.system
        )
        return Prompt(worded, clip, native)
