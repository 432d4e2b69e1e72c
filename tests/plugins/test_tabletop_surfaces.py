"""How scenes are dressed: surfaces that are quick and calm, lights, tables that fill the view."""

from __future__ import annotations

import time

import numpy as np
import pytest

from tma import Camera, Light, Tabletop
from tma_plugins.tabletop.staging import BACKDROPS, PATTERNS, draw_stage
from tma_plugins.tabletop.surfaces import SURFACES, surface_texture


@pytest.mark.parametrize("name", SURFACES)
def test_surfaces_are_quick_to_make(name: str) -> None:
    def once() -> float:
        before = time.process_time()
        surface_texture(name, 0, 512)
        return time.process_time() - before

    assert min(once() for _ in range(3)) < 0.12  # a third of it on an idle machine


@pytest.mark.parametrize("name", SURFACES)
def test_surfaces_are_calm(name: str) -> None:
    """From a little away, no surface has the contrast of the things that stand on it."""
    texture = surface_texture(name, 0, 512).astype(float)
    blurred = texture.reshape(64, 8, 64, 8, 3).mean(axis=(1, 3)).mean(axis=2)
    low, high = np.quantile(blurred, [0.1, 0.9])
    assert high - low < 60
    assert 25 < blurred.mean() < 235


def test_surfaces_are_told_apart() -> None:
    means = {n: surface_texture(n, 0, 128).reshape(-1, 3).mean(axis=0) for n in SURFACES}
    spread = {n: surface_texture(n, 0, 128).reshape(-1, 3).std(axis=0) for n in SURFACES}
    for one in SURFACES:
        for other in SURFACES:
            if one < other:
                gap = np.abs(means[one] - means[other]).max()
                gap += np.abs(spread[one] - spread[other]).max()
                assert gap > 6, (one, other)


# Stages


def _stage(seed: int, camera: Camera | None = None, **more: object):  # type: ignore[no-untyped-def]
    camera = camera or Camera(elevation=33, distance=6.0, fov=35)
    return draw_stage(np.random.default_rng(seed), camera, **more)  # type: ignore[arg-type]


def test_a_stage_is_made_of_fields_of_a_scene() -> None:
    scene = Tabletop(grid=2, objects=(), width=64, height=64, **_stage(0)._asdict())
    assert Tabletop.model_validate_json(scene.model_dump_json()) == scene
    assert _stage(0) == _stage(0)
    assert _stage(0) != _stage(1)


def test_stages_vary_over_all_there_is() -> None:
    stages = [_stage(seed) for seed in range(400)]
    assert {s.table.surface for s in stages} == set(SURFACES)
    assert {s.table.seed for s in stages} == set(range(PATTERNS))
    assert {s.backdrop.colors for s in stages} == set(BACKDROPS)
    keys = [s.lights[0].position[0] for s in stages]
    assert 100 < sum(x > 0 for x in keys) < 300


def _white(light: Light) -> float:
    """What a light makes of white at the origin, lying on the table, of which 1 is white."""
    away = np.array(light.position)
    return float(light.intensity * away[2] / np.linalg.norm(away))


@pytest.mark.parametrize("seed", range(40))
def test_white_things_are_bright_but_not_blown_out(seed: int) -> None:
    stage = _stage(seed)
    (key,) = [light for light in stage.lights if light.shadows]
    assert (key.kind, key.target) == ("spot", (0.0, 0.0, 0.0))
    assert key.position[1] < 0
    total = 1.1 * stage.ambient + sum(map(_white, stage.lights))
    assert 0.88 < total < 1.02
    assert total - _white(key) > 0.4  # in its shadow


@pytest.mark.parametrize("elevation", [25, 33, 40, 50])
@pytest.mark.parametrize("aspect", [0.75, 1.0, 4 / 3])
def test_the_table_is_below_all_of_the_lower_picture(elevation: float, aspect: float) -> None:
    camera = Camera(elevation=elevation, distance=6.0, target=(0.1, 0.1), fov=34)
    table = _stage(3, camera, aspect=aspect, reach=(1.9, 1.7)).table
    x, y = table.width / 2, table.depth / 2
    assert x >= 1.9 + 0.4
    assert y >= 1.7 + 0.4
    _, near, depth = camera.project((0.0, -y, 0.0))
    assert near > 0.5 or depth <= 0
    for place in (y, 0.0):
        assert camera.project((x, place, 0.0))[0] > aspect / 2


def test_the_tables_far_edge_is_in_the_picture_of_a_low_camera() -> None:
    camera = Camera(elevation=30, distance=6.0, fov=35)
    table = _stage(0, camera).table
    assert -0.5 < camera.project((0.0, table.depth / 2, 0.0))[1] < -0.1
