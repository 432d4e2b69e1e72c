from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tma import AssetError, Inventory
from tma_plugins.objaverse.judgement import lookalikes, overlaps
from tma_plugins.objaverse.layout import CONCEPTS, OBJECTS, TAXONOMY
from tma_plugins.objaverse.source import ObjaverseConfig, ObjaverseSource


def source(root: Path) -> ObjaverseSource:
    return ObjaverseSource(ObjaverseConfig(root=root))


# The published catalogue


@pytest.fixture(scope="session")
def inventory(annotations: Path) -> Inventory:
    return source(annotations).inventory()


def test_the_published_catalogue_is_whole(inventory: Inventory) -> None:
    assert len(inventory.categories) == 465
    assert len(inventory.assets) == 1996
    assert len({category for asset in inventory.assets for category in asset.categories}) == 337
    assert sum(len(kind.values) for kind in inventory.attribute_types) == 38
    assert sum(not asset.attributes for asset in inventory.assets) == 592
    ids = {category.id for category in inventory.categories}
    assert all({*c.parents, *c.lookalikes} <= ids for c in inventory.categories)


def test_loading_again_gives_an_equal_inventory(annotations: Path, inventory: Inventory) -> None:
    assert source(annotations).inventory() == inventory


def _alike(inventory: Inventory) -> set[frozenset[str]]:
    """Pairs of names."""
    names = {category.id: category.name for category in inventory.categories}
    return {frozenset((c.name, names[x])) for c in inventory.categories for x in c.lookalikes}


