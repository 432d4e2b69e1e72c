"""The `transformers` adapter with tiny models that are saved and loaded as real ones are."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

import tma
from tma.errors import ConfigError, ModelError, PluginError
from tma_plugins.huggingface.loading import Loaded
from tma_plugins.huggingface.loading import load as load_weights
from tma_plugins.huggingface.settings import LocalConfig
from tma_plugins.huggingface.wording import word

from . import tiny_models
from .asking import ask, load, media_file, picture, request, video

pytestmark = pytest.mark.slow  # torch and transformers take some seconds to import
COLORS = ((210, 40, 40), (40, 190, 60), (50, 70, 220), (240, 240, 240))
UNEVEN = (("dog", "cat"), ("a black and white cow", "cat", "dog"), ("horse", "dog", "cat", "cow"))


@pytest.fixture(name="folders", scope="module")
def _folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("models")
    return {
        "llava": tiny_models.llava(base / "llava"),
        "old-llava": tiny_models.llava(base / "old-llava", template=False),
        "qwen2-vl": tiny_models.qwen2_vl(base / "qwen2-vl"),
        "text": tiny_models.text_only(base / "text"),
    }


@pytest.fixture(name="shown", scope="module")
def _shown(tmp_path_factory: pytest.TempPathFactory) -> list[tma.Request]:
    """Pictures of several colours and sizes and a video, with two to four options."""
    base = tmp_path_factory.mktemp("media")
    stills = [picture(base / f"{n}.png", c, 28 + 14 * n) for n, c in enumerate(COLORS)]
    media = [*stills, video(base / "v.mp4")]
    return [request(n, media=m, options=UNEVEN[n % 3]) for n, m in enumerate(media)]


def spec(folder: Path, settings: str = "") -> str:
    return f"transformers:{folder}?max_new_tokens=5&{settings}".rstrip("&")


@pytest.mark.parametrize(
    ("name", "scoring"),
    [
        ("llava", "generate"),
        ("llava", "letters"),
        ("llava", "options"),
        ("old-llava", "generate"),
        ("qwen2-vl", "generate"),
        ("qwen2-vl", "letters"),
        ("qwen2-vl", "options"),
    ],
)
def test_a_batch_says_what_each_says_alone(
    name: str, scoring: str, folders: dict[str, Path], shown: list[tma.Request]
) -> None:
    settings = f"scoring={scoring}&batch_size="
    alone = ask(load(spec(folders[name], settings + "1")), *shown)
    batch = ask(load(spec(folders[name], settings + "4")), *shown)
    assert [r.failure for r in alone] == [None] * 5
    assert [r.text for r in alone] == [r.text for r in batch]
    for one, many, asked in zip(alone, batch, shown, strict=True):
        assert one.usage == many.usage
        if scoring == "generate":
            assert one.option_scores is None
            assert one.usage["output_tokens"] in range(1, 6)
            continue
        assert one.option_scores == pytest.approx(many.option_scores, abs=1e-4)
        assert one.option_scores is not None
        best = one.option_scores.index(max(one.option_scores))
        assert one.text == "ABCD"[best]
        assert len(one.option_scores) == len(asked.options)


@pytest.mark.parametrize("name", ["llava", "qwen2-vl"])
def test_it_looks(name: str, folders: dict[str, Path], tmp_path: Path) -> None:
    """The same question about other pictures, and about another order of frames."""
    stills = [picture(tmp_path / f"{n}.png", c, 28) for n, c in enumerate(COLORS)]
    greys = (10, 60, 240)
    films = [video(tmp_path / "v.mp4", greys), video(tmp_path / "w.mp4", greys[::-1])]
    model = load(spec(folders[name], "scoring=letters"))
    scores = [r.option_scores for r in ask(model, *(request(media=m) for m in [*stills, *films]))]
    assert len(set(scores)) == 6


@pytest.mark.parametrize("settings", ["", "video=native", "video=frames"])
def test_videos_as_videos_and_as_pictures(
    settings: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    asked = request(media=video(tmp_path / "v.mp4"))
    counts = [
        ask(load(spec(folders["qwen2-vl"], f"{settings}&frames={n}".strip("&"))), asked)[0].usage
        for n in (2, 4)
    ]
    # two frames make a token row of a video, each frame does of pictures
    more = counts[1]["input_tokens"] - counts[0]["input_tokens"]
    as_pictures = settings == "video=frames"
    assert (more > 10) == as_pictures
    assert more > 0


def text_of(loaded: Loaded, prompt: str, **more: Any) -> str:
    return word(loaded, prompt, **{"kind": "image", "count": 1, **more})


def test_prompts_by_template_and_without(folders: dict[str, Path]) -> None:
    new, old, qwen = (
        load_weights(LocalConfig(variant=str(folders[n])))
        for n in ("llava", "old-llava", "qwen2-vl")
    )
    assert text_of(new, "Hi", system="Be brief") == (
        "<|im_start|>system\nBe brief<|im_end|>\n<|im_start|>user\n<image>Hi<|im_end|>\n"
        "<|im_start|>assistant\n"
    )
    assert text_of(old, "Hi {media}", count=2) == "USER: <image>\n<image>\nHi {media} ASSISTANT:"
    assert text_of(old, "Hi", template="Q: {prompt} {media}") == "Q: Hi <image>"
    assert "<|video_pad|>" in text_of(qwen, "Hi", kind="video")
    assert (old.knows_videos, qwen.knows_videos) == (False, True)


@pytest.mark.parametrize("name", ["llava", "qwen2-vl"])
def test_likelihoods_are_those_of_a_plain_pass(
    name: str, folders: dict[str, Path], tmp_path: Path
) -> None:
    """One request, no padding, one forward pass an option: what a person would compute."""
    import torch
    from PIL import Image

    media = picture(tmp_path / "p.png", COLORS[0], 56)
    asked = request(media=media, options=UNEVEN[1])
    loaded = load_weights(LocalConfig(variant=str(folders[name])))

    def logits(text: str) -> tuple[torch.Tensor, torch.Tensor]:
        with Image.open(media.path) as image:
            inputs = loaded.processor(text=text, images=image.convert("RGB"), return_tensors="pt")
        inputs = inputs.to(loaded.model.device)
        with torch.inference_mode():
            found = torch.log_softmax(loaded.model(**inputs).logits[0], -1)
        return found, inputs["input_ids"][0]

    likely, _ = logits(text_of(loaded, asked.prompt))
    letters = []
    for letter in "ABC":
        ways = {loaded.tokenizer.encode(w)[-1] for w in (letter, f" {letter}")}
        letters.append(float(likely[-1, sorted(ways)].exp().sum().log()))
    (reply,) = ask(load(spec(folders[name], "scoring=letters")), asked)
    assert reply.option_scores == pytest.approx(letters, abs=1e-3)  # TF32 on a card

    start = text_of(loaded, asked.question)
    length = len(logits(start)[1])
    texts = []
    for option in asked.options:
        likely, tokens = logits(start + option)
        places = range(length, len(tokens))
        texts.append(sum(float(likely[p - 1, tokens[p]]) for p in places) / len(places))
    (reply,) = ask(load(spec(folders[name], "scoring=options")), asked)
    assert reply.option_scores == pytest.approx(texts, abs=1e-3)


def test_further_arguments_reach_generate(
    folders: dict[str, Path], shown: list[tma.Request]
) -> None:
    long = ask(load(spec(folders["llava"], 'generation={"min_new_tokens":5}')), shown[0])
    assert long[0].usage["output_tokens"] == 5
    with pytest.raises(ModelError, match="no_such_argument"):
        ask(load(spec(folders["llava"], 'generation={"no_such_argument":1}')), shown[0])


def test_one_bad_picture_spoils_no_batch(
    folders: dict[str, Path], shown: list[tma.Request], tmp_path: Path
) -> None:
    model = load(spec(folders["llava"], "batch_size=4"))
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    bad = request(7, media=media_file(broken, "image/png"))
    first, spoilt, last = ask(model, shown[0], bad, shown[1])
    assert (first.failure, last.failure) == (None, None)
    assert (spoilt.failure or "").startswith("media: ")


def test_weights_are_let_go_after_a_run(folders: dict[str, Path], shown: list[tma.Request]) -> None:
    model = load(spec(folders["llava"]))
    before = ask(model, shown[0])
    assert model.adapter._loaded is None  # type: ignore[attr-defined]
    assert ask(model, shown[0]) == before


def test_what_is_missing_is_said(
    folders: dict[str, Path], shown: list[tma.Request], tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="no such folder"):
        load("transformers:/nowhere/at/all")
    with pytest.raises(ModelError, match=r"holds no config\.json"):
        load(f"transformers:{tmp_path}")
    with pytest.raises(ModelError, match="can't be loaded"):
        ask(load(f"transformers:{folders['text']}"), shown[0])
    with pytest.raises(ConfigError, match="template"):
        load("transformers:a/b?template=what")
    with pytest.raises(ConfigError, match="not both"):
        load("transformers:a/b?device=cpu&device_map=auto")


def test_a_name_on_a_hub_that_can_not_be_reached(
    shown: list[tma.Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="nobody/nothing can't be loaded") as caught:
        ask(load("transformers:nobody/nothing"), shown[0])
    assert "give a folder" in (caught.value.hint or "")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "package", "extra"),
    [
        ("transformers:a/b", "transformers", "transformers"),
        ("openai:x?base_url=http://127.0.0.1:9/v1", "openai", "openai"),
        ("open-clip:x?pretrained=untrained", "open_clip", "clip"),
        ("inspect:openai/x", "inspect_ai", "inspect"),
    ],
)
def test_a_missing_extra_is_named(
    text: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "tma_plugins.modelkit.needs.find_spec",
        lambda name: None if name == package else found(name),
    )
    with pytest.raises(PluginError, match=f"No module named '{package}'") as caught:
        load(text)
    assert caught.value.hint == f"pip install 'task-me-anything[{extra}]'"
