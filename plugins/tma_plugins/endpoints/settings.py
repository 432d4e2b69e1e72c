"""Settings of `openai`, and which key goes to which host."""

from __future__ import annotations

import os
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from tma_plugins.modelkit.fields import JsonObject, NoneAsText, PlainUrl

OPENAI = "https://api.openai.com/v1"

KEY_OF_HOST = {
    "api.openai.com": "OPENAI_API_KEY",
    "generativelanguage.googleapis.com": "GEMINI_API_KEY",
    "api.anthropic.com": "ANTHROPIC_API_KEY",
    "openrouter.ai": "OPENROUTER_API_KEY",
    "api.mistral.ai": "MISTRAL_API_KEY",
    "api.together.xyz": "TOGETHER_API_KEY",
    "api.groq.com": "GROQ_API_KEY",
    "api.x.ai": "XAI_API_KEY",
}
"""Where the hosted endpoints' own documentation says that a key is. A key goes to its host only."""


class EndpointConfig(BaseModel):
    """Settings of `openai`.

    Attributes:
        variant: the model's name, as the endpoint knows it: `openai:NAME`.
        base_url: what comes before `/chat/completions`, most often with `/v1` at its end.
        api_key: the key. Better set in the environment (TMA_OPENAI_API_KEY), or see `key_env`.
        key_env: the environment variable that holds the key. By default that of a well-known
            host (OPENAI_API_KEY for api.openai.com), none for any other.
        temperature: as sent; `none` leaves it out, for models that accept no other than theirs.
        max_tokens: as sent (`max_completion_tokens` to OpenAI); `none` leaves it out.
        frames: how many evenly spaced frames of a video are sent.
        video: `frames` sends them as pictures, `native` sends the file as a `video_url` part,
            which vLLM, SGLang and others read.
        detail: `low`, `high` or `auto` for pictures, where the endpoint knows of it.
        system: a system message; none if empty.
        logprobs: how many of the first token's alternatives to ask for, 0 to 20; with any, the
            log-probabilities of the option letters are kept.
        extra_body: JSON object of further fields of the request.
        timeout: seconds for a whole call.
        concurrency: the most calls under way.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    variant: str = Field(min_length=1)
    base_url: PlainUrl = OPENAI
    api_key: SecretStr | None = Field(default=None, exclude=True)
    key_env: str | None = Field(default=None, exclude=True)
    temperature: Annotated[float | None, NoneAsText] = Field(default=0.0, ge=0)
    max_tokens: Annotated[int | None, NoneAsText] = Field(default=1024, ge=1)
    frames: int = Field(default=8, ge=1, le=256)
    video: Literal["frames", "native"] = "frames"
    detail: Literal["low", "high", "auto"] | None = None
    system: str = ""
    logprobs: int = Field(default=0, ge=0, le=20)
    extra_body: JsonObject = Field(default={})
    timeout: float = Field(default=120.0, gt=0, exclude=True)
    concurrency: int = Field(default=64, ge=1, le=1024, exclude=True)

    @property
    def host(self) -> str:
        """The endpoint's host."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def key_source(self) -> str | None:
        """The environment variable that the key is looked for in, None if in none."""
        return self.key_env or KEY_OF_HOST.get(self.host)

    def key(self) -> str | None:
        """The key, None if there is none."""
        if self.api_key is not None:
            return self.api_key.get_secret_value()
        return os.environ.get(self.key_source or "") or None
