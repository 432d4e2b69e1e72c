"""A real HTTP server on loopback whose answers a test decides, call by call."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn


@dataclass(frozen=True)
class Answer:
    """What the server does with a call."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    cut: int | None = None  # bytes of the body that are sent before the connection is dropped

    @property
    def data(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def said(text: Any, **choice: Any) -> dict[str, Any]:
    """A chat completion."""
    message = {"role": "assistant", "content": text}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "tiny",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", **choice}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 2, "total_tokens": 13},
    }


@dataclass(frozen=True)
class Call:
    """What the server was sent."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    client: tuple[str, int]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The content of the last message."""
        content = self.body["messages"][-1]["content"]
        return [{"type": "text", "text": content}] if isinstance(content, str) else content


class Server:
    """The calls that came, and how they are answered."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answer: Callable[[Call], Answer] = lambda call: Answer(said("A"))
        self.url = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        data, more = b"", True
        while more:
            event = await receive()
            data += event.get("body", b"")
            more = event.get("more_body", False)
        headers = {k.decode(): v.decode() for k, v in scope["headers"]}
        call = Call(scope["path"], headers, json.loads(data), tuple(scope["client"]))
        self.calls.append(call)
        answer = self.answer(call)
        await asyncio.sleep(answer.seconds)
        own = {"content-type": "application/json", "content-length": str(len(answer.data))}
        pairs = [(k.encode(), v.encode()) for k, v in {**own, **answer.headers}.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
        # uvicorn closes a connection on which less came than was declared
        await send({"type": "http.response.body", "body": answer.data[: answer.cut]})


@contextmanager
def serving(app: Server | None = None) -> Iterator[Server]:
    """A server in a thread, on a free port of 127.0.0.1."""
    app = app or Server()
    config = uvicorn.Config(
        app,
        port=0,
        log_level="critical",
        lifespan="off",
        access_log=False,
        timeout_keep_alive=600,  # else it closes connections just when clients use them again
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.005)
            assert thread.is_alive()
        port = server.servers[0].sockets[0].getsockname()[1]
        app.url = f"http://127.0.0.1:{port}/v1"
        yield app
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(10)
