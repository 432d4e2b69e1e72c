"""The index of contributions: from what a user types to a validated instance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Any, TypeVar, cast

from tma.config import Settings, normalise
from tma.discovery import Plugin, cause_of, discover
from tma.errors import ConfigError, PluginError, TmaError, did_you_mean
from tma.hookspecs import Contribution
from tma.settingscheck import check_contributions, check_fields, warn_of_absent

if TYPE_CHECKING:
    from pydantic import BaseModel

    from tma.spec import Spec

T = TypeVar("T")

_OF_A_PLUGIN = (Exception, SystemExit)
"""What code of a plugin may throw at us: some modules call sys.exit when they are imported."""

NOUNS = {
    "asset-source": "asset source",
    "task-generator": "task generator",
    "renderer": "renderer",
    "model-adapter": "model adapter",
    "exporter": "exporter",
}


@dataclass(frozen=True)
class Entry:
    """A contribution that can be used, with the plugin that brings it."""

    kind: str
    plugin: Plugin
    contribution: Contribution

    @property
    def short_id(self) -> str:
        """`plugin/name`."""
        return f"{self.plugin.name}/{self.contribution.name}"

    @property
    def id(self) -> str:
        """`plugin/name@version`."""
        return f"{self.short_id}@{self.contribution.version}"

    def answers_to(self, name: str) -> bool:
        """Whether `name` is this contribution's name, short id or id, in any spelling variant."""
        version = self.contribution.version
        own = (
            self.contribution.name,
            self.short_id,
            self.id,
            f"{self.contribution.name}@{version}",
        )
        return normalise(name) in {normalise(n) for n in own}


