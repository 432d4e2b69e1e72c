"""Settings of plugins from `tma.toml` and the environment, and where `tma` keeps its own files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from tma.errors import ConfigError, did_you_mean

_TABLES = ("plugins", "models", "limits")
OWN_VARIABLES = frozenset(
    f"TMA_{name}"
    for name in ("CACHE", "CONFIG", "STORE", "LOAD_PLUGINS", "DISABLE_PLUGINS", "STRICT_PLUGINS")
)
"""Variables of the environment that are no plugin's, beside those of limits."""
_YES, _NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


@dataclass(frozen=True)
class Limits:
    """How large a file of strangers may be that is opened, against decompression bombs.

    From table `[limits]` of `tma.toml`, or variables such as `TMA_LIMITS_PIXELS`.

    Attributes:
        bytes: of a file.
        pixels: of a picture or texture.
        side: pixels of a picture's longer side.
        faces: triangles of a mesh, copies counted each.
        vertices: points of a mesh, copies counted each.
    """

    bytes: int = 256 * 2**20
    pixels: int = 64 * 2**20
    side: int = 16_384
    faces: int = 1_500_000
    vertices: int = 4_500_000

    @staticmethod
    def current() -> Limits:
        """Those that the settings here ask for. Raises ConfigError."""
        return _current_limits(os.environ.get("TMA_CONFIG"), str(Path.cwd()), _limit_variables())


def _limit_variables() -> tuple[tuple[str, str], ...]:
    named = ((f.name, f"TMA_LIMITS_{f.name.upper()}") for f in fields(Limits))
    return tuple((name, os.environ[v]) for name, v in named if v in os.environ)


@cache
def _current_limits(
    config: str | None, folder: str, variables: tuple[tuple[str, str], ...]
) -> Limits:
    """The limits; read once for each place that settings may come from."""
    return Settings.load().limits


