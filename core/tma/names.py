"""Names that a person can't keep apart: equal, or one nested in the other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_HEAD = 3
_HISSES = ("s", "x", "z", "ch", "sh")
_VOWELS = "aeiou"


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


def alike(names: Mapping[str, Sequence[str]]) -> set[tuple[str, str]]:
    """Pairs of ids, both ways round, one of whose names equals or contains one of the other's.

    A name contains another if the other's words stand in it in a row (electrical appliance,
    appliance), or if it ends in the other as a closed compound (armchair, chair).

    Args:
        names: id -> all names of the thing.
    """
    by_words: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for key, several in names.items():
        for name in several:
            by_words[words(name)].add(key)
    pairs: set[tuple[str, str]] = set()
    for sequence, keys in sorted(by_words.items()):
        for part in _parts(sequence):
            for inner in by_words.get(part, ()):
                for outer in keys:
                    if inner != outer:
                        pairs |= {(inner, outer), (outer, inner)}
    return pairs


def _parts(sequence: tuple[str, ...]) -> set[tuple[str, ...]]:
    runs = {sequence[i:j] for i in range(len(sequence)) for j in range(i + 1, len(sequence) + 1)}
    last = sequence[-1] if sequence else ""
    tails = {last[i:] for i in range(1, len(last) - _SHORTEST_HEAD + 1)}
    return runs | {(tail,) for tail in tails}
