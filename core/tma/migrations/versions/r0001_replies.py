"""The first schema: replies, each under a key over model, settings, prompt, media and call."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "tma_about",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "replies",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("config_digest", sa.Text, nullable=False),
        sa.Column("config", sa.Text, nullable=False),
        sa.Column("prompt_digest", sa.Text, nullable=False),
        sa.Column("media_sha256", sa.Text, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("task_id", sa.Text, nullable=False),
        sa.Column("plan_id", sa.Text, nullable=False),
        sa.Column("generator", sa.Text, nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("order", sa.JSON, nullable=False),
        sa.Column("repetition", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("option_index", sa.Integer),
        sa.Column("correct", sa.Boolean),
        sa.Column("failure", sa.Text),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("usage", sa.JSON, nullable=False),
        sa.Column("parser", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
    )
    op.create_index("replies_by_model", "replies", ["model", "config_digest", "plan_id"])
    op.create_index("replies_by_task", "replies", ["task_id"])
    about = sa.table("tma_about", sa.column("name", sa.Text), sa.column("value", sa.Text))
    rows = [{"name": "application", "value": "tma-replies"}, {"name": "schema", "value": "1"}]
    op.bulk_insert(about, rows)
