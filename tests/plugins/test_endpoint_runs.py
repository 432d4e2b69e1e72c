"""Whole evaluations against a real server on loopback that fails in every way."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tma import Plan, Task
from tma.config import Settings
from tma.contract.tasks import MediaRecord
from tma.evaluate import evaluate
from tma.ledger import Budget
from tma.models import LoadedModel, load_model
from tma.registry import Registry
from tma.scores import Evaluation
from tma.store import ReplyStore
from tma.taskset import TaskSet

from .asking import picture
from .loopback import Answer, Call, Server, said, serving


def prompt_of(call: Call) -> str:
    return str(call.parts[-1]["text"])


def number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def right_reply(prompt: str) -> str:
    """What the server says to a prompt: a check that no reply goes astray."""
    return "ABCD"[number(prompt) % 4]


FAULTS = [
    Answer({"error": {"message": "boom"}}, 500),
    Answer({"error": {"message": "slow down"}}, 429),
    Answer({"error": {"message": "slow down"}}, 429, {"retry-after-ms": "40"}),
    Answer({"error": {"message": "busy"}}, 503),
    Answer(said("A"), cut=30),
    Answer(b'{"id": "1", "choices": [{"index": 0, "mess'),
    Answer({**said("A"), "choices": []}),
    Answer(b"<html>Bad gateway</html>", headers={"content-type": "text/html"}),
    Answer(said("late"), seconds=8.0),
]
"""The last takes longer than clients wait."""


class Faulty:
    """Answers out of order; the first try of every tenth prompt meets a fault."""

    def __init__(self) -> None:
        self.tries: Counter[str] = Counter()
        self.lock = threading.Lock()

    def __call__(self, call: Call) -> Answer:
        prompt = prompt_of(call)
        with self.lock:
            self.tries[prompt] += 1
            tries = self.tries[prompt]
        chance = number("fault" + prompt)
        if tries == 1 and chance % 10 == 0:
            return FAULTS[chance // 10 % len(FAULTS)]
        return Answer(said(right_reply(prompt)), seconds=chance % 100 / 10_000)

    def faulty(self, prompt: str) -> bool:
        return number("fault" + prompt) % 10 == 0


def toy(n: int, media: MediaRecord) -> Task:
    plan = Plan({"generator": "toy/what", "n": n})
    options = ("dog", "cat", "cow", "horse")
    return Task(
        id=f"{n:016x}",
        generator="toy/what",
        plan=plan.as_dict(),
        plan_id=plan.id,
        seed=n,
        question=f"What is number {n}?",
        options=options,
        option_keys=options,
        answer=options[n % 4],
        answer_index=n % 4,
        media=media,
        scene={},
    )


def make_set(folder: Path, count: int) -> TaskSet:
    """A set of tasks that all show one small picture."""
    (folder / "media").mkdir(parents=True)
    shown = picture(folder / "media" / "p.png", side=8)
    media = MediaRecord(
        key="k", renderer="r", path="media/p.png", sha256=shown.sha256, media_type="image/png"
    )
    lines = [toy(n, media).model_dump_json(exclude_none=True) for n in range(count)]
    (folder / "tasks.jsonl").write_text("\n".join(lines) + "\n")
    run = {"format": 1, "assets": "toys", "renderer": None, "tasks": [], "made": {}}
    (folder / "run.json").write_text(json.dumps(run))
    return TaskSet.open(folder)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> TaskSet:
    return make_set(tmp_path_factory.mktemp("many") / "set", 2000)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> TaskSet:
    return make_set(tmp_path_factory.mktemp("few") / "set", 12)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReplyStore]:
    with ReplyStore(tmp_path / "r.sqlite") as opened:
        yield opened


def model(server: Server, settings: str = "", *, timeout: float = 6, **limits: Any) -> LoadedModel:
    text = f"openai:m?base_url={server.url}&timeout={timeout:g}{settings}"
    limits = {"first_wait": 0.05, **limits}
    return load_model(Registry(Settings(environ={})), text, **limits)


def run(tasks: TaskSet, asked: LoadedModel, store: ReplyStore, **more: Any) -> Evaluation:
    return evaluate(tasks.tasks(), asked, store, media=tasks.media_file, **more)


@pytest.mark.slow
def test_faults_cost_no_reply_and_bring_none_twice(
    server: Server, store: ReplyStore, many: TaskSet
) -> None:
    server.answer = answers = Faulty()
    found = run(many, model(server), store)
    assert (found.error, found.calls, found.outcomes["option"]) == (None, 2000, 2000)
    prompts = set(answers.tries)
    faulty = {p for p in prompts if answers.faulty(p)}
    assert len(prompts) == 2000
    assert 150 < len(faulty) < 250
    assert all(answers.tries[p] == 1 + (p in faulty) for p in prompts)
    rows = store.replies()
    assert all(row.text == right_reply(row.prompt) for row in rows)
    assert all(row.attempts == 1 + (row.prompt in faulty) for row in rows)
    assert found.ledger.retries == len(faulty)
    assert found.ledger.output_tokens >= 2 * 2000
    again = run(many, model(server), store)
    assert (again.calls, again.reused, again.accuracy) == (0, 2000, found.accuracy)


class Frozen(Server):
    """Stops answering after so many calls until it is thawed; counts what reached its client."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after
        self.held = self.waiting = 0
        self.thawed = threading.Event()
        self.answered: Counter[str] = Counter()
        self.answer = Faulty()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        gone = False
        ends: list[Any] = []

        async def listen() -> Any:
            event = await receive()
            ends.append(event)
            return event

        async def held(event: Any) -> None:
            nonlocal gone
            enough = sum(self.answered.values()) >= self.after and not self.thawed.is_set()
            if event["type"] == "http.response.start" and enough:
                self.held += 1
                self.waiting += 1
                over = asyncio.create_task(receive())
                while not self.thawed.is_set() and not over.done():
                    await asyncio.sleep(0.01)
                gone = over.done()
                over.cancel()
                self.waiting -= 1
            if not gone:
                await send(event)
            complete = event.get("body", b"")
            if event["type"] == "http.response.body" and not gone and complete:
                body = json.loads(b"".join(e.get("body", b"") for e in ends))
                text = _good(complete)
                if text is not None:
                    self.answered[body["messages"][-1]["content"][-1]["text"]] += 1

        await super().__call__(scope, listen, held)


