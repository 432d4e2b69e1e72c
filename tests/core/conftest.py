"""Plugins that tests make up: real distributions in a folder, found as installed ones are."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from textwrap import dedent

import pytest

from tma.config import Settings
from tma.discovery import Plugin, discover
from tma.registry import Registry


class PluginShelf:
    """Distributions with entry points, beside the installed ones or without them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()

    def add(
        self,
        distribution: str,
        entry: str,
        source: str,
        *,
        module: str | None = None,
        version: str = "1.2",
    ) -> None:
        """A distribution with one plugin `entry`, whose module holds `source`."""
        name = module or f"made_up_{distribution}_{entry}".replace("-", "_").replace(".", "_")
        (self.root / f"{name}.py").write_text(dedent(source), encoding="utf-8")
        info = self.root / f"{distribution}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n", encoding="utf-8"
        )
        (info / "entry_points.txt").write_text(f"[tma]\n{entry} = {name}\n", encoding="utf-8")

    def points(self, *, builtins: bool = False) -> list[EntryPoint]:
        """Their entry points, the built-ins' too if wanted."""
        path = [str(self.root), *(sys.path if builtins else [])]
        return [
            p
            for d in distributions(path=path)
            for p in d.entry_points
            if p.group == "tma" and (d.name == "task-me-anything" or self._mine(d.name))
        ]

    def _mine(self, name: str) -> bool:
        return any(self.root.glob(f"{name}-*.dist-info"))

    def discover(self, environ: Mapping[str, str] | None = None) -> dict[str, Plugin]:
        """What becomes of them, by name."""
        rows = discover(Settings(environ=environ or {}), self.points())
        return {r.name: r for r in rows}

    def registry(self, settings: Settings | None = None, *, builtins: bool = False) -> Registry:
        """A registry of them."""
        return Registry(settings or Settings(), self.points(builtins=builtins))


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PluginShelf]:
    """An empty shelf whose modules can be imported; they are forgotten after the test."""
    made = PluginShelf(tmp_path / "shelf")
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(made.root))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield made
    for name in set(sys.modules) - before:
        if name.startswith("made_up_"):
            del sys.modules[name]