@pytest.mark.parametrize(
    "pair",
    [
        "cup bowl",
        "mug bowl",
        "boot shoe",
        "pan pot",
        "backpack satchel",
        "teapot kettle",
        "couch armchair",
        "container bag",
        "container tote bag",
        "weapon knife",
        "tool broom",
        "furniture chair",
        "utensil spatula",
        "lamp table lamp",
        "oven microwave oven",
        "statue bust",
        "notebook laptop",
        "lemon orange",
    ],
)
def test_names_that_fit_one_picture_are_look_alikes(inventory: Inventory, pair: str) -> None:
    names = {category.name for category in inventory.categories}
    words = pair.split()
    splits = ((" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words)))
    (one, other) = next(s for s in splits if set(s) <= names)
    assert frozenset((one, other)) in _alike(inventory)


def test_most_categories_keep_most_distractors(inventory: Inventory) -> None:
    names = [category.name for category in inventory.categories]
    alike = _alike(inventory)
    assert len(alike) < 0.05 * len(names) ** 2 / 2
    assert frozenset(("guitar", "apple")) not in alike
    assert frozenset(("container", "chair")) not in alike


def test_relatives_are_never_look_alikes(inventory: Inventory) -> None:
    parents = {category.id: category.parents for category in inventory.categories}

    def above(key: str) -> set[str]:
        return {*parents[key], *(up for parent in parents[key] for up in above(parent))}

    for category in inventory.categories:
        for other in category.lookalikes:
            assert other not in above(category.id)
            assert category.id not in above(other)


def test_every_judgement_is_about_the_published_catalogue(inventory: Inventory) -> None:
    names = {category.id: category.name for category in inventory.categories}
    data = json.loads(files("tma_plugins.objaverse").joinpath("lookalikes.json").read_text())
    labels = [label for pair in data["alike"] for label in pair]
    labels += [label for general, many in data["also"].items() for label in (general, *many)]
    for label in labels:
        key, _, name = label.partition(" ")
        assert names[key] == name
    assert len({frozenset(pair) for pair in data["alike"]}) == len(data["alike"])


def test_every_value_keeps_enough_distractors(inventory: Inventory) -> None:
    for kind in inventory.attribute_types:
        for value in kind.values:
            near = {other for pair in kind.overlaps if value in pair for other in pair} | {value}
            assert len(kind.values) - len(near) >= 5, value


def test_overlap_data_name_published_values_once(inventory: Inventory) -> None:
    data = json.loads(files("tma_plugins.objaverse").joinpath("overlaps.json").read_text())
    for kind in inventory.attribute_types:
        pairs = [tuple(pair) for pair in data[kind.name]]
        assert kind.overlaps == tuple(pairs)
        assert all(one < other for one, other in pairs)
        assert all(one < other for one, other in pairwise(pairs))


# A small catalogue of our own

Files = dict[str, Any]


@pytest.fixture
def small() -> Files:
    return {
        TAXONOMY: {
            "nodes": {"Q1": {"surface_name": ["thing"], "description": "anything"}},
            "edges": [["Q1", "Q2"], ["Q1", "Q3"], ["Q2", "Q2"], ["Q1", "Q2"]],
        },
        CONCEPTS: {
            "Q2": {"surface_name": ["oven", "stove"], "wikidata_description": "it heats"},
            "Q3": {"surface_name": ["microwave oven"]},
            "Q4": {"surface_name": ["sky"]},
        },
        OBJECTS: {
            "Q2": {
                "a1": {
                    "images": ["000.png", "001.png"],
                    "attributes": {"color": ["red", "red"], "material": []},
                }
            },
            "Q3": {"b2": {"images": [], "attributes": {"shape": ["cube"]}}},
        },
    }


def write(root: Path, given: Files) -> Path:
    root.mkdir(exist_ok=True)
    for name, content in given.items():
        (root / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return root


@pytest.mark.parametrize("folder", ["", "annotations"])
def test_a_small_catalogue(tmp_path: Path, small: Files, folder: str) -> None:
    write(tmp_path / folder, small)
    found = source(tmp_path).inventory()
    thing, oven, microwave = sorted(found.categories, key=lambda c: c.id)
    assert (thing.name, thing.description, thing.parents) == ("thing", "anything", ())
    assert (oven.name, oven.synonyms, oven.parents) == ("oven", ("stove",), ("Q1",))
    assert {*oven.lookalikes, *microwave.lookalikes} & {"Q2", "Q3"}
    a1, b2 = found.assets
    assert a1.attributes == {"color": ("red",)}
    assert a1.forms == {"sticker": ("000.png", "001.png"), "mesh": ("a1.glb",)}
    assert b2.forms == {"mesh": ("b2.glb",)}
    assert {kind.name: kind.values for kind in found.attribute_types} == {
        "color": ("red",),
        "shape": ("cube",),
    }


def test_media_are_read_or_named(tmp_path: Path, small: Files) -> None:
    root = write(tmp_path, small)
    a1 = source(root).inventory().assets[0]
    with pytest.raises(AssetError, match=r"object_images/Q2/a1/000.png: no such file") as error:
        source(root).read(a1, "sticker", "000.png")
    assert error.value.hint is not None
    assert "download the published Task-Me-Anything source data" in error.value.hint
    for parts in (("object_images", "Q2", "a1", "000.png"), ("3d_assets", "objects", "a1.glb")):
        path = root.joinpath(*parts)
        path.parent.mkdir(parents=True)
        path.write_bytes(parts[-1].encode())
    assert source(root).read(a1, "sticker", "000.png") == b"000.png"
    assert source(root).read(a1, "mesh", "a1.glb") == b"a1.glb"
    with pytest.raises(AssetError, match=r"a1 has no sticker '\.\./x'"):
        source(root).read(a1, "sticker", "../x")
    evil = a1.model_copy(update={"categories": ("..",)})
    with pytest.raises(AssetError, match="not safe"):
        source(root).read(evil, "sticker", "000.png")


def test_meshes_turn_by_the_published_angles(tmp_path: Path, small: Files) -> None:
    _set(OBJECTS, "Q2", "a1", "angles", value=[120, 240, 120])(small)
    _set(OBJECTS, "Q3", "b2", "angles", value=[])(small)
    a1, b2 = source(write(tmp_path, small)).inventory().assets
    assert a1.solid.yaws == (120.0, 240.0)
    assert a1.solid.symmetry is None
    assert "mesh" not in b2.forms


def test_the_published_angles_are_read(inventory: Inventory) -> None:
    turns = Counter(asset.solid.yaws for asset in inventory.assets)
    assert len(turns) == 7
    assert turns[0.0, 120.0, 240.0] == 1478
    assert all("mesh" in asset.forms for asset in inventory.assets)


def _thing(**changes: object) -> dict[str, object]:
    return {"images": [], "attributes": {}, **changes}


def _set(file: str, *path: str | int, value: object) -> Callable[[Files], None]:
    def change(given: Files) -> None:
        place = given[file]
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def _whole(file: str, value: object) -> Callable[[Files], None]:
    return lambda given: given.update({file: value})


TWICE = '{"Q2": {"a1": {"images": [], "attributes": {}}, "a1": {}}}'


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda given: given.pop(TAXONOMY), "taxonomy.json: no such file"),
        (lambda given: given.pop(OBJECTS), "cateid_to_objects.json: no such file"),
        (_whole(CONCEPTS, '{"Q2": {"surf'), "concept.json: line 1, column 9: not valid JSON"),
        (_whole(CONCEPTS, ""), "concept.json: line 1, column 1: not valid JSON"),
        (_whole(TAXONOMY, []), "taxonomy.json: the file: must be an object, not list"),
        (_whole(TAXONOMY, {"edges": []}), "taxonomy.json: nodes: must be an object, not NoneType"),
        (_set(TAXONOMY, "edges", value={}), "edges: must be a list, not dict"),
        (_set(TAXONOMY, "edges", 1, value=["Q1"]), r"edges\[1\]: must be \[general id, special"),
        (_set(TAXONOMY, "edges", 1, value=["Q1", 3]), r"edges\[1\]: must be \[general id, special"),
        (_set(TAXONOMY, "edges", 1, value=["Q1", "Q9"]), r"edges\[1\]: unknown category 'Q9'"),
        (_set(TAXONOMY, "edges", 1, value=["Q2", "Q1"]), r"themselves: Q\d \(\w+\) <- Q"),
        (_set(TAXONOMY, "nodes", "Q2", value={"surface_name": ["x"]}), r"nodes.Q2: .* too"),
        (_set(CONCEPTS, "Q2", value=[]), "Q2: must be an object, not list"),
        (_set(CONCEPTS, "Q2", value={}), "Q2.surface_name: must be a list, not NoneType"),
        (_set(CONCEPTS, "Q2", "surface_name", value=[]), "Q2.surface_name: is empty"),
        (_set(CONCEPTS, "Q2", "surface_name", value=[" "]), "surface_name: holds an empty string"),
        (_set(CONCEPTS, "Q2", "wikidata_description", value=3), "description: must be a string"),
        (_set(OBJECTS, "Q9", value={}), "Q9: unknown category"),
        (_set(OBJECTS, "Q2", value=[]), "Q2: must be an object, not list"),
        (_set(OBJECTS, "Q2", "a1", value={}), "Q2.a1.images: must be a list, not NoneType"),
        (_set(OBJECTS, "Q2", "b2", value=_thing()), "Q3.b2: two objects have this id, .* Q2"),
        (_whole(OBJECTS, TWICE), "'a1' stands twice"),
        (_set(OBJECTS, "Q2", "../a", value=_thing()), "object id: '../a' is not safe"),
        (
            _set(OBJECTS, "Q2", "a1", "images", 0, value="../0.png"),
            "images: '../0.png' is not safe",
        ),
        (_set(OBJECTS, "Q2", "a1", "images", 0, value=7), "a1.images: must be a list of strings"),
        (_set(OBJECTS, "Q2", "a1", "attributes", value=[]), "a1.attributes: must be an object"),
        (
            _set(OBJECTS, "Q2", "a1", "attributes", "colour", value=["red"]),
            "Q2.a1.attributes: unknown type 'colour'",
        ),
        (
            _set(OBJECTS, "Q2", "a1", "attributes", "color", value="red"),
            "Q2.a1.attributes.color: must be a list, not str",
        ),
        (_set(OBJECTS, "Q2", "a1", "angles", value="0"), "a1.angles: must be a list, not str"),
        (_set(OBJECTS, "Q2", "a1", "angles", value=[True]), "a1.angles: must be a list of degrees"),
        (_set(OBJECTS, "Q2", "a1", "angles", value=[1e9]), "a1.angles: must be a list of degrees"),
    ],
)
def test_bad_input_is_one_line_with_file_and_field(
    tmp_path: Path, small: Files, change: Callable[[Files], None], message: str
) -> None:
    change(small)
    root = write(tmp_path, small)
    with pytest.raises(AssetError, match=message) as error:
        source(root).inventory()
    assert str(root) in error.value.message
    assert "\n" not in str(error.value)


