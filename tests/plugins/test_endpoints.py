"""The `openai` adapter against a real server on loopback."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import tma
from tma.errors import ConfigError, ModelError
from tma.models import LoadedModel
from tma_plugins.endpoints.failures import retry_after

from .asking import ask, load, picture, request, video
from .loopback import Answer, Server, said, serving

KEY = "sk-planted-0123456789"


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(autouse=True)
def _fresh(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.calls.clear()
    server.answer = lambda call: Answer(said("A"))
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def model(server: Server, settings: str = "", **environ: str) -> LoadedModel:
    return load(f"openai:tiny?base_url={server.url}&{settings}".rstrip("&"), **environ)


def one(server: Server, answer: Answer, settings: str = "") -> tma.Reply:
    server.answer = lambda call: answer
    return ask(model(server, settings), request())[0]


# -- what is sent -----------------------------------------------------------------------------


def test_a_text_goes_out_and_comes_back(server: Server) -> None:
    asked = request()
    (reply,) = ask(model(server), asked)
    assert (reply.text, reply.failure) == ("A", None)
    assert reply.usage == {"input_tokens": 11, "output_tokens": 2}
    (call,) = server.calls
    assert call.path == "/v1/chat/completions"
    assert call.body == {
        "model": "tiny",
        "messages": [{"role": "user", "content": asked.prompt}],
        "temperature": 0.0,
        "max_tokens": 1024,
    }
    assert "authorization" not in call.headers


def test_pictures_go_as_they_are(server: Server, tmp_path: Path) -> None:
    media = picture(tmp_path / "p.png")
    ask(model(server, "detail=low"), request(media=media))
    image, text = server.calls[0].parts
    assert image["image_url"]["detail"] == "low"
    assert decoded(image) == media.path.read_bytes()
    assert image["image_url"]["url"].startswith("data:image/png;base64,")
    assert text["type"] == "text"


def decoded(part: dict[str, Any]) -> bytes:
    return base64.b64decode(part["image_url"]["url"].partition(",")[2])


def test_videos_go_as_evenly_spaced_frames(server: Server, tmp_path: Path) -> None:
    media = video(tmp_path / "v.mp4")
    ask(model(server, "frames=3"), request(media=media))
    *frames, note, _ = server.calls[0].parts
    greys = [np.asarray(Image.open(BytesIO(decoded(f)))).mean() for f in frames]
    assert greys == pytest.approx([0, 120, 240], abs=4)
    assert note["text"] == "The pictures are 3 frames of one video, evenly spaced and in order."


def test_videos_go_whole_where_they_are_taken(server: Server, tmp_path: Path) -> None:
    media = video(tmp_path / "v.mp4")
    ask(model(server, "video=native"), request(media=media))
    part, _ = server.calls[0].parts
    data = part["video_url"]["url"].removeprefix("data:video/mp4;base64,")
    assert base64.b64decode(data) == media.path.read_bytes()


def test_a_video_is_cut_once_for_many_calls(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    whole = tma.read_clip

    def counted(*arguments: Any) -> tma.Clip:
        read.append(arguments)
        return whole(*arguments)

    monkeypatch.setattr(tma, "read_clip", counted)
    media = video(tmp_path / "v.mp4")
    replies = ask(model(server), *(request(n, media=media) for n in range(12)))
    assert [r.text for r in replies] == ["A"] * 12
    assert len(read) == 1
    assert len({str(c.parts) for c in server.calls}) == 1


def test_settings_reach_the_endpoint(server: Server) -> None:
    settings = 'temperature=none&max_tokens=none&system=Be brief.&extra_body={"top_k":1,"seed":5}'
    ask(model(server, settings), request())
    body = server.calls[0].body
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert (body["top_k"], body["seed"]) == (1, 5)
    assert not {"temperature", "max_tokens"} & set(body)


def test_connections_are_kept_and_no_more_are_opened_than_calls_run(server: Server) -> None:
    server.answer = lambda call: Answer(said("A"), seconds=0.01)
    replies = ask(model(server, "concurrency=4"), *(request(n) for n in range(40)))
    assert all(r.text == "A" for r in replies)
    assert len({c.client for c in server.calls}) <= 4


def test_it_can_be_asked_in_one_loop_after_another(server: Server) -> None:
    loaded = model(server)
    assert [ask(loaded, request(n))[0].text for n in range(3)] == ["A"] * 3


# -- what comes back --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (Answer({"error": {"message": "slow down"}}, 429), "rate limit: 429 slow down"),
        (Answer({"error": {"message": "full"}}, 503), "overloaded: 503 full"),
        (Answer({"error": "oops\nagain"}, 500), "server error: 500 oops again"),
        (Answer(b"<h1>gateway</h1>", 502, {"content-type": "text/html"}), "server error: 502 <h1>"),
        (Answer(said("A"), cut=20), "connection: "),
        (Answer(said("A"), cut=0), "connection: "),
        (Answer(b'{"choices": [{"mess'), "bad reply: broken JSON"),
        (Answer(b"<p>hi</p>", headers={"content-type": "text/html"}), "bad reply: text/html"),
        (Answer(b"[" * 200_000), "bad reply: broken JSON"),
        (Answer(b"[]"), "bad reply: list instead of an object"),
        (Answer({"choices": []}), "bad reply: no choices"),
        (Answer({"choices": None}), "bad reply: no choices"),
        (Answer({"choices": [{"index": 0}]}), "bad reply: a choice without a message"),
        (Answer({"error": {"message": "upstream"}}), "bad reply: an error with status 200: upst"),
    ],
)
def test_what_may_be_tried_again(server: Server, answer: Answer, failure: str) -> None:
    reply = one(server, answer)
    assert reply.text is None
    assert reply.transient
    assert (reply.failure or "").startswith(failure)
    assert len(server.calls) == 1  # trying again is the kernel's


@pytest.mark.parametrize(
    ("status", "error", "failure"),
    [
        (400, {"message": "no such field"}, "bad request: 400 no such field"),
        (422, {"message": "bad"}, "bad request: 422 bad"),
        (413, {"message": "big"}, "too large: 413 big"),
        (400, {"message": "long", "code": "context_length_exceeded"}, "too large: 400 long"),
        (400, {"message": "no", "code": "content_filter"}, "content filter: 400 no"),
    ],
)
def test_what_is_wrong_with_the_request(
    server: Server, status: int, error: dict[str, str], failure: str
) -> None:
    reply = one(server, Answer({"error": error}, status))
    assert (reply.text, reply.failure, reply.transient) == (None, failure, False)


@pytest.mark.parametrize(
    ("status", "error", "hint"),
    [
        (401, {"message": "no key"}, "key_env"),
        (402, {"message": "no money"}, "billing"),
        (403, {"message": "not you"}, "key_env"),
        (404, {"message": "no such model"}, "'tiny' served there"),
        (429, {"message": "spent", "code": "insufficient_quota"}, "billing"),
    ],
)
def test_what_ends_the_run(server: Server, status: int, error: dict[str, str], hint: str) -> None:
    with pytest.raises(ModelError, match=error["message"]) as caught:
        one(server, Answer({"error": error}, status))
    assert hint in (caught.value.hint or "")


def test_a_single_403_is_no_end_once_calls_have_succeeded(server: Server) -> None:
    loaded = model(server)
    ask(loaded, request())
    server.answer = lambda call: Answer({"error": {"message": "flagged"}}, 403)
    assert ask(loaded, request())[0].failure == "bad request: 403 flagged"


def test_waits_that_are_asked_for(server: Server) -> None:
    for headers, seconds in (
        ({"retry-after": "7"}, 7.0),
        ({"retry-after-ms": "250"}, 0.25),
        ({}, None),
    ):
        reply = one(server, Answer({"error": {"message": "x"}}, 429, headers))
        assert reply.retry_after == seconds
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert retry_after({"retry-after": "Thu, 01 Jan 2026 00:00:30 GMT"}, now) == 30
    assert retry_after({"retry-after": "Wed, 31 Dec 2025 00:00:00 GMT"}, now) == 0
    assert retry_after({"retry-after": "soon"}, now) is None


def test_time_outs(server: Server) -> None:
    reply = one(server, Answer(said("A"), seconds=0.6), "timeout=0.15")
    assert reply.failure == "time-out: no answer within 0.15 s"
    assert reply.transient


def test_nobody_there() -> None:
    reply = ask(load("openai:x?base_url=http://127.0.0.1:9/v1"), request())[0]
    assert (reply.failure or "").startswith("connection: http://127.0.0.1:9/v1: ")
    assert reply.transient


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        (said([{"type": "text", "text": "B"}, {"type": "text", "text": "!"}]), "B!"),
        (said("B", finish_reason="length"), "B"),
        (said(None, message={"content": None, "refusal": "I can't."}), "I can't."),
        (said(" (C) "), " (C) "),
    ],
)
def test_texts_of_all_forms(server: Server, choice: dict[str, Any], text: str) -> None:
    assert one(server, Answer(choice)).text == text


@pytest.mark.parametrize("content", [None, "", "<think>A dog or a cat? It"])
@pytest.mark.parametrize(
    ("settings", "limit"),
    [("max_tokens=50", "max_tokens=50"), ("max_tokens=none", "the endpoint's own limit")],
)
def test_who_thinks_for_too_long_is_told_of_once(
    server: Server, content: str | None, settings: str, limit: str
) -> None:
    server.answer = lambda call: Answer(said(content, finish_reason="length"))
    with pytest.warns(tma.TmaWarning) as told:
        replies = ask(model(server, settings), request(), request(1))
    assert [r.text for r in replies] == [content or ""] * 2
    (note,) = told
    assert f"a reply was cut at {limit} before it said anything: set max_tokens" in str(
        note.message
    )


def test_a_picture_that_can_not_be_read_is_a_failure_of_its_call(
    server: Server, tmp_path: Path
) -> None:
    gone = tma.MediaFile(tmp_path / "gone.png", "image/png", "0")
    reply, other = ask(model(server), request(media=gone), request())
    assert (reply.failure or "").startswith("media: ")
    assert other.text == "A"


def test_a_filtered_reply_is_a_failure(server: Server) -> None:
    reply = one(server, Answer(said(None, finish_reason="content_filter")))
    assert (reply.failure or "").startswith("content filter: ")
    assert not reply.transient


def test_parts_of_the_usage(server: Server) -> None:
    usage = {
        "prompt_tokens": 5,
        "completion_tokens": 9,
        "completion_tokens_details": {"reasoning_tokens": 7},
        "prompt_tokens_details": {"cached_tokens": None},
    }
    reply = one(server, Answer({**said("A"), "usage": usage}))
    assert reply.usage == {"input_tokens": 5, "output_tokens": 9, "reasoning_tokens": 7}
    assert one(server, Answer({**said("A"), "usage": None})).usage == {}


def test_log_probabilities_of_the_letters(server: Server) -> None:
    def alternatives(*pairs: tuple[str, float]) -> list[dict[str, Any]]:
        return [{"token": t, "logprob": float(np.log(p))} for t, p in pairs]

    first = {"token": "**", "logprob": -0.1, "top_logprobs": alternatives(("**", 0.9), ("A", 0.1))}
    letter = alternatives((" B", 0.5), ("B", 0.2), ("(A", 0.1), ("The", 0.05), ("Z", 0.01))
    tokens = [first, {"token": " B", "logprob": -0.7, "top_logprobs": letter}]
    reply = one(server, Answer(said("**B", logprobs={"content": tokens})), "logprobs=5")
    assert server.calls[-1].body["top_logprobs"] == 5
    assert reply.option_scores is not None
    assert np.exp(reply.option_scores) == pytest.approx([0.1, 0.7, 0.01, 0.01])
    # numbers that are no log-probabilities are passed over
    for odd in (1000, float("nan"), float("inf"), -float("inf"), 10**400, "x"):
        letter.append({"token": "C", "logprob": odd})
    with_odd = one(server, Answer(said("**B", logprobs={"content": tokens})), "logprobs=5")
    assert with_odd.option_scores == reply.option_scores
    # an endpoint that gives none is no failure
    assert one(server, Answer(said("B", logprobs=None)), "logprobs=5").option_scores is None


# -- keys -------------------------------------------------------------------------------------


def test_a_key_goes_out_and_is_seen_nowhere_else(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("MY_KEY", KEY)
    for loaded in (model(server, "key_env=MY_KEY"), model(server, TMA_OPENAI_API_KEY=KEY)):
        ask(loaded, request())
        assert server.calls[-1].headers["authorization"] == f"Bearer {KEY}"
        assert KEY not in f"{loaded}{loaded.config_json}{loaded.label}{vars(loaded)}"
        assert KEY in loaded.adapter.secrets
    assert caplog.records
    assert KEY not in caplog.text
    assert "key_env" not in loaded.config


def test_openais_key_goes_to_openai_only(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", "org-planted")
    ask(model(server), request())
    assert KEY not in str(server.calls[0].headers)
    assert "org-planted" not in str(server.calls[0].headers)


def test_a_missing_key_is_said_before_anything_is_asked() -> None:
    with pytest.raises(ModelError, match="OPENAI_API_KEY is not set"):
        load("openai:gpt-x")
    with pytest.raises(ModelError, match="NOWHERE is not set"):
        load("openai:x?base_url=http://127.0.0.1:9/v1&key_env=NOWHERE")


@pytest.mark.parametrize(
    "url", ["ftp://host/v1", "http://me:secret@host/v1", "http://host/v1?key=secret", "host:8000"]
)
def test_addresses_that_are_none_or_hold_a_key(url: str) -> None:
    with pytest.raises(ConfigError, match="base_url") as caught:
        load(f"openai:x?base_url={url}")
    assert "secret" not in str(caught.value)


def test_what_makes_no_difference_to_replies_is_no_part_of_the_model() -> None:
    base = "openai:x?base_url=http://127.0.0.1:9/v1"
    same = {load(base + more).config_digest for more in ("", "/", "&timeout=9", "&concurrency=2")}
    assert len(same) == 1
    assert load(base + "&frames=4").config_digest not in same
