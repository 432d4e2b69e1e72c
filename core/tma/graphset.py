"""Scene graphs in a columnar file: opened at once, and read one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from tma.columns import Domain
from tma.contract.assets import Asset
from tma.contract.graphs import SceneGraph, VideoGraph

BATCH = 256
"""Graphs a record batch; the last one may be shorter."""
Graph = SceneGraph | VideoGraph

_RELATIONS = pa.list_(
    pa.struct([("name", pa.int32()), ("object", pa.int32()), ("certain", pa.bool_())])
)
_OBJECTS = pa.list_(
    pa.struct(
        [
            ("id", pa.string()),
            ("category", pa.int32()),
            ("name", pa.int32()),
            ("plural", pa.bool_()),
            ("box", pa.list_(pa.int32())),
            ("attributes", pa.list_(pa.int32())),
            ("maybe", pa.list_(pa.int32())),
            ("relations", _RELATIONS),
        ]
    )
)
_COMMON: list[tuple[str, pa.DataType]] = [
    ("id", pa.string()),
    ("media", pa.string()),
    ("width", pa.int32()),
    ("height", pa.int32()),
    ("complete", pa.bool_()),
    ("licence", pa.string()),
    ("objects", _OBJECTS),
]
_FRAMES = pa.list_(
    pa.struct([("time", pa.float64()), ("relations", _RELATIONS), ("actions", _RELATIONS)])
)
SCHEMAS = {
    "photo": pa.schema(_COMMON),
    "clip": pa.schema(
        [*_COMMON, ("seconds", pa.float64()), ("actor", pa.int32()), ("frames", _FRAMES)]
    ),
}
"""One row a graph. Names are numbers of the word lists, objects places in the graph."""


class GraphSet:
    """All graphs of one form that a source offers, by number, without holding them.

    Args:
        path: the columnar file.
        form: `photo` or `clip`.
        words: what each number in the columns stands for: lists of `categories`, `names`,
            `values` (pairs of attribute type and value), `relations` and `actions`.
        facts: what was counted while the file was written.

    Attributes:
        form: as given.
        objects: category id -> how many objects of it there are (of none: the key "").
        values: (attribute type, value) -> how many objects have it.
        relations, actions: name -> how often it is stated.
        deeds: (action, category of what it is done to, empty for nothing) -> the same.
        content: SHA-256 over all graphs.
    """

    def __init__(
        self, path: Path, form: str, words: Mapping[str, Any], facts: Mapping[str, Any]
    ) -> None:
        self.form = form
        self.content: str = facts["content"]
        self.objects: Mapping[str, int] = facts["objects"]
        self.values = {(k, v): n for k, v, n in facts["values"]}
        self.relations: Mapping[str, int] = facts["relations"]
        self.deeds = {(a, c): n for a, c, n in facts["deeds"]}
        self.actions: dict[str, int] = {}
        for (action, _), count in self.deeds.items():
            self.actions[action] = self.actions.get(action, 0) + count
        self._words = words
        self._facts = facts
        self._size: int = facts["graphs"]
        self._path = path

    def __reduce__(self) -> tuple[type[GraphSet], tuple[Any, ...]]:
        return GraphSet, (self._path, self.form, self._words, self._facts)

    @property
    def folder(self) -> Path:
        """Where the graphs lie, and what is derived from them is kept."""
        return self._path.parent

    def __len__(self) -> int:
        return self._size

    @cached_property
    def _file(self) -> pa.ipc.RecordBatchFileReader:
        return pa.ipc.open_file(pa.memory_map(str(self._path)))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The graphs' ids, by number."""
        batches = (self._file.get_batch(b) for b in range(self._file.num_record_batches))
        return tuple(i for batch in batches for i in batch.column("id").to_pylist())

    @cached_property
    def domain(self) -> Domain:
        """The ids as a plan field's domain; its codes are the graphs' numbers."""
        return Domain(self.ids)

    def number(self, graph_id: str) -> int:
        """A graph's number. Raises KeyError if there is no such graph."""
        code = self.domain.code(graph_id)
        if code is None:
            raise KeyError(graph_id)
        return code

    def __getitem__(self, number: int) -> Graph:
        """The graph with a number from 0 to len - 1. Raises IndexError."""
        if not 0 <= number < self._size:
            raise IndexError(f"graph {number} of {self._size}")
        batch, place = divmod(number, BATCH)
        return self._graphs(self._file.get_batch(batch).slice(place, 1))[0]

    def __iter__(self) -> Iterator[Graph]:
        return self.between(0, self._size)

    def between(self, start: int, stop: int) -> Iterator[Graph]:
        """The graphs with numbers from `start` to `stop` - 1, a few hundred in memory at a time."""
        stop = min(stop, self._size)
        while start < stop:
            batch, place = divmod(start, BATCH)
            count = min(BATCH - place, stop - start)
            yield from self._graphs(self._file.get_batch(batch).slice(place, count))
            start += count

    def asset(self, graph_id: str) -> Asset:
        """What stands for a graph where assets are asked for. Raises KeyError."""
        return self.asset_of(self[self.number(graph_id)])

    def asset_of(self, graph: Graph) -> Asset:
        """What stands for one of these graphs where assets are asked for."""
        categories = dict.fromkeys(o.category for o in graph.objects if o.category is not None)
        forms = {self.form: (graph.media,)}
        return Asset(id=graph.id, categories=tuple(categories), forms=forms, licence=graph.licence)

    def _graphs(self, rows: pa.RecordBatch) -> list[Graph]:
        return [self._graph(row) for row in rows.to_pylist()]

    def _graph(self, row: dict[str, Any]) -> Graph:
        ids = [o["id"] for o in row["objects"]]
        row["objects"] = [self._object(o, ids) for o in row["objects"]]
        if self.form == "photo":
            return SceneGraph.model_validate(row)
        row["actor"] = ids[row["actor"]]
        row["frames"] = [
            {
                "time": f["time"],
                "relations": self._links(f["relations"], ids, self._words["relations"]),
                "actions": self._links(f["actions"], ids, self._words["actions"]),
            }
            for f in row["frames"]
        ]
        return VideoGraph.model_validate(row)

    def _object(self, thing: dict[str, Any], ids: Sequence[str]) -> dict[str, Any]:
        category = thing["category"]
        thing["category"] = None if category is None else self._words["categories"][category]
        thing["name"] = self._words["names"][thing["name"]]
        thing["attributes"] = self._by_type(thing["attributes"])
        thing["maybe"] = self._by_type(thing["maybe"])
        thing["relations"] = self._links(thing["relations"], ids, self._words["relations"])
        return thing

    def _by_type(self, codes: Sequence[int]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code in codes:
            kind, value = self._words["values"][code]
            found.setdefault(kind, []).append(value)
        return found

    @staticmethod
    def _links(
        links: Sequence[dict[str, Any]], ids: Sequence[str], words: Sequence[str]
    ) -> list[dict[str, Any]]:
        for link in links:
            link["name"] = words[link["name"]]
            place = link["object"]
            link["object"] = None if place is None else ids[place]
        return list(links)
