"""Check that packages which are not ours work like a user's: from wheels, elsewhere, and leave.

Builds `task-me-anything` and the packages of `contrib/` (source archive first, the wheel from
that), installs all into a fresh virtual environment without extras, and uses them from elsewhere.
Then packages that `tma plugins new` writes go the same way.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from check_scaffold import check_scaffolds
from fresh import REPOSITORY, CheckError, Environment, build, need, run_tests


@dataclass(frozen=True)
class Package:
    """A package of `contrib/`.

    Attributes:
        name: of its folder and distribution.
        plugin: its entry point.
        use: does with it what its users do.
        checked: what `tma plugins check` looks at; the plugin, or a part of it to save time.
    """

    name: str
    plugin: str
    use: Callable[[Environment], None]
    checked: str

    @property
    def folder(self) -> Path:
        """Where it is."""
        return REPOSITORY / "contrib" / self.name

    def listed(self, environment: Environment) -> list[str]:
        """Its contributions. Raises CheckError if one of any plugin does not work."""
        rows = environment.plugins()
        need(all(s == "ok" for s in rows.values()), f"not all plugins are ok: {rows}")
        return [i for i in rows if i.split("/")[0] == self.plugin]


def use_emoji(environment: Environment) -> None:
    """Look at the assets, make and verify tasks of them, query a model about them."""
    environment.run("tma", "assets", "show", "emoji", "--sheet", "sheet.png")
    sheet = (environment.work / "sheet.png").read_bytes()
    need(sheet.startswith(b"\x89PNG") and len(sheet) > 10_000, "sheet.png is no picture")

    tasks = ("--assets", "emoji", "--tasks", "grid2d/*")
    environment.run("tma", "generate", *tasks, "-n", "50", "--seed", "1", "--out", "tasks")
    lines = (environment.work / "tasks" / "tasks.jsonl").read_text(encoding="utf-8").splitlines()
    need(len(lines) == 50, f"{len(lines)} tasks instead of 50")
    used = {a["source"] for line in lines for a in json.loads(line)["assets"]}
    need(used == {"emoji"}, f"assets are of {used}")
    print(environment.run("tma", "verify", "tasks"), end="")

    groups = environment.run("tma", "plans", "count", *tasks, "--by", "target_category", "--json")
    budget = str(2 * len(groups.splitlines()))
    model = ("--model", "simulated?seed=1", "--by", "target_category", "-k", "5", "--worst")
    query = ("--budget", budget, "--approximate", "random", "--json")
    answer = json.loads(environment.run("tma", "query", "top-k", *tasks, *model, *query))
    chosen = [item for item in answer["items"] if item["selected"]]
    need(answer["complete"] and len(chosen) == 5, f"{len(chosen)} groups instead of 5")
    named = {item["names"].get("target_category", "none") for item in chosen}
    print(f"the five worst of {answer['space']['groups']} groups: {', '.join(sorted(named))}")


def use_blender(environment: Environment) -> None:
    """Blender is no package that can be had here: read what the renderer says of itself."""
    told = environment.run("tma", "plugins", "info", "blender")
    need("samples" in told and "python" in told, f"its settings are not described: {told}")


def use_clocks(environment: Environment) -> None:
    """Questions, scenes and pictures of kinds that the kernel never heard of, and a query."""
    environment.run("tma", "plugins", "run", "clocks/what-time", "--limit", "3", "--out", "time")
    environment.run("tma", "plugins", "run", "clocks/dials", "--limit", "5", "--out", "dials")
    need(len(list((environment.work / "dials").glob("*.png"))) == 5, "no five pictures of dials")
    tasks = ("--tasks", "clocks/*")
    environment.run("tma", "generate", *tasks, "-n", "20", "--seed", "1", "--out", "clocks")
    environment.run("tma", "verify", "clocks")
    model = ("--model", "simulated?seed=1", "--by", "numerals", "-k", "1", "--worst")
    query = ("--budget", "120", "--approximate", "random", "--json")
    told = environment.run("tma", "query", "top-k", "--tasks", "clocks/what-time", *model, *query)
    (worst,) = (item for item in json.loads(told)["items"] if item["selected"])
    print(f"of four kinds of numerals the worst: {worst['key']['numerals']}")


def use_vllm(environment: Environment) -> None:
    """Ask, as vLLM can't be had here, the stand-in that its tests use."""
    standin = REPOSITORY / "contrib" / "tma-vllm" / "tests" / "standin"
    arguments = ["plugins", "run", "vllm:lab/tiny", "--limit", "6", "--out", "vllm", "--json"]
    program = f"import sys; sys.path.insert(0, {str(standin)!r}); from tma.cli import main; "
    told = json.loads(environment.run("python", "-c", f"{program}main({arguments})"))
    need(len(told["replies"]) == 6, f"no six replies: {told}")
    need(all(row["reply"] for row in told["replies"]), f"a reply is empty: {told}")


