"""Warm starts: what earlier models' replies are worth, and what they cost where they mislead.

python -m query.warm (in benchmarks/). The model asked about shares most of its strengths with
eight earlier ones (`helps`), a half (`partly`), or they are of other worlds altogether
(`misleads`: each is like the others, and not like this one).
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
from scipy.special import expit, logit

from query import engine, metrics, worlds
from query.worlds import World
from tma.query.acquisition import Extremes
from tma.query.history import Earlier, WithHistory
from tma.query.search import Settings
from tma.query.units import GroupUnits, Units

CASES = {"helps": 0.8, "partly": 0.5, "misleads": 0.0}
MODELS, REPLIES = 8, 1000


def relatives(world: World, family: str, shared: float) -> list[Earlier]:
    """Replies of earlier models, whose logits are a mixture of this one's and of others."""
    rng = np.random.default_rng([21, world.seed])
    common = logit(worlds.another(world, family, 900 + world.seed))
    found = []
    for number in range(MODELS):
        own = logit(worlds.another(world, family, 1000 + 20 * world.seed + number))
        mixed = shared * logit(world.chance) + (1 - shared) * (0.7 * common + 0.3 * own)
        model = replace(world, seed=world.seed + 5000 + number, chance=expit(mixed))
        plans = rng.choice(world.size, REPLIES, replace=False)
        y = model.evaluate(plans, np.zeros(REPLIES, dtype=np.int64))
        found.append(Earlier(f"m{number}", "{}", plans.tolist(), y.tolist()))
    return found


def main() -> None:
    """Print means over families and seeds, and differences to the cold answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs=2, default=[1, 6], help="first, and one more")
    parser.add_argument("--budgets", type=int, nargs="+", default=[200, 500])
    parser.add_argument("--families", nargs="+", choices=worlds.FAMILIES, default=worlds.FAMILIES)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    options = parser.parse_args()
    goal = Extremes(metrics.K, worst=True)
    found: dict[tuple[int, str], list[list[float]]] = {}
    for family in options.families:
        for seed in range(*options.seeds):
            world = worlds.make(family, options.plans, seed)
            units = GroupUnits(world.space, ["category"], world.features(["category"]).above)
            _, truth = world.groups(["category"])
            ways: dict[str, Units] = {"cold": units}
            for case in options.cases:
                ways[case] = WithHistory(units, relatives(world, family, CASES[case]))
            for budget in options.budgets:
                for name, way in ways.items():
                    result = engine.run(world, way, goal, Settings(budget, 0.0), seed)
                    row = metrics.top_k(truth, result.mean)
                    found.setdefault((budget, name), []).append([row["recall"], row["ndcg"]])
    for (budget, name), rows in found.items():
        mean = np.mean(rows, axis=0)
        print(f"{budget:5} calls  {name:9} recall {mean[0]:.3f}  nDCG {mean[1]:.3f}", end="")
        apart = np.array(rows) - np.array(found[budget, "cold"])
        for place, label in enumerate(("recall", "nDCG")):
            _, low, high = metrics.bootstrap(apart[:, place].tolist())
            print(f"  {label} {apart[:, place].mean():+.3f} [{low:+.3f}, {high:+.3f}]", end="")
        print()


if __name__ == "__main__":
    main()
