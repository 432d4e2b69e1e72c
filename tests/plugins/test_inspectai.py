"""The `inspect` adapter against a real server on loopback, through inspect_ai's providers."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

import tma
from tma.calls import make_call
from tma.errors import ConfigError, ModelError, TaskError
from tma.models import LoadedModel

from .asking import ask, load, picture, request, video
from .loopback import Answer, Server, said, serving

pytestmark = [
    pytest.mark.slow,  # inspect_ai takes some seconds to import
    pytest.mark.filterwarnings("ignore:The 'initial' parameter is deprecated:DeprecationWarning"),
]
KEY = "sk-planted-0123456789"


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(autouse=True)
def _fresh(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.calls.clear()
    server.answer = lambda call: Answer(said("B"))
    monkeypatch.setenv("NEARBY_API_KEY", KEY)


def model(server: Server, settings: str = "") -> LoadedModel:
    return load(f"inspect:openai-api/nearby/tiny?base_url={server.url}&{settings}".rstrip("&"))


def test_a_picture_and_a_question_go_through(server: Server, tmp_path: Path) -> None:
    media = picture(tmp_path / "p.png")
    asked = request(media=media)
    (reply,) = ask(model(server, 'max_tokens=9&generate={"seed":3}'), asked)
    assert (reply.text, reply.failure) == ("B", None)
    assert reply.usage == {"input_tokens": 11, "output_tokens": 2}
    (call,) = server.calls
    image, text = call.parts
    assert text["text"] == asked.prompt
    assert base64.b64decode(image["image_url"]["url"].partition(",")[2]) == media.path.read_bytes()
    assert (call.body["model"], call.body["max_tokens"], call.body["seed"]) == ("tiny", 9, 3)
    assert call.body["temperature"] == 0
    assert call.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("status", "headers", "cause", "transient", "wait"),
    [
        (429, {"retry-after": "3"}, "rate limit", True, 3.0),
        (500, {}, "server error", True, None),
        (400, {}, "bad request", False, None),
    ],
)
def test_failures_in_one_attempt(
    server: Server,
    status: int,
    headers: dict[str, str],
    cause: str,
    transient: bool,
    wait: float | None,
) -> None:
    server.answer = lambda call: Answer({"error": {"message": "not today"}}, status, headers)
    (reply,) = ask(model(server), request())
    assert reply.text is None
    assert (reply.failure or "").startswith(f"{cause}: ")
    assert "not today" in (reply.failure or "")
    assert (reply.transient, reply.retry_after) == (transient, wait)
    assert len(server.calls) == 1


def test_nobody_there_and_nobody_in_time(server: Server) -> None:
    (reply,) = ask(load("inspect:openai-api/nearby/x?base_url=http://127.0.0.1:9/v1"), request())
    assert (reply.failure or "").startswith("connection: ")
    assert reply.transient
    server.answer = lambda call: Answer(said("B"), seconds=0.6)
    (reply,) = ask(model(server, "timeout=0.2"), request())
    assert reply.failure == "time-out: no answer within 0.2 s"


def test_what_ends_the_run(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answer = lambda call: Answer({"error": {"message": "wrong key"}}, 401)
    with pytest.raises(ModelError, match="wrong key"):
        ask(model(server), request())
    monkeypatch.delenv("NEARBY_API_KEY")
    with pytest.raises(ModelError, match="NEARBY_API_KEY"):
        ask(model(server), request())
    with pytest.raises(ModelError, match="nowhere"):
        ask(load("inspect:nowhere/x"), request())


def test_keys_are_no_settings(server: Server) -> None:
    with pytest.raises(ConfigError, match="belongs in the environment") as caught:
        load('inspect:openai/x?args={"api_key":"sk-mine"}')
    assert "sk-mine" not in str(caught.value)
    for address in ("http://me:sk-mine@127.0.0.1/v1", "http://127.0.0.1/v1?key=sk-mine"):
        with pytest.raises(ConfigError, match="leave out user, password") as caught:
            load(f"inspect:openai/x?base_url={quote(address, safe='')}")
        assert "sk-mine" not in str(caught.value)
    loaded = model(server)
    assert KEY in loaded.adapter.secrets
    assert KEY not in f"{loaded.config_json}{loaded.label}"


def test_it_can_be_asked_in_one_loop_after_another(server: Server) -> None:
    loaded = model(server)
    assert [ask(loaded, request(n), request(n + 1))[1].text for n in range(2)] == ["B", "B"]


def test_videos_are_refused_by_name(server: Server, tmp_path: Path) -> None:
    loaded, media = model(server), video(tmp_path / "v.mp4")
    with pytest.raises(TaskError, match=r"shows video/mp4, .* looks at image"):
        make_call(request().task, loaded, (0, 1, 2, 3), 0, lambda task: media)
    assert isinstance(loaded.adapter, tma.ModelAdapter)
