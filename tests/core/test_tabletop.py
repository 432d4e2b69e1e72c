"""The geometry of tabletop scenes."""

from __future__ import annotations

import math

import pytest

from tma import Camera, Motion, Standing, TabletopVideo


def standing(**fields: object) -> Standing:
    return Standing.model_validate(
        {"row": 0, "column": 0, "asset": "a", "mesh": "m", "position": (0.5, -0.5), "size": 0.6}
        | fields
    )


def test_the_camera_looks_at_its_target() -> None:
    camera = Camera(elevation=30, distance=5, target=(0.2, 0.1), fov=40)
    right, down, depth = camera.project((0.0, 0.2, 0.1))
    assert (right, down, depth) == pytest.approx((0, 0, 5))
    assert math.dist(camera.position, (0, 0.2, 0.1)) == pytest.approx(5)


def test_what_the_camera_sees_is_the_viewers() -> None:
    camera = Camera()
    right, _, _ = camera.project((1, 0, 0))
    _, behind, _ = camera.project((0, 1, 0))
    _, above, _ = camera.project((0, 0, 1))
    assert right > 0
    assert behind < 0
    assert above < 0


def test_the_field_of_view_ends_at_the_frames_edge() -> None:
    camera = Camera(elevation=45, distance=4, fov=50)
    half = 4 * math.tan(math.radians(25))
    up = (0, half * math.sin(math.radians(45)), half * math.cos(math.radians(45)))
    assert camera.project(up)[:2] == pytest.approx((0, -0.5))
    assert camera.project((half, 0, 0))[0] == pytest.approx(0.5)


def test_motions_start_and_end_where_they_say() -> None:
    moving = standing(yaw=10, motion=Motion(shift=(1, 0.5), turn=-90))
    assert moving.pose(0) == (0.5, -0.5, 10)
    assert moving.pose(1) == (1.5, 0, -80)
    assert moving.pose(0.5) == pytest.approx((1.0, -0.25, -35))
    assert standing(yaw=5).pose(0.7) == (0.5, -0.5, 5)


def test_motions_never_go_back() -> None:
    moving = standing(motion=Motion(shift=(1, 0)))
    places = [moving.pose(i / 100).x for i in range(101)]
    assert places == sorted(places)


def test_a_videos_frames_span_all_of_it() -> None:
    video = TabletopVideo(grid=2, objects=(standing(),), frames=5)
    assert video.progress() == [0, 0.25, 0.5, 0.75, 1]
    assert [u.form for u in video.uses()] == ["mesh"]
