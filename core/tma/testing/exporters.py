"""Checks of exporters, on a few tasks about toys.

What a format must look like only its target knows; what every export owes is checked here.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tma.contract.exports import Bundle, BundleItem, Exported, Exporter
from tma.errors import ExportError
from tma.export import TaskSetBundle, Wish
from tma.generate import Order, generate
from tma.taskset import TaskSet
from tma.testing.checking import CheckFailure, NotChecked, Subject, check
from tma.testing.elsewhere import compare, compare_elsewhere

_KIND = "exporter"
_CHANCE = "take nothing but the bundle: no clock, no global generator, no order of a set or folder"


class CountingBundle(TaskSetBundle):
    """A bundle that counts how many items were read, at most, in one go."""

    read = 0

    def items(self) -> Iterator[BundleItem]:
        """All items."""
        for number, item in enumerate(super().items(), 1):
            self.read = max(self.read, number)
            yield item


@dataclass(frozen=True)
class Written:
    """What an exporter wrote of some toys.

    Attributes:
        exported: what it said.
        bundle: what it was given.
        tasks: the folder of the tasks.
        out: the folder it wrote.
    """

    exported: Exported
    bundle: CountingBundle
    tasks: Path
    out: Path

    @property
    def files(self) -> list[Path]:
        """What was written, without folders, by path."""
        return sorted(p for p in self.out.rglob("*") if p.is_symlink() or not p.is_dir())


@contextmanager
def written(subject: Subject) -> Iterator[Written]:
    """An export of as many toys as the subject says, in a scratch folder.

    Raises:
        NotChecked: the exporter takes no such tasks.
    """
    with tempfile.TemporaryDirectory(prefix="tma-check-") as scratch:
        tasks, out = Path(scratch, "tasks"), Path(scratch, "out")
        order = Order(
            "toys/shop", ("toys/what",), renderer="toys/flat", n=subject.n, seed=subject.seed
        )
        generate(order, tasks, subject.lab, workers=1)
        bundle = CountingBundle(TaskSet.open(tasks), Wish(name="toys"))
        exporter = subject.lab.make(subject.entry, subject.spec, base=Exporter)
        out.mkdir()
        try:
            exported = exporter.export(bundle, out)
        except ExportError as reason:
            raise NotChecked(f"takes no tasks about pictures of toys: {reason}") from None
        yield Written(exported, bundle, tasks, out)


# -- contract -------------------------------------------------------------------------------


@check("contract", _KIND)
def all_items_are_written(subject: Subject) -> str:
    """It reads every item of the bundle, writes files, and says how many items they hold."""
    with written(subject) as found:
        said: object = found.exported
        if not isinstance(said, Exported):
            raise CheckFailure(f"export gave {type(said).__name__}", mend="give tma.Exported")
        if found.bundle.read != subject.n or said.items != subject.n:
            raise CheckFailure(
                f"of {subject.n} items it read {found.bundle.read}, and says it wrote {said.items}",
                mend="write all of bundle.items(), and count them in tma.Exported",
            )
        if not found.files:
            raise CheckFailure("it wrote no file", mend="write into the folder `out`")
        return f"{subject.n} tasks, {len(found.files)} files"


@check("contract", _KIND)
def files_stand_alone(subject: Subject) -> None:
    """What it writes works elsewhere: no links, and no paths of the machine it was made on."""
    with written(subject) as found:
        for file in found.files:
            name = file.relative_to(found.out)
            if file.is_symlink():
                raise CheckFailure(f"{name} is a link", mend="copy the file")
            data = file.read_bytes()
            for folder in (found.tasks, found.out):
                if str(folder).encode() in data:
                    raise CheckFailure(
                        f"{name} names the folder {folder}", mend="write paths relative to `out`"
                    )


@check("contract", _KIND)
def strange_logs_are_refused(subject: Subject) -> None:
    """Results that it can't read back raise tma.ExportError, no other error."""
    exporter = subject.lab.make(subject.entry, subject.spec, base=Exporter)
    with tempfile.TemporaryDirectory(prefix="tma-check-") as scratch:
        log = Path(scratch, "results")
        log.write_bytes(b"\x00 no results of any tool")
        try:
            list(exporter.replies(log))
        except ExportError:
            return
        except Exception as error:
            raise CheckFailure(
                f"a file that holds no results raises {type(error).__name__}",
                mend="raise tma.ExportError that names the file",
            ) from error
    raise CheckFailure(
        "a file that holds no results is read as replies",
        mend="raise tma.ExportError, or leave `replies` out",
    )


# -- properties -----------------------------------------------------------------------------


def exported(subject: Subject) -> dict[str, dict[str, str]]:
    """File -> digest of what was written of some toys."""
    with written(subject) as found:
        return {
            f"the file {file.relative_to(found.out).as_posix()}": {
                "bytes": hashlib.sha256(file.read_bytes()).hexdigest()
            }
            for file in found.files
        }


@check("property", _KIND)
def same_again(subject: Subject) -> None:
    """The same tasks give identical files."""
    compare(exported(subject), exported(subject), "when it is written again", _CHANCE)


@check("property", _KIND)
def same_elsewhere(subject: Subject) -> None:
    """Another process with another PYTHONHASHSEED gives identical files."""
    compare_elsewhere(subject, "files", _CHANCE)


@check("property", _KIND)
def tasks_are_left_alone(subject: Subject) -> None:
    """The tasks that it exports are the same afterwards."""
    with written(subject) as found:
        bundle: Bundle = found.bundle
        again = TaskSetBundle(TaskSet.open(found.tasks), Wish(name="toys"))
        now = [i.media.path.read_bytes() if i.media else b"" for i in again.items()]
        sums = [i.media.sha256 if i.media else "" for i in bundle.items()]
        for data, sha256 in zip(now, sums, strict=True):
            if sha256 and hashlib.sha256(data).hexdigest() != sha256:
                raise CheckFailure(
                    "a media file of the tasks was changed", mend="copy before you change"
                )
