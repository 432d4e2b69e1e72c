"""How long looking around takes: `tma --help`, `tma plugins list`, and their lightest imports.

    python benchmarks/startup.py [-n 20]

Runs each in turn, so that other work on the machine falls on all, and prints medians as ratios to
`python -c "import click, pydantic, pluggy"`. Processor time is steadier than the clock.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from statistics import median

BARE = "import click, pydantic, pluggy"
MAIN = "from tma.cli import main; main({!r})"
PROGRAMS = {
    f'python -c "{BARE}"': BARE,
    "tma --help": MAIN.format(["--help"]),
    "tma plugins --help": MAIN.format(["plugins", "--help"]),
    "tma plugins list --json": MAIN.format(["plugins", "list", "--json"]),
    "tma plugins list": MAIN.format(["plugins", "list"]),
}


def measure(program: str) -> tuple[float, float]:
    """Seconds by the clock, and of processor time, of one process."""
    before, start = os.times(), time.perf_counter()
    subprocess.run([sys.executable, "-c", program], stdout=subprocess.DEVNULL, check=True)
    wall, after = time.perf_counter() - start, os.times()
    used = after.children_user + after.children_system
    return wall, used - before.children_user - before.children_system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("-n", type=int, default=20, help="runs of each")
    runs = parser.parse_args().n
    for program in PROGRAMS.values():
        measure(program)  # bytecode, file cache
    rounds = [[measure(p) for p in PROGRAMS.values()] for _ in range(runs)]
    bare = [median(r[0][i] for r in rounds) for i in (0, 1)]
    print(f"{'median of ' + str(runs):44} {'clock':>8} {'ratio':>6} {'processor':>10} {'ratio':>6}")
    for place, name in enumerate(PROGRAMS):
        wall, cpu = (median(r[place][i] for r in rounds) for i in (0, 1))
        print(f"{name:44} {wall:7.3f}s {wall / bare[0]:6.2f} {cpu:9.3f}s {cpu / bare[1]:6.2f}")


if __name__ == "__main__":
    main()
