import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tma import ModelAdapter, Reply, Request, Task
from tma.calls import Call
from tma.errors import ModelError, TmaWarning
from tma.estimate import estimate
from tma.evaluate import PLAINLY, Asking, evaluate
from tma.explain import explain
from tma.keysafe import remember
from tma.ledger import Budget
from tma.models import LoadedModel
from tma.orders import rotations
from tma.prompts import DETAILED
from tma.store import ReplyStore
from tma.terms import Terms

from . import test_evaluate
from .test_evaluate import Script, first, model, right, toy

store = test_evaluate.store


def test_circular_is_right_only_if_every_rotation_is(store: ReplyStore) -> None:
    # number 0 always right, 1 always A, 2 right or unreadable, 3 right or failed, 4 never right
    def say(request: Request) -> Reply | str:
        n, own = request.task.seed, request.order[0] == 0
        if n == 4:
            return "ABCD"[(request.order.index(request.task.answer_index) + 1) % 4]
        if n == 3 and own:
            return Reply(text=None, failure="content filter: no")
        return {0: right(request), 1: "A", 2: "hm" if own else right(request)}.get(
            n, right(request)
        )

    found = evaluate(map(toy, range(5)), model(Script(say)), store, asking=Asking(circular=True))
    assert (found.tasks, found.calls, found.accuracy.answered) == (5, 20, 18)
    circular = found.circular_tally.accuracy(0.95)
    # tasks 2 and 3 are neither: what is not read or not answered is not wrong
    assert (circular.right, circular.answered) == (1, 3)
    assert found.accuracy.right == 4 + 1 + 3 + 3
    shown = found.as_json()
    assert shown["circular"]["undecided"] == 2
    assert shown["circular"]["accuracy"]["estimate"] == pytest.approx(1 / 3)
    assert shown["accuracy"]["estimate"] == pytest.approx(11 / 18)
    assert set(shown["circular"]["generators"]) == {"toy/a", "toy/b"}
    plain = evaluate(map(toy, range(5)), model(Script(say)), store)
    assert plain.reused == 4  # the first rotation is the task's own order


@given(st.integers(2, 26))
def test_rotations_put_each_option_in_each_place(count: int) -> None:
    orders = [order for order, _ in rotations(count)]
    assert orders[0] == tuple(range(count))
    assert all(set(place) == set(range(count)) for place in zip(*orders, strict=True))


def test_strict_and_lenient_readings_are_both_kept(store: ReplyStore) -> None:
    says = ["The answer is A.", "I see it. A", "A or B, who knows", "no idea", "A"]
    found = evaluate(map(toy, range(5)), model(Script(lambda r: says[r.task.seed])), store)
    assert found.accuracy.answered == 3
    assert (found.strict_accuracy.answered, found.strict_accuracy.right) == (2, 2)
    assert (found.differ, found.differing) == (2, 0.4)
    kept = {row.text: (row.outcome, row.strict_outcome) for row in store.replies()}
    assert kept["I see it. A"] == ("option", "unparsed")
    assert kept["A or B, who knows"] == ("ambiguous", "unparsed")
    again = evaluate(map(toy, range(5)), model(Script(first)), store)
    assert (again.differ, again.strict_accuracy) == (2, found.strict_accuracy)


class Blind(Script):
    """Sees the prompt alone."""

    sees_task = False


