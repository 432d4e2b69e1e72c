"""What a row of an export says of an item, whatever the format."""

from __future__ import annotations

import json
from typing import Any

import tma


def plain_row(item: tma.BundleItem) -> dict[str, Any]:
    """All of an item but its media, as JSON values."""
    task = item.task
    return {
        "id": item.id,
        "generator": task.generator,
        "question": task.question,
        "options": list(item.options),
        "answer": item.letter,
        "answer_index": item.answer,
        "prompt": item.prompt,
        "plan": json.dumps(dict(task.plan), ensure_ascii=False),
        "plan_id": task.plan_id,
        "task_id": task.id,
        "seed": task.seed,
        "assets": [
            {
                "source": a.source,
                "asset": a.asset,
                "form": a.form,
                "name": a.name,
                "sha256": a.sha256 or "",
                "licence": a.licence,
            }
            for a in task.assets
        ],
    }
