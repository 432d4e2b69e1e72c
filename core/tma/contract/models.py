"""Model adapters: what they are asked and what they answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tma.contract.tasks import Task


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture or video on disk, for an adapter to read."""

    path: Path
    media_type: str
    sha256: str


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
    """What came of one request.

    Attributes:
        text: what the model said; None if the call failed.
        failure: the cause in one line if it did; a failed call is never scored as wrong.
        seconds: wall time of the call.
        usage: counts by name (`input_tokens`, `output_tokens`, ...).
    """

    text: str | None
    failure: str | None = None
    seconds: float = 0.0
    usage: Mapping[str, int] = field(default_factory=dict)


class ModelAdapter(ABC):
    """A plugin that asks one model. Called with its config model if it has one.

    Attributes:
        batch_size: the most requests that one `reply` call takes.
        concurrency: how many `reply` calls may be under way at once.
    """

    batch_size: int = 1
    concurrency: int = 1

    @abstractmethod
    async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """Answer requests: as many replies, in the same order.

        What goes wrong with one request is its reply's `failure`. Raise only if no further call
        can succeed (a wrong key, no such model).

        Raises:
            ModelError: the model can't be asked at all.
        """
