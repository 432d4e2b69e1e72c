"""VLMEvalKit: one TSV file, read by its class for custom multiple-choice data."""

from __future__ import annotations

import base64
import csv
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from string import ascii_uppercase

import tma
from tma_plugins.exports.settings import FrameConfig
from tma_plugins.exports.sights import Pictures, is_video, of_frames
from tma_plugins.exports.tables import Columns

_CIRCULAR = re.compile("mmbench|ccbench|circular|mmcr", re.IGNORECASE)
_SPECIAL = re.compile("MMMU|MMT|MMSci|MMVP|LEGO|MM_NIAH|CRPE|OCRVQA|COCO_VAL|QSpatial")
_BEFORE = ("index", "image", "question", "hint")
_AFTER = ("answer", "category", "l2-category", "split", "task")
_LAP = 1_000_000
"""Rotations of a question have indices that are equal modulo this."""


class VlmEvalKit(tma.Exporter):
    """Writes `NAME.tsv`, to be put into VLMEvalKit's data folder."""

    def __init__(self, config: FrameConfig) -> None:
        self._pictures = Pictures(config.frames)

    def export(self, bundle: tma.Bundle, out: Path) -> tma.Exported:
        """Write the file.

        Raises:
            ExportError: the tasks differ in their number of options, or VLMEvalKit would misread a
                text or the name.
        """
        counts = bundle.summary.option_counts
        if len(counts) > 1:
            raise tma.ExportError(
                f"VLMEvalKit needs as many options in all tasks of a file, here are {counts}",
                hint="generate and export the kinds of task apart",
            )
        name = _name(bundle)
        letters = ascii_uppercase[: counts[0]]
        columns = Columns()
        items = 0
        with (out / f"{name}.tsv").open("wb") as file:
            file.write(_line([*_BEFORE, *letters, *_AFTER]))
            for item in bundle.items():
                pictures = self._pictures.of(item)
                index = item.group + _LAP * item.number if bundle.circular else items
                # base64 needs no quotes, and csv would look at each of its letters
                file.writelines((b"%d\t" % index, _images(pictures), b"\t"))
                file.write(_line(_told(item, len(pictures), letters, columns)))
                items += 1
        columns.check()
        notes = [f"{old!r} is spelt {new!r}" for old, new in sorted(columns.respelt.items())]
        (out / "README.md").write_text(_readme(bundle, name), encoding="utf-8")
        return tma.Exported(items, [*notes, f"copy {name}.tsv to $LMUData, then --data {name}"])


def _told(item: tma.BundleItem, pictures: int, letters: str, columns: Columns) -> list[str]:
    """A row without its index and pictures."""
    task = item.task
    hint = of_frames(pictures) if is_video(item.media) else ""
    options = [
        columns.text(letter, text, task.id)
        for letter, text in zip(letters, item.options, strict=True)
    ]
    question = columns.text("question", task.question, task.id)
    family, _, kind = task.generator.partition("/")
    return [question, hint, *options, item.letter, kind, family, "test", f"task-{item.id}"]


def _images(pictures: Sequence[tuple[str, bytes]]) -> bytes:
    """A picture in base64, several as Python's list of texts."""
    encoded = [base64.b64encode(data) for _, data in pictures]
    if len(encoded) > 1:
        return b"[%s]" % b", ".join(b"'%s'" % text for text in encoded)
    return encoded[0] if encoded else b""


def _line(cells: Sequence[str]) -> bytes:
    text = StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


def _name(bundle: tma.Bundle) -> str:
    if found := _CIRCULAR.search(bundle.name) or _SPECIAL.search(bundle.name):
        raise tma.ExportError(
            f"{found[0]!r} in the name {bundle.name!r} would make VLMEvalKit treat it otherwise",
            hint="give another one: --name my-benchmark",
        )
    return f"{bundle.name}-circular" if bundle.circular else bundle.name


def _readme(bundle: tma.Bundle, name: str) -> str:
    return f"""# {bundle.title}

{sum(bundle.summary.tasks.values())} tasks for [VLMEvalKit](https://github.com/open-compass/VLMEvalKit).

    cp {name}.tsv ~/LMUData/          # or into the folder that $LMUData names
    python run.py --data {name} --model MODEL --judge exact_matching

Made again by:

    {bundle.reproduce}
"""
