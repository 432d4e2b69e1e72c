"""An opened asset source: inventory, catalogues by form, and media bytes with their hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tma.catalogue import Catalogue
from tma.config import cache_dir
from tma.contract.assets import Asset, AssetSource, Inventory
from tma.discovery import cause_of
from tma.errors import AssetError, TmaError
from tma.mediacache import write_whole
from tma.registry import Entry, Registry, default_registry
from tma.seeds import digest
from tma.spec import Spec

if TYPE_CHECKING:
    from tma.graphimport import Import
    from tma.graphset import GraphSet

EMBEDDED = "objects"
"""The source that is used when none is named; a built-in that needs nothing."""


def source_spec(registry: Registry, text: str) -> Spec:
    """The specification that a user means: itself, or of the source that opens a path.

    Raises:
        SpecError, AssetError: it is neither; no source opens such a path, or several do.
    """
    if not text.strip():  # as a path it would be the current folder
        return Spec.parse(text)
    path = Path(text).expanduser()
    named = any(e.answers_to(text) for e in registry.of_kind("asset-source"))
    if named or not (path.exists() or text.startswith((".", "/", "~"))):
        return Spec.parse(text)
    if not path.exists():
        raise AssetError(f"{text}: no such file or folder")
    fitting = {
        entry.short_id: Spec(_shortest(registry, entry), settings={setting: str(path)})
        for entry in registry.of_kind("asset-source")
        for pattern, setting in entry.contribution.opens
        if _opens(path, pattern)
    }
    if not fitting:
        raise AssetError(f"{text}: no asset source opens such a path", hint="write NAME?key=PATH")
    if len(fitting) > 1:
        which = " or ".join(map(str, fitting.values()))
        raise AssetError(f"{text}: several asset sources open such a path", hint=f"write {which}")
    return next(iter(fitting.values()))


def _shortest(registry: Registry, entry: Entry) -> str:
    """The contribution's name where that is unique, for what is made names its source."""
    name = entry.contribution.name
    return name if sum(e.answers_to(name) for e in registry.entries) == 1 else entry.short_id


def _opens(path: Path, pattern: str) -> bool:
    return path.is_dir() if pattern == "/" else path.is_file() and fnmatchcase(path.name, pattern)


