"""Asking an OpenAI-compatible endpoint, through the `openai` package."""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import tma
from tma_plugins.endpoints.failures import of_status
from tma_plugins.endpoints.reading import bad_reply, cut_short, read_completion
from tma_plugins.endpoints.settings import OPENAI, EndpointConfig
from tma_plugins.modelkit.needs import require
from tma_plugins.modelkit.sights import DataUris, is_video

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_FRAMES = "The pictures are {count} frames of one video, evenly spaced and in order."


class Endpoint(tma.ModelAdapter):
    """One model at one endpoint. One client serves all calls of an event loop."""

    def __init__(self, config: EndpointConfig) -> None:
        require("openai")
        self._config = config
        self.concurrency = config.concurrency
        self._key = config.key()
        if self._key is None and config.key_source is not None:
            raise tma.ModelError(
                f"no key for {config.host}: {config.key_source} is not set",
                hint=f"export {config.key_source}=..., or name another variable: key_env=NAME",
            )
        self.secrets = [self._key] if self._key else []
        self._uris = DataUris(config.frames)
        self._client: AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._answered = self._told = False

    async def reply(self, requests: Sequence[tma.Request]) -> Sequence[tma.Reply]:
        """One attempt at each request.

        Raises:
            ModelError: wrong key, no such model, nothing left to spend.
        """
        return [await self._one(request) for request in requests]

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.close()

    async def _one(self, request: tma.Request) -> tma.Reply:
        import openai

        config = self._config
        try:
            body = await self._body(request)
            async with asyncio.timeout(config.timeout):
                raw = await self._connected().chat.completions.with_raw_response.create(**body)
        except tma.MediaError as error:
            return tma.Reply(text=None, failure=f"media: {error.message}")
        except (TimeoutError, openai.APITimeoutError):
            failure = f"time-out: no answer within {config.timeout:g} s"
            return tma.Reply(text=None, failure=failure, transient=True)
        except openai.APIStatusError as error:
            response = error.response
            return of_status(
                response.status_code,
                response.headers,
                error.body if error.body is not None else response.text,
                config,
                answered=self._answered,
            )
        except openai.APIConnectionError as error:
            cause = error.__cause__ or error
            failure = f"connection: {config.base_url}: {_line(cause)}"
            return tma.Reply(text=None, failure=failure, transient=True)
        body = _decoded(raw.http_response)
        if isinstance(body, tma.Reply):
            return body
        reply = read_completion(body, len(request.options))
        self._answered |= reply.failure is None
        if reply.text is not None and cut_short(body, reply.text):
            self._tell_of_cuts()
        return reply

    def _tell_of_cuts(self) -> None:
        """Say once that replies end before they say anything: they are paid for in vain."""
        if not self._told:
            self._told = True
            most = self._config.max_tokens
            limit = f"max_tokens={most}" if most is not None else "the endpoint's own limit"
            line = (
                f"openai:{self._config.variant}: a reply was cut at {limit} before it said anything"
            )
            warnings.warn(f"{line}: set max_tokens to more", tma.TmaWarning, stacklevel=2)

    async def _body(self, request: tma.Request) -> dict[str, Any]:
        import openai

        config = self._config
        messages: list[dict[str, Any]] = []
        if config.system:
            messages.append({"role": "system", "content": config.system})
        messages.append({"role": "user", "content": await self._content(request)})
        body: dict[str, Any] = {"model": config.variant, "messages": messages}
        if config.temperature is not None:
            body["temperature"] = config.temperature
        if config.max_tokens is not None:
            # OpenAI's newer models refuse the old name, other servers don't know the new one
            own = config.base_url == OPENAI
            body["max_completion_tokens" if own else "max_tokens"] = config.max_tokens
        if config.logprobs:
            body |= {"logprobs": True, "top_logprobs": config.logprobs}
        if config.extra_body:
            body["extra_body"] = config.extra_body
        if self._key is None:
            body["extra_headers"] = {"Authorization": openai.Omit()}
        return body

    async def _content(self, request: tma.Request) -> str | list[dict[str, Any]]:
        media, prompt = request.media, request.prompt
        if media is None:
            return prompt
        text = {"type": "text", "text": prompt}
        if is_video(media) and self._config.video == "native":
            uri = await self._uris.whole(media)
            return [{"type": "video_url", "video_url": {"url": uri}}, text]
        uris = await self._uris.pictures(media)
        detail = {"detail": self._config.detail} if self._config.detail else {}
        parts = [{"type": "image_url", "image_url": {"url": uri, **detail}} for uri in uris]
        if is_video(media):
            parts.append({"type": "text", "text": _FRAMES.format(count=len(uris))})
        return [*parts, text]

    def _connected(self) -> AsyncOpenAI:
        """The client of this event loop, made on first use."""
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._client, self._loop = self._new_client(), loop
        return self._client

    def _new_client(self) -> AsyncOpenAI:
        import openai

        config = self._config
        most = config.concurrency
        # the SDK has changed its HTTP library once: take the class from it
        limits = type(openai.DEFAULT_CONNECTION_LIMITS)
        http = openai.DefaultAsyncHttpxClient(
            limits=limits(max_connections=most, max_keepalive_connections=most),
            timeout=openai.Timeout(config.timeout, connect=min(config.timeout, 20.0)),
        )
        # OpenAI's ids, which the SDK takes from the environment, go to nobody else
        own = () if config.base_url == OPENAI else ("OpenAI-Organization", "OpenAI-Project")
        return openai.AsyncOpenAI(
            api_key=self._key or "none",
            base_url=config.base_url,
            max_retries=0,
            http_client=http,
            default_headers=dict.fromkeys(own, openai.Omit()),
        )


def _decoded(response: Any) -> Any:
    """A response's JSON, or the failed reply that it is."""
    kind = response.headers.get("content-type", "nothing").partition(";")[0]
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        if "json" in kind:
            return bad_reply("broken JSON")
        return bad_reply(f"{kind} instead of JSON (is base_url right? it often ends in /v1)")


def _line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split()).rstrip(": ")[:200]
