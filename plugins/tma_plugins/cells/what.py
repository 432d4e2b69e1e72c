"""What stands somewhere, and what it looks like."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tma import BitSet, Catalogue, DistractorPool, Draft, Infeasible, Plan, PlanSpace, stands_in
from tma import TruthSet as Truth
from tma_plugins.cells import truth
from tma_plugins.cells.arrange import Arrangement
from tma_plugins.cells.base import CellGenerator, Shares
from tma_plugins.cells.layout import Cell
from tma_plugins.cells.spaces import located
from tma_plugins.cells.wanted import attribute_of, prefer

_FEW_ROUNDS = 6
_FITTED: WeakKeyDictionary[Catalogue, dict[bytes, DistractorPool]] = WeakKeyDictionary()


class What(CellGenerator):
    """What is the [red] object in this cell, or at this position of the reference?"""

    question = "what"
    balance: ClassVar[tuple[str, ...]] = (
        "attribute_type",
        "attribute_value",
        "target_category",
        "relative_position",
    )

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """Every category x (no attribute or one of its values) x place."""
        return located(catalogue, self.layout, attribute=False)

    def wishes(self, plan: Plan, catalogue: Catalogue) -> list[BitSet]:
        """What objects beside the target should be: of other categories, without its value."""
        attribute = attribute_of(plan)
        unlike = [catalogue.lacking(*attribute)] if attribute else []
        return [catalogue.never_in(str(plan["target_category"])), *unlike]

    def reference_wishes(self, plan: Plan, catalogue: Catalogue) -> list[BitSet]:
        """What the reference should be: by default as any object beside the target."""
        return self.wishes(plan, catalogue)

    def tempting(self, plan: Plan, catalogue: Catalogue) -> BitSet | None:
        """What the object of the first distractor's category should be, if not as the others are.

        It is there for those who read only a part of the question.
        """
        return None

    @cached_property
    def _pools(self) -> dict[tuple[str, str] | None, DistractorPool]:
        return {}

    def _pool(self, attribute: tuple[str, str] | None, catalogue: Catalogue) -> DistractorPool:
        """Given attribute and place, every category that has the attribute may be the answer."""
        if attribute not in self._pools:
            self._pools[attribute] = _fitted(self._likely(attribute, catalogue), catalogue)
        return self._pools[attribute]

    def shares(self, catalogue: Catalogue) -> Shares:
        """Categories about in proportion to their plans, as near as their alternatives allow."""
        found: Shares = {}
        for attribute in (None, *catalogue.attribute_values):
            shares = self._pool(attribute, catalogue).shares
            parts = (shares * float(self._likely(attribute, catalogue).sum())).tolist()
            for category, part in zip(catalogue.categories, parts, strict=True):
                for place, share in self.places().items():
                    if part:
                        found[*(attribute or (None, None)), category, *place] = part * share
        return found

    def _likely(
        self, attribute: tuple[str, str] | None, catalogue: Catalogue
    ) -> NDArray[np.float64]:
        """(n,) 1 for categories that have the attribute, 0 for others.

        0 also for an orange when the object is said to be orange: the question would give it away.
        """
        if attribute is None:
            likely = np.ones(len(catalogue.categories), dtype=bool)
        else:
            likely = catalogue.categories_with(*attribute).copy()
            for code in np.flatnonzero(likely).tolist():
                name = catalogue.name(catalogue.categories[code])
                likely[code] = not stands_in(attribute[1], name)
        able = self.able(catalogue)
        if able != catalogue.everything:
            able &= catalogue.having(*attribute) if attribute else catalogue.everything
            likely &= np.array([bool(catalogue.assets_in(c) & able) for c in catalogue.categories])
        return likely.astype(np.float64)

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Show the target among objects of the distractors' categories."""
        category, attribute = str(plan["target_category"]), attribute_of(plan)
        reference = self.reference(plan)
        others = self.not_reference(plan, catalogue) & self.mates(plan, catalogue)
        wishes = self.wishes(plan, catalogue)
        _refuse_if_said(attribute and attribute[1], catalogue.name(category))
        stage = self.stage(plan, catalogue, rng)
        stage.put(self.targets(plan, catalogue), self.cell(plan))
        self.put_reference(
            stage,
            plan,
            catalogue,
            catalogue.everything,
            *self.reference_wishes(plan, catalogue),
        )
        allowed = None
        if reference is not None:  # its name stands in the question: nobody would choose it
            allowed = catalogue.alternatives[catalogue.code(reference)]
        pool = self._pool(attribute, catalogue)
        drawn = pool.draw(catalogue.code(category), rng, allowed) or []
        wrong = [catalogue.categories[code] for code in drawn]
        tempting = self.tempting(plan, catalogue)
        for number, distractor in enumerate(wrong):
            unlike = wishes if number or tempting is None else [wishes[0], tempting]
            stage.put(prefer(catalogue.assets_in(distractor) & others, *unlike))
        stage.fill(prefer(others, *wishes))
        return Draft(
            scene=self.show(plan, stage, catalogue, rng),
            question=self.ask(plan, catalogue, rng),
            answer=category,
            distractors=wrong,
            answers="category",
            names=self.names(plan, catalogue),
        )

    def judge(
        self, plan: Plan, arrangement: Arrangement, catalogue: Catalogue, singled: Cell | None
    ) -> Truth:
        """All that the object is, or may be called; unclear if it lacks the stated attribute."""
        cell = singled or self.target_cell(plan, arrangement, catalogue)
        attribute = attribute_of(plan)
        if attribute is not None and not catalogue.has(arrangement[cell], *attribute):
            raise truth.Unclear(f"the object is not known to have {attribute}")
        return truth.categories_at(arrangement, cell, catalogue)


