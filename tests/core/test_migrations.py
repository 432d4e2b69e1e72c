import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tma.errors import StoreError
from tma.migrations import upgrade
from tma.seeds import digest
from tma.store import ReplyStore
from tma.tables import REVISION, metadata

OLD = Path(__file__).parent / "data" / "replies-v1.sql"
"""A dump of a database that tma wrote when its schema knew no revisions."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(OLD.read_text())
    connection.close()
    return path


def rows_of(path: Path) -> Iterator[dict[str, object]]:
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    yield from (dict(row) for row in connection.execute("select * from replies"))
    connection.close()


def test_an_old_database_is_brought_up_to_date(old: Path) -> None:
    before = {str(row["call_id"]) + str(row["model"]): row for row in rows_of(old)}
    with ReplyStore(old) as store:
        after = store.replies()
    assert len(before) == len(after) + 1  # a task and its twin sent the same
    for row in after:
        was = before[row.call_id + row.model]
        for name in (
            "text",
            "option_index",
            "correct",
            "failure",
            "seconds",
            "attempts",
            "outcome",
        ):
            assert getattr(row, name) == was[name], name
        assert (list(row.order), dict(row.plan)) == (
            json.loads(str(was["order"])),
            json.loads(str(was["plan"])),
        )
        if row.model.startswith("reference/"):
            assert row.key == was["key"]
        else:
            content = [row.model, row.config_digest, row.prompt_digest, row.media_sha256]
            assert row.key == digest([*content, row.repetition])
    with ReplyStore(old) as again:  # nothing is left to do
        assert again.replies() == after


def test_the_steps_lead_to_the_tables_of_today(tmp_path: Path, old: Path) -> None:
    made = tmp_path / "new.sqlite"
    ReplyStore(made).close()
    ReplyStore(old).close()
    stepwise = tmp_path / "steps.sqlite"
    engine = sa.create_engine(f"sqlite:///{stepwise}")
    with engine.begin() as connection:
        upgrade(connection, REVISION)
    engine.dispose()
    shapes = []
    for path in (made, old, stepwise):
        engine = sa.create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_server_default": True})
            assert compare_metadata(context, metadata) == []
            columns = connection.exec_driver_sql("pragma table_info(replies)").fetchall()
            about = connection.exec_driver_sql("select * from tma_about order by name").fetchall()
            shapes.append((columns, about))
        engine.dispose()
    assert shapes[0] == shapes[1] == shapes[2]


def test_a_step_that_fails_leaves_all_as_it_was(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(rows_of(old))

    def fails(connection: sa.Connection, goal: str, *, unmarked: bool) -> None:
        upgrade(connection, goal, unmarked=unmarked)
        connection.exec_driver_sql("insert into nowhere values (1)")

    monkeypatch.setattr("tma.migrations.upgrade", fails)
    with pytest.raises(StoreError, match="nowhere"):
        ReplyStore(old)
    assert list(rows_of(old)) == before
    connection = sqlite3.connect(old)
    tables = {name for (name,) in connection.execute("select name from sqlite_master")}
    connection.close()
    assert "alembic_version" not in tables


def test_several_processes_open_an_old_database_at_once(old: Path) -> None:
    program = (
        "import sys; from tma.store import ReplyStore;print(len(ReplyStore(sys.argv[1]).replies()))"
    )
    command = [sys.executable, "-c", program, str(old)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate(timeout=300)[0].strip() for process in running]
    assert len(set(said)) == 1
    assert int(said[0]) == len(list(rows_of(old)))


def test_nothing_of_alembic_is_imported_for_a_database_of_today(tmp_path: Path) -> None:
    program = (
        "import sys; from tma.store import ReplyStore; ReplyStore(sys.argv[1]).close();"
        "ReplyStore(sys.argv[1]).close(); print('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "r.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
