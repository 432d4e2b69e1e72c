"""Run the benchmark: python -m query (in benchmarks/), see --help."""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from query import baselines, engine, metrics, worlds
from query.worlds import Floats, Ints, World
from tma.query.acquisition import Beyond, Extremes
from tma.query.modelled import certified
from tma.query.search import CONFIRM, Settings
from tma.query.units import GroupUnits

Row = dict[str, float]
VALUE = 0.5
GOOD = 0.75
Z = 1.96
GROUPINGS = {"category": ["category"], "pair": ["generator", "type"], "value": ["value"]}


@dataclass
class Case:
    """A world with a grouping, and what a method is asked of it."""

    world: World
    group: Ints
    truth: Floats
    by: list[str]
    seed: int

    def __post_init__(self) -> None:
        self.units = GroupUnits(self.world.space, self.by, self.world.features(self.by).above)


Method = Callable[[Case, int], Row]


def _judge(truth: Floats, scores: Floats) -> Row:
    known = np.where(np.isfinite(scores), scores, np.nanmean(scores))
    row: Row = metrics.top_k(truth, known)
    row["f1"] = metrics.f1(truth, known < VALUE, VALUE)
    row["rmse"] = float(np.sqrt(np.mean((known - truth) ** 2)))
    return row


def _random(case: Case, budget: int) -> Row:
    asked, right = baselines.random(case.world, case.group, budget, case.seed)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _judge(case.truth, right / asked)


def _shrunk(case: Case, budget: int) -> Row:
    asked, right = baselines.random(case.world, case.group, budget, case.seed)
    return _judge(case.truth, baselines.shrinkage(asked, right)[0])


def _published(active: bool, calls: int) -> Method:
    def method(case: Case, budget: int) -> Row:
        found = baselines.published(
            case.world, case.group, budget, case.seed, active=active, calls=calls
        )
        return _judge(case.truth, found)

    return method


def _repaired(case: Case, budget: int) -> Row:
    return _judge(case.truth, baselines.repaired(case.world, case.group, budget, case.seed))


def _engine(active: bool, confirm: float) -> Method:
    def method(case: Case, budget: int) -> Row:
        settings = Settings(budget, confirm, active)
        worst = Extremes(min(metrics.K, len(case.truth)), worst=True)
        found = engine.run(case.world, case.units, worst, settings, case.seed)
        scores = found.mean.copy()
        if confirm:
            scores[found.chosen] -= 10  # what is returned was fixed before the fresh answers
        row = _judge(case.truth, scores)
        row["rmse"] = float(np.sqrt(np.mean((found.mean - case.truth) ** 2)))
        row |= _intervals(case.truth, found)
        below = engine.run(case.world, case.units, Beyond(VALUE, below=True), settings, case.seed)
        chosen = np.zeros(len(case.truth), dtype=bool)
        chosen[below.chosen] = True
        row["f1"] = metrics.f1(case.truth, chosen, VALUE)
        return row

    return method


def _intervals(truth: Floats, found: engine.Result) -> Row:
    low, high = found.mean - Z * found.sd, found.mean + Z * found.sd
    mine = np.array(found.chosen, dtype=np.int64)
    row = {
        "model": metrics.coverage(truth, low, high),
        "model-returned": metrics.coverage(truth[mine], low[mine], high[mine]),
        "model-width": float(np.mean((high - low)[mine])),
    }
    sure = certified(found.search, 0.95)
    if sure:
        bounds = np.array([(c.low, c.high) for c in sure.values()])
        places = np.array(list(sure))
        row["certified-returned"] = metrics.coverage(truth[places], bounds[:, 0], bounds[:, 1])
        row["certified-width"] = float(np.mean(bounds[:, 1] - bounds[:, 0]))
    return row


METHODS: dict[str, Method] = {
    "random": _random,
    "shrinkage": _shrunk,
    "published fit, 15 calls": _published(False, 15),
    "published fit, 1 call": _published(False, 1),
    "published active, 15 calls": _published(True, 15),
    "published active, 1 call": _published(True, 1),
    "repaired kernel": _repaired,
    "tma fit": _engine(False, 0.0),
    "tma active": _engine(True, 0.0),
    "tma active, certified": _engine(True, CONFIRM),
}
SLOW = {"published fit, 1 call": 1000, "published active, 1 call": 1000, "repaired kernel": 1000}
"""Budgets beyond which a method is left out: its cost grows with the cube."""


