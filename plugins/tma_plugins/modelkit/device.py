"""Where a model of PyTorch runs, and what is said when it does not fit there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import tma


def device_of(text: str) -> str:
    """The device that settings name, for PyTorch: `auto` is CUDA if it is there.

    Args:
        text: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`, ...

    Raises:
        ModelError: PyTorch knows no such device, or has none here.
    """
    import torch

    if text == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(text)
    except RuntimeError as error:
        raise tma.ModelError(
            f"device {text!r} is none that PyTorch knows", hint="cpu, cuda, cuda:1, mps"
        ) from error
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        count = torch.cuda.device_count()
        raise tma.ModelError(
            f"device {text!r}: PyTorch {torch.__version__} sees {count or 'no'} CUDA "
            f"device{'' if count == 1 else 's'} here",
            hint="another number" if count else "device=cpu, or install PyTorch's CUDA build",
        )
    return text


@contextmanager
def in_memory(name: str, hint: str) -> Iterator[None]:
    """What is done within fits into the device's memory, or a ModelError says that it does not.

    Args:
        name: the model's.
        hint: what would make it smaller.
    """
    import torch

    try:
        yield
    except torch.OutOfMemoryError as error:
        raise tma.ModelError(f"{name}: out of memory", hint=hint) from error
