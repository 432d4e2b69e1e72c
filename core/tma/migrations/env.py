"""Run by Alembic: takes steps on the connection that `upgrade` was given, and on no other."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
