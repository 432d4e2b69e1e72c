"""Importing scene graphs: from what a source yields to columnar files in the cache, once."""

from __future__ import annotations

import hashlib
import json
import shutil
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from tma.contract.assets import AssetSource, Inventory
from tma.contract.graphs import SceneGraph, Skipped, VideoGraph
from tma.errors import AssetError, TmaWarning
from tma.graphset import BATCH, SCHEMAS, Graph, GraphSet
from tma.progress import progress
from tma.seeds import digest
from tma.vocabulary import Actions, Relations

FORMAT = 3
_EXAMPLES = 20
_INDEX = "index.json"
_WORDS = ("categories", "names", "values", "relations", "actions")
_DAMAGED = (OSError, ValueError, KeyError, TypeError)


@dataclass(frozen=True)
class Import:
    """An imported source.

    Attributes:
        sets: form -> its graphs, of the forms that there are any of.
        skipped: reason -> how many graphs the source left out for it.
        examples: (where, reason, detail) of some of them.
    """

    sets: Mapping[str, GraphSet]
    skipped: Mapping[str, int]
    examples: Sequence[Skipped]

    @property
    def content(self) -> str:
        """A hash of all the graphs: equal graphs, equal hash."""
        return " ".join(f"{form}:{s.content}" for form, s in sorted(self.sets.items()))


def import_graphs(source: AssetSource, inventory: Inventory, name: str, cache: Path) -> Import:
    """A source's graphs, from the cache, or imported into it.

    Args:
        source: yields them.
        inventory: its vocabularies; graphs may name nothing else.
        name: of the source, with its version.
        cache: folder of all imports.

    Raises:
        AssetError: see `opened`.
    """
    stamp = source.graphs_stamp()
    key = digest([FORMAT, name, stamp, inventory.model_dump(mode="json", exclude={"assets"})])
    return opened(cache / key[:32], lambda: source.graphs() or (), Gate(inventory))


class Gate:
    """Checks graphs by an inventory's vocabularies. Raises AssetError, see `Relations`."""

    def __init__(self, inventory: Inventory) -> None:
        self._categories = {c.id for c in inventory.categories}
        self._values = {(t.name, v) for t in inventory.attribute_types for v in t.values}
        self._relations = Relations(inventory.relation_types)
        self._actions = Actions(inventory.action_types)

    def __call__(self, graph: Graph) -> Skipped | None:
        """Why the graph can't be used, None if it can.

        Raises:
            AssetError: it names what the inventory does not list.
        """
        for what, name in self._unknown(graph):
            raise AssetError(
                f"graph {graph.id!r} names an unknown {what} {name!r}",
                hint="list it in the source's inventory",
            )
        if all(o.category is None for o in graph.objects):
            return Skipped(f"graph {graph.id!r}", "no object is of a known category")
        for when, links in _stated(graph):
            clash = self._relations.contradiction(links)
            if clash is not None:
                reason = "relations contradict each other"
                return Skipped(f"graph {graph.id!r}", reason, f"{when}{clash}")
        return None

    def _unknown(self, graph: Graph) -> Iterator[tuple[str, str]]:
        relations = [r for o in graph.objects for r in o.relations]
        if isinstance(graph, VideoGraph):
            relations += [r for f in graph.frames for r in f.relations]
            used = {a.name for f in graph.frames for a in f.actions}
            yield from (("action", a) for a in sorted(used) if a not in self._actions)
        for thing in graph.objects:
            if thing.category is not None and thing.category not in self._categories:
                yield "category", thing.category
            for attributes in (thing.attributes, thing.maybe):
                pairs = [(t, v) for t, vs in attributes.items() for v in vs]
                yield from ((f"{t}", v) for t, v in pairs if (t, v) not in self._values)
        yield from (("relation", r.name) for r in relations if r.name not in self._relations)


