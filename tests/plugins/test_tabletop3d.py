"""The tabletop3d family on the published catalogue, judged by a derivation that shares no code.

Where things are seen is told by a camera of the test's own; what they are, by `World`, which works
on the inventory's records alone.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from importlib.resources import files
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tma.bitset import BitSet
from tma.catalogue import Catalogue
from tma.config import Settings
from tma.contract.assets import Solid
from tma.contract.plan import Plan
from tma.contract.tabletop import Seen, Standing, Tabletop, View
from tma.contract.tasks import Task
from tma.errors import ConfigError, Infeasible, MediaError, PluginError
from tma.maketask import Origin, make_task
from tma.registry import Registry
from tma.workbench import Workbench
from tma_plugins.cells.truth import Unclear
from tma_plugins.raycast.renderer import RaycastRenderer
from tma_plugins.tabletop3d import tasks as family
from tma_plugins.tabletop3d.distances import Zoned
from tma_plugins.tabletop3d.scenes import TabletopConfig
from tma_plugins.tabletop3d.singled import extreme_of

from ..core import toys
from .worlds import (
    Cell,
    Judged,
    Pair,
    World,
    count_is_unsure,
    draw,
    generated,
    options_are_not_four,
    published_values,
    reference_is_not_unique,
    target_is_not_unique,
)

PLAIN = ("what", "where", "what-attribute", "where-attribute", "how-many")
SIZES = ("what-size", "where-size", "what-attribute-size")
DISTANCES = ("what-distance", "where-distance", "what-attribute-distance")
KINDS = (*PLAIN, *SIZES, *DISTANCES)
SAMPLE = 1100
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
CELLS = {
    2: {"back left": (0, 0), "back right": (0, 1), "front left": (1, 0), "front right": (1, 1)},
    3: {
        f"{row} {column}" if row != column else row: (r, c)
        for r, row in enumerate(("back", "middle", "front"))
        for c, column in enumerate(("left", "middle", "right"))
    },
}


def seen_at(scene: Tabletop, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Where a point is on the screen, right and down in pixels, and its depth; by vectors."""
    camera = scene.camera
    look = (math.cos(math.radians(camera.elevation)), -math.sin(math.radians(camera.elevation)))
    eye = [t - camera.distance * c for t, c in zip(camera.target, look, strict=True)]
    ray = (y - eye[0], z - eye[1])
    depth = ray[0] * look[0] + ray[1] * look[1]
    up = ray[0] * -look[1] + ray[1] * look[0]
    focal = scene.height / 2 / math.tan(math.radians(camera.fov) / 2)
    return scene.width / 2 + focal * x / depth, scene.height / 2 - focal * up / depth, depth


def box_of(scene: Tabletop, thing: Standing) -> tuple[float, float, float, float]:
    """Of the cylinder around an object, in pixels."""
    (x, y), r = thing.position, thing.size / 2
    rim = [(x + r * math.cos(n / 6), y + r * math.sin(n / 6)) for n in range(38)]
    seen = [seen_at(scene, a, b, z) for a, b in rim for z in (0.0, thing.size)]
    right, down = [s[0] for s in seen], [s[1] for s in seen]
    return min(right), min(down), max(right), max(down)


class Shown(Judged):
    steps = STEPS

    def __post_init__(self) -> None:
        super().__post_init__()
        self.scene = Tabletop.model_validate(self.task.scene)
        half = (self.scene.grid - 1) / 2
        self.things: dict[Cell, Standing] = {}
        for thing in self.scene.objects:
            x, y = thing.position
            self.things[round(half - y), round(half + x)] = thing
        assert len(self.things) == len(self.scene.objects)
        assert all(cell == (t.row, t.column) for cell, t in self.things.items())
        self.at = {cell: self.world.assets[t.asset] for cell, t in self.things.items()}

    @property
    def said(self) -> Pair | None:
        """The attribute that the question names."""
        return None if self.kind.startswith("what-attribute") else self.pair

    @property
    def cell(self) -> Cell:
        return CELLS[self.scene.grid][str(self.plan["cell"])]

    def rivals(self) -> list[Cell]:
        """Who is compared with the target, as what the question says may be true of it."""
        cells = [c for c in self.things if c != self.cell]
        if self.kind in DISTANCES:
            cells.remove(self.reference_cell or (-1, -1))
        said = self.said
        return [c for c in cells if said is None or self.world.may_have(self.at[c], said)]

    def decoys(self) -> list[Cell]:
        found = [c for c in self.things if c not in (self.cell, *self.rivals())]
        return [c for c in found if self.kind in SIZES or c != self.reference_cell]

    def away(self, cell: Cell) -> float:
        assert self.reference_cell is not None
        return math.dist(self.things[cell].position, self.things[self.reference_cell].position)


