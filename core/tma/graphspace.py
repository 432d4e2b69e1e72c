"""Plan spaces of scene graphs: a table of plans, enumerated graph by graph and kept in a file."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tma.columns import ABSENT, Domain, Table
from tma.contract.graphs import SceneGraph, VideoGraph
from tma.contract.plan import Value
from tma.errors import AssetError
from tma.graphset import BATCH, GraphSet
from tma.mediacache import write_whole
from tma.progress import progress
from tma.seeds import digest
from tma.space import PlanSpace

FORMAT = 1
_MANY = 8 * BATCH
Row = Sequence[Value | None]
Part = tuple[list[list[Value]], NDArray[np.int32]]
"""Some graphs' rows: each field's values in order of first appearance, and codes in these."""


class Lister(Protocol):
    """Says which plans a graph has.

    Must be picklable, and give the same rows in the same order in every process: the rows of
    one graph must differ.
    """

    def __call__(self, graph: SceneGraph | VideoGraph) -> Iterable[Row]:
        """The values of the fields, None where one is absent, a row a plan."""


def graph_space(
    graphs: GraphSet,
    field: str,
    fields: Mapping[str, Domain | None],
    lister: Lister,
    key: str,
    workers: int = 0,
) -> PlanSpace:
    """The plans of all graphs: one block over a table.

    Enumerated once, in parallel and as a stream, into a file beside the graphs; from then on that
    file is mapped into memory.

    Args:
        graphs: what is asked about.
        field: name of the plan field that holds the graph's id; it comes first.
        fields: the other fields; each with its domain, or None if its values turn out only now.
            Fields that several generators share should share domains.
        lister: gives each graph's plans.
        key: names the generator and all its settings, and changes when its code lists other plans;
            its first word is shown while plans are counted.
        workers: processes; 0 for as many as pay.

    Raises:
        AssetError: the cache can't be written.
    """
    stem = graphs.folder / "spaces" / digest([FORMAT, graphs.form, field, list(fields), key])[:32]
    try:
        names, codes = _open(stem, len(fields) + 1)
    except (OSError, ValueError, KeyError):
        _enumerate(graphs, list(fields.values()), lister, stem, key, workers)
        names, codes = _open(stem, len(fields) + 1)
    found = [
        Domain(values) if domain is None else domain
        for domain, values in zip(fields.values(), names, strict=True)
    ]
    return PlanSpace([[Table([field, *fields], [graphs.domain, *found], codes)]])


def _open(stem: Path, width: int) -> tuple[list[list[Value]], NDArray[np.int32]]:
    header = json.loads(stem.with_suffix(".json").read_bytes())
    rows: int = header["rows"]
    path = stem.with_suffix(".codes")
    if path.stat().st_size != rows * width * 4:
        raise ValueError("damaged")
    if not rows:
        return header["values"], np.zeros((0, width), dtype=np.int32)
    return header["values"], np.memmap(path, np.int32, "r", shape=(rows, width))


def _enumerate(
    graphs: GraphSet,
    domains: Sequence[Domain | None],
    lister: Lister,
    stem: Path,
    key: str,
    workers: int,
) -> None:
    count = workers or (min(os.cpu_count() or 1, 8) if len(graphs) > _MANY else 1)
    coders = [_Coder(d) for d in domains]
    rows = 0
    try:
        stem.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=stem.parent, prefix=".", suffix=".partial")
    except OSError as error:
        raise _unwritable(stem, error) from None
    try:
        with (
            os.fdopen(handle, "wb") as file,
            progress(f"counting {key.split()[0]}", len(graphs)) as step,
        ):
            for stop, (values, codes) in _parts(graphs, lister, count):
                for place, coder in enumerate(coders if len(codes) else (), start=1):
                    codes[:, place] = coder.moved(values[place - 1])[codes[:, place]]
                file.write(codes.tobytes())
                rows += len(codes)
                step(stop)
        Path(scratch).replace(stem.with_suffix(".codes"))
        header = {"rows": rows, "values": [c.values for c in coders]}
        write_whole(stem.with_suffix(".json"), json.dumps(header, ensure_ascii=False).encode())
    except OSError as error:
        raise _unwritable(stem, error) from None
    finally:
        with suppress(OSError):
            Path(scratch).unlink()


def _unwritable(stem: Path, error: OSError) -> AssetError:
    return AssetError(
        f"can't write to the cache {stem.parent}: {error.strerror or error}",
        hint="set TMA_CACHE to another folder",
    )


class _Coder:
    """From the codes of a part to those of a domain, which grows if it is not given."""

    def __init__(self, domain: Domain | None) -> None:
        self._domain = domain
        self._code: dict[Value, int] = {}

    @property
    def values(self) -> list[Value]:
        """What the codes stand for, if the domain was not given."""
        return list(self._code)

    def moved(self, values: Sequence[Value]) -> NDArray[np.int32]:
        """Translation; its last entry keeps ABSENT."""
        codes: list[int] = []
        for value in values:
            if self._domain is None:
                codes.append(self._code.setdefault(value, len(self._code)))
                continue
            code = self._domain.code(value)
            if code is None:
                raise ValueError(f"a plan has {value!r}, which its field's domain lacks")
            codes.append(code)
        return np.array([*codes, ABSENT], dtype=np.int32)


def _parts(graphs: GraphSet, lister: Lister, workers: int) -> Iterator[tuple[int, Part]]:
    """The parts in their order, each with the number of graphs that are done."""
    starts = range(0, len(graphs), BATCH)
    if workers <= 1:
        for start in starts:
            yield start + BATCH, _list(graphs, lister, start)
        return
    context = get_context("spawn")  # plugins may hold threads
    with ProcessPoolExecutor(workers, context, _start, (graphs, lister)) as pool:
        for start, part in zip(starts, pool.map(_work, starts), strict=True):
            yield start + BATCH, part


def _list(graphs: GraphSet, lister: Lister, start: int) -> Part:
    numbers: list[int] = []
    listed: list[Row] = []
    for number, graph in enumerate(graphs.between(start, start + BATCH), start):
        rows = list(lister(graph))
        numbers += [number] * len(rows)
        listed += rows
    codes = np.full((len(listed), 1 + (len(listed[0]) if listed else 0)), ABSENT, dtype=np.int32)
    values: list[list[Value]] = []
    if listed:
        codes[:, 0] = numbers
        for place, column in enumerate(zip(*listed, strict=True), start=1):
            own = dict.fromkeys(v for v in column if v is not None)
            code = {v: i for i, v in enumerate(own)}
            codes[:, place] = [ABSENT if v is None else code[v] for v in column]
            values.append(list(own))
    return values, codes


_worker: tuple[GraphSet, Lister]


def _start(graphs: GraphSet, lister: Lister) -> None:
    global _worker
    _worker = graphs, lister


def _work(start: int) -> Any:
    return _list(*_worker, start)