def test_a_missing_root_says_what_to_put_there(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="nowhere: no such folder") as error:
        source(tmp_path / "nowhere").inventory()
    assert error.value.hint is not None
    assert "root/annotations" in error.value.hint


def test_bytes_that_are_no_text(tmp_path: Path, small: Files) -> None:
    root = write(tmp_path, small)
    (root / CONCEPTS).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(AssetError, match="not JSON in UTF-8"):
        source(root).inventory()
    (root / CONCEPTS).write_text("[" * 200_000)
    with pytest.raises(AssetError, match="not JSON in UTF-8"):
        source(root).inventory()


# Judgement


def test_names_that_end_in_a_name_are_look_alikes() -> None:
    names = {"a": ("oven",), "b": ("Microwave Oven",), "c": ("coven",), "d": ("stove", "oven")}
    alike = lookalikes(names, {})
    pairs = {frozenset((key, other)) for key, others in alike.items() for other in others}
    assert pairs == {frozenset("ab"), frozenset("ad"), frozenset("bd")}


def test_overlaps_hold_for_the_values_that_there_are() -> None:
    assert overlaps("shape", ("cube", "cuboid", "sphere")) == (("cube", "cuboid"),)
    assert overlaps("size", ("small", "large")) == ()


def _graphs() -> st.SearchStrategy[dict[str, list[str]]]:
    keys = [str(i) for i in range(7)]
    return st.dictionaries(st.sampled_from(keys), st.lists(st.sampled_from(keys), max_size=3))


@given(_graphs())
def test_look_alikes_of_any_graph_are_well_formed(parents: dict[str, list[str]]) -> None:
    """Cycles and unknown parents are for the catalogue to report; here they must do no harm."""
    names = {str(i): (name,) for i, name in enumerate(("a", "b a", "c a", "c", "d", "x c", "d"))}
    alike = lookalikes(names, parents)
    assert set(alike) == set(names)
    stated = [(key, other) for key, others in alike.items() for other in others]
    assert all(key != other and (other, key) not in stated for key, other in stated)
    assert len(set(stated)) == len(stated)
    for key, above in parents.items():
        for parent in above:
            assert (key, parent) not in stated
            assert (parent, key) not in stated
