"""Every code block of every page is run, or at least read.

A page's blocks share a folder and an environment, and run in their order. `sh` is run by bash,
`console` too, with its output compared; `python` is executed, `toml` and `json` are parsed, `text`
is left alone. In a comment directly above a block, `file: NAME` writes the block to a file
instead, and `not run: REASON` excuses commands that set the machine up.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = sorted(
    str(page.relative_to(REPOSITORY))
    for pattern in ("*.md", "docs/**/*.md", "contrib/*/*.md")
    for page in REPOSITORY.glob(pattern)
)
BLOCK = re.compile(
    r"^(?:<!-- (?P<word>file|not run): (?P<what>.*?) -->\n)?"
    r"```(?P<language>[a-z]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
EXCUSED = (
    "git ",
    "cd ",
    "sudo apt-get ",
    "apt-get ",
    "make",
    "pip install ",
    "python tools/",
    ".ci/run",
)
LINK = re.compile(r"(?<!`)\[[^\]]*\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block, with the comment above it."""

    language: str
    text: str
    line: int
    file: str | None = None
    excuse: str | None = None


def blocks_of(page: str) -> list[Block]:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    found = []
    for match in BLOCK.finditer(text):
        line = text.count("\n", 0, match.start("text"))
        file = match["what"] if match["word"] == "file" else None
        excuse = match["what"] if match["word"] == "not run" else None
        found.append(Block(match["language"], match["text"], line, file, excuse))
    assert text.count("\n```") + text.startswith("```") == 2 * len(found), f"{page}: a stray fence"
    return found


class Workplace:
    """A folder, and a virtual environment that sees this one's packages but keeps its own.

    What a page installs is neither seen by other pages nor left behind.
    """

    def __init__(self, base: Path, annotations: Path, cache: Path) -> None:
        self.folder = base / "work"
        self.folder.mkdir()
        # pages call the published annotations by this name
        (self.folder / "annotations").symlink_to(annotations)
        bin_folder = base / "venv" / "bin"
        venv.create(bin_folder.parent)
        (site,) = bin_folder.parent.glob("lib/python*/site-packages")
        packages = [p for p in sys.path if p.endswith("site-packages")]
        lines = (f"import site; site.addsitedir({p!r})\n" for p in packages)
        (site / "outer.pth").write_text("".join(lines), encoding="utf-8")
        for name, call in (
            ("tma", "from tma.cli import main; main()"),
            ("pip", "import runpy; runpy.run_module('pip', run_name='__main__')"),
        ):
            script = bin_folder / name
            # guarded, for worker processes import it too
            guarded = f"#!{bin_folder / 'python'}\nif __name__ == '__main__':\n    {call}\n"
            script.write_text(guarded, encoding="utf-8")
            script.chmod(0o755)
        self._environment = {
            **os.environ,
            "TMA_CACHE": str(cache),
            "PATH": f"{bin_folder}:{os.environ['PATH']}",
            "HOME": str(base),
            "COLUMNS": "100",
            # no network: build with the hatchling that is here
            "PIP_NO_BUILD_ISOLATION": "0",
            "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }

    def run(self, *command: str, what: str) -> str:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=1200,  # against hanging, on machines however busy
            check=False,
        )
        assert done.returncode == 0, f"{what}: exit code {done.returncode}\n{done.stderr}"
        return done.stdout

    def bash(self, script: str, what: str) -> str:
        return self.run("bash", "-euo", "pipefail", "-c", script, what=what)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_blocks_run(page: str, tmp_path: Path, annotations: Path, kept_cache: Path) -> None:
    blocks = blocks_of(page)
    if not blocks:
        return
    place = Workplace(tmp_path, annotations, kept_cache)
    package = (REPOSITORY / page).parent
    if package.parent.name == "contrib":
        place.run("pip", "install", "-q", "--no-deps", str(package), what=page)
    for block in blocks:
        try_block(block, place, f"{page}:{block.line}")


