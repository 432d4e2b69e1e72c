"""Putting a question: drawing tasks under a budget and asking the models."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import cast, get_args

from tma.asking import Asker, run_blocking
from tma.calls import Answer as Reply
from tma.calls import Call, make_call
from tma.contract.tasks import Task
from tma.errors import ModelError, QueryError
from tma.ledger import Budget
from tma.models import LoadedModel
from tma.query.answer import Answer
from tma.query.course import Course
from tma.query.questions import Approximate, Compare, Question, TopK
from tma.query.sample import Bench, Sample
from tma.query.search import Settings
from tma.query.summary import Findings, summarise
from tma.query.units import MOST_SINGLE
from tma.seeds import check_seed
from tma.space import PlanSpace
from tma.store import ReplyStore

_MODELLED = ("fit", "active")
WARM_UP = 50
PAIRS_EACH = 60
CONFIRM = 0.3


def run_query(
    question: Question,
    *,
    models: Sequence[LoadedModel],
    bench: Bench,
    store: ReplyStore,
    budget: int,
    space: PlanSpace | None = None,
    approximate: Approximate = "random",
    confirm: float = CONFIRM,
    certain: bool = False,
    indifference: float = 0.05,
    minutes: float | None = None,
    seed: int = 0,
    on_progress: Callable[[QueryRun], None] | None = None,
) -> Answer:
    """Put a question to a plan space and answer it.

    Takes the arguments of `QueryRun`, which also gives the answer so far of a run that was
    interrupted.

    Raises:
        QueryError: the question makes no sense for this space or budget.
        ModelError: a model can't be asked; replies so far are stored.
        TmaError: what else goes wrong, see `tma.asking` and `tma.workbench`.
    """
    run = QueryRun(
        question,
        models=models,
        bench=bench,
        store=store,
        budget=budget,
        space=space,
        approximate=approximate,
        confirm=confirm,
        certain=certain,
        indifference=indifference,
        minutes=minutes,
        seed=seed,
        on_progress=on_progress,
    )
    run.run()
    return run.answer()


class QueryRun:
    """A query under way.

    One task, in its own order of options, is asked of every model. How many tasks is what the
    budget could pay for if nothing were stored: replies in the store are free, and make a query
    cheaper rather than larger, so that a repeated or resumed query gives the same answer.

    Args:
        question: `TopK`, `Threshold`, `Compare` or `Debug`.
        models: the model asked about; for `Compare` followed by one baseline or more.
        bench: makes tasks of plans and their media, such as a `Workbench`.
        store: where replies are looked up and kept.
        budget: the most calls that are made, over all models; failed ones count.
        space: the plans that the question is about; all of the bench's by default.
        approximate: `random` draws plans evenly over the groups and uniformly within each;
            `fit` fits a model to such answers, `active` also lets it choose the plans (for
            `Debug` both look for patterns in stages, for `Compare` both draw plans evenly, and a
            comparison of single plans, or with fewer than `WARM_UP` tasks, is `random`); `exact`
            asks every plan once, and is chosen by itself if the budget suffices.
        confirm: for `fit` and `active` the share of the budget for fresh answers that certify.
        certain: whether choosing ends, and certifying begins, once the model is certain of every
            group at the question's confidence (`TopK`, `Threshold`, `Compare`).
        indifference: how far beyond the cut a group may then lie without mattering.
        minutes: no batch is begun after so many; the answer then is the one so far.
        seed: of all chance.
        on_progress: told of the run after each reply.

    Attributes:
        done: replies so far; `planned`: how many there will be at most.
        error: why a model could not be asked, None if all goes well.

    Raises:
        QueryError: the question makes no sense for this space, these models or this budget.
        ConfigError: the seed is out of range.
    """

    def __init__(
        self,
        question: Question,
        *,
        models: Sequence[LoadedModel],
        bench: Bench,
        store: ReplyStore,
        budget: int,
        space: PlanSpace | None = None,
        approximate: Approximate = "random",
        confirm: float = CONFIRM,
        certain: bool = False,
        indifference: float = 0.05,
        minutes: float | None = None,
        seed: int = 0,
        on_progress: Callable[[QueryRun], None] | None = None,
    ) -> None:
        self.question = question
        self.models = tuple(models)
        self.space = bench.space if space is None else space
        self.budget = budget
        self.seed = check_seed(seed)
        self._bench = bench
        self._store = store
        self._on_progress = on_progress
        self._seconds = None if minutes is None else minutes * 60
        self._check_models()
        self.approximate = self._way(approximate)
        self._check_groups()
        size = budget // len(self.models)
        shown = any(model.consumes for model in self.models)
        self.source: Course | Sample
        if self.approximate in _MODELLED:
            way = Settings(
                size,
                confirm,
                # passive comparisons: no adaptive rule was better for differences
                active=self.approximate == "active" and not self._compares,
                each=PAIRS_EACH if self._compares else 8,
                certain=question.confidence if certain else None,
                indifference=indifference,
            )
            self.source = Course(bench, self.space, question, way, self.seed, shown=shown)
        else:
            exact = self.approximate == "exact"
            fields = question.fields
            self.source = Sample(
                bench, self.space, fields, size, self.seed, exact=exact, shown=shown
            )
        self.replies: list[dict[str, Reply]] = [{} for _ in self.models]
        self.done = 0
        self.planned = min(size, self.space.size) * len(self.models)
        self.complete = False
        self.error: str | None = None

    # -- does the question make sense? --------------------------------------------------------

    def _check_models(self) -> None:
        need = "a model and at least one baseline" if self._compares else "exactly one model"
        if (len(self.models) < 2) if self._compares else (len(self.models) != 1):
            raise QueryError(f"this question is about {need}, not {len(self.models)} models")
        who = [(m.id, m.config_digest) for m in self.models]
        if len(set(who)) < len(who):
            raise QueryError("a model is compared with itself: give another baseline")
        if self.budget < len(self.models):
            raise QueryError(
                f"a budget of {self.budget} calls is too small for {len(self.models)} models"
            )

    @property
    def _compares(self) -> bool:
        return isinstance(self.question, Compare)

    def _way(self, approximate: str) -> Approximate:
        """How plans are chosen in the end."""
        if approximate not in get_args(Approximate):
            ways = " or ".join(get_args(Approximate))
            raise QueryError(f"no way to answer is called {approximate!r}: {ways}")
        if not self.space.size:
            raise QueryError("no plan is left to ask about", hint="loosen --where or --tasks")
        wanted = self.space.size * len(self.models)
        if approximate == "exact" and wanted > self.budget:
            raise QueryError(
                f"exact asks each of {self.space.size:,} plans of each model, {wanted:,} calls; "
                f"the budget is {self.budget:,}",
                hint="raise --budget, narrow the plans with --where, or use --approximate random",
            )
        if wanted <= self.budget:
            return "exact"
        small = self.budget // len(self.models) < WARM_UP or not self.question.fields
        if approximate in _MODELLED and self._compares and small:
            return "random"
        if approximate in _MODELLED and self.budget < WARM_UP:
            raise QueryError(
                f"a budget of {self.budget} calls is smaller than the warm-up of {WARM_UP}",
                hint="raise --budget or use --approximate random",
            )
        return cast(Approximate, approximate)

    def _check_groups(self) -> None:
        fields = self.question.fields
        for field in fields:
            if field not in self.space.fields:
                near = get_close_matches(field, self.space.fields, n=1)
                listed = "fields: " + ", ".join(self.space.fields)
                hint = f"did you mean {near[0]}?" if near else listed
                raise QueryError(f"no plan has a field {field!r} to group by", hint=hint)
        size = self.budget // len(self.models)
        if fields:
            count, noun = len(self.space.groups(fields)), f"groups by {', '.join(fields)}"
            if count > size and self.approximate not in _MODELLED:
                raise QueryError(
                    f"a budget of {self.budget:,} calls is smaller than the {count:,} {noun} "
                    f"times {len(self.models)} model(s)",
                    hint=f"raise --budget to {count * len(self.models):,} or more, make fewer "
                    "groups with --where or --by, or use --approximate active",
                )
        else:
            count, noun = min(self.space.size, size), "plans that the budget pays for"
            if self.approximate in _MODELLED:
                count, noun = min(self.space.size, MOST_SINGLE), "plans that are judged"
        if isinstance(self.question, TopK) and self.question.k > count:
            raise QueryError(f"k is {self.question.k}, there are only {count:,} {noun}")

    # -- asking -------------------------------------------------------------------------------

    def run(self) -> None:
        """Ask; returns when all that was planned is answered.

        Raises:
            ModelError: a model can't be asked; `answer()` tells what is known.
            KeyboardInterrupt: likewise.
        """
        self._end = None if self._seconds is None else time.monotonic() + self._seconds
        try:
            run_blocking(self._run())
        except ModelError as error:
            self.error = error.message
            raise
        self.complete = not self._late()

    def _late(self) -> bool:
        """Whether the time is up."""
        return self._end is not None and time.monotonic() >= self._end

    async def _run(self) -> None:
        budget = Budget(self.budget)
        askers = [
            Asker(model, self._store, self._recorder(place), budget)
            for place, model in enumerate(self.models)
        ]
        try:
            if isinstance(self.source, Course):
                await self._follow(self.source, askers)
            else:
                await self._ask_all(self.source, askers)
        finally:
            for asker in askers:
                await asker.close()

    async def _ask_all(self, sample: Sample, askers: Sequence[Asker]) -> None:
        work = [
            asyncio.create_task(asker.ask(self._calls(model, sample)))
            for model, asker in zip(self.models, askers, strict=True)
        ]
        try:
            await asyncio.gather(*work)
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    async def _follow(self, course: Course, askers: Sequence[Asker]) -> None:
        """Ask batch by batch; the next batch depends on the answers to the ones before."""
        while not self._late() and (tasks := course.next_tasks()):
            work = [
                asyncio.create_task(asker.ask([self._call(model, t) for t in tasks]))
                for model, asker in zip(self.models, askers, strict=True)
            ]
            try:
                await asyncio.gather(*work)
            finally:
                for task in work:
                    task.cancel()
                await asyncio.gather(*work, return_exceptions=True)
                course.learn(self.replies)

    def _call(self, model: LoadedModel, task: Task) -> Call:
        own = tuple(range(len(task.options)))
        return make_call(task, model, own, 0, self._bench.media_file)

    def _calls(self, model: LoadedModel, sample: Sample) -> Iterator[Call]:
        for drawn in sample:
            if self._late():
                return
            yield self._call(model, drawn.task)

    def _recorder(self, place: int) -> Callable[[Reply], None]:
        def record(reply: Reply) -> None:
            self.replies[place][reply.task.id] = reply
            self.done += 1
            if self._on_progress is not None:
                self._on_progress(self)

        return record

    @property
    def calls(self) -> int:
        """Calls made in this run."""
        return sum(not r.reused for replies in self.replies for r in replies.values())

    def outcomes(self, place: int) -> Counter[str]:
        """A model's replies by outcome."""
        return Counter(r.outcome for r in self.replies[place].values())

    def answer(self) -> Answer:
        """The answer, or what is known of it so far; never waits."""
        source = self.source
        kept = [d for d in source.drawn if any(d.task.id in r for r in self.replies)]
        findings = Findings(
            question=self.question,
            models=self.models,
            replies=self.replies,
            drawn=kept,
            groups=source.groups,
            fields=self.question.fields,
            approximate=self.approximate,
            catalogue=self._bench.catalogue,
            course=source if isinstance(source, Course) else None,
        )
        return summarise(
            findings,
            plans=self.space.size,
            budget=self.budget,
            seed=self.seed,
            complete=self.complete,
            error=self.error,
            reasons=source.reasons,
        )
