"""The same order makes the same bytes: in any process, for any hash order, workers and threads."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ON_A_GRID = ("--assets", "shapes", "--tasks", "grid2d/*", "-n", "60", "--seed", "5")
OF_MESHES = (
    *("--tasks", "grid2d/how-many", "--tasks", "tabletop3d/*-size", "--tasks", "video3d/what-*"),
    *("-n", "16", "--seed", "5"),
)


def generate(out: Path, cache: Path, hash_seed: str, *more: str) -> dict[str, str]:
    """Make a set in a process of its own; path -> hash of every file."""
    command = [sys.executable, "-c", "from tma.cli import main; main()", "generate", *more]
    environ = {**os.environ, "PYTHONHASHSEED": hash_seed, "TMA_CACHE": str(cache)}
    environ["OPENBLAS_NUM_THREADS"] = "2" if hash_seed == "random" else "1"
    arguments = ["--out", str(out)]
    done = subprocess.run(
        [*command, *arguments], env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return {
        str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(out.rglob("*"))
        if p.is_file()
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("order", "pictures", "videos"), [(ON_A_GRID, 60, 0), (OF_MESHES, 8, 8)], ids=("2d", "3d")
)
def test_sets_are_alike_to_the_byte(
    tmp_path: Path, order: tuple[str, ...], pictures: int, videos: int
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    plain = generate(tmp_path / "0", one, "0", *order, "--workers", "1")
    assert sum(name.endswith(".png") for name in plain) == pictures
    assert sum(name.endswith(".mp4") for name in plain) == videos
    assert {"tasks.jsonl", "run.json", "index.html"} < plain.keys()
    # pictures out of the cache, then with a cache of its own: every picture is drawn anew
    assert generate(tmp_path / "1", one, "1", *order, "--workers", "1") == plain
    assert generate(tmp_path / "2", other, "random", *order, "--workers", "2") == plain


@pytest.mark.slow
def test_the_published_catalogue(tmp_path: Path, annotations: Path) -> None:
    spec = f"objaverse?root={annotations}"
    tasks = [f"--tasks=grid2d/{kind}" for kind in ("where", "where-attribute", "how-many")]
    assets = ("--assets", spec, *tasks, "--no-media", "-n", "60")
    sets = [
        generate(tmp_path / name, tmp_path / "cache", hash_seed, *assets, "--workers", "1")
        for name, hash_seed in (("one", "1"), ("other", "random"))
    ]
    assert sets[0] == sets[1]
