"""Model adapters: what they are asked and what they answer."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tma.contract.tasks import Task
from tma.errors import MediaError


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture or video on disk, for an adapter to `read`: replies are kept by its hash."""

    path: Path
    media_type: str
    sha256: str

    def read(self) -> bytes:
        """Its bytes, which are those that were recorded.

        Raises:
            MediaError: the file can't be read, or its SHA-256 is not `sha256`.
        """
        try:
            data = self.path.read_bytes()
        except OSError as error:
            cause = f": {error.strerror or error}"
        else:
            if hashlib.sha256(data).hexdigest() == self.sha256:
                return data
            cause = " is not the file that was rendered"
        raise MediaError(f"{self.path}{cause}", hint="run `tma verify`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call: a task in one order of its options.

    Attributes:
        prompt: the text to send, options and instruction included.
        question: the bare question.
        options: option texts in the order of this call; letters are A, B, ... in that order.
        order: `options[i] == task.options[order[i]]`.
        media: None if the adapter consumes no media or the task has none.
        task: the whole record. An adapter for a real model must not look at its answer;
            reference models (an oracle, a simulation) live on it.
        call_id: unique to task, order and repetition: the only seed that a stochastic
            reference model may use.
    """

    prompt: str
    question: str
    options: tuple[str, ...]
    order: tuple[int, ...]
    task: Task
    call_id: str
    media: MediaFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of one attempt at a request.

    Attributes:
        text: what the model said, as it said it; None if the attempt failed. An adapter that
            only scores options says the letter of the best one.
        failure: `CAUSE: detail` in one line if it failed. The cause is a few words that stay the
            same (`rate limit`, `time-out`, `connection`, `server error`, `bad reply`,
            `bad request`, `content filter`), since failures are counted by it. A failed call is
            never scored as wrong.
        transient: whether the same request may succeed later (rate limit, overload, time-out,
            dropped connection, garbled answer). The kernel then waits, asks less at once, and
            tries again; a failure that is not transient is tried again by the next run only.
        retry_after: seconds, at least 0, that the endpoint asks to wait; None if it says nothing.
        option_scores: how well each option fits, in the order of `Request.options`, higher is
            better (log-probability of its letter or text, similarity); None if not known.
        seconds: wall time of the attempt; measured by the kernel if 0.
        usage: counts by name. `input_tokens` and `output_tokens` are added up and priced;
            others (`reasoning_tokens`, `cached_tokens`) are parts of these, and kept.
    """

    text: str | None
    failure: str | None = None
    transient: bool = False
    retry_after: float | None = None
    option_scores: tuple[float, ...] | None = None
    seconds: float = 0.0
    usage: Mapping[str, int] = field(default_factory=dict)


class ModelAdapter(ABC):
    """A plugin that asks one model. Called with its config model if it has one.

    It makes one attempt a request and says what came of it. Waiting, trying again, limits on
    requests and tokens, prices and budgets are the kernel's.

    Attributes:
        batch_size: the most requests that one `reply` call takes.
        concurrency: the most `reply` calls that it bears at once. The kernel begins with fewer,
            and stays below where the endpoint is overloaded.
        sees_task: whether replies depend on `Request.task` or `Request.call_id`, as those of
            reference models do. Replies of other models are stored by content, and shared by all
            calls that send the same prompt and media.
        secrets: texts such as keys that must never be seen. Settings of a `pydantic.SecretStr`
            type need not be listed. Wherever one stands in what an adapter says or raises, the
            kernel puts `***` instead.
    """

    batch_size: int = 1
    concurrency: int = 1
    sees_task: bool = False
    secrets: Sequence[str] = ()

    @abstractmethod
    async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """Answer requests: as many replies, in the same order.

        What goes wrong with one request is its reply's `failure`. Raise only if no further call
        can succeed (a wrong key, no such model).

        Raises:
            ModelError: the model can't be asked at all.
        """

    async def close(self) -> None:  # noqa: B027 - most adapters hold nothing
        """Let go of what the calls hold, such as connections.

        Called when a run is over, in the event loop that its calls were made in. `reply` may be
        called again afterwards, in another loop: make clients on first use.
        """