class OpenAssets:
    """One asset source with its settings. Implements `tma.AssetReader`.

    Args:
        registry: where the source is looked up.
        spec: the specification as typed, or the path of a file or folder that a source opens; the
            embedded source by default.
        cache: folder for bytes that the source makes.

    Raises:
        PluginError, ConfigError, AssetError: there is no such source or path, or the settings are
            not valid.
    """

    def __init__(
        self, registry: Registry, spec: str | None = None, cache: Path | None = None
    ) -> None:
        self.registry = registry
        self.spec = source_spec(registry, EMBEDDED if spec is None else spec)
        self.entry: Entry = registry.find("asset-source", self.spec.name)
        self.source = registry.make(self.entry, self.spec, base=AssetSource)
        self._cache = cache or cache_dir()
        self._folder = self._cache / "assets"
        self._catalogues: dict[tuple[str, ...], Catalogue] = {}
        self._hashes: dict[tuple[str, str, str], str] = {}

    @cached_property
    def inventory(self) -> Inventory:
        """The source's inventory. Raises AssetError."""
        try:
            inventory = self.source.inventory()
        except TmaError:
            raise
        except Exception as error:
            raise AssetError(f"{self.entry.id}: inventory failed: {cause_of(error)}") from error
        if not isinstance(inventory, Inventory):
            raise AssetError(f"{self.entry.id}: inventory() gave {type(inventory).__name__}")
        return inventory

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all that the source holds: equal data, equal fingerprint."""
        stock = digest(self.inventory.model_dump(mode="json"))
        return stock if self.imported is None else digest([stock, self.imported.content])

    @cached_property
    def imported(self) -> Import | None:
        """The source's scene graphs, read into the cache if they are not there; None without any.

        Raises:
            AssetError: they can't be read, or hold what the inventory does not list.
        """
        if type(self.source).graphs is AssetSource.graphs:
            return None  # spares importing what only graphs need
        from tma.graphimport import import_graphs

        return import_graphs(self.source, self.inventory, self.entry.id, self._cache / "graphs")

    @cached_property
    def graphs(self) -> Mapping[str, GraphSet]:
        """Form (`photo`, `clip`) -> the scene graphs that come in it. Raises AssetError."""
        return {} if self.imported is None else self.imported.sets

    @cached_property
    def forms(self) -> frozenset[str]:
        """Every form in which some asset or graph comes. Raises AssetError."""
        return frozenset(f for a in self.inventory.assets for f in a.forms) | self.graphs.keys()

    def catalogue(self, forms: Sequence[str] = ()) -> Catalogue:
        """The catalogue of what comes in all of these forms. Raises AssetError."""
        key = tuple(sorted(forms))
        if key not in self._catalogues:
            graphs = {f: s for f, s in self.graphs.items() if set(key) <= {f}}
            self._catalogues[key] = Catalogue(self.inventory, key, graphs)
        return self._catalogues[key]

    @cached_property
    def _by_id(self) -> dict[str, Asset]:
        return {a.id: a for a in self.inventory.assets}

    def asset(self, asset_id: str) -> Asset:
        """The asset with this id, or what stands for the graph with it. Raises AssetError."""
        if asset_id in self._by_id:
            return self._by_id[asset_id]
        for graphs in self.graphs.values():
            with suppress(KeyError):
                return graphs.asset(asset_id)
        raise AssetError(f"{self.entry.short_id} holds no asset {asset_id!r}")

    def read(self, asset_id: str, form: str, name: str) -> bytes:
        """The bytes of one variant. Raises AssetError."""
        asset = self.asset(asset_id)
        if name not in asset.forms.get(form, ()):
            raise AssetError(f"asset {asset_id!r} has no {form} {name!r}")
        fingerprint = self.source.fingerprint(asset, form, name)
        if fingerprint is None:
            data = self._read(asset, form, name)
        else:
            key = digest([self.entry.id, fingerprint])
            data = self._made(key, lambda: self._read(asset, form, name))
        self._hashes[asset_id, form, name] = hashlib.sha256(data).hexdigest()
        return data

    def _read(self, asset: Asset, form: str, name: str) -> bytes:
        try:
            data: object = self.source.read(asset, form, name)
        except TmaError:
            raise
        except Exception as error:
            raise AssetError(
                f"{self.entry.id}: {form} {name!r} of {asset.id!r} failed: {cause_of(error)}"
            ) from error
        if not isinstance(data, bytes):
            raise AssetError(f"{self.entry.id}: read() gave {type(data).__name__}, not bytes")
        return data

    def _made(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Bytes from the cache, or made and put there."""
        path = self._folder / key[:2] / key
        try:
            return path.read_bytes()
        except OSError:
            data = make()
        with suppress(OSError):  # a cache that can't be written costs time, no more
            write_whole(path, data)
        return data

    def sha256(self, asset_id: str, form: str, name: str) -> str:
        """The SHA-256 of those bytes, read at most once. Raises AssetError."""
        if (asset_id, form, name) not in self._hashes:
            self.read(asset_id, form, name)
        return self._hashes[asset_id, form, name]

    def derived(
        self, asset_id: str, form: str, name: str, how: str, make: Callable[[bytes], bytes]
    ) -> bytes:
        """`make` of those bytes, from the cache if it is there. Raises AssetError."""
        key = digest([self.sha256(asset_id, form, name), how])
        return self._made(key, lambda: make(self.read(asset_id, form, name)))


def open_inventory(text: str) -> Inventory:
    """What an asset source holds, for plugins that need another plugin's taxonomy.

    Args:
        text: its specification, or the path of a file or folder that a source opens.

    Raises:
        PluginError, ConfigError, AssetError: there is no such source or path, its settings are
            not valid, or it can't be read.
    """
    return OpenAssets(default_registry(), text).inventory
