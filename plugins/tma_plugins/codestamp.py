"""Fingerprints of code: what a package makes has changed if the package has."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


@cache
def code_of(*packages: str) -> str:
    """A hash of all modules and shaders of some families of plugins."""
    digest = hashlib.sha256()
    for package in packages:
        folder = Path(__file__).parent / package
        for path in sorted(p for p in folder.rglob("*") if p.suffix in _CODE):
            digest.update(path.read_bytes())
    return digest.hexdigest()


_CODE = frozenset([".py", ".frag", ".vert"])