def _stated(graph: Graph) -> Iterator[tuple[str, dict[tuple[str, str], list[str]]]]:
    """When, as a prefix for messages, and what then surely holds: (subject, object) -> names."""
    whole = [(o.id, r) for o in graph.objects for r in o.relations]
    moments = [("", whole)]
    if isinstance(graph, VideoGraph):
        moments += [
            (f"at {f.time:g} s ", [(graph.actor, r) for r in f.relations]) for f in graph.frames
        ]
    for when, relations in moments:
        found: dict[tuple[str, str], list[str]] = {}
        for subject, relation in relations:
            if relation.certain:
                found.setdefault((subject, relation.object), []).append(relation.name)
        yield when, found


def opened(
    folder: Path,
    graphs: Callable[[], Iterable[Graph | Skipped]],
    check: Callable[[Graph], Skipped | None],
) -> Import:
    """The graphs in `folder`, imported if they are not there.

    Args:
        folder: of this source with this stamp; appears whole or not at all.
        graphs: gives the source's graphs.
        check: called with each; may pass over one, or raise AssetError.

    Raises:
        AssetError: the source has no usable graph, or yields what the contract forbids; the
            cache can't be written.
    """
    try:
        return _open(folder)
    except _DAMAGED:
        pass  # not there yet, or damaged
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(
            dir=folder.parent, prefix=".import-", ignore_cleanup_errors=True
        ) as name:
            scratch = Path(name, "whole")
            scratch.mkdir()
            with progress("reading scene graphs") as step:
                _Writer(scratch, check, step).write(graphs())
            found = _placed(scratch, folder)
    except OSError as error:
        raise AssetError(
            f"can't write to the cache {folder.parent}: {error.strerror or error}",
            hint="set TMA_CACHE to another folder",
        ) from None
    if found.skipped:
        reasons = ", ".join(f"{reason} ({n})" for reason, n in found.skipped.items())
        left = sum(found.skipped.values())
        warnings.warn(f"{left} graphs were left out: {reasons}", TmaWarning, stacklevel=2)
    return found


def _placed(scratch: Path, folder: Path) -> Import:
    """The import in its folder: this one, or that of another process that was quicker."""
    with suppress(*_DAMAGED):
        return _open(folder)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        scratch.rename(folder)
    except OSError:
        with suppress(*_DAMAGED):
            return _open(folder)
        raise
    return _open(folder)


def _open(folder: Path) -> Import:
    index = json.loads((folder / _INDEX).read_bytes())
    if index["format"] != FORMAT:
        raise ValueError("another format")
    sets = {
        form: GraphSet(folder / f"{form}.arrow", form, index["words"], facts)
        for form, facts in index["forms"].items()
    }
    examples = [Skipped(*e) for e in index["examples"]]
    return Import(sets, index["skipped"], examples)


class _Codes(dict[Any, int]):
    def __missing__(self, word: Any) -> int:
        code = self[word] = len(self)
        return code