# -- what is wrong with a task, one function a flaw ---------------------------------------------


def answer_is_wrong(shown: Shown) -> bool:
    plan, world = shown.plan, shown.world
    if shown.kind == "how-many":
        count = sum(
            (shown.category is None or world.is_a(a, shown.category))
            and (shown.pair is None or world.has(a, shown.pair))
            for a in shown.at.values()
        )
        return shown.answer != str(count) or plan["count"] != count
    target = shown.at[shown.cell]
    if not world.is_a(target, str(shown.category)):
        return True
    if shown.pair is not None and not world.has(target, shown.pair):
        return True
    wanted = plan.get("relative_position", plan["cell"])
    if plan.get("order") == "reference-first":
        wanted = OPPOSITE[str(wanted)]
    if shown.kind.startswith("what-attribute"):
        wanted = plan["attribute_value"]
    elif shown.kind.startswith("what"):
        wanted = plan["target_category"]
    return shown.answer != wanted


def distractor_may_be_true(shown: Shown) -> bool:
    if shown.kind == "how-many":
        return False
    target = shown.at[shown.cell]
    if shown.kind.startswith("what-attribute"):
        kind = str(shown.plan["attribute_type"])
        return any(shown.world.may_have(target, (kind, v)) for v in shown.wrong)
    if shown.kind.startswith("what"):
        return any(shown.world.may_be(target, c) for c in shown.wrong)
    known = STEPS if shown.reference_cell else CELLS[shown.scene.grid]
    return not set(shown.wrong) < set(known)


def size_is_not_extreme(shown: Shown) -> bool:
    """By sizes, and by how large they look; 1.3 between the first and the next."""
    if shown.kind not in SIZES:
        return False
    sign = 1 if shown.plan["extreme"] == "largest" else -1
    looks = {}
    for cell, thing in shown.things.items():
        looks[cell] = thing.size / seen_at(shown.scene, *thing.position, 0.0)[2]
    target = shown.things[shown.cell].size, looks[shown.cell]
    return any(
        (mine / other) ** sign < 1.3
        for cell in shown.rivals()
        for mine, other in zip(target, (shown.things[cell].size, looks[cell]), strict=True)
    )


def distance_is_not_extreme(shown: Shown) -> bool:
    if shown.kind not in DISTANCES:
        return False
    sign = 1 if shown.plan["distance"] == "farthest" else -1
    feet = {c: seen_at(shown.scene, *t.position, 0.0)[:2] for c, t in shown.things.items()}
    base = feet[shown.reference_cell]  # type: ignore[index]
    return any(
        (shown.away(shown.cell) / shown.away(c)) ** sign < 1.15
        or (math.dist(feet[shown.cell], base) / math.dist(feet[c], base)) ** sign < 1
        for c in shown.rivals()
    )


def options_overlap(shown: Shown) -> bool:
    if shown.kind.startswith("what-attribute"):
        kind = str(shown.plan["attribute_type"])
        return any(shown.world.overlap(kind, shown.answer, v) for v in shown.wrong)
    if shown.kind.startswith("what"):
        return any(shown.world.nested(shown.answer, c) for c in shown.wrong)
    return False


def two_overlap(shown: Shown) -> bool:
    return any(
        math.dist(a.position, b.position) < (a.size + b.size) / 2 + 0.03
        for a, b in combinations(shown.scene.objects, 2)
    )


def one_is_outside(shown: Shown) -> bool:
    width, height = shown.scene.width, shown.scene.height
    boxes = [box_of(shown.scene, t) for t in shown.scene.objects]
    return any(b[0] < 0 or b[1] < 0 or b[2] > width or b[3] > height for b in boxes)


