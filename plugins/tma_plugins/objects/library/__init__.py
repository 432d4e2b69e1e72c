"""The library's categories, a module a topic."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from tma_plugins.objects.kit.maker import Kind

_TOPICS = (
    "kitchen",
    "cutlery",
    "containers",
    "furniture",
    "household",
    "tools",
    "hardware",
    "wearables",
    "fashion",
    "sports",
    "music",
    "toys",
    "games",
    "devices",
    "science",
    "fruit",
    "food",
    "sweets",
    "trees",
    "plants",
    "vehicles",
    "aircraft",
    "watercraft",
    "buildings",
    "landmarks",
)


@cache
def kinds() -> tuple[Kind, ...]:
    """All categories with objects, in the order in which they are written."""
    modules = (import_module(f"{__name__}.{topic}") for topic in _TOPICS)
    return tuple(kind for module in modules for kind in module.shelf.kinds)
