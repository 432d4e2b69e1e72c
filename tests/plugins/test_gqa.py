"""GQA's format: read as a stream, and what is wrong counted and named."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tma import Asset, AssetError, SceneGraph, Skipped
from tma.catalogue import Catalogue
from tma.contract.graphs import SceneGraph as Graph
from tma.errors import TmaWarning
from tma.graphimport import import_graphs
from tma_plugins.gqa.source import GqaConfig, GqaSource
from tma_plugins.scenegraph.files import Files

PICTURE: dict[str, Any] = {
    "width": 64,
    "height": 48,
    "location": "kitchen",
    "objects": {
        "1": {
            "name": "men",
            "x": 2,
            "y": 3,
            "w": 20,
            "h": 70,
            "attributes": ["young", "grey", "wii"],
            "relations": [
                {"name": "to the left of", "object": "2"},
                {"name": "juggling", "object": "2"},
            ],
        },
        "2": {
            "name": "sofa",
            "x": 40,
            "y": 10,
            "w": 20,
            "h": 20,
            "attributes": [],
            "relations": [],
        },
        "3": {"name": "gizmo", "x": 1, "y": 1, "w": 5, "h": 5, "attributes": [], "relations": []},
    },
}


def changed(path: str, value: object) -> dict[str, Any]:
    """The picture with one thing else; None takes it away."""
    made = json.loads(json.dumps(PICTURE))
    *way, last = path.split("/")
    at = made
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return dict(made)


def png() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (64, 48), (9, 99, 0)).save(data, "JPEG")
    return data.getvalue()


def source(folder: Path, pictures: dict[str, Any] | str, **settings: Any) -> GqaSource:
    text = pictures if isinstance(pictures, str) else json.dumps(pictures)
    (folder / "val_sceneGraphs.json").write_text(text)
    return GqaSource(GqaConfig(root=folder, **settings))


def test_a_graph_is_read_with_categories_plurals_and_values(tmp_path: Path) -> None:
    (graph,) = source(tmp_path, {"7": PICTURE}).graphs()
    assert isinstance(graph, SceneGraph)
    assert (graph.id, graph.media, graph.width, graph.height) == ("7", "7.jpg", 64, 48)
    men, sofa, gizmo = graph.objects
    assert (men.category, men.name, men.plural) == ("man", "men", True)
    assert men.box == (2, 3, 22, 48)  # cut at the edge
    assert men.attributes == {"age": ("young",), "color": ("gray",)}
    assert [(r.name, r.certain) for r in men.relations] == [
        ("to the left of", True),
        ("related in another way to", False),  # so nothing can be asked about the two
    ]
    assert sofa.category == "couch"
    assert gizmo.category is None
    assert not graph.complete


def test_all_that_graphs_name_is_in_the_inventory(tmp_path: Path) -> None:
    made = source(tmp_path, {"7": PICTURE})
    sets = import_graphs(made, made.inventory(), "gqa@1", tmp_path / "cache").sets
    catalogue = Catalogue(made.inventory(), ("photo",), sets)
    assert "man" in catalogue.categories
    assert catalogue.graphs.objects[""] == 1


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (changed("objects/2/x", None), "an object has no box"),
        (changed("objects/2/w", 0), "an object's box is empty or outside the picture"),
        (changed("objects/2/x", 70), "an object's box is empty or outside the picture"),
        (changed("objects/1/relations/0/object", "9"), "a relation leads to no object"),
        (changed("objects/1/relations/0/object", "1"), "an object is related to itself"),
        (changed("objects/1/name", 5), "name is missing or of the wrong type"),
        (changed("objects/1/attributes", "red"), "attributes is missing or of the wrong type"),
        (changed("objects", []), "objects is missing or of the wrong type"),
        (changed("width", None), "width is no number"),
        (changed("width", 0), "an object's box is empty or outside the picture"),
        ([], "a record is no JSON object"),
    ],
)
def test_what_is_wrong_with_a_picture_is_named(
    picture: object, reason: str, tmp_path: Path
) -> None:
    first, second = source(tmp_path, {"7": picture, "8": PICTURE}).graphs()
    assert isinstance(first, Skipped)
    assert first[:2] == ("val_sceneGraphs.json: picture 7", reason)
    assert isinstance(second, Graph)


@pytest.mark.parametrize(
    ("of", "name", "to"), [("2", "to the left of", "1"), ("1", "to the right of", "2")]
)
def test_contradictions_are_left_out(of: str, name: str, to: str, tmp_path: Path) -> None:
    stated = PICTURE["objects"][of]["relations"]
    odd = changed(f"objects/{of}/relations", [*stated, {"name": name, "object": to}])
    made = source(tmp_path, {"7": odd, "8": PICTURE})
    with pytest.warns(TmaWarning, match=r"relations contradict each other \(1\)"):
        found = import_graphs(made, made.inventory(), "gqa@1", tmp_path / "cache")
    assert found.sets["photo"].ids == ("8",)


def test_ids_stand_once(tmp_path: Path) -> None:
    text = f'{{"7": {json.dumps(PICTURE)}, "7": {json.dumps(PICTURE)}}}'
    _, second = source(tmp_path, text).graphs()
    assert isinstance(second, Skipped)
    assert second.reason == "a picture's id stands twice"


def test_a_truncated_file_is_named_with_the_place(tmp_path: Path) -> None:
    made = source(tmp_path, json.dumps({"7": PICTURE, "8": PICTURE})[:-40])
    with pytest.raises(AssetError, match=r"val_sceneGraphs.json: is no JSON after picture 7") as e:
        list(made.graphs())
    assert e.value.hint == "is the download complete?"


def test_missing_pictures_are_left_out_if_there_are_any(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "8.jpg").write_bytes(png())
    first, second = source(tmp_path, {"7": PICTURE, "8": PICTURE}).graphs()
    assert isinstance(first, Skipped)
    assert first.reason == "the picture is missing"
    assert isinstance(second, Graph)


ASSET = Asset(id="8", categories=("man",), forms={"photo": ("8.jpg",)})


def test_pictures_are_read_from_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as file:
        file.writestr("images/8.jpg", png())
    made = source(tmp_path, {"8": PICTURE})
    assert len(list(made.graphs())) == 1
    assert made.read(ASSET, "photo", "8.jpg") == png()
    with pytest.raises(AssetError, match=r"no picture '9.jpg'"):
        made.read(ASSET, "photo", "9.jpg")


def test_a_bomb_in_a_zip_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "images.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("images/8.jpg", bytes(100_000))
    monkeypatch.setenv("TMA_LIMITS_BYTES", "9999")
    with pytest.raises(AssetError, match=r"'images/8.jpg' has 100000 bytes; at most 9999"):
        Files(tmp_path / "images.zip").read("images/8.jpg")


@pytest.mark.parametrize("member", ["../8.jpg", "/tmp/8.jpg", "images/../../8.jpg", "..\\8.jpg"])
def test_a_zip_that_leads_outside_is_refused(member: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as file:
        file.writestr(member, png())
    with pytest.raises(AssetError, match=r"images.zip: member .* lies outside the zip file"):
        list(source(tmp_path, {"8": PICTURE}).graphs())


def test_a_broken_zip_is_named(tmp_path: Path) -> None:
    (tmp_path / "images.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(AssetError, match=r"images.zip: is no folder, and no zip file"):
        list(source(tmp_path, {"8": PICTURE}).graphs())


def test_without_pictures_questions_can_be_made_but_not_shown(tmp_path: Path) -> None:
    made = source(tmp_path, {"8": PICTURE})
    assert len(list(made.graphs())) == 1
    with pytest.raises(AssetError, match="there are no pictures"):
        made.read(ASSET, "photo", "8.jpg")


def test_a_folder_without_graphs_is_named(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"holds no train_sceneGraphs.json or val_sceneGraphs"):
        GqaSource(GqaConfig(root=tmp_path)).graphs_stamp()
    with pytest.raises(AssetError, match="no such folder"):
        GqaSource(GqaConfig(root=tmp_path / "none")).graphs_stamp()


def test_the_stamp_changes_with_the_file(tmp_path: Path) -> None:
    first = source(tmp_path, {"7": PICTURE}).graphs_stamp()
    assert source(tmp_path, {"7": PICTURE, "8": PICTURE}).graphs_stamp() != first


def test_the_published_taxonomy_can_be_used(annotations: Path, tmp_path: Path) -> None:
    made = source(tmp_path, {"7": PICTURE}, annotations=annotations)
    inventory = made.inventory()
    catalogue = Catalogue(inventory, ("photo",), import_graphs(made, inventory, "g", tmp_path).sets)
    (graph,) = made.graphs()
    assert isinstance(graph, SceneGraph)
    assert all((o.category or "Q").startswith("Q") for o in graph.objects)
    assert len(inventory.categories) > 1000
    assert len(inventory.relation_types) > 300
    assert catalogue.relations.confusable("on") >= {"above"}
