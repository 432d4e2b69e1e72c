"""How the budget of a hard release is split between the search and the certificate."""

from __future__ import annotations

from dataclasses import dataclass

from tma.errors import ConfigError
from tma.query.sense import WARM_UP

_LEAST = 10
"""Fewest tasks of either sort that certify anything."""


@dataclass(frozen=True)
class Split:
    """Calls by purpose.

    Attributes:
        budget: in all.
        search: for each model.
        each: chosen tasks, and random ones, of each generator that all models are asked.
        certify: for each model: chosen and random tasks.
    """

    budget: int
    search: int
    each: int
    certify: int


def split(budget: int, certify: float, models: int, generators: int, per_generator: int) -> Split:
    """Split a budget; what certifying does not need goes to the search.

    Args:
        budget: calls in all, over all models.
        certify: share of it for certifying.
        models: how many are asked.
        generators: whose tasks they are.
        per_generator: how many tasks of each are released.

    Raises:
        ConfigError: the share is none, or the budget too small; the message says what suffices.
    """
    if not 0 < certify < 1:
        raise ConfigError(f"a share of {certify} for certifying is none", hint="such as 0.5")
    found = _split(budget, certify, models, generators, per_generator)
    if found is None:
        enough = _enough(budget, certify, models, generators, per_generator)
        raise ConfigError(
            f"a budget of {budget:,} calls is too small for {models} model(s) and {generators} "
            "generator(s)",
            hint=f"{enough:,} suffice",
        )
    return found


def _enough(budget: int, certify: float, models: int, generators: int, per_generator: int) -> int:
    """A budget that suffices, while one less does not, by bisection."""
    low, high = budget, 2 * max(budget, 1)
    while _split(high, certify, models, generators, per_generator) is None:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if _split(middle, certify, models, generators, per_generator) is None:
            low = middle
        else:
            high = middle
    return high


def _split(
    budget: int, certify: float, models: int, generators: int, per_generator: int
) -> Split | None:
    each = min(int(budget * certify) // (2 * models * generators), per_generator)
    least = min(per_generator, -(-_LEAST // generators))
    search = (budget - 2 * models * generators * each) // models
    if each < max(1, least) or search < WARM_UP:
        return None
    return Split(budget, search, each, 2 * generators * each)