def _good(body: bytes) -> str | None:
    try:
        text = str(json.loads(body)["choices"][0]["message"]["content"])
    except (ValueError, KeyError, IndexError):
        return None
    return None if text == "late" else text


CONFIG = '[models."openai:*"]\nfirst_wait = 0.05\n'


@contextmanager
def command(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`tma ...` as a process."""
    (folder / "tma.toml").write_text(CONFIG)
    environ = {**os.environ, "TMA_CONFIG": str(folder / "tma.toml")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tma", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environ,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_a_killed_run_pays_for_nothing_twice(tmp_path: Path, many: TaskSet) -> None:
    frozen = Frozen(after=900)
    path = tmp_path / "r.sqlite"
    with serving(frozen) as server:
        spec = f"openai:m?base_url={server.url}&timeout=6"
        words = ("eval", str(many.path), "--model", spec, "--store", str(path), "--json")
        with command(tmp_path, *words) as first:
            until(lambda: frozen.held > 0)
            # all that was answered has been stored, and the client waits for what is held
            until(lambda: count(path) >= sum(frozen.answered.values()))
            first.send_signal(signal.SIGKILL)
            first.wait()
        before = sum(frozen.answered.values())
        assert 900 <= before < 1100
        time.sleep(0.1)  # calls that have come get as far as to be held
        until(lambda: frozen.waiting == 0)  # the server has noticed that nobody waits for it
        frozen.thawed.set()
        with command(tmp_path, *words) as second:
            out, err = second.communicate(timeout=300)
        assert second.returncode == 0, err
    found = json.loads(out)["models"][0]
    assert (found["calls"], found["reused"], found["failed"]) == (2000 - before, before, 0)
    assert len(frozen.answered) == 2000
    assert {n for p, n in frozen.answered.items() if not frozen.answer.faulty(p)} == {1}  # type: ignore[attr-defined]
    with ReplyStore(path) as store:
        rows = store.replies()
    assert len(rows) == 2000
    assert all(row.text == right_reply(row.prompt) for row in rows)


def until(true: Any, seconds: float = 300.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def count(path: Path) -> int:
    with ReplyStore(path) as store:
        return sum(n for *_, n in store.counts())


@pytest.mark.slow
def test_waits_that_the_endpoint_asks_for_are_kept(
    server: Server, store: ReplyStore, few: TaskSet
) -> None:
    began: list[float] = []

    def answer(call: Call) -> Answer:
        began.append(time.monotonic())
        slow = Answer({"error": {"message": "slow down"}}, 429, {"Retry-After": "1"})
        return slow if len(began) == 1 else Answer(said("A"))

    server.answer = answer
    found = run(few, model(server, concurrency=1), store)
    assert (found.outcomes["option"], found.ledger.retries) == (12, 1)
    assert began[1] - began[0] >= 1.0  # nothing at all was asked in between


def test_an_endpoint_that_bears_little_is_asked_little(
    server: Server, store: ReplyStore, many: TaskSet
) -> None:
    busy = most = refused = 0
    lock = threading.Lock()

    class Narrow(Server):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            nonlocal busy, most
            with lock:
                busy += 1
                most = max(most, busy)
            try:
                await super().__call__(scope, receive, send)
            finally:
                with lock:
                    busy -= 1

    def answer(call: Call) -> Answer:
        nonlocal refused
        if busy > 6:
            refused += 1
            return Answer({"error": {"message": "too many"}}, 429)
        return Answer(said("A"), seconds=0.01)

    with serving(Narrow()) as narrow:
        narrow.answer = answer
        tasks = list(many.tasks())[:150]
        asked = model(narrow)
        found = evaluate(tasks, asked, store, media=many.media_file)
    assert (found.outcomes["option"], found.outcomes["failed"]) == (150, 0)
    assert most > 6
    assert refused < 200  # always 64 at once are refused some 600 times


def test_failures_are_kept_with_their_cause_and_tried_by_the_next_run(
    server: Server, store: ReplyStore, few: TaskSet
) -> None:
    filtered = {"error": {"message": "no", "code": "content_filter"}}

    def answer(call: Call) -> Answer:
        n = int("".join(c for c in prompt_of(call).splitlines()[0] if c.isdigit()))
        if n == 3:
            return Answer(filtered, 400)
        return Answer({"error": {"message": "boom"}}, 500) if n == 4 else Answer(said("A"))

    server.answer = answer
    found = run(few, model(server, attempts=3), store)
    assert found.outcomes == {"option": 10, "failed": 2}
    assert found.failures.causes == {"content filter": 1, "server error": 1}
    assert (found.accuracy.answered, found.ledger.failed, found.ledger.retries) == (10, 2, 2)
    rows = {row.failure: row.attempts for row in store.replies(outcome="failed")}
    assert rows == {"content filter: 400 no": 1, "server error: 500 boom": 3}
    server.answer = lambda call: Answer(said("B"))
    again = run(few, model(server), store)
    assert (again.calls, again.reused, again.outcomes) == (2, 10, {"option": 12})


def test_an_endpoint_that_is_gone_ends_the_run(store: ReplyStore, few: TaskSet) -> None:
    with serving() as server:
        asked = model(server, attempts=4)
    found = run(few, asked, store)
    assert found.error is not None
    assert "does not answer" in found.error
    assert "connection" in found.error
    assert 1 <= found.calls <= 12
    assert found.outcomes["failed"] == found.calls


@pytest.mark.slow
def test_a_budget_of_tokens_ends_the_run(server: Server, store: ReplyStore, many: TaskSet) -> None:
    tasks = list(many.tasks())[:300]
    prices: dict[str, Any] = {"usd_per_million_input": 1.0, "usd_per_million_output": 10.0}
    asked = model(server, concurrency=4, **prices)
    found = evaluate(tasks, asked, store, media=many.media_file, budget=Budget(tokens=2000))
    assert found.stopped == "tokens"
    assert 1900 <= found.ledger.tokens <= 2000 + 4 * 13
    assert found.ledger.usd == pytest.approx(found.calls * (11 * 1e-6 + 2 * 1e-5))
    budget = Budget(usd=0.002)
    more = evaluate(tasks, asked, store, media=many.media_file, budget=budget)
    assert (more.stopped, more.reused) == ("usd", found.calls)
    assert 0.0018 <= (budget.ledger.usd or 0) <= 0.0021
    assert len(store.replies()) == found.calls + more.calls == len(server.calls)


def test_limits_a_minute_are_kept(server: Server, store: ReplyStore, few: TaskSet) -> None:
    began: list[float] = []

    def answer(call: Call) -> Answer:
        began.append(time.monotonic())
        return Answer(said("A"))

    server.answer = answer
    run(few, model(server, requests_per_minute=600), store, budget=Budget(12))
    # a burst of 30 is allowed at first, of 1 below
    assert len(began) == 12
    began.clear()
    slow = model(server, "&temperature=1", requests_per_minute=300, tokens_per_minute=12_000)
    run(few, slow, store)
    # 13 tokens a call at 200 a second, once a bucket of 600 is empty: guesses are corrected
    assert len(began) == 12


@pytest.mark.slow
def test_keys_are_seen_nowhere(tmp_path: Path, few: TaskSet) -> None:
    key = "sk-planted-0123456789abcdef"

    def tells(call: Call) -> Answer:
        n = number(prompt_of(call)) % 3
        if n == 0:
            return Answer(
                {"error": {"message": f"bad header {call.headers['authorization']}"}}, 400
            )
        return Answer(said(f"Your key is {key}. B" if n == 1 else "B"))

    def refuses(call: Call) -> Answer:
        return Answer({"error": {"message": f"Incorrect API key provided: {key}"}}, 401)

    with serving() as server:
        spec = f"openai:m?base_url={server.url}&key_env=MY_KEY"
        words = ("eval", str(few.path), "--model", spec, "--store", str(tmp_path / "r.sqlite"))
        said_all = ""
        for answer, more in (
            (tells, ()),
            (tells, ("--json",)),
            (refuses, ()),
            (refuses, ("--debug",)),
        ):
            server.answer = answer
            (tmp_path / "tma.toml").write_text(CONFIG)
            environ = {**os.environ, "TMA_CONFIG": str(tmp_path / "tma.toml"), "MY_KEY": key}
            done = subprocess.run(
                [sys.executable, "-m", "tma", *words, *more],
                capture_output=True,
                text=True,
                env=environ,
                check=False,
            )
            said_all += done.stdout + done.stderr
        assert server.calls[0].headers["authorization"] == f"Bearer {key}"
    assert "Traceback" in said_all
    assert "***" in said_all
    assert key not in said_all
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) >= 2
    assert not [path for path in kept if key.encode() in path.read_bytes()]
