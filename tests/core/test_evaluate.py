import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from tma import MediaFile, ModelAdapter, Plan, Reply, Request, Task
from tma.asking import Asker, run_blocking
from tma.calls import Answer, make_call
from tma.errors import ConfigError, ModelError, PluginError, TaskError
from tma.evaluate import Asking, evaluate
from tma.ledger import Budget
from tma.models import LoadedModel, public
from tma.orders import option_orders
from tma.prompts import SUCCINCT
from tma.scores import Evaluation, differences
from tma.store import ReplyStore


def toy(number: int, plan: int | None = None, count: int = 4) -> Task:
    fields = {"generator": f"toy/{'ab'[number % 2]}", "n": number if plan is None else plan}
    options = tuple(f"thing {(number + i) % 50}" for i in range(count))
    return Task(
        id=f"{number:016x}",
        generator=str(fields["generator"]),
        plan=fields,
        plan_id=Plan(fields).id,  # type: ignore[arg-type]
        seed=number,
        question=f"Which of {{options}} is number {number}?",
        options=options,
        option_keys=options,
        answer=options[number % count],
        answer_index=number % count,
        scene={},
    )


class Script(ModelAdapter):
    """Says what a function of the request gives; counts what it is asked."""

    sees_task = True

    def __init__(self, say, batch_size: int = 1, concurrency: int = 1) -> None:  # type: ignore[no-untyped-def]
        self.say = say
        self.batch_size = batch_size
        self.concurrency = concurrency
        self.asked: list[Request] = []
        self.busy = self.most = 0

    async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
        assert 1 <= len(requests) <= self.batch_size
        self.busy += 1
        self.most = max(self.most, self.busy)
        await asyncio.sleep(0)
        self.asked += requests
        self.busy -= 1
        said = [self.say(r) for r in requests]
        return [s if isinstance(s, Reply) else Reply(text=s) for s in said]


def model(adapter: ModelAdapter, name: str = "m", consumes: tuple[str, ...] = ()) -> LoadedModel:
    return LoadedModel(adapter, f"toy/{name}@1.0", name, {}, consumes)


def right(request: Request) -> str:
    return "ABCDEFGH"[request.order.index(request.task.answer_index)]


def first(request: Request) -> str:
    return "A"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReplyStore]:
    with ReplyStore(tmp_path / "r.sqlite") as opened:
        yield opened


def test_an_oracle_is_right_in_every_order(store: ReplyStore) -> None:
    adapter = Script(right, batch_size=3, concurrency=2)
    found = evaluate(map(toy, range(10)), model(adapter), store, asking=Asking(orders=3))
    assert (found.calls, found.reused, found.accuracy.estimate) == (30, 0, 1.0)
    assert found.accuracy.plans == 10
    assert 0.7 < found.accuracy.low < 0.75  # ten clusters, not thirty answers
    assert set(found.generators) == {"toy/a", "toy/b"}
    assert adapter.most == 2


def test_prompts_show_the_options_in_the_order_of_the_call(store: ReplyStore) -> None:
    adapter = Script(right)
    evaluate([toy(3)], model(adapter), store, asking=Asking(orders=4))
    assert len({r.order for r in adapter.asked}) == 4
    assert len({r.call_id for r in adapter.asked}) == 4
    for request in adapter.asked:
        assert request.options == tuple(request.task.options[i] for i in request.order)
        assert request.prompt.index(request.question) == 0
        for place, text in enumerate(request.options):
            assert f"\n{'ABCD'[place]}. {text}\n" in request.prompt
    assert SUCCINCT.fill("{options}?", ["{question}", "x"]).startswith("{options}?\nA. {question}")


def test_a_second_run_asks_nothing(store: ReplyStore) -> None:
    adapter = Script(first)
    one = evaluate(map(toy, range(20)), model(adapter), store, asking=Asking(orders=2))
    two = evaluate(map(toy, range(20)), model(adapter), store, asking=Asking(orders=2))
    three = evaluate(map(toy, range(20)), model(adapter), store, asking=Asking(orders=3))
    assert (one.calls, one.reused) == (40, 0)
    assert (two.calls, two.reused) == (0, 40)
    assert (three.calls, three.reused) == (20, 40)
    assert one.accuracy == two.accuracy
    assert len(adapter.asked) == 60


def test_another_setting_is_another_model(store: ReplyStore) -> None:
    adapter = Script(first)
    hot = LoadedModel(adapter, "toy/m@1.0", "m?t=1", {"t": 1})
    assert evaluate([toy(1)], model(adapter), store).calls == 1
    assert evaluate([toy(1)], hot, store).calls == 1
    assert evaluate([toy(1)], hot, store).reused == 1


