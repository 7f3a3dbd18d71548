"""Brings the schema of a database from one revision to another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from backend.database.engine import parse_url
from backend.errors import StartError

_LOCK: Final = 0x7461706563686B00
"""The number of the advisory lock; nothing else in the database may use it."""


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema up to a revision; a second process that does the same at once waits.

    Args:
        url: of a PostgreSQL.
        revision: its id, `head`, or `+N`.

    Raises:
        StartError: there is no such revision, or the database cannot be reached or changed.
    """
    with _transaction(url) as connection:
        command.upgrade(_configuration(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the schema back to a revision; the data of tables that it does not have are lost.

    Args:
        url: of a PostgreSQL.
        revision: its id, `base`, or `-N`.

    Raises:
        StartError: there is no such revision, or the database cannot be reached or changed.
    """
    with _transaction(url) as connection:
        command.downgrade(_configuration(connection), revision)


def current(url: str) -> str | None:
    """Return the revision of the schema; None before the first one.

    Raises:
        StartError: the database cannot be reached.
    """
    with _transaction(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check(url: str) -> None:
    """Return where the schema of the database is what this version of the service needs.

    Raises:
        StartError: it is another one, or the database cannot be reached.
    """
    needed, found = ScriptDirectory.from_config(_configuration()).get_current_head(), current(url)
    if found != needed:
        raise StartError(
            f"the database is at revision {found or 'base'}, expected {needed}: run `python -m backend migrate`"
        )


@contextmanager
def _transaction(url: str) -> Iterator[Connection]:
    """Do all in one transaction, which nobody else who migrates is in at the same time."""
    engine = create_engine(parse_url(url), poolclass=NullPool, hide_parameters=True)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
            yield connection
    except DBAPIError as error:
        raise StartError(f"the database cannot be migrated: {str(error.orig).strip()}") from None
    except CommandError as error:
        raise StartError(
            f"the database cannot be migrated: {error}; is it of a newer version of the service?"
        ) from None


def _configuration(connection: Connection | None = None) -> Config:
    """Return what `alembic.ini` is elsewhere; it has no URL, whose percent signs would have to be escaped."""
    configuration = Config(attributes={"connection": connection})
    configuration.set_main_option("script_location", "backend.database:migrations")
    return configuration
