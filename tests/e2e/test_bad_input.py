"""Bad input to the command line: one clear line, exit code 2, and nothing half-written."""

from __future__ import annotations

import errno
import io
import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tma.cli import main

COLORS = ("red", "green", "blue", "yellow", "black")
CATEGORIES = {"Q10": "apple", "Q11": "pear", "Q12": "hammer", "Q13": "bicycle", "Q14": "lamp"}
GRID = ("--tasks", "grid2d/*")


class Source:
    """A small folder of annotations and pictures in the published layout."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.spec = f"objaverse?root={root}"
        self.taxonomy: dict[str, Any] = {
            "nodes": {"Q1": {"surface_name": ["fruit"], "description": "sweet"}},
            "edges": [["Q1", "Q10"], ["Q1", "Q11"]],
        }
        self.concepts: dict[str, Any] = {
            key: {"surface_name": [name], "wikidata_description": name}
            for key, name in CATEGORIES.items()
        }
        self.objects: dict[str, Any] = {
            key: {
                f"{name}{i}": {
                    "images": ["000.png"],
                    "attributes": {"color": [color]},
                    "angles": [],
                }
                for i, color in enumerate(COLORS)
            }
            for key, name in CATEGORIES.items()
        }

    def write(self) -> Source:
        self.root.mkdir(exist_ok=True)
        for name, content in (
            ("taxonomy.json", self.taxonomy),
            ("cateid_to_concept.json", self.concepts),
            ("cateid_to_objects.json", self.objects),
        ):
            (self.root / name).write_text(json.dumps(content))
        for key, members in self.objects.items():
            for thing, record in members.items():
                folder = self.root / "object_images" / key / thing
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "000.png").write_bytes(disc(str(record["attributes"]["color"][0])))
        return self

    def picture(self, data: bytes) -> None:
        """Every picture of an apple becomes this."""
        for path in (self.root / "object_images" / "Q10").glob("*/000.png"):
            path.write_bytes(data)


def disc(color: str) -> bytes:
    image = Image.new("RGBA", (32, 32))
    ImageDraw.Draw(image).ellipse((2, 2, 30, 30), fill=color)
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def wide_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes(width * 4 + 1) * height)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


Done = subprocess.CompletedProcess[str]


def tma(*arguments: str) -> Done:
    """Run the command line in this process, which is quick."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as caught:
        main(list(arguments))
    code = caught.value.code
    assert isinstance(code, int)
    return Done(arguments, code, out.getvalue(), err.getvalue())


def tma_alone(*arguments: str, limit: int | None = None) -> Done:
    """Run it in a process of its own, in which no file grows past `limit` bytes."""
    script = "from tma.cli import main; main()"
    if limit is not None:
        capped = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
        script = f"import resource; {capped}; {script}"
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def assert_one_line(done: Done, *parts: str) -> None:
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("tma: error: ")
    assert "Traceback" not in lines[0]
    for part in parts:
        assert part in lines[0], lines[0]


@pytest.fixture(name="source")
def _source(tmp_path: Path) -> Source:
    return Source(tmp_path / "data")


def order(source: Source, out: Path, *more: str, n: int = 12) -> tuple[str, ...]:
    return ("generate", "--assets", source.spec, *GRID, "-n", str(n), "--out", str(out), *more)


def assert_nothing_written(out: Path) -> None:
    """Neither the folder, nor a scratch folder beside it, nor folders above it."""
    assert not out.exists()
    assert not out.parent.exists() or not list(out.parent.iterdir())


def test_the_small_source_is_good(source: Source, tmp_path: Path) -> None:
    source.write()
    out = tmp_path / "sets" / "set"
    done = tma_alone(*order(source, out))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert len((out / "tasks.jsonl").read_text().splitlines()) == 12
    assert tma_alone("verify", str(out)).returncode == 0


def cycle(s: Source) -> None:
    s.taxonomy["edges"] += [["Q10", "Q1"]]


def double_object(s: Source) -> None:
    s.objects["Q11"]["apple0"] = s.objects["Q11"].pop("pear0")