def _run(options: argparse.Namespace) -> Iterator[dict[str, object]]:
    for seed in range(1, options.seeds + 1):  # outermost: what was run when it stops is balanced
        for family in options.families:
            world = worlds.make(family, options.plans, seed)
            for grouping in options.groups:
                by = GROUPINGS[grouping]
                case = Case(world, *world.groups(by), by, seed)
                for budget in options.budgets:
                    for name in options.methods:
                        if budget > SLOW.get(name, budget):
                            continue
                        started = time.process_time()
                        row = METHODS[name](case, budget)
                        row["cpu"] = time.process_time() - started
                        what = {"family": family, "seed": seed, "groups": grouping}
                        yield {**what, "budget": budget, "method": name, **row}


SHOWN = ("recall", "ndcg", "rank", "f1", "rmse", "model", "model-returned", "model-width",
         "certified-returned", "certified-width", "cpu")  # fmt: skip
Rows = list[dict[str, object]]


def _number(row: dict[str, object], name: str) -> float:
    value = row.get(name, float("nan"))
    return float(value) if isinstance(value, int | float) else float("nan")


def report(rows: Rows) -> None:
    """Means by method, in all and by family, and paired differences over seeds."""
    for grouping in dict.fromkeys(str(r["groups"]) for r in rows):
        for budget in dict.fromkeys(int(_number(r, "budget")) for r in rows):
            mine = [r for r in rows if r["groups"] == grouping and r["budget"] == budget]
            for family in ("all", *dict.fromkeys(str(r["family"]) for r in mine)):
                some = [r for r in mine if family in ("all", r["family"])]
                print(f"\ngroups by {grouping}, {budget} calls, {family}")
                print(f"{'':28}" + "".join(f"{name[:12]:>13}" for name in SHOWN))
                for method in dict.fromkeys(str(r["method"]) for r in some):
                    own = [r for r in some if r["method"] == method]
                    means = [np.mean([_number(r, name) for r in own]) for name in SHOWN]
                    print(f"{method:28}" + "".join(_cell(float(m)) for m in means))
                _differences(some)
        _reach([r for r in rows if r["groups"] == grouping], grouping)


def _reach(rows: Rows, grouping: str) -> None:
    """Calls from which on the mean nDCG over families and seeds is `GOOD`, between budgets."""
    print(f"\ncalls to reach nDCG {GOOD}, groups by {grouping}")
    for method in dict.fromkeys(str(r["method"]) for r in rows):
        means: dict[int, list[float]] = defaultdict(list)
        for row in rows:
            if row["method"] == method:
                means[int(_number(row, "budget"))].append(_number(row, "ndcg"))
        line = sorted((b, float(np.mean(v))) for b, v in means.items())
        print(f"{method:28}" + _crossing(line))


def _crossing(line: Sequence[tuple[int, float]]) -> str:
    """Where a line of (budget, nDCG) reaches `GOOD`, by interpolation in the logarithm of calls."""
    if line[0][1] >= GOOD:
        return f"{line[0][0]} or fewer"
    for (before, low), (after, high) in pairwise(line):
        if low < GOOD <= high:
            share = (GOOD - low) / (high - low)
            return f"{before * (after / before) ** share:.0f}"
    return f"not by {line[-1][0]} ({line[-1][1]:.2f})"


def _cell(value: float) -> str:
    return f"{value:13.3f}" if np.isfinite(value) else f"{'-':>13}"


def _differences(rows: Rows) -> None:
    """Of `tma active` to the others on the same seeds, with 95 % bootstrap intervals."""
    by_method: dict[str, dict[tuple[object, object], dict[str, object]]] = defaultdict(dict)
    for row in rows:
        by_method[str(row["method"])][row["family"], row["seed"]] = row
    ours = by_method.pop("tma active", {})
    for method, theirs in by_method.items():
        parts = []
        for name in ("recall", "ndcg", "f1"):
            pairs = [_number(ours[w], name) - _number(theirs[w], name) for w in ours if w in theirs]
            mean, low, high = metrics.bootstrap(pairs)
            parts.append(f"{name} {mean:+.3f} [{low:+.3f}, {high:+.3f}]")
        if ours:
            print(f"  tma active - {method:28}" + "  ".join(parts))


def main() -> None:
    """Parse the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--budgets", type=int, nargs="+", default=[500, 1000])
    parser.add_argument("--groups", nargs="+", choices=GROUPINGS, default=["category"])
    parser.add_argument("--families", nargs="+", choices=worlds.FAMILIES, default=worlds.FAMILIES)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--out", type=Path, help="write the rows as JSON lines")
    parser.add_argument("--show", type=Path, nargs="+", help="only print what was written before")
    options = parser.parse_args()
    if options.show:
        texts = [line for path in options.show for line in path.read_text().splitlines()]
        report([json.loads(line) for line in texts])
        return
    rows: Rows = []
    for row in _run(options):
        rows.append(row)
        if options.out:
            with options.out.open("a") as file:
                file.write(json.dumps(row) + "\n")
    report(rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{options.plans:,} plans, {options.seeds} seeds; peak memory {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
