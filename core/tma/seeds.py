"""Content hashes and the random generators derived from them.

Everything random in `tma` comes from `derive_rng(...)` over the identity of what is made (a plan's
id, a seed, a purpose), so that results depend on neither process, order nor worker count.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import DTypeLike, NDArray

from tma.errors import ConfigError

MAX_SEED = 2**63 - 1

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text in every process."""
    return _CANONICAL.encode(value)


def digest(value: object) -> str:
    """SHA-256 (64 hex digits) of `value`'s canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def digest_texts(*texts: str) -> str:
    """SHA-256 (64 hex digits) of several texts, for long ones that need no quoting."""
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()


class _HashedSeed(ISeedSequence):
    """A seed whose bits a hash has mixed: numpy need not mix them once more."""

    def __init__(self, bits: bytes) -> None:
        self._bits = bits

    def generate_state(self, n_words: int, dtype: DTypeLike = np.uint32) -> NDArray[Any]:
        """The first words of the hash; PCG64 asks for four of 64 bits, which is all of it."""
        little_endian = np.dtype(dtype).newbyteorder("<")
        return np.frombuffer(self._bits, little_endian, n_words).astype(dtype)


def derive_rng(*parts: str | int) -> np.random.Generator:
    """A generator (PCG64) whose state is the SHA-256 of `parts`; equal parts, equal streams."""
    bits = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
    generator = np.random.PCG64(_HashedSeed(bits))  # type: ignore[arg-type]  # left out of stubs
    return np.random.Generator(generator)


def check_seed(seed: int) -> int:
    """Return `seed` if it lies in 0 .. 2**63 - 1.

    Raises:
        ConfigError: it does not.
    """
    if not 0 <= seed <= MAX_SEED:
        raise ConfigError(f"seed {seed} is out of range", hint="use 0 to 9223372036854775807")
    return seed