class Registry:
    """All plugins, and the contributions of those that work.

    Args:
        settings: configuration; read from `tma.toml` and the environment by default.
        points: entry points to use instead of the installed ones.

    Raises:
        PluginError: strict mode and a plugin that does not work.
        ConfigError: `tma.toml` can't be read, or has a table for a contribution that a plugin
            lacks.
    """

    def __init__(
        self, settings: Settings | None = None, points: Iterable[EntryPoint] | None = None
    ) -> None:
        self.settings = Settings.load() if settings is None else settings
        self.plugins: Sequence[Plugin] = discover(self.settings, points)
        self.entries: Sequence[Entry] = [
            Entry(kind, plugin, contribution)
            for plugin in self.plugins
            for kind, contribution in plugin.contributions
        ]
        check_contributions(self)

    def of_kind(self, kind: str) -> list[Entry]:
        """The usable contributions of one kind, by plugin and then as the plugin lists them."""
        return [e for e in self.entries if e.kind == kind]

    def find(self, kind: str | None, name: str) -> Entry:
        """The contribution that `name` names: a short name where unique, or an id.

        Raises:
            PluginError: none does, several do, or the plugin that would is not usable.
        """
        pool = [e for e in self.entries if kind in (None, e.kind)]
        found = [e for e in pool if e.answers_to(name)]
        if len(found) == 1:
            return found[0]
        noun = NOUNS.get(kind or "", "contribution")
        if found:
            which = ", ".join(f"{e.short_id} ({e.plugin.distribution})" for e in found)
            raise PluginError(f"{name!r} names several: {which}", hint="type one of these ids")
        for plugin in self.plugins:
            if plugin.status != "ok" and normalise(plugin.name) == normalise(name.split("/")[0]):
                raise PluginError(
                    f"plugin {plugin.name!r} of {plugin.distribution} is {plugin.status}: "
                    f"{plugin.cause}",
                    hint="see `tma plugins list`",
                )
        raise PluginError(f"no {noun} is called {name!r}", hint=self._hint(pool, name))

    def _hint(self, pool: Sequence[Entry], name: str) -> str:
        for entry in self.entries:
            if entry.answers_to(name):
                return f"{entry.short_id!r} is a {NOUNS[entry.kind]}"
        plain = normalise(name.partition("@")[0])
        versions = [e.id for e in pool if "@" in name and e.answers_to(plain)]
        known = [n for e in pool for n in (e.contribution.name, e.short_id)]
        from difflib import get_close_matches

        near = versions or get_close_matches(plain, dict.fromkeys(known), n=3, cutoff=0.6)
        return f"did you mean {' or '.join(near)}?" if near else "see `tma plugins list`"

    def match(self, kind: str, patterns: Sequence[str]) -> list[Entry]:
        """The contributions whose short ids (or names) match shell-style patterns, each once.

        They come in the order of `of_kind`, whatever the order of the patterns.

        Raises:
            PluginError: a pattern matches nothing.
        """
        chosen: dict[str, Entry] = {}
        for pattern in patterns:
            wanted = normalise(pattern)
            hits = [e for e in self.of_kind(kind) if fnmatchcase(normalise(e.short_id), wanted)]
            for entry in hits or [self.find(kind, pattern)]:
                chosen[entry.id] = entry
        order = {e.id: i for i, e in enumerate(self.of_kind(kind))}
        return sorted(chosen.values(), key=lambda e: order[e.id])

    def load(self, entry: Entry, path: str | None = None) -> Any:
        """Import the entry's class, or the object at `path` (its config model).

        Raises:
            PluginError: the import fails; the hint names the extra to install, if one is stated.
        """
        target = path or entry.contribution.target
        module, _, name = target.partition(":")
        try:
            return getattr(import_module(module), name)
        except ImportError as error:
            raise self._not_importable(entry, error) from error
        except _OF_A_PLUGIN as error:
            raise PluginError(f"{entry.id}: {target} failed to load: {cause_of(error)}") from error

    def lacking(self, entry: Entry) -> str:
        """What this machine lacks to run the entry, in a few words; empty if nothing is known.

        Raises:
            PluginError: the plugin's own probe can't be imported or fails.
        """
        if entry.contribution.needs is None:
            return ""
        probe = self.load(entry, entry.contribution.needs)
        try:
            return str(probe())
        except _OF_A_PLUGIN as error:
            raise PluginError(f"{entry.id}: its probe failed: {cause_of(error)}") from error

    def _not_importable(self, entry: Entry, error: ImportError) -> PluginError:
        extra = entry.contribution.extra
        hint = f"pip install '{extra}'" if extra else "see `tma plugins list`"
        return PluginError(f"{entry.id} can't be imported: {error}", hint=hint)

    def config(self, entry: Entry, spec: Spec) -> BaseModel | None:
        """The entry's validated settings: `tma.toml`, environment, then the specification.

        A specification's variant becomes the setting `variant`.

        Raises:
            ConfigError: a setting is unknown or not valid; the hint lists the fields.
        """
        given: dict[str, Any] = dict(spec.settings)
        if spec.variant is not None:
            if "variant" in given:
                raise ConfigError(f"{spec} gives the variant twice")
            given["variant"] = spec.variant
        if entry.contribution.config is None:
            check_fields(self, entry, ())
            if given:
                raise ConfigError(f"{entry.short_id} has no settings: {', '.join(given)}")
            return None
        model = cast("type[BaseModel]", self.load(entry, entry.contribution.config))
        fields = model.model_fields
        unknown = [k for k in given if k not in fields]
        if unknown:
            hint = did_you_mean(unknown[0], fields, "settings")
            raise ConfigError(f"{entry.short_id} has no setting {unknown[0]!r}", hint=hint)
        check_fields(self, entry, fields)
        stored = self.settings.for_contribution(
            entry.plugin.name, entry.contribution.name, cast(Mapping[str, Any], fields)
        )
        from pydantic import ValidationError

        try:
            return model.model_validate({**stored, **given})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "settings"
            key = str(first["loc"][0]) if first["loc"] else ""
            kept = key in stored and key not in given
            file = f"{self.settings.source_of(entry.plugin.name, key)}: " if kept else ""
            raise ConfigError(
                f"{file}{entry.short_id}: {where}: {first['msg']}",
                hint=f"see `tma plugins info {entry.short_id}`",
            ) from None
        except _OF_A_PLUGIN as error:
            raise PluginError(
                f"{entry.id}: its settings can't be read: {cause_of(error)}"
            ) from error

    def make(self, entry: Entry, spec: Spec | None = None, *, base: type[T]) -> T:
        """An instance of the entry's class, with its settings.

        Raises:
            PluginError: the class can't be imported or made, or is not a `base`.
            ConfigError: the settings are not valid.
        """
        from tma.spec import Spec

        config = self.config(entry, spec or Spec(entry.short_id))
        cls: Any = self.load(entry)
        if not (isinstance(cls, type) and issubclass(cls, base)):
            raise PluginError(f"{entry.id}: {entry.contribution.target} is no {base.__name__}")
        settings = () if config is None else (config,)
        try:
            made: T = cls(*settings)
        except TmaError:
            raise
        except ImportError as error:  # heavy imports may wait until now
            raise self._not_importable(entry, error) from error
        except _OF_A_PLUGIN as error:
            raise PluginError(f"{entry.id} can't be made: {cause_of(error)}") from error
        return made


@cache
def default_registry() -> Registry:
    """The registry of the installed plugins, made once a process.

    Warns (TmaWarning) of settings for plugins that are not installed.
    """
    registry = Registry()
    warn_of_absent(registry)
    return registry
