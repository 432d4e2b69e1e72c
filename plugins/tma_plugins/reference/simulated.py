"""A simulated model: its chance to be right is a known function of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import combinations
from math import exp, log

from pydantic import BaseModel, ConfigDict, Field

import tma
from tma import Request
from tma_plugins.reference.baselines import LetterAdapter
from tma_plugins.reference.chance import normal, uniform

Value = str | int


class SimulatedConfig(BaseModel):
    """Settings of `simulated`. Effects are on the logit scale.

    Attributes:
        seed: another seed is another skill profile.
        base: chance to be right where all effects are zero.
        main: standard deviation of the effect of each field's value.
        smooth: standard deviation of the effects that values share: those of their categories in
            the taxonomy, two levels of made-up kinds for other texts, a slope for whole numbers.
        taxonomy: specification of the asset source whose categories it knows, such as `objects`;
            none if empty, and then every text has made-up kinds.
        pairs: standard deviation of the effect of each pair of two fields' values.
        failure_share: share of values, and of pairs of values, at which the model breaks down.
        failure_drop: how much the logit drops at each of these.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 0
    base: float = Field(default=0.7, gt=0, lt=1)
    main: float = Field(default=0.4, ge=0)
    smooth: float = Field(default=0.4, ge=0)
    taxonomy: str = ""
    pairs: float = Field(default=0.15, ge=0)
    failure_share: float = Field(default=0.01, ge=0, le=1)
    failure_drop: float = Field(default=3.0, ge=0)


def _ancestry(spec: str) -> Mapping[Value, tuple[str, ...]]:
    """Each category of a source with itself and all that it is a kind of.

    Raises:
        TmaError: there is no such source, or it can't be read.
    """
    parents = {c.id: c.parents for c in tma.open_inventory(spec).categories}
    found: dict[Value, tuple[str, ...]] = {}
    for start in parents:
        above, todo = {start}, [start]
        while todo:
            fresh = [p for p in parents.get(todo.pop(), ()) if p not in above]
            above.update(fresh)
            todo += fresh
        found[start] = tuple(sorted(above))
    return found


class Simulated(LetterAdapter):
    """Right with probability `p(plan)`, independently from call to call; else another option.

    logit p = logit(base) + sum of main and shared effects over the fields + sum of effects over
    pairs of fields - failure_drop for each value or pair at which it breaks down. All effects
    come from hashes of the seed and the values, so the profile covers any plan of any space and
    depends on no order of calls.
    """

    def __init__(self, config: SimulatedConfig) -> None:
        self._config = config
        self._above = _ancestry(config.taxonomy) if config.taxonomy else {}
        # effects recur from plan to plan
        self._field = lru_cache(100_000)(self._field_effect)
        self._pair = lru_cache(400_000)(self._pair_effect)

    def p(self, plan: Mapping[str, Value]) -> float:
        """The chance to answer an instance of the plan rightly, in any order of its options."""
        items = sorted(plan.items())
        logit = log(self._config.base / (1 - self._config.base))
        logit += sum(self._field(f, v) for f, v in items)
        logit += sum(self._pair(a, b) for a, b in combinations(items, 2))
        return 1 / (1 + exp(-logit))

    def mean(self, plans: Iterable[Mapping[str, Value]]) -> float:
        """The mean chance over plans: a group's true accuracy."""
        chances = [self.p(plan) for plan in plans]
        return sum(chances) / len(chances)

    def _field_effect(self, field: str, value: Value) -> float:
        config = self._config
        effect = config.main * normal(config.seed, "main", field, value)
        effect += config.smooth * self._shared(field, value)
        return effect - self._failure(field, value)

    def _shared(self, field: str, value: Value) -> float:
        seed = self._config.seed
        if isinstance(value, int):
            return normal(seed, "slope", field) * (value - 4) / 4
        if value in self._above:
            # categories that share k of their n ancestors are correlated by k / n
            whole = sum(normal(seed, "category", field, c) for c in self._above[value])
            return float(whole / len(self._above[value]) ** 0.5)
        # five kinds, of four sorts each
        kind = int(uniform(seed, "kind", field, value) * 5)
        sort = int(uniform(seed, "sort", field, value) * 4)
        whole = normal(seed, "kind", field, kind) + normal(seed, "sort", field, kind, sort)
        return float(whole / 2**0.5)

    def _pair_effect(self, first: tuple[str, Value], second: tuple[str, Value]) -> float:
        effect = self._config.pairs * normal(self._config.seed, "pair", *first, *second)
        return effect - self._failure(*first, *second)

    def _failure(self, *what: Value) -> float:
        config = self._config
        broken = uniform(config.seed, "failure", *what) < config.failure_share
        return config.failure_drop if broken else 0.0

    def choose(self, request: Request) -> int:
        """The answer's place, or that of another option."""
        right = request.order.index(request.task.answer_index)
        luck = (self._config.seed, "call", request.call_id)
        if uniform(*luck) < self.p(request.task.plan):
            return right
        step = int(uniform(*luck, "which") * (len(request.options) - 1))
        return step + (step >= right)
