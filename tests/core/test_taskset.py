"""Folders of tasks: read with the line and field named, made whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tma.contract.models import MediaFile
from tma.errors import TaskError
from tma.generate import Order, generate
from tma.taskset import Outline, TaskSet, add_media, new_folder

from . import toys

RUN: dict[str, Any] = {"format": 1, "assets": "shop", "renderer": None, "tasks": [], "made": {}}


def write_set(folder: Path, run: object = RUN, lines: str = "{}\n") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "run.json").write_text(run if isinstance(run, str) else json.dumps(run))
    (folder / "tasks.jsonl").write_text(lines)
    return folder


@pytest.mark.parametrize(
    ("run", "line"),
    [
        ("{", "run.json: Expecting property name"),
        ("[]", "run.json: field 'format' is not 1"),
        ({**RUN, "format": 2}, "run.json: field 'format' is not 1"),
        ({**RUN, "assets": None}, "run.json: field 'assets' is not a text"),
        ({**RUN, "renderer": 3}, "run.json: field 'renderer' is not a text or null"),
        ({**RUN, "tasks": "grid2d/*"}, "run.json: field 'tasks' is not a list of texts"),
        ({**RUN, "tasks": [1]}, "run.json: field 'tasks' is not a list of texts"),
        ({**RUN, "made": 3}, "run.json: field 'made' is not an object of counts"),
        ({**RUN, "made": {"a": "b"}}, "run.json: field 'made' is not an object of counts"),
    ],
)
def test_runs_that_can_not_be_read(tmp_path: Path, run: object, line: str) -> None:
    folder = write_set(tmp_path / "set", run)
    with pytest.raises(TaskError) as caught:
        TaskSet.open(folder)
    assert line in str(caught.value)
    assert str(folder) in str(caught.value)


def test_folders_that_hold_no_set(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(TaskError, match=r"holds no set of tasks: run.json is missing"):
            TaskSet.open(folder)
    (write_set(tmp_path / "set") / "tasks.jsonl").unlink()
    with pytest.raises(TaskError, match=r"holds no set of tasks: tasks.jsonl is missing"):
        TaskSet.open(tmp_path / "set")
    with pytest.raises(TaskError, match=r"holds no task: tasks.jsonl is empty"):
        TaskSet.open(write_set(tmp_path / "empty", lines=""))
    (tmp_path / "binary").mkdir()
    (tmp_path / "binary" / "run.json").write_bytes(b"\xff\xfe")
    with pytest.raises(TaskError, match=r"run.json"):
        TaskSet.open(tmp_path / "binary")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda line: line[:40], "line: Invalid JSON"),
        (lambda line: "", "line: Invalid JSON"),
        (lambda line: line.replace('"seed":', '"sead":'), "seed: Field required"),
        (lambda line: line.replace('"answer_index":', '"answer_index":-1'), "answer_index: "),
        (lambda line: line.replace('"question":"', '"question":7,"x":"'), "question: "),
    ],
)
def test_lines_that_can_not_be_read(tmp_path: Path, change: Any, where: str) -> None:
    order = Order(assets="shop", tasks=("toys/count",), n=3, media=False)
    generate(order, tmp_path / "set", toys.registry(), workers=1)
    file = tmp_path / "set" / "tasks.jsonl"
    lines = file.read_text().splitlines()
    lines[1] = change(lines[1])
    file.write_text("\n".join(lines) + "\n")
    with pytest.raises(TaskError) as caught:
        list(TaskSet.open(tmp_path / "set").tasks())
    assert str(caught.value).startswith(f"{file}:2: {where}")
    assert "\n" not in str(caught.value)


def test_a_new_folder_is_there_whole(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "set"
    with new_folder(target) as scratch:
        (scratch / "file").write_text("x")
        assert not target.exists()
        assert scratch.parent == target.parent
    assert (target / "file").read_text() == "x"
    assert target.stat().st_mode & 0o777 == 0o755
    assert [p.name for p in target.parent.iterdir()] == ["set"]


def test_a_new_folder_vanishes_if_anything_fails(tmp_path: Path) -> None:
    def fail() -> None:
        with new_folder(tmp_path / "a" / "b" / "set") as scratch:
            (scratch / "file").write_text("x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not list(tmp_path.iterdir())  # nor are the folders above it left


def test_folders_above_that_were_there_stay(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(ZeroDivisionError), new_folder(tmp_path / "a" / "b" / "set"):
        raise ZeroDivisionError
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert not list((tmp_path / "a").iterdir())


def test_somebody_else_was_faster(tmp_path: Path) -> None:
    def race() -> None:
        with new_folder(tmp_path / "set"):
            (tmp_path / "set").mkdir()
            (tmp_path / "set" / "theirs").write_text("x")

    with pytest.raises(TaskError, match=r"writing .*set failed"):
        race()
    assert [p.name for p in tmp_path.rglob("*")] == ["set", "theirs"]


@pytest.mark.parametrize("name", [".", "set/..", "set/"])
def test_odd_names_of_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    if name == "set/":
        with new_folder(Path(name)) as scratch:
            (scratch / "file").write_text("x")
        assert [str(p.relative_to(home)) for p in home.rglob("*")] == ["set", "set/file"]
        return
    with pytest.raises(TaskError, match="can't be made anew"), new_folder(Path(name)):
        pass
    assert not list(home.iterdir())


def test_media_are_kept_by_content(tmp_path: Path) -> None:
    source = tmp_path / "picture.png"
    source.write_bytes(b"pixels")
    sha256 = "ab" + "0" * 62
    folder = tmp_path / "set"
    folder.mkdir()
    for _ in range(2):
        assert add_media(folder, MediaFile(source, "image/png", sha256)) == f"media/ab/{sha256}.png"
    kept = folder / "media" / "ab" / f"{sha256}.png"
    assert [p for p in folder.rglob("*") if p.is_file()] == [kept]
    kept.write_bytes(b"edited")
    assert source.read_bytes() == b"pixels"


def test_links_may_stay_in_the_folder_and_not_leave_it(tmp_path: Path) -> None:
    tasks = TaskSet.open(write_set(tmp_path / "set"))
    media = tmp_path / "set" / "media"
    media.mkdir()
    (media / "real.png").write_bytes(b"1")
    (media / "near.png").symlink_to("real.png")
    (tmp_path / "secret.png").write_bytes(b"2")
    (media / "far.png").symlink_to(tmp_path / "secret.png")
    (media / "out").symlink_to(tmp_path)

    def found(path: str) -> MediaFile | None:
        record = {
            "key": "k",
            "renderer": "r",
            "path": path,
            "sha256": "0",
            "media_type": "image/png",
        }
        outline = {"id": "t", "generator": "g/g", "options": ["a", "b"], "media": record}
        return tasks.media_file(Outline.model_validate(outline))

    assert found("media/real.png") == MediaFile(media / "real.png", "image/png", "0")
    assert found("media/near.png") is not None
    for path in ("media/far.png", "media/out/secret.png", "..", "../x.png", str(tmp_path / "x")):
        with pytest.raises(TaskError, match="leads out of"):
            found(path)
