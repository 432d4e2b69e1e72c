"""Questions about pictures with scene graphs: which there are, and that they are sound."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from tests.plugins.graphs_by_hand import (
    CALLED,
    FOLLOWS,
    INVENTORY,
    IS_A,
    Elements,
    descriptions,
    fits,
    links,
    pairs,
    pictures,
    smallest,
)

from tma import (
    Asset,
    AssetSource,
    Catalogue,
    Draft,
    GraphObject,
    Infeasible,
    Inventory,
    PhotoScene,
    Plan,
    Relation,
    SceneGraph,
    Skipped,
    VideoGraph,
)
from tma.graphimport import import_graphs
from tma.soundness import problems
from tma_plugins.graphimage.config import GraphConfig
from tma_plugins.graphimage.listing import AttributeListing, ObjectListing, RelationListing
from tma_plugins.graphimage.tasks import GraphTask, WhatAttribute, WhatObject, WhatRelation
from tma_plugins.scenegraph.description import Description
from tma_plugins.scenegraph.knowledge import Knowledge
from tma_plugins.scenegraph.reading import Reading

EXAMPLES = settings(max_examples=60, deadline=None)
BIG = SceneGraph(
    id="big",
    width=64,
    height=64,
    objects=tuple(
        GraphObject(
            id=c.id,
            category=c.id,
            attributes={"color": (v,)},
            relations=tuple(
                Relation(name=r.name, object="table" if r.name == "below" else "animal")
                for r in INVENTORY.relation_types
            )
            if c.id == "lamp"
            else (),
        )
        for c, v in zip(
            INVENTORY.categories,
            ("red", "orange", "blue", "white", "red", "blue", "white", "orange"),
            strict=True,
        )
    ),
    complete=True,
)
"""Uses every word, so that the catalogue has all of them."""


class Given(AssetSource):
    def __init__(self, *graphs: SceneGraph | VideoGraph) -> None:
        self._graphs = graphs

    def inventory(self) -> Inventory:
        return INVENTORY

    def graphs(self) -> Iterator[SceneGraph | VideoGraph | Skipped]:
        yield from self._graphs

    def graphs_stamp(self) -> str:
        return "".join(g.model_dump_json() for g in self._graphs)

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        raise AssertionError("no test looks")


def catalogue_of(folder: Path, *graphs: SceneGraph) -> Catalogue:
    source = Given(*graphs)
    return Catalogue(INVENTORY, ("photo",), import_graphs(source, INVENTORY, "x@1", folder).sets)


@pytest.fixture(scope="module", name="folder")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("graphs")


@cache
def knowledge_in(folder: Path) -> Knowledge:
    return Knowledge.of(catalogue_of(folder, BIG))


def elements(description: Description) -> Elements:
    link = None
    if description.reference:
        link = (description.relation, description.is_subject, description.reference)
    own, theirs = description.attributes, description.reference_attributes
    return frozenset(own), link, frozenset(theirs)


def fields(row: tuple[str | None, ...], start: int = 0) -> Elements:
    names = ("attributes", "relation", "role", "reference_category", "reference_attributes")
    values = {n: v for n, v in zip(names, row[start : start + 5], strict=True) if v is not None}
    return elements(Description.read(values))


# -- which plans there are ----------------------------------------------------------------


@EXAMPLES
@given(graph=pictures())
def test_objects_are_asked_about_by_their_smallest_descriptions(
    graph: SceneGraph, folder: Path
) -> None:
    rows = ObjectListing(knowledge_in(folder))(graph)
    wanted = set()
    for thing in graph.objects:
        if thing.category is None:
            continue
        for e in smallest(graph, thing, 4):
            told = e[1] is not None and (
                thing.category in CALLED[e[1][2]] or e[1][2] in CALLED[thing.category]
            )
            if not told:
                wanted.add((e, thing.category))
    assert len(rows) == len(set(rows))
    assert {(fields(r), r[5]) for r in rows} == wanted


@EXAMPLES
@given(graph=pictures())
def test_exact_descriptions_have_their_size_and_every_name_that_fits(
    graph: SceneGraph, folder: Path
) -> None:
    rows = ObjectListing(knowledge_in(folder), GraphConfig(size=2, exact=True))(graph)
    wanted = set()
    for e in {e for thing in graph.objects for e in descriptions(graph, thing, 2)}:
        if any(o.category is None for o in graph.objects if fits(graph, o, e, sure=False)):
            continue
        for o in graph.objects:
            name = o.category
            if name is None or not fits(graph, o, e, sure=True):
                continue
            if e[1] is None or not (name in CALLED[e[1][2]] or e[1][2] in CALLED[name]):
                wanted.add((e, name))
    assert {(fields(r), r[5]) for r in rows} == wanted


@EXAMPLES
@given(graph=pictures())
def test_attributes_are_asked_about_without_their_type(graph: SceneGraph, folder: Path) -> None:
    rows = AttributeListing(knowledge_in(folder))(graph)
    wanted = {
        (e, kind, value)
        for thing in graph.objects
        for kind, value in pairs(thing)
        for e in smallest(graph, thing, 4, avoid=kind)
    }
    assert {(fields(r), r[5], r[6]) for r in rows} == wanted


@EXAMPLES
@given(graph=pictures())
def test_relations_are_asked_about_where_both_can_be_described(
    graph: SceneGraph, folder: Path
) -> None:
    rows = RelationListing(knowledge_in(folder))(graph)
    found = set()
    for row in rows:
        sides = []
        for start in (0, 5):
            e = fields(row, start)
            fitting = [o for o in graph.objects if fits(graph, o, e, sure=False)]
            assert len(fitting) == 1
            assert fits(graph, fitting[0], e, sure=True)
            sides.append(fitting[0])
        assert sides[0].id != sides[1].id
        found.add((sides[0].id, row[10], sides[1].id))
    possible = {
        (o.id, r.name, r.object)
        for o in graph.objects
        for r in o.relations
        if r.certain and describable(graph, o.id, r.object) and describable(graph, r.object, o.id)
    }
    assert found == possible
    assert len(rows) == len(found)


def describable(graph: SceneGraph, thing: str, other: str) -> bool:
    """Whether some description fits one object alone and can't be read as naming the other."""
    by_id = graph.objects_by_id()
    for size in range(1, 5):
        for e in descriptions(graph, by_id[thing], size):
            alone = [o.id for o in graph.objects if fits(graph, o, e, sure=False)] == [thing]
            if alone and fits(graph, by_id[thing], e, sure=True) and not names(by_id[other], e):
                return True
    return False


