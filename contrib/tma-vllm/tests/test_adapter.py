"""Requests reach vLLM as it wants them, and its outputs come back as replies, in order."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

import tma
from tma.config import Settings
from tma.errors import ConfigError, PluginError
from tma.models import load_model
from tma.registry import Registry
from tma_vllm.adapter import VllmAdapter, VllmConfig


def registry() -> Registry:
    return Registry(Settings(environ={}), [EntryPoint("vllm", "tma_vllm", "tma")])


def adapter(model: str = "lab/tiny", **settings: Any) -> VllmAdapter:
    return VllmAdapter(VllmConfig(variant=model, **settings))


def media_file(path: Path, media_type: str) -> tma.MediaFile:
    return tma.MediaFile(path, media_type, hashlib.sha256(path.read_bytes()).hexdigest())


def picture(folder: Path, green: int, name: str | None = None) -> tma.MediaFile:
    path = folder / (name or f"{green}.png")
    Image.new("RGB", (4, 4), (9, green, 9)).save(path)
    return media_file(path, "image/png")


def video(folder: Path) -> tma.MediaFile:
    """Sixteen frames, darker to brighter green."""
    path = folder / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=8)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for green in range(0, 240, 15):
            pixels = np.full((32, 32, 3), (0, green, 0), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels)))
        container.mux(stream.encode(None))
    return media_file(path, "video/mp4")


def request(media: tma.MediaFile | None = None, prompt: str = "Which?") -> tma.Request:
    options = ("a", "b", "c", "d")
    task: Any = None  # this adapter must not look at it
    return tma.Request(
        prompt=prompt,
        question="Which?",
        options=options,
        order=(0, 1, 2, 3),
        task=task,
        call_id="x",
        media=media,
    )


def ask(adapter: tma.ModelAdapter, *requests: tma.Request) -> list[tma.Reply]:
    return list(asyncio.run(adapter.reply(requests)))


def test_a_batch_is_answered_at_once_and_in_order(vllm: ModuleType, tmp_path: Path) -> None:
    greens = [2, 1, 3, 0, 1, 2]
    asked = [request(picture(tmp_path, g)) for g in greens]
    one = adapter(max_tokens=7, seed=5)
    assert vllm.LOADED == []
    replies = ask(one, *asked)
    assert [r.text for r in replies] == ["ABCD"[g] for g in greens]
    assert replies[0].usage == {"input_tokens": 6, "output_tokens": 1, "cached_tokens": 3}
    (loaded,) = vllm.LOADED
    assert loaded.batches == [6]
    assert loaded.sampling == vllm.SamplingParams(temperature=0, top_p=1, max_tokens=7, seed=5)
    assert [r.text for r in ask(one, request())] == ["none"]
    assert len(vllm.LOADED) == 1


def test_videos_are_shown_as_frames(vllm: ModuleType, tmp_path: Path) -> None:
    (reply,) = ask(adapter(frames=5), request(video(tmp_path)))
    assert reply.text is not None
    greens = [int(g) for g in reply.text.split()[1:]]
    assert len(greens) == 4
    assert greens == sorted(greens)
    assert greens[-1] > 200


def test_settings_reach_the_engine(vllm: ModuleType) -> None:
    ask(adapter("lab/tiny", max_model_len=99, engine='{"enforce_eager": true}'), request())
    (loaded,) = vllm.LOADED
    assert (loaded.model, loaded.max_model_len, loaded.enforce_eager) == ("lab/tiny", 99, True)


def test_what_vllm_will_not_take_fails_alone(vllm: ModuleType, tmp_path: Path) -> None:
    asked = [request(picture(tmp_path, 1)), request(prompt="long " * 30), request(prompt="x")]
    replies = ask(adapter(max_model_len=100), *asked)
    assert [r.text for r in replies] == ["B", None, "none"]
    assert str(replies[1].failure).startswith("bad request: The decoder prompt (length 150)")
    assert not replies[1].transient


def test_media_that_can_not_be_read_fail_alone(vllm: ModuleType, tmp_path: Path) -> None:
    gone = tma.MediaFile(tmp_path / "gone.png", "image/png", "")
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    broken = media_file(tmp_path / "broken.mp4", "video/mp4")
    changed = picture(tmp_path, 3)
    picture(tmp_path, 4, changed.path.name)
    asked = [request(m) for m in (gone, picture(tmp_path, 2), broken, changed)]
    replies = ask(adapter(), *asked)
    assert [r.text for r in replies] == [None, "C", None, None]
    assert "No such file" in str(replies[0].failure)
    assert "broken.mp4: can't be read as a video" in str(replies[2].failure)
    assert "is not the file that was rendered" in str(replies[3].failure)
    assert vllm.LOADED[0].batches == [1]


def test_an_aborted_reply_is_a_failure(vllm: ModuleType) -> None:
    (reply,) = ask(adapter(), request(prompt="ABORT"))
    assert (reply.text, reply.failure) == (None, "server error: ended by 'abort'")


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("nobody/none", r"can't load nobody/none: nobody/none is not a local folder \("),
        ("lab/dies", "the engine of lab/dies failed: EngineCore died"),
        ("lab/forgets", "1 answers to 2 requests"),
    ],
)
def test_what_no_call_can_mend_is_raised(vllm: ModuleType, model: str, says: str) -> None:
    with pytest.raises(tma.ModelError, match=says):
        ask(adapter(model), request(), request())


def test_a_specification_is_enough(vllm: ModuleType) -> None:
    model = load_model(registry(), "vllm:org/Some-VL-3B?max_tokens=16&batch_size=4")
    assert model.adapter.batch_size == 4
    assert model.config["variant"] == "org/Some-VL-3B"
    assert "batch_size" not in model.config
    assert set(model.consumes) == {"image", "video"}
    same = load_model(registry(), "vllm:org/Some-VL-3B?max_tokens=16&tensor_parallel_size=2")
    assert same.config_digest == model.config_digest
    with pytest.raises(ConfigError, match="engine: Invalid JSON"):
        load_model(registry(), "vllm:m?engine=eager")
    with pytest.raises(ConfigError, match="variant: Field required"):
        load_model(registry(), "vllm")


def test_without_vllm_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vllm", None)
    monkeypatch.setattr("tma_vllm.find_spec", lambda name: None)
    found = registry()
    (entry,) = found.of_kind("model-adapter")
    assert found.lacking(entry) == "vllm is not installed"
    with pytest.raises(PluginError, match=r"pip install 'tma-vllm\[vllm\]'"):
        load_model(found, "vllm:lab/tiny")
