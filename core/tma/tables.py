"""The tables of the results database, and its schema's version.

`tma.migrations` brings older databases to this form.
"""

from __future__ import annotations

import sqlalchemy as sa

REVISION = "0002"
"""The newest revision of the schema, see `tma.migrations`."""
APPLICATION = "tma-replies"

metadata = sa.MetaData()
about = sa.Table(
    "tma_about",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
revision = sa.Table(
    "alembic_version",
    metadata,
    sa.Column("version_num", sa.String(32), primary_key=True),
)
replies = sa.Table(
    "replies",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("config_digest", sa.Text, nullable=False),
    sa.Column("config", sa.Text, nullable=False),
    sa.Column("prompt_digest", sa.Text, nullable=False),
    sa.Column("prompt", sa.Text, nullable=False),
    sa.Column("prompt_version", sa.Text, nullable=False),
    sa.Column("media_sha256", sa.Text, nullable=False),
    sa.Column("call_id", sa.Text, nullable=False),
    sa.Column("task_id", sa.Text, nullable=False),
    sa.Column("plan_id", sa.Text, nullable=False),
    sa.Column("generator", sa.Text, nullable=False),
    sa.Column("plan", sa.JSON, nullable=False),
    sa.Column("order", sa.JSON, nullable=False),
    sa.Column("repetition", sa.Integer, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("strict_outcome", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("text", sa.Text),
    sa.Column("option_index", sa.Integer),
    sa.Column("option_scores", sa.JSON),
    sa.Column("correct", sa.Boolean),
    sa.Column("failure", sa.Text),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("usage", sa.JSON, nullable=False),
    sa.Column("usd", sa.Float),
    sa.Column("parser", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Index("replies_by_model", "model", "config_digest", "plan_id"),
    sa.Index("replies_by_task", "task_id"),
    sa.Index("replies_by_prompt", "prompt_digest"),
)
