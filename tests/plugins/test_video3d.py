"""The video3d family on the published catalogue, judged by a derivation that shares no code.

What each object does is told from its poses in every frame, projected by a camera of the test's
own; what it is, by `World`, which works on the inventory's records alone.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from importlib.resources import files
from itertools import combinations, pairwise, permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tma.catalogue import Catalogue
from tma.config import Settings
from tma.contract.assets import Asset, Solid
from tma.contract.plan import Plan
from tma.contract.tabletop import Seen, Standing, TabletopVideo, View
from tma.contract.tasks import Task
from tma.errors import ConfigError, Infeasible, MediaError, PluginError
from tma.maketask import Origin, make_task
from tma.registry import Registry
from tma.workbench import Workbench
from tma_plugins.video3d import tasks as family

from ..core import toys
from .worlds import (
    Cell,
    Judged,
    World,
    draw,
    generated,
    options_are_not_four,
    published_values,
    reference_is_not_unique,
)

MOVES = ("what-move", "where-move", "what-attribute-move")
TURNS = ("what-rotate", "where-rotate", "what-attribute-rotate")
KINDS = (*MOVES, *TURNS)
SAMPLE = 1200
CELLS = {"back left": (0, 0), "back right": (0, 1), "front left": (1, 0), "front right": (1, 1)}
STEPS = {
    "left": (0, -1),
    "right": (0, 1),
    "behind": (-1, 0),
    "front": (1, 0),
    "behind left": (-1, -1),
    "behind right": (-1, 1),
    "front left": (1, -1),
    "front right": (1, 1),
}
OPPOSITE = {
    **{"left": "right", "right": "left", "behind": "front", "front": "behind"},
    **{"behind left": "front right", "front right": "behind left"},
    **{"behind right": "front left", "front left": "behind right"},
}


def seen_at(scene: TabletopVideo, thing: Standing, progress: float) -> tuple[float, float]:
    """Where an object's foot is on the screen, right and down in widths, by vectors."""
    pose, camera = thing.pose(progress), scene.camera
    look = (math.cos(math.radians(camera.elevation)), -math.sin(math.radians(camera.elevation)))
    eye = [t - camera.distance * c for t, c in zip(camera.target, look, strict=True)]
    ray = (pose.y - eye[0], -eye[1])
    depth = ray[0] * look[0] + ray[1] * look[1]
    up = ray[0] * -look[1] + ray[1] * look[0]
    focal = scene.height / 2 / math.tan(math.radians(camera.fov) / 2)
    return focal * pose.x / depth / scene.width, -focal * up / depth / scene.width


class Shown(Judged):
    steps = STEPS

    def __post_init__(self) -> None:
        super().__post_init__()
        self.scene = TabletopVideo.model_validate(self.task.scene)
        self.things: dict[Cell, Standing] = {}
        for thing in self.scene.objects:
            x, y = thing.position
            self.things[(0 if y > 0 else 1, 0 if x < 0 else 1)] = thing
        assert len(self.things) == len(self.scene.objects)
        self.at = {cell: self.world.assets[t.asset] for cell, t in self.things.items()}

    @property
    def cell(self) -> Cell:
        return CELLS[str(self.plan["cell"])]

    def doing(self, cell: Cell) -> str:
        """By all frames: each step must go the same way."""
        thing, progress = self.things[cell], self.scene.progress()
        poses = [thing.pose(p) for p in progress]
        turned = {(b.yaw > a.yaw) - (b.yaw < a.yaw) for a, b in pairwise(poses)}
        places = [seen_at(self.scene, thing, p) for p in progress]
        moved = any(a != b for a, b in pairwise(places))
        if turned != {0}:
            assert not moved
            assert len(turned) == 1
            return "counterclockwise" if turned == {1} else "clockwise"
        if not moved:
            return "still"
        ways = set()
        for (ax, ay), (bx, by) in pairwise(places):
            angle = math.degrees(math.atan2(-(by - ay), bx - ax))
            near = [n for n, a in ANGLES.items() if abs((angle - a + 180) % 360 - 180) <= 22]
            ways.add(near[0] if near else "awry")
        assert len(ways) == 1
        return ways.pop()


