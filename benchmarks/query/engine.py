"""The engine on a simulated world: what it proposes is answered at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from query.worlds import Floats, World
from tma.query.acquisition import Goal
from tma.query.search import Pick, Search, Settings
from tma.query.units import Units


@dataclass
class Result:
    mean: Floats
    sd: Floats
    chances: Floats
    chosen: list[int]
    search: Search


def ask(world: World, picks: list[Pick], seed: int) -> Floats:
    """Fresh answers are to new pictures."""
    plans = np.array([p.plan for p in picks])
    instances = np.array([p.draw + (1000 if p.phase == "fresh" else 0) for p in picks])
    return world.evaluate(plans, instances + 10_000 * (seed + 1))


def run(world: World, units: Units, goal: Goal, settings: Settings, seed: int) -> Result:
    search = Search(units, goal, settings, seed)
    while picks := search.propose():
        search.learn(picks, ask(world, picks, seed).tolist())
    assert search.spent <= settings.budget
    belief = search.believe()
    chances = search.chances(belief)
    return Result(belief.mean, np.sqrt(belief.variance), chances, search.chosen or [], search)
