"""Putting a question: drawing tasks under a budget and asking the models."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypedDict, Unpack

from tma.asking import Asker, run_blocking
from tma.calls import Answer as Reply
from tma.calls import Call, make_call
from tma.contract.tasks import Task
from tma.errors import ModelError
from tma.failures import Failures
from tma.ledger import Ledger
from tma.models import LoadedModel
from tma.query.answer import Answer
from tma.query.course import Course
from tma.query.given import Confirm, Indifference, check_given
from tma.query.history import earlier_models
from tma.query.means import Means, Meter
from tma.query.questions import Approximate, Compare, Question
from tma.query.sample import Bench, Sample
from tma.query.search import CONFIRM, Settings
from tma.query.sense import MODELLED, check_groups, check_models, check_warm_start, way_of
from tma.query.summary import Findings, summarise
from tma.seeds import check_seed
from tma.space import PlanSpace
from tma.store import ReplyStore

PAIRS_EACH = 60
COMPARE_CONFIRM = 0.3
"""Of a comparison's budget, for fresh pairs: they are all that is tested."""


class Way(TypedDict, total=False):
    """What may be spent, and how plans are chosen; see `QueryRun`, also for the defaults."""

    budget: int | None
    tokens: int | None
    usd: float | None
    minutes: float | None
    approximate: Approximate
    confirm: Confirm | None
    certain: bool
    indifference: Indifference
    warm_start: bool
    seed: int