ANGLES = {"right": 0, "up": 90, "left": 180, "down": 270}


# -- what is wrong with a task, one function a flaw ---------------------------------------------


def another_does_it_too(shown: Shown) -> bool:
    doing = {cell: shown.doing(cell) for cell in shown.things}
    return [c for c, what in doing.items() if what == shown.plan["direction"]] != [shown.cell]


def others_do_not_as_planned(shown: Shown) -> bool:
    others = {shown.doing(c) for c in shown.things if c != shown.cell}
    if shown.plan["others"] == "no":
        return others != {"still"}
    return bool({"still", "awry", str(shown.plan["direction"])} & others)


def answer_is_wrong(shown: Shown) -> bool:
    plan, target = shown.plan, shown.at[shown.cell]
    if not shown.world.is_a(target, str(plan["target_category"])):
        return True
    if shown.pair is not None and not shown.world.has(target, shown.pair):
        return True
    wanted = plan["cell"]
    if shown.kind.startswith("what-attribute"):
        wanted = plan["attribute_value"]
    elif shown.kind.startswith("what"):
        wanted = plan["target_category"]
    elif "order" in plan:
        wanted = plan["relative_position"]
        if plan["order"] == "reference-first":
            wanted = OPPOSITE[str(wanted)]
    return shown.answer != wanted


def distractor_may_be_true(shown: Shown) -> bool:
    target = shown.at[shown.cell]
    if shown.kind.startswith("what-attribute"):
        kind = str(shown.plan["attribute_type"])
        return any(shown.world.may_have(target, (kind, v)) for v in shown.wrong)
    if shown.kind.startswith("what"):
        return any(shown.world.may_be(target, c) for c in shown.wrong)
    return not set(shown.wrong) < set(STEPS if "order" in shown.plan else CELLS)


def options_overlap(shown: Shown) -> bool:
    if shown.kind.startswith("what-attribute"):
        kind = str(shown.plan["attribute_type"])
        return any(shown.world.overlap(kind, shown.answer, v) for v in shown.wrong)
    if shown.kind.startswith("what"):
        return any(shown.world.nested(shown.answer, c) for c in shown.wrong)
    return False


def move_is_small(shown: Shown) -> bool:
    if shown.kind not in MOVES:
        return False
    thing = shown.things[shown.cell]
    start, end = seen_at(shown.scene, thing, 0), seen_at(shown.scene, thing, 1)
    return math.dist(start, end) < 0.2


def turn_may_seem_another(shown: Shown) -> bool:
    for thing in shown.scene.objects:
        yaws = [thing.pose(p).yaw for p in shown.scene.progress()]
        step = max(abs(b - a) for a, b in pairwise(yaws))
        symmetry = shown.world.assets[thing.asset].solid.symmetry
        if step and (symmetry == 0 or step > min(45, 120 / (symmetry or 1))):
            return True
    return False


def two_collide(shown: Shown) -> bool:
    for progress in (n / 60 for n in range(61)):
        for one, other in combinations(shown.scene.objects, 2):
            a, b = one.pose(progress), other.pose(progress)
            if math.dist((a.x, a.y), (b.x, b.y)) <= (one.size + other.size) / 2:
                return True
    return False


FLAWS = (
    another_does_it_too,
    others_do_not_as_planned,
    answer_is_wrong,
    distractor_may_be_true,
    reference_is_not_unique,
    options_are_not_four,
    options_overlap,
    move_is_small,
    turn_may_seem_another,
    two_collide,
)


def flaws(task: Task, world: World) -> list[str]:
    shown = Shown(task, world)
    return [flaw.__name__ for flaw in FLAWS if flaw(shown)]


# -- fixtures -----------------------------------------------------------------------------------


@pytest.fixture(scope="module", name="bench")
def _bench(annotations: Path) -> Workbench:
    spec = f"objaverse?root={annotations}"
    return Workbench(Registry(Settings()), assets=spec, tasks=["video3d/*"])


