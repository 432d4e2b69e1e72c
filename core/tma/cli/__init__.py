"""The command line: one module a command group, imported when that group is used."""

from __future__ import annotations

import errno
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import TracebackType
from typing import NoReturn, TextIO

import click

from tma import __version__
from tma.cli.stopping import Termination
from tma.errors import TmaError, TmaWarning
from tma.keysafe import scrub
from tma.progress import Step, listening

COMMANDS = {
    "plugins": ("tma.cli.plugins", "List, describe, try, check and begin plugins."),
    "assets": ("tma.cli.assets", "Look at asset sources, check them, make packages of them."),
    "plans": ("tma.cli.plans", "Count, sample and show task plans."),
    "generate": ("tma.cli.generate", "Make tasks with pictures from plans."),
    "verify": ("tma.cli.verify", "Check a set of tasks: truth sets and reproducibility."),
    "gallery": ("tma.cli.gallery", "Write a page that shows a set's tasks, to look at and to try."),
    "frames": ("tma.cli.frames", "Write the frames of a video as PNGs."),
    "release": ("tma.cli.release", "Make benchmarks to give away."),
    "export": ("tma.cli.export", "Write a set of tasks in another tool's format."),
    "import": ("tma.cli.imports", "Bring in replies that another tool got."),
    "eval": ("tma.cli.eval", "Ask models the tasks of a set."),
    "cache": ("tma.cli.cache", "Look into the results database."),
    "query": ("tma.cli.query", "Answer Top-K, threshold, compare and debug queries."),
    "report": ("tma.cli.report", "Show what queries and evaluations found, on a page."),
    "demo": ("tma.cli.demo", "Run the main job on the embedded assets."),
}


class LazyGroup(click.Group):
    """Knows its commands by name and summary; imports one when it is called or asked for help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module; it holds the command as `command`."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tma")
@click.option("--debug", is_flag=True, help="Show tracebacks of errors.")
def cli(debug: bool) -> None:
    """Generate the benchmark that fits your question about multimodal models, and answer it.

    Exit codes: 0 done; 1 a check failed (`verify`, `plugins check`); 2 a mistake in the input or
    the settings.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit."""
    argv = sys.argv[1:] if arguments is None else arguments
    # --debug is accepted anywhere: whoever repeats a failed command appends it
    debug = "--debug" in argv
    warnings.showwarning = _note
    sys.excepthook = _tell
    argv = [a for a in argv if a != "--debug"]
    termination = Termination()
    try:
        with termination, listening(_long_work):
            code = cli.main(argv, prog_name="tma", standalone_mode=False)
    except TmaError as error:
        _fail(error, debug, str(error), error.exit_code)
    except click.exceptions.Abort as error:
        line, number = ("terminated", 143) if termination.came else ("interrupted", 130)
        _fail(error, debug, line, number)
    except click.ClickException as error:
        _refuse(error, debug)
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(141) from None
    except OSError as error:
        line = f"{error.filename or 'file system'}: {error.strerror or error}"
        _fail(error, debug, f"{line} ({hint})" if (hint := _ways_out(error)) else line, 2)
    except MemoryError as error:
        _fail(error, debug, "out of memory (ask for less at a time)", 2)
    raise SystemExit(code if isinstance(code, int) else 0)


def _refuse(error: click.ClickException, debug: bool) -> NoReturn:
    """Say in one line what is wrong with the words of a command.

    A group without a command is answered with its help, as click does it.
    """
    message = " ".join(error.format_message().split())
    context = error.ctx if isinstance(error, click.UsageError) else None
    if type(error).__name__ == "NoArgsIsHelpError":  # click before 8.2 lacks it, and just exits
        error.show()
        raise SystemExit(error.exit_code) from None
    command = context.command_path if context else "tma"
    _fail(error, debug, f"{message.rstrip('.')} (see `{command} --help`)", error.exit_code)


def _ways_out(error: OSError) -> str:
    """What to do about a file that can't be written; empty where that is not the trouble."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "make room, or name another place, such as with --out"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "check the permissions, or name another place, such as with --out"
    return ""


@contextmanager
def _long_work(what: str, total: int | None) -> Iterator[Step]:
    """A progress bar for what the kernel does once and keeps."""
    from tma.cli.late import LateProgress

    with LateProgress(what, total) as bar:
        yield bar.update


def _note(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print what `tma` warns of as a line for people, and all else as Python does."""
    text = warnings.formatwarning(message, category, filename, lineno, line)
    (file or sys.stderr).write(
        f"tma: note: {message}\n" if issubclass(category, TmaWarning) else text
    )


def _fail(error: BaseException, debug: bool, line: str, code: int) -> NoReturn:
    if debug:
        _tell(type(error), error, error.__traceback__)
    else:
        click.echo(scrub(f"tma: error: {line}"), err=True)
    raise SystemExit(code) from None


def _tell(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """Print a traceback as Python does, but for secrets."""
    from traceback import format_exception

    sys.stderr.write(scrub("".join(format_exception(kind, error, traceback))))
