"""The whole plugin contract: five collecting hooks, plugin information, and what hooks return.

A plugin is a light module named by an entry point in group `tma`. Its hooks say *what* it
contributes, as data; the classes behind `target` are imported on first use only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pluggy

ENTRY_POINT_GROUP = "tma"
HOOK_API = (1, 0)
"""Major and minor version of this contract. Another major is incompatible; a newer minor warns."""

hookspec = pluggy.HookspecMarker("tma")
hookimpl = pluggy.HookimplMarker("tma")

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInfo:
    """What a plugin says of itself.

    Attributes:
        hook_api: (major, minor) of the contract that it was written for.
        summary: one line.
        url: where its documentation is.
    """

    hook_api: tuple[int, int] = HOOK_API
    summary: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One thing that a plugin offers, described without importing it.

    Attributes:
        name: lower-case words joined by hyphens; with the plugin's name it makes the id
            `plugin/name@version`.
        target: `package.module:Class`.
        summary: one line for `tma plugins list`.
        version: changes when the same input may give another output; part of every key.
        consumes: what it needs. A task generator: the asset forms that it places (`sticker`);
            a renderer: the scene kinds that it draws (`stickers`); a model adapter: media
            types (`image`, `video`), none if it looks at no media.
        makes: what it gives. An asset source: asset forms; a task generator: scene kinds;
            a renderer: media types.
        extra: the pip requirement to install if its heavy imports are missing, such as
            `task-me-anything[clip]`.
        needs: `package.module:function` of a light module; called without arguments it says what
            this machine lacks to run the thing (a system library), in a few words, or nothing
            (an empty text) if all is there.
        config: `package.module:Model`, a pydantic model of its settings; none if it has none.
        opens: for an asset source: (pattern, setting) pairs. The path of a file whose name matches
            the pattern (`*.jsonl`), or of a folder for the pattern `/`, then stands for
            `name?setting=PATH` wherever a source is asked for.

    Raises:
        ValueError: a name, target, needs or config is not of its form.
    """

    name: str
    target: str
    summary: str = ""
    version: str = "1.0"
    consumes: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    extra: str | None = None
    needs: str | None = None
    config: str | None = None
    opens: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise ValueError(f"contribution name {self.name!r}: use lower-case words and hyphens")
        for value in filter(None, (self.target, self.config, self.needs)):
            if not _TARGET.match(value):
                raise ValueError(
                    f"{self.name}: {value!r} is not of the form 'package.module:Class'"
                )


@hookspec
def tma_plugin_info() -> PluginInfo:  # type: ignore[empty-body]
    """Say which contract version the plugin was written for; optional."""


@hookspec
def tma_asset_sources() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Offer asset sources: classes derived from `tma.AssetSource`."""


@hookspec
def tma_task_generators() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Offer task generators: classes derived from `tma.TaskGenerator`."""


@hookspec
def tma_renderers() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Offer renderers: classes derived from `tma.Renderer`."""


@hookspec
def tma_model_adapters() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Offer model adapters: classes derived from `tma.ModelAdapter`."""


@hookspec
def tma_exporters() -> Iterable[Contribution]:  # type: ignore[empty-body]
    """Offer exporters: classes derived from `tma.Exporter`."""


KIND_OF_HOOK = {
    "tma_asset_sources": "asset-source",
    "tma_task_generators": "task-generator",
    "tma_renderers": "renderer",
    "tma_model_adapters": "model-adapter",
    "tma_exporters": "exporter",
}
