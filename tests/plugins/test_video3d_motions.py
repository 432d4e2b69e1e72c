"""Paths and turns of the video3d family: never a collision, never out of the picture, clear."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tma.contract.assets import Asset, Solid
from tma.contract.tabletop import Camera, Motion, Seen, Standing, TabletopVideo, View
from tma.errors import MediaError
from tma_plugins.cells.truth import Unclear
from tma_plugins.tabletop.outline import Outline
from tma_plugins.tabletop.views import view_of
from tma_plugins.video3d.choreography import DIRECTIONS, Move, camera_for, choreograph
from tma_plugins.video3d.doing import STILL, heading, moves, turns, way
from tma_plugins.video3d.sights import badly_seen, seen_otherwise, turns_badly
from tma_plugins.video3d.turning import largest_step, most_a_frame, turn_for

CELLS = ((0, 0), (0, 1), (1, 0), (1, 1))
PROGRESS = [i / 15 for i in range(16)]
ASPECTS = (1.0, 4 / 3, 3 / 4)


def video(moves: dict[tuple[int, int], Move], aspect: float = 1.0) -> TabletopVideo:
    return TabletopVideo(
        grid=2,
        camera=camera_for(aspect),
        width=round(224 * aspect),
        height=224,
        objects=tuple(
            Standing(
                row=row,
                column=column,
                asset=f"thing-{row}{column}",
                mesh="mesh",
                position=move.position,
                size=move.size,
                motion=Motion(shift=move.shift) if any(move.shift) else None,
            )
            for (row, column), move in moves.items()
        ),
    )


# -- paths --------------------------------------------------------------------------------------

plans = st.tuples(
    st.sampled_from(CELLS),
    st.sampled_from(DIRECTIONS),
    st.booleans(),
    st.sampled_from(ASPECTS),
    st.integers(0, 10**6),
)
Drawn = tuple[tuple[int, int], str, bool, float, int]


def drawn(plan: Drawn) -> tuple[dict[tuple[int, int], Move], TabletopVideo]:
    target, direction, everybody, aspect, seed = plan
    rng = np.random.default_rng(seed)
    found = choreograph(target, direction, everybody, camera_for(aspect), aspect, rng)
    return found, video(found, aspect)


@given(plans)
def test_nobody_touches_another(plan: Drawn) -> None:
    _, scene = drawn(plan)
    for progress in np.linspace(0, 1, 41):
        for one, other in combinations(scene.objects, 2):
            a, b = one.pose(float(progress)), other.pose(float(progress))
            apart = math.hypot(a.x - b.x, a.y - b.y)
            assert apart >= (one.size + other.size) / 2 + 0.05


@given(plans)
def test_nobody_leaves_the_picture(plan: Drawn) -> None:
    _, scene = drawn(plan)
    aspect = scene.width / scene.height
    for thing in scene.objects:
        for progress in scene.progress():
            pose = thing.pose(progress)
            for angle in np.linspace(0, 2 * math.pi, 24):
                for height in (0.0, thing.size):
                    x = pose.x + thing.size / 2 * math.cos(angle)
                    y = pose.y + thing.size / 2 * math.sin(angle)
                    right, down, _ = scene.camera.project((x, y, height))
                    assert abs(right) < aspect / 2 - 0.02
                    assert abs(down) < 0.48


@given(plans)
def test_one_alone_moves_as_asked(plan: Drawn) -> None:
    target, direction, everybody, _, _ = plan
    found, scene = drawn(plan)
    assert len(found) >= 3
    doing = dict(zip(found, moves(scene), strict=True))
    assert doing.pop(target) == direction
    if everybody:
        assert not {direction, STILL} & set(doing.values())
    else:
        assert set(doing.values()) == {STILL}
    mine = scene.objects[list(found).index(target)]
    assert math.hypot(*way(scene, mine)) >= 0.2
    for (row, column), move in found.items():
        x, y = move.position
        assert abs(x - (column - 0.5)) < 0.2
        assert abs(y - (0.5 - row)) < 0.2


@given(plans)
def test_the_same_chance_gives_the_same_paths(plan: Drawn) -> None:
    assert drawn(plan)[0] == drawn(plan)[0]


def test_empty_cells_do_not_tell_who_moves() -> None:
    """All four, or three, wherever the target can go without anybody in its way."""
    counts = [
        len(choreograph((0, 0), "left", False, camera_for(1), 1.0, np.random.default_rng(s)))
        for s in range(100)
    ]
    assert 20 < counts.count(3) < 80
    assert counts.count(3) + counts.count(4) == 100


@given(
    st.floats(20, 60), st.floats(-2, 2), st.floats(-2, 2), st.floats(0.1, 0.9), st.floats(20, 50)
)
def test_outlines_are_those_of_the_camera(
    elevation: float, x: float, y: float, z: float, fov: float
) -> None:
    camera = Camera(elevation=elevation, distance=7, target=(0.1, 0.2), fov=fov)
    outline = Outline(camera)
    place = np.array([x, y])
    right, down, depth = outline.project(place, np.array(z))
    assert (float(right), float(down), float(depth)) == pytest.approx(camera.project((x, y, z)))
    right, down, _ = outline.project(place, np.array(0.0))
    assert float(outline.along(down)) == pytest.approx(y, abs=1e-6)
    assert float(outline.across(right, down)) == pytest.approx(x, abs=1e-6)
    box = outline.box(place, np.array(z))
    for angle in np.linspace(0, 2 * math.pi, 50):
        for height in (0, z):
            point = (x + z / 2 * math.cos(angle), y + z / 2 * math.sin(angle), height)
            seen_at = camera.project(point)
            assert box[0] - 1e-9 <= seen_at[0] <= box[2] + 1e-9
            assert box[1] - 1e-9 <= seen_at[1] <= box[3] + 1e-9


def test_headings() -> None:
    assert heading((-0.3, 0.02), 0.1, 0.01) == "left"
    assert heading((0.3, -0.05), 0.1, 0.01) == "right"
    assert heading((0.03, -0.3), 0.1, 0.01) == "up"
    assert heading((0, 0.3), 0.1, 0.01) == "down"
    assert heading((0.2, 0.2), 0.1, 0.01) == "awry"
    assert heading((0.005, 0), 0.1, 0.01) == STILL
    with pytest.raises(Unclear, match="only"):
        heading((0.05, 0), 0.1, 0.01)
    with pytest.raises(Unclear, match="25 degrees off"):
        heading((math.cos(math.radians(25)), math.sin(math.radians(25))), 0.1, 0.01)


# -- turns --------------------------------------------------------------------------------------


def cake(symmetry: int | None) -> Asset:
    return Asset(id="cake", categories=("cake",), solid=Solid(symmetry=symmetry))


def test_how_far_a_frame() -> None:
    assert most_a_frame(None) == most_a_frame(1) == most_a_frame(2) == 45
    assert most_a_frame(4) == 30
    assert most_a_frame(12) == 10
    assert most_a_frame(0) == 0
    assert largest_step(PROGRESS) == pytest.approx(0.09985, abs=1e-4)


@given(st.none() | st.integers(0, 20), st.integers(2, 40), st.integers(0, 1000))
def test_turns_never_seem_to_go_the_other_way(symmetry: int | None, frames: int, seed: int) -> None:
    progress = [i / (frames - 1) for i in range(frames)]
    turn = turn_for(cake(symmetry), progress, np.random.default_rng(seed))
    thing = Standing(
        row=0, column=0, asset="a", mesh="m", position=(0, 0), size=1, motion=Motion(turn=turn)
    )
    yaws = [thing.pose(p).yaw for p in progress]
    step = max(b - a for a, b in pairwise(yaws))
    assert step <= most_a_frame(symmetry)
    assert turn == 0 or 60 <= turn <= 180
    if symmetry == 0:
        assert turn == 0


def turning(*degrees: float) -> TabletopVideo:
    return TabletopVideo(
        grid=2,
        objects=tuple(
            Standing(
                row=number // 2,
                column=number % 2,
                asset=f"thing-{number}",
                mesh="mesh",
                position=(0, 0),
                size=0.6,
                motion=Motion(turn=turn) if turn else None,
            )
            for number, turn in enumerate(degrees)
        ),
    )


def test_senses_of_turns() -> None:
    scene = turning(-120, 0, 90)
    assert turns(scene, lambda _: None) == ["clockwise", STILL, "counterclockwise"]
    with pytest.raises(Unclear, match="degrees a frame"):
        turns(scene, lambda _: 12)


# -- what is seen -------------------------------------------------------------------------------


def seen(
    start: tuple[float, float],
    end: tuple[float, float] | None = None,
    *,
    frames: int = 16,
    side: int = 30,
    hidden: dict[int, float] | None = None,
    cut: float = 0.0,
    pixels: int = 400,
    change: float = 0.0,
) -> Seen:
    """A made-up report of a square whose middle goes from start to end, in pixels."""
    end = end or start
    boxes = []
    for number in range(frames):
        x, y = (a + (b - a) * number / (frames - 1) for a, b in zip(start, end, strict=True))
        boxes.append(tuple(round(v) for v in (x - side, y - side, x + side, y + side)))
    share = hidden or {}
    return Seen.model_validate(
        {
            "pixels": [pixels] * frames,
            "hidden": [share.get(n, 0.0) for n in range(frames)],
            "cut": [cut] * frames,
            "box": boxes,
            "change": [0.0, *[change] * (frames - 1)],
        }
    )


def test_reports_must_fit() -> None:
    scene = turning(90, 0)
    good = View(objects=(seen((50, 50)), seen((150, 50))))
    assert view_of(good.model_dump(mode="json"), scene) == good
    for bad in ({}, {"objects": [good.objects[0].model_dump()]}, {"objects": 3}):
        with pytest.raises(MediaError):
            view_of(bad, scene)
    short = View(objects=(seen((50, 50)), seen((150, 50), frames=15)))
    with pytest.raises(MediaError, match="does not fit"):
        view_of(short.model_dump(mode="json"), scene)


def test_objects_must_be_seen_well() -> None:
    scene = turning(90, 0)

    def found(**changes: object) -> str | None:
        other = seen((150, 50), **changes)  # type: ignore[arg-type]
        return badly_seen(scene, View(objects=(seen((50, 50)), other)))

    assert found() is None
    assert found(hidden=dict.fromkeys(range(16), 0.35)) is None
    assert found(hidden=dict.fromkeys(range(5, 8), 0.9)) is None
    assert found(hidden=dict.fromkeys(range(5, 9), 0.9)) == "thing-1 is hidden"
    assert found(hidden={0: 0.5}) == "thing-1 is hidden"
    assert found(hidden={15: 0.5}) == "thing-1 is hidden"
    assert found(pixels=57) == "thing-1 is too small to see"
    assert found(pixels=58) is None
    assert found(cut=0.05) == "thing-1 leaves the picture"


def test_pixels_must_go_where_the_scene_says() -> None:
    scene = turning(0, 0)
    view = View(objects=(seen((50, 50), (110, 50)), seen((150, 150), (150, 100))))
    assert seen_otherwise(["right", "up"], scene, view) is None
    assert seen_otherwise(["left", "up"], scene, view) is not None
    assert seen_otherwise(["right", STILL], scene, view) is not None
    still = View(objects=(seen((50, 50), (60, 50)), seen((150, 150))))
    assert seen_otherwise([STILL, STILL], scene, still) is None
    assert seen_otherwise(["right", STILL], scene, still) is not None


def test_turns_must_show() -> None:
    scene = turning(90, 0, -90)
    doing = ["counterclockwise", STILL, "clockwise"]

    def found(*changes: float) -> str | None:
        view = View(objects=tuple(seen((50, 50), change=c) for c in changes))
        return turns_badly(doing, scene, view)

    assert found(9, 0.5, 8) is None
    assert found(9, 0.5, 0.4) == "the turn of thing-2 does not show"
    assert found(1.5, 0, 9) == "the turn of thing-0 does not show"
    assert found(9, 4, 9) == "the turn of thing-0 does not show"
