"""Programmatic benchmarks for multimodal language models.

Everything public is here; heavy parts are imported on first use, so that a plugin's module may
`import tma` for its hooks at no cost.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tma.hookspecs import HOOK_API, Contribution, PluginInfo, hookimpl

if TYPE_CHECKING:
    from tma.assets import open_inventory
    from tma.bitset import BitSet
    from tma.cards import card_head, front_matter, markdown_table
    from tma.catalogue import Catalogue
    from tma.config import Limits
    from tma.contract.assets import (
        ActionType,
        Asset,
        AssetReader,
        AssetSource,
        AttributeType,
        Category,
        Inventory,
        RelationType,
        Solid,
    )
    from tma.contract.bodies import Bodies, BodiesVideo, Body, Placing
    from tma.contract.exports import (
        Bundle,
        BundleItem,
        BundleSummary,
        Exported,
        Exporter,
        ReturnedReply,
    )
    from tma.contract.folders import FolderConfig, FolderSource
    from tma.contract.graphs import (
        Action,
        ClipScene,
        GraphObject,
        KeyFrame,
        PhotoScene,
        Relation,
        SceneGraph,
        Skipped,
        VideoGraph,
    )
    from tma.contract.media import Media, Renderer
    from tma.contract.models import MediaFile, ModelAdapter, Reply, Request
    from tma.contract.plan import Plan, Value
    from tma.contract.scene import AssetUse, Background, Scene, Sticker, Stickers
    from tma.contract.tabletop import (
        Backdrop,
        Camera,
        Light,
        Motion,
        Pose,
        Seen,
        Standing,
        Table,
        Tabletop,
        TabletopVideo,
        View,
    )
    from tma.contract.tasks import Assumption, Draft, Task, TaskGenerator, TruthSet
    from tma.distractors import DistractorPool
    from tma.errors import (
        AssetError,
        ConfigError,
        ExportError,
        Infeasible,
        MediaError,
        ModelError,
        TmaError,
        TmaWarning,
    )
    from tma.files import check_name, open_regular, read_regular
    from tma.frames import Clip, read_clip
    from tma.graphset import GraphSet
    from tma.graphspace import Lister, graph_space
    from tma.names import stands_in
    from tma.packs.source import AssetPack, PackConfig
    from tma.pictures import (
        check_clip,
        check_size,
        open_photo,
        open_picture,
        open_sticker,
        png_size,
    )
    from tma.registry import Registry
    from tma.seeds import derive_rng
    from tma.space import Column, Domain, PlanSpace, joint, product, union
    from tma.vocabulary import Actions, Relations

_HOME = {
    "tma.assets": ["open_inventory"],
    "tma.bitset": ["BitSet"],
    "tma.cards": ["card_head", "front_matter", "markdown_table"],
    "tma.catalogue": ["Catalogue"],
    "tma.config": ["Limits"],
    "tma.contract.assets": [
        "ActionType",
        "Asset",
        "AssetReader",
        "AssetSource",
        "AttributeType",
        "Category",
        "Inventory",
        "RelationType",
        "Solid",
    ],
    "tma.contract.bodies": ["Bodies", "BodiesVideo", "Body", "Placing"],
    "tma.contract.exports": [
        "Bundle",
        "BundleItem",
        "BundleSummary",
        "Exported",
        "Exporter",
        "ReturnedReply",
    ],
    "tma.contract.graphs": [
        "Action",
        "ClipScene",
        "GraphObject",
        "KeyFrame",
        "PhotoScene",
        "Relation",
        "SceneGraph",
        "Skipped",
        "VideoGraph",
    ],
    "tma.contract.folders": ["FolderConfig", "FolderSource"],
    "tma.contract.media": ["Media", "Renderer"],
    "tma.contract.models": ["MediaFile", "ModelAdapter", "Reply", "Request"],
    "tma.contract.plan": ["Plan", "Value"],
    "tma.contract.scene": ["AssetUse", "Background", "Scene", "Sticker", "Stickers"],
    "tma.contract.tabletop": [
        "Backdrop",
        "Camera",
        "Light",
        "Motion",
        "Pose",
        "Seen",
        "Standing",
        "Table",
        "Tabletop",
        "TabletopVideo",
        "View",
    ],
    "tma.contract.tasks": ["Assumption", "Draft", "Task", "TaskGenerator", "TruthSet"],
    "tma.distractors": ["DistractorPool"],
    "tma.errors": [
        "AssetError",
        "ConfigError",
        "ExportError",
        "Infeasible",
        "MediaError",
        "ModelError",
        "TmaError",
        "TmaWarning",
    ],
    "tma.files": ["check_name", "open_regular", "read_regular"],
    "tma.frames": ["Clip", "read_clip"],
    "tma.graphset": ["GraphSet"],
    "tma.graphspace": ["Lister", "graph_space"],
    "tma.names": ["stands_in"],
    "tma.packs.source": ["AssetPack", "PackConfig"],
    "tma.pictures": [
        "check_clip",
        "check_size",
        "open_photo",
        "open_picture",
        "open_sticker",
        "png_size",
    ],
    "tma.registry": ["Registry"],
    "tma.seeds": ["derive_rng"],
    "tma.space": ["Column", "Domain", "PlanSpace", "joint", "product", "union"],
    "tma.vocabulary": ["Actions", "Relations"],
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__version__ = "0.1.0"
__all__ = [
    "HOOK_API",
    "Action",
    "ActionType",
    "Actions",
    "Asset",
    "AssetError",
    "AssetPack",
    "AssetReader",
    "AssetSource",
    "AssetUse",
    "Assumption",
    "AttributeType",
    "Backdrop",
    "Background",
    "BitSet",
    "Bodies",
    "BodiesVideo",
    "Body",
    "Bundle",
    "BundleItem",
    "BundleSummary",
    "Camera",
    "Catalogue",
    "Category",
    "Clip",
    "ClipScene",
    "Column",
    "ConfigError",
    "Contribution",
    "DistractorPool",
    "Domain",
    "Draft",
    "ExportError",
    "Exported",
    "Exporter",
    "FolderConfig",
    "FolderSource",
    "GraphObject",
    "GraphSet",
    "Infeasible",
    "Inventory",
    "KeyFrame",
    "Light",
    "Limits",
    "Lister",
    "Media",
    "MediaError",
    "MediaFile",
    "ModelAdapter",
    "ModelError",
    "Motion",
    "PackConfig",
    "PhotoScene",
    "Placing",
    "Plan",
    "PlanSpace",
    "PluginInfo",
    "Pose",
    "Registry",
    "Relation",
    "RelationType",
    "Relations",
    "Renderer",
    "Reply",
    "Request",
    "ReturnedReply",
    "Scene",
    "SceneGraph",
    "Seen",
    "Skipped",
    "Solid",
    "Standing",
    "Sticker",
    "Stickers",
    "Table",
    "Tabletop",
    "TabletopVideo",
    "Task",
    "TaskGenerator",
    "TmaError",
    "TmaWarning",
    "TruthSet",
    "Value",
    "VideoGraph",
    "View",
    "card_head",
    "check_clip",
    "check_name",
    "check_size",
    "derive_rng",
    "front_matter",
    "graph_space",
    "hookimpl",
    "joint",
    "markdown_table",
    "open_inventory",
    "open_photo",
    "open_picture",
    "open_regular",
    "open_sticker",
    "png_size",
    "product",
    "read_clip",
    "read_regular",
    "stands_in",
    "union",
]


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'tma' has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value
