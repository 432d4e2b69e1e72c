"""Galleries: pages that show a set's tasks, to look through and to try oneself."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tma.contract.models import MediaFile
from tma.contract.tasks import Task
from tma.errors import MediaError, TaskError
from tma.pages import render, source, write_page
from tma.pictures import open_picture
from tma.redaction import Redaction
from tma.spec import Spec
from tma.taskset import TaskSet

_SCRIPTS = ("gallery-tasks.js", "gallery-card.js", "gallery-filters.js", "gallery.js")
_MOST = 20_000
"""A page of more tasks is slow to load; `tma gallery` makes it for whoever wants it."""

_CHUNK = 48
"""Embedded media are read so many at a time, so that a page of thousands is there at once."""


@dataclass(frozen=True, kw_only=True)
class Showing:
    """How a set is to be shown.

    Attributes:
        title: of the page; by default it tells assets and seed.
        limit: show the first so many tasks; None for all.
        embed: longest side in pixels of the pictures that are put into the page, and videos as
            they are; None to leave media where they are and refer to them from the page.
        hidden: what is not to be shown.
    """

    title: str | None = None
    limit: int | None = None
    embed: int | None = None
    hidden: Redaction | None = None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a page shows.

    Attributes:
        tasks: how many are on it.
        total: how many the set has.
        media: how many pictures and videos are on it.
        missing: ids of tasks whose picture or video is not where the set says, or, if it was to be
            put into the page, is not the recorded one.
        bytes: size of the page, without media beside it.
    """

    tasks: int
    total: int
    media: int
    missing: tuple[str, ...]
    bytes: int


def write_gallery(
    tasks: TaskSet,
    out: Path,
    showing: Showing,
    *,
    on_progress: Callable[[int], None] = lambda done: None,
) -> Shown:
    """Write a page that shows a set's tasks, with filters and a search.

    Args:
        tasks: the set.
        out: the page, `*.html`; it is replaced if it is there.
        showing: what of the set, and how.
        on_progress: told how many tasks are read, and then how many media are put into the page.

    Raises:
        TaskError: a line of the set can't be read, a picture is damaged, or `out` is no page.
        OSError: `out` can't be written.
    """
    if out.suffix.lower() not in (".html", ".htm") or out.is_dir():
        raise TaskError(f"{out} can't be a page", hint="name a file: page.html")
    rows = _Rows(tasks, showing.hidden)
    for done, task in enumerate(islice(tasks.tasks(), showing.limit), start=1):
        rows.add(task)
        on_progress(done)
    gallery = rows.data()
    media: dict[str, list[str]] = {}
    changed: set[int] = set()
    if showing.embed is None:
        base = _way(out.parent, tasks.path)
        gallery["urls"] = [base + quote(path) for path in rows.media]
    else:
        gallery["chunk"] = _CHUNK
        media, changed = _embedded(list(rows.media.values()), showing.embed, on_progress)
        rows.leave_out(changed)
    total = max(len(rows), sum(tasks.run["made"].values()))
    text = render(
        "gallery.html.j2",
        title=showing.title or _title(tasks.run),
        styles=[source("gallery.css")],
        scripts=[source(name) for name in _SCRIPTS],
        data={"gallery": gallery, **media},
        beside=showing.embed is None,
        shown=len(rows),
        total=total,
    )
    write_page(out, text)
    return Shown(
        tasks=len(rows),
        total=total,
        media=len(rows.media) - len(changed),
        missing=tuple(rows.missing),
        bytes=out.stat().st_size,
    )


def write_task_page(
    folder: Path, title: str | None = None, hidden: Redaction | None = None
) -> None:
    """Write `index.html` into a set's folder, which has been written but for that.

    Args:
        folder: the set's.
        title: of the page; by default it tells assets and seed.
        hidden: what is not to be shown; nothing is left out by default.
    """
    showing = Showing(title=title, limit=_MOST, hidden=hidden)
    write_gallery(TaskSet.open(folder), folder / "index.html", showing)


def beside(folder: Path, page: Path) -> bool:
    """Whether a page lies in the folder of a set, or next to it, so that both move together."""
    parts = Path(os.path.relpath(folder, page.parent)).parts
    return len(parts) < 2 or set(parts) == {".."}


@dataclass
class _Column:
    """A field: its values, each once, and what people call them."""

    place: int
    label: str
    names: dict[str, str] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    def of(self, value: str, name: str) -> int:
        self.names.setdefault(value, name)
        return self.places.setdefault(value, len(self.places))


