"""Scenes become media: which renderer draws a scene, and what is drawn is kept."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

from tma.contract.assets import AssetReader
from tma.contract.media import Media, Renderer
from tma.contract.scene import Scene
from tma.discovery import cause_of
from tma.errors import AssetError, MediaError, PluginError, TmaError, TmaWarning
from tma.mediacache import Kept, MediaCache
from tma.registry import Entry, Registry
from tma.seeds import digest
from tma.spec import Spec

_LIBRARIES = ("task-me-anything", "numpy", "pillow")


class RendererError(MediaError):
    """A renderer raised something: what it says of a scene, or a bug of it.

    Args:
        renderer: its short id.
        error: what it raised.
    """

    def __init__(self, renderer: str, error: Exception) -> None:
        told = error if isinstance(error, TmaError) else None
        super().__init__(
            told.message if told else f"{renderer}: render failed: {cause_of(error)}",
            hint=told.hint if told else None,
        )
        self.renderer = renderer


@dataclass(frozen=True)
class _InUse:
    """A renderer, the hash of its settings, and what it depends on besides."""

    entry: Entry
    renderer: Renderer
    settings: str
    environment: tuple[str, ...]


class DrawingRoom:
    """A renderer for every scene kind, and the cache of what they drew.

    Args:
        registry: where renderers are looked up.
        assets: where they read assets.
        cache: folder of the media cache.
        renderer: specification of the renderer to use for the scene kinds that it draws.
        drawn_by: scene kind -> the renderer to use, by name or id, for the others.
    """

    def __init__(
        self,
        registry: Registry,
        assets: AssetReader,
        cache: Path,
        renderer: str | None = None,
        drawn_by: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._registry = registry
        self._assets = assets
        self._cache = MediaCache(cache)
        self._asked_for = None if renderer is None else Spec.parse(renderer)
        self._drawn_by = drawn_by
        self._entries: dict[str, Entry | None] = {}
        self._in_use: dict[str, _InUse] = {}
        self._passed_over: set[str] = set()

    def entry(self, kind: str) -> Entry | None:
        """The renderer for a scene kind: the one asked for, else the first that can run here.

        Built-in ones come before others. Warns (TmaWarning) if one was passed over because this
        machine lacks what it needs. None if no renderer draws the kind.
        """
        if kind not in self._entries:
            self._entries[kind] = self._choose(kind)
        return self._entries[kind]

    def _choose(self, kind: str) -> Entry | None:
        fitting = [e for e in self._registry.of_kind("renderer") if kind in e.contribution.consumes]
        if self._asked_for is not None:
            asked = self._registry.find("renderer", self._asked_for.name)
            if asked in fitting:
                return asked
        if kind in self._drawn_by:
            return self._registry.find("renderer", self._drawn_by[kind])
        ordered = sorted(fitting, key=lambda e: not e.plugin.builtin)
        lacking: dict[str, str] = {}
        for entry in ordered:
            lack = self._lack(entry)
            if not lack:
                self._say_once(lacking, entry)
                return entry
            lacking[entry.short_id] = lack
        return ordered[0] if ordered else None

    def _lack(self, entry: Entry) -> str:
        """What this machine lacks to run a renderer; a probe that fails counts as a lack."""
        try:
            return self._registry.lacking(entry)
        except PluginError as error:
            return error.message

    def _say_once(self, lacking: Mapping[str, str], entry: Entry) -> None:
        """Warn of renderers that were passed over, though they draw several kinds."""
        for name, what in lacking.items():
            if name not in self._passed_over:
                self._passed_over.add(name)
                line = f"{name} can't run here: {what}; {entry.short_id} draws instead"
                warnings.warn(line, TmaWarning, stacklevel=3)

    def settings(self, entry: Entry) -> str:
        """A hash of the renderer's settings; empty if it has none. Raises ConfigError."""
        config = self._registry.config(entry, self._spec_of(entry))
        return digest(config.model_dump(mode="json")) if config is not None else ""

    def _spec_of(self, entry: Entry) -> Spec:
        spec = self._asked_for
        return spec if spec is not None and entry.answers_to(spec.name) else Spec(entry.short_id)

    def _drawing_with(self, kind: str) -> _InUse:
        if kind not in self._in_use:
            entry = self.entry(kind)
            if entry is None:
                raise MediaError(
                    f"no renderer draws scenes of kind {kind!r}", hint="see `tma plugins list`"
                )
            renderer = self._registry.make(entry, self._spec_of(entry), base=Renderer)
            environment = tuple(renderer.environment())
            self._in_use[kind] = _InUse(entry, renderer, self.settings(entry), environment)
        return self._in_use[kind]

    def environment(self, kind: str) -> tuple[str, ...]:
        """What the bytes of a scene kind's media depend on, see `Renderer.environment`.

        Raises:
            MediaError: no renderer draws the kind, or it can't be told.
        """
        return self._drawing_with(kind).environment

    def lacking(self, kind: str) -> str:
        """What this machine lacks to draw a scene kind, in a few words; empty if nothing."""
        entry = self.entry(kind)
        return "" if entry is None else self._registry.lacking(entry)

    def draw(self, scene: Scene) -> Media:
        """The scene's picture or video, rendered anew. Raises MediaError, AssetError."""
        return self._render(self._drawing_with(scene.kind), scene)

    def _render(self, used: _InUse, scene: Scene) -> Media:
        try:
            media: object = used.renderer.render(scene, self._assets)
        except AssetError:
            raise
        except Exception as error:
            raise RendererError(used.entry.short_id, error) from error
        if not isinstance(media, Media):
            wrong = MediaError(f"render gave {type(media).__name__}, not tma.Media")
            raise RendererError(used.entry.short_id, wrong)
        return media

    def kept(self, scene: Scene) -> Kept:
        """The scene's picture or video, rendered into the cache if it is not there.

        Raises:
            MediaError, AssetError: it can't be drawn or kept.
        """
        used = self._drawing_with(scene.kind)
        stamp = (used.settings, *library_versions(), *used.environment)
        key = self._cache.key(used.entry.id, scene, self._assets, stamp)
        found = self._cache.get(key)
        return found or self._cache.put(key, self._render(used, scene))


@cache
def library_versions() -> tuple[str, ...]:
    """`name version` of the libraries that may change a task or a picture."""
    return tuple(f"{name} {version(name)}" for name in _LIBRARIES)
