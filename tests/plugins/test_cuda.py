"""The adapters of models that run here, on a graphics card; without one they are tested on CPUs.

`pytest tests/plugins/test_cuda.py` where PyTorch sees a card.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tma
from tma.errors import ModelError

from . import tiny_models
from .asking import ask, load, picture, request, video
from .test_openclip import TINY

torch = pytest.importorskip("torch")
if not torch.cuda.is_available():
    pytest.skip("PyTorch sees no CUDA device", allow_module_level=True)

pytestmark = pytest.mark.slow
MODELS: dict[str, Callable[[Path], Path]] = {
    "llava": tiny_models.llava,
    "qwen2-vl": tiny_models.qwen2_vl,
}


@pytest.fixture(name="folders", scope="module")
def _folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("models")
    return {name: make(base / name) for name, make in MODELS.items()}


@pytest.fixture(name="shown", scope="module")
def _shown(tmp_path_factory: pytest.TempPathFactory) -> list[tma.Request]:
    base = tmp_path_factory.mktemp("media")
    stills = [picture(base / f"{n}.png", (60 * n, 200, 250 - 60 * n), 28 + n) for n in range(5)]
    return [request(n, media=m) for n, m in enumerate([*stills, video(base / "v.mp4")])]


@pytest.fixture(name="little_memory")
def _little_memory() -> Iterator[None]:
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(1e-9)
    held = []  # what the allocator keeps of earlier tests
    for count in (1 << 20, 1 << 16, 1 << 9):
        with contextlib.suppress(torch.OutOfMemoryError):
            while True:
                held.append(torch.empty(count, dtype=torch.uint8, device="cuda"))
    yield
    held.clear()
    torch.cuda.set_per_process_memory_fraction(1.0)


@pytest.mark.parametrize("where", ["device=cuda", "device=cuda:0", "device_map=auto"])
@pytest.mark.parametrize("scoring", ["generate", "letters", "options"])
@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_card_says_what_a_processor_says(
    name: str, scoring: str, where: str, folders: dict[str, Path], shown: list[tma.Request]
) -> None:
    spec = f"transformers:{folders[name]}?max_new_tokens=4&scoring={scoring}&batch_size=4&"
    here = ask(load(f"{spec}{where}"), *shown)
    there = ask(load(f"{spec}device=cpu"), *shown)
    assert [r.failure for r in here] == [None] * len(shown)
    assert [r.text for r in here] == [r.text for r in there]
    for one, other in zip(here, there, strict=True):
        assert one.usage == other.usage
        assert one.option_scores == pytest.approx(other.option_scores, abs=0.01)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", sorted(MODELS))
def test_half_precision(
    name: str, dtype: str, folders: dict[str, Path], shown: list[tma.Request]
) -> None:
    replies = ask(load(f"transformers:{folders[name]}?scoring=letters&dtype={dtype}"), *shown)
    assert all(math.isfinite(s) for r in replies for s in r.option_scores or (math.nan,))


def test_a_clip(tmp_path: Path, shown: list[tma.Request]) -> None:
    (tmp_path / "tiny-clip.json").write_text(json.dumps(TINY))
    spec = f"open-clip:{tmp_path}/tiny-clip.json?pretrained=untrained"
    scores = {
        settings: [r.option_scores for r in ask(load(f"{spec}&{settings}"), *shown)]
        for settings in ("device=cpu", "device=cuda", "seed=0", "precision=fp16", "precision=bf16")
    }
    expected = scores.pop("device=cpu")
    for settings, found in scores.items():
        near = 0.05 if "precision" in settings else 0.002  # of cosines; TF32 counts as exact
        for one, other in zip(found, expected, strict=True):
            assert one == pytest.approx(other, abs=near), settings


def test_memory_is_given_back(folders: dict[str, Path], shown: list[tma.Request]) -> None:
    model = load(f"transformers:{folders['llava']}")
    ask(model, *shown)  # what the libraries keep for themselves is there from now on
    before = torch.cuda.memory_allocated()
    ask(model, *shown)
    assert torch.cuda.memory_allocated() == before


@pytest.mark.usefixtures("little_memory")
def test_too_little_memory(
    folders: dict[str, Path], shown: list[tma.Request], tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="out of memory") as caught:
        ask(load(f"transformers:{folders['llava']}"), shown[0])
    assert "device_map=auto" in (caught.value.hint or "")
    (tmp_path / "tiny-clip.json").write_text(json.dumps(TINY))
    with pytest.raises(ModelError, match="out of memory") as caught:
        ask(load(f"open-clip:{tmp_path}/tiny-clip.json?pretrained=untrained"), shown[0])
    assert "precision=fp16" in (caught.value.hint or "")
