"""Check that what `tma plugins new` writes installs, is found, works, passes, and leaves."""

from __future__ import annotations

import json

from fresh import REPOSITORY, Environment, need

SCAFFOLDS = {
    "asset-source": "shards",
    "task-generator": "riddle",
    "renderer": "paper",
    "model-adapter": "dusk",
    "exporter": "ledger",
}
KEPT = REPOSITORY / "tests" / "plugins" / "kept"
STATUS = {"broken": "broken", "future/yes@1.0": "ok", "old": "incompatible"}


def check_scaffolds(environment: Environment) -> None:
    """A scaffold of each kind, untouched, and packages that are kept as tests. Raises CheckError.

    Args:
        environment: has `tma`, pytest, hypothesis and hatchling.
    """
    for kind, name in SCAFFOLDS.items():
        environment.run("tma", "plugins", "new", name, "--kind", kind)
    folders = [environment.work / f"tma-{name}" for name in SCAFFOLDS.values()]
    here = ("--no-build-isolation", "--no-deps")
    environment.install(*here, *folders)
    environment.run("python", "-m", "pip", "check")
    listed = environment.plugins()
    for name in SCAFFOLDS.values():
        need(listed.get(f"{name}/{name}@1.0") == "ok", f"{name} is not listed as ok: {listed}")
        environment.run("tma", "plugins", "info", f"{name}/{name}")
        environment.run("tma", "plugins", "check", f"tma-{name}")
        more = () if name == "shards" else ("--assets", "shards")
        environment.run("tma", "plugins", "run", f"{name}/{name}", "--limit", "4", *more)
    print(
        environment.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *folders), end=""
    )
    use_together(environment)
    meet_the_kept(environment, here)
    environment.run("python", "-m", "pip", "uninstall", "-q", "-y", "tma-riddle")
    left = environment.plugins()
    need("riddle/riddle@1.0" not in left, "riddle is still listed after its removal")
    need("shards/shards@1.0" in left, "shards left with riddle")


def use_together(environment: Environment) -> None:
    """A benchmark of which assets, questions, pictures and model all come from scaffolds."""
    parts = ("--assets", "shards", "--tasks", "riddle", "--renderer", "paper")
    environment.run("tma", "generate", *parts, "-n", "12", "--out", "own")
    lines = (environment.work / "own" / "tasks.jsonl").read_text(encoding="utf-8").splitlines()
    renderers = {json.loads(line)["media"]["renderer"] for line in lines}
    need(renderers == {"paper/paper@1.0"} and len(lines) == 12, f"{len(lines)} of {renderers}")
    print(environment.run("tma", "verify", "own"), end="")
    environment.run("tma", "eval", "own", "--model", "dusk")
    environment.run("tma", "export", "own", "--to", "ledger", "--out", "told")
    query = ("--model", "dusk", "--by", "category", "-k", "2", "--budget", "24")
    environment.run("tma", "query", "top-k", *parts[:4], *query, "--approximate", "random")


def meet_the_kept(environment: Environment, options: tuple[str, ...]) -> None:
    """An old, a future and a broken package stop nothing, unless strictness is asked for."""
    names = ("tma-broken", "tma-future", "tma-old")
    environment.install(*options, *(KEPT / name for name in names))
    listed = environment.plugins()
    found = {key: listed.get(key) for key in STATUS}
    need(found == STATUS, f"{found} instead of {STATUS}")
    environment.run("tma", "plans", "count", "--assets", "shards", "--tasks", "riddle")
    environment.run("tma", "plugins", "list", code=2, TMA_STRICT_PLUGINS="1")
    environment.run("python", "-m", "pip", "uninstall", "-q", "-y", *names)