def use_lab_template(environment: Environment) -> None:
    """A private pack: everything validated, tasks made of it, and a page that tells nothing."""
    environment.run("tma", "assets", "validate", "lab-template")
    environment.run("tma", "plugins", "run", "lab-template", "--out", "parts")
    tasks = ("--assets", "lab-template", "--redact", "lab-template", "-n", "12", "--seed", "1")
    environment.run("tma", "generate", *tasks, "--out", "private")
    environment.run("tma", "verify", "private")
    page = (environment.work / "private" / "index.html").read_text(encoding="utf-8")
    need("gear" not in page and ".png" not in page, "a redacted page tells what it shows")


PACKAGES = (
    Package("tma-emoji", "emoji", use_emoji, "emoji"),
    Package("tma-blender", "blender", use_blender, "blender"),
    Package("tma-clocks", "clocks", use_clocks, "clocks/gauge"),
    Package("tma-vllm", "vllm", use_vllm, "vllm"),
    Package("tma-lab-template", "lab-template", use_lab_template, "lab-template"),
)


def main() -> int:
    """Run the check; 0 if all is well."""
    start = monotonic()
    with tempfile.TemporaryDirectory(prefix="tma-contrib-") as scratch:
        base = Path(scratch)
        try:
            check(base)
        except CheckError as error:
            print(f"check_contrib: {error}", file=sys.stderr)
            return 1
    names = ", ".join(package.name for package in PACKAGES)
    print(f"{names} from their wheels, and scaffolds: ok, {monotonic() - start:.0f} s")
    return 0


def check(base: Path) -> None:
    """The whole check. Raises CheckError."""
    wheels = [build(REPOSITORY, base / "kernel")]
    wheels += [build(package.folder, base / package.name) for package in PACKAGES]
    environment = Environment(base)
    environment.install(*wheels, "pytest", "hypothesis", "hatchling")
    environment.run("python", "-m", "pip", "check")
    for package in PACKAGES:
        listed = package.listed(environment)
        need(listed, f"{package.plugin} is not listed")
        for contribution in listed:
            environment.run("tma", "plugins", "info", contribution)
        environment.run("tma", "plugins", "check", package.checked)
        package.use(environment)
        run_tests(environment, package.folder / "tests")
    first, *others = PACKAGES
    remove(environment, first)
    need(others[0].listed(environment), f"{others[0].plugin} left with {first.plugin}")
    remove(environment, *others)
    check_scaffolds(environment)


def remove(environment: Environment, *packages: Package) -> None:
    """Uninstall packages; what they offered is gone."""
    names = [package.name for package in packages]
    environment.run("python", "-m", "pip", "uninstall", "-q", "-y", *names)
    left = {listed.split("/")[0] for listed in environment.plugins()}
    for package in packages:
        need(package.plugin not in left, f"{package.plugin} is still listed after its removal")


if __name__ == "__main__":
    sys.exit(main())