def names(thing: GraphObject, e: Elements) -> bool:
    """Whether an object may be taken for the neighbour."""
    if e[1] is None:
        return False
    called = thing.category is None or e[1][2] in CALLED[thing.category]
    blank = (frozenset(e[2]), None, frozenset[tuple[str, str]]())
    lone = thing.model_copy(update={"relations": ()})
    alone = SceneGraph(id="x", width=16, height=16, objects=(lone,))
    return called and fits(alone, lone, blank, sure=False)


# -- truths and options -------------------------------------------------------------------


def drafts(task: GraphTask, catalogue: Catalogue, most: int = 12) -> Iterator[tuple[Plan, Draft]]:
    """Draws each plan and checks its options by the kernel's rules."""
    for plan in task.space(catalogue)[:most]:
        try:
            draft = task.draw(plan, catalogue, np.random.default_rng(1))
        except Infeasible:
            continue
        truth = task.truths(plan, draft.scene, catalogue)
        texts = [draft.labels.get(k, k) for k in (draft.answer, *draft.distractors)]
        wrong = problems(draft.answer, draft.distractors, texts, draft.answers, truth, catalogue)
        assert not wrong
        assert len(draft.distractors) == 3
        assert isinstance(draft.scene, PhotoScene)
        yield plan, draft


