"""Finding plugins: one try a plugin, and a row with status and cause for each that is there."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.metadata import Distribution, EntryPoint, entry_points
from typing import Literal

import pluggy

from tma import hookspecs
from tma.config import Settings, normalise
from tma.errors import PluginError
from tma.hookspecs import ENTRY_POINT_GROUP, HOOK_API, KIND_OF_HOOK, Contribution, PluginInfo

# the hooks alone: pluggy looks at every name of what it is given, once a plugin
_SPECS = type("Specs", (), {n: getattr(hookspecs, n) for n in ("tma_plugin_info", *KIND_OF_HOOK)})
OWN_DISTRIBUTION = "task-me-anything"
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+\b")

Status = Literal["ok", "disabled", "incompatible", "conflict", "broken"]


@dataclass(frozen=True)
class Plugin:
    """One plugin that is installed, whatever became of it.

    Attributes:
        name: the entry point's name.
        target: the module.
        distribution, version: of the package that brings it.
        status: `ok` or why it offers nothing.
        cause: one line, empty if all is well; a warning if the status is `ok`.
        contributions: (kind, contribution) pairs, empty unless the status is `ok`.
    """

    name: str
    target: str
    distribution: str
    version: str
    status: Status = "ok"
    cause: str = ""
    info: PluginInfo = field(default_factory=PluginInfo)
    contributions: tuple[tuple[str, Contribution], ...] = ()

    @property
    def builtin(self) -> bool:
        """Whether it comes with `tma` itself."""
        return self.distribution == OWN_DISTRIBUTION


def discover(settings: Settings, points: Iterable[EntryPoint] | None = None) -> list[Plugin]:
    """Try every plugin once, in the order of their names.

    Args:
        settings: says what is disabled, and whether a broken plugin is fatal.
        points: entry points to use instead of the installed ones.

    Raises:
        PluginError: TMA_STRICT_PLUGINS is set and a plugin is broken, in conflict or
            incompatible.
    """
    found = entry_points(group=ENTRY_POINT_GROUP) if points is None else points
    # entry points of two packages are equal if name and module are: keep both, they clash
    distinct = {(normalise(p.name), _distribution(p), p.value): p for p in found}
    ordered = [distinct[key] for key in sorted(distinct)]
    rows = [_try(point, settings, rivals) for point, rivals in _with_rivals(ordered, settings)]
    bad = [r for r in rows if r.status not in ("ok", "disabled")]
    if bad and settings.strict:
        raise PluginError(
            "; ".join(f"plugin {r.name} of {r.distribution} is {r.status}: {r.cause}" for r in bad),
            hint="mend or uninstall it, or unset TMA_STRICT_PLUGINS",
        )
    return rows


def _distribution(point: EntryPoint) -> str:
    return _identity(point.dist)[0]


@lru_cache(maxsize=1024)
def _identity(dist: Distribution | None) -> tuple[str, str]:
    """Name and version; reading them parses a package's whole description each time."""
    return ("unknown", "0") if dist is None else (dist.name, dist.version)


def _with_rivals(
    points: Sequence[EntryPoint], settings: Settings
) -> list[tuple[EntryPoint, list[EntryPoint]]]:
    """Each point with the others that claim its name: a built-in has none, it wins."""
    by_name: dict[str, list[EntryPoint]] = {}
    for point in points:
        by_name.setdefault(normalise(point.name), []).append(point)
    result = []
    for point in points:
        own = _distribution(point) == OWN_DISTRIBUTION
        same = [
            p
            for p in by_name[normalise(point.name)]
            if p is not point and not _switched_off(p.name, _distribution(p), settings)
        ]
        result.append((point, [] if own else same))
    return result


def _switched_off(name: str, distribution: str, settings: Settings) -> str:
    """Why the settings leave a plugin out; empty if they do not."""
    if not settings.enabled(name) or not settings.enabled(distribution):
        return "switched off by settings"
    wanted = distribution == OWN_DISTRIBUTION or settings.wanted(name)
    return "" if wanted or settings.wanted(distribution) else "not listed in TMA_LOAD_PLUGINS"


def _try(point: EntryPoint, settings: Settings, rivals: Sequence[EntryPoint]) -> Plugin:
    row = Plugin(
        name=point.name,
        target=point.value,
        distribution=_distribution(point),
        version=_identity(point.dist)[1],
    )
    if cause := _switched_off(row.name, row.distribution, settings):
        return replace(row, status="disabled", cause=cause)
    if rivals:
        others = ", ".join(sorted(_distribution(p) for p in rivals))
        cause = (
            f"plugin name {point.name!r} is claimed by {row.distribution} and {others}: "
            f"uninstall one, or TMA_DISABLE_PLUGINS={row.distribution}"
        )
        return replace(row, status="conflict", cause=cause)
    try:
        return _load(row, point)
    except (KeyboardInterrupt, MemoryError):
        raise
    except BaseException as error:  # a plugin may even call sys.exit at import
        return replace(row, status="broken", cause=cause_of(error))


