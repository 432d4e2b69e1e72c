"""Which colour, material and pattern each variant of a category has: all values equally often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from tma import derive_rng
from tma_plugins.objects.build import Look
from tma_plugins.objects.kit.maker import Kind, Maker
from tma_plugins.objects.textures import FINISHES

_UNCLEAR = frozenset(
    [
        ("white", "metal"),
        ("brown", "metal"),
        *((c, "glass") for c in ("white", "black", "gray", "brown")),
    ]
)
"""Colours that can't be told in a material: white metal is gray, brown metal looks like wood."""

_VERSION = 1
"""Of the seeds: another number makes other variants everywhere."""


def look(kind: Kind, number: int) -> Look:
    """How variant `number` of a category looks; more variants change none that there were.

    Raises:
        ValueError: the category has a colour that none of its materials shows.
    """
    color = _turn(kind, "color", kind.colors, number)
    clear = tuple(m for m in kind.materials or ("",) if (color, m) not in _UNCLEAR)
    if not clear:
        raise ValueError(f"{kind.id}: no material shows {color}")
    material = _turn(kind, "material", kind.materials or ("",), number)
    if material not in clear:
        material = clear[number % len(clear)]
    pattern = _turn(kind, "pattern", kind.patterns or ("plain",), number)
    if FINISHES[material].plain:
        pattern = "plain"
    level = pattern == "striped" and number % 2 == 1
    return Look(color, material, pattern, level)


def _turn(kind: Kind, what: str, values: Sequence[str], number: int) -> str:
    """Value `number` of an endless row of shuffles, in each of which every value stands once."""
    turn, place = divmod(number, len(values))
    return values[_order(kind.id, what, turn, len(values))[place]]


@lru_cache(maxsize=4096)
def _order(kind: str, what: str, turn: int, count: int) -> tuple[int, ...]:
    rng = derive_rng("objects", _VERSION, kind, what, turn)
    return tuple(int(k) for k in rng.permutation(count))


def attributes(kind: Kind, seen: Look) -> Mapping[str, tuple[str, ...]]:
    """What is known of a variant that looks so."""
    known = {"color": (seen.color,)}
    if seen.material:
        known["material"] = (seen.material,)
    if kind.patterns and not FINISHES[seen.material].plain:
        known["pattern"] = (seen.pattern,)
    if kind.shape:
        known["shape"] = (kind.shape,)
    return known


def ruled_out(kind: Kind, seen: Look) -> Mapping[str, tuple[str, ...]]:
    """What is known not to be: the streaks of glass, say, may be called stripes, but no dots."""
    if kind.patterns and FINISHES[seen.material].plain:
        return {"pattern": ("dotted", "checked")}
    return {}


def maker(kind: Kind, number: int, seen: Look) -> Maker:
    """What the category's function gets."""
    rng = derive_rng("objects", _VERSION, kind.id, number, "shape")
    return Maker(rng, number, seen.color, seen.material, seen.pattern)