def order_is_seen_otherwise(shown: Shown) -> bool:
    """Columns from left to right and rows from top to bottom, by where feet are seen."""
    feet = {c: seen_at(shown.scene, *t.position, 0.0) for c, t in shown.things.items()}
    gap = 0.04 * shown.scene.height
    for one, other in permutations(feet, 2):
        for axis in (0, 1):  # rows go with what is down, columns with what is right
            if one[axis] < other[axis] and not feet[one][1 - axis] + gap < feet[other][1 - axis]:
                return True
    return False


FLAWS = (
    answer_is_wrong,
    distractor_may_be_true,
    reference_is_not_unique,
    target_is_not_unique,
    count_is_unsure,
    size_is_not_extreme,
    distance_is_not_extreme,
    options_are_not_four,
    options_overlap,
    two_overlap,
    one_is_outside,
    order_is_seen_otherwise,
)


def flaws(task: Task, world: World) -> list[str]:
    shown = Shown(task, world)
    return [flaw.__name__ for flaw in FLAWS if flaw(shown)]


# -- fixtures -----------------------------------------------------------------------------------


@pytest.fixture(scope="module", name="bench")
def _bench(annotations: Path) -> Workbench:
    spec = f"objaverse?root={annotations}"
    tasks = ["grid2d/*", "tabletop3d/*", "video3d/*"]
    return Workbench(Registry(Settings()), assets=spec, tasks=tasks)


@pytest.fixture(scope="module", name="world")
def _world(bench: Workbench) -> World:
    return World(bench.assets.inventory)


@pytest.fixture(scope="module", name="sample")
def _sample(bench: Workbench, world: World) -> list[Shown]:
    """Tasks as `tma generate` makes them, but for their media."""
    mine = [n for n in bench.generators if n.startswith("tabletop3d/")]
    return [Shown(task, world) for task in generated(bench, mine, SAMPLE, 3)]


def of(kinds: str | tuple[str, ...], sample: list[Shown]) -> list[Shown]:
    return [s for s in sample if s.kind in ((kinds,) if isinstance(kinds, str) else kinds)]


# -- the space ----------------------------------------------------------------------------------


def test_the_published_counts(bench: Workbench) -> None:
    sizes = {name: space.size for name, space in bench.spaces.items()}
    assert {name: n for name, n in sizes.items() if name.startswith("tabletop3d/")} == {
        "tabletop3d/what": 58_689_137,
        "tabletop3d/where": 58_689_137,
        "tabletop3d/what-attribute": 47_541_884,
        "tabletop3d/where-attribute": 47_541_884,
        "tabletop3d/how-many": 32_487,
        "tabletop3d/what-size": 19_688,
        "tabletop3d/what-attribute-size": 15_968,
        "tabletop3d/where-size": 54_164_744,
        "tabletop3d/what-distance": 58_657_144,
        "tabletop3d/what-attribute-distance": 47_515_936,
        "tabletop3d/where-distance": 58_657_144,
    }
    for kind in PLAIN:
        assert sizes[f"tabletop3d/{kind}"] == sizes[f"grid2d/{kind}"]
    assert len(sizes) == 22
    assert sum(sizes.values()) == bench.space.size == 752_641_858


def test_counts_by_the_formula(bench: Workbench, annotations: Path) -> None:
    """From the raw files: each category's values, and its others for plans with a reference."""
    up, values = published_values(annotations)
    others = {c: sum(d not in up(c) and c not in up(d) for d in values) for c in values}
    optional = {c: 1 + len(values[c]) for c in values}
    referred = sum(optional[c] * others[c] for c in values)
    valued = sum(len(values[c]) * others[c] for c in values)
    placed = len(distant_places())
    assert placed == 16 + 36
    sizes = {k: bench.spaces[f"tabletop3d/{k}"].size for k in (*SIZES, *DISTANCES)}
    assert sizes == {
        "what-size": sum(optional.values()) * 4 * 2,
        "where-size": sum(optional.values()) * 4 * 2 + referred * 12 * 2 * 2,
        "what-attribute-size": sum(map(len, values.values())) * 4 * 2,
        "what-distance": referred * placed,
        "where-distance": referred * placed,
        "what-attribute-distance": valued * placed,
    }


def distant_places() -> set[tuple[str, str, str]]:
    found = set()
    for name, cell in CELLS[3].items():
        for position, (rows, columns) in STEPS.items():
            base = cell[0] - rows, cell[1] - columns
            if base in CELLS[3].values():
                away = [math.dist(c, base) for c in CELLS[3].values() if c not in (base, cell)]
                if min(away) < math.dist(cell, base):
                    found.add((name, position, "farthest"))
                if max(away) > math.dist(cell, base):
                    found.add((name, position, "closest"))
    return found


