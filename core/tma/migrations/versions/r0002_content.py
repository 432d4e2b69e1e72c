"""Keys by content alone, strict readings, option scores, prompts and what a call cost.

Replies of models that do not look at the task are shared by all tasks that send the same prompt and
media. Where several were kept for one content, one that answers comes before one that failed.
"""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEPT_BY_CALL = "reference/"
"""The models of the first schema that look at the task: simulations, oracles and the like."""


def upgrade() -> None:
    """Rebuild the table with the new columns, then give new keys."""
    text = sa.Text()
    with op.batch_alter_table("replies", recreate="always") as table:
        table.add_column(
            sa.Column("prompt", text, nullable=False, server_default=""),
            insert_after="prompt_digest",
        )
        table.add_column(
            sa.Column("prompt_version", text, nullable=False, server_default="succinct@1"),
            insert_after="prompt",
        )
        table.add_column(
            sa.Column("strict_outcome", text, nullable=False, server_default=""),
            insert_after="outcome",
        )
        table.add_column(
            sa.Column("rule", text, nullable=False, server_default=""),
            insert_after="strict_outcome",
        )
        table.add_column(sa.Column("option_scores", sa.JSON()), insert_after="option_index")
        table.add_column(sa.Column("usd", sa.Float()), insert_after="usage")
    with op.batch_alter_table("replies", recreate="always") as table:
        for column in ("prompt", "prompt_version", "strict_outcome", "rule"):
            table.alter_column(column, server_default=None)
    op.create_index("replies_by_prompt", "replies", ["prompt_digest"])
    # the parser of that time kept no stage: what was read is read anew when it is next used
    op.execute("UPDATE replies SET strict_outcome = outcome, parser = ''")
    _give_new_keys(op.get_bind())
    op.execute("UPDATE tma_about SET value = '2' WHERE name = 'schema'")


def _give_new_keys(connection: sa.Connection) -> None:
    query = (
        "SELECT key, model, config_digest, prompt_digest, media_sha256, repetition FROM replies "
        "ORDER BY outcome = 'failed', created_at, key"
    )
    taken: set[str] = set()
    for old, model, *content in connection.exec_driver_sql(query).fetchall():
        new = old if model.startswith(_KEPT_BY_CALL) else _digest([model, *content])
        if new in taken:
            connection.exec_driver_sql("DELETE FROM replies WHERE key = ?", (old,))
        elif new != old:
            connection.exec_driver_sql("UPDATE replies SET key = ? WHERE key = ?", (new, old))
        taken.add(new)


def _digest(value: object) -> str:
    """SHA-256 of canonical JSON, as `tma.seeds.digest` was when this step was written."""
    plain = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()
