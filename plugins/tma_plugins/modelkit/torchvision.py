"""A torchvision that was built for another torch, made to import all the same.

The registry's torchvision is built against CUDA; beside a CPU torch its compiled operators don't
load, and its own import then stops at declaring what they return. `transformers` and `open_clip`
need its transforms only. So the operators that it misses are declared, without a body: who
called one would get an error, but nothing here does.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import Any

_BOXES = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_OPERATORS = {"nms": f"nms{_BOXES}", "qnms": f"qnms{_BOXES}"}
_MISSING = re.compile(r"operator torchvision::(\w+) does not exist")
_declared: list[Any] = []  # a declaration lives as long as its library object
_lock = Lock()


def mend_torchvision() -> None:
    """Import torchvision, if it is installed, whatever torch it was built for.

    Call it before the first import of `transformers` or `open_clip`.

    Raises:
        RuntimeError: what is wrong with it is something else.
    """
    with _lock:
        if "torchvision" in sys.modules or find_spec("torchvision") is None:
            return
        try:
            import_module("torchvision")
        except RuntimeError as error:
            missing = _MISSING.search(str(error))
            if missing is None or missing[1] not in _OPERATORS or _declared:
                raise
            _declare()
            import_module("torchvision")


def _declare() -> None:
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")
    for schema in _OPERATORS.values():
        library.define(schema)
    _declared.append(library)
    for name in [n for n in sys.modules if n.partition(".")[0] == "torchvision"]:
        del sys.modules[name]  # half imported
