"""Checks of plugins: what a check is, what it is about, and what comes of it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import TracebackType
from typing import Literal

from tma.discovery import cause_of
from tma.errors import ConfigError, Infeasible, ModelError, PluginError, TmaError
from tma.registry import Entry
from tma.spec import Spec
from tma.testing.laboratory import Lab

Level = Literal["static", "import", "contract", "property"]
LEVELS: tuple[Level, ...] = ("static", "import", "contract", "property")
Outcome = Literal["ok", "failed", "skipped"]


class CheckFailure(AssertionError):  # noqa: N818 - it is what an assertion raises
    """A plugin does not keep to the contract.

    Args:
        what: what is wrong, in one line.
        mend: what to do about it.
        where: file and line, or the part of the plugin; found from the cause if left out.
    """

    def __init__(self, what: str, *, mend: str, where: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend
        self.where = where

    def __str__(self) -> str:
        place = f" (at {self.where})" if self.where else ""
        return f"{self.what}{place}: {self.mend}"


class NotChecked(Exception):  # noqa: N818 - an outcome, not a mistake
    """Raised by a check that can't say anything here, with the reason."""


@dataclass(frozen=True)
class Finding:
    """What came of one check.

    Attributes:
        check: the check's name.
        level: of the check.
        about: id of the contribution, or the plugin's name.
        outcome: `ok`, `failed` or `skipped`.
        what: what is wrong, or why it was skipped; a note if all is well.
        where: file and line, or part.
        mend: what to do.
    """

    check: str
    level: Level
    about: str
    outcome: Outcome
    what: str = ""
    where: str = ""
    mend: str = ""


class Subject:
    """One contribution under check, with what checks need to use it.

    Args:
        lab: where it is found.
        spec: its specification, or its name.
        assets: specification of the assets to try a generator, renderer or model on; chosen by
            what it consumes if left out.
        n: how many examples (tasks, pictures, requests) each check looks at.
        seed: of all chance.

    Raises:
        PluginError: there is no such contribution.
    """

    def __init__(
        self, lab: Lab, spec: str, *, assets: str | None = None, n: int = 8, seed: int = 0
    ) -> None:
        self.lab = lab
        self.spec = Spec.parse(spec)
        self.entry: Entry = lab.find(None, self.spec.name)
        self.assets = assets
        self.n = n
        self.seed = seed

    @property
    def id(self) -> str:
        """The contribution's short id."""
        return self.entry.short_id

    @cached_property
    def notes(self) -> dict[str, object]:
        """What checks have made and others may use, by their own keys."""
        return {}


Run = Callable[[Subject], str | None]
_CHECKS: list[Check] = []


@dataclass(frozen=True)
class Check:
    """One thing that a contribution must hold to.

    Attributes:
        name: lower-case words and hyphens.
        level: when it is run; if an earlier level fails, later ones are skipped.
        kinds: the kinds of contributions that it is about.
        function: raises CheckFailure or NotChecked; may return a note.
    """

    name: str
    level: Level
    kinds: tuple[str, ...]
    function: Run

    @property
    def says(self) -> str:
        """What holds if it passes, in one line."""
        return (self.function.__doc__ or "").splitlines()[0]

    def __call__(self, subject: Subject) -> Finding:
        """Run it; an error of the plugin is a failure like any."""
        found = Finding(self.name, self.level, subject.id, "ok")
        try:
            return replace(found, what=self.function(subject) or "")
        except CheckFailure as error:
            where = error.where or place_of(error.__cause__)
            return replace(found, outcome="failed", what=error.what, where=where, mend=error.mend)
        except NotChecked as reason:
            return replace(found, outcome="skipped", what=str(reason))
        except ConfigError as error:
            mend = f"give it: tma plugins check '{subject.id}?KEY=VALUE'"
            return replace(found, outcome="skipped", what=str(error), mend=mend)
        except ModelError as error:
            return replace(found, outcome="skipped", what=str(error))
        except PluginError as error:
            if isinstance(error.__cause__, ImportError) and subject.entry.contribution.extra:
                return replace(found, outcome="skipped", what=str(error))
            return self._failed(found, error)
        except (Exception, SystemExit) as error:
            return self._failed(found, error)

    def _failed(self, found: Finding, error: BaseException) -> Finding:
        """A failure for whatever the plugin raised."""
        told = error if isinstance(error, TmaError) else None
        what = told.message if told else cause_of(error)
        if isinstance(error, Infeasible):
            what = f"a plan is infeasible that was feasible before: {error.reason}"
        mend = (told.hint if told else None) or "mend what raises"
        return replace(found, outcome="failed", what=what, where=place_of(error), mend=mend)


def check(level: Level, *kinds: str) -> Callable[[Run], Run]:
    """Make a function a check of contributions of some kinds; its docstring says what holds."""

    def keep(function: Run) -> Run:
        name = function.__name__.replace("_", "-")
        _CHECKS.append(Check(name, level, kinds, function))
        return function

    return keep


def checks_of(kind: str, levels: Sequence[Level] = LEVELS) -> list[Check]:
    """The checks of a kind of contribution, by level and then as they are written."""
    from tma.testing import adapters, exporters, generators, loading, renderers, sources

    # they register their checks
    assert all((adapters, exporters, generators, loading, renderers, sources))
    chosen = [c for c in _CHECKS if kind in c.kinds and c.level in levels]
    return sorted(chosen, key=lambda c: LEVELS.index(c.level))


def findings(subject: Subject, levels: Sequence[Level] = LEVELS) -> Iterator[Finding]:
    """What each check finds, one after the other; nothing is built on a level that failed."""
    blocked: tuple[Level, str] | None = None
    for one in checks_of(subject.entry.kind, levels):
        if blocked is not None and one.level != blocked[0]:
            yield Finding(one.name, one.level, subject.id, "skipped", blocked[1])
            continue
        found = one(subject)
        if found.outcome == "failed":
            blocked = (one.level, f"the {one.level} checks failed")
        elif found.outcome == "skipped" and one.level == "import":
            blocked = (one.level, "it can't be made here")
        yield found


def place_of(error: BaseException | None) -> str:
    """`file:line in function` of the innermost code of the plugin that an error came through."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        if frames := [f for f in _frames(error.__traceback__) if not _ours(f.filename)]:
            last = frames[-1]
            return f"{last.filename}:{last.lineno} in {last.name}"
        error = error.__cause__ or error.__context__
    return ""


def _frames(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    return list(traceback.extract_tb(trace))


def _ours(filename: str) -> bool:
    """Whether a file is the kernel's or a library's, not the plugin's."""
    inside = ("/core/tma/", "/site-packages/tma/", "/importlib/", "<frozen", "<string>")
    libraries = ("/numpy/", "/PIL/", "/pydantic/", "/lib/python")
    return any(part in filename for part in (*inside, *libraries)) and "tma_" not in filename
