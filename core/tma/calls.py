"""One call to a model: what is sent, the key that its reply is stored under, and its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tma.contract.models import MediaFile, Reply, Request
from tma.contract.tasks import Task
from tma.errors import TaskError
from tma.models import LoadedModel
from tma.orders import Order
from tma.parsing import PARSER_VERSION, parse_reply
from tma.prompts import build_prompt
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
        prompt_digest: hash of the prompt's text.
        key: hash over model, settings, prompt, media and call id.
    """

    request: Request
    model: LoadedModel
    repetition: int
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
    """

    task: Task
    call_id: str
    outcome: str
    index: int | None
    correct: bool | None
    reused: bool


def make_call(
    task: Task, model: LoadedModel, order: Order, repetition: int, media: MediaOf
) -> Call:
    """The call of a task in an order. Media are asked for only if the model looks at any.

    Raises:
        TaskError: the model needs a picture or video and the task has none.
        MediaError, AssetError: the media can't be made or read.
    """
    options = tuple(task.options[i] for i in order)
    prompt = build_prompt(task.question, options)
    file = _media_for(task, model, media)
    call_id = f"{task.id}:{'-'.join(map(str, order))}:{repetition}"
    prompt_digest = digest(prompt)
    sha256 = file.sha256 if file is not None else ""
    key = digest([model.id, model.config_digest, prompt_digest, sha256, call_id])
    request = Request(
        prompt=prompt,
        question=task.question,
        options=options,
        order=order,
        task=task,
        call_id=call_id,
        media=file,
    )
    return Call(request, model, repetition, prompt_digest, key)


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
        raise TaskError(f"task {task.id} shows {file.media_type}, {model.label} looks at {wanted}")
    return file


def row_of(call: Call, reply: Reply) -> StoredReply:
    """The reply, read, as a row of the store. A call without text has failed."""
    request, task = call.request, call.request.task
    failed = reply.text is None or reply.failure is not None
    outcome, index = "failed", None
    if not failed:
        parsed = parse_reply(reply.text, request.options)
        outcome = parsed.outcome
        index = None if parsed.index is None else request.order[parsed.index]
    return StoredReply(
        key=call.key,
        model=call.model.id,
        config_digest=call.model.config_digest,
        config=call.model.config_json,
        prompt_digest=call.prompt_digest,
        media_sha256=request.media.sha256 if request.media is not None else "",
        call_id=request.call_id,
        task_id=task.id,
        plan_id=task.plan_id,
        generator=task.generator,
        plan=task.plan,
        order=request.order,
        repetition=call.repetition,
        outcome=outcome,
        text=reply.text,
        option_index=index,
        correct=None if index is None else index == task.answer_index,
        failure=(reply.failure or "the adapter gave no text") if failed else None,
        seconds=reply.seconds,
        usage=reply.usage,
        parser=PARSER_VERSION,
    )


def answer_of(call: Call, row: StoredReply, *, reused: bool) -> Answer:
    """The answer that a row tells. A stored text is read anew, by today's parser."""
    task = call.request.task
    outcome, index = row.outcome, row.option_index
    if reused and row.parser != PARSER_VERSION:
        parsed = parse_reply(row.text, call.request.options)
        outcome = parsed.outcome
        index = None if parsed.index is None else call.request.order[parsed.index]
    correct = None if index is None else index == task.answer_index
    return Answer(task, call.request.call_id, outcome, index, correct, reused)
