"""What a query judges, groups of plans or single plans, and how plans of them are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import prod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array

from tma.groups import Cells
from tma.query.features import Above, Features
from tma.query.surrogate import Floats
from tma.sampling import draw_numbers
from tma.seeds import derive_rng
from tma.space import PlanSpace

Ints = NDArray[np.int64]
MOST_SINGLE = 2000
"""Without a grouping, so many plans drawn at random are judged in place of all."""


class Units(Protocol):
    """Things with a mean to be judged, made of plans.

    Attributes:
        counts: (units,) how many plans each has.
        optional: how many of the last blocks are used only if the answers speak for them.
    """

    counts: Floats
    optional: int

    def rows(self, plans: Sequence[int]) -> list[csr_array]:
        """The rows of plans, by their numbers in the space."""

    @property
    def unit_rows(self) -> list[csr_array]:
        """The mean rows of the units."""

    def owners(self, plans: Sequence[int]) -> list[int]:
        """Which unit each plan belongs to."""

    def draw(self, unit: int, n: int, rng: np.random.Generator) -> list[int]:
        """Numbers of n plans of a unit, uniformly, with replacement."""


class GroupDraws:
    """Draws plans of groups without listing any.

    Args:
        space: whose plans.
        by: fields that make the groups.
    """

    def __init__(self, space: PlanSpace, by: Sequence[str]) -> None:
        self._space = space
        self._by = tuple(by)

    @cached_property
    def _cells(self) -> Cells:
        return Cells(self._space.blocks, self._by, self._space.domains)

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for block in self._space.blocks:
            starts.append(starts[-1] + prod(map(len, block)))
        return starts

    def draw(self, codes: Sequence[int], n: int, rng: np.random.Generator) -> list[int]:
        """Numbers of n plans of the group with these codes, uniformly, with replacement."""
        cells = self._cells.of_group(codes)
        size = int(self._cells.counts[cells].sum())
        places = draw_numbers(size, n, rng, replace=True).tolist()
        return [self._starts[b] + inside for b, inside in self._cells.numbers(cells, places)]


class GroupUnits:
    """The groups of a space by some fields.

    Args:
        space: whose plans are asked about.
        by: the fields, one at least.
        above: the taxonomy above the values of some fields.
    """

    optional = 0

    def __init__(self, space: PlanSpace, by: Sequence[str], above: Above | None = None) -> None:
        self.features = Features(space, by, above)
        self.counts = self.features.counts
        self.by = tuple(by)
        self._draws = GroupDraws(space, by)

    def rows(self, plans: Sequence[int]) -> list[csr_array]:
        """The rows of plans."""
        return self.features.plans(plans)

    @property
    def unit_rows(self) -> list[csr_array]:
        """The mean rows of the groups."""
        return self.features.group_rows

    def owners(self, plans: Sequence[int]) -> list[int]:
        """The groups of plans."""
        return self.features.owners(plans)

    def draw(self, unit: int, n: int, rng: np.random.Generator) -> list[int]:
        """Numbers of n plans of a group."""
        return self._draws.draw(self.features.codes[unit].tolist(), n, rng)


class PlanUnits:
    """Single plans: all of a small space, a random part of a large one.

    Each has an effect of its own besides those that it shares.
    """

    optional = 0

    def __init__(self, space: PlanSpace, above: Above | None = None, seed: int = 0) -> None:
        self.features = Features(space, (), above)
        rng = derive_rng("query-single-plans", seed)
        count = min(space.size, MOST_SINGLE)
        self.plans: list[int] = sorted(draw_numbers(space.size, count, rng, replace=False).tolist())
        self.counts = np.ones(len(self.plans))
        self._place = {plan: i for i, plan in enumerate(self.plans)}

    def rows(self, plans: Sequence[int]) -> list[csr_array]:
        """The rows of plans that are judged."""
        own = eye_array(len(self.plans), format="csr")[self.owners(plans)]
        return [*self.features.plans(plans), csr_array(own)]

    @cached_property
    def unit_rows(self) -> list[csr_array]:
        """The rows of all that are judged."""
        return self.rows(self.plans)

    def owners(self, plans: Sequence[int]) -> list[int]:
        """Places of plans among those that are judged."""
        return [self._place[p] for p in plans]

    def draw(self, unit: int, n: int, rng: np.random.Generator) -> list[int]:
        """The same plan n times."""
        return [self.plans[unit]] * n


def units_of(
    space: PlanSpace, by: Sequence[str], above: Above | None = None, seed: int = 0
) -> GroupUnits | PlanUnits:
    """The groups by the fields, or single plans without any."""
    return GroupUnits(space, by, above) if by else PlanUnits(space, above, seed)
