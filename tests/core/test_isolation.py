"""A plugin that fails stops nothing but itself; the run says what was passed over."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

from tma.config import Settings
from tma.errors import Failed, PluginError, TaskError, TmaError, TmaWarning, UnsoundTaskError
from tma.generate import Order, Summary, generate
from tma.registry import Registry
from tma.taskset import TaskSet
from tma.verify import verify
from tma.workbench import Workbench

from .conftest import PluginShelf

HOOKS = """
    import tma

    @tma.hookimpl
    def tma_task_generators():
        fields = dict(consumes=("sticker",), makes=("stickers",))
        names = ("good", "draw", "draft", "unsound", "space", "shares", "made", "flaw", "some")
        listed = [
            tma.Contribution(n, f"made_up_bench_tasks:{n.title()}", **fields) for n in names
        ]
        odd = tma.Contribution("odd", "made_up_bench_tasks:Odd", makes=("oddity",))
        gone = tma.Contribution("gone", "made_up_bench_gone:Gone", **fields)
        return [*listed, odd, gone]

    @tma.hookimpl
    def tma_renderers():
        return [tma.Contribution("easel", "made_up_bench_tasks:Easel", consumes=("oddity",))]
"""
TASKS = """
from typing import Literal

import tma
from tma.testing.what import What as Good


class Draw(Good):
    def draw(self, plan, catalogue, rng):
        raise ZeroDivisionError("of draw")

class Draft(Good):
    def draw(self, plan, catalogue, rng):
        return "a task"

class Unsound(Good):
    def truths(self, plan, scene, catalogue):
        return tma.TruthSet(frozenset({"nothing"}))

class Space(Good):
    def space(self, catalogue):
        raise ZeroDivisionError("of space")

class Shares(Good):
    def shares(self, catalogue):
        raise ZeroDivisionError("of shares")

class Made(Good):
    def __init__(self):
        raise ZeroDivisionError("of init")

class Flaw(Good):
    def flaw(self, plan, scene, report, catalogue):
        raise ZeroDivisionError("of flaw")

class Some(Good):
    def draw(self, plan, catalogue, rng):
        if plan["category"] > "f":
            raise ZeroDivisionError("of some")
        return super().draw(plan, catalogue, rng)

class Oddity(tma.Scene):
    kind: Literal["oddity"] = "oddity"

class Odd(tma.TaskGenerator):
    scene_type = Oddity

    def space(self, catalogue):
        return tma.product(number=range(3))

    def draw(self, plan, catalogue, rng):
        truths = tma.TruthSet(frozenset({"odd"}))
        return tma.Draft(scene=Oddity(), question="What?", answer="odd",
                         distractors=["even", "blue", "none"], truths=truths)

class Easel(tma.Renderer):
    def render(self, scene, assets):
        raise ZeroDivisionError("of render")
