"""Settings that nothing reads: misspelt ones are errors, those of absent plugins are told."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tma.config import OWN_VARIABLES, Settings, normalise, variable_of
from tma.errors import ConfigError, PluginError, TmaWarning, did_you_mean

if TYPE_CHECKING:
    from tma.registry import Entry, Registry

_NEARLY = 0.7
"""From which ratio on a variable is one that was misspelt, not one of another machine's plugin."""


def check_contributions(registry: Registry) -> None:
    """Check that a table within a plugin's table is a contribution's.

    Plugins that are not `ok` are passed over: nobody knows what they would offer.

    Raises:
        ConfigError: there is no such contribution, and no setting of this name; or a package that
            is no plugin has settings.
    """
    plugins = {normalise(p.name) for p in registry.plugins}
    packages = {normalise(p.distribution) for p in registry.plugins} - plugins
    for name, table in registry.settings.plugins.items():
        if normalise(name) in packages:
            whose = f"package {name!r} can be switched off, but"
            _refuse(registry.settings, name, whose, table, ("enabled",))
        entries = _entries_of(registry, name)
        known = {normalise(e.contribution.name): e.contribution.name for e in entries}
        tables = [k for k, v in table.items() if isinstance(v, dict) and normalise(k) not in known]
        if not entries or not tables:
            continue
        fields = _fields(registry, entries)  # imports the plugin's models, so only if in doubt
        for key in tables:
            if fields is not None and key not in fields:
                raise ConfigError(
                    f"{_file(registry.settings)}: [plugins.{name}.{key}]: plugin {name!r} has no "
                    f"contribution {key!r}",
                    hint=did_you_mean(key, known.values(), "contributions"),
                )


def check_fields(registry: Registry, entry: Entry, fields: Collection[str]) -> None:
    """Check the names of what is set for an entry and for all of its plugin.

    That is in `tma.toml`, and in variables of the environment as far as they are nearly right:
    others may be somebody else's.

    Args:
        registry: holds the settings.
        entry: the contribution that is about to be used.
        fields: what can be set of it.

    Raises:
        ConfigError: a setting is unknown; the hint names the near ones.
    """
    plugin, name = normalise(entry.plugin.name), normalise(entry.contribution.name)
    table = registry.settings.plugins.get(plugin, {})
    for own in (v for k, v in table.items() if isinstance(v, dict) and normalise(k) == name):
        _refuse(registry.settings, f"{plugin}.{name}", entry.short_id, own, fields)
    entries = _entries_of(registry, plugin)
    tables = {normalise(e.contribution.name) for e in entries}
    common = [
        key
        for key, value in table.items()
        if key != "enabled" and not (isinstance(value, dict) and normalise(key) in tables)
    ]
    strange = _strange_variables(registry, plugin, fields)
    if set(common) <= set(fields) and not strange:
        return
    if (known := _fields(registry, entries)) is None:
        return
    known = {*fields, *known}
    _refuse(registry.settings, plugin, f"plugin {plugin!r}", common, known)
    from difflib import get_close_matches  # starting is to be quick

    prefix = variable_of(plugin, "")
    capitals = sorted(variable_of(plugin, field).removeprefix(prefix) for field in known)
    for variable in _strange_variables(registry, plugin, known):
        said = variable.removeprefix(prefix)
        if near := get_close_matches(said, capitals, n=1, cutoff=_NEARLY):
            raise ConfigError(
                f"{variable}: plugin {plugin!r} has no such setting",
                hint=f"did you mean {prefix}{near[0]}?",
            )


def _strange_variables(registry: Registry, plugin: str, fields: Iterable[str]) -> list[str]:
    """Variables of the environment that only this plugin could read, but does not; sorted.

    One whose name begins as those of two plugins do, `open` and `open-clip`, is left alone.
    """
    read = {variable_of(plugin, field) for field in fields} | OWN_VARIABLES
    owners = {variable_of(p.name, "") for p in registry.plugins} | {"TMA_LIMITS_"}
    return [
        variable
        for variable in sorted(registry.settings.environ.keys() - read)
        if [o for o in owners if variable.startswith(o)] == [variable_of(plugin, "")]
    ]


def warn_of_absent(registry: Registry) -> None:
    """Tell of settings for plugins that are not installed: they may be another machine's."""
    settings = registry.settings
    names = [p.name for p in registry.plugins]
    installed = {normalise(n) for n in (*names, *(p.distribution for p in registry.plugins))}
    told = {f"{_file(settings)}: [plugins.{name}]": name for name in settings.plugins}
    for variable in ("TMA_DISABLE_PLUGINS", "TMA_LOAD_PLUGINS"):
        listed = filter(None, map(str.strip, settings.environ.get(variable, "").split(",")))
        told |= {f"{variable}: {name}": name for name in listed}
    for where, name in told.items():
        if normalise(name) not in installed:
            hint = did_you_mean(name, names, "") or "see `tma plugins list`"
            line = f"{where}: no such plugin is installed ({hint})"
            warnings.warn(line, TmaWarning, stacklevel=2)


def _refuse(
    settings: Settings, table: str, whose: str, given: Iterable[str], fields: Collection[str]
) -> None:
    """Raise ConfigError if a key is no field."""
    for key in given:
        if key not in fields:
            raise ConfigError(
                f"{_file(settings)}: plugins.{table}.{key}: {whose} has no setting {key!r}",
                hint=did_you_mean(key, sorted(fields), "settings"),
            )


def _entries_of(registry: Registry, plugin: str) -> list[Entry]:
    return [e for e in registry.entries if normalise(e.plugin.name) == normalise(plugin)]


def _fields(registry: Registry, entries: Iterable[Entry]) -> set[str] | None:
    """The settings of any of a plugin's contributions; None if some can't be told here."""
    found: set[str] = set()
    for entry in entries:
        if entry.contribution.config is not None:
            try:
                model: Any = registry.load(entry, entry.contribution.config)
            except PluginError:
                return None
            fields: Mapping[str, object] = model.model_fields
            found.update(fields)
    return found


def _file(settings: Settings) -> str:
    return str(settings.origin or "settings")
