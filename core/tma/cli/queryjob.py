"""What all queries share: their options, and putting the question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tma.cli.asking import store_option
from tma.cli.common import assets_option, json_option, seed_option, tasks_option, where_option
from tma.cli.late import LateProgress
from tma.cli.numbers import Amount, Whole

if TYPE_CHECKING:
    from tma.query import Question

confidence_option = click.option(
    "--confidence",
    type=Amount(0, 1, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
    help="Of the intervals.",
)
by_option = click.option(
    "--by",
    multiple=True,
    metavar="FIELD",
    help="Group plans by a field; repeatable, or A,B; default: single plans.",
)
model_option = click.option("--model", required=True, metavar="SPEC", help="Model asked about.")


@dataclass(frozen=True)
class Job:
    """The options that all queries share."""

    assets: str | None = None
    tasks: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    budget: int | None = None
    budget_tokens: int | None = None
    budget_usd: float | None = None
    budget_minutes: float | None = None
    approximate: str = "active"
    confirm: float | None = None
    stop_when_certain: bool = False
    indifference: float = 0.05
    warm_start: bool = False
    concurrency: int | None = None
    rpm: int | None = None
    tpm: int | None = None
    attempts: int | None = None
    seed: int = 0
    store: Path | None = None
    save: Path | None = None
    pictures: Path | None = None
    as_json: bool = False

    @property
    def kept(self) -> dict[str, Any]:
        """What makes the same query again: all but where its answer goes, and how fast."""
        return {n: getattr(self, n) for n in Job.__annotations__ if n not in _NOT_KEPT}


_NOT_KEPT = ("store", "save", "pictures", "as_json", "concurrency", "rpm", "tpm", "attempts")


def query_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the shared options, given to the function as one `Job`."""

    @wraps(function)
    def with_job(**options: Any) -> None:
        shared = {name: options.pop(name) for name in Job.__annotations__}
        function(job=Job(**shared), **options)

    decorators: list[Callable[[Any], Any]] = [
        assets_option,
        tasks_option,
        where_option,
        click.option(
            "--budget",
            type=Whole(min=0),
            default=None,
            help="The most model calls to make; stored replies are free.  [default: 500, or what "
            "tokens or dollars pay for]",
        ),
        click.option(
            "--budget-tokens", type=Whole(min=0), default=None, help="The most tokens, in and out."
        ),
        click.option(
            "--budget-usd",
            type=Amount(min=0),
            default=None,
            help="The most US dollars, at the prices in tma.toml.",
        ),
        click.option(
            "--budget-minutes",
            type=Amount(min=0, min_open=True),
            default=None,
            help="Begin nothing new after so many minutes; certifying begins before.",
        ),
        click.option(
            "--approximate",
            type=click.Choice(["random", "fit", "active", "exact"]),
            default="active",
            show_default=True,
            help="Draw plans evenly over the groups; fit a model to them too; let it choose the "
            "plans (top-k and threshold); or ask all, as is done if the budget suffices.",
        ),
        click.option(
            "--confirm",
            type=Amount(0, 0.9),
            default=None,
            metavar="SHARE",
            help="Of the budget, for fresh answers that certify (fit and active).  [default: 0.2, "
            "compare 0.3]",
        ),
        click.option(
            "--stop-when-certain",
            is_flag=True,
            help="Certify as soon as the model is certain of every group at the confidence.",
        ),
        click.option(
            "--indifference",
            type=Amount(0, 1),
            default=0.05,
            show_default=True,
            help="How far beyond the cut a group may lie then.",
        ),
        click.option(
            "--warm-start",
            is_flag=True,
            help="Take the stored replies of other models as a hint (top-k and threshold); the "
            "answer without it is shown beside.",
        ),
        click.option("--concurrency", type=Whole(min=1), help="The most calls at once a model."),
        click.option("--rpm", type=Whole(min=1), help="The most requests a minute a model."),
        click.option("--tpm", type=Whole(min=1), help="The most tokens a minute a model."),
        click.option("--attempts", type=Whole(min=1), help="How often a call is tried."),
        seed_option,
        store_option,
        click.option(
            "--pictures",
            type=click.Path(path_type=Path, file_okay=False),
            default=None,
            metavar="FOLDER",
            help="Write a page with example tasks of each group or pattern of the answer.",
        ),
        click.option(
            "--save",
            type=click.Path(path_type=Path, dir_okay=False),
            default=None,
            metavar="PATH",
            help="Write the answer as JSON to a file.",
        ),
        json_option,
    ]
    decorated: Callable[..., None] = with_job
    for decorator in reversed(decorators):
        decorated = decorator(decorated)
    return decorated


def put(job: Job, question: Question, models: Sequence[str]) -> None:
    """Put the question, and print what is known at the end, also if that comes early."""
    from tma.cli.answers import Standing, report
    from tma.query import prepare
    from tma.query.pictures import write_pictures
    from tma.query.saved import Asked, SavedQueries, describe, told_of
    from tma.store import ReplyStore
    from tma.taskset import check_new

    if job.pictures is not None:
        check_new(job.pictures)
    standing = Standing()
    with ReplyStore(job.store) as store:
        run = prepare(
            question,
            store,
            lambda run: bar.update(run.done, standing.of(run)),
            models=models,
            limits={
                "concurrency": job.concurrency,
                "requests_per_minute": job.rpm,
                "tokens_per_minute": job.tpm,
                "attempts": job.attempts,
            },
            assets=job.assets,
            tasks=job.tasks,
            where=job.where,
            budget=job.budget,
            tokens=job.budget_tokens,
            usd=job.budget_usd,
            minutes=job.budget_minutes,
            approximate=job.approximate,  # type: ignore[arg-type]
            confirm=job.confirm,
            certain=job.stop_when_certain,
            indifference=job.indifference,
            warm_start=job.warm_start,
            seed=job.seed,
        )
        saved = SavedQueries(store.path)
        asked = Asked(describe(question), [m.label for m in run.models], job.kept)
        saved.save(asked, None)
        try:
            with LateProgress("asking", run.planned) as bar:
                run.run()
        finally:
            answer = run.answer()
            saved.save(asked, answer.as_json())
            saved.save_told(asked, told_of(run))
            if job.save is not None:
                _save(answer.as_json(), job.save)
            report(answer, asked.id, job.as_json)
        if job.pictures is not None:
            page = write_pictures(run, job.pictures)
            click.echo(f"look at {page}", err=True)


def _save(shown: dict[str, Any], path: Path) -> None:
    import json

    from tma.mediacache import write_whole

    text = json.dumps(shown, indent=2, ensure_ascii=False, allow_nan=False)
    write_whole(path, f"{text}\n".encode())
