"""`tma release`: benchmarks to give away, with a card, checksums and how to make them again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tma.cli.asking import store_option
from tma.cli.common import (
    assets_option,
    json_option,
    print_json,
    seed_option,
    tasks_option,
    where_option,
)
from tma.cli.numbers import Amount, Whole

if TYPE_CHECKING:
    from tma.releases.making import Watcher
    from tma.releases.record import Release

Decorator = Callable[[Any], Any]

out_option = click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="A new or empty folder."
)
workers_option = click.option(
    "--workers",
    type=Whole(min=0),
    default=0,
    help="Processes; 0 (default) for as many as pay. The output is the same.",
)
render_option = click.option(
    "--render",
    type=Whole(min=0),
    default=20,
    show_default=True,
    help="How many pictures to render again as a check.",
)
guesser_option = click.option(
    "--blind",
    "guesser",
    metavar="SPEC",
    default="blind?learn={folder}",
    show_default=True,
    help="Who guesses from the text alone, learning from the tasks in {folder}; 'none' for nobody.",
)
by_option = click.option(
    "--by",
    multiple=True,
    metavar="FIELD",
    help="Be even over a plan field, or A,B taken together; repeatable; default: categories and "
    "attributes.",
)
model_option = click.option(
    "--model",
    "model",
    multiple=True,
    metavar="SPEC",
    help="Model, name[:variant][?key=value&...]; repeatable.",
)
models_option = click.option(
    "--models",
    "models",
    metavar="A,B,...",
    default=None,
    help="Several models, parted by commas; a comma in a specification is written %2C.",
)
_WANTED: tuple[Decorator, ...] = (
    assets_option,
    tasks_option,
    where_option,
    click.option("--renderer", metavar="SPEC", default=None, help="Renderer to use."),
    click.option("--no-media", is_flag=True, help="Questions and scenes without pictures."),
    seed_option,
    click.option("--name", default=None, help="Of the release: lower-case words and hyphens."),
)
_LIMITS: tuple[Decorator, ...] = (
    click.option("--concurrency", type=Whole(min=1), help="The most calls at once a model."),
    click.option("--rpm", type=Whole(min=1), help="The most requests a minute a model."),
    click.option("--tpm", type=Whole(min=1), help="The most tokens a minute a model."),
    click.option("--attempts", type=Whole(min=1), help="How often a call is tried."),
)

_ENDING: tuple[Decorator, ...] = (
    *_LIMITS,
    store_option,
    guesser_option,
    render_option,
    workers_option,
    out_option,
    json_option,
)
"""What making a release of either kind takes besides, in the order in which it is shown."""


def _with(options: Sequence[Decorator]) -> Decorator:
    def add(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return add


@click.group("release")
def command() -> None:
    """Make benchmarks to give away.

    A release is a folder of tasks like any other, which `tma eval`, `verify` and `export` take,
    with a card, checksums, the provenance of all assets, and a record to make it again from.
    """


@command.command("random")
@_with(_WANTED)
@click.option(
    "--per-generator",
    type=Whole(min=1),
    default=300,
    show_default=True,
    help="How many tasks of each kind of question, all of different plans.",
)
@by_option
@model_option
@models_option
@click.option("--budget", type=Whole(min=0), help="The most calls, over all models.")
@_with(_ENDING)
def random_command(
    per_generator: int,
    by: tuple[str, ...],
    model: tuple[str, ...],
    models: str | None,
    budget: int | None,
    store: Path | None,
    guesser: str,
    render: int,
    workers: int,
    out: Path,
    as_json: bool,
    **more: Any,
) -> None:
    """As many tasks of each kind of question, even over what they are about.

    Plans differ from each other. They are drawn at random, and exchanged until categories,
    attributes and what the answers hinge on occur as evenly as the plans allow. Every task is
    checked as by `tma verify`. With models the card says how well the tasks tell them apart.
    """
    from tma.ledger import Budget
    from tma.releases import Wanted, random_release

    limits = _limits(more)
    wanted = Wanted(per_generator=per_generator, by=by or None, **_made_of(more))
    with Bars() as bars:
        release = random_release(
            out,
            wanted,
            models=_models(model, models),
            limits=limits,
            budget=None if budget is None else Budget(budget),
            store=store,
            guesser=None if guesser == "none" else guesser,
            render=render,
            workers=workers,
            watcher=bars,
        )
    _show(release, out, as_json)


@command.command("hard")
@_with(_WANTED)
@click.option(
    "--per-generator",
    type=Whole(min=1),
    default=100,
    show_default=True,
    help="How many tasks of each kind of question, all of different plans.",
)
@by_option
@model_option
@models_option
@click.option(
    "--budget",
    type=Whole(min=1),
    required=True,
    help="The most calls, over all models, to search and to certify; stored replies count too.",
)
@click.option(
    "--certify",
    type=Amount(0, 1, min_open=True, max_open=True),
    default=0.5,
    show_default=True,
    metavar="SHARE",
    help="Of the budget, for fresh replies that say how hard the tasks are.",
)
@_with(_ENDING)
def hard_command(
    per_generator: int,
    by: tuple[str, ...],
    model: tuple[str, ...],
    models: str | None,
    budget: int,
    certify: float,
    store: Path | None,
    guesser: str,
    render: int,
    workers: int,
    out: Path,
    as_json: bool,
    **more: Any,
) -> None:
    """Tasks on which models fail, and how much harder they are than random ones.

    The query engine asks the models about candidates, and the plans with the lowest expected
    accuracy become the release. Then all models are asked these tasks, as instances that the
    search has not seen, and as many random ones: only these replies tell how hard the release is.
    """
    from tma.releases import Wanted, hard_release

    limits = _limits(more)
    wanted = Wanted(per_generator=per_generator, by=by or None, **_made_of(more))
    with Bars() as bars:
        release = hard_release(
            out,
            wanted,
            models=_models(model, models),
            budget=budget,
            certify=certify,
            limits=limits,
            store=store,
            guesser=None if guesser == "none" else guesser,
            render=render,
            workers=workers,
            watcher=bars,
        )
    _show(release, out, as_json)


@command.command("replay")
@click.argument("source", metavar="RELEASE", type=click.Path(path_type=Path))
@click.option(
    "--assets", metavar="SPEC", default=None, help="Asset source, if it is elsewhere now."
)
@workers_option
@out_option
@json_option
def replay_command(
    source: Path, assets: str | None, workers: int, out: Path, as_json: bool
) -> None:
    """Make a release again, byte for byte, from its release.json (or its folder).

    No model is asked: what models said stands in the record.
    """
    from tma.releases import replay

    with Bars() as bars:
        release = replay(source, out, assets=assets, workers=workers, watcher=bars)
    _show(release, out, as_json)


@command.command("stats")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@model_option
@models_option
@click.option("--budget", type=Whole(min=0), help="The most calls, over all models.")
@_with(_LIMITS)
@store_option
@guesser_option
@seed_option
@click.option("--write", is_flag=True, help="Put it into the card of DIR, a release.")
@json_option
def stats_command(
    folder: Path,
    model: tuple[str, ...],
    models: str | None,
    budget: int | None,
    store: Path | None,
    guesser: str,
    seed: int,
    write: bool,
    as_json: bool,
    **more: Any,
) -> None:
    """How well the tasks in DIR tell models apart, and what their texts give away.

    Spread of the accuracies, stability of the ranks when plans are drawn anew, the share of tasks
    that all models or none get right, and how often a guesser is right that reads only the text.
    """
    from tma.ledger import Budget
    from tma.releases import discriminability

    limits = _limits(more)
    with Bars() as bars:
        found = discriminability(
            folder,
            models=_models(model, models),
            limits=limits,
            budget=None if budget is None else Budget(budget),
            store=store,
            guesser=None if guesser == "none" else guesser,
            seed=seed,
            write=write,
            watcher=bars,
        )
    if as_json:
        print_json({"tasks": found.tasks, "models": found.models, "blind": found.blind})
        return
    from tma.cli.releasereport import show_blind, show_models

    show_models(found.models)
    show_blind(found.blind)


class Bars:
    """A progress bar for each thing that takes long, one after the other."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._what = ""

    def __enter__(self) -> Watcher:
        return self._told

    def _told(self, what: str, done: int, total: int) -> None:
        from tma.cli.late import LateProgress

        if what != self._what:
            self.__exit__()
            self._what, self._bar = what, LateProgress(what, total).__enter__()
        self._bar.update(done)

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None


def _models(each: Sequence[str], together: str | None) -> list[str]:
    """Models from `--model`, given any number of times, and from `--models`."""
    parted = [part.strip() for part in (together or "").split(",")]
    return list(dict.fromkeys((*each, *filter(None, parted))))


def _limits(more: dict[str, Any]) -> dict[str, int | None]:
    names = {
        "concurrency": "concurrency",
        "requests_per_minute": "rpm",
        "tokens_per_minute": "tpm",
        "attempts": "attempts",
    }
    return {name: more.pop(option) for name, option in names.items()}


def _made_of(more: dict[str, Any]) -> dict[str, Any]:
    """The options of `_WANTED` as the kernel calls them."""
    return {k: v for k, v in more.items() if k != "no_media"} | {"media": not more["no_media"]}


def _show(release: Release, out: Path, as_json: bool) -> None:
    """Print what was made."""
    if as_json:
        told = release.model_dump(mode="json", exclude={"plans", "balance"})
        print_json({"out": str(out), **told})
        return
    from tma.cli.releasereport import show

    show(release, out)
