"""Exporters: sets of tasks in the formats of other tools."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tma.contract.models import MediaFile
from tma.contract.tasks import Task
from tma.errors import ExportError, MediaError


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleItem:
    """A task in one order of its options, ready to leave.

    Attributes:
        id: unique in the export: the task's id, with `-1`, `-2`, ... for its further orders, or
            `-r1`, `-r2`, ... where these are rotations.
        group: number of the task in the export, from 0.
        number: which of the task's orders this is, from 0.
        task: the whole record, with what was to be left out left out.
        options: the texts in this order.
        order: `options[i] == task.options[order[i]]`.
        answer: the right option's place in `options`.
        prompt: what `tma eval` would send: the question and the lettered options, in the style
            that was chosen.
        media: the picture or video; None for a task of text alone.
    """

    id: str
    group: int
    number: int
    task: Task
    options: tuple[str, ...]
    order: tuple[int, ...]
    answer: int
    prompt: str
    media: MediaFile | None = None

    @property
    def letter(self) -> str:
        """The right option's letter, A to Z."""
        return chr(ord("A") + self.answer)

    def media_bytes(self) -> bytes:
        """The picture's or video's file, which is the one that was recorded.

        Exporters read media by this, once for each item that they write the bytes of.

        Raises:
            MediaError: there is none, it can't be read or it has changed; names the task.
        """
        if self.media is None:
            raise MediaError(f"task {self.task.id} has no picture or video")
        try:
            return self.media.read()
        except MediaError as error:
            raise MediaError(f"task {self.task.id}: {error.message}", hint=error.hint) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleSummary:
    """What an export holds, known before its items are read.

    Attributes:
        tasks: by generator, in the order of their names.
        media_types: in the order of their names; empty for tasks of text alone.
        option_counts: how many options the tasks have: one number if all have as many.
        licences: SPDX expression -> how many uses of assets are under it.
        sources: asset source -> how many uses of assets are from it.
        largest: bytes of the largest media file.
        bytes: of all media files, one that several tasks show counted once.
    """

    tasks: Mapping[str, int]
    media_types: tuple[str, ...]
    option_counts: tuple[int, ...]
    licences: Mapping[str, int]
    sources: Mapping[str, int]
    largest: int
    bytes: int


class Bundle(ABC):
    """What an exporter is given.

    Attributes:
        name: of the benchmark: lower-case words joined by hyphens.
        title: the same for people.
        reproduce: the command that makes the tasks again.
        digest: 16 hex digits over all that the items say and show.
        circular: whether the orders of a task are all rotations of its options.
        orders: option orders a task; with `circular` as many as a task has options.
        shard_bytes: about how large a file of a sharded format should be.
        summary: what there is.
    """

    name: str
    title: str
    reproduce: str
    digest: str
    circular: bool
    orders: int
    shard_bytes: int
    summary: BundleSummary

    @abstractmethod
    def items(self) -> Iterator[BundleItem]:
        """All items, read anew each time: task by task, order by order.

        Raises:
            TaskError: a line of the set can't be read, or a media file is missing.
        """

    @abstractmethod
    def write_reader(self, folder: Path) -> None:
        """Write `parse_reply`, by which `tma` reads replies, as a package that needs no other.

        `folder` becomes the package, `from FOLDER.parsing import parse_reply` the way in.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedReply:
    """A reply that another tool got to an item of an export.

    Attributes:
        item: the item's id.
        text: what the model said.
        order: the order of the options that it was shown; None for that of the item.
        prompt: the text that it was sent; None if the tool does not tell.
        where: where it stands, for messages.
        seconds: wall time of the call; 0 if not known.
        usage: counts by name, as of `tma.Reply`.
    """

    item: str
    text: str
    order: tuple[int, ...] | None = None
    prompt: str | None = None
    where: str = ""
    seconds: float = 0.0
    usage: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exported:
    """What an exporter did.

    Attributes:
        items: how many it wrote.
        notes: what was changed so that the target reads it right, and how to use the result; a
            line each.
    """

    items: int
    notes: Sequence[str] = field(default=())


class Exporter(ABC):
    """A plugin that writes sets of tasks in the format of another tool.

    Called with its config model if it has one.

    Attributes:
        shards: whether it heeds `Bundle.shard_bytes`.
    """

    shards: ClassVar[bool] = False

    @abstractmethod
    def export(self, bundle: Bundle, out: Path) -> Exported:
        """Write everything into `out`, an empty folder, as relative paths only.

        `out` is a scratch folder that gets its name when all is done.

        Raises:
            ExportError: the target would misread something, or takes no such media; the message
                names the task.
            MediaError: a media file can't be read, or is not the recorded one.
        """

    def replies(self, path: Path) -> Iterator[ReturnedReply]:
        """Read back what the tool's models replied, from its log or results.

        Raises:
            ExportError: the tool's results can't be read back (the default), or the file is none.
        """
        raise ExportError(
            f"{type(self).__name__} reads no results back",
            hint="give the replies as JSON lines: see `tma import --help`",
        )
