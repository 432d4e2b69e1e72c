"""inspect_ai: JSON lines with pictures, in a package that its `eval` command finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import tma
from tma_plugins.exports.rows import plain_row
from tma_plugins.exports.settings import FrameConfig
from tma_plugins.exports.sights import Copies, Pictures, is_video, of_frames

_SUFFIX = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}


class Inspect(tma.Exporter):
    """Writes a package: `pip install FOLDER`, `inspect eval NAME/NAME`."""

    def __init__(self, config: FrameConfig) -> None:
        self._pictures = Pictures(config.frames)

    def export(self, bundle: tma.Bundle, out: Path) -> tma.Exported:
        """Write the package.

        Raises:
            MediaError: a file can't be read.
        """
        module = f"tma_{bundle.name.removeprefix('tma-').replace('-', '_')}"
        package = out / "src" / module
        (package / "data" / "img").mkdir(parents=True)
        copies = Copies(package / "data")
        items = 0
        with (package / "data" / "tasks.jsonl").open("w", encoding="utf-8") as lines:
            for item in bundle.items():
                sample = self._sample(item, copies)
                lines.write(json.dumps(sample, ensure_ascii=False) + "\n")
                items += 1
        template = files("tma_plugins.exports").joinpath("templates/inspect_tasks.py.txt")
        code = template.read_text(encoding="utf-8").replace("TASK", module)
        (package / "tasks.py").write_text(code.replace("DIGEST", bundle.digest), encoding="utf-8")
        about = f'"""{bundle.title}, as a task of inspect_ai."""\n\n'
        (package / "__init__.py").write_text(
            f'{about}from .tasks import {module}\n\n__all__ = ["{module}"]\n', encoding="utf-8"
        )
        bundle.write_reader(package / "reading")
        command = f"pip install FOLDER && inspect eval {module}/{module} --model MODEL"
        (out / "pyproject.toml").write_text(_pyproject(bundle, module), encoding="utf-8")
        (out / "README.md").write_text(_readme(bundle, command), encoding="utf-8")
        return tma.Exported(items, [command])

    def replies(self, path: Path) -> Iterator[tma.ReturnedReply]:
        """The replies in a log of inspect_ai (`.eval` or `.json`), sample by sample.

        Raises:
            ExportError: the file is no log, or inspect_ai is not installed.
        """
        try:
            from inspect_ai.log import read_eval_log_samples
        except ImportError:
            raise tma.ExportError(
                "reading logs of inspect_ai needs inspect_ai",
                hint="pip install 'task-me-anything[inspect]'",
            ) from None
        try:
            for sample in read_eval_log_samples(str(path), all_samples_required=False):
                if sample.error is None and sample.output.choices:
                    yield _returned(sample, path)
        except (OSError, ValueError) as error:
            raise tma.ExportError(f"{path} is no log of inspect_ai: {error}") from None

    def _sample(self, item: tma.BundleItem, copies: Copies) -> dict[str, Any]:
        pictures = self._shown(item, copies)
        content = [{"type": "image", "image": name} for name in pictures]
        if is_video(item.media):
            content.append({"type": "text", "text": of_frames(len(pictures))})
        row = plain_row(item)
        held = ("generator", "plan", "plan_id", "task_id", "assets")
        return {
            "id": item.id,
            "input": [
                {"role": "user", "content": [*content, {"type": "text", "text": item.prompt}]}
            ],
            "choices": list(item.options),
            "target": item.letter,
            "metadata": {
                **{name: row[name] for name in held},
                "order": list(item.order),
            },
        }

    def _shown(self, item: tma.BundleItem, copies: Copies) -> list[str]:
        """The paths of the pictures that stand for a picture or video."""
        media = item.media
        if media is None:
            return []
        if not is_video(media):
            name = f"img/{media.sha256}{_SUFFIX.get(media.media_type, '.png')}"
            return [copies.put(item, name)]
        return [
            copies.write(data, f"img/{media.sha256}-{place}{_SUFFIX.get(media_type, '.png')}")
            for place, (media_type, data) in enumerate(self._pictures.of(item))
        ]


def _returned(sample: Any, path: Path) -> tma.ReturnedReply:
    usage = sample.output.usage
    order = (sample.metadata or {}).get("order")
    return tma.ReturnedReply(
        item=str(sample.id),
        text=sample.output.completion,
        order=None if order is None else tuple(order),
        prompt=_prompt(sample.input),
        where=f"{path}: sample {sample.id}, epoch {sample.epoch}",
        seconds=sample.output.time or 0.0,
        usage={}
        if usage is None
        else {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens},
    )


def _prompt(shown: Any) -> str | None:
    """The last text of the last message; what is before it says that frames are a video's."""
    if isinstance(shown, str):
        return shown
    content = shown[-1].content
    if isinstance(content, str):
        return content
    texts = [part.text for part in content if part.type == "text"]
    return texts[-1] if texts else None


def _pyproject(bundle: tma.Bundle, module: str) -> str:
    return f"""[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{module.replace("_", "-")}"
version = "1.0"
description = {json.dumps(bundle.title)}
requires-python = ">=3.11"
dependencies = ["inspect_ai>=0.3.200"]

[project.entry-points.inspect_ai]
{module} = "{module}"

[tool.hatch.build.targets.wheel]
packages = ["src/{module}"]
"""


def _readme(bundle: tma.Bundle, command: str) -> str:
    return f"""# {bundle.title}

{sum(bundle.summary.tasks.values())} tasks for [inspect_ai](https://inspect.aisi.org.uk).

    {command}

The accuracy is over replies that name an option, as in `tma eval`; the others are not scored.
Made again by:

    {bundle.reproduce}
"""