class _Writer:
    """Streams graphs into columnar files, a batch in memory at a time."""

    def __init__(
        self,
        folder: Path,
        check: Callable[[Graph], Skipped | None],
        on_progress: Callable[[int], None],
    ) -> None:
        self._folder = folder
        self._check = check
        self._on_progress = on_progress
        self._codes = {w: _Codes() for w in _WORDS}
        self._skipped: Counter[str] = Counter()
        self._examples: list[Skipped] = []
        self._files: dict[str, _FormFile] = {}

    def write(self, graphs: Iterable[Graph | Skipped]) -> None:
        """Write all there is, and the index."""
        for number, graph in enumerate(graphs):
            self._on_progress(number)
            skip = graph if isinstance(graph, Skipped) else self._take(graph)
            if skip is not None:
                self._skipped[skip.reason] += 1
                if self._skipped[skip.reason] <= _EXAMPLES:
                    self._examples.append(skip)
        for file in self._files.values():
            file.close()
        index = {
            "format": FORMAT,
            "words": {w: list(c) for w, c in self._codes.items()},
            "forms": {form: file.facts() for form, file in sorted(self._files.items())},
            "skipped": dict(sorted(self._skipped.items())),
            "examples": self._examples,
        }
        (self._folder / _INDEX).write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")

    def _take(self, graph: Graph) -> Skipped | None:
        if not isinstance(graph, SceneGraph | VideoGraph):
            raise AssetError(f"graphs() gave {type(graph).__name__}, not a graph")
        skip = self._check(graph)
        if skip is None:
            form = "photo" if isinstance(graph, SceneGraph) else "clip"
            if form not in self._files:
                self._files[form] = _FormFile(self._folder / f"{form}.arrow", SCHEMAS[form])
            self._files[form].add(graph, self._row(graph))
        return skip

    def _row(self, graph: Graph) -> dict[str, Any]:
        place = {o.id: i for i, o in enumerate(graph.objects)}
        row: dict[str, Any] = {
            "id": graph.id,
            "media": graph.media,
            "width": graph.width,
            "height": graph.height,
            "complete": graph.complete,
            "licence": graph.licence,
            "objects": [
                {
                    "id": o.id,
                    "category": None
                    if o.category is None
                    else self._code("categories", o.category),
                    "name": self._code("names", o.name),
                    "plural": o.plural,
                    "box": o.box,
                    "attributes": self._values(o.attributes),
                    "maybe": self._values(o.maybe),
                    "relations": self._links(o.relations, "relations", place),
                }
                for o in graph.objects
            ],
        }
        if isinstance(graph, VideoGraph):
            row |= {"seconds": graph.seconds, "actor": place[graph.actor]}
            row["frames"] = [
                {
                    "time": f.time,
                    "relations": self._links(f.relations, "relations", place),
                    "actions": self._links(f.actions, "actions", place),
                }
                for f in graph.frames
            ]
        return row

    def _code(self, words: str, word: Any) -> int:
        return self._codes[words][word]

    def _values(self, attributes: Mapping[str, Sequence[str]]) -> list[int]:
        return [self._code("values", (t, v)) for t, vs in attributes.items() for v in vs]

    def _links(
        self, links: Iterable[Any], words: str, place: Mapping[str, int]
    ) -> list[dict[str, Any]]:
        return [
            {
                "name": self._code(words, link.name),
                "object": None if link.object is None else place[link.object],
                "certain": link.certain,
            }
            for link in links
        ]


class _FormFile:
    """One columnar file, and what is counted of its graphs."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._writer = pa.ipc.new_file(str(path), schema)
        self._rows: list[dict[str, Any]] = []
        self._graphs = 0
        self._ids: set[str] = set()
        self._hash = hashlib.sha256()
        self._objects: Counter[str] = Counter()
        self._values: Counter[tuple[str, str]] = Counter()
        self._relations: Counter[str] = Counter()
        self._deeds: Counter[tuple[str, str]] = Counter()

    def add(self, graph: Graph, row: dict[str, Any]) -> None:
        if graph.id in self._ids:
            raise AssetError(f"graph {graph.id!r} stands twice")
        self._ids.add(graph.id)
        self._hash.update(graph.model_dump_json().encode())
        self._graphs += 1
        for thing in graph.objects:
            self._objects[thing.category or ""] += 1
            self._values.update((t, v) for t, vs in thing.attributes.items() for v in vs)
            self._relations.update(r.name for r in thing.relations)
        if isinstance(graph, VideoGraph):
            self._relations.update(r.name for f in graph.frames for r in f.relations)
            of = {o.id: o.category or "" for o in graph.objects}
            done = (a for f in graph.frames for a in f.actions)
            self._deeds.update((a.name, of[a.object] if a.object else "") for a in done)
        self._rows.append(row)
        if len(self._rows) == BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_batch(pa.RecordBatch.from_pylist(self._rows, schema=self._schema))
            self._rows = []

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def facts(self) -> dict[str, Any]:
        return {
            "graphs": self._graphs,
            "content": self._hash.hexdigest(),
            "objects": dict(sorted(self._objects.items())),
            "values": [[k, v, n] for (k, v), n in sorted(self._values.items())],
            "relations": dict(sorted(self._relations.items())),
            "deeds": [[a, c, n] for (a, c), n in sorted(self._deeds.items())],
        }
