"""Plans exchanged for others until the values of their dimensions have the shares that they should.

What is made small is the sum over values of (count - wanted count)^2: then no two counts of values
with equal shares differ by more than one, where the space has the plans for it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tma.contract.plan import Plan, Value
from tma.releases.dimensions import Dimension, Key
from tma.space import PlanSpace

_PASSES = 12
_ROUNDS = 2
_MOST_LOOKED_UP = 20_000
_LITTLE = 1e-9
_LIGHT = 0.1
"""What a dimension weighs that is kept in proportion: it is to stand in nobody's way."""

Ints = NDArray[np.int64]


class Scale:
    """Counts of values against those that are wanted.

    Args:
        dimensions: with their shares.
        n: how many plans there are to be.
    """

    def __init__(self, dimensions: Sequence[Dimension], n: int) -> None:
        self.dimensions = list(dimensions)
        self.keys = [list(d.shares) for d in dimensions]
        self._codes = [{k: i for i, k in enumerate(keys)} for keys in self.keys]
        self.over = [
            np.array([-n * share for share in d.shares.values()], float) for d in dimensions
        ]
        """By dimension and value: how many plans more than wanted."""
        self._weights = [1.0 if d.strict else _LIGHT for d in dimensions]

    def codes(self, plans: Sequence[Mapping[str, Value]]) -> Ints:
        """(plans, dimensions) numbers of the values; -1 for one that has no share."""
        rows = [
            [codes.get(d.key(p), -1) for d, codes in zip(self.dimensions, self._codes, strict=True)]
            for p in plans
        ]
        return np.array(rows, dtype=np.int64).reshape(len(plans), len(self.dimensions))

    def add(self, row: Ints, sign: int = 1) -> None:
        """Count a plan's values, or with -1 take them off."""
        for over, code in zip(self.over, row.tolist(), strict=True):
            if code >= 0:
                over[code] += sign

    def prices(self, rows: Ints) -> NDArray[np.float64]:
        """By how much the sum of squares would grow with each of the plans."""
        total = np.zeros(len(rows))
        for place, (over, weight) in enumerate(zip(self.over, self._weights, strict=True)):
            codes = rows[:, place]
            total += np.where(codes >= 0, weight * (2 * over[codes] + 1), np.inf)
        return total

    @property
    def lowest(self) -> float:
        """The price of a plan that would be best in every dimension."""
        parts = zip(self.over, self._weights, strict=True)
        return float(sum(weight * (2 * over.min() + 1) for over, weight in parts))


def even_out(
    plans: Sequence[Plan],
    spare: Sequence[Plan],
    dimensions: Sequence[Dimension],
    space: PlanSpace,
    rng: np.random.Generator,
) -> list[Plan]:
    """Different plans of a space, as near to the dimensions' shares as exchanges bring them.

    Args:
        plans: different ones, drawn at random.
        spare: others that may take their places.
        dimensions: with the shares that are wanted.
        space: where further plans are looked up that differ in one dimension alone.
        rng: says what is tried first.
    """
    chosen = list(plans)
    if not chosen or not dimensions:
        return chosen
    scale = Scale(dimensions, len(chosen))
    rows = scale.codes(chosen)
    for row in rows:
        scale.add(row)
    _exchange(chosen, rows, list(spare), scale, rng)
    shift = _Shift(chosen, rows, scale, space)
    for _ in range(_ROUNDS):
        for place, dimension in enumerate(dimensions):
            if dimension.strict:
                shift.along(place)
    return chosen


def _exchange(
    chosen: list[Plan], rows: Ints, spare: list[Plan], scale: Scale, rng: np.random.Generator
) -> None:
    """Put the best spare plan in the place of each, as long as that helps."""
    if not spare:
        return
    others = scale.codes(spare)
    for _ in range(_PASSES):
        changed = False
        for slot in rng.permutation(len(chosen)).tolist():
            scale.add(rows[slot], -1)
            own = float(scale.prices(rows[slot : slot + 1])[0])
            if own > scale.lowest + _LITTLE:
                prices = scale.prices(others)
                best = int(np.argmin(prices))
                if prices[best] < own - _LITTLE:
                    chosen[slot], spare[best] = spare[best], chosen[slot]
                    rows[slot], others[best] = others[best].copy(), rows[slot].copy()
                    changed = True
            scale.add(rows[slot])
        if not changed:
            return


