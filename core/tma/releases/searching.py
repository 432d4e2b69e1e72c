"""Finding the plans on which models fail: the query engine asks each model about candidates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scipy.sparse import csr_array

from tma.calls import Answer as Reply
from tma.contract.plan import Plan
from tma.contract.tasks import Task
from tma.errors import QueryError
from tma.models import LoadedModel
from tma.query.course import Course, taxonomy_above
from tma.query.questions import TopK
from tma.query.run import QueryRun
from tma.query.search import Search
from tma.query.sense import WARM_UP
from tma.query.units import MOST_SINGLE, PlanUnits
from tma.releases.making import Watcher
from tma.seeds import digest
from tma.space import PlanSpace, joint, union
from tma.store import ReplyStore
from tma.workbench import Workbench

CANDIDATES_A_TASK = 8
"""Of so many candidates one is chosen, where the space has them."""


@dataclass(frozen=True)
class Batch:
    """Generators that are searched together, as far as a query judges that many plans.

    Attributes:
        plans: candidates by generator.
        calls: for each model.
    """

    plans: Mapping[str, Sequence[Plan]]
    calls: int

    @property
    def size(self) -> int:
        """How many candidates there are."""
        return sum(map(len, self.plans.values()))


@dataclass
class Found:
    """What a search came to.

    Attributes:
        expected: plan id -> mean over models of the accuracy that the query engine expects.
        replies: by model, the replies that the search went by.
        shown: what the tasks of the search showed, so that no fresh one shows the same.
    """

    expected: dict[str, float] = field(default_factory=dict)
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)


def batches(candidates: Mapping[str, Sequence[Plan]], calls: int) -> list[Batch]:
    """Generators in as few queries as judge all candidates, and each query's share of the calls.

    Args:
        candidates: by generator.
        calls: for each model, in all.

    Raises:
        QueryError: the calls don't suffice for the queries' warm-up, or there are fewer plans.
    """
    parts: list[dict[str, Sequence[Plan]]] = []
    room = 0
    for name, plans in candidates.items():
        if not plans:
            continue
        if not parts or len(plans) > room:
            parts.append({})
            room = MOST_SINGLE
        parts[-1][name] = plans
        room -= len(plans)
    total = sum(map(len, candidates.values()))
    shares = [calls * sum(map(len, part.values())) // max(total, 1) for part in parts]
    # with as many calls as plans a query asks each once, and learns nothing of what they share
    found = [
        Batch(part, min(share, sum(map(len, part.values())) - 1))
        for part, share in zip(parts, shares, strict=True)
    ]
    if few := [b for b in found if b.size <= WARM_UP]:
        raise QueryError(
            f"{few[0].size} plans of {', '.join(few[0].plans)} are too few to search: "
            f"{WARM_UP + 1} at least",
            hint="leave them to `tma release random`, or filter less with --where",
        )
    if short := [b for b in found if b.calls < WARM_UP]:
        names = ", ".join(short[0].plans)
        raise QueryError(
            f"{short[0].calls} calls a model are too few to search {names}: {WARM_UP} at least",
            hint="raise --budget, or choose fewer generators with --tasks",
        )
    return found


def table_of(plans: Mapping[str, Sequence[Plan]]) -> PlanSpace:
    """A space of listed plans."""
    return union(space for part in plans.values() for space in _tables(part))


def _tables(plans: Sequence[Plan]) -> Iterator[PlanSpace]:
    """One table for plans that have the same fields."""
    alike: dict[tuple[str, ...], list[Plan]] = {}
    for plan in plans:
        alike.setdefault(tuple(plan), []).append(plan)
    for fields, rows in alike.items():
        yield PlanSpace([[joint(fields, [tuple(p[f] for f in fields) for p in rows])]])


def shown_of(task: Task, *, media: bool) -> str:
    """A hash of what a model is shown; without media of the text alone."""
    key = task.media.key if media and task.media is not None else ""
    return digest([task.question, task.options, key])


def all_look(models: Sequence[LoadedModel]) -> bool:
    """Whether all models look at media; to one that does not, the same text is the same task."""
    return all(model.consumes for model in models)


def search(
    batch: Batch,
    models: Sequence[LoadedModel],
    bench: Workbench,
    store: ReplyStore,
    found: Found,
    *,
    per_generator: int,
    seed: int,
    watcher: Watcher,
) -> None:
    """Ask each model about the candidates, and enter what is expected of them.

    A Top-K query for the worst plans, without a grouping: a model of the answers, fitted to them
    as they come, chooses what is asked, and tells what is to be expected of plans that were not.

    Raises:
        ModelError: a model can't be asked; replies so far are stored.
        QueryError: a model does not look at such media.
    """
    space = table_of(batch.plans)
    looks = all_look(models)
    k = min(per_generator * len(batch.plans), batch.size - 1)
    for model in models:
        label = f"searching with {model.label}"

        def told(run: QueryRun, label: str = label) -> None:
            watcher(label, run.done, run.planned)

        run = QueryRun(
            TopK(k=max(k, 1), worst=True),
            models=[model],
            bench=bench,
            store=store,
            space=space,
            budget=batch.calls,
            approximate="active",
            confirm=0.0,
            seed=seed,
            on_progress=told,
        )
        run.run()
        for plan, estimate in _expected(run, seed).items():
            found.expected[plan] = found.expected.get(plan, 0.0) + estimate / len(models)
        replies = list(run.replies[0].values())
        found.replies.setdefault(model.label, []).extend(replies)
        found.shown.update(shown_of(reply.task, media=looks) for reply in replies)


class _Shared(PlanUnits):
    """Single plans without an effect of their own: what is expected of them by what they share.

    A plan is asked about once or not at all, so that its own effect can't be told from luck.
    """

    def rows(self, plans: Sequence[int]) -> list[csr_array]:
        """The rows of plans that are judged."""
        return self.features.plans(plans)


def _expected(run: QueryRun, seed: int) -> dict[str, float]:
    """Plan id -> the accuracy that is to be expected, after a search of single plans."""
    space = run.space
    plans = [p.id for p in space.plans(range(space.size))]
    course = run.source
    if not isinstance(course, Course) or not isinstance(course.search, Search):
        raise TypeError(f"a search of single plans, not {run.approximate}")
    if not course.search.answered:
        return dict.fromkeys(plans, 0.5)
    units = _Shared(space, taxonomy_above(space, run.bench.catalogue), seed)
    return dict(zip(plans, course.search.believe_with(units).mean.tolist(), strict=True))
