"""One call to a model: what is sent, the key that its reply is stored under, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tma.contract.models import MediaFile, Reply, Request
from tma.contract.tasks import Task
from tma.errors import TaskError
from tma.models import LoadedModel
from tma.orders import Order
from tma.parsing import PARSER_VERSION, Parsed, parse_reply
from tma.prompts import SUCCINCT, Prompt
from tma.seeds import digest
from tma.store import StoredReply

MediaOf = Callable[[Task], MediaFile | None]
"""Gives a task's picture or video, made if need be; None for a task without one."""


@dataclass(frozen=True, slots=True)
class Call:
    """A task in one order of its options, for one model.

    Attributes:
        request: what the adapter is given.
        model: who is asked.
        repetition: how many times this task was planned in this very order before.
        prompt: which template made the text.
        prompt_digest: hash of the text.
        key: hash over model, settings, prompt, media and repetition; of models that see the
            task, over its id and the order too.
    """

    request: Request
    model: LoadedModel
    repetition: int
    prompt: Prompt
    prompt_digest: str
    key: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call.

    Attributes:
        task: the task that was asked.
        call_id: task, order and repetition; the same for every model.
        outcome: `option`, `unparsed`, `ambiguous`, `refused` or `failed`.
        index: the named option's place in the task's own order, None if none was named.
        correct: None unless an option was named: such replies are neither right nor wrong.
        reused: whether the reply was in the store, so that no call was made.
        strict: the outcome if only what the reply declares to be its answer is read.
        cause: of a failure, in a few words.
        failure: the whole line that begins with the cause.
        tokens: in and out, over all attempts; 0 if not known.
        usd: what it cost, now or when it was stored; None if no price was given.
    """

    task: Task
    call_id: str
    outcome: str
    index: int | None
    correct: bool | None
    reused: bool
    strict: str
    cause: str | None = None
    tokens: int = 0
    usd: float | None = None
    failure: str | None = None


def make_call(
    task: Task,
    model: LoadedModel,
    order: Order,
    repetition: int,
    media: MediaOf,
    prompt: Prompt = SUCCINCT,
) -> Call:
    """The call of a task in an order. Media are asked for only if the model looks at any.

    Raises:
        TaskError: the model needs a picture or video and the task has none.
        MediaError, AssetError: the media can't be made or read.
    """
    options = tuple(task.options[i] for i in order)
    file = _media_for(task, model, media)
    text = prompt.fill(task.question, options, None if file is None else file.media_type)
    call_id = call_id_of(task.id, order, repetition)
    prompt_digest = digest(text)
    sha256 = file.sha256 if file is not None else ""
    own: str | int = call_id if model.adapter.sees_task else repetition
    key = reply_key((model.id, model.config_digest), prompt_digest, sha256, own)
    request = Request(
        prompt=text,
        question=task.question,
        options=options,
        order=order,
        task=task,
        call_id=call_id,
        media=file,
    )
    return Call(request, model, repetition, prompt, prompt_digest, key)


def call_id_of(task_id: str, order: Order, repetition: int) -> str:
    """What names a call whoever is asked: the task, the order of its options, the repetition."""
    return f"{task_id}:{'-'.join(map(str, order))}:{repetition}"


def reply_key(model: tuple[str, str], prompt_digest: str, sha256: str, own: str | int) -> str:
    """What a reply is stored under.

    Args:
        model: its id, and the hash of its settings.
        prompt_digest: hash of the text that was sent.
        sha256: of the media that were sent; empty if none were.
        own: the call's id for models that see the task, else the repetition.
    """
    return digest([*model, prompt_digest, sha256, own])


def _media_for(task: Task, model: LoadedModel, media: MediaOf) -> MediaFile | None:
    if not model.consumes:
        return None
    file = media(task)
    wanted = " or ".join(model.consumes)
    if file is None:
        raise TaskError(
            f"task {task.id} has no picture or video, and {model.label} looks at {wanted}",
            hint="generate the tasks without --no-media",
        )
    if not {file.media_type, file.media_type.split("/")[0]} & set(model.consumes):
        raise TaskError(
            f"task {task.id} of {task.generator} shows {file.media_type}, {model.label} looks at "
            f"{wanted}",
            hint="choose other tasks",
        )
    return file


def row_of(call: Call, reply: Reply, *, attempts: int = 1, usd: float | None = None) -> StoredReply:
    """The reply, read, as a row of the store. A call without text has failed.

    Args:
        call: what was asked.
        reply: what came of its last attempt, as `tma.received.received` gives it.
        attempts: how many there were.
        usd: what they cost.
    """
    request, task = call.request, call.request.task
    failure, parsed, index = None, None, None
    if reply.text is None or reply.failure is not None:
        failure = " ".join((reply.failure or "bad reply: the adapter gave no text").split())
    else:
        parsed = parse_reply(reply.text, request.options)
        index = None if parsed.index is None else request.order[parsed.index]
    return StoredReply(
        key=call.key,
        model=call.model.id,
        config_digest=call.model.config_digest,
        config=call.model.config_json,
        prompt_digest=call.prompt_digest,
        prompt=request.prompt,
        prompt_version=call.prompt.version,
        media_sha256=request.media.sha256 if request.media is not None else "",
        call_id=request.call_id,
        task_id=task.id,
        plan_id=task.plan_id,
        generator=task.generator,
        plan=task.plan,
        order=request.order,
        repetition=call.repetition,
        outcome="failed" if parsed is None else parsed.outcome,
        strict_outcome="failed" if parsed is None else parsed.strict.outcome,
        rule="" if parsed is None else parsed.rule,
        text=reply.text,
        option_index=index,
        option_scores=reply.option_scores,
        correct=None if index is None else index == task.answer_index,
        failure=failure,
        seconds=reply.seconds,
        usage=reply.usage,
        usd=usd,
        parser=PARSER_VERSION,
        attempts=attempts,
    )


class ReplyRow(Protocol):
    """What is read of a row of the store; see `StoredReply`."""

    @property
    def outcome(self) -> str:
        """Of the reply."""

    @property
    def strict_outcome(self) -> str:
        """The same, read strictly."""

    @property
    def order(self) -> Sequence[int]:
        """Of the options, as shown."""

    @property
    def option_index(self) -> int | None:
        """The named option."""

    @property
    def text(self) -> str | None:
        """The reply."""

    @property
    def parser(self) -> str:
        """Version of the parser that read it."""

    @property
    def failure(self) -> str | None:
        """Why the call failed."""

    @property
    def usage(self) -> Mapping[str, int]:
        """Counts by name."""

    @property
    def usd(self) -> float | None:
        """What it cost."""


def answer_of(call: Call, row: ReplyRow, *, reused: bool) -> Answer:
    """The answer that a row tells, see `read_row`."""
    request = call.request
    return read_row(request.task, request.order, request.call_id, row, reused=reused)


def read_row(task: Task, order: Order, call_id: str, row: ReplyRow, *, reused: bool) -> Answer:
    """The answer that a row tells. A stored text is read anew, by today's parser.

    The row may be of another task that sent the same prompt and media.
    """
    tokens = row.usage.get("input_tokens", 0) + row.usage.get("output_tokens", 0)
    who = task, call_id
    if row.outcome == "failed":
        line = row.failure or ""
        cause = line.partition(":")[0]
        return Answer(*who, "failed", None, None, reused, "failed", cause, tokens, row.usd, line)
    if row.parser == PARSER_VERSION:
        shown = None if row.option_index is None else list(row.order).index(row.option_index)
        outcome, strict = row.outcome, row.strict_outcome
    else:
        parsed: Parsed = parse_reply(row.text, tuple(task.options[i] for i in order))
        shown, outcome, strict = parsed.index, parsed.outcome, parsed.strict.outcome
    index = None if shown is None else order[shown]
    correct = None if index is None else index == task.answer_index
    return Answer(*who, outcome, index, correct, reused, strict, None, tokens, row.usd)
