"""The published annotation files: found, parsed and checked with the file and field named.

Written by hand rather than with pydantic: it reads 1.6 MB of small records, and loading the
catalogue is part of every command.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from tma import AssetError, read_regular

TAXONOMY = "taxonomy.json"
CONCEPTS = "cateid_to_concept.json"
OBJECTS = "cateid_to_objects.json"
ATTRIBUTE_TYPES = ("color", "material", "shape")

_COMPONENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\Z")
_NO_DESCRIPTION = "Description not found or invalid QID."
_HINT = (
    f"root must hold {TAXONOMY}, {CONCEPTS} and {OBJECTS} of the published "
    "Task-Me-Anything source data, directly or in root/annotations"
)


@dataclass(frozen=True, slots=True)
class Concept:
    """A category's names, the first being what questions call it, and its description."""

    names: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Thing:
    """An object.

    Attributes:
        id: unique among all objects.
        category: id of its category.
        images: file names in `object_images/<category>/<id>/`.
        attributes: attribute type -> values; types with no value are left out.
        angles: degrees by which its mesh may be turned; 0 alone if the file does not say.
    """

    id: str
    category: str
    images: tuple[str, ...]
    attributes: dict[str, tuple[str, ...]]
    angles: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Annotations:
    """The published catalogue.

    Attributes:
        concepts: category id -> names.
        parents: category id -> ids of the more general ones, in file order, without self-loops.
        things: the objects in file order.
    """

    concepts: dict[str, Concept]
    parents: dict[str, tuple[str, ...]]
    things: list[Thing]


def is_component(name: str) -> bool:
    """Whether `name` is safe as one component of a path: no separator, not `.` or `..`."""
    return _COMPONENT.match(name) is not None


def load(root: Path) -> Annotations:
    """Read the three annotation files of `root` or, if it has none, of `root/annotations`.

    Raises:
        AssetError: a file is missing, truncated or has a wrong field.
    """
    if not root.is_dir():
        raise AssetError(f"{root}: no such folder", hint=_HINT)
    folder = root if (root / TAXONOMY).exists() else root / "annotations"
    if not folder.is_dir():
        folder = root
    taxonomy = _object(folder / TAXONOMY, _read(folder / TAXONOMY), "the file")
    concepts = _concepts(folder, taxonomy)
    parents = _parents(folder / TAXONOMY, taxonomy, concepts)
    return Annotations(concepts, parents, _things(folder / OBJECTS, concepts))


def _read(path: Path) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) != len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise AssetError(f"{path}: {twice!r} stands twice in one object")
        return record

    try:
        return json.loads(read_regular(path).decode(), object_pairs_hook=unique)
    except FileNotFoundError:
        raise AssetError(f"{path}: no such file", hint=_HINT) from None
    except OSError as error:
        raise AssetError(f"{path}: {error.strerror or error}", hint=_HINT) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise AssetError(
            f"{path}: {where}: not valid JSON: {error.msg}",
            hint="the file is truncated or damaged; download it again",
        ) from None
    except (UnicodeDecodeError, RecursionError) as error:
        raise AssetError(f"{path}: not JSON in UTF-8: {type(error).__name__}") from None


def _wrong(path: Path, field: str, wanted: str, got: object) -> AssetError:
    return AssetError(f"{path}: {field}: must be {wanted}, not {type(got).__name__}")


