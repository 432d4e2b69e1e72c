"""The published annotations, read plainly: what is and may be true of their objects."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import cache
from pathlib import Path


def words(name: str) -> tuple[str, ...]:
    return tuple(w.removesuffix("s") for w in re.findall(r"[a-z0-9]+", name.casefold()))


def holds(outer: tuple[str, ...], inner: tuple[str, ...]) -> bool:
    """Whether `inner` stands in `outer` as a run of words."""
    return f" {' '.join(inner)} " in f" {' '.join(outer)} "


class Annotations:
    """The published catalogue, read plainly."""

    def __init__(self, root: Path) -> None:
        taxonomy = json.loads((root / "taxonomy.json").read_text())
        concepts = json.loads((root / "cateid_to_concept.json").read_text())
        self.names: dict[str, set[str]] = defaultdict(set)
        for source in (taxonomy["nodes"], concepts):
            for category, record in source.items():
                self.names[category] |= set(record["surface_name"])
        self.parents: dict[str, set[str]] = defaultdict(set)
        for general, special in taxonomy["edges"]:
            if general != special:
                self.parents[special].add(general)
        self.category: dict[str, str] = {}
        self.attributes: dict[str, dict[str, set[str]]] = {}
        for category, objects in json.loads((root / "cateid_to_objects.json").read_text()).items():
            for key, record in objects.items():
                self.category[key] = category
                known = {t: set(v) for t, v in record["attributes"].items() if v}
                self.attributes[key] = known
        self.up = cache(self._up)
        self.similar = cache(self._similar)
        self.may_be = cache(self._may_be)
        self.used = set().union(*(self.up(c) for c in self.category.values()))

    def _up(self, category: str) -> frozenset[str]:
        return frozenset({category}).union(*(self.up(p) for p in self.parents[category]))

    def _similar(self, one: str, other: str) -> bool:
        """Whether a name of one stands in a name of the other."""
        pairs = [(words(a), words(b)) for a in self.names[one] for b in self.names[other]]
        return any(holds(a, b) or holds(b, a) for a, b in pairs)

    def _may_be(self, own: str, category: str) -> bool:
        """Whether an object annotated as `own` is, or might be called, `category`."""
        if category in self.up(own) or own in self.up(category):
            return True
        if any(self.similar(general, category) for general in self.up(own)):
            return True
        alike = (c for c in self.used if self.similar(c, own))
        return any(category in self.up(c) for c in alike)
