"""Earlier models' replies as a hint: where they failed, this one may fail as well.

To each earlier model the surrogate is fitted on its own. What it predicts is linear in a plan's
row, so that groups get predictions as exactly as plans do. The predictions of all become one block
of random effects, a slope for each model, and their mean another one of a single slope. They are
used from when on the answers speak for them: history that misleads changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from tma.errors import SpaceError
from tma.models import LoadedModel
from tma.query.learner import Learner
from tma.query.primal import PrimalSurrogate
from tma.query.surrogate import Floats, Surrogate
from tma.query.units import Units
from tma.seeds import derive_rng
from tma.space import PlanSpace
from tma.store import ReplyStore
from tma.threads import one_thread

_LEAST = 50
_MOST = 1500
_MODELS = 16
_SCALED_ON = 400


@dataclass(frozen=True)
class Earlier:
    """What an earlier model replied to plans of a space.

    Attributes:
        model: its id.
        config: its settings, as canonical JSON.
        plans, y: numbers of the plans, and whether it was right (1) or wrong (0).
    """

    model: str
    config: str
    plans: Sequence[int]
    y: Sequence[float]


def earlier_models(store: ReplyStore, space: PlanSpace, own: LoadedModel) -> list[Earlier]:
    """The models that were asked most about plans of a space, without the one asked about now.

    At most 16 models with 50 replies or more; of each the first 1,500, in the order of their keys.

    Raises:
        StoreError: the store can't be read.
    """
    found: dict[tuple[str, str], tuple[list[int], list[float]]] = {}
    for row in store.judged():
        who = row.model, row.config
        if who == (own.id, own.config_json):
            continue
        plans, y = found.setdefault(who, ([], []))
        if len(plans) < _MOST:
            try:
                plans.append(space.index(row.plan))
            except SpaceError:
                continue
            y.append(float(row.correct))
    enough = [Earlier(*who, *known) for who, known in found.items() if len(known[0]) >= _LEAST]
    return sorted(enough, key=lambda e: (-len(e.plans), e.model, e.config))[:_MODELS]


class WithHistory:
    """Units with two blocks of effects more: what is known of earlier models.

    Args:
        units: what is judged.
        earlier: the models, one at least.
    """

    @one_thread()
    def __init__(self, units: Units, earlier: Sequence[Earlier]) -> None:
        self.cold = units
        self.counts = units.counts
        fitted = [_fitted(units, e) for e in earlier]
        rng = derive_rng("query-history")
        some = rng.choice(len(units.counts), _SCALED_ON)
        plans = [units.draw(int(u), 1, rng)[0] for u in some]
        said = _predictions(fitted, units.rows(plans))
        spread = said.std(axis=0)
        kept = np.flatnonzero(spread > 1e-4)
        self._models = [fitted[i] for i in kept]
        self.optional = 2 if self._models else 0
        self._centre, self._spread = said.mean(axis=0)[kept], spread[kept]

    def rows(self, plans: Sequence[int]) -> list[csr_array]:
        """The rows of plans."""
        return self._more(self.cold.rows(plans))

    @cached_property
    def unit_rows(self) -> list[csr_array]:
        """The mean rows of the units."""
        return self._more(self.cold.unit_rows)

    def owners(self, plans: Sequence[int]) -> list[int]:
        """Which unit each plan belongs to."""
        return self.cold.owners(plans)

    def draw(self, unit: int, n: int, rng: np.random.Generator) -> list[int]:
        """Numbers of n plans of a unit."""
        return self.cold.draw(unit, n, rng)

    def _more(self, rows: list[csr_array]) -> list[csr_array]:
        if not self._models:
            return rows
        said = (_predictions(self._models, rows) - self._centre) / self._spread
        each = said / np.sqrt(said.shape[1])
        return [*rows, csr_array(each), csr_array(said.mean(axis=1, keepdims=True))]


def _fitted(units: Units, earlier: Earlier) -> Surrogate | PrimalSurrogate:
    learner = Learner(units)
    learner.learn(earlier.plans, earlier.y)
    return learner.model()[0]


def _predictions(
    models: Sequence[Surrogate | PrimalSurrogate], rows: Sequence[csr_array]
) -> Floats:
    """(rows, models) expected shares of right answers."""
    return np.stack([m.predict(rows) for m in models], axis=1)
