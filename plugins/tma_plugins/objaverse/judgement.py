"""What the published annotations leave out: names that fit one picture, and values that overlap.

The judgements themselves are data (`lookalikes.json`, `overlaps.json`); this module derives from
them, and from the names, which categories must not be told apart in one task.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

Overlaps = tuple[tuple[str, str], ...]


@cache
def _data(name: str) -> dict[str, Any]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def overlaps(kind: str, values: Sequence[str]) -> Overlaps:
    """Pairs of `values` of the attribute type `kind` that may both be said of one thing."""
    pairs = _data("overlaps.json").get(kind, ())
    return tuple((a, b) for a, b in pairs if a in values and b in values)


def lookalikes(
    names: Mapping[str, Sequence[str]], parents: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Categories that a person may say of a picture of another one, unrelated in the taxonomy.

    Three things are put together. Curated pairs hold for all categories below either side.
    Curated generals (`also`: a bag is a container too) hold for all below the special and all
    above the general one. And a category whose name ends in another's name (`microwave oven`,
    `oven`) or has the same name counts as one of those.

    Args:
        names: category id -> its names; every category.
        parents: category id -> ids of the categories right above it; no cycles are needed.

    Returns:
        Category id -> ids of its look-alikes, each pair stated on one side only.
    """
    order = list(names)
    bit = {key: 1 << place for place, key in enumerate(order)}
    above = {key: [p for p in parents.get(key, ()) if p in bit] for key in order}
    loose = {key: list(ups) for key, ups in above.items()}
    for special, general in [*_also(bit), *_heads(names)]:
        loose[special].append(general)
    up = _closure(order, above, bit)
    alike = _closure(order, loose, bit)
    down = _flip(up, order, bit)
    for one, other in _alike(bit):
        for here, there in ((one, other), (other, one)):
            for key in _keys(down[here] | bit[here], order):
                alike[key] |= bit[there]
    return _one_sided(order, bit, alike, {key: up[key] | down[key] for key in order})


def _also(known: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """(special, general) pairs of the curated data whose ids are known."""
    for general, specials in _data("lookalikes.json")["also"].items():
        for special in specials:
            pair = _id(special), _id(general)
            if pair[0] in known and pair[1] in known:
                yield pair


def _alike(known: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for one, other in _data("lookalikes.json")["alike"]:
        pair = _id(one), _id(other)
        if pair[0] in known and pair[1] in known:
            yield pair


def _id(label: str) -> str:
    """The id in `Q1 name`; the name is there for people who review the file."""
    return label.partition(" ")[0]


def _heads(names: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """(special, general) pairs where a name of the first ends in the words of one of the second."""
    called: dict[tuple[str, ...], list[str]] = {}
    words = {key: [tuple(n.casefold().split()) for n in own] for key, own in names.items()}
    for key, own in words.items():
        for name in own:
            called.setdefault(name, []).append(key)
    for key, own in words.items():
        for name in own:
            for start in range(len(name)):
                for general in called.get(name[start:], ()):
                    if general != key:
                        yield key, general


def _closure(
    order: Sequence[str], above: Mapping[str, Sequence[str]], bit: Mapping[str, int]
) -> dict[str, int]:
    """Bit sets of all that is reachable upwards; cycles are fine."""
    reach = {key: sum(bit[p] for p in set(above[key])) for key in order}
    changed = True
    while changed:
        changed = False
        for key in order:
            found = reach[key]
            for parent in above[key]:
                found |= reach[parent]
            if found != reach[key]:
                reach[key] = found
                changed = True
    return reach


def _flip(up: Mapping[str, int], order: Sequence[str], bit: Mapping[str, int]) -> dict[str, int]:
    down = dict.fromkeys(order, 0)
    for key in order:
        for ancestor in _keys(up[key], order):
            down[ancestor] |= bit[key]
    return down


def _keys(bits: int, order: Sequence[str]) -> Iterator[str]:
    while bits:
        low = bits & -bits
        yield order[low.bit_length() - 1]
        bits ^= low


def _one_sided(
    order: Sequence[str],
    bit: Mapping[str, int],
    alike: Mapping[str, int],
    related: Mapping[str, int],
) -> dict[str, tuple[str, ...]]:
    """Each pair of unrelated look-alikes once, on the side that comes later in `order`."""
    stated = dict.fromkeys(order, 0)
    for key in order:
        for other in _keys(alike[key] & ~related[key] & ~bit[key], order):
            later = max(key, other, key=bit.__getitem__)
            stated[later] |= bit[key] ^ bit[other] ^ bit[later]
    return {key: tuple(_keys(bits, order)) for key, bits in stated.items()}
