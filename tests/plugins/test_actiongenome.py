"""Action Genome's layout and AGQA's; and pickles, of which only plain ones are read."""

from __future__ import annotations

import collections
import json
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.plugins.clips import write_clip

from tma import Asset, AssetError, Skipped, VideoGraph
from tma_plugins.actiongenome.plainpickle import load_plain
from tma_plugins.actiongenome.source import ActionGenomeConfig, ActionGenomeSource


def thing(name: str, visible: bool = True, **relations: list[str] | None) -> dict[str, Any]:
    return {
        "class": name,
        "visible": visible,
        "bbox": (1.0, 2.0, 3.0, 4.0),
        "attention_relationship": relations.get("attention"),
        "spatial_relationship": relations.get("spatial"),
        "contacting_relationship": relations.get("contact"),
        "metadata": {"set": "train"},
    }


FRAMES = {
    "ABC.mp4/000009.png": [thing("book", contact=["touching"], attention=["unsure"])],
    "ABC.mp4/000001.png": [
        thing("cup/glass/bottle", contact=["holding"], spatial=["in_front_of"]),
        thing("table", visible=False),
    ],
}
CLASSES = "c016 Holding a book\nc106 Drinking from a cup/glass/bottle\n"
ACTIONS = "id,subject,actions\nABC,X1,c106 0.00 0.40;c016 0.90 3.00\n"


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    (tmp_path / "object_bbox_and_relationship.pkl").write_bytes(pickle.dumps(FRAMES, protocol=4))
    (tmp_path / "Charades_v1_classes.txt").write_text(CLASSES)
    (tmp_path / "Charades_v1_train.csv").write_text(ACTIONS)
    (tmp_path / "videos").mkdir()
    write_clip(tmp_path / "videos" / "ABC.mp4", frames=16, rate=8)
    return tmp_path


def source(root: Path, **settings: Any) -> ActionGenomeSource:
    return ActionGenomeSource(ActionGenomeConfig(root=root, **settings))


def test_key_frames_stand_in_time_with_relations_and_actions(root: Path) -> None:
    (graph,) = source(root).graphs()
    assert isinstance(graph, VideoGraph)
    assert (graph.id, graph.media, graph.seconds, graph.actor) == ("ABC", "ABC.mp4", 2.0, "person")
    first, last = graph.frames
    assert (first.time, last.time) == (0.0, 1.0)
    assert [(r.name, r.object, r.certain) for r in first.relations] == [
        ("in front of", "cup/glass/bottle", False),
        ("behind", "cup/glass/bottle", False),
        ("holding", "cup/glass/bottle", True),
    ]
    assert [a.name for a in first.actions] == ["c106"]
    assert [(r.name, r.object) for r in last.relations] == [("touching", "book")]
    assert [a.name for a in last.actions] == ["c016"]
    names = {o.id: o.category for o in graph.objects}
    assert names == {"person": "person", "cup/glass/bottle": "cup/glass/bottle", "book": "book"}
    asset = Asset(id="ABC", categories=("person",), forms={"clip": ("ABC.mp4",)})
    assert source(root).read(asset, "clip", "ABC.mp4")[4:8] == b"ftyp"


def test_which_of_two_is_above_the_other_is_not_known_unless_it_is_said(root: Path) -> None:
    data = {"ABC.mp4/000001.png": [thing("chair", spatial=["beneath", "on_the_side_of"])]}
    (graph,) = write(root, data).graphs()
    assert isinstance(graph, VideoGraph)
    relations = [(r.name, r.certain) for r in graph.frames[0].relations]
    assert relations == [("beneath", False), ("above", False), ("on the side of", True)]
    said = source(root, spatial="person")
    (graph,) = said.graphs()
    assert isinstance(graph, VideoGraph)
    relations = [(r.name, r.certain) for r in graph.frames[0].relations]
    assert relations == [("beneath", True), ("on the side of", True)]
    assert said.graphs_stamp() != source(root).graphs_stamp()


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("0.30 0.60", {("c016", False)}, {("c016", False)}),
        ("1.20 1.60", set(), {("c016", False)}),
        ("0.50 1.00", set(), {("c016", True)}),
    ],
)
def test_what_is_done_between_key_frames_is_not_never_done(
    span: str, first: set[tuple[str, bool]], last: set[tuple[str, bool]], root: Path
) -> None:
    (root / "Charades_v1_train.csv").write_text(f"id,subject,actions\nABC,X1,c016 {span}\n")
    (graph,) = source(root).graphs()
    assert isinstance(graph, VideoGraph)
    found = [{(a.name, a.certain) for a in f.actions} for f in graph.frames]
    assert found == [first, last]


