"""The card of a data set, and `eval.yaml`, by which inspect_ai runs it from the Hub."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import tma


def write_card(
    path: Path, bundle: tma.Bundle, counts: Mapping[str, int], media: Collection[str]
) -> None:
    """Write the README of a data set.

    Args:
        path: the file.
        bundle: what is exported.
        counts: rows by configuration.
        media: kinds among `image` and `video`.
    """
    configs = [
        {
            "config_name": name,
            "data_files": [{"split": "test", "path": f"data/{name}/test-*.parquet"}],
        }
        for name in counts
    ]
    rows = sum(counts.values())
    head = tma.card_head(bundle.title, bundle.summary.licences, rows, media, configs)
    path.write_text(f"{tma.front_matter(head)}{_body(bundle, counts)}", encoding="utf-8")


def _orders(bundle: tma.Bundle) -> str:
    if bundle.circular:
        return "Each task is here in all rotations of its options."
    if bundle.orders > 1:
        return f"Each task is here in {bundle.orders} orders of its options."
    return "Each task is here once."


def _body(bundle: tma.Bundle, counts: Mapping[str, int]) -> str:
    return f"""
# {bundle.title}

Multiple-choice questions about pictures and videos, made by program with
task-me-anything: each answer is right by construction, and each wrong
option is known to be wrong. {_orders(bundle)}

{tma.markdown_table(("configuration", "rows"), counts.items())}
Columns: `question`, `options`, `answer` (a letter), `answer_index`; `prompt` is what `tma eval`
sends. `plan` (JSON) says what the question is about; rows with the same `plan_id` ask for the same
thing.
`image_uri` is the picture once more, as a data URI. `assets` lists every asset that is shown, with
the hash of its bytes and its licence.

## Licences

{tma.markdown_table(("licence", "uses of assets"), bundle.summary.licences.items())}
{tma.markdown_table(("asset source", "uses of assets"), bundle.summary.sources.items())}
## Reproduction

    {bundle.reproduce}
"""


def eval_yaml(bundle: tma.Bundle, configs: Sequence[str]) -> str:
    """How inspect_ai evaluates the data set from the Hub: its own solver, prompt and scorer.

    Args:
        bundle: what is exported.
        configs: configurations of pictures or of text alone.
    """
    import yaml

    fields: dict[str, Any] = {"input": "question", "target": "answer", "choices": "options"}
    if any(kind.startswith("image/") for kind in bundle.summary.media_types):
        fields["input_image"] = "image_uri"
    tasks = [
        {
            "id": name.replace(".", "_").replace("-", "_"),
            "config": name,
            "split": "test",
            "field_spec": dict(fields),
            "solvers": [{"name": "multiple_choice"}],
            "scorers": [{"name": "choice"}],
        }
        for name in configs
    ]
    whole = {
        "name": bundle.title,
        "description": f"{sum(bundle.summary.tasks.values())} questions made by task-me-anything",
        "evaluation_framework": "inspect-ai",
        "tasks": tasks,
    }
    text: str = yaml.safe_dump(whole, sort_keys=False, allow_unicode=True)
    return text
