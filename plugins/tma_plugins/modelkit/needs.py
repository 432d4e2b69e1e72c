"""Whether the packages of an extra are there, without importing them."""

from __future__ import annotations

from importlib.util import find_spec


def require(*modules: str) -> None:
    """Complain of the first top-level module that is not installed.

    Raises:
        ModuleNotFoundError: as an import would raise it; the registry's hint names the extra.
    """
    for module in modules:
        if find_spec(module) is None:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)
