"""Questions about videos: before, after and while exactly as defined, and sound options."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from tests.plugins.graphs_by_hand import (
    ACTIONS,
    ACTIONS_MIGHT,
    CALLED,
    CATEGORIES,
    INVENTORY,
    IS_A,
    asked_about,
    does,
    relates,
    videos,
)

from tma import (
    Action,
    Asset,
    AssetSource,
    Catalogue,
    Draft,
    GraphObject,
    Infeasible,
    Inventory,
    KeyFrame,
    Plan,
    Relation,
    SceneGraph,
    Skipped,
    VideoGraph,
)
from tma.graphimport import import_graphs
from tma.soundness import problems
from tma_plugins.graphvideo.config import VideoConfig
from tma_plugins.graphvideo.listing import (
    ActionListing,
    ObjectListing,
    RelationListing,
    alike,
    written,
)
from tma_plugins.graphvideo.tasks import VideoTask, WhatAction, WhatObject, WhatRelation
from tma_plugins.graphvideo.timeline import Timeline
from tma_plugins.scenegraph.knowledge import Knowledge
from tma_plugins.scenegraph.options import choose

EXAMPLES = settings(max_examples=80, deadline=None)
WHEN = ("before", "after", "while")
RELATIONS = tuple(t.name for t in INVENTORY.relation_types)


def frame(
    time: float, relations: dict[str, str] | None = None, *actions: str | tuple[str, str]
) -> KeyFrame:
    made = [
        Action(name=a) if isinstance(a, str) else Action(name=a[0], object=a[1]) for a in actions
    ]
    links = tuple(Relation(name=n, object=o) for o, n in (relations or {}).items())
    return KeyFrame(time=time, relations=links, actions=tuple(made))


def video(key: str, *frames: KeyFrame, complete: bool = True) -> VideoGraph:
    objects = (
        GraphObject(id="who", category="person"),
        *(GraphObject(id=c, category=c) for c in ("cup", "table", "lamp", "dog", "cat")),
    )
    return VideoGraph(
        id=key,
        width=64,
        height=64,
        objects=objects,
        seconds=9,
        actor="who",
        frames=frames,
        complete=complete,
    )


ALL = VideoGraph(
    id="all",
    width=64,
    height=64,
    objects=tuple(GraphObject(id=c, category=c) for c in CATEGORIES),
    seconds=9,
    actor="person",
    frames=tuple(
        frame(i, {"lamp": r}, ("lift", "mug") if a == "lift" else a)
        for i, (r, a) in enumerate(zip(RELATIONS, (*ACTIONS, "sit"), strict=True))
    ),
)
"""Uses every word, so that the catalogue has all of them."""


class Given(AssetSource):
    def __init__(self, *graphs: VideoGraph) -> None:
        self._graphs = graphs

    def inventory(self) -> Inventory:
        return INVENTORY

    def graphs(self) -> Iterator[SceneGraph | VideoGraph | Skipped]:
        yield from self._graphs

    def graphs_stamp(self) -> str:
        return "".join(g.model_dump_json() for g in self._graphs)

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        raise AssertionError("no test looks")


def catalogue_of(folder: Path, *graphs: VideoGraph) -> Catalogue:
    source = Given(*graphs)
    return Catalogue(INVENTORY, ("clip",), import_graphs(source, INVENTORY, "x@1", folder).sets)


@pytest.fixture(scope="module", name="folder")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("graphs")


@cache
def knowledge_in(folder: Path) -> Knowledge:
    return Knowledge.of(catalogue_of(folder, ALL))


def stated_deeds(graph: VideoGraph) -> set[tuple[str, str]]:
    by_id = graph.objects_by_id()
    return {
        (a.name, (by_id[a.object].category or "") if a.object else "")
        for f in graph.frames
        for a in f.actions
        if a.certain
    }


def read(deed: str) -> tuple[str, str]:
    name, _, thing = deed.partition(": ")
    return name, thing


# -- which plans there are: all that the definition admits, and no others ------------------


@EXAMPLES
@given(graph=videos())
def test_objects(graph: VideoGraph, folder: Path) -> None:
    rows = ObjectListing(knowledge_in(folder))(graph)
    by_id = graph.objects_by_id()
    stated = {(r.name, r.object) for f in graph.frames for r in f.relations if r.certain}
    wanted = {
        (when, deed, name, by_id[o].category)
        for deed in stated_deeds(graph)
        for when in WHEN
        for name in {n for n, _ in stated}
        for o in by_id
        if any(relates(graph, p, name, o, True) for p in asked_about(graph, when, deed, True))
    }
    assert {(w, read(d), n, c) for w, d, n, c in rows} == wanted
    assert len(rows) == len(wanted)


@EXAMPLES
@given(graph=videos())
def test_relations(graph: VideoGraph, folder: Path) -> None:
    rows = RelationListing(knowledge_in(folder))(graph)
    by_id = graph.objects_by_id()
    stated = {(r.name, r.object) for f in graph.frames for r in f.relations if r.certain}
    wanted = set()
    for deed in stated_deeds(graph):
        for when in WHEN:
            for name, o in stated:
                category = by_id[o].category or ""
                alone = sum(category in CALLED[t.category or ""] for t in graph.objects) == 1
                frames = asked_about(graph, when, deed, True)
                if alone and any(relates(graph, p, name, o, True) for p in frames):
                    wanted.add((when, deed, category, name))
    assert {(w, read(d), c, n) for w, d, c, n in rows} == wanted
    assert len(rows) == len(wanted)


@EXAMPLES
@given(graph=videos())
def test_actions(graph: VideoGraph, folder: Path) -> None:
    rows = ActionListing(knowledge_in(folder))(graph)
    deeds = stated_deeds(graph)
    wanted = {
        (when, deed, other)
        for deed in deeds
        for when in WHEN
        for other in deeds
        if not mistaken(deed, other)
        and any(does(graph, p, other, True) for p in asked_about(graph, when, deed, True))
    }
    assert {(w, read(d), read(o)) for w, d, o in rows} == wanted
    assert len(rows) == len(wanted)


def mistaken(one: tuple[str, str], other: tuple[str, str]) -> bool:
    names = one[0] in ACTIONS_MIGHT[other[0]] or other[0] in ACTIONS_MIGHT[one[0]]
    things = one[1] == other[1] or one[1] in CALLED.get(other[1], ())
    return names and (things or other[1] in CALLED.get(one[1], ()))


@EXAMPLES
@given(graph=videos())
def test_what_is_done_before_or_after_is_not_done_meanwhile(graph: VideoGraph) -> None:
    for deed in stated_deeds(graph):
        for when in ("before", "after"):
            for place in asked_about(graph, when, deed, True):
                assert not does(graph, place, deed, False)


# -- truths and options -------------------------------------------------------------------


def drafts(task: VideoTask, catalogue: Catalogue, key: str) -> Iterator[tuple[Plan, Draft]]:
    for plan in task.space(catalogue).where(video=key)[:25]:
        try:
            draft = task.draw(plan, catalogue, np.random.default_rng(1))
        except Infeasible:
            continue
        truth = task.truths(plan, draft.scene, catalogue)
        texts = [draft.labels.get(k, k) for k in (draft.answer, *draft.distractors)]
        assert not problems(draft.answer, draft.distractors, texts, draft.answers, truth, catalogue)
        yield plan, draft


@settings(max_examples=30, deadline=None)
@given(graph=videos())
def test_distractors_are_false_when_they_are_asked_about_and_mostly_ever(
    graph: VideoGraph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    catalogue = catalogue_of(tmp_path_factory.mktemp("one"), ALL, graph)
    every = list(range(len(graph.frames)))
    by_id = graph.objects_by_id()
    for plan, draft in drafts(WhatObject(), catalogue, "v"):
        zone = asked_about(graph, str(plan["when"]), read(str(plan["reference_action"])), False)
        for wrong in draft.distractors:
            for p in zone if graph.complete else every:
                for o, t in by_id.items():
                    if relates(graph, p, str(plan["relation"]), o, False):
                        assert wrong not in CALLED[t.category or ""]
    for plan, draft in drafts(WhatAction(), catalogue, "v"):
        zone = asked_about(graph, str(plan["when"]), read(str(plan["reference_action"])), False)
        for wrong in draft.distractors:
            assert not any(
                does(graph, p, read(wrong), False) for p in (zone if graph.complete else every)
            )
    for plan, draft in drafts(WhatRelation(), catalogue, "v"):
        zone = asked_about(graph, str(plan["when"]), read(str(plan["reference_action"])), False)
        named = [
            o for o, t in by_id.items() if str(plan["reference_category"]) in IS_A[t.category or ""]
        ]
        for wrong in draft.distractors:
            assert not any(
                relates(graph, p, wrong, named[0], False)
                for p in (zone if graph.complete else every)
            )


FILM = video(
    "film",
    frame(0, {"cup": "holding"}, "sit"),
    frame(1, {"lamp": "holding"}, "wave"),
    frame(2, {"dog": "holding"}, ("lift", "dog")),
    frame(3, {"cat": "holding"}, "wave"),
    frame(4, {"table": "on"}, "run"),
)


def test_wrong_options_of_complete_videos_are_true_at_another_time(folder: Path) -> None:
    catalogue = catalogue_of(folder / "film", ALL, FILM)
    plan = Plan(
        {
            "video": "film",
            "when": "before",
            "reference_action": "wave",
            "relation": "holding",
            "target_category": "cup",
        }
    )
    assert plan in WhatObject().space(catalogue)
    draft = WhatObject().draw(plan, catalogue, np.random.default_rng(3))
    assert draft.question == "Before waving, what is the person holding?"
    assert set(draft.distractors) == {"lamp", "dog", "cat"}
    assert draft.assumption is None
    never = WhatObject(VideoConfig(distractors="never"))
    with pytest.raises(Infeasible, match="1 of 3"):  # the table, and nothing else, is never held
        never.draw(plan, catalogue, np.random.default_rng(3))


def test_wrong_options_of_other_videos_are_never_true(folder: Path) -> None:
    film = FILM.model_copy(update={"complete": False})
    catalogue = catalogue_of(folder / "open", ALL, film)
    task = WhatAction()
    plan = Plan(
        {
            "video": "film",
            "when": "while",
            "reference_action": "lift: dog",
            "target_action": "lift: dog",
        }
    )
    assert plan not in task.space(catalogue)
    plan = Plan(dict(plan) | {"when": "before", "target_action": "sit"})
    for seed in range(5):
        draft = task.draw(plan, catalogue, np.random.default_rng(seed))
        assert not set(draft.distractors) & {"sit", "wave", "run", "move", "lift: dog"}


@pytest.mark.parametrize(
    ("when", "reference", "there"),
    [
        ("before", "wave", {"cup"}),
        ("after", "wave", {"table"}),
        ("while", "wave", {"lamp", "cat"}),  # waves twice; nothing between counts
        ("before", "sit", set()),
        ("after", "run", set()),
        ("before", "run", {"cup", "lamp", "dog", "cat"}),
    ],
)
def test_before_all_and_after_all(when: str, reference: str, there: set[str], folder: Path) -> None:
    rows = ObjectListing(knowledge_in(folder))(FILM)
    assert {r[3] for r in rows if (r[0], r[1]) == (when, reference)} == there


@pytest.mark.parametrize("task", [WhatObject(), WhatRelation(), WhatAction()])
def test_plans_are_found_again(task: VideoTask, folder: Path) -> None:
    space = task.space(catalogue_of(folder / "again", ALL, FILM))
    assert len(space)
    space.check_disjoint()
    assert all(space.index(plan) == number for number, plan in enumerate(space))


# -- what is left open ----------------------------------------------------------------------


def deeds_while_waving(folder: Path, *actions: Action) -> tuple[set[str], set[str]]:
    """What is surely done in a video with one key frame, and what else may be."""
    graph = VideoGraph(
        id="open",
        width=64,
        height=64,
        objects=(
            GraphObject(id="who", category="person"),
            GraphObject(id="cup", category="cup"),
            GraphObject(id="gizmo", category=None, name="gizmo"),
        ),
        seconds=9,
        actor="who",
        frames=(KeyFrame(time=0, actions=(Action(name="wave"), *actions)),),
    )
    line = Timeline(graph, knowledge_in(folder))
    sure, maybe = line.of_deeds(line.zone("while", ("wave", "")))
    return {written(d) for d in sure}, {written(d) for d in maybe - sure}


@pytest.mark.parametrize("thing", ["gizmo", None])
def test_what_is_done_to_something_unknown_may_be_done_to_anything(
    thing: str | None, folder: Path
) -> None:
    sure, possible = deeds_while_waving(folder, Action(name="lift", object=thing))
    assert sure == {"wave", "lift"}
    assert possible == {f"lift: {c}" for c in CATEGORIES}


def test_who_lifts_a_cup_lifts_something(folder: Path) -> None:
    sure, possible = deeds_while_waving(folder, Action(name="lift", object="cup"))
    assert sure == {"wave", "lift", "lift: cup"}
    assert possible == {"lift: mug"}
    knowledge = knowledge_in(folder)
    assert alike(("lift", ""), ("lift", "dog"), knowledge)
    assert not alike(("lift", "cup"), ("lift", "dog"), knowledge)


def test_relations_that_annotators_leave_out_may_hold_of_all(folder: Path) -> None:
    knowledge = replace(knowledge_in(folder), sides={"near": "any"})
    line = Timeline(FILM.model_copy(update={"complete": False}), knowledge)
    zone = line.zone("before", ("wave", ""))
    assert line.of_links("near", zone) == (set(), {"cup", "table", "lamp", "dog", "cat"})
    assert line.of_links("holding", zone) == ({"cup"}, {"cup"})
    assert line.of_relations(["lamp"], zone) == (set(), {"near"})
    assert Timeline(FILM, knowledge).of_relations(["lamp"], zone) == (set(), set())


def test_what_nobody_does_is_the_last_resort(folder: Path) -> None:
    """That a table is lifted in no video would tell without a look that it isn't here."""
    others = [
        video(f"other-{n}", frame(0, None, ("lift", thing)), frame(1, None, "run"))
        for n, thing in enumerate(("cup", "dog", "cat"))
    ]
    film = video("film", frame(0, None, "sit"), frame(1, None, "wave"), complete=False)
    film = film.model_copy(
        update={"objects": tuple(o for o in film.objects if o.id in ("who", "table", "lamp"))}
    )
    catalogue = catalogue_of(folder / "last", ALL, film, *others)
    plan = Plan(
        {"video": "film", "when": "before", "reference_action": "wave", "target_action": "sit"}
    )
    for seed in range(20):
        draft = WhatAction().draw(plan, catalogue, np.random.default_rng(seed))
        assert not {"lift: table", "lift: lamp"} & set(draft.distractors)


def test_small_weights_leave_all_to_chance() -> None:
    names = [f"n{i}" for i in range(40)]
    first = {
        choose(1, dict.fromkeys(names, -900.0), lambda a, b: True, rng)[0]
        for rng in map(np.random.default_rng, range(60))
    }
    assert len(first) > 20
