"""Exporting a set of tasks: orders laid out, media found, and an exporter that writes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from stat import S_ISREG

from tma.contract.exports import Bundle, BundleItem, BundleSummary, Exported, Exporter
from tma.contract.tasks import Task
from tma.errors import ExportError
from tma.evaluate import PLAINLY, Asking
from tma.orders import item_id
from tma.redaction import redaction
from tma.registry import Registry
from tma.reproduce import command_of
from tma.seeds import digest
from tma.spec import Spec
from tma.taskset import Outline, TaskSet, new_folder

SHARD_BYTES = 500 * 2**20
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_READER = ("parsing", "mentions", "replytext")
"""The modules behind `parse_reply`; they import one another and the standard library alone."""


def check_name(name: str | None) -> None:
    """Raise ExportError if a benchmark can't be called so; None is no name, and fine."""
    if name is not None and not _NAME.match(name):
        raise ExportError(
            f"{name!r} is no name", hint="use lower-case words and hyphens: kitchen-2026"
        )


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a set of tasks is to be exported.

    Attributes:
        name: of the benchmark; by default made of the tasks' hash.
        asking: option orders and prompt, as an evaluation would choose them.
        redact: asset sources whose media and names stay here.
        shard_bytes: about how large a file of a sharded format should be; None for the default.
    """

    name: str | None = None
    asking: Asking = PLAINLY
    redact: tuple[str, ...] = ()
    shard_bytes: int | None = None


class TaskSetBundle(Bundle):
    """A folder of tasks as an exporter sees it.

    Args:
        tasks: the set.
        wish: what is asked for.
        on_progress: told how many tasks have been read, and of how many.
        registry: where the sources to be redacted are looked up; None to take any name.

    Raises:
        ExportError: the wish makes no sense.
        TaskError: a line can't be read, or a media file is missing.
    """

    def __init__(
        self,
        tasks: TaskSet,
        wish: Wish,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
        registry: Registry | None = None,
    ) -> None:
        check_name(wish.name)
        self._tasks = tasks
        self._on_progress = on_progress
        self._asking = wish.asking
        self._hidden = redaction(wish.redact, str(tasks.run.get("fingerprint")), registry)
        self.circular = wish.asking.circular
        self.orders = wish.asking.orders
        self.shard_bytes = wish.shard_bytes or SHARD_BYTES
        self.reproduce = command_of(tasks.run, self._hidden)
        self.summary, self.digest = self._read()
        self.name = wish.name or f"tma-{self.digest[:8]}"
        self.title = wish.name or f"tma benchmark {self.digest[:8]}"

    def items(self) -> Iterator[BundleItem]:
        """All items, read anew each time."""
        total = sum(self.summary.tasks.values())
        for group, task in enumerate(self._told()):
            self._on_progress(group, total)
            media = self._tasks.media_file(task)
            for number, (order, _) in enumerate(self._asking.orders_of(task)):
                options = tuple(task.options[i] for i in order)
                kind = None if media is None else media.media_type
                yield BundleItem(
                    id=item_id(task.id, number, circular=self.circular),
                    group=group,
                    number=number,
                    task=task,
                    options=options,
                    order=order,
                    answer=order.index(task.answer_index),
                    prompt=self._asking.prompt.fill(task.question, options, kind),
                    media=media,
                )

    def write_reader(self, folder: Path) -> None:
        """Write `parse_reply` as a package that needs no other."""
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text('"""How tma reads the replies of models."""\n')
        for module in _READER:
            source = files("tma").joinpath(f"{module}.py").read_text(encoding="utf-8")
            own = re.sub(r"^from tma\.(\w+) import", r"from .\1 import", source, flags=re.M)
            (folder / f"{module}.py").write_text(own, encoding="utf-8")

    def _told(self) -> Iterator[Task]:
        """The tasks without what stays here."""
        hidden = self._hidden
        return (hidden.task(t) if hidden else t for t in self._tasks.tasks())

    def _outlines(self) -> Iterator[Task | Outline]:
        """The same for counting them; what stays here can be told from whole tasks only."""
        return self._told() if self._hidden else self._tasks.outlines()

    def _read(self) -> tuple[BundleSummary, str]:
        generators: Counter[str] = Counter()
        licences: Counter[str] = Counter()
        sources: Counter[str] = Counter()
        sizes: dict[str, int] = {}
        types: set[str] = set()
        counts: set[int] = set()
        ids = []
        for task in self._outlines():
            ids.append(task.id)
            generators[task.generator] += 1
            counts.add(len(task.options))
            licences.update(a.licence for a in task.assets)
            sources.update(a.source for a in task.assets)
            if (media := self._tasks.media_file(task)) is not None:
                types.add(media.media_type)
                if media.sha256 not in sizes:
                    sizes[media.sha256] = _size(task.id, media.path)
        summary = BundleSummary(
            tasks=dict(sorted(generators.items())),
            media_types=tuple(sorted(types)),
            option_counts=tuple(sorted(counts)),
            licences=dict(sorted(licences.items())),
            sources=dict(sorted(sources.items())),
            largest=max(sizes.values(), default=0),
            bytes=sum(sizes.values()),
        )
        asking = self._asking
        told = [ids, asking.orders, asking.circular, asking.prompt.version]
        return summary, digest(told)[:16]


def _size(task: str, path: Path) -> int:
    """Bytes of a file. Raises ExportError if there is none."""
    try:
        found = path.stat()
    except OSError:
        found = None
    if found is None or not S_ISREG(found.st_mode):
        raise ExportError(f"task {task}: {path} is missing", hint="run `tma verify`")
    return found.st_size


def export(
    tasks: TaskSet,
    target: str,
    out: Path,
    registry: Registry,
    wish: Wish,
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Exported:
    """Write a set of tasks in another tool's format; `out` appears when all is done.

    Args:
        tasks: the set.
        target: specification of the exporter.
        out: a folder that is missing or empty.
        registry: where the exporter is looked up.
        wish: orders, name, what stays here.
        on_progress: told how many tasks are written, and of how many.

    Raises:
        ExportError: the target can't take the set.
        TmaError: whatever is wrong with the set or the exporter.
    """
    spec = Spec.parse(target)
    exporter = registry.make(registry.find("exporter", spec.name), spec, base=Exporter)
    if wish.shard_bytes is not None and not exporter.shards:
        raise ExportError(f"{spec.name} writes no shards", hint="leave --shard-size out")
    bundle = TaskSetBundle(tasks, wish, on_progress, registry)
    with new_folder(out) as folder:
        return exporter.export(bundle, folder)