def test_plans_have_these_fields(bench: Workbench) -> None:
    size = bench.spaces["tabletop3d/where-size"].domains
    assert set(size["extreme"].values) == {"largest", "smallest"}
    assert set(size["order"].values) == {"target-first", "reference-first"}
    assert set(size["grid"].values) == {2}
    assert set(size["cell"].values) == set(CELLS[2])
    assert set(size["relative_position"].values) == set(STEPS)
    assert "reference_category" not in bench.spaces["tabletop3d/what-size"].domains
    distance = bench.spaces["tabletop3d/what-distance"]
    assert set(distance.domains["distance"].values) == {"farthest", "closest"}
    assert set(distance.domains["grid"].values) == {3}
    assert "order" not in distance.domains
    fields = ("cell", "relative_position", "distance")
    assert set(distance.groups(fields)) == distant_places()


# -- tasks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda f: f.__name__)
def test_no_task_has_this_flaw(flaw: object, sample: list[Shown]) -> None:
    assert callable(flaw)
    assert not [f"{s.task.question} {s.task.options} {s.plan}" for s in sample if flaw(s)]


def test_the_checks_above_can_fail(sample: list[Shown]) -> None:
    def changed(shown: Shown, cell: Cell, **fields: object) -> list[str]:
        objects = [
            {**o, **fields} if (o["row"], o["column"]) == cell else o
            for o in shown.task.scene["objects"]
        ]
        scene = {**shown.task.scene, "objects": objects}
        return flaws(shown.task.model_copy(update={"scene": scene}), shown.world)

    sized = next(s for s in of("what-size", sample) if s.plan["extreme"] == "largest")
    rival = sized.rivals()[0]
    assert "size_is_not_extreme" in changed(sized, rival, size=sized.things[sized.cell].size / 1.1)
    far = next(s for s in of("where-distance", sample) if s.plan["distance"] == "closest")
    x, y = far.things[far.cell].position
    assert "distance_is_not_extreme" in changed(far, far.cell, position=(1.4 * x, 1.4 * y))
    assert far.reference_cell is not None
    beside = far.things[far.reference_cell].asset
    assert "reference_is_not_unique" in changed(far, far.cell, asset=beside)
    assert "two_overlap" in changed(sized, sized.cell, size=2.0)
    assert "one_is_outside" in changed(sized, sized.cell, size=2.0)
    level = {**sized.task.scene, "camera": {**sized.task.scene["camera"], "elevation": 2.0}}
    seen = flaws(sized.task.model_copy(update={"scene": level}), sized.world)
    assert "order_is_seen_otherwise" in seen


def test_every_kind_and_value_is_made(sample: list[Shown]) -> None:
    made = Counter(s.kind for s in sample)
    assert all(abs(made[kind] - SAMPLE / len(KINDS)) < 8 for kind in KINDS)
    for field, kinds in (("extreme", SIZES), ("distance", DISTANCES), ("cell", SIZES)):
        for kind in kinds:
            counts = Counter(s.plan[field] for s in of(kind, sample))
            even = SAMPLE / len(KINDS) / len(counts)
            assert all(0.6 * even < n < 1.5 * even for n in counts.values()), (kind, counts)
    orders = Counter(s.plan.get("order") for s in of("where-size", sample))
    assert set(orders) == {None, "target-first", "reference-first"}
    assert min(orders.values()) > 15
    assert {s.scene.grid for s in of(PLAIN, sample)} == {2, 3}
    assert len({s.plan["relative_position"] for s in of("where-distance", sample)}) == 8


def test_there_is_something_to_compare(sample: list[Shown]) -> None:
    """Others with the attribute, that are less so; and others without it, that are more so."""
    assert all(s.rivals() for s in of((*SIZES, *DISTANCES), sample) if s.said is None)
    for kinds in (SIZES, DISTANCES):
        valued = [s for s in of(kinds, sample) if s.said]
        alike = [s for s in valued if any(s.world.has(s.at[c], s.said) for c in s.rivals())]  # type: ignore[arg-type]
        assert len(alike) > 0.85 * len(valued)
        beyond = [s for s in valued if any(is_beyond(s, c) for c in s.decoys())]
        assert len(beyond) > 0.35 * len(valued), kinds


