"""Chance without state: numbers that depend on what they are for, and on nothing else."""

from __future__ import annotations

import hashlib
from statistics import NormalDist

_NORMAL = NormalDist()


def uniform(*parts: object) -> float:
    """A number in (0, 1), the same for equal parts in any process; the SHA-256 of the parts."""
    # the type keeps 1 and "1" apart
    text = "\x1f".join(f"{type(p).__name__}:{p}" for p in parts)
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")
    return (number + 0.5) / 2**48


def normal(*parts: object) -> float:
    """A standard normal number, the same for equal parts."""
    return _NORMAL.inv_cdf(uniform(*parts))
