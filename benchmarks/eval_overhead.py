"""What `tma eval` costs beside the bare `openai` SDK and inspect_ai, by an endpoint that is quick.

The same pictures and prompts are sent at the same concurrency by each, in a process of its own,
imports and all, in turn and several times over. Printed are seconds of wall time and of processor
time, medians, and their ratios to the bare SDK's.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from statistics import median

from tma.prompts import SUCCINCT
from tma.taskset import TaskSet

BODY = json.dumps(
    {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "B"},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 100, "completion_tokens": 1, "total_tokens": 101},
    }
).encode()
HEAD = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(BODY)}\r\n\r\n"
RESPONSE = HEAD.encode() + BODY
Shown = tuple[str, bytes]


# -- who is measured --------------------------------------------------------------------------


async def serve() -> None:
    """An endpoint that reads a request to its end and answers, with as little work as can be."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
                await reader.readexactly(length)
                writer.write(RESPONSE)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=2**22)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def shown(tasks: Path) -> Iterable[Shown]:
    """Prompts and pictures."""
    found = TaskSet.open(tasks)
    for task in found.tasks():
        media = found.media_file(task)
        assert media is not None
        yield SUCCINCT.fill(task.question, task.options, "image/png"), media.path.read_bytes()


async def sdk(url: str, tasks: Path, concurrency: int) -> None:
    """What somebody writes who has an afternoon."""
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:

        async def ask(prompt: str, picture: bytes) -> str | None:
            uri = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
            content = [
                {"type": "image_url", "image_url": {"url": uri}},
                {"type": "text", "text": prompt},
            ]
            reply = await client.chat.completions.create(
                model="m",
                messages=[{"role": "user", "content": content}],
                temperature=0,
                max_tokens=1024,
            )
            said: str | None = reply.choices[0].message.content
            return said

        await gather(ask, tasks, concurrency)


async def inspect(url: str, tasks: Path, concurrency: int) -> None:
    """inspect_ai's model layer."""
    from inspect_ai.model import (
        ChatMessageUser,
        ContentImage,
        ContentText,
        GenerateConfig,
        get_model,
    )

    config = GenerateConfig(temperature=0, max_tokens=1024, max_connections=concurrency)
    model = get_model("openai-api/near/m", base_url=url, config=config)

    async def ask(prompt: str, picture: bytes) -> str:
        uri = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
        parts = [ContentImage(image=uri), ContentText(text=prompt)]
        said: str = (await model.generate([ChatMessageUser(content=parts)])).completion
        return said

    await gather(ask, tasks, concurrency)


async def gather(
    ask: Callable[[str, bytes], Awaitable[str | None]], tasks: Path, concurrency: int
) -> None:
    """Ask about all tasks, so many at once."""
    limit = asyncio.Semaphore(concurrency)

    async def one(prompt: str, picture: bytes) -> str | None:
        async with limit:
            return await ask(prompt, picture)

    said = await asyncio.gather(*(one(prompt, picture) for prompt, picture in shown(tasks)))
    assert set(said) == {"B"}, set(said)


# -- measuring --------------------------------------------------------------------------------


def timed(command: list[str], environ: dict[str, str]) -> tuple[float, float]:
    """Seconds of wall time and of processor time of a command that must succeed."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
    return wall, sum(getattr(after, f) - getattr(before, f) for f in ("ru_utime", "ru_stime"))


def compare(scratch: Path, n: int, concurrency: int, rounds: int) -> None:
    """Measure all three in turn and print."""
    tma = [sys.executable, "-m", "tma"]
    tasks, here = scratch / "tasks", str(Path(__file__).resolve())
    environ = {**os.environ, "NEAR_API_KEY": "none", "TMA_CACHE": str(scratch / "cache")}
    make = [
        "generate",
        "--assets",
        "shapes",
        "--tasks",
        "grid2d/*",
        "-n",
        str(n),
        "--seed",
        "1",
        "--out",
        str(tasks),
    ]
    timed([*tma, *make], environ)
    command = [sys.executable, here, "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
            more = [url, str(tasks), "--concurrency", str(concurrency)]
            model = f"openai:m?base_url={url}&concurrency={concurrency}"
            found: dict[str, list[tuple[float, float]]] = {"sdk": [], "tma": [], "inspect": []}
            for number in range(rounds):
                store = str(scratch / f"{number}.sqlite")
                own = [*tma, "eval", str(tasks), "--model", model, "--store", store, "--json"]
                found["sdk"].append(timed([sys.executable, here, "sdk", *more], environ))
                found["tma"].append(timed(own, environ))
                found["inspect"].append(timed([sys.executable, here, "inspect", *more], environ))
        finally:
            server.terminate()
    report(found, n, concurrency)


def report(found: dict[str, list[tuple[float, float]]], n: int, concurrency: int) -> None:
    """Medians and ratios."""
    print(f"{n} instances with pictures, {concurrency} at once")
    print(f"{'':8} {'wall s':>8} {'ratio':>6} {'cpu s':>8} {'ratio':>6} {'calls/s':>8}")
    base = [median(times) for times in zip(*found["sdk"], strict=True)]
    for name, rounds in found.items():
        wall, cpu = (median(times) for times in zip(*rounds, strict=True))
        print(
            f"{name:8} {wall:8.2f} {wall / base[0]:6.2f} {cpu:8.2f} {cpu / base[1]:6.2f} "
            f"{n / wall:8.0f}"
        )


def main() -> None:
    """Measure, or be one of those that are measured."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("part", nargs="?", default="compare")
    parser.add_argument("url", nargs="?", default="")
    parser.add_argument("tasks", nargs="?", type=Path, default=Path())
    parser.add_argument("-n", type=int, default=2000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    a = parser.parse_args()
    if a.part == "serve":
        asyncio.run(serve())
    elif a.part in ("sdk", "inspect"):
        part = {"sdk": sdk, "inspect": inspect}[a.part]
        asyncio.run(part(a.url, a.tasks, a.concurrency))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            compare(Path(scratch), a.n, a.concurrency, a.rounds)


if __name__ == "__main__":
    main()
