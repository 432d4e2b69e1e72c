"""A vocabulary of scene graphs in English: categories by name, attributes, relations."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal

from tma import AttributeType, Category, RelationType

OTHER_RELATION = "related in another way to"
"""Stands for relations outside the vocabulary: what it is nobody can say."""

_ANYWHERE = (
    "in front of, behind, near, next to, beside, by, close to, at, around, along, with, facing"
)
_SIDES: dict[str, Literal["left", "right", "above", "below", "any"]] = {
    "to the left of": "left",
    "to the right of": "right",
    "above": "above",
    "over": "above",
    "below": "below",
    "under": "below",
    "beneath": "below",
    "underneath": "below",
    "larger than": "any",
    "smaller than": "any",
    "taller than": "any",
    "shorter than": "any",
}
_IRREGULAR = {
    "men": "man",
    "women": "woman",
    "people": "person",
    "children": "child",
    "feet": "foot",
    "teeth": "tooth",
    "geese": "goose",
    "mice": "mouse",
    "leaves": "leaf",
    "shelves": "shelf",
    "knives": "knife",
    "hooves": "hoof",
    "calves": "calf",
    "loaves": "loaf",
    "policemen": "policeman",
}


@dataclass(frozen=True)
class Vocabulary:
    """What graphs may name.

    Attributes:
        categories, attribute_types, relation_types: as an inventory wants them.
        category_of: name, in lower case -> category id.
        pair_of: attribute word, in lower case -> (type, value).
    """

    categories: tuple[Category, ...]
    attribute_types: tuple[AttributeType, ...]
    relation_types: tuple[RelationType, ...]
    category_of: Mapping[str, str]
    pair_of: Mapping[str, tuple[str, str]]
    relations: frozenset[str] = field(default=frozenset())

    def find(self, name: str) -> tuple[str | None, bool]:
        """A name's category, None if it is outside the vocabulary; and whether it is a plural."""
        wanted = " ".join(name.casefold().split())
        single = singular(wanted)
        for word in (wanted, single):
            if word in self.category_of:
                return self.category_of[word], self._is_plural(wanted, word, single)
        return None, single != wanted

    def _is_plural(self, wanted: str, word: str, single: str) -> bool:
        if wanted.split()[-1:] and wanted.split()[-1] in _IRREGULAR:
            return True
        return single != wanted and (word == single or single in self.category_of)


def singular(name: str) -> str:
    """A name with its last word in the singular, by rules that are right most of the time."""
    *before, last = name.split() or [""]
    if last in _IRREGULAR:
        last = _IRREGULAR[last]
    elif last.endswith("ies") and len(last) > 4:
        last = last[:-3] + "y"
    elif last.endswith(("ches", "shes", "sses", "xes", "oes")):
        last = last[:-2]
    elif last.endswith("s") and not last.endswith(("ss", "us", "is")):
        last = last[:-1]
    return " ".join([*before, last])


@cache
def english() -> Vocabulary:
    """The vocabulary that comes with the package."""
    text = files("tma_plugins.scenegraph").joinpath("english.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    categories, names = _categories(table["kinds"], table["lookalikes"])
    types, pairs = _attributes(table["attributes"], table["overlaps"])
    relations = tuple(_relations(table["relations"]))
    known = frozenset(t.name for t in relations)
    return Vocabulary(categories, types, relations, names, pairs, known)


def _lines(text: str) -> Iterable[tuple[str, list[str]]]:
    for line in filter(None, text.splitlines()):
        head, _, rest = line.partition(":")
        yield head, _split(rest)


def _split(text: str) -> list[str]:
    return [part for part in (p.strip() for p in text.split(",")) if part]


def _categories(kinds: str, alike: str) -> tuple[tuple[Category, ...], dict[str, str]]:
    parents: dict[str, list[str]] = {}
    synonyms: dict[str, list[str]] = {}

    def node(text: str) -> str:
        name, *more = text.split("=")
        parents.setdefault(name, [])
        known = synonyms.setdefault(name, [])
        known += [m for m in more if m not in known]
        return name

    listed = [(node(head), [node(part) for part in parts]) for head, parts in _lines(kinds)]
    for head, parts in listed:
        for part in parts:
            if part != head and head not in parents[part]:
                parents[part].append(head)
    looks = dict(_lines(alike))
    categories = tuple(
        Category(
            id=name,
            name=name,
            synonyms=tuple(synonyms[name]),
            parents=tuple(above),
            lookalikes=tuple(n for n in looks.get(name, ()) if n in parents),
        )
        for name, above in parents.items()
    )
    names = {s: c.id for c in categories for s in c.synonyms} | {c.id: c.id for c in categories}
    return categories, names


def _attributes(
    table: Mapping[str, str], overlaps: Mapping[str, str]
) -> tuple[tuple[AttributeType, ...], dict[str, tuple[str, str]]]:
    types = []
    pairs: dict[str, tuple[str, str]] = {}
    for kind, text in table.items():
        words = [part.split("=") for part in _split(text)]
        near = {
            (one, other)
            for line in overlaps.get(kind, "").split(";")
            for one, others in _lines(line.strip())
            for other in others
        }
        pairs |= {w: (kind, same[0]) for same in words for w in same if w not in pairs}
        values = tuple(same[0] for same in words)
        types.append(AttributeType(name=kind, values=values, overlaps=tuple(sorted(near))))
    return tuple(types), pairs


_SIDES |= dict.fromkeys(_ANYWHERE.split(", "), "any")


def _relations(table: Mapping[str, str]) -> Iterable[RelationType]:
    for name, text in table.items():
        kind, phrase, implies, inverse, alike = (part.strip() for part in text.split("|"))
        yield RelationType(
            name=name,
            kind=kind,
            phrase=phrase,
            implies=tuple(_split(implies)),
            inverse=inverse if inverse not in ("", "~") else None,
            symmetric=inverse == "~",
            lookalikes=tuple(_split(alike)),
            side=_SIDES.get(name),
        )
    yield RelationType(name=OTHER_RELATION, kind="other", lookalikes=tuple(table))
