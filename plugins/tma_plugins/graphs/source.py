"""The source: lines are checked as they are read, and flaws named by file, line and field."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from tma import (
    Asset,
    AssetError,
    AssetSource,
    Inventory,
    SceneGraph,
    VideoGraph,
    open_regular,
    read_regular,
)
from tma_plugins.codestamp import code_of
from tma_plugins.graphs.schema import ObjectLine, PictureLine, VideoLine, VocabularyFile
from tma_plugins.scenegraph.files import Files, of_package, stamp
from tma_plugins.scenegraph.words import Vocabulary, english

_VOCABULARY = "vocabulary.json"


class GraphsConfig(BaseModel):
    """Settings of the source.

    Attributes:
        file: JSON lines, a picture or video each; `vocabulary.json` may stand beside it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path


class GraphsSource(AssetSource):
    """See the module."""

    def __init__(self, config: GraphsConfig) -> None:
        self._file = config.file
        self._folder = Files(config.file.parent)

    @cached_property
    def _stated(self) -> VocabularyFile:
        path = self._file.parent / _VOCABULARY
        if not path.exists():
            return VocabularyFile()
        try:
            return VocabularyFile.model_validate_json(read_regular(path))
        except ValidationError as error:
            raise AssetError(f"{path}: {_cause(error)[0]}") from None
        except OSError as error:
            raise AssetError(f"{path}: {error.strerror or error}") from None

    @cached_property
    def _words(self) -> Vocabulary:
        stated, base = self._stated, english()
        names = base.category_of
        if stated.categories is not None:
            synonyms = {s.casefold(): c.id for c in stated.categories for s in c.synonyms}
            names = synonyms | {c.name.casefold(): c.id for c in stated.categories}
        relations = base.relation_types if stated.relation_types is None else stated.relation_types
        return Vocabulary(
            base.categories if stated.categories is None else stated.categories,
            base.attribute_types if stated.attribute_types is None else stated.attribute_types,
            relations,
            names,
            base.pair_of,
            frozenset(t.name for t in relations),
        )

    def inventory(self) -> Inventory:
        """The vocabulary. Raises AssetError."""
        return Inventory(
            categories=self._words.categories,
            attribute_types=self._words.attribute_types,
            relation_types=self._words.relation_types,
            action_types=self._stated.action_types,
            licence=self._stated.licence,
            origin=self._stated.origin,
        )

    def graphs_stamp(self) -> str:
        """Sizes and times of the two files."""
        code = code_of("graphs", "scenegraph")
        return f"{code} {stamp(self._file)} {stamp(self._file.parent / _VOCABULARY)}"

    def graphs(self) -> Iterator[SceneGraph | VideoGraph]:
        """The lines' graphs. Raises AssetError for the first that is wrong."""
        for made in self._checked():
            if isinstance(made, str):
                raise AssetError(made, hint=f"tma assets validate {self._file} lists all flaws")
            yield made

    def validate(self) -> Iterator[str]:
        """Every flaw of every line."""
        try:
            yield from (made for made in self._checked() if isinstance(made, str))
        except AssetError as error:
            yield error.message

    def _checked(self) -> Iterator[SceneGraph | VideoGraph | str]:
        """The graphs in order, with a line of text for each flaw."""
        seen: set[str] = set()
        try:
            with io.TextIOWrapper(open_regular(self._file), encoding="utf-8") as lines:
                for number, line in enumerate(lines, start=1):
                    if line.strip():
                        where = f"{self._file}:{number}"
                        made = list(self._of_line(line, where))
                        for one in made:
                            if not isinstance(one, str) and one.id in seen:
                                one = f"{where}: id: {one.id!r} stands on an earlier line already"
                            elif not isinstance(one, str):
                                seen.add(one.id)
                            yield one
        except FileNotFoundError:
            raise AssetError(f"{self._file}: no such file") from None
        except (OSError, UnicodeDecodeError) as error:
            raise AssetError(f"{self._file}: can't be read as UTF-8 text: {error}") from None

    def _of_line(self, line: str, where: str) -> Iterator[SceneGraph | VideoGraph | str]:
        try:
            record = json.loads(line)
        except ValueError as error:
            yield f"{where}: is no JSON: {error}"
            return
        if not isinstance(record, dict):
            yield f"{where}: a line must hold a JSON object, not {type(record).__name__}"
            return
        kind = record.get("kind", "picture")
        if kind not in ("picture", "video"):  # which other fields are right, nobody can say
            yield f"{where}: kind: expected 'picture' or 'video', not {kind!r:.60}"
            return
        model = VideoLine if kind == "video" else PictureLine
        try:
            read = model.model_validate_json(line)
        except ValidationError as error:
            yield from (f"{where}: {cause}" for cause in _cause(error))
            return
        flaws = [f"{where}: {flaw}" for flaw in self._flaws(read)]
        yield from flaws
        if not flaws:
            try:
                yield self._graph(read)
            except ValidationError as error:
                yield from (f"{where}: {cause}" for cause in _cause(error))

    def _flaws(self, line: PictureLine | VideoLine) -> Iterator[str]:
        """Words outside the vocabulary, and a file that is not there."""
        words = self._words
        categories = {c.id for c in words.categories}
        types = {t.name: t.values for t in words.attribute_types}
        for place, thing in enumerate(line.objects):
            at = f"objects[{place}]"
            if thing.category is not None and thing.category not in categories:
                yield f"{at}.category: {thing.category!r} is no category of the vocabulary"
            for field, stated in (("attributes", thing.attributes), ("maybe", thing.maybe)):
                for kind, values in stated.items():
                    if kind not in types:
                        yield f"{at}.{field}: expected one of {', '.join(types)}, not {kind!r}"
                        continue
                    yield from (
                        f"{at}.{field}.{kind}: {v!r} is no value of the vocabulary"
                        for v in values
                        if v not in types[kind]
                    )
            yield from (
                f"{at}.relations[{n}].name: {r.name!r} is no relation of the vocabulary"
                for n, r in enumerate(thing.relations)
                if r.name not in words.relations
            )
        if isinstance(line, VideoLine):
            actions = {t.name for t in self._stated.action_types}
            for place, frame in enumerate(line.frames):
                at = f"frames[{place}]"
                odd = [r.name for r in frame.relations if r.name not in words.relations]
                yield from (f"{at}.relations: {n!r} is no relation of the vocabulary" for n in odd)
                odd = [a.name for a in frame.actions if a.name not in actions]
                yield from (f"{at}.actions: {n!r} is no action of the vocabulary" for n in odd)
        try:
            files, name = self._at(line.file)
            if not files.holds(name):
                yield f"file: {line.file!r} is not there"
        except AssetError as error:
            yield f"file: {error.message}"

    def _graph(self, line: PictureLine | VideoLine) -> SceneGraph | VideoGraph:
        record: dict[str, Any] = line.model_dump(exclude={"kind", "file", "objects"})
        record["media"] = line.file
        record["objects"] = [self._thing(o) for o in line.objects]
        if isinstance(line, VideoLine):
            return VideoGraph.model_validate(record)
        return SceneGraph.model_validate(record)

    def _thing(self, line: ObjectLine) -> dict[str, Any]:
        category, plural = self._words.find(line.name)
        record = line.model_dump()
        record["category"] = line.category or category
        record["plural"] = plural if line.plural is None else line.plural
        return record

    def _at(self, file: str) -> tuple[Files, str]:
        return of_package(file) or (self._folder, file)

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """A picture's or video's file. Raises AssetError."""
        files, path = self._at(name)
        return files.read(path)


def _cause(error: ValidationError) -> list[str]:
    """A line a flaw: the field, what was expected, what is there."""
    found = []
    for flaw in error.errors():
        at = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in flaw["loc"]).lstrip(".")
        given = flaw["input"]
        said = "" if isinstance(given, dict | list) else f", not {given!r:.60}"
        message = flaw["msg"].removeprefix("Value error, ")
        found.append(f"{at or 'graph'}: {message}{said}")
    return found
