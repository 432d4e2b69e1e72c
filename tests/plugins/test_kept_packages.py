"""Packages that are kept as they are: one made for an older tma, one for a newer, one broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tma.cli import main
from tma.config import Settings
from tma.discovery import Plugin, discover
from tma.errors import PluginError
from tma.hookspecs import HOOK_API
from tma.testing import lab
from tma.testing.laboratory import PackageFolder

KEPT = Path(__file__).parent / "kept"
PACKAGES = ("tma-broken", "tma-future", "tma-old")


@pytest.fixture(name="rows")
def _rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Plugin]]:
    points = []
    for name in PACKAGES:
        folder = PackageFolder(KEPT / name)
        monkeypatch.syspath_prepend(str(folder.root))
        points += list(folder.entry_points)
    yield {row.name: row for row in discover(Settings(), points)}
    with pytest.raises(PluginError, match=r"plugin broken of tma-broken is broken: .*plugin old"):
        discover(Settings(environ={"TMA_STRICT_PLUGINS": "1"}), points)


def test_each_has_its_row(rows: dict[str, Plugin]) -> None:
    assert {n: r.status for n, r in rows.items()} == {
        "broken": "broken",
        "future": "ok",
        "old": "incompatible",
    }
    assert rows["broken"].cause == "RuntimeError: broken on purpose"
    assert rows["old"].cause == (
        f"made for plugin contract 0, this is {HOOK_API[0]}: install an older task-me-anything or "
        "another version of tma-old"
    )
    assert rows["future"].cause == (
        f"made for plugin contract 1.7, newer than {HOOK_API[0]}.{HOOK_API[1]}, works without "
        "tma_translators"
    )
    assert {r.distribution: r.version for r in rows.values()} == dict.fromkeys(PACKAGES, "1.0")


def test_the_one_from_the_future_works(rows: dict[str, Plugin]) -> None:
    from tma.testing import generate_tasks

    tasks = generate_tasks(KEPT / "tma-future", "future/yes", n=3)
    assert {t.answer for t in tasks} == {"yes"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("tma-broken", "broken: RuntimeError: broken on purpose"),
        ("tma-old", "there is no hook tma_register"),
    ],
)
def test_check_says_what_is_wrong(capsys: pytest.CaptureFixture[str], name: str, says: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["plugins", "check", str(KEPT / name), "--json"])
    assert caught.value.code == 1
    failed = [f for f in json.loads(capsys.readouterr().out) if f["outcome"] == "failed"]
    assert [f["what"] for f in failed] == [says]
    assert failed[0]["where"].startswith(str(KEPT / name))
    assert failed[0]["mend"]


def test_others_go_on(rows: dict[str, Plugin]) -> None:
    place = lab(*(KEPT / name for name in PACKAGES))
    assert place.find(None, "future/yes").plugin.distribution == "tma-future"
    with pytest.raises(PluginError, match="plugin 'old' of tma-old is incompatible"):
        place.find(None, "old/portrait")
    assert all(row.status == "ok" for row in place.plugins if row.builtin)
