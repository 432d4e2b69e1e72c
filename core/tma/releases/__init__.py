"""Benchmark releases: sets of tasks that are chosen with care, checked, and told of in a card.

    from pathlib import Path
    from tma.releases import Wanted, random_release

    random_release(Path("release"), Wanted(tasks=("grid2d/*",), per_generator=300, seed=2026))

A release is a folder of tasks as `tma generate` makes it, and more: `docs/releases.md`.
"""

from tma.releases.discriminability import Discriminability, discriminability
from tma.releases.hard import hard_release
from tma.releases.making import Watcher
from tma.releases.randomly import random_release
from tma.releases.record import Release
from tma.releases.replay import replay
from tma.releases.wanted import Wanted

__all__ = [
    "Discriminability",
    "Release",
    "Wanted",
    "Watcher",
    "discriminability",
    "hard_release",
    "random_release",
    "replay",
]
