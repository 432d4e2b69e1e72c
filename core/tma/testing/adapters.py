"""Checks of model adapters."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tma.asking import run_blocking
from tma.calls import make_call
from tma.contract.models import MediaFile, Reply, Request
from tma.contract.tasks import Task
from tma.errors import ModelError
from tma.models import LoadedModel, load_model
from tma.testing.checking import CheckFailure, NotChecked, Subject, check
from tma.workbench import Workbench

_KIND = "model-adapter"
_MORE = 3


def loaded(subject: Subject) -> LoadedModel:
    """The model, with an adapter made anew."""
    return load_model(subject.lab, str(subject.spec))


@contextmanager
def requests(subject: Subject) -> Iterator[list[Request]]:
    """A few requests, with pictures if it looks at any: what is this toy?

    Raises:
        NotChecked: it looks at videos only.
    """
    model = loaded(subject)
    if model.consumes and not {"image", "image/png"} & set(model.consumes):
        raise NotChecked(f"looks at {', '.join(model.consumes)} only: no probe shows that")
    with tempfile.TemporaryDirectory(prefix="tma-check-") as scratch:
        bench = Workbench(
            subject.lab,
            assets="toys/shop",
            tasks=["toys/what"],
            renderer="toys/flat",
            cache=Path(scratch),
            strict=True,
        )
        plans = [p for p in bench.space if p["category"] not in ("food", "container")]
        listed = []
        for number in range(subject.n):
            task, file = bench.shown(plans[number % len(plans)], subject.seed + number)
            turn = number % len(task.options)
            order = tuple(range(turn, len(task.options))) + tuple(range(turn))
            listed.append(make_call(task, model, order, 0, _giving(file)).request)
        yield listed


def _giving(file: MediaFile | None) -> Callable[[Task], MediaFile | None]:
    return lambda task: file


def replies(model: LoadedModel, asked: Sequence[Request]) -> list[Reply]:
    """What one `reply` call gives, in order, checked for form.

    Raises:
        CheckFailure: it is not one `tma.Reply` a request.
        NotChecked: the model can't be asked here.
    """

    async def ask() -> Sequence[Reply]:
        try:
            return await model.adapter.reply(asked)
        finally:
            await model.adapter.close()

    try:
        given: object = run_blocking(ask())
    except ModelError as error:
        raise NotChecked(f"can't be asked here: {error}") from None
    except Exception as error:
        raise CheckFailure(
            f"reply raises {type(error).__name__}: {error}",
            mend="let what goes wrong with one request be its Reply's failure",
        ) from error
    if not isinstance(given, Sequence) or not all(isinstance(r, Reply) for r in given):
        raise CheckFailure(
            f"reply gave {type(given).__name__}", mend="give a sequence of tma.Reply"
        )
    if len(given) != len(asked):
        raise CheckFailure(
            f"reply gave {len(given)} replies to {len(asked)} requests",
            mend="give one reply a request, also for those that fail",
        )
    return list(given)


@check("contract", _KIND)
def replies_keep_their_form(subject: Subject) -> str | None:
    """Each reply has a text or says in one line why not; scores are one an option."""
    mend = "set Reply.text, or Reply.failure in one line, `CAUSE: detail`"
    with requests(subject) as asked:
        model = loaded(subject)
        given = [r for one in _batches(model, asked) for r in replies(model, one)]
    for request, reply in zip(asked, given, strict=True):
        if (reply.text is None) == (reply.failure is None):
            raise CheckFailure(
                f"a reply has text {reply.text!r}, failure {reply.failure!r}", mend=mend
            )
        if reply.failure is not None and (not reply.failure or "\n" in reply.failure):
            raise CheckFailure(f"a failure is not one line: {reply.failure!r}", mend=mend)
        if reply.option_scores is not None and len(reply.option_scores) != len(request.options):
            raise CheckFailure(
                f"{len(reply.option_scores)} scores for {len(request.options)} options",
                mend="score the options in the order of Request.options",
            )
    failed = [r.failure for r in given if r.failure is not None]
    return f"{len(failed)} of {len(given)} calls failed: {failed[0]}" if failed else None


def _batches(model: LoadedModel, asked: Sequence[Request]) -> list[list[Request]]:
    size = model.adapter.batch_size
    return [list(asked[i : i + size]) for i in range(0, len(asked), size)]


@check("property", _KIND)
def order_and_count_are_kept(subject: Subject) -> str | None:
    """A batch is answered as its requests are one by one, whatever their order."""
    with requests(subject) as asked:
        model = loaded(subject)
        size = min(model.adapter.batch_size, len(asked))
        some = asked[: max(size, min(_MORE, len(asked)))]
        alone = {r.call_id: replies(model, [r])[0] for r in some}
        if [alone[r.call_id].text for r in some] != [replies(model, [r])[0].text for r in some]:
            return "answers differ from call to call: only the count was checked"
        for order in (some, some[::-1], some[1:] + some[:1]):
            for batch in _batches(model, order):
                for request, reply in zip(batch, replies(model, batch), strict=True):
                    if reply.text != alone[request.call_id].text:
                        raise CheckFailure(
                            f"asked alone it says {alone[request.call_id].text!r}, in a batch of "
                            f"{len(batch)} {reply.text!r}",
                            mend="give replies in the order of the requests",
                        )
    return None


@check("property", _KIND)
def failures_are_outcomes(subject: Subject) -> None:
    """A picture that can't be read, or was changed, is its own reply's failure, and no other's."""
    with requests(subject) as asked:
        model = loaded(subject)
        if not model.consumes:
            raise NotChecked("looks at no media, so that no request can be spoilt")
        good = replies(model, asked[:1])[0]
        nothing, another = (hashlib.sha256(b).hexdigest() for b in (b"", b"another"))
        gone = MediaFile(Path("/no/such/picture.png"), "image/png", nothing)
        changed = replace(asked[0].media or gone, sha256=another)
        for spoilt, how in ((gone, "without its picture"), (changed, "with a changed picture")):
            batch = [replace(asked[0], media=spoilt), asked[0]]
            given = replies(model, batch[: max(model.adapter.batch_size, 1)])
            if given[0].failure is None:
                raise CheckFailure(
                    f"{how} a request is answered {given[0].text!r}",
                    mend="read media by `request.media.read()`, which compares them with what was "
                    "recorded, and say in Reply.failure if they can't be read",
                )
            if len(given) > 1 and given[1].text != good.text:
                raise CheckFailure(
                    "one spoilt request changes the reply to another one of its batch",
                    mend="let each request fail by itself",
                )
