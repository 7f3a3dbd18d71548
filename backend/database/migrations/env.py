"""Run by Alembic, not imported: does the migrations on the connection that `backend.database.migrate` hands over."""

from __future__ import annotations

from alembic import context

from backend.database.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
