from __future__ import annotations

from collections.abc import Callable
from math import pi

import numpy as np
import pytest
import trimesh

from tma_plugins.objects.build import corners
from tma_plugins.objects.kit import (
    Part,
    arc,
    ball,
    both,
    box,
    capsule,
    cone,
    curve3,
    cylinder,
    extrude,
    lathe,
    loft,
    oval,
    regular,
    ring,
    star,
    torus,
    tube,
)
from tma_plugins.objects.kit.flat import area, inset, triangulate


def _mesh(part: Part) -> trimesh.Trimesh:
    return trimesh.Trimesh(part.vertices, part.faces, process=False)


_VOLUMES: dict[str, tuple[Callable[[], Part], float]] = {
    "box": (lambda: box(2, 3, 4), 24),
    "cylinder": (lambda: cylinder(1, 2, segments=96), 2 * pi),
    "stump": (lambda: cylinder(1, 2, top=0.5, segments=96), 2 * pi * (1 + 0.5 + 0.25) / 3),
    "cone": (lambda: cone(1, 3, segments=96), pi),
    "ball": (lambda: ball(1, segments=96), 4 * pi / 3),
    "ellipsoid": (lambda: ball(1, 2, 3, segments=96), 8 * pi),
    "capsule": (lambda: capsule(1, 4, segments=96), 2 * pi + 4 * pi / 3),
    "torus": (lambda: torus(3, 1, segments=96, sides=96), 6 * pi * pi),
    "bar": (lambda: tube([(0, 0, 0), (0, 0, 5)], 1, sides=96), 5 * pi),
    "hoop": (
        lambda: tube([(x, y, 0) for x, y in arc(0, 0, 3, 0, 357, 119)], 1, sides=96, closed=True),
        6 * pi * pi,
    ),
    "loft": (lambda: loft([oval(0, 1, 1, n=96), oval(2, 1, 1, n=96)]), 2 * pi),
    "prism": (lambda: extrude(regular(6, 1), 2), 2 * 3 * 3**0.5 / 2),
    "plus": (
        lambda: extrude(
            [
                *((1, 0), (2, 0), (2, 1), (3, 1), (3, 2), (2, 2)),
                *((2, 3), (1, 3), (1, 2), (0, 2), (0, 1), (1, 1)),
            ],
            0.5,
        ),
        2.5,
    ),
}


@pytest.mark.parametrize("name", _VOLUMES)
def test_solids_are_closed_and_as_large_as_geometry_says(name: str) -> None:
    make, volume = _VOLUMES[name]
    mesh = _mesh(make())
    assert mesh.is_watertight
    assert mesh.volume == pytest.approx(volume, rel=0.01)


@pytest.mark.parametrize("r", [0.05, 0.3, 0.5])
def test_rounding_a_box_keeps_its_extent_and_takes_a_little(r: float) -> None:
    mesh = _mesh(box(2, 1, 3, r, steps=4))
    assert mesh.is_watertight
    assert mesh.extents == pytest.approx([2, 1, 3])
    assert 6 - 12 * r < mesh.volume < 6


def test_a_vessel_is_hollow() -> None:
    mesh = _mesh(lathe([(1, 0), (1, 2), (0.9, 2), (0.9, 0.1), (0, 0.1)], segments=96))
    assert mesh.is_watertight
    assert mesh.volume == pytest.approx(pi * (2 - 0.81 * 1.9), rel=0.01)


def test_bevels_stars_and_moves_keep_a_part_closed() -> None:
    part = extrude(star(5, 1, 0.4), 0.4, 0.04)
    for moved in (
        part,
        part.scale(1, 2, 3),
        part.mirror(),
        part.turn(x=20, y=50, z=70).at(1, 2, 3),
        cylinder(0.2, 2).bend(40),
        cylinder(0.2, 2).taper(0.4),
    ):
        mesh = _mesh(moved)
        assert mesh.is_watertight
        assert mesh.volume > 0


def test_turns_are_counterclockwise_for_whom_the_axis_points_at() -> None:
    point = Part(np.array([[1.0, 0, 0]]), np.zeros((0, 3), np.int64), np.zeros((0, 3, 2)))
    assert point.turn(y=90).vertices[0] == pytest.approx([0, 0, -1])
    assert point.turn(z=90).vertices[0] == pytest.approx([0, 1, 0])
    assert point.turn(x=90).at(0, 1, 0).turn(x=90).vertices[0] == pytest.approx([1, 0, 1])


def test_copies_around_and_across() -> None:
    knob = ball(0.1, segments=8).at(1, 0, 0)
    assert len(ring(knob, 5)) == 5
    middle = np.mean([part.vertices.mean(axis=0) for part in ring(knob, 5)], axis=0)
    assert middle == pytest.approx([0, 0, 0], abs=1e-9)
    left, right = both(knob)
    assert left.box()[1][0] == pytest.approx(-right.box()[0][0])


def test_outlines() -> None:
    square = np.array([(0.0, 0), (2, 0), (2, 2), (0, 2)])
    assert area(square) == 4
    assert area(inset(square, 0.5)) == pytest.approx(1)
    comb = [(0, 0), (5, 0), (5, 3), (4, 3), (4, 1), (3, 1), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3)]
    points = np.array([*comb, (0, 3)], dtype=float)
    triangles = points[triangulate(points)]
    assert sum(area(t) for t in triangles) == pytest.approx(area(points))
    assert all(area(t) > 0 for t in triangles)
    with pytest.raises(ValueError, match="crosses itself"):
        extrude([(0, 0), (2, 2), (2, 0), (0, 2)], 1)
    with pytest.raises(ValueError, match="no negative radius"):
        lathe([(-1, 0), (1, 1)])


def test_curves_pass_through_their_points() -> None:
    points = [(0, 0, 0), (1, 2, 0), (3, 1, 1)]
    line = curve3(points, 4)
    assert line[::4] == pytest.approx(np.array(points, dtype=float))
    assert len(curve3(points, 4, closed=True)) == 12


def test_normals_are_smooth_on_a_ball_and_sharp_on_a_box() -> None:
    part = ball(1, segments=32)
    places, normals, _, faces = corners(part, part.uv)
    assert np.abs(normals - places).max() < 0.05
    assert len(faces) == len(part.faces)
    part = box(1, 1, 1)
    _, normals, _, _ = corners(part, part.uv)
    assert set(np.abs(normals).max(axis=1).round(9)) == {1.0}
    assert np.linalg.norm(normals, axis=1) == pytest.approx(1)


def test_texture_coordinates_are_in_the_unit_of_the_object() -> None:
    for part in (box(2, 3, 4), cylinder(1, 2, segments=64), tube([(0, 0, 0), (0, 4, 0)], 0.5)):
        flat = np.abs([area(triangle) for triangle in part.uv])
        assert flat.sum() == pytest.approx(_mesh(part).area, rel=0.03)