ANNOTATIONS: dict[str, tuple[Callable[[Source], object], Sequence[str]]] = {
    "an unknown parent": (
        lambda s: s.taxonomy["edges"].append(["Q99", "Q10"]),
        ("taxonomy.json", "edges[2]", "'Q99'"),
    ),
    "a taxonomy cycle": (cycle, ("taxonomy.json", "edges", "Q1 (fruit)", "Q10 (apple)")),
    "two objects with one id": (
        double_object,
        ("cateid_to_objects.json", "Q11.apple0", "two objects have this id", "Q10"),
    ),
    "an attribute type outside the vocabulary": (
        lambda s: s.objects["Q10"]["apple0"]["attributes"].update(mood=["merry"]),
        ("cateid_to_objects.json", "Q10.apple0.attributes", "'mood'"),
    ),
    "an attribute value that is no text": (
        lambda s: s.objects["Q10"]["apple0"]["attributes"].update(color=[3]),
        ("cateid_to_objects.json", "Q10.apple0.attributes.color"),
    ),
    "an object of an unknown category": (
        lambda s: s.objects.update(Q99={}),
        ("cateid_to_objects.json", "Q99", "unknown category"),
    ),
    "a category without a name": (
        lambda s: s.concepts["Q10"].update(surface_name=[]),
        ("cateid_to_concept.json", "Q10.surface_name"),
    ),
    "no object at all": (
        lambda s: s.objects.clear(),
        ("no task generator", "they come as nothing"),
    ),
    "a path that leads out": (
        lambda s: s.objects["Q10"]["apple0"].update(images=["../../secret.png"]),
        ("cateid_to_objects.json", "Q10.apple0.images", "secret.png"),
    ),
}


@pytest.mark.parametrize("case", ANNOTATIONS)
def test_annotations(source: Source, tmp_path: Path, case: str) -> None:
    change, parts = ANNOTATIONS[case]
    source.write()
    change(source)
    for name, content in (
        ("taxonomy.json", source.taxonomy),
        ("cateid_to_concept.json", source.concepts),
        ("cateid_to_objects.json", source.objects),
    ):
        (source.root / name).write_text(json.dumps(content))
    out = tmp_path / "sets" / "set"
    assert_one_line(tma(*order(source, out)), *parts)
    assert_nothing_written(out)


