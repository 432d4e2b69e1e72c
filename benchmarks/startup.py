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
import tempfile
import time
from resource import RUSAGE_CHILDREN, getrusage
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


def measure(program: str, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds by the clock, and of processor time, of one process."""
    before, start = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.DEVNULL, check=True, env=environment
    )
    wall, after = time.perf_counter() - start, getrusage(RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compiled(folder: str) -> dict[str, str]:
    """An environment where all modules' bytecode is kept, as it is once a package is installed."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return environment | {"PYTHONPYCACHEPREFIX": folder}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("-n", type=int, default=20, help="runs of each")
    runs = parser.parse_args().n
    with tempfile.TemporaryDirectory() as folder:
        environment = compiled(folder)
        for program in PROGRAMS.values():
            measure(program, environment)  # bytecode, file cache
        rounds = [[measure(p, environment) for p in PROGRAMS.values()] for _ in range(runs)]
    bare = [median(r[0][i] for r in rounds) for i in (0, 1)]
    print(f"{'median of ' + str(runs):44} {'clock':>8} {'ratio':>6} {'processor':>10} {'ratio':>6}")
    for place, name in enumerate(PROGRAMS):
        wall, cpu = (median(r[place][i] for r in rounds) for i in (0, 1))
        print(f"{name:44} {wall:7.3f}s {wall / bare[0]:6.2f} {cpu:9.3f}s {cpu / bare[1]:6.2f}")


if __name__ == "__main__":
    main()
