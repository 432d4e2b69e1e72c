"""The files of a release beside its tasks: what assets it shows, a table to load, checksums."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tma.contract.tasks import Task
from tma.mediacache import write_whole
from tma.taskset import MEDIA, TaskSet

ASSETS, TABLE, CHECKSUMS, CARD = "assets.jsonl", "metadata.jsonl", "SHA256SUMS", "README.md"
_READ = 1 << 20


@dataclass
class Contents:
    """What the tasks of a release show.

    Attributes:
        tasks: how many there are.
        kinds: `image`, `video` -> how many tasks show one; none for text alone.
        suffixes: of the media files.
        licences, sources: of assets -> how many uses.
        assets: how many variants of assets there are.
        versions: `name version` of what made the tasks.
        environment: what the bytes of media depend on besides.
        size: bytes of the media files.
        table: whether `metadata.jsonl` was written.
    """

    tasks: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    suffixes: set[str] = field(default_factory=set)
    licences: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    assets: int = 0
    versions: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    size: int = 0
    table: bool = False


def write_tables(folder: Path) -> Contents:
    """Write `assets.jsonl`, and `metadata.jsonl` if all tasks show pictures, videos or nothing.

    The table is one that `datasets` loads with the media, a row a task, in the tasks' order.

    Args:
        folder: holds the tasks.
    """
    tasks = TaskSet.open(folder)
    found = Contents()
    used: dict[tuple[str, ...], dict[str, Any]] = {}
    versions: set[str] = set()
    environment: set[str] = set()
    part = folder / f".{TABLE}.part"
    with part.open("w", encoding="utf-8") as table:
        for task in tasks.tasks():
            _count(task, found, used)
            versions.update(f"{name} {version}" for name, version in task.versions.items())
            if task.media is not None:
                environment.update(task.media.environment)
            table.write(json.dumps(_row(task), ensure_ascii=False) + "\n")
    found.table = len(found.kinds) <= 1 and sum(found.kinds.values()) in (0, found.tasks)
    if found.table:
        part.replace(folder / TABLE)
    else:
        part.unlink()
    found.assets = len(used)
    found.versions, found.environment = tuple(sorted(versions)), tuple(sorted(environment))
    found.size = sum(p.stat().st_size for p in (folder / MEDIA).rglob("*") if p.is_file())
    rows = [used[key] for key in sorted(used)]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    write_whole(folder / ASSETS, text.encode())
    return found


def _count(task: Task, found: Contents, used: dict[tuple[str, ...], dict[str, Any]]) -> None:
    found.tasks += 1
    if task.media is not None and task.media.media_type and task.media.path:
        found.kinds[task.media.media_type.partition("/")[0]] += 1
        found.suffixes.add(Path(task.media.path).suffix)
    for asset in task.assets:
        found.licences[asset.licence] += 1
        found.sources[asset.source] += 1
        key = asset.source, asset.asset, asset.form, asset.name
        row = used.setdefault(key, {**asset.model_dump(exclude_none=True), "tasks": 0})
        row["tasks"] += 1


def _row(task: Task) -> Mapping[str, Any]:
    """A task as a row whose columns have the same types for all generators."""
    shown = task.media.path if task.media is not None else None
    return {
        **({} if shown is None else {"file_name": shown}),
        "id": task.id,
        "generator": task.generator,
        "question": task.question,
        "options": list(task.options),
        "answer": chr(ord("A") + task.answer_index),
        "answer_index": task.answer_index,
        "plan": json.dumps(dict(task.plan), ensure_ascii=False),
        "plan_id": task.plan_id,
        "seed": task.seed,
    }


def write_checksums(folder: Path) -> None:
    """Write `SHA256SUMS` over all other files, as `sha256sum -c` reads it."""
    files = [p for p in folder.rglob("*") if p.is_file() and p.name != CHECKSUMS]
    names = {p.relative_to(folder).as_posix(): p for p in files}
    lines = [f"{sha256_of(names[name])}  {name}\n" for name in sorted(names)]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def sha256_of(path: Path) -> str:
    """SHA-256 (64 hex digits) of a file."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_READ):
            total.update(part)
    return total.hexdigest()
