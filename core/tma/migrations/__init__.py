"""Bringing older results databases up to date, by Alembic; imported only where one is older.

A step is a module in `versions`. It names the columns that it means and imports nothing of the rest
of `tma`, so that it does the same for ever.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

FIRST = "0001"
"""The schema of databases that know no revisions yet."""


def upgrade(connection: sa.Connection, goal: str, *, unmarked: bool = False) -> None:
    """Take the steps that lead to a revision, within the transaction that is open.

    Args:
        connection: to the database; an empty one gets every step.
        goal: the revision.
        unmarked: whether it is a database of the first schema, which says no revision.
    """
    config = Config()
    config.set_main_option("script_location", "tma:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    if unmarked:
        command.stamp(config, FIRST)
    command.upgrade(config, goal)
