import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tma import Reply, Request
from tma.cli import main
from tma.config import Settings
from tma.errors import ModelError
from tma.generate import Order, generate
from tma.registry import Registry, default_registry
from tma_plugins.reference import baselines


def tma(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(words))
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("tasks") / "set"
    order = Order(tasks=("grid2d/*",), n=30, seed=1, media=False)
    generate(order, path, Registry(Settings(environ={})), workers=1)
    return str(path)


def test_two_models_in_three_orders(capsys: pytest.CaptureFixture[str], folder: str) -> None:
    words = ("eval", folder, "--model", "oracle", "--model", "random", "--orders", "3", "--json")
    code, out, err = tma(capsys, *words)
    assert code == 0, err
    found = json.loads(out)
    oracle, chance = found["models"]
    assert (oracle["tasks"], oracle["calls"], oracle["accuracy"]["estimate"]) == (30, 90, 1.0)
    assert set(oracle["generators"]) == {t["generator"] for t in _tasks(folder)}
    assert chance["accuracy"]["low"] < chance["accuracy"]["estimate"] < 0.6
    assert found["differences"][0]["pairs"] == 90
    again = json.loads(tma(capsys, *words)[1])
    assert [(m["calls"], m["reused"]) for m in again["models"]] == [(0, 90)] * 2
    few = json.loads(tma(capsys, *words, "--limit", "4")[1])
    assert few["models"][0]["tasks"] == 4


