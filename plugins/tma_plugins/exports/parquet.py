"""Parquet files that `datasets` loads with their features, written as a stream."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tma
from tma_plugins.exports.sights import data_uri, is_video

if TYPE_CHECKING:
    from datasets import Features

_ROOM = 2 * 2**20
"""Bytes of media that wait for their row group to be written: with more, memory that is got anew
each time costs more than the writing."""
_BULKY = ("image", "image_uri", "video")
"""Columns that hold nothing twice."""
_ASSET = ("source", "asset", "form", "name", "sha256", "licence")
_WITHIN = ["options.list.element", *(f"assets.list.element.{name}" for name in _ASSET)]
"""Columns within lists, as parquet calls them."""


def features(media: str) -> Features:
    """The columns of a table.

    Args:
        media: `image` (a picture, and the same as a data URI), `video`, `path` (the path of a video
            beside the table) or nothing.
    """
    from datasets import Features, Image, List, Value, Video

    text = Value("string")
    shown: dict[str, dict[str, Any]] = {
        "image": {"image": Image(), "image_uri": text},
        "video": {"video": Video()},
        "path": {"video": text},
        "": {},
    }
    return Features(
        {
            "id": text,
            **shown[media],
            "generator": text,
            "question": text,
            "options": List(text),
            "answer": text,
            "answer_index": Value("int32"),
            "prompt": text,
            "plan": text,
            "plan_id": text,
            "task_id": text,
            "seed": Value("int64"),
            "assets": List(dict.fromkeys(_ASSET, text)),
        }
    )


def media_columns(item: tma.BundleItem) -> dict[str, Any]:
    """Bytes, not paths: a table must hold its pictures wherever it goes. Raises MediaError."""
    media = item.media
    if media is None:
        return {}
    data = item.media_bytes()
    held = {"bytes": data, "path": f"{media.sha256}{media.path.suffix}"}
    if is_video(media):
        return {"video": held}
    return {"image": held, "image_uri": data_uri(media.media_type, data)}


class Table:
    """Writes rows into `FOLDER/test-00000-of-00001.parquet` and further shards.

    Args:
        folder: made if missing.
        columns: the features.
        shard_bytes: of media, after which a new file is begun.
    """

    def __init__(self, folder: Path, columns: Features, shard_bytes: int) -> None:
        self._folder = folder
        self._schema = columns.arrow_schema
        self._shard_bytes = shard_bytes
        self._rows: list[Mapping[str, Any]] = []
        self._waiting = 0
        self._written = 0
        self._shards: list[Path] = []
        self._writer: Any = None
        self.rows = 0
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, row: Mapping[str, Any], size: int) -> None:
        """Add a row whose media are of `size` bytes."""
        self._rows.append(row)
        self._waiting += size
        self.rows += 1
        if self._waiting >= min(_ROOM, self._shard_bytes) or len(self._rows) >= 1000:
            self._flush()

    def close(self) -> list[Path]:
        """Write what waits and name the files; returns them."""
        self._flush()
        self._end_shard()
        count = len(self._shards)
        return [
            path.rename(self._folder / f"test-{number:05}-of-{count:05}.parquet")
            for number, path in enumerate(self._shards)
        ]

    def _flush(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self._rows:
            return
        if self._writer is None:
            path = self._folder / f"test-{len(self._shards):05}.parquet"
            self._shards.append(path)
            # pictures are compressed already, and their bytes are no numbers to be compared
            plain = [name for name in self._schema.names if name not in _BULKY] + _WITHIN
            self._writer = pq.ParquetWriter(
                path,
                self._schema,
                compression="none",
                use_dictionary=plain,
                write_statistics=plain,
            )
        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._written += self._waiting
        self._rows, self._waiting = [], 0
        if self._written >= self._shard_bytes:
            self._end_shard()

    def _end_shard(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer, self._written = None, 0
