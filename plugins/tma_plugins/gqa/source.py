"""The source: graphs streamed from JSON, pictures from a folder or a zip.

Format (Hudson and Manning, 2019): `{picture id: {width, height, objects: {object id: {name, x, y,
w, h, attributes: [..], relations: [{name, object}]}}}}`; pictures are called ID.jpg.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from tma import Asset, AssetError, AssetSource, Inventory, SceneGraph, Skipped
from tma_plugins.codestamp import code_of
from tma_plugins.gqa.annotations import published
from tma_plugins.scenegraph.files import Files, stamp
from tma_plugins.scenegraph.words import OTHER_RELATION, Vocabulary, english

_GRAPHS = "_sceneGraphs.json"


class GqaConfig(BaseModel):
    """Settings of the source.

    Attributes:
        root: folder with train_sceneGraphs.json, val_sceneGraphs.json or both.
        split: which of them to use.
        images: folder or zip file with the pictures; `images` or `images.zip` in `root` by default.
        annotations: folder with the published taxonomy, attribute types and relation types
            (`taxonomy.json`, `cateid_to_concept.json`, `attribute_category.json`,
            `relation_to_type.json`), to use instead of the built-in vocabulary.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path
    split: Literal["all", "train", "val"] = "all"
    images: Path | None = None
    annotations: Path | None = None


class GqaSource(AssetSource):
    """See the module."""

    def __init__(self, config: GqaConfig) -> None:
        self._config = config

    @cached_property
    def _words(self) -> Vocabulary:
        folder = self._config.annotations
        return english() if folder is None else published(folder, english())

    @cached_property
    def _files(self) -> list[Path]:
        root = self._config.root
        if not root.is_dir():
            raise AssetError(
                f"{root}: no such folder", hint="set root to the folder with the scene graphs"
            )
        splits = ("train", "val") if self._config.split == "all" else (self._config.split,)
        found = [p for s in splits if (p := root / f"{s}{_GRAPHS}").is_file()]
        if not found:
            wanted = " or ".join(f"{s}{_GRAPHS}" for s in splits)
            raise AssetError(f"{root}: holds no {wanted}", hint="see docs/scene-graphs.md")
        return found

    @cached_property
    def _pictures(self) -> Files:
        if self._config.images is not None:
            return Files(self._config.images)
        folder = self._config.root / "images"
        return Files(folder if folder.is_dir() else self._config.root / "images.zip")

    def inventory(self) -> Inventory:
        """The vocabulary."""
        words = self._words
        return Inventory(
            categories=words.categories,
            attribute_types=words.attribute_types,
            relation_types=words.relation_types,
            licence="CC-BY-4.0",
            origin="https://cs.stanford.edu/people/dorarad/gqa/",
        )

    def graphs_stamp(self) -> str:
        """Names, sizes and times of the files."""
        places = [*self._files, self._pictures.place]
        return "; ".join([code_of("gqa", "scenegraph"), str(self._config), *map(stamp, places)])

    def graphs(self) -> Iterator[SceneGraph | Skipped]:
        """The pictures of all files, in their order."""
        seen: set[str] = set()
        there = set(self._pictures.names) if self._pictures.exists else None
        for file in self._files:
            for key, record in _stream(file):
                where = f"{file.name}: picture {key}"
                if key in seen:
                    yield Skipped(where, "a picture's id stands twice")
                    continue
                seen.add(key)
                if there is not None and f"{key}.jpg" not in there:
                    yield Skipped(where, "the picture is missing", f"{key}.jpg")
                    continue
                try:
                    yield self._graph(key, record)
                except _WrongError as wrong:
                    yield Skipped(where, wrong.reason, wrong.detail)
                except ValidationError as error:
                    first = error.errors()[0]
                    yield Skipped(where, "the graph is not valid", first["msg"])

    def _graph(self, key: str, record: object) -> SceneGraph:
        width, height = _number(record, "width"), _number(record, "height")
        objects = _field(record, "objects", dict)
        things = [
            self._thing(number, thing, width, height, objects) for number, thing in objects.items()
        ]
        return SceneGraph.model_validate(
            {
                "id": key,
                "media": f"{key}.jpg",
                "width": width,
                "height": height,
                "objects": things,
            }
        )

    def _thing(
        self, number: str, thing: object, width: int, height: int, objects: Mapping[str, Any]
    ) -> dict[str, Any]:
        name = _field(thing, "name", str)
        category, plural = self._words.find(name)
        attributes: dict[str, list[str]] = {}
        for word in _field(thing, "attributes", list, []):
            pair = self._words.pair_of.get(word.casefold()) if isinstance(word, str) else None
            if pair is not None and pair[1] not in attributes.setdefault(pair[0], []):
                attributes[pair[0]].append(pair[1])
        relations = []
        for relation in _field(thing, "relations", list, []):
            stated, other = _field(relation, "name", str), _field(relation, "object", str)
            if other not in objects:
                raise _WrongError("a relation leads to no object", f"object {number}: {other}")
            if other == number:
                raise _WrongError("an object is related to itself", f"object {number}")
            known = stated if stated in self._words.relations else OTHER_RELATION
            link = {"name": known, "object": other, "certain": known == stated}
            if link not in relations:
                relations.append(link)
        return {
            "id": number,
            "category": category,
            "name": name,
            "plural": plural,
            "box": _box(number, thing, width, height),
            "attributes": attributes,
            "relations": relations,
        }

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """A picture. Raises AssetError."""
        if not self._pictures.exists:
            raise AssetError(
                f"{self._pictures.place}: there are no pictures",
                hint="put GQA's pictures there, or set images to their folder or zip file",
            )
        found = self._pictures.names.get(name)
        if found is None:
            raise AssetError(f"{self._pictures.place}: no picture {name!r}")
        return self._pictures.read(found)


class _WrongError(Exception):
    """What is wrong with a picture's graph."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def _stream(file: Path) -> Iterator[tuple[str, Any]]:
    """(picture id, record) one by one, so that memory does not grow with the file."""
    import ijson

    last = "its start"
    try:
        with file.open("rb") as handle:
            for key, record in ijson.kvitems(handle, "", use_float=True):
                yield key, record
                last = f"picture {key}"
    except ijson.JSONError as error:
        cause = " ".join(str(error).split())[:120]
        raise AssetError(
            f"{file}: is no JSON after {last}: {cause}", hint="is the download complete?"
        ) from None
    except OSError as error:
        raise AssetError(f"{file}: can't be read: {error.strerror or error}") from None


def _field(record: object, name: str, kind: type, default: Any = None) -> Any:
    if not isinstance(record, dict):
        raise _WrongError("a record is no JSON object", f"{type(record).__name__}")
    value = record.get(name, default)
    if not isinstance(value, kind):
        raise _WrongError(f"{name} is missing or of the wrong type", f"{name}: {value!r:.60}")
    return value


def _number(record: object, name: str) -> int:
    value = _field(record, name, object, None)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _WrongError(f"{name} is no number", f"{value!r:.60}")
    return round(value)


def _box(number: str, thing: object, width: int, height: int) -> tuple[int, int, int, int]:
    """(left, top, right, bottom), cut at the picture's edge."""
    if not isinstance(thing, dict) or any(thing.get(k) is None for k in "xywh"):
        raise _WrongError("an object has no box", f"object {number}")
    x, y, w, h = (_number(thing, k) for k in "xywh")
    box = (max(x, 0), max(y, 0), min(x + w, width), min(y + h, height))
    if box[0] >= box[2] or box[1] >= box[3]:
        raise _WrongError("an object's box is empty or outside the picture", f"object {number}")
    return box
