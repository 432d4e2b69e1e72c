"""Model adapters from the command line, on real pictures and videos, against real servers."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tma.cli import main
from tma.taskset import TaskSet

from . import tiny_models
from .asking import ask, load, request
from .loopback import Answer, Call, said, serving

pytestmark = pytest.mark.slow
KEY = "sk-planted-0123456789"
VIDEOS = "video3d/what-move?frames=8&fps=4&width=112&height=112"


@pytest.fixture(name="tasks", scope="module")
def _tasks(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> Path:
    """Two pictures and two videos that the project's own families made."""
    folder = tmp_path_factory.mktemp("set") / "tasks"
    words = ["generate", "--tasks", VIDEOS, "--tasks", "grid2d/what", "-n", "4", "--seed", "7"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMA_CACHE", str(kept_cache))
        with pytest.raises(SystemExit) as stop:
            main([*words, "--workers", "1", "--out", str(folder)])
    assert not stop.value.code
    return folder


def evaluate(capsys: pytest.CaptureFixture[str], tasks: Path, *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(["eval", str(tasks), *words])
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def kind_of(call: Call) -> str:
    pictures = sum(p["type"] == "image_url" for p in call.parts)
    return {1: "picture", 4: "video"}[pictures]


def test_pictures_and_videos_reach_an_endpoint(
    tasks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving() as server:
        server.answer = lambda call: Answer(said("B" if kind_of(call) == "video" else "A"))
        spec = f"openai:tiny?base_url={server.url}&frames=4"
        code, out, err = evaluate(capsys, tasks, "--model", spec, "--json")
        assert code == 0, err
        (found,) = json.loads(out)["models"]
        assert (found["calls"], found["failed"], found["unparsed"]) == (4, 0, 0)
        right = {t.id: t.answer_index for t in TaskSet.open(tasks).tasks()}
        assert found["accuracy"]["answered"] == len(right) == 4
        assert sorted(map(kind_of, server.calls)) == ["picture", "picture", "video", "video"]
        # asked again, nothing is sent
        code, out, err = evaluate(capsys, tasks, "--model", spec, "--json")
        assert json.loads(out)["models"][0]["reused"] == 4
        assert len(server.calls) == 4


def test_a_planted_key_is_found_nowhere(
    tasks: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Even where the endpoint says it back, in a reply and in errors of all kinds."""
    monkeypatch.setenv("MY_KEY", KEY)
    seen = ""
    answers = [
        Answer(said(f"B. Your key is {KEY}")),
        Answer({"error": {"message": f"bad request with {KEY}"}}, 400),
        Answer({"error": {"message": f"wrong key {KEY}"}}, 401),
    ]
    store = tmp_path / "replies.sqlite"
    with serving() as server:
        for number, answer in enumerate(answers):
            server.answer = lambda call, answer=answer: answer  # type: ignore[misc]
            spec = f"openai:m{number}?base_url={server.url}&key_env=MY_KEY"
            options = ("--model", spec, "--limit", "1", "--store", str(store))
            for more in ((), ("--json",)):
                code, out, err = evaluate(capsys, tasks, *options, *more)
                assert code == (0 if answer.status == 200 else 2), err
                seen += out + err
        assert {c.headers["authorization"] for c in server.calls} == {f"Bearer {KEY}"}
        with pytest.raises(SystemExit):
            main(["--debug", "eval", str(tasks), *options])
        shown = "".join(capsys.readouterr())
        assert "Traceback" in shown
    assert "wrong key" in seen
    assert KEY not in seen + shown
    for file in tmp_path.rglob("*"):
        assert KEY.encode() not in file.read_bytes(), file


# -- a server that nobody here wrote --------------------------------------------------------

SERVE = """
import sys
# its pictures come in by way of torchvision's own decoder, which a build for CUDA lacks beside a
# CPU torch; without torchvision it uses Pillow
sys.modules["torchvision"] = None
from transformers.cli.transformers import main
sys.argv[0] = "transformers"
main()
"""


@dataclass(frozen=True)
class Served:
    model: Path
    url: str


@pytest.fixture(name="served", scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`transformers serve` with a tiny LLaVA, on 127.0.0.1."""
    folder = tiny_models.llava(tmp_path_factory.mktemp("served") / "llava")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", str(folder), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    log = folder.parent / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, *words],
            stdout=output,
            stderr=output,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        )
    try:
        for _ in range(6000):
            assert process.poll() is None, log.read_text()
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            pytest.fail(log.read_text())
        yield Served(folder, f"http://127.0.0.1:{port}/v1")
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_a_real_server_says_what_the_same_weights_say_here(served: Served, tasks: Path) -> None:
    """Greedy decoding of the same picture and prompt: nothing may get lost on the way."""
    found = TaskSet.open(tasks)
    asked = [
        request(n, media=found.media_file(task), question=task.question, options=task.options)
        for n, task in enumerate(found.tasks())
        if task.generator == "grid2d/what"
    ]
    there = ask(load(f"openai:{served.model}?base_url={served.url}&max_tokens=8"), *asked)
    here = ask(load(f"transformers:{served.model}?max_new_tokens=8&device=cpu"), *asked)
    assert [r.failure for r in there] == [None, None]
    assert [r.text for r in there] == [r.text for r in here]
    assert [r.usage for r in there] == [r.usage for r in here]
    assert len({r.text for r in there}) == 2


def test_an_evaluation_of_two_models_of_which_one_is_served(
    served: Served, tasks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = (
        f"openai:{served.model}?base_url={served.url}&max_tokens=4&frames=2",
        f"transformers:{served.model}?scoring=letters&frames=2&device=cpu&batch_size=2",
    )
    words = [word for model in models for word in ("--model", model)]
    code, out, err = evaluate(capsys, tasks, *words, "--json")
    assert code == 0, err
    remote, local = json.loads(out)["models"]
    assert (remote["failed"], local["failed"]) == (0, 0)
    assert local["accuracy"]["answered"] == 4  # likelihoods always name a letter


def test_a_real_server_refuses_what_it_does_not_serve(served: Served) -> None:
    (reply,) = ask(load(f"openai:another?base_url={served.url}"), request())
    assert (reply.failure or "").startswith("bad request: 400 Server is pinned to")
