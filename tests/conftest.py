"""Fixtures for every test: the published annotations, and a home of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# before numpy is imported: several processes of tests would wait for each other's threads
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

from .browser import _browser, _viewer  # noqa: F401  fixtures

REPOSITORY = Path(__file__).resolve().parent.parent

# the machines that run this are shared and slow: an example may take its time, and all runs try
# the same examples; `pytest --hypothesis-profile=explore` tries many new ones
settings.register_profile("tma", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile("tma")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the pages of the docs: some take minutes, and none shall run alone at the end."""
    items.sort(key=lambda item: item.path.name != "test_docs.py")


@pytest.fixture(scope="session", name="annotations")
def _annotations() -> Path:
    """The folder of the published annotations (`$TMA_V1_ANNOTATIONS` names another one)."""
    default = REPOSITORY.parent / "shared" / "data" / "tma-v1-annotations"
    path = Path(os.environ.get("TMA_V1_ANNOTATIONS", default))
    if not (path / "taxonomy.json").is_file():
        pytest.fail(f"no published annotations in {path}: set TMA_V1_ANNOTATIONS")
    return path


@pytest.fixture(scope="session", name="kept_cache")
def _kept_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that tests share which need not see that it is empty at first."""
    base = tmp_path_factory.getbasetemp()
    # a worker's folder lies in one of the whole run
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "kept-cache"


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the user's settings, cache or results."""
    for name in [n for n in os.environ if n.startswith("TMA_") and n != "TMA_V1_ANNOTATIONS"]:
        monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("TMA_CACHE", str(home / "cache"))
    monkeypatch.setenv("TMA_STORE", str(home / "replies.sqlite"))
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    if "tma.registry" in sys.modules:
        sys.modules["tma.registry"].default_registry.cache_clear()
