"""Names that a person can't keep apart: equal, or one nested in the other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import IntEnum
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 3

Pair = tuple[str, str]
_HISSES = ("s", "x", "z", "ch", "sh")
_VOWELS = "aeiou"


@lru_cache(maxsize=65_536)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, singular and plural alike: enough to compare names."""
    return tuple(_stem(w) for w in _WORD.findall(name.casefold()))


def _stem(word: str) -> str:
    """The plural without its s, which singular and plural share: `berrie`, `boxe`, `horse`."""
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us")):
        return word[:-1]
    if word.endswith(_HISSES):
        return f"{word}e"
    if len(word) > 2 and word.endswith("y") and word[-2] not in _VOWELS:
        return f"{word[:-1]}ie"
    return word


def stands_in(name: str, text: str) -> bool:
    """Whether the words of `name`, singular or plural, stand in `text` in a row."""
    long, short = words(text), words(name)
    if len(short) == 1:
        return short[0] in long
    ends = range(len(short), len(long) + 1)
    return any(long[end - len(short) : end] == short for end in ends)


class Nesting(IntEnum):
    """How sure the nesting of two names is to mean something: each implies those before it."""

    LETTERS = 1
    """One ends a closed compound: armchair, chair; by chance also monkey, key."""
    WORDS = 2
    """Its words stand in the other in a row: record player, record; paper towel, paper."""
    KIND = 3
    """The names are equal, or its words end the other: microwave oven, oven."""


def alike(names: Mapping[str, Sequence[str]], nesting: Nesting = Nesting.LETTERS) -> set[Pair]:
    """Pairs of ids, both ways round, one of whose names equals or contains one of the other's.

    Args:
        names: id -> all names of the thing.
        nesting: how one must stand in the other, at the least.
    """
    return {pair for pair, found in _nested(names).items() if found >= nesting}


def _nested(names: Mapping[str, Sequence[str]]) -> dict[Pair, Nesting]:
    by_words: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for key, several in names.items():
        for name in several:
            by_words[words(name)].add(key)
    found: dict[Pair, Nesting] = {}
    for sequence, keys in sorted(by_words.items()):
        for part, nesting in sorted(_parts(sequence).items()):
            for inner in by_words.get(part, ()):
                for outer in keys - {inner}:
                    for pair in ((inner, outer), (outer, inner)):
                        found[pair] = max(nesting, found.get(pair, nesting))
    return found


def _parts(sequence: tuple[str, ...]) -> dict[tuple[str, ...], Nesting]:
    last = sequence[-1] if sequence else ""
    tails = (last[i:] for i in range(_SHORTEST, len(last) - _SHORTEST + 1))
    parts: dict[tuple[str, ...], Nesting] = {(tail,): Nesting.LETTERS for tail in tails}
    count = len(sequence)
    for i in range(count):
        for j in range(i + 1, count + 1):
            nesting = Nesting.KIND if j == count else Nesting.WORDS
            parts[sequence[i:j]] = max(nesting, parts.get(sequence[i:j], nesting))
    return parts