class _Rows:
    """What a page needs of tasks, and no more.

    Attributes:
        media: files to be shown, each once, by their paths in the set.
        missing: ids of tasks whose file is not there.
    """

    def __init__(self, tasks: TaskSet, hidden: Redaction | None) -> None:
        self._set, self._hidden = tasks, hidden
        self._columns: dict[str, _Column] = {}
        self._rows: list[list[Any]] = []
        self._places: dict[str, int] = {}
        self._shapes: list[list[int]] = []
        self.media: dict[str, MediaFile] = {}
        self.missing: list[str] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, task: Task) -> None:
        """Add a task."""
        told = task if self._hidden is None else self._hidden.task(task)
        place = self._medium(told)
        cells = []
        for name, label, value in self._fields(told):
            column = self._columns.setdefault(name, _Column(len(self._columns), label))
            text = str(value)
            cells += [column.place, column.of(text, told.names.get(text, text))]
        self._rows.append([told.id, told.question, told.options, told.answer_index, place, cells])

    def data(self) -> dict[str, Any]:
        """As JSON.

        A row is id, question, options, place of the right one, place of the medium or -1, and
        places of fields and of their values in turn. Shapes are width and height in pixels, or
        nothing where they are not known.
        """
        return {
            "rows": self._rows,
            "fields": [
                {"name": name, "label": c.label, "values": list(c.names.items())}
                for name, c in self._columns.items()
            ],
            "kinds": [file.media_type for file in self.media.values()],
            "shapes": self._shapes,
        }

    def leave_out(self, places: Collection[int]) -> None:
        """Show tasks without the media at these places, which are missing."""
        for row in self._rows:
            if row[4] in places:
                row[4] = -1
                self.missing.append(row[0])

    def _fields(self, task: Task) -> Iterator[tuple[str, str, object]]:
        """(name, label, value) of all that a task can be found by; plans' names have no `@`."""
        yield "generator", "generator", task.generator
        for name, value in task.plan.items():
            if name != "generator":
                yield name, name.replace("_", " "), value
        kind = task.media.media_type if task.media else None
        yield "@medium", "medium", (kind or "none").partition("/")[0]
        if task.assets:
            yield "@assets", "asset source", ", ".join(sorted({a.source for a in task.assets}))
        if task.assumption:
            yield "@assumption", "assumption", task.assumption

    def _medium(self, task: Task) -> int:
        file = self._set.media_file(task)
        if file is None or task.media is None or task.media.path is None:
            return -1
        path = task.media.path
        if path not in self._places:
            there = file.path.is_file()
            self._places[path] = len(self.media) if there else -1
            if there:
                self.media[path] = file
                sides = [task.scene.get(side) for side in ("width", "height")]
                known = [side for side in sides if isinstance(side, int)]
                self._shapes.append(known if len(known) == 2 else [])
        if self._places[path] < 0:
            self.missing.append(task.id)
        return self._places[path]


def _title(run: Mapping[str, Any]) -> str:
    name = Spec.parse(run["assets"]).name
    return f"Tasks from {name}" + (f", seed {run['seed']}" if "seed" in run else "")


def _way(start: Path, folder: Path) -> str:
    """A relative URL from a page's folder to a set's, with a closing slash.

    Links among the folders are left as they are: browsers don't follow them either.
    """
    way = os.path.relpath(folder, start)
    return "./" if way == "." else f"./{quote(way)}/"


def _embedded(
    files: list[MediaFile], side: int, on_progress: Callable[[int], None]
) -> tuple[dict[str, list[str]], set[int]]:
    """Media as data URIs in lists of equal length, by the ids that the page has them under.

    Returns:
        these, and the numbers of files that are not the recorded ones: they are empty.
    """
    chunks: dict[str, list[str]] = {}
    changed = set()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, uri in enumerate(pool.map(lambda file: _uri(file, side), files)):
            chunks.setdefault(f"media-{number // _CHUNK}", []).append(uri)
            if not uri:
                changed.add(number)
            on_progress(number + 1)
    return chunks, changed


def _uri(file: MediaFile, side: int) -> str:
    """A file as a data URI, a picture made small; empty if it is not the recorded one."""
    try:
        data, media_type = file.read(), file.media_type
    except MediaError:
        return ""
    if media_type.startswith("image/"):
        try:
            picture = open_picture(data)
        except ValueError as error:
            raise TaskError(f"{file.path}: {error}", hint="run `tma verify`") from None
        small = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        small.thumbnail((side, side))
        target = io.BytesIO()
        small.save(target, "WEBP", quality=85, method=2)
        data, media_type = target.getvalue(), "image/webp"
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"