@settings(max_examples=25, deadline=None)
@given(graph=pictures())
def test_no_option_but_the_answer_is_true(
    graph: SceneGraph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if all(o.category is None for o in graph.objects):
        return
    catalogue = catalogue_of(tmp_path_factory.mktemp("one"), BIG, graph)
    by_id = graph.objects_by_id()
    for plan, draft in drafts(WhatObject(), catalogue, most=40):
        if plan["image"] != "g":
            continue
        e = elements(Description.read(plan))
        fitting = [o for o in graph.objects if fits(graph, o, e, sure=False)]
        for wrong in draft.distractors:
            assert all(o.category and wrong not in CALLED[o.category] for o in fitting)
    for plan, draft in drafts(WhatRelation(), catalogue, most=60):
        if plan["image"] != "g":
            continue
        (x, y) = (
            next(
                o.id
                for o in graph.objects
                if fits(graph, o, elements(Description.read(plan, p)), sure=True)
            )
            for p in ("subject_", "object_")
        )
        sure, maybe = links(graph)
        assert (x, draft.answer, y) in sure
        for wrong in draft.distractors:
            assert (x, wrong, y) not in maybe
            assert (wrong, -1) not in FOLLOWS[draft.answer]  # nor is any the inverse
            assert graph.complete or (y, wrong, x) not in maybe
        assert by_id[x] is not by_id[y]


def scene(*things: GraphObject, complete: bool = False) -> SceneGraph:
    return SceneGraph(id="s", width=100, height=100, objects=things, complete=complete)


def thing(key: str, category: str, *relations: tuple[str, str], **more: object) -> GraphObject:
    made = tuple(Relation(name=n, object=o) for n, o in relations)
    return GraphObject.model_validate({"id": key, "category": category, "relations": made, **more})


def test_neither_kinds_nor_lookalikes_are_options(folder: Path) -> None:
    graph = scene(
        thing("1", "cup", ("on", "2")), thing("2", "table"), thing("3", "mug"), complete=True
    )
    catalogue = catalogue_of(folder / "kinds", BIG, graph)
    task = WhatObject()
    plans = [
        p for p in task.space(catalogue) if p["image"] == "s" and p["target_category"] == "cup"
    ]
    assert plans
    for seed in range(20):
        draft = task.draw(plans[0], catalogue, np.random.default_rng(seed))
        assert "mug" not in draft.distractors
        assert "table" not in draft.distractors  # it stands in the question


def test_distractors_come_from_the_picture_where_that_is_sound(folder: Path) -> None:
    things = (
        thing("1", "cat", attributes={"color": ["red"]}),
        thing("2", "lamp", attributes={"color": ["blue"]}),
        thing("3", "table", attributes={"color": ["white"]}),
        thing("4", "person"),
        thing("5", "cup", attributes={"color": ["blue"]}),
    )
    catalogue = catalogue_of(folder / "present", BIG, scene(*things))
    task = WhatObject()
    plan = Plan({"image": "s", "attributes": "color: red", "target_category": "cat"})
    assert plan in task.space(catalogue)
    draft = task.draw(plan, catalogue, np.random.default_rng(0))
    # nobody said which colour the person is: he might be the red thing
    assert set(draft.distractors) == {"lamp", "table", "cup"}
    assert draft.assumption == "closed-world"
    absent = WhatObject(GraphConfig(distractors="absent"))
    with pytest.raises(Infeasible, match=r"[012] of 3"):
        absent.draw(plan, catalogue, np.random.default_rng(0))


def test_absent_distractors_rest_on_the_other_assumption(folder: Path) -> None:
    graph = scene(thing("1", "cat", attributes={"color": ["red"]}), thing("2", "person"))
    catalogue = catalogue_of(folder / "absent", BIG, graph)
    plan = Plan({"image": "s", "attributes": "color: red", "target_category": "cat"})
    draft = WhatObject().draw(plan, catalogue, np.random.default_rng(0))
    assert draft.assumption == "picture-absent"
    assert not set(draft.distractors) & {"person", "cat", "animal"}


def test_overlapping_values_are_no_options(folder: Path) -> None:
    graph = scene(
        thing("1", "cat", ("on", "2"), attributes={"color": ["red"]}), thing("2", "table")
    )
    catalogue = catalogue_of(folder / "overlap", BIG, graph)
    task = WhatAttribute()
    for plan in task.space(catalogue):
        if plan["image"] == "s" and plan["attribute_value"] == "red":
            with pytest.raises(Infeasible, match="2 of 3"):  # blue and white; orange may be red
                task.draw(plan, catalogue, np.random.default_rng(0))
            break
    else:
        pytest.fail("no plan asks for red")


def test_boxes_rule_out_what_nobody_stated(folder: Path) -> None:
    knowledge = Knowledge(
        up={c: frozenset(IS_A[c]) for c in IS_A},
        sayable={c: frozenset(CALLED[c]) for c in CALLED},
        follows={"left": frozenset({("left", True)})},
        near={"left": frozenset({("left", True)})},
        sides={"left": "left"},
    )
    things = (
        thing("1", "cat", ("left", "2"), box=[0, 0, 10, 10]),
        thing("2", "table", box=[40, 0, 60, 20]),
        thing("3", "lamp", box=[80, 0, 90, 10]),
        thing("4", "cup", box=[20, 50, 30, 60]),
    )
    description = Description(relation="left", reference="table")
    reading = Reading(scene(*things), knowledge)
    assert reading.fitting(description) == (0b1, 0b1)
    assert reading.unexcluded(description) == 0b1001  # the cup stands there too
    assert Reading(scene(*things, complete=True), knowledge).unexcluded(description) == 0b1


@pytest.mark.parametrize("side", ["left", "right", "above", "below"])
def test_boxes_side_by_side_rule_out_nothing(side: str) -> None:
    knowledge = Knowledge(sides={side: side})
    ways = {"left": (-1, 0), "right": (1, 0), "above": (0, -1), "below": (0, 1)}[side]
    found = []
    for step in (0, 8, 12):  # so far on the wrong side; the smaller box is 40 wide and high
        left, top = (50 - step * w - 20 for w in ways)
        things = (
            thing("1", "cat", box=[left, top, left + 40, top + 40]),
            thing("2", "dog", box=[20, 20, 80, 80]),
        )
        found.append(Reading(scene(*things), knowledge).may_lie(side, 0, 1))
    assert found == [True, True, False]


def test_what_holds_the_other_way_round_is_an_option_where_all_is_known(folder: Path) -> None:
    """Else the only comparison or side among the options would be the answer."""
    things = (
        thing("1", "cup", ("near", "2"), attributes={"color": ["red"]}),
        thing("2", "person", ("holding", "1"), attributes={"color": ["blue"]}),
    )
    task = WhatRelation(GraphConfig(inverses=True))
    for complete in (True, False):
        graph = scene(*things, complete=complete)
        catalogue = catalogue_of(folder / f"back-{complete}", BIG, graph)
        (plan, *_) = (
            p for p in task.space(catalogue) if (p["image"], p["target_relation"]) == ("s", "near")
        )
        if complete:
            draft = task.draw(plan, catalogue, np.random.default_rng(0))
            assert "holding" in draft.distractors
        else:
            with pytest.raises(Infeasible, match="2 of 3"):
                task.draw(plan, catalogue, np.random.default_rng(0))


@pytest.mark.parametrize("task", [WhatObject(), WhatAttribute(), WhatRelation()])
def test_plans_are_found_again(task: GraphTask, folder: Path) -> None:
    graph = scene(
        thing("1", "cup", ("on", "2"), attributes={"color": ["red"]}),
        thing("2", "table", attributes={"color": ["blue"]}),
    )
    space = task.space(catalogue_of(folder / "again", BIG, graph))
    assert len(space)
    space.check_disjoint()
    for number, plan in enumerate(space):
        assert space.index(plan) == number
    assert sum(space.groups("image").values()) == len(space)
    part = space.where(image="s")
    assert all(p["image"] == "s" for p in part)
