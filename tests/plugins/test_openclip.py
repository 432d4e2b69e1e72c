"""The `open-clip` adapter with a tiny model, untrained and taught three colours."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tma.errors import ConfigError, ModelError
from tma_plugins.modelkit.torchvision import mend_torchvision
from tma_plugins.tabletop.video import encode_mp4

from .asking import ask, load, media_file, picture, request, video

pytestmark = pytest.mark.slow  # torch and open_clip take some seconds to import
TINY = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 16},
    "text_cfg": {"context_length": 24, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
}
COLORS = {"red": (220, 30, 30), "green": (30, 200, 40), "blue": (40, 60, 220)}
QUESTION = "What colour is it?"


@pytest.fixture(name="tiny", scope="module")
def _tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an architecture and a checkpoint that knows three colours."""
    mend_torchvision()
    import open_clip
    import torch

    folder = tmp_path_factory.mktemp("clip")
    (folder / "tiny-clip.json").write_text(json.dumps(TINY))
    open_clip.add_model_config(folder / "tiny-clip.json")
    torch.set_num_threads(1)  # more only get into one another's way with a model this small
    torch.manual_seed(0)
    model, _, transform = open_clip.create_model_and_transforms("tiny-clip")
    texts = open_clip.get_tokenizer("tiny-clip")([f"{QUESTION} {name}" for name in COLORS])
    shown = torch.stack([transform(Image.new("RGB", (32, 32), rgb)) for rgb in COLORS.values()])
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(20):
        images, words, scale = model(shown, texts)
        loss = torch.nn.functional.cross_entropy(scale * images @ words.T, torch.arange(3))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    torch.save(model.state_dict(), folder / "tiny.pt")
    return folder


def spec(tiny: Path, settings: str = "") -> str:
    return f"open-clip:{tiny}/tiny-clip.json?pretrained={tiny}/tiny.pt&{settings}".rstrip("&")


def colour(number: int, media: Any, names: Sequence[str] = tuple(COLORS)) -> Any:
    return request(number, media=media, options=tuple(names), question=QUESTION)


def test_it_says_what_it_was_taught(tiny: Path, tmp_path: Path) -> None:
    names = ("blue", "red", "green")
    asked = [
        colour(n, picture(tmp_path / f"{name}.png", COLORS[name], 40 + n), names)
        for n, name in enumerate(names)
    ]
    replies = ask(load(spec(tiny)), *asked)
    assert [r.text for r in replies] == ["A", "B", "C"]
    for place, reply in enumerate(replies):
        assert reply.option_scores is not None
        assert max(reply.option_scores) == reply.option_scores[place]
    # one by one they come out alike
    alone = ask(load(spec(tiny, "batch_size=1")), *asked)
    for one, many in zip(alone, replies, strict=True):
        assert one.option_scores == pytest.approx(many.option_scores, abs=1e-5)


@pytest.mark.parametrize("precision", ["fp16", "bf16"])
def test_half_precision_says_nearly_the_same(precision: str, tiny: Path, tmp_path: Path) -> None:
    asked = [colour(n, picture(tmp_path / f"{n}.png", c)) for n, c in enumerate(COLORS.values())]
    whole = ask(load(spec(tiny)), *asked)
    half = ask(load(spec(tiny, f"precision={precision}")), *asked)
    assert [r.text for r in half] == [r.text for r in whole] == ["A", "B", "C"]
    for one, other in zip(half, whole, strict=True):
        assert one.option_scores == pytest.approx(other.option_scores, abs=0.03)


def test_a_score_is_the_cosine_of_picture_and_text(tiny: Path, tmp_path: Path) -> None:
    import open_clip
    import torch

    media = picture(tmp_path / "p.png", (90, 200, 120))
    (reply,) = ask(load(spec(tiny, "template={option}? {question}")), colour(0, media))
    model, _, transform = open_clip.create_model_and_transforms(
        "tiny-clip", pretrained=str(tiny / "tiny.pt")
    )
    texts = open_clip.get_tokenizer("tiny-clip")([f"{name}? {QUESTION}" for name in COLORS])
    with torch.inference_mode(), Image.open(media.path) as image:
        seen = model.eval().encode_image(transform(image)[None])
        cosine = torch.nn.functional.cosine_similarity(seen, model.encode_text(texts))
    assert reply.option_scores == pytest.approx(cosine.tolist(), abs=1e-5)


def test_a_video_counts_as_the_mean_of_its_frames(tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    shades = [COLORS["red"], COLORS["red"], COLORS["blue"]]
    path.write_bytes(encode_mp4([np.full((48, 48, 3), s, np.uint8) for s in shades], 4))
    film = colour(0, media_file(path, "video/mp4"))
    (whole,) = ask(load(spec(tiny)), film)
    assert whole.text == "A"
    (ends,) = ask(load(spec(tiny, "frames=2")), film)
    stills = [colour(n, picture(tmp_path / f"{n}.png", s, 48)) for n, s in enumerate(shades)]
    red, _, blue = (r.option_scores or () for r in ask(load(spec(tiny)), *stills))
    # the video's colours are a little off
    assert whole.option_scores == pytest.approx(np.average([red, blue], 0, [2, 1]), abs=0.05)
    assert ends.option_scores == pytest.approx(np.mean([red, blue], 0), abs=0.05)


def test_a_long_question_leaves_room_for_the_option(tiny: Path, tmp_path: Path) -> None:
    media = picture(tmp_path / "p.png")
    long = request(media=media, question="in this picture " * 30 + QUESTION)
    (reply,) = ask(load(spec(tiny)), long)
    assert reply.option_scores is not None
    assert len(set(reply.option_scores)) == 4


def test_untrained_weights_come_from_the_seed(tiny: Path, tmp_path: Path) -> None:
    asked = request(media=picture(tmp_path / "p.png"))
    bare = f"open-clip:{tiny}/tiny-clip.json?pretrained=untrained&seed="
    first, again, other = (ask(load(bare + s), asked)[0].option_scores for s in "112")
    assert first == again
    assert first != other


def test_what_is_missing_is_said_at_once(tiny: Path, tmp_path: Path) -> None:
    for text, said in (
        ("ViT-B-32", "architecture without weights"),
        ("ViT-B-32?pretrained=gone.pt", "gone.pt: no such file"),
        ("local-dir:/nowhere", "no such folder"),
        ("/nowhere/model.json?pretrained=untrained", "no such file"),
    ):
        with pytest.raises(ModelError, match=said):
            load(f"open-clip:{text}")
    with pytest.raises(ConfigError, match="template"):
        load("open_clip:ViT-B-32?pretrained=untrained&template=what")
    asked = request(media=video(tmp_path / "v.mp4"))
    (tmp_path / "bad.pt").write_bytes(b"no weights")
    for text in ("no-such-net?pretrained=untrained", f"ViT-B-32?pretrained={tmp_path}/bad.pt"):
        with pytest.raises(ModelError, match="can't be loaded"):
            ask(load(f"open-clip:{text}"), asked)
