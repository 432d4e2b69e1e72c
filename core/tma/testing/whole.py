"""Checking a whole plugin, and using one in tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tma.contract.tasks import Task
from tma.discovery import Plugin
from tma.errors import PluginError
from tma.spec import Spec
from tma.testing.checking import Check, CheckFailure, Finding, Subject, checks_of, findings
from tma.testing.generators import made
from tma.testing.laboratory import Lab, PackageFolder, Under, lab
from tma.testing.static import static_findings

_FEW, _MANY = 6, 40


def check_target(
    text: str, *, assets: str | None = None, full: bool = False, seed: int = 0
) -> Iterator[Finding]:
    """What is found of an installed plugin or contribution, or of a package's folder.

    Args:
        text: a plugin's name, a contribution's specification, or the path of a folder that holds
            `pyproject.toml`.
        assets: specification of assets to try generators on.
        full: many examples instead of few.
        seed: of all chance.

    Raises:
        PluginError: there is no such thing.
    """
    n = _MANY if full else _FEW
    if (Path(text) / "pyproject.toml").is_file():
        folder = PackageFolder(Path(text).resolve())
        place = lab(Path(text), installed=True, environ=None)
        for name in folder.points:
            yield from _whole(place, _row(place, name, folder.name), folder, assets, n, seed)
        return
    if text.startswith((".", "/", "~")):
        raise PluginError(
            f"{text} is no folder of a package: there is no pyproject.toml in it",
            hint="`tma plugins new` writes one",
        )
    place = lab(installed=True, environ=None)
    spec = Spec.parse(text)
    rows = [p for p in place.plugins if p.name == spec.name]
    if rows and not spec.settings:
        yield from _whole(place, rows[0], None, assets, n, seed)
        return
    subject = Subject(place, text, assets=assets, n=n, seed=seed)
    yield from static_findings(place, subject.entry.plugin, None)
    yield from findings(subject)


def _row(place: Lab, name: str, distribution: str) -> Plugin:
    for plugin in place.plugins:
        if plugin.name == name and plugin.distribution == distribution:
            return plugin
    raise PluginError(f"no plugin {name!r} of {distribution}")


def _whole(
    place: Lab, plugin: Plugin, folder: PackageFolder | None, assets: str | None, n: int, seed: int
) -> Iterator[Finding]:
    failed = False
    for found in static_findings(place, plugin, folder):
        failed = failed or found.outcome == "failed"
        yield found
    if failed:
        return
    for entry in place.entries_of(plugin.name):
        yield from findings(Subject(place, entry.short_id, assets=assets, n=n, seed=seed))


def check_plugin(plugin: Under, *, assets: str | None = None, n: int = _FEW) -> list[Finding]:
    """Check a plugin with discovery blocked; for tests.

    Args:
        plugin: its module or that module's name, or its package's folder.
        assets: specification of assets to try generators on; toys by default.
        n: how many examples each check looks at.

    Returns:
        What was found, `ok` and `skipped`.

    Raises:
        CheckFailure: naming all that failed.
    """
    place = lab(plugin)
    (name,) = sorted(place.under)
    (row,) = [p for p in place.plugins if p.name == name]
    found = list(_whole(place, row, None, assets, n, 0))
    failed = [f for f in found if f.outcome == "failed"]
    if failed:
        lines = (f"{f.about}: {f.check}: {f.what} (at {f.where or f.about})" for f in failed)
        raise CheckFailure("\n".join(lines), mend=failed[0].mend)
    return found


class BoundCheck:
    """One check of one contribution, to be called by a test.

    `pytest.mark.parametrize("check", testing.checks(my_plugin), ids=str)` makes a test of each.
    """

    def __init__(self, check: Check, subject: Subject) -> None:
        self.check = check
        self.subject = subject

    def __str__(self) -> str:
        return f"{self.subject.id}-{self.check.name}"

    def __call__(self) -> Finding:
        """Run it. Raises CheckFailure."""
        found = self.check(self.subject)
        if found.outcome == "failed":
            raise CheckFailure(found.what, mend=found.mend, where=found.where)
        return found


def checks(plugin: Under, *, assets: str | None = None, n: int = _FEW) -> list[BoundCheck]:
    """Every check of every contribution of a plugin, with discovery blocked.

    Raises:
        PluginError: the plugin does not load.
    """
    place = lab(plugin)
    (name,) = sorted(place.under)
    (row,) = [p for p in place.plugins if p.name == name]
    if row.status != "ok":
        raise PluginError(f"plugin {name} is {row.status}: {row.cause}")
    subjects = [Subject(place, e.short_id, assets=assets, n=n) for e in place.entries_of(name)]
    return [BoundCheck(c, s) for s in subjects for c in checks_of(s.entry.kind)]


def generate_tasks(
    plugin: Under, generator: str, *, assets: str | None = None, n: int = 8, seed: int = 0
) -> list[Task]:
    """Some checked tasks of a generator, with discovery blocked.

    Raises:
        CheckFailure: no plan is feasible.
        TmaError: what the generator does wrong.
    """
    return [m.task for m in made(Subject(lab(plugin), generator, assets=assets, n=n, seed=seed))]