@pytest.fixture(scope="module", name="world")
def _world(bench: Workbench) -> World:
    return World(bench.assets.inventory)


@pytest.fixture(scope="module", name="sample")
def _sample(bench: Workbench, world: World) -> list[Shown]:
    """Tasks as `tma generate` makes them, but for their media."""
    return [Shown(task, world) for task in generated(bench, bench.generators, SAMPLE, 7)]


def of(kind: str, sample: list[Shown]) -> list[Shown]:
    return [s for s in sample if s.kind == kind]


# -- the space ----------------------------------------------------------------------------------


def test_the_published_counts(bench: Workbench) -> None:
    assert {name: space.size for name, space in bench.spaces.items()} == {
        "video3d/what-move": 78_752,
        "video3d/where-move": 78_752,
        "video3d/what-attribute-move": 63_872,
        "video3d/what-rotate": 39_376,
        "video3d/where-rotate": 108_329_488,
        "video3d/what-attribute-rotate": 31_936,
    }


def test_all_object_generators_together(annotations: Path) -> None:
    """The published count of the 22, though that lists some plans twice and leaves others out."""
    spec, families = f"objaverse?root={annotations}", ["grid2d/*", "tabletop3d/*", "video3d/*"]
    spaces = Workbench(Registry(Settings()), assets=spec, tasks=families).spaces
    assert len(spaces) == 22
    assert sum(space.size for space in spaces.values()) == 752_641_858


def test_counts_by_the_formula(bench: Workbench, annotations: Path) -> None:
    """From the raw files: each category's values, and its others for plans with a reference."""
    up, values = published_values(annotations)
    optional = sum(1 + len(v) for v in values.values())
    obligatory = sum(len(v) for v in values.values())
    related = {c: {d for d in values if d in up(c) or c in up(d)} for c in values}
    referred = sum((1 + len(values[c])) * 12 * (len(values) - len(related[c])) for c in values)
    sizes = {name.split("/")[1]: space.size for name, space in bench.spaces.items()}
    assert sizes == {
        "what-move": optional * 4 * 4 * 2,
        "where-move": optional * 4 * 4 * 2,
        "what-attribute-move": obligatory * 4 * 4 * 2,
        "what-rotate": optional * 4 * 2 * 2,
        "where-rotate": optional * 4 * 2 * 2 + referred * 2 * 2 * 2,
        "what-attribute-rotate": obligatory * 4 * 2 * 2,
    }


def test_plans_have_these_fields(bench: Workbench) -> None:
    domains = bench.spaces["video3d/where-rotate"].domains
    assert set(domains["order"].values) == {"target-first", "reference-first"}
    assert set(domains["direction"].values) == {"clockwise", "counterclockwise"}
    assert set(domains["others"].values) == {"yes", "no"}
    assert set(domains["cell"].values) == set(CELLS)
    assert set(domains["relative_position"].values) == set(STEPS)
    assert set(domains["grid"].values) == {2}
    moves = bench.spaces["video3d/what-move"].domains
    assert set(moves["direction"].values) == {"left", "right", "up", "down"}
    assert "reference_category" not in moves


# -- tasks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda f: f.__name__)
def test_no_task_has_this_flaw(flaw: object, sample: list[Shown]) -> None:
    assert callable(flaw)
    assert not [f"{s.task.question} {s.task.options} {s.plan}" for s in sample if flaw(s)]


def test_every_kind_and_value_is_made(sample: list[Shown]) -> None:
    made = Counter(s.kind for s in sample)
    assert all(abs(made[kind] - SAMPLE / 6) < 5 for kind in KINDS)
    for field, kinds in (("direction", KINDS), ("others", KINDS), ("cell", KINDS)):
        for kind in kinds:
            counts = Counter(s.plan[field] for s in of(kind, sample))
            even = SAMPLE / 6 / len(counts)
            assert all(0.5 * even < n < 1.6 * even for n in counts.values()), (kind, counts)
    orders = Counter(s.plan.get("order") for s in of("where-rotate", sample))
    assert min(orders[o] for o in (None, "target-first", "reference-first")) > 30


