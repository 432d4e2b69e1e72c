"""Asking models: calls under way at once, tried again where it helps, stored as they come."""

from __future__ import annotations

import asyncio
import heapq
import time
import warnings
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from typing import Any, TypeVar

from tma.attempts import Attempts
from tma.calls import Answer, Call, answer_of
from tma.contract.models import Reply
from tma.errors import ModelError, PluginError, TmaError, TmaWarning
from tma.keysafe import scrub
from tma.ledger import Budget, Expected, Ledger, expected_of
from tma.models import LoadedModel
from tma.pace import Pace
from tma.received import received
from tma.silence import Silence
from tma.store import ReplyStore, StoredReply

T = TypeVar("T")
_CHUNK = 256
_SLICE = 0.02
"""Seconds for which calls are made up before those under way are looked after again."""
_GLANCE = 0.05
_MOST_IN_VAIN = 64
"""Calls that a spent budget refuses before the rest is left unread."""

_Came = tuple[list[Attempts], Sequence[Reply] | Exception, float]
"""A batch, what the adapter made of it, and after how many seconds."""


class Asker:
    """Asks one model a stream of calls.

    Args:
        model: who is asked, and on which terms.
        store: where replies are kept, and looked up first.
        on_answer: told each answer, in no particular order, after it is stored.
        budget: what may be spent; calls beyond it are not made.

    Attributes:
        ledger: what its calls took.
        pace: how many are under way.
    """

    def __init__(
        self,
        model: LoadedModel,
        store: ReplyStore,
        on_answer: Callable[[Answer], None],
        budget: Budget | None = None,
    ) -> None:
        self.ledger = Ledger()
        self.pace = Pace(model.adapter.concurrency, model.terms)
        self._model = model
        self._store = store
        self._on_answer = on_answer
        self._budget = budget or Budget()
        self._metered = self._budget.meters or model.terms.tokens_per_minute is not None
        self._seen: set[str] = set()
        self._failed: dict[str, StoredReply] = {}
        self._in_vain = 0
        self._silence = Silence()
        self._short = False
        self._clear()

    def _clear(self) -> None:
        self._source: Iterator[Call] | None = None
        self._open: dict[str, Attempts] = {}
        self._ready: deque[Attempts] = deque()
        self._later: list[tuple[float, int, Attempts]] = []
        self._number = count()
        self._under_way: set[asyncio.Task[None]] = set()
        self._came: deque[_Came] = deque()
        self.pace.busy = 0

    async def ask(self, calls: Iterable[Call]) -> None:
        """Answer every call, from the store or by the model; a call given twice is made once.

        `calls` is read as needed. What has been answered stays stored whatever happens.

        Raises:
            ModelError: the adapter says that the model can't be asked, fails itself, or has
                answered nothing for long.
            PluginError: the adapter breaks its contract.
            StoreError: the store can't be read or written.
        """
        self._source = iter(calls)
        self._wake = asyncio.Event()
        try:
            while self._step():
                await self._rest()
        except TmaError:
            # calls under way may still succeed, and have been paid for
            await asyncio.gather(*self._under_way, return_exceptions=True)
            self._wind_up()
            raise
        except asyncio.CancelledError:
            await self._cancel()
            self._wind_up()
            raise
        finally:
            await self._cancel()
            for work in self._open.values():
                if work.granted:
                    self._budget.release(work.expected)
            self._clear()

    async def close(self) -> None:
        """Let the adapter go of its connections. To be called last, in the loop of the calls."""
        try:
            await self._model.adapter.close()
        except Exception as error:
            line = f"{self._model.id}: close() failed: {type(error).__name__}: {error}"
            warnings.warn(scrub(line), TmaWarning, stacklevel=2)

    # -- one round of the work ----------------------------------------------------------------

    def _step(self) -> bool:
        """Settle what came, read on, begin what may begin; False if all is done."""
        self._settle()
        if self._hungry:
            self._read()
        self._launch()
        return bool(self.pace.busy or self._ready or self._later or self._source is not None)

    @property
    def _hungry(self) -> bool:
        wanted = self._model.adapter.batch_size * max(2, int(self.pace.limit))
        return self._source is not None and len(self._ready) < wanted

    async def _rest(self) -> None:
        """Give way until there is something to do."""
        if self._hungry:
            for _ in range(3):  # a reply takes some turns of the loop to arrive
                await asyncio.sleep(0)
            return
        due = self._due()
        loop = asyncio.get_running_loop()
        alarm = None if due is None else loop.call_later(max(0.0, due), self._wake.set)
        await self._wake.wait()
        if alarm is not None:
            alarm.cancel()
        self._wake.clear()

    def _due(self) -> float | None:
        """Seconds until a call may be tried again, or begun within the limits."""
        dues = [self._later[0][0] - time.monotonic()] if self._later else []
        if self._ready and self.pace.free > 0:
            wait = self.pace.wait(*self._size(self._batch()))
            # what is set aside for other models' calls is freed without a word to this one
            dues.append(max(wait, _GLANCE) if self._short else wait)
        return min(dues, default=None)

    # -- reading ------------------------------------------------------------------------------

    def _read(self) -> None:
        """Take in the next calls; few at a time where each takes long to make up."""
        assert self._source is not None
        chunk: list[Call] = []
        end = time.perf_counter() + _SLICE
        for call in self._source:
            if call.request.call_id not in self._seen:
                self._seen.add(call.request.call_id)
                chunk.append(call)
            if len(chunk) >= _CHUNK or time.perf_counter() > end:
                break
        else:
            self._source = None
        missing = self._reuse(chunk)
        if self._budget.reached:
            self._refuse(len(missing), len(chunk))
            return
        for call in missing:
            if (twin := self._open.get(call.key)) is not None:
                twin.twins.append(call)
            else:
                self._open[call.key] = work = Attempts(call)
                self._ready.append(work)

    def _refuse(self, missing: int, of: int) -> None:
        """The budget is spent: read on only as long as the store has some of the replies."""
        self._in_vain = missing + (self._in_vain if missing == of else 0)
        if self._in_vain >= _MOST_IN_VAIN:
            self._source = None

    def _reuse(self, chunk: Sequence[Call]) -> list[Call]:
        """Tell the answers that are known; returns the calls to be made."""
        known = self._store.get({c.key for c in chunk if c.key not in self._open})
        missing = []
        for call in chunk:
            row = known.get(call.key)
            if row is None or row.outcome == "failed":
                row = self._failed.get(call.key)
            if row is None:
                missing.append(call)
            else:
                if row.outcome != "failed":
                    self._silence.known()
                self._on_answer(answer_of(call, row, reused=True))
        return missing

    # -- calling ------------------------------------------------------------------------------

    def _launch(self) -> None:
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            self._ready.appendleft(heapq.heappop(self._later)[2])
        while self._ready and self.pace.free > 0:
            if self._source is not None and len(self._ready) < self._model.adapter.batch_size:
                return  # a fuller batch is worth waiting for
            batch = self._batch()
            if self.pace.wait(*self._size(batch)) > 0:
                return
            granted = self._grant(len(batch))
            if granted:
                self.pace.begin(*self._size(granted))
                task = asyncio.create_task(self._call(granted))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            elif self._short:
                return

    def _batch(self) -> list[Attempts]:
        return list(islice(self._ready, self._model.adapter.batch_size))

    def _expect(self, work: Attempts) -> Expected:
        if not self._metered:
            return Expected()
        return expected_of(work.call.request, self.ledger, self._model.terms)

    def _size(self, batch: Sequence[Attempts]) -> tuple[int, float]:
        """Requests, and the tokens that they are expected to take."""
        each = (work.expected if work.count else self._expect(work) for work in batch)
        return len(batch), sum(expected.tokens for expected in each)

    def _grant(self, most: int) -> list[Attempts]:
        """The next calls that the budget pays for; those that it will never pay for are dropped."""
        granted: list[Attempts] = []
        self._short = False
        while self._ready and len(granted) < most:
            work = self._ready[0]
            if not work.count:
                work.expected = self._expect(work)
                if not self._budget.take(1, work.expected):
                    if self._budget.reached is None:
                        self._short = True
                        break
                    del self._open[work.call.key]
                    self._ready.popleft()
                    continue
                work.granted = True
            granted.append(self._ready.popleft())
        return granted

    async def _call(self, batch: list[Attempts]) -> None:
        started = time.perf_counter()
        came: Sequence[Reply] | Exception
        try:
            came = await self._model.adapter.reply([work.call.request for work in batch])
        except Exception as error:
            came = error
        self._came.append((batch, came, time.perf_counter() - started))
        self._wake.set()

    async def _cancel(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    # -- settling -----------------------------------------------------------------------------

    def _settle(self) -> None:
        """Store and tell what came; what failed for now is put off, to be tried again.

        Raises:
            ModelError, PluginError: nothing more can come of this model.
        """
        over: list[Attempts] = []
        trouble: TmaError | None = None
        while self._came:
            batch, came, seconds = self._came.popleft()
            self.pace.end()
            if (problem := self._problem(batch, came)) is not None:
                trouble = problem
            for work, reply in zip(batch, self._replies(came, batch), strict=False):
                work.add(reply, seconds / len(batch))
                if not self._put_off(work, reply):
                    over.append(work)
        self._keep(over)
        if trouble is None and (verdict := self._silence.verdict(self._model.label)):
            trouble = ModelError(verdict)
        if trouble is not None:
            raise trouble

    def _put_off(self, work: Attempts, reply: Reply) -> bool:
        """Adapt to what came of an attempt; whether there will be another."""
        if used := reply.usage.get("input_tokens", 0) + reply.usage.get("output_tokens", 0):
            self.pace.correct(used - work.expected.tokens)
        if work.answered:
            self._silence.answered()
            self.pace.succeeded()
            return False
        if not reply.transient:
            self._silence.refused(reply.failure)
            return False
        self.pace.failed(reply.retry_after)
        delay = self.pace.delay(work.count, reply.retry_after)
        self._silence.failed(reply.failure, again=delay is not None)
        if delay is None:
            return False
        heapq.heappush(self._later, (time.monotonic() + delay, next(self._number), work))
        return True

    def _problem(
        self, batch: Sequence[Attempts], came: Sequence[Reply] | Exception
    ) -> TmaError | None:
        """Why nothing more can come of this model; None if something can."""
        if isinstance(came, Exception):
            error = ModelError(f"{self._model.label} can't be asked: {_line(came)}")
            error.__cause__ = came
            return error
        if not isinstance(came, Sequence) or not all(isinstance(r, Reply) for r in came):
            return PluginError(f"{self._model.id}: reply() gave no sequence of tma.Reply")
        if len(came) != len(batch):
            count = f"{len(came)} replies to {len(batch)} requests"
            return PluginError(f"{self._model.id}: reply() gave {count}")
        return None

    def _replies(
        self, came: Sequence[Reply] | Exception, batch: Sequence[Attempts]
    ) -> Sequence[Reply]:
        """A reply each; none at all if the adapter breaks its contract."""
        if isinstance(came, Exception):
            # the text of a ModelError names no cause: it may begin with the address of an endpoint
            cause = "can't be asked: " if isinstance(came, ModelError) else ""
            return [Reply(text=None, failure=f"{cause}{_line(came)}") for _ in batch]
        return [] if self._problem(batch, came) else [received(reply) for reply in came]

    def _keep(self, over: Sequence[Attempts]) -> None:
        rows = [work.row() for work in over]
        self._store.put(rows)
        for work, row in zip(over, rows, strict=True):
            entry = work.entry()
            self.ledger.add(entry)
            self._budget.settle(entry, work.expected)
            del self._open[row.key]
            if row.outcome == "failed":
                self._failed[row.key] = row
            self._on_answer(answer_of(work.call, row, reused=False))
            for call in work.twins:
                self._on_answer(answer_of(call, row, reused=True))

    def _wind_up(self) -> None:
        """Keep what has come, and what failed for now as failed: there is no other try."""
        waiting = [work for _, _, work in sorted(self._later, key=lambda entry: entry[:2])]
        self._later = []
        over = [work for work in (*waiting, *self._ready) if work.count]
        for batch, came, seconds in self._came:
            for work, reply in zip(batch, self._replies(came, batch), strict=False):
                work.add(reply, seconds / len(batch))
                over.append(work)
        self._came.clear()
        self._keep(over)


def _line(error: Exception) -> str:
    """What is wrong, in one line and without secrets."""
    own = isinstance(error, ModelError)
    text = str(error) if own else f"{type(error).__name__}: {error}"
    return scrub(" ".join(text.split()))


async def ask_all(asker: Asker, calls: Iterable[Call]) -> None:
    """Ask, and close the asker whatever happens. Raises what `Asker.ask` does."""
    try:
        await asker.ask(calls)
    finally:
        await asker.close()


def run_blocking(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, also where an event loop is running already (a notebook)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
