import io
import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from tma import Reply
from tma.cli import main
from tma.errors import ModelError
from tma_plugins.reference.baselines import LetterAdapter


def tma(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(words))
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    code, out, err = tma(capsys, "query", *words, "--tasks", "grid2d/how-many", "--json")
    assert code == 0, err
    return json.loads(out)


def test_the_command_that_scripts_rely_on(
    capsys: pytest.CaptureFixture[str], annotations: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "answer.json"
    code, out, err = tma(
        capsys, "query", "top-k", "--assets", f"objaverse?root={annotations}",
        "--model", "simulated?seed=1", "--tasks", "grid2d/*", "--by", "target_category", "-k", "10",
        "--worst", "--budget", "500", "--approximate", "random", "--json", "--save", str(saved),
    )  # fmt: skip
    assert code == 0, err
    answer = json.loads(out)
    assert json.loads(saved.read_text()) == answer
    assert answer["ledger"]["calls"] == 500
    assert answer["complete"] is True
    assert len(answer["items"]) == answer["space"]["groups"] == 466
    assert sum(i["plans"] for i in answer["items"]) == answer["space"]["plans"] == 212_494_529
    assert [i["selected"] for i in answer["items"][:11]] == [True] * 10 + [False]
    assert answer["items"][0]["names"]["target_category"]
    assert answer["models"][0]["model"] == "simulated?seed=1"


def test_each_kind_of_query(capsys: pytest.CaptureFixture[str]) -> None:
    model = ("--model", "simulated?seed=1", "--budget", "60")
    low = asked(capsys, "threshold", *model, "--by", "grid,count", "--below", "0.5")
    assert low["query"]["by"] == ["grid", "count"]
    more = asked(capsys, "compare", *model, "--baseline", "random", "--by", "grid", "--by", "count")
    assert [v["baseline"] for v in more["items"][0]["versus"]] == ["random"]
    assert more["ledger"]["calls"] + more["ledger"]["reused"] == 60
    faults = asked(capsys, "debug", *model, "--where", "grid=3")
    assert faults["tested"] > 0
    again = asked(capsys, "debug", *model, "--where", "grid=3")
    assert (again["ledger"]["calls"], again["ledger"]["reused"]) == (0, 60)
    conditions = ("grid=2", "attribute_value=red", "target_category=")
    where = [word for text in conditions for word in ("--where", text)]
    exact = asked(capsys, "top-k", *model, "-k", "1", *where, "--approximate", "exact")
    assert exact["interval"] == "exact"


def test_tables_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    shared = ("--model", "simulated?seed=1", "--budget", "60", "--tasks", "grid2d/how-many")
    _, out, _ = tma(capsys, "query", "top-k", *shared, "--by", "count", "-k", "2")
    assert "2 of 9 in the answer by their estimates" in out
    assert "60 of 60 calls made" in out
    _, out, _ = tma(capsys, "query", "compare", *shared, "--baseline", "random", "--by", "grid")
    assert "difference" in out
    more = (*shared[:2], "--budget", "160", *shared[4:])
    _, out, _ = tma(capsys, "query", "compare", *more, "--baseline", "random", "--by", "grid")
    assert "q-value" in out
    assert "active, seed 0" in out
    _, out, _ = tma(capsys, "query", "debug", *shared)
    assert "failure rate" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("top-k", "--model", "simulatd"), "did you mean simulated"),
        (("top-k", "--model", "random", "--by", "cuont"), "did you mean count"),
        (("top-k", "--model", "random", "--by", "count", "-k", "99"), "k is 99"),
        (("top-k", "--model", "random", "--by", "count", "--budget", "3"), "budget of 3 calls"),
        (("threshold", "--model", "random"), "either a value to be below"),
        (("compare", "--model", "random", "--baseline", "random"), "compared with itself"),
        (("top-k", "--model", "random", "--seed", "-1"), "out of range"),
        (("top-k", "--model", "random", "--confidence", "nan"), "confidence"),
    ],
)
def test_mistakes_are_one_line(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code, out, err = tma(capsys, "query", *words, "--tasks", "grid2d/how-many")
    assert (code, out) == (2, "")
    assert said in err
    assert err.startswith("tma: error: ")
    assert err.count("\n") == 1


QUERIES = """
budget = 130
tasks = ["grid2d/how-many"]
[[query]]
kind = "top-k"
model = "simulated?seed=1"
by = "count"
k = 2
budget = 70
[[query]]
kind = "compare"
model = "simulated?seed=1"
baselines = ["random"]
by = "grid"
"""


def test_queries_from_a_file_are_kept(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path, store = tmp_path / "queries.toml", ("--store", str(tmp_path / "r.sqlite"))
    path.write_text(QUERIES)
    code, out, err = tma(capsys, "query", "run", str(path), *store)
    assert code == 0, err
    assert "70 of 70 calls made" in out
    assert "of 60 calls made" in out
    _, out, _ = tma(capsys, "query", "list", "--json", *store)
    listed = {row["query"]: row for row in json.loads(out)}
    assert listed.keys() == {"top-k", "compare"}
    assert listed["top-k"]["state"] == "complete"
    name = listed["top-k"]["id"]
    _, out, _ = tma(capsys, "query", "show", name, *store)
    assert f"{name}: top-k of simulated?seed=1 by count" in out
    assert "70 of 70 calls made" in out
    _, out, _ = tma(capsys, "query", "show", name, "--json", *store)
    shown = json.loads(out)
    assert shown["answer"]["ledger"]["calls"] == 70
    assert shown["settings"]["tasks"] == ["grid2d/how-many"]
    _, out, _ = tma(capsys, "query", "resume", name[:4], "--json", *store)
    resumed = json.loads(out)
    assert (resumed["ledger"]["calls"], resumed["ledger"]["reused"]) == (0, 70)
    assert [i["estimate"] for i in resumed["items"]] == [
        i["estimate"] for i in shown["answer"]["items"]
    ]
    code, _, err = tma(capsys, "query", "resume", "nothing", *store)
    assert code == 2
    assert "no query with the id 'nothing'" in err


TOP = "[[query]]\nkind = 'top-k'\nmodel = 'random'\nk = 1\n"
LOW = "[[query]]\nkind = 'threshold'\nmodel = 'random'\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("budget = 3", "no table [[query]]"),
        ("query = 3", "query: "),
        ("query = [3]", "query.0: "),
        (TOP.replace("top-k", "top"), "query 1: no query is called 'top'"),
        (TOP + "kk = 1", "query 1: top-k has no setting 'kk'"),
        (TOP.replace("k = 1", ""), "query 1: top-k needs the setting 'k'"),
        (TOP + "[[query]]\nkind = 'top-k'", "query 2: model: "),
        ("budgt = 1\n" + TOP, "budgt: "),
        ("budget = -1\n" + TOP, "budget: "),
        ("[[", "queries.toml"),
        # types and ranges
        ("seed = 'x'\n" + TOP, "queries.toml: seed: "),
        ("budget = 1.5\n" + TOP, "queries.toml: budget: "),
        ("approximate = 'all'\n" + TOP, "queries.toml: approximate: "),
        ("tasks = 3\n" + TOP, "queries.toml: tasks: "),
        ("confirm = nan\n" + TOP, "queries.toml: confirm: "),
        (TOP + "seed = 'x'", "query 1: seed: "),
        (TOP + "confirm = inf", "query 1: confirm: "),
        (TOP + "confirm = 0.95", "query 1: confirm: "),
        (TOP + "tasks = [3]", "query 1: tasks.0: "),
        (TOP + "warm_start = 1", "query 1: warm_start: "),
        (TOP + "baselines = 'random'", "query 1: baselines: "),
        (TOP + "by = [3]", "query 1: by: "),
        (TOP + "confidence = 'a'", "query 1: confidence: "),
        (TOP + "confidence = nan", "query 1: confidence: "),
        (TOP.replace("k = 1", "k = 'x'"), "query 1: k: "),
        (TOP.replace("k = 1", "k = nan"), "query 1: k: "),
        (TOP.replace("'random'", "5"), "query 1: model: "),
        (LOW + "below = 'a'", "query 1: below: "),
        (LOW + "below = nan", "query 1: below: "),
        (LOW, "query 1: give either"),
    ],
)
def test_mistakes_in_files_are_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "queries.toml"
    path.write_text(text)
    store = tmp_path / "r.sqlite"
    code, out, err = tma(capsys, "query", "run", str(path), "--store", str(store))
    assert (code, out) == (2, "")
    assert said in err
    assert "queries.toml" in err
    assert err.count("\n") == 1
    assert not store.exists()  # also the queries before it were not put


