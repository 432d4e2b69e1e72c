"""Sets of tasks with pictures and a video that show whatever a gallery has to cope with."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

import tma
from tma.contract.tasks import AssetRecord, MediaRecord
from tma.taskset import TaskSet
from tma_plugins.tabletop.video import encode_mp4

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
COLORS = ("red", "blue", "green", "gray")


def picture(color: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(target, "PNG")
    return target.getvalue()


def video() -> bytes:
    frames = (np.full((64, 64, 3), 8 * i, np.uint8) for i in range(24))
    return encode_mp4(frames, 8)


def task(number: int, media: str | None, **changes: object) -> tma.Task:
    """A question after a colour: `red` of task 0, `blue` of task 1, ..., about four things."""
    thing = ("cup", "ball", "key")[number % 3]
    plan = tma.Plan(
        {
            "generator": f"toys/{'ab'[number % 2]}",
            "target_category": f"{thing}-1",
            "attribute_value": COLORS[number % 4],
            "count": number % 10 + 1,
        }
    )
    kind = "video/mp4" if media and media.endswith("mp4") else "image/png"
    made = tma.Task(
        id=f"{number:016x}",
        generator=plan.generator,
        plan=plan,
        plan_id=plan.id,
        seed=number,
        question=f"What is the color of the {thing}?",
        options=COLORS,
        option_keys=COLORS,
        answer=COLORS[number % 4],
        answer_index=number % 4,
        names={f"{thing}-1": thing},
        media=media
        and MediaRecord(
            key="k", renderer="toys", path=media, sha256=Path(media).stem, media_type=kind
        ),
        scene={"kind": "toy", "width": 64, "height": 48},
        assets=(AssetRecord(source="zoo", asset="rex", form="sticker", name="0", licence="MIT"),),
    )
    return made.model_copy(update=changes)


def add_media(folder: Path, data: bytes, suffix: str) -> str:
    name = f"media/{hashlib.sha256(data).hexdigest()}{suffix}"
    (folder / "media").mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return name


def write_set(folder: Path, tasks: Iterable[tma.Task], **run: object) -> TaskSet:
    lines = [task.model_dump_json() + "\n" for task in tasks]
    (folder / "tasks.jsonl").write_text("".join(lines), encoding="utf-8")
    told = {"format": 1, "assets": "zoo?root=/secret", "renderer": None, "tasks": [], "seed": 5}
    made = {"made": {"toys/a": len(lines)}, "fingerprint": "f"}
    (folder / "run.json").write_text(json.dumps({**told, **made, **run}))
    return TaskSet.open(folder)


def toy_set(folder: Path, count: int = 40) -> TaskSet:
    """Task 0 has a video, 1 is text alone, 2 is full of mark-up; the others have pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [add_media(folder, picture(color), ".png") for color in COLORS]
    tasks = [task(n, pictures[n % 4]) for n in range(count)]
    tasks[0] = task(0, add_media(folder, video(), ".mp4"))
    tasks[1] = task(1, None)
    planted = {"generator": "toys/a", EVIL: EVIL, "target_category": "x", "count": 3}
    tasks[2] = tasks[2].model_copy(
        update={
            "plan": planted,
            "names": {"x": EVIL},
            "question": EVIL,
            "options": (EVIL, "null", "</script>", "<!--"),
            "assumption": "closed-world",
        }
    )
    return write_set(folder, tasks)
