"""A data set for the Hugging Face Hub: parquet, a card, and how inspect_ai evaluates it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tma
from tma_plugins.exports.card import eval_yaml, write_card
from tma_plugins.exports.parquet import Table, features, media_columns
from tma_plugins.exports.rows import plain_row
from tma_plugins.exports.sights import is_video


class HuggingFace(tma.Exporter):
    """Writes `data/CONFIG/test-*.parquet`, a configuration for each generator, and `README.md`."""

    shards = True

    def export(self, bundle: tma.Bundle, out: Path) -> tma.Exported:
        """Write the data set.

        Raises:
            ExportError: a generator's tasks are pictures and videos.
            MediaError: a file can't be read.
        """
        tables: dict[str, Table] = {}
        kinds: dict[str, str] = {}
        for item in bundle.items():
            generator = item.task.generator
            media = "" if item.media is None else "video" if is_video(item.media) else "image"
            if kinds.setdefault(generator, media) != media:
                raise tma.ExportError(
                    f"{generator} makes pictures and videos: a table holds one kind"
                )
            if generator not in tables:
                folder = out / "data" / config_name(generator)
                tables[generator] = Table(folder, features(media), bundle.shard_bytes)
            row: dict[str, Any] = {**plain_row(item), **media_columns(item)}
            tables[generator].add(row, item.media.path.stat().st_size if item.media else 0)
        counts = {config_name(g): table.rows for g, table in sorted(tables.items())}
        files = [path for table in tables.values() for path in table.close()]
        write_card(out / "README.md", bundle, counts, set(kinds.values()))
        pictured = [config_name(g) for g, media in sorted(kinds.items()) if media != "video"]
        if pictured:
            (out / "eval.yaml").write_text(eval_yaml(bundle, pictured), encoding="utf-8")
        total = sum(counts.values())
        note = f"{len(files)} parquet file(s); load_dataset(FOLDER, {next(iter(counts))!r})"
        return tma.Exported(total, [note])


def config_name(generator: str) -> str:
    """A generator's configuration: `grid2d/what` is `grid2d.what`; slashes are not allowed."""
    return generator.replace("/", ".")