def test_videos_are_peopled(sample: list[Shown]) -> None:
    counts = Counter(len(s.things) for s in sample)
    assert set(counts) == {3, 4}
    assert counts[4] > 0.5 * SAMPLE


def test_questions_say_what_they_mean(sample: list[Shown]) -> None:
    said = {
        "left": "moving to the viewer's left",
        "right": "moving to the viewer's right",
        "up": "moving up in the picture, away from the viewer",
        "down": "moving down in the picture, towards the viewer",
        "clockwise": "turning clockwise (seen from above)",
        "counterclockwise": "turning counterclockwise (seen from above)",
    }
    for shown in sample:
        question, names = shown.task.question, shown.task.names
        assert said[str(shown.plan["direction"])] in question
        if shown.kind.startswith("where"):
            assert names[str(shown.plan["target_category"])] in question
            assert "viewer" in question
        if shown.kind == "where-move":
            assert "start" in question
        if "order" in shown.plan:
            target = question.index(names[str(shown.plan["target_category"])])
            first = question.index(names[str(shown.plan["reference_category"])]) < target
            assert first == (shown.plan["order"] == "target-first")


def test_distractors_are_in_the_video_where_they_can_be(sample: list[Shown]) -> None:
    for kind in ("what-move", "what-rotate"):
        wrong = [(s, c) for s in of(kind, sample) for c in s.wrong]
        shown = sum(any(s.world.is_a(a, c) for a in s.besides(s.cell)) for s, c in wrong)
        assert shown > 0.6 * len(wrong)
    for kind in ("what-attribute-move", "what-attribute-rotate"):
        values = [
            (s, (str(s.plan["attribute_type"]), v)) for s in of(kind, sample) for v in s.wrong
        ]
        shown = sum(any(s.world.has(a, p) for a in s.besides(s.cell)) for s, p in values)
        assert shown > 0.6 * len(values)


def test_descriptions_alone_do_not_tell_who_is_meant(sample: list[Shown]) -> None:
    """Often another red bowl is there that does something else."""
    for kind in ("where-move", "where-rotate"):
        mine = of(kind, sample)
        twins = [s for s in mine if any(fits(s, a) for a in s.besides(s.cell))]
        assert len(twins) > 0.3 * len(mine)
    valued = [s for s in of("what-move", sample) if s.pair]
    alike = [s for s in valued if any(s.world.has(a, s.pair) for a in s.besides(s.cell) if s.pair)]
    assert len(alike) > 0.8 * len(valued)


def fits(shown: Shown, asset: Asset) -> bool:
    pair = shown.pair
    category = str(shown.plan["target_category"])
    return shown.world.is_a(asset, category) and (pair is None or shown.world.has(asset, pair))


def test_the_question_does_not_name_the_answer(sample: list[Shown]) -> None:
    for shown in (s for s in sample if s.kind.startswith("what")):
        words = re.findall(r"\w+", shown.task.question.casefold())
        answer = re.findall(r"\w+", shown.task.answer.casefold())
        assert answer not in [words[i : i + len(answer)] for i in range(len(words))]


def test_no_phrasing_holds_a_category_or_value(bench: Workbench) -> None:
    """ "Watch the video: what is it?" gives a watch away."""
    table = tomllib.loads(
        files("tma_plugins.video3d").joinpath("templates.toml").read_text("utf-8")
    )
    phrasings = [p for several in table["questions"].values() for p in several]
    text = " | ".join([*phrasings, *table["phrases"].values()])
    said = f" {' '.join(re.findall(r'[|]|[a-z]+', re.sub(r'{[a-z]+}', '|', text.casefold())))} "
    inventory = bench.assets.inventory
    names = [n for c in inventory.categories for n in (c.name, *c.synonyms)]
    names += [v for t in inventory.attribute_types for v in t.values]
    assert not [n for n in names if f" {n.casefold()} " in said]