def is_beyond(shown: Shown, cell: Cell) -> bool:
    """Whether an object would be the answer but for the attribute that it lacks."""
    if shown.kind in SIZES:
        mine, other = shown.things[shown.cell].size, shown.things[cell].size
        return other > mine if shown.plan["extreme"] == "largest" else other < mine
    mine, other = shown.away(shown.cell), shown.away(cell)
    return other > mine if shown.plan["distance"] == "farthest" else other < mine


def test_questions_say_what_they_mean(sample: list[Shown]) -> None:
    for shown in sample:
        question, names = shown.task.question, shown.task.names
        assert "image" not in question
        for field in ("extreme", "distance"):
            assert str(shown.plan.get(field, "")) in question
        if shown.said:
            assert shown.said[1] in question
        if shown.kind in ("where", "how-many") and shown.category:
            assert names[shown.category] in question
        if "reference_category" in shown.plan:
            assert names[str(shown.plan["reference_category"])] in question
        if shown.kind.startswith("where") or {"cell", "relation"} & said_fields(shown):
            assert re.search(r"viewer|you see", question)
        if shown.kind == "where-size" and shown.reference_cell:
            anchor = re.search(r"(?:relative to|respect to|direction from) the (.*)", question)
            assert anchor is not None
            seen_from = names[str(shown.plan["reference_category"])]
            if shown.plan["order"] == "reference-first":
                seen_from = str(shown.plan["extreme"])
            assert anchor[1].startswith(seen_from)


def said_fields(shown: Shown) -> set[str]:
    if shown.kind not in ("what", "what-attribute"):
        return set()
    return {"relation" if shown.reference_cell else "cell"}


def test_positions_are_worded_as_seen(sample: list[Shown]) -> None:
    texts = {
        key: text
        for s in of("where-distance", sample) + of("where", sample)
        if s.reference_cell
        for key, text in zip(s.task.option_keys, s.task.options, strict=True)
    }
    assert texts["behind"] == "directly behind"
    assert texts["front left"] == "in front and to the left"
    assert len(texts) == len(set(texts.values())) == 8


def test_distractors_are_in_the_picture_where_they_can_be(sample: list[Shown]) -> None:
    for kind, least in (("what", 0.75), ("what-size", 0.75), ("what-distance", 0.55)):
        wrong = [(s, c) for s in of(kind, sample) for c in s.wrong]
        shown = sum(any(s.world.is_a(a, c) for a in s.besides(s.cell)) for s, c in wrong)
        assert shown > least * len(wrong), kind
    for kind in ("what-attribute-size", "what-attribute-distance"):
        values = [
            (s, (str(s.plan["attribute_type"]), v)) for s in of(kind, sample) for v in s.wrong
        ]
        shown = sum(any(s.world.has(a, p) for a in s.besides(s.cell)) for s, p in values)
        assert shown > 0.55 * len(values), kind


def test_the_question_does_not_name_the_answer(sample: list[Shown]) -> None:
    for shown in (s for s in sample if s.kind.startswith("what")):
        words = re.findall(r"\w+", shown.task.question.casefold())
        answer = re.findall(r"\w+", shown.task.answer.casefold())
        assert answer not in [words[i : i + len(answer)] for i in range(len(words))]


def test_no_phrasing_holds_a_category_or_value(bench: Workbench) -> None:
    """ "What is the largest object on the table?" gives a table away."""
    package = files("tma_plugins")
    table = tomllib.loads(package.joinpath("tabletop3d/templates.toml").read_text("utf-8"))
    table |= tomllib.loads(package.joinpath("tabletop/positions.toml").read_text("utf-8"))
    phrasings = [p for several in table["questions"].values() for p in several]
    for name in ("phrases", "cells", "relations"):
        phrasings += table[name].values()
    text = re.sub(r"{[a-z]+}", "|", " | ".join(phrasings).casefold())
    said = f" {' '.join(re.findall(r'[|]|[a-z]+', text))} "
    inventory = bench.assets.inventory
    names = [n for c in inventory.categories for n in (c.name, *c.synonyms)]
    names += [v for t in inventory.attribute_types for v in t.values]
    assert not [n for n in names if f" {n.casefold()} " in said]


GUESSED = [k for k in KINDS if k.startswith(("where", "what-attribute", "how"))]


