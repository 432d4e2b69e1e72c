"""Rooms that families of questions about tables share: cylinders, cameras, order, what is seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tma.contract.tabletop import Camera, Seen, Standing, Tabletop, TabletopVideo, View
from tma.errors import MediaError
from tma_plugins.cells.truth import Unclear
from tma_plugins.tabletop.cylinders import box_of, fitted_camera, gap
from tma_plugins.tabletop.order import TABLE_LAYOUT, cell_under, check_order, seen_out_of_order
from tma_plugins.tabletop.views import badly_seen, view_of

# -- cylinders and cameras ----------------------------------------------------------------------


def test_the_box_of_a_cylinder() -> None:
    """Level and far away a cylinder is seen as a square, its middle on the line of sight."""
    camera = Camera(elevation=1e-6, distance=1000, target=(0, 0.5), fov=1.5)
    left, top, right, bottom = box_of(camera, [(0, 0, 1)])
    assert right - left == pytest.approx(bottom - top, rel=0.05)  # a polygon around the circle
    assert (left + right, top + bottom) == pytest.approx((0, 0), abs=1e-9)
    from_above = Camera(elevation=89.99, distance=1000, fov=1.5)
    left, top, right, bottom = box_of(from_above, [(-1, 2, 1), (1, 2, 1)])
    assert (right - left) / (bottom - top) == pytest.approx(3, rel=0.05)
    assert bottom < 0  # what is farther away is seen higher


@given(
    st.lists(
        st.tuples(st.floats(-2, 2), st.floats(-2, 2), st.floats(0.1, 1)), min_size=1, max_size=5
    ),
    st.integers(25, 60),
    st.integers(20, 50),
    st.sampled_from((0.75, 1.0, 4 / 3)),
)
def test_a_fitted_camera_has_everything_in_its_picture(
    cylinders: list[tuple[float, float, float]], elevation: int, fov: int, aspect: float
) -> None:
    camera = fitted_camera(tuple(cylinders), float(elevation), float(fov), aspect)
    left, top, right, bottom = box_of(camera, cylinders)
    assert max(-left, right) <= aspect / 2 - 0.029
    assert max(-top, bottom) <= 0.5 - 0.028
    assert top + bottom == pytest.approx(0, abs=0.01)
    if min(s for _, _, s in cylinders) > 0.5:  # and it is no farther away than need be
        slack = min(aspect / 2 - max(-left, right), 0.5 - max(-top, bottom))
        assert slack < 0.04 or camera.distance < 8


def test_gaps() -> None:
    assert gap((0, 0, 1), (2, 0, 1)) == 1
    assert gap((0, 0, 1), (0, 0.5, 1)) == -0.5


# -- order --------------------------------------------------------------------------------------


def standing(row: int, column: int, x: float, y: float, size: float = 0.5) -> Standing:
    name = f"thing-{row}{column}"
    return Standing(row=row, column=column, asset=name, mesh="m", position=(x, y), size=size)


def table(*objects: Standing, grid: int = 2, elevation: float = 35.0) -> Tabletop:
    return Tabletop(grid=grid, objects=objects, camera=Camera(elevation=elevation))


FOUR = (
    standing(0, 0, -0.5, 0.5),
    standing(0, 1, 0.5, 0.5),
    standing(1, 0, -0.5, -0.5),
    standing(1, 1, 0.5, -0.5),
)


def test_cells_of_the_table() -> None:
    assert [cell_under(2, o) for o in FOUR] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert cell_under(3, standing(0, 0, -1.2, 1.4)) == (0, 0)
    assert cell_under(3, standing(0, 0, 0.1, -0.2)) == (1, 1)
    assert TABLE_LAYOUT.cells(2)["front right"] == (1, 1)
    assert TABLE_LAYOUT.position_of((0, 0), (1, 1)) == "behind left"


def test_order_as_the_viewer_sees_it() -> None:
    check_order(table(*FOUR))
    check_order(table())


@pytest.mark.parametrize(
    ("scene", "line"),
    [
        (table(standing(0, 0, 0.2, 0.5)), "not stand in its cell"),
        (table(standing(0, 0, -0.5, 0.2), standing(0, 0, -0.5, 0.9)), "two objects stand in one"),
        (table(standing(0, 0, -0.5, 0.5), standing(0, 1, 0.5, 0.5, 1.6)), "touch"),
        (table(standing(0, 0, -0.05, 0.5, 0.1), standing(0, 1, 0.2, 0.5, 0.1)), "in their order"),
        (table(standing(0, 0, -0.5, 0.1, 0.1), standing(1, 0, -0.5, -0.1, 0.1)), "in their order"),
        (table(standing(0, 0, -0.2, 0.5), standing(1, 0, -0.95, -0.5)), "in a line"),
        (table(standing(0, 0, -0.5, 0.95), standing(0, 1, 0.5, 0.05)), "in a line"),
    ],
)
def test_order_that_can_not_be_told(scene: Tabletop, line: str) -> None:
    with pytest.raises(Unclear, match=line):
        check_order(scene)


def seen(scene: Tabletop, thing: Standing, frames: int = 1) -> Seen:
    middle = [0.5 * scene.width, 0.5 * scene.height]
    right, down, depth = scene.camera.project((*thing.position, 0.0))
    half = 0.4 * thing.size / depth * scene.height
    x, y = middle[0] + right * scene.height, middle[1] + down * scene.height
    box = (round(x - half), round(y - 2 * half), round(x + half), round(y + 2))
    return Seen(
        pixels=(int(4 * half * half),) * frames,
        hidden=(0.0,) * frames,
        cut=(0.0,) * frames,
        box=(box,) * frames,
        change=(0.0,) * frames,
    )


def test_boxes_in_order() -> None:
    scene = table(*FOUR)
    boxes = [seen(scene, o) for o in FOUR]
    assert seen_out_of_order(scene, boxes) is None
    swapped = [boxes[2], boxes[1], boxes[0], boxes[3]]
    assert "not seen in" in str(seen_out_of_order(scene, swapped))
    left, top, right, bottom = boxes[2].box[0]
    for shift, line in ((30, None), (98, "line"), (-98, "line")):
        box = (left + shift, top, right + shift, bottom)
        moved = [*boxes[:2], boxes[2].model_copy(update={"box": (box,)}), boxes[3]]
        found = seen_out_of_order(scene, moved)
        assert found is None if line is None else line in str(found), shift


@given(st.integers(0, 3), st.integers(0, 3))
def test_order_in_the_last_frame(one: int, other: int) -> None:
    scene = table(*FOUR)
    boxes = [seen(scene, o, frames=2) for o in FOUR]
    first, second = boxes[one].box[0], boxes[other].box[0]
    boxes[one] = boxes[one].model_copy(update={"box": (first, second)})
    boxes[other] = boxes[other].model_copy(update={"box": (second, first)})
    assert seen_out_of_order(scene, boxes, 0) is None
    assert (seen_out_of_order(scene, boxes, 1) is None) == (one == other)


# -- views --------------------------------------------------------------------------------------


def test_reports_that_fit_their_scene() -> None:
    scene = table(*FOUR)
    view = View(objects=tuple(seen(scene, o) for o in FOUR))
    assert view_of(view.model_dump(mode="json"), scene) == view
    video = TabletopVideo(grid=2, objects=FOUR, frames=3)
    film = View(objects=tuple(seen(scene, o, 3) for o in FOUR))
    assert view_of(film.model_dump(mode="json"), video) == film
    for report, shown in (
        ({}, scene),
        ({"objects": [{"pixels": [1]}]}, scene),
        (View(objects=view.objects[:3]).model_dump(), scene),
        (view.model_dump(), video),
        (film.model_dump(), scene),
    ):
        with pytest.raises(MediaError):
            view_of(report, shown)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"pixels": (301,), "hidden": (0.4,), "cut": (0.01,)}, None),
        ({"hidden": (0.41,)}, "thing-01 is hidden"),
        ({"cut": (0.02,)}, "thing-01 is cut by the frame"),
        ({"pixels": (299,)}, "thing-01 is too small"),
    ],
)
def test_objects_that_are_badly_seen(change: dict[str, object], line: str | None) -> None:
    scene = table(*FOUR)
    boxes = [seen(scene, o) for o in FOUR]
    boxes[1] = boxes[1].model_copy(update=change)
    found = badly_seen(scene, View(objects=tuple(boxes)))
    assert found is None if line is None else line in str(found)


def test_small_pictures_need_fewer_pixels() -> None:
    scene = Tabletop(grid=2, objects=FOUR[:1], width=256, height=256)
    few = Seen(pixels=(80,), hidden=(0.0,), cut=(0.0,), box=((0, 0, 9, 9),))
    assert badly_seen(scene, View(objects=(few,))) is None
    fewer = few.model_copy(update={"pixels": (74,)})
    assert badly_seen(scene, View(objects=(fewer,))) is not None
