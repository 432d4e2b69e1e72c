"""Requests as the kernel makes them, for adapters to answer."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

import tma
from tma.config import Settings
from tma.models import LoadedModel, load_model
from tma.prompts import SUCCINCT
from tma.registry import Registry
from tma_plugins.tabletop.video import encode_mp4

OPTIONS = ("dog", "cat", "cow", "horse")


def request(
    number: int = 0,
    *,
    media: tma.MediaFile | None = None,
    options: tuple[str, ...] = OPTIONS,
    question: str = "What is this?",
) -> tma.Request:
    """One request about a made-up task; the first option is right."""
    plan = tma.Plan({"generator": "grid2d/what", "n": number})
    task = tma.Task(
        id=f"{number:016x}",
        generator="grid2d/what",
        plan=plan,
        plan_id=plan.id,
        seed=number,
        question=question,
        options=options,
        option_keys=options,
        answer=options[0],
        answer_index=0,
        scene={},
    )
    return tma.Request(
        prompt=SUCCINCT.fill(question, options),
        question=question,
        options=options,
        order=tuple(range(len(options))),
        task=task,
        call_id=f"{task.id}:{number}",
        media=media,
    )


def media_file(path: Path, media_type: str) -> tma.MediaFile:
    return tma.MediaFile(path, media_type, hashlib.sha256(path.read_bytes()).hexdigest())


def picture(
    path: Path, color: tuple[int, int, int] = (200, 30, 30), side: int = 32
) -> tma.MediaFile:
    """A PNG of one colour."""
    Image.new("RGB", (side, side), color).save(path)
    return media_file(path, "image/png")


def video(path: Path, greys: Sequence[int] = (0, 40, 80, 120, 160, 200, 240)) -> tma.MediaFile:
    """An MP4 of a frame a grey, at 4 frames a second."""
    path.write_bytes(encode_mp4([np.full((48, 48, 3), g, np.uint8) for g in greys], 4))
    return media_file(path, "video/mp4")


def load(text: str, **environ: str) -> LoadedModel:
    """A model by its specification, with these environment variables and no settings file."""
    return load_model(Registry(Settings(environ=environ)), text)


def ask(model: LoadedModel | tma.ModelAdapter, *requests: tma.Request) -> Sequence[tma.Reply]:
    """Replies to requests, batch by batch, in a loop of their own; the adapter is closed."""
    adapter = model.adapter if isinstance(model, LoadedModel) else model

    async def run() -> list[tma.Reply]:
        size = adapter.batch_size
        batches = [requests[i : i + size] for i in range(0, len(requests), size)]
        limit = asyncio.Semaphore(adapter.concurrency)

        async def one(batch: Sequence[tma.Request]) -> Sequence[tma.Reply]:
            async with limit:
                return await adapter.reply(batch)

        try:
            return [r for found in await asyncio.gather(*map(one, batches)) for r in found]
        finally:
            await adapter.close()

    return asyncio.run(run())
