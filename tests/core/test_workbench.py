"""What a job opens: the generators that fit, spaces, renderers, tasks and media."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tma.catalogue import Catalogue
from tma.contract.models import MediaFile
from tma.contract.plan import Plan
from tma.contract.scene import Scene
from tma.errors import Infeasible, MediaError, PluginError, TaskError, TmaError, TmaWarning
from tma.hookspecs import Contribution, hookimpl
from tma.workbench import Workbench

from . import toys


def bench(*tasks: str, assets: str = "shop", renderer: str | None = None) -> Workbench:
    return Workbench(toys.registry(), assets=assets, tasks=tasks, renderer=renderer)


def test_all_that_fit_by_default() -> None:
    names = ["what-at", "color-at", "count", "never", "rare"]
    assert list(bench().generators) == [f"toys/{n}" for n in names]
    assert list(bench("toys/*").generators) == [f"toys/{n}" for n in names]


def test_patterns_choose_in_the_plugins_order() -> None:
    assert list(bench("count", "toys/what-at").generators) == ["toys/what-at", "toys/count"]
    assert list(bench("*/c*", "toys/count").generators) == ["toys/color-at", "toys/count"]


@pytest.mark.parametrize(
    ("tasks", "line"),
    [
        (("toys/meshes",), "no task generator among toys/meshes fits the assets of toys/shop"),
        (("toys/count", "toys/meshes"), "toys/meshes needs assets in the form hologram"),
        (("toys/cuont",), "no task generator is called 'toys/cuont' (did you mean toys/count"),
        (("zoo/*",), "no task generator is called 'zoo/*'"),
        (("toys/count?speed=3",), "toys/count has no settings: speed"),
    ],
)
def test_tasks_that_can_not_be_had(tasks: tuple[str, ...], line: str) -> None:
    with pytest.raises(PluginError if "settings" not in line else TmaError) as caught:
        bench(*tasks)
    assert str(caught.value).startswith(line)


def test_spaces_bear_their_generators_names() -> None:
    made = bench("toys/count", "toys/never")
    assert [p.generator for p in made.space] == ["toys/count"] * 3 + ["toys/never"] * 3
    assert made.space.size == sum(s.size for s in made.spaces.values())
    assert made.space.fields[0] == "generator"


def test_instances() -> None:
    made = bench("toys/what-at", "toys/never")
    plan = Plan({"generator": "toys/what-at", "place": 2, "target_category": "bowl"})
    task = made.instance(plan, 9)
    assert task == bench("toys/what-at").instance(plan, 9)
    assert task.plan == plan.as_dict()
    assert task.versions["generator"] == "toys/what-at@1.0"
    assert task.versions["source"] == "toys/shop@1.0"
    assert {"numpy", "pillow", "task-me-anything"} < task.versions.keys()
    assert task.media is not None
    assert task.media.renderer == "toys/camera@1.0"
    with pytest.raises(Infeasible):
        made.instance(Plan({"generator": "toys/never", "count": 1}), 0)
    with pytest.raises(TaskError, match="no task generator 'toys/count' here"):
        made.instance(Plan({"generator": "toys/count", "count": 1}), 0)


def test_truths_come_from_the_scene_alone() -> None:
    made = bench("toys/what-at", "toys/color-at")
    plan = Plan({"generator": "toys/what-at", "place": 0, "target_category": "apple"})
    truth = made.truth(made.instance(plan, 1))
    assert truth is not None
    assert truth.true == {"apple", "fruit", "food"}
    stated = made.instance(made.spaces["toys/color-at"][0], 0)
    assert made.truth(stated) is None


def test_pictures_are_rendered_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Workbench(toys.registry(), assets="shop", tasks=["toys/count"], cache=tmp_path)
    task = made.instance(made.space[1], 0)
    file = made.media_file(task)
    assert file is not None
    assert file.path.read_bytes() == made.render(task).data
    assert tmp_path in file.path.parents

    def broken(*_: object) -> None:
        raise AssertionError("rendered again")

    monkeypatch.setattr(toys.Camera, "render", broken)
    assert made.media_file(task) == file


def test_without_a_renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toys.Shelf.model_fields["kind"], "default", "shelf")
    registry = toys.registry()
    registry.entries = [e for e in registry.entries if e.kind != "renderer"]
    made = Workbench(registry, assets="shop", tasks=["toys/count"])
    task = made.instance(made.space[0], 0)
    assert task.media is None
    assert made.media_file(task) is None
    with pytest.raises(MediaError, match="no renderer draws scenes of kind 'shelf'"):
        made.render(task)


def test_an_unknown_renderer() -> None:
    with pytest.raises(PluginError, match="no renderer is called 'brush'"):
        bench("toys/count", renderer="brush").instance(
            Plan({"generator": "toys/count", "count": 1}), 0
        )


PLAN = Plan({"generator": "toys/what-at", "place": 2, "target_category": "bowl"})


def crowded(plan: Plan, scene: Scene, report: Mapping[str, object], catalogue: Catalogue) -> str:
    return f"{report['items']} things are too many"


def red_first(
    plan: Plan, scene: Scene, report: Mapping[str, object], catalogue: Catalogue
) -> str | None:
    assert report == {"items": 4}
    first = toys.WhatAt().target(scene, 0, catalogue)
    return None if catalogue.has(first, "color", "red") else "the first thing is not red"


def test_flawed_scenes_are_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toys.WhatAt, "flaw", lambda self, *about: red_first(*about))
    made = bench("toys/what-at")
    found = [made.shown(PLAN, seed) for seed in range(12)]
    redraws = [task.redraws for task, _ in found]
    assert 0 in redraws
    assert max(redraws) > 1
    for task, file in found:
        assert task == made.instance(PLAN, task.seed, task.redraws)
        assert file == made.media_file(task)
        assert task.redraws == 0 or task != made.instance(PLAN, task.seed)
    assert found == [bench("toys/what-at").shown(PLAN, seed) for seed in range(12)]


def test_scenes_that_are_always_flawed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toys.WhatAt, "flaw", lambda self, *about: crowded(*about))
    with pytest.raises(Infeasible, match="25 scenes, the last: 4 things are too many") as caught:
        bench("toys/what-at").shown(PLAN, 3)
    assert caught.value.reason == "not-clearly-shown"


def test_what_has_no_flaw_is_the_first_scene() -> None:
    made = bench("toys/what-at")
    task, file = made.shown(PLAN, 9)
    assert task == made.instance(PLAN, 9)
    assert file is not None


class Poor(toys.Camera):
    """A renderer that needs what is not here."""


def nothing_lacks() -> str:
    return ""


def a_screen_lacks() -> str:
    return "there is no screen"


@pytest.mark.parametrize("asked", [None, "poor"])
def test_a_renderer_that_can_not_run_here_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, asked: str | None
) -> None:
    fields = {"consumes": ("shelf",), "makes": ("image/png",)}
    here = f"{__name__}:"
    offered = [
        Contribution("poor", f"{here}Poor", needs=f"{here}a_screen_lacks", **fields),  # type: ignore[arg-type]
        Contribution("rich", f"{toys.__name__}:Camera", needs=f"{here}nothing_lacks", **fields),  # type: ignore[arg-type]
    ]
    monkeypatch.setattr(toys, "tma_renderers", hookimpl(lambda: offered), raising=True)
    made = bench("toys/count", renderer=asked)
    if asked:
        assert made.drawing.entry("shelf").short_id == "toys/poor"  # type: ignore[union-attr]
        return
    with pytest.warns(TmaWarning, match="toys/poor can't run here: there is no screen; toys/rich"):
        task = made.instance(made.space[0], 0)
    assert task.media is not None
    assert task.media.renderer == "toys/rich@1.0"
    assert made.drawn_by == {"shelf": "toys/rich"}
    again = Workbench(
        toys.registry(), assets="shop", tasks=["toys/count"], drawn_by={"shelf": "toys/poor"}
    )
    assert again.drawing.lacking("shelf") == "there is no screen"


def test_pictures_of_two_drivers_share_no_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def kept() -> MediaFile | None:
        made = Workbench(toys.registry(), assets="shop", tasks=["toys/what-at"], cache=tmp_path)
        return made.shown(PLAN, 9)[1]

    first = kept()
    assert kept() == first
    monkeypatch.setattr(toys.Camera, "environment", lambda self: ("driver 2",))
    assert kept() != first