def test_failures_are_no_answers_and_are_asked_again(store: ReplyStore) -> None:
    broken = {1, 4}

    def say(request: Request) -> Reply | str:
        fails = request.task.seed in broken
        return Reply(text=None, failure="429 slow down") if fails else right(request)

    one = evaluate(map(toy, range(6)), model(Script(say)), store)
    assert (one.outcomes["failed"], one.accuracy.answered, one.accuracy.estimate) == (2, 4, 1.0)
    row = store.replies(outcome="failed")[0]
    assert (row.failure, row.correct, row.text) == ("429 slow down", None, None)
    broken.clear()
    two = evaluate(map(toy, range(6)), model(Script(say)), store)
    assert (two.calls, two.reused, two.outcomes["failed"]) == (2, 4, 0)
    assert {r.attempts for r in store.replies()} == {1, 2}


REFUSAL = "bad request: 400 max_tokens is not supported"


def failed(request: Request) -> Reply:
    late = request.task.seed == 0
    return Reply(text=None, failure="content filter: no" if late else REFUSAL)


def test_a_model_that_fails_every_call_can_t_be_asked(store: ReplyStore) -> None:
    found = evaluate(map(toy, range(3)), model(Script(failed)), store)
    assert found.error == f"m answered none of 3 calls, most often: {REFUSAL}"
    assert found.as_json()["examples"] == {
        "bad request": REFUSAL,
        "content filter": "content filter: no",
    }
    # one answer, and it can; so can one whose answers are stored
    some = Script(lambda r: failed(r) if r.task.seed else Reply(text="A"))
    for _ in range(2):
        assert evaluate(map(toy, range(3)), model(some), store).error is None
    assert (
        evaluate(map(toy, range(3)), model(Script(failed), "n"), store, budget=Budget(0)).error
        is None
    )


def test_a_model_that_refuses_all_is_given_up_and_one_that_answered_is_not(
    store: ReplyStore,
) -> None:
    adapter = Script(failed)
    found = evaluate(map(toy, range(5000)), model(adapter), store)
    assert 200 <= len(adapter.asked) < 300
    assert REFUSAL in (found.error or "")
    assert found.calls == len(adapter.asked)
    evaluate([toy(0)], model(Script(first)), store)
    assert evaluate(map(toy, range(500)), model(adapter), store).calls == 499


def test_replies_that_name_no_option_are_kept_apart(store: ReplyStore) -> None:
    says = ["B or C", "I'm sorry, I can't help.", "perhaps", "A", ""]
    found = evaluate(map(toy, range(5)), model(Script(lambda r: says[r.task.seed])), store)
    assert dict(found.outcomes) == {"ambiguous": 1, "refused": 1, "unparsed": 2, "option": 1}
    assert (found.accuracy.answered, found.accuracy.right) == (1, 0)
    assert [r.correct for r in store.replies() if r.outcome != "option"] == [None] * 4


def test_nothing_answered_is_no_accuracy(store: ReplyStore) -> None:
    found = evaluate(map(toy, range(3)), model(Script(lambda r: "")), store)
    assert found.accuracy.estimate is None
    assert (found.accuracy.low, found.accuracy.high) == (0, 1)
    assert json.loads(json.dumps(found.as_json()))["accuracy"]["estimate"] is None
    assert evaluate([], model(Script(first)), store).accuracy.estimate is None


def test_wrong_numbers_of_replies_are_the_plugins_fault(store: ReplyStore) -> None:
    class Mute(ModelAdapter):
        async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
            return []

    class Loose(ModelAdapter):
        async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
            return ["A"]  # type: ignore[list-item]

    with pytest.raises(PluginError, match=r"toy/m@1\.0: reply\(\) gave 0 replies to 1 request"):
        evaluate([toy(1)], model(Mute()), store)
    with pytest.raises(PluginError, match=r"no sequence of tma\.Reply"):
        evaluate([toy(1)], model(Loose()), store)
    assert store.replies() == []


@pytest.mark.parametrize("error", [ModelError("no such key"), ZeroDivisionError("oops")])
def test_a_model_that_dies_keeps_what_is_done(store: ReplyStore, error: Exception) -> None:
    def say(request: Request) -> str:
        if request.task.seed == 7:
            raise error
        return right(request)

    found = evaluate(map(toy, range(20)), model(Script(say)), store)
    assert found.error is not None
    assert str(error) in found.error
    assert (found.calls, found.outcomes["failed"], found.accuracy.right) == (8, 1, 7)
    assert len(store.replies(outcome="option")) == 7
    again = evaluate(map(toy, range(20)), model(Script(right)), store)
    assert (again.error, again.reused, again.calls) == (None, 7, 13)


def test_calls_under_way_when_a_model_dies_are_kept(store: ReplyStore) -> None:
    class Uneven(ModelAdapter):
        concurrency = 4

        async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
            if requests[0].task.seed == 0:
                raise ModelError("wrong key")
            await asyncio.sleep(0.02)
            return [Reply(text="A")]

    found = evaluate(map(toy, range(20)), model(Uneven()), store)
    assert len(store.replies(outcome="option")) == found.outcomes["option"] == 3


