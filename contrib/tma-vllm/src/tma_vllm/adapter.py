"""The model adapter."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from threading import Lock
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, Json

import tma
from tma_vllm import lacking
from tma_vllm.messages import Message, conversation

_ENDED = ("stop", "length")
"""Reasons why a reply is over that make it one."""


class VllmConfig(BaseModel):
    """Settings of a model; those that don't change a reply are no part of its identity.

    Attributes:
        variant: the model, as vLLM takes it: a name or a folder. Written after a colon.
        revision: of the model's files.
        dtype, quantization, max_model_len: as of `vllm.LLM`.
        trust_remote_code: run code that comes with the model.
        engine: further arguments of `vllm.LLM`, as a JSON object.
        system: a system message.
        frames: pictures of a video that are shown, evenly spaced.
        temperature, top_p, max_tokens, seed: as of `vllm.SamplingParams`.
        batch_size: requests that are given to vLLM at once; it schedules them itself.
        tensor_parallel_size, gpu_memory_utilization: as of `vllm.LLM`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    variant: str = Field(min_length=1, description="model name or folder")
    revision: str | None = None
    dtype: str = "auto"
    quantization: str | None = None
    max_model_len: int | None = Field(default=None, ge=1)
    trust_remote_code: bool = False
    engine: Json[dict[str, Any]] = Field(default_factory=dict)
    system: str = ""
    frames: int = Field(default=8, ge=1, le=64)
    temperature: float = Field(default=0.0, ge=0)
    top_p: float = Field(default=1.0, gt=0, le=1)
    max_tokens: int = Field(default=512, ge=1)
    seed: int = 0
    batch_size: int = Field(default=128, ge=1, exclude=True)
    tensor_parallel_size: int = Field(default=1, ge=1, exclude=True)
    gpu_memory_utilization: float = Field(default=0.9, gt=0, le=1, exclude=True)


class VllmAdapter(tma.ModelAdapter):
    """Asks a model that vLLM runs in this process; loaded at the first request.

    Raises ImportError when it is made if vLLM is not installed, so that no task is rendered for
    nothing.
    """

    def __init__(self, config: VllmConfig) -> None:
        if lack := lacking():
            raise ImportError(lack)
        self._config = config
        self.batch_size = config.batch_size
        self._lock = Lock()
        self._engine: Any = None
        self._sampling: Any = None

    async def reply(self, requests: Sequence[tma.Request]) -> list[tma.Reply]:
        """Answer requests, in a thread: vLLM blocks until all are answered.

        Raises:
            ModelError: the model can't be loaded, or vLLM's engine is gone.
        """
        return await asyncio.to_thread(self._replies, requests)

    def _replies(self, requests: Sequence[tma.Request]) -> list[tma.Reply]:
        replies: list[tma.Reply | None] = [None] * len(requests)
        asked: dict[int, list[Message]] = {}
        for place, request in enumerate(requests):
            try:
                asked[place] = conversation(request, self._config.system, self._config.frames)
            except tma.MediaError as error:
                replies[place] = _failed("bad request", error)
        with self._lock:
            answers = self._chat(list(asked.values()))
        for place, answer in zip(asked, answers, strict=True):
            replies[place] = answer
        return [reply for reply in replies if reply is not None]

    def _chat(self, conversations: list[list[Message]]) -> list[tma.Reply]:
        """Replies in order. A request that vLLM won't take fails alone."""
        if not conversations:
            return []
        engine = self._loaded()
        try:
            found = engine.chat(conversations, self._sampling, use_tqdm=False)
        except ValueError as error:  # one is too long, or holds what the model can't take
            if len(conversations) > 1:
                return [reply for c in conversations for reply in self._chat([c])]
            return [_failed("bad request", error)]
        except Exception as error:  # whatever kills an engine: no later call can succeed
            raise tma.ModelError(
                f"vllm: the engine of {self._config.variant} failed: {_line(error)}",
                hint="see vLLM's own log above",
            ) from error
        if len(found) != len(conversations):
            raise tma.ModelError(
                f"vllm: {len(found)} answers to {len(conversations)} requests",
                hint="this version of vLLM does not keep to what LLM.chat promises",
            )
        return [_reply(output) for output in found]

    def _loaded(self) -> Any:
        if self._engine is None:
            import vllm

            config = self._config
            arguments = {
                "revision": config.revision,
                "dtype": config.dtype,
                "quantization": config.quantization,
                "max_model_len": config.max_model_len,
                "trust_remote_code": config.trust_remote_code,
                "seed": config.seed,
                "tensor_parallel_size": config.tensor_parallel_size,
                "gpu_memory_utilization": config.gpu_memory_utilization,
                "limit_mm_per_prompt": {"image": config.frames},
            }
            given = {k: v for k, v in arguments.items() if v is not None} | config.engine
            try:
                self._engine = vllm.LLM(model=config.variant, **given)
            except Exception as error:  # a model that isn't there, too little memory, ...
                raise tma.ModelError(
                    f"vllm: can't load {config.variant}: {_line(error)}",
                    hint="settings: `tma plugins info vllm`",
                ) from error
            self._sampling = vllm.SamplingParams(
                temperature=config.temperature,
                top_p=config.top_p,
                max_tokens=config.max_tokens,
                seed=config.seed,
            )
        return self._engine


def _reply(output: Any) -> tma.Reply:
    """A `vllm.RequestOutput` as a reply."""
    (first,) = output.outputs
    if first.finish_reason not in _ENDED:
        return tma.Reply(text=None, failure=f"server error: ended by {first.finish_reason!r}")
    usage = {
        "input_tokens": len(output.prompt_token_ids or ()),
        "output_tokens": len(first.token_ids),
    }
    if cached := getattr(output, "num_cached_tokens", None):
        usage["cached_tokens"] = cached
    return tma.Reply(text=first.text, usage=usage)


def _failed(cause: str, error: Exception) -> tma.Reply:
    return tma.Reply(text=None, failure=f"{cause}: {_line(error)}")


def _line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
