"""Registries for tests and checks: which plugins are there is said, not found.

A registry made here can be made again in another process, from what `Recipe` says.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import Distribution, EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from tma.config import Settings, normalise
from tma.discovery import OWN_DISTRIBUTION
from tma.errors import PluginError
from tma.hookspecs import ENTRY_POINT_GROUP
from tma.registry import Entry, Registry

TOYS = EntryPoint("toys", "tma.testing.toys", ENTRY_POINT_GROUP)
Under = str | Path | ModuleType
"""A plugin under test: a module or its name, `name = module`, or the folder of a package."""


@dataclass(frozen=True)
class Recipe:
    """How a registry is made.

    Attributes:
        plugins: the plugins under test: `name = module`, or the path of a package's folder.
        installed: whether all other installed plugins are there too; else the built-ins are.
        environ: variables of the settings; None for `tma.toml` and the whole environment.
        path: where modules are found.
    """

    plugins: tuple[str, ...] = ()
    installed: bool = False
    environ: Mapping[str, str] | None = field(default_factory=dict)
    path: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Recipe:
        """The recipe that `as_json` told."""
        return cls(tuple(told["plugins"]), told["installed"], told["environ"], tuple(told["path"]))


class Lab(Registry):
    """A registry made from a recipe: the plugins under test, the built-ins and the toys.

    Attributes:
        recipe: how it was made.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        for text in recipe.plugins:
            _find_modules(text)
        under = [point for text in recipe.plugins for point in _points(text)]
        names = {normalise(p.name) for p in under}
        others = [p for p in _others(recipe.installed) if normalise(p.name) not in names]
        settings = Settings.load() if recipe.environ is None else Settings(environ=recipe.environ)
        super().__init__(replace(settings, environ=_lenient(settings)), [*under, *others, TOYS])
        self.under: frozenset[str] = frozenset(names)

    def find(self, kind: str | None, name: str) -> Entry:
        """As in any registry, but that a toy is meant only if nothing else is called so."""
        try:
            return super().find(kind, name)
        except PluginError:
            named = [e for e in self.entries if kind in (None, e.kind) and e.answers_to(name)]
            found = [e for e in named if e.plugin.name != TOYS.name]
            if len(found) != 1:
                raise
            return found[0]

    def entries_of(self, plugin: str) -> list[Entry]:
        """A plugin's contributions."""
        return [e for e in self.entries if normalise(e.plugin.name) == normalise(plugin)]


def _lenient(settings: Settings) -> Mapping[str, str]:
    """The environment without the strict mode: a check says of everything what it is."""
    return {k: v for k, v in settings.environ.items() if k != "TMA_STRICT_PLUGINS"}


def lab(
    *plugins: Under,
    installed: bool = False,
    environ: Mapping[str, str] | None = MappingProxyType({}),
) -> Lab:
    """A registry of some plugins, the built-ins and the toys; nothing else is discovered.

    Unless asked to, neither `tma.toml` nor the environment have a say in it.

    Args:
        plugins: modules or names of modules, `name = module`, or folders of packages.
        installed: whether to add all plugins that are installed.
        environ: variables such as `TMA_PLUGIN_FIELD`, for settings; None for the user's settings.

    Raises:
        PluginError: a folder is no package with a plugin.
    """
    texts = tuple(_text(plugin) for plugin in plugins)
    for text in texts:
        _find_modules(text)
    settings = None if environ is None else dict(environ)
    return Lab(Recipe(texts, installed, settings, tuple(sys.path)))


def _text(plugin: Under) -> str:
    if isinstance(plugin, ModuleType):
        plugin = plugin.__name__
    text = str(plugin)
    if isinstance(plugin, Path) or "/" in text:
        return str(Path(text).resolve())
    return text if "=" in text else f"{_name_of(text)} = {text}"


def _name_of(module: str) -> str:
    """The name under which a module is installed, else one made of the module's."""
    for point in entry_points(group=ENTRY_POINT_GROUP):
        if point.value == module:
            return point.name
    return normalise(module.split(".")[0].removeprefix("tma_"))


def _find_modules(text: str) -> None:
    """Let modules of a package's folder be imported."""
    if "=" not in text and (root := str(PackageFolder(Path(text)).root)) not in sys.path:
        sys.path.insert(0, root)


def _points(text: str) -> list[EntryPoint]:
    if "=" not in text:
        return list(PackageFolder(Path(text)).entry_points)
    name, _, module = (part.strip() for part in text.partition("="))
    found = [p for p in entry_points(group=ENTRY_POINT_GROUP) if p.name == name]
    same = [p for p in found if p.value == module]
    return same or [EntryPoint(name, module, ENTRY_POINT_GROUP)]


def _others(installed: bool) -> Iterator[EntryPoint]:
    for point in entry_points(group=ENTRY_POINT_GROUP):
        if installed or (point.dist is not None and point.dist.name == OWN_DISTRIBUTION):
            yield point


class PackageFolder(Distribution):
    """A package's source folder as a distribution, whether it is installed or not.

    Args:
        folder: holds `pyproject.toml`.

    Attributes:
        folder: as given.
        project: the table `[project]`.
        root: the folder in which its modules lie.

    Raises:
        PluginError: there is no `pyproject.toml` that names a plugin.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        file = folder / "pyproject.toml"
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise PluginError(
                f"{file}: {getattr(error, 'strerror', None) or error}",
                hint="name the folder of a package, or an installed plugin",
            ) from None
        self.project: Mapping[str, Any] = table.get("project", {})
        if not self.points:
            raise PluginError(
                f"{file}: no table [project.entry-points.{ENTRY_POINT_GROUP}] names a plugin",
                hint=f'add one: [project.entry-points.{ENTRY_POINT_GROUP}] NAME = "module"',
            )
        self.root = folder / "src" if (folder / "src").is_dir() else folder

    @property
    def points(self) -> Mapping[str, str]:
        """Entry point -> module."""
        groups = self.project.get("entry-points", {})
        points = groups.get(ENTRY_POINT_GROUP, {}) if isinstance(groups, dict) else {}
        return points if isinstance(points, dict) else {}

    def read_text(self, filename: str) -> str | None:
        """What an installed package's files of that name would say."""
        if filename == "METADATA":
            name, version = self.project.get("name", ""), self.project.get("version", "0")
            return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        if filename == "entry_points.txt":
            lines = (f"{name} = {module}" for name, module in self.points.items())
            return "\n".join([f"[{ENTRY_POINT_GROUP}]", *lines, ""])
        return None

    def locate_file(self, path: Any) -> Any:
        """A file's path in the source folder."""
        return self.root / path


def add_to_path(path: Iterable[str]) -> None:
    """Let modules be imported from folders that are not on `sys.path` yet."""
    sys.path.extend(p for p in path if p not in sys.path)
