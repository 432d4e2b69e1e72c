"""For authors of plugins: toys, and checks that a plugin keeps to its contract.

Everything is imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tma.testing.checking import Check, CheckFailure, Finding, NotChecked, Subject, findings
    from tma.testing.laboratory import Lab, lab
    from tma.testing.shop import Shop
    from tma.testing.spaces import check_space
    from tma.testing.whole import check_plugin, checks, generate_tasks

_HOME = {
    "tma.testing.checking": [
        "Check",
        "CheckFailure",
        "Finding",
        "NotChecked",
        "Subject",
        "findings",
    ],
    "tma.testing.laboratory": ["Lab", "lab"],
    "tma.testing.shop": ["Shop"],
    "tma.testing.spaces": ["check_space"],
    "tma.testing.whole": ["check_plugin", "checks", "generate_tasks"],
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Check",
    "CheckFailure",
    "Finding",
    "Lab",
    "NotChecked",
    "Shop",
    "Subject",
    "check_plugin",
    "check_space",
    "checks",
    "findings",
    "generate_tasks",
    "lab",
]


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'tma.testing' has no attribute {name!r}")
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value