def try_block(block: Block, place: Workplace, where: str) -> None:
    if block.excuse is not None:
        lines = [x for x in block.text.splitlines() if x.strip() and not x.startswith("#")]
        idle = [x for x in lines if not x.startswith(EXCUSED)]
        assert not idle, f"{where}: nothing excuses {idle}"
        return
    if block.language == "toml":
        tomllib.loads(block.text)
    elif block.language == "json":
        json.loads(block.text)
    elif block.language not in ("sh", "console", "python", "text"):
        pytest.fail(f"{where}: a block of {block.language or 'no'} language: say which it is")
    if block.file is not None:
        place.write(block.file, block.text)
    elif block.language == "sh":
        place.bash(block.text, where)
    elif block.language == "python":
        place.run("python", "-c", block.text, what=where)
    elif block.language == "console":
        for command, expected in steps(block.text):
            shown = place.bash(command, where)
            assert alike(expected, shown), f"{where}: $ {command}\n{shown}\nis not\n{expected}"


def steps(transcript: str) -> list[tuple[str, str]]:
    """The commands of a transcript, each with the output below it."""
    assert transcript.startswith("$ "), "a transcript starts with a prompt"
    parts = re.split(r"^\$ ((?:.*\\\n)*.*)\n", transcript, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def alike(expected: str, shown: str) -> bool:
    """Whether output is as expected, apart from numbers, ids, times, spaces; `...` is anything."""
    parts = (_plain(part) for part in re.split(r"^\.\.\.$", expected, flags=re.MULTILINE))
    pattern = ".*".join(re.escape(part) for part in parts)
    return re.fullmatch(pattern, _plain(shown), re.DOTALL) is not None


def _plain(text: str) -> str:
    text = re.sub(r"\b[0-9a-f]{12,64}\b|\d[\d.,:]*", "#", text)
    return re.sub(r"[\s\u2500-\u257f]+", "", text)


def test_transcripts_are_compared_apart_from_numbers() -> None:
    transcript = "$ tma a \\\n  -b\nmade 12 tasks\n...\nlook at x\n$ tma c\n"
    (first, output), (second, rest) = steps(transcript)
    assert (first, second, rest) == ("tma a \\\n  -b", "tma c", "")
    assert alike(output, "made  7,312 tasks\nin 3 s\nlook at x\n")
    assert not alike(output, "made 12 tasks\nlook at y\n")


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    path = REPOSITORY / page
    for match in LINK.finditer(BLOCK.sub("", path.read_text(encoding="utf-8"))):
        target, _, anchor = match["target"].partition("#")
        if re.match(r"https?://|mailto:", target):
            continue
        found = path.parent / target if target else path
        assert found.exists(), f"{page}: {match['target']} leads nowhere"
        assert not anchor or anchor in anchors(found), f"{page}: no heading #{anchor} in {found}"


def anchors(page: Path) -> set[str]:
    """What headings are called in links."""
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


def test_every_variable_is_documented() -> None:
    """Each TMA_* variable that the code reads stands in docs/plugins.md."""
    sources = [*REPOSITORY.glob("core/**/*.py"), *REPOSITORY.glob("plugins/**/*.py")]
    used = {v for f in sources for v in re.findall(r"\bTMA_[A-Z]+(?:_[A-Z]+)*\b", f.read_text())}
    documented = (REPOSITORY / "docs" / "plugins.md").read_text(encoding="utf-8")
    assert sorted(v for v in used if v not in documented) == []


def test_every_field_of_a_task_is_documented() -> None:
    from tma import Task

    documented = (REPOSITORY / "docs" / "formats.md").read_text(encoding="utf-8")
    assert [f for f in Task.model_fields if f"| `{f}` |" not in documented] == []


def test_every_field_of_a_run_is_documented(tmp_path: Path) -> None:
    from tma.generate import Order, generate
    from tma.registry import default_registry

    generate(Order(n=2, media=False), tmp_path / "set", default_registry(), workers=1)
    run = json.loads((tmp_path / "set" / "run.json").read_text(encoding="utf-8"))
    documented = (REPOSITORY / "docs" / "formats.md").read_text(encoding="utf-8")
    assert [f for f in run if f"| `{f}` |" not in documented] == []


def test_generated_parts_are_up_to_date() -> None:
    script = REPOSITORY / "tools" / "gen_docs.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