@dataclass(frozen=True)
class Settings:
    """What `tma.toml` and the environment say.

    Attributes:
        plugins: table `[plugins]` of `tma.toml`: by plugin name, settings for all of the
            plugin's contributions, and sub-tables for one contribution each.
        environ: the environment.
        limits: on files that are opened.
        origin: the file that was read, None if there is none.
        models: table `[models]`: prices and limits by pattern of model, see `tma.terms`.
    """

    plugins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    origin: Path | None = None
    limits: Limits = Limits()
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read `$TMA_CONFIG`, or else `./tma.toml` if there is one.

        Raises:
            ConfigError: the file is missing (if named), unreadable or not of the right form, or
                a table, a limit or a variable of the environment is unknown or not valid.
        """
        env = dict(os.environ if environ is None else environ)
        named = env.get("TMA_CONFIG")
        path = Path(named or "tma.toml")
        _strict(env)
        if not named and not path.is_file():
            return cls(environ=env, limits=_limits({}, env, None))
        import tomllib

        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(
                f"{path}: {error}", hint="mend the file or unset TMA_CONFIG"
            ) from None
        _check_tables(path, table)
        plugins = _tables(path, table, "plugins", "a plugin")
        models = _tables(path, table, "models", "a pattern of models")
        spelt = {normalise(k): k for k in plugins}
        for name, own in plugins.items():
            if not isinstance(own.get("enabled", True), bool):
                raise ConfigError(
                    f"{path}: plugins.{name}.enabled: {own['enabled']!r} is neither true nor false",
                    hint="write enabled = false, without quotes",
                )
            if spelt[normalise(name)] != name:
                raise ConfigError(
                    f"{path}: [plugins.{name}] and [plugins.{spelt[normalise(name)]}] "
                    "are one plugin's"
                )
        limits = _limits(table.get("limits", {}), env, path)
        return cls({normalise(k): v for k, v in plugins.items()}, env, path, limits, models)

    def enabled(self, plugin: str) -> bool:
        """False if `[plugins.NAME] enabled = false` or TMA_DISABLE_PLUGINS names it.

        The name may be a distribution's.
        """
        off = {normalise(n) for n in self.environ.get("TMA_DISABLE_PLUGINS", "").split(",") if n}
        table = self.plugins.get(normalise(plugin), {})
        return normalise(plugin) not in off and table.get("enabled", True) is not False

    def wanted(self, plugin: str) -> bool:
        """Whether TMA_LOAD_PLUGINS, if set, lists this third-party plugin or distribution."""
        listed = self.environ.get("TMA_LOAD_PLUGINS")
        return listed is None or normalise(plugin) in {normalise(n) for n in listed.split(",") if n}

    @property
    def strict(self) -> bool:
        """Whether a broken plugin is an error (TMA_STRICT_PLUGINS=1). Raises ConfigError."""
        return _strict(self.environ)

    def source_of(self, plugin: str, key: str) -> str:
        """Where a setting of a plugin's contribution comes from, for messages: variable or file."""
        variable = variable_of(plugin, key)
        return variable if variable in self.environ else str(self.origin or "settings")

    def for_contribution(self, plugin: str, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Settings for the `fields` of one contribution's config model.

        Lowest first: `[plugins.PLUGIN]`, `[plugins.PLUGIN.NAME]`, `TMA_PLUGIN_FIELD`. Keys of the
        plugin's own table that the model lacks belong to its other contributions; an unknown
        key in the contribution's table is kept, for the model to complain of.
        """
        table = self.plugins.get(normalise(plugin), {})
        found = {k: v for k, v in table.items() if k in fields}
        for key, own in table.items():
            if normalise(key) == normalise(name) and isinstance(own, dict):
                found.update(own)
        for key in fields:
            variable = variable_of(plugin, key)
            if variable in self.environ:
                found[key] = self.environ[variable]
        return found


def variable_of(plugin: str, key: str) -> str:
    """The variable of the environment that sets a setting of a plugin's contributions."""
    return f"TMA_{plugin}_{key}".upper().replace("-", "_")


def _strict(environ: Mapping[str, str]) -> bool:
    value = environ.get("TMA_STRICT_PLUGINS", "")
    if value.lower() not in _YES + _NO:
        raise ConfigError(
            f"TMA_STRICT_PLUGINS: {value!r} is neither 1 nor 0",
            hint="set it to 1 to make plugins that do not work an error, or unset it",
        )
    return value.lower() in _YES


def _check_tables(path: Path, file: Mapping[str, Any]) -> None:
    """Raise ConfigError if the file says anything that nobody reads."""
    for name, value in file.items():
        if name not in _TABLES:
            what = f"table [{name}]" if isinstance(value, dict) else f"field {name!r}"
            raise ConfigError(f"{path}: unknown {what}", hint=did_you_mean(name, _TABLES, "tables"))


def _limits(table: object, environ: Mapping[str, str], origin: Path | None) -> Limits:
    """The limits of a table, and of the environment above it. Raises ConfigError."""
    names = [f.name for f in fields(Limits)]
    if not isinstance(table, dict):
        raise ConfigError(f"{origin}: [limits] must be a table")
    if unknown := [k for k in table if k not in names]:
        raise ConfigError(
            f"{origin}: [limits] has no setting {unknown[0]!r}",
            hint=did_you_mean(unknown[0], names, "settings"),
        )
    variables = [f"TMA_LIMITS_{name.upper()}" for name in names]
    for variable in environ:
        if variable.startswith("TMA_LIMITS_") and variable not in variables:
            raise ConfigError(
                f"{variable} sets no limit", hint=did_you_mean(variable, variables, "limits")
            )
    given = {n: (f"{origin}: limits.{n}", table[n]) for n in table}
    for name in names:
        variable = f"TMA_LIMITS_{name.upper()}"
        if variable in environ:
            given[name] = (variable, environ[variable])
    return Limits(**{name: _count(*value) for name, value in given.items()})


def _count(where: str, value: object) -> int:
    text = str(value).replace("_", "")
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ConfigError(f"{where}: {value!r} is no whole number above 0")
    return int(text)


def _tables(path: Path, file: Mapping[str, Any], name: str, what: str) -> dict[str, dict[str, Any]]:
    """The tables within a table of the file. Raises ConfigError."""
    tables = file.get(name, {})
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        raise ConfigError(f"{path}: [{name}] must hold one table {what}")
    return tables


def normalise(name: str) -> str:
    """Hyphen, underscore and case variants of a plugin's name are the same name."""
    return name.strip().lower().replace("_", "-")


def cache_dir() -> Path:
    """Where media are cached: `$TMA_CACHE`, or `tma` in `$XDG_CACHE_HOME` or `~/.cache`."""
    if chosen := os.environ.get("TMA_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tma"


def store_path() -> Path:
    """The results database: `$TMA_STORE`, or `tma/replies.sqlite` in `$XDG_DATA_HOME`."""
    if chosen := os.environ.get("TMA_STORE"):
        return Path(chosen)
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return home / "tma" / "replies.sqlite"
