"""Rendered scenes: what their graphs say holds by the geometry, and is seen in the picture."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tma import Asset, AssetError, Bodies, SceneGraph, View
from tma_plugins.raycast.renderer import RaycastRenderer
from tma_plugins.raycast.world import Rays
from tma_plugins.rendered.compose import Composed, composed
from tma_plugins.rendered.facts import scene_graph
from tma_plugins.rendered.relations import TYPES
from tma_plugins.rendered.sources import RenderedScenes, SceneSettings
from tma_plugins.rendered.stock import Floats, Stock, shape
from tma_plugins.rendered.things import Thing, area, covered, gap

from .tabletop_scenes import require_opengl

SIZE = 240, 180
SCENES = 6


@pytest.fixture(scope="session")
def scenes() -> list[Composed]:
    return [composed(0, number, *SIZE) for number in range(SCENES)]


@pytest.fixture(scope="session")
def graphs(scenes: list[Composed]) -> list[SceneGraph]:
    return [scene_graph(f"scene-{n:05}", scene) for n, scene in enumerate(scenes)]


def certain(graph: SceneGraph) -> Iterator[tuple[int, str, int]]:
    for thing in graph.objects:
        for relation in thing.relations:
            if relation.certain:
                yield int(thing.id), relation.name, int(relation.object)


def solid(thing: Thing) -> tuple[Floats, NDArray[np.int32]]:
    """Vertices in the room, and faces."""
    made = shape(thing.asset)
    moved = made.vertices @ thing.matrix[:3, :3].T + thing.matrix[:3, 3]
    return np.asarray(moved), made.faces


def test_scenes_are_varied(graphs: list[SceneGraph]) -> None:
    categories = {thing.category for graph in graphs for thing in graph.objects}
    assert len(categories) >= 30
    assert len({name for graph in graphs for _, name, _ in certain(graph)}) >= 12
    assert len(TYPES) >= 12
    assert all(len(graph.objects) >= 6 for graph in graphs)


def test_relations_do_not_contradict_each_other(graphs: list[SceneGraph]) -> None:
    inverse = {kind.name: kind.inverse for kind in TYPES}
    symmetric = {kind.name for kind in TYPES if kind.symmetric}
    for graph in graphs:
        true = set(certain(graph))
        for subject, name, other in true:
            back = inverse[name]
            if back is not None:
                assert (other, back, subject) in true, (graph.id, subject, name, other)
                assert (subject, back, other) not in true, (graph.id, subject, name, other)
            if name in symmetric:
                assert (other, name, subject) in true
        for kind in TYPES:
            for also in kind.implies:
                for subject, name, other in true:
                    assert name != kind.name or (subject, also, other) in true


def test_what_stands_on_something_is_borne_by_it(
    scenes: list[Composed], graphs: list[SceneGraph]
) -> None:
    checked = 0
    for scene, graph in zip(scenes, graphs, strict=True):
        for subject, name, other in certain(graph):
            if name != "on":
                continue
            checked += 1
            upper, lower = scene.things[subject], scene.things[other]
            vertices, faces = solid(lower)
            foot = solid(upper)[0]
            feet = foot[foot[:, 2] < foot[:, 2].min() + 0.02]
            origins = np.asarray(feet + np.array([0, 0, 0.03]), np.float32)
            down = np.tile(np.array([0, 0, -1], np.float32), (len(origins), 1))
            hits = Rays(vertices.astype(np.float32), faces).cast(origins, down)
            assert (hits.face >= 0).mean() > 0.9, (upper.asset, lower.asset)
            assert abs(float(np.median(hits.distance)) - 0.03) < 0.03, (upper.asset, lower.asset)
    assert checked >= 5


def test_things_do_not_run_into_each_other(scenes: list[Composed]) -> None:
    for scene in scenes:
        for n, a in enumerate(scene.things):
            for b in scene.things[:n]:
                together = a.z < b.top - 0.01 and b.z < a.top - 0.01
                bound = a.base is not None or b.base is not None
                if together and not bound:
                    assert gap(a.outline, b.outline) > 0, (a.asset, b.asset)


@pytest.mark.slow
def test_graphs_agree_with_what_a_renderer_sees(
    scenes: list[Composed], graphs: list[SceneGraph]
) -> None:
    renderer, stock = RaycastRenderer(), Stock()
    for scene, graph in zip(scenes[:2], graphs[:2], strict=True):
        report = renderer.render(scene.scene(), stock).report
        seen = View.model_validate(report).objects
        for thing, what in zip(graph.objects, seen, strict=True):
            assert thing.box is not None
            assert np.abs(np.subtract(thing.box, what.box[0])).max() <= 2, thing.category
            assert what.hidden[0] <= 0.42
            assert what.pixels[0] > 0.0006 * SIZE[0] * SIZE[1]
        for subject, name, other in certain(graph):
            a, b = seen[subject].box[0], seen[other].box[0]
            if name == "to the left of":
                assert a[2] <= b[0]
            if name == "larger than":
                assert (a[2] - a[0]) * (a[3] - a[1]) > (b[2] - b[0]) * (b[3] - b[1])
            if name == "taller than":
                assert a[3] - a[1] > b[3] - b[1]


def test_attributes_are_those_of_the_objects(graphs: list[SceneGraph]) -> None:
    source = RenderedScenes(SceneSettings(count=1))
    vocabularies = {kind.name: kind.values for kind in source.inventory().attribute_types}
    for graph in graphs:
        assert graph.complete
        for thing in graph.objects:
            assert set(thing.attributes) | set(thing.maybe) == set(vocabularies)
            assert not set(thing.attributes) & set(thing.maybe)
            for name, values in thing.attributes.items():
                assert set(values) <= set(vocabularies[name])


_DIGEST = """
import hashlib
from tma import Asset
from tma_plugins.rendered.sources import *
s = RenderedScenes(SceneSettings(count=1, width=160, height=120, renderer="raycast"))
v = RenderedVideos(VideoSettings(count=1, width=128, height=96))
text = "".join(g.model_dump_json() for source in (s, v) for g in source.graphs())
picture = s.read(Asset(id="scene-00000", categories=("x",)), "photo", "main")
print(hashlib.sha256(text.encode() + picture).hexdigest())
"""


@pytest.mark.slow
def test_another_process_makes_the_same() -> None:
    found = set()
    for seed in ("1", "2"):
        env = os.environ | {"PYTHONHASHSEED": seed}
        found.add(subprocess.check_output([sys.executable, "-c", _DIGEST], env=env))
    assert len(found) == 1


def test_more_pictures_change_none() -> None:
    few = list(RenderedScenes(SceneSettings(count=1, width=160, height=120)).graphs())
    more = RenderedScenes(SceneSettings(count=2, width=160, height=120)).graphs()
    assert few == [next(more)]
    other = RenderedScenes(SceneSettings(count=1, seed=1, width=160, height=120)).graphs()
    assert few != list(other)


@pytest.mark.parametrize("name", ["scene-00003", "scene-x", "mug-1", ""])
def test_pictures_that_are_not_there(name: str) -> None:
    source = RenderedScenes(SceneSettings(count=3))
    asset = Asset.model_construct(id=name, categories=("x",), forms={})
    with pytest.raises(AssetError, match="no such scene"):
        source.read(asset, "photo", "main")


@pytest.mark.slow
def test_both_renderers_see_the_same(scenes: list[Composed]) -> None:
    require_opengl()
    from tma_plugins.glrender.renderer import GlRenderer

    scene: Bodies = scenes[0].scene()
    stock = Stock()
    views = [
        View.model_validate(renderer.render(scene, stock).report)
        for renderer in (GlRenderer(), RaycastRenderer())
    ]
    for one, other in zip(views[0].objects, views[1].objects, strict=True):
        assert np.abs(np.subtract(one.box[0], other.box[0])).max() <= 2
        assert abs(one.hidden[0] - other.hidden[0]) < 0.05


def regular(points: int, radius: float, x: float, y: float, turn: float) -> Floats:
    angles = turn + np.arange(points) * 2 * np.pi / points
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1)


OUTLINES = st.builds(
    regular,
    st.integers(3, 7),
    st.floats(0.2, 1.5),
    st.floats(-2, 2),
    st.floats(-2, 2),
    st.floats(0, 3),
)


@settings(deadline=None, max_examples=60)
@given(OUTLINES, OUTLINES)
def test_outlines_by_brute_force(a: Floats, b: Floats) -> None:
    """Distances and overlaps of outlines against those of many points."""

    def inside(points: Floats, outline: Floats) -> NDArray[np.bool_]:
        ways = np.roll(outline, -1, axis=0) - outline
        to = points[:, None] - outline
        return np.asarray((ways[:, 0] * to[..., 1] - ways[:, 1] * to[..., 0] >= 0).all(axis=1))

    def edge(outline: Floats) -> Floats:
        shares = np.linspace(0, 1, 60, endpoint=False)[:, None, None]
        points = outline + shares * (np.roll(outline, -1, axis=0) - outline)
        return np.asarray(points.reshape(-1, 2))

    low, high = a.min(axis=0), a.max(axis=0)
    grid = np.stack(np.meshgrid(*(np.linspace(low[k], high[k], 80) for k in (0, 1))), -1)
    mine = grid.reshape(-1, 2)[inside(grid.reshape(-1, 2), a)]
    assert covered(a, b) == pytest.approx(inside(mine, b).mean(), abs=0.06)
    apart = np.linalg.norm(edge(a)[:, None] - edge(b)[None], axis=2).min()
    found = gap(a, b)
    if found > 0:
        assert found == pytest.approx(apart, abs=0.06)
    else:
        assert inside(edge(a), b).any() or inside(edge(b), a).any() or apart < 0.06
    assert area(a) > 0


def test_fingerprints_name_what_is_drawn() -> None:
    asset = Asset(id="scene-00000", categories=("x",))
    marks = {
        RenderedScenes(settings).fingerprint(asset, "photo", "main")
        for settings in (
            SceneSettings(renderer="raycast"),
            SceneSettings(renderer="raycast", seed=1),
            SceneSettings(renderer="raycast", width=320),
        )
    }
    assert len(marks) == 3
    count = SceneSettings(renderer="raycast", count=7)
    assert RenderedScenes(count).fingerprint(asset, "photo", "main") in marks
