"""A search on a real bench: its picks become tasks, and the replies its answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from tma.calls import Answer as Reply
from tma.catalogue import Catalogue
from tma.contract.plan import Plan
from tma.contract.tasks import Task
from tma.errors import Infeasible
from tma.query.acquisition import Beyond, Extremes, Goal
from tma.query.answer import Named
from tma.query.features import Above, kinship
from tma.query.history import Earlier, WithHistory
from tma.query.probe import Probe
from tma.query.questions import Compare, Debug, Question, Threshold, TopK
from tma.query.sample import Bench, Drawn, Group
from tma.query.search import Outcome, Pick, Search, Settings
from tma.query.units import GroupUnits, PlanUnits, units_of
from tma.seeds import digest
from tma.space import PlanSpace


def goal_of(question: TopK | Threshold | Compare) -> Goal:
    """What a question wants to know of units; for comparisons of their mean differences."""
    if isinstance(question, Compare):
        return Beyond(question.margin, below=False)
    if isinstance(question, TopK):
        return Extremes(question.k, worst=question.worst)
    return Beyond(question.value, below=question.below is not None)


def taxonomy_above(space: PlanSpace, catalogue: Catalogue) -> Above:
    """Weights on what stands above each value, for the fields that hold categories."""
    taxonomy = catalogue.taxonomy
    found = {}
    for field in space.fields:
        if not field.endswith("category"):
            continue
        codes = [taxonomy.code.get(str(v), -1) for v in space.domains[field].values]
        above = np.zeros((len(codes), len(taxonomy)), dtype=bool)
        known = [i for i, c in enumerate(codes) if c >= 0]
        above[known] = taxonomy.up[[codes[i] for i in known]]
        above[known, [codes[i] for i in known]] = False
        telling = above.any(axis=0) & ~above.all(axis=0)
        if telling.any():
            found[field] = kinship(above[:, telling])
    return found


def _groups(units: GroupUnits | PlanUnits) -> list[Group]:
    if isinstance(units, PlanUnits):
        return [Group((), 1) for _ in units.plans]
    found = units.features
    return [Group(k, n) for k, n in zip(found.groups, found.sizes, strict=True)]


def _outcome(correct: Sequence[bool | None]) -> Outcome:
    """Right or wrong; with baselines right minus the best of theirs, from -1 to 1."""
    known = [float(c) for c in correct if c is not None]
    if len(known) < len(correct):
        return None
    return known[0] - max(known[1:]) if len(known) > 1 else known[0]


class Course:
    """The tasks of a search.

    Args:
        bench: makes tasks.
        space: the plans to ask about.
        question: what is asked of its groups, of single plans or of patterns.
        settings: how the budget is spent.
        seed: of all chance.
        shown: whether tasks are made with their media: scenes with a flaw are then drawn anew.
        earlier: models whose replies are a hint; none for a cold start.

    Attributes:
        search: what proposes plans.
        drawn: the tasks so far, each with its unit.
        fresh: by unit those that certify.
        groups: the units.
        reasons: infeasible plans by reason.
    """

    def __init__(
        self,
        bench: Bench,
        space: PlanSpace,
        question: Question,
        settings: Settings,
        seed: int,
        *,
        shown: bool,
        earlier: Sequence[Earlier] = (),
    ) -> None:
        self._make_task = (lambda *job: bench.shown(*job)[0]) if shown else bench.instance
        self._space = space
        self._seed = seed
        self._fields = question.fields
        self.search: Search | Probe
        self.units: GroupUnits | PlanUnits | None = None
        self.earlier = tuple(earlier)
        if isinstance(question, Debug):
            level = 1 - question.confidence
            self.search = Probe(space, settings.budget, seed, level, question.min_support)
            self.groups = [Group((), space.size)]
        else:
            self.units = units_of(
                space, question.fields, taxonomy_above(space, bench.catalogue), seed
            )
            warm = WithHistory(self.units, self.earlier) if self.earlier else self.units
            self.search = Search(warm, goal_of(question), settings, seed)
            self.groups = _groups(self.units)
        self.drawn: list[Drawn] = []
        self.fresh: dict[int, list[Task]] = {}
        self.reasons: Counter[str] = Counter()
        self._batch: list[tuple[Pick, Task | None]] = []

    def next_tasks(self) -> list[Task]:
        """The tasks to ask next; empty at the end."""
        while picks := self.search.propose():
            plans = self._space.plans([p.plan for p in picks])
            self._batch = []
            for pick, plan in zip(picks, plans, strict=True):
                self._batch.append((pick, self._make(pick, plan)))
            tasks = [task for _, task in self._batch if task is not None]
            if tasks:
                return tasks
            self.learn([])
        return []

    def _make(self, pick: Pick, plan: Plan) -> Task | None:
        unit = 0 if self.units is None else pick.unit  # a pattern is no group
        group = self.groups[unit]
        try:
            task = self._make_task(plan, self._seed_of(pick, plan.id))
        except Infeasible as reason:
            self.reasons[reason.reason] += 1
            group.infeasible += 1
            return None
        group.drawn += 1
        self.drawn.append(Drawn(task, unit))
        if pick.phase == "fresh":
            self.fresh.setdefault(unit, []).append(task)
        return task

    def _seed_of(self, pick: Pick, plan_id: str) -> int:
        """Another instance for each time that a plan is asked, and others for fresh answers."""
        which: list[str | int] = ["instance", self._seed, plan_id]
        if pick.phase == "fresh":
            which += ["fresh", pick.draw]
        elif pick.draw:
            which.append(pick.draw)
        return int(digest(which)[:15], 16)

    def learn(self, replies: Sequence[Mapping[str, Reply]]) -> None:
        """Take in the replies to the last tasks, a model each, by task id.

        Tasks that a model did not reply to are left out.
        """
        picks: list[Pick] = []
        outcomes: list[Outcome] = []
        for pick, task in self._batch:
            if task is None:
                picks.append(pick)
                outcomes.append("infeasible")
            elif all(task.id in r for r in replies):
                picks.append(pick)
                outcomes.append(_outcome([r[task.id].correct for r in replies]))
        self._batch = []
        self.search.learn(picks, outcomes)

    def wrap_up(self) -> None:
        """Go on to what certifies the answer: little is left to spend."""
        self.search.wrap_up()

    def keys(self) -> Sequence[Named]:
        """Field -> value of each unit, for single plans of the whole plan."""
        if isinstance(self.units, PlanUnits):
            return [p.as_dict() for p in self._space.plans(self.units.plans)]
        return [dict(zip(self._fields, g.key, strict=True)) for g in self.groups]