def altered(plan: Plan, dimension: Dimension, key: Key, space: PlanSpace) -> Plan | None:
    """The plan that has another value in one dimension; None if the space has none such."""
    fields = plan.as_dict()
    for field, value in zip(dimension.fields, key, strict=True):
        fields.pop(field, None)
        if value is not None:
            fields[field] = value
    ordered = {f: fields[f] for f in space.fields if f in fields}
    return Plan(ordered) if ordered in space else None


class _Shift:
    """Moves plans along one dimension, all else being equal, by chains of such moves.

    From the value that has most too many to the one that has most too few, until no chain helps:
    for a sum of convex costs of the counts that is the optimum over all such moves.
    """

    def __init__(self, chosen: list[Plan], rows: Ints, scale: Scale, space: PlanSpace) -> None:
        self._chosen = chosen
        self._rows = rows
        self._scale = scale
        self._space = space
        self._used = Counter(p.id for p in chosen)
        self._left = _MOST_LOOKED_UP
        self._known: dict[tuple[str, int, int], Plan | None] = {}

    def along(self, place: int) -> None:
        """Even out one dimension."""
        over = self._scale.over[place]
        self._left = _MOST_LOOKED_UP
        for start in np.argsort(-over, kind="stable").tolist():
            while self._left and over[start] - over.min() > 1 + _LITTLE:
                moves = self._chain(place, start)
                if not moves:
                    break
                for slot, plan, code in moves:
                    self._move(slot, plan, place, code)

    def _chain(self, place: int, start: int) -> list[tuple[int, Plan, int]]:
        """Moves that take one plan off a value and give one to a value that has too few."""
        over = self._scale.over[place]
        came: dict[int, tuple[int, int, Plan]] = {}
        waiting = deque([start])
        order = np.argsort(over, kind="stable").tolist()
        while waiting:
            value = waiting.popleft()
            slots = np.flatnonzero(self._rows[:, place] == value).tolist()
            for code in order:
                if code in (start, value) or code in came:
                    continue
                found = self._step(slots, place, code)
                if found is None:
                    continue
                came[code] = (value, *found)
                if over[start] - over[code] > 1 + _LITTLE:
                    return self._back(came, start, code)
                waiting.append(code)
            if not self._left:
                return []
        return []

    def _step(self, slots: Sequence[int], place: int, code: int) -> tuple[int, Plan] | None:
        """A plan among these that can have another value, and what it becomes."""
        for slot in slots:
            plan = self._altered(self._chosen[slot], place, code)
            if plan is not None and not self._used[plan.id]:
                return slot, plan
        return None

    def _altered(self, plan: Plan, place: int, code: int) -> Plan | None:
        at = (plan.id, place, code)
        if at not in self._known and self._left:
            self._left -= 1
            dimension, key = self._scale.dimensions[place], self._scale.keys[place][code]
            self._known[at] = altered(plan, dimension, key, self._space)
        return self._known.get(at)

    @staticmethod
    def _back(
        came: Mapping[int, tuple[int, int, Plan]], start: int, end: int
    ) -> list[tuple[int, Plan, int]]:
        moves = []
        code = end
        while code != start:
            before, slot, plan = came[code]
            moves.append((slot, plan, code))
            code = before
        return moves

    def _move(self, slot: int, plan: Plan, place: int, code: int) -> None:
        self._scale.add(self._rows[slot], -1)
        self._used[self._chosen[slot].id] -= 1
        self._chosen[slot] = plan
        self._rows[slot, place] = code
        self._used[plan.id] += 1
        self._scale.add(self._rows[slot])