@pytest.mark.parametrize("kind", GUESSED)
def test_texts_alone_do_not_tell(kind: str, sample: list[Shown]) -> None:
    """Guess the option that was most often right, when shown, in the other half of the tasks.

    Counted apart for each extreme, distance and order, which the questions say.
    """
    mine = of(kind, sample)
    right = 0
    for known, asked in permutations((mine[::2], mine[1::2])):
        shown: Counter[tuple[object, ...]] = Counter()
        won: Counter[tuple[object, ...]] = Counter()
        for s in known:
            shown.update((*asks(s), k) for k in s.task.option_keys)
            won[*asks(s), s.answer] += 1
        for s in asked:
            rate = {
                k: (won[*asks(s), k] + 2.5) / (shown[*asks(s), k] + 10) for k in s.task.option_keys
            }
            right += max(sorted(rate), key=lambda k, r=rate: r[k]) == s.answer  # type: ignore[misc]
    assert right / len(mine) < 0.25 + 3 * (0.25 * 0.75 / len(mine)) ** 0.5


def asks(shown: Shown) -> tuple[object, ...]:
    return tuple(shown.plan.get(field) for field in ("extreme", "distance", "order"))


# -- any plan, any seed -------------------------------------------------------------------------


@settings(max_examples=150)
@given(st.data())
def test_any_plan_and_seed(bench: Workbench, world: World, data: st.DataObject) -> None:
    space = bench.spaces[f"tabletop3d/{data.draw(st.sampled_from(KINDS))}"]
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


def test_redraws_show_other_objects(bench: Workbench, sample: list[Shown]) -> None:
    for shown in of((*SIZES, "what-distance"), sample)[:12]:
        plan, seed = Plan(shown.task.plan), shown.task.seed
        casts = {
            tuple(o["asset"] for o in bench.instance(plan, seed, n).scene["objects"])
            for n in range(6)
        }
        assert len(casts) > 4


ORIGIN = Origin("toys", "CC0-1.0", {"tabletop": ("toys/none@1", "")}, {})


def toy_catalogue() -> tuple[Catalogue, World]:
    solid = Solid(yaws=(0.0, 30.0))
    change = {"forms": {"mesh": ("mesh",)}, "solid": solid}
    inventory = toys.inventory(assets=tuple(a.model_copy(update=change) for a in toys.ASSETS))
    return Catalogue(inventory, ["mesh"]), World(inventory)


TOYS, TOY_WORLD = toy_catalogue()
GENERATORS = {k: getattr(family, k.title().replace("-", ""))(TabletopConfig()) for k in KINDS}
SPACES = {
    k: g.space(TOYS).with_constant("generator", f"tabletop3d/{k}") for k, g in GENERATORS.items()
}


def toy_task(kind: str, plan: Plan, seed: int) -> Task | None:
    try:
        return make_task(f"tabletop3d/{kind}", GENERATORS[kind], plan, seed, TOYS, ORIGIN)
    except Infeasible:
        return None


@settings(max_examples=400)
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


# -- how extremes are told ----------------------------------------------------------------------


def test_the_extreme_one_by_a_margin() -> None:
    measures = {(0, 0): 1.0, (0, 1): 1.4, (1, 0): 2.0}
    assert extreme_of(measures, "largest", 1.3) == extreme_of(measures, "farthest", 1.3) == (1, 0)
    assert extreme_of(measures, "smallest", 1.3) == extreme_of(measures, "closest", 1.4) == (0, 0)
    assert extreme_of({(2, 2): 5.0}, "closest", 9.0) == (2, 2)
    for extreme, ratio in (("largest", 1.45), ("smallest", 1.41)):
        with pytest.raises(Unclear, match="about as much"):
            extreme_of(measures, extreme, ratio)
    with pytest.raises(Unclear, match="nothing"):
        extreme_of({}, "largest", 1.3)


def test_tenants_go_to_the_annex_while_it_has_room() -> None:
    def some(*numbers: int) -> BitSet:
        return BitSet.of(20, numbers)

    for seed in range(30):
        cells = [(0, 0), (0, 1), (1, 0)]
        stage = Zoned(3, np.random.default_rng(seed), cells, [(2, 2), (0, 0)], some(1, 2, 3))
        stage.put(some(9), (0, 1))
        stage.put(some(1, 2))
        assert stage.placed[2, 2] in (1, 2)
        stage.put(some(1, 2, 3))  # a tenant, but there is no room left in the annex
        stage.put(some(3, 4))
        stage.fill(some(5, 6, 7, 8))
        assert set(stage.placed) == {*cells, (2, 2)}
        assert stage.placed[0, 1] == 9


