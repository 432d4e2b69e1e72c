"""Options and openings that commands share which put tasks to models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from tma.cli.common import assets_option, seed_option, tasks_option, where_option
from tma.cli.numbers import Whole
from tma.errors import TaskError

if TYPE_CHECKING:
    from tma.calls import MediaOf
    from tma.contract.tasks import Task
    from tma.evaluate import Asking
    from tma.models import LoadedModel

F = TypeVar("F", bound=Callable[..., Any])

store_option = click.option(
    "--store",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="PATH",
    help="Results database; default: $TMA_STORE or tma/replies.sqlite in the data folder.",
)
models_option = click.option(
    "--model",
    "models",
    multiple=True,
    required=True,
    metavar="SPEC",
    help="Model, name[:variant][?key=value&...]; repeatable.",
)
_SOURCE = (
    click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path)),
    assets_option,
    tasks_option,
    where_option,
    click.option("-n", "n", type=Whole(min=1), default=100, help="How many tasks to make."),
    seed_option,
    click.option("--renderer", metavar="SPEC", default=None, help="Renderer to use."),
    click.option("--limit", type=Whole(min=1), default=None, help="First tasks of the set."),
)
_MAKING = {
    "assets": "--assets",
    "tasks": "--tasks",
    "where": "--where",
    "n": "-n",
    "seed": "--seed",
    "renderer": "--renderer",
}
"""What says which tasks to make; nothing of it goes with a set that is made."""
_ASKING = (
    click.option(
        "--orders",
        type=Whole(min=1, max=1000),
        default=1,
        show_default=True,
        help="Option orders a task: its own, then shuffles.",
    ),
    click.option("--circular", is_flag=True, help="All rotations of the options instead."),
    click.option(
        "--prompt",
        metavar="STYLE",
        default="succinct",
        show_default=True,
        help="succinct, detailed, or a file with {question} and {options}.",
    ),
)


def _all(options: tuple[Callable[[Any], Any], ...]) -> Callable[[F], F]:
    return lambda function: reduce(lambda f, option: option(f), reversed(options), function)


source_options = _all(_SOURCE)
"""DIR, or what `tma generate` takes: for `open_tasks`."""
asking_options = _all(_ASKING)
"""Option orders and prompt: for `how`."""


def how(orders: int, circular: bool, prompt: str) -> Asking:
    """The options of `asking_options` as the kernel knows them. Raises ConfigError."""
    from tma.errors import ConfigError
    from tma.evaluate import Asking
    from tma.prompts import find_prompt

    if circular and orders > 1:
        raise ConfigError("--circular asks all rotations", hint="leave --orders out")
    return Asking(orders, circular, find_prompt(prompt))


@dataclass(frozen=True)
class Tasks:
    """What is asked.

    Attributes:
        label: for people.
        count: how many tasks there are, at most.
        read: the tasks, from the first on, as often as it is called.
        media: gives a task's picture or video.
    """

    label: str
    count: int
    read: Callable[[], Iterator[Task]]
    media: MediaOf


def open_tasks(
    models: list[LoadedModel],
    *,
    folder: Path | None,
    assets: str | None,
    tasks: tuple[str, ...],
    where: tuple[str, ...],
    n: int,
    seed: int,
    renderer: str | None,
    limit: int | None,
) -> Tasks:
    """A set in a folder, or tasks that are made on the fly.

    Raises:
        TaskError: both are named, or neither is.
        TmaError: what is wrong with the set, the plugins or the filters.
    """
    if folder is not None:
        _refuse_making(folder)
        return _set(folder, limit)
    if not (tasks or where) and assets is None and renderer is None:
        raise TaskError("no tasks are named", hint="name a set's folder, or --tasks 'grid2d/*'")
    from tma.freshtasks import FreshTasks
    from tma.generate import Order
    from tma.registry import default_registry

    looking = any(model.consumes for model in models)
    order = Order(assets, tasks, where, renderer, n=n, seed=seed, media=looking)
    made = FreshTasks(order, default_registry())
    label = f"{', '.join(tasks) or 'all generators'}, seed {seed}"
    count = min(n, limit or n)
    return Tasks(label, count, lambda: islice(made.tasks(), limit), made.media_file)


def _refuse_making(folder: Path) -> None:
    """Raise TaskError if an option was given that says what tasks to make."""
    context = click.get_current_context()
    given = [
        option
        for name, option in _MAKING.items()
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT
    ]
    if given:
        raise TaskError(
            f"{folder} is a set of tasks, and {', '.join(given)} would make others",
            hint="leave out the one or the other; --limit asks the first tasks of a set",
        )


def _set(folder: Path, limit: int | None) -> Tasks:
    from tma.taskset import TASKS, TaskSet

    found = TaskSet.open(folder)
    with (folder / TASKS).open("rb") as lines:
        count = sum(1 for _ in islice(lines, limit))
    return Tasks(str(folder), count, lambda: islice(found.tasks(), limit), found.media_file)