def cause_of(error: BaseException) -> str:
    """An error of a plugin in one line, whatever its class does when it is printed.

    Addresses in memory are left out: failures are counted by their cause, and records of a run
    are the same whenever it is made.
    """
    try:
        lines = _ADDRESS.sub("0x...", str(error)).strip().splitlines()
    except Exception:
        lines = []
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _load(row: Plugin, point: EntryPoint) -> Plugin:
    """Import a plugin and ask what it offers."""
    module = point.load()
    with _alone(module, row.name) as manager:
        return _asked(row, module, manager)


@contextmanager
def _alone(module: object, name: str) -> Iterator[pluggy.PluginManager]:
    """A manager that knows this plugin and no other: they can't disturb each other."""
    manager = _manager()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pluggy.PluggyWarning)
            manager.register(module, name=name)
        yield manager
    finally:
        if manager.has_plugin(name):
            manager.unregister(name=name)


@cache
def _manager() -> pluggy.PluginManager:
    """One for all: making it takes longer than using it."""
    manager = pluggy.PluginManager("tma")
    manager.add_hookspecs(_SPECS)
    return manager


def _asked(row: Plugin, module: object, manager: pluggy.PluginManager) -> Plugin:
    info = _info(manager)
    row = replace(row, info=info)
    if info.hook_api[0] != HOOK_API[0]:
        cause = (
            f"made for plugin contract {info.hook_api[0]}, this is {HOOK_API[0]}: install "
            f"{'an older' if info.hook_api[0] < HOOK_API[0] else 'a newer'} task-me-anything "
            f"or another version of {row.distribution}"
        )
        return replace(row, status="incompatible", cause=cause)
    unknown = sorted(_unknown_hooks(manager))
    newer = info.hook_api > HOOK_API
    if unknown and not newer:
        raise PluginError(f"implements unknown hooks {', '.join(unknown)}")
    warning = ""
    if not manager.get_hookcallers(module):
        warning = "implements no hook: mark its functions with @tma.hookimpl"
    if newer:
        made_for, this = (".".join(map(str, v)) for v in (info.hook_api, HOOK_API))
        without = f", works without {', '.join(unknown)}" if unknown else ""
        warning = f"made for plugin contract {made_for}, newer than {this}{without}"
    return replace(row, contributions=tuple(_collect(manager)), cause=warning)


def _info(manager: pluggy.PluginManager) -> PluginInfo:
    for implementation in manager.hook.tma_plugin_info.get_hookimpls():
        info = implementation.function()
        if not isinstance(info, PluginInfo):
            raise PluginError(f"tma_plugin_info gave {type(info).__name__}, not tma.PluginInfo")
        if not (isinstance(info.hook_api, tuple) and [type(n) for n in info.hook_api] == [int] * 2):
            raise PluginError(f"tma_plugin_info: hook_api is {info.hook_api!r}, not (major, minor)")
        return info
    return PluginInfo()


def _unknown_hooks(manager: pluggy.PluginManager) -> set[str]:
    """Hooks of later contracts or misspelt ones, those marked as optional apart."""
    known = {*KIND_OF_HOOK, "tma_plugin_info"}
    callers = {n: c for n, c in vars(manager.hook).items() if n.startswith("tma_")}
    return {
        name
        for name, caller in callers.items()
        if name not in known and not all(i.optionalhook for i in caller.get_hookimpls())
    }


def _collect(manager: pluggy.PluginManager) -> Iterator[tuple[str, Contribution]]:
    seen: set[str] = set()
    for hook, kind in KIND_OF_HOOK.items():
        for implementation in getattr(manager.hook, hook).get_hookimpls():
            for item in _listed(hook, implementation.function()):
                if item.name in seen:
                    raise PluginError(f"offers two contributions named {item.name!r}")
                seen.add(item.name)
                yield kind, item


def _listed(hook: str, given: object) -> Iterator[Contribution]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise PluginError(f"{hook} gave {type(given).__name__}, not a list of tma.Contribution")
    for item in given:
        if not isinstance(item, Contribution):
            raise PluginError(f"{hook} gave a {type(item).__name__}, not a tma.Contribution")
        yield item