def test_no_object_is_larger_than_the_camera_has_room_for(sample: list[Shown]) -> None:
    for shown in of(SIZES, sample):
        assert max(t.size for t in shown.scene.objects) <= 0.9


def test_an_object_that_only_looks_larger_is_unclear(sample: list[Shown], bench: Workbench) -> None:
    shown = next(s for s in of("what-size", sample) if not s.said and s.cell[0] == 0)
    generator = bench.generators["tabletop3d/what-size"]
    catalogue = bench.catalogue_of("tabletop3d/what-size")
    sign = 1 if shown.plan["extreme"] == "largest" else -1
    size = shown.things[shown.cell].size * 1.2**-sign
    objects = tuple(
        o if (o.row, o.column) == shown.cell else o.model_copy(update={"size": size})
        for o in shown.scene.objects
    )
    near = shown.scene.model_copy(update={"objects": objects})
    truth = generator.truths(Plan(shown.task.plan), near, catalogue)
    assert truth is not None
    assert truth.ambiguous is not None
    assert not truth.true


# -- flaws that show once a scene is rendered ----------------------------------------------------


def seen_of(scene: Tabletop) -> list[Seen]:
    """A made-up report: the boxes of the cylinders, a tenth of each hidden."""
    found = []
    for thing in scene.objects:
        box = tuple(map(round, box_of(scene, thing)))
        area = 0.63 * (box[2] - box[0]) * (box[3] - box[1])
        found.append(Seen(pixels=(int(area),), hidden=(0.1,), cut=(0.0,), box=(box,)))
    return found


def flaw_of(shown: Shown, bench: Workbench, seen: list[Seen]) -> str | None:
    return bench.flaw(shown.task, View(objects=tuple(seen)).model_dump(mode="json"))


def test_good_pictures_have_no_flaw(bench: Workbench, sample: list[Shown]) -> None:
    assert not [f for s in sample[:400] if (f := flaw_of(s, bench, seen_of(s.scene)))]


def test_pictures_that_show_something_else_are_flawed(
    bench: Workbench, sample: list[Shown]
) -> None:
    for shown in [s for k in KINDS for s in of(k, sample)[:6]]:
        seen = seen_of(shown.scene)
        for number, one in enumerate(seen):
            for change, line in (
                ({"hidden": (0.45,)}, "hidden"),
                ({"cut": (0.1,)}, "cut"),
                ({"pixels": (250,)}, "small"),
                ({"pixels": (0,), "hidden": (1.0,), "box": ((0, 0, 0, 0),)}, "hidden"),
            ):
                worse = [*seen]
                worse[number] = one.model_copy(update=change)
                assert line in (flaw_of(shown, bench, worse) or "")
        first, *_, last = range(len(seen))
        seen[first], seen[last] = seen[last], seen[first]
        assert re.search("order|line", flaw_of(shown, bench, seen) or "")


def test_sizes_that_do_not_show_are_flaws(bench: Workbench, sample: list[Shown]) -> None:
    """A fork as long as a pot is wide is thin; a pot beside it is no smaller to the eye."""
    for shown in of(SIZES, sample)[:60]:
        seen, cells = seen_of(shown.scene), list(shown.things)
        rivals = shown.rivals()
        if not rivals:
            continue
        mine, other = cells.index(shown.cell), cells.index(rivals[0])
        times = 0.15 if shown.plan["extreme"] == "largest" else 8.0
        thin = seen[mine].model_copy(update={"pixels": (int(seen[mine].pixels[0] * times),)})
        if thin.pixels[0] > 300:
            assert flaw_of(shown, bench, replaced(seen, mine, thin)) is not None
        if decoys := shown.decoys():
            number = cells.index(decoys[0])
            fat = seen[number].model_copy(update={"pixels": (300_000,)})
            assert flaw_of(shown, bench, replaced(seen, number, fat)) is None
        fat = seen[other].model_copy(update={"pixels": seen[mine].pixels})
        assert flaw_of(shown, bench, replaced(seen, other, fat)) is not None