def run_query(
    question: Question,
    *,
    models: Sequence[LoadedModel],
    bench: Bench,
    store: ReplyStore,
    space: PlanSpace | None = None,
    on_progress: Callable[[QueryRun], None] | None = None,
    **way: Unpack[Way],
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
        space=space,
        on_progress=on_progress,
        **way,
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
        budget: the most calls that are made, over all models; failed ones count. None for as many
            as `tokens` and `usd` are guessed to pay for twice, or 500 without these.
        tokens, usd: the most that may be spent, over all models; see `Means`. When all but the
            share for fresh answers is used, certifying begins.
        space: the plans that the question is about; all of the bench's by default.
        approximate: `random` draws plans evenly over the groups and uniformly within each;
            `fit` fits a model to such answers, `active` also lets it choose the plans (for
            `Debug` both look for patterns in stages, for `Compare` both draw plans evenly, and a
            comparison of single plans, or with fewer than `WARM_UP` tasks, is `random`); `exact`
            asks every plan once, and is chosen by itself if the budget suffices.
        confirm: for `fit` and `active` the share of the budget for fresh answers that certify, 0
            to 0.9; by default 0.2, and 0.3 for `Compare`.
        certain: whether choosing ends, and certifying begins, once the model is certain of every
            group at the question's confidence (`TopK`, `Threshold`, `Compare`).
        indifference: how far beyond the cut a group may then lie without mattering, 0 to 1.
        minutes: no batch is begun after so many; certifying begins before, likewise.
        warm_start: whether what other models replied to plans of the space is a hint, see
            `tma.query.history`; for `TopK` and `Threshold` with `fit` or `active`.
        seed: of all chance.
        on_progress: told of the run after each reply.

    Attributes:
        bench, space, source: where the tasks come from.
        done: replies so far; `planned`: how many there will be at most.
        error: why a model could not be asked, None if all goes well.
        stopped: the cap that ended it before its calls were made: `tokens`, `usd` or `minutes`.
        ledger: what the calls of this run took.

    Raises:
        QueryError: the question makes no sense for this space, these models or this budget, or a
            value is of another type, or out of its range.
        ConfigError: the seed is out of range.
    """

    def __init__(
        self,
        question: Question,
        *,
        models: Sequence[LoadedModel],
        bench: Bench,
        store: ReplyStore,
        budget: int | None = None,
        tokens: int | None = None,
        usd: float | None = None,
        minutes: float | None = None,
        space: PlanSpace | None = None,
        approximate: Approximate = "random",
        confirm: float | None = None,
        certain: bool = False,
        indifference: float = 0.05,
        warm_start: bool = False,
        seed: int = 0,
        on_progress: Callable[[QueryRun], None] | None = None,
    ) -> None:
        given = {"budget": budget, "tokens": tokens, "usd": usd, "minutes": minutes}
        given |= {"confirm": confirm, "certain": certain, "indifference": indifference}
        check_given(Way, {**given, "warm_start": warm_start, "seed": seed})
        self.question = question
        self.models = tuple(models)
        self.space = bench.space if space is None else space
        self.seed = check_seed(seed)
        self.bench = bench
        self._store = store
        self._on_progress = on_progress
        check_models(question, self.models, bench, self.space)
        means = Means(budget, tokens, usd, minutes)
        self.budget = means.planned(self.models)
        self._means = replace(means, calls=self.budget)
        count = len(self.models)
        self.approximate = way_of(question, approximate, self.space, count, self.budget)
        check_groups(question, self.approximate, self.space, count, self.budget)
        if warm_start:
            check_warm_start(question)
        size = self.budget // count
        compares = isinstance(question, Compare)
        if confirm is None:
            confirm = COMPARE_CONFIRM if compares else CONFIRM
        self._confirm = confirm
        shown = any(model.consumes for model in self.models)
        self.source: Course | Sample
        if self.approximate in MODELLED:
            way = Settings(
                size,
                confirm,
                # passive comparisons: no adaptive rule was better for differences
                active=self.approximate == "active" and not compares,
                each=PAIRS_EACH if compares else 8,
                certain=question.confidence if certain else None,
                indifference=indifference,
            )
            earlier = earlier_models(store, self.space, self.models[0]) if warm_start else []
            self.source = Course(
                bench, self.space, question, way, self.seed, shown=shown, earlier=earlier
            )
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
        self.stopped: str | None = None
        self.ledger = Ledger()

    # -- asking -------------------------------------------------------------------------------

    def run(self) -> None:
        """Ask; returns when all that was planned is answered.

        Raises:
            ModelError: a model can't be asked, or every call to it failed; `answer()` tells what
                is known.
            KeyboardInterrupt: likewise.
        """
        self._meter = Meter(self._means)
        try:
            run_blocking(self._run())
            self._check_answered()
        except ModelError as error:
            self.error = error.message
            raise
        if self._budget.reached not in (None, "calls"):
            self.stopped = self._budget.reached
        self.complete = self.stopped is None

    def _check_answered(self) -> None:
        for model, replies in zip(self.models, self.replies, strict=True):
            if vain := Failures(replies.values()).in_vain(model.label):
                raise ModelError(vain, hint="failed calls are made again when it is put again")

    async def _run(self) -> None:
        self._budget = budget = self._means.budget()
        self.ledger = budget.ledger
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
        while not self._spent():
            if self._meter.share >= 1 - self._confirm:
                course.wrap_up()
            if not (tasks := course.next_tasks()):
                break
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

    def _spent(self) -> bool:
        """Whether the tokens, the money or the time are used up, but for less than a call."""
        refused = self._budget.reached
        self.stopped = self._meter.reached or (refused if refused != "calls" else None)
        return self.stopped is not None

    def _call(self, model: LoadedModel, task: Task) -> Call:
        own = tuple(range(len(task.options)))
        return make_call(task, model, own, 0, self.bench.media_file)

    def _calls(self, model: LoadedModel, sample: Sample) -> Iterator[Call]:
        for drawn in sample:
            if self._spent():
                return
            yield self._call(model, drawn.task)

    def _recorder(self, place: int) -> Callable[[Reply], None]:
        def record(reply: Reply) -> None:
            self.replies[place][reply.task.id] = reply
            self.done += 1
            self._meter.add(reply)
            if reply.reused:
                self._budget.lower(reply.tokens, reply.usd or 0.0)
                self._budget.reached = self._budget.reached or self._meter.reached
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
            catalogue=self.bench.catalogue,
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
            spent=self.ledger,
            stopped=self.stopped,
        )
