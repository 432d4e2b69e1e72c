"""Metrics of answers about groups, and intervals of paired differences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
K = 10


def top_k(truth: Floats, scores: Floats, k: int = K) -> dict[str, float]:
    """Of the k groups with the lowest scores, against the k with the lowest true means.

    A group's gain in nDCG is how far its true mean lies below the mean of all groups.
    """
    chosen = np.argsort(scores, kind="stable")[:k]
    worst = np.argsort(truth, kind="stable")
    rank = np.empty(len(truth))
    rank[worst] = np.arange(1, len(truth) + 1)
    gain = np.maximum(truth.mean() - truth, 0)
    discount = 1 / np.log2(np.arange(2, k + 2))
    return {
        "recall": float(np.mean(rank[chosen] <= k)),
        "ndcg": float((gain[chosen] * discount).sum() / (gain[worst[:k]] * discount).sum()),
        "rank": float(rank[chosen].mean()),
    }


def f1(truth: Floats, chosen: NDArray[np.bool_], value: float) -> float:
    """Of the groups said to lie below a value."""
    wanted = truth < value
    both = float(np.sum(wanted & chosen))
    return 2 * both / max(float(wanted.sum() + chosen.sum()), 1.0)


def coverage(truth: Floats, low: Floats, high: Floats) -> float:
    """Share of the intervals with the truth inside."""
    return float(np.mean((low <= truth) & (truth <= high)))


def bootstrap(values: Sequence[float], rounds: int = 2000) -> tuple[float, float, float]:
    """Mean and 95 % percentile interval over seeds."""
    kept = np.asarray([v for v in values if np.isfinite(v)])
    if not len(kept):
        return float("nan"), float("nan"), float("nan")
    rng = np.random.default_rng(1)
    means = kept[rng.integers(len(kept), size=(rounds, len(kept)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(kept.mean()), float(low), float(high)