def replaced(seen: list[Seen], number: int, by: Seen) -> list[Seen]:
    return [*seen[:number], by, *seen[number + 1 :]]


def test_reports_without_a_view_are_refused(bench: Workbench, sample: list[Shown]) -> None:
    with pytest.raises(MediaError):
        bench.flaw(sample[0].task, {})


# -- scenes and settings ------------------------------------------------------------------------


def test_scenes_vary(sample: list[Shown]) -> None:
    assert len({s.scene.table.surface for s in sample}) >= 8
    assert len({s.scene.camera for s in sample}) > 50
    assert all(len(s.scene.lights) >= 3 for s in sample)
    for shown in sample:
        for thing in shown.scene.objects:
            own = shown.world.assets[thing.asset]
            assert thing.mesh in own.forms["mesh"]
            assert thing.categories == own.categories
            assert dict(thing.attributes) == dict(own.attributes)
            assert min(abs(thing.yaw - y) for y in own.solid.yaws) <= 6.1
            assert thing.motion is None


@pytest.mark.parametrize(("width", "height"), [(640, 480), (480, 640), (256, 256)])
def test_other_pictures_have_everything_in_them(width: int, height: int) -> None:
    config = TabletopConfig(width=width, height=height)
    for kind in ("what", "what-size", "what-distance"):
        generator = type(GENERATORS[kind])(config)
        made = 0
        for number in range(0, SPACES[kind].size, SPACES[kind].size // 30):
            plan = SPACES[kind][number]
            try:
                task = make_task(f"tabletop3d/{kind}", generator, plan, number, TOYS, ORIGIN)
            except Infeasible:
                continue
            assert (task.scene["width"], task.scene["height"]) == (width, height)
            assert not flaws(task, TOY_WORLD)
            made += 1
        assert made > 8


@pytest.mark.parametrize(
    ("given_", "line"),
    [
        ({"width": 64}, "width"),
        ({"width": 640, "height": 320}, "4/3"),
        ({"sides": 3}, "sides"),
        ({"templates": "no-such-file.toml"}, "no-such-file.toml"),
    ],
)
def test_settings_that_can_not_be_used(
    given_: dict[str, object], line: str, annotations: Path
) -> None:
    registry = Registry(Settings({"tabletop3d": {"what": given_}}))
    with pytest.raises((ConfigError, PluginError), match=line):
        Workbench(registry, assets=f"objaverse?root={annotations}", tasks=["tabletop3d/what"])


# -- rendered pictures --------------------------------------------------------------------------


@pytest.mark.slow
def test_rendered_pictures_show_what_is_asked() -> None:
    """A task of every kind, from the embedded objects, judged by the renderer's masks."""
    small = Settings({"tabletop3d": {"width": 224, "height": 224}})
    bench = Workbench(Registry(small), assets="objects?variants=1", tasks=["tabletop3d/*"])
    world, renderer = World(bench.assets.inventory), RaycastRenderer()
    for kind in KINDS:
        space = bench.spaces[f"tabletop3d/{kind}"]
        drawn = (draw(bench, space[n], n) for n in range(space.size // 3, space.size, 97))
        plan, seed = next(
            (Plan(t.plan), t.seed) for t in drawn if isinstance(t, Task) and not flaws(t, world)
        )
        for redraw in range(25):
            task = bench.instance(plan, seed, redraw)
            report = renderer.render(bench.scene(task), bench.assets).report
            if (flaw := bench.flaw(task, report)) is None:
                break
        assert flaw is None, (kind, plan)
        shown, view = Shown(task, world), View.model_validate(report)
        seen = dict(zip(shown.things, view.objects, strict=True))
        for one in seen.values():
            assert one.pixels[0] > 50
            assert one.hidden[0] <= 0.4
            assert one.cut[0] <= 0.01
        middle = {c: (s.box[0][0] + s.box[0][2]) / 2 for c, s in seen.items()}
        for left, right in permutations(seen, 2):
            if left[1] < right[1]:
                assert middle[left] < middle[right]
            if left[0] < right[0]:
                assert seen[left].box[0][3] < seen[right].box[0][3]
        if kind in SIZES:
            sign = 1 if shown.plan["extreme"] == "largest" else -1
            area = {c: s.pixels[0] / (1 - s.hidden[0]) for c, s in seen.items()}
            assert all((area[shown.cell] / area[c]) ** sign > 1.29 for c in shown.rivals())
