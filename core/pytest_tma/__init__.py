"""The pytest plugin of `tma`: fixtures for tests of plugins.

It stands outside the package `tma` and imports nothing of it before a fixture is used: pytest loads
it in every project, also in those that never heard of `tma`, and before coverage is measured.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tma import Catalogue, Renderer
    from tma.assets import OpenAssets
    from tma.models import LoadedModel
    from tma.testing import Lab


@pytest.fixture
def tma_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of the test's own: no settings, an empty cache, and no third party's plugins."""
    for name in [n for n in os.environ if n.startswith("TMA_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "tma-home"
    home.mkdir()
    (home / "tma.toml").touch()
    monkeypatch.setenv("TMA_CONFIG", str(home / "tma.toml"))
    monkeypatch.setenv("TMA_CACHE", str(home / "cache"))
    monkeypatch.setenv("TMA_STORE", str(home / "replies.sqlite"))
    monkeypatch.setenv("TMA_LOAD_PLUGINS", "")
    return home


@pytest.fixture
def tma_lab(tma_home: Path) -> Callable[..., Lab]:
    """`tma_lab(plugin, ...)`: a registry of these plugins, the built-ins and the toys alone."""
    from tma.testing import lab

    return lab


@pytest.fixture
def tma_toys(tma_lab: Callable[..., Lab]) -> OpenAssets:
    """The toy shop, opened."""
    from tma.assets import OpenAssets

    return OpenAssets(tma_lab(), "toys/shop")


@pytest.fixture
def tma_catalogue(tma_toys: OpenAssets) -> Catalogue:
    """The catalogue of the toy shop."""
    return tma_toys.catalogue()


@pytest.fixture
def tma_flat(tma_home: Path) -> Renderer:
    """The flat renderer, for `tma.Stickers` and `tma.Tabletop` scenes."""
    from tma.testing.flat import Flat

    return Flat()


@pytest.fixture
def tma_oracle(tma_lab: Callable[..., Lab]) -> LoadedModel:
    """A model that is always right."""
    from tma.models import load_model

    return load_model(tma_lab(), "toys/oracle")


@pytest.fixture
def tma_echo(tma_lab: Callable[..., Lab]) -> LoadedModel:
    """A model that says what it is asked."""
    from tma.models import load_model

    return load_model(tma_lab(), "toys/echo")