@pytest.mark.parametrize(
    "name", ["taxonomy.json", "cateid_to_concept.json", "cateid_to_objects.json"]
)
def test_missing_and_truncated_files(source: Source, name: str) -> None:
    path = source.write().root / name
    whole = path.read_text()
    path.write_text(whole[: len(whole) // 2])
    counted = ("plans", "count", "--assets", source.spec, *GRID)
    assert_one_line(tma(*counted), str(path), "not valid JSON", "line 1, column ")
    path.unlink()
    assert_one_line(tma(*counted), str(path), "no such file")


def test_no_folder_of_annotations(tmp_path: Path) -> None:
    spec = f"objaverse?root={tmp_path / 'nowhere'}"
    assert_one_line(tma("plans", "count", "--assets", spec), str(tmp_path / "nowhere"))


PICTURES = {
    "no PNG": (b"GIF89a, or so", "is not a PNG"),
    "a cut PNG": (disc("red")[:70], "is a damaged PNG"),
    "30,000 pixels wide": (wide_png(30_000, 20), "30000 x 20 pixels"),
    "30,000 pixels square": (wide_png(30_000, 1)[:33] + b"\0" * 30, "pixels"),
    "fully transparent": (wide_png(40, 40), "fully transparent"),
}


@pytest.mark.parametrize("case", PICTURES)
def test_pictures(source: Source, tmp_path: Path, case: str) -> None:
    data, cause = PICTURES[case]
    source.write().picture(data)
    out = tmp_path / "sets" / "set"
    assert_one_line(tma(*order(source, out, n=30)), "asset apple", "'000.png'", cause)
    assert_nothing_written(out)


def test_a_missing_picture(source: Source, tmp_path: Path) -> None:
    (source.write().root / "object_images" / "Q10").rename(tmp_path / "gone")
    out = tmp_path / "sets" / "set"
    assert_one_line(tma(*order(source, out, n=30)), "object_images/Q10/apple", "no such file")
    assert_nothing_written(out)


def test_pictures_on_a_contact_sheet(source: Source, tmp_path: Path) -> None:
    source.write().picture(wide_png(30_000, 20))
    sheet = tmp_path / "sheets" / "sheet.png"
    assert_one_line(
        tma("assets", "show", source.spec, "--sheet", str(sheet)), "apple", "30000 x 20"
    )
    assert not sheet.parent.exists()


def test_output_folders(source: Source, tmp_path: Path) -> None:
    source.write()
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine").write_text("x")
    assert_one_line(tma(*order(source, full)), str(full), "is not empty")
    assert [p.name for p in full.iterdir()] == ["mine"]
    assert_one_line(tma(*order(source, full / "mine")), str(full / "mine"), "is not empty")
    assert_one_line(
        tma(*order(source, full / "mine" / "set")), str(full / "mine"), "can't write to"
    )
    assert_one_line(tma(*order(source, Path("/proc/1/set"))), "can't write to /proc/1")
    assert (full / "mine").read_text() == "x"


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_disk_that_runs_full(source: Source, tmp_path: Path, workers: str) -> None:
    """Files may not grow past some bytes: writing fails half way, as on a full disk."""
    source.write()
    out = tmp_path / "sets" / "set"
    arguments = order(source, out, "--no-media", "--workers", workers, n=60)
    done = tma_alone(*arguments, limit=30_000)
    assert_one_line(done, str(out), "File too large", "make room", "--out")
    assert_nothing_written(out)


def test_a_cache_that_runs_full(source: Source, tmp_path: Path) -> None:
    source.write()
    out = tmp_path / "sets" / "set"
    assert_one_line(
        tma_alone(*order(source, out), limit=1000), os.environ["TMA_CACHE"], "File too large"
    )
    assert_nothing_written(out)


COMMANDS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "a negative seed": (("--seed", "-1"), ("seed -1 is out of range", "9223372036854775807")),
    "a seed too large": (("--seed", str(2**63)), ("seed 9223372036854775808 is out of range",)),
    "an unknown field": (
        ("--where", "target_categroy=apple"),
        ("no plan has a field 'target_categroy'", "did you mean target_category?"),
    ),
    "an unknown value": (
        ("--where", "attribute_value=gren"),
        ("no plan has attribute_value=gren", "did you mean green"),
    ),
    "a category that the catalogue lacks": (
        ("--where", "target_category=zebra"),
        ("target_category", "'zebra' is no category here"),
    ),
    "a category to stand under": (
        ("--where", "target_category under zebra"),
        ("'zebra' is no category here",),
    ),
    "a filter that says nothing": (("--where", "grid"), ("can't read the filter 'grid'",)),
    "filters that leave nothing": (
        ("--where", "count=3", "--where", "cell=top left"),
        ("no plan passes the filters count=3, cell=top left",),
    ),
    "an unknown source": (
        ("--assets", "objavers"),
        ("no asset source is called 'objavers'", "did you mean objaverse or objects?"),
    ),
    "an unknown setting": (
        ("--assets", "objaverse?rot=x"),
        ("objaverse/objaverse has no setting 'rot'", "did you mean root?"),
    ),
    "an empty source": (("--assets", ""), ("can't read '' as a plugin", "write name")),
    "an empty generator": (("--tasks", ""), ("can't read '' as a plugin", "write name")),
    "an empty renderer": (("--renderer", ""), ("can't read '' as a plugin", "write name")),
    "a missing setting": (("--assets", "objaverse"), ("objaverse/objaverse: root:",)),
    "a setting without a value": (("--assets", "objaverse?root"), ("can't read the settings",)),
    "an unknown generator": (
        ("--tasks", "grid2d/waht"),
        ("no task generator is called 'grid2d/waht'", "did you mean grid2d/what"),
    ),
    "an unknown renderer": (
        ("--renderer", "sticker"),
        ("no renderer is called 'sticker'", "did you mean stickers"),
    ),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_commands(source: Source, tmp_path: Path, case: str) -> None:
    arguments, parts = COMMANDS[case]
    source.write()
    out = tmp_path / "sets" / "set"
    base = () if "--assets" in arguments else ("--assets", source.spec)
    tasks = () if "--tasks" in arguments else GRID
    run = tma_alone if "seed" in case else tma
    done = run("generate", *base, *tasks, "--out", str(out), "-n", "5", *arguments)
    assert_one_line(done, *parts)
    assert_nothing_written(out)


MISTYPED: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "an unknown option": (
        ("generate", "--rendrer", "x"),
        ("No such option", "--rendrer", "Did you mean", "--renderer", "`tma generate --help`"),
    ),
    "a value of another type": (
        ("plans", "sample", "-n", "few"),
        ("Invalid value for '-n'", "'few'", "`tma plans sample --help`"),
    ),
    "a value that is no choice": (
        ("report", "set", "--format", "htm"),
        ("'htm' is not one of 'html', 'png', 'svg', 'json'", "`tma report --help`"),
    ),
    "a missing option": (("generate",), ("Missing option '--out'", "`tma generate --help`")),
    "an unknown command": (("expot",), ("No such command 'expot'", "`tma --help`")),
    "an unknown command of a group": (("plans", "cuont"), ("'cuont'", "`tma plans --help`")),
}


@pytest.mark.parametrize("case", MISTYPED)
def test_mistyped_commands(case: str) -> None:
    arguments, parts = MISTYPED[case]
    assert_one_line(tma(*arguments), *parts)


def test_a_group_without_a_command_shows_its_help() -> None:
    done = tma("plans")
    assert (done.returncode, done.stdout + done.stderr) != (0, "")
    assert "Commands:" in done.stdout + done.stderr


def test_a_set_made_with_no_renderer_named_is_verified_with_none(
    source: Source, tmp_path: Path
) -> None:
    source.write()
    out = tmp_path / "set"
    assert tma(*order(source, out, "--no-media")).returncode == 0
    assert_one_line(tma("verify", str(out), "--assets", ""), "can't read ''")
    run = json.loads((out / "run.json").read_text())
    (out / "run.json").write_text(json.dumps(run | {"renderer": ""}))
    assert tma("verify", str(out)).returncode == 0


@pytest.mark.parametrize(
    ("number", "step"),
    [(errno.EROFS, "check the permissions"), (errno.ENOSPC, "make room"), (errno.EIO, "")],
)
def test_a_page_that_cannot_be_written(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, step: str
) -> None:
    source.write()
    out, page = tmp_path / "set", tmp_path / "pages" / "page.html"
    assert tma(*order(source, out, "--no-media")).returncode == 0

    def refuse(dir: Path, **_: object) -> None:
        if not dir.exists():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(dir))
        raise OSError(number, os.strerror(number), str(dir / ".x1y2.partial"))

    monkeypatch.setattr("tma.mediacache.tempfile.mkstemp", refuse)
    done = tma("gallery", str(out), "--out", str(page))
    assert_one_line(done, f"{page}: {os.strerror(number)}", step)
    assert ".partial" not in done.stderr
    assert ("--out" in done.stderr) == bool(step)
    assert not page.parent.exists()


