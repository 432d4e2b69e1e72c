"""The results database: every reply, keyed by the content of what was asked and of whom.

SQLite through SQLAlchemy, in write-ahead mode: each batch of replies is committed as it arrives, a
process may be killed at any moment, and several may write at once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DatabaseError, OperationalError

from tma.config import store_path
from tma.errors import StoreError
from tma.tables import APPLICATION, REVISION, about, metadata, replies, revision

_PATIENCE = 30.0
"""Seconds to wait for another process that writes."""
_LOOKUP = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReply:
    """A row of the table `replies`.

    Attributes:
        key: hash over model, settings, prompt, media and repetition; of models that see the
            task, over the call id too.
        model: the adapter's id with version.
        config_digest, config: hash and canonical JSON of its settings, without secrets.
        prompt_digest, prompt: hash of the prompt's text, and the text; empty in rows that were
            written before it was kept.
        prompt_version: of the template.
        media_sha256: of the picture or video that was sent, empty if none was.
        call_id: task, order and repetition.
        task_id, plan_id, generator, plan: the task that was asked; the first, if several tasks
            send the same.
        order: the options' order, see `tma.orders`.
        repetition: how many times this order of this task had been planned before.
        outcome: `option`, `unparsed`, `ambiguous`, `refused`, or `failed` if no reply came.
        strict_outcome: the same if only what the reply declares to be its answer is read.
        rule: the parser's stage that decided, see `tma.parsing.Parsed`; empty for `failed`.
        text: the reply; None if the call failed.
        option_index: the named option's place in the task's own order.
        option_scores: how well each option fits, in the order shown; None if not known.
        correct: None unless the outcome is `option`.
        failure: the cause in one line, for `failed`.
        seconds: wall time of the call, over all its attempts.
        usage: counts by name, over all attempts.
        usd: what it cost, None if no price was given.
        parser: version of the parser that read the text.
        attempts: how often it was tried, in all runs.
        created_at: UTC, ISO 8601. For information: nothing is ever decided by it.
    """

    key: str
    model: str
    config_digest: str
    config: str
    prompt_digest: str
    prompt: str
    prompt_version: str
    media_sha256: str
    call_id: str
    task_id: str
    plan_id: str
    generator: str
    plan: Mapping[str, str | int]
    order: Sequence[int]
    repetition: int
    outcome: str
    strict_outcome: str
    rule: str = ""
    text: str | None = None
    option_index: int | None = None
    option_scores: Sequence[float] | None = None
    correct: bool | None = None
    failure: str | None = None
    seconds: float = 0.0
    usage: Mapping[str, int] = field(default_factory=dict)
    usd: float | None = None
    parser: str = ""
    attempts: int = 1
    created_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat("T", "seconds"))


@dataclass(frozen=True, slots=True)
class Means:
    """What a reply of a model took on average.

    Attributes:
        metered: replies whose endpoint reported tokens.
        input_tokens, output_tokens: of one of these, all its attempts included.
        seconds: of a reply; None if there is none.
    """

    metered: int
    input_tokens: float
    output_tokens: float
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The part of a row that says what a model got right; see `StoredReply`."""

    model: str
    config: str
    plan: Mapping[str, str | int]
    correct: bool


_COLUMNS = [f.name for f in fields(StoredReply)]
T = TypeVar("T")