@pytest.mark.parametrize("kind", [k for k in KINDS if k.startswith(("where", "what-attribute"))])
def test_texts_alone_do_not_tell(kind: str, sample: list[Shown]) -> None:
    """Guess the option that was most often right, when shown, in the other half of the tasks."""
    mine = of(kind, sample)
    right = 0
    for known, asked in permutations((mine[::2], mine[1::2])):
        shown: Counter[str] = Counter()
        won: Counter[str] = Counter()
        for s in known:
            shown.update(s.task.option_keys)
            won[s.answer] += 1
        for s in asked:
            rate = {k: (won[k] + 2.5) / (shown[k] + 10) for k in s.task.option_keys}
            right += max(sorted(rate), key=lambda k, r=rate: r[k]) == s.answer  # type: ignore[misc]
    assert right / len(mine) < 0.25 + 3 * (0.25 * 0.75 / len(mine)) ** 0.5


# -- any plan, any seed -------------------------------------------------------------------------


@settings(max_examples=100)
@given(st.data())
def test_any_plan_and_seed(bench: Workbench, world: World, data: st.DataObject) -> None:
    space = bench.spaces[f"video3d/{data.draw(st.sampled_from(KINDS))}"]
    plan = space[data.draw(st.integers(0, space.size - 1))]
    seed = data.draw(st.integers(0, 2**63 - 1))
    task = draw(bench, plan, seed)
    if isinstance(task, Infeasible):
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", task.reason)
        return
    assert not flaws(task, world)
    assert task.plan == plan.as_dict()
    assert bench.instance(plan, seed) == task
    assert bench.instance(plan, seed, 1).scene != task.scene


SYMMETRIES = (1, None, 0, 4, 2, 20)
ORIGIN = Origin("toys", "CC0-1.0", {"tabletop-video": ("toys/none@1", "")}, {})


def toy_inventory() -> object:
    solids = [Solid(yaws=(0.0, 30.0), symmetry=s) for s in SYMMETRIES]
    assets = tuple(
        a.model_copy(update={"forms": {"mesh": ("mesh",)}, "solid": solids[n % len(solids)]})
        for n, a in enumerate(toys.ASSETS)
    )
    return toys.inventory(assets=assets)


INVENTORY = toy_inventory()
TOYS = Catalogue(INVENTORY, ["mesh"])  # type: ignore[arg-type]
TOY_WORLD = World(INVENTORY)  # type: ignore[arg-type]
GENERATORS = {
    kind: getattr(family, kind.title().replace("-", ""))(family.VideoConfig()) for kind in KINDS
}
SPACES = {
    kind: g.space(TOYS).with_constant("generator", f"video3d/{kind}")
    for kind, g in GENERATORS.items()
}


def toy_task(kind: str, plan: Plan, seed: int) -> Task | None:
    try:
        return make_task(f"video3d/{kind}", GENERATORS[kind], plan, seed, TOYS, ORIGIN)
    except Infeasible:
        return None