def test_a_traceback_on_demand() -> None:
    done = tma_alone("plans", "count", "--assets", "objavers", "--debug")
    assert done.returncode != 0
    assert "Traceback" in done.stderr


def test_folders_to_verify(tmp_path: Path) -> None:
    assert_one_line(tma("verify", str(tmp_path)), str(tmp_path), "run.json is missing")
    assert_one_line(tma("verify", str(tmp_path / "no")), str(tmp_path / "no"), "run.json")
    (tmp_path / "run.json").write_text("{")
    assert_one_line(tma("verify", str(tmp_path)), str(tmp_path / "run.json"))
    (tmp_path / "run.json").write_text('{"format": 1}')
    assert_one_line(tma("verify", str(tmp_path)), str(tmp_path / "run.json"), "'assets'")


def test_plans_to_show(source: Source) -> None:
    source.write()
    shown = ("plans", "show", "999999999999", "--assets", source.spec, *GRID)
    assert_one_line(tma(*shown), "there is no plan 999999999999", "use 0 to ")
    assert_one_line(
        tma("plans", "sample", "--assets", source.spec, *GRID, "--seed", "-7"), "seed -7"
    )
    by = ("plans", "count", "--assets", source.spec, *GRID, "--by", "colour")
    assert_one_line(tma(*by), "no plan has a field 'colour'")
