"""The pages that commands leave, in a browser: sound, narrow enough, and open to everybody.

What asks models is done before the browser starts, see `tests/browser.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tma.cli import cli

from ..browser import Viewer

COMMANDS = {
    "generator": "plugins run grid2d/how-many --assets shapes --limit 4 --out",
    "renderer": "plugins run stickers --assets shapes --limit 3 --out",
    "model": "plugins run simulated --assets shapes --limit 3 --out",
    "query": "query top-k --model simulated?seed=1 --assets shapes --tasks grid2d/how-many "
    "--where grid=2 --by count -k 1 --budget 60 --seed 3 --pictures",
}


@pytest.fixture(scope="module", name="left")
def _left(tmp_path_factory: pytest.TempPathFactory, kept_cache: Path) -> Path:
    """A folder of what the commands left, by their names here."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMA_CACHE", str(kept_cache))
        patch.setenv("TMA_STORE", str(folder / "replies.sqlite"))
        for name, words in COMMANDS.items():
            cli.main([*words.split(), str(folder / name)], standalone_mode=False)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_everybody_can_use_it(left: Path, viewer: Viewer, name: str) -> None:
    page = viewer.open(left / name / "index.html")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    for picture in page.locator(".card img").all():
        assert picture.evaluate("e => (e.loading = 'eager', e.decode().then(() => e.naturalWidth))")
    viewer.check()
