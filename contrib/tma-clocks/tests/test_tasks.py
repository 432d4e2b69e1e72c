"""Tasks of all five generators: sound, repeatable, and shown as they say."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import Counter
from importlib.metadata import EntryPoint
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image

import tma
from tma.config import Settings
from tma.registry import Registry
from tma.workbench import Workbench
from tma_clocks import readings
from tma_clocks.faces import LOOKS, SHARE
from tma_clocks.paper import polar
from tma_clocks.renderer import DialsRenderer
from tma_clocks.scene import Clock, Dials, Gauge
from tma_clocks.tasks import PLACES

KINDS = ("what-time", "which-clock", "earliest-latest", "how-long", "gauge")


class NoAssets:
    """There are none to read."""

    def read(self, asset_id: str, form: str, name: str) -> bytes:
        raise AssertionError

    sha256 = derived = read  # type: ignore[assignment]


def draw(*dials: Clock | Gauge, columns: int = 1, side: int = 200) -> Image.Image:
    rows = -(-len(dials) // columns)
    scene = Dials(dials=dials, columns=columns, width=columns * side, height=rows * side)
    media = DialsRenderer().render(scene, NoAssets())  # type: ignore[arg-type]
    return Image.open(BytesIO(media.data)).convert("RGB")


@pytest.fixture(scope="session", name="bench")
def _bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    points = [
        EntryPoint(n, m, "tma")
        for n, m in (("clocks", "tma_clocks"), ("shapes", "tma_plugins.shapes"))
    ]
    registry = Registry(Settings(environ={}), points)
    cache = tmp_path_factory.mktemp("cache")
    return Workbench(registry, assets="shapes", tasks=["clocks/*"], cache=cache)


def tasks(bench: Workbench, kind: str, count: int) -> list[tma.Task]:
    space = bench.spaces[f"clocks/{kind}"]
    step = max(1, len(space) // count)
    return [bench.instance(space[i], seed) for seed in (0, 1) for i in range(0, len(space), step)]


def test_the_spaces(bench: Workbench) -> None:
    sizes = {name: len(space) for name, space in bench.spaces.items()}
    assert sizes == {
        "clocks/what-time": 660 * 4,
        "clocks/which-clock": 660 * 4 * 4,
        "clocks/earliest-latest": 2 * 4 * 4,
        "clocks/how-long": 134 * 4,  # every five minutes, but not near none or six hours
        "clocks/gauge": 8 * 4 + 12 * 5 + 12 * 4 + 8 * 5,
    }
    for space in bench.spaces.values():
        space.check_disjoint()


@pytest.mark.parametrize("kind", KINDS)
def test_every_plan_makes_a_sound_task(bench: Workbench, kind: str) -> None:
    """The kernel judges each by the truths that are derived from its scene alone."""
    made = tasks(bench, kind, 300)
    for task in made:
        truth = bench.truth(task)
        assert truth is not None
        assert truth.true == {task.answer}
        assert truth.ambiguous is None
        assert len(set(task.options)) == 4
    places = Counter(task.answer_index for task in made)
    assert max(places.values()) < 0.4 * len(made)


def test_the_right_clock_is_where_the_plan_says(bench: Workbench) -> None:
    for task in tasks(bench, "which-clock", 60):
        dials = bench.scene(task).dials  # type: ignore[attr-defined]
        shown = [d.text for d in dials]
        assert shown.count(task.question.removeprefix("Which of the four clocks shows ")[:-1]) == 1
        assert task.answer == task.plan["place"]
        assert f"shows {shown[PLACES.index(task.answer)]}?" in task.question


def test_times_of_one_morning_lie_apart(bench: Workbench) -> None:
    for task in tasks(bench, "earliest-latest", 32):
        dials = bench.scene(task).dials  # type: ignore[attr-defined]
        minutes = [60 * d.hour + d.minute for d in dials]
        assert all(60 <= m < 720 for m in minutes)
        assert min(abs(a - b) for a, b in combinations(minutes, 2)) >= readings.CLOSE
        assert not any(readings.overlapping((d.hour, d.minute)) for d in dials)


def test_spans_are_those_of_the_clocks(bench: Workbench) -> None:
    for task in tasks(bench, "how-long", 100):
        left, right = bench.scene(task).dials  # type: ignore[attr-defined]
        minutes = (right.hour - left.hour) * 60 + right.minute - left.minute
        assert minutes % 720 == task.plan["minutes"]


def test_a_wrong_scene_is_found_out(bench: Workbench) -> None:
    task = tasks(bench, "what-time", 3)[0]
    (dial,) = task.scene["dials"]
    other = {**task.scene, "dials": [{**dial, "minute": (dial["minute"] + 7) % 60}]}
    truth = bench.truth(task.model_copy(update={"scene": other}))
    assert truth is not None
    assert task.answer not in truth.true
    two = {**task.scene, "dials": [dial, {**dial, "hour": dial["hour"] % 12 + 1}]}
    truth = bench.truth(task.model_copy(update={"scene": two}))
    assert truth is not None
    assert len(truth.true) == 2


# -- pictures -------------------------------------------------------------------------------


def pixel(picture: Image.Image, angle: float, radius: float) -> tuple[int, ...]:
    x, y = polar(angle, radius * SHARE * picture.width / 2)
    found = picture.getpixel((round(picture.width / 2 + x), round(picture.height / 2 + y)))
    assert isinstance(found, tuple)
    return found


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 12


@pytest.mark.parametrize(
    ("hour", "minute"), [(3, 40), (7, 5), (12, 30), (9, 58), (1, 17), (11, 0), (4, 51)]
)
def test_hands_point_where_they_should(hour: int, minute: int) -> None:
    """The hour hand lies between the hours, as far as the minutes say."""
    picture = draw(Clock(hour=hour, minute=minute, numerals="none"), side=300)
    hands, face = LOOKS["ivory"].hands, LOOKS["ivory"].face
    hour_angle, minute_angle = 30 * hour + minute / 2, 6 * minute
    assert near(pixel(picture, hour_angle, 0.38), hands)
    assert near(pixel(picture, minute_angle, 0.65), hands)
    for angle in range(0, 360, 6):
        if min((angle - minute_angle) % 360, (minute_angle - angle) % 360) > 5:
            assert not near(pixel(picture, angle, 0.65), hands)
        away = min((angle - a) % 360 for a in (hour_angle, minute_angle))
        if 20 < away < 340 and abs((angle - hour_angle + 180) % 360 - 180) > 20:
            assert (
                near(pixel(picture, angle, 0.3), face)
                or abs((angle - minute_angle + 180) % 360 - 180) < 20
            )


@pytest.mark.parametrize("tick", [0, 13, 31, 59])
def test_needles_point_where_they_should(tick: int) -> None:
    gauge = Gauge(quantity="temperature", unit="°C", step=10, steps=12, ticks=5, tick=tick)
    picture = draw(gauge, side=300)
    accent = LOOKS["ivory"].accent
    for other in range(60):
        angle = 225 + 270 * other / 60
        assert near(pixel(picture, angle, 0.4), accent) is (other == tick)
    assert gauge.value(tick) == f"{2 * tick} °C"


def test_numerals_look_different() -> None:
    kinds = [
        draw(Clock(hour=3, minute=40, numerals=n)).tobytes()
        for n in ("arabic", "roman", "quarters", "none")
    ]
    assert len(set(kinds)) == 4


def test_each_dial_has_its_box() -> None:
    dials = [Clock(hour=h, minute=0) for h in (1, 2, 3, 4)]
    scene = Dials(dials=dials, columns=2, width=200, height=240)
    report = DialsRenderer().render(scene, NoAssets()).report  # type: ignore[arg-type]
    assert report["boxes"] == [
        [0, 10, 100, 110],
        [100, 10, 200, 110],
        [0, 130, 100, 230],
        [100, 130, 200, 230],
    ]


def test_other_scenes_are_refused() -> None:
    with pytest.raises(tma.MediaError, match="kind 'shelf'"):
        DialsRenderer().render(tma.Scene(kind="shelf"), NoAssets())  # type: ignore[arg-type]


def test_pictures_are_the_same_in_every_process(tmp_path: Path) -> None:
    source = Path(__file__).parents[1] / "src"
    program = (
        f"import sys, hashlib; sys.path.insert(0, {str(source)!r})\n"
        "from tma_clocks.scene import *; from tma_clocks.renderer import DialsRenderer\n"
        "scene = Dials(columns=1, width=200, height=200, dials=[Clock(hour=3, minute=40)])\n"
        "print(hashlib.sha256(DialsRenderer().render(scene, None).data).hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    scene = Dials(columns=1, width=200, height=200, dials=[Clock(hour=3, minute=40)])
    here = DialsRenderer().render(scene, NoAssets())  # type: ignore[arg-type]
    assert done.stdout.strip() == hashlib.sha256(here.data).hexdigest()
