"""Whatever a model says, its reply can be kept, and the run goes on."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from tma import Reply, Request
from tma.errors import ModelError
from tma.evaluate import evaluate
from tma.received import received
from tma.store import ReplyStore

from . import test_evaluate
from .test_evaluate import Script, model, toy

store = test_evaluate.store
BAD = ["\ud83d", "\udc00", "\0"]


@pytest.mark.parametrize("bad", BAD, ids=ascii)
def test_characters_that_can_t_be_written_are_replaced(store: ReplyStore, bad: str) -> None:
    def say(request: Request) -> Reply:
        if request.task.seed == 1:
            return Reply(text=None, failure=f"bad request: {bad} no", usage={f"x{bad}": 1})
        return Reply(text=f"B {bad}")

    found = evaluate(map(toy, range(4)), model(Script(say)), store)
    assert (found.calls, found.outcomes["option"], found.outcomes["failed"]) == (4, 3, 1)
    rows = store.replies()
    assert {row.text for row in rows} == {"B \ufffd", None}
    assert {row.failure for row in rows} == {"bad request: \ufffd no", None}
    again = evaluate(map(toy, [0, 2, 3]), model(Script(say)), store)
    assert (again.calls, again.reused) == (0, 3)


@pytest.mark.parametrize("bad", BAD, ids=ascii)
def test_what_ends_a_model_can_be_shown(store: ReplyStore, bad: str) -> None:
    def say(request: Request) -> Reply:
        raise ModelError(f"no key {bad}")

    found = evaluate(map(toy, range(2)), model(Script(say)), store)
    json.dumps(found.as_json(), ensure_ascii=False).encode()
    assert "no key \ufffd" in (found.error or "")


@pytest.mark.parametrize("count", [math.nan, math.inf, -1, 10**400, "7", None], ids=str)
def test_counts_that_are_none_are_left_out(store: ReplyStore, count: Any) -> None:
    reply = Reply(text="A", usage={"input_tokens": count, "output_tokens": 2})
    evaluate([toy(0)], model(Script(lambda r: reply)), store)
    (row,) = store.replies()
    assert row.usage == {"output_tokens": 2}
    assert store.means(row.model, row.config_digest, row.prompt_version).output_tokens == 2


@pytest.mark.parametrize("seconds", [math.nan, math.inf, -1.0])
def test_seconds_that_are_none_are_measured(store: ReplyStore, seconds: float) -> None:
    evaluate([toy(0)], model(Script(lambda r: Reply(text="A", seconds=seconds))), store)
    (row,) = store.replies()
    assert 0 < row.seconds < 60


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_scores_are_finite_or_not_known(score: float) -> None:
    assert received(Reply(text="A", option_scores=(0.5, score))).option_scores is None
    assert received(Reply(text="A", option_scores=(0.5, 1))).option_scores == (0.5, 1)


@pytest.mark.parametrize(("wait", "heard"), [(math.nan, None), (-1.0, 0.0), (2.0, 2.0)])
def test_waits_are_numbers(wait: float, heard: float | None) -> None:
    assert received(Reply(text=None, failure="busy", retry_after=wait)).retry_after == heard
