"""Wrong options: from the picture or video itself where that is sound, else from all others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from tma import Infeasible

Judge = Callable[[str, str], bool]


def pick(
    count: int,
    present: Sequence[Iterable[str] | Mapping[str, float]],
    others: Mapping[str, float],
    barred: frozenset[str],
    apart: Judge,
    rng: np.random.Generator,
) -> tuple[list[str], bool]:
    """Distractors, and whether all of them are absent from the picture or video.

    Args:
        count: how many.
        present: what occurs elsewhere in it, the best groups first; each in random order, or by
            weight if it has weights.
        others: what may occur at all -> how often it does; drawn in proportion.
        barred: what can't be a distractor.
        apart: whether two can be options of one question.
        rng: the source of chance.

    Raises:
        Infeasible: there are not enough.
    """
    taken = set(barred)
    pools: list[tuple[list[str], list[float] | None]] = []
    for group in present:
        fresh = [p for p in dict.fromkeys(group) if p not in taken]
        taken.update(fresh)
        weights = [group[p] for p in fresh] if isinstance(group, Mapping) else None
        pools.append((fresh, weights))
    far = [o for o in others if o not in taken]
    pools.append((far, [others[o] for o in far]))
    chosen: list[str] = []
    absent = True
    for pool, weights in pools:
        for option in _shuffled(pool, weights, rng):
            if all(apart(option, c) for c in chosen):
                chosen.append(option)
                absent = absent and pool is far
                if len(chosen) == count:
                    return chosen, absent
    raise Infeasible("too-few-distractors", f"{len(chosen)} of {count} false options")


def _shuffled(
    pool: list[str], weights: list[float] | None, rng: np.random.Generator
) -> Iterable[str]:
    """All of the pool in random order; those of more weight sooner (Efraimidis and Spirakis)."""
    if not pool:
        return []
    chance = rng.random(len(pool))
    if weights is not None:  # the logarithm of chance ** (1 / weight), which small weights make 0
        chance = np.log(np.maximum(chance, 1e-300)) / np.maximum(np.asarray(weights), 1e-9)
    return [pool[i] for i in np.argsort(-chance, kind="stable").tolist()]


def relation_weights(
    names: Iterable[str], kind: Callable[[str], str], used: Mapping[str, int], like: str
) -> dict[str, float]:
    """How soon each relation is taken as a wrong option: those of the same kind, and used ones."""
    return {
        n: (1.0 if used.get(n) else 1e-3) * (1.0 if kind(n) == kind(like) else 1e-2) for n in names
    }
