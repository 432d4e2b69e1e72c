"""Tasks that show what a model gets right and wrong, with thumbnails."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable, Mapping

from PIL import Image

from tma.contract.models import MediaFile
from tma.contract.plan import Value
from tma.contract.tasks import Task
from tma.errors import MediaError, TmaError
from tma.frames import read_clip
from tma.pictures import open_picture
from tma.redaction import Redaction
from tma.reporting.content import Example, Group, Said
from tma.reporting.words import plain

_SIZES = (
    (256, 62, 1.0),
    (256, 40, 0.7),
    (192, 40, 0.5),
    (160, 35, 0.35),
    (128, 30, 0.2),
    (96, 25, 0.1),
)
"""Longer sides in pixels and qualities to try until a thumbnail is small enough.

With how large it then is, about, as a share of the first.
"""
_MOST_BYTES = 4_800
"""So that 500 of them, with all that stands around them, stay under 5 MB."""
_MOST_TEXT = 300
MediaOf = Callable[[Task], MediaFile | None]


def thumbnail(file: MediaFile) -> str:
    """A small WebP as a data URI: of a picture, or of a video's middle frame.

    Raises:
        MediaError: the file can't be read.
    """
    try:
        data = file.read()
        if file.media_type.startswith("video/"):
            image = Image.fromarray(read_clip(data, 3).frames[-2:][0])
        else:
            image = open_picture(data)
    except ValueError as error:
        raise MediaError(f"{file.path}: {error}") from None
    return f"data:image/webp;base64,{base64.b64encode(_small(image.convert('RGB'))).decode()}"


def _small(image: Image.Image) -> bytes:
    data, first = b"", 0
    for side, quality, share in _SIZES:
        if first * share > 1.2 * _MOST_BYTES and share > _SIZES[-1][2]:
            continue
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        target = io.BytesIO()
        image.save(target, "WEBP", quality=quality, method=2)
        data = target.getvalue()
        first = first or len(data)
        if len(data) <= _MOST_BYTES:
            break
    return data


class Gallery:
    """Makes examples of tasks, each once.

    Args:
        media: gives a task's picture or video.
        hidden: what is not to be shown.

    Attributes:
        lacking: why pictures are left out, of those that could not be made or read.
    """

    def __init__(self, media: MediaOf, hidden: Redaction | None) -> None:
        self._media = media
        self._hidden = hidden
        self._pictures: dict[str, str | None] = {}
        self.lacking: str | None = None

    def example(self, task: Task, replies: Iterable[Said]) -> Example:
        """A task as it is shown; of hidden assets neither picture nor text."""
        said = [_short(r) for r in replies]
        if self._hidden is not None and self._hidden.concerns(task):
            said = [_without_text(r) for r in said]
            shown, picture, media_type = self._hidden.task(task), None, None
        else:
            shown = task
            picture, media_type = self._picture(task)
        return Example(
            task=task.id,
            question=shown.question,
            options=shown.options,
            answer=shown.answer_index,
            generator=shown.generator,
            about=_about(shown),
            replies=said,
            media_type=media_type,
            picture=picture,
        )

    def plan(self, task: Task) -> Mapping[str, Value]:
        """The task's plan as it is shown."""
        if self._hidden is not None and self._hidden.concerns(task):
            return self._hidden.fields(task.plan)
        return task.plan

    def _picture(self, task: Task) -> tuple[str | None, str | None]:
        try:
            file = self._media(task)
        except TmaError as error:
            self.lacking = self.lacking or error.message
            return None, None
        if file is None:
            return None, None
        if file.sha256 not in self._pictures:
            try:
                self._pictures[file.sha256] = thumbnail(file)
            except TmaError as error:
                self.lacking = self.lacking or error.message
                self._pictures[file.sha256] = None
        picture = self._pictures[file.sha256]
        return picture, file.media_type if picture else None


def fits(plan: Mapping[str, Value], fields: Mapping[str, Value | None]) -> bool:
    """Whether a plan has these values; None means that it lacks the field."""
    return all(plan.get(name) == value for name, value in fields.items())


def _about(task: Task) -> str:
    return ", ".join(
        f"{plain(field)} {task.names.get(str(value), value)}"
        for field, value in task.plan.items()
        if field != "generator"
    )


def _short(said: Said) -> Said:
    text = " ".join(said.text.split())
    if len(text) > _MOST_TEXT:
        text = f"{text[:_MOST_TEXT]}\N{HORIZONTAL ELLIPSIS}"
    return Said(
        model=said.model,
        outcome=said.outcome,
        index=said.index,
        correct=said.correct,
        text=text,
    )


def _without_text(said: Said) -> Said:
    return Said(model=said.model, outcome=said.outcome, index=said.index, correct=said.correct)


def group(
    title: str,
    line: str,
    found: Iterable[Task],
    replies: Callable[[Task], Iterable[Said]],
    judge: Mapping[str, bool | None],
    gallery: Gallery,
    each: int,
) -> Group:
    """The first tasks that were answered wrong, and right.

    Args:
        title: of the group.
        line: below it.
        found: tasks that may be shown.
        replies: gives those to a task, one a model.
        judge: task id -> whether it was answered right.
        gallery: makes the examples.
        each: how many of the wrong, and of the right.
    """
    sides: dict[bool, list[Example]] = {False: [], True: []}
    for task in found:
        verdict = judge.get(task.id)
        if verdict is not None and len(sides[verdict]) < each:
            sides[verdict].append(gallery.example(task, replies(task)))
    return Group(title=title, line=line, wrong=sides[False], right=sides[True])
