"""Are hard releases as hard as they say? Simulated models, whose true accuracy is known.

For each seed a hard release is made of models with weak spots and of one that is equally good
at everything. Noted is how far the accuracy of the search's replies, and that of the fresh
ones, lie from the truth, how often the interval holds it, and how often "harder" is claimed.

    python benchmarks/releases.py [--seeds 20] [--budget 600] [--per-generator 60] [--assets shapes]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from statistics import mean
from typing import Any

from tma.releases import Release, Wanted, hard_release
from tma.spec import Spec
from tma_plugins.reference.simulated import Simulated, SimulatedConfig

MODELS = {
    "weak spots": "simulated?base=0.85&failure_share=0.03&failure_drop=5&pairs=0",
    "as by default": "simulated?base=0.7",
    "no weak spots": "simulated?base=0.6&main=0&smooth=0&pairs=0&failure_share=0",
}


def truth(plans: Release, model: str) -> float:
    """The model's mean chance to be right on the released plans."""
    config = SimulatedConfig.model_validate(Spec.parse(model).settings)
    return Simulated(config).mean([dict(chosen.plan) for chosen in plans.plans])


def one(folder: Path, model: str, seed: int, asked: argparse.Namespace) -> dict[str, Any]:
    """What a release says, and what is true."""
    wanted = Wanted(
        assets=asked.assets,
        tasks=("grid2d/what", "grid2d/how-many"),
        per_generator=asked.per_generator,
        seed=seed,
        media=False,
    )
    release = hard_release(
        folder / f"{seed}",
        wanted,
        models=[model],
        budget=asked.budget,
        store=folder / "replies.sqlite",
        guesser=None,
    )
    evidence: Any = release.evidence
    (searched,) = evidence["searched"].values()
    chosen, true = evidence["mean"]["chosen"], truth(release, model)
    return {
        "true": true,
        "fresh": chosen["estimate"] - true,
        "searched": searched["right"] / searched["answered"] - true,
        "covered": chosen["low"] <= true <= chosen["high"],
        "harder": evidence["mean"]["harder"],
        "difference": evidence["mean"]["estimate"],
    }


def main() -> None:
    """Print a line a sort of model, and JSON with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--budget", type=int, default=600)
    parser.add_argument("--per-generator", type=int, default=60)
    parser.add_argument("--assets", default="shapes")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    told = {}
    for name, model in MODELS.items():
        with tempfile.TemporaryDirectory() as scratch:
            runs = [one(Path(scratch), f"{model}&seed={s}", s, asked) for s in range(asked.seeds)]
        told[name] = {key: mean(float(run[key]) for run in runs) for key in runs[0]}
        print(f"{name}: " + ", ".join(f"{key} {value:.3f}" for key, value in told[name].items()))
    if asked.json:
        print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
