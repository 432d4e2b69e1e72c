"""The imagefolder and videofolder layout of Hugging Face `datasets`."""

from __future__ import annotations

import json
from pathlib import Path

import tma
from tma_plugins.exports.rows import plain_row
from tma_plugins.exports.sights import Copies


class ImageFolder(tma.Exporter):
    """Writes `metadata.jsonl` and the media that its `file_name`s name."""

    def export(self, bundle: tma.Bundle, out: Path) -> tma.Exported:
        """Write the folder.

        Raises:
            ExportError: a task has no media, or there are pictures and videos.
        """
        kinds = {t.partition("/")[0] for t in bundle.summary.media_types}
        if len(kinds) > 1:
            raise tma.ExportError(
                "a folder holds pictures or videos, not both",
                hint="generate them apart, or export to hf",
            )
        items = 0
        copies = Copies(out)
        with (out / "metadata.jsonl").open("w", encoding="utf-8") as lines:
            for item in bundle.items():
                row = {"file_name": _copy(item, copies), **plain_row(item)}
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
                items += 1
        builder = "videofolder" if kinds == {"video"} else "imagefolder"
        return tma.Exported(items, [f"load_dataset({builder!r}, data_dir=FOLDER)"])


def _copy(item: tma.BundleItem, copies: Copies) -> str:
    media = item.media
    if media is None:
        raise tma.ExportError(
            f"task {item.task.id} has no picture or video to be written",
            hint="generate the tasks without --no-media; --redact leaves pictures out",
        )
    return copies.put(item, f"media/{media.sha256[:2]}/{media.sha256}{media.path.suffix}")
