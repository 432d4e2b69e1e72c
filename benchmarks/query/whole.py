"""A query over the whole published space with a simulated model: set-up, processor time, memory.

python -m query.whole --annotations ANNOTATIONS [--budget 500]     (in benchmarks/)
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from query.worlds import uniform
from tma.query import TopK
from tma.query.course import Course
from tma.query.search import Search, Settings
from tma.registry import default_registry
from tma.workbench import Workbench


def main() -> None:
    """Set up, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--annotations", required=True)
    parser.add_argument("--budget", type=int, default=500)
    options = parser.parse_args()
    started = time.process_time()
    bench = Workbench(default_registry(), assets=f"objaverse?root={options.annotations}")
    size = bench.space.size
    opened = time.process_time()
    question = TopK(k=10, worst=True, by="target_category")
    course = Course(bench, bench.space, question, Settings(options.budget), 0, shown=False)
    search, units = course.search, course.units
    assert isinstance(search, Search)
    assert units is not None
    rows = units.unit_rows
    ready = time.process_time()
    print(f"{size:,} plans opened in {opened - started:.1f} s, {len(course.groups)} groups with")
    print(f"{len(rows)} blocks of effects set up in {ready - opened:.1f} s of processor time")
    chance = 0.3 + 0.6 * uniform(3, np.arange(len(course.groups)))
    while picks := search.propose():
        owners = np.array([p.unit for p in picks])
        plans = np.array([p.plan for p in picks])
        draws = np.array([p.draw for p in picks])
        search.learn(picks, (uniform(4, plans, draws) < chance[owners]).astype(float).tolist())
    spent = time.process_time() - ready
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = set(search.chosen or ()) & set(np.argsort(chance)[:10].tolist())
    print(f"{search.spent} calls chosen and learnt in {spent:.1f} s; peak memory {peak:,.0f} MiB")
    print(f"{len(found)} of the 10 worst groups found")


if __name__ == "__main__":
    main()