def alike(number: int) -> Task:
    """Tasks that ask the same, with their own orders of options and right answers."""
    task = toy(0)
    place = number % 4
    options = task.options[place:] + task.options[:place]
    return task.model_copy(
        update={
            "id": f"{number:016x}",
            "options": options,
            "answer": options[number // 4 % 4],
            "answer_index": number // 4 % 4,
        }
    )


def test_tasks_that_send_the_same_share_a_reply(store: ReplyStore) -> None:
    adapter = Blind(lambda request: "B", concurrency=3)
    found = evaluate(map(alike, range(16)), model(adapter), store)
    assert (found.calls, found.reused, len(adapter.asked)) == (4, 12, 4)
    assert found.accuracy.right == 4  # each task by its own answer
    again = evaluate(map(alike, range(16)), model(adapter), store)
    assert (again.calls, again.accuracy.right) == (0, 4)
    seeing = evaluate(map(alike, range(16)), model(Script(first), "s"), store)
    assert seeing.calls == 16


def test_another_order_of_a_task_may_send_what_a_task_sent(store: ReplyStore) -> None:
    adapter = Blind(lambda request: "C")
    evaluate([alike(0)], model(adapter), store)
    asked = evaluate([alike(1)], model(adapter), store, asking=Asking(circular=True))
    assert (asked.calls, asked.reused) == (3, 1)
    assert asked.accuracy.right == 1


def test_a_prompt_is_part_of_what_is_sent(store: ReplyStore) -> None:
    adapter = Blind(first)
    evaluate([toy(1)], model(adapter), store)
    detailed = evaluate([toy(1)], model(adapter), store, asking=Asking(prompt=DETAILED))
    assert (detailed.calls, detailed.reused) == (1, 0)
    assert {row.prompt_version for row in store.replies()} == {"succinct@1", "detailed@1"}
    assert adapter.asked[1].prompt == store.replies(prompt_version="detailed@1")[0].prompt


class Flaky(ModelAdapter):
    """Fails twice on each request before it answers, and says how long each took."""

    batch_size = 3
    concurrency = 2

    def __init__(self) -> None:
        self.tries: Counter[str] = Counter()

    async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
        return [self.say(request) for request in requests]

    def say(self, request: Request) -> Reply:
        self.tries[request.prompt] += 1
        usage = {"input_tokens": 10, "output_tokens": 1}
        if self.tries[request.prompt] < 3:
            return Reply(text=None, failure="server error: x", transient=True, usage=usage)
        return Reply(text="A", seconds=0.5, usage=usage, option_scores=(0.0, -1.0, -2.0, -3.0))


def test_attempts_add_up_to_a_call(store: ReplyStore) -> None:
    terms = Terms(first_wait=0.001, usd_per_call=0.01)
    one = LoadedModel(Flaky(), "toy/f@1.0", "f", {}, (), terms)
    found = evaluate(map(toy, range(10)), one, store)
    ledger = found.ledger
    assert (found.calls, ledger.calls, ledger.retries, ledger.tokens) == (10, 10, 20, 330)
    assert ledger.usd == pytest.approx(0.3)
    row = store.replies()[0]
    assert (row.attempts, row.usage) == (3, {"input_tokens": 30, "output_tokens": 3})
    assert row.usd == pytest.approx(0.03)
    assert row.option_scores == [0.0, -1.0, -2.0, -3.0]


def test_what_waits_for_another_try_when_a_run_ends_has_failed(store: ReplyStore) -> None:
    class Dies(Flaky):
        batch_size = 1

        def say(self, request: Request) -> Reply:
            if request.task.seed == 3:
                raise ModelError("no credit")
            return Reply(text=None, failure="rate limit: x", transient=True)

    one = LoadedModel(Dies(), "toy/f@1.0", "f", {}, (), Terms(first_wait=60))
    found = evaluate(map(toy, range(4)), one, store)
    assert "no credit" in (found.error or "")
    assert {row.failure for row in store.replies()} == {
        "rate limit: x",
        "can't be asked: no credit",
    }
    assert found.failures.causes["rate limit"] == found.calls - 1


def test_adapters_are_closed_in_the_loop_of_their_calls(store: ReplyStore) -> None:
    class Holds(Script):
        loops: list[object]
        fails = False

        async def close(self) -> None:
            self.loops.append(asyncio.get_running_loop())
            if self.fails:
                raise ZeroDivisionError("oops")

    adapter = Holds(first)
    adapter.loops = []
    evaluate([toy(1)], model(adapter), store)
    assert len(adapter.loops) == 1
    adapter.fails = True
    with pytest.warns(TmaWarning, match=r"close\(\) failed: ZeroDivisionError: oops"):
        evaluate([toy(2)], model(adapter), store)


def test_a_spent_budget_still_counts_what_is_stored(store: ReplyStore) -> None:
    evaluate(map(toy, range(30)), model(Script(first)), store)
    found = evaluate(map(toy, range(5000)), model(Script(first)), store, budget=Budget(0))
    assert (found.calls, found.reused, found.stopped) == (0, 30, "calls")
    read: list[int] = []

    def watched() -> Iterator[Task]:
        for n in range(5000):
            read.append(n)
            yield toy(n)

    some = evaluate(watched(), model(Script(first)), store, budget=Budget(7))
    assert (some.calls, some.reused) == (7, 30)
    assert len(read) < 1000  # the rest is left unread


def test_an_estimate_asks_nobody_and_knows_what_is_stored(store: ReplyStore) -> None:
    terms = Terms(usd_per_million_input=1000, usd_per_million_output=1000, first_wait=0.001)
    one = LoadedModel(Flaky(), "toy/f@1.0", "f", {}, (), terms)

    def calls(count: int) -> Iterator[Call]:
        return Asking(orders=2).calls(map(toy, range(count)), one, lambda task: None)

    guess = estimate(calls(10), one, store)
    assert (guess.calls, guess.reused, guess.from_replies, guess.seconds) == (20, 0, 0, None)
    assert 0 < guess.input_tokens < 20 * 60
    evaluate(map(toy, range(5)), one, store)
    known = estimate(calls(10), one, store)
    assert (known.calls, known.reused, known.from_replies) == (15, 5, 5)
    assert (known.input_tokens, known.output_tokens) == (15 * 30, 15 * 3)
    assert known.usd == pytest.approx(15 * 0.033)
    assert known.seconds is not None
    assert known.seconds > 15 * 0.5 / 2
    slow = replace(one, terms=Terms(requests_per_minute=3))
    assert estimate(calls(10), slow, store).seconds == 300


def test_misses_are_explained_by_the_nearest_reply(store: ReplyStore) -> None:
    one = model(Blind(first))
    evaluate(map(toy, range(4)), one, store)

    def reasons(asked: LoadedModel, asking: Asking = PLAINLY, count: int = 4) -> dict[str, int]:
        calls = asking.calls(map(toy, range(count)), asked, lambda task: None)
        found = explain(calls, store)
        assert json.loads(json.dumps(found.as_json()))["hits"] == found.hits
        return {"hits": found.hits, **found.misses}

    assert reasons(one) == {"hits": 4}
    assert reasons(one, count=6) == {
        "hits": 4,
        "never asked: no reply to this task or to this prompt": 2,
    }
    hot = LoadedModel(Blind(first), "toy/m@1.0", "m?t=1", {"t": 1})
    assert reasons(hot) == {"hits": 0, "differs in settings": 4}
    # another model with one setting more in common is farther than the same one with two changed
    for config in ({"variant": "a", "t": 1, "u": 1}, {"variant": "b", "t": 2, "u": 2}):
        evaluate(map(toy, range(4)), LoadedModel(Blind(first), "toy/m@1.0", "m", config), store)
    asked = LoadedModel(Blind(first), "toy/m@1.0", "m", {"variant": "b", "t": 1, "u": 1})
    calls = PLAINLY.calls([toy(0)], asked, lambda task: None)
    nearest = explain(calls, store).examples["differs in settings"].detail
    assert nearest == "t was 2, is 1, u was 2, is 1"
    newer = LoadedModel(Blind(first), "toy/m@1.1", "m", {})
    assert reasons(newer) == {"hits": 0, "differs in adapter version": 4}
    assert reasons(one, Asking(prompt=DETAILED)) == {"hits": 0, "differs in prompt": 4}
    assert reasons(one, Asking(orders=2)) == {"hits": 4, "differs in option order": 4}
    assert reasons(model(Blind(first), "n")) == {"hits": 0, "differs in adapter": 4}
    calls = Asking(prompt=DETAILED).calls([toy(0)], hot, lambda task: None)
    found = explain(calls, store)
    detail = found.examples["differs in settings, prompt"].detail
    assert "t was null, is 1; stored succinct@1, asked detailed@1:" in detail
    assert "is now 'Look closely at the scene" in detail
    failing = Script(lambda request: Reply(text=None, failure="time-out: 3 s"))
    evaluate([toy(9)], model(failing, "f"), store)
    calls = PLAINLY.calls([toy(9)], model(failing, "f"), lambda task: None)
    assert explain(calls, store).misses == {"failed before: time-out": 1}


def test_secrets_are_kept_out_of_what_is_stored(store: ReplyStore) -> None:
    remember(["swordfish-9", "x"])
    says = {0: "swordfish-9 is B", 1: Reply(text=None, failure="bad request: swordfish-9")}
    found = evaluate(map(toy, range(2)), model(Script(lambda r: says[r.task.seed])), store)
    assert [row.text or row.failure for row in store.replies(outcome="failed")] == [
        "bad request: ***"
    ]
    assert store.replies(outcome="option")[0].text == "*** is B"
    assert found.accuracy.answered == 1

    class Tells(Script):
        async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
            raise ModelError("wrong key swordfish-9")

    told = evaluate([toy(3)], model(Tells(first), "t"), store)
    assert told.error == "t can't be asked: wrong key ***"
