"""Scene graphs: checked, imported once, and read back as they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.core.graphtoys import Album, film, inventory, kitchen, office, thing

from tma.catalogue import Catalogue
from tma.contract.assets import RelationType
from tma.contract.graphs import KeyFrame, PhotoScene, Relation, SceneGraph, Skipped, VideoGraph
from tma.errors import AssetError, TmaWarning
from tma.graphimport import Gate, Import, import_graphs


def imported(folder: Path, album: Album | None = None) -> Import:
    album = album or Album()
    with pytest.warns(TmaWarning, match=r"1 graphs were left out: an object has no box \(1\)"):
        return import_graphs(album, album.inventory(), "album@1.0", folder)


def test_graphs_come_back_as_they_were(tmp_path: Path) -> None:
    found = imported(tmp_path)
    assert list(found.sets["photo"]) == [kitchen(), office()]
    assert list(found.sets["clip"]) == [film()]
    assert found.sets["photo"][1] == office()
    assert found.sets["photo"].number("office") == 1
    assert found.examples == [("album: picture 7", "an object has no box", "object 3")]


def test_what_is_stated_is_counted(tmp_path: Path) -> None:
    sets = imported(tmp_path).sets
    assert sets["photo"].objects == {"": 1, "cat": 1, "dog": 1, "lamp": 1, "table": 2}
    assert sets["photo"].values["color", "brown"] == 2
    assert sets["photo"].relations == {"next to": 1, "on": 1, "sitting on": 1}
    assert sets["clip"].deeds == {("hold", "cup"): 1, ("sit", ""): 1}
    assert sets["clip"].actions == {"hold": 1, "sit": 1}


def test_numbers_beyond_the_end_are_no_graphs(tmp_path: Path) -> None:
    photos = imported(tmp_path).sets["photo"]
    with pytest.raises(IndexError):
        photos[2]
    with pytest.raises(IndexError):
        photos[-1]
    with pytest.raises(KeyError):
        photos.number("film")


def test_graphs_are_read_once_a_stamp(tmp_path: Path) -> None:
    album = Album()
    first = imported(tmp_path, album)
    again = import_graphs(album, album.inventory(), "album@1.0", tmp_path)
    assert album.read_graphs == 1
    assert again.content == first.content
    album.stamp = "2"
    imported(tmp_path, album)
    assert album.read_graphs == 2


def test_a_damaged_import_is_made_again(tmp_path: Path) -> None:
    album = Album()
    imported(tmp_path, album)
    index = next(tmp_path.glob("*/index.json"))
    index.write_text(index.read_text()[:100])
    assert list(imported(tmp_path, album).sets["photo"]) == [kitchen(), office()]


def test_an_import_that_another_process_made_meanwhile_stays(tmp_path: Path) -> None:
    class Slow(Album):
        def graphs(self) -> Iterator[SceneGraph | VideoGraph | Skipped]:
            yield from super().graphs()
            theirs = imported(tmp_path).sets["photo"].folder
            (theirs / "spaces").mkdir()

    ours = imported(tmp_path, Slow()).sets["photo"]
    assert (ours.folder / "spaces").is_dir()
    assert list(ours) == [kitchen(), office()]
    assert list(tmp_path.iterdir()) == [ours.folder]


def test_a_cache_that_can_not_be_written(tmp_path: Path) -> None:
    album, file = Album(), tmp_path / "file"
    file.touch()
    with pytest.raises(AssetError, match="can't write to the cache"):
        import_graphs(album, album.inventory(), "album@1.0", file / "cache")


def test_many_graphs_span_batches(tmp_path: Path) -> None:
    class Many(Album):
        def graphs(self) -> Iterator[SceneGraph | VideoGraph | Skipped]:
            for number in range(600):
                yield kitchen().model_copy(update={"id": f"k{number:03}"})

    photos = import_graphs(Many(), inventory(), "many@1.0", tmp_path).sets["photo"]
    assert [g.id for g in photos.between(250, 520)] == [f"k{n:03}" for n in range(250, 520)]
    assert photos[599].id == "k599"
    assert photos.objects == {"": 600, "cat": 600, "dog": 600, "table": 600}


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (SceneGraph(id="g", width=99, height=99, objects=(thing("1", "yak"),)), "category 'yak'"),
        (
            SceneGraph(id="g", width=99, height=99, objects=(thing("1", "cat", color="ecru"),)),
            "color 'ecru'",
        ),
        (
            SceneGraph(
                id="g",
                width=99,
                height=99,
                objects=(thing("1", "cat", ("eats", "2")), thing("2", "dog")),
            ),
            "relation 'eats'",
        ),
    ],
)
def test_words_outside_the_inventory_are_named(
    graph: SceneGraph, message: str, tmp_path: Path
) -> None:
    class Wrong(Album):
        def graphs(self) -> Iterator[SceneGraph | VideoGraph | Skipped]:
            yield graph

    with pytest.raises(AssetError, match=f"graph 'g' names an unknown {message}"):
        import_graphs(Wrong(), inventory(), "wrong@1.0", tmp_path)
    assert not list(tmp_path.iterdir())


def test_pictures_that_contradict_themselves_are_left_out(tmp_path: Path) -> None:
    above = thing("1", "cat", ("on", "2")), thing("2", "table", ("above", "1"))

    class Odd(Album):
        def graphs(self) -> Iterator[SceneGraph | VideoGraph | Skipped]:
            yield office()
            yield SceneGraph(id="g", width=99, height=99, objects=above)
            yield SceneGraph(id="h", width=99, height=99, objects=(thing("1", None),))

    with pytest.warns(TmaWarning, match=r"known category \(1\), relations contradict"):
        found = import_graphs(Odd(), inventory(), "odd@1.0", tmp_path)
    assert [g.id for g in found.sets["photo"]] == ["office"]


@pytest.mark.parametrize(
    ("names", "clash"),
    [
        (["above", "below"], "'1' above '2', and also below"),
        (["below", "near", "sitting on"], "'1' below '2', and also sitting on"),
        (["on", "above", "near", "next to", "holding"], None),
        (["below"], None),
    ],
)
def test_relations_of_the_same_two_things(names: list[str], clash: str | None) -> None:
    """The inverse of what is stated is not stated with it; all else may hold at once."""
    links = [(name, "2") for name in names]
    objects = thing("1", "cat", *links), thing("2", "table")
    found = Gate(inventory())(SceneGraph(id="g", width=99, height=99, objects=objects))
    assert (found and found.detail) == clash
    assert found is None or found.reason == "relations contradict each other"


@pytest.mark.parametrize(
    ("certain", "apart", "clash"),
    [
        (True, False, "at 1.5 s 'who' above 'cup', and also below"),
        (False, False, None),
        (True, True, None),
    ],
)
def test_key_frames_that_contradict_themselves(
    certain: bool, apart: bool, clash: str | None
) -> None:
    one = Relation(name="above", object="cup")
    other = Relation(name="below", object="cup", certain=certain)
    frames = (
        (KeyFrame(time=1, relations=(one,)), KeyFrame(time=1.5, relations=(other,)))
        if apart
        else (KeyFrame(time=1), KeyFrame(time=1.5, relations=(one, other)))
    )
    found = Gate(inventory())(film().model_copy(update={"frames": frames}))
    assert (found and found.detail) == clash


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"objects": (thing("1", "cat"), thing("1", "dog"))}, "'1' stands twice"),
        ({"objects": (thing("1", "cat", ("on", "2")),)}, "no other object"),
        ({"objects": (thing("1", "cat", ("on", "1")),)}, "no other object"),
        ({"objects": (thing("1", "cat").model_copy(update={"box": (0, 0, 99, 9)}),)}, "not in"),
        ({"width": 0}, "greater than or equal to 16"),
    ],
)
def test_graphs_are_checked(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        SceneGraph.model_validate({**dict(kitchen()), **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seconds": 0}, "greater than 0"),
        ({"frames": ()}, "at least 1"),
        ({"frames": (KeyFrame(time=1), KeyFrame(time=1))}, "in the order of their times"),
        ({"frames": (KeyFrame(time=3),)}, "after the end"),
        ({"actor": "nobody"}, "no object of the video"),
    ],
)
def test_videos_are_checked(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        VideoGraph.model_validate({**dict(film()), **change})


def test_a_catalogue_counts_what_graphs_name(tmp_path: Path) -> None:
    catalogue = Catalogue(inventory(), ("photo",), {"photo": imported(tmp_path).sets["photo"]})
    assert catalogue.categories == ("animal", "cat", "dog", "furniture", "lamp", "table")
    assert ("color", "red") in catalogue.attribute_values
    assert catalogue.asset("office").forms == {"photo": ("office.png",)}
    assert "animal" in catalogue.confusable("cat")
    assert "dog" not in catalogue.confusable("cat")


def test_a_scene_names_its_picture() -> None:
    scene = PhotoScene(width=64, height=48, graph=kitchen())
    assert scene.uses() == (("kitchen", "photo", "main"),)
    assert PhotoScene.model_validate_json(scene.model_dump_json()) == scene


def test_relations_follow_from_each_other(tmp_path: Path) -> None:
    relations = Catalogue(inventory(), (), imported(tmp_path).sets).relations
    assert relations.entailed("sitting on") == {"sitting on", "on", "above"}
    assert relations.inverses("sitting on") == {"below"}
    assert relations.inverses("next to") == {"next to"}
    assert relations.confusable("on") == {"sitting on", "above"}
    assert relations.confusable("near") == {"next to"}
    assert relations.phrase("on") == "is on"
    assert relations.phrase("holding") == "is holding"


def test_unknown_links_between_relations_are_named() -> None:
    stock = inventory().model_copy(
        update={"relation_types": (RelationType(name="on", implies=("over",)),)}
    )
    with pytest.raises(AssetError, match="relation type 'on' names an unknown one: 'over'"):
        import_graphs(Album(), stock, "album@1.0", Path())
