"""The published taxonomy, attribute types and relation types, as a vocabulary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tma import AssetError, AttributeType, Category, RelationType, read_regular
from tma_plugins.scenegraph.words import Vocabulary


def published(folder: Path, base: Vocabulary) -> Vocabulary:
    """The vocabulary in a folder.

    Args:
        folder: holds `taxonomy.json`, `cateid_to_concept.json`, `attribute_category.json` and
            `relation_to_type.json`.
        base: says what follows from relations and which values overlap, which the files don't.

    Raises:
        AssetError: a file is missing or not of its form.
    """
    concepts = _load(folder / "cateid_to_concept.json")
    taxonomy = _load(folder / "taxonomy.json")
    attributes = _load(folder / "attribute_category.json")
    relations = _load(folder / "relation_to_type.json")
    try:
        categories = _categories(concepts, taxonomy)
        names = {
            name.casefold(): key
            for key, concept in sorted(concepts.items(), reverse=True)
            for name in concept["scene_graph"]
        }
        types = tuple(_attribute_type(k, v, base) for k, v in attributes.items() if v)
        pairs = {v: (t.name, v) for t in reversed(types) for v in t.values}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AssetError(f"{folder}: the taxonomy is not of its form: {error!r}") from None
    known = {t.name: t for t in base.relation_types}
    more = [RelationType(name=n, kind=str(k)) for n, k in relations.items() if n not in known]
    every = (*base.relation_types, *more)
    return Vocabulary(categories, types, every, names, pairs, frozenset(t.name for t in every))


def _load(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(read_regular(path))
    except FileNotFoundError:
        raise AssetError(f"{path}: no such file", hint="see docs/scene-graphs.md") from None
    except (OSError, ValueError) as error:
        raise AssetError(f"{path}: {error}") from None
    if not isinstance(found, dict):
        raise AssetError(f"{path}: is no JSON object")
    return found


def _categories(concepts: Mapping[str, Any], taxonomy: Mapping[str, Any]) -> tuple[Category, ...]:
    parents: dict[str, list[str]] = {}
    described = dict(taxonomy.get("nodes", {})) | dict(concepts)
    nodes = set(described)
    for general, special in taxonomy["edges"]:
        if general != special:
            parents.setdefault(special, []).append(general)
            nodes |= {general, special}
    return tuple(
        Category(
            id=key,
            name=_name(key, described.get(key)),
            synonyms=tuple(dict.fromkeys(described.get(key, {}).get("scene_graph", ()))),
            parents=tuple(dict.fromkeys(parents.get(key, ()))),
        )
        for key in sorted(nodes)
    )


def _name(key: str, concept: Mapping[str, Any] | None) -> str:
    if concept is None:
        return key
    names: list[str] = concept.get("surface_name") or concept.get("scene_graph") or []
    return str(names[0] if names else concept.get("wikidata") or key)


def _attribute_type(kind: str, values: list[str], base: Vocabulary) -> AttributeType:
    known = {t.name: t for t in base.attribute_types}
    overlaps = known[kind].overlaps if kind in known else ()
    listed = set(values)
    kept = tuple((a, b) for a, b in overlaps if a in listed and b in listed)
    return AttributeType(name=kind, values=tuple(dict.fromkeys(values)), overlaps=kept)