class ReplyStore:
    """The results database, opened and if need be made.

    Args:
        path: the file; by default `tma.config.store_path()`. Its folder is made.

    Raises:
        StoreError: the file can't be opened or written, is of another program or of a newer
            schema.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        self.path = store_path() if path is None else Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{self.path.parent}: {error.strerror}", hint="choose another file with --store"
            ) from None
        self._engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(self.path)),
            connect_args={"timeout": _PATIENCE},
        )
        sa.event.listen(self._engine, "connect", _prepare)
        try:
            self._guarded(self._open)
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        with self._engine.connect() as connection:
            # one process at a time decides what there is to do
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            tables = set(sa.inspect(connection).get_table_names())
            if not tables:
                self._make(connection)
            elif (found := self._revision(connection, tables)) != REVISION:
                self._upgrade(connection, found)
            else:
                connection.rollback()
                return
            connection.commit()

    def _make(self, connection: sa.Connection) -> None:
        metadata.create_all(connection)
        # "schema" is for versions of tma that know no revisions
        rows = {"application": APPLICATION, "schema": str(int(REVISION))}
        connection.execute(about.insert(), [{"name": k, "value": v} for k, v in rows.items()])
        connection.execute(revision.insert(), {"version_num": REVISION})

    def _revision(self, connection: sa.Connection, tables: set[str]) -> str:
        """The schema's revision; empty for the first schema, which says none."""
        known: dict[str, str] = {}
        if about.name in tables:
            known = {row.name: row.value for row in connection.execute(about.select())}
        if known.get("application") != APPLICATION:
            raise StoreError(
                f"{self.path} is a database of another program",
                hint="choose another file with --store or TMA_STORE",
            )
        if revision.name in tables:
            found = connection.execute(sa.select(revision.c.version_num)).scalar()
            return found or ""
        return "" if known.get("schema") == "1" else f"schema {known.get('schema')}"

    def _upgrade(self, connection: sa.Connection, found: str) -> None:
        """Bring an older database up to date: all of it, or none if anything goes wrong."""
        if found and not (found.isdigit() and found < REVISION):
            raise StoreError(
                f"{self.path} has revision {found}, this version of tma reads {REVISION}",
                hint="upgrade task-me-anything, or choose another file with --store",
            )
        from tma.migrations import upgrade

        upgrade(connection, REVISION, unmarked=not found)

    def _guarded(self, work: Callable[[], T]) -> T:
        """Do some work; turn what SQLite may say into StoreErrors, and wait for other writers."""
        give_up = time.monotonic() + _PATIENCE
        while True:
            try:
                return work()
            except OperationalError as error:
                # switching to write-ahead mode and recovery answer "locked" without waiting
                if "locked" in str(error.orig) and time.monotonic() < give_up:
                    time.sleep(0.02)
                    continue
                raise StoreError(
                    f"{self.path}: {error.orig}", hint="choose another file with --store"
                ) from None
            except DatabaseError as error:
                raise StoreError(
                    f"{self.path} is not a results database: {error.orig}",
                    hint="choose another file with --store or TMA_STORE",
                ) from None

    def get(self, keys: Iterable[str]) -> dict[str, StoredReply]:
        """The rows with these keys, those that there are.

        Raises:
            StoreError: the file can't be read.
        """
        wanted = list(keys)
        found: dict[str, StoredReply] = {}
        for start in range(0, len(wanted), _LOOKUP):
            some = wanted[start : start + _LOOKUP]
            for row in self._select(replies.c.key.in_(some)):
                found[row.key] = row
        return found

    def some(self, columns: Sequence[str], of: str, values: Iterable[str]) -> list[tuple[Any, ...]]:
        """Some columns of the rows whose column `of` has one of the values, by key.

        Rows share what is equal in them: it is not to be changed.

        Raises:
            StoreError: the file can't be read.
        """
        wanted, found = list(values), list[tuple[Any, ...]]()
        texts = [isinstance(replies.c[name].type, sa.JSON) for name in columns]
        chosen = [
            sa.type_coerce(replies.c[name], sa.Text) if text else replies.c[name]
            for name, text in zip(columns, texts, strict=True)
        ]
        query = sa.select(*chosen).order_by(replies.c.key)
        read = cache(json.loads)  # few orders and counts differ

        def plain(row: Sequence[Any]) -> tuple[Any, ...]:
            pairs = zip(row, texts, strict=True)
            return tuple(read(v) if text and v is not None else v for v, text in pairs)

        def work() -> None:
            found.clear()
            with self._engine.connect() as connection:
                for start in range(0, len(wanted), _LOOKUP):
                    some = replies.c[of].in_(wanted[start : start + _LOOKUP])
                    found.extend(map(plain, connection.execute(query.where(some))))

        self._guarded(work)
        return found

    def replies(self, **equal: str) -> list[StoredReply]:
        """The rows whose columns have these values, by key; all rows without any.

        Raises:
            StoreError: the file can't be read.
        """
        return self._select(*(replies.c[name] == value for name, value in equal.items()))

    def judged(self) -> list[Judged]:
        """What models got right and wrong, without the replies' texts, by key.

        Raises:
            StoreError: the file can't be read.
        """
        columns = [replies.c[f.name] for f in fields(Judged)]
        query = sa.select(*columns).where(replies.c.correct.is_not(None)).order_by(replies.c.key)

        def work() -> list[Judged]:
            with self._engine.connect() as connection:
                return [Judged(**row) for row in connection.execute(query).mappings()]

        return self._guarded(work)

    def _select(self, *conditions: sa.ColumnElement[bool]) -> list[StoredReply]:
        query = sa.select(replies).where(*conditions).order_by(replies.c.key)

        def work() -> list[StoredReply]:
            with self._engine.connect() as connection:
                rows = connection.execute(query).mappings()
                return [StoredReply(**{name: row[name] for name in _COLUMNS}) for row in rows]

        return self._guarded(work)

    def means(self, model: str, config_digest: str, prompt_version: str) -> Means:
        """What the stored replies of a model took, with one template of the prompt.

        Raises:
            StoreError: the file can't be read.
        """
        tokens = [
            sa.cast(replies.c.usage[name].as_string(), sa.Float)
            for name in ("input_tokens", "output_tokens")
        ]
        averages = [sa.func.avg(t) for t in tokens]
        query = sa.select(
            sa.func.count(tokens[0]), *averages, sa.func.avg(replies.c.seconds)
        ).where(
            replies.c.model == model,
            replies.c.config_digest == config_digest,
            replies.c.prompt_version == prompt_version,
            replies.c.outcome != "failed",
        )

        def work() -> Means:
            with self._engine.connect() as connection:
                metered, tokens_in, tokens_out, seconds = connection.execute(query).one()
                return Means(metered, tokens_in or 0.0, tokens_out or 0.0, seconds)

        return self._guarded(work)

    def counts(self) -> list[tuple[str, str, str, int]]:
        """Replies by model, settings (JSON) and outcome.

        Raises:
            StoreError: the file can't be read.
        """
        columns = (replies.c.model, replies.c.config, replies.c.outcome)
        query = sa.select(*columns, sa.func.count()).group_by(*columns).order_by(*columns)

        def work() -> list[tuple[str, str, str, int]]:
            with self._engine.connect() as connection:
                return [tuple(row) for row in connection.execute(query)]

        return self._guarded(work)

    def put(self, rows: Sequence[StoredReply]) -> None:
        """Commit replies. A row that holds a reply is never overwritten, a failed one is.

        Raises:
            StoreError: the file can't be written.
        """
        if not rows:
            return
        statement = insert(replies)
        own = ("key", "attempts")
        fresh = {c.name: c for c in statement.excluded if c.name not in own}
        statement = statement.on_conflict_do_update(
            index_elements=[replies.c.key],
            set_={**fresh, "attempts": replies.c.attempts + statement.excluded.attempts},
            where=replies.c.outcome == "failed",
        )
        values: list[dict[str, Any]] = [_plain(row) for row in rows]

        def work() -> None:
            with self._engine.begin() as connection:
                connection.execute(statement, values)

        self._guarded(work)

    def close(self) -> None:
        """Close the file; the store can't be used any more."""
        self._engine.dispose()

    def __enter__(self) -> ReplyStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _plain(row: StoredReply) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in _COLUMNS}
    plain |= {"plan": dict(row.plan), "order": list(row.order), "usage": dict(row.usage)}
    if row.option_scores is not None:
        plain["option_scores"] = list(row.option_scores)
    return plain


def _prepare(connection: Any, record: object) -> None:
    """Set a new connection to write-ahead mode."""
    cursor = connection.cursor()
    # killed processes lose nothing with NORMAL; only a power cut may take the last commits
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
