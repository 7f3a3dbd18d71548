"""Brings the schema of a database from one revision to another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from backend.database.engine import connect_options, parse_url
from backend.durable import schema
from backend.errors import StartError

_LOCK: Final = 0x7461706563686B00
"""The number of the advisory lock; nothing else in the database may use it."""

_PATIENCE: Final = 30.0
_CONNECT_TIMEOUT: Final = 5.0
"""Seconds to wait until another migration has ended, and for a connection."""


def upgrade(url: str, revision: str = "head", *, patience: float = _PATIENCE) -> None:
    """Bring the schema up to a revision; a second process that does the same at once waits.

    The tables of durable work are brought to what they have to be, too; they have revisions of their own.

    Args:
        url: of a PostgreSQL.
        revision: its id, `head`, or `+N`.
        patience: seconds to wait while another process migrates.

    Raises:
        StartError: there is no such revision, it is older than that of the database, another migration does not end,
            or the database cannot be reached or changed.
    """
    with _transaction(url) as connection:
        _lock(connection, patience)
        configuration = _configuration(connection)
        command.upgrade(configuration, revision)
        _check_reached(configuration, connection, revision)
    with _pool(url) as pool:
        schema.upgrade(pool)


def downgrade(url: str, revision: str, *, patience: float = _PATIENCE) -> None:
    """Take the schema back to a revision; the data of tables that it does not have are lost.

    The tables of durable work stay as they are.

    Args:
        url: of a PostgreSQL.
        revision: its id, `base`, or `-N`.
        patience: seconds to wait while another process migrates.

    Raises:
        StartError: there is no such revision, another migration does not end, or the database cannot be reached or
            changed.
    """
    with _transaction(url) as connection:
        _lock(connection, patience)
        command.downgrade(_configuration(connection), revision)


def current(url: str) -> str | None:
    """Return the revision of the schema; None before the first one.

    Raises:
        StartError: the database cannot be reached.
    """
    with _transaction(url) as connection:
        return _revision(connection)


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
    with _pool(url) as pool:
        schema.check(pool)


@contextmanager
def _transaction(url: str) -> Iterator[Connection]:
    """Do all in one transaction."""
    with _pool(url) as pool, pool.begin() as connection:
        yield connection


@contextmanager
def _pool(url: str) -> Iterator[Engine]:
    parsed = parse_url(url)
    options = connect_options(parsed, _CONNECT_TIMEOUT)
    try:
        yield create_engine(parsed, poolclass=NullPool, hide_parameters=True, connect_args=dict(options))
    except DBAPIError as error:
        raise StartError(f"the database cannot be migrated: {str(error.orig).strip()}") from None
    except CommandError as error:
        unknown = isinstance(error.__cause__, ResolutionError)
        hint = "; is it of a newer version of the service?" if unknown else ""
        raise StartError(f"the database cannot be migrated: {error}{hint}") from None


def _lock(connection: Connection, patience: float) -> None:
    """Let nobody else who migrates in until the transaction ends.

    `lock_timeout` counts for advisory locks too; what the migration itself waits for may take longer.
    https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-LOCK-TIMEOUT
    """
    try:
        connection.execute(text(f"SET LOCAL lock_timeout = {round(patience * 1000)}"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        connection.execute(text("SET LOCAL lock_timeout = DEFAULT"))
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise StartError(
                f"another migration is under way, and has not ended within {patience:g} s: try again when it has"
            ) from None
        raise


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _check_reached(configuration: Config, connection: Connection, revision: str) -> None:
    """Return where an upgrade led to the revision: to an older one, Alembic does nothing and says nothing."""
    if revision.startswith("+"):
        return
    scripts = ScriptDirectory.from_config(configuration).get_revisions(revision)
    wanted, found = next((script.revision for script in scripts), None), _revision(connection)
    if found != wanted:
        raise StartError(
            f"the database stays at revision {found or 'base'}, which is newer than {wanted or 'base'}: "
            f"to go back, and lose data, run `python -m backend migrate --down {wanted or 'base'}`"
        )


def _configuration(connection: Connection | None = None) -> Config:
    """Return what `alembic.ini` is elsewhere; it has no URL, whose percent signs would have to be escaped."""
    configuration = Config(attributes={"connection": connection})
    configuration.set_main_option("script_location", "backend.database:migrations")
    return configuration