# -- damaged files ------------------------------------------------------------------------------

DAMAGES = [
    ("[]", "Input should be a valid dictionary (delete"),
    ("{}", "id: Field required"),
    ("3", "Input should be a valid dictionary (delete"),
    (("settings", []), "settings: Input should be a valid dictionary (delete"),
    ("{", "Expecting property name"),
    ("[" * 100_000, "recursion"),
    (("budget", "x"), "settings.budget: "),
    (("settings", {"confirm": float("nan")}), "settings.confirm: "),
    (("settings", {"colour": 3}), "settings.colour: "),
    (("question", {"kind": "top"}), "question: no query is called 'top'"),
    (("question", {"kind": "top-k", "k": "x"}), "question: k: "),
    (("question", []), "question: "),
    (("models", "random"), "models: "),
    (("answer", [3]), "answer: "),
]


@pytest.fixture(scope="module", name="two")
def _two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a results database and two stored queries."""
    folder = tmp_path_factory.mktemp("two")
    shared = ("--model", "random", "--budget", "60", "--tasks", "grid2d/how-many")
    for kind in ("debug",), ("threshold", "--below", "0.5"):
        with pytest.raises(SystemExit), redirect_stdout(io.StringIO()):
            main(["query", *kind, *shared, "--store", str(folder / "r.sqlite")])
    return folder


@pytest.fixture(name="kept")
def _kept(two: Path, tmp_path: Path) -> Path:
    """The file of a stored query, with another one beside it."""
    shutil.copytree(two, tmp_path, dirs_exist_ok=True)
    files = {json.loads(f.read_bytes())["question"]["kind"]: f for f in folder_of(tmp_path)}
    return files["threshold"]


def folder_of(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "r.queries").glob("*.json"))


def damage(file: Path, change: str | tuple[str, Any]) -> None:
    """Write this instead, or another value of a field, of all fields `budget`."""
    if isinstance(change, str):
        file.write_text(change)
        return
    name, value = change
    text = file.read_text().replace('"budget": 60', f'"budget": {json.dumps(value)}')
    content = json.loads(text if name == "budget" else file.read_text())
    if name in content:
        content[name] = value
    file.write_text(json.dumps(content))


@pytest.mark.parametrize(("change", "said"), DAMAGES, ids=[said for _, said in DAMAGES])
def test_a_damaged_stored_query_is_named_and_the_others_go_on(
    capsys: pytest.CaptureFixture[str], kept: Path, change: Any, said: str
) -> None:
    store = ("--store", str(kept.parent.parent / "r.sqlite"))
    damage(kept, change)
    code, out, err = tma(capsys, "query", "list", "--json", *store)
    assert code == 0
    assert [row["query"] for row in json.loads(out)] == ["debug"]
    assert err.startswith(f"tma: note: {kept} is no stored query: ")
    assert said in err
    assert "delete it" in err
    assert err.count("\n") == 1
    for word in ("show", "resume"):
        code, out, err = tma(capsys, "query", word, kept.stem, *store)
        assert (code, out) == (2, "")
        assert err.startswith(f"tma: error: {kept} is no stored query: ")
        assert "delete it" in err
        assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("budget", "x", "budget: "),
        ("items", [{}], "items.0.key: "),
        ("itms", [], "itms: "),
        ("ledger", {}, "ledger.calls: "),
        ("models", [], "models: "),
        ("query", {"kind": "top"}, "query.kind: "),
        ("overall", None, "overall: Input should be a valid dictionary ("),
        ("items", [3], "items.0: Input should be a valid dictionary ("),
    ],
)
def test_an_answer_of_another_form_is_made_again_by_resuming(
    capsys: pytest.CaptureFixture[str], kept: Path, field: str, value: Any, said: str
) -> None:
    store = ("--store", str(kept.parent.parent / "r.sqlite"))
    content = json.loads(kept.read_bytes())
    whole = content["answer"]
    content["answer"] = {**whole, field: value}
    kept.write_text(json.dumps(content))
    code, out, err = tma(capsys, "query", "show", kept.stem, *store)
    assert (code, out) == (2, "")
    assert err.startswith(f"tma: error: this answer is of another form: {said}")
    assert err.count("\n") == 1
    code, out, err = tma(capsys, "query", "list", "--json", *store)
    assert (code, err) == (0, "")
    assert "unreadable" in {row["state"] for row in json.loads(out)}
    code, out, err = tma(capsys, "query", "resume", kept.stem, "--json", *store)
    assert code == 0, err
    assert json.loads(out)["items"] == [
        {**i, "calls": 0, "reused": i["tasks"]} for i in whole["items"]
    ]


def test_a_damaged_stored_query_does_not_keep_others_from_a_report(
    capsys: pytest.CaptureFixture[str], kept: Path, tmp_path: Path
) -> None:
    store = ("--store", str(tmp_path / "r.sqlite"))
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps(json.loads(kept.read_bytes())["answer"]))
    (other,) = (f for f in folder_of(tmp_path) if f != kept)
    damage(other, "{}")
    code, out, err = tma(capsys, "report", str(answer), "--format", "json", *store)
    assert code == 0, err
    assert json.loads(out)["parts"][0]["source"] == kept.stem
    code, _, err = tma(capsys, "report", "nothing-such", "--format", "json", *store)
    assert code == 2
    assert "is no file, no folder of tasks and no query's id" in err
    code, _, err = tma(capsys, "report", other.stem, "--format", "json", *store)
    assert code == 2
    assert "is no stored query: id: Field required (delete it" in err


INTERRUPTED = """
import asyncio, os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # it may have been ignored
from tma_plugins.reference import baselines

