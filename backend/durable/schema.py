"""The tables that DBOS keeps workflows in: a schema of their own in the database of the service."""

from __future__ import annotations

from typing import Final

from dbos import DBOSPortableJSONSerializer, error
from dbos._sys_db import SystemDatabase
from sqlalchemy import Engine as Pool

from backend.durable.logs import plain_logs
from backend.errors import StartError

SCHEMA: Final = "dbos"
UNMIGRATED: Final = "the tables of durable work are missing, or of an older version: run `python -m backend migrate`"


def upgrade(pool: Pool) -> None:
    """Bring the tables to what this version of DBOS needs; they never go back, and a newer version is left as it is.

    DBOS changes some of them outside of a transaction, and keeps a second process that does the same waiting by itself.
    """
    with plain_logs():
        _tables(pool).run_migrations()


def check(pool: Pool) -> None:
    """Return where the tables are what this version of DBOS needs.

    Raises:
        StartError: they are not.
    """
    try:
        with plain_logs():
            _tables(pool).verify_migrations()
    except error.DBOSException:
        raise StartError(UNMIGRATED) from None


def _tables(pool: Pool) -> SystemDatabase:
    return SystemDatabase.create(
        system_database_url=pool.url.render_as_string(),  # only its scheme counts beside an engine
        engine_kwargs={},
        engine=pool,
        schema=SCHEMA,
        serializer=DBOSPortableJSONSerializer(),
        executor_id=None,
        use_listen_notify=False,
    )