def test_media_are_for_models_that_look(store: ReplyStore, tmp_path: Path) -> None:
    asked: list[str] = []

    def media(task: Task) -> MediaFile | None:
        asked.append(task.id)
        return None if task.seed == 2 else MediaFile(tmp_path / "p.png", "image/png", "5" * 64)

    evaluate(map(toy, range(2)), model(Script(first)), store, media=media)
    assert asked == []
    seeing = Script(first)
    evaluate(map(toy, range(2)), model(seeing, consumes=("image",)), store, media=media)
    assert [r.media.sha256 for r in seeing.asked if r.media] == ["5" * 64] * 2
    with pytest.raises(TaskError, match=r"0002 has no picture.*--no-media"):
        evaluate(map(toy, range(3)), model(Script(first), "s", ("image",)), store, media=media)
    with pytest.raises(TaskError, match=r"shows image/png, v looks at video"):
        evaluate([toy(1)], model(Script(first), "v", ("video",)), store, media=media)


def test_a_task_given_twice_is_asked_once(store: ReplyStore) -> None:
    adapter = Script(first)
    assert evaluate([toy(1), toy(1)], model(adapter), store).calls == 1
    assert len(adapter.asked) == 1


def test_orders_are_at_least_one(store: ReplyStore) -> None:
    with pytest.raises(ConfigError, match="orders is 0"):
        evaluate([toy(1)], model(Script(first)), store, asking=Asking(orders=0))


@given(st.integers(2, 5), st.integers(1, 30), st.text("abcdef0123456789", min_size=1))
def test_option_orders(count: int, orders: int, task_id: str) -> None:
    chosen = option_orders(task_id, count, orders)
    assert chosen[0] == (tuple(range(count)), 0)
    assert len(set(chosen)) == orders
    assert chosen[: orders // 2 + 1] == option_orders(task_id, count, orders // 2 + 1)
    often = [sum(o == p for p, _ in chosen) for o, _ in chosen]
    assert max(often) - min(often) <= 1 or max(often) == 1


def test_models_are_compared_pair_by_pair(store: ReplyStore) -> None:
    tasks = [toy(n, plan=n // 2) for n in range(40)]
    good = evaluate(tasks, model(Script(right), "good"), store)
    poor = evaluate(tasks, model(Script(first), "poor"), store)
    (found,) = differences([good, poor])
    assert (found.first, found.second, found.pairs) == ("good", "poor", 40)
    assert found.estimate == pytest.approx(0.75)
    assert 0.4 < found.low < 0.75 < found.high < 1
    assert differences([good, good])[0].estimate == 0
    none = Evaluation(model(Script(first)), 1)
    assert differences([good, none])[0].estimate is None


def test_secrets_are_not_part_of_what_is_kept() -> None:
    class Inner(BaseModel):
        token: SecretStr = SecretStr("swordfish")
        size: int = 3

    class Config(BaseModel):
        key: SecretStr = SecretStr("swordfish")
        inner: Inner = Inner()
        many: tuple[SecretStr, ...] = (SecretStr("swordfish"),)
        path: Path = Path("/x")

    shown = public(Config())
    assert shown == {"inner": {"size": 3}, "many": [], "path": "/x"}
    assert public(None) == {}


@settings(max_examples=30)
@given(limit=st.integers(0, 25), batch=st.integers(1, 7), lanes=st.integers(1, 4))
def test_a_budget_is_never_overspent(
    tmp_path_factory: pytest.TempPathFactory, limit: int, batch: int, lanes: int
) -> None:
    adapter = Script(first, batch, lanes)
    one = model(adapter)
    answers: list[Answer] = []
    calls = [make_call(toy(n), one, (0, 1, 2, 3), 0, lambda t: None) for n in range(20)]
    with ReplyStore(tmp_path_factory.mktemp("budget") / "r.sqlite") as store:
        run_blocking(Asker(one, store, answers.append, Budget(limit)).ask(calls))
    assert len(adapter.asked) == len(answers) == min(limit, 20)


def test_it_runs_where_a_loop_runs_already(store: ReplyStore) -> None:
    async def notebook() -> int:
        return evaluate([toy(1)], model(Script(first)), store).calls

    assert asyncio.run(notebook()) == 1


KILLED = """
import asyncio, sys
sys.path.insert(0, sys.argv[2])
from test_evaluate import *
from tma import Reply

class Slow(ModelAdapter):
    concurrency = 4
    sees_task = True
    async def reply(self, requests):
        await asyncio.sleep(0.002)
        print(requests[0].task.seed, flush=True)
        return [Reply(text="A")]

evaluate(map(toy, range(5000)), model(Slow()), ReplyStore(Path(sys.argv[1])))
"""


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    command = [sys.executable, "-c", KILLED, str(path), str(Path(__file__).parent)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for _ in range(60):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    told = 60 + len(process.stdout.read().split())
    process.stdout.close()
    process.wait()
    adapter = Script(first)
    with ReplyStore(path) as store:
        found = evaluate(map(toy, range(told + 20)), model(adapter), store)
    # the four calls under way, and the one told and not yet stored, may have been lost
    assert found.reused >= told - 5
    assert found.calls + found.reused == told + 20
    assert len(adapter.asked) == found.calls