said = 0

async def slow(self, requests):
    global said
    said += 1
    last = int(sys.argv[1])
    if said == last:
        os.kill(os.getpid(), signal.SIGINT)
    await asyncio.sleep(0.01 if said < last else 60)
    return [baselines.Reply(text="A") for _ in requests]

baselines.LetterAdapter.reply = slow
baselines.LetterAdapter.batch_size = 1
from tma.cli import main
main("query top-k --model random --tasks grid2d/how-many --by count -k 1".split() + sys.argv[2:])
"""


KILLED = """
import asyncio, os, signal, sys
from tma_plugins.reference import baselines

said = 0

async def reply(self, requests):
    global said
    said += 1
    if said == 31 and sys.argv[1] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    open(sys.argv[2], "a").write(requests[0].call_id + "\\n")
    return [baselines.Reply(text="A") for _ in requests]

baselines.LetterAdapter.reply = reply
baselines.LetterAdapter.batch_size = 1
baselines.LetterAdapter.concurrency = 1
from tma.cli import main
main(sys.argv[3:])
"""
QUERY = "query top-k --model random --tasks grid2d/how-many --by count -k 1 --budget 60 --json"


@pytest.mark.slow
def test_a_killed_query_loses_no_reply(tmp_path: Path) -> None:
    log, store = tmp_path / "asked.txt", ["--store", str(tmp_path / "r.sqlite")]

    def run(way: str, words: list[str]) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", KILLED, way, str(log), *words, *store]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    assert run("die", QUERY.split()).returncode == -signal.SIGKILL
    assert len(log.read_text().split()) == 30
    (file,) = (tmp_path / "r.queries").iterdir()
    done = run("live", ["query", "resume", file.stem, "--json"])
    answer = json.loads(done.stdout)
    assert answer["complete"]
    assert (answer["ledger"]["calls"], answer["ledger"]["reused"]) == (30, 30)
    asked = log.read_text().split()
    assert len(asked) == len(set(asked)) == 60


def test_examples_are_shown_with_pictures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ("--model", "simulated?seed=1", "--tasks", "grid2d/how-many", "--where", "grid=2")
    more = ("--by", "count", "-k", "1", "--worst", "--budget", "60", "--seed", "3")
    folder = tmp_path / "pictures"
    code, _, err = tma(capsys, "query", "top-k", *words, *more, "--pictures", str(folder))
    assert code == 0, err
    assert f"look at {folder / 'index.html'}" in err
    page = (folder / "index.html").read_text(encoding="utf-8")
    shown = re.findall(r'src="(media/[^"]+)"', page)
    assert len(shown) == 3
    assert all((folder / s).read_bytes().startswith(b"\x89PNG") for s in shown)
    assert page.count("the model: ") == 3
    assert "(wrong)" in page
    code, out, err = tma(capsys, "query", "top-k", *words, *more, "--pictures", str(folder))
    assert code == 2
    assert "exists and is not empty" in err
    assert not out  # told before anything is asked


def test_ctrl_c_prints_the_answer_so_far() -> None:
    done = interrupted_at(21, "--json")
    answer = json.loads(done.stdout)
    assert (answer["complete"], answer["ledger"]["calls"]) == (False, 20)


def test_ctrl_c_before_the_first_reply_prints_that_nothing_is_known() -> None:
    done = interrupted_at(1)
    assert "0 of 9 in the answer" in done.stdout
    assert "0 of 500 calls made" in done.stdout


def interrupted_at(call: int, *words: str) -> subprocess.CompletedProcess[str]:
    """A query whose process gets Ctrl-C when it makes this call; it ends as it should."""
    command = [sys.executable, "-c", INTERRUPTED, str(call), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 130
    assert done.stderr.endswith("tma: error: interrupted\n")
    assert "Traceback" not in done.stderr
    return done


FORM = ("--model", "random", "--tasks", "grid2d/how-many", "--budget", "60")
KINDS = [
    ("top-k", "--by", "count", "-k", "1"),
    ("top-k", "-k", "1"),
    ("threshold", "--below", "0.4", "--by", "count"),
    ("compare", "--baseline", "constant", "--by", "grid"),
    ("debug",),
]


@pytest.mark.parametrize("approximate", ["random", "fit", "active"])
@pytest.mark.parametrize("words", KINDS, ids=" ".join)
def test_a_model_that_can_not_be_asked_is_told_of_once(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    words: tuple[str, ...],
    approximate: str,
) -> None:
    def refuse(self: Any, requests: Any) -> Any:
        raise ModelError("the key is wrong")

    monkeypatch.setattr(LetterAdapter, "reply", refuse)
    store = ("--store", str(tmp_path / "r.sqlite"))
    code, out, err = tma(capsys, "query", *words, *FORM, "--approximate", approximate, *store)
    assert code == 2
    assert re.fullmatch(r"tma: error: \w+ can't be asked: the key is wrong\n", err)
    assert "this is the answer so far" in out
    (file,) = (tmp_path / "r.queries").glob("*.json")
    code, shown, err = tma(capsys, "query", "show", file.stem, *store)
    assert (code, err) == (0, "")
    assert "can't be asked: the key is wrong" in shown
    code, _, err = tma(capsys, "report", file.stem, "--format", "json", *store)
    assert (code, err) == (0, "")


@pytest.mark.parametrize("approximate", ["random", "active", "exact"])
@pytest.mark.parametrize("words", KINDS, ids=" ".join)
def test_a_query_without_any_reply_is_an_error(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    words: tuple[str, ...],
    approximate: str,
) -> None:
    async def fail(self: Any, requests: Sequence[Any]) -> list[Reply]:
        return [Reply(text=None, failure="bad request: no such model: z") for _ in requests]

    monkeypatch.setattr(LetterAdapter, "reply", fail)
    store = ("--store", str(tmp_path / "r.sqlite"))
    few: tuple[str, ...] = ()
    if approximate == "exact":
        few = ("--where", "grid=2", "--where", "attribute_value=red", "--where", "target_category=")
    code, out, err = tma(capsys, "query", *words, *FORM, *few, "--approximate", approximate, *store)
    assert code == 2
    assert re.match(
        r"tma: error: \w+ answered none of \d+ calls, most often: bad request: no such", err
    )
    assert err.count("\n") == 1
    assert "this is the answer so far" in out
    code, out, err = tma(capsys, "query", "list", "--json", *store)
    assert code == 0, err
    (row,) = json.loads(out)
    assert (row["replies"], row["state"]) == (0, "so far")


def test_failed_calls_are_no_replies(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def fail(self: Any, requests: Sequence[Any]) -> list[Reply]:
        odd = [int(r.task.id[-1], 16) % 2 for r in requests]
        return [Reply(text=None, failure="bad request") if o else Reply(text="A") for o in odd]

    monkeypatch.setattr(LetterAdapter, "reply", fail)
    store = ("--store", str(tmp_path / "r.sqlite"))
    more = ("--approximate", "random", "--json", *store)
    code, out, err = tma(capsys, "query", "top-k", "--by", "grid", "-k", "1", *FORM, *more)
    assert code == 0, err
    answer = json.loads(out)
    failed = answer["ledger"]["failed"]
    assert 0 < failed < answer["ledger"]["calls"]
    (row,) = json.loads(tma(capsys, "query", "list", "--json", *store)[1])
    assert row["replies"] == answer["ledger"]["calls"] - failed
    code, out, err = tma(capsys, "report", row["id"], "--format", "json", *store)
    assert code == 0, err
    facts = {fact["name"]: fact["value"] for fact in json.loads(out)["parts"][0]["facts"]}
    assert facts["replies"] == f"{row['replies']:,}"


def test_before_the_first_reply_a_warm_start_has_its_columns_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("query", "top-k", "--by", "count", "-k", "1", "--tasks", "grid2d/how-many")
    code, _, err = tma(capsys, *words, "--model", "simulated?seed=1", "--budget", "60")
    assert code == 0, err

    def refuse(self: Any, requests: Any) -> Any:
        raise ModelError("the key is wrong")

    monkeypatch.setattr(LetterAdapter, "reply", refuse)
    code, out, err = tma(capsys, *words, "--model", "random", "--budget", "60", "--warm-start")
    assert code == 2, err
    assert "cold answer" in out
