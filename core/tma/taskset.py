"""A set of tasks in a folder: `tasks.jsonl`, `run.json` and `media/`."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tma.contract.models import MediaFile
from tma.contract.tasks import MediaRecord, Task
from tma.errors import TaskError
from tma.mediacache import remove_empty

R = TypeVar("R", bound=BaseModel)
FORMAT = 1
TASKS, RUN, MEDIA = "tasks.jsonl", "run.json", "media"


class AssetOutline(BaseModel, frozen=True):
    """What a summary needs of an `AssetRecord`."""

    source: str
    licence: str = "NOASSERTION"


class Outline(BaseModel, frozen=True):
    """What a summary needs of a `Task`."""

    id: str
    generator: str
    options: tuple[str, ...]
    media: MediaRecord | None = None
    assets: tuple[AssetOutline, ...] = ()


class TaskSet:
    """A folder of tasks, read as a stream.

    Attributes:
        path: the folder.
        run: what `run.json` says of how the set was made.
    """

    def __init__(self, path: Path, run: Mapping[str, Any]) -> None:
        self.path = path
        self.run = run
        self._root = path.resolve()
        self._inside: dict[str, bool] = {}

    @classmethod
    def open(cls, path: Path) -> TaskSet:
        """Open a folder.

        Raises:
            TaskError: it is no set of tasks, an empty one, or one of a newer format.
        """
        try:
            run = json.loads((path / RUN).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise TaskError(
                f"{path} holds no set of tasks: {RUN} is missing", hint="make one: `tma generate`"
            ) from None
        except (OSError, ValueError) as error:
            raise TaskError(f"{path / RUN}: {error}") from None
        _check_run(path / RUN, run)
        if not (path / TASKS).is_file():
            raise TaskError(f"{path} holds no set of tasks: {TASKS} is missing")
        if not (path / TASKS).stat().st_size:
            raise TaskError(
                f"{path} holds no task: {TASKS} is empty", hint="make some: `tma generate`"
            )
        return cls(path, run)

    def tasks(self) -> Iterator[Task]:
        """The tasks in the order of the file.

        Raises:
            TaskError: naming the line and the field that is wrong.
        """
        return self._read(Task)

    def outlines(self) -> Iterator[Outline]:
        """The tasks in the order of the file, in a quarter of the time: what a summary needs.

        Raises:
            TaskError: naming the line and the field that is wrong, of those that are read.
        """
        return self._read(Outline)

    def _read(self, kind: type[R]) -> Iterator[R]:
        file = self.path / TASKS
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    yield kind.model_validate_json(line)
                except ValidationError as error:
                    first = error.errors()[0]
                    where = ".".join(map(str, first["loc"])) or "line"
                    raise TaskError(f"{file}:{number}: {where}: {first['msg']}") from None

    def media_file(self, task: Task | Outline) -> MediaFile | None:
        """The task's picture or video; None if the set was made without media.

        Raises:
            TaskError: its path leads out of the folder.
        """
        record = task.media
        if record is None or not record.path or not record.sha256 or not record.media_type:
            return None
        path = self.path / record.path
        if not self._holds(path):
            raise TaskError(f"task {task.id}: media.path {record.path!r} leads out of {self.path}")
        return MediaFile(path, record.media_type, record.sha256)

    def _holds(self, path: Path) -> bool:
        """Whether a file is in the folder, links followed; what it lies in is looked at once."""
        if path.name == ".." or path.is_symlink():
            return path.resolve().is_relative_to(self._root)
        folder = str(path.parent)
        if folder not in self._inside:
            self._inside[folder] = path.parent.resolve().is_relative_to(self._root)
        return self._inside[folder]


def _check_run(path: Path, run: object) -> None:
    """Raise TaskError if fields that others rely on are not of their form."""
    if not isinstance(run, dict) or run.get("format") != FORMAT:
        raise TaskError(f"{path}: field 'format' is not {FORMAT}")
    for field, wanted, right in (
        ("assets", "a text", isinstance(run.get("assets"), str)),
        ("renderer", "a text or null", isinstance(run.get("renderer"), str | None)),
        ("drawn_by", "an object of texts", _is_texts(run.get("drawn_by", {}))),
        ("tasks", "a list of texts", _is_list(run.get("tasks"))),
        ("made", "an object of counts", _is_counts(run.get("made"))),
    ):
        if not right:
            raise TaskError(f"{path}: field {field!r} is not {wanted}")


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(v, str) for v in value.values())


def _is_counts(value: object) -> bool:
    return isinstance(value, dict) and all(type(v) is int for v in value.values())


def check_new(path: Path) -> None:
    """Raise TaskError if `path` can't be a new folder: it is something, or not empty."""
    if path.name in ("", ".."):
        raise TaskError(
            f"{path} can't be made anew: somebody may stand in it",
            hint="name a folder that is missing, or empty, by its own name",
        )
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise TaskError(f"{path} exists and is not empty", hint="name another folder, or remove it")


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A scratch folder that becomes `path` if all goes well, and vanishes otherwise.

    So do folders above it that were missing.

    Raises:
        TaskError: `path` exists and is not an empty folder, or its parent can't be written.
    """
    check_new(path)
    above = [p for p in path.parents if not p.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    except OSError as error:
        remove_empty(above)
        raise TaskError(
            f"can't write to {path.parent}: {error.strerror}", hint="name another folder with --out"
        ) from None
    try:
        yield scratch
        scratch.chmod(0o755)
        if path.exists():
            path.rmdir()
        scratch.rename(path)
    except OSError as error:
        raise TaskError(
            f"writing {path} failed: {error.strerror or error}",
            hint="make room, or name another folder with --out",
        ) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        if not path.exists():
            remove_empty(above)


def add_media(folder: Path, source: MediaFile) -> str:
    """Put a media file into the set's folder by its content; the path relative to the folder."""
    name = f"{MEDIA}/{source.sha256[:2]}/{source.sha256}{source.path.suffix}"
    target = folder / name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        # a copy, not a link: whoever edits a released file must not edit the cache
        handle, scratch = tempfile.mkstemp(dir=target.parent)
        os.close(handle)
        shutil.copyfile(source.path, scratch)
        Path(scratch).chmod(0o644)
        Path(scratch).replace(target)
    return name
