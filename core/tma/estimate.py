"""What an evaluation will cost, before anything is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from tma.calls import Call
from tma.ledger import guess_usage
from tma.models import LoadedModel
from tma.store import ReplyStore

_CHUNK = 256


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is expected of one model's part.

    Attributes:
        model: its label.
        calls: to be made; those that failed before are among them.
        reused: replies that are stored or shared, and cost nothing.
        input_tokens, output_tokens: of all calls.
        seconds: until all is answered, if the endpoint bears the concurrency; None if no earlier
            reply says how long one takes.
        usd: None if no price is given.
        from_replies: earlier replies of this model with the same prompt, whose means are used;
            0 if tokens are guessed from the length of the prompts.
    """

    model: str
    calls: int
    reused: int
    input_tokens: int
    output_tokens: int
    seconds: float | None
    usd: float | None
    from_replies: int

    def as_json(self) -> dict[str, Any]:
        """Its attributes by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def estimate(calls: Iterable[Call], model: LoadedModel, store: ReplyStore) -> Estimate:
    """Estimate what calls will take; looks into the store and asks nobody.

    Raises:
        StoreError: the store can't be read.
        TaskError, MediaError, AssetError: see `tma.calls.make_call`.
    """
    asked, reused, version = 0, 0, ""
    tokens_in = tokens_out = 0.0
    for call, known in _looked_up(calls, store):
        version = call.prompt.version
        if known:
            reused += 1
            continue
        asked += 1
        usage = guess_usage(call.request)
        tokens_in += usage["input_tokens"]
        tokens_out += usage["output_tokens"]
    means = store.means(model.id, model.config_digest, version)
    if means.metered:
        tokens_in, tokens_out = means.input_tokens * asked, means.output_tokens * asked
    usage = {"input_tokens": tokens_in, "output_tokens": tokens_out}
    return Estimate(
        model=model.label,
        calls=asked,
        reused=reused,
        input_tokens=round(tokens_in),
        output_tokens=round(tokens_out),
        seconds=_seconds(model, asked, tokens_in + tokens_out, means.seconds),
        usd=model.terms.usd(usage, asked),
        from_replies=means.metered,
    )


def _looked_up(calls: Iterable[Call], store: ReplyStore) -> Iterator[tuple[Call, bool]]:
    """Calls, each with whether it costs nothing; a call given twice is counted once."""
    source = iter(calls)
    paid: set[str] = set()
    seen: set[str] = set()
    while chunk := list(islice(source, _CHUNK)):
        rows = store.get({call.key for call in chunk})
        for call in chunk:
            if call.request.call_id in seen:
                continue
            seen.add(call.request.call_id)
            row = rows.get(call.key)
            yield call, (row is not None and row.outcome != "failed") or call.key in paid
            paid.add(call.key)


def _seconds(model: LoadedModel, calls: int, tokens: float, each: float | None) -> float | None:
    """The longest of what replies and limits take."""
    terms = model.terms
    lanes = min(model.adapter.concurrency, terms.concurrency or model.adapter.concurrency)
    waits = []
    if terms.requests_per_minute:
        waits.append(60 * calls / terms.requests_per_minute)
    if terms.tokens_per_minute:
        waits.append(60 * tokens / terms.tokens_per_minute)
    if each is not None:
        waits.append(calls * each / lanes)
    return max(waits, default=None if calls else 0.0)
