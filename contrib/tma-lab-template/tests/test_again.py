"""The package is what `tma assets pack` makes of assets/."""

from __future__ import annotations

from pathlib import Path

import pytest

from tma.assets import OpenAssets
from tma.packs.build import Order, write_package
from tma.registry import default_registry
from tma.validate import validate

PACKAGE = Path(__file__).resolve().parents[1]
ORDER = Order("lab-template", summary="Machine parts: a worked example of a private asset pack")
WRITTEN = ("src", "tests/test_tma_lab_template.py", "pyproject.toml", "LICENSE")


def contents(folder: Path) -> dict[str, bytes]:
    paths = (folder / name for name in WRITTEN)
    found = [p for path in paths for p in (path.rglob("*") if path.is_dir() else [path])]
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in found
        if p.is_file() and p.suffix != ".pyc"
    }


@pytest.fixture(scope="module", name="assets")
def _assets() -> OpenAssets:
    return OpenAssets(default_registry(), f"meshes?root={PACKAGE / 'assets'}")


def test_all_is_well_with_the_assets(assets: OpenAssets) -> None:
    assert validate(assets).flaws == []


def test_packing_again_changes_nothing(assets: OpenAssets, tmp_path: Path) -> None:
    write_package(assets, ORDER, tmp_path / "new", folder=PACKAGE / "assets")
    assert contents(tmp_path / "new") == contents(PACKAGE)
