"""What a release is even over: dimensions of the plans, and the share of each of their values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tma.contract.plan import Plan, Value
from tma.errors import SpaceError
from tma.planner import share_of, weighted_shares
from tma.space import PlanSpace

Key = tuple[Value | None, ...]
"""A dimension's value: a value a field, None where a plan lacks the field."""
Rule = Literal["even", "shares", "plans"]
_ATTRIBUTE = re.compile(r"(.*)attribute(_\w+)?")
_KEPT_OPEN = 64
_DRAWN = 0.7


@dataclass(frozen=True)
class Dimension:
    """Fields whose values, taken together, get shares of a release.

    Attributes:
        fields: one or more.
        shares: value -> its share; they sum to 1.
        rule: where the shares come from: `even` (the same for all values; what lacks the fields
            has the share that the other dimensions leave to it), `shares` (the generator's own,
            for which its wrong options are drawn) or `plans` (as many as there are plans).
    """

    fields: tuple[str, ...]
    shares: Mapping[Key, float]
    rule: Rule

    def key(self, plan: Mapping[str, Value]) -> Key:
        """A plan's value."""
        return tuple(plan.get(f) for f in self.fields)

    def drawn(self, n: int, rng: np.random.Generator) -> Dimension:
        """The same with shares that come to whole counts of `n`, each as often as its share says.

        Counts that were rounded to the nearest would be off in the same direction whenever a
        release is made: an answer that is wanted 0.4 times would never be right, and a guesser
        could learn that. A little of the shares proper is kept, for counts that can't be had.
        """
        counts = weighted_shares(n, list(self.shares.values()), rng)
        mixed = {
            key: _DRAWN * count / n + (1 - _DRAWN) * share
            for (key, share), count in zip(self.shares.items(), counts, strict=True)
        }
        return Dimension(self.fields, mixed, self.rule)

    @property
    def strict(self) -> bool:
        """Whether it makes strata, and is more than kept in proportion."""
        return self.rule != "plans"


def grouped_fields(fields: Sequence[str]) -> list[tuple[str, ...]]:
    """The categories and attributes among fields: each category, and the fields of an attribute."""
    found: dict[str, tuple[str, ...]] = {}
    for field in fields:
        attribute = _ATTRIBUTE.fullmatch(field)
        if attribute:
            name = f"{attribute[1]}attribute"
            found[name] = (*found.get(name, ()), field)
        elif field.endswith("category"):
            found[field] = (field,)
    return list(found.values())


def named_fields(texts: Sequence[str], space: PlanSpace) -> list[tuple[str, ...]]:
    """Dimensions that a user names, such as `target_category` or `grid,cell`.

    Raises:
        SpaceError: no plan has a field, or one is named twice.
    """
    found = [tuple(f.strip() for f in text.split(",")) for text in texts]
    named = [f for fields in found for f in fields]
    for field in named:
        if field not in space.fields:
            listed = ", ".join(space.fields)
            raise SpaceError(f"no plan has a field {field!r} to be even over", hint=listed)
        if named.count(field) > 1:
            raise SpaceError(f"the field {field!r} is named twice")
    return found


class Base:
    """The plans of a generator as `tma generate` would draw them, but even over values.

    Groups of the generator's balance fields come by their shares. In them, the values of one of
    the wanted dimensions come evenly, of each in its turn; the rest is drawn uniformly.

    Args:
        space: the generator's plans.
        balance: fields whose groups the generator wants in certain shares.
        shares: these, as of `TaskGenerator.shares`; equal ones if empty.
        wanted: fields of the dimensions that are to be even, if the shares leave them free.
    """

    def __init__(
        self,
        space: PlanSpace,
        balance: Sequence[str],
        shares: Mapping[Key, float],
        wanted: Sequence[tuple[str, ...]],
    ) -> None:
        self.space = space
        self._present = [f for f in balance if f in space.fields]
        whole: Mapping[Key, PlanSpace] = {(): space}
        self._parts = space.partition(self._present) if self._present else whole
        self._keys = list(self._parts)
        places = [self._present.index(f) if f in self._present else None for f in balance]
        weights = [share_of(k, places, shares) for k in self._keys]
        total = sum(weights)
        even = 1 / len(weights)
        self._weights = [w / total if total else even for w in weights]
        here = [tuple(f for f in fields if f in space.fields) for fields in wanted]
        self._wanted = [f for f in here if f]
        self._free = [f for f in self._wanted if not set(f) <= set(self._present)]
        self._open: dict[Key, PlanSpace] = {}

    def draw(self, n: int, rng: np.random.Generator) -> list[Plan]:
        """`n` plans, in a random order; some may be equal."""
        found: list[Plan] = []
        turn = 0
        counts = weighted_shares(n, self._weights, rng)
        for place in np.flatnonzero(counts).tolist():
            part = self._part(self._keys[place])
            turns = range(turn, turn + counts[place])
            turn = turns.stop
            of = [t % len(self._free) for t in turns] if self._free else []
            for number, fields in enumerate(self._free):
                found += part.sample(of.count(number), rng, strata=fields)
            if not self._free:
                found += part.sample(counts[place], rng)
        return [found[i] for i in rng.permutation(len(found)).tolist()]

    def _part(self, key: Key) -> PlanSpace:
        if len(self._keys) > _KEPT_OPEN:
            return self._parts[key]
        if key not in self._open:
            self._open[key] = self._parts[key]
        return self._open[key]

    def dimensions(self, drawn: Sequence[Plan]) -> list[Dimension]:
        """The wanted dimensions, those of the balance fields, and all other fields as they come.

        Args:
            drawn: many plans, to estimate how common the values of the other fields are.
        """
        own = [(f,) for f in self._present if not any(f in w for w in self._wanted)]
        found = [self._dimension(fields) for fields in (*self._wanted, *own)]
        taken = {f for d in found for f in d.fields}
        for field in self.space.fields:
            counts: dict[Key, float] = dict.fromkeys(((p.get(field),) for p in drawn), 0.0)
            if field not in taken and len(counts) > 1:
                for plan in drawn:
                    counts[(plan.get(field),)] += 1 / len(drawn)
                found.append(Dimension((field,), counts, "plans"))
        return [d for d in found if len(d.shares) > 1]

    def _dimension(self, fields: tuple[str, ...]) -> Dimension:
        if set(fields) <= set(self._present):
            places = [self._present.index(f) for f in fields]
            shares: dict[Key, float] = {}
            for key, weight in zip(self._keys, self._weights, strict=True):
                value = tuple(key[i] for i in places)
                shares[value] = shares.get(value, 0.0) + weight
            return Dimension(fields, {v: s for v, s in shares.items() if s}, "shares")
        values = list(self.space.groups(fields))
        absent = (None,) * len(fields)
        rest = [v for v in values if v != absent]
        if len(rest) == len(values):
            return Dimension(fields, dict.fromkeys(values, 1 / len(values)), "even")
        without = self._share_without(fields, len(values))
        each = (1 - without) / max(len(rest), 1)
        return Dimension(fields, {absent: without, **dict.fromkeys(rest, each)}, "even")

    def _share_without(self, fields: Sequence[str], values: int) -> float:
        """How many plans lack the fields, if balance groups that have both are even over values."""
        if not self._present:
            return 1 / values
        lacking = self.space.where(dict.fromkeys(fields, None)).groups(self._present)
        whole = self.space.groups(self._present)
        return sum(
            weight if lacking[key] == whole[key] else weight / values
            for key, weight in zip(self._keys, self._weights, strict=True)
            if key in lacking
        )
