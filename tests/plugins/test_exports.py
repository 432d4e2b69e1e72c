"""Exports, read back by the tools that they are for, or as these read them."""

from __future__ import annotations

import ast
import base64
import importlib
import io
import json
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

import tma
from tma.evaluate import Asking, evaluate
from tma.export import TaskSetBundle, Wish, export
from tma.generate import Order, generate
from tma.importing import import_replies
from tma.models import load_model
from tma.registry import Registry, default_registry
from tma.scores import Evaluation
from tma.store import ReplyStore
from tma.taskset import TaskSet
from tma.testing import Subject, findings, lab
from tma.tryout import try_out
from tma_plugins.exports.tables import MISSING, Columns

from .asking import video
from .loopback import Answer, Call, said, serving


@pytest.fixture(scope="module")
def registry() -> Registry:
    return default_registry()


@pytest.fixture(scope="module")
def pictures(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> TaskSet:
    folder = tmp_path_factory.mktemp("tasks") / "pictures"
    generate(Order("shapes", ("grid2d/*",), n=10, seed=3), folder, registry, workers=1)
    return TaskSet.open(folder)


@pytest.fixture(scope="module")
def videos(pictures: TaskSet, tmp_path_factory: pytest.TempPathFactory) -> TaskSet:
    """The first task of `pictures`, said to show a video."""
    folder = tmp_path_factory.mktemp("tasks") / "videos"
    folder.mkdir()
    media = video(folder / "clip.mp4")
    task = next(pictures.tasks())
    assert task.media is not None
    shown = {"path": media.path.name, "sha256": media.sha256, "media_type": media.media_type}
    task = task.model_copy(update={"media": task.media.model_copy(update=shown)})
    (folder / "tasks.jsonl").write_text(task.model_dump_json() + "\n")
    (folder / "run.json").write_text(json.dumps(dict(pictures.run)))
    return TaskSet.open(folder)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("INSPECT_LOG_DIR", str(tmp_path / "logs"))


def written(tasks: TaskSet, target: str, out: Path, **wish: Any) -> tma.Exported:
    return export(tasks, target, out, default_registry(), Wish(**wish))


def items(tasks: TaskSet, **wish: Any) -> list[tma.BundleItem]:
    return list(TaskSetBundle(tasks, Wish(**wish)).items())


def same_pixels(one: Image.Image, media: tma.MediaFile | None) -> bool:
    assert media is not None
    with Image.open(media.path) as other:
        return one.convert("RGB").tobytes() == other.convert("RGB").tobytes()


def loaded(*arguments: Any, **named: Any) -> Any:
    """`datasets.load_dataset`, with the cache in the current folder."""
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return datasets.load_dataset(*arguments, cache_dir="cache", split="test", **named)


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        *((t, "pictures") for t in ("hf", "imagefolder", "vlmevalkit", "inspect", "lmms-eval")),
        *((t, "videos") for t in ("hf", "imagefolder", "vlmevalkit", "inspect", "lmms-eval")),
    ],
)
def test_media_that_changed_are_refused(
    target: str, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if target in ("hf", "lmms-eval"):
        pytest.importorskip("datasets")
    whole: TaskSet = request.getfixturevalue(kind)
    tasks = TaskSet.open(shutil.copytree(whole.path, tmp_path / "set"))
    touched = items(tasks)[-1]
    assert touched.media is not None
    touched.media.path.write_bytes(b"xx")
    with pytest.raises(tma.MediaError) as caught:
        written(tasks, target, tmp_path / "out" / "there")
    wanted = f"task {touched.task.id}: {touched.media.path} is not the file that was rendered"
    assert (caught.value.message, caught.value.hint) == (wanted, "run `tma verify`")
    assert not (tmp_path / "out").exists()


# -- Hugging Face ---------------------------------------------------------------------------


def test_datasets_load_every_configuration_back_to_what_the_tasks_are(
    pictures: TaskSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(pictures, "hf", Path("hub"), asking=Asking(orders=2))
    wanted: dict[str, list[tma.BundleItem]] = {}
    for item in items(pictures, asking=Asking(orders=2)):
        wanted.setdefault(item.task.generator.replace("/", "."), []).append(item)
    head = yaml.safe_load(Path("hub/README.md").read_text().split("---")[1])
    assert [c["config_name"] for c in head["configs"]] == sorted(wanted)
    for name, expected in wanted.items():
        rows = loaded("hub", name)
        assert len(rows) == len(expected)
        for row, item in zip(rows, expected, strict=True):
            assert (row["id"], row["question"]) == (item.id, item.task.question)
            assert (tuple(row["options"]), row["answer"]) == (item.options, item.letter)
            assert row["options"][row["answer_index"]] == item.task.answer
            assert json.loads(row["plan"]) == dict(item.task.plan)
            assert same_pixels(row["image"], item.media)
            inlined = base64.b64decode(row["image_uri"].partition(",")[2])
            assert same_pixels(Image.open(io.BytesIO(inlined)), item.media)
            assert [a["licence"] for a in row["assets"]] == [a.licence for a in item.task.assets]


def test_a_data_set_does_not_need_the_files_that_it_was_made_of(
    pictures: TaskSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow.parquet as pq

    monkeypatch.chdir(tmp_path)
    written(pictures, "hf", Path("hub"))
    for file in Path("hub/data").rglob("*.parquet"):
        held = pq.read_table(file).column("image").to_pylist()
        assert all(h["bytes"].startswith(b"\x89PNG") and "/" not in h["path"] for h in held)


def test_shards_hold_what_one_file_would(
    pictures: TaskSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(pictures, "hf", Path("hub"), shard_bytes=1)
    files = sorted(p.name for p in Path("hub/data/grid2d.what").iterdir())
    count = len(files)
    assert files == [f"test-{n:05}-of-{count:05}.parquet" for n in range(count)]
    assert count > 1
    ids = [i.id for i in items(pictures) if i.task.generator == "grid2d/what"]
    assert loaded("hub", "grid2d.what")["id"] == ids


def test_videos_are_kept_byte_by_byte(
    videos: TaskSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datasets

    monkeypatch.chdir(tmp_path)
    written(videos, "hf", Path("hub"))
    rows = loaded("hub", items(videos)[0].task.generator.replace("/", ".")).cast_column(
        "video", datasets.Video(decode=False)
    )
    media = items(videos)[0].media
    assert media is not None
    assert rows[0]["video"]["bytes"] == media.path.read_bytes()


def test_a_folder_of_pictures_loads(
    pictures: TaskSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(pictures, "imagefolder", Path("folder"))
    lines = Path("folder/metadata.jsonl").read_text().splitlines()
    rows = {json.loads(line)["id"]: json.loads(line) for line in lines}
    for item in items(pictures):
        row = rows[item.id]
        assert row["options"][row["answer_index"]] == item.task.answer
        assert same_pixels(Image.open(Path("folder") / row["file_name"]), item.media)
    back = loaded_train("imagefolder", data_dir="folder")
    assert sorted(back["id"]) == sorted(rows)
    assert same_pixels(
        back[0]["image"], next(i for i in items(pictures) if i.id == back[0]["id"]).media
    )


def loaded_train(*arguments: Any, **named: Any) -> Any:
    import datasets

    datasets.disable_progress_bars()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return datasets.load_dataset(*arguments, cache_dir="cache", split="train", **named)


# -- VLMEvalKit -----------------------------------------------------------------------------


def vlmevalkit_rows(file: Path) -> list[dict[str, Any]]:
    """A TSV file as VLMEvalKit's class for custom multiple-choice data reads it.

    By the description of its loader: pandas with a tab, rows without a picture dropped, an image of
    at most 64 characters taken for another row's index, a Python list for several pictures.
    """
    import pandas as pd

    data = pd.read_csv(file, sep="\t")
    data = data[~pd.isna(data["image"])]
    rows = []
    for row in data.to_dict("records"):
        assert len(row["image"]) > 64
        texts = ast.literal_eval(row["image"]) if row["image"].startswith("[") else [row["image"]]
        rows.append({**row, "image": [base64.b64decode(t) for t in texts]})
    return rows


def test_vlmevalkit_reads_what_the_tasks_are(pictures: TaskSet, tmp_path: Path) -> None:
    written(pictures, "vlmevalkit", tmp_path / "v", name="toys", asking=Asking(orders=2))
    rows = vlmevalkit_rows(tmp_path / "v" / "toys.tsv")
    expected = items(pictures, asking=Asking(orders=2))
    assert [r["index"] for r in rows] == list(range(len(expected)))
    for row, item in zip(rows, expected, strict=True):
        assert row["question"] == item.task.question
        assert tuple(str(row[letter]) for letter in "ABCD") == item.options
        assert (row["answer"], row[item.letter]) == (item.letter, item.task.answer)
        assert same_pixels(Image.open(io.BytesIO(row["image"][0])), item.media)


def test_rotations_are_grouped_as_vlmevalkit_groups_them(pictures: TaskSet, tmp_path: Path) -> None:
    written(pictures, "vlmevalkit", tmp_path / "v", name="toys", asking=Asking(circular=True))
    rows = vlmevalkit_rows(tmp_path / "v" / "toys-circular.tsv")
    groups: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["index"] % 1_000_000, []).append(row)
    for group in groups.values():
        assert sorted(r["answer"] for r in group) == ["A", "B", "C", "D"]
        assert len({r[r["answer"]] for r in group}) == 1


def test_a_video_is_several_pictures_for_vlmevalkit(videos: TaskSet, tmp_path: Path) -> None:
    written(videos, "vlmevalkit?frames=3", tmp_path / "v", name="toys")
    row = vlmevalkit_rows(tmp_path / "v" / "toys.tsv")[0]
    assert len(row["image"]) == 3
    assert "3 frames" in row["hint"]


@pytest.mark.parametrize("name", ["my-mmbench", "circular-things", "a-mmcr"])
def test_names_that_vlmevalkit_treats_otherwise_are_refused(
    pictures: TaskSet, tmp_path: Path, name: str
) -> None:
    with pytest.raises(tma.ExportError, match="--name"):
        written(pictures, "vlmevalkit", tmp_path / "v", name=name)
    assert not (tmp_path / "v").exists()


def read_back(values: list[str]) -> list[str]:
    import pandas as pd

    text = "A\tB\n" + "".join(f"{v}\tx\n" for v in values)
    return ["" if pd.isna(v) else str(v) for v in pd.read_csv(io.StringIO(text), sep="\t")["A"]]


@pytest.mark.parametrize(
    "values",
    [
        ["1", "2", "12"],
        ["01", "2"],
        ["1.5", "2.50"],
        ["1", "2.5"],
        ["1", "2.0"],
        ["1e3", "5"],
        ["1", "red"],
        ["01", "red"],
        ["True", "False"],
        ["true", "False"],
        ["true", "red"],
        ["inf", "1"],
        ["-0", "1"],
        ["+1", "2"],
        ["12345678901234567890123", "1"],
        ["1_000", "2"],
        ["None", "red"],
        ["null", "n/a"],
        ["nan", "1"],
        [" 1", "2"],
        ["9007199254740993", "0.5"],
    ],
)
def test_what_passes_the_check_comes_back_unaltered(values: list[str]) -> None:
    columns = Columns()
    try:
        kept = [columns.text("A", value, "t") for value in values]
        columns.check()
    except tma.ExportError:
        return
    assert read_back(kept) == kept


@pytest.mark.parametrize("values", [["1", "12"], ["01", "red"], ["red", "None"], ["0.5", "1.5"]])
def test_harmless_columns_are_not_refused(values: list[str]) -> None:
    columns = Columns()
    for value in values:
        columns.text("A", value, "t")
    columns.check()


@pytest.mark.parametrize("value", sorted(MISSING))
def test_every_missing_value_is_respelt_or_refused(value: str) -> None:
    import pandas as pd

    try:
        kept = Columns().text("A", value, "t")
    except tma.ExportError:
        return
    assert kept.lower() == value.lower()
    assert not pd.isna(pd.read_csv(io.StringIO(f"A\tB\n{kept}\tx\n"), sep="\t")["A"][0])


# -- lmms-eval ------------------------------------------------------------------------------


def lmms_task(folder: Path) -> dict[str, Any]:
    """The YAML, with `!function FILE.NAME` looked up in the file beside it, as lmms-eval does."""

    class Loader(yaml.SafeLoader):  # a class of its own: constructors are added to the class
        pass

    def function(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
        assert isinstance(node, yaml.ScalarNode)
        module, _, name = str(loader.construct_scalar(node)).partition(".")
        spec = importlib.util.spec_from_file_location(module, folder / f"{module}.py")
        assert spec is not None
        assert spec.loader is not None
        made = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made)
        return getattr(made, name)

    Loader.add_constructor("!function", function)
    (file,) = folder.glob("*.yaml")
    return yaml.load(file.read_text(), Loader)  # type: ignore[no-any-return]


@pytest.fixture
def _own_modules() -> Iterator[None]:
    path, known = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - known:
        if name.startswith("tma_"):
            del sys.modules[name]


@pytest.mark.usefixtures("_own_modules")
def test_lmms_eval_asks_and_scores_the_tasks(
    pictures: TaskSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(pictures, "lmms-eval", tmp_path / "l", name="toys")
    monkeypatch.chdir(tmp_path / "l")
    task = lmms_task(Path.cwd())
    rows = loaded(task["dataset_path"], **task["dataset_kwargs"])
    found = []
    for row, item in zip(rows, items(pictures), strict=True):
        assert task["doc_to_text"](row) == item.prompt
        (shown,) = task["doc_to_visual"](row)
        assert same_pixels(shown, item.media)
        (message,) = task["doc_to_messages"](row)
        assert [part["type"] for part in message["content"]] == ["image", "text"]
        assert task["doc_to_target"](row) == item.letter
        bare = {k: v for k, v in row.items() if k != "image"}  # lmms-eval takes pictures away
        wrong = "A" if item.letter != "A" else "B"
        right = task["process_results"](bare, [f"**{item.letter}**"])
        assert right["acc"]["score"] == 1
        assert right["acc"][task["cluster_key"]] == item.task.plan_id
        assert task["process_results"](bare, [wrong])["acc"]["score"] == 0
        found += [right, task["process_results"](bare, ["I can't see it"])]
    metrics = {m["metric"]: m["aggregation"] for m in task["metric_list"]}
    assert metrics["acc"]([f["acc"] for f in found]) == 1  # the unread are neither right nor wrong
    assert metrics["unread"]([f["unread"] for f in found]) == 0.5


@pytest.mark.usefixtures("_own_modules")
def test_lmms_eval_gets_the_path_of_a_video(
    videos: TaskSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(videos, "lmms-eval", tmp_path / "l", name="toys")
    task = lmms_task(tmp_path / "l")
    monkeypatch.chdir(tmp_path / "l")
    rows = loaded(task["dataset_path"], **task["dataset_kwargs"])
    monkeypatch.chdir(tmp_path)
    (path,) = task["doc_to_visual"](rows[0])
    media = items(videos)[0].media
    assert media is not None
    assert Path(path).read_bytes() == media.path.read_bytes()


# -- inspect_ai -----------------------------------------------------------------------------


def moody(call: Call) -> Answer:
    """A reply that depends on what is asked: a letter, in prose, or nothing that can be read."""
    text = next(p["text"] for p in call.parts if p["type"] == "text")
    mood = sum(text.encode()) % 5
    reply = said(["B", "**A**", "The answer is C.", "D", "No idea."][mood])
    return Answer({**reply, "model": "m", "created": 0})


def inspected(package: Path, name: str, url: str, logs: Path) -> Path:
    """`pip install PACKAGE` into a folder, and `inspect eval NAME/NAME`; the log's path."""
    # inspect_ai finds the tasks of a package where packages are installed
    site = logs.parent / "site-packages"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    alone = ["--no-index", "--no-deps", "--no-build-isolation", "--target", str(site)]
    subprocess.run([*pip, *alone, str(package)], check=True, timeout=120)
    command = [sys.executable, "-m", "inspect_ai", "eval", f"{name}/{name}", "--display", "none"]
    options = ["--model", "openai-api/toy/m", "--model-base-url", url, "--log-dir", str(logs)]
    environ = {**os.environ, "PYTHONPATH": str(site), "TOY_API_KEY": "none"}
    subprocess.run([*command, *options], env=environ, check=True, timeout=120, cwd=logs.parent)
    (file,) = logs.iterdir()
    return file


@pytest.mark.slow
def test_inspect_finds_what_tma_finds_and_its_replies_come_back(
    pictures: TaskSet, tmp_path: Path
) -> None:
    from inspect_ai.log import read_eval_log

    written(pictures, "inspect", tmp_path / "i", name="toys", asking=Asking(orders=2))
    with serving() as server:
        server.answer = moody
        file = inspected(tmp_path / "i", "tma_toys", server.url, tmp_path / "logs")
        sent = len(server.calls)
        assert all(c.parts[0]["type"] == "image_url" for c in server.calls)
        model = load_model(default_registry(), f"openai:m?base_url={server.url}")

        def asked(store: ReplyStore) -> Evaluation:
            return evaluate(
                pictures.tasks(), model, store, asking=Asking(orders=2), media=pictures.media_file
            )

        with ReplyStore(tmp_path / "ours.sqlite") as store:
            ours = asked(store)
        again = len(server.calls)
        exporter = default_registry().make(
            default_registry().find("exporter", "inspect"), base=tma.Exporter
        )
        with ReplyStore(tmp_path / "theirs.sqlite") as store:
            found = import_replies(exporter.replies(file), pictures, model, store)
            theirs = asked(store)
        assert len(server.calls) == again  # every reply came from the log
    log = read_eval_log(str(file))
    assert log.status == "success", log.error
    assert sent == found.kept == theirs.reused == len(items(pictures, asking=Asking(orders=2)))
    assert not found.passed
    score = log.results.scores[0]
    assert score.metrics["accuracy"].value == pytest.approx(ours.accuracy.estimate)
    assert score.scored_samples == ours.accuracy.answered < sent
    assert theirs.accuracy == ours.accuracy


# -- in general -----------------------------------------------------------------------------


def test_an_export_is_the_same_again(pictures: TaskSet, tmp_path: Path) -> None:
    for target in ("vlmevalkit", "lmms-eval", "inspect", "hf", "imagefolder"):
        found = []
        for name in ("one", "two"):
            written(pictures, target, tmp_path / target / name, asking=Asking(orders=2))
            root = tmp_path / target / name
            found.append(
                {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}
            )
        assert found[0] == found[1], target


def test_nothing_is_left_of_an_export_that_fails(pictures: TaskSet, tmp_path: Path) -> None:
    with pytest.raises(tma.ExportError, match="no shards"):
        written(pictures, "imagefolder", tmp_path / "x", shard_bytes=5)
    with pytest.raises(tma.ExportError, match="is no name"):
        written(pictures, "hf", tmp_path / "x", name="My Benchmark")
    assert list(tmp_path.iterdir()) == []


def test_trying_an_exporter_leaves_tasks_and_files(registry: Registry, tmp_path: Path) -> None:
    found = try_out(registry, "imagefolder", limit=3, assets="shapes", out=tmp_path / "out")
    assert found["items"] == found["tasks"] == 3
    listed = [tmp_path / "out" / row["file"] for row in found["written"]]
    assert "metadata.jsonl" in [p.name for p in (tmp_path / "out").rglob("*")]
    assert all(
        p.stat().st_size == row["bytes"] for p, row in zip(listed, found["written"], strict=True)
    )
    assert len(list(TaskSet.open(tmp_path / "out" / "tasks").tasks())) == 3


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vlmevalkit", "lmms-eval", "inspect", "hf"])
def test_every_exporter_keeps_to_the_contract(tma_home: Path, name: str) -> None:
    found = {f.check: f.outcome for f in findings(Subject(lab(), f"exports/{name}", n=2))}
    assert set(found.values()) == {"ok"}, found
