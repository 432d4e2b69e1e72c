"""Debug and compare: are the claims true? Run: python -m query.patterns (in benchmarks/)."""

from __future__ import annotations

import argparse

import numpy as np

from query import metrics, worlds
from query.baselines import stratified
from query.worlds import FIELDS, World
from tma.query.patterns import find_patterns
from tma.query.probe import EXCESS, Probe


def _planted(world: World, found: list[dict[str, int]]) -> float:
    """Share of the planted failures that a reported pattern is, or is a part of."""
    masks = [world.fits(p) for p in found]
    hit = 0
    for planted in world.planted:
        mine = world.fits(planted)
        hit += any((m & mine).sum() > 0.5 * max(m.sum(), mine.sum()) for m in masks)
    return hit / len(world.planted) if world.planted else float("nan")


def _true(world: World, found: list[dict[str, int]]) -> float:
    """Share of the reported patterns at least `EXCESS` below the mean accuracy."""
    bar = world.chance.mean() - EXCESS
    held = [world.chance[world.fits(p)].mean() <= bar for p in found]
    return float(np.mean(held)) if held else float("nan")


def probe(world: World, budget: int, seed: int) -> list[dict[str, int]]:
    """Patterns by exploring, zooming and confirming."""
    search = Probe(world.space, budget, seed)
    while picks := search.propose():
        plans = np.array([p.plan for p in picks])
        instances = np.array([p.draw for p in picks]) + 10**9 * (seed + 1)
        search.learn(picks, world.evaluate(plans, instances).tolist())
    assert search.spent <= budget
    return [dict(s.where) for s, _, _ in search.found()]


def mine(world: World, budget: int, seed: int) -> list[dict[str, int]]:
    """Patterns tested on one uniform sample."""
    rng = np.random.default_rng([9, seed])
    plans = stratified(np.zeros(world.size, dtype=np.int64), budget, rng)
    wrong = world.evaluate(plans, np.zeros(budget, dtype=np.int64)) == 0
    patterns, _ = find_patterns(world.space.plans(plans), wrong.tolist())
    domains = world.space.domains
    return [{f: domains[f].code(v) or 0 for f, v in p.fields} for p in patterns]


def main() -> None:
    """Print a table over seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--budgets", type=int, nargs="+", default=[1000, 3000])
    options = parser.parse_args()
    print(f"debug: {len(FIELDS)} fields; true: reported and {EXCESS} below the mean")
    for family in ("sparse", "twoway", "additive"):
        made = [worlds.make(family, options.plans, s) for s in range(1, options.seeds + 1)]
        for budget in options.budgets:
            for name, way in (("one sample", mine), ("probe", probe)):
                found = [way(w, budget, w.seed) for w in made]
                number = sum(map(len, found))
                held = sum(_true(w, f) * len(f) for w, f in zip(made, found, strict=True) if f)
                planted = [_planted(w, f) for w, f in zip(made, found, strict=True)]
                share = held / number if number else float("nan")
                mean, low, high = metrics.bootstrap(planted)
                print(
                    f"{family:9} {budget:6} {name:11} reported {number / len(made):5.1f}  "
                    f"true {share:.3f}  planted found {mean:.2f} [{low:.2f}, {high:.2f}]"
                )


if __name__ == "__main__":
    main()
