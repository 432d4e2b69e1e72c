"""Random releases: folders that are whole, tell of themselves, and come out the same again."""

from __future__ import annotations

import hashlib
import json
import shlex
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import tma.releases.statistics as statistics
from tma import Reply, Request, TmaError
from tma.cards import front_matter, markdown_table
from tma.cli import cli
from tma.contract.models import ModelAdapter
from tma.evaluate import evaluate
from tma.models import LoadedModel
from tma.registry import default_registry
from tma.releases import (
    Release,
    Wanted,
    discriminability,
    hard_release,
    random_release,
    replay,
)
from tma.releases.blind import guess_blindly
from tma.releases.statistics import statistics_of
from tma.store import ReplyStore
from tma.taskset import TaskSet

from .test_export import task

PHOTOGRAPHS = Path(__file__).parents[2] / "docs" / "examples" / "photographs"
WANTED = Wanted(
    assets="shapes", tasks=("grid2d/what", "grid2d/how-many"), per_generator=6, seed=3, media=False
)


@pytest.fixture(scope="module", name="made")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with what models and a guesser said of it."""
    folder = tmp_path_factory.mktemp("release")
    models = ["simulated?seed=1&base=0.9", "random"]
    random_release(folder / "made", WANTED, models=models, store=folder / "replies.sqlite")
    return folder / "made"


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_release_is_a_set_of_tasks_and_more(made: Path) -> None:
    assert sorted(files(made)) == [
        "README.md",
        "SHA256SUMS",
        "assets.jsonl",
        "index.html",
        "metadata.jsonl",
        "release.json",
        "run.json",
        "tasks.jsonl",
    ]
    tasks = list(TaskSet.open(made).tasks())
    assert len({t.plan_id for t in tasks}) == 12
    release = Release.read(made)
    assert release.made == {"grid2d/how-many": 6, "grid2d/what": 6}
    assert [(c.plan, c.seed) for c in release.plans] == [(t.plan, t.seed) for t in tasks]
    assert json.loads((made / "release.json").read_text()) == release.model_dump(mode="json")


def test_checksums_are_of_all_other_files(made: Path) -> None:
    lines = (made / "SHA256SUMS").read_text().splitlines()
    found = {line[66:]: line[:64] for line in lines}
    there = files(made)
    del there["SHA256SUMS"]
    assert found == {name: hashlib.sha256(data).hexdigest() for name, data in there.items()}


def test_assets_are_listed_with_licence_and_uses(made: Path) -> None:
    rows = [json.loads(line) for line in (made / "assets.jsonl").read_text().splitlines()]
    uses = [a for t in TaskSet.open(made).tasks() for a in t.assets]
    assert sum(r["tasks"] for r in rows) == len(uses)
    assert {(r["asset"], r["form"], r["name"]) for r in rows} == {
        (a.asset, a.form, a.name) for a in uses
    }
    assert {r["licence"] for r in rows} == {"CC0-1.0"}


def test_the_card_tells_what_a_stranger_needs(made: Path) -> None:
    card = (made / "README.md").read_text()
    _, head, body = card.split("---\n", 2)
    told = yaml.safe_load(head)
    assert told["license"] == "cc0-1.0"
    assert told["size_categories"] == ["n<1K"]
    for word in (
        "simulated?base=0.9&seed=1",
        "Kendall",
        "chance",
        "25.0%",
        "CC0-1.0",
        "no pictures",
    ):
        assert word in body
    assert "media were hashed" not in body
    assert "This release holds no pictures" in body
    line = next(x for x in body.splitlines() if x.startswith("    tma release random"))
    assert "--no-media --per-generator 6 --seed 3" in line


def test_the_command_in_the_card_makes_the_same(tmp_path: Path) -> None:
    words = "--assets shapes --tasks grid2d/how-many --no-media --per-generator 3 --seed 8"
    options = ["--blind", "none", "--render", "4", "--name", "a-name", "--by", "count"]
    out = tmp_path / "one"
    cli.main(
        ["release", "random", *words.split(), *options, "--out", str(out)], standalone_mode=False
    )
    command = shlex.split(Release.read(out).command)
    assert command[0] == "tma"
    command[-1] = str(tmp_path / "two")
    cli.main(command[1:], standalone_mode=False)
    assert files(tmp_path / "two") == files(out)


def test_it_comes_out_the_same_again(made: Path, tmp_path: Path) -> None:
    assert files(made) == files(_replayed(made, tmp_path / "folder"))
    shutil.copy(made / "release.json", tmp_path)
    assert files(made) == files(_replayed(tmp_path / "release.json", tmp_path / "file"))


def test_it_comes_out_the_same_where_the_assets_are_elsewhere(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    shutil.copytree(PHOTOGRAPHS, here)
    wanted = Wanted(
        assets=f"graphs?file={here / 'graphs.jsonl'}",
        tasks=("graphimage/what-object",),
        per_generator=3,
    )
    random_release(tmp_path / "one", wanted, workers=1)
    here.rename(there)
    moved = f"graphs?file={there / 'graphs.jsonl'}"
    replay(tmp_path / "one", tmp_path / "two", assets=moved, workers=2)
    assert files(tmp_path / "two") == files(tmp_path / "one")


@pytest.mark.parametrize("name", ["raycast/raycast", "pyrender/pyrender"])
def test_workers_draw_as_the_record_says(made: Path, name: str) -> None:
    making = Release.read(made).making.model_copy(update={"drawn_by": {"tabletop": name}})
    entry = making.order(5).bench(default_registry()).drawing.entry("tabletop")
    assert entry is not None
    assert entry.short_id == name


def _replayed(source: Path, out: Path) -> Path:
    replay(source, out)
    return out


def test_a_record_that_does_not_give_its_tasks_is_refused(made: Path, tmp_path: Path) -> None:
    text = (made / "release.json").read_text()
    seed = Release.read(made).plans[0].seed
    file = tmp_path / "release.json"
    file.write_text(text.replace(f'"seed": {seed}}}', f'"seed": {seed + 1}}}', 1))
    with pytest.raises(TmaError, match="come out otherwise"):
        replay(file, tmp_path / "out")
    file.write_text(text.replace('"kind": "random"', '"kind": "best"'))
    with pytest.raises(TmaError, match=r"release\.json: kind: Input should be"):
        replay(file, tmp_path / "out")
    file.unlink()
    with pytest.raises(TmaError, match="holds no release"):
        replay(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_statistics_go_into_the_card_later(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(made, folder)
    before = files(folder)
    models = ["constant:A", "oracle"]
    found = discriminability(folder, models=models, store=tmp_path / "r.sqlite", write=True)
    assert found.models is not None
    assert found.models["models"]["oracle"]["estimate"] == 1
    after = files(folder)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"README.md", "release.json", "SHA256SUMS"}
    assert b"constant:A" in after["README.md"]
    test_checksums_are_of_all_other_files(folder)
    discriminability(folder, write=True)  # asks nobody: what models said stays
    assert files(folder) == after
    assert files(_replayed(folder, tmp_path / "again")) == after
    first, later = Release.read(folder).command.split(" && ")
    assert first == Release.read(made).command
    shutil.copytree(made, tmp_path / "anew")
    words = [w if w != "AGAIN" else str(tmp_path / "anew") for w in shlex.split(later)]
    more = ["--store", str(tmp_path / "r.sqlite")]
    cli.main([*words[1:], *more], standalone_mode=False)
    assert files(tmp_path / "anew") == after


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["random", "--model", "simulatd", "--out", "new"], "did you mean"),
        (["random", "--models", "random,random", "--out", "made"], "exists and is not empty"),
        (["random", "--name", "No Name", "--out", "new"], "'No Name' is no name"),
        (["random", "--by", "colour", "--out", "new"], "no plan has a field 'colour'"),
        (["random", "--blind", "blind", "--out", "new"], "learns from nothing"),
        (["random", "--seed", "-1", "--out", "new"], "seed -1 is out of range"),
        (["replay", "nowhere", "--out", "new"], "holds no release"),
        (["stats", "nowhere"], "holds no set of tasks"),
    ],
)
def test_mistakes_are_told_in_a_line(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], line: str
) -> None:
    monkeypatch.chdir(made.parent)
    common = ["--assets", "shapes", "--tasks", "grid2d/what", "--no-media", "--per-generator", "2"]
    more = common if arguments[0] == "random" else []
    with pytest.raises(TmaError) as error:
        cli.main(["release", *arguments, *more], standalone_mode=False)
    assert line in str(error.value)
    assert not (made.parent / "new").exists()


class Looks(ModelAdapter):
    """Looks at a picture, and says A."""

    async def reply(self, requests: Any) -> list[Reply]:
        assert all(r.media is not None for r in requests)
        return [Reply(text="A") for _ in requests]


@pytest.mark.parametrize("kind", ["random", "hard"])
def test_models_see_pictures_that_are_not_given_away(tmp_path: Path, kind: str) -> None:
    wanted = Wanted(assets="shapes", tasks=("grid2d/how-many",), per_generator=1, media=False)
    looks = LoadedModel(Looks(), "t/looks@1", "looks", {}, ("image",))
    if kind == "random":
        release = random_release(
            tmp_path / "out", wanted, models=[looks], store=tmp_path / "r.sqlite", guesser=None
        )
    else:
        wanted = replace(wanted, per_generator=10)
        release = hard_release(
            tmp_path / "out", wanted, models=[looks], budget=70, store=tmp_path / "r.sqlite",
            guesser=None,
        )  # fmt: skip
    assert release.models is not None
    assert release.models["models"]["looks"]["answered"] == release.size
    assert not (tmp_path / "out" / "media").exists()


class Says(ModelAdapter):
    """Right on the tasks of given numbers, which are their seeds."""

    sees_task = True

    def __init__(self, right: set[int]) -> None:
        self._right = right

    async def reply(self, requests: Any) -> list[Reply]:
        return [Reply(text=self._letter(r)) for r in requests]

    def _letter(self, request: Request) -> str:
        place = request.order.index(request.task.answer_index)
        return "ABCD"[place if request.task.seed in self._right else (place + 1) % 4]


def test_statistics_of_known_replies(tmp_path: Path) -> None:
    tasks = [task(n, plan_id=f"{n % 30:016x}") for n in range(60)]
    rights = {"a": set(range(50)), "b": set(range(20)), "c": set(range(18))}
    with ReplyStore(tmp_path / "r.sqlite") as store:
        found = [
            evaluate(tasks, LoadedModel(Says(right), f"t/{name}@1", name, {}), store)
            for name, right in rights.items()
        ]
    told = statistics_of(tasks, found)
    assert [a.estimate for a in told.accuracies.values()] == [50 / 60, 20 / 60, 18 / 60]
    assert told.spread == pytest.approx(32 / 60)
    assert (told.shared, told.all_right, told.none_right) == (60, 18, 10)
    assert (told.apart, told.pairs) == (2, 3)
    stability = told.stability
    assert stability is not None
    assert stability.order == ["a", "b", "c"]
    assert stability.neighbours[0] == pytest.approx(1, abs=0.01)
    # b is better than c on plans 18 and 19 alone: a resample lacks both with chance (28 / 30)^30
    assert stability.neighbours[1] == pytest.approx(1 - (28 / 30) ** 30, abs=0.04)
    assert stability.holds == pytest.approx(stability.neighbours[1], abs=0.01)
    assert stability.tau == pytest.approx(1 - (28 / 30) ** 30 / 3, abs=0.02)


def test_resamples_have_the_spread_of_the_mean() -> None:
    right = np.repeat([[1.0], [0.0]], [40, 60], axis=0)
    drawn = statistics.resampled(right, np.ones((100, 1)), np.random.default_rng(0))
    assert drawn.mean() == pytest.approx(0.4, abs=0.01)
    assert drawn.std() == pytest.approx((0.24 / 100) ** 0.5, rel=0.05)


def test_a_guesser_finds_what_options_give_away() -> None:
    """The answer is always `cow`: whoever has seen others of these tasks knows."""
    tasks = [task(n, plan_id=f"{n:016x}") for n in range(40)]
    found = guess_blindly(tasks[:20], "blind?learn={folder}", default_registry(), tasks[20:])
    assert found.chance == 0.25
    assert found.halves is not None
    assert found.others is not None
    assert (found.halves.estimate, found.others.estimate) == (1, 1)


def test_names_stay_in_their_cells() -> None:
    assert front_matter({"a": "x: *y"}) == '---\na: "x: *y"\n---\n'
    assert yaml.safe_load('a: "x: *y"') == {"a": "x: *y"}
    table = markdown_table(("a",), [("<b>|`x`\n# y",), (1234,), (None,)])
    assert table.splitlines()[2:] == ["| \\<b\\>\\|\\`x\\` \\# y |", "| 1,234 |", "| - |"]
