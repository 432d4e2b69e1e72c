"""What plugins here take from the kernel, anybody's plugin may take."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tma

ROOT = Path(__file__).parents[2]
FILES = [
    *ROOT.glob("plugins/tma_plugins/**/*.py"),
    *ROOT.glob("contrib/*/src/**/*.py"),
]


def taken(tree: ast.Module) -> Iterator[str]:
    """What a module takes from `tma`: names of `tma` itself, and whole paths of what is below."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "tma":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tma."):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("tma."))
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "tma":
            yield node.attr


def test_plugins_use_public_names_alone() -> None:
    assert len(FILES) > 100
    public = {*tma.__all__, "__version__"}
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted(FILES)
        for name in taken(ast.parse(path.read_text(encoding="utf-8")))
        if name not in public
    ]
    assert not found


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("from tma.seeds import derive_rng", ["tma.seeds.derive_rng"]),
        ("import tma.seeds", ["tma.seeds"]),
        ("import tma\ntma.seeds", ["seeds"]),
        ("from tma import Scene\nimport tma_plugins.cells", ["Scene"]),
    ],
)
def test_private_doors_are_seen(code: str, names: list[str]) -> None:
    assert list(taken(ast.parse(code))) == names