def test_phrases_of_actions(root: Path) -> None:
    types = {t.name: t for t in source(root).inventory().action_types}
    assert types["c016"].phrase == "holding a book"


def test_agqa_layout_in_any_order_of_frames(root: Path) -> None:
    (root / "object_bbox_and_relationship.pkl").unlink()
    frames = {
        "000009": {"spatial": {}, "contact": {"r2": ["o4"]}, "actions": ["c016"]},
        "000001": {"spatial": {"behind": "o4"}, "contact": {}, "actions": []},
        "o4/000001": {"type": "object"},
    }
    (root / "val_stsgs.json").write_text(json.dumps({"ABC": frames}))
    names = {"o4": "book", "r2": "holding", "c016": "Holding a book"}
    (root / "names.json").write_text(json.dumps(names))
    (graph,) = source(root).graphs()
    assert isinstance(graph, VideoGraph)
    assert [f.time for f in graph.frames] == [0.0, 1.0]
    named = [r.name for f in graph.frames for r in f.relations]
    assert named == ["behind", "in front of", "holding"]


def write(root: Path, data: object) -> ActionGenomeSource:
    (root / "object_bbox_and_relationship.pkl").write_bytes(pickle.dumps(data))
    return source(root)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"XYZ.mp4/000001.png": []}, "the video is missing"),
        ({"EMPTY.mp4/000001.png": []}, "the video can't be read"),
        ({"ABC.mp4/000099.png": []}, "a key frame lies after the end"),
        ({"ABC.mp4/one.png": []}, "a key frame has no number"),
        ({"ABC.mp4/000001.png": [{"bbox": 1}]}, "an object has no class"),
        ({"ABC.mp4/000001.png": [thing("book", contact=["eyeing"])]}, "a relation is unknown"),
        ({"ABC.mp4/000001.png": 5}, "a key frame is no table"),
    ],
)
def test_what_is_wrong_with_a_video_is_named(data: object, reason: str, root: Path) -> None:
    (root / "videos" / "EMPTY.mp4").write_bytes(b"")
    (skipped,) = write(root, data).graphs()
    assert isinstance(skipped, Skipped)
    assert skipped.reason == reason
    assert skipped.where.startswith("object_bbox_and_relationship.pkl: video ")


def test_unknown_things_are_kept_without_a_category(root: Path) -> None:
    (graph,) = write(root, {"ABC.mp4/000001.png": [thing("gizmo", contact=["holding"])]}).graphs()
    assert isinstance(graph, VideoGraph)
    assert graph.objects[1].category is None


def test_missing_annotations_are_named(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="holds neither object_bbox_and_relationship"):
        source(tmp_path).graphs_stamp()


# -- pickles ------------------------------------------------------------------------------


class Attack:
    """What a hostile pickle holds: running a command when it is read."""

    def __reduce__(self) -> tuple[Any, tuple[str, ...]]:
        return os.system, ("touch hacked",)


class Subclass(dict[str, int]):
    pass


@pytest.mark.parametrize(
    "data",
    [
        Attack(),
        {"deep": [1, {"down": (Attack(),)}]},
        np.zeros(3),
        Subclass(),
        collections.Counter("aab"),
        print,
    ],
)
@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_pickles_that_ask_for_more_are_refused(
    data: object, protocol: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "x.pkl"
    path.write_bytes(pickle.dumps(data, protocol=protocol))
    with pytest.raises(AssetError, match=r"x\.pkl: refused, it asks for"):
        load_plain(path)
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize(
    "code",
    [
        b"cbuiltins\neval\n(S'1'\ntR.",
        b"c__builtin__\nexec\n(S'1'\ntR.",
        b"cbuiltins\ngetattr\n.",
        b"\x80\x04\x8c\x08builtins\x8c\x0ddict.fromkeys\x93.",
        b"cos\nsystem\n(S'touch hacked'\ntR.",
    ],
)
def test_handmade_pickles_are_refused(code: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.pkl"
    path.write_bytes(code)
    with pytest.raises(AssetError, match="refused, it asks for"):
        load_plain(path)


@pytest.mark.parametrize("protocol", range(6))
def test_plain_pickles_are_read(protocol: int, tmp_path: Path) -> None:
    data = {"a": [1, 2.5, None, True], "b": ("x", {"y"}, frozenset({1}))}
    path = tmp_path / "x.pkl"
    path.write_bytes(pickle.dumps(data, protocol=protocol))
    assert load_plain(path) == data


@pytest.mark.parametrize("content", [b"", b"no pickle", pickle.dumps(FRAMES)[:-20], b"\x80\x09K."])
def test_damaged_pickles_are_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.pkl"
    path.write_bytes(content)
    with pytest.raises(AssetError, match=r"x\.pkl: "):
        load_plain(path)