@settings(max_examples=300)
@given(st.data())
def test_any_plan_of_a_small_shop(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    plan = SPACES[kind][data.draw(st.integers(0, SPACES[kind].size - 1))]
    task = toy_task(kind, plan, data.draw(st.integers(0, 99)))
    assert task is None or not flaws(task, TOY_WORLD)


def test_a_small_shop_makes_tasks_of_every_kind_and_lists_no_plan_twice() -> None:
    for kind, space in SPACES.items():
        space.check_disjoint()
        step = max(1, space.size // 100)
        made = [toy_task(kind, space[n], n) for n in range(0, space.size, step)]
        assert sum(task is not None for task in made) > 15, kind


def test_nobody_is_asked_to_see_a_ball_turn() -> None:
    for kind in TURNS:
        for number in range(0, SPACES[kind].size, max(1, SPACES[kind].size // 60)):
            if task := toy_task(kind, SPACES[kind][number], number):
                for thing in TabletopVideo.model_validate(task.scene).objects:
                    still = TOYS.assets[TOYS.number(thing.asset)].solid.symmetry in (0, 20)
                    assert thing.motion is None or not still


# -- flaws that show once a scene is rendered ----------------------------------------------------


def seen_of(scene: TabletopVideo, turned: float = 9.0) -> list[Seen]:
    """A made-up report: squares at the places where objects should be seen."""
    found = []
    for thing in scene.objects:
        boxes = []
        for progress in scene.progress():
            x, y = seen_at(scene, thing, progress)
            middle = (x + 0.5) * scene.width, (y + 0.5) * scene.width
            boxes.append(tuple(round(m + d) for d in (-15, 15) for m in middle))
        moves = thing.motion is not None
        found.append(
            Seen.model_validate(
                {
                    "pixels": [500] * scene.frames,
                    "hidden": [0.1] * scene.frames,
                    "cut": [0.0] * scene.frames,
                    "box": boxes,
                    "change": [0.0, *[turned if moves else 0.2] * (scene.frames - 1)],
                }
            )
        )
    return found


def flaw_of(shown: Shown, bench: Workbench, seen: list[Seen]) -> str | None:
    return bench.flaw(shown.task, View(objects=tuple(seen)).model_dump(mode="json"))


def test_good_videos_have_no_flaw(bench: Workbench, sample: list[Shown]) -> None:
    for shown in sample[:150]:
        assert flaw_of(shown, bench, seen_of(shown.scene)) is None


def test_videos_that_show_something_else_are_flawed(bench: Workbench, sample: list[Shown]) -> None:
    for shown in [*of("where-move", sample)[:20], *of("what-rotate", sample)[:20]]:
        seen = seen_of(shown.scene)
        for number, one in enumerate(seen):
            for change in (
                {"hidden": (0.5,) * 16},
                {"cut": (0.1,) * 16},
                {"pixels": (20,) * 16},
            ):
                worse = [*seen]
                worse[number] = one.model_copy(update=change)
                assert flaw_of(shown, bench, worse) is not None
        target = list(shown.things).index(shown.cell)
        if shown.kind == "where-move":
            other = (target + 1) % len(seen)
            seen[target], seen[other] = seen[other], seen[target]
        else:
            seen[target] = seen[target].model_copy(update={"change": (0.0, *[0.3] * 15)})
        assert flaw_of(shown, bench, seen) is not None


def test_reports_without_a_view_are_refused(bench: Workbench, sample: list[Shown]) -> None:
    with pytest.raises(MediaError):
        bench.flaw(sample[0].task, {})


# -- settings -----------------------------------------------------------------------------------


def test_frames_and_sizes_are_settings(annotations: Path) -> None:
    spec = f"objaverse?root={annotations}"
    tasks = ["video3d/*?frames=8&fps=2&width=320&height=240"]
    bench = Workbench(Registry(Settings()), assets=spec, tasks=tasks)
    world = World(bench.assets.inventory)
    for space in bench.spaces.values():
        made = 0
        for number in range(0, space.size, space.size // 20):
            try:
                task = bench.instance(space[number], number)
            except Infeasible:
                continue
            scene = TabletopVideo.model_validate(task.scene)
            assert (scene.frames, scene.fps, scene.width, scene.height) == (8, 2.0, 320, 240)
            assert not flaws(task, world)
            made += 1
        assert made > 10


@pytest.mark.parametrize(
    ("given_", "line"),
    [
        ({"frames": 3}, "frames"),
        ({"width": 223}, "width"),
        ({"width": 640, "height": 320}, "4/3"),
        ({"speed": 3}, "speed"),
        ({"templates": "no-such-file.toml"}, "no-such-file.toml"),
    ],
)
def test_settings_that_can_not_be_used(
    given_: dict[str, object], line: str, annotations: Path
) -> None:
    registry = Registry(Settings({"video3d": {"what-move": given_}}))
    with pytest.raises((ConfigError, PluginError), match=line):
        Workbench(registry, assets=f"objaverse?root={annotations}", tasks=["video3d/what-move"])
