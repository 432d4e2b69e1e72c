"""lmms-eval: a task as YAML, the functions that it names, and the data as parquet."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import tma
from tma_plugins.exports.parquet import Table, features, media_columns
from tma_plugins.exports.rows import plain_row
from tma_plugins.exports.sights import Copies, is_video


class LmmsEval(tma.Exporter):
    """Writes `TASK.yaml`, `utils.py`, the reader of replies, `data/` and `videos/`."""

    shards = True

    def export(self, bundle: tma.Bundle, out: Path) -> tma.Exported:
        """Write the folder, which is given to lmms-eval as `--include_path`.

        Raises:
            ExportError: there are pictures and videos, or tasks of text alone.
            MediaError: a file can't be read.
        """
        kinds = {kind.partition("/")[0] for kind in bundle.summary.media_types}
        if len(kinds) != 1:
            found = "tasks of text alone" if not kinds else "pictures and videos"
            raise tma.ExportError(
                f"an lmms-eval task is of pictures or of videos, here are {found}",
                hint="generate the kinds apart",
            )
        media = "path" if kinds == {"video"} else "image"
        table = Table(out / "data", features(media), bundle.shard_bytes)
        copies = Copies(out)
        for item in bundle.items():
            columns = _video(item, copies) if media == "path" else media_columns(item)
            size = item.media.path.stat().st_size if item.media and media == "image" else 0
            table.add({**plain_row(item), **columns}, size)
        table.close()
        name = _task_name(bundle)
        (out / f"{name}.yaml").write_text(_yaml(bundle, name), encoding="utf-8")
        template = files("tma_plugins.exports").joinpath("templates/lmms_utils.py.txt")
        (out / "utils.py").write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
        bundle.write_reader(out / "tma_reading")
        command = f"cd FOLDER && python -m lmms_eval --include_path . --tasks {name} --model MODEL"
        (out / "README.md").write_text(_readme(bundle, command), encoding="utf-8")
        return tma.Exported(table.rows, [command])


def _task_name(bundle: tma.Bundle) -> str:
    """Holds a hash of the contents: lmms-eval keeps replies by the task's name and text alone."""
    short = bundle.digest[:8]
    name = bundle.name if short in bundle.name else f"{bundle.name}-{short}"
    return name.replace("-", "_")


def _video(item: tma.BundleItem, copies: Copies) -> dict[str, Any]:
    if item.media is None or not is_video(item.media):
        raise tma.ExportError(f"task {item.task.id} has no video")
    name = f"videos/{item.media.sha256}{item.media.path.suffix}"
    return {"video": copies.put(item, name)}


def _yaml(bundle: tma.Bundle, name: str) -> str:
    functions = {
        "doc_to_visual": "visual",
        "doc_to_text": "text",
        "doc_to_messages": "messages",
        "doc_to_target": "target",
        "process_results": "results",
    }
    hooks = "\n".join(f"{key}: !function utils.{value}" for key, value in functions.items())
    return f"""task: {name}
dataset_path: parquet
dataset_kwargs:
  data_files:
    test: data/test-*.parquet
test_split: test
output_type: generate_until
{hooks}
cluster_key: plan_id
score_key: score
generation_kwargs:
  max_new_tokens: 64
  temperature: 0
  do_sample: false
metric_list:
  - metric: acc
    aggregation: !function utils.accuracy
    higher_is_better: true
  - metric: unread
    aggregation: !function utils.mean
    higher_is_better: false
metadata:
  - version: "{bundle.digest}"
"""


def _readme(bundle: tma.Bundle, command: str) -> str:
    return f"""# {bundle.title}

{sum(bundle.summary.tasks.values())} tasks for [lmms-eval](https://github.com/EvolvingLMMs-Lab/lmms-eval).
Its paths are relative: run it in this folder.

    {command}

`acc` is over replies that name an option; `unread` is the share of those that name none.
Made again by:

    {bundle.reproduce}
"""
