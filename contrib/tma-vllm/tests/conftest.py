"""The package's source, where it is not installed; and the stand-in for vLLM."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).resolve().parent

if find_spec("tma_vllm") is None:
    sys.path.insert(0, str(HERE.parent / "src"))


@pytest.fixture(name="vllm")
def _vllm(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The stand-in, imported as `vllm` for one test."""
    monkeypatch.delitem(sys.modules, "vllm", raising=False)
    monkeypatch.syspath_prepend(HERE / "standin")
    import vllm

    vllm.LOADED.clear()
    return vllm
