"""Why a reply is not in the store: what differs from the nearest one that is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import Any

from tma.calls import Call
from tma.store import ReplyStore, StoredReply

_CHUNK = 256
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Miss:
    """A call whose reply is not stored.

    Attributes:
        call: the call.
        reason: in a few words, the same for the same kind of difference.
        detail: what differs, in a line.
    """

    call: Call
    reason: str
    detail: str = ""


@dataclass(slots=True)
class Explanation:
    """What the store has of some calls.

    Attributes:
        hits: calls whose reply is stored.
        misses: calls to be made by reason, the most frequent first.
        examples: the first miss of each reason.
    """

    hits: int = 0
    misses: Counter[str] = field(default_factory=Counter)
    examples: dict[str, Miss] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For `tma cache explain --json`."""
        return {
            "hits": self.hits,
            "misses": [
                {
                    "reason": reason,
                    "calls": count,
                    "example": self.examples[reason].call.request.call_id,
                    "detail": self.examples[reason].detail,
                }
                for reason, count in self.misses.most_common()
            ],
        }


def explain(calls: Iterable[Call], store: ReplyStore) -> Explanation:
    """Say of each call whether its reply is stored, and if not, why.

    Raises:
        StoreError: the store can't be read.
        TaskError, MediaError, AssetError: see `tma.calls.make_call`.
    """
    found = Explanation()
    source = iter(calls)
    while chunk := list(islice(source, _CHUNK)):
        rows = store.get({call.key for call in chunk})
        for call in chunk:
            row = rows.get(call.key)
            if row is not None and row.outcome != "failed":
                found.hits += 1
                continue
            miss = _failed(call, row) if row is not None else _nearest(call, store)
            found.misses[miss.reason] += 1
            found.examples.setdefault(miss.reason, miss)
    return found


def _failed(call: Call, row: StoredReply) -> Miss:
    cause = (row.failure or "").partition(":")[0]
    detail = f"{row.failure}, {row.attempts} attempts, the last run at {row.created_at}"
    return Miss(call, f"failed before: {cause}", detail)


def _nearest(call: Call, store: ReplyStore) -> Miss:
    """The miss, explained by the stored reply that has the most in common with the call."""
    near = store.replies(task_id=call.request.task.id)
    if not near:
        near = store.replies(prompt_digest=call.prompt_digest)
    if not near:
        return Miss(call, "never asked: no reply to this task or to this prompt")
    fewest = _differences(call, min(near, key=lambda row: _distance(call, row)))
    if not fewest:
        return Miss(call, "asked by itself only: the model sees the task, which is another one")
    return Miss(call, "differs in " + ", ".join(fewest), "; ".join(fewest.values()))


def _distance(call: Call, row: StoredReply) -> tuple[bool, bool, int, bool]:
    """How far a stored reply is: another adapter farthest, then another model, then by settings.

    Another order of the options is the next best thing to the same one.
    """
    differences = _differences(call, row)
    if "settings" not in differences:
        return "adapter" in differences, False, len(differences), "option order" in differences
    changed = _changed(json.loads(row.config), dict(call.model.config))
    count = len(differences) - 1 + len(changed)
    return "adapter" in differences, "variant" in changed, count, "option order" in differences


def _differences(call: Call, row: StoredReply) -> dict[str, str]:
    """What differs from a stored reply, by name, with a line for each."""
    model, request = call.model, call.request
    found: dict[str, str] = {}
    adapter, _, version = model.id.rpartition("@")
    stored_adapter, _, stored_version = row.model.rpartition("@")
    if adapter != stored_adapter:
        found["adapter"] = f"stored of {row.model}, asked of {model.id}"
    elif version != stored_version:
        found["adapter version"] = f"stored with {stored_version}, now {version}"
    if model.config_digest != row.config_digest:
        found["settings"] = _settings(json.loads(row.config), dict(model.config))
    if list(request.order) != list(row.order) and request.task.id == row.task_id:
        found["option order"] = f"stored {_order(row.order)}, asked {_order(request.order)}"
        if call.prompt.version != row.prompt_version:
            found["prompt"] = f"stored {row.prompt_version}, asked {call.prompt.version}"
    elif call.prompt_digest != row.prompt_digest:
        found["prompt"] = _prompts(row, call)
    if (sha256 := request.media.sha256 if request.media else "") != row.media_sha256:
        found["media"] = f"stored {row.media_sha256[:12] or 'none'}, asked {sha256[:12] or 'none'}"
    if call.repetition != row.repetition:
        found["repetition"] = f"stored {row.repetition}, asked {call.repetition}"
    return found


def _settings(stored: dict[str, Any], asked: dict[str, Any]) -> str:
    return ", ".join(
        f"{n} was {json.dumps(stored.get(n))}, is {json.dumps(asked.get(n))}"
        for n in _changed(stored, asked)
    )


def _changed(stored: dict[str, Any], asked: dict[str, Any]) -> list[str]:
    return sorted(n for n in stored.keys() | asked.keys() if stored.get(n) != asked.get(n))


def _order(order: Iterable[int]) -> str:
    return "-".join(map(str, order))


def _prompts(row: StoredReply, call: Call) -> str:
    versions = f"stored {row.prompt_version}, asked {call.prompt.version}"
    if not row.prompt:
        return versions
    for was, now in zip_longest(row.prompt.splitlines(), call.request.prompt.splitlines()):
        if was != now:
            return f"{versions}: {(was or '')[:_SHOWN]!r} is now {(now or '')[:_SHOWN]!r}"
    return versions
