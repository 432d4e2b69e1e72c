"""Names that a person can't keep apart: equal, or one nested in the other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
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
    ends = range(len(short), len(long) + 1)
    return any(long[end - len(short) : end] == short for end in ends)


def alike(names: Mapping[str, Sequence[str]]) -> set[Pair]:
    """Pairs of ids, both ways round, one of whose names equals or contains one of the other's.

    The words of one name stand in the other in a row (paper towel, paper), or at the end of a
    closed compound (armchair, chair; but by chance also monkey, key).

    Args:
        names: id -> all names of the thing.
    """
    return set(_nested(names))


def kinds_by_name(names: Mapping[str, Sequence[str]]) -> set[Pair]:
    """The pairs among those `alike` in which one is likely a kind of the other.

    Their names are equal, or the words of one end in those of the other (microwave oven, oven).
    """
    return {pair for pair, kind in _nested(names).items() if kind}


def _nested(names: Mapping[str, Sequence[str]]) -> dict[Pair, bool]:
    by_words: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for key, several in names.items():
        for name in several:
            by_words[words(name)].add(key)
    found: dict[Pair, bool] = {}
    for sequence, keys in sorted(by_words.items()):
        for part in sorted(_parts(sequence)):
            kind = part == sequence[len(sequence) - len(part) :]
            for inner in by_words.get(part, ()):
                for outer in keys - {inner}:
                    for pair in ((inner, outer), (outer, inner)):
                        found[pair] = found.get(pair, False) or kind
    return found


def _parts(sequence: tuple[str, ...]) -> set[tuple[str, ...]]:
    runs = {sequence[i:j] for i in range(len(sequence)) for j in range(i + 1, len(sequence) + 1)}
    last = sequence[-1] if sequence else ""
    tails = {last[i:] for i in range(_SHORTEST, len(last) - _SHORTEST + 1)}
    return runs | {(tail,) for tail in tails}
