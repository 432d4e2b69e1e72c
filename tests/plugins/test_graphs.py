"""Scene graphs as JSON lines: what a lab brings, and what it is told when it is wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.plugins.clips import write_clip

from tma import Asset, AssetError, SceneGraph, VideoGraph
from tma.assets import OpenAssets
from tma.errors import TmaWarning
from tma.registry import default_registry
from tma.validate import validate
from tma_plugins.graphs.source import GraphsConfig, GraphsSource

PHOTOGRAPHS = Path(__file__).parents[2] / "docs" / "examples" / "photographs" / "graphs.jsonl"
LINE: dict[str, Any] = {
    "id": "desk",
    "file": "desk.png",
    "width": 64,
    "height": 48,
    "objects": [
        {
            "id": "cup",
            "name": "cups",
            "box": [1, 2, 20, 30],
            "attributes": {"color": ["red"]},
            "relations": [{"name": "on", "object": "desk"}],
        },
        {"id": "desk", "name": "desk"},
    ],
}
VIDEO: dict[str, Any] = {
    "kind": "video",
    "id": "wave",
    "file": "wave.mp4",
    "width": 64,
    "height": 48,
    "seconds": 1.0,
    "actor": "who",
    "objects": [{"id": "who", "name": "man"}, {"id": "cup", "name": "cup"}],
    "frames": [
        {"time": 0, "actions": [{"name": "wave"}]},
        {"time": 0.5, "relations": [{"name": "holding", "object": "cup"}]},
    ],
}


def lab(folder: Path, *lines: dict[str, Any] | str, **vocabulary: Any) -> Path:
    """A folder with lines of text, a picture and a video."""
    file = folder / "graphs.jsonl"
    texts = [x if isinstance(x, str) else json.dumps(x) for x in lines]
    file.write_text("\n".join(texts) + "\n")
    Image.new("RGB", (64, 48), (0, 99, 0)).save(folder / "desk.png")
    write_clip(folder / "wave.mp4", frames=4, rate=4)
    stated = {"action_types": [{"name": "wave", "phrase": "waving"}], "licence": "CC0-1.0"}
    (folder / "vocabulary.json").write_text(json.dumps(stated | vocabulary))
    return file


def source(file: Path) -> GraphsSource:
    return GraphsSource(GraphsConfig(file=file))


def test_pictures_and_videos_are_read(tmp_path: Path) -> None:
    made = source(lab(tmp_path, LINE, "", VIDEO))
    picture, video = made.graphs()
    assert isinstance(picture, SceneGraph)
    assert picture.media == "desk.png"
    assert [(o.category, o.name, o.plural) for o in picture.objects] == [
        ("cup", "cups", True),
        ("desk", "desk", False),
    ]
    assert isinstance(video, VideoGraph)
    assert [f.time for f in video.frames] == [0, 0.5]
    asset = Asset(id="wave", categories=("man",), forms={"clip": ("wave.mp4",)})
    assert made.read(asset, "clip", "wave.mp4")[4:8] == b"ftyp"
    assert list(made.validate()) == []


def changed(path: str, value: object) -> dict[str, Any]:
    made = json.loads(json.dumps(LINE))
    *way, last = path.split("/")
    at = made
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[last] = value
    return dict(made)


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        ("{", "is no JSON"),
        (json.dumps(LINE)[:-30], "is no JSON"),
        ("[1]", "a line must hold a JSON object, not list"),
        (changed("objects/0/box", [1, 2, 3]), "objects[0].box[3]: Field required"),
        (changed("objects/0/box", [1, 2, 99, 30]), "object 'cup': box [1, 2, 99, 30] is not in"),
        (changed("width", "wide"), "width: Input should be a valid integer"),
        (changed("colour", "red"), "colour: Extra inputs are not permitted, not 'red'"),
        (
            changed("objects/0/relations/0/object", "sofa"),
            "'on' leads to 'sofa', which is no other",
        ),
        (
            changed("objects/0/relations/0/name", "onn"),
            "relations[0].name: 'onn' is no relation of",
        ),
        (changed("objects/0/attributes", {"color": ["rde"]}), "color: 'rde' is no value of the"),
        (changed("objects/0/attributes", {"hue": ["red"]}), "attributes: expected one of color, "),
        (changed("objects/0/category", "cupp"), "objects[0].category: 'cupp' is no category"),
        (changed("objects/1/id", "cup"), "object 'cup' stands twice"),
        (changed("objects", []), "objects: Tuple should have at least 1 item"),
        (changed("file", "gone.png"), "file: 'gone.png' is not there"),
        (changed("file", "../desk.png"), "file: '../desk.png' is not there"),
        (changed("file", "package:nothing_of_the_kind/x.png"), "no package 'nothing_of_the_kind'"),
        (LINE | {"kind": None}, "kind: expected 'picture' or 'video', not None"),
        (VIDEO | {"kind": ["video"]}, "kind: expected 'picture' or 'video', not ['video']"),
        (VIDEO | {"kind": "vidoe"}, "kind: expected 'picture' or 'video', not 'vidoe'"),
        (VIDEO | {"seconds": 0}, "seconds: Input should be greater than 0, not 0.0"),
        (VIDEO | {"frames": []}, "frames: Tuple should have at least 1 item"),
        (VIDEO | {"actor": "cat"}, "actor 'cat' is no object of the video"),
        (VIDEO | {"frames": [{"time": 0, "actions": [{"name": "nap"}]}]}, "'nap' is no action of"),
    ],
)
def test_flaws_are_named_by_line_and_field(
    line: dict[str, Any] | str, flaw: str, tmp_path: Path
) -> None:
    made = source(lab(tmp_path, LINE | {"id": "first"}, line))
    flaws = list(made.validate())
    assert any(flaw in f for f in flaws), flaws
    assert all(f.startswith(f"{tmp_path}/graphs.jsonl:2: ") for f in flaws)
    with pytest.raises(AssetError, match=r"graphs.jsonl:2: "):
        list(made.graphs())


def test_relations_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    links = [{"name": f"to the {side} of", "object": "desk"} for side in ("left", "right")]
    odd = changed("objects/0/relations", links) | {"id": "odd"}
    assets = OpenAssets(default_registry(), str(lab(tmp_path, LINE, odd)), tmp_path / "cache")
    with pytest.warns(TmaWarning, match=r"left out: relations contradict each other \(1\)"):
        flaws = validate(assets).flaws
    assert flaws == [
        "graph 'odd': relations contradict each other: "
        "'cup' to the left of 'desk', and also to the right of"
    ]
    assert assets.graphs["photo"].ids == ("desk",)
    alone = OpenAssets(default_registry(), str(lab(tmp_path, odd)), tmp_path / "cache")
    with pytest.warns(TmaWarning, match="left out"):
        assert validate(alone).flaws == [*flaws, "the asset source holds no asset"]


@pytest.mark.parametrize("name", ["graphs.jsonl", "vocabulary.json"])
def test_pipes_are_not_waited_for(name: str, tmp_path: Path) -> None:
    file = lab(tmp_path, LINE)
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(AssetError, match=rf"{name}: .*is no regular file"):
        list(source(file).graphs())


def test_what_could_not_be_shown_is_told(tmp_path: Path) -> None:
    file = lab(tmp_path, LINE | {"width": 96}, VIDEO)
    (tmp_path / "wave.mp4").write_bytes(b"GIF89a")
    flaws = validate(OpenAssets(default_registry(), str(file), tmp_path / "cache")).flaws
    assert sorted(flaws) == [
        "desk: photo 'desk.png' is 64 x 48, but its scene graph is of one that is 96 x 48: "
        "is it another picture, or turned?",
        "wave: clip 'wave.mp4' is no MP4 file",
    ]


def test_ids_stand_once(tmp_path: Path) -> None:
    flaws = list(source(lab(tmp_path, LINE, LINE)).validate())
    assert flaws == [f"{tmp_path}/graphs.jsonl:2: id: 'desk' stands on an earlier line already"]


def test_missing_files_and_wrong_vocabularies_are_named(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"none.jsonl: no such file"):
        list(source(tmp_path / "none.jsonl").graphs())
    made = source(lab(tmp_path, LINE, relation_types=[{"name": 5}]))
    with pytest.raises(AssetError, match=r"vocabulary.json: relation_types\[0\].name: Input"):
        made.inventory()


def test_a_vocabulary_of_ones_own(tmp_path: Path) -> None:
    categories = [{"id": "c1", "name": "cup"}, {"id": "c2", "name": "desk", "synonyms": ["bench"]}]
    relations = [{"name": "on", "phrase": "stands on"}]
    file = lab(tmp_path, LINE, categories=categories, relation_types=relations)
    made = source(file)
    (picture,) = made.graphs()
    assert [o.category for o in picture.objects] == ["c1", "c2"]
    assert made.inventory().relation_types[0].phrase == "stands on"
    assert made.inventory().licence == "CC0-1.0"


def test_the_photographs_are_as_annotated(tmp_path: Path) -> None:
    assets = OpenAssets(default_registry(), str(PHOTOGRAPHS), tmp_path)
    found = validate(assets)
    assert found.flaws == []
    assert found.assets >= 6
    photos = assets.graphs["photo"]
    assert sum(photos.objects.values()) >= 60
    assert photos.objects.get("", 0) == 0
    assert assets.forms == {"photo"}
    for graph in photos:
        with Image.open(open_file(assets, graph.id, graph.media)) as image:
            assert image.size == (graph.width, graph.height)


def open_file(assets: OpenAssets, graph: str, media: str) -> Any:
    from io import BytesIO

    return BytesIO(assets.read(graph, "photo", media))


def test_cycles_in_the_taxonomy_are_named(tmp_path: Path) -> None:
    categories = [
        {"id": "cup", "name": "cup", "parents": ["desk"]},
        {"id": "desk", "name": "desk", "parents": ["cup"]},
    ]
    file = lab(tmp_path, LINE, categories=categories)
    found = validate(OpenAssets(default_registry(), str(file), tmp_path / "cache"))
    assert any("lead back to it" in flaw for flaw in found.flaws)


def test_relations_may_imply_each_other_in_a_circle(tmp_path: Path) -> None:
    relations = [
        {"name": "on", "implies": ["touching"]},
        {"name": "touching", "implies": ["on"], "symmetric": True},
    ]
    file = lab(tmp_path, LINE, relation_types=relations)
    assets = OpenAssets(default_registry(), str(file), tmp_path / "cache")
    assert assets.catalogue(("photo",)).relations.entailed("on") == {"on", "touching"}