def _tasks(folder: str) -> list[dict[str, str]]:
    lines = (Path(folder) / "tasks.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_tables_for_people(capsys: pytest.CaptureFixture[str], folder: str, tmp_path: Path) -> None:
    store = tmp_path / "mine.sqlite"
    words = ("eval", folder, "--model", "constant:B", "--model", "oracle", "--store", str(store))
    code, out, _ = tma(capsys, *words)
    assert code == 0
    assert "constant:B - oracle" in out
    assert "60 calls made, 0 replies reused" in out
    assert store.is_file()


FRESH = ("--tasks", "grid2d/what*", "-n", "12", "--seed", "7")


def test_tasks_made_on_the_fly_are_those_of_generate(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = (*FRESH, "--model", "simulated?seed=1", "--model", "random")
    dry = json.loads(tma(capsys, "eval", *words, "--dry-run", "--json")[1])
    assert [(m["calls"], m["reused"]) for m in dry["models"]] == [(12, 0)] * 2
    found = json.loads(tma(capsys, "eval", *words, "--json")[1])
    assert [m["calls"] for m in found["models"]] == [12, 12]
    made = ("generate", *FRESH, "--no-media", "--workers", "1", "--out", str(tmp_path / "set"))
    assert tma(capsys, *made)[0] == 0
    kept = (str(tmp_path / "set"), "--model", "simulated?seed=1", "--json")
    again = json.loads(tma(capsys, "eval", *kept)[1])
    assert (again["models"][0]["calls"], again["models"][0]["reused"]) == (0, 12)
    assert again["models"][0]["accuracy"] == found["models"][0]["accuracy"]
    dry = json.loads(tma(capsys, "eval", *kept, "--circular", "--dry-run")[1])
    assert (dry["models"][0]["calls"], dry["models"][0]["reused"]) == (36, 12)
    explained = ("cache", "explain", *kept[:-1], "--prompt", "detailed")
    code, out, _ = tma(capsys, *explained)
    assert (code, "0 hits, 12 misses" in out, "12 x differs in prompt" in out) == (0, True, True)
    counted = json.loads(tma(capsys, "cache", "info", "--json")[1])
    assert sum(row["replies"] for row in counted["replies"]) == 24


def test_tables_tell_of_rotations_budgets_and_costs(
    capsys: pytest.CaptureFixture[str], folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tma.toml").write_text('[models."*"]\nusd_per_call = 0.5\n')
    monkeypatch.setenv("TMA_CONFIG", str(tmp_path / "tma.toml"))
    default_registry.cache_clear()
    words = ("eval", folder, "--model", "oracle", "--model", "random", "--circular")
    code, out, _ = tma(capsys, *words, "--budget-usd", "70")
    assert code == 0
    for said in ("circular accuracy", "McNemar p", "stopped at the budget of 70.0 usd", "60.000"):
        assert said in out
    found = json.loads(tma(capsys, *words, "--budget", "0", "--json")[1])
    oracle, chance = found["models"]
    assert (oracle["reused"], chance["reused"], chance["stopped"]) == (120, 20, "calls")
    assert oracle["circular"]["accuracy"]["estimate"] == 1.0
    assert found["budget"] == {"calls": 0}


def test_mistakes_are_one_line(
    capsys: pytest.CaptureFixture[str], folder: str, tmp_path: Path
) -> None:
    for words, said in (
        (("eval", str(tmp_path / "none"), "--model", "random"), "tma generate"),
        (("eval", folder, "--model", "rndom"), "did you mean random"),
        (("eval", "--model", "random"), "no tasks are named"),
        (
            ("eval", folder, "--model", "random", "--circular", "--orders", "2"),
            "leave --orders out",
        ),
        (("eval", folder, "--model", "random", "--budget-usd", "1"), "needs a price for random"),
        (("eval", folder, "--model", "random", "--prompt", "terse"), "styles: succinct, detailed"),
        (
            ("eval", folder, "--model", "random", "--store", f"{folder}/run.json"),
            "results database",
        ),
    ):
        code, out, err = tma(capsys, *words)
        assert (code, out) == (2, "")
        assert said in err
        assert err.startswith("tma: error: ")
        assert err.count("\n") == 1


@pytest.mark.parametrize("command", [("eval",), ("eval", "--dry-run"), ("cache", "explain")])
@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--tasks", "grid2d/what"), "--tasks"),
        (("--assets", "stickers"), "--assets"),
        (("--where", "color=red"), "--where"),
        (("--renderer", "x"), "--renderer"),
        (("-n", "4"), "-n"),
        (("--seed", "0"), "--seed"),
        (("-n", "100", "--seed", "3"), "-n, --seed"),
    ],
)
def test_a_set_takes_nothing_that_makes_tasks(
    capsys: pytest.CaptureFixture[str],
    folder: str,
    command: tuple[str, ...],
    options: tuple[str, ...],
    named: str,
) -> None:
    code, out, err = tma(capsys, *command, folder, *options, "--model", "random")
    assert (code, out) == (2, "")
    assert f"{folder} is a set of tasks, and {named} would make others (" in err
    assert "--limit asks the first" in err


@pytest.mark.parametrize(
    "command",
    [
        ("eval", "--model", "random"),
        ("eval", "--model", "random", "--dry-run"),
        ("cache", "explain", "--model", "random"),
        ("gallery",),
        ("verify",),
        ("export", "--to", "jsonl", "--out", "{out}"),
        ("report", "--out", "{out}"),
        ("release", "stats"),
    ],
    ids=" ".join,
)
def test_an_empty_set_is_a_mistake(
    capsys: pytest.CaptureFixture[str], folder: str, tmp_path: Path, command: tuple[str, ...]
) -> None:
    empty = tmp_path / "set"
    empty.mkdir()
    (empty / "run.json").write_bytes((Path(folder) / "run.json").read_bytes())
    (empty / "tasks.jsonl").touch()
    words = [word.format(out=tmp_path / "out") for word in command]
    code, out, err = tma(capsys, *words, str(empty))
    assert (code, out) == (2, "")
    assert f"{empty} holds no task: tasks.jsonl is empty (" in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["set"]
    assert sorted(p.name for p in empty.iterdir()) == ["run.json", "tasks.jsonl"]


def test_a_model_that_fails_every_call_is_a_mistake_with_its_cause(
    capsys: pytest.CaptureFixture[str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(self: object, requests: Sequence[Request]) -> list[Reply]:
        return [Reply(text=None, failure="bad request: 400 no max_tokens") for _ in requests]

    words = ("eval", folder, "--limit", "3", "--model", "oracle")
    monkeypatch.setattr(baselines.Oracle, "reply", fails)
    code, out, err = tma(capsys, *words, "--model", "random")
    assert code == 2
    assert err.startswith(
        "tma: error: oracle answered none of 3 calls, most often: bad request: 400"
    )
    assert err.count("\n") == 1
    assert "bad request 3; the next run tries them again\none of them says: bad request: 400" in out
    monkeypatch.undo()
    assert tma(capsys, *words)[0] == 0
    monkeypatch.setattr(baselines.Oracle, "reply", fails)
    code, out, err = tma(capsys, *words, "--orders", "2")
    assert (code, err) == (0, "")
    assert "one of them says: bad request: 400 no max_tokens" in out


def test_a_model_that_dies_is_reported_with_what_is_known(
    capsys: pytest.CaptureFixture[str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(self: object, request: object) -> int:
        raise ModelError("no such model")

    monkeypatch.setattr(baselines.Oracle, "choose", dies)
    words = ("eval", folder, "--model", "oracle", "--model", "random", "--json")
    code, out, err = tma(capsys, *words)
    found = json.loads(out)["models"]
    assert code == 2
    assert "no such model" in err
    assert "no such model" in found[0]["error"]
    assert (found[1]["error"], found[1]["accuracy"]["answered"]) == (None, 30)
