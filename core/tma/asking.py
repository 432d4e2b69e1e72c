"""Asking models: batches under way at once, replies stored as they come, stored ones reused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from tma.calls import Answer, Call, answer_of, row_of
from tma.contract.models import Reply
from tma.errors import ModelError, PluginError, TmaError
from tma.models import LoadedModel
from tma.store import ReplyStore

T = TypeVar("T")


class Budget:
    """How many calls may be made; shared by all that spend from it.

    Args:
        limit: calls in all; None for any number.
    """

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self.spent = 0

    def take(self, wanted: int) -> int:
        """Spend up to `wanted` calls; returns how many were left to spend."""
        granted = wanted if self.limit is None else min(wanted, self.limit - self.spent)
        self.spent += granted
        return granted


class Asker:
    """Asks one model a stream of calls.

    Args:
        model: who is asked.
        store: where replies are kept, and looked up first.
        on_answer: told each answer, in no particular order.
        budget: what may be spent; calls beyond it are not made.
    """

    def __init__(
        self,
        model: LoadedModel,
        store: ReplyStore,
        on_answer: Callable[[Answer], None],
        budget: Budget | None = None,
    ) -> None:
        self._model = model
        self._store = store
        self._on_answer = on_answer
        self._budget = budget or Budget()
        self._pending: set[asyncio.Task[None]] = set()
        self._seen: set[str] = set()

    async def ask(self, calls: Iterable[Call]) -> None:
        """Answer every call, from the store or by the model; a call given twice is made once.

        `calls` is read as needed. What has been answered stays stored whatever happens.

        Raises:
            ModelError: the adapter says that the model can't be asked, or fails itself.
            PluginError: the adapter breaks its contract.
            StoreError: the store can't be read or written.
        """
        adapter = self._model.adapter
        ahead = min(256, max(16, adapter.batch_size * adapter.concurrency))
        source = iter(calls)
        waiting: list[Call] = []
        try:
            while chunk := list(islice(source, ahead)):
                waiting += self._reuse(chunk)
                while len(waiting) >= adapter.batch_size:
                    await self._start(waiting[: adapter.batch_size])
                    del waiting[: adapter.batch_size]
                await asyncio.sleep(0)  # a run that only reuses must be interruptible too
            if waiting:
                await self._start(waiting)
            while self._pending:
                await self._some()
        except TmaError:
            # calls under way may still succeed, and have been paid for
            await asyncio.gather(*self._pending, return_exceptions=True)
            raise
        finally:
            await self._stop()

    def _reuse(self, chunk: Sequence[Call]) -> list[Call]:
        """Tell the answers that the store has; returns the calls to be made."""
        fresh = [c for c in {c.key: c for c in chunk}.values() if c.key not in self._seen]
        self._seen.update(c.key for c in fresh)
        known = self._store.get(c.key for c in fresh)
        missing = []
        for call in fresh:
            row = known.get(call.key)
            if row is None or row.outcome == "failed":
                missing.append(call)
            else:
                self._on_answer(answer_of(call, row, reused=True))
        return missing

    async def _start(self, batch: list[Call]) -> None:
        granted = self._budget.take(len(batch))
        if not granted:
            return
        while len(self._pending) >= self._model.adapter.concurrency:
            await self._some()
        self._pending.add(asyncio.create_task(self._batch(batch[:granted])))

    async def _some(self) -> None:
        """Wait until a batch is done, and raise what went wrong with it."""
        done, self._pending = await asyncio.wait(self._pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def _stop(self) -> None:
        for task in self._pending:
            task.cancel()
        await asyncio.gather(*self._pending, return_exceptions=True)
        self._pending = set()

    async def _batch(self, batch: list[Call]) -> None:
        started = time.perf_counter()
        try:
            replies = await self._model.adapter.reply([c.request for c in batch])
        except Exception as error:
            own = isinstance(error, ModelError)
            line = " ".join((str(error) if own else f"{type(error).__name__}: {error}").split())
            self._keep(batch, [Reply(text=None, failure=line) for _ in batch])
            raise ModelError(f"{self._model.label} can't be asked: {line}") from error
        self._check(batch, replies)
        seconds = (time.perf_counter() - started) / len(batch)
        self._keep(batch, [r if r.seconds else replace(r, seconds=seconds) for r in replies])

    def _check(self, batch: Sequence[Call], replies: object) -> None:
        if not isinstance(replies, Sequence) or not all(isinstance(r, Reply) for r in replies):
            raise PluginError(f"{self._model.id}: reply() gave no sequence of tma.Reply")
        if len(replies) != len(batch):
            raise PluginError(
                f"{self._model.id}: reply() gave {len(replies)} replies to {len(batch)} requests"
            )

    def _keep(self, batch: Sequence[Call], replies: Sequence[Reply]) -> None:
        rows = [row_of(call, reply) for call, reply in zip(batch, replies, strict=True)]
        self._store.put(rows)
        for call, row in zip(batch, rows, strict=True):
            self._on_answer(answer_of(call, row, reused=False))


def run_blocking(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, also where an event loop is running already (a notebook)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
