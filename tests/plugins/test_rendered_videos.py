"""Rendered videos: what key frames state is what the person does."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tma import BodiesVideo, VideoGraph
from tma_plugins.rendered.anatomy import FOREARM, SHIN, THIGH, UPPER_ARM
from tma_plugins.rendered.doings import Player
from tma_plugins.rendered.figure import Pose, Skeleton, bodies, joints
from tma_plugins.rendered.film import Filmed, filmed
from tma_plugins.rendered.telling import ACTIONS, RELATIONS, video_graph

SIZE = 160, 120
FPS = 8.0
VIDEOS = 5


@pytest.fixture(scope="session")
def films() -> list[Filmed]:
    return [filmed(0, number, *SIZE, FPS) for number in range(VIDEOS)]


@pytest.fixture(scope="session")
def graphs(films: list[Filmed]) -> list[VideoGraph]:
    return [video_graph(f"video-{n:05}", film) for n, film in enumerate(films)]


def test_vocabularies_are_rich() -> None:
    assert len(ACTIONS) >= 12
    assert len(RELATIONS) >= 12


def test_videos_are_short_and_eventful(graphs: list[VideoGraph]) -> None:
    for graph in graphs:
        assert 4 <= graph.seconds <= 11
        done = {action.name for frame in graph.frames for action in frame.actions if action.certain}
        assert len(done) >= 3, graph.id
    every = {a.name for g in graphs for f in g.frames for a in f.actions if a.certain}
    assert len(every) >= 10


def test_key_frames_are_of_the_vocabularies(graphs: list[VideoGraph]) -> None:
    actions, relations = {a.name for a in ACTIONS}, {r.name for r in RELATIONS}
    for graph in graphs:
        for frame in graph.frames:
            assert {a.name for a in frame.actions} <= actions
            assert {r.name for r in frame.relations} <= relations
            stated = [(r.name, r.object) for r in frame.relations]
            assert len(stated) == len(set(stated))
            left = {r.object for r in frame.relations if r.name == "to the left of" and r.certain}
            right = {r.object for r in frame.relations if r.name == "to the right of" and r.certain}
            assert not left & right


def test_bones_keep_their_lengths_and_nobody_sinks(films: list[Filmed]) -> None:
    for film in films:
        for moment in film.actor.moments[::5]:
            found = Skeleton(moment.pose)
            for (shoulder, elbow, hand), (hip, knee, ankle) in zip(
                found.arms, found.legs, strict=True
            ):
                for a, b, length in (
                    (shoulder, elbow, UPPER_ARM),
                    (elbow, hand, FOREARM),
                    (hip, knee, THIGH),
                    (knee, ankle, SHIN),
                ):
                    assert np.linalg.norm(b - a) == pytest.approx(length, abs=1e-6)
                assert ankle[2] > 0.03
                assert hand[2] > 0.02


def test_nobody_jumps_from_place_to_place(films: list[Filmed]) -> None:
    for film in films:
        for before, after in pairwise(film.actor.moments):
            step = np.hypot(after.pose.x - before.pose.x, after.pose.y - before.pose.y)
            assert step < 2.2 / FPS
            for a, b in zip(before.things, after.things, strict=True):
                assert np.linalg.norm(b.place - a.place) < 8.0 / FPS


def test_contacts_are_contacts(films: list[Filmed], graphs: list[VideoGraph]) -> None:
    held = sat = 0
    for film, graph in zip(films, graphs, strict=True):
        for frame in graph.frames:
            moment = film.actor.moments[round(frame.time * FPS)]
            hands = joints(moment.pose).hands
            for relation in frame.relations:
                if not relation.certain:
                    continue
                thing = film.things[int(relation.object)]
                at = moment.things[int(relation.object)]
                middle = at.place + at.turn @ np.array([0, 0, thing.height / 2])
                reach = max(thing.extent) / 2 + 0.12
                if relation.name == "holding":
                    held += 1
                    assert min(np.linalg.norm(hand - middle) for hand in hands) < reach
                if relation.name == "sitting on":
                    sat += 1
                    assert moment.pose.hip < 0.65
                    assert np.hypot(moment.pose.x - thing.x, moment.pose.y - thing.y) < 0.8
    assert held
    assert sat


def test_what_is_let_go_stays_where_it_is(films: list[Filmed]) -> None:
    for film in films:
        last = film.actor.moments[-1]
        gone = {thing for _, thing in last.contacts}
        for number, (thing, at) in enumerate(zip(film.things, last.things, strict=True)):
            if number not in gone and thing.how != "wall":
                assert at.place[2] >= -0.005
                low = at.place[2] + min(0.0, float((at.turn @ [0, 0, thing.height])[2]))
                on_floor = low < 0.02
                assert on_floor or thing.base is not None, thing.asset


def test_a_push_moves_things_and_a_walk_does_not() -> None:
    from tma_plugins.rendered.things import Thing

    box = Thing("crate-0", 0.0, -0.9, 0.0, 0.0, 0.6)
    actor = Player([box], 8.0, Pose(-1.0, -0.9, 0.0))
    actor.walk((-0.66, -0.9), 90.0, 0)
    assert actor.at[0].place[0] == 0.0
    actor.push(0, 0.5)
    assert actor.at[0].place[0] == pytest.approx(0.5)
    names = [moment.actions[0][0] for moment in actor.moments if moment.actions]
    assert names.index("walking to") < names.index("pushing")


def test_scenes_have_a_placing_a_frame(films: list[Filmed]) -> None:
    scene = films[0].scene()
    assert isinstance(scene, BodiesVideo)
    assert scene.frames == len(films[0].actor.moments)
    person = [b for b in scene.bodies if b.thing == films[0].person]
    assert len(person) == len(bodies([films[0].actor.pose], films[0].clothes, 0))
    assert all(len(b.placings) == scene.frames for b in person)
