"""Pickles of plain data, read without running anything that they hold."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, NoReturn

from tma import AssetError, Limits, open_regular

_PLAIN = {
    ("builtins", "set"): set,
    ("builtins", "frozenset"): frozenset,
    ("builtins", "list"): list,
    ("builtins", "dict"): dict,
    ("builtins", "tuple"): tuple,
    ("builtins", "bytearray"): bytearray,
    ("builtins", "complex"): complex,
    ("collections", "OrderedDict"): dict,
}
"""The only names that a pickle may look up; `__builtin__` is what Python 2 called builtins."""


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        found = _PLAIN.get((module.replace("__builtin__", "builtins"), name))
        if found is None:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return found

    def persistent_load(self, pid: Any) -> NoReturn:
        raise pickle.UnpicklingError("it asks for objects that lie elsewhere")


def load_plain(path: Path) -> Any:
    """What a pickle holds, if that is containers, texts and numbers.

    Raises:
        AssetError: the file is missing, damaged, too large, or asks for anything else: a class,
            a function, an array.
    """
    try:
        if path.stat().st_size > max(Limits.current().bytes, _MOST):
            raise AssetError(f"{path}: has {path.stat().st_size} bytes, which is too many")
        with open_regular(path) as file:
            return _Plain(file).load()
    except FileNotFoundError:
        raise AssetError(f"{path}: no such file", hint="see docs/scene-graphs.md") from None
    except pickle.UnpicklingError as error:
        raise AssetError(
            f"{path}: refused, {error}", hint="only containers, texts and numbers are read"
        ) from None
    except (EOFError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise AssetError(f"{path}: is damaged or no pickle: {error!r}") from None
    except (OSError, MemoryError, OverflowError, RecursionError, ImportError) as error:
        raise AssetError(f"{path}: can't be read: {error!r}") from None


_MOST = 2**31
