"""What is redacted tells of no asset: neither picture nor name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tma import Plan, Task
from tma.assets import OpenAssets
from tma.cli import main
from tma.errors import PluginError
from tma.generate import Order, generate
from tma.maketask import Origin, make_task
from tma.redaction import Redaction, redaction
from tma.registry import default_registry
from tma.sheet import contact_sheet
from tma.taskset import TaskSet

from . import toys

WORDS = ("Apple", "Pear", "Quince", "Medlar", "Cherry", "Walnut")


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """Things whose names stand nowhere else."""
    folder = tmp_path / "secret"
    for number, word in enumerate(WORDS):
        path = folder / f"Zq{word}" / f"Zq{word}-file.png"
        path.parent.mkdir(parents=True)
        Image.new("RGBA", (16, 16), (40 * number, 90, 90, 255)).save(path)
    manifest = 'licence = "LicenseRef-Lab"\norigin = "https://zqlab.example"\n'
    for word in WORDS:
        manifest += f'[stickers."Zq{word}/Zq{word}-file.png"]\n'
        manifest += f'attributes = {{ Zqkind = ["Zq{word}ish"] }}\n'
    (folder / "assets.toml").write_text(manifest)
    return folder


@pytest.fixture(name="tasks")
def _tasks(folder: Path, tmp_path: Path) -> TaskSet:
    order = Order(str(folder), ("grid2d/*",), n=25, redact=("meshes",))
    generate(order, tmp_path / "set", default_registry(), workers=1)
    return TaskSet.open(tmp_path / "set")


def test_no_word_of_the_assets_is_left(tasks: TaskSet) -> None:
    hidden = Redaction(["meshes"], "key")
    for task in tasks.tasks():
        assert "zq" in task.model_dump_json().lower()
        after = hidden.task(task)
        text = after.model_dump_json().lower()
        assert "zq" not in text
        assert task.media is not None
        assert after.media is not None
        assert after.media.path is after.media.sha256 is None
        assert str(task.media.sha256) not in text
        assert not any(a.sha256 in text for a in task.assets if a.sha256)
        kept = ("id", "plan_id", "seed", "answer_index", "generator", "versions")
        assert all(getattr(after, f) == getattr(task, f) for f in kept)
        assert after.options[after.answer_index] == after.answer
        assert len(set(after.options)) == len(task.options)
        assert Task.model_validate_json(after.model_dump_json()) == after


def test_the_page_shows_ids_alone(tasks: TaskSet) -> None:
    page = (tasks.path / "index.html").read_text(encoding="utf-8").lower()
    assert "zq" not in page
    assert ".png" not in page
    assert page.count("(redacted)") == 25
    assert "zq" in (tasks.path / "tasks.jsonl").read_text(encoding="utf-8").lower()


def test_tokens_tell_names_apart_to_who_has_the_key() -> None:
    one, other = Redaction(["a"], "one"), Redaction(["a"], "other")
    assert one.token("bolt") == one.token("bolt") != one.token("nut")
    assert one.token("bolt") != other.token("bolt")
    fields: dict[str, str | int] = {"generator": "grid2d/what", "grid": 3, "target": "bolt"}
    assert one.fields(fields) == {**fields, "target": one.token("bolt")}


@pytest.mark.parametrize(
    ("source", "hidden"),
    [
        ("lab", True),
        ("Lab_", False),
        ("lab/lab", True),
        ("lab/lab@1.0", True),
        ("LAB?root=x", True),
        ("labs", False),
    ],
)
def test_names_of_sources(source: str, hidden: bool) -> None:
    assert Redaction(["lab"], "").hides(source) is hidden
    assert Redaction([source], "").hides("lab") is hidden


def test_tasks_of_other_sources_stay() -> None:
    catalogue = OpenAssets(toys.registry(), "shop").catalogue()
    origin = Origin("shop", "CC0-1.0", {}, {"source": "toys/shop@1.0"})
    task = make_task("toys/count", toys.Count(), Plan({"count": 2}), 0, catalogue, origin)
    assert Redaction(["lab"], "").task(task) == task
    assert Redaction(["shop"], "").task(task) != task
    # one that shows no asset may still speak of them
    bare = task.model_copy(update={"assets": ()})
    assert Redaction(["shop"], "").task(bare) != bare


def test_a_misspelt_source_is_an_error(folder: Path) -> None:
    with pytest.raises(PluginError, match="no asset source is called 'mehses'"):
        redaction(["mehses"], "", default_registry())
    assert redaction([], "", default_registry()) is None
    found = redaction([str(folder)], "", default_registry())
    assert found is not None
    assert found.hides("meshes")


def test_a_contact_sheet_of_tokens(folder: Path, tmp_path: Path) -> None:
    """Equal pictures whatever the assets look like."""
    assets = OpenAssets(default_registry(), str(folder))
    hidden = Redaction(["meshes"], "key")
    contact_sheet(assets, tmp_path / "1.png", n=6, redaction=hidden)
    contact_sheet(assets, tmp_path / "other.png", n=6, redaction=Redaction(["objects"], "key"))
    for path in folder.rglob("*.png"):
        Image.new("RGBA", (16, 16), "white").save(path)
    contact_sheet(
        OpenAssets(default_registry(), str(folder)), tmp_path / "2.png", n=6, redaction=hidden
    )
    assert (tmp_path / "1.png").read_bytes() == (tmp_path / "2.png").read_bytes()
    contact_sheet(assets, tmp_path / "plain.png", n=6)
    assert (tmp_path / "other.png").read_bytes() != (tmp_path / "1.png").read_bytes()


def test_the_commands(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["assets", "show", str(folder), "--redact", "meshes", "--json"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert json.loads(told)["assets"] == 6
    assert "zq" not in told.lower()
    with pytest.raises(SystemExit) as ended:
        main(["generate", "--assets", str(folder), "--redact", "lab", "--out", str(tmp_path / "x")])
    assert ended.value.code == 2
    assert "no asset source is called 'lab'" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
