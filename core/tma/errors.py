"""Errors that a user can act on: one line that names the thing, the cause and the next step."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str], noun: str) -> str:
    """A hint after a name that nothing has: the nearest one, or all.

    Args:
        name: as it was typed.
        known: what there is.
        noun: of what is known, in the plural; empty to list nothing if no name is near.
    """
    from difflib import get_close_matches  # errors are rare, and starting is to be quick

    there = list(known)
    near = get_close_matches(name, there, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"{noun}: {', '.join(there) or 'none'}" if noun else ""


class TmaError(Exception):
    """Base of every error that `tma` raises on purpose.

    Args:
        message: what is wrong and where (a file, a field, a plugin), in one line.
        hint: what to do or type next, in one line.

    The command line prints `message` and `hint` and exits with `exit_code`; a traceback is shown
    with `--debug` only.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class TmaWarning(UserWarning):
    """Something that a user should know, in one line; the command line prints it as a note."""


class SpecError(TmaError):
    """A plugin specification such as `objaverse?root=DIR` can't be read."""


class ConfigError(TmaError):
    """Settings from `tma.toml`, the environment or a specification are not valid."""


class PluginError(TmaError):
    """A plugin is missing, broken, in conflict or breaks its contract."""


class AssetError(TmaError):
    """An asset source's data are missing or not valid; names the file and the field."""


class SpaceError(TmaError):
    """A plan space is asked for something that it does not hold (a field, an index, a plan)."""


class TaskError(TmaError):
    """A task or a set of tasks on disk can't be made or read."""


class UnsoundTaskError(TaskError):
    """A generator drafted a task that its own truth set does not support."""


class MediaError(TmaError):
    """A picture or video can't be rendered or read."""


class ModelError(TmaError):
    """A model can't be asked at all (one failed reply is an outcome, not an error)."""


class StoreError(TmaError):
    """The results database can't be opened, read or written."""


class QueryError(TmaError):
    """A query makes no sense for this space or budget."""


class ExportError(TmaError):
    """A set of tasks can't be written for another tool, or that tool's results can't be read."""


class Infeasible(Exception):  # noqa: N818 - an outcome of a draw, not a mistake of anybody
    """Raised by a generator's `draw`: the catalogue can't make this plan soundly.

    Args:
        reason: a short stable slug such as `no-reference-known-not-red`; runs count by it.
        detail: one sentence for a person.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason
        self.detail = detail


class Failed(Infeasible):
    """A plan that could not be made because a plugin failed; others may go on without it.

    Args:
        plugin: id of the generator or renderer that failed.
        cause: in one line.
    """

    def __init__(self, plugin: str, cause: str) -> None:
        super().__init__(f"{plugin} failed: {cause}")
