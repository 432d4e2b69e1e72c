"""Comparisons: how many claims of "A beats B" are false? python -m query.compare (in benchmarks/).

The second model is like the first but for half of the groups, in which its logits are moved. Given
the plan, the answers of the two are independent: pairing gains nothing but what plans differ in.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
from scipy.special import expit, logit

from query import metrics, worlds
from query.baselines import stratified
from query.worlds import Floats, World
from tma.query.acquisition import Beyond
from tma.query.certify import beats_p_value
from tma.query.patterns import benjamini_hochberg
from tma.query.run import PAIRS_EACH
from tma.query.search import Search, Settings
from tma.query.units import GroupUnits

LEVEL = 0.05


def other(world: World, seed: int) -> World:
    """A second model of the same plans."""
    rng = np.random.default_rng([11, seed])
    group, truth = world.groups(["category"])
    moved = rng.normal(0, 0.9, len(truth)) * (rng.random(len(truth)) < 0.5)
    chance = expit(logit(world.chance) + moved[group])
    return replace(world, seed=world.seed + 10_000, chance=chance)


def naive(wins: Floats, losses: Floats, pairs: Floats, margin: float) -> list[int]:
    """A difference above the margin is a claim."""
    share = (wins - losses) / np.maximum(pairs, 1)
    return [int(g) for g in np.flatnonzero(share > margin)]


def tested(wins: Floats, losses: Floats, pairs: Floats, margin: float) -> list[int]:
    """Benjamini and Hochberg's over all groups."""
    counts = zip(wins.tolist(), losses.tolist(), pairs.tolist(), strict=True)
    p_values = [beats_p_value(int(w), int(x), int(n), margin) for w, x, n in counts]
    return [i for i, q in enumerate(benjamini_hochberg(p_values)) if q <= LEVEL]


def staged(a: World, b: World, units: GroupUnits, pairs: int, margin: float) -> list[int]:
    """As the engine does: spread, shrink, choose, confirm on fresh pairs."""
    goal = Beyond(margin, below=False)
    search = Search(units, goal, Settings(pairs, 0.3, active=False, each=PAIRS_EACH), a.seed)
    while picks := search.propose():
        plans = np.array([p.plan for p in picks])
        seeds = np.array([p.draw + (1000 if p.phase == "fresh" else 0) for p in picks])
        search.learn(picks, (a.evaluate(plans, seeds) - b.evaluate(plans, seeds)).tolist())
    judged = list(search.fresh.items())
    p_values = [beats_p_value(f.right, f.lost, f.answered, margin) for _, f in judged]
    q_values = benjamini_hochberg(p_values)
    return [u for (u, _), q in zip(judged, q_values, strict=True) if q <= LEVEL]


def main() -> None:
    """Print a table over seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--budgets", type=int, nargs="+", default=[1000, 3000])
    parser.add_argument("--margin", type=float, default=0.0)
    options = parser.parse_args()
    for budget in options.budgets:
        claims: dict[str, list[tuple[int, int, float]]] = {}
        for seed in range(1, options.seeds + 1):
            for family in worlds.FAMILIES:
                a = worlds.make(family, options.plans, seed)
                b = other(a, seed)
                group, first = a.groups(["category"])
                difference = first - b.groups(["category"])[1]
                plans = stratified(group, budget // 2, np.random.default_rng([12, seed]))
                none = np.zeros(len(plans), dtype=np.int64)
                d = a.evaluate(plans, none) - b.evaluate(plans, none)
                size = len(first)
                wins, losses, pairs = (
                    np.asarray(np.bincount(group[plans], v, minlength=size), dtype=np.float64)
                    for v in (d > 0, d < 0, np.ones(len(d)))
                )
                units = GroupUnits(a.space, ["category"], a.features(["category"]).above)
                found = {
                    "by estimate": naive(wins, losses, pairs, options.margin),
                    "one sample, tested": tested(wins, losses, pairs, options.margin),
                    "staged, tested": staged(a, b, units, budget // 2, options.margin),
                }
                true = difference > options.margin
                for name, chosen in found.items():
                    wrong = int(np.sum(~true[chosen]))
                    share = (len(chosen) - wrong) / max(int(true.sum()), 1)
                    claims.setdefault(name, []).append((len(chosen), wrong, share))
        for name, rows in claims.items():
            made, wrong = sum(r[0] for r in rows), sum(r[1] for r in rows)
            mean, low, high = metrics.bootstrap([r[2] for r in rows])
            print(
                f"{budget:6} calls  {name:20} claims {made / len(rows):6.1f}  "
                f"false {wrong / max(made, 1):.3f}  true ones found {mean:.3f} "
                f"[{low:.3f}, {high:.3f}]"
            )


if __name__ == "__main__":
    main()
