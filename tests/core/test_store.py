import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tma.errors import StoreError
from tma.store import ReplyStore, StoredReply


def reply(key: str, outcome: str = "option", **more: object) -> StoredReply:
    fields: dict[str, object] = {
        "key": key,
        "model": "reference/random@1.0",
        "config_digest": "c",
        "config": "{}",
        "prompt_digest": "p",
        "prompt": "What?",
        "prompt_version": "succinct@1",
        "media_sha256": "",
        "call_id": key,
        "task_id": "t",
        "plan_id": "l",
        "generator": "grid2d/what",
        "plan": {"grid": 2, "cell": "top left"},
        "order": [0, 1],
        "repetition": 0,
        "outcome": outcome,
        "strict_outcome": outcome,
        "text": None if outcome == "failed" else "A",
        "correct": True if outcome == "option" else None,
    }
    return StoredReply(**{**fields, **more})  # type: ignore[arg-type]


def test_what_is_put_is_got(tmp_path: Path) -> None:
    rows = [reply("a", usage={"input_tokens": 3}, seconds=0.5), reply("b", "unparsed")]
    with ReplyStore(tmp_path / "new" / "folder" / "r.sqlite") as store:
        store.put(rows)
        assert store.get(["a", "b", "c"]) == {"a": rows[0], "b": rows[1]}
        assert store.get([]) == {}
        store.put([])
    with ReplyStore(tmp_path / "new" / "folder" / "r.sqlite") as again:
        assert again.replies() == rows
        assert again.replies(outcome="unparsed") == rows[1:]


def test_the_default_is_the_configured_path() -> None:
    with ReplyStore() as store:
        assert str(store.path) == os.environ["TMA_STORE"]


def test_many_keys_at_once(tmp_path: Path) -> None:
    with ReplyStore(tmp_path / "r.sqlite") as store:
        store.put([reply(f"k{i}") for i in range(1300)])
        assert len(store.get(f"k{i}" for i in range(2000))) == 1300


def test_a_failed_call_gives_way_and_a_reply_stays(tmp_path: Path) -> None:
    with ReplyStore(tmp_path / "r.sqlite") as store:
        store.put([reply("a", "failed", failure="429")])
        store.put([reply("a", "failed", failure="500")])
        row = store.get(["a"])["a"]
        assert (row.failure, row.correct, row.attempts) == ("500", None, 2)
        store.put([reply("a", text="B", correct=False)])
        row = store.get(["a"])["a"]
        assert (row.text, row.failure, row.correct, row.attempts) == ("B", None, False, 3)
        store.put([reply("a", text="C"), reply("b")])
        assert store.get(["a"])["a"].text == "B"
        assert "b" in store.get(["b"])


def test_foreign_newer_and_broken_files_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but long enough to look at " * 40)
    with pytest.raises(StoreError, match="not a results database"):
        ReplyStore(text)
    foreign = tmp_path / "foreign.sqlite"
    other = sqlite3.connect(foreign)
    other.execute("create table photos (id integer)")
    other.close()
    with pytest.raises(StoreError, match="another program"):
        ReplyStore(foreign)
    newer = tmp_path / "newer.sqlite"
    ReplyStore(newer).close()
    other = sqlite3.connect(newer)
    other.execute("update alembic_version set version_num = '0099'")
    other.commit()
    other.close()
    with pytest.raises(StoreError, match=r"revision 0099.*upgrade"):
        ReplyStore(newer)
    with pytest.raises(StoreError, match="--store"):
        ReplyStore(tmp_path)
    with pytest.raises(StoreError, match="--store"):
        ReplyStore(text / "inside.sqlite")


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[4])
from test_store import reply
from tma.store import ReplyStore
store = ReplyStore(Path(sys.argv[1]))
for n in range(int(sys.argv[3])):
    store.put([reply(f"{sys.argv[2]}{n}")])
    print(n, flush=True)
"""


def writer(path: Path, name: str, count: int) -> "subprocess.Popen[str]":
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", WRITER, str(path), name, str(count), here]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    both = [writer(path, name, 150) for name in "ab"]
    for process in both:
        process.communicate(timeout=120)
        assert process.returncode == 0
    with ReplyStore(path) as store:
        assert len(store.replies()) == 300


def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    process = writer(path, "k", 1_000_000)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(40)]
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().splitlines()
    process.stdout.close()
    process.wait()
    last = int(rest[-1]) if rest and rest[-1].isdigit() else int(said[-1])
    with ReplyStore(path) as store:
        assert set(store.get(f"k{n}" for n in range(last))) == {f"k{n}" for n in range(last)}
        store.put([reply("after")])