def _object(path: Path, value: object, field: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(path, field, "an object", value)
    return value


def _list(path: Path, value: object, field: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(path, field, "a list", value)
    return value


def _texts(path: Path, value: object, field: str) -> tuple[str, ...]:
    """A list of strings that are not empty, each kept once."""
    for item in _list(path, value, field):
        if not isinstance(item, str):
            raise _wrong(path, field, "a list of strings", item)
        if not item.strip():
            raise AssetError(f"{path}: {field}: holds an empty string")
    return tuple(dict.fromkeys(value))  # type: ignore[call-overload]


def _concepts(folder: Path, taxonomy: Mapping[str, Any]) -> dict[str, Concept]:
    concepts: dict[str, Concept] = {}
    path = folder / CONCEPTS
    named = _object(path, _read(path), "the file")
    for key, entry in named.items():
        concepts[key] = _concept(path, key, entry, "wikidata_description")
    path = folder / TAXONOMY
    for key, entry in _object(path, taxonomy.get("nodes"), "nodes").items():
        if key in concepts:
            raise AssetError(f"{path}: nodes.{key}: {CONCEPTS} has this category too")
        concepts[key] = _concept(path, f"nodes.{key}", entry, "description")
    return concepts


def _concept(path: Path, field: str, entry: object, description: str) -> Concept:
    record = _object(path, entry, field)
    names = _texts(path, record.get("surface_name"), f"{field}.surface_name")
    if not names:
        raise AssetError(f"{path}: {field}.surface_name: is empty; a category needs a name")
    text = record.get(description) or ""
    if not isinstance(text, str):
        raise _wrong(path, f"{field}.{description}", "a string", text)
    return Concept(names, "" if text == _NO_DESCRIPTION else text)


def _parents(
    path: Path, taxonomy: Mapping[str, Any], concepts: Mapping[str, Concept]
) -> dict[str, tuple[str, ...]]:
    parents: dict[str, list[str]] = {}
    for number, edge in enumerate(_list(path, taxonomy.get("edges"), "edges")):
        field = f"edges[{number}]"
        if not (isinstance(edge, list) and [type(end) for end in edge] == [str, str]):
            raise AssetError(f"{path}: {field}: must be [general id, special id]")
        general, special = edge
        for end in edge:
            if end not in concepts:
                raise AssetError(
                    f"{path}: {field}: unknown category {end!r}",
                    hint=f"{CONCEPTS} or nodes in {TAXONOMY} must name it",
                )
        above = parents.setdefault(special, [])
        if general != special and general not in above:
            above.append(general)
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as error:
        ring = " <- ".join(f"{key} ({concepts[key].names[0]})" for key in error.args[1])
        raise AssetError(f"{path}: edges: categories stand above themselves: {ring}") from None
    return {key: tuple(above) for key, above in parents.items()}


def _things(path: Path, concepts: Mapping[str, Concept]) -> list[Thing]:
    things: list[Thing] = []
    home: dict[str, str] = {}
    for category, members in _object(path, _read(path), "the file").items():
        if category not in concepts:
            raise AssetError(f"{path}: {category}: unknown category", hint=f"{CONCEPTS} lacks it")
        _check_component(path, category, "category id")
        for key, entry in _object(path, members, category).items():
            if key in home:
                raise AssetError(
                    f"{path}: {category}.{key}: two objects have this id, the other in {home[key]}"
                )
            home[key] = category
            things.append(_thing(path, category, key, entry))
    return things


def _thing(path: Path, category: str, key: str, entry: object) -> Thing:
    field = f"{category}.{key}"
    _check_component(path, key, f"{category}: object id")
    record = _object(path, entry, field)
    images = _texts(path, record.get("images"), f"{field}.images")
    for image in images:
        _check_component(path, image, f"{field}.images")
    attributes: dict[str, tuple[str, ...]] = {}
    for kind, values in _object(path, record.get("attributes"), f"{field}.attributes").items():
        if kind not in ATTRIBUTE_TYPES:
            raise AssetError(
                f"{path}: {field}.attributes: unknown type {kind!r}",
                hint=f"types: {', '.join(ATTRIBUTE_TYPES)}",
            )
        if known := _texts(path, values, f"{field}.attributes.{kind}"):
            attributes[kind] = known
    angles = _angles(path, record.get("angles", [0]), f"{field}.angles")
    return Thing(key, category, images, attributes, angles)


def _angles(path: Path, value: object, field: str) -> tuple[float, ...]:
    for item in _list(path, value, field):
        if type(item) not in (int, float) or not -360 <= item <= 360:
            raise AssetError(f"{path}: {field}: must be a list of degrees, -360 to 360")
    return tuple(dict.fromkeys(float(item) for item in _list(path, value, field)))


def _check_component(path: Path, name: str, field: str) -> None:
    if not is_component(name):
        raise AssetError(f"{path}: {field}: {name!r} is not safe in a file name")
