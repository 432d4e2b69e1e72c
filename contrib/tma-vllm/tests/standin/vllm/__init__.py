"""A stand-in for vLLM with the part of its interface that the adapter uses.

Parameters, their names and defaults, and the fields of outputs are those of `vllm.LLM`,
`vllm.SamplingParams`, `vllm.RequestOutput` and `vllm.CompletionOutput` (0.8 to 0.19). In place of a
model there is a rule: the answer is the letter of the picture's green channel, modulo four.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image

LOADED: list[LLM] = []


@dataclass(kw_only=True)
class SamplingParams:
    n: int = 1
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int | None = None
    max_tokens: int | None = 16


@dataclass
class CompletionOutput:
    index: int
    text: str
    token_ids: list[int]
    cumulative_logprob: float | None = None
    logprobs: Any = None
    finish_reason: str | None = "stop"


@dataclass
class RequestOutput:
    request_id: str
    prompt: str | None
    prompt_token_ids: list[int] | None
    outputs: list[CompletionOutput]
    finished: bool = True
    num_cached_tokens: int | None = None


class LLM:
    def __init__(
        self,
        model: str,
        *,
        trust_remote_code: bool = False,
        tensor_parallel_size: int = 1,
        dtype: str = "auto",
        quantization: str | None = None,
        revision: str | None = None,
        seed: int = 0,
        gpu_memory_utilization: float = 0.9,
        enforce_eager: bool = False,
        max_model_len: int | None = None,
        limit_mm_per_prompt: dict[str, int] | None = None,
    ) -> None:
        if model == "nobody/none":
            raise OSError("nobody/none is not a local folder\nand is not a valid model identifier")
        self.model, self.max_model_len, self.enforce_eager = model, max_model_len, enforce_eager
        self.limit = (limit_mm_per_prompt or {}).get("image", 1)
        self.batches: list[int] = []
        self.sampling: SamplingParams | None = None
        LOADED.append(self)

    def chat(
        self,
        messages: list[Any],
        sampling_params: SamplingParams | None = None,
        use_tqdm: bool = True,
        lora_request: Any = None,
        chat_template: str | None = None,
        chat_template_content_format: str = "auto",
        add_generation_prompt: bool = True,
        continue_final_message: bool = False,
        tools: list[dict[str, Any]] | None = None,
        chat_template_kwargs: dict[str, Any] | None = None,
        mm_processor_kwargs: dict[str, Any] | None = None,
    ) -> list[RequestOutput]:
        conversations = messages if isinstance(messages[0], list) else [messages]
        self.batches.append(len(conversations))
        self.sampling = sampling_params
        if self.model == "lab/dies":
            raise RuntimeError("EngineCore died unexpectedly")
        prompts = [self._read(c) for c in conversations]  # all of them before any is answered
        if self.model == "lab/forgets":
            prompts = prompts[1:]
        return [self._answer(str(n), *prompt) for n, prompt in enumerate(prompts)]

    def _read(self, conversation: list[dict[str, Any]]) -> tuple[str, list[Image.Image]]:
        words, pictures = "", []
        for message in conversation:
            content = message["content"]
            parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
            for part in parts:
                if part["type"] == "text":
                    words += part["text"]
                else:
                    head, _, data = part["image_url"]["url"].partition(",")
                    assert head in ("data:image/png;base64", "data:image/jpeg;base64"), head
                    pictures.append(Image.open(BytesIO(base64.b64decode(data))))
        if len(pictures) > self.limit:
            raise ValueError(f"At most {self.limit} image(s) may be provided in one prompt.")
        if self.max_model_len and len(words) > self.max_model_len:
            raise ValueError(
                f"The decoder prompt (length {len(words)}) is longer than the maximum model length "
                f"of {self.max_model_len}."
            )
        return words, pictures

    def _answer(self, number: str, words: str, pictures: list[Image.Image]) -> RequestOutput:
        greens = [p.convert("RGB").getpixel((0, 0))[1] for p in pictures]
        text = "ABCD"[greens[0] % 4] + "".join(f" {g}" for g in greens[1:]) if greens else "none"
        reason = "abort" if "ABORT" in words else "stop"
        output = CompletionOutput(0, text, [1] * len(text), finish_reason=reason)
        return RequestOutput(number, words, [0] * len(words), [output], num_cached_tokens=3)