def _fitted(likely: NDArray[np.float64], catalogue: Catalogue) -> DistractorPool:
    """The pool of a catalogue's categories; fitted once for all generators that ask for it."""
    known = _FITTED.setdefault(catalogue, {})
    key = likely.tobytes()
    if key not in known:
        known[key] = DistractorPool(likely, catalogue.alternatives, rounds=_FEW_ROUNDS)
    return known[key]


def _refuse_if_said(said: str | None, answer: str) -> None:
    """Raise Infeasible if what the question says stands in the answer, or the other way round."""
    if said and (stands_in(answer, said) or stands_in(said, answer)):
        raise Infeasible("question-gives-answer-away", f"{said!r} and {answer!r} share words")


class WhatAttribute(CellGenerator):
    """Which colour (material, ...) does the object here have?"""

    question = "what-attribute"
    balance: ClassVar[tuple[str, ...]] = ("attribute_type", "attribute_value", "relative_position")

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """Every category x one of its values x place."""
        return located(catalogue, self.layout, attribute=True)

    def said(self, plan: Plan) -> None:
        """Nothing: the attribute is the answer."""

    @cached_property
    def _pools(self) -> dict[str, DistractorPool]:
        return {}

    def _pool(self, kind: str, catalogue: Catalogue) -> DistractorPool:
        if kind not in self._pools:
            values = catalogue.values_of_type(kind)
            clear = [
                [w != v and w not in catalogue.overlapping(kind, v) for w in values] for v in values
            ]
            able = self.able(catalogue)
            weights = np.array([bool(catalogue.having(kind, v) & able) for v in values], float)
            self._pools[kind] = DistractorPool(weights, np.array(clear), rounds=_FEW_ROUNDS)
        return self._pools[kind]

    def shares(self, catalogue: Catalogue) -> Shares:
        """About even over all values: as even as overlaps (cube, cuboid) let the options be."""
        found: Shares = {}
        for kind in dict.fromkeys(k for k, _ in catalogue.attribute_values):
            values = catalogue.values_of_type(kind)
            parts = (self._pool(kind, catalogue).shares * len(values)).tolist()
            for value, part in zip(values, parts, strict=True):
                for place, share in self.places().items():
                    found[kind, value, *place] = part * share
        return found

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Show the target among objects with the distractors' values."""
        kind, value = str(plan["attribute_type"]), str(plan["attribute_value"])
        others = self.not_reference(plan, catalogue) & self.mates(plan, catalogue)
        stage = self.stage(plan, catalogue, rng)
        stage.put(self.targets(plan, catalogue), self.cell(plan))
        self.put_reference(
            stage, plan, catalogue, catalogue.everything, catalogue.lacking(kind, value)
        )
        target = stage.placed[self.cell(plan)]
        values = catalogue.values_of_type(kind)
        true, unknown = catalogue.values_of(target, kind)
        said = self.reference(plan) and catalogue.name(str(self.reference(plan)))
        _refuse_if_said(said, value)
        barred = {*true, *unknown, *(v for v in values if said and stands_in(v, said))}
        false = np.array([v not in barred for v in values])
        drawn = self._pool(kind, catalogue).draw(values.index(value), rng, false) or []
        for code in drawn:
            stage.put(catalogue.having(kind, values[code]) & others)
        stage.fill(others)
        return Draft(
            scene=self.show(plan, stage, catalogue, rng),
            question=self.ask(plan, catalogue, rng),
            answer=value,
            distractors=[values[code] for code in drawn],
            answers=f"attribute:{kind}",
            names=self.names(plan, catalogue),
        )

    def judge(
        self, plan: Plan, arrangement: Arrangement, catalogue: Catalogue, singled: Cell | None
    ) -> Truth:
        """The values of the asked type that the object has, or may have."""
        cell = singled or self.target_cell(plan, arrangement, catalogue)
        return truth.values_at(arrangement, cell, str(plan["attribute_type"]), catalogue)