"""


@pytest.fixture(name="shop")
def _shop(shelf: PluginShelf) -> PluginShelf:
    shelf.add("tma-bench", "bench", HOOKS, module="made_up_bench")
    shelf.add("tma-toys", "toys", "from tma.testing.toys import *")
    (shelf.root / "made_up_bench_tasks.py").write_text(TASKS, encoding="utf-8")
    (shelf.root / "made_up_bench_gone.py").write_text("import no_such_module", encoding="utf-8")
    return shelf


def registry(shop: PluginShelf, strict: bool = False) -> Registry:
    return shop.registry(Settings(environ={"TMA_STRICT_PLUGINS": str(int(strict))}), builtins=True)


def make(
    shop: PluginShelf, out: Path, *tasks: str, n: int = 12, strict: bool = False, media: bool = True
) -> Summary:
    order = Order(assets="shop", tasks=("toys/what", *tasks), n=n, media=media)
    return generate(order, out, registry(shop, strict), workers=1)


FAILING = {
    "draw": "bench/draw failed: ZeroDivisionError: of draw",
    "draft": "bench/draft failed: draw gave str, not tma.Draft",
    "unsound": "bench/unsound failed: drafted an unsound task",
    "flaw": "bench/flaw failed: ZeroDivisionError: of flaw",
    "odd": "bench/easel failed: render failed: ZeroDivisionError: of render",
}


@pytest.mark.parametrize("name", FAILING)
def test_plans_on_which_a_plugin_fails_are_passed_over(
    shop: PluginShelf, tmp_path: Path, name: str
) -> None:
    with pytest.warns(TmaWarning, match="TMA_STRICT_PLUGINS=1 makes this an error") as told:
        summary = make(shop, tmp_path / "set", f"bench/{name}")
    assert str(told[0].message).startswith(f"plans are passed over: {FAILING[name]}")
    assert summary.made == {"toys/what": 12}
    assert summary.short == 0
    assert all(cause.startswith(FAILING[name]) for cause in summary.failed[f"bench/{name}"])
    assert summary.infeasible == {}
    run = json.loads((tmp_path / "set" / "run.json").read_text(encoding="utf-8"))
    assert run["failed"] == summary.failed


@pytest.mark.parametrize("name", FAILING)
def test_strict_mode_stops_at_the_first(shop: PluginShelf, tmp_path: Path, name: str) -> None:
    with pytest.raises(TmaError) as caught:
        make(shop, tmp_path / "set", f"bench/{name}", strict=True)
    assert "\n" not in str(caught.value)
    if name == "unsound":
        assert isinstance(caught.value, UnsoundTaskError)
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("made", "bench/made@1.0 can't be made: ZeroDivisionError: of init"),
        ("gone", "bench/gone@1.0 can't be imported: No module named 'no_such_module'"),
        ("space", "space failed: ZeroDivisionError: of space"),
        ("shares", "shares failed: ZeroDivisionError: of shares"),
    ],
)
def test_generators_that_can_not_be_used_are_passed_over(
    shop: PluginShelf, tmp_path: Path, name: str, cause: str
) -> None:
    with pytest.warns(TmaWarning, match=f"bench/{name} is passed over: "):
        summary = make(shop, tmp_path / "set", f"bench/{name}*")
    assert summary.made == {"toys/what": 12}
    assert summary.skipped[f"bench/{name}"].startswith(cause)
    with pytest.raises(PluginError, match=r"failed|can't be"):
        make(shop, tmp_path / "strict", f"bench/{name}*", strict=True)
    if name in ("made", "gone"):  # whoever asks for it by name wants it
        with pytest.raises(PluginError, match="can't be"):
            make(shop, tmp_path / "named", f"bench/{name}")


def test_a_part_of_the_plans_may_fail(shop: PluginShelf, tmp_path: Path) -> None:
    with pytest.warns(TmaWarning):
        summary = make(shop, tmp_path / "set", "bench/some", n=16, media=False)
    assert summary.made == {"toys/what": 8, "bench/some": 8}
    assert list(summary.failed["bench/some"]) == ["bench/some failed: ZeroDivisionError: of some"]


def test_what_fails_alone_is_an_error(shop: PluginShelf, tmp_path: Path) -> None:
    order = Order(assets="shop", tasks=("bench/draw",), n=200)
    with pytest.warns(TmaWarning), pytest.raises(TaskError) as caught:
        generate(order, tmp_path / "set", registry(shop), workers=1)
    assert caught.value.message.startswith("no plan is feasible: bench/draw failed: ZeroDivision")
    assert not (tmp_path / "set").exists()


def test_a_generator_that_always_fails_is_given_up(shop: PluginShelf, tmp_path: Path) -> None:
    with pytest.warns(TmaWarning):
        summary = make(shop, tmp_path / "set", "bench/draw", n=500, media=False)
    assert summary.made == {"toys/what": 500}
    assert sum(summary.failed["bench/draw"].values()) <= 250


def test_each_plan_fares_by_itself(shop: PluginShelf) -> None:
    made = Workbench(registry(shop), assets="shop", tasks=["toys/what", "bench/some"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TmaWarning)
        outcomes = []
        for plan in made.spaces["bench/some"]:
            try:
                outcomes.append(made.instance(plan, 0).id)
            except Failed as failed:
                outcomes.append(failed.reason)
    assert len(set(outcomes)) > 2
    assert outcomes.count("bench/some failed: ZeroDivisionError: of some") > 2


def test_verify_names_what_fails_now(shop: PluginShelf, tmp_path: Path) -> None:
    make(shop, tmp_path / "set", "bench/good")
    tasks = TaskSet.open(tmp_path / "set")
    bench = Workbench(registry(shop), assets="shop", tasks=["toys/what", "bench/good"])
    bench.generators["bench/good"].draw = lambda *_: 1 / 0  # type: ignore[method-assign,assignment]
    report = verify(tasks, bench)
    assert not report.ok
    said = "can't be drawn again: ZeroDivisionError: division by zero"
    assert {line for _, line in report.irreproducible} == {said}
