"""Replies that other tools got, brought into the results database under the keys of our own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tma.calls import Call, make_call, row_of
from tma.contract.exports import ReturnedReply
from tma.contract.models import Reply
from tma.contract.tasks import Task
from tma.errors import ExportError, TaskError
from tma.models import LoadedModel
from tma.orders import order_of_item
from tma.prompts import SUCCINCT, Prompt
from tma.received import received
from tma.store import ReplyStore, StoredReply
from tma.taskset import TaskSet

_BATCH = 500
_FIELDS = ("id", "reply", "order", "prompt")


@dataclass
class Imported:
    """What an import did.

    Attributes:
        kept: replies that are in the store now.
        known: replies to calls that the store had replies to already; those stay.
        passed: replies that were left out, by reason.
        examples: where the first of each reason stands.
    """

    kept: int = 0
    known: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def skip(self, reason: str, where: str) -> None:
        """Count a reply that is left out."""
        self.passed[reason] += 1
        self.examples.setdefault(reason, where)


def read_json_lines(path: Path) -> Iterator[ReturnedReply]:
    """Replies from JSON lines: `id` of the task or item, `reply`, and if need be `order`, `prompt`.

    Raises:
        ExportError: naming the line and the field that is wrong.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _returned(line, f"{path}:{number}")
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        raise ExportError(f"{path}: {cause}") from None


def _returned(line: str, where: str) -> ReturnedReply:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ExportError(f"{where}: {error}") from None
    if not isinstance(row, Mapping):
        raise ExportError(f"{where}: no object")
    if unknown := [name for name in row if name not in _FIELDS]:
        hint = f"fields: {', '.join(_FIELDS)}"
        raise ExportError(f"{where}: field {unknown[0]!r} is unknown", hint=hint)
    for name in ("id", "reply"):
        if not isinstance(row.get(name), str):
            raise ExportError(f"{where}: field {name!r} is not a text")
    order, prompt = row.get("order"), row.get("prompt")
    if order is not None and not (
        isinstance(order, list) and all(type(place) is int for place in order)
    ):
        raise ExportError(f"{where}: field 'order' is not a list of whole numbers")
    if not isinstance(prompt, str | None):
        raise ExportError(f"{where}: field 'prompt' is not a text")
    return ReturnedReply(
        item=row["id"],
        text=row["reply"],
        order=None if order is None else tuple(order),
        prompt=prompt,
        where=where,
    )


def import_replies(
    replies: Iterable[ReturnedReply],
    tasks: TaskSet,
    model: LoadedModel,
    store: ReplyStore,
    prompt: Prompt = SUCCINCT,
) -> Imported:
    """Store replies as if the model had been asked here; queries and evaluations then reuse them.

    A reply to a task that is not in the set, in no order of its options, or to another text than
    would be sent here is left out and counted. Of several replies to one call the first counts.

    Args:
        replies: what another tool got.
        tasks: the set that was exported.
        model: who replied; its name and settings are part of the keys.
        store: where they are kept.
        prompt: the style in which the tasks were exported.

    Raises:
        ExportError: the replies can't be read.
        TaskError: the set can't be.
        StoreError: the store can't be written.
    """
    by_id = {task.id: task for task in tasks.tasks()}
    found = Imported()
    seen: set[str] = set()
    rows: list[StoredReply] = []
    for returned in replies:
        call = _call(returned, by_id, tasks, model, prompt, found)
        if call is None:
            continue
        if call.key in seen:
            found.skip("another reply to the same call", returned.where)
            continue
        seen.add(call.key)
        reply = Reply(text=returned.text, seconds=returned.seconds, usage=returned.usage)
        rows.append(row_of(call, received(reply)))
        if len(rows) == _BATCH:
            _keep(rows, store, found)
            rows = []
    _keep(rows, store, found)
    return found


def _keep(rows: list[StoredReply], store: ReplyStore, found: Imported) -> None:
    known = store.get(row.key for row in rows)
    fresh = [r for r in rows if r.key not in known or known[r.key].outcome == "failed"]
    store.put(fresh)
    found.kept += len(fresh)
    found.known += len(rows) - len(fresh)


def _call(
    returned: ReturnedReply,
    by_id: Mapping[str, Task],
    tasks: TaskSet,
    model: LoadedModel,
    prompt: Prompt,
    found: Imported,
) -> Call | None:
    """The call that the reply answers; None if there is no such, which is counted."""
    task_id, _, suffix = returned.item.partition("-")
    task = by_id.get(task_id)
    named = None if task is None else order_of_item(suffix, task_id, len(task.options))
    if task is None or named is None:
        found.skip("no such task in the set", returned.where)
        return None
    order, repetition = named
    if returned.order not in (None, order):
        order, repetition = returned.order, 0
    if sorted(order) != list(range(len(task.options))):
        found.skip("no order of the task's options", returned.where)
        return None
    try:
        call = make_call(task, model, order, repetition, tasks.media_file, prompt)
    except TaskError as error:
        raise ExportError(str(error)) from None
    if returned.prompt is not None and returned.prompt != call.request.prompt:
        found.skip("asked with another text", returned.where)
        return None
    return call
