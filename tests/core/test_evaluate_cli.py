import json
from pathlib import Path

import pytest

from tma.cli import main
from tma.errors import ModelError
from tma_plugins.reference import baselines


def tma(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(words))
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    path = tmp_path / "set"
    words = ("--tasks", "grid2d/*", "-n", "30", "--seed", "1", "--no-media", "--workers", "1")
    assert tma(capsys, "generate", *words, "--out", str(path))[0] == 0
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


def test_mistakes_are_one_line(
    capsys: pytest.CaptureFixture[str], folder: str, tmp_path: Path
) -> None:
    for words, said in (
        (("eval", str(tmp_path / "none"), "--model", "random"), "tma generate"),
        (("eval", folder, "--model", "rndom"), "did you mean random"),
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
