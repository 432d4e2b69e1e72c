"""Asking a model through `inspect_ai`'s model layer, without its evaluations."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from typing import Any

import tma
from tma_plugins.inspectai.settings import InspectConfig
from tma_plugins.modelkit.needs import require
from tma_plugins.modelkit.sights import DataUris

_CAUSES = {"rate_limit": "rate limit", "transient": "server error"}
_MARKUP = re.compile(r"\[/?[a-z]*\]")


class InspectModel(tma.ModelAdapter):
    """One model of one provider. It makes one attempt; inspect_ai's own retries are off."""

    def __init__(self, config: InspectConfig) -> None:
        require("inspect_ai")
        self._config = config
        self.concurrency = config.concurrency
        names = ("_API_KEY", "_API_TOKEN", "_ACCESS_KEY")
        self.secrets = [v for k, v in os.environ.items() if v and k.endswith(names)]
        self._uris = DataUris(frames=1)
        self._model: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def reply(self, requests: Sequence[tma.Request]) -> Sequence[tma.Reply]:
        """One attempt at each request.

        Raises:
            ModelError: the provider is unknown, lacks a package or a key, or refuses the key.
        """
        return [await self._one(request) for request in requests]

    async def close(self) -> None:
        """Close the provider's connections."""
        model, self._model = self._model, None
        if model is not None and self._loop is asyncio.get_running_loop():
            await model.api.aclose()

    async def _one(self, request: tma.Request) -> tma.Reply:
        model = self._opened()
        try:
            messages = await self._messages(request)
            async with asyncio.timeout(self._config.timeout):
                output = await model.generate(messages)
        except tma.MediaError as error:
            return tma.Reply(text=None, failure=f"media: {error.message}")
        except TimeoutError:
            failure = f"time-out: no answer within {self._config.timeout:g} s"
            return tma.Reply(text=None, failure=failure, transient=True)
        except Exception as error:
            return self._failed(model, _origin(error))
        return _read(output)

    def _opened(self) -> Any:
        """The model of this event loop, made on first use."""
        loop = asyncio.get_running_loop()
        if self._model is None or self._loop is not loop:
            self._model, self._loop = self._open(), loop
        return self._model

    def _open(self) -> Any:
        from inspect_ai.model import GenerateConfig, get_model

        config = self._config
        own = {
            "temperature": config.temperature,
            "max_tokens": config.max_tokens,
            "system_message": config.system or None,
            "max_connections": config.concurrency,
            "max_retries": 0,
        }
        try:
            model = get_model(
                config.variant,
                config=GenerateConfig(**{**own, **config.generate}),
                base_url=config.base_url,
                memoize=False,
                **config.args,
            )
        except Exception as error:  # each provider has its own
            raise tma.ModelError(f"{config.variant}: {_line(error)}") from error
        client = getattr(model.api, "client", None)
        if client is not None and hasattr(client, "max_retries"):
            client.max_retries = 0  # the SDKs below have retries of their own
        return model

    async def _messages(self, request: tma.Request) -> list[Any]:
        from inspect_ai.model import ChatMessageUser, ContentImage, ContentText

        if request.media is None:
            return [ChatMessageUser(content=request.prompt)]
        uri = await self._uris.whole(request.media)
        parts = [ContentImage(image=uri), ContentText(text=request.prompt)]
        return [ChatMessageUser(content=parts)]

    def _failed(self, model: Any, error: BaseException) -> tma.Reply:
        """What became of a call, by the provider's own judgement.

        Raises:
            ModelError: its status says that no other call can succeed.
        """
        status = getattr(error, "status_code", None)
        if status in (401, 402, 403, 404):
            raise tma.ModelError(f"{self._config.variant}: {_line(error)}") from error
        decision = model.api.should_retry(error)
        transient = bool(getattr(decision, "retry", decision))
        kind = getattr(decision, "kind", None)
        cause = _CAUSES.get(str(kind), "server error") if transient else "bad request"
        if transient and status is None:
            cause = "connection"
        wait = getattr(decision, "retry_after", None)
        return tma.Reply(
            text=None, failure=f"{cause}: {_line(error)}", transient=transient, retry_after=wait
        )


def _origin(error: BaseException) -> BaseException:
    """The provider's error behind inspect_ai's, which prints the whole request."""
    attempt = getattr(error, "last_attempt", None)  # of tenacity's RetryError
    if attempt is not None and attempt.exception() is not None:
        return _origin(attempt.exception())
    if hasattr(error, "provider_message") and error.__cause__ is not None:
        return _origin(error.__cause__)
    return error


def _read(output: Any) -> tma.Reply:
    usage = {}
    if output.usage is not None:
        usage = {
            "input_tokens": output.usage.input_tokens,
            "output_tokens": output.usage.output_tokens,
        }
    if output.empty:
        failure = f"bad reply: {output.error or 'no choices'}"
        return tma.Reply(text=None, failure=failure, transient=True, usage=usage)
    if output.stop_reason == "content_filter" and not output.completion:
        failure = f"content filter: {output.error or 'no text was let out'}"
        return tma.Reply(text=None, failure=failure, usage=usage)
    return tma.Reply(text=output.completion, usage=usage)


def _line(error: BaseException) -> str:
    text = _MARKUP.sub("", str(error)) or type(error).__name__
    return " ".join(text.split())[:300]
