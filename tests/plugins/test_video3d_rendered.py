"""Video tasks with real videos: what the masks show is what the question says."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from tma.config import Settings
from tma.contract.media import Media
from tma.contract.tabletop import Seen, TabletopVideo, View
from tma.contract.tasks import Task
from tma.errors import Infeasible
from tma.registry import Registry
from tma.workbench import Workbench
from tma_plugins.glrender import needs

KINDS = ("what-move", "where-move", "what-attribute-move")
TURNS = ("what-rotate", "where-rotate", "what-attribute-rotate")
SIGNS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
CELLS = {"back left": (0, 0), "back right": (0, 1), "front left": (1, 0), "front right": (1, 1)}


@pytest.fixture(scope="module", name="bench")
def _bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(
        Registry(Settings()),
        assets="objects",
        tasks=["video3d/*?frames=10&fps=5&width=160&height=160"],
        renderer="raycast" if needs.lacking() else "pyrender",  # it takes less time
        cache=tmp_path_factory.mktemp("cache"),
    )


def shown(bench: Workbench, kind: str) -> tuple[Task, Path]:
    space = bench.spaces[f"video3d/{kind}"]
    for number in range(7, space.size, space.size // 50):
        try:
            task, file = bench.shown(space[number], number)
        except Infeasible:
            continue
        assert file is not None
        return task, Path(file.path)
    pytest.fail("nothing can be shown")


def middle(box: tuple[int, int, int, int]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def target_of(task: Task) -> int:
    cell = CELLS[str(task.plan["cell"])]
    scene = TabletopVideo.model_validate(task.scene)
    return [(o.row, o.column) for o in scene.objects].index(cell)


def spoilt(task: Task) -> Task:
    """The same video, but the target does nothing."""
    scene = TabletopVideo.model_validate(task.scene)
    number = target_of(task)
    objects = list(scene.objects)
    objects[number] = objects[number].model_copy(update={"motion": None})
    still = scene.model_copy(update={"objects": tuple(objects)})
    return task.model_copy(update={"scene": still.model_dump(mode="json")})


@pytest.mark.parametrize("kind", [*KINDS, *TURNS])
def test_videos_show_what_is_asked(bench: Workbench, kind: str) -> None:
    task, path = shown(bench, kind)
    with av.open(path) as video:
        stream = video.streams.video[0]
        assert (stream.width, stream.height) == (160, 160)
        assert float(stream.average_rate or 0) == 5
        assert len(list(video.decode(stream))) == 10
    media = bench.render(task)
    assert media.data == path.read_bytes()
    seen = View.model_validate(media.report).objects
    number = target_of(task)
    if kind in KINDS:
        moved = [way(s) for s in seen]
        right, down = SIGNS[str(task.plan["direction"])]
        along = [x * right + y * down for x, y in moved]
        aside = [abs(x * down) + abs(y * right) for x, y in moved]
        assert along[number] > 0.17 * 160
        assert along[number] > 3 * aside[number]
        others = [n for n in range(len(seen)) if n != number]
        assert all(along[n] < 8 or aside[n] > along[n] for n in others)
        moving = [abs(along[n]) + aside[n] > 10 for n in others]
        assert moving == [task.plan["others"] == "yes"] * len(others)
    else:
        changes = [sum(s.change) / 9 for s in seen]
        turning = [change > 3 for change in changes]
        asked = task.plan["others"] == "yes"
        assert turning == [asked or n == number for n in range(len(seen))]


def way(seen: Seen) -> tuple[float, float]:
    (a, b), (c, d) = middle(seen.box[0]), middle(seen.box[-1])
    return c - a, d - b


@pytest.mark.parametrize("kind", ["what-move", "what-rotate"])
def test_a_video_in_which_the_target_rests_is_flawed(bench: Workbench, kind: str) -> None:
    task, _ = shown(bench, kind)
    media: Media = bench.render(spoilt(task))
    assert bench.flaw(task, bench.render(task).report) is None
    assert bench.flaw(task, media.report) is not None
    truth = bench.truth(spoilt(task))
    assert truth is not None
    assert truth.ambiguous == "0 objects do what the question says"
