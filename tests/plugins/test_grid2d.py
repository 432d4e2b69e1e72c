"""The grid2d family on the published catalogue, judged by a derivation that shares no code.

`World` works on the inventory's records alone: plain sets, no bit sets, no catalogue. Each test of
the second part is a flaw that was measured in the published engine.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tma.config import Settings
from tma.contract.assets import Asset
from tma.contract.plan import Plan
from tma.contract.scene import Stickers
from tma.contract.tasks import Task
from tma.errors import ConfigError, Infeasible, PluginError
from tma.registry import Registry
from tma.workbench import Workbench
from tma_plugins.grid2d.tasks import GridConfig, What

from ..core import toys
from .worlds import (
    Judged,
    World,
    count_is_unsure,
    draw,
    generated,
    options_are_not_four,
    published_values,
    reference_is_not_unique,
    target_is_not_unique,
)

KINDS = ("what", "where", "what-attribute", "where-attribute", "how-many")
SAMPLE = 2000
STEPS = {
    "left": (0, -1),
    "right": (0, 1),
    "above": (-1, 0),
    "below": (1, 0),
    "above left": (-1, -1),
    "above right": (-1, 1),
    "below left": (1, -1),
    "below right": (1, 1),
}
CELLS = {
    2: {"top left": (0, 0), "top right": (0, 1), "bottom left": (1, 0), "bottom right": (1, 1)},
    3: {
        f"{row} {column}" if row != column else row: (r, c)
        for r, row in enumerate(("top", "middle", "bottom"))
        for c, column in enumerate(("left", "middle", "right"))
    },
}


class Shown(Judged):
    steps = STEPS

    def __post_init__(self) -> None:
        super().__post_init__()
        self.scene = Stickers.model_validate(self.task.scene)
        self.at = {(s.row, s.column): self.world.assets[s.asset] for s in self.scene.cells}

    @property
    def cell(self) -> tuple[int, int]:
        return CELLS[self.scene.grid][str(self.plan["cell"])]

    @property
    def target(self) -> Asset:
        return self.at[self.cell]


# -- what is wrong with a task, one function a flaw ---------------------------------------------


def answer_is_wrong(shown: Shown) -> bool:
    """The answer is what the plan asks for, and it is true."""
    plan, world = shown.plan, shown.world
    if shown.kind == "how-many":
        count = sum(
            (shown.category is None or world.is_a(a, shown.category))
            and (shown.pair is None or world.has(a, shown.pair))
            for a in shown.at.values()
        )
        return shown.answer != str(count) or plan["count"] != count
    if not world.is_a(shown.target, str(shown.category)):
        return True
    if shown.pair is not None and not world.has(shown.target, shown.pair):
        return True
    wanted = {
        "what": plan["target_category"],
        "what-attribute": plan.get("attribute_value"),
    }.get(shown.kind, plan.get("relative_position", plan["cell"]))
    return shown.answer != wanted


def distractor_may_be_true(shown: Shown) -> bool:
    """A bowl is utensil and container: whatever the object may be called is no wrong option."""
    if shown.kind == "what":
        return any(shown.world.may_be(shown.target, c) for c in shown.wrong)
    if shown.kind == "what-attribute":
        kind = str(shown.plan["attribute_type"])
        return any(shown.world.may_have(shown.target, (kind, v)) for v in shown.wrong)
    return False  # another cell, direction or number is never true as well


def names_are_nested(shown: Shown) -> bool:
    """Appliance and electrical appliance, oven and microwave oven."""
    if shown.kind != "what":
        return False
    return any(shown.world.nested(shown.answer, c) for c in shown.wrong)


def options_overlap(shown: Shown) -> bool:
    """Cube and cuboid, clay and ceramic, near colours."""
    if shown.kind != "what-attribute":
        return False
    kind = str(shown.plan["attribute_type"])
    return any(shown.world.overlap(kind, shown.answer, v) for v in shown.wrong)


FLAWS = (
    answer_is_wrong,
    distractor_may_be_true,
    reference_is_not_unique,
    target_is_not_unique,
    count_is_unsure,
    options_are_not_four,
    names_are_nested,
    options_overlap,
)


def flaws(task: Task, world: World) -> list[str]:
    shown = Shown(task, world)
    return [flaw.__name__ for flaw in FLAWS if flaw(shown)]


# -- fixtures -----------------------------------------------------------------------------------


@pytest.fixture(scope="module", name="bench")
def _bench(annotations: Path) -> Workbench:
    spec = f"objaverse?root={annotations}"
    return Workbench(Registry(Settings()), assets=spec, tasks=["grid2d/*"])


@pytest.fixture(scope="module", name="world")
def _world(bench: Workbench) -> World:
    return World(bench.assets.inventory)


@pytest.fixture(scope="module", name="sample")
def _sample(bench: Workbench, world: World) -> list[Shown]:
    """Tasks as `tma generate` makes them."""
    return [Shown(task, world) for task in generated(bench, bench.generators, SAMPLE, 11)]


def of(kind: str, sample: list[Shown]) -> list[Shown]:
    return [s for s in sample if s.kind == kind]


def bad(flaw: object, sample: list[Shown]) -> list[str]:
    assert callable(flaw)
    return [f"{s.task.question} {s.task.options} {s.plan}" for s in sample if flaw(s)]


# -- the space ----------------------------------------------------------------------------------


def test_the_published_counts(bench: Workbench) -> None:
    assert {name: space.size for name, space in bench.spaces.items()} == {
        "grid2d/what": 58_689_137,
        "grid2d/where": 58_689_137,
        "grid2d/what-attribute": 47_541_884,
        "grid2d/where-attribute": 47_541_884,
        "grid2d/how-many": 32_487,
    }
    assert bench.space.size == 212_494_529
    assert len(bench.catalogue.categories) == 465
    assert len(bench.catalogue.assets) == 1996
    assert len(bench.catalogue.attribute_values) == 38


def test_counts_by_the_formula(bench: Workbench, annotations: Path) -> None:
    """From the raw files: sum over c of (1 +) a(c) times (13 + 52 x the others of c)."""
    up, values = published_values(annotations)
    used = set(values)
    located = obligatory = counted = 0
    for category in used:
        related = {d for d in used if d in up(category) or category in up(d)}
        places = 13 + 52 * len(used - related)
        located += (1 + len(values[category])) * places
        obligatory += len(values[category]) * places
        counted += 13 * (1 + len(values[category]))
    counted += 13 * len(set().union(*values.values()))
    assert bench.spaces["grid2d/what"].size == bench.spaces["grid2d/where"].size == located
    assert bench.spaces["grid2d/what-attribute"].size == obligatory
    assert bench.spaces["grid2d/where-attribute"].size == obligatory
    assert bench.spaces["grid2d/how-many"].size == counted


def test_tasks_are_shared_out_evenly(sample: list[Shown]) -> None:
    assert Counter(s.kind for s in sample) == dict.fromkeys(KINDS, SAMPLE // 5)
    located = [s for s in sample if s.kind != "how-many"]
    assert 0.1 < sum(s.reference_cell is None for s in located) / len(located) < 0.9
    assert {s.scene.grid for s in sample} == {2, 3}


# -- tasks that are wrong or ambiguous ----------------------------------------------------------


def test_a_distractor_is_never_true_of_the_target(sample: list[Shown]) -> None:
    assert not bad(distractor_may_be_true, sample)
    assert not bad(answer_is_wrong, sample)


def test_the_reference_and_the_target_are_unique(sample: list[Shown]) -> None:
    assert not bad(reference_is_not_unique, sample)
    assert not bad(target_is_not_unique, sample)


def test_four_options_that_read_differently(sample: list[Shown]) -> None:
    assert not bad(options_are_not_four, sample)


def test_names_nested_in_names_are_no_alternatives(sample: list[Shown]) -> None:
    assert not bad(names_are_nested, sample)


def test_the_reference_lacks_the_attribute_that_is_asked_about(sample: list[Shown]) -> None:
    relative = [s for s in of("where-attribute", sample) if s.reference_cell is not None]
    assert relative
    for shown in relative:
        assert shown.reference_cell is not None
        assert shown.pair is not None
        assert not shown.world.may_have(shown.at[shown.reference_cell], shown.pair)


def test_only_objects_known_not_to_have_the_value_stand_around(sample: list[Shown]) -> None:
    assert not bad(count_is_unsure, sample)
    for shown in of("where-attribute", sample):
        assert shown.pair is not None
        kind, value = shown.pair
        for asset in shown.besides(shown.cell):
            assert asset.attributes[kind]
            assert value not in asset.attributes[kind]


def test_to_the_right_of_means_next_to(sample: list[Shown]) -> None:
    """Another object further right on the line never fits as well: the question says so."""
    asked = [s for s in sample if s.kind in ("what", "what-attribute")]
    relative = [s for s in asked if s.reference_cell is not None]
    assert relative
    for shown in relative:
        straight = len(str(shown.plan["relative_position"]).split()) == 1
        said = "directly" if straight else "diagonally next to"
        assert said in shown.task.question
    for shown in (s for s in sample if s.kind.startswith("where")):
        if shown.reference_cell is None:
            continue
        for key, text in zip(shown.task.option_keys, shown.task.options, strict=True):
            assert key in STEPS
            assert ("directly" in text) == (len(key.split()) == 1)


def test_values_that_overlap_are_no_alternatives(sample: list[Shown]) -> None:
    assert not bad(options_overlap, sample)
    kinds = {str(s.plan["attribute_type"]) for s in of("what-attribute", sample)}
    assert kinds == {"color", "material", "shape"}


def test_the_checks_would_notice(bench: Workbench, world: World, sample: list[Shown]) -> None:
    """Each check, on a scene into which the flaw is put."""

    def spoilt(shown: Shown, **changes: object) -> list[str]:
        return flaws(shown.task.model_copy(update=changes), world)

    def moved(shown: Shown, cell: tuple[int, int], asset: str) -> list[str]:
        scene = json.loads(json.dumps(shown.task.scene))
        for sticker in scene["cells"]:
            if (sticker["row"], sticker["column"]) == cell:
                sticker["asset"] = asset
        return spoilt(shown, scene=scene)

    what = next(s for s in of("what", sample) if s.reference_cell and s.scene.grid == 3)
    assert what.reference_cell is not None
    reference = what.at[what.reference_cell]
    free = next(c for c in what.at if c not in (what.cell, what.reference_cell))
    assert "reference_is_not_unique" in moved(what, free, reference.id)
    assert "answer_is_wrong" in moved(what, what.cell, reference.id)
    below = next(s for s in of("what", sample) if len(world.up(s.answer)) > 1)
    general = min(world.up(below.answer) - {below.answer})
    keys = [below.answer, general, *below.wrong[:2]]
    found = spoilt(below, option_keys=keys, answer_index=0)
    assert {"distractor_may_be_true"} <= set(found)
    where = next(s for s in of("where", sample) if s.scene.grid == 3 and not s.reference_cell)
    other = next(c for c in where.at if c != where.cell)
    assert "target_is_not_unique" in moved(where, other, where.target.id)
    many = next(
        s for s in of("how-many", sample) if s.pair and s.category is None and s.plan["count"] != 9
    )
    unknown = next(a for a in world.assets.values() if not a.attributes)
    assert {"count_is_unsure", "answer_is_wrong"} & set(
        moved(many, next(iter(many.at)), unknown.id)
    )
    twice = (*what.task.options[:3], what.task.options[0])
    assert "options_are_not_four" in spoilt(what, options=twice)


# -- tasks that give themselves away ------------------------------------------------------------


def chi_square(counts: Counter[int], places: int) -> float:
    mean = sum(counts.values()) / places
    return sum((counts[i] - mean) ** 2 / mean for i in range(places))


@pytest.mark.parametrize("kind", KINDS)
def test_the_answer_stands_everywhere_alike(kind: str, sample: list[Shown]) -> None:
    counts = Counter(s.task.answer_index for s in of(kind, sample))
    assert chi_square(counts, 4) < 16.3  # 3 degrees of freedom, p = 0.001


def test_the_answer_of_one_plan_stands_everywhere_alike(bench: Workbench) -> None:
    plan = next(p for p in bench.spaces["grid2d/how-many"][1000:] if p["count"] == 3)
    counts = Counter(bench.instance(plan, seed).answer_index for seed in range(600))
    assert chi_square(counts, 4) < 16.3


@pytest.mark.parametrize("kind", ["where", "what-attribute", "where-attribute", "how-many"])
def test_texts_alone_do_not_tell(kind: str, sample: list[Shown]) -> None:
    """Guess the option that was most often right, when shown, in the other half of the tasks."""
    mine = of(kind, sample)
    halves = (mine[::2], mine[1::2])
    right = 0
    for known, asked in permutations(halves):
        shown: Counter[str] = Counter()
        won: Counter[str] = Counter()
        for s in known:
            shown.update(s.task.option_keys)
            won[s.answer] += 1
        for s in asked:
            rate = {k: (won[k] + 2.5) / (shown[k] + 10) for k in s.task.option_keys}
            right += max(sorted(rate), key=lambda k, r=rate: r[k]) == s.answer  # type: ignore[misc]
    assert right / len(mine) < 0.25 + 3 * (0.25 * 0.75 / len(mine)) ** 0.5


def test_distractors_are_in_the_picture_where_they_can_be(sample: list[Shown]) -> None:
    wrong = [(s, c) for s in of("what", sample) if s.scene.grid == 3 for c in s.wrong]
    seen = sum(any(s.world.is_a(a, c) for a in s.besides(s.cell)) for s, c in wrong)
    assert seen > 0.8 * len(wrong)
    kinds = [(s, v) for s in of("what-attribute", sample) if s.scene.grid == 3 for v in s.wrong]
    seen = sum(
        any(s.world.has(a, (str(s.plan["attribute_type"]), v)) for a in s.besides(s.cell))
        for s, v in kinds
    )
    assert seen > 0.8 * len(kinds)


def test_the_question_does_not_name_the_answer(sample: list[Shown]) -> None:
    for shown in sample:
        if shown.kind in ("what", "what-attribute"):
            words = re.findall(r"\w+", shown.task.question.casefold())
            answer = re.findall(r"\w+", shown.task.answer.casefold())
            runs = [words[i : i + len(answer)] for i in range(len(words))]
            assert answer not in runs, shown.task.question


# -- any plan, any seed -------------------------------------------------------------------------


@settings(max_examples=120)
@given(st.data())
def test_any_plan_and_seed(bench: Workbench, world: World, data: st.DataObject) -> None:
    space = bench.spaces[f"grid2d/{data.draw(st.sampled_from(KINDS))}"]
    plan = space[data.draw(st.integers(0, space.size - 1))]
    seed = data.draw(st.integers(0, 2**63 - 1))
    task = draw(bench, plan, seed)
    if isinstance(task, Infeasible):
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", task.reason)
        assert task.detail
        return
    assert not flaws(task, world)
    assert task.plan == plan.as_dict()
    assert bench.instance(plan, seed) == task


@pytest.fixture(scope="module", name="toy_bench")
def _toy_bench() -> Workbench:
    """grid2d over the toy shop: few assets, overlaps, look-alikes and unknown colours."""
    own = Registry(Settings())
    registry = toys.registry()
    registry.entries = [*registry.entries, *own.entries]
    return Workbench(registry, assets="toys/shop", tasks=["grid2d/*"])


@settings(max_examples=200)
@given(st.data())
def test_any_plan_of_a_small_shop(toy_bench: Workbench, data: st.DataObject) -> None:
    space = toy_bench.spaces[f"grid2d/{data.draw(st.sampled_from(KINDS))}"]
    plan = space[data.draw(st.integers(0, space.size - 1))]
    task = draw(toy_bench, plan, data.draw(st.integers(0, 99)))
    assert isinstance(task, Infeasible) or not flaws(task, World(toys.inventory()))


def test_a_small_shop_makes_tasks_of_every_kind(toy_bench: Workbench) -> None:
    made: Counter[str] = Counter()
    for kind in KINDS:
        space = toy_bench.spaces[f"grid2d/{kind}"]
        for number in range(0, space.size, space.size // 40):
            try:
                made[toy_bench.instance(space[number], number).generator] += 1
            except Infeasible:
                continue
    assert set(made) == {f"grid2d/{k}" for k in KINDS}
    assert made.total() > 80


# -- scenes and settings ------------------------------------------------------------------------


def test_stickers_stay_inside_their_cells(sample: list[Shown]) -> None:
    sizes = set()
    for shown in sample:
        assert len(shown.at) == len(shown.scene.cells) <= shown.scene.grid**2
        for sticker in shown.scene.cells:
            assert max(sticker.row, sticker.column) < shown.scene.grid
            room = (1 - sticker.size) / 2
            assert all(abs(shift) <= room + 1e-6 for shift in sticker.shift)
            own = shown.world.assets[sticker.asset]
            assert sticker.view in own.forms["sticker"]
            assert sticker.categories == own.categories
            assert dict(sticker.attributes) == dict(own.attributes)
            sizes.add(sticker.size)
    assert len(sizes) >= 3
    assert {s.scene.background.kind for s in sample} == {"plain", "gradient"}


def test_the_seed_changes_the_picture(bench: Workbench) -> None:
    plan = Plan(next(p for p in bench.spaces["grid2d/how-many"][500:] if p["count"] == 4))
    scenes = {json.dumps(bench.instance(plan, seed).model_dump()["scene"]) for seed in range(20)}
    assert len(scenes) == 20


def test_without_jitter(annotations: Path) -> None:
    spec, tasks = f"objaverse?root={annotations}", ["grid2d/how-many?jitter=false"]
    plain = Workbench(Registry(Settings()), assets=spec, tasks=tasks)
    scene = plain.instance(plain.space[20_000], 3).scene
    assert {(s["size"], tuple(s["shift"])) for s in scene["cells"]} == {(0.9, (0.0, 0.0))}


@pytest.mark.parametrize(
    ("given_", "line"),
    [
        ({"backgrounds": ()}, "backgrounds"),
        ({"backgrounds": ("stripes",)}, "backgrounds"),
        ({"jitters": True}, "jitters"),
        ({"templates": "no-such-file.toml"}, "no-such-file.toml"),
        ({"backgrounds": ("photo",)}, "photos: not set is no folder"),
        ({"backgrounds": ("photo",), "photos": "no-such-folder"}, "no-such-folder is no folder"),
    ],
)
def test_settings_that_can_not_be_used(given_: dict[str, object], line: str) -> None:
    registry = Registry(Settings({"grid2d": {"what": given_}}))
    with pytest.raises((ConfigError, PluginError), match=line):
        Workbench(registry, assets="shapes", tasks=["grid2d/what"])


def test_photos(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no picture"):
        What(GridConfig(backgrounds=("photo",), photos=tmp_path))
    (tmp_path / "b.jpg").write_bytes(b"")
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"")
    own = Settings({"grid2d": {"backgrounds": ("photo",), "photos": str(tmp_path)}})
    registry = toys.registry()
    registry.settings = own
    registry.entries = [*registry.entries, *Registry(own).entries]
    bench = Workbench(registry, assets="toys/shop", tasks=["grid2d/how-many"])
    found = {
        bench.instance(bench.space[200], seed).scene["background"]["photo"] for seed in range(12)
    }
    assert found == {"a.png", "b.jpg"}
