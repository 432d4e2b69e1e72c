"""What galleries hold of a set; how they look is tests/e2e/test_gallery.py."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from tma.cli import cli
from tma.errors import TaskError
from tma.gallery import Showing, beside, write_gallery
from tma.redaction import Redaction
from tma.taskset import TaskSet

from .galleries import COLORS, EVIL, add_media, picture, task, toy_set, write_set


def held(page: Path, name: str = "gallery") -> Any:
    text = page.read_text(encoding="utf-8")
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.S)
    assert found
    return json.loads(found[1])


def told(data: Any, row: list[Any]) -> dict[str, str]:
    """Names of a row's values by their fields' names."""
    pairs = zip(row[5][::2], row[5][1::2], strict=True)
    return {data["fields"][f]["name"]: data["fields"][f]["values"][v][1] for f, v in pairs}


@pytest.fixture(scope="module", name="toys")
def _toys(tmp_path_factory: pytest.TempPathFactory) -> TaskSet:
    return toy_set(tmp_path_factory.mktemp("toys") / "set")


def test_a_page_holds_all_that_tasks_say(toys: TaskSet, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    shown = write_gallery(toys, page, Showing())
    assert (shown.tasks, shown.total, shown.media, shown.missing) == (40, 40, 5, ())
    assert shown.bytes == page.stat().st_size
    data, tasks = held(page), list(toys.tasks())
    for row, made in zip(data["rows"], tasks, strict=True):
        assert row[:4] == [made.id, made.question, list(made.options), made.answer_index]
        kind = made.media.media_type.partition("/")[0] if made.media else "none"  # type: ignore[union-attr]
        plan = {name: made.names.get(str(v), str(v)) for name, v in made.plan.items()}
        more = {"@assumption": made.assumption} if made.assumption else {}
        assert told(data, row) == {**plan, "@medium": kind, "@assets": "zoo", **more}
        if made.media is None:
            assert row[4] == -1
        else:
            place = (page.parent / data["urls"][row[4]]).resolve()
            assert place == (toys.path / str(made.media.path)).resolve()
            assert data["shapes"][row[4]] == [64, 48]
    assert "Tasks from zoo, seed 5" in page.read_text()
    assert "/secret" not in page.read_text()


def test_what_is_planted_stays_text(toys: TaskSet, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    write_gallery(toys, page, Showing(title=EVIL))
    text = page.read_text(encoding="utf-8")
    assert held(page)["rows"][2][1] == EVIL
    assert "<script>alert" not in text
    assert "<img src=x" not in text


@pytest.mark.parametrize(
    ("page", "url"),
    [
        ("set/index.html", "./media/"),
        ("page.html", "./set/media/"),
        ("else/where/page.html", "./../../set/media/"),
        ("set/media/page.html", "./../media/"),
    ],
)
def test_media_are_found_from_wherever_the_page_is(tmp_path: Path, page: str, url: str) -> None:
    tasks = toy_set(tmp_path / "set", 4)
    write_gallery(tasks, tmp_path / page, Showing())
    urls = held(tmp_path / page)["urls"]
    assert all(u.startswith(url) for u in urls)
    assert all(((tmp_path / page).parent / u).is_file() for u in urls)
    assert beside(tasks.path, tmp_path / page) == ("else" not in page)


def test_folders_with_odd_names(tmp_path: Path) -> None:
    tasks = toy_set(tmp_path / "a #1? 100%:ü", 4)
    write_gallery(tasks, tmp_path / "page.html", Showing())
    assert held(tmp_path / "page.html")["urls"][0].startswith("./a%20%231%3F%20100%25%3A%C3%BC/")


def test_a_page_of_its_own(toys: TaskSet, tmp_path: Path) -> None:
    page, seen = tmp_path / "page.html", list[int]()
    write_gallery(toys, page, Showing(embed=32), on_progress=seen.append)
    data, uris = held(page), held(page, "media-0")
    assert "urls" not in data
    assert len(uris) == len(data["kinds"]) == 5
    assert seen == [*range(1, 41), *range(1, 6)]
    for row, made in zip(data["rows"][3:], list(toys.tasks())[3:], strict=True):
        head, _, text = uris[row[4]].partition(";base64,")
        assert head == "data:image/webp"
        image = Image.open(io.BytesIO(base64.b64decode(text)))
        assert image.size == (32, 24)
        wanted = Image.open(toys.path / str(made.media and made.media.path))
        seen_color, color = image.getpixel((16, 12)), wanted.getpixel((16, 12))
        assert isinstance(seen_color, tuple)
        assert isinstance(color, tuple)
        assert max(abs(a - b) for a, b in zip(seen_color, color, strict=True)) < 8
    clip = next(toys.tasks()).media
    assert clip
    wanted_bytes = (toys.path / str(clip.path)).read_bytes()
    video = uris[data["rows"][0][4]].removeprefix("data:video/mp4;base64,")
    assert base64.b64decode(video) == wanted_bytes


def test_embedded_media_are_read_in_parts(tmp_path: Path) -> None:
    tasks = [
        task(n, add_media(tmp_path, picture(f"#{n:02x}{n:02x}ff"), ".png")) for n in range(100)
    ]
    page = tmp_path / "page.html"
    write_gallery(write_set(tmp_path, tasks), page, Showing(embed=16))
    assert held(page)["chunk"] == 48
    assert [len(held(page, f"media-{n}")) for n in range(3)] == [48, 48, 4]


def test_redacted_tasks_show_nothing(toys: TaskSet, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    write_gallery(toys, page, Showing(hidden=Redaction(["zoo"], "key")))
    text = page.read_text(encoding="utf-8")
    data = held(page)
    assert data["urls"] == []
    assert {row[1] for row in data["rows"]} == {"(redacted)"}
    rest = json.dumps(data).replace("(redacted)", "")
    assert not any(word in rest for word in (*COLORS, "cup", "media/"))
    assert ".mp4" not in text
    assert {t.id for t in toys.tasks()} == {row[0] for row in data["rows"]}


def test_the_command(toys: TaskSet, tmp_path: Path) -> None:
    page = tmp_path / "far" / "away" / "page.html"
    done = CliRunner().invoke(
        cli, ["gallery", str(toys.path), "--out", str(page), "--limit", "10", "--json"]
    )
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found == {
        "out": str(page),
        "tasks": 10,
        "total": 40,
        "media": 5,
        "missing": [],
        "bytes": page.stat().st_size,
        "embedded": False,
    }
    assert "The first 10 of the set's 40 tasks." in page.read_text()
    said = CliRunner().invoke(cli, ["gallery", str(toys.path), "--out", str(page)]).output
    assert "40 of 40 tasks" in said
    assert "keep both where they are, or use --embed" in said
    unknown = CliRunner().invoke(cli, ["gallery", str(toys.path), "--redact", "zoo"])
    assert "zoo" in str(unknown.exception)
    assert not (toys.path / "gallery.html").exists()


def test_missing_media_are_told_and_the_rest_is_shown(tmp_path: Path) -> None:
    tasks = toy_set(tmp_path / "set", 8)
    gone = list(tasks.tasks())[4]
    assert gone.media
    (tasks.path / str(gone.media.path)).unlink()
    shown = write_gallery(tasks, tmp_path / "page.html", Showing())
    assert shown.missing == (gone.id,)
    assert held(tmp_path / "page.html")["rows"][4][4] == -1
    done = CliRunner().invoke(cli, ["gallery", str(tasks.path)])
    assert "1 picture or video is missing: run `tma verify`" in done.output


def test_embedded_media_that_changed_are_left_out_and_told(tmp_path: Path) -> None:
    tasks = toy_set(tmp_path / "set", 8)
    touched = list(tasks.tasks())[4]
    assert touched.media
    (tasks.path / str(touched.media.path)).write_bytes(picture("black"))
    changed = [t.id for t in tasks.tasks() if t.media and t.media.path == touched.media.path]
    shown = write_gallery(tasks, tmp_path / "page.html", Showing(embed=64))
    assert shown.missing == tuple(changed)
    assert held(tmp_path / "page.html")["rows"][4][4] == -1
    done = CliRunner().invoke(cli, ["gallery", str(tasks.path), "--embed"])
    assert "missing or changed: run `tma verify`" in done.output


def test_bad_input(toys: TaskSet, tmp_path: Path) -> None:
    with pytest.raises(TaskError, match=r"tasks\.jsonl can't be a page"):
        write_gallery(toys, toys.path / "tasks.jsonl", Showing())
    (tmp_path / "page.html").mkdir()
    with pytest.raises(TaskError, match="can't be a page"):
        write_gallery(toys, tmp_path / "page.html", Showing())
    folder = tmp_path / "broken"
    folder.mkdir()
    broken = write_set(folder, [task(0, add_media(folder, b"no picture", ".png"))])
    page = tmp_path / "other.html"
    page.write_text("mine")
    with pytest.raises(TaskError, match="is not an image file"):
        write_gallery(broken, page, Showing(embed=64))
    assert page.read_text() == "mine"
    with (broken.path / "tasks.jsonl").open("a") as lines:
        lines.write("{}\n")
    with pytest.raises(TaskError, match=r"tasks\.jsonl:2: "):
        write_gallery(broken, page, Showing())
    assert page.read_text() == "mine"
