"""What task generators of scene graphs have in common: a table of plans, and evened-out options."""

from __future__ import annotations

import json
import os
import tempfile
from abc import abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Generic, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from tma import (
    AssetError,
    Assumption,
    Catalogue,
    Domain,
    Draft,
    Infeasible,
    Lister,
    Plan,
    PlanSpace,
    Scene,
    SceneGraph,
    TaskGenerator,
    Value,
    VideoGraph,
    derive_rng,
    graph_space,
    stands_in,
)
from tma_plugins.codestamp import code_of
from tma_plugins.scenegraph.evening import NONE, Evening, fit
from tma_plugins.scenegraph.options import Asking, choose

Seen = TypeVar("Seen")
"""A graph with what follows from it."""
Groups = Mapping[tuple[Value | None, ...], int]
_SAMPLE = 2000
_FEWEST = 300
"""Plans below which nothing is evened out: there is nothing to count on."""


class SceneGraphTask(TaskGenerator, Generic[Seen]):
    """A generator of questions about scene graphs.

    Attributes:
        name: as in `family/name`.
        family: the package that knows all that decides what is listed and drawn.
        graph_field: the plan field that holds the graph's id.
    """

    name: ClassVar[str]
    family: ClassVar[str]
    graph_field: ClassVar[str]

    def __init__(self) -> None:
        self._groups: WeakKeyDictionary[Catalogue, dict[tuple[str, ...], Groups]] = (
            WeakKeyDictionary()
        )
        self._evenings: WeakKeyDictionary[Catalogue, Evening] = WeakKeyDictionary()
        self._last: WeakKeyDictionary[Catalogue, tuple[str, Seen]] = WeakKeyDictionary()

    # -- what a generator says --------------------------------------------------------------

    @property
    @abstractmethod
    def plans_key(self) -> str:
        """Names the settings that decide which plans there are."""

    @property
    @abstractmethod
    def options_key(self) -> str:
        """Names the settings that decide which options there are."""

    @abstractmethod
    def fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
        """The plan's fields in the order of the listing's rows, with their domains."""

    @abstractmethod
    def lister(self, catalogue: Catalogue) -> Lister:
        """Says which plans a graph has."""

    @abstractmethod
    def read(self, graph: SceneGraph | VideoGraph, catalogue: Catalogue) -> Seen:
        """A graph with what follows from it."""

    @abstractmethod
    def scene(self, seen: Seen) -> Scene:
        """What is shown."""

    @abstractmethod
    def complete(self, seen: Seen) -> bool:
        """Whether what is not stated is false."""

    @abstractmethod
    def ask(self, plan: Plan, seen: Seen, catalogue: Catalogue) -> Asking:
        """The question, and what may stand beside its answer."""

    @abstractmethod
    def apart(self, one: str, other: str, catalogue: Catalogue) -> bool:
        """Whether two can be options of one question."""

    # -- what follows -----------------------------------------------------------------------

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """A table of plans, enumerated graph by graph."""
        space = self._table(catalogue)
        self._evening(catalogue)  # now, in this process, rather than in each that draws
        return space

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Ask."""
        seen = self.seen(plan, catalogue)
        asking = self._ask(plan, seen, catalogue)
        evening = self._evening(catalogue)
        chosen = choose(
            self.option_count - 1,
            evening.weights(asking),
            lambda a, b: self.apart(a, b, catalogue),
            rng,
            evening.beside,
        )
        known: Assumption = "closed-world" if asking.here & {*chosen} else "picture-absent"
        return Draft(
            scene=self.scene(seen),
            question=asking.question,
            answer=asking.answer,
            distractors=chosen,
            answers=asking.answers,
            labels={k: asking.label(k) for k in (asking.answer, *chosen)},
            assumption=None if self.complete(seen) else known,
        )

    def _ask(self, plan: Plan, seen: Seen, catalogue: Catalogue) -> Asking:
        """The question. Raises Infeasible if it names the answer."""
        asking = self.ask(plan, seen, catalogue)
        if stands_in(asking.label(asking.answer), asking.question):
            raise Infeasible("question-gives-answer-away")
        return asking

    def seen(self, plan: Plan, catalogue: Catalogue) -> Seen:
        """The graph that a plan is about; raises AssetError if there is none.

        The last one is kept: plans come graph by graph when they are many.
        """
        key = str(plan.get(self.graph_field))
        known = self._last.get(catalogue)
        if known is None or known[0] != key:
            try:
                graph = catalogue.graphs[catalogue.graphs.number(key)]
            except KeyError:
                what = f"no {self.graph_field} {key!r} among the scene graphs"
                raise AssetError(what) from None
            known = self._last[catalogue] = key, self.read(graph, catalogue)
        return known[1]

    def asked(self, catalogue: Catalogue, *by: str) -> Groups:
        """How many plans each combination of the fields' values has."""
        known = self._groups.setdefault(catalogue, {})
        if by not in known:
            known[by] = self._table(catalogue).groups(by)
        return known[by]

    def _table(self, catalogue: Catalogue) -> PlanSpace:
        return graph_space(
            catalogue.graphs,
            self.graph_field,
            self.fields(catalogue),
            self.lister(catalogue),
            f"{self.family}/{self.name} {self.plans_key} {code_of('scenegraph', self.family)}",
        )

    def _evening(self, catalogue: Catalogue) -> Evening:
        """Fitted once a set of graphs, and kept beside them."""
        if catalogue not in self._evenings:
            self._evenings[catalogue] = self._kept_evening(catalogue)
        return self._evenings[catalogue]

    def _kept_evening(self, catalogue: Catalogue) -> Evening:
        space = self._table(catalogue)
        if len(space) < _FEWEST:
            return NONE
        key = f"{self.family}/{self.name} {self.plans_key} {self.options_key}"
        stamp = f"{key} {code_of('scenegraph', self.family)}"
        name = sha256(stamp.encode()).hexdigest()[:32]
        path = catalogue.graphs.folder / "spaces" / f"{name}.evening.json"
        with suppress(OSError, ValueError, TypeError):
            return Evening(**json.loads(path.read_bytes()))
        found = self._fitted(space, catalogue, key)
        with suppress(OSError):  # it is made again next time
            _write(path, json.dumps(vars(found), ensure_ascii=False))
        return found

    def _fitted(self, space: PlanSpace, catalogue: Catalogue, key: str) -> Evening:
        rng = derive_rng("evening", key)
        plans = space.sample(_SAMPLE, rng, strata=self.balance or None)
        graphs = catalogue.graphs
        numbers = np.array([graphs.number(str(p[self.graph_field])) for p in plans])
        askings = []
        for place in np.argsort(numbers, kind="stable").tolist():
            with suppress(Infeasible):
                plan = plans[place]
                askings.append(self._ask(plan, self.seen(plan, catalogue), catalogue))
        return fit(askings, lambda a, b: self.apart(a, b, catalogue), self.option_count - 1, rng)


def _write(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".partial")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(scratch).replace(path)
    except OSError:
        Path(scratch).unlink(missing_ok=True)
        raise
